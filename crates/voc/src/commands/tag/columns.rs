//! `voc tag --format csv|xlsx`: the user's own columns, and ours behind them. A row that could not be
//! read stays in its place, with the code in the last column: nothing is lost on the way.

use std::io::Write;

use anyhow::Result;
use feedback::wire::Processed;
use feedback::{Classification, Routing, TaskKind};
use ingest::file::{Cell, FileRecord};
use rust_xlsxwriter::Workbook;

/// Our columns, in order.
const OURS: [&str; 13] = [
    "voc_themes",
    "voc_department",
    "voc_contributors",
    "voc_sentiment",
    "voc_sentiment_score",
    "voc_intent",
    "voc_language",
    "voc_task",
    "voc_team",
    "voc_priority",
    "voc_kudos",
    "voc_because",
    "voc_dead",
];

/// The columns of input that has none of its own.
const PLAIN: [&str; 2] = ["id", "text"];

/// The most characters of a cell in a workbook (Excel's own limit).
const XLSX_CELL_MAX: usize = 32_767;

/// Writes rows of a table.
pub(super) trait TableWriter {
    /// A record that was tagged.
    fn tagged(&mut self, row: Option<&FileRecord>, processed: &Processed) -> Result<()> {
        let mut cells = own(row, Some(processed));
        cells.extend(ours(processed));
        self.row(&cells)
    }

    /// A record that could not be read.
    fn dead(&mut self, row: Option<&FileRecord>, code: &str) -> Result<()> {
        let mut cells = own(row, None);
        cells.extend(std::iter::repeat_n(String::new(), OURS.len() - 1));
        cells.push(code.to_owned());
        self.row(&cells)
    }

    /// A row of cells.
    fn row(&mut self, cells: &[String]) -> Result<()>;

    /// Writes what is still held.
    fn finish(self: Box<Self>) -> Result<()>;
}

fn header(own: Option<&[String]>) -> Vec<String> {
    let own = own.map_or_else(|| PLAIN.map(str::to_owned).to_vec(), <[String]>::to_vec);
    own.into_iter().chain(OURS.map(str::to_owned)).collect()
}

fn own(row: Option<&FileRecord>, processed: Option<&Processed>) -> Vec<String> {
    if let Some(row) = row {
        return row.cells.iter().map(Cell::to_string).map(harmless).collect();
    }
    let Some(processed) = processed else { return vec![String::new(); PLAIN.len()] };
    let texts: Vec<_> = processed.feedback.texts.iter().map(|text| text.text.as_str()).collect();
    let id = processed.feedback.source_id.clone();
    vec![
        harmless(id.unwrap_or_else(|| processed.feedback.id.to_string())),
        harmless(texts.join("\n")),
    ]
}

fn ours(processed: &Processed) -> Vec<String> {
    let (Some(classification), Some(routing)) = (&processed.classification, &processed.routing)
    else {
        return vec![String::new(); OURS.len()];
    };
    let languages: Vec<_> = processed
        .feedback
        .texts
        .iter()
        .filter_map(|text| text.lang.as_ref())
        .map(|lang| lang.code.to_string())
        .collect();
    let sentiment = classification.sentiment.as_ref();
    vec![
        joined(classification.themes.iter().map(|theme| theme.id.to_string())),
        classification.department.to_string(),
        joined(classification.contributors.iter().map(|each| each.department.to_string())),
        sentiment.map_or_else(String::new, |sentiment| sentiment.label.name().to_owned()),
        sentiment.map_or_else(String::new, |sentiment| {
            feedback::number::rounded(sentiment.score).to_string()
        }),
        classification.intent.name().to_owned(),
        joined(languages.into_iter()),
        task(routing).to_owned(),
        routing.team.to_string(),
        routing.priority.to_string(),
        joined(routing.kudos.iter().map(|kudos| kudos.department.to_string())),
        harmless(because(classification, routing)),
        String::new(),
    ]
}

fn task(routing: &Routing) -> &'static str {
    match routing.task.as_ref().map(|task| task.kind) {
        Some(TaskKind::Contact) => "contact",
        Some(TaskKind::Investigate) => "investigate",
        None => "none",
    }
}

fn joined(parts: impl Iterator<Item = String>) -> String {
    parts.collect::<Vec<_>>().join("; ")
}

fn because(classification: &Classification, routing: &Routing) -> String {
    let reasons = classification.because.iter().chain(&routing.because);
    joined(reasons.map(|because| because.message.clone()))
}

/// A spreadsheet runs a cell that begins like a formula, and customers choose the words: such a cell
/// gets an apostrophe in front (OWASP ASVS 1.2.10). Numbers stay as they are.
fn harmless(cell: String) -> String {
    let risky = cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\0', '＝', '＋', '－', '＠']);
    let number = cell.replace(',', ".").parse::<f64>().is_ok();
    if risky && !number { format!("'{cell}") } else { cell }
}

/// A CSV file: UTF-8 with a byte order mark, so that Excel reads it right.
pub(super) struct CsvTable {
    writer: csv::Writer<Box<dyn Write>>,
}

impl CsvTable {
    pub(super) fn new(mut out: Box<dyn Write>, own: Option<&[String]>) -> Result<Self> {
        out.write_all("\u{feff}".as_bytes())?;
        let mut table = Self { writer: csv::WriterBuilder::new().flexible(true).from_writer(out) };
        table.row(&header(own))?;
        Ok(table)
    }
}

impl TableWriter for CsvTable {
    fn row(&mut self, cells: &[String]) -> Result<()> {
        self.writer.write_record(cells)?;
        Ok(())
    }

    fn finish(mut self: Box<Self>) -> Result<()> {
        self.writer.flush()?;
        Ok(())
    }
}

/// A workbook of one sheet. Rows are kept on disk until the end (constant memory).
pub(super) struct XlsxTable {
    workbook: Workbook,
    out: Box<dyn Write>,
    next: u32,
}

impl XlsxTable {
    pub(super) fn new(out: Box<dyn Write>, own: Option<&[String]>) -> Result<Self> {
        let mut workbook = Workbook::new();
        workbook.add_worksheet_with_constant_memory()?.set_name("voc")?;
        let mut table = Self { workbook, out, next: 0 };
        table.row(&header(own))?;
        Ok(table)
    }
}

impl TableWriter for XlsxTable {
    fn row(&mut self, cells: &[String]) -> Result<()> {
        let sheet = self.workbook.worksheet_from_index(0)?;
        for (column, cell) in (0_u16..).zip(cells) {
            let cut = cell.char_indices().nth(XLSX_CELL_MAX).map(|(at, _)| at);
            let shown = cut.and_then(|at| cell.get(..at)).unwrap_or(cell);
            sheet.write_string(self.next, column, shown)?;
        }
        self.next += 1;
        Ok(())
    }

    fn finish(mut self: Box<Self>) -> Result<()> {
        let bytes = self.workbook.save_to_buffer()?;
        self.out.write_all(&bytes)?;
        self.out.flush()?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::harmless;

    #[test]
    fn formulas_are_made_harmless_and_numbers_kept() {
        for (cell, shown) in [
            ("=1+1", "'=1+1"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("-2+3", "'-2+3"),
            ("-2,5", "-2,5"),
            ("+7", "+7"),
            ("fine", "fine"),
            ("＝1", "'＝1"),
        ] {
            assert_eq!(harmless(cell.to_owned()), shown);
        }
    }
}
