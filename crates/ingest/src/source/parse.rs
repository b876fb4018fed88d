//! Reads `sources/<name>.toml`. Every key is checked, and everything that is wrong is told at once.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use feedback::condition::{self, Condition, Scope};
use feedback::{Feedback, FeedbackId, Files, Problem, ThemeId};
use jiff::tz::Offset;
use toml::Spanned;

use super::table::{Problems, Table, suggest};
use super::{Constant, Format, Locator, Manner, Mapping, Source, Target, TextField, parts};
use crate::ingest::DEFAULT_SOURCE;
use crate::language;

/// The folder of the sources.
const FOLDER: &str = "sources/";

/// Every source of the configuration, by name, and the built-in one.
pub(crate) fn parse(files: &Files) -> Result<BTreeMap<Arc<str>, Source>, Vec<Problem>> {
    let built_in = Source::built_in();
    let mut sources = BTreeMap::from([(Arc::clone(&built_in.name), built_in)]);
    let mut found = Vec::new();
    for (file, text) in files.under(FOLDER) {
        match parse_one(file, text) {
            Ok(source) if &*source.name == DEFAULT_SOURCE => found.push(Problem::new(
                file,
                "reserved_name",
                "the source `default` is built in",
                "give the source a name of its own, such as that of the system it comes from",
            )),
            Ok(source) => {
                if let Some(other) = sources.insert(Arc::clone(&source.name), source) {
                    found.push(Problem::new(
                        file,
                        "duplicate_name",
                        format!("another file describes the source \"{}\" too", other.name),
                        "give each source a name of its own",
                    ));
                }
            }
            Err(problems) => found.extend(problems),
        }
    }
    if found.is_empty() { Ok(sources) } else { Err(found) }
}

/// One source's file.
pub(crate) fn parse_one(file: &str, text: &str) -> Result<Source, Vec<Problem>> {
    let mut problems = Problems { file, found: Vec::new() };
    let source = Table::of_file(text, &mut problems).and_then(|table| source(table, &mut problems));
    match source {
        Some(source) if problems.found.is_empty() => Ok(source),
        _ => Err(problems.found),
    }
}

fn source(mut table: Table<'_>, problems: &mut Problems<'_>) -> Option<Source> {
    let name = table.required::<String>("name", "name = \"survey_export\"", problems);
    if let Some(name) = &name
        && let Err(error) = ThemeId::new(name.get_ref())
    {
        let message = format!("the name \"{}\" {error}", name.get_ref());
        problems.push(name.span(), "bad_id", message, "write it like `survey_export`");
    }
    let format = format(&mut table, problems);
    let language = table.text("lang", problems).and_then(|lang| {
        let code = language::code(lang.get_ref());
        if code.is_none() {
            let message = format!("\"{}\" names no language", lang.get_ref());
            problems.push(lang.span(), "bad_language", message, "write a code such as `nl`");
        }
        code
    });
    let mut mapping = Mapping {
        manner: manner(&mut table, problems),
        defaults: defaults(&mut table, problems),
        other_fields: table
            .take("other_fields", "other_fields = false", problems)
            .is_none_or(Spanned::into_inner),
        skip_when: skip_when(&mut table, problems),
        texts: parts::texts(&mut table, format, problems),
        scores: parts::scores(&mut table, format, problems),
        answers: parts::answers(&mut table, format, problems),
        status: parts::status(&mut table, format, problems),
        transcript: parts::transcript(&mut table, format, problems),
        join: parts::join(&mut table, problems),
        attributes: attributes(&mut table, format, problems),
        ..Mapping::default()
    };
    fields(&mut table, format, &mut mapping, problems);
    let (span, silent) =
        (table.span.clone(), mapping.texts.is_empty() && mapping.scores.is_empty());
    table.finish(problems);
    if silent && mapping.transcript.is_none() && mapping.join.is_none() {
        let mend = "add `text = \"…\"` below [fields], or a [[text]] or [[score]]";
        problems.push(
            span,
            "no_text_and_no_score",
            "the source maps neither a text nor a score",
            mend,
        );
    }
    mapping.mapped = mapped(&mapping);
    let name = Arc::from(name?.into_inner());
    Some(Source { name, format, language, mapping: Some(Box::new(mapping)) })
}

fn format(table: &mut Table<'_>, problems: &mut Problems<'_>) -> Format {
    const FORM: &str = "format = \"csv\" (also for XLSX) or format = \"json\"";
    let Some(format) = table.required::<String>("format", FORM, problems) else {
        return Format::Csv;
    };
    match format.get_ref().as_str() {
        "json" => Format::Json,
        "csv" => Format::Csv,
        other => {
            let message = format!("there is no format \"{other}\"");
            problems.push(format.span(), "unknown_format", message, format!("write {FORM}"));
            Format::Csv
        }
    }
}

fn manner(table: &mut Table<'_>, problems: &mut Problems<'_>) -> Manner {
    let decimal_comma = table.take("decimal_comma", "decimal_comma = true", problems);
    let formats: Option<Spanned<Vec<String>>> =
        table.take("date_formats", "date_formats = [\"%d-%m-%Y %H:%M\"]", problems);
    let missing: Option<Spanned<Vec<String>>> =
        table.take("missing", "missing = [\"geen antwoord\", \"99\"]", problems);
    let offset = table.text("utc_offset", problems).and_then(|offset| {
        let read = jiff::fmt::strtime::parse("%:z", offset.get_ref()).ok();
        let read = read.and_then(|read| read.offset());
        if read.is_none() {
            let message = format!("\"{}\" is no offset", offset.get_ref());
            problems.push(offset.span(), "bad_offset", message, "write utc_offset = \"+01:00\"");
        }
        read
    });
    for format in formats.iter().flat_map(Spanned::get_ref) {
        let sample = jiff::civil::date(2026, 3, 4).at(5, 6, 7, 0);
        let written = jiff::fmt::strtime::format(format, sample).ok();
        let read = written.and_then(|text| crate::time::formatted(&text, format, Offset::UTC));
        if read.is_none()
            && let Some(formats) = &formats
        {
            let message = format!("\"{format}\" is no format of a date or time");
            let mend = "write it like \"%d-%m-%Y\" or \"%d/%m/%Y %H:%M\" (strftime)";
            problems.push(formats.span(), "bad_date_format", message, mend);
        }
    }
    let lower = |words: Vec<String>| words.iter().map(|word| word.trim().to_lowercase()).collect();
    Manner {
        decimal_comma: decimal_comma.is_some_and(Spanned::into_inner),
        utc_offset: offset.unwrap_or(Offset::UTC),
        date_formats: formats.map(Spanned::into_inner).unwrap_or_default(),
        missing: missing.map(Spanned::into_inner).map(lower).unwrap_or_default(),
    }
}

/// `[defaults]`, and the commonest of them at the top of the file.
fn defaults(table: &mut Table<'_>, problems: &mut Problems<'_>) -> Vec<(Target, Constant)> {
    let mut written: Vec<(Spanned<String>, Spanned<toml::Value>)> = Vec::new();
    for key in ["respondent", "channel", "solicited"] {
        let form = if key == "solicited" { "solicited = true" } else { "a text" };
        if let Some(value) = table.take::<toml::Value>(key, form, problems) {
            written.push((Spanned::new(value.span(), key.to_owned()), value));
        }
    }
    if let Some(defaults) = table.table("defaults", problems) {
        written.extend(defaults.flattened("a text, a number, true or false", problems));
    }
    let mut defaults = Vec::new();
    for (name, value) in written {
        let Some(target) = target(&name, problems) else { continue };
        let span = value.span();
        #[expect(clippy::cast_precision_loss, reason = "a constant of a configuration is small")]
        let constant = match value.into_inner() {
            toml::Value::String(text) => Some(Constant::Text(text)),
            toml::Value::Integer(number) => Some(Constant::Number(number as f64)),
            toml::Value::Float(number) if number.is_finite() => Some(Constant::Number(number)),
            toml::Value::Boolean(truth) => Some(Constant::Truth(truth)),
            toml::Value::Datetime(time) => Some(Constant::Text(time.to_string())),
            _ => None,
        };
        let mut probe = Feedback::new(FeedbackId::of_source_id("", ""), Arc::from(""));
        let manner = Manner::default();
        match constant {
            Some(constant) if target.set(&mut probe, &constant.found(), &manner).is_ok() => {
                defaults.push((target, constant));
            }
            _ => {
                let message = format!("`{}` must be {}", target.name(), target.expected());
                problems.push(span, "wrong_type", message, "correct the value");
            }
        }
    }
    defaults.sort_by_key(|(target, _)| *target);
    defaults
}

fn target(name: &Spanned<String>, problems: &mut Problems<'_>) -> Option<Target> {
    let target = Target::from_name(name.get_ref());
    if target.is_none() {
        let message = format!("feedback has no field `{}`", name.get_ref());
        problems.push(name.span(), "unknown_key", message, suggest(name.get_ref(), Target::NAMES));
    }
    target
}

/// `[fields]`: names of ours, and `text` and `lang`, which need no table of their own.
fn fields(
    table: &mut Table<'_>,
    format: Format,
    mapping: &mut Mapping,
    problems: &mut Problems<'_>,
) {
    let Some(fields) = table.table("fields", problems) else { return };
    for (name, field) in fields.flattened::<String>("a column or a JSON pointer", problems) {
        let locator = Locator::new(field.get_ref(), format);
        match name.get_ref().as_str() {
            "lang" => mapping.language = Some(locator),
            "text" => {
                let (question_id, label, author, language) = (None, None, None, None);
                mapping.texts.push(TextField {
                    field: locator,
                    question_id,
                    label,
                    author,
                    language,
                });
            }
            _ => mapping.fields.extend(target(&name, problems).map(|target| (target, locator))),
        }
    }
    mapping.fields.sort_by_key(|(target, _)| *target);
}

fn skip_when(table: &mut Table<'_>, problems: &mut Problems<'_>) -> Option<Condition> {
    let written = table.text("skip_when", problems)?;
    match condition::parse(written.get_ref(), Scope::Rule) {
        Ok(condition) => Some(condition),
        Err(error) => {
            let mend = error.correction.map_or_else(
                || "write it like skip_when = 'status = \"test\"'".to_owned(),
                |correction| format!("write skip_when = '{correction}'"),
            );
            problems.push(written.span(), "bad_condition", error.message, mend);
            None
        }
    }
}

fn attributes(
    table: &mut Table<'_>,
    format: Format,
    problems: &mut Problems<'_>,
) -> Vec<(String, Locator)> {
    let Some(attributes) = table.table("attributes", problems) else { return Vec::new() };
    attributes
        .flattened::<String>("a column or a JSON pointer", problems)
        .into_iter()
        .map(|(name, field)| (name.into_inner(), Locator::new(field.get_ref(), format)))
        .collect()
}

/// The top-level names that some table of the file maps.
fn mapped(mapping: &Mapping) -> BTreeSet<String> {
    let transcript = mapping.transcript.as_ref().map(|transcript| &transcript.turns);
    let texts = mapping.texts.iter().flat_map(|text| [Some(&text.field), text.language.as_ref()]);
    let mut names: BTreeSet<String> = texts
        .chain([mapping.language.as_ref(), transcript])
        .chain(mapping.status.iter().map(|status| Some(&status.field)))
        .flatten()
        .chain(mapping.fields.iter().map(|(_, field)| field))
        .chain(mapping.attributes.iter().map(|(_, field)| field))
        .chain(mapping.scores.iter().map(|score| &score.field))
        .chain(mapping.answers.iter().map(|answer| &answer.field))
        .map(|locator| locator.first.clone())
        .collect();
    if let Some(join) = &mapping.join {
        names.insert(join.response_id.clone());
    }
    names
}
