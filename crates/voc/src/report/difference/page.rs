//! The page that a manager reads: one HTML file that needs nothing else and opens without a network. Every
//! word from outside is escaped by askama; nothing in the template is marked safe.

use askama::Template;
use learn::diff::{Flow, Outcome};
use measure::share;

use super::super::figures::{count, decimal};
use super::super::quote::visible;
use super::rows::{
    DepartmentRow, LevelRow, MOVES_MAX, MoveRow, THEMES_MAX, TeamRow, ThemeRow, cell,
    department_row, level_rows, move_rows, priorities, theme_rows,
};
use super::sentences::percent;
use super::voices::{Voices, voices};
use super::{Difference, SideFact, aspect_name};

#[derive(Template)]
#[template(path = "difference.html")]
struct Page<'a> {
    title: String,
    old: &'a SideFact,
    new: &'a SideFact,
    over: &'a str,
    period: Option<String>,
    rate_note: Option<String>,
    lead: Vec<String>,
    changed: bool,
    limits: &'a [Outcome],
    cards: Vec<Card>,
    departments: Vec<DepartmentRow>,
    with_rate: bool,
    teams: Vec<TeamRow>,
    moves: Vec<MoveRow>,
    moves_left_out: usize,
    themes: Vec<ThemeRow>,
    themes_left_out: usize,
    level: Vec<LevelRow>,
    aspects: Vec<(String, &'static str)>,
    voices: Vec<Voices>,
    dead: Vec<(String, String, String)>,
    dead_places: Vec<(String, String)>,
    formulas: Vec<(&'static str, &'static str)>,
}

struct Card {
    label: &'static str,
    value: String,
    detail: String,
    href: &'static str,
}

/// The page, as a whole HTML document.
pub fn difference_html(difference: &Difference<'_>) -> Result<String, askama::Error> {
    let comparison = difference.comparison;
    let moves = difference.moves();
    let themes = difference.moved_themes();
    let voices = voices(difference);
    let page = Page {
        title: title(difference),
        old: &difference.old,
        new: &difference.new,
        over: &difference.over,
        period: difference.period(),
        rate_note: rate_note(difference),
        lead: difference.sentences(),
        changed: comparison.changed > 0,
        limits: &difference.limits,
        cards: cards(difference),
        departments: difference
            .moved_departments()
            .into_iter()
            .map(|(id, tally)| department_row(difference, id, tally))
            .collect(),
        with_rate: comparison.period.per_week(1).is_some(),
        teams: difference
            .moved_teams()
            .into_iter()
            .map(|(id, flow)| TeamRow {
                name: id.to_string(),
                tasks: cell(&flow.count),
                changed: count(flow.changed),
                priorities: priorities(flow),
            })
            .collect(),
        moves_left_out: moves.len().saturating_sub(MOVES_MAX),
        moves: move_rows(difference, &voices),
        themes_left_out: themes.len().saturating_sub(THEMES_MAX),
        themes: theme_rows(difference, &voices),
        level: level_rows(difference),
        aspects: difference
            .aspects()
            .into_iter()
            .map(|(aspect, answers)| (count(answers), aspect_name(aspect)))
            .collect(),
        voices,
        dead: comparison
            .dead
            .iter()
            .map(|(code, flow)| (code.clone(), count(flow.before), count(flow.after)))
            .collect(),
        dead_places: comparison
            .dead_places
            .iter()
            .map(|(place, code)| (place.to_string(), code.clone()))
            .collect(),
        formulas: formulas(difference),
    };
    page.render().map(|page| visible(&page))
}

fn title(difference: &Difference<'_>) -> String {
    if difference.comparison.changed == 0 {
        "This change moves nothing".to_owned()
    } else {
        "What this change would move".to_owned()
    }
}

/// On what the rates per week rest.
fn rate_note(difference: &Difference<'_>) -> Option<String> {
    let period = difference.comparison.period;
    period.per_week(1)?;
    Some(format!(
        "Per week: measured over the {} days of these answers, {}. Other weeks bring other answers.",
        period.days()?,
        difference.period()?
    ))
}

fn cards(difference: &Difference<'_>) -> Vec<Card> {
    let comparison = difference.comparison;
    let moved: u64 = comparison.moves.values().map(|tally| tally.records).sum();
    let (tasks, dead) = (comparison.tasks(), comparison.dead_letters());
    let arrow = |flow: &Flow| {
        if flow.before == flow.after {
            count(flow.after)
        } else {
            format!("{} → {}", count(flow.before), count(flow.after))
        }
    };
    let of_all = |number: u64| match comparison.records {
        0 => String::new(),
        all => format!("{} % of {} answers", decimal(percent(number, all)), count(all)),
    };
    let tagged = |tagged: u64, all: u64| share(tagged, all).map(|share| decimal(share.value));
    let level = &comparison.level;
    let before = tagged(comparison.tagged.before, level.before.with_words);
    let after = tagged(comparison.tagged.after, level.after.with_words);
    let coverage = match (before, after) {
        (Some(before), Some(after)) if before == after => format!("{after} %"),
        (Some(before), Some(after)) => format!("{before} → {after} %"),
        _ => "none".to_owned(),
    };
    vec![
        Card {
            label: "Handled otherwise",
            value: count(comparison.changed),
            detail: of_all(comparison.changed),
            href: "#respects",
        },
        Card {
            label: "Tasks",
            value: arrow(&tasks),
            detail: format!("{} come, {} go", count(tasks.gained), count(tasks.lost)),
            href: "#departments",
        },
        Card { label: "Another owner", value: count(moved), detail: of_all(moved), href: "#moves" },
        Card {
            label: "With a theme",
            value: coverage,
            detail: format!(
                "{} get their first, {} lose their only one",
                count(comparison.tagged.gained),
                count(comparison.tagged.lost)
            ),
            href: "#themes",
        },
        Card {
            label: "Dead letters",
            value: arrow(&dead),
            detail: "records that can't be read".to_owned(),
            href: "#dead",
        },
    ]
}

/// How each number that is shown is computed.
fn formulas(difference: &Difference<'_>) -> Vec<(&'static str, &'static str)> {
    let level = &difference.comparison.level.after;
    let known = [
        ("NPS", level.scores.nps.estimate()),
        ("CSAT", level.scores.csat.estimate()),
        ("CES", level.scores.effort.share()),
        ("Net sentiment", level.mood.net()),
    ];
    known
        .into_iter()
        .filter_map(|(name, estimate)| estimate.map(|estimate| (name, estimate.formula)))
        .collect()
}
