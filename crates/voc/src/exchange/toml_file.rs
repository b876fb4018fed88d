//! Drafts as TOML, in the style of the files that come with voc.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::draft::{Draft, FILE};

/// A text as TOML writes it in double quotes.
pub(super) fn text(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

/// A rule as TOML: in single quotes, so that its own double quotes stay as they are, where that can
/// hold it.
pub(super) fn rule(rule: &str) -> String {
    let plain = |each: char| each == '\n' || each == '\t' || !each.is_control();
    if !rule.chars().all(plain) || rule.contains("'''") || rule.ends_with('\'') {
        return text(rule);
    }
    if rule.contains(['\n', '\'']) {
        // The line end right after the quotes is no part of the value.
        return format!("'''\n{rule}'''");
    }
    format!("'{rule}'")
}

/// The files that the drafts make, by path.
pub(crate) fn files(
    drafts: &[Draft],
    named: Option<&(String, String)>,
) -> BTreeMap<String, String> {
    let mut files: BTreeMap<String, String> = BTreeMap::new();
    if let Some((name, version)) = named {
        let first = drafts.iter().map(|draft| draft.file.as_str()).min().unwrap_or(FILE);
        let table = format!("[taxonomy]\nname = {}\nversion = {}\n", text(name), text(version));
        files.insert(first.to_owned(), table);
    }
    for draft in drafts {
        let file = files.entry(draft.file.clone()).or_default();
        if !file.is_empty() {
            file.push('\n');
        }
        file.push_str(&theme(draft));
    }
    files
}

fn theme(draft: &Draft) -> String {
    let mut toml = String::new();
    for comment in &draft.comments {
        for line in comment.lines() {
            // A comment may hold no control characters but tabs.
            let line = line.replace(|each: char| each.is_control() && each != '\t', "\u{FFFD}");
            writeln!(toml, "# {line}").expect("a String takes all");
        }
    }
    writeln!(toml, "[[theme]]\nid = {}", text(&draft.id)).expect("a String takes all");
    let own = draft.keys.iter().map(|(key, value)| (*key, value));
    let by_language = draft.by_language.iter().map(|(key, value)| (key.as_str(), value));
    for (key, value) in own.chain(by_language) {
        writeln!(toml, "{key} = {value}").expect("a String takes all");
    }
    toml
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(written: &str) -> String {
        let table: toml::Table = format!("key = {written}").parse().unwrap();
        table["key"].as_str().unwrap().to_owned()
    }

    #[test]
    fn rules_are_written_so_that_they_can_be_read() {
        for (value, written) in [
            ("a OR \"b c\"", "'a OR \"b c\"'"),
            ("don't", "'''\ndon't'''"),
            ("a\nOR b", "'''\na\nOR b'''"),
            ("dogs'", "\"dogs'\""),
        ] {
            assert_eq!(rule(value), written);
            assert_eq!(read(written), value);
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_back(value in "\\PC{0,20}|[\\x00-\\x7f'\"\\\\]{0,12}") {
            prop_assert_eq!(&read(&text(&value)), &value);
            prop_assert_eq!(read(&rule(&value)), value);
        }
    }
}
