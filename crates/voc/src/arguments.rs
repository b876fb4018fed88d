//! What can be typed after `voc`. The doc comment of each field is its help.

mod dead;
mod diff;
mod exchange;
mod explain;

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Parser, Subcommand, ValueEnum};

pub use dead::{DeadAction, DeadArguments, LetterArguments, ReplayArguments};
pub use diff::DiffArguments;
pub use exchange::{BlankMeans, ExportArguments, ImportArguments, ImportKind, ThemeKind};
pub use explain::{ExplainArguments, ExplainFormat};

use crate::floor::Floor;

/// Turns customer feedback into work that somebody owns: tagged by theme and department, routed to
/// the team that must act, with proof that nothing is lost and nothing is double.
#[derive(Debug, Parser)]
#[command(name = "voc", version, propagate_version = true, max_term_width = 100)]
pub struct Arguments {
    /// The folder of the configuration [default: ./config where there is one, else the embedded one]
    #[arg(long, global = true, value_name = "DIR")]
    pub config: Option<PathBuf>,
    /// The taxonomy of a trade: bank, telecom, airline, healthcare, retail [default: `pack` of voc.toml]
    #[arg(long, global = true, value_name = "NAME")]
    pub pack: Option<String>,
    /// How log lines look [default: pretty on a terminal, else json]
    #[arg(long, global = true, value_name = "FORM")]
    pub log_format: Option<LogFormat>,
    /// What to do
    #[command(subcommand)]
    pub command: Command,
}

fn time(text: &str) -> Result<jiff::Timestamp, String> {
    text.parse().map_err(|_| "write a time such as 2026-01-05T08:00:00Z".to_owned())
}

fn duration(text: &str) -> Result<Duration, String> {
    let given = text.parse::<jiff::SignedDuration>().ok();
    let given = given.and_then(|given| Duration::try_from(given).ok());
    given.ok_or_else(|| "write a length of time such as 30s or 5m".to_owned())
}

/// How log lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// For people.
    Pretty,
    /// One JSON object a line.
    Json,
}

/// How a command answers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people.
    #[default]
    Text,
    /// For machines.
    Json,
}

/// What `voc` can do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run the pipeline: read feedback from the log, write tagged feedback, tasks and praise
    Run(RunArguments),
    /// Tag a file (JSON lines, CSV, XLSX or plain lines) without any log
    Tag(TagArguments),
    /// Say what a text is about, whose it is, and why
    Explain(ExplainArguments),
    /// Check the configuration: every problem at once, with its mend
    Check(CheckArguments),
    /// Run the examples written in the configuration, and what documents print of it
    Test(TestArguments),
    /// Show what a change of the configuration would move, over real history
    Diff(DiffArguments),
    /// Prove that nothing is lost and nothing is double
    Verify(VerifyArguments),
    /// Sum up what the log holds: figures in the terminal, a page to read
    Report(ReportArguments),
    /// Append records to a topic
    Send(SendArguments),
    /// Show records of a topic as they come
    Tap(TapArguments),
    /// List, show and replay dead letters
    Dead(DeadArguments),
    /// Make and describe topics
    Topics(TopicsArguments),
    /// Turn other products' rules, keyword lists or a spreadsheet of `voc export` into taxonomy files
    Import(ImportArguments),
    /// Write the taxonomy as one spreadsheet, which `voc import` reads back without loss
    Export(ExportArguments),
    /// Write realistic synthetic feedback, the same for the same seed
    Generate(GenerateArguments),
    /// Print the JSON Schema of a record, or every key of a file of the configuration
    Schema(SchemaArguments),
    /// Print the completions of a shell
    Completions(CompletionsArguments),
}

/// Which log, where a command needs one.
#[derive(Debug, Clone, Default, Args)]
pub struct LogArguments {
    /// The log: embedded:DIR or kafka://host:port,… [default: `log` of voc.toml]
    #[arg(long, global = true, value_name = "URL")]
    pub log: Option<String>,
}

/// `voc run`
#[derive(Debug, Args)]
pub struct RunArguments {
    /// Which log
    #[command(flatten)]
    pub log: LogArguments,
    /// The consumer group [default: `group` of voc.toml]
    #[arg(long, value_name = "NAME")]
    pub group: Option<String>,
    /// How many workers [default: `workers` of voc.toml]
    #[arg(long, value_name = "N")]
    pub workers: Option<usize>,
    /// This process's name in the group [default: `instance` of voc.toml, else random]
    #[arg(long, value_name = "NAME")]
    pub instance: Option<String>,
    /// Where /metrics, /livez and /readyz listen; port 0 takes a free one [default: `metrics` of voc.toml]
    #[arg(long, value_name = "ADDR")]
    pub metrics: Option<String>,
}

/// `voc tag`
#[derive(Debug, Args)]
pub struct TagArguments {
    /// The file; - or nothing reads the standard input
    #[arg(value_name = "FILE")]
    pub file: Option<PathBuf>,
    /// What the file is [default: by its ending]
    #[arg(long, value_name = "KIND")]
    pub input: Option<InputKind>,
    /// Read with this source's file (config/sources/NAME.toml)
    #[arg(long, value_name = "NAME")]
    pub source: Option<String>,
    /// What comes out: JSON lines, or your own columns plus ours
    #[arg(long, value_name = "KIND", default_value = "json")]
    pub format: OutputKind,
    /// Write to this file instead of the standard output
    #[arg(long, short, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Also write a page to read
    #[arg(long, value_name = "FILE.html")]
    pub report: Option<PathBuf>,
    /// Write what could not be read to this file, as JSON lines
    #[arg(long, value_name = "FILE")]
    pub dead: Option<PathBuf>,
    /// Exit with 1 where a record could not be read
    #[arg(long)]
    pub strict: bool,
    /// Take this time (RFC 3339) as the time of receipt, from which due times count
    #[arg(long, value_name = "TIME", value_parser = time)]
    pub received_at: Option<jiff::Timestamp>,
}

/// What a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum InputKind {
    /// One JSON object a line.
    Json,
    /// Columns with a header.
    Csv,
    /// A workbook's first sheet, with a header.
    Xlsx,
    /// One text a line.
    Lines,
}

/// What `voc tag` writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum OutputKind {
    /// JSON lines: feedback, classification and routing.
    Json,
    /// Your own columns plus themes, department, sentiment and because.
    Csv,
    /// The same as a workbook.
    Xlsx,
}

/// `voc check`
#[derive(Debug, Args)]
pub struct CheckArguments {
    /// How to answer
    #[arg(long, default_value = "text")]
    pub format: Format,
}

/// `voc test`
#[derive(Debug, Args)]
pub struct TestArguments {
    /// Also try out what this document prints, or each Markdown file in this folder: its themes,
    /// routes and rules; may be given more than once
    #[arg(long, value_name = "PATH")]
    pub docs: Vec<PathBuf>,
    /// Also measure against texts labelled by hand: lines of JSON with id, text, lang and themes
    #[arg(long, value_name = "FILE")]
    pub gold: Vec<PathBuf>,
    /// The least that must be reached on those files: `micro_f1=0.70`, `billing.double_charge=0.80` (a theme's
    /// F1), `billing.double_charge.recall=0.90`
    #[arg(long = "floor", value_name = "MEASURE=SHARE", requires = "gold")]
    pub floors: Vec<Floor>,
    /// How to answer
    #[arg(long, default_value = "text")]
    pub format: TestFormat,
}

/// How `voc test` answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum TestFormat {
    /// For people.
    Text,
    /// For machines.
    Json,
    /// `JUnit` XML, for build servers.
    Junit,
}

/// `voc verify`
#[derive(Debug, Args)]
pub struct VerifyArguments {
    /// Which log
    #[command(flatten)]
    pub log: LogArguments,
    /// The consumer group [default: `group` of voc.toml]
    #[arg(long, value_name = "NAME")]
    pub group: Option<String>,
    /// How to answer
    #[arg(long, default_value = "text")]
    pub format: Format,
}

/// `voc report`
#[derive(Debug, Args)]
pub struct ReportArguments {
    /// Which log
    #[command(flatten)]
    pub log: LogArguments,
    /// The consumer group whose lag is shown [default: `group` of voc.toml]
    #[arg(long, value_name = "NAME")]
    pub group: Option<String>,
    /// Go on until the group has read everything
    #[arg(long)]
    pub until_caught_up: bool,
    /// Then give up once the group has committed nothing for so long; 0s: never
    #[arg(long, value_name = "TIME", value_parser = duration, default_value = "1m")]
    pub give_up_after: Duration,
    /// Write the page here
    #[arg(long, short, value_name = "FILE.html")]
    pub output: Option<PathBuf>,
}

/// `voc send`
#[derive(Debug, Args)]
pub struct SendArguments {
    /// Which log
    #[command(flatten)]
    pub log: LogArguments,
    /// The file: one record a line, or a CSV or XLSX whose rows become records; - or nothing reads
    /// lines from the standard input
    #[arg(value_name = "FILE")]
    pub file: Option<PathBuf>,
    /// The topic [default: `topics.raw` of voc.toml]
    #[arg(long, value_name = "NAME")]
    pub topic: Option<String>,
    /// The JSON field whose value becomes the key [default: no key]
    #[arg(long, value_name = "FIELD")]
    pub key: Option<String>,
    /// Send this many records a second at most
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub rate: Option<u32>,
}

/// `voc tap`
#[derive(Debug, Args)]
pub struct TapArguments {
    /// Which log
    #[command(flatten)]
    pub log: LogArguments,
    /// The topic [default: `topics.classified` of voc.toml]
    #[arg(value_name = "TOPIC")]
    pub topic: Option<String>,
    /// Begin with the first record there is, instead of the next one to come
    #[arg(long)]
    pub from_beginning: bool,
    /// Stop after this many records
    #[arg(long, short = 'n', value_name = "N")]
    pub count: Option<u64>,
    /// Stop at the end of the topic instead of waiting for more
    #[arg(long)]
    pub no_follow: bool,
    /// Print offset, key and headers too, one JSON object a record
    #[arg(long)]
    pub envelope: bool,
}

/// `voc topics`
#[derive(Debug, Args)]
pub struct TopicsArguments {
    /// Which log
    #[command(flatten)]
    pub log: LogArguments,
    /// What to do
    #[command(subcommand)]
    pub action: TopicsAction,
}

/// What to do with topics.
#[derive(Debug, Subcommand)]
pub enum TopicsAction {
    /// Make the topics that the configuration needs; those that exist are left as they are
    Create,
    /// List topics with their partitions and offsets
    Describe {
        /// How to answer
        #[arg(long, default_value = "text")]
        format: Format,
    },
}

/// `voc generate`
#[derive(Debug, Args)]
pub struct GenerateArguments {
    /// How many records
    #[arg(long, value_name = "N", default_value_t = 1000)]
    pub count: u64,
    /// The seed
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub seed: u64,
    /// The share of records that can't be read, 0 to 1
    #[arg(long, value_name = "SHARE", default_value_t = 0.01)]
    pub dirty: f64,
    /// When the first answer was given (RFC 3339)
    #[arg(long, value_name = "TIME", value_parser = time, default_value = "2026-01-05T08:00:00Z")]
    pub start: jiff::Timestamp,
}

/// `voc schema`
#[derive(Debug, Args)]
pub struct SchemaArguments {
    /// Of what
    #[arg(value_name = "WHAT")]
    pub what: SchemaKind,
}

/// What has a schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum SchemaKind {
    /// A plain record, as the source `default` takes it.
    Plain,
    /// A feedback, as it can be sent in the native shape.
    Feedback,
    /// A record of feedback.classified.
    Classified,
    /// A record of feedback.routed.
    Routed,
    /// A record of tasks: the routed feedback.
    Task,
    /// A record of kudos: the routed feedback.
    Kudos,
    /// A record with all that surrounds its bytes: `voc tap --envelope`, `voc dead show`.
    Envelope,
    /// Every key of voc.toml, with its default.
    Config,
    /// Every key of departments.toml.
    Departments,
    /// Every key of owners.toml.
    Owners,
    /// Every key of touchpoints.toml.
    Touchpoints,
    /// Every key of routes.toml.
    Routes,
    /// Every key of a file in sources.
    Source,
    /// Every key of a file in taxonomy.
    Taxonomy,
    /// Every key of a file in words.
    Words,
    /// Every key of a file in lexicons.
    Lexicon,
}

/// `voc completions`
#[derive(Debug, Args)]
pub struct CompletionsArguments {
    /// The shell
    #[arg(value_name = "SHELL")]
    pub shell: clap_complete::Shell,
}
