//! `voc tag --format csv|xlsx`: the user's own columns, and ours behind them. A row that could not be
//! read stays in its place, with the code in our last column: nothing is lost on the way.

use std::io::Write;

use anyhow::Result;
use feedback::wire::Processed;
use feedback::{Classification, Routing, TaskKind};
use ingest::file::Cell;

use crate::formula::harmless;

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

/// Writes rows of a table.
pub(super) trait TableWriter {
    /// A record that was tagged, with the user's own cells where it was a row.
    fn tagged(&mut self, own: Option<Vec<Cell>>, processed: &Processed) -> Result<()> {
        let own = own.unwrap_or_else(|| plain(processed));
        self.write(own, ours(processed))
    }

    /// A record that could not be read.
    fn dead(&mut self, own: Option<Vec<Cell>>, code: &str) -> Result<()> {
        let mut ours = vec![Cell::Empty; OURS.len() - 1];
        ours.push(text(code));
        self.write(own.unwrap_or_default(), ours)
    }

    /// The user's own cells, ours in their columns, and behind them own cells that no column has.
    fn write(&mut self, mut own: Vec<Cell>, ours: Vec<Cell>) -> Result<()> {
        let columns = self.own_columns();
        let beyond = own.split_off(columns.min(own.len()));
        own.resize(columns, Cell::Empty);
        own.extend(ours);
        own.extend(beyond);
        self.row(&own)
    }

    /// How many columns of their own the user has.
    fn own_columns(&self) -> usize;

    /// A row of cells.
    fn row(&mut self, cells: &[Cell]) -> Result<()>;

    /// Writes what is still held.
    fn finish(self: Box<Self>) -> Result<()>;
}

/// How many columns the user has.
pub(super) fn own_columns(own: Option<&[String]>) -> usize {
    own.map_or(PLAIN.len(), <[_]>::len)
}

/// The names of the user's columns, and of ours.
pub(super) fn header(own: Option<&[String]>) -> Vec<Cell> {
    let plain = PLAIN.map(str::to_owned);
    let own = own.unwrap_or(&plain);
    own.iter().map(String::as_str).chain(OURS).map(text).collect()
}

fn text(text: &str) -> Cell {
    Cell::of_text(text.to_owned())
}

/// The columns of a record that is no row.
fn plain(processed: &Processed) -> Vec<Cell> {
    let feedback = &processed.feedback;
    let texts: Vec<_> = feedback.texts.iter().map(|text| text.text.as_str()).collect();
    let id = feedback.source_id.clone().unwrap_or_else(|| feedback.id.to_string());
    vec![Cell::of_text(id), Cell::of_text(texts.join("\n"))]
}

fn ours(processed: &Processed) -> Vec<Cell> {
    let (Some(classification), Some(routing)) = (&processed.classification, &processed.routing)
    else {
        return vec![Cell::Empty; OURS.len()];
    };
    let texts = processed.feedback.texts.iter();
    let languages = texts.filter_map(|text| Some(text.lang.as_ref()?.code.to_string()));
    let sentiment = classification.sentiment.as_ref();
    vec![
        joined(classification.themes.iter().map(|theme| theme.id.to_string())),
        text(classification.department.as_str()),
        joined(classification.contributors.iter().map(|each| each.department.to_string())),
        sentiment.map_or(Cell::Empty, |sentiment| text(sentiment.label.name())),
        sentiment.map_or(Cell::Empty, |sentiment| {
            Cell::Number(feedback::number::rounded(sentiment.score))
        }),
        text(classification.intent.name()),
        joined(languages),
        text(task(routing)),
        text(routing.team.as_str()),
        Cell::of_text(routing.priority.to_string()),
        joined(routing.kudos.iter().map(|kudos| kudos.department.to_string())),
        because(classification, routing),
        Cell::Empty,
    ]
}

fn task(routing: &Routing) -> &'static str {
    match routing.task.as_ref().map(|task| task.kind) {
        Some(TaskKind::Contact) => "contact",
        Some(TaskKind::Investigate) => "investigate",
        None => "none",
    }
}

fn joined(parts: impl Iterator<Item = String>) -> Cell {
    Cell::of_text(parts.collect::<Vec<_>>().join("; "))
}

fn because(classification: &Classification, routing: &Routing) -> Cell {
    let reasons = classification.because.iter().chain(&routing.because);
    joined(reasons.map(ToString::to_string))
}

/// A CSV file: UTF-8 with a byte order mark, so that Excel reads it right.
pub(super) struct CsvTable {
    writer: csv::Writer<Box<dyn Write>>,
    own_columns: usize,
}

impl CsvTable {
    pub(super) fn new(mut out: Box<dyn Write>, own: Option<&[String]>) -> Result<Self> {
        out.write_all("\u{feff}".as_bytes())?;
        let writer = csv::WriterBuilder::new().flexible(true).from_writer(out);
        let mut table = Self { writer, own_columns: own_columns(own) };
        table.row(&header(own))?;
        Ok(table)
    }
}

impl TableWriter for CsvTable {
    fn own_columns(&self) -> usize {
        self.own_columns
    }

    fn row(&mut self, cells: &[Cell]) -> Result<()> {
        let cells = cells.iter().map(|cell| harmless(&cell.to_string()).into_owned());
        self.writer.write_record(cells)?;
        Ok(())
    }

    fn finish(mut self: Box<Self>) -> Result<()> {
        self.writer.flush()?;
        Ok(())
    }
}
