//! touchpoints.toml, as far as ingest needs it: which stage of the journey a touchpoint belongs to.

use std::collections::{BTreeMap, BTreeSet};

use feedback::{Files, Problem, ThemeId};
use serde::Deserialize;
use toml::Spanned;

const FILE: &str = "touchpoints.toml";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawFile {
    #[serde(default)]
    touchpoint: Vec<RawTouchpoint>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawTouchpoint {
    id: Spanned<String>,
    journey_stage: Option<String>,
    #[serde(default, rename = "name")]
    _name: Option<toml::Value>,
    #[serde(default, rename = "moment_of_truth")]
    _moment_of_truth: bool,
}

/// The journey's stage of each touchpoint that has one.
pub(crate) fn parse(files: &Files) -> Result<BTreeMap<String, String>, Vec<Problem>> {
    let Some(text) = files.get(FILE) else { return Ok(BTreeMap::new()) };
    let raw: RawFile = toml::from_str(text).map_err(|error| vec![Problem::toml(FILE, &error)])?;
    let mut stages = BTreeMap::new();
    let mut seen = BTreeSet::new();
    let mut problems = Vec::new();
    for touchpoint in raw.touchpoint {
        let (span, id) = (touchpoint.id.span(), touchpoint.id.into_inner());
        if let Err(error) = ThemeId::new(&id) {
            let message = format!("the touchpoint id \"{id}\" {error}");
            problems.push(
                Problem::new(FILE, "bad_id", message, "write it like `first_bill`")
                    .at(span.clone()),
            );
        }
        if !seen.insert(id.clone()) {
            let message = format!("the touchpoint \"{id}\" stands twice");
            problems
                .push(Problem::new(FILE, "duplicate_id", message, "remove one of them").at(span));
        }
        if let Some(stage) = touchpoint.journey_stage {
            stages.insert(id, stage);
        }
    }
    if problems.is_empty() { Ok(stages) } else { Err(problems) }
}
