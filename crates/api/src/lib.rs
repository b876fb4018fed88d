//! The HTTP edge: health and metrics, read by probes and by Prometheus.
//!
//! `Server` answers `GET` and `HEAD` on `/livez` (also `/healthz`), `/readyz`, `/metrics` and
//! `/version`. `Health` is what the probes are told: the workers write it, the server reads it. The
//! only crate that names axum.

mod health;
mod routes;
mod server;

pub use health::Health;
pub use server::{Limits, Server, Settings};
