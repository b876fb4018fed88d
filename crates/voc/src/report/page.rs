//! The report page: one HTML file that needs nothing else and opens without a network. Every word that
//! comes from outside is escaped by askama; nothing in the template is marked safe.

use askama::Template;
use feedback::{DepartmentId, ThemeId};
use measure::{Estimate, Mood, Nps, share};

use super::figures::{count, decimal, percent, signed};
use super::quote::{Quote, visible};
use super::scores::{FEW, ScoreCard, score_cards};
use super::summary::Summary;

/// How the page is made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageOptions {
    /// The page's title.
    pub title: String,
    /// Where the answers come from: a file's or topic's name.
    pub source: Option<String>,
    /// A remark under the title, for example that the answers are synthetic.
    pub remark: Option<String>,
    /// How many themes are shown; the others are counted in one line.
    pub themes_max: usize,
}

impl Default for PageOptions {
    fn default() -> Self {
        Self { title: "What customers said".to_owned(), source: None, remark: None, themes_max: 40 }
    }
}

#[derive(Template)]
#[template(path = "report.html")]
struct Page<'a> {
    options: &'a PageOptions,
    period: Option<String>,
    lead: Vec<String>,
    cards: Vec<Card>,
    scores: Vec<ScoreCard>,
    themes: Vec<ThemeRow<'a>>,
    themes_left_out: usize,
    with_nps: bool,
    departments: Vec<DepartmentRow>,
    flags: Vec<(String, String)>,
    praise: Vec<Praise<'a>>,
    unmatched: Vec<&'a Quote>,
    unmatched_share: Option<String>,
    dead: Vec<(String, String)>,
    dead_total: u64,
    formulas: Vec<(&'static str, &'static str)>,
    versions: Vec<&'a str>,
}

struct Card {
    label: &'static str,
    value: String,
    detail: String,
    href: &'static str,
}

struct ThemeRow<'a> {
    anchor: String,
    name: &'a str,
    above: Option<&'a str>,
    department: &'a str,
    count: String,
    share: String,
    bar: Vec<Piece>,
    bar_label: String,
    nps: Option<(String, bool, String)>,
    quotes: Vec<&'a Quote>,
}

/// A coloured piece of a bar, in per cent of the longest bar.
struct Piece {
    class: &'static str,
    start: String,
    width: String,
}

struct DepartmentRow {
    name: String,
    accountable: String,
    tasks: [String; 4],
    all_tasks: String,
    helping: String,
    kudos: String,
    nps: Option<(String, bool, String)>,
}

struct Praise<'a> {
    quote: &'a Quote,
    department: &'a str,
}

/// The page, as a whole HTML document.
pub fn html(summary: &Summary, options: &PageOptions) -> Result<String, askama::Error> {
    let ranked = summary.ranked_themes();
    let themes_left_out = ranked.len().saturating_sub(options.themes_max);
    let most = ranked.first().map_or(0, |(_, tally)| tally.polarities.n());
    let page = Page {
        options,
        period: summary.period(),
        lead: lead(summary),
        cards: cards(summary),
        scores: score_cards(summary),
        themes: ranked
            .iter()
            .take(options.themes_max)
            .map(|(id, _)| theme_row(summary, id, most))
            .collect(),
        themes_left_out,
        with_nps: summary.scores.nps.n() > 0,
        departments: department_rows(summary),
        flags: summary
            .flags
            .iter()
            .map(|(flag, times)| (flag.replace('_', " "), count(*times)))
            .collect(),
        praise: summary
            .praise
            .iter()
            .map(|quote| Praise { quote, department: praised(summary, quote) })
            .collect(),
        unmatched: summary.unmatched.iter().collect(),
        unmatched_share: share(summary.with_words - summary.tagged, summary.with_words)
            .map(|estimate| percent(&estimate)),
        dead: summary.dead.iter().map(|(code, times)| (code.clone(), count(*times))).collect(),
        dead_total: summary.dead_total(),
        formulas: formulas(summary),
        versions: summary.versions.iter().map(String::as_str).collect(),
    };
    page.render().map(|page| visible(&page))
}

/// What somebody with ten seconds should know, in sentences.
fn lead(summary: &Summary) -> Vec<String> {
    let mut sentences = Vec::new();
    let ranked = summary.ranked_themes();
    if let Some((id, tally)) = ranked.first()
        && let Some(estimate) = share(tally.polarities.n(), summary.records)
    {
        let owner = match summary.owner_name(id) {
            Some(owner) => format!(", and {owner} is accountable for it"),
            None => String::new(),
        };
        sentences.push(format!(
            "{} is what people mention most: {} of {} answers, {} %{owner}.",
            summary.theme_name(id),
            count(tally.polarities.n()),
            count(summary.records),
            decimal(estimate.value),
        ));
    }
    let worst = ranked.iter().max_by_key(|(id, tally)| (tally.polarities.negative, *id));
    if let Some((id, tally)) = worst.filter(|(_, tally)| tally.polarities.negative > 0)
        && ranked.first().map(|(first, _)| *first) != Some(*id)
    {
        sentences.push(format!(
            "{} brings the most bad news: {} answers.",
            summary.theme_name(id),
            count(tally.polarities.negative)
        ));
    }
    let urgent: u64 = summary.departments.values().map(|tally| tally.tasks[0]).sum();
    if summary.tasks() > 0 {
        sentences.push(format!(
            "{} answers need somebody to act, {} of them first priority.",
            count(summary.tasks()),
            count(urgent)
        ));
    }
    if summary.praised > 0 {
        sentences.push(format!("{} are praise to pass on.", count(summary.praised)));
    }
    sentences
}

fn cards(summary: &Summary) -> Vec<Card> {
    let tagged = share(summary.tagged, summary.with_words);
    let whole = |estimate: &Estimate| format!("{} %", decimal(estimate.value));
    vec![
        Card {
            label: "Answers",
            value: count(summary.records),
            detail: format!("{} of them with words", count(summary.with_words)),
            href: "#themes",
        },
        Card {
            label: "Tagged",
            value: tagged.as_ref().map_or("none".to_owned(), whole),
            detail: format!(
                "{} of {} with words",
                count(summary.tagged),
                count(summary.with_words)
            ),
            href: "#unmatched",
        },
        Card {
            label: "Tasks",
            value: count(summary.tasks()),
            detail: format!(
                "{} to contact, {} to investigate",
                count(summary.to_contact),
                count(summary.to_investigate)
            ),
            href: "#departments",
        },
        Card {
            label: "Praise",
            value: count(summary.praised),
            detail: "answers, passed on to those praised".to_owned(),
            href: "#praise",
        },
        Card {
            label: "Dead letters",
            value: count(summary.dead_total()),
            detail: "records that could not be read, kept as they came".to_owned(),
            href: "#dead",
        },
    ]
}

fn theme_row<'a>(summary: &'a Summary, id: &'a ThemeId, most: u64) -> ThemeRow<'a> {
    let tally = &summary.themes[id];
    let times = tally.polarities.n();
    ThemeRow {
        anchor: format!("theme-{}", id.as_str().replace('.', "-")),
        name: summary.theme_name(id),
        above: summary.theme_above(id),
        department: summary.owner_name(id).unwrap_or("nobody"),
        count: count(times),
        share: share(times, summary.records).map_or(String::new(), |e| percent(&e)),
        bar: bar(&tally.polarities, most),
        bar_label: polarity_label(&tally.polarities),
        nps: nps_cell(&tally.nps),
        quotes: tally.quotes.iter().collect(),
    }
}

fn bar(polarities: &Mood, most: u64) -> Vec<Piece> {
    let parts = [
        ("negative", polarities.negative),
        ("mixed", polarities.mixed),
        ("neutral", polarities.neutral),
        ("positive", polarities.positive),
    ];
    let mut done = 0;
    let mut pieces = Vec::new();
    for (class, times) in parts {
        let of_most = |times: u64| share(times, most).map_or(0.0, |estimate| estimate.value);
        if times > 0 {
            let start = format!("{:.2}", of_most(done));
            pieces.push(Piece { class, start, width: format!("{:.2}", of_most(times)) });
        }
        done += times;
    }
    pieces
}

fn polarity_label(polarities: &Mood) -> String {
    format!(
        "{} negative, {} mixed, {} neutral, {} positive",
        polarities.negative, polarities.mixed, polarities.neutral, polarities.positive
    )
}

/// NPS, whether it rests on few answers, and its interval and n in words.
fn nps_cell(nps: &Nps) -> Option<(String, bool, String)> {
    let estimate = nps.estimate()?;
    let (low, high) = (signed(estimate.low), signed(estimate.high));
    let detail = format!("{low} to {high}, {} answers", count(estimate.n));
    Some((signed(estimate.value), estimate.n < FEW, detail))
}

fn department_rows(summary: &Summary) -> Vec<DepartmentRow> {
    summary
        .ranked_departments()
        .into_iter()
        .map(|(id, tally)| DepartmentRow {
            name: summary.department_name(id).to_owned(),
            accountable: count(tally.accountable),
            tasks: tally.tasks.map(count),
            all_tasks: count(tally.tasks()),
            helping: count(tally.helping),
            kudos: count(tally.kudos),
            nps: nps_cell(&tally.nps),
        })
        .collect()
}

fn praised<'a>(summary: &'a Summary, quote: &'a Quote) -> &'a str {
    let Some(department) = quote.department.as_deref() else { return "" };
    let named = DepartmentId::new(department)
        .ok()
        .and_then(|id| summary.facts.departments.get(&id))
        .map(String::as_str);
    named.unwrap_or(department)
}

fn formulas(summary: &Summary) -> Vec<(&'static str, &'static str)> {
    let known = [
        ("NPS", summary.scores.nps.estimate()),
        ("CSAT", summary.scores.csat.estimate()),
        ("CES, share", summary.scores.effort.share()),
        ("CES, mean", summary.scores.effort.mean()),
        ("Shares", share(summary.tagged, summary.with_words)),
        ("Net sentiment", summary.sentiment.net()),
    ];
    known
        .into_iter()
        .filter_map(|(name, estimate)| estimate.map(|estimate| (name, estimate.formula)))
        .collect()
}
