//! touchpoints.toml, as far as ingest needs it: which stage of the journey a touchpoint belongs to.

use std::collections::{BTreeMap, BTreeSet};

use feedback::document::Document;
use feedback::{Files, Problem, ThemeId};

const FILE: &str = "touchpoints.toml";

/// The journey's stage of each touchpoint that has one.
pub(crate) fn parse(files: &Files) -> Result<BTreeMap<String, String>, Vec<Problem>> {
    let Some(text) = files.get(FILE) else { return Ok(BTreeMap::new()) };
    let mut document = Document::new(FILE, text);
    let Some(mut root) = document.root() else { return Err(document.finish()) };
    let mut stages = BTreeMap::new();
    let mut seen = BTreeSet::new();
    for mut touchpoint in root.tables("touchpoint", &mut document) {
        touchpoint.needs("id", "id = \"first_bill\"", &mut document);
        let id = touchpoint.text("id", &mut document);
        let stage = touchpoint.text("journey_stage", &mut document);
        // What these say is for the desk; here they only have to be right.
        touchpoint.names("name", &mut document);
        touchpoint.truth("moment_of_truth", &mut document);
        touchpoint.finish(&mut document);
        let Some(id) = id else { continue };
        let (span, id) = (id.span(), id.into_inner());
        if let Err(error) = ThemeId::new(&id) {
            let message = format!("the touchpoint id \"{id}\" {error}");
            document.problem(span.clone(), "bad_id", message, "write it like `first_bill`");
        }
        if !seen.insert(id.clone()) {
            let message = format!("the touchpoint \"{id}\" stands twice");
            document.problem(span, "duplicate_id", message, "remove one of them");
        }
        stages.extend(stage.map(|stage| (id, stage.into_inner())));
    }
    root.finish(&mut document);
    let problems = document.finish();
    if problems.is_empty() { Ok(stages) } else { Err(problems) }
}
