//! Reads what classifying needs of a folder of configuration, for examples and benchmarks: crate `voc`,
//! which reads it for users, is beyond their reach.

use std::io;
use std::path::Path;

use feedback::{Files, Given};

/// The parts of a configuration that classifying reads.
const FOLDERS: [&str; 3] = ["taxonomy", "words", "lexicons"];

/// What classifying reads of `config`.
pub(crate) fn read(config: &Path) -> io::Result<Files> {
    let mut files = Files::new();
    for name in ["departments.toml", "owners.toml"] {
        if let Ok(text) = std::fs::read_to_string(config.join(name)) {
            files.insert(name, Given::ByUser, text);
        }
    }
    for folder in FOLDERS {
        for entry in std::fs::read_dir(config.join(folder))? {
            let path = entry?.path();
            if path.extension().is_some_and(|ending| ending == "toml") {
                let name = path.file_name().unwrap_or_default().to_string_lossy();
                let text = std::fs::read_to_string(&path)?;
                files.insert(format!("{folder}/{name}"), Given::ByUser, text);
            }
        }
    }
    Ok(files)
}
