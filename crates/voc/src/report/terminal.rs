//! The summary in a few lines of plain text, at most 78 columns wide.

use std::fmt::Write;

use measure::share;

use super::figures::{count, decimal, percent, points, signed};
use super::summary::Summary;

const THEMES: usize = 8;
const DEPARTMENTS: usize = 8;
const CODES: usize = 6;
const NAME_WIDTH: usize = 32;
const BAR_WIDTH: u64 = 20;

/// The lines, each ended by a line feed.
pub fn terminal(summary: &Summary) -> String {
    let mut out = String::new();
    match write_all(summary, &mut out) {
        // Writing to a String cannot fail.
        Ok(()) | Err(std::fmt::Error) => out,
    }
}

fn write_all(summary: &Summary, out: &mut String) -> std::fmt::Result {
    let tagged = share(summary.tagged, summary.with_words)
        .map_or("none".to_owned(), |estimate| format!("{} %", decimal(estimate.value)));
    write!(out, "{} answers", count(summary.records))?;
    if let Some(period) = summary.period() {
        write!(out, ", {period}")?;
    }
    writeln!(out)?;
    writeln!(
        out,
        "tagged {tagged}   tasks {}   praise {}   dead letters {}",
        count(summary.tasks()),
        count(summary.praised),
        count(summary.dead_total())
    )?;
    write_scores(summary, out)?;
    write_themes(summary, out)?;
    write_departments(summary, out)?;
    if !summary.dead.is_empty() {
        writeln!(out, "\nDead letters")?;
        for (code, times) in summary.dead.iter().take(CODES) {
            writeln!(out, "  {:<NAME_WIDTH$}{:>7}", fitted(code), count(*times))?;
        }
        more(summary.dead.len(), CODES, out)?;
    }
    Ok(())
}

fn write_scores(summary: &Summary, out: &mut String) -> std::fmt::Result {
    if let Some(nps) = summary.scores.nps.estimate() {
        writeln!(out, "NPS  {}, n {}", points(&nps), count(nps.n))?;
    }
    if let Some(csat) = summary.scores.csat.estimate() {
        writeln!(out, "CSAT {}, n {}", percent(&csat), count(csat.n))?;
    }
    if let Some(easy) = summary.scores.effort.share() {
        writeln!(out, "CES  {} found it easy, n {}", percent(&easy), count(easy.n))?;
    }
    Ok(())
}

fn write_themes(summary: &Summary, out: &mut String) -> std::fmt::Result {
    let ranked = summary.ranked_themes();
    let Some((_, first)) = ranked.first() else { return Ok(()) };
    let most = first.polarities.n().max(1);
    let (head, bar) = ("Themes", "− bad  ± mixed  · neutral  + good");
    writeln!(out, "\n{head:<width$}{:>7}  {bar}", "answers", width = NAME_WIDTH + 2)?;
    for (id, tally) in ranked.iter().take(THEMES) {
        let counts = tally.polarities;
        let length = |times: u64| usize::try_from(times * BAR_WIDTH / most).unwrap_or_default();
        let bar = format!(
            "{}{}{}{}",
            "−".repeat(length(counts.negative)),
            "±".repeat(length(counts.mixed)),
            "·".repeat(length(counts.neutral)),
            "+".repeat(length(counts.positive))
        );
        let name = fitted(summary.theme_name(id));
        writeln!(out, "  {name:<NAME_WIDTH$}{:>7}  {bar}", count(counts.n()))?;
    }
    more(ranked.len(), THEMES, out)
}

fn write_departments(summary: &Summary, out: &mut String) -> std::fmt::Result {
    let ranked = summary.ranked_departments();
    if ranked.is_empty() {
        return Ok(());
    }
    let head = "Departments";
    writeln!(
        out,
        "\n{head:<width$}{:>7} {:>6} {:>7} {:>7} {:>5}",
        "answers",
        "tasks",
        "first",
        "praise",
        "NPS",
        width = NAME_WIDTH + 2
    )?;
    for (id, tally) in ranked.iter().take(DEPARTMENTS) {
        let nps = tally.nps.estimate().map_or("·".to_owned(), |estimate| signed(estimate.value));
        writeln!(
            out,
            "  {:<NAME_WIDTH$}{:>7} {:>6} {:>7} {:>7} {nps:>5}",
            fitted(summary.department_name(id)),
            count(tally.accountable),
            count(tally.tasks()),
            count(tally.tasks[0]),
            count(tally.kudos),
        )?;
    }
    more(ranked.len(), DEPARTMENTS, out)
}

/// How many were not told.
pub(super) fn more(all: usize, shown: usize, out: &mut String) -> std::fmt::Result {
    if all > shown { writeln!(out, "  and {} more", all - shown) } else { Ok(()) }
}

/// `name` in at most [`NAME_WIDTH`] − 1 characters, without control characters.
pub(super) fn fitted(name: &str) -> String {
    let plain: String = name.chars().filter(|character| !character.is_control()).collect();
    if plain.chars().count() < NAME_WIDTH {
        return plain;
    }
    plain.chars().take(NAME_WIDTH - 2).chain(['…']).collect()
}
