//! `voc test --gold`: texts that a person labelled, against what the engine finds. Themes are compared at
//! their second level: `billing.refund.late` counts as `billing.refund`, and a first level by itself
//! (`billing`) is left out, whether labelled or found, since its children say more.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow, bail};
use feedback::{Classification, Evidence};
use serde::{Deserialize, Serialize};

use super::outcome::Case;
use super::score::{Counts, Score, Tally};
use crate::arguments::TestArguments;
use crate::commands::Loaded;
use crate::floor::Floor;
use crate::stages::Stages;

/// How many faulty lines of a file are told.
const FAULTS_MAX: usize = 20;

/// A gold file, and the least that must be reached on it.
#[derive(Debug)]
pub(super) struct GoldFile {
    pub(super) path: PathBuf,
    pub(super) floors: Vec<Floor>,
}

/// One line of a gold file; what else stands in it is the record's, as for the source `default`.
#[derive(Deserialize)]
struct Label {
    id: String,
    themes: Vec<String>,
}

/// How well the engine does on one file.
#[derive(Debug, Serialize)]
pub(super) struct Measured {
    file: String,
    texts: usize,
    /// Texts with a theme found, of any level.
    covered: usize,
    micro: Score,
    #[serde(rename = "macro")]
    macro_mean: Score,
    themes: Vec<MeasuredTheme>,
    floors: Vec<MeasuredFloor>,
    wrong: Vec<Wrong>,
}

#[derive(Debug, Serialize)]
struct MeasuredTheme {
    theme: String,
    #[serde(flatten)]
    counts: Counts,
    #[serde(flatten)]
    score: Score,
}

#[derive(Debug, Serialize)]
struct MeasuredFloor {
    #[serde(flatten)]
    floor: Floor,
    #[serde(serialize_with = "feedback::number::serialize_rounded")]
    value: f64,
    reached: bool,
}

/// A text whose themes are not those of its label.
#[derive(Debug, Serialize)]
struct Wrong {
    id: String,
    text: String,
    missed: BTreeSet<String>,
    extra: BTreeSet<String>,
    /// What showed the extra ones.
    evidence: Vec<Evidence>,
}

impl Measured {
    /// A case per floor, which is right where the floor is reached.
    pub(super) fn cases(&self) -> impl Iterator<Item = Case> {
        self.floors.iter().map(|MeasuredFloor { floor, value, reached }| {
            let Floor { measure, least } = floor;
            let wrong = format!("{measure} is {value:.4}, which must be {least} at least");
            Case {
                file: self.file.clone(),
                of: "gold".to_owned(),
                name: measure.clone(),
                example: format!("{} texts labelled by hand", self.texts),
                wrong: if *reached { Vec::new() } else { vec![wrong] },
                marks: Vec::new(),
            }
        })
    }

    /// For people: the wrong ones first, so that the table ends up in sight.
    pub(super) fn text(&self) -> String {
        let mut out = String::new();
        self.write(&mut out).expect("a String takes all");
        out
    }

    fn write(&self, out: &mut String) -> std::fmt::Result {
        for wrong in &self.wrong {
            wrong.write(out)?;
        }
        let width = self.themes.iter().map(|each| each.theme.len()).max().unwrap_or(0).max(9);
        writeln!(out, "{}: {} texts, {} with a theme", self.file, self.texts, self.covered)?;
        writeln!(
            out,
            "{:width$}  {:>9}  {:>6}  {:>6}  {:>5}  {:>5}  {:>6}",
            "theme", "precision", "recall", "F1", "right", "extra", "missed"
        )?;
        for MeasuredTheme { theme, counts, score } in &self.themes {
            let Counts { right, extra, missed } = counts;
            write_score(out, theme, width, *score)?;
            writeln!(out, "  {right:>5}  {extra:>5}  {missed:>6}")?;
        }
        for (name, score) in [("micro", self.micro), ("macro", self.macro_mean)] {
            write_score(out, name, width, score)?;
            writeln!(out)?;
        }
        for MeasuredFloor { floor, value, reached } in &self.floors {
            let Floor { measure, least } = floor;
            let verdict = if *reached { "reached" } else { "FAILED" };
            writeln!(out, "{verdict} {measure} {value:.4}, at least {least}")?;
        }
        Ok(())
    }
}

fn write_score(out: &mut String, name: &str, width: usize, score: Score) -> std::fmt::Result {
    let Score { precision, recall, f1 } = score;
    write!(out, "{name:width$}  {precision:>9.2}  {recall:>6.2}  {f1:>6.2}")
}

impl Wrong {
    fn write(&self, out: &mut String) -> std::fmt::Result {
        writeln!(out, "WRONG {}\n  {}", self.id, self.text)?;
        for evidence in &self.evidence {
            writeln!(out, "  {}", marked(&self.text, evidence))?;
        }
        for (what, themes) in [("missed", &self.missed), ("extra", &self.extra)] {
            if !themes.is_empty() {
                let themes: Vec<&str> = themes.iter().map(String::as_str).collect();
                writeln!(out, "  {what}: {}", themes.join(", "))?;
            }
        }
        Ok(())
    }
}

/// The line below `text` that marks where a rule found it.
fn marked(text: &str, evidence: &Evidence) -> String {
    let before = columns(text, evidence.start);
    let marks = "^".repeat(columns(text, evidence.end).saturating_sub(before));
    format!("{}{marks} {}", " ".repeat(before), evidence.rule)
}

/// How many characters of `text` stand before `byte`.
fn columns(text: &str, byte: usize) -> usize {
    text.get(..byte).unwrap_or(text).chars().count()
}

/// The files that were typed, else those of voc.toml.
pub(super) fn files(loaded: &Loaded, arguments: &TestArguments) -> Vec<GoldFile> {
    if arguments.gold.is_empty() {
        let folder = loaded.folder.as_deref().unwrap_or(Path::new(""));
        let configured = loaded.settings.gold.iter();
        return configured
            .map(|gold| GoldFile { path: folder.join(&gold.file), floors: gold.floors.clone() })
            .collect();
    }
    let typed = arguments.gold.iter();
    typed.map(|path| GoldFile { path: path.clone(), floors: arguments.floors.clone() }).collect()
}

/// Tags the texts of a gold file and compares.
pub(super) fn measure(stages: &Stages, gold: &GoldFile) -> Result<Measured> {
    let file = gold.path.display().to_string();
    let labelled = read(stages, &gold.path).with_context(|| format!("reading {file}"))?;
    let mut tagger = stages.tagger();
    let (mut tally, mut wrong, mut covered) = (Tally::default(), Vec::new(), 0);
    let texts = labelled.len();
    for (label, feedback) in labelled {
        let (classification, _) = tagger.tag(&feedback);
        covered += usize::from(!classification.themes.is_empty());
        let labels = second_level(label.themes.iter().map(String::as_str));
        let found = second_level(classification.themes.iter().map(|theme| theme.id.as_str()));
        tally.count(&labels, &found);
        if labels != found {
            let text = feedback.texts.first().map_or("", |text| text.text.as_str());
            wrong.push(Wrong::of(label.id, text, &labels, &found, &classification));
        }
    }
    let floors = gold.floors.iter().map(|floor| {
        let value = tally.measure(&floor.measure).unwrap_or(0.0);
        MeasuredFloor { floor: floor.clone(), value, reached: value >= floor.least }
    });
    Ok(Measured {
        file,
        texts,
        covered,
        micro: tally.micro(),
        macro_mean: tally.macro_mean(),
        floors: floors.collect(),
        themes: tally
            .themes
            .into_iter()
            .map(|(theme, counts)| MeasuredTheme { theme, counts, score: counts.into() })
            .collect(),
        wrong,
    })
}

impl Wrong {
    fn of(
        id: String,
        text: &str,
        labels: &BTreeSet<String>,
        found: &BTreeSet<String>,
        classification: &Classification,
    ) -> Self {
        let extra: BTreeSet<String> = found.difference(labels).cloned().collect();
        let shown = classification
            .themes
            .iter()
            .filter(|theme| second(theme.id.as_str()).is_some_and(|second| extra.contains(second)));
        Self {
            id,
            text: text.to_owned(),
            missed: labels.difference(found).cloned().collect(),
            evidence: shown.flat_map(|theme| theme.evidence.clone()).collect(),
            extra,
        }
    }
}

/// The labels of a file with their records; every line that is none is told.
fn read(stages: &Stages, path: &Path) -> Result<Vec<(Label, feedback::Feedback)>> {
    let text = fs::read_to_string(path)?;
    let source = stages.ingest.source("default").context("the source `default` is gone")?;
    let known = second_level(stages.engine.themes().iter().map(|theme| theme.id.as_str()));
    let (mut labelled, mut faults) = (Vec::new(), Vec::new());
    for (number, line) in (1..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty()) {
        let label = serde_json::from_str::<Label>(line).map_err(|error| anyhow!("{error}"));
        let checked = label.and_then(|label| {
            let themes = second_level(label.themes.iter().map(String::as_str));
            let strangers: Vec<_> = themes.difference(&known).map(String::as_str).collect();
            anyhow::ensure!(strangers.is_empty(), "no theme {}", strangers.join(", "));
            let feedback = stages
                .ingest
                .read_line(source, number, line.as_bytes())
                .map_err(|reject| anyhow!("{}", reject.message))?;
            Ok((label, feedback))
        });
        match checked {
            Ok(pair) => labelled.push(pair),
            Err(error) => faults.push(format!("line {number}: {error}")),
        }
    }
    if !faults.is_empty() {
        let count = faults.len();
        faults.truncate(FAULTS_MAX);
        bail!("{count} lines can't be used\n{}", faults.join("\n"));
    }
    Ok(labelled)
}

/// The second levels of these themes.
fn second_level<'a>(themes: impl Iterator<Item = &'a str>) -> BTreeSet<String> {
    themes.filter_map(second).map(str::to_owned).collect()
}

/// A theme's id cut at its second level; `None` for a first level.
fn second(theme: &str) -> Option<&str> {
    let first = theme.find('.')?;
    let end = theme.get(first + 1..)?.find('.').map_or(theme.len(), |dot| first + 1 + dot);
    theme.get(..end)
}

#[cfg(test)]
mod tests {
    use super::second;

    #[test]
    fn themes_are_compared_at_their_second_level() {
        for (theme, expected) in [
            ("billing", None),
            ("billing.refund", Some("billing.refund")),
            ("billing.refund.late", Some("billing.refund")),
        ] {
            assert_eq!(second(theme), expected);
        }
    }
}
