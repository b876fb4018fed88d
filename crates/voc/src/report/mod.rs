//! What a run found, for people: a [`Summary`] fed with one record at a time, shown as one HTML page
//! that needs nothing else ([`html`]) or as a few lines for a terminal ([`terminal()`]). Memory is bounded:
//! counts, and a few verbatims per theme. The same records give the same page, in any order. A
//! [`Difference`] shows in the same ways what a change of the configuration would move.

mod coverage;
mod difference;
mod figures;
mod names;
mod page;
mod quote;
mod scores;
mod summary;
mod terminal;

pub(crate) use coverage::Coverage;
pub use difference::{Difference, SideFact, difference_html, difference_terminal};
pub use page::{PageOptions, html};
pub(crate) use quote::visible;
pub use summary::{Facts, Summary, ThemeFact};
pub use terminal::terminal;

#[cfg(test)]
mod tests;
