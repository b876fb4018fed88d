//! How much of a record is taken. Beyond a limit the whole record is a reject: nothing is cut.

use serde::Serialize;

/// Limits on one record; voc.toml can change them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Limits {
    /// The largest record, in bytes as it came.
    pub record_bytes: usize,
    /// How deep arrays and objects may nest.
    pub depth: usize,
    /// The largest text, in UTF-8 bytes.
    pub text_bytes: usize,
    /// The largest sum of the attributes' names and values as JSON, in bytes.
    pub attributes_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            record_bytes: 1024 * 1024,
            depth: 64,
            text_bytes: 50 * 1024,
            attributes_bytes: 64 * 1024,
        }
    }
}
