//! OLD and NEW: two configurations read and compiled at the same time, or every problem of both.

use std::path::{Path, PathBuf};

use anyhow::Result;
use feedback::{Files, Problem};

use super::super::Loaded;
use crate::configuration::{self, Configuration};
use crate::problems::Refused;
use crate::settings::Settings;
use crate::stages::Stages;

/// The name that stands for the embedded configuration.
const DEFAULT: &str = "default";

/// One of the two.
pub(super) struct Side {
    /// As it was named.
    pub(super) name: String,
    /// Its files and settings.
    pub(super) loaded: Loaded,
    /// The three stages.
    pub(super) stages: Stages,
}

/// A configuration of which only voc.toml is understood so far.
struct Read {
    name: String,
    files: Files,
    settings: Settings,
    problems: Vec<Problem>,
    folder: Option<PathBuf>,
    strange_routes: bool,
}

/// Reads and compiles both; the error tells the problems of both at once, each file with the name of
/// its side.
pub(super) fn both(old: &Path, new: &Path, pack: Option<&str>) -> Result<(Side, Side)> {
    let (mut old, mut new) = (read(old, pack)?, read(new, pack)?);
    let [old_stages, new_stages] =
        Stages::parse_both([(&old.files, &old.settings), (&new.files, &new.settings)]);
    let old_stages = old_stages.map_err(|problems| old.problems.extend(problems)).ok();
    let new_stages = new_stages.map_err(|problems| new.problems.extend(problems)).ok();
    match (old_stages, new_stages) {
        (Some(old_stages), Some(new_stages))
            if old.problems.is_empty() && new.problems.is_empty() =>
        {
            Ok((old.compiled(old_stages), new.compiled(new_stages)))
        }
        _ => Err(refused([old, new]).into()),
    }
}

fn read(folder: &Path, pack: Option<&str>) -> Result<Read> {
    let name = folder.to_string_lossy().trim_end_matches('/').to_owned();
    let is_default = folder == Path::new(DEFAULT);
    if !is_default && !folder.is_dir() {
        let mend = format!(
            "name a folder with a configuration, or write {DEFAULT} for the one that voc embeds"
        );
        let missing = Problem::new("", "no_folder", "there is no such folder", mend);
        return Ok(Read {
            name,
            files: configuration::read_from(None, pack)?.files,
            settings: Settings::default(),
            problems: vec![missing],
            folder: None,
            strange_routes: false,
        });
    }
    let folder = (!is_default).then_some(folder);
    let Configuration { files, mut problems, strange_routes } =
        configuration::read_from(folder, pack)?;
    let settings = Settings::parse(&files).unwrap_or_else(|faults| {
        problems.extend(faults);
        Settings::default()
    });
    let folder = folder.map(Path::to_owned);
    Ok(Read { name, files, settings, problems, folder, strange_routes })
}

impl Read {
    fn compiled(self, stages: Stages) -> Side {
        let Self { name, files, settings, folder, strange_routes, .. } = self;
        Side { name, loaded: Loaded { files, settings, folder, strange_routes }, stages }
    }
}

fn refused(sides: [Read; 2]) -> Refused {
    let mut problems = Vec::new();
    let mut files = Files::new();
    for Read { name, files: own, problems: found, .. } in sides {
        let place = |file: &str| match file {
            "" => name.clone(),
            file => format!("{name}/{}", own.place(file)),
        };
        problems.extend(
            found.into_iter().map(|problem| Problem { file: place(&problem.file), ..problem }),
        );
        for (path, given, text) in own.iter() {
            files.insert(place(path), given, text);
        }
    }
    Refused::new(problems, files)
}
