//! A spreadsheet as rows of texts, each with its number: what `voc import` reads.

use std::fs::File;
use std::io::{Cursor, Read};
use std::path::Path;

use anyhow::{Context, Result, ensure};
use calamine::{DataRef, Reader, Xlsx};
use ingest::file::DecodedText;

/// The largest spreadsheet that is read, in bytes.
const BYTES_MAX: u64 = 64 * 1024 * 1024;
/// The most columns that are looked at.
const COLUMNS_MAX: usize = 1_024;

/// One row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Row {
    /// Its number in the spreadsheet, from 1.
    pub(crate) number: usize,
    /// Its cells, without the blanks at the end.
    pub(crate) cells: Vec<String>,
}

impl Row {
    /// The cell of a column; a blank one where the row is shorter.
    pub(crate) fn cell(&self, column: usize) -> &str {
        self.cells.get(column).map_or("", String::as_str)
    }
}

/// The rows of a file that have a cell: a workbook's first sheet that has one, separated values, or
/// lines of `name: words`.
pub(crate) fn rows(path: &Path) -> Result<Vec<Row>> {
    let told = || format!("reading {}", path.display());
    let mut bytes = Vec::new();
    File::open(path)
        .with_context(|| format!("opening {}", path.display()))?
        .take(BYTES_MAX + 1)
        .read_to_end(&mut bytes)
        .with_context(told)?;
    ensure!(bytes.len() as u64 <= BYTES_MAX, "{} is larger than 64 MiB", path.display());
    let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
    let mut rows = match ending.to_ascii_lowercase().as_str() {
        "xlsx" | "xlsm" => workbook(bytes).with_context(told)?,
        "txt" | "text" | "md" => lines(&decoded(&bytes).with_context(told)?),
        _ => separated(&decoded(&bytes).with_context(told)?).with_context(told)?,
    };
    for row in &mut rows {
        row.cells.truncate(COLUMNS_MAX);
        while row.cells.last().is_some_and(|cell| cell.trim().is_empty()) {
            row.cells.pop();
        }
    }
    rows.retain(|row| !row.cells.is_empty());
    Ok(rows)
}

/// The text, whatever its encoding.
fn decoded(bytes: &[u8]) -> Result<String> {
    let mut text = String::new();
    DecodedText::new(bytes).read_to_string(&mut text)?;
    Ok(text.trim_start_matches('\u{feff}').to_owned())
}

/// The rows of the first sheet that has a cell. Cells are read one by one: a sheet of two cells that are a
/// million rows apart takes the room of two.
fn workbook(bytes: Vec<u8>) -> Result<Vec<Row>> {
    let mut workbook: Xlsx<_> = Xlsx::new(Cursor::new(bytes))?;
    for name in workbook.sheet_names() {
        let mut cells = workbook.worksheet_cells_reader(&name)?;
        let mut rows: Vec<Row> = Vec::new();
        while let Some(found) = cells.next_cell()? {
            let (row, column) = found.get_position();
            let (number, column) = (row as usize + 1, column as usize);
            let text = cell(found.get_value());
            if text.is_empty() || column >= COLUMNS_MAX {
                continue;
            }
            if rows.last().is_none_or(|row| row.number != number) {
                rows.push(Row { number, cells: Vec::new() });
            }
            let Some(row) = rows.last_mut() else { continue };
            row.cells.resize(row.cells.len().max(column + 1), String::new());
            row.cells[column] = text;
        }
        if !rows.is_empty() {
            return Ok(rows);
        }
    }
    Ok(Vec::new())
}

fn cell(data: &DataRef<'_>) -> String {
    match data {
        DataRef::DateTime(time) if time.is_datetime() => {
            let (year, month, day, ..) = time.to_ymd_hms_milli();
            format!("{year:04}-{month:02}-{day:02}")
        }
        DataRef::DateTime(time) => time.as_f64().to_string(),
        DataRef::String(text) => own_line_ends(text),
        DataRef::SharedString(text) => own_line_ends(text),
        DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => text.clone(),
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(number) => number.to_string(),
        DataRef::Bool(truth) => truth.to_string(),
        DataRef::Empty | DataRef::Error(_) => String::new(),
    }
}

/// Excel writes a line end inside a cell in its own ways.
fn own_line_ends(text: &str) -> String {
    text.replace("_x000D_", "").replace("\r\n", "\n")
}

fn separated(text: &str) -> Result<Vec<Row>> {
    let first = text.lines().next().unwrap_or_default();
    let declared = first.strip_prefix("sep=").filter(|rest| rest.len() == 1);
    let text = if declared.is_some() { text.get(first.len()..).unwrap_or_default() } else { text };
    let count = |separator: &u8| first.bytes().filter(|byte| byte == separator).count();
    let separator = match declared.and_then(|rest| rest.bytes().next()) {
        Some(separator) => separator,
        None => *b",;\t".iter().max_by_key(|separator| count(separator)).unwrap_or(&b','),
    };
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(separator)
        .from_reader(text.as_bytes());
    let mut rows = Vec::new();
    for (record, number) in reader.records().zip(1..) {
        let record = record?;
        let cells = record.iter().map(own_line_ends).collect();
        rows.push(Row { number, cells });
    }
    Ok(rows)
}

/// `name: words, words` or, with a tab, `name    words`; a line without either is all name.
fn lines(text: &str) -> Vec<Row> {
    let numbered = text.lines().zip(1..);
    numbered
        .map(|(line, number)| {
            let parts = line.split_once('\t').or_else(|| line.split_once(':'));
            let (name, words) = parts.unwrap_or((line, ""));
            Row { number, cells: vec![name.trim().to_owned(), words.trim().to_owned()] }
        })
        .collect()
}
