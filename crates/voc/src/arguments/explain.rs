//! What can be typed after `voc explain`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

/// `voc explain`
#[derive(Debug, Args)]
pub struct ExplainArguments {
    /// The text
    #[arg(value_name = "TEXT", required_unless_present = "file", conflicts_with = "file")]
    pub text: Option<String>,
    /// Its language [default: detected]
    #[arg(long, value_name = "CODE")]
    pub lang: Option<String>,
    /// A score with it: 0 to 10 is NPS, or metric=value
    #[arg(long, value_name = "SCORE")]
    pub score: Option<String>,
    /// The channel it came by
    #[arg(long, value_name = "NAME")]
    pub channel: Option<String>,
    /// A record of this file instead of a text, read as `voc tag` reads it
    #[arg(long, value_name = "FILE", conflicts_with_all = ["lang", "score", "channel"])]
    pub file: Option<PathBuf>,
    /// Which record of the file, from 1
    #[arg(long, value_name = "N", default_value_t = 1, requires = "file", value_parser = clap::value_parser!(u64).range(1..))]
    pub number: u64,
    /// Read the file with this source's file (config/sources/NAME.toml)
    #[arg(long, value_name = "NAME", requires = "file")]
    pub source: Option<String>,
    /// Only this rule (THEME/LANG), or all rules of this theme: what it would take to match
    #[arg(long, value_name = "ID")]
    pub rule: Option<String>,
    /// How to answer [default: html where --output ends so, else text]
    #[arg(long, value_name = "KIND")]
    pub format: Option<ExplainFormat>,
    /// Write to this file instead of the standard output
    #[arg(long, short, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

/// How `voc explain` answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ExplainFormat {
    /// For people.
    Text,
    /// For machines.
    Json,
    /// A page with the words marked.
    Html,
}
