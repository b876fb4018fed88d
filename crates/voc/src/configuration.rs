//! The configuration's files: those in the user's folder, and for each that is absent there the one
//! that the binary embeds. A present file or folder replaces the embedded one whole.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use feedback::{Files, Given, Problem};
use rust_embed::RustEmbed;

use crate::folder;

/// The defaults, as they lie in config/.
#[derive(RustEmbed)]
#[folder = "../../config/"]
#[include = "*.toml"]
struct Defaults;

/// Where the configuration lies if nobody says otherwise, and it exists.
const DEFAULT_FOLDER: &str = "config";

/// The folder that a run uses: the one named, else ./config where there is one and it is ours.
pub fn folder(named: Option<&Path>) -> Option<PathBuf> {
    match named {
        Some(folder) => Some(folder.to_owned()),
        None => Some(PathBuf::from(DEFAULT_FOLDER)).filter(|folder| folder::is_ours(folder)),
    }
}

/// The files of a run.
#[derive(Debug)]
pub struct Configuration {
    /// Every file that could be read, and the embedded ones for those that are absent.
    pub files: Files,
    /// What is wrong with the folder itself: files that nobody knows, or that can't be read.
    pub problems: Vec<Problem>,
}

/// Reads every file of the configuration.
pub fn read(named: Option<&Path>) -> Result<Configuration> {
    read_from(folder(named).as_deref())
}

/// Reads every file of that folder; without one, the embedded ones alone.
pub fn read_from(folder: Option<&Path>) -> Result<Configuration> {
    let mut files = Files::new();
    let problems = folder.map(|folder| folder::read(folder, &mut files));
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
    Ok(Configuration { files, problems: problems.unwrap_or_default() })
}

/// With a taxonomy of the user's and no departments.toml, each department named is its own team:
/// the embedded departments would be strangers to it.
fn belongs_to_taxonomy(path: &str, own: &[String]) -> bool {
    path == "departments.toml" && own.iter().any(|own| own.starts_with("taxonomy/"))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn files(folder: &Path) -> Files {
        let Configuration { files, problems } = read(Some(folder)).unwrap();
        assert_eq!(problems, []);
        files
    }

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
        let files = files(folder.path());
        assert_eq!(files.given("voc.toml"), Given::ByUser);
        assert!(files.get("departments.toml").is_some());
        assert!(files.under("taxonomy/").count() >= 14);
    }

    #[test]
    fn a_folder_replaces_the_embedded_one_whole() {
        let folder = folder_with(&["taxonomy/mine.toml"]);
        let files = files(folder.path());
        assert_eq!(files.under("taxonomy/").count(), 1);
        assert!(files.get("departments.toml").is_none(), "each department is its own team");
        assert!(files.under("words/").count() >= 2);
    }
}
