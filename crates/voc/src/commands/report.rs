//! `voc report`: what the log holds, summed up: figures in the terminal, live where that is asked
//! for, and a page to read.

use std::collections::BTreeSet;
use std::fs;
use std::io::{self, IsTerminal, Write};
use std::path::Path;
use std::process::ExitCode;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use classify::Engine;
use feedback::wire::{self, Processed};
use feedback::{Names, Record};
use pipeline::headers::ERROR_CODE;
use pipeline::{Fault, Log, Patience, Range, TopicDescription, read_to_end};

use super::{Loaded, note, write_out};
use crate::arguments::ReportArguments;
use crate::plan::Plan;
use crate::report::{self, Facts, PageOptions, Summary, ThemeFact};
use crate::stages::Stages;

/// How often a live summary is drawn.
const DRAW_EVERY: Duration = Duration::from_millis(500);

/// Sums up a log.
pub(super) fn run(loaded: &Loaded, arguments: &ReportArguments) -> Result<ExitCode> {
    let group = loaded.group(arguments.group.as_deref())?;
    let stages = loaded.stages()?;
    let plan = Plan::of(&stages, loaded)?;
    let log = loaded.open_existing(&loaded.log_url(&arguments.log)?)?;
    let mut watch = Watch {
        log: &*log,
        plan: &plan,
        group,
        dead_topic: &loaded.settings.topics.dead,
        engine: &stages.engine,
        summary: Summary::new(facts(&stages)),
        live: Live::new(arguments.until_caught_up && io::stderr().is_terminal()),
    };
    let patience = arguments.until_caught_up.then(|| Patience::new(give_up_after(arguments)));
    watch.until(patience)?;
    watch.live.end();
    let lag = lag(&*log, &plan.inputs, group)?;
    let text = format!("{}lag {lag} records\n", report::terminal(&watch.summary));
    write_out(text.as_bytes())?;
    if let Some(path) = &arguments.output {
        write_page(path, &watch.summary, &format!("group {group}"), &stages)?;
        note(&format!("wrote {}", path.display()));
    }
    Ok(ExitCode::SUCCESS)
}

fn give_up_after(arguments: &ReportArguments) -> Option<Duration> {
    Some(arguments.give_up_after).filter(|after| !after.is_zero())
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
    /// It knows what themes of the past are called today.
    engine: &'a Engine,
    summary: Summary,
    live: Live,
}

impl Watch<'_> {
    /// Reads to the end there is now; with `patience`, on until the group has read all its input, as long
    /// as it commits something now and then.
    fn until(&mut self, mut patience: Option<Patience>) -> Result<()> {
        let names: Vec<String> = self.plan.inputs.iter().cloned().collect();
        let mut from = Vec::new();
        let mut committed = None;
        loop {
            // Asked for first: what the group commits from here on is read in the next round.
            let now = Some(self.log.committed(self.group, &names)?);
            let lag = match patience {
                Some(_) => lag(self.log, &self.plan.inputs, self.group)?,
                None => 0,
            };
            from = self.read_on(&from)?;
            let Some(patience) = patience.as_mut().filter(|_| lag > 0) else { return Ok(()) };
            if now != committed {
                patience.regained();
            }
            committed = now;
            patience.lost(Instant::now(), "");
            anyhow::ensure!(
                !patience.is_spent(Instant::now()),
                "{lag} records wait and the group {} has committed nothing for so long: is `voc run` up? \
                 Its own messages say why not; --give-up-after waits longer",
                self.group
            );
            self.live.draw(&self.summary);
            thread::sleep(DRAW_EVERY);
        }
    }

    /// Reads from where the last call ended to the end there is now.
    fn read_on(&mut self, from: &[Range]) -> Result<Vec<Range>> {
        let topics: Vec<String> =
            self.plan.routed_topics().chain([self.dead_topic.to_owned()]).collect();
        let mut ranges = ranges(&self.log.describe_settled(&topics)?);
        for range in &mut ranges {
            let before = from.iter().find(|before| before.partition == range.partition);
            range.from = before.and_then(|before| before.to).unwrap_or(range.from);
        }
        let log = self.log;
        read_to_end(log, ranges.clone(), |record| self.add(&record))?;
        Ok(ranges)
    }

    fn add(&mut self, record: &Record) -> Result<()> {
        if &*record.origin.topic == self.dead_topic {
            self.summary.add_dead(record.header(ERROR_CODE).unwrap_or("unknown"));
            return Ok(());
        }
        let value = record.value.as_deref().unwrap_or_default();
        let mut processed = wire::read(value).map_err(|error| {
            anyhow::anyhow!(
                "{} is none of our records: line {} column {}",
                record.origin,
                error.line(),
                error.column()
            )
        })?;
        let Processed { classification, routing, .. } = &mut processed;
        self.engine.call_as_today(classification.as_mut(), routing.as_mut());
        self.summary.add(&processed);
        Ok(())
    }
}

fn ranges(described: &[TopicDescription]) -> Vec<Range> {
    described.iter().flat_map(TopicDescription::ranges).collect()
}

/// How many records of the input the group has not read. Records are counted, not offsets:
/// transactions leave gaps.
fn lag(log: &dyn Log, inputs: &BTreeSet<String>, group: &str) -> Result<u64> {
    let names: Vec<String> = inputs.iter().cloned().collect();
    let committed = log.committed(group, &names)?;
    let mut waiting = ranges(&log.describe(&names)?);
    for range in &mut waiting {
        if let Some(next) = committed.get(&range.partition) {
            range.from = range.from.max(*next);
        }
    }
    let mut lag = 0;
    read_to_end(log, waiting, |_| {
        lag += 1;
        Ok::<(), Fault>(())
    })?;
    Ok(lag)
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
