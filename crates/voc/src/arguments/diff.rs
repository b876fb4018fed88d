//! What can be typed after `voc diff`.

use std::path::PathBuf;

use clap::Args;

use super::{Format, InputKind};

/// `voc diff`
#[derive(Debug, Args)]
pub struct DiffArguments {
    /// The folder of the configuration as it is; `default` is the embedded one
    #[arg(value_name = "OLD")]
    pub old: PathBuf,
    /// The folder of the configuration as it would be
    #[arg(value_name = "NEW")]
    pub new: PathBuf,
    /// The history: a file as `voc tag` reads it (- is the standard input), or a topic
    #[arg(long, value_name = "FILE|TOPIC")]
    pub over: PathBuf,
    /// The log that holds the topic [default: `log` of NEW's voc.toml]
    #[arg(long, value_name = "URL")]
    pub log: Option<String>,
    /// What the file is [default: by its ending]
    #[arg(long, value_name = "KIND")]
    pub input: Option<InputKind>,
    /// Read the file with this source's file (sources/NAME.toml) of each side
    #[arg(long, value_name = "NAME")]
    pub source: Option<String>,
    /// Exit with 1 where this is met, such as 'tasks.billing > +10%', 'themes.lost > 0' or
    /// 'changed > 2%'; may be given again (docs/DIFF.md)
    #[arg(long, value_name = "LIMIT")]
    pub fail_if: Vec<String>,
    /// How to answer
    #[arg(long, default_value = "text")]
    pub format: Format,
    /// Also write a page to read
    #[arg(long, value_name = "FILE.html")]
    pub report: Option<PathBuf>,
    /// Also write every record that is handled otherwise, as JSON lines
    #[arg(long, value_name = "FILE.jsonl")]
    pub changes: Option<PathBuf>,
    /// How many texts the page shows per theme and direction, and per move
    #[arg(long, value_name = "N", default_value_t = 3, value_parser = clap::value_parser!(u8).range(0..=20))]
    pub examples: u8,
    /// Take this time (RFC 3339) as the time of receipt, from which due times count
    #[arg(long, value_name = "TIME")]
    pub received_at: Option<jiff::Timestamp>,
    /// How many threads compare [default: as many as there are processors]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256))]
    pub threads: Option<u16>,
}
