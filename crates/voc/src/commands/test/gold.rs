//! `voc test --gold`: texts that a person labelled, against what the engine finds. Themes are compared at
//! their second level: `billing.refund.late` counts as `billing.refund`, and a first level by itself
//! (`billing`) is left out, whether labelled or found, since its children say more.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow, bail};
use classify::Engine;
use feedback::{Classification, Evidence, Feedback, ThemeId};
use serde::{Deserialize, Serialize};

use super::outcome::Case;
use super::score::{Counts, Score, Tally};
use crate::arguments::TestArguments;
use crate::commands::Loaded;
use crate::exit::Usage;
use crate::floor::{Floor, second_level};
use crate::report::visible;
use crate::stages::Stages;

/// How many faulty lines of a file are told.
const FAULTS_MAX: usize = 20;

/// A gold file, and the least that must be reached on it; themes called as they are today.
#[derive(Debug)]
pub(super) struct GoldFile {
    pub(super) path: PathBuf,
    pub(super) floors: Vec<Floor>,
}

/// One line of a gold file; what else stands in it is the record's, as for the source `default`.
#[derive(Deserialize)]
struct Label {
    id: String,
    themes: Vec<ThemeId>,
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
    theme: ThemeId,
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

/// A record whose themes are not those of its label.
#[derive(Debug, Serialize)]
struct Wrong {
    id: String,
    /// All of its texts: a theme may be missed in any of them.
    texts: Vec<String>,
    missed: BTreeSet<ThemeId>,
    extra: BTreeSet<ThemeId>,
    /// What showed the extra ones, each with the index of its text.
    evidence: Vec<Evidence>,
}

impl Measured {
    /// A case per floor, which is right where the floor is reached.
    pub(super) fn cases(&self) -> impl Iterator<Item = Case> {
        self.floors.iter().map(|MeasuredFloor { floor, value, reached }| {
            let Floor { measure, least, .. } = floor;
            let wrong = format!("{measure} is {value:.4}, which must be {least} at least");
            Case {
                file: self.file.clone(),
                of: "gold".to_owned(),
                name: measure.to_string(),
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
        let width =
            self.themes.iter().map(|each| each.theme.as_str().len()).max().unwrap_or(0).max(9);
        writeln!(out, "{}: {} texts, {} with a theme", self.file, self.texts, self.covered)?;
        writeln!(
            out,
            "{:width$}  {:>9}  {:>6}  {:>6}  {:>5}  {:>5}  {:>6}",
            "theme", "precision", "recall", "F1", "right", "extra", "missed"
        )?;
        for MeasuredTheme { theme, counts, score } in &self.themes {
            let Counts { right, extra, missed } = counts;
            write_score(out, theme.as_str(), width, *score)?;
            writeln!(out, "  {right:>5}  {extra:>5}  {missed:>6}")?;
        }
        for (name, score) in [("micro", self.micro), ("macro", self.macro_mean)] {
            write_score(out, name, width, score)?;
            writeln!(out)?;
        }
        for MeasuredFloor { floor, value, reached } in &self.floors {
            let Floor { measure, least, .. } = floor;
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
        writeln!(out, "WRONG {}", on_one_line(&self.id))?;
        for (index, text) in self.texts.iter().enumerate() {
            writeln!(out, "  {}", on_one_line(text))?;
            for evidence in self.evidence.iter().filter(|evidence| evidence.text == index) {
                writeln!(out, "  {}", marked(text, evidence))?;
            }
        }
        for (what, themes) in [("missed", &self.missed), ("extra", &self.extra)] {
            if !themes.is_empty() {
                let themes: Vec<&str> = themes.iter().map(ThemeId::as_str).collect();
                writeln!(out, "  {what}: {}", themes.join(", "))?;
            }
        }
        Ok(())
    }
}

/// A text as one line of a terminal, each of its characters in a column.
fn on_one_line(text: &str) -> String {
    visible(text).replace(['\n', '\t'], " ")
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

/// The files that were typed, else those of voc.toml. A floor whose theme nobody knows is refused.
pub(super) fn files(
    loaded: &Loaded,
    engine: &Engine,
    arguments: &TestArguments,
) -> Result<Vec<GoldFile>> {
    if arguments.gold.is_empty() {
        loaded.check_floors(engine)?;
        let folder = loaded.folder.as_deref().unwrap_or(Path::new(""));
        let configured = loaded.settings.gold.iter().map(|gold| GoldFile {
            path: folder.join(&gold.file),
            floors: gold.floors.iter().flat_map(|floor| floor.of_today(engine)).collect(),
        });
        return Ok(configured.collect());
    }
    let of_today = |floor: &Floor| {
        let unknown = |mend| {
            Usage(format!("--floor {}: there is no such theme; {mend}", floor.measure)).into()
        };
        floor.of_today(engine).map_err(unknown)
    };
    let floors: Vec<Floor> = arguments.floors.iter().map(of_today).collect::<Result<_>>()?;
    let typed = arguments.gold.iter();
    Ok(typed.map(|path| GoldFile { path: path.clone(), floors: floors.clone() }).collect())
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
        let labels = second_levels(label.themes.iter().map(|theme| stages.engine.of_today(theme)));
        let found = classification.themes.iter().map(|theme| stages.engine.of_today(&theme.id));
        let found = second_levels(found);
        tally.count(&labels, &found);
        if labels != found {
            let pair = (&labels, &found);
            wrong.push(Wrong::of(&stages.engine, label.id, &feedback, pair, &classification));
        }
    }
    let floors = gold.floors.iter().map(|floor| {
        let value = tally.measure(&floor.measure);
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
        engine: &Engine,
        id: String,
        feedback: &Feedback,
        (labels, found): (&BTreeSet<ThemeId>, &BTreeSet<ThemeId>),
        classification: &Classification,
    ) -> Self {
        let extra: BTreeSet<ThemeId> = found.difference(labels).cloned().collect();
        let shown = classification.themes.iter().filter(|theme| {
            second_level(engine.of_today(&theme.id)).is_some_and(|theme| extra.contains(&theme))
        });
        Self {
            id,
            texts: feedback.texts.iter().map(|text| text.text.as_str().to_owned()).collect(),
            missed: labels.difference(found).cloned().collect(),
            evidence: shown.flat_map(|theme| theme.evidence.clone()).collect(),
            extra,
        }
    }
}

/// The labels of a file with their records; every line that is none is told.
fn read(stages: &Stages, path: &Path) -> Result<Vec<(Label, Feedback)>> {
    let text = fs::read_to_string(path)?;
    let source = stages.ingest.source("default").context("the source `default` is gone")?;
    let engine = &stages.engine;
    let known = second_levels(engine.themes().iter().map(|theme| &theme.id));
    let (mut labelled, mut faults) = (Vec::new(), Vec::new());
    for (number, line) in (1..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty()) {
        let label = serde_json::from_str::<Label>(line).map_err(|error| anyhow!("{error}"));
        let checked = label.and_then(|label| {
            let themes = second_levels(label.themes.iter().map(|theme| engine.of_today(theme)));
            let strangers: Vec<_> = themes.difference(&known).map(ThemeId::as_str).collect();
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
fn second_levels<'a>(themes: impl Iterator<Item = &'a ThemeId>) -> BTreeSet<ThemeId> {
    themes.filter_map(second_level).collect()
}
