//! The rows of the page's tables.

use feedback::DepartmentId;
use learn::diff::{DepartmentTally, Flow, TaskFlow, ThemeTally};
use measure::{Estimate, Scores};

use super::super::figures::{count, decimal, signed, signed_count};
use super::super::scores::FEW;
use super::sentences::{decimal_or_whole, percent, step};
use super::voices::{Voices, existing, move_anchor, theme_anchor};
use super::{Difference, score_step};

/// How many rows each table shows; the others are counted in one line.
pub(super) const THEMES_MAX: usize = 40;
pub(super) const MOVES_MAX: usize = 20;
const PRIORITIES: [u8; 4] = [1, 2, 3, 4];

/// `402 → 489`, the step, what comes and what goes.
pub(super) struct Cell {
    pub(super) before: String,
    pub(super) after: String,
    pub(super) step: String,
    pub(super) come: String,
    pub(super) go: String,
    pub(super) still: bool,
}

pub(super) struct DepartmentRow {
    pub(super) name: String,
    pub(super) tasks: Cell,
    pub(super) changed: String,
    pub(super) rate: String,
    pub(super) priorities: Vec<String>,
    pub(super) accountable: Cell,
    pub(super) kudos: Cell,
}

pub(super) struct TeamRow {
    pub(super) name: String,
    pub(super) tasks: Cell,
    pub(super) changed: String,
    pub(super) priorities: Vec<String>,
}

pub(super) struct MoveRow {
    pub(super) from: String,
    pub(super) to: String,
    pub(super) records: String,
    pub(super) width: String,
    pub(super) anchor: Option<String>,
}

pub(super) struct ThemeRow {
    pub(super) anchor: Option<String>,
    pub(super) name: String,
    pub(super) above: Option<String>,
    pub(super) records: Cell,
    pub(super) bar: Vec<Piece>,
    pub(super) bar_label: String,
    pub(super) score: Option<ScoreCell>,
}

pub(super) struct ScoreCell {
    pub(super) metric: &'static str,
    pub(super) before: ScoreValue,
    pub(super) after: ScoreValue,
}

/// A score, whether it rests on few answers, and its interval and n in words.
pub(super) struct ScoreValue {
    pub(super) value: String,
    pub(super) few: bool,
    pub(super) detail: String,
}

/// A piece of a bar, in per cent of the longest bar.
pub(super) struct Piece {
    pub(super) class: &'static str,
    pub(super) start: String,
    pub(super) width: String,
}

pub(super) struct LevelRow {
    pub(super) name: String,
    pub(super) before: String,
    pub(super) after: String,
    pub(super) remark: String,
}

pub(super) fn cell(flow: &Flow) -> Cell {
    Cell {
        before: count(flow.before),
        after: count(flow.after),
        step: step(flow),
        come: come_or_go("+", flow.gained),
        go: come_or_go("\u{2212}", flow.lost),
        still: flow.is_still(),
    }
}

fn come_or_go(sign: &str, number: u64) -> String {
    if number == 0 { "0".to_owned() } else { format!("{sign}{}", count(number)) }
}

pub(super) fn department_row(
    difference: &Difference<'_>,
    id: &DepartmentId,
    tally: &DepartmentTally,
) -> DepartmentRow {
    let tasks = &tally.tasks;
    let rate = difference.per_week(tasks.count.net()).map_or_else(String::new, |rate| {
        let sign = if rate < 0.0 { "\u{2212}" } else { "+" };
        format!("{sign}{}", decimal_or_whole(rate.abs()))
    });
    DepartmentRow {
        name: difference.facts.department_name(id).to_owned(),
        tasks: cell(&tasks.count),
        changed: count(tasks.changed),
        rate,
        priorities: priorities(tasks),
        accountable: cell(&tally.accountable),
        kudos: cell(&tally.kudos),
    }
}

/// How the tasks of each priority change.
pub(super) fn priorities(tasks: &TaskFlow) -> Vec<String> {
    let net = |priority: u8| {
        let (before, after) =
            (tasks.before.of_priority(priority), tasks.after.of_priority(priority));
        signed_count(Flow { before, after, gained: 0, lost: 0 }.net())
    };
    PRIORITIES.map(net).into()
}

pub(super) fn move_rows(difference: &Difference<'_>, voices: &[Voices]) -> Vec<MoveRow> {
    let moves = difference.moves();
    let most = moves.first().map_or(1, |(_, tally)| tally.records.max(1));
    let rows = moves.iter().take(MOVES_MAX).enumerate();
    rows.map(|(index, (step, tally))| MoveRow {
        from: difference.owner(step.from.as_ref()).to_owned(),
        to: difference.owner(step.to.as_ref()).to_owned(),
        records: count(tally.records),
        width: format!("{:.2}", percent(tally.records, most)),
        anchor: existing(voices, move_anchor(index)),
    })
    .collect()
}

pub(super) fn theme_rows(difference: &Difference<'_>, voices: &[Voices]) -> Vec<ThemeRow> {
    let themes = difference.moved_themes();
    let longest = themes.iter().map(|(_, tally)| tally.records.before + tally.records.gained).max();
    let longest = longest.unwrap_or(1).max(1);
    themes
        .iter()
        .take(THEMES_MAX)
        .map(|(id, tally)| ThemeRow {
            anchor: existing(voices, theme_anchor(id)),
            name: difference.facts.theme_name(id).to_owned(),
            above: difference.facts.theme_above(id).map(str::to_owned),
            records: cell(&tally.records),
            bar: bar(&tally.records, longest),
            bar_label: format!(
                "{} stay, {} go, {} come",
                tally.records.before - tally.records.lost,
                tally.records.lost,
                tally.records.gained
            ),
            score: score_cell(tally),
        })
        .collect()
}

fn bar(flow: &Flow, longest: u64) -> Vec<Piece> {
    let parts = [("stay", flow.before - flow.lost), ("go", flow.lost), ("come", flow.gained)];
    let mut done = 0;
    let mut pieces = Vec::new();
    for (class, times) in parts {
        if times > 0 {
            let start = format!("{:.2}", percent(done, longest));
            pieces.push(Piece { class, start, width: format!("{:.2}", percent(times, longest)) });
        }
        done += times;
    }
    pieces
}

fn score_cell(tally: &ThemeTally) -> Option<ScoreCell> {
    let scores = (&tally.scores.before, &tally.scores.after);
    let step = score_step(scores, (&tally.mood.before, &tally.mood.after));
    if step.before.is_none() && step.after.is_none() {
        return None;
    }
    let show = |number: f64| {
        if step.points { signed(number) } else { format!("{} %", decimal(number)) }
    };
    let value = |estimate: Option<Estimate>| match estimate {
        None => ScoreValue { value: "none".to_owned(), few: true, detail: "no answer".to_owned() },
        Some(estimate) => ScoreValue {
            value: show(estimate.value),
            few: estimate.n < FEW,
            detail: format!(
                "{} to {}, n {}",
                show(estimate.low),
                show(estimate.high),
                count(estimate.n)
            ),
        },
    };
    Some(ScoreCell { metric: step.metric, before: value(step.before), after: value(step.after) })
}

/// Feelings, urgency, priorities, due times and flags, over all records.
pub(super) fn level_rows(difference: &Difference<'_>) -> Vec<LevelRow> {
    let comparison = difference.comparison;
    let level = &comparison.level;
    let mut rows = Vec::new();
    let mut estimate = |name: &str, before: Option<Estimate>, after: Option<Estimate>, points| {
        let show = |number: f64| {
            if points { signed(number) } else { format!("{} %", decimal(number)) }
        };
        let told = |estimate: Option<Estimate>| {
            estimate.map_or_else(
                || "none".to_owned(),
                |of| format!("{} ({} to {})", show(of.value), show(of.low), show(of.high)),
            )
        };
        if let Some(n) = after.or(before).map(|of| of.n) {
            rows.push(LevelRow {
                name: name.to_owned(),
                before: told(before),
                after: told(after),
                remark: format!("from {} answers", count(n)),
            });
        }
    };
    estimate("Net sentiment", level.before.mood.net(), level.after.mood.net(), true);
    let both =
        |of: fn(&Scores) -> Option<Estimate>| (of(&level.before.scores), of(&level.after.scores));
    for (name, (before, after), points) in [
        ("NPS", both(|scores| scores.nps.estimate()), true),
        ("CSAT, satisfied", both(|scores| scores.csat.estimate()), false),
        ("CES, found it easy", both(|scores| scores.effort.share()), false),
    ] {
        // Scores are what people gave: they differ only where records are read otherwise.
        if before != after {
            estimate(name, before, after, points);
        }
    }
    let urgency = comparison.mean_urgency();
    if let (Some(before), Some(after)) = (urgency.before, urgency.after) {
        let (rises, falls) = comparison.urgency;
        rows.push(LevelRow {
            name: "Mean urgency, 0 to 1".to_owned(),
            before: format!("{before:.3}"),
            after: format!("{after:.3}"),
            remark: format!("it rises for {}, falls for {}", count(rises), count(falls)),
        });
    }
    for priority in PRIORITIES {
        let tasks = comparison.tasks_of_priority(priority);
        if tasks.before != tasks.after {
            rows.push(LevelRow {
                name: format!("Tasks of priority {priority}"),
                before: count(tasks.before),
                after: count(tasks.after),
                remark: String::new(),
            });
        }
    }
    for (flag, flow) in &comparison.flags {
        rows.push(LevelRow {
            name: format!("Flag: {}", flag.name().replace('_', " ")),
            before: count(flow.before),
            after: count(flow.after),
            remark: if flow.is_still() {
                "the same answers".to_owned()
            } else {
                format!("{} come, {} go", count(flow.gained), count(flow.lost))
            },
        });
    }
    rows
}
