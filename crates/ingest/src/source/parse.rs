//! Reads `sources/<name>.toml`. Every key is checked, and everything that is wrong is told at once.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use feedback::condition::{self, Condition, Scope};
use feedback::document::{Document, Spanned, Table, Value};
use feedback::{Feedback, FeedbackId, Files, Problem, ThemeId, suggest};
use jiff::tz::Offset;

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
        let (source, problems) = read(file, text);
        found.extend(problems);
        // One with faults has its name all the same.
        let Some(source) = source else { continue };
        if &*source.name == DEFAULT_SOURCE {
            found.push(Problem::new(
                file,
                "reserved_name",
                "the source `default` is built in",
                "give the source a name of its own, such as that of the system it comes from",
            ));
        } else if let Some(other) = sources.insert(Arc::clone(&source.name), source) {
            found.push(Problem::new(
                file,
                "duplicate_name",
                format!("another file describes the source \"{}\" too", other.name),
                "give each source a name of its own",
            ));
        }
    }
    if found.is_empty() { Ok(sources) } else { Err(found) }
}

/// One source's file.
pub(crate) fn parse_one(file: &str, text: &str) -> Result<Source, Vec<Problem>> {
    match read(file, text) {
        (Some(source), problems) if problems.is_empty() => Ok(source),
        (_, problems) => Err(problems),
    }
}

/// The source, where it has a name, and all that is wrong with it.
fn read(file: &str, text: &str) -> (Option<Source>, Vec<Problem>) {
    let mut document = Document::new(file, text);
    let source = document.root().and_then(|table| source(table, &mut document));
    (source, document.finish())
}

fn source(mut table: Table, document: &mut Document<'_>) -> Option<Source> {
    table.needs("name", "name = \"survey_export\"", document);
    let name = table.text("name", document);
    if let Some(name) = &name
        && let Err(error) = ThemeId::new(name.get_ref())
    {
        let message = format!("the name \"{}\" {error}", name.get_ref());
        document.problem(name.span(), "bad_id", message, "write it like `survey_export`");
    }
    let format = format(&mut table, document);
    let language = table.text("lang", document).and_then(|lang| {
        let code = language::code(lang.get_ref());
        if code.is_none() {
            let message = format!("\"{}\" names no language", lang.get_ref());
            document.problem(lang.span(), "bad_language", message, "write a code such as `nl`");
        }
        code
    });
    let mut mapping = Mapping {
        manner: manner(&mut table, document),
        defaults: defaults(&mut table, document),
        other_fields: table.truth("other_fields", document).is_none_or(Spanned::into_inner),
        skip_when: skip_when(&mut table, document),
        texts: parts::texts(&mut table, format, document),
        scores: parts::scores(&mut table, format, document),
        answers: parts::answers(&mut table, format, document),
        status: parts::status(&mut table, format, document),
        transcript: parts::transcript(&mut table, format, document),
        join: parts::join(&mut table, document),
        attributes: attributes(&mut table, format, document),
        ..Mapping::default()
    };
    fields(&mut table, format, &mut mapping, document);
    let (span, silent) = (table.span(), mapping.texts.is_empty() && mapping.scores.is_empty());
    table.finish(document);
    if silent && mapping.transcript.is_none() && mapping.join.is_none() {
        let mend = "add `text = \"…\"` below [fields], or a [[text]] or [[score]]";
        document.problem(
            span,
            "no_text_and_no_score",
            "the source maps neither a text nor a score",
            mend,
        );
    }
    mapping.mapped = mapped(&mapping);
    let name = Arc::from(name?.into_inner());
    let file = Some(document.file().to_owned());
    Some(Source { name, file, format, language, mapping: Some(Box::new(mapping)) })
}

fn format(table: &mut Table, document: &mut Document<'_>) -> Format {
    const FORM: &str = "format = \"csv\" (also for XLSX) or format = \"json\"";
    const FORMATS: [(&str, Format); 2] = [("csv", Format::Csv), ("json", Format::Json)];
    table.needs("format", FORM, document);
    table.choice("format", &FORMATS, document).map_or(Format::Csv, Spanned::into_inner)
}

fn manner(table: &mut Table, document: &mut Document<'_>) -> Manner {
    let decimal_comma = table.truth("decimal_comma", document);
    let formats = texts(table.texts("date_formats", document));
    let missing = texts(table.texts("missing", document));
    let offset = table.text("utc_offset", document).and_then(|offset| {
        let read = jiff::fmt::strtime::parse("%:z", offset.get_ref()).ok();
        let read = read.and_then(|read| read.offset());
        if read.is_none() {
            let message = format!("\"{}\" is no offset", offset.get_ref());
            document.problem(offset.span(), "bad_offset", message, "write utc_offset = \"+01:00\"");
        }
        read
    });
    for format in &formats {
        let sample = jiff::civil::date(2026, 3, 4).at(5, 6, 7, 0);
        let (format, span) = (format.get_ref(), format.span());
        let written = jiff::fmt::strtime::format(format, sample).ok();
        let read = written.and_then(|text| crate::time::formatted(&text, format, Offset::UTC));
        if read.is_none() {
            let message = format!("\"{format}\" is no format of a date or time");
            let mend = "write it like \"%d-%m-%Y\" or \"%d/%m/%Y %H:%M\" (strftime)";
            document.problem(span, "bad_date_format", message, mend);
        }
    }
    Manner {
        decimal_comma: decimal_comma.is_some_and(Spanned::into_inner),
        utc_offset: offset.unwrap_or(Offset::UTC),
        date_formats: formats.into_iter().map(Spanned::into_inner).collect(),
        missing: missing.iter().map(|word| word.get_ref().trim().to_lowercase()).collect(),
    }
}

fn texts(list: Option<Spanned<Vec<Spanned<String>>>>) -> Vec<Spanned<String>> {
    list.map(Spanned::into_inner).unwrap_or_default()
}

/// `[defaults]`, and the commonest of them at the top of the file.
fn defaults(table: &mut Table, document: &mut Document<'_>) -> Vec<(Target, Constant)> {
    let mut written: Vec<(Spanned<String>, Spanned<Value>)> = Vec::new();
    for key in ["respondent", "channel", "solicited"] {
        let value = table.value(key);
        written.extend(value.map(|value| (Spanned::new(value.span(), key.to_owned()), value)));
    }
    let mut own = table.table("defaults", document);
    written.extend(own.as_mut().map(Table::flattened).unwrap_or_default());
    let mut defaults = Vec::new();
    for (name, value) in written {
        let Some(target) = target(&name, own.as_ref(), document) else { continue };
        let span = value.span();
        #[expect(clippy::cast_precision_loss, reason = "a constant of a configuration is small")]
        let constant = match value.into_inner() {
            Value::Text(text) | Value::Time(text) => Some(Constant::Text(text)),
            Value::Whole(number) => Some(Constant::Number(number as f64)),
            Value::Number(number) if number.is_finite() => Some(Constant::Number(number)),
            Value::Truth(truth) => Some(Constant::Truth(truth)),
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
                let mend = format!("write {} = {}", target.name(), target.form());
                document.problem(span, "wrong_type", message, mend);
            }
        }
    }
    defaults.sort_by_key(|(target, _)| *target);
    defaults
}

/// The field of that name, which `table` gives; the names at the top of the file are all known.
fn target(
    name: &Spanned<String>,
    table: Option<&Table>,
    document: &mut Document<'_>,
) -> Option<Target> {
    let target = Target::from_name(name.get_ref());
    if let (None, Some(table)) = (target, table) {
        let message = format!("feedback has no field `{}`", name.get_ref());
        let mend = suggest(name.get_ref(), Target::NAMES.iter().copied(), "field");
        table.stray(name, "unknown_key", (message, mend), document);
    }
    target
}

/// `[fields]`: names of ours, and `text` and `lang`, which need no table of their own.
fn fields(table: &mut Table, format: Format, mapping: &mut Mapping, document: &mut Document<'_>) {
    let Some(mut fields) = table.table("fields", document) else { return };
    for (name, field) in located(&mut fields, document) {
        let locator = Locator::new(&field, format);
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
            _ => {
                let target = target(&name, Some(&fields), document);
                mapping.fields.extend(target.map(|target| (target, locator)));
            }
        }
    }
    mapping.fields.sort_by_key(|(target, _)| *target);
}

/// Every column or JSON pointer of a table, by its name with dots.
fn located(table: &mut Table, document: &mut Document<'_>) -> Vec<(Spanned<String>, String)> {
    let mut fields = Vec::new();
    for (name, value) in table.flattened() {
        if let Value::Text(field) = value.get_ref() {
            fields.push((name, field.clone()));
            continue;
        }
        let message = format!("`{}` of {} must be a text", name.get_ref(), table.name());
        let mend = format!("write {} = \"a column or a JSON pointer\"", name.get_ref());
        document.problem(value.span(), "wrong_type", message, mend);
    }
    fields
}

fn skip_when(table: &mut Table, document: &mut Document<'_>) -> Option<Condition> {
    let written = table.text("skip_when", document)?;
    match condition::parse(written.get_ref(), Scope::Rule) {
        Ok(condition) => Some(condition),
        Err(error) => {
            let mend = error.correction.map_or_else(
                || "write it like skip_when = 'status = \"test\"'".to_owned(),
                |correction| format!("write skip_when = '{correction}'"),
            );
            let place = document.place(&written, error.span);
            document.problem(place, "bad_condition", error.message, mend);
            None
        }
    }
}

fn attributes(
    table: &mut Table,
    format: Format,
    document: &mut Document<'_>,
) -> Vec<(String, Locator)> {
    let Some(mut attributes) = table.table("attributes", document) else { return Vec::new() };
    located(&mut attributes, document)
        .into_iter()
        .map(|(name, field)| (name.into_inner(), Locator::new(&field, format)))
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
