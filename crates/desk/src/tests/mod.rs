//! The desk under test: a task's life, its clock, escalation; cases as data, and properties.

mod clock;
mod escalation;
mod fixture;
mod life;
mod properties;
mod reference;
