//! `voc report`: what the log holds, summed up: figures in the terminal, live where that is asked
//! for, and a page to read.

use std::collections::BTreeSet;
use std::fs;
use std::io::{self, IsTerminal, Write};
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result};
use feedback::{Names, Record, wire};
use pipeline::headers::ERROR_CODE;
use pipeline::{Lag, Log, Progress, Range, Reader, TopicPartition};

use super::{Loaded, note, write_out};
use crate::arguments::ReportArguments;
use crate::plan::Plan;
use crate::report::{self, Facts, PageOptions, Summary, ThemeFact};
use crate::stages::Stages;

/// How many records are read at once.
const READ_RECORDS: usize = 2000;

/// How long one read waits.
const READ_WAIT: Duration = Duration::from_millis(500);

/// How often a live summary is drawn.
const DRAW_EVERY: Duration = Duration::from_millis(500);

/// Sums up a log.
pub(super) fn run(loaded: &Loaded, arguments: &ReportArguments) -> Result<ExitCode> {
    let stages = loaded.stages()?;
    let plan = Plan::of(&stages, loaded)?;
    let log = loaded.open_existing(&loaded.log_url(&arguments.log)?)?;
    let group = arguments.group.as_deref().unwrap_or(&loaded.settings.group);
    let mut watch = Watch {
        log: &*log,
        plan: &plan,
        group,
        dead_topic: &loaded.settings.topics.dead,
        summary: Summary::new(facts(&stages)),
        live: Live::new(arguments.until_caught_up && io::stderr().is_terminal()),
    };
    watch.until(arguments.until_caught_up)?;
    watch.live.end();
    let lag = lag(&*log, &plan.inputs, group)?;
    let waiting: i64 = lag.iter().map(|lag| lag.records).sum();
    let text = format!("{}lag {waiting} records\n", report::terminal(&watch.summary));
    write_out(text.as_bytes())?;
    if let Some(path) = &arguments.output {
        write_page(path, &watch.summary, &format!("group {group}"), &stages)?;
        note(&format!("wrote {}", path.display()));
    }
    Ok(ExitCode::SUCCESS)
}

/// What the page calls things, in English.
pub(super) fn facts(stages: &Stages) -> Facts {
    let name = |names: &Names, id: &str| names.get("en").cloned().unwrap_or_else(|| id.to_owned());
    let themes = stages.engine.themes().iter().map(|theme| {
        let fact = ThemeFact {
            name: name(&theme.name, theme.id.as_str()),
            department: theme.department.clone(),
        };
        (theme.id.clone(), fact)
    });
    let departments =
        stages.engine.departments().iter().map(|department| {
            (department.id.clone(), name(&department.name, department.id.as_str()))
        });
    Facts { themes: themes.collect(), departments: departments.collect() }
}

/// Writes the page.
pub(super) fn write_page(
    path: &Path,
    summary: &Summary,
    source: &str,
    stages: &Stages,
) -> Result<()> {
    let taxonomy = stages.engine.taxonomy();
    let options = PageOptions {
        title: "What customers say, and who acts".to_owned(),
        source: Some(source.to_owned()),
        remark: Some(format!("Taxonomy {} {}", taxonomy.name, taxonomy.version)),
        ..PageOptions::default()
    };
    let page = report::html(summary, &options)?;
    fs::write(path, page).with_context(|| format!("writing {}", path.display()))
}

/// Reads what the pipeline writes, as it writes it.
struct Watch<'a> {
    log: &'a dyn Log,
    plan: &'a Plan,
    group: &'a str,
    dead_topic: &'a str,
    summary: Summary,
    live: Live,
}

impl Watch<'_> {
    /// Reads to the end there is now; where `caught_up`, on until the group has read all its input.
    fn until(&mut self, caught_up: bool) -> Result<()> {
        let mut from = Vec::new();
        loop {
            // Asked for first: what the group commits from here on is read in the next round.
            let done = !caught_up || lag(self.log, &self.plan.inputs, self.group)?.is_empty();
            from = self.read_on(&from)?;
            if done {
                return Ok(());
            }
            self.live.draw(&self.summary);
            thread::sleep(DRAW_EVERY);
        }
    }

    /// Reads from where the last call ended to the end there is now.
    fn read_on(&mut self, from: &[Range]) -> Result<Vec<Range>> {
        let topics: Vec<String> =
            self.plan.routed_topics().chain([self.dead_topic.to_owned()]).collect();
        let ranges = ends(self.log, &topics, from)?;
        let mut reader = self.log.reader(ranges.clone())?;
        let mut records = Vec::new();
        loop {
            let progress = reader.read(&mut records, READ_RECORDS, READ_WAIT)?;
            for record in records.drain(..) {
                self.add(&record)?;
            }
            if progress == Progress::Finished {
                break;
            }
        }
        Ok(ranges)
    }

    fn add(&mut self, record: &Record) -> Result<()> {
        if &*record.origin.topic == self.dead_topic {
            self.summary.add_dead(record.header(ERROR_CODE).unwrap_or("unknown"));
            return Ok(());
        }
        let value = record.value.as_deref().unwrap_or_default();
        let processed = wire::read(value).map_err(|error| {
            anyhow::anyhow!(
                "{} is none of our records: line {} column {}",
                record.origin,
                error.line(),
                error.column()
            )
        })?;
        self.summary.add(&processed);
        Ok(())
    }
}

/// Ranges that go on where `before` ended, up to the end there is now.
fn ends(log: &dyn Log, topics: &[String], before: &[Range]) -> Result<Vec<Range>> {
    let described = log.describe(Some(topics))?;
    let mut ranges = Vec::new();
    for topic in described {
        let name: Arc<str> = Arc::from(topic.name.as_str());
        for bounds in topic.partitions {
            let partition =
                TopicPartition { topic: Arc::clone(&name), partition: bounds.partition };
            let read = before.iter().find(|range| range.partition == partition);
            let from = read.and_then(|range| range.to).unwrap_or(bounds.earliest);
            ranges.push(Range { partition, from, to: Some(bounds.latest) });
        }
    }
    Ok(ranges)
}

/// By partition, how many records of the input the group has not read; partitions without any are
/// left out. Records are counted, not offsets: transactions leave gaps.
pub(super) fn lag(log: &dyn Log, inputs: &BTreeSet<String>, group: &str) -> Result<Vec<Lag>> {
    let committed = log.committed(group)?;
    let names: Vec<String> = inputs.iter().cloned().collect();
    let mut waiting = Vec::new();
    for mut range in ends(log, &names, &[])? {
        if let Some(next) = committed.get(&range.partition) {
            range.from = range.from.max(*next);
        }
        if range.to.is_some_and(|to| to > range.from) {
            waiting.push(range);
        }
    }
    let mut lags = Vec::new();
    for range in waiting {
        let partition = range.partition.clone();
        let records = count(&mut *log.reader(vec![range])?)?;
        if records > 0 {
            lags.push(Lag { partition, records, read_timestamp_ms: None });
        }
    }
    Ok(lags)
}

fn count(reader: &mut dyn Reader) -> Result<i64> {
    let mut records = Vec::new();
    let mut count = 0;
    loop {
        let progress = reader.read(&mut records, READ_RECORDS, READ_WAIT)?;
        count += i64::try_from(records.len())?;
        records.clear();
        if progress == Progress::Finished {
            return Ok(count);
        }
    }
}

/// A summary that is drawn over itself in a terminal.
struct Live {
    terminal: bool,
    lines: usize,
    told: u64,
}

impl Live {
    fn new(terminal: bool) -> Self {
        Self { terminal, lines: 0, told: 0 }
    }

    fn draw(&mut self, summary: &Summary) {
        if self.terminal {
            self.end();
            let text = report::terminal(summary);
            self.lines = text.lines().count();
            drop(io::stderr().write_all(text.as_bytes()));
        } else if summary.records() != self.told {
            self.told = summary.records();
            note(&format!("{} records so far", self.told));
        }
    }

    /// Takes back what was drawn.
    fn end(&mut self) {
        if self.lines > 0 {
            drop(write!(io::stderr(), "\x1b[{}A\x1b[J", self.lines));
            self.lines = 0;
        }
    }
}
