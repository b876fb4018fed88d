//! Where a command's input comes from: a file, or the standard input.

use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::path::Path;

use anyhow::{Context, Result};

/// How much is read at once.
const BUFFER_BYTES: usize = 1 << 16;

/// Lines of a file; `-` or nothing: of the standard input.
pub(crate) fn lines(path: Option<&Path>) -> Result<Box<dyn BufRead + Send>> {
    match path.filter(|path| path.as_os_str() != "-") {
        Some(path) => {
            let file = File::open(path).with_context(|| format!("opening {}", path.display()))?;
            Ok(Box::new(BufReader::with_capacity(BUFFER_BYTES, file)))
        }
        None => Ok(Box::new(BufReader::with_capacity(BUFFER_BYTES, io::stdin()))),
    }
}
