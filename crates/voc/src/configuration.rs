//! The configuration's files: those in the user's folder, and for each that is absent there the one
//! that the binary embeds. A present file or folder replaces the embedded one whole.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use feedback::{Files, Given};
use rust_embed::RustEmbed;

/// The defaults, as they lie in config/.
#[derive(RustEmbed)]
#[folder = "../../config/"]
#[include = "*.toml"]
struct Defaults;

/// Where the configuration lies if nobody says otherwise, and it exists.
const DEFAULT_FOLDER: &str = "config";

/// The largest configuration file, in bytes: a lexicon or a taxonomy of 20,000 rules stays below.
const FILE_BYTES_MAX: u64 = 64 * 1024 * 1024;

/// The folder that a run uses: the one named, else ./config where there is one.
pub fn folder(named: Option<&Path>) -> Option<PathBuf> {
    match named {
        Some(folder) => Some(folder.to_owned()),
        None => Some(PathBuf::from(DEFAULT_FOLDER)).filter(|folder| folder.is_dir()),
    }
}

/// Reads every file of the configuration.
pub fn files(named: Option<&Path>) -> Result<Files> {
    let mut files = Files::new();
    if let Some(folder) = folder(named) {
        anyhow::ensure!(
            folder.is_dir(),
            "--config {}: there is no such folder; name one, or leave it out for the defaults",
            folder.display()
        );
        read_folder(&folder, "", &mut files)?;
    }
    let own: Vec<String> = files.iter().map(|(path, _, _)| path.to_owned()).collect();
    let replaced = |path: &str| {
        let top = path.split('/').next().unwrap_or(path);
        let below = format!("{top}/");
        own.iter().any(|own| own == path || (path.contains('/') && own.starts_with(&below)))
            || belongs_to_taxonomy(path, &own)
    };
    for path in Defaults::iter() {
        if replaced(&path) {
            continue;
        }
        if let Some(file) = Defaults::get(&path) {
            let text = String::from_utf8(file.data.into_owned())
                .with_context(|| format!("the embedded {path} is not UTF-8"))?;
            files.insert(path.into_owned(), Given::Embedded, text);
        }
    }
    Ok(files)
}

/// With a taxonomy of the user's and no departments.toml, each department named is its own team:
/// the embedded departments would be strangers to it.
fn belongs_to_taxonomy(path: &str, own: &[String]) -> bool {
    path == "departments.toml" && own.iter().any(|own| own.starts_with("taxonomy/"))
}

fn read_folder(folder: &Path, prefix: &str, files: &mut Files) -> Result<()> {
    let entries = fs::read_dir(folder).with_context(|| format!("reading {}", folder.display()))?;
    for entry in entries {
        let entry = entry.with_context(|| format!("reading {}", folder.display()))?;
        let path = entry.path();
        let Some(name) = entry.file_name().to_str().map(|name| format!("{prefix}{name}")) else {
            continue;
        };
        // Editors' files, and the folders behind the links of a mounted ConfigMap.
        if entry.file_name().to_string_lossy().starts_with('.') {
            continue;
        }
        if path.is_dir() {
            read_folder(&path, &format!("{name}/"), files)?;
        } else if path.extension().is_some_and(|extension| extension == "toml") {
            let size = entry.metadata().map_or(0, |metadata| metadata.len());
            anyhow::ensure!(size <= FILE_BYTES_MAX, "{} is larger than 64 MiB", path.display());
            let text =
                fs::read_to_string(&path).with_context(|| format!("reading {}", path.display()))?;
            files.insert(name, Given::ByUser, text);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder_with(paths: &[&str]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for path in paths {
            let path = folder.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "").unwrap();
        }
        folder
    }

    #[test]
    fn what_is_absent_is_embedded() {
        let folder = folder_with(&["voc.toml"]);
        let files = files(Some(folder.path())).unwrap();
        assert_eq!(files.given("voc.toml"), Given::ByUser);
        assert!(files.get("departments.toml").is_some());
        assert!(files.under("taxonomy/").count() >= 14);
    }

    #[test]
    fn a_folder_replaces_the_embedded_one_whole() {
        let folder = folder_with(&["taxonomy/mine.toml"]);
        let files = files(Some(folder.path())).unwrap();
        assert_eq!(files.under("taxonomy/").count(), 1);
        assert!(files.get("departments.toml").is_none(), "each department is its own team");
        assert!(files.under("words/").count() >= 2);
    }

    #[test]
    fn a_missing_folder_is_named() {
        let error = files(Some(Path::new("no/such/folder"))).unwrap_err().to_string();
        assert!(error.contains("no/such/folder"), "{error}");
    }
}
