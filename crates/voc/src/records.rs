//! The records of a file, one after the other: each as feedback, or the reason why not, with the
//! user's own columns beside it. Guesses what was not said, and says what it guessed.

use std::io::{BufRead, Read};
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, Result, ensure};
use feedback::Feedback;
use ingest::file::{Columns, FileRecord, Guess, Input, Lines, Role, SAMPLE_ROWS, Table, csv, xlsx};
use ingest::{Format, Ingest, Reject, Source};

use crate::exit::Usage;
use crate::input;

/// The largest workbook: it is held whole.
const WORKBOOK_BYTES_MAX: u64 = 1024 * 1024 * 1024;

/// Where records come from and how they are to be read.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Request<'a> {
    /// The file; `-` or nothing: the standard input.
    pub path: Option<&'a Path>,
    /// What it is; `None`: by its ending, else by its first character.
    pub input: Option<Input>,
    /// The source that reads it; `None`: the built-in one, or a guess for a table.
    pub source: Option<&'a str>,
}

/// One record of a file, not read yet.
#[derive(Debug)]
pub(crate) struct Raw {
    /// Its number in the file, from 1.
    pub number: u64,
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// Its cells, where the file is a table.
    pub row: Option<FileRecord>,
}

/// A file's records, and what is needed to read each.
pub(crate) struct Records {
    rows: Box<dyn Iterator<Item = Result<Raw>>>,
    /// How each is read; shared by the threads that do it.
    pub reader: Reader,
    /// What was guessed, for people.
    pub guess: Option<Guess>,
}

/// Reads one record; holds no state, so threads share it.
#[derive(Debug, Clone)]
pub(crate) struct Reader {
    ingest: Arc<Ingest>,
    source: Source,
    columns: Option<Columns>,
    plain_lines: bool,
}

impl Reader {
    /// The record as feedback.
    pub(crate) fn read(&self, raw: &Raw) -> Result<Feedback, Reject> {
        match (&raw.row, &self.columns) {
            (Some(row), Some(columns)) => self.ingest.read_row(&self.source, columns, row),
            _ if self.plain_lines => self.ingest.read_text(&self.source, raw.number, &raw.bytes),
            _ => self.ingest.read_line(&self.source, raw.number, &raw.bytes),
        }
    }

    /// The user's own columns, where the file is a table.
    pub(crate) fn columns(&self) -> Option<&[String]> {
        self.columns.as_ref().map(|columns| &*columns.names)
    }
}

impl Iterator for Records {
    type Item = Result<Raw>;

    fn next(&mut self) -> Option<Self::Item> {
        self.rows.next()
    }
}

/// Opens a file or the standard input.
pub(crate) fn open(request: &Request<'_>, ingest: &Arc<Ingest>) -> Result<Records> {
    let path = request.path.filter(|path| path.as_os_str() != "-");
    let source = named_source(request.source, ingest)?;
    let mut reader = input::lines(path)?;
    let input = match (request.input, path, &source) {
        (Some(input), _, _) => input,
        (None, Some(path), _) if by_name(path).is_some() => by_name(path).unwrap_or(Input::Json),
        (None, _, Some(source)) if source.format() == Format::Csv => Input::Csv,
        _ => peek(reader.as_mut())?,
    };
    match input {
        Input::Csv => table(csv(reader)?, source, ingest),
        Input::Xlsx => {
            let mut bytes = Vec::new();
            reader.by_ref().take(WORKBOOK_BYTES_MAX + 1).read_to_end(&mut bytes)?;
            ensure!(bytes.len() as u64 <= WORKBOOK_BYTES_MAX, "the workbook is larger than 1 GiB");
            table(xlsx(bytes)?, source, ingest)
        }
        Input::Json => Ok(lines(Lines::new(reader), source, ingest, false)),
        Input::Lines => Ok(lines(Lines::decoded(reader), source, ingest, true)),
    }
}

fn by_name(path: &Path) -> Option<Input> {
    Input::from_file_name(path.file_name()?.to_str()?)
}

/// JSON lines begin with `{`; anything else is taken as plain lines.
fn peek(reader: &mut dyn BufRead) -> Result<Input> {
    let buffer = reader.fill_buf().context("reading the input")?;
    let first = buffer.iter().find(|byte| !byte.is_ascii_whitespace() && !byte.is_ascii_control());
    let first = first.copied().filter(u8::is_ascii);
    Ok(if first == Some(b'{') || buffer.starts_with(b"\xef\xbb\xbf{") {
        Input::Json
    } else {
        Input::Lines
    })
}

fn named_source(name: Option<&str>, ingest: &Ingest) -> Result<Option<Source>> {
    let Some(name) = name else { return Ok(None) };
    let Some(source) = ingest.source(name) else {
        let known: Vec<_> = ingest.source_names().collect();
        let message =
            format!("--source {name}: there is no such source; known: {}", known.join(", "));
        return Err(Usage(message).into());
    };
    Ok(Some(source.clone()))
}

fn default_source(ingest: &Ingest) -> Source {
    ingest.source("default").cloned().expect("the built-in source is always there")
}

fn lines<R: BufRead + 'static>(
    lines: Lines<R>,
    source: Option<Source>,
    ingest: &Arc<Ingest>,
    plain_lines: bool,
) -> Records {
    let source = source.unwrap_or_else(|| default_source(ingest));
    let rows = lines.map(|line| {
        let line = line?;
        Ok(Raw { number: line.number, bytes: line.bytes, row: None })
    });
    Records {
        rows: Box::new(rows),
        reader: Reader { ingest: Arc::clone(ingest), source, columns: None, plain_lines },
        guess: None,
    }
}

fn table(
    mut table: Table<'static>,
    source: Option<Source>,
    ingest: &Arc<Ingest>,
) -> Result<Records> {
    let columns = table.columns().clone();
    let (source, guess) = if let Some(source) = source {
        (source, None)
    } else {
        let guess = Guess::of(&columns, table.sample(SAMPLE_ROWS));
        let source = guess.source().ok_or_else(|| {
            Usage(format!(
                "none of the {} columns looks like comments or scores; is there a header row? Write \
                 config/sources/NAME.toml and use --source NAME",
                columns.names.len()
            ))
        })?;
        (source, Some(guess))
    };
    let rows = table.joined(&source)?.map(|row| {
        let row = row?;
        Ok(Raw { number: row.number, bytes: row.bytes.clone(), row: Some(row) })
    });
    Ok(Records {
        rows: Box::new(rows),
        reader: Reader {
            ingest: Arc::clone(ingest),
            source,
            columns: Some(columns),
            plain_lines: false,
        },
        guess,
    })
}

/// What was guessed of a table, and how to change it.
pub(crate) fn told(guess: &Guess) -> String {
    let mut lines = vec!["guessed from the header and the first rows:".to_owned()];
    let named = guess.columns.iter().filter(|column| column.role != Role::Attribute);
    lines.extend(
        named.map(|column| {
            format!("  {:<24} {} ({})", column.column, role(&column.role), column.why)
        }),
    );
    let mend =
        "to change it, save this as config/sources/mine.toml, edit it, and use --source mine:";
    lines.push(mend.to_owned());
    lines.extend(guess.to_toml("mine").lines().map(|line| format!("  {line}")));
    lines.join("\n")
}

fn role(role: &Role) -> String {
    match role {
        Role::Text => "the words".to_owned(),
        Role::Score { metric, min, max, .. } => format!("{} from {min} to {max}", metric.name()),
        Role::OccurredAt => "when it was said".to_owned(),
        Role::SourceId => "its own id".to_owned(),
        Role::Language => "the language".to_owned(),
        Role::Attribute => "kept as it is".to_owned(),
    }
}
