//! `voc test`: the examples written in the configuration. Those of themes must be found, or not;
//! those of routes must be routed as they say. With `--docs`, also what documents print of it.

mod docs;
mod markdown;

use std::fmt::Write;
use std::process::ExitCode;

use anyhow::Result;
use classify::{ExampleResult, test_examples};
use feedback::Given;
use serde::Serialize;

use super::{Loaded, write_json, write_out};
use crate::arguments::{Format, TestArguments};
use crate::exit;
use crate::stages::Stages;

/// Runs every example.
pub(super) fn run(loaded: &Loaded, arguments: &TestArguments) -> Result<ExitCode> {
    let stages = loaded.stages()?;
    let mut outcome = Outcome::of(&stages, &route_examples(loaded, &stages));
    outcome.add(docs::run(&arguments.docs, loaded)?);
    match arguments.format {
        Format::Json => write_json(&outcome)?,
        Format::Text => write_out(outcome.text().as_bytes())?,
    }
    let code = if outcome.failures.is_empty() { 0 } else { exit::FAILURE };
    Ok(ExitCode::from(code))
}

/// The examples of routes that hold here: those of the embedded routes speak of the embedded themes.
fn route_examples<'a>(loaded: &Loaded, stages: &'a Stages) -> Vec<&'a route::RouteExample> {
    let mut files = loaded.files.iter();
    let own_themes =
        files.any(|(path, given, _)| path.starts_with("taxonomy/") && given == Given::ByUser);
    let strangers = own_themes && loaded.files.given(route::FILE) == Given::Embedded;
    if strangers { Vec::new() } else { stages.router.examples().iter().collect() }
}

#[derive(Debug, Serialize)]
struct Outcome {
    passed: usize,
    failed: usize,
    failures: Vec<Failure>,
    /// Themes with a rule and no example: nothing would notice if they broke.
    without_examples: Vec<String>,
}

#[derive(Debug, Serialize)]
struct Failure {
    file: String,
    /// The theme or the route whose example it is.
    of: String,
    example: String,
    wrong: Vec<String>,
}

impl Outcome {
    fn of(stages: &Stages, route_examples: &[&route::RouteExample]) -> Self {
        let themes = test_examples(&stages.engine);
        let mut tagger = stages.tagger();
        let mut passed = themes.iter().filter(|result| result.passed).count();
        let mut failures: Vec<Failure> =
            themes.iter().filter(|result| !result.passed).map(theme_failure).collect();
        for example in route_examples {
            let (_, routing) = tagger.tag(&example.feedback());
            let wrong = example.expect().unmet(&routing);
            if wrong.is_empty() {
                passed += 1;
            } else {
                failures.push(Failure {
                    file: route::FILE.to_owned(),
                    of: example.expect().route.clone(),
                    example: example.name().to_owned(),
                    wrong,
                });
            }
        }
        let without =
            stages.engine.themes().iter().filter(|theme| {
                !theme.rules.is_empty() && theme.matches.values().all(Vec::is_empty)
            });
        Self {
            passed,
            failed: failures.len(),
            failures,
            without_examples: without.map(|theme| theme.id.to_string()).collect(),
        }
    }

    fn add(&mut self, tried: docs::Tried) {
        self.passed += tried.passed;
        self.failed += tried.failures.len();
        self.failures.extend(tried.failures);
    }

    fn text(&self) -> String {
        let mut text = String::new();
        for failure in &self.failures {
            let Failure { file, of, example, .. } = failure;
            writeln!(text, "FAILED {of} ({file})\n  {example}").expect("a String takes all");
            for wrong in &failure.wrong {
                writeln!(text, "  {wrong}").expect("a String takes all");
            }
        }
        if !self.without_examples.is_empty() {
            writeln!(text, "no example: {}", self.without_examples.join(", "))
                .expect("a String takes all");
        }
        writeln!(text, "{} passed, {} failed", self.passed, self.failed)
            .expect("a String takes all");
        text
    }
}

fn theme_failure(result: &ExampleResult) -> Failure {
    let found: Vec<_> = result.found.iter().map(ToString::to_string).collect();
    let found = if found.is_empty() { "nothing".to_owned() } else { found.join(", ") };
    let must = if result.must_match { "must match" } else { "must not match" };
    let mut wrong = vec![format!("{} {must}; found: {found}", result.theme)];
    wrong.extend(result.evidence.iter().map(|evidence| {
        let (before, within) = (" ".repeat(columns(&result.text, evidence.start)), evidence);
        let marks = "^".repeat(columns(&result.text, within.end) - before.len());
        format!("{before}{marks} {}", within.rule)
    }));
    wrong.extend(result.because.iter().map(|because| because.message.clone()));
    Failure {
        file: result.file.clone(),
        of: result.theme.to_string(),
        example: result.text.clone(),
        wrong,
    }
}

/// How many characters of `text` stand before `byte`.
fn columns(text: &str, byte: usize) -> usize {
    text.get(..byte).unwrap_or(text).chars().count()
}
