//! How problems of the configuration are shown: the file, the line, the stretch underlined, what is
//! wrong and what to write instead; all of them at once.

use std::fmt;

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use feedback::{Files, INLINE_SECRET, Problem, Span, is_secret, line_and_column};
use serde::Serialize;

use crate::settings::FILE;

/// The configuration can't be used.
#[derive(Debug)]
pub struct Refused {
    /// Every problem, sorted by file and place.
    pub problems: Vec<Problem>,
    /// The files, to show the lines.
    pub files: Files,
}

impl Refused {
    /// Sorts the problems, each told where its file lies.
    pub fn new(mut problems: Vec<Problem>, mut files: Files) -> Self {
        for problem in &mut problems {
            let place = files.place(&problem.file).to_owned();
            let text = files.get(&problem.file).unwrap_or_default().to_owned();
            if place != problem.file {
                files.insert(&*place, files.given(&problem.file), text);
                problem.file = place;
            }
        }
        problems.sort();
        problems.dedup();
        Self { problems, files }
    }

    /// For people; `colour` for a terminal.
    pub fn text(&self, colour: bool) -> String {
        let renderer = if colour { Renderer::styled() } else { Renderer::plain() };
        let mut shown: Vec<String> =
            self.problems.iter().map(|problem| self.render(problem, &renderer)).collect();
        let count = self.problems.len();
        let noun = if count == 1 { "problem" } else { "problems" };
        shown.push(format!("{count} {noun} in the configuration; nothing was started"));
        shown.join("\n\n")
    }

    fn render(&self, problem: &Problem, renderer: &Renderer) -> String {
        let title = Level::ERROR.primary_title(&problem.message).id(&problem.code);
        let source = self.files.get(&problem.file).unwrap_or_default();
        let group: Group<'_> = match problem.span {
            Some(span)
                if problem.file == FILE
                    && (problem.code == INLINE_SECRET || holds_secret(source, span)) =>
            {
                let (line, _) = line_and_column(source, span.start);
                title.element(annotate_snippets::Origin::path(&problem.file).line(line))
            }
            Some(span) if span.end <= source.len() => title.element(
                Snippet::source(source)
                    .path(&problem.file)
                    .annotation(AnnotationKind::Primary.span(span.start..span.end)),
            ),
            _ => title.element(annotate_snippets::Origin::path(&problem.file)),
        };
        renderer.render(&[group.element(Level::HELP.message(&problem.mend))])
    }

    /// For machines: an array with line and column.
    pub fn json(&self) -> Vec<PlacedProblem<'_>> {
        self.problems.iter().map(|problem| self.placed(problem)).collect()
    }

    fn placed<'a>(&'a self, problem: &'a Problem) -> PlacedProblem<'a> {
        let source = self.files.get(&problem.file).unwrap_or_default();
        let place = problem.span.map(|span| line_and_column(source, span.start));
        PlacedProblem {
            problem,
            line: place.map(|(line, _)| line),
            column: place.map(|(_, column)| column),
        }
    }
}

/// Whether a line of the span gives a key that names a secret, and so perhaps the secret itself.
fn holds_secret(source: &str, span: Span) -> bool {
    let start =
        source.get(..span.start).and_then(|before| before.rfind('\n')).map_or(0, |at| at + 1);
    let after = source.get(span.end..).unwrap_or_default();
    let end = span.end + after.find('\n').unwrap_or(after.len());
    let lines = source.get(start..end).unwrap_or_default();
    let mut assigned = lines.split('=').collect::<Vec<_>>();
    assigned.pop();
    assigned.into_iter().any(|before| {
        let key = before.trim_end().rsplit([' ', '{', ',', '\n', '\t']).next();
        key.is_some_and(|key| is_secret(key.trim_matches(['"', '\''])))
    })
}

/// A problem with its line and column, both from 1.
#[derive(Debug, Serialize)]
pub struct PlacedProblem<'a> {
    #[serde(flatten)]
    problem: &'a Problem,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    column: Option<usize>,
}

impl fmt::Display for Refused {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} problems in the configuration", self.problems.len())
    }
}

impl std::error::Error for Refused {}

#[cfg(test)]
mod tests {
    use feedback::Given;

    use super::*;

    #[test]
    fn the_place_and_the_mend_are_shown() {
        let mut files = Files::new();
        files.insert("voc.toml", Given::ByUser, "group = \"voc\"\nlog = \"nats\"\n");
        let problem =
            Problem::new("voc.toml", "setting", "\"nats\" is no log", "write embedded:DIR")
                .at(20..26);
        let missing = Problem::new("departments.toml", "no_fallback", "no fallback", "add one");
        let refused = Refused::new(vec![problem, missing], files);
        let text = refused.text(false);
        for part in ["voc.toml:2:7", "log = \"nats\"", "^^^^^^", "write embedded:DIR", "2 problems"]
        {
            assert!(text.contains(part), "{part} in\n{text}");
        }
        let json = serde_json::to_value(refused.json()).unwrap();
        assert_eq!(json[1]["line"], 2);
        assert_eq!(json[1]["code"], "setting");
    }
}
