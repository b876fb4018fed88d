//! `voc tag --format xlsx`: a workbook of one sheet, in which numbers, dates and truths are what they
//! were.

use std::io::Write;

use anyhow::{Context, Result};
use ingest::file::Cell;
use jiff::civil::DateTime;
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook, Worksheet, XlsxError};

use super::super::note;
use super::columns::{TableWriter, header, own_columns};
use crate::formula::harmless;

/// The most characters of a cell in a workbook (Excel's own limit).
const CHARACTERS_MAX: usize = 32_767;

/// The most rows of a sheet (Excel's own limit).
const ROWS_MAX: u32 = 1_048_576;

/// The most digits of a number that a sheet holds exactly.
const DIGITS_MAX: usize = 15;

/// A workbook of one sheet. Rows are kept on disk until the end (constant memory).
pub(super) struct XlsxTable {
    workbook: Workbook,
    out: Box<dyn Write>,
    own_columns: usize,
    next: u32,
    /// How many cells were longer than a sheet takes.
    cut: u64,
    time: Format,
}

impl XlsxTable {
    pub(super) fn new(out: Box<dyn Write>, own: Option<&[String]>) -> Result<Self> {
        let mut workbook = Workbook::new();
        workbook.add_worksheet_with_constant_memory()?.set_name("voc")?;
        let time = Format::new().set_num_format("yyyy-mm-dd hh:mm:ss");
        let own_columns = own_columns(own);
        let mut table = Self { workbook, out, own_columns, next: 0, cut: 0, time };
        table.row(&header(own))?;
        Ok(table)
    }
}

impl TableWriter for XlsxTable {
    fn own_columns(&self) -> usize {
        self.own_columns
    }

    fn row(&mut self, cells: &[Cell]) -> Result<()> {
        anyhow::ensure!(
            self.next < ROWS_MAX,
            "a sheet takes {ROWS_MAX} rows and there are more: use --format csv"
        );
        let sheet = self.workbook.worksheet_from_index(0)?;
        for (column, cell) in (0_u16..).zip(cells) {
            write(sheet, self.next, column, cell, &self.time)
                .with_context(|| format!("writing row {}, column {}", self.next + 1, column + 1))?;
            self.cut += u64::from(matches!(cell, Cell::Text(text) if beyond(text).is_some()));
        }
        self.next += 1;
        Ok(())
    }

    fn finish(mut self: Box<Self>) -> Result<()> {
        let bytes = self.workbook.save_to_buffer()?;
        self.out.write_all(&bytes)?;
        self.out.flush()?;
        if self.cut > 0 {
            let cut = self.cut;
            note(&format!(
                "{cut} cells are longer than the {CHARACTERS_MAX} characters a sheet takes, and were \
                 cut: --format csv has them whole"
            ));
        }
        Ok(())
    }
}

fn write(
    sheet: &mut Worksheet,
    row: u32,
    column: u16,
    cell: &Cell,
    time: &Format,
) -> Result<(), XlsxError> {
    match cell {
        Cell::Empty => sheet,
        Cell::Number(number) => sheet.write_number(row, column, *number)?,
        Cell::Truth(truth) => sheet.write_boolean(row, column, *truth)?,
        Cell::Time(at) => match excel(*at) {
            Some(at) => sheet.write_datetime_with_format(row, column, &at, time)?,
            None => sheet.write_string(row, column, at.to_string())?,
        },
        Cell::Text(text) => {
            if let Some(number) = number(text) {
                sheet.write_number(row, column, number)?
            } else {
                let text = beyond(text).and_then(|at| text.get(..at)).unwrap_or(text);
                sheet.write_string(row, column, harmless(text))?
            }
        }
    };
    Ok(())
}

/// Where a text becomes longer than a cell takes, which counts UTF-16 units.
fn beyond(text: &str) -> Option<usize> {
    if text.len() <= CHARACTERS_MAX {
        return None;
    }
    let mut units = 0;
    text.char_indices().find_map(|(at, character)| {
        units += character.len_utf16();
        (units > CHARACTERS_MAX).then_some(at)
    })
}

/// The number that a text of CSV is, where a sheet shows it the same: not `007`, nor a card's digits.
fn number(text: &str) -> Option<f64> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
    let plain = [whole, fraction]
        .iter()
        .all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()));
    let padded = whole.len() > 1 && whole.starts_with('0');
    (plain && !padded && digits.len() <= DIGITS_MAX).then(|| text.parse().ok()).flatten()
}

fn excel(at: DateTime) -> Option<ExcelDateTime> {
    let part = |value: i8| u8::try_from(value).ok();
    let date =
        ExcelDateTime::from_ymd(u16::try_from(at.year()).ok()?, part(at.month())?, part(at.day())?);
    let hour = u16::from(part(at.hour())?);
    date.ok()?.and_hms(hour, part(at.minute())?, f64::from(at.second())).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_numbers_where_nothing_is_lost() {
        for (text, expected) in [
            ("9", Some(9.0)),
            ("-2.5", Some(-2.5)),
            ("0", Some(0.0)),
            ("0.5", Some(0.5)),
            ("007", None),
            ("+7", None),
            ("1e5", None),
            ("", None),
            ("-", None),
            ("7,5", None),
            ("4111111111111111", None),
        ] {
            assert_eq!(number(text), expected, "{text}");
        }
    }

    #[test]
    fn a_cell_is_cut_where_a_sheet_does_it() {
        assert_eq!(beyond(&"a".repeat(CHARACTERS_MAX)), None);
        assert_eq!(beyond(&"a".repeat(CHARACTERS_MAX + 1)), Some(CHARACTERS_MAX));
        assert_eq!(beyond(&"😀".repeat(CHARACTERS_MAX)), Some((CHARACTERS_MAX - 1) / 2 * 4));
    }
}
