//! The configuration's files: those in the user's folder, and for each that is absent there the one
//! that the binary embeds. A present file or folder replaces the embedded one whole. Between the two
//! lies the pack, whose files replace the defaults one by one.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use feedback::{Files, Given, Problem};
use rust_embed::RustEmbed;

use crate::{folder, packs};

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
    /// Every file, each from where it weighs most.
    pub files: Files,
    /// What is wrong with the folder itself: files that nobody knows, or that can't be read, and a pack that
    /// there isn't (then these are the files without it).
    pub problems: Vec<Problem>,
    /// Whether the themes weigh more than the routes, whose examples then speak of other themes.
    pub strange_routes: bool,
}

/// Reads every file of the configuration; `pack` is the one that was typed.
pub fn read(named: Option<&Path>, pack: Option<&str>) -> Result<Configuration> {
    read_from(folder(named).as_deref(), pack)
}

/// Reads every file of that folder; without one, the embedded ones alone.
pub fn read_from(folder: Option<&Path>, pack: Option<&str>) -> Result<Configuration> {
    let mut given = Files::new();
    let mut problems = match folder {
        Some(folder) => folder::read(folder, &mut given),
        None => Vec::new(),
    };
    let defaults: Vec<_> = Defaults::iter().collect();
    let paths = given.iter().map(|(path, _, _)| path).chain(defaults.iter().map(|path| &**path));
    let chosen = packs::chosen(pack, &given, &packs::names(paths));
    let pack = format!("{}{}/", packs::FOLDER, chosen.as_deref().unwrap_or(packs::DEFAULT));

    // From what weighs most to what weighs least; a pack of the user's own stands for the embedded one.
    let (mut own_pack, mut own) = (Files::new(), Files::new());
    for (path, given, text) in given.iter() {
        if let Some(within) = path.strip_prefix(&pack) {
            own_pack.insert_from(path, within, given, text);
        } else if !path.starts_with(packs::FOLDER) {
            own.insert(path, given, text);
        }
    }
    let has_own_pack = own_pack.iter().next().is_some();
    let layers = [
        own_pack,
        own,
        embedded(|path| path.strip_prefix(&pack).filter(|_| !has_own_pack))?,
        embedded(|path| Some(path).filter(|path| !path.starts_with(packs::FOLDER)))?,
    ];
    let weight = |path: &str| layers.iter().position(|layer| layer.under(path).next().is_some());
    let strange_routes = weight("routes.toml") > weight("taxonomy/");
    let mut files = Files::new();
    for layer in &layers {
        for (path, given, text) in layer.iter() {
            let replaced = given == Given::Embedded && replaced(path, &layers[1]);
            if files.get(path).is_none() && !replaced {
                files.insert_from(layer.place(path), path, given, text);
            }
        }
    }
    problems.extend(chosen.err());
    Ok(Configuration { files, problems, strange_routes })
}

/// The embedded files whose path `renamed` gives a path in the configuration.
fn embedded(renamed: impl Fn(&str) -> Option<&str>) -> Result<Files> {
    let mut files = Files::new();
    for path in Defaults::iter() {
        let Some((file, renamed)) = Defaults::get(&path).zip(renamed(&path)) else { continue };
        let text = String::from_utf8(file.data.into_owned())
            .with_context(|| format!("the embedded {path} is not UTF-8"))?;
        files.insert(renamed, Given::Embedded, text);
    }
    Ok(files)
}

/// Whether the user's files, packs aside, stand for the embedded one at `path`: a folder of theirs replaces
/// the embedded one whole, and with a taxonomy of theirs and no departments.toml, each department named is
/// its own team: the embedded departments would be strangers to it.
fn replaced(path: &str, own: &Files) -> bool {
    let has = |folder: &str| own.under(folder).next().is_some();
    let folder = path.split_once('/').map(|(folder, _)| format!("{folder}/"));
    folder.is_some_and(|folder| has(&folder)) || (path == "departments.toml" && has("taxonomy/"))
}

#[cfg(test)]
mod tests {
    use std::fs;

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

    fn files(folder: &tempfile::TempDir, pack: Option<&str>) -> Files {
        let read = read(Some(folder.path()), pack).unwrap();
        assert_eq!(read.problems, []);
        read.files
    }

    #[test]
    fn what_is_absent_is_embedded() {
        let files = files(&folder_with(&["voc.toml"]), None);
        assert_eq!(files.given("voc.toml"), Given::ByUser);
        assert!(files.get("departments.toml").is_some());
        assert!(files.under("taxonomy/").count() >= 14);
        assert_eq!(files.under(packs::FOLDER).count(), 0);
    }

    #[test]
    fn a_folder_replaces_the_embedded_one_whole() {
        for pack in [None, Some("bank")] {
            let files = files(&folder_with(&["taxonomy/mine.toml"]), pack);
            assert_eq!(files.under("taxonomy/").count(), 1);
            assert!(files.get("departments.toml").is_none(), "each department is its own team");
            assert!(files.under("words/").count() >= 2);
        }
    }

    #[test]
    fn a_pack_replaces_defaults_of_the_same_name_only() {
        let without = files(&folder_with(&[]), None);
        let with = files(&folder_with(&["routes.toml"]), Some("bank"));
        assert_eq!(with.given("routes.toml"), Given::ByUser, "the user's own file goes first");
        assert_ne!(with.get("departments.toml"), without.get("departments.toml"));
        assert_ne!(with.get("taxonomy/account.toml"), without.get("taxonomy/account.toml"));
        assert_eq!(with.get("taxonomy/staff.toml"), without.get("taxonomy/staff.toml"));
        assert!(with.get("taxonomy/card.toml").is_some());
    }

    #[test]
    fn a_pack_of_ones_own_lies_over_ones_own_files() {
        let folder = folder_with(&["taxonomy/mine.toml", "packs/bank/taxonomy/theirs.toml"]);
        let plain = files(&folder, None);
        let files = files(&folder, Some("bank"));
        let paths: Vec<_> = files.under("taxonomy/").map(|(path, _)| path).collect();
        assert_eq!(paths, ["taxonomy/mine.toml", "taxonomy/theirs.toml"]);
        assert_eq!(
            files.get("owners.toml"),
            plain.get("owners.toml"),
            "the embedded bank is no part"
        );
    }

    #[test]
    fn routes_of_a_lighter_layer_are_strange_to_the_themes() {
        for (paths, pack, strange) in [
            (&[][..], None, false),
            (&[], Some("bank"), true),
            (&[], Some("healthcare"), false),
            (&["taxonomy/mine.toml"], None, true),
            (&["routes.toml"], Some("bank"), false),
            (&["taxonomy/mine.toml", "routes.toml"], None, false),
            (&["taxonomy/mine.toml", "routes.toml", "packs/x/taxonomy/a.toml"], Some("x"), true),
        ] {
            let read = read(Some(folder_with(paths).path()), pack).unwrap();
            assert_eq!(read.strange_routes, strange, "{paths:?} {pack:?}");
        }
    }
}
