//! `words/<lang>.toml`: families (all forms of a verb and its nouns, separable ones too) and named
//! lists of words and phrases, which rules call by `@id` and `#id`.

use std::collections::BTreeMap;

use feedback::document::{Document, Spanned, Table, Value, is_language};
use feedback::{Files, Problem};
use serde::Serialize;

/// The folder of these files.
pub(crate) const FOLDER: &str = "words/";

/// A family: forms compared exactly (case and accents aside).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Family {
    /// Single words.
    pub(crate) forms: Vec<String>,
    /// Two words of one sentence in this order, anything between: `["schrijft", "af"]`.
    pub(crate) separable: Vec<(String, String)>,
    /// Which second parts are common words too, and count only where their clause ends.
    pub(crate) last: Vec<String>,
}

/// The families and lists of one language.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Words {
    /// By id.
    pub(crate) families: BTreeMap<String, Family>,
    /// By id: words and phrases, compared by their stems.
    pub(crate) lists: BTreeMap<String, Vec<String>>,
    /// Whether the file couldn't be read to its end, so that it may hold more than these.
    #[serde(skip)]
    pub(crate) partly: bool,
}

/// Reads every words file, by language.
pub(crate) fn parse(files: &Files, problems: &mut Vec<Problem>) -> BTreeMap<String, Words> {
    let mut by_language = BTreeMap::new();
    for (path, text) in files.under(FOLDER) {
        let Some(language) = language_of(path, FOLDER, problems) else { continue };
        let mut document = Document::new(path, text);
        by_language.insert(language, read(&mut document));
        problems.extend(document.finish());
    }
    by_language
}

/// The language that a file's name says, such as `nl` in words/nl.toml.
pub(crate) fn language_of(path: &str, folder: &str, problems: &mut Vec<Problem>) -> Option<String> {
    let name = path.strip_prefix(folder).and_then(|name| name.strip_suffix(".toml"));
    let language = name.filter(|name| is_language(name));
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

fn read(document: &mut Document<'_>) -> Words {
    let mut words = Words::default();
    let Some(mut root) = document.root() else { return Words { partly: true, ..words } };
    let all_last = texts(&mut root, "last", document);
    for mut table in root.tables("family", document) {
        let before = document.problems();
        let id = id(&mut table, '@', |id| words.families.contains_key(id), document);
        let forms = texts(&mut table, "forms", document);
        let separable = separable(&mut table, document);
        table.finish(document);
        let Some(id) = id else {
            words.partly = true;
            continue;
        };
        if document.problems() == before && forms.is_empty() && separable.is_empty() {
            empty(&id, "forms", document);
        }
        let is_second = |word: &&String| separable.iter().any(|(_, second)| second == *word);
        let last = all_last.iter().filter(is_second).cloned().collect();
        words.families.insert(id.into_inner(), Family { forms, separable, last });
    }
    for mut table in root.tables("list", document) {
        table.needs("words", "words = [\"…\"]", document);
        let id = id(&mut table, '#', |id| words.lists.contains_key(id), document);
        let listed = table.texts("words", document);
        table.finish(document);
        let Some(id) = id else {
            words.partly = true;
            continue;
        };
        for word in listed.iter().flat_map(Spanned::get_ref) {
            called(word, document);
        }
        if listed.as_ref().is_some_and(|listed| listed.get_ref().is_empty()) {
            empty(&id, "words", document);
        }
        let listed = listed.map(Spanned::into_inner).unwrap_or_default();
        words.lists.insert(id.into_inner(), listed.into_iter().map(Spanned::into_inner).collect());
    }
    root.finish(document);
    words
}

fn texts(table: &mut Table, key: &'static str, document: &mut Document<'_>) -> Vec<String> {
    let texts = table.texts(key, document).map(Spanned::into_inner).unwrap_or_default();
    texts.into_iter().map(Spanned::into_inner).collect()
}

/// `separable = [["schrijft", "af"]]`: pairs of words.
fn separable(table: &mut Table, document: &mut Document<'_>) -> Vec<(String, String)> {
    let pairs = table.list("separable", document).map(Spanned::into_inner).unwrap_or_default();
    let mut separable = Vec::new();
    for pair in pairs {
        if let Value::List(words) = pair.get_ref()
            && let [first, second] = words.as_slice()
            && let (Value::Text(first), Value::Text(second)) = (first.get_ref(), second.get_ref())
        {
            separable.push((first.clone(), second.clone()));
            continue;
        }
        let message = "the parts of a separable verb are two words";
        let mend = "write separable = [[\"schrijft\", \"af\"]]";
        document.problem(pair.span(), "wrong_type", message, mend);
    }
    separable
}

fn id(
    table: &mut Table,
    sign: char,
    taken: impl Fn(&str) -> bool,
    document: &mut Document<'_>,
) -> Option<Spanned<String>> {
    table.needs("id", "id = \"…\"", document);
    let id = table.text("id", document)?;
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
        document.problem(id.span(), "bad_id", message, mend);
    }
    if taken(name) {
        let message = format!("{sign}{name} is written twice");
        let mend = "put its words into one of the two, or give one another id";
        document.problem(id.span(), "duplicate_words", message, mend);
    }
    Some(id)
}

/// A list holds words and phrases alone: so none can call itself, by however many others.
fn called(word: &Spanned<String>, document: &mut Document<'_>) {
    let text = word.get_ref();
    if let Some(sign @ ('#' | '@')) = text.chars().next() {
        let message = format!("a list holds words and phrases; {text} calls another one");
        let mend = format!(
            "leave it out, and write {text} beside the list in the rules: (#list OR {text})"
        );
        let code = if sign == '#' { "list_in_list" } else { "family_in_list" };
        document.problem(word.span(), code, message, mend);
    }
}

fn empty(id: &Spanned<String>, key: &str, document: &mut Document<'_>) {
    let message = format!("\"{}\" has no words", id.get_ref());
    document.problem(id.span(), "empty_words", message, format!("write {key} = [\"…\"]"));
}
