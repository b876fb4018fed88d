//! `voc check`: every problem of the configuration at once, without touching any log.

use std::process::ExitCode;

use anyhow::Result;
use serde_json::json;

use super::{Loaded, Wanted, note, write_json};
use crate::arguments::{CheckArguments, Format};
use crate::exit;
use crate::plan::Plan;
use crate::problems::Refused;

/// Reads all of the configuration and says how it is.
pub(super) fn run(wanted: Wanted<'_>, arguments: &CheckArguments) -> Result<ExitCode> {
    let outcome = Loaded::read(wanted).and_then(|loaded| {
        let stages = loaded.stages()?;
        loaded.check_floors(&stages.engine)?;
        Plan::of(&stages, &loaded)?;
        Ok(stages)
    });
    match (outcome, arguments.format) {
        (Ok(stages), Format::Text) => {
            let themes = stages.engine.themes().len();
            let departments = stages.engine.departments().iter().count();
            note(&format!(
                "the configuration is in order: {themes} themes, {departments} departments, hash {}",
                stages.hash
            ));
            Ok(ExitCode::SUCCESS)
        }
        (Ok(stages), Format::Json) => {
            write_json(&json!({ "problems": [], "hash": stages.hash }))?;
            Ok(ExitCode::SUCCESS)
        }
        (Err(error), Format::Json) if error.is::<Refused>() => {
            let refused = error.downcast::<Refused>()?;
            write_json(&json!({ "problems": refused.json() }))?;
            Ok(ExitCode::from(exit::CONFIGURATION))
        }
        (Err(error), _) => Err(error),
    }
}
