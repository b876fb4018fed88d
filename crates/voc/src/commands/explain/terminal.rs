//! The explanation for a terminal: coloured where that can be seen, with brackets else. A control
//! character of a text or a file would be the terminal's master, so each is shown as a mark.

use std::fmt::Write;

use classify::ExplainedRule;
use feedback::ThemeMatch;

use super::marks::{Mark, pieces};
use super::{Told, wording};
use crate::report::visible;

/// How many rules that nearly matched are shown; JSON has more.
const NEAR_SHOWN: usize = 5;

const BOLD: &str = "\x1b[1m";
const DIM: &str = "\x1b[2m";
const PLAIN: &str = "\x1b[0m";

/// Lines of a name and what belongs to it.
struct Page {
    text: String,
    colour: bool,
}

impl Page {
    /// A line, its name in the first column.
    fn line(&mut self, name: &str, words: &str) {
        let (bold, plain) = if self.colour { (BOLD, PLAIN) } else { ("", "") };
        let pad = " ".repeat(12_usize.saturating_sub(name.len()));
        writeln!(self.text, "{bold}{name}{plain}{pad}{words}").expect("a String takes all");
    }

    fn dim(&self, words: &str) -> String {
        if self.colour { format!("{DIM}{words}{PLAIN}") } else { words.to_owned() }
    }
}

/// The whole explanation.
pub(super) fn text(told: &Told, colour: bool) -> String {
    let mut page = Page { text: String::new(), colour };
    texts(told, &mut page);
    if told.only.is_some() {
        for (rule, written) in &told.asked {
            asked(rule, written, &mut page);
        }
        return page.text;
    }
    feelings(told, &mut page);
    themes(told, &mut page);
    work(told, &mut page);
    page.line("because", "");
    let because = told.explanation.classification.because.iter().chain(&told.routing.because);
    for reason in because {
        page.line("", &visible(&reason.to_string()));
    }
    near(told, &mut page);
    page.text
}

fn texts(told: &Told, page: &mut Page) {
    for (index, each) in told.feedback.texts.iter().enumerate() {
        let marked = marked(told, index, page.colour);
        writeln!(page.text, "{marked}").expect("a String takes all");
        if let Some(lang) = &each.lang {
            let (code, by) = (&lang.code, lang.by.name());
            page.line("language", &format!("{code} ({by}, {:.2})", lang.confidence));
        }
    }
}

fn feelings(told: &Told, page: &mut Page) {
    let classification = &told.explanation.classification;
    let feelings = [
        ("sentiment", wording::sentiment(classification)),
        ("intent", Some(wording::intent(classification))),
        ("emotions", wording::emotions(classification)),
        ("flags", wording::flags(classification)),
    ];
    for (name, feeling) in feelings.iter().filter_map(|(name, it)| Some((name, it.as_ref()?))) {
        page.line(name, feeling);
    }
}

fn themes(told: &Told, page: &mut Page) {
    for theme in &told.explanation.classification.themes {
        let ThemeMatch { id, polarity, confidence, .. } = theme;
        page.line("theme", &format!("{id} ({}, confidence {confidence:.2})", polarity.name()));
        for evidence in &theme.evidence {
            let negated = if evidence.negated { ", negated" } else { "" };
            let by = page.dim(&format!("by {}{negated}", evidence.rule));
            page.line("", &format!("“{}” {by}", visible(evidence.words.as_str())));
        }
    }
}

fn work(told: &Told, page: &mut Page) {
    let routing = &told.routing;
    page.line("department", &wording::accountable(routing));
    for contributor in &told.explanation.classification.contributors {
        page.line("", &format!("with {} ({:.2})", contributor.department, contributor.weight));
    }
    page.line("route", &wording::route(routing));
    for kudos in &routing.kudos {
        page.line("kudos", &format!("to {}", kudos.department));
    }
}

fn near(told: &Told, page: &mut Page) {
    let near = &told.explanation.near;
    for (index, rule) in near.iter().take(NEAR_SHOWN).enumerate() {
        page.line(if index == 0 { "nearly" } else { "" }, &format!("{} would match if", rule.rule));
        lacks(rule, page);
    }
    if near.len() > NEAR_SHOWN {
        let more = format!("and {} more: --format json has them", near.len() - NEAR_SHOWN);
        let more = page.dim(&more);
        page.line("", &more);
    }
}

fn lacks(rule: &ExplainedRule, page: &mut Page) {
    for unmet in &rule.unmet {
        page.line("", &format!("  {}", visible(unmet.message.as_str())));
    }
}

/// A rule that was asked for.
fn asked(rule: &ExplainedRule, written: &str, page: &mut Page) {
    page.line("rule", &rule.rule);
    let written = page.dim(&visible(written));
    page.line("", &written);
    if rule.unmet.is_empty() {
        page.line("matches", &words(rule));
    } else {
        if !rule.places.is_empty() {
            page.line("is there", &words(rule));
        }
        page.line("would match", "if");
        lacks(rule, page);
    }
}

fn words(rule: &ExplainedRule) -> String {
    let words = rule.places.iter().map(|place| format!("“{}”", visible(place.words.as_str())));
    words.collect::<Vec<_>>().join(", ")
}

/// The text with its evidence in colour, or between brackets where there is none.
fn marked(told: &Told, index: usize, colour: bool) -> String {
    let style = |mark: Mark| match mark.name() {
        "negative" => "\x1b[1;31m",
        "positive" => "\x1b[1;32m",
        "negated" => "\x1b[9m",
        _ => "\x1b[1;33m",
    };
    let piece = |(words, mark): (&str, Option<Mark>)| match (visible(words), mark) {
        (words, None) => words,
        (words, Some(mark)) if colour => format!("{}{words}{PLAIN}", style(mark)),
        (words, Some(_)) => format!("[{words}]"),
    };
    pieces(told, index).into_iter().map(piece).collect()
}
