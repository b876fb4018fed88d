//! `voc export`: the taxonomy as one spreadsheet, for people who edit in Excel; `voc import` reads it
//! back without loss.

use std::fs;
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, Result, ensure};
use rust_xlsxwriter::{Format as CellFormat, Workbook};

use super::{Loaded, note, write_out};
use crate::arguments::ExportArguments;
use crate::exchange::{cells, header};
use crate::exit::Usage;
use crate::formula::harmless;

/// The most characters of a cell in a workbook (Excel's own limit).
const CELL_CHARACTERS_MAX: usize = 32_767;
/// How wide a column is shown, in characters.
const COLUMN_WIDTH: f64 = 28.0;

/// Writes all themes.
pub(super) fn run(loaded: &Loaded, arguments: &ExportArguments) -> Result<ExitCode> {
    let stages = loaded.stages()?;
    let themes = stages.engine.themes();
    let header = header(themes);
    let mut rows = vec![header.clone()];
    rows.extend(themes.iter().map(|theme| cells(&stages.engine, theme, &header)));
    for cell in rows.iter_mut().flatten() {
        *cell = harmless(cell).into_owned();
    }
    let Some(path) = &arguments.output else {
        write_out(&separated(&rows)?)?;
        return Ok(ExitCode::SUCCESS);
    };
    let bytes = match path.extension().and_then(|ending| ending.to_str()) {
        Some("csv") => separated(&rows)?,
        Some("xlsx") => workbook(&rows)?,
        _ => {
            let name = path.display();
            return Err(
                Usage(format!("--output {name}: name a file that ends in .xlsx or .csv")).into()
            );
        }
    };
    write_file(path, &bytes)?;
    note(&format!("{} themes in {}", themes.len(), path.display()));
    Ok(ExitCode::SUCCESS)
}

fn write_file(path: &Path, bytes: &[u8]) -> Result<()> {
    fs::write(path, bytes).with_context(|| format!("writing {}", path.display()))
}

/// CSV as UTF-8 with a byte order mark, so that Excel reads it right.
fn separated(rows: &[Vec<String>]) -> Result<Vec<u8>> {
    let mut writer = csv::Writer::from_writer("\u{feff}".as_bytes().to_vec());
    for row in rows {
        writer.write_record(row)?;
    }
    Ok(writer.into_inner()?)
}

fn workbook(rows: &[Vec<String>]) -> Result<Vec<u8>> {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    sheet.set_name("taxonomy")?;
    let wrapped = CellFormat::new().set_text_wrap();
    let bold = CellFormat::new().set_bold();
    for (number, row) in (0_u32..).zip(rows) {
        for (column, cell) in (0_u16..).zip(row) {
            ensure!(
                cell.chars().count() <= CELL_CHARACTERS_MAX,
                "{} of theme {} is longer than a cell of a workbook may be: export CSV",
                rows.first()
                    .and_then(|header| header.get(usize::from(column)))
                    .map_or("", |name| name),
                row.first().map_or("", |id| id)
            );
            let format = if number == 0 { &bold } else { &wrapped };
            sheet.write_string_with_format(number, column, cell, format)?;
            sheet.set_column_width(column, COLUMN_WIDTH)?;
        }
    }
    sheet.set_freeze_panes(1, 1)?;
    Ok(workbook.save_to_buffer()?)
}
