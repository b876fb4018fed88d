//! `voc test`: the examples written in the configuration. Those of themes must be found, or not;
//! those of routes must be routed as they say. With `--docs`, also what documents print of it; with
//! `--gold`, how well texts are tagged that a person labelled.

mod docs;
mod gold;
mod junit;
mod markdown;
mod outcome;
mod score;

use std::collections::BTreeSet;
use std::process::ExitCode;

use anyhow::Result;
use classify::{ExampleResult, test_examples};
use feedback::Files;

use self::outcome::{Case, Mark, Outcome};
use super::{Loaded, colour, write_json, write_out};
use crate::arguments::{TestArguments, TestFormat};
use crate::exit;
use crate::stages::Stages;

/// Runs every example.
pub(super) fn run(loaded: &Loaded, arguments: &TestArguments) -> Result<ExitCode> {
    let stages = loaded.stages()?;
    let gold = gold::files(loaded, &stages.engine, arguments)?;
    let mut outcome = Outcome::new(without_examples(&stages));
    let results = test_examples(&stages.engine);
    outcome.never_matched = never_matched(&stages, &results);
    outcome.extend(results.into_iter().map(|result| of_theme(result, &loaded.files)));
    outcome.extend(of_routes(loaded, &stages));
    outcome.extend(docs::run(&arguments.docs, loaded)?);
    for file in gold {
        let measured = gold::measure(&stages, &file)?;
        outcome.extend(measured.cases());
        outcome.gold.push(measured);
    }
    match arguments.format {
        TestFormat::Json => write_json(&outcome.json())?,
        TestFormat::Junit => write_out(junit::report(&outcome).as_bytes())?,
        TestFormat::Text => write_out(outcome.text(colour()).as_bytes())?,
    }
    let code = if outcome.failed() == 0 { 0 } else { exit::FAILURE };
    Ok(ExitCode::from(code))
}

/// Themes with a rule and no example: nothing would notice if they broke.
fn without_examples(stages: &Stages) -> Vec<String> {
    let themes = stages.engine.themes().iter();
    themes
        .filter(|theme| !theme.life.is_retired() && !theme.rules.is_empty())
        .filter(|theme| theme.matches.values().all(Vec::is_empty))
        .map(|theme| theme.id.to_string())
        .collect()
}

/// Themes with a rule that no example is found to be about, not even one of another theme.
fn never_matched(stages: &Stages, results: &[ExampleResult]) -> Vec<String> {
    let found: BTreeSet<_> = results.iter().flat_map(|result| &result.found).collect();
    let themes = stages.engine.themes().iter();
    themes
        .filter(|theme| !theme.life.is_retired() && !theme.rules.is_empty())
        .filter(|theme| !found.contains(&theme.id))
        .map(|theme| theme.id.to_string())
        .collect()
}

fn of_theme(result: ExampleResult, files: &Files) -> Case {
    let (must, key) =
        if result.must_match { ("must match", "match") } else { ("must not match", "no_match") };
    let mut case = Case {
        file: files.place(&result.file).to_owned(),
        of: result.theme.to_string(),
        name: format!("{key}.{}", result.language),
        example: result.text,
        wrong: Vec::new(),
        marks: Vec::new(),
    };
    if result.passed {
        return case;
    }
    let found: Vec<_> = result.found.iter().map(ToString::to_string).collect();
    let found = if found.is_empty() { "nothing".to_owned() } else { found.join(", ") };
    case.wrong.push(format!("{} {must}; found: {found}", result.theme));
    case.wrong.extend(result.because.iter().map(ToString::to_string));
    for rule in result.near {
        let lacks: Vec<&str> = rule.unmet.iter().map(|unmet| unmet.message.as_str()).collect();
        case.wrong.push(format!("{} would match if {}", rule.rule, lacks.join("; and ")));
    }
    case.marks.extend(result.evidence.into_iter().map(|evidence| Mark {
        start: evidence.start,
        end: evidence.end,
        label: evidence.rule.to_string(),
    }));
    case
}

/// The examples of routes that hold here: those of the default routes speak of the default themes.
fn of_routes(loaded: &Loaded, stages: &Stages) -> Vec<Case> {
    if loaded.strange_routes {
        return Vec::new();
    }
    let mut tagger = stages.tagger();
    let examples = stages.router.examples().iter();
    examples
        .map(|example| {
            let (_, routing) = tagger.tag(&example.feedback());
            Case {
                file: loaded.files.place(route::FILE).to_owned(),
                of: example.expect().route.clone(),
                name: "example".to_owned(),
                example: example.name().to_owned(),
                wrong: example.expect().unmet(&routing),
                marks: Vec::new(),
            }
        })
        .collect()
}
