//! The taxonomy as one spreadsheet: a row per theme, a column per key. What `voc export` writes,
//! `voc import` reads back into files that mean the same.

use std::collections::BTreeSet;

use classify::{Engine, Example, Theme};
use feedback::document::is_language;
use feedback::{Names, nearest};
use serde_json::{Map, Value, json};

use super::draft::{Draft, Drafts, FILE};
use super::toml_file::{rule, text};
use super::{Remark, Row};
use crate::formula::as_written;

/// Keys with one value, before the rules.
const BEFORE: [&str; 2] = ["id", "kind"];
/// Keys with one value, behind the names.
const BETWEEN: [&str; 10] = [
    "definition_owner",
    "department",
    "contributors",
    "severity",
    "flags",
    "urgency_floor",
    "aliases",
    "replaced_by",
    "valid_from",
    "valid_to",
];
/// What belongs to the file and to the taxonomy as a whole.
const BEHIND: [&str; 3] = ["file", "taxonomy", "version"];
/// Keys with a value per language.
const NAMED: [&str; 2] = ["name", "definition"];
const RULED: [&str; 3] = ["rule", "match", "no_match"];

/// The columns that these themes need.
pub(crate) fn header(themes: &[Theme]) -> Vec<String> {
    let of = |groups: &[&str]| {
        let mut columns = Vec::new();
        for group in groups {
            let used: BTreeSet<&String> =
                themes.iter().flat_map(|theme| languages(theme, group)).collect();
            columns.extend(used.into_iter().map(|language| format!("{group}.{language}")));
        }
        columns
    };
    let plain = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    [plain(&BEFORE), of(&NAMED), plain(&BETWEEN), of(&RULED), plain(&BEHIND)].concat()
}

fn languages<'a>(theme: &'a Theme, group: &str) -> Vec<&'a String> {
    match group {
        "name" => theme.name.keys().collect(),
        "definition" => theme.definition.keys().collect(),
        "rule" => theme.rules.keys().collect(),
        "match" => theme.matches.keys().collect(),
        _ => theme.no_matches.keys().collect(),
    }
}

/// The cells of a theme, one per column of `header`.
pub(crate) fn cells(engine: &Engine, theme: &Theme, header: &[String]) -> Vec<String> {
    header.iter().map(|column| cell(engine, theme, column)).collect()
}

fn cell(engine: &Engine, theme: &Theme, column: &str) -> String {
    if let Some((group, language)) = column.split_once('.') {
        let named = |names: &Names| names.get(language).cloned().unwrap_or_default();
        let examples =
            |examples: &Vec<Example>| examples.iter().map(written).collect::<Vec<_>>().join("\n");
        return match group {
            "name" => named(&theme.name),
            "definition" => named(&theme.definition),
            "rule" => theme.rules.get(language).cloned().unwrap_or_default(),
            "match" => theme.matches.get(language).map(examples).unwrap_or_default(),
            _ => theme.no_matches.get(language).map(examples).unwrap_or_default(),
        };
    }
    let all = |names: Vec<&str>| names.join(", ");
    let fallback = &engine.departments().fallback().id;
    match column {
        "id" => theme.id.to_string(),
        "kind" => theme.kind.name().to_owned(),
        "definition_owner" => theme.definition_owner.clone().unwrap_or_default(),
        "department" => theme.department.as_ref().unwrap_or(fallback).to_string(),
        "contributors" => {
            all(theme.contributors.iter().map(feedback::DepartmentId::as_str).collect())
        }
        "severity" => theme.severity.to_string(),
        "flags" => all(theme.flags.iter().map(|flag| flag.name()).collect()),
        "urgency_floor" if theme.urgency_floor > 0.0 => format!("{:?}", theme.urgency_floor),
        "aliases" => all(theme.life.aliases.iter().map(feedback::ThemeId::as_str).collect()),
        "replaced_by" => {
            theme.life.replaced_by.as_ref().map_or_else(String::new, ToString::to_string)
        }
        "valid_from" => theme.life.valid_from.map_or_else(String::new, |date| date.to_string()),
        "valid_to" => theme.life.valid_to.map_or_else(String::new, |date| date.to_string()),
        "file" => theme.file.clone(),
        "taxonomy" if engine.is_named() => engine.taxonomy().name.clone(),
        "version" if engine.is_named() => engine.taxonomy().version.clone(),
        _ => String::new(),
    }
}

/// An example on one line: its text, or JSON where more is known of it than that.
fn written(example: &Example) -> String {
    let Example { text, respondent, channel, touchpoint } = example;
    let plain = respondent.is_none() && channel.is_none() && touchpoint.is_none();
    if plain
        && !text.contains(['\n', '\r'])
        && !text.trim_start().starts_with('{')
        && !text.is_empty()
    {
        return text.clone();
    }
    let mut told = Map::from_iter([("text".to_owned(), json!(text))]);
    let others = [
        ("respondent", respondent.as_ref().map(feedback::Respondent::name)),
        ("channel", channel.as_deref()),
        ("touchpoint", touchpoint.as_deref()),
    ];
    told.extend(
        others.into_iter().filter_map(|(key, value)| Some((key.to_owned(), json!(value?)))),
    );
    Value::Object(told).to_string()
}

/// Whether a header is of this form.
pub(crate) fn is_ours(header: &Row) -> bool {
    let has = |name: &str| header.cells.iter().any(|cell| cell.trim() == name);
    has("id") && has("kind")
}

/// Reads the rows below the header.
pub(crate) fn ours(rows: &[Row]) -> Drafts {
    let Some((header, rows)) = rows.split_first() else { return Drafts::default() };
    let mut drafts = Drafts::default();
    let header = columns(header, &mut drafts);
    for row in rows {
        let reader = Reader { header: &header, row };
        if let Some(draft) = reader.theme(&mut drafts) {
            drafts.themes.push(draft);
        }
        let (name, version) = (reader.cell("taxonomy"), reader.cell("version"));
        if drafts.named.is_none() && !name.is_empty() {
            drafts.named = Some((name.to_owned(), version.to_owned()));
        }
    }
    drafts
}

/// The names of the columns; one that is left out, which is told, has none.
fn columns<'a>(header: &'a Row, drafts: &mut Drafts) -> Vec<&'a str> {
    let mut columns: Vec<&str> = Vec::new();
    for cell in &header.cells {
        let name = cell.trim();
        let remark = if name.is_empty() {
            None
        } else if columns.contains(&name) {
            let message = "there is a column of that name already, and this one is left out";
            Some(Remark::lost(message, "name it otherwise, or join the two"))
        } else {
            unknown(name)
        };
        columns.push(if remark.is_some() { "" } else { name });
        drafts.note(header.number, name, remark.into_iter().collect());
    }
    columns
}

/// What is said of a column that nobody knows.
fn unknown(name: &str) -> Option<Remark> {
    let plain = || BEFORE.iter().chain(&BETWEEN).chain(&BEHIND).copied();
    let message = "this column is not known, and is left out";
    let by_language = |group: &str| NAMED.contains(&group) || RULED.contains(&group);
    let mend = match name.split_once('.') {
        Some((group, language)) if by_language(group) => {
            let known = is_language(language) || group == "rule" && language == "any";
            if known {
                return None;
            }
            format!("write the code of a language behind the dot, such as {group}.en, or remove it")
        }
        _ if plain().any(|known| known == name) => return None,
        _ => match nearest(name, plain()) {
            Some(near) => format!("name it {near}, or remove it"),
            None => "remove it; voc export shows the columns there are".to_owned(),
        },
    };
    Some(Remark::lost(message, mend))
}

struct Reader<'a> {
    header: &'a [&'a str],
    row: &'a Row,
}

impl<'a> Reader<'a> {
    fn raw(&self, column: &str) -> &'a str {
        let at = self.header.iter().position(|name| *name == column);
        at.map_or("", |at| as_written(self.row.cell(at)))
    }

    fn cell(&self, column: &str) -> &'a str {
        self.raw(column).trim()
    }

    fn theme(&self, drafts: &mut Drafts) -> Option<Draft> {
        let id = self.cell("id");
        if id.is_empty() {
            let remark =
                Remark::lost("the row has no id", "give the theme an id, or remove the row");
            drafts.note(self.row.number, "id", vec![remark]);
            return None;
        }
        let file = match self.cell("file") {
            "" => FILE,
            file => file,
        };
        let mut draft = Draft { file: file.to_owned(), id: id.to_owned(), ..Draft::default() };
        let mut key = |key, value: String| {
            if !value.is_empty() {
                draft.keys.push((key, value));
            }
        };
        let quoted = |column| Some(self.cell(column)).filter(|cell| !cell.is_empty()).map(text);
        key("kind", quoted("kind").unwrap_or_default());
        for group in NAMED {
            key(group, self.names(group));
        }
        key("definition_owner", quoted("definition_owner").unwrap_or_default());
        key("department", quoted("department").unwrap_or_default());
        key("contributors", self.list("contributors"));
        key("severity", self.number("severity", drafts));
        key("flags", self.list("flags"));
        key("urgency_floor", self.number("urgency_floor", drafts));
        key("aliases", self.list("aliases"));
        key("replaced_by", quoted("replaced_by").unwrap_or_default());
        key("valid_from", self.date("valid_from"));
        key("valid_to", self.date("valid_to"));
        self.by_language(&mut draft, drafts);
        Some(draft)
    }

    /// `{ en = "…", nl = "…" }`
    fn names(&self, group: &str) -> String {
        let named = |column: &&str| {
            let language = column.strip_prefix(group)?.strip_prefix('.')?;
            let cell = self.raw(column);
            (!cell.is_empty()).then(|| format!("{language} = {}", text(cell)))
        };
        let names: Vec<String> = self.header.iter().filter_map(named).collect();
        if names.is_empty() { String::new() } else { format!("{{ {} }}", names.join(", ")) }
    }

    /// `["…", "…"]`
    fn list(&self, column: &str) -> String {
        let names = self.cell(column).split([',', ';', '\n']).map(str::trim);
        let names: Vec<String> = names.filter(|name| !name.is_empty()).map(text).collect();
        if names.is_empty() { String::new() } else { format!("[{}]", names.join(", ")) }
    }

    fn number(&self, column: &str, drafts: &mut Drafts) -> String {
        let cell = self.cell(column);
        if cell.is_empty() {
            return String::new();
        }
        let number = cell.replace(',', ".").parse::<f64>().ok().filter(|number| number.is_finite());
        if let Some(number) = number {
            return number.to_string();
        }
        let message = format!("“{cell}” is no number");
        let remark = Remark::lost(message, "write a number; it was left out");
        drafts.note(self.row.number, column, vec![remark]);
        String::new()
    }

    /// A date, bare; anything else as a text, which `voc check` then tells.
    fn date(&self, column: &str) -> String {
        let cell = self.cell(column);
        let is_date = cell.parse::<jiff::civil::Date>().is_ok() && cell.len() == "2026-01-01".len();
        if is_date || cell.is_empty() { cell.to_owned() } else { text(cell) }
    }

    /// Rules and examples.
    fn by_language(&self, draft: &mut Draft, drafts: &mut Drafts) {
        for column in self.header {
            let Some((group, _)) = column.split_once('.') else { continue };
            let cell = self.raw(column);
            if cell.trim().is_empty() || !RULED.contains(&group) {
                continue;
            }
            if group == "rule" {
                match classify::check_rule(cell) {
                    Ok(_) => draft.by_language.push(((*column).to_owned(), rule(cell))),
                    Err(faults) => {
                        draft.comments.push(format!("{column} was left out: {cell}"));
                        let remarks = faults.into_iter().map(|fault| {
                            let mend = fault.correction.map(|rule| format!(": {rule}"));
                            let mend = format!("{}{}", fault.advice, mend.unwrap_or_default());
                            Remark::lost(fault.message, mend)
                        });
                        drafts.note(self.row.number, column, remarks.collect());
                    }
                }
                continue;
            }
            let mut examples = Vec::new();
            for line in cell.lines().filter(|line| !line.trim().is_empty()) {
                if let Some(example) = example(line) {
                    examples.push(example);
                } else {
                    draft.comments.push(format!("an example of {column} was left out: {line}"));
                    let remark = Remark::lost(
                        format!("“{line}” is no example"),
                        "write its words alone, or {\"text\": \"…\", \"respondent\": \"…\"}",
                    );
                    drafts.note(self.row.number, column, vec![remark]);
                }
            }
            draft.by_language.push(((*column).to_owned(), format!("[{}]", examples.join(", "))));
        }
    }
}

/// An example as TOML, from its line.
fn example(line: &str) -> Option<String> {
    if !line.trim_start().starts_with('{') {
        return Some(text(line));
    }
    let told: Map<String, Value> = serde_json::from_str(line).ok()?;
    let one = |(key, value): (&String, &Value)| Some(format!("{key} = {}", text(value.as_str()?)));
    let known = ["text", "respondent", "channel", "touchpoint"];
    let parts: Option<Vec<String>> =
        known.iter().filter_map(|key| told.get_key_value(*key)).map(one).collect();
    let whole = told.keys().all(|key| known.contains(&key.as_str()));
    parts
        .filter(|_| whole && told.contains_key("text"))
        .map(|parts| format!("{{ {} }}", parts.join(", ")))
}
