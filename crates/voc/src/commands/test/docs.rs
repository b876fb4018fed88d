//! What documents print of the configuration, tried out: each block of TOML must be read without a
//! problem and its examples must come out, and each rule printed within a line must compile.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result};
use classify::{Engine, test_examples};
use feedback::condition::{self, Scope};
use feedback::document::quoted;
use feedback::{Files, Given, Problem, line_and_column};

use super::markdown::{self, Block, Piece};
use super::of_theme;
use super::outcome::Case;
use crate::commands::Loaded;
use crate::settings::{self, Settings};
use crate::stages::Stages;

/// The keywords that make a piece of code a rule, where something stands beside them.
const KEYWORDS: [&str; 5] = ["AND", "OR", "NOT", "NOTIN", "IN"];
/// Those that may have a number behind a stroke.
const DISTANCES: [&str; 2] = ["NEAR", "BEFORE"];
/// Those that have brackets behind them.
const SCOPES: [&str; 5] = ["SENTENCE(", "TEXT(", "NEGATED(", "AFFIRMED(", "AGENT("];

/// The file that themes which are printed stand in.
const TAXONOMY: &str = "taxonomy/printed.toml";

/// The tables of a lexicon that no other file has.
const LEXICON_TABLES: [&str; 11] = [
    "sentiment",
    "phrases",
    "negators",
    "intensifiers",
    "clause",
    "turns",
    "answers",
    "intent",
    "urgency",
    "effort",
    "emotions",
];

/// The keys of a theme, for a block that prints only some of them.
const THEME_KEYS: [&str; 17] = [
    "id",
    "kind",
    "name",
    "definition",
    "definition_owner",
    "aliases",
    "replaced_by",
    "valid_from",
    "valid_to",
    "department",
    "contributors",
    "severity",
    "flags",
    "urgency_floor",
    "rule",
    "match",
    "no_match",
];

/// Tries out what the documents at `paths` print; of a folder, every Markdown file in it.
pub(super) fn run(paths: &[PathBuf], loaded: &Loaded) -> Result<Vec<Case>> {
    let mut documents = BTreeSet::new();
    for path in paths {
        find(path, &mut documents)?;
    }
    let mut cases = Vec::new();
    for path in documents {
        let text =
            fs::read_to_string(&path).with_context(|| format!("reading {}", path.display()))?;
        let (blocks, pieces) = markdown::printed(&text);
        let mut document = Document { path: path.display().to_string(), loaded, cases: &mut cases };
        for block in blocks.iter().filter(|block| is_toml(block)) {
            document.block(block);
        }
        document.rules(pieces.iter().filter(|piece| is_rule(piece)).collect());
    }
    Ok(cases)
}

fn find(path: &Path, documents: &mut BTreeSet<PathBuf>) -> Result<()> {
    if !path.is_dir() {
        documents.insert(path.to_owned());
        return Ok(());
    }
    let entries = fs::read_dir(path).with_context(|| format!("reading {}", path.display()))?;
    for entry in entries {
        let path = entry.with_context(|| format!("reading {}", path.display()))?.path();
        if path.is_dir() || path.extension().is_some_and(|ending| ending == "md") {
            find(&path, documents)?;
        }
    }
    Ok(())
}

/// Whether a block claims to be of the configuration: a fence says so, or a line of it looks so.
fn is_toml(block: &Block) -> bool {
    let looks = |line: &str| {
        let line = line.split(" #").next().unwrap_or(line).trim_end();
        let header = line.starts_with('[') && line.ends_with(']');
        let key = line.split_once(" = ").map_or("", |(key, _)| key.trim());
        let named =
            |key: &str| key.bytes().all(|byte| byte.is_ascii_lowercase() || b"_.".contains(&byte));
        header || !key.is_empty() && named(key)
    };
    match block.language.as_str() {
        "toml" => true,
        "" => block.text.lines().any(looks),
        _ => false,
    }
}

/// Whether a piece claims to be a rule or a condition: all that a table says to write, and elsewhere
/// what has a keyword and something to join.
fn is_rule(piece: &Piece) -> bool {
    if piece.text.contains(['…', '<']) && !piece.text.contains("<=") {
        return false;
    }
    let words: Vec<&str> = piece.text.split_whitespace().collect();
    let is_keyword = |word: &str| {
        let distance = word.split('/').next().unwrap_or(word);
        KEYWORDS.contains(&word) || DISTANCES.contains(&distance)
    };
    let joins = words.len() > 1 && words.iter().any(|word| is_keyword(word));
    piece.is_to_write || joins || SCOPES.iter().any(|scope| piece.text.contains(scope))
}

/// One document while it is tried.
struct Document<'a> {
    path: String,
    loaded: &'a Loaded,
    cases: &'a mut Vec<Case>,
}

impl Document<'_> {
    /// What is wrong with what is printed in that line; nothing where it is right.
    fn tell(&mut self, line: usize, example: &str, wrong: Vec<String>) {
        self.cases.push(Case {
            file: self.path.clone(),
            of: format!("line {line}"),
            name: "printed".to_owned(),
            example: example.trim().lines().next().unwrap_or_default().to_owned(),
            wrong,
            marks: Vec::new(),
        });
    }

    fn block(&mut self, block: &Block) {
        // Where it is no TOML, which file it is doesn't matter: none can be read.
        let table = block.text.parse::<toml::Table>();
        let target = table.map_or_else(|_| Target::new(TAXONOMY), |table| Target::of(&table));
        let Target { file, head } = target;
        let text = format!("{head}{}", block.text);
        let problems = self.problems(file, &text);
        if problems.is_empty() {
            self.tell(block.line, &block.text, Vec::new());
            self.examples(file, &text);
            return;
        }
        let head_lines = head.matches('\n').count();
        for problem in problems {
            let (line, _) = line_and_column(&text, problem.span.map_or(0, |span| span.start));
            let line = (block.line + line).saturating_sub(1 + head_lines).max(block.line);
            self.tell(line, &block.text, vec![problem.message, problem.mend]);
        }
    }

    /// What is wrong with `text` as that file, among the others of the configuration.
    fn problems(&self, file: &str, text: &str) -> Vec<Problem> {
        let files = self.files(file, text);
        let settings = Settings::parse(&files);
        let stages = Stages::parse(&files, &self.loaded.settings);
        let problems = settings.err().into_iter().chain(stages.err()).flatten();
        problems.filter(|problem| problem.file == file).collect()
    }

    /// The configuration with `text` as one of its files; a taxonomy stands alone, each of its
    /// departments its own team.
    fn files(&self, file: &str, text: &str) -> Files {
        let alone = file.starts_with("taxonomy/");
        let kept =
            |path: &str| !alone || path.starts_with("words/") || path.starts_with("lexicons/");
        let mut files = Files::new();
        for (path, given, text) in self.loaded.files.iter().filter(|(path, ..)| kept(path)) {
            files.insert(path, given, text);
        }
        files.insert(file, Given::ByUser, text);
        files
    }

    fn examples(&mut self, file: &str, text: &str) {
        let Ok(stages) = Stages::parse(&self.files(file, text), &self.loaded.settings) else {
            return;
        };
        if file == route::FILE {
            let mut tagger = stages.tagger();
            for example in stages.router.examples() {
                let (_, routing) = tagger.tag(&example.feedback());
                self.cases.push(Case {
                    file: self.path.clone(),
                    of: example.expect().route.clone(),
                    name: "example printed".to_owned(),
                    example: example.name().to_owned(),
                    wrong: example.expect().unmet(&routing),
                    marks: Vec::new(),
                });
            }
        }
        if file.starts_with("taxonomy/") {
            for result in test_examples(&stages.engine) {
                self.cases
                    .push(Case { file: self.path.clone(), ..of_theme(result, &self.loaded.files) });
            }
        }
    }

    /// Compiles rules, each as a theme's; what is no whole rule (`NOT a`, an attribute) must be the
    /// part of one.
    fn rules(&mut self, pieces: Vec<&Piece>) {
        let conditions = |piece: &&Piece| condition::parse(&piece.text, Scope::Route).is_ok();
        let (conditions, rules): (Vec<&Piece>, Vec<&Piece>) =
            pieces.into_iter().partition(conditions);
        for piece in conditions {
            self.tell(piece.line, &piece.text, Vec::new());
        }
        let alone: Vec<_> = rules.iter().map(|piece| piece.text.clone()).collect();
        let wrong = self.compile(&alone);
        let parts: Vec<_> =
            rules.iter().map(|piece| format!("word AND ({})", piece.text)).collect();
        let wrong_parts = self.compile(&parts);
        for ((piece, wrong), wrong_part) in rules.into_iter().zip(wrong).zip(wrong_parts) {
            let wrong = if wrong_part.is_empty() { Vec::new() } else { wrong };
            self.tell(piece.line, &piece.text, wrong);
        }
    }

    /// What is wrong with each rule.
    fn compile(&self, rules: &[String]) -> Vec<Vec<String>> {
        let mut files = self.files(TAXONOMY, "");
        for (number, rule) in rules.iter().enumerate() {
            let theme = format!(
                "[[theme]]\nid = \"printed.rule_{number}\"\nkind = \"topic\"\ndepartment = \"printed\"\n\
                 rule.any = {}\n",
                quoted(rule)
            );
            files.insert(rule_file(number), Given::ByUser, theme);
        }
        let problems = Engine::parse(&files, "").map(Arc::new).err().unwrap_or_default();
        let told = |number: usize| {
            let own = problems.iter().filter(|problem| problem.file == rule_file(number));
            own.flat_map(|problem| [problem.message.clone(), problem.mend.clone()]).collect()
        };
        (0..rules.len()).map(told).collect()
    }
}

fn rule_file(number: usize) -> String {
    format!("taxonomy/printed_{number}.toml")
}

/// Which file of the configuration a block is a piece of, and what must stand above it.
struct Target {
    file: &'static str,
    head: String,
}

impl Target {
    const fn new(file: &'static str) -> Self {
        Self { file, head: String::new() }
    }

    fn of(table: &toml::Table) -> Self {
        let has = |names: &[&str]| names.iter().any(|name| table.contains_key(*name));
        if has(&["theme", "taxonomy"]) {
            return Self::new(TAXONOMY);
        }
        if has(&["route", "policy"]) {
            return Self::new(route::FILE);
        }
        if has(&["owner"]) {
            return Self::new("owners.toml");
        }
        if has(&["department"]) && !has(&["rule", "match"]) {
            return Self::new("departments.toml");
        }
        if has(&["touchpoint"]) {
            return Self::new("touchpoints.toml");
        }
        if has(&["family", "list"]) {
            return Self::new("words/en.toml");
        }
        // A theme has `flags` too, but as a list.
        let flags = table.get("flags").is_some_and(toml::Value::is_table);
        if flags || has(&LEXICON_TABLES) {
            return Self::new("lexicons/en.toml");
        }
        if has(&["format", "fields"]) {
            return Self::new("sources/printed.toml");
        }
        if !table.is_empty() && table.keys().all(|key| THEME_KEYS.contains(&key.as_str())) {
            return Self { file: TAXONOMY, head: theme_head(table) };
        }
        Self::new(settings::FILE)
    }
}

/// The beginning of a theme of which a block prints only some keys.
fn theme_head(keys: &toml::Table) -> String {
    let missing = [("id", "printed"), ("kind", "topic"), ("department", "printed")]
        .into_iter()
        .filter(|(key, _)| !keys.contains_key(*key));
    let lines = missing.map(|(key, value)| format!("{key} = \"{value}\"\n"));
    std::iter::once("[[theme]]\n".to_owned()).chain(lines).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What `voc schema` prints of a file, each of its tables alone, is known as that file's.
    #[test]
    fn every_table_of_a_lexicon_is_known_as_one() {
        let whole: toml::Table = include_str!("../schema/lexicon.toml").parse().unwrap();
        for (key, value) in whole {
            let alone = toml::Table::from_iter([(key.clone(), value)]);
            assert_eq!(Target::of(&alone).file, "lexicons/en.toml", "{key}");
        }
        let theme: toml::Table = "flags = [\"legal\"]".parse().unwrap();
        assert_eq!(Target::of(&theme).file, TAXONOMY);
    }
}
