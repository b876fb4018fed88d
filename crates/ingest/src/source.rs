//! A source.
use std::sync::Arc;

/// A source.
#[derive(Debug)]
pub struct Source {
    pub(crate) name: Arc<str>,
    pub(crate) language: Option<Arc<str>>,
}
