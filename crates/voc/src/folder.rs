//! The user's folder: what lies in it, and what in it nobody reads. A file whose name is misspelt
//! would be ignored, and the embedded one used in its stead: so it is a problem.

use std::fs;
use std::path::Path;

use embedded::EmbeddedLog;
use feedback::{Files, Given, Problem, nearest};

use crate::{packs, settings};

/// The files at the top of the folder.
const FILES: [&str; 5] =
    ["voc.toml", "departments.toml", "owners.toml", "touchpoints.toml", "routes.toml"];

/// The folders of TOML files, and whether there may be folders in them.
const FOLDERS: [(&str, bool); 4] =
    [("sources", false), ("taxonomy", true), ("words", false), ("lexicons", false)];

/// The folder of packs, each a folder like this one.
const PACKS: &str = "packs";

/// Folders that are read elsewhere, or by later versions.
const OTHER_FOLDERS: [&str; 1] = ["models"];

/// What may lie anywhere, for people: by the beginning of the name.
const FOR_PEOPLE: [&str; 4] = ["README", "LICENSE", "LICENCE", "NOTICE"];

/// Endings of what may lie anywhere: notes, and what voc.toml names (certificates and their keys).
const OTHER_ENDINGS: [&str; 5] = ["md", "pem", "crt", "key", "cer"];

/// The largest configuration file, in bytes: a lexicon or a taxonomy of 20,000 rules stays below.
const FILE_BYTES_MAX: u64 = 64 * 1024 * 1024;

/// Whether a folder is one of ours: something in it has a name that we know, or nearly so. Else it is
/// another program's, and what lies in it is none of our business.
pub(crate) fn is_ours(folder: &Path) -> bool {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries.map(|entry| (entry.path().is_dir(), entry.file_name())).any(|(is_folder, name)| {
        let name = name.to_string_lossy();
        if is_folder {
            name == PACKS || nearest(&name, FOLDERS.map(|(folder, _)| folder)).is_some()
        } else {
            name.ends_with(".toml") && nearest(&name, FILES).is_some()
        }
    })
}

/// Reads every file of a folder into `files`; the problems are those of the folder itself.
pub(crate) fn read(folder: &Path, files: &mut Files) -> Vec<Problem> {
    if !folder.is_dir() {
        return vec![missing(folder)];
    }
    let mut reader = Reader { files, problems: Vec::new() };
    reader.folder(folder, "");
    reader.problems
}

fn missing(folder: &Path) -> Problem {
    let shown = folder.display().to_string();
    if folder.exists() {
        let mend = "name the folder that it lies in: --config DIR";
        return Problem::new(
            &shown,
            "no_folder",
            "--config names a folder, and this is a file",
            mend,
        );
    }
    let above = folder.parent().filter(|above| !above.as_os_str().is_empty());
    let beside = fs::read_dir(above.unwrap_or(Path::new("."))).into_iter().flatten().flatten();
    let folders: Vec<String> = beside
        .filter(|entry| entry.path().is_dir())
        .filter_map(|entry| entry.file_name().into_string().ok())
        .collect();
    let name = folder.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let mend = nearest(name, folders.iter().map(String::as_str)).map_or_else(
        || "name one that is there, or leave --config out for the defaults".to_owned(),
        |near| format!("write --config {}", folder.with_file_name(near).display()),
    );
    Problem::new(&shown, "no_folder", "--config: there is no such folder", mend)
}

struct Reader<'a> {
    files: &'a mut Files,
    problems: Vec<Problem>,
}

impl Reader<'_> {
    /// Reads the folder that stands at `prefix` of the configuration.
    fn folder(&mut self, folder: &Path, prefix: &str) {
        let entries = match fs::read_dir(folder) {
            Ok(entries) => entries,
            Err(error) => return self.unreadable(prefix, &error),
        };
        for entry in entries {
            let entry = match entry {
                Ok(entry) => entry,
                Err(error) => return self.unreadable(prefix, &error),
            };
            let name = entry.file_name();
            let name = name.to_string_lossy();
            // Editors' files, and the folders behind the links of a mounted ConfigMap.
            if name.starts_with('.') {
                continue;
            }
            let path = format!("{prefix}{name}");
            if entry.path().is_dir() {
                if self.knows_folder(&entry.path(), prefix, &name, &path) {
                    self.folder(&entry.path(), &format!("{path}/"));
                }
            } else if self.knows_file(prefix, &name, &path) {
                self.file(&entry.path(), &path);
            }
        }
    }

    /// Whether the folder is one to read; one that nobody knows is a problem.
    fn knows_folder(&mut self, at: &Path, prefix: &str, name: &str, path: &str) -> bool {
        if prefix == packs::FOLDER || (prefix.is_empty() && name == PACKS) {
            return true;
        }
        let prefix = within_pack(prefix);
        let top = prefix.split('/').next().unwrap_or_default();
        let nested = FOLDERS.iter().any(|(folder, nests)| *folder == top && *nests);
        if prefix.is_empty() && FOLDERS.iter().any(|(folder, _)| *folder == name) || nested {
            return true;
        }
        // Somebody who works in the folder itself has the embedded log there.
        if !OTHER_FOLDERS.contains(&name) && !EmbeddedLog::is_at(at) {
            let names = FOLDERS.iter().map(|(folder, _)| *folder).chain(OTHER_FOLDERS);
            let mend = if prefix.is_empty() {
                nearest(name, names.clone()).map_or_else(
                    || format!("folders are {}; move it elsewhere", listed(names)),
                    |near| format!("name it {near}/"),
                )
            } else {
                format!("put its files into {prefix} itself")
            };
            let message = "nobody reads this folder";
            self.problems.push(Problem::new(&format!("{path}/"), "unknown_folder", message, mend));
        }
        false
    }

    /// Whether the file is one to read; one that nobody knows, or expects, is a problem.
    fn knows_file(&mut self, prefix: &str, name: &str, path: &str) -> bool {
        let ending = Path::new(name).extension().and_then(|ending| ending.to_str());
        let is_toml = ending == Some("toml");
        let place = prefix;
        let prefix = within_pack(prefix);
        if prefix.is_empty() && !place.is_empty() && name == settings::FILE {
            let message = "a pack has no settings: these would stand for all of your own voc.toml";
            let mend = format!("write them in {}, and remove this file", settings::FILE);
            self.problems.push(Problem::new(path, "settings_in_pack", message, mend));
            return false;
        }
        if is_toml && place != packs::FOLDER && (!prefix.is_empty() || FILES.contains(&name)) {
            return true;
        }
        let for_people = FOR_PEOPLE.iter().any(|word| name.starts_with(word));
        if for_people || ending.is_some_and(|ending| OTHER_ENDINGS.contains(&ending)) {
            return false;
        }
        let stem = Path::new(name).file_stem().and_then(|stem| stem.to_str()).unwrap_or(name);
        let meant = if place == packs::FOLDER {
            Some(format!("{place}NAME/{name}"))
        } else if prefix.is_empty() {
            let toml = format!("{stem}.toml");
            let other_ending = FILES.into_iter().find(|file| *file == toml);
            nearest(name, FILES).or(other_ending).map(str::to_owned)
        } else {
            Some(format!("{place}{stem}.toml"))
        };
        let mend = meant.map_or_else(
            || format!("files are {}; themes lie in taxonomy/", listed(FILES)),
            |meant| format!("name it {meant}, or move it elsewhere"),
        );
        self.problems.push(Problem::new(path, "unknown_file", "nobody reads this file", mend));
        false
    }

    fn file(&mut self, file: &Path, path: &str) {
        let size = fs::metadata(file).map_or(0, |metadata| metadata.len());
        if size > FILE_BYTES_MAX {
            let (message, mend) = ("the file is larger than 64 MiB", "divide it");
            self.problems.push(Problem::new(path, "file_too_large", message, mend));
            return;
        }
        let bytes = match fs::read(file) {
            Ok(bytes) => bytes,
            Err(error) => return self.unreadable(path, &error),
        };
        match String::from_utf8(bytes) {
            // A byte order mark, as some editors write it, is no part of the text.
            Ok(text) => {
                let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
                self.files.insert(path, Given::ByUser, text);
            }
            Err(error) => {
                let before = error.utf8_error().valid_up_to();
                let line =
                    error.as_bytes().iter().take(before).filter(|byte| **byte == b'\n').count();
                let message = format!("line {} is not UTF-8", line + 1);
                let mend = "save the file as UTF-8";
                self.problems.push(Problem::new(path, "not_utf8", message, mend));
            }
        }
    }

    fn unreadable(&mut self, path: &str, error: &std::io::Error) {
        let message = format!("this can't be read: {error}");
        let mend = "let the user that runs voc read it";
        self.problems.push(Problem::new(path, "unreadable", message, mend));
    }
}

/// What of `prefix`, a place in the folder, is left within a pack: `taxonomy/` of `packs/bank/taxonomy/`.
fn within_pack(prefix: &str) -> &str {
    let pack = prefix.strip_prefix(packs::FOLDER).and_then(|pack| pack.split_once('/'));
    pack.map_or(prefix, |(_, within)| within)
}

fn listed<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    names.into_iter().collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problems(paths: &[&str]) -> Vec<(String, String, String)> {
        let folder = tempfile::tempdir().unwrap();
        for path in paths {
            let path = folder.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "").unwrap();
        }
        let mut found = read(folder.path(), &mut Files::new());
        found.sort();
        found.into_iter().map(|problem| (problem.file, problem.code, problem.mend)).collect()
    }

    #[test]
    fn what_nobody_reads_is_named_with_what_was_meant() {
        for (path, file, code, mend) in [
            ("routs.toml", "routs.toml", "unknown_file", "name it routes.toml"),
            ("voc.tml", "voc.tml", "unknown_file", "name it voc.toml"),
            ("owners.yaml", "owners.yaml", "unknown_file", "name it owners.toml"),
            ("notes.txt", "notes.txt", "unknown_file", "files are voc.toml"),
            ("billing.toml", "billing.toml", "unknown_file", "themes lie in taxonomy/"),
            (
                "taxonomy/billing.tml",
                "taxonomy/billing.tml",
                "unknown_file",
                "taxonomy/billing.toml",
            ),
            ("taxnomy/billing.toml", "taxnomy/", "unknown_folder", "name it taxonomy/"),
            ("weather/x.toml", "weather/", "unknown_folder", "folders are sources, taxonomy"),
            ("words/nl/x.toml", "words/nl/", "unknown_folder", "put its files into words/ itself"),
            ("packs/x/taxnomy/x.toml", "packs/x/taxnomy/", "unknown_folder", "name it taxonomy/"),
            ("packs/x/owner.toml", "packs/x/owner.toml", "unknown_file", "name it owners.toml"),
            ("packs/owners.toml", "packs/owners.toml", "unknown_file", "packs/NAME/owners.toml"),
            ("packs/x/voc.toml", "packs/x/voc.toml", "settings_in_pack", "write them in voc.toml"),
        ] {
            let found = problems(&[path]);
            assert_eq!(found.len(), 1, "{path}: {found:?}");
            assert_eq!((found[0].0.as_str(), found[0].1.as_str()), (file, code), "{path}");
            assert!(found[0].2.contains(mend), "{path}: {found:?}");
        }
    }

    #[test]
    fn what_is_for_people_or_known_may_lie_there() {
        let found = problems(&[
            "README",
            "README.md",
            "NOTES.md",
            "LICENSE",
            "ca.pem",
            ".git/config",
            "..data/x",
            "models/en.bin",
            "taxonomy/a/b/c.toml",
            "taxonomy/README.md",
            "words/nl.toml",
            "lexicons/nl.toml",
            "packs/ours/taxonomy/a/b.toml",
            "packs/ours/routes.toml",
            "sources/tool.toml",
            "voc.toml",
        ]);
        assert_eq!(found, []);
    }

    #[test]
    fn another_programs_folder_is_not_ours() {
        for (paths, ours) in [
            (&["database.yml", "routes.rb", "locales/en.yml"][..], false),
            (&[], false),
            (&["database.yml", "departments.toml"], true),
            (&["taxnomy/x.toml"], true),
        ] {
            let folder = tempfile::tempdir().unwrap();
            for path in paths {
                let path = folder.path().join(path);
                fs::create_dir_all(path.parent().unwrap()).unwrap();
                fs::write(path, "").unwrap();
            }
            assert_eq!(is_ours(folder.path()), ours, "{paths:?}");
        }
    }

    #[test]
    fn what_is_no_text_is_a_problem_of_its_line() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("voc.toml"), b"a = 1\nb = \"\xff\"\n").unwrap();
        fs::write(folder.path().join("owners.toml"), "\u{feff}# empty\n").unwrap();
        let mut files = Files::new();
        let found = read(folder.path(), &mut files);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].message, "line 2 is not UTF-8");
        assert_eq!(files.get("owners.toml"), Some("# empty\n"));
    }

    #[test]
    fn a_folder_that_is_not_there_is_named_with_the_nearest() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("config")).unwrap();
        fs::write(folder.path().join("voc.toml"), "").unwrap();
        for (name, message, mend) in [
            ("conifg", "no such folder", "/config"),
            ("weather", "no such folder", "leave --config out"),
            ("voc.toml", "this is a file", "--config DIR"),
        ] {
            let found = read(&folder.path().join(name), &mut Files::new());
            assert_eq!(found.len(), 1, "{name}");
            assert!(found[0].message.contains(message), "{found:?}");
            assert!(found[0].mend.contains(mend), "{found:?}");
        }
    }
}
