//! The difference in a few lines of plain text, at most 78 columns wide, without a customer's word: it
//! ends up in logs of continuous integration.

use std::fmt::{self, Write};

use learn::diff::Flow;
use measure::Estimate;

use super::super::figures::{count, decimal, signed, signed_count};
use super::super::terminal::{fitted, more};
use super::sentences::{decimal_or_whole, percent};
use super::{Difference, ScoreStep, aspect_name, score_step};

const ROWS: usize = 10;
const NAME_WIDTH: usize = 32;
const LINE_WIDTH: usize = 78;

/// The lines, each ended by a line feed.
pub fn difference_terminal(difference: &Difference<'_>) -> String {
    let mut out = String::new();
    match difference.write_all(&mut out) {
        // Writing to a String cannot fail.
        Ok(()) | Err(fmt::Error) => out,
    }
}

impl Difference<'_> {
    fn write_all(&self, out: &mut String) -> fmt::Result {
        writeln!(out, "old  {} (hash {})", self.old.name, self.old.hash)?;
        writeln!(out, "new  {} (hash {})", self.new.name, self.new.hash)?;
        let period = self.period().map_or_else(String::new, |period| format!(", {period}"));
        writeln!(out, "over {}{period}\n", self.over)?;
        for sentence in self.sentences() {
            wrapped(&sentence, out)?;
        }
        if self.comparison.changed > 0 {
            self.write_departments(out)?;
            self.write_moves(out)?;
            self.write_themes(out)?;
            self.write_aspects(out)?;
            self.write_level(out)?;
        }
        self.write_dead(out)?;
        self.write_limits(out)
    }

    fn write_departments(&self, out: &mut String) -> fmt::Result {
        let moved = self.moved_departments();
        if moved.is_empty() {
            return Ok(());
        }
        head(out, "Tasks", "a week")?;
        for (id, tally) in moved.iter().take(ROWS) {
            let tasks = tally.tasks.count;
            let rate = self.per_week(tasks.net()).map_or_else(String::new, |rate| {
                let sign = if rate < 0.0 { "\u{2212}" } else { "+" };
                format!("{sign}{}", decimal_or_whole(rate.abs()))
            });
            let name = self.facts.department_name(id);
            row(out, name, tasks, &rate)?;
        }
        more(moved.len(), ROWS, out)?;
        head(out, "Accountable", "")?;
        let moved: Vec<_> =
            moved.iter().filter(|(_, tally)| !tally.accountable.is_still()).collect();
        for (id, tally) in moved.iter().take(ROWS) {
            let records = tally.accountable;
            let name = self.facts.department_name(id);
            row(out, name, records, "")?;
        }
        more(moved.len(), ROWS, out)
    }

    fn write_moves(&self, out: &mut String) -> fmt::Result {
        let moves = self.moves();
        if moves.is_empty() {
            return Ok(());
        }
        writeln!(out, "\nFrom owner to owner")?;
        for (step, tally) in moves.iter().take(ROWS) {
            let from = fitted(self.owner(step.from.as_ref()));
            let to = fitted(self.owner(step.to.as_ref()));
            writeln!(out, "{:>6}  {from} → {to}", count(tally.records))?;
        }
        more(moves.len(), ROWS, out)
    }

    fn write_themes(&self, out: &mut String) -> fmt::Result {
        let moved = self.moved_themes();
        if moved.is_empty() {
            return Ok(());
        }
        head(out, "Themes", "")?;
        for (id, tally) in moved.iter().take(ROWS) {
            let records = tally.records;
            let scores = (&tally.scores.before, &tally.scores.after);
            let step = score_step(scores, (&tally.mood.before, &tally.mood.after));
            let name = self.facts.theme_name(id);
            row(out, name, records, "")?;
            if let Some(step) = told(&step) {
                writeln!(out, "    {step}")?;
            }
        }
        more(moved.len(), ROWS, out)
    }

    fn write_aspects(&self, out: &mut String) -> fmt::Result {
        writeln!(out, "\nAnswers with")?;
        for (aspect, answers) in self.aspects() {
            writeln!(out, "{:>6}  {}", count(answers), aspect_name(aspect))?;
        }
        Ok(())
    }

    fn write_level(&self, out: &mut String) -> fmt::Result {
        let comparison = self.comparison;
        let level = &comparison.level;
        writeln!(out, "\nOver all")?;
        if level.before.with_words > 0 && level.after.with_words > 0 {
            let tagged = comparison.tagged;
            let share = |part: u64, whole: u64| format!("{} %", decimal(percent(part, whole)));
            writeln!(
                out,
                "  tagged {} → {}",
                share(tagged.before, level.before.with_words),
                share(tagged.after, level.after.with_words)
            )?;
        }
        let step = score_step(
            (&measure::Scores::default(), &measure::Scores::default()),
            (&level.before.mood, &level.after.mood),
        );
        if let Some(step) = told(&step) {
            writeln!(out, "  {step}")?;
        }
        let urgency = comparison.mean_urgency();
        if let (Some(before), Some(after)) = (urgency.before, urgency.after) {
            let (rises, falls) = comparison.urgency;
            let (rises, falls) = (count(rises), count(falls));
            writeln!(out, "  urgency {before:.3} → {after:.3} ({rises} rise, {falls} fall)")?;
        }
        let (rises, falls) = comparison.priority;
        if rises + falls > 0 {
            writeln!(out, "  priority: {} rise, {} fall", count(rises), count(falls))?;
        }
        for (flag, flow) in comparison.flags.iter().filter(|(_, flow)| !flow.is_still()) {
            let (before, after) = (count(flow.before), count(flow.after));
            writeln!(out, "  flag {} {before} → {after}", flag.name().replace('_', " "))?;
        }
        Ok(())
    }

    fn write_dead(&self, out: &mut String) -> fmt::Result {
        let moved = self.comparison.dead.iter().filter(|(_, flow)| !flow.is_still());
        for (index, (code, flow)) in moved.enumerate() {
            if index == 0 {
                writeln!(out, "\nDead letters")?;
            }
            let (before, after) = (count(flow.before), count(flow.after));
            writeln!(out, "  {code} {before} → {after}")?;
        }
        Ok(())
    }

    fn write_limits(&self, out: &mut String) -> fmt::Result {
        if !self.limits.is_empty() {
            writeln!(out, "\nLimits")?;
        }
        for limit in &self.limits {
            writeln!(out, "  {} {}", if limit.met { "MET " } else { "kept" }, limit.limit)?;
            for offence in &limit.offences {
                writeln!(out, "         {}: {}", offence.figure, offence.found)?;
            }
        }
        Ok(())
    }
}

/// What stands above the figures of a [`row`]; `last` above its last one.
fn head(out: &mut String, name: &str, last: &str) -> fmt::Result {
    let (before, after, net, gained, lost) = ("before", "after", "net", "gained", "lost");
    let line = format!(
        "\n{name:<width$}{before:>7} {after:>7} {net:>7} {gained:>6} {lost:>6} {last:>6}",
        width = NAME_WIDTH + 2
    );
    writeln!(out, "{}", line.trim_end())
}

fn row(out: &mut String, name: &str, flow: Flow, last: &str) -> fmt::Result {
    let line = format!(
        "  {:<NAME_WIDTH$}{:>7} {:>7} {:>7} {:>6} {:>6} {last:>6}",
        fitted(name),
        count(flow.before),
        count(flow.after),
        signed_count(flow.net()),
        count(flow.gained),
        count(flow.lost)
    );
    writeln!(out, "{}", line.trim_end())
}

/// `NPS −20 (n 40) → −26 (n 52)`; `None` where neither side has one, or both have the same.
fn told(step: &ScoreStep) -> Option<String> {
    let show = |estimate: &Option<Estimate>| match estimate {
        None => "none".to_owned(),
        Some(estimate) if step.points => {
            format!("{} (n {})", signed(estimate.value), count(estimate.n))
        }
        Some(estimate) => format!("{} % (n {})", decimal(estimate.value), count(estimate.n)),
    };
    let (before, after) = (show(&step.before), show(&step.after));
    (before != after).then(|| format!("{} {before} → {after}", step.metric))
}

/// A sentence over as many lines as it needs.
fn wrapped(sentence: &str, out: &mut String) -> fmt::Result {
    let mut width = 0;
    for word in sentence.split(' ') {
        let length = word.chars().count();
        if width > 0 && width + 1 + length > LINE_WIDTH {
            writeln!(out)?;
            width = 0;
        } else if width > 0 {
            out.write_char(' ')?;
            width += 1;
        }
        out.write_str(word)?;
        width += length;
    }
    writeln!(out)
}
