//! The records of a file, one after the other: each as feedback, or the reason why not, with the
//! user's own columns beside it. Guesses what was not said, and says what it guessed.

mod told;

use std::io::{BufRead, Read};
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, Result, ensure};
use feedback::{Feedback, Files};
use ingest::file::{
    Cell, Columns, FileError, FileRecord, Guess, Input, Lines, ReadAs, SAMPLE_ROWS, Table, csv,
    xlsx,
};
use ingest::{Format, Ingest, Reject, Source};

use crate::exit::Usage;
use crate::input;
use crate::problems::Refused;

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
    /// The records.
    pub rows: Box<dyn Iterator<Item = Result<Raw>>>,
    /// How each is read; shared by the threads that do it.
    pub reader: Reader,
    /// What people should know beforehand: what was guessed, which columns are missing.
    pub told: Vec<String>,
    /// How the file's bytes were read, to be told when all of them were.
    pub read_as: ReadAs,
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

    /// The record's own cells, where it is a row.
    pub(crate) fn own_cells(&self, raw: &Raw) -> Option<Vec<Cell>> {
        Some(raw.row.as_ref()?.shown(self.columns.as_ref()?, &self.source))
    }

    /// The record as JSON with its own columns, as its source reads it from a topic; its bytes where it
    /// is no row, or one with cells beyond the header.
    pub(crate) fn own_json(&self, raw: &Raw) -> Vec<u8> {
        let row = raw.row.as_ref().zip(self.columns.as_ref());
        let json = row.and_then(|(row, columns)| row.to_json(columns, &self.source));
        json.unwrap_or_else(|| raw.bytes.clone())
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
    let start = reader.fill_buf().context("reading the input")?;
    let input = match (request.input.or_else(|| by_name(path?)), &source) {
        // Files get renamed: what a workbook is, its first bytes say.
        (_, _) if start.starts_with(WORKBOOK) => Input::Xlsx,
        (_, _) if start.starts_with(OLD_WORKBOOK) => {
            let message = "this is a workbook of the old format (.xls): save it as .xlsx or CSV";
            return Err(Usage(message.to_owned()).into());
        }
        (Some(input), _) => input,
        (None, Some(source)) if source.format() == Format::Csv => Input::Csv,
        _ => peek(start),
    };
    let is_wide = [b"\xff\xfe", b"\xfe\xff"].iter().any(|mark| start.starts_with(*mark));
    match input {
        Input::Csv => table(csv(reader), source, ingest),
        Input::Xlsx => {
            let mut bytes = Vec::new();
            reader.by_ref().take(WORKBOOK_BYTES_MAX + 1).read_to_end(&mut bytes)?;
            ensure!(bytes.len() as u64 <= WORKBOOK_BYTES_MAX, "the workbook is larger than 1 GiB");
            table(xlsx(bytes), source, ingest)
        }
        Input::Json if is_wide => Ok(lines(Lines::decoded(reader), source, ingest, false)),
        Input::Json => {
            let told = told::of_json(start);
            let mut records = lines(Lines::new(reader), source, ingest, false);
            records.told.extend(told);
            Ok(records)
        }
        Input::Lines => Ok(lines(Lines::decoded(reader), source, ingest, true)),
    }
}

/// How a workbook begins (it is a ZIP file).
const WORKBOOK: &[u8] = b"PK\x03\x04";

/// How a workbook of Excel 97 to 2003 begins (it is an OLE file).
const OLD_WORKBOOK: &[u8] = b"\xd0\xcf\x11\xe0";

fn by_name(path: &Path) -> Option<Input> {
    Input::from_file_name(path.file_name()?.to_str()?)
}

/// JSON lines begin with `{`; anything else is taken as plain lines.
fn peek(start: &[u8]) -> Input {
    let begins = |byte: &&u8| byte.is_ascii_graphic();
    let is_mark = |byte: &u8| b"\xef\xbb\xbf\xff\xfe".contains(byte);
    let marked = start.iter().take_while(|byte| is_mark(byte)).count();
    let first = start.get(marked..).unwrap_or_default().iter().find(begins);
    if first == Some(&b'{') { Input::Json } else { Input::Lines }
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
    let read_as = lines.read_as();
    let rows = lines.map(|line| {
        let line = line?;
        Ok(Raw { number: line.number, bytes: line.bytes, row: None })
    });
    Records {
        rows: Box::new(rows),
        reader: Reader { ingest: Arc::clone(ingest), source, columns: None, plain_lines },
        told: Vec::new(),
        read_as,
    }
}

/// The records of a table. An export of a day without answers has no row, or nothing at all: it has no
/// record, which is no fault.
fn table(
    table: Result<Table<'static>, FileError>,
    source: Option<Source>,
    ingest: &Arc<Ingest>,
) -> Result<Records> {
    let mut table = match table {
        Ok(table) => table,
        Err(FileError::NoHeader) => {
            let mut records = lines(Lines::new(std::io::empty()), source, ingest, false);
            records.told.push("the file is empty".to_owned());
            return Ok(records);
        }
        Err(error) => return Err(error.into()),
    };
    let columns = table.columns().clone();
    let (source, told) = match source.filter(Source::maps_columns) {
        Some(source) => {
            let missing = source.missing_columns(&columns);
            if !source.can_read(&columns) {
                let problems = told::problems(&source, &missing, &columns);
                return Err(Refused::new(problems, Files::new()).into());
            }
            let told = told::missing(&source, &missing, &columns);
            (source, told)
        }
        None => guessed(&mut table, &columns, ingest)?,
    };
    let read_as = table.read_as();
    let rows = table.joined(&source)?.map(|row| {
        let row = row?;
        Ok(Raw { number: row.number, bytes: row.bytes.clone(), row: Some(row) })
    });
    let columns = Some(columns);
    Ok(Records {
        rows: Box::new(rows),
        reader: Reader { ingest: Arc::clone(ingest), source, columns, plain_lines: false },
        told: told.into_iter().collect(),
        read_as,
    })
}

/// The source as guessed, and what is told of it.
fn guessed(
    table: &mut Table<'_>,
    columns: &Columns,
    ingest: &Ingest,
) -> Result<(Source, Option<String>)> {
    let sample = table.sample(SAMPLE_ROWS);
    if sample.is_empty() {
        return Ok((default_source(ingest), None));
    }
    let guess = Guess::of(columns, sample);
    let source = guess.source().ok_or_else(|| {
        Usage(format!(
            "none of the {} columns looks like comments or scores; is there a header row? Write \
             config/sources/NAME.toml and use --source NAME",
            columns.names.len()
        ))
    })?;
    Ok((source, Some(told::guess(&guess))))
}
