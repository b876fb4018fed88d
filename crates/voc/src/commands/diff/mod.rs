//! `voc diff`: what a change of the configuration would move, over real history: a summary in the
//! terminal or JSON, a page to read, a list of every change, and limits for continuous integration.

mod history;
mod sides;

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::Path;
use std::process::ExitCode;
use std::thread;

use anyhow::{Context, Result, ensure};
use indicatif::ProgressBar;
use learn::diff::{self, Change, Comparer, Comparison, Known, Limit, LimitError};
use pipeline::read_to_end;

use self::history::{FileHistory, History, ReadBoth, TopicHistory};
use self::sides::Side;
use super::{Wanted, note, report, tag, write_json, write_out};
use crate::arguments::{DiffArguments, Format};
use crate::exit::{self, Usage};
use crate::report::{Difference, SideFact, difference_html, difference_terminal};
use crate::terminal;

/// How many records a thread takes at a time.
const CHUNK_RECORDS: usize = 256;

/// Compares two configurations over history.
pub(super) fn run(wanted: Wanted<'_>, arguments: &DiffArguments) -> Result<ExitCode> {
    ensure!(
        wanted.folder.is_none(),
        Usage("voc diff compares OLD with NEW: leave --config out".to_owned())
    );
    let DiffArguments { over, report, changes, .. } = arguments;
    tag::refuse_to_overwrite(&[Some(over.as_path()), report.as_deref(), changes.as_deref()])?;
    let limits = limits(&arguments.fail_if)?;
    let (old, new) = sides::both(&arguments.old, &arguments.new, wanted.pack)?;
    let known = known(&old, &new);
    check(&limits, &known)?;

    let history = history::open(arguments, &old, &new)?;
    let (over, comparison) = match history {
        History::File(file) => over_file(file, arguments, &old, &new)?,
        History::Topic(topic) => over_topic(topic, arguments, &old, &new)?,
    };
    let limits: Vec<diff::Outcome> =
        limits.iter().map(|limit| limit.judge(&comparison, &known)).collect();
    let difference = Difference {
        comparison: &comparison,
        facts: report::facts(&old.stages).updated(report::facts(&new.stages)),
        old: fact(&old),
        new: fact(&new),
        over,
        limits,
    };
    answer(&difference, arguments)
}

fn over_file(
    file: FileHistory,
    arguments: &DiffArguments,
    old: &Side,
    new: &Side,
) -> Result<(String, Comparison)> {
    file.told.iter().for_each(|told| note(told));
    let mut job = Job::new(arguments, old, new, &*file.read)?;
    for row in file.rows {
        job.add(row?)?;
    }
    let comparison = job.finish()?;
    file.read_as.notes().iter().for_each(|told| note(told));
    Ok((file.name, comparison))
}

fn over_topic(
    topic: TopicHistory,
    arguments: &DiffArguments,
    old: &Side,
    new: &Side,
) -> Result<(String, Comparison)> {
    let mut job = Job::new(arguments, old, new, &*topic.read)?;
    read_to_end(&*topic.log, topic.ranges, |record| job.add(record))?;
    Ok((topic.name, job.finish()?))
}

/// Every limit, or what is wrong with each that is wrong.
fn limits(texts: &[String]) -> Result<Vec<Limit>> {
    let mut limits = Vec::new();
    let mut wrong = Vec::new();
    for text in texts {
        match Limit::parse(text) {
            Ok(limit) => limits.push(limit),
            Err(error) => wrong.push(told(text, &error)),
        }
    }
    if wrong.is_empty() { Ok(limits) } else { Err(Usage(wrong.join("\n")).into()) }
}

/// Whether what the limits name exists.
fn check(limits: &[Limit], known: &Known) -> Result<()> {
    let wrong = limits.iter().filter_map(|limit| {
        let error = limit.check(known).err()?;
        Some(told(limit.text(), &error))
    });
    let wrong: Vec<String> = wrong.collect();
    ensure!(wrong.is_empty(), Usage(wrong.join("\n")));
    Ok(())
}

/// The limit with its wrong stretch underlined, what is wrong and what to write.
fn told(text: &str, error: &LimitError) -> String {
    let columns = |until: usize| text.get(..until).unwrap_or(text).chars().count();
    let before = columns(error.span.start);
    let marks = "^".repeat(columns(error.span.end).saturating_sub(before).max(1));
    let LimitError { message, mend, .. } = error;
    format!("--fail-if: {message}\n  {text}\n  {}{marks} {mend}", " ".repeat(before))
}

/// The ids of both sides.
fn known(old: &Side, new: &Side) -> Known {
    let mut known = Known::default();
    for engine in [&old.stages.engine, &new.stages.engine] {
        for theme in engine.themes() {
            known.themes.extend(theme.id.path().iter().map(ToString::to_string));
        }
        for department in engine.departments().iter() {
            known.departments.insert(department.id.to_string());
            known.teams.insert(department.team.to_string());
        }
    }
    known
}

fn fact(side: &Side) -> SideFact {
    let taxonomy = side.stages.engine.taxonomy();
    SideFact {
        name: side.name.clone(),
        hash: side.stages.hash.clone(),
        taxonomy: taxonomy.name.clone(),
        version: taxonomy.version.clone(),
    }
}

/// The threads' comparers, and what they have found.
struct Job<'a, E> {
    read: &'a ReadBoth<E>,
    comparers: Vec<Comparer>,
    waiting: Vec<E>,
    changes: Option<Changes>,
    progress: ProgressBar,
}

/// The file that every change is written to.
struct Changes {
    out: BufWriter<File>,
    path: std::path::PathBuf,
}

/// What a thread found in its part of a chunk.
type Found = Result<Vec<Change>>;

impl<'a, E: Send> Job<'a, E> {
    fn new(
        arguments: &DiffArguments,
        old: &Side,
        new: &Side,
        read: &'a ReadBoth<E>,
    ) -> Result<Self> {
        let threads = match arguments.threads {
            Some(threads) => usize::from(threads),
            None => thread::available_parallelism().map_or(1, usize::from),
        };
        let side = |side: &Side| diff::Side {
            engine: side.stages.engine.clone(),
            router: side.stages.router.clone(),
        };
        let (old, new) = (side(old), side(new));
        let examples = usize::from(arguments.examples);
        Ok(Self {
            read,
            comparers: (0..threads).map(|_| Comparer::new(&old, &new, examples)).collect(),
            waiting: Vec::new(),
            changes: arguments.changes.as_deref().map(Changes::to).transpose()?,
            progress: terminal::counting(None, "records"),
        })
    }

    /// Takes one record more; compares as soon as there is enough for all threads.
    fn add(&mut self, entry: E) -> Result<()> {
        self.waiting.push(entry);
        if self.waiting.len() < CHUNK_RECORDS * self.comparers.len() { Ok(()) } else { self.run() }
    }

    /// Compares what waits: it is shared out among the threads; neither the counts nor the order of
    /// the changes depend on how many there are.
    fn run(&mut self) -> Result<()> {
        let mut chunk = std::mem::take(&mut self.waiting);
        self.progress.inc(chunk.len() as u64);
        let share = chunk.len().div_ceil(self.comparers.len());
        let (read, wanted) = (self.read, self.changes.is_some());
        let found: Vec<Found> = thread::scope(|scope| {
            let mut threads = Vec::new();
            for comparer in &mut self.comparers {
                let rest = chunk.split_off(share.min(chunk.len()));
                let part = std::mem::replace(&mut chunk, rest);
                threads.push(scope.spawn(move || compare(&part, read, comparer, wanted)));
            }
            let joined = threads.into_iter().map(thread::ScopedJoinHandle::join);
            joined
                .map(|found| found.unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
                .collect()
        });
        for found in found {
            let found = found?;
            if let Some(changes) = &mut self.changes {
                changes.write(&found)?;
            }
        }
        Ok(())
    }

    /// What all threads counted together.
    fn finish(mut self) -> Result<Comparison> {
        self.run()?;
        self.progress.finish_and_clear();
        if let Some(changes) = self.changes {
            changes.finish()?;
        }
        let mut comparisons = self.comparers.into_iter().map(Comparer::finish);
        let mut all = comparisons.next().context("there is one thread at least")?;
        comparisons.for_each(|comparison| all.join(comparison));
        Ok(all)
    }
}

fn compare<E>(part: &[E], read: &ReadBoth<E>, comparer: &mut Comparer, wanted: bool) -> Found {
    let mut changes = Vec::new();
    for entry in part {
        let (place, reading) = read(entry)?;
        changes.extend(comparer.compare(place, &reading).filter(|_| wanted));
    }
    Ok(changes)
}

impl Changes {
    fn to(path: &Path) -> Result<Self> {
        let file = File::create(path).with_context(|| format!("writing {}", path.display()))?;
        Ok(Self { out: BufWriter::new(file), path: path.to_owned() })
    }

    fn write(&mut self, changes: &[Change]) -> Result<()> {
        for change in changes {
            serde_json::to_writer(&mut self.out, change)?;
            self.out.write_all(b"\n")?;
        }
        Ok(())
    }

    fn finish(mut self) -> Result<()> {
        self.out.flush().with_context(|| format!("writing {}", self.path.display()))?;
        note(&format!("wrote {}", self.path.display()));
        Ok(())
    }
}

/// Tells what was found, and whether a limit is met.
fn answer(difference: &Difference<'_>, arguments: &DiffArguments) -> Result<ExitCode> {
    if let Some(path) = &arguments.report {
        let page = difference_html(difference)?;
        fs::write(path, page).with_context(|| format!("writing {}", path.display()))?;
        note(&format!("wrote {}", path.display()));
    }
    match arguments.format {
        Format::Json => write_json(difference)?,
        Format::Text => write_out(difference_terminal(difference).as_bytes())?,
    }
    let met: Vec<&diff::Outcome> = difference.limits.iter().filter(|limit| limit.met).collect();
    for outcome in &met {
        for diff::Offence { figure, found } in &outcome.offences {
            note(&format!("limit met: {} ({figure}: {found})", outcome.limit));
        }
    }
    Ok(ExitCode::from(if met.is_empty() { 0 } else { exit::FAILURE }))
}
