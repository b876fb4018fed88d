//! `words/<lang>.toml`: families (all forms of a verb and its nouns, separable ones too) and named
//! lists of words and phrases, which rules call by `@id` and `#id`.

use std::collections::BTreeMap;

use feedback::{Files, Problem};
use serde::{Deserialize, Serialize};
use toml::Spanned;

/// The folder of these files.
pub(crate) const FOLDER: &str = "words/";

/// A family: forms compared exactly (case and accents aside).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Family {
    /// Single words.
    pub(crate) forms: Vec<String>,
    /// Two words of one sentence in this order, anything between: `["schrijft", "af"]`.
    pub(crate) separable: Vec<(String, String)>,
}

/// The families and lists of one language.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Words {
    /// By id.
    pub(crate) families: BTreeMap<String, Family>,
    /// By id: words and phrases, compared by their stems.
    pub(crate) lists: BTreeMap<String, Vec<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawFile {
    #[serde(default)]
    family: Vec<RawFamily>,
    #[serde(default)]
    list: Vec<RawList>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawFamily {
    id: Spanned<String>,
    #[serde(default)]
    forms: Vec<String>,
    #[serde(default)]
    separable: Vec<(String, String)>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawList {
    id: Spanned<String>,
    words: Vec<String>,
}

/// Reads every words file, by language.
pub(crate) fn parse(files: &Files, problems: &mut Vec<Problem>) -> BTreeMap<String, Words> {
    let mut by_language = BTreeMap::new();
    for (path, text) in files.under(FOLDER) {
        let Some(language) = language_of(path, FOLDER, problems) else { continue };
        match toml::from_str::<RawFile>(text) {
            Ok(raw) => {
                by_language.insert(language, read(path, raw, problems));
            }
            Err(error) => problems.push(Problem::toml(path, &error)),
        }
    }
    by_language
}

/// The language that a file's name says, such as `nl` in words/nl.toml.
pub(crate) fn language_of(path: &str, folder: &str, problems: &mut Vec<Problem>) -> Option<String> {
    let name = path.strip_prefix(folder).and_then(|name| name.strip_suffix(".toml"));
    let is_code = |name: &&str| {
        (2..=3).contains(&name.len()) && name.bytes().all(|byte| byte.is_ascii_lowercase())
    };
    let language = name.filter(is_code);
    if language.is_none() {
        problems.push(Problem::new(
            path,
            "bad_file_name",
            "the file's name says no language",
            format!("name it {folder}en.toml, {folder}nl.toml, …"),
        ));
    }
    language.map(str::to_owned)
}

fn read(path: &str, raw: RawFile, problems: &mut Vec<Problem>) -> Words {
    let mut words = Words::default();
    for family in raw.family {
        check_id(path, '@', &family.id, words.families.contains_key(family.id.get_ref()), problems);
        let family_words = Family { forms: family.forms, separable: family.separable };
        if family_words.forms.is_empty() && family_words.separable.is_empty() {
            problems.push(empty(path, &family.id, "forms"));
        }
        words.families.insert(family.id.into_inner(), family_words);
    }
    for list in raw.list {
        check_id(path, '#', &list.id, words.lists.contains_key(list.id.get_ref()), problems);
        if list.words.is_empty() {
            problems.push(empty(path, &list.id, "words"));
        }
        words.lists.insert(list.id.into_inner(), list.words);
    }
    words
}

fn check_id(
    path: &str,
    sign: char,
    id: &Spanned<String>,
    taken: bool,
    problems: &mut Vec<Problem>,
) {
    let name = id.get_ref();
    let good = !name.is_empty()
        && name.len() <= 64
        && name
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_');
    if !good || name == "n" {
        let message = format!("\"{name}\" cannot be called as {sign}{name}");
        let mend =
            "use lower-case letters, digits and _ only, 64 bytes at most, and not the name n";
        problems.push(Problem::new(path, "bad_id", message, mend).at(id.span()));
    }
    if taken {
        let message = format!("{sign}{name} is written twice");
        let mend = "put its words into one of the two, or give one another id";
        problems.push(Problem::new(path, "duplicate_words", message, mend).at(id.span()));
    }
}

fn empty(path: &str, id: &Spanned<String>, key: &str) -> Problem {
    let message = format!("\"{}\" has no words", id.get_ref());
    Problem::new(path, "empty_words", message, format!("write {key} = [\"…\"]")).at(id.span())
}
