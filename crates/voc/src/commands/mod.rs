//! One file per command; each reads its arguments, calls the crate that does the work, and writes
//! to the standard output. What is for people beside the result goes to the standard error.

mod check;
mod completions;
mod dead;
mod diff;
mod explain;
mod export;
mod generate;
mod import;
mod report;
mod run;
mod schema;
mod send;
mod tag;
mod tap;
mod test;
mod topics;
mod verify;

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Result;
use classify::Engine;
use embedded::EmbeddedLog;
use feedback::Files;
use pipeline::{Fault, Log, TopicRequest};
use serde::Serialize;

use crate::arguments::{Arguments, Command, LogArguments};
use crate::configuration::{self, Configuration};
use crate::exit::Usage;
use crate::log;
use crate::problems::Refused;
use crate::settings::{self, LogUrl, Settings};
use crate::stages::Stages;

/// Partitions of the topics we make on the embedded log, where the configuration doesn't say.
const EMBEDDED_PARTITIONS: i32 = 4;

/// Does what was typed.
pub(crate) fn run(arguments: Arguments) -> Result<ExitCode> {
    let config = Wanted { folder: arguments.config.as_deref(), pack: arguments.pack.as_deref() };
    match arguments.command {
        Command::Run(run) => run::run(&Loaded::read(config)?, &run),
        Command::Tag(tag) => tag::run(&Loaded::read(config)?, &tag),
        Command::Explain(explain) => explain::run(&Loaded::read(config)?, &explain),
        Command::Check(check) => check::run(config, &check),
        Command::Test(test) => test::run(&Loaded::read(config)?, &test),
        Command::Report(report) => report::run(&Loaded::read(config)?, &report),
        Command::Diff(diff) => diff::run(config, &diff),
        Command::Verify(verify) => verify::run(&Loaded::read(config)?, &verify),
        Command::Send(send) => send::run(&Loaded::read(config)?, &send),
        Command::Tap(tap) => tap::run(&Loaded::read(config)?, &tap),
        Command::Dead(dead) => dead::run(&Loaded::read(config)?, &dead),
        Command::Topics(topics) => topics::run(&Loaded::read(config)?, &topics),
        Command::Import(import) => import::run(&import),
        Command::Export(export) => export::run(&Loaded::read(config)?, &export),
        Command::Generate(generate) => generate::run(&generate),
        Command::Schema(schema) => schema::run(&schema),
        Command::Completions(completions) => completions::run(&completions),
    }
}

/// Which configuration was asked for.
#[derive(Clone, Copy)]
pub(crate) struct Wanted<'a> {
    folder: Option<&'a Path>,
    pack: Option<&'a str>,
}

/// The configuration's files, and voc.toml among them understood.
pub(crate) struct Loaded {
    /// Every file.
    pub(crate) files: Files,
    /// voc.toml.
    pub(crate) settings: Settings,
    /// Where they lie; `None`: in the binary.
    folder: Option<PathBuf>,
    /// Whether the routes' examples speak of other themes than these.
    strange_routes: bool,
}

impl Loaded {
    fn read(wanted: Wanted<'_>) -> Result<Self> {
        let Configuration { files, mut problems, strange_routes } =
            configuration::read(wanted.folder, wanted.pack)?;
        let folder = configuration::folder(wanted.folder);
        match Settings::parse(&files) {
            Ok(settings) if problems.is_empty() => {
                Ok(Self { files, settings, folder, strange_routes })
            }
            settings => {
                // The stages' own problems are told in the same breath.
                let stages = Stages::parse(&files, &Settings::default());
                problems.extend(settings.err().into_iter().chain(stages.err()).flatten());
                Err(Refused::new(problems, files).into())
            }
        }
    }

    /// The three stages compiled, or every problem with them.
    fn stages(&self) -> Result<Stages> {
        Stages::parse(&self.files, &self.settings)
            .map_err(|problems| Refused::new(problems, self.files.clone()).into())
    }

    /// Refuses floors of voc.toml for themes that there are not.
    fn check_floors(&self, engine: &Engine) -> Result<()> {
        let floors = self.settings.gold.iter().flat_map(|gold| &gold.floors);
        let problems: Vec<_> = floors.filter_map(|floor| floor.problem(engine)).collect();
        if problems.is_empty() {
            return Ok(());
        }
        Err(Refused::new(problems, self.files.clone()).into())
    }

    /// The log's URL: as typed, else as configured.
    fn log_url(&self, arguments: &LogArguments) -> Result<LogUrl> {
        match &arguments.log {
            Some(url) => LogUrl::parse(url).map_err(|message| Usage(message).into()),
            None => Ok(self.settings.log.clone()),
        }
    }

    /// The consumer group: as typed, else as configured.
    fn group<'a>(&'a self, typed: Option<&'a str>) -> Result<&'a str> {
        let Some(group) = typed else { return Ok(&self.settings.group) };
        settings::check_name("--group", group).map_err(Usage)?;
        Ok(group)
    }

    /// A topic as it is made here.
    pub(crate) fn topic_request(&self, name: &str, url: &LogUrl) -> TopicRequest {
        let topics = &self.settings.topics;
        let embedded = matches!(url, LogUrl::Embedded(_));
        TopicRequest {
            name: name.to_owned(),
            partitions: topics.partitions.or(embedded.then_some(EMBEDDED_PARTITIONS)),
            replication: topics.replication,
            retention: if name == topics.dead { topics.dead_retention } else { topics.retention },
        }
    }

    /// Opens a log to read what is in it: a folder without one is a mistake, and isn't made one.
    fn open_existing(&self, url: &LogUrl) -> Result<Box<dyn Log>> {
        if let LogUrl::Embedded(folder) = url {
            anyhow::ensure!(
                EmbeddedLog::is_at(folder),
                "there is no log in {} (--log, or `log` of voc.toml); `voc run` or `voc send` makes one",
                folder.display()
            );
        }
        log::open(url, &self.settings)
    }

    /// Makes the topic where that is allowed; else its absence is a fault.
    fn ensure_topics(&self, log: &dyn Log, requests: &[TopicRequest], url: &LogUrl) -> Result<()> {
        let existing = log.names()?;
        let missing: Vec<_> =
            requests.iter().filter(|request| !existing.contains(&request.name)).cloned().collect();
        if missing.is_empty() {
            return Ok(());
        }
        let creates = self.settings.topics.create.unwrap_or(matches!(url, LogUrl::Embedded(_)));
        if !creates {
            let mut names: Vec<_> = missing.into_iter().map(|request| request.name).collect();
            names.sort();
            return Err(Fault::MissingTopics { names }.into());
        }
        log.create(&missing)?;
        Ok(())
    }
}

/// Writes to the standard output, whole and flushed.
fn write_out(bytes: &[u8]) -> Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(bytes)?;
    out.flush()?;
    Ok(())
}

/// Writes a value as indented JSON and a line end.
fn write_json(value: &impl Serialize) -> Result<()> {
    let mut text = serde_json::to_string_pretty(value)?;
    text.push('\n');
    write_out(text.as_bytes())
}

/// Whether the standard output shows colours: a terminal, and nobody asked for none (`NO_COLOR`).
fn colour() -> bool {
    crate::terminal::is_coloured(&io::stdout())
}

/// Tells people something beside the result. If nobody listens, nothing is lost.
fn note(text: &str) {
    drop(writeln!(io::stderr(), "{text}"));
}
