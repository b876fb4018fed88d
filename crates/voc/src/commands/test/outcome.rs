//! What came of the examples, for people and for machines.

use annotate_snippets::{AnnotationKind, Level, Origin, Renderer, Snippet};
use serde::Serialize;
use serde_json::{Value, json};

use super::gold::Measured;

/// One example, and what is wrong with it.
#[derive(Debug)]
pub(super) struct Case {
    /// The file it is written in.
    pub(super) file: String,
    /// The theme or the route whose example it is.
    pub(super) of: String,
    /// Which of its examples: `match.en`.
    pub(super) name: String,
    /// The example: the configuration's words, no customer's.
    pub(super) example: String,
    /// What is wrong; nothing where it came out as it must.
    pub(super) wrong: Vec<String>,
    /// Where in the example.
    pub(super) marks: Vec<Mark>,
}

/// A stretch of an example, in UTF-8 bytes, and what was found there.
#[derive(Debug, Serialize)]
pub(super) struct Mark {
    pub(super) start: usize,
    pub(super) end: usize,
    /// The rule, or what else it is.
    pub(super) label: String,
}

impl Case {
    /// Whether it came out as it must.
    pub(super) fn passed(&self) -> bool {
        self.wrong.is_empty()
    }

    /// The example with what was found underlined, and what is wrong.
    pub(super) fn shown(&self, renderer: &Renderer) -> String {
        let first = self.wrong.first().map_or("", String::as_str);
        let title = Level::ERROR.primary_title(first);
        let path = format!("{} {} {}", self.file, self.of, self.name);
        let mut group = if self.marks.is_empty() {
            title.element(Origin::path(&path)).element(Level::NOTE.message(&self.example))
        } else {
            let mark = |mark: &Mark| {
                AnnotationKind::Primary.span(mark.start..mark.end).label(mark.label.clone())
            };
            let snippet = Snippet::source(&self.example).path(&path);
            title.element(snippet.annotations(self.marks.iter().map(mark)))
        };
        for wrong in self.wrong.iter().skip(1) {
            group = group.element(Level::HELP.message(wrong));
        }
        renderer.render(&[group])
    }
}

/// All examples.
#[derive(Debug)]
pub(super) struct Outcome {
    pub(super) cases: Vec<Case>,
    without_examples: Vec<String>,
    /// Themes with a rule that no example is found to be about.
    pub(super) never_matched: Vec<String>,
    /// How well the texts of each gold file are tagged.
    pub(super) gold: Vec<Measured>,
}

impl Outcome {
    /// Nothing was run yet.
    pub(super) const fn new(without_examples: Vec<String>) -> Self {
        Self { cases: Vec::new(), without_examples, never_matched: Vec::new(), gold: Vec::new() }
    }

    /// Adds what was run.
    pub(super) fn extend(&mut self, cases: impl IntoIterator<Item = Case>) {
        self.cases.extend(cases);
    }

    /// How many did not come out as they must.
    pub(super) fn failed(&self) -> usize {
        self.cases.iter().filter(|case| !case.passed()).count()
    }

    /// For machines.
    pub(super) fn json(&self) -> Value {
        let failures: Vec<Value> = self
            .cases
            .iter()
            .filter(|case| !case.passed())
            .map(|case| {
                json!({
                    "file": case.file,
                    "of": case.of,
                    "name": case.name,
                    "example": case.example,
                    "wrong": case.wrong,
                    "marks": case.marks,
                })
            })
            .collect();
        let mut told = json!({
            "passed": self.cases.len() - failures.len(),
            "failed": failures.len(),
            "failures": failures,
            "without_examples": self.without_examples,
            "never_matched": self.never_matched,
        });
        if !self.gold.is_empty() {
            told["gold"] = json!(self.gold);
        }
        told
    }

    /// For people.
    pub(super) fn text(&self, colour: bool) -> String {
        let renderer = if colour { Renderer::styled() } else { Renderer::plain() };
        let failed = self.cases.iter().filter(|case| !case.passed());
        let gold = self.gold.iter().map(Measured::text);
        let mut parts: Vec<String> =
            gold.chain(failed.map(|case| case.shown(&renderer) + "\n")).collect();
        if !self.without_examples.is_empty() {
            parts.push(format!("no example: {}", self.without_examples.join(", ")));
        }
        if !self.never_matched.is_empty() {
            let themes = self.never_matched.join(", ");
            parts.push(format!("never matched by an example: {themes}"));
        }
        let failed = self.failed();
        parts.push(format!("{} passed, {failed} failed", self.cases.len() - failed));
        parts.join("\n") + "\n"
    }
}
