//! What a run found, for people: a [`Summary`] fed with one record at a time, shown as one HTML page
//! that needs nothing else ([`html`]) or as a few lines for a terminal ([`terminal()`]). Memory is bounded:
//! counts, and a few verbatims per theme. The same records give the same page, in any order.

mod coverage;
mod figures;
mod names;
mod page;
mod quote;
mod scores;
mod summary;
mod terminal;

pub(crate) use coverage::Coverage;
pub use page::{PageOptions, html};
pub(crate) use quote::visible;
pub use summary::{Facts, Summary, ThemeFact};
pub use terminal::terminal;

#[cfg(test)]
mod tests;
