//! The texts that the page shows, each with what both sides make of it.

use feedback::{TaskKind, ThemeId};
use learn::diff::{Example, Verdict};

use super::super::figures::count;
use super::super::quote::{Quote, context};
use super::Difference;

/// Of how many themes, and of how many moves, texts are shown.
const VOICES_MAX: usize = 20;

/// The texts of one theme or one move.
pub(super) struct Voices {
    pub(super) anchor: String,
    pub(super) title: String,
    pub(super) aside: String,
    pub(super) groups: Vec<(&'static str, Vec<Voice>)>,
}

pub(super) struct Voice {
    pub(super) quote: Quote,
    pub(super) before: String,
    pub(super) after: String,
}

pub(super) fn theme_anchor(id: &ThemeId) -> String {
    format!("theme-{}", id.as_str().replace('.', "-"))
}

pub(super) fn move_anchor(index: usize) -> String {
    format!("move-{}", index + 1)
}

pub(super) fn existing(voices: &[Voices], anchor: String) -> Option<String> {
    voices.iter().any(|voices| voices.anchor == anchor).then_some(anchor)
}

/// The texts of the themes and of the moves that move most.
pub(super) fn voices(difference: &Difference<'_>) -> Vec<Voices> {
    let moves = difference.moves();
    let of_moves = moves.iter().take(VOICES_MAX).enumerate().map(|(index, (step, tally))| {
        let from = difference.owner(step.from.as_ref());
        Voices {
            anchor: move_anchor(index),
            title: format!("{from} → {}", difference.owner(step.to.as_ref())),
            aside: format!("{} answers with another owner", count(tally.records)),
            groups: vec![("", tally.examples.iter().map(|one| voice(difference, one)).collect())],
        }
    });
    let themes = difference.moved_themes();
    let of_themes = themes.iter().take(VOICES_MAX).map(|(id, tally)| Voices {
        anchor: theme_anchor(id),
        title: difference.facts.theme_name(id).to_owned(),
        aside: format!("{} come, {} go", count(tally.records.gained), count(tally.records.lost)),
        groups: vec![
            ("Come", tally.gained.iter().map(|one| voice(difference, one)).collect()),
            ("Go", tally.lost.iter().map(|one| voice(difference, one)).collect()),
        ],
    });
    let all = of_moves.chain(of_themes);
    all.map(|mut voices| {
        voices.groups.retain(|(_, quotes)| !quotes.is_empty());
        voices
    })
    .filter(|voices| !voices.groups.is_empty())
    .collect()
}

fn voice(difference: &Difference<'_>, example: &Example) -> Voice {
    let context = context(example.score.as_ref(), example.channel.as_deref(), example.occurred_at);
    Voice {
        quote: Quote::marked(&example.text, example.evidence.clone(), context),
        before: verdict(difference, &example.before),
        after: verdict(difference, &example.after),
    }
}

/// `Billing: Charged twice, No reply; contact, priority 2`
fn verdict(difference: &Difference<'_>, verdict: &Verdict) -> String {
    if let Some(code) = &verdict.dead {
        return format!("dead letter ({code})");
    }
    let facts = &difference.facts;
    let themes: Vec<&str> = verdict.themes.iter().map(|theme| facts.theme_name(theme)).collect();
    let themes = if themes.is_empty() { "no theme".to_owned() } else { themes.join(", ") };
    let task = verdict.task.as_ref().map_or_else(
        || "no task".to_owned(),
        |task| {
            let kind = match task.kind {
                TaskKind::Contact => "contact",
                TaskKind::Investigate => "investigate",
            };
            format!("{kind}, priority {}", task.priority)
        },
    );
    format!("{}: {themes}; {task}", difference.owner(verdict.department.as_ref()))
}
