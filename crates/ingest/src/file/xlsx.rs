//! A workbook's first sheet that is a table. The cells are read one after the other, never as a grid:
//! a sheet of two cells a million rows apart takes the room of two.

use std::io::Cursor;

use calamine::{DataRef, ExcelDateTime, Reader, SheetType, SheetVisible, Xlsx, XlsxError};
use jiff::civil::{DateTime, date};

use super::table::Table;
use super::{Cell, FileError, FileRecord, ReadAs, header};

/// The most cells that are held.
pub const CELLS_MAX: usize = 20_000_000;

/// The most columns a sheet can have (ECMA-376).
const COLUMNS_MAX: u32 = 16_384;

/// Opens a workbook; its first sheet that has a header and a row is the table, else the first one that
/// has a cell. Hidden sheets are looked at last.
pub fn xlsx(bytes: Vec<u8>) -> Result<Table<'static>, FileError> {
    let mut workbook = Xlsx::new(Cursor::new(bytes)).map_err(damaged)?;
    let mut sheets = workbook.sheets_metadata().to_vec();
    sheets.retain(|sheet| sheet.typ == SheetType::WorkSheet);
    sheets.sort_by_key(|sheet| sheet.visible != SheetVisible::Visible);
    let mut found: Option<(String, Vec<Vec<Cell>>)> = None;
    let mut others = Vec::new();
    for sheet in sheets {
        let is_table = found.as_ref().is_some_and(|(_, rows)| rows.len() > 1);
        let rows = match rows(&mut workbook, &sheet.name, if is_table { 1 } else { usize::MAX }) {
            // What is read already doesn't suffer from another sheet's damage.
            Err(_) if is_table => continue,
            rows => rows?,
        };
        match &mut found {
            _ if rows.is_empty() => {}
            Some((name, first)) if first.len() < 2 && rows.len() > 1 => {
                others.push(std::mem::replace(name, sheet.name));
                *first = rows;
            }
            Some(_) => others.push(sheet.name),
            None => found = Some((sheet.name, rows)),
        }
    }
    let (name, rows) = found.ok_or(FileError::NoHeader)?;
    let looked_at = rows.get(..rows.len().min(header::LOOKED_AT)).unwrap_or_default();
    let header = header::find(looked_at).ok_or(FileError::NoHeader)?;
    let width = header.columns.names.len();
    let records = rows.into_iter().skip(header.rows).zip(1..).map(move |(mut cells, number)| {
        cells.resize(cells.len().max(width), Cell::Empty);
        let texts: Vec<String> = cells.iter().map(ToString::to_string).collect();
        let bytes = serde_json::to_vec(&texts).unwrap_or_default();
        Ok(FileRecord { number, bytes, cells, questions: Vec::new(), unclosed: None })
    });
    Ok(Table::new(header.columns, ReadAs::of_sheet(name, others), records))
}

/// The first rows of a sheet that have a cell, from top to bottom.
fn rows(
    workbook: &mut Xlsx<Cursor<Vec<u8>>>,
    sheet: &str,
    most: usize,
) -> Result<Vec<Vec<Cell>>, FileError> {
    let mut reader = workbook.worksheet_cells_reader(sheet).map_err(damaged)?;
    let mut rows: Vec<Vec<Cell>> = Vec::new();
    let mut current = None;
    let mut count = 0_usize;
    while let Some(cell) = reader.next_cell().map_err(damaged)? {
        let (row, column) = cell.get_position();
        let value = read(cell.get_value());
        if value.is_blank() || column >= COLUMNS_MAX {
            continue;
        }
        if current != Some(row) {
            if rows.len() == most {
                break;
            }
            current = Some(row);
            rows.push(Vec::new());
        }
        let Some(cells) = rows.last_mut() else { continue };
        let column = column as usize;
        count += (column + 1).saturating_sub(cells.len());
        if count > CELLS_MAX {
            return Err(FileError::TooManyCells(CELLS_MAX));
        }
        cells.resize(cells.len().max(column + 1), Cell::Empty);
        if let Some(place) = cells.get_mut(column) {
            *place = value;
        }
    }
    Ok(rows)
}

fn read(value: &DataRef<'_>) -> Cell {
    match value {
        #[expect(
            clippy::cast_precision_loss,
            reason = "a sheet's numbers are floats to begin with"
        )]
        DataRef::Int(number) => Cell::Number(*number as f64),
        DataRef::Float(number) => Cell::Number(*number),
        DataRef::String(text) => Cell::of_text(text.clone()),
        DataRef::SharedString(text) => Cell::of_text((*text).to_owned()),
        DataRef::Bool(truth) => Cell::Truth(*truth),
        DataRef::DateTime(time) => {
            civil(time).map_or_else(|| Cell::Number(time.as_f64()), Cell::Time)
        }
        DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => {
            text.parse().map_or_else(|_| Cell::of_text(text.clone()), Cell::Time)
        }
        DataRef::Error(_) | DataRef::Empty => Cell::Empty,
    }
}

fn civil(time: &ExcelDateTime) -> Option<DateTime> {
    if !time.is_datetime() {
        return None;
    }
    let (year, month, day, hour, minute, second, millisecond) = time.to_ymd_hms_milli();
    let signed = |number: u8| i8::try_from(number).ok();
    let in_range =
        matches!((month, day, hour, minute, second), (1..=12, 1..=31, 0..=23, 0..=59, 0..=59));
    let days =
        jiff::civil::Date::new(i16::try_from(year).ok()?, signed(month)?, signed(day)?).ok()?;
    let nanosecond = i32::from(millisecond) * 1_000_000;
    debug_assert!(days >= date(1899, 12, 31), "a sheet's days begin in 1900");
    in_range.then(|| {
        days.at(
            signed(hour).unwrap_or(0),
            signed(minute).unwrap_or(0),
            signed(second).unwrap_or(0),
            nanosecond,
        )
    })
}

/// The library's message, which speaks of the file's parts and never of its cells.
fn damaged(error: XlsxError) -> FileError {
    match error {
        XlsxError::Password => FileError::Workbook("it is protected by a password".to_owned()),
        XlsxError::Io(error) => FileError::Read(error),
        XlsxError::Zip(_) => FileError::Workbook("it is no XLSX file, or is damaged".to_owned()),
        _ => FileError::Workbook("a part of it is damaged or missing".to_owned()),
    }
}
