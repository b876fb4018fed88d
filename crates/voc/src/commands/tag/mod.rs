//! `voc tag`: a file in, every record tagged and routed out, in order, without any log. Chunks of
//! records are shared out among threads; the order and the bytes don't depend on how many.

mod columns;
mod dead;
mod workbook;

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::thread;

use anyhow::{Context, Result};
use feedback::wire::{self, Processed};
use indicatif::ProgressBar;
use ingest::Reject;
use ingest::file::Input;
use jiff::Timestamp;

use self::columns::{CsvTable, TableWriter};
use self::dead::DeadLetters;
use self::workbook::XlsxTable;
use super::{Loaded, note};
use crate::arguments::{InputKind, OutputKind, TagArguments};
use crate::exit;
use crate::records::{self, Raw, Reader, Request};
use crate::report::{Coverage, Summary};
use crate::stages::{Stages, Tagger};
use crate::terminal;

/// How many records a thread takes at a time.
const CHUNK_RECORDS: usize = 512;

/// Tags a file.
pub(super) fn run(loaded: &Loaded, arguments: &TagArguments) -> Result<ExitCode> {
    let TagArguments { file, output, report, dead, .. } = arguments;
    refuse_to_overwrite(&[file, output, report, dead].map(Option::as_deref))?;
    let stages = loaded.stages()?;
    let request = Request {
        path: arguments.file.as_deref(),
        input: arguments.input.map(input),
        source: arguments.source.as_deref(),
    };
    let mut records = records::open(&request, &stages.ingest)?;
    records.told.iter().for_each(|told| note(told));
    let (reader, read_as) = (records.reader.clone(), records.read_as.clone());
    let mut job = Job {
        tagging: Tagging { reader: &reader, received_at: arguments.received_at },
        taggers: taggers(&stages),
        sink: sink(arguments, &reader)?,
        summary: arguments.report.as_ref().map(|_| Summary::new(super::report::facts(&stages))),
        dead: DeadLetters::to(arguments.dead.as_deref())?,
        progress: terminal::counting(None, "records"),
        records: 0,
        coverage: Coverage::default(),
    };
    let mut fault = None;
    loop {
        let mut chunk = Vec::new();
        for raw in records.by_ref().take(CHUNK_RECORDS * job.taggers.len()) {
            match raw {
                Ok(raw) => chunk.push(raw),
                Err(error) => fault = Some(error),
            }
        }
        if chunk.is_empty() {
            break;
        }
        job.chunk(chunk)?;
    }
    let (count, coverage) = (job.records, job.coverage);
    let dead = job.finish(arguments, &stages)?;
    read_as.notes().iter().for_each(|told| note(told));
    note(&format!("{count} records: {} tagged, {dead} dead letters", count - dead));
    coverage.told().iter().for_each(|told| note(told));
    // What was read before the file could be read no further is written all the same.
    if let Some(fault) = fault {
        return Err(fault);
    }
    let failed = arguments.strict && dead > 0;
    Ok(ExitCode::from(if failed { exit::FAILURE } else { 0 }))
}

/// Two outputs in one file, or an output over the input, would destroy what is there.
pub(super) fn refuse_to_overwrite(named: &[Option<&Path>]) -> Result<()> {
    let places: Vec<_> = named.iter().flatten().map(|path| place(path)).collect();
    for (index, place) in places.iter().enumerate() {
        anyhow::ensure!(
            !places.iter().skip(index + 1).any(|other| other == place),
            exit::Usage(format!(
                "{} is named twice: give each output a file of its own",
                place.display()
            ))
        );
    }
    Ok(())
}

/// The file that a path means, whether or not it exists yet.
fn place(path: &Path) -> PathBuf {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.unwrap_or(Path::new(".")).canonicalize();
    let named = folder.ok().and_then(|folder| Some(folder.join(path.file_name()?)));
    path.canonicalize().ok().or(named).unwrap_or_else(|| path.to_owned())
}

/// What ingest calls it.
pub(super) fn input(kind: InputKind) -> Input {
    match kind {
        InputKind::Json => Input::Json,
        InputKind::Csv => Input::Csv,
        InputKind::Xlsx => Input::Xlsx,
        InputKind::Lines => Input::Lines,
    }
}

fn taggers(stages: &Stages) -> Vec<Tagger> {
    let threads = thread::available_parallelism().map_or(1, usize::from);
    (0..threads).map(|_| stages.tagger()).collect()
}

/// Where tagged records go.
enum Sink {
    Lines(Box<dyn Write>),
    Table(Box<dyn TableWriter>),
}

fn sink(arguments: &TagArguments, reader: &Reader) -> Result<Sink> {
    let out: Box<dyn Write> = match &arguments.output {
        Some(path) => {
            Box::new(File::create(path).with_context(|| format!("writing {}", path.display()))?)
        }
        None => Box::new(io::stdout()),
    };
    let out: Box<dyn Write> = Box::new(BufWriter::with_capacity(1 << 16, out));
    let own = reader.columns();
    Ok(match arguments.format {
        OutputKind::Json => Sink::Lines(out),
        OutputKind::Csv => Sink::Table(Box::new(CsvTable::new(out, own)?)),
        OutputKind::Xlsx => Sink::Table(Box::new(XlsxTable::new(out, own)?)),
    })
}

/// How one record is tagged.
#[derive(Clone, Copy)]
struct Tagging<'a> {
    reader: &'a Reader,
    received_at: Option<Timestamp>,
}

/// One record with its outcome.
struct Tagged {
    raw: Raw,
    outcome: Result<Box<Outcome>, Reject>,
}

struct Outcome {
    processed: Processed,
    line: Vec<u8>,
}

impl Tagging<'_> {
    fn tag(self, raw: Raw, tagger: &mut Tagger) -> Result<Tagged> {
        let mut feedback = match self.reader.read(&raw) {
            Ok(feedback) => feedback,
            Err(reject) => return Ok(Tagged { raw, outcome: Err(reject) }),
        };
        feedback.received_at = feedback.received_at.or(self.received_at);
        let (classification, routing) = tagger.tag(&feedback);
        let mut line = wire::routed(&wire::classified(&feedback, &classification)?, &routing)?;
        line.push(b'\n');
        let processed =
            Processed { feedback, classification: Some(classification), routing: Some(routing) };
        Ok(Tagged { raw, outcome: Ok(Box::new(Outcome { processed, line })) })
    }
}

struct Job<'a> {
    tagging: Tagging<'a>,
    taggers: Vec<Tagger>,
    sink: Sink,
    summary: Option<Summary>,
    dead: DeadLetters,
    progress: ProgressBar,
    records: u64,
    coverage: Coverage,
}

impl Job<'_> {
    fn chunk(&mut self, mut chunk: Vec<Raw>) -> Result<()> {
        let share = chunk.len().div_ceil(self.taggers.len());
        let mut parts = Vec::new();
        while !chunk.is_empty() {
            let rest = chunk.split_off(share.min(chunk.len()));
            parts.push(std::mem::replace(&mut chunk, rest));
        }
        let tagging = self.tagging;
        let tagged: Vec<Result<Vec<Tagged>>> = thread::scope(|scope| {
            let threads: Vec<_> = parts
                .into_iter()
                .zip(&mut self.taggers)
                .map(|(part, tagger)| {
                    scope.spawn(move || {
                        part.into_iter().map(|raw| tagging.tag(raw, tagger)).collect()
                    })
                })
                .collect();
            threads
                .into_iter()
                .map(|thread| {
                    thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
                })
                .collect()
        });
        for part in tagged {
            for tagged in part? {
                self.write(&tagged)?;
            }
        }
        Ok(())
    }

    fn write(&mut self, tagged: &Tagged) -> Result<()> {
        self.records += 1;
        self.progress.inc(1);
        match &tagged.outcome {
            Ok(outcome) => {
                self.coverage.add(&outcome.processed);
                if let Some(summary) = &mut self.summary {
                    summary.add(&outcome.processed);
                }
                match &mut self.sink {
                    Sink::Lines(out) => out.write_all(&outcome.line)?,
                    Sink::Table(table) => {
                        let own = self.tagging.reader.own_cells(&tagged.raw);
                        table.tagged(own, &outcome.processed)?;
                    }
                }
            }
            Err(reject) => {
                if let Some(summary) = &mut self.summary {
                    summary.add_dead(reject.code.name());
                }
                if let Sink::Table(table) = &mut self.sink {
                    table.dead(self.tagging.reader.own_cells(&tagged.raw), reject.code.name())?;
                }
                self.dead.write(&tagged.raw, reject)?;
            }
        }
        Ok(())
    }

    /// Closes everything; how many dead letters there were.
    fn finish(self, arguments: &TagArguments, stages: &Stages) -> Result<u64> {
        self.progress.finish_and_clear();
        match self.sink {
            Sink::Lines(mut out) => out.flush()?,
            Sink::Table(table) => table.finish()?,
        }
        if let (Some(path), Some(summary)) = (&arguments.report, &self.summary) {
            let title = arguments.file.as_deref().and_then(|path| path.file_name());
            let title =
                title.map_or_else(|| "standard input".into(), |name| name.to_string_lossy());
            super::report::write_page(path, summary, &title, stages)?;
            note(&format!("wrote {}", path.display()));
        }
        self.dead.finish()
    }
}
