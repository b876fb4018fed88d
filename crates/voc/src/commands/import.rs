//! `voc import`: other products' rules and lists, or the spreadsheet of `voc export`, as files of a
//! taxonomy. What can't be carried over is told row by row.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, ensure};
use feedback::document::is_language;

use super::{note, write_out};
use crate::arguments::{BlankMeans, ImportArguments, ImportKind, ThemeKind};
use crate::exchange::{self, Blank, Defaults, Drafts, Reading, Row};
use crate::exit::{self, Usage};

/// Reads the spreadsheet and writes what it makes.
pub(super) fn run(arguments: &ImportArguments) -> Result<ExitCode> {
    ensure!(
        is_language(&arguments.lang),
        Usage(format!("--lang {}: write a language's code, such as en or nl", arguments.lang))
    );
    let rows = exchange::rows(&arguments.file)?;
    let Some(first) = rows.first() else {
        return Err(Usage(format!("{} has no rows", arguments.file.display())).into());
    };
    let kind = arguments.from.unwrap_or_else(|| guessed(first));
    let drafts = read(&rows, kind, arguments);
    for told in &drafts.notes {
        note(&told.to_string());
    }
    let files = exchange::files(&drafts.themes, drafts.named.as_ref());
    let lost = drafts.lost();
    let places = write(&files, arguments)?;
    note(&format!(
        "read as {}: {} themes{places}; {} remarks, {lost} things could not be carried over",
        name(kind),
        drafts.themes.len(),
        drafts.notes.len() - lost,
    ));
    let failed = arguments.strict && lost > 0;
    Ok(ExitCode::from(if failed { exit::FAILURE } else { 0 }))
}

fn guessed(header: &Row) -> ImportKind {
    if exchange::is_ours(header) {
        ImportKind::Taxonomy
    } else if exchange::is_lanes(header) {
        ImportKind::Lanes
    } else {
        ImportKind::Keywords
    }
}

const fn name(kind: ImportKind) -> &'static str {
    match kind {
        ImportKind::Taxonomy => "a taxonomy's spreadsheet",
        ImportKind::Lanes => "category rules of lanes",
        ImportKind::Keywords => "lists of keywords",
    }
}

fn read(rows: &[Row], kind: ImportKind, arguments: &ImportArguments) -> Drafts {
    let defaults = Defaults {
        language: arguments.lang.clone(),
        department: arguments.department.clone(),
        kind: match arguments.kind {
            ThemeKind::Problem => "problem",
            ThemeKind::Praise => "praise",
            ThemeKind::Topic => "topic",
        },
    };
    match kind {
        ImportKind::Taxonomy => exchange::ours(rows),
        ImportKind::Lanes => exchange::lanes(rows, &defaults, arguments.stems.unwrap_or(false)),
        ImportKind::Keywords => {
            let blank = match arguments.blank {
                BlankMeans::Phrase => Blank::Phrase,
                BlankMeans::Or => Blank::Any,
            };
            let stems = arguments.stems.unwrap_or(true);
            let by_column = arguments.by_column;
            exchange::keywords(rows, &Reading { defaults, blank, stems, by_column })
        }
    }
}

/// Writes the files; says where.
fn write(files: &BTreeMap<String, String>, arguments: &ImportArguments) -> Result<String> {
    let Some(output) = &arguments.output else {
        let whole: Vec<&str> = files.values().map(String::as_str).collect();
        write_out(whole.join("\n").as_bytes())?;
        return Ok(String::new());
    };
    let one_file = output.extension().is_some_and(|ending| ending == "toml");
    let places: Vec<(PathBuf, String)> = if one_file {
        let whole: Vec<&str> = files.values().map(String::as_str).collect();
        vec![(output.clone(), whole.join("\n"))]
    } else {
        files
            .iter()
            .map(|(path, text)| Ok((output.join(inside(path)?), text.clone())))
            .collect::<Result<_>>()?
    };
    for (path, _) in &places {
        ensure!(
            !path.exists(),
            Usage(format!("{} exists: remove it, or name another --output", path.display()))
        );
    }
    for (path, text) in &places {
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).with_context(|| format!("making {}", folder.display()))?;
        }
        fs::write(path, text).with_context(|| format!("writing {}", path.display()))?;
    }
    let names: Vec<String> = places.iter().map(|(path, _)| path.display().to_string()).collect();
    Ok(format!(" in {}", names.join(", ")))
}

/// A path that a spreadsheet names, if it stays in the folder and is one that voc reads.
fn inside(path: &str) -> Result<&Path> {
    let plain = |part: &str| {
        let good = |each: char| each.is_ascii_alphanumeric() || matches!(each, '_' | '-' | '.');
        !part.is_empty() && !part.starts_with('.') && part.chars().all(good)
    };
    ensure!(
        path.starts_with("taxonomy/")
            && path.strip_suffix(".toml").is_some()
            && path.split('/').all(plain),
        Usage(format!(
            "the spreadsheet names the file {path}: name one such as taxonomy/billing.toml"
        ))
    );
    Ok(Path::new(path))
}
