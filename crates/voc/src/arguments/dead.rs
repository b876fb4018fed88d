//! What can be typed after `voc dead`.

use clap::{Args, Subcommand};

use super::{Format, LogArguments};

/// `voc dead`
#[derive(Debug, Args)]
pub struct DeadArguments {
    /// Which log
    #[command(flatten)]
    pub log: LogArguments,
    /// What to do
    #[command(subcommand)]
    pub action: DeadAction,
}

/// What to do with dead letters.
#[derive(Debug, Subcommand)]
pub enum DeadAction {
    /// Count them by code, and name the newest
    List {
        /// Which letters
        #[command(flatten)]
        letters: LetterArguments,
        /// Name this many at most
        #[arg(long, value_name = "N", default_value_t = 20)]
        limit: usize,
        /// How to answer
        #[arg(long, default_value = "text")]
        format: Format,
    },
    /// Print one whole, or the newest: its code, its headers and its bytes
    Show {
        /// Where it came from, as `voc dead list` says: topic/partition/offset
        #[arg(value_name = "ORIGIN")]
        origin: Option<String>,
        /// Which letters
        #[command(flatten)]
        letters: LetterArguments,
        /// Print this many at most, the newest first [default: 1]
        #[arg(long, value_name = "N")]
        limit: Option<usize>,
        /// Print the bytes alone, exactly as they came
        #[arg(long, conflicts_with = "limit")]
        raw: bool,
        /// How to answer; json: one object a letter
        #[arg(long, default_value = "text")]
        format: Format,
    },
    /// Append them to the topic they came from again, once the source or its mapping is mended
    Replay(ReplayArguments),
}

/// Which letters are meant.
#[derive(Debug, Clone, Default, Args)]
pub struct LetterArguments {
    /// Only those with this code
    #[arg(long, value_name = "CODE")]
    pub code: Option<String>,
    /// Only those that came from this topic
    #[arg(long, value_name = "NAME", conflicts_with = "source")]
    pub topic: Option<String>,
    /// Only those of this source: default, or NAME of config/sources/NAME.toml
    #[arg(long, value_name = "NAME")]
    pub source: Option<String>,
    /// Only those whose record is of this time (RFC 3339) or later, or not older than 36h, 7d
    #[arg(long, value_name = "TIME")]
    pub since: Option<String>,
}

/// `voc dead replay`: each letter at most once; don't run two at the same time
#[derive(Debug, Args)]
pub struct ReplayArguments {
    /// Only the one that came from here: topic/partition/offset
    #[arg(value_name = "ORIGIN")]
    pub origin: Option<String>,
    /// Which letters
    #[command(flatten)]
    pub letters: LetterArguments,
    /// Replay all of them (those that a source skips only with --code skipped)
    #[arg(long, conflicts_with_all = ["origin", "code", "topic", "source", "since"])]
    pub all: bool,
    /// Replay this many at most
    #[arg(long, value_name = "N")]
    pub limit: Option<u64>,
    /// Also those that their topic no longer holds, of which nobody can tell whether they were
    /// replayed before
    #[arg(long)]
    pub unproven: bool,
    /// Say what would be replayed, and don't
    #[arg(long)]
    pub dry_run: bool,
    /// How to answer
    #[arg(long, default_value = "text")]
    pub format: Format,
}
