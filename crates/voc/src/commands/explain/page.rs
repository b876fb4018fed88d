//! The explanation as a page: one HTML file that needs nothing else. Every word that comes from outside
//! is escaped by askama.

use askama::Template;
use classify::ExplainedRule;
use feedback::Because;

use super::marks::pieces;
use super::{Told, wording};
use crate::report::visible;

/// How many rules that nearly matched are shown.
const NEAR_SHOWN: usize = 20;

#[derive(Template)]
#[template(path = "explain.html")]
struct Page<'a> {
    texts: Vec<TextShown<'a>>,
    facts: Vec<(&'static str, String)>,
    themes: Vec<ThemeShown<'a>>,
    because: Vec<&'a Because>,
    near: Vec<&'a ExplainedRule>,
    near_left_out: usize,
    asked: &'a [(ExplainedRule, String)],
    only: Option<&'a str>,
    version: String,
}

struct TextShown<'a> {
    lang: Option<&'a str>,
    author: Option<&'a str>,
    pieces: Vec<(&'a str, Option<&'static str>)>,
}

struct ThemeShown<'a> {
    id: &'a str,
    polarity: &'static str,
    confidence: String,
    department: &'a str,
    evidence: Vec<(&'a str, &'a str, bool)>,
}

/// The page, as a whole HTML document.
pub(super) fn html(told: &Told) -> Result<String, askama::Error> {
    let classification = &told.explanation.classification;
    let near = &told.explanation.near;
    let page = Page {
        texts: (0..told.feedback.texts.len()).map(|index| text(told, index)).collect(),
        facts: facts(told),
        themes: themes(told),
        because: classification.because.iter().chain(&told.routing.because).collect(),
        near: near.iter().take(NEAR_SHOWN).collect(),
        near_left_out: near.len().saturating_sub(NEAR_SHOWN),
        asked: &told.asked,
        only: told.only.as_deref(),
        version: format!(
            "{} {} · {} · {}",
            classification.taxonomy.name,
            classification.taxonomy.version,
            classification.taxonomy.hash,
            classification.engine
        ),
    };
    page.render().map(|page| visible(&page))
}

fn text(told: &Told, index: usize) -> TextShown<'_> {
    let text = told.feedback.texts.get(index);
    let named = |(words, mark): (_, Option<super::marks::Mark>)| {
        (words, mark.map(super::marks::Mark::name))
    };
    TextShown {
        lang: text.and_then(|text| text.lang.as_ref()).map(|lang| &*lang.code),
        author: text.and_then(|text| text.author.as_ref()).map(feedback::Author::name),
        pieces: pieces(told, index).into_iter().map(named).collect(),
    }
}

fn themes(told: &Told) -> Vec<ThemeShown<'_>> {
    let themes = told.explanation.classification.themes.iter();
    themes
        .map(|theme| ThemeShown {
            id: theme.id.as_str(),
            polarity: theme.polarity.name(),
            confidence: format!("{:.2}", theme.confidence),
            department: theme.department.as_ref().map_or("", |department| department.as_str()),
            evidence: theme
                .evidence
                .iter()
                .map(|evidence| (evidence.words.as_str(), &*evidence.rule, evidence.negated))
                .collect(),
        })
        .collect()
}

fn facts(told: &Told) -> Vec<(&'static str, String)> {
    let (classification, routing) = (&told.explanation.classification, &told.routing);
    let helping = classification.contributors.iter().map(|each| &each.department);
    let praised = routing.kudos.iter().map(|kudos| &kudos.department);
    let facts = [
        ("Accountable", Some(wording::accountable(routing))),
        ("Must help", wording::listed(helping)),
        ("Route", Some(wording::route(routing))),
        ("Praise passed on to", wording::listed(praised)),
        ("Sentiment", wording::sentiment(classification)),
        ("Intent", Some(wording::intent(classification))),
        ("Emotions", wording::emotions(classification)),
        ("Not to be overlooked", wording::flags(classification)),
    ];
    facts.into_iter().filter_map(|(name, fact)| Some((name, fact?))).collect()
}
