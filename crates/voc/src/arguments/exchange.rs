//! What can be typed after `voc import` and `voc export`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

/// `voc import`
#[derive(Debug, Args)]
pub struct ImportArguments {
    /// The spreadsheet (CSV, XLSX) or list (one `theme: words` a line)
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// What it holds [default: by its header]
    #[arg(long, value_name = "KIND")]
    pub from: Option<ImportKind>,
    /// Write here: a file that ends in .toml, or a configuration's folder [default: the standard output]
    #[arg(long, short, value_name = "PATH")]
    pub output: Option<PathBuf>,
    /// The language of the rules, where no column says it
    #[arg(long, value_name = "CODE", default_value = "en")]
    pub lang: String,
    /// Who is accountable, where no column says it [default: the first part of each theme's id]
    #[arg(long, value_name = "ID")]
    pub department: Option<String>,
    /// What kind of themes they are, where no column says it
    #[arg(long, value_name = "KIND", default_value = "topic")]
    pub kind: ThemeKind,
    /// What a blank between two keywords means there
    #[arg(long, value_name = "MEANING", default_value = "phrase")]
    pub blank: BlankMeans,
    /// Whether a plain word takes all forms of its stem there [default: false for lanes, true for keywords]
    #[arg(long, value_name = "TRUTH")]
    pub stems: Option<bool>,
    /// Each column is a theme: its name on top, its keywords below
    #[arg(long)]
    pub by_column: bool,
    /// Exit with 1 where something could not be carried over
    #[arg(long)]
    pub strict: bool,
}

/// What `voc import` reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ImportKind {
    /// Category rules with a column per lane: OR, AND, AND, NOT (XM Discover).
    Lanes,
    /// A theme and its keywords per row, or per column.
    Keywords,
    /// The spreadsheet of `voc export`.
    Taxonomy,
}

/// What a blank between two words means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum BlankMeans {
    /// The words one after the other (Text iQ).
    Phrase,
    /// Any of the words.
    Or,
}

/// The kind of a theme.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ThemeKind {
    /// Something that went wrong.
    Problem,
    /// Something that went well.
    Praise,
    /// A subject.
    Topic,
}

/// `voc export`
#[derive(Debug, Args)]
pub struct ExportArguments {
    /// The file, which ends in .xlsx or .csv [default: CSV on the standard output]
    #[arg(long, short, value_name = "FILE")]
    pub output: Option<PathBuf>,
}
