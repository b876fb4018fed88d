//! The configuration's files as texts. Only crate voc reads a disk; every stage gets its part from
//! here, and knows whether the user wrote it or it is the default that the binary embeds.

use std::collections::BTreeMap;

/// Who wrote a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Given {
    /// It lies in the user's folder: whatever it names must exist.
    ByUser,
    /// It is embedded: where it names what the user's files replaced, that part is left out.
    Embedded,
}

/// Texts by path, relative to the configuration's folder, with `/` between parts; sorted.
#[derive(Debug, Clone, Default)]
pub struct Files {
    texts: BTreeMap<String, (Given, String)>,
    /// Where those lie that lie at another path than the one they stand for.
    places: BTreeMap<String, String>,
}

impl Files {
    /// No files.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds or replaces a file.
    pub fn insert(&mut self, path: impl Into<String>, given: Given, text: impl Into<String>) {
        self.texts.insert(path.into(), (given, text.into()));
    }

    /// Adds or replaces the file at `path` by one that lies at `place`, such as `packs/bank/owners.toml`:
    /// people are told that.
    pub fn insert_from(&mut self, place: &str, path: &str, given: Given, text: &str) {
        self.insert(path, given, text);
        if place != path {
            self.places.insert(path.to_owned(), place.to_owned());
        }
    }

    /// Where the file at `path` lies, to be told to people; a file that isn't here lies at its own path.
    pub fn place<'a>(&'a self, path: &'a str) -> &'a str {
        self.places.get(path).map_or(path, String::as_str)
    }

    /// The text at `path`.
    pub fn get(&self, path: &str) -> Option<&str> {
        self.texts.get(path).map(|(_, text)| text.as_str())
    }

    /// Who wrote the file at `path`; a missing file counts as embedded.
    pub fn given(&self, path: &str) -> Given {
        self.texts.get(path).map_or(Given::Embedded, |(given, _)| *given)
    }

    /// The files below `folder` (such as `taxonomy/`), sorted by path.
    pub fn under<'a>(&'a self, folder: &'a str) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.texts
            .range(folder.to_owned()..)
            .take_while(move |(path, _)| path.starts_with(folder))
            .map(|(path, (_, text))| (path.as_str(), text.as_str()))
    }

    /// Every file, sorted by path.
    pub fn iter(&self) -> impl Iterator<Item = (&str, Given, &str)> {
        self.texts.iter().map(|(path, (given, text))| (path.as_str(), *given, text.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_lists_its_own_files_in_order() {
        let mut files = Files::new();
        for path in ["words/nl.toml", "taxonomy/b.toml", "taxonomy/a/x.toml", "voc.toml"] {
            files.insert(path, Given::ByUser, path);
        }
        let paths: Vec<_> = files.under("taxonomy/").map(|(path, _)| path).collect();
        assert_eq!(paths, ["taxonomy/a/x.toml", "taxonomy/b.toml"]);
        assert_eq!(files.get("voc.toml"), Some("voc.toml"));
        assert_eq!(files.given("routes.toml"), Given::Embedded);
    }

    #[test]
    fn a_file_that_stands_for_another_path_tells_where_it_lies() {
        let mut files = Files::new();
        files.insert_from("packs/x/owners.toml", "owners.toml", Given::ByUser, "a");
        files.insert_from("voc.toml", "voc.toml", Given::ByUser, "b");
        assert_eq!(files.get("owners.toml"), Some("a"));
        for (path, place) in
            [("owners.toml", "packs/x/owners.toml"), ("voc.toml", "voc.toml"), ("no", "no")]
        {
            assert_eq!(files.place(path), place);
        }
    }
}
