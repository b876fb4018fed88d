//! Whether a column is a score, of what, and on which scale: by its name or question, by a scale that
//! it states itself ("0-10"), and by the values that stand in it.

use std::sync::OnceLock;

use feedback::{Direction, Metric};
use regex::Regex;

use super::super::content::{Content, mostly};
use super::labels;
use super::names::{self, ScoreName, Sure};
use crate::source::is_no_answer;

/// A score as it was guessed.
#[derive(Debug, Clone, PartialEq)]
pub struct GuessedScore {
    /// What it measures.
    pub metric: Metric,
    /// The lowest value.
    pub min: f64,
    /// The highest.
    pub max: f64,
    /// Which end is the good one.
    pub direction: Direction,
    /// Words that stand for values.
    pub values: Vec<(String, f64)>,
    /// Codes for "no answer", such as 99.
    pub missing: Vec<String>,
}

/// A score, why it is one, and what to look at.
pub(super) struct Found {
    pub(super) score: GuessedScore,
    pub(super) why: String,
    pub(super) doubts: Vec<String>,
}

/// Numbers that survey tools write for "no answer".
const CODES: [f64; 13] =
    [-1.0, -9.0, -99.0, -999.0, 77.0, 88.0, 97.0, 98.0, 99.0, 997.0, 998.0, 999.0, 9999.0];

/// From how many values on it tells something that none is above 5.
const MANY: usize = 20;

/// What the column is as a score; `None` where it is none.
pub(super) fn score(column: &str, lower: &str, content: &Content) -> Option<Found> {
    let name = names::score(column, lower);
    if let Some(found) = in_words(name, content) {
        return Some(found);
    }
    let (name, numbers) = (name?, content.numbers.as_ref()?);
    let plain: Vec<f64> =
        numbers.values.iter().copied().filter(|value| !CODES.contains(value)).collect();
    let (metric, (min, max)) = match stated_scale(lower).filter(|scale| holds_most(&plain, *scale))
    {
        Some(scale) => (on_scale(name, scale), scale),
        None => scale(name, &plain, &numbers.values)?,
    };
    let (codes, off): (Vec<f64>, Vec<f64>) = numbers
        .values
        .iter()
        .filter(|value| **value < min || **value > max)
        .partition(|value| CODES.contains(value));
    let on = numbers.values.len() - codes.len() - off.len();
    if !mostly(on, on + off.len()) {
        return None;
    }
    let score = GuessedScore {
        metric,
        min,
        max,
        direction: direction(metric, lower),
        values: Vec::new(),
        missing: distinct(&codes),
    };
    let (least, most) = plain
        .iter()
        .filter(|value| **value >= min && **value <= max)
        .fold((max, min), |(least, most), value| (least.min(*value), most.max(*value)));
    let part = name.part;
    let why = format!(
        "its name or question holds \"{part}\", and its values lie between {least} and {most}"
    );
    let mut doubts = doubts(name, &score, &off, numbers.unread);
    if !score.missing.is_empty() {
        doubts.push(format!("{} is taken for no answer: see `missing`", score.missing.join(", ")));
    }
    Some(Found { score, why, doubts })
}

/// A score given as words, such as "very satisfied".
fn in_words(name: Option<&ScoreName>, content: &Content) -> Option<Found> {
    let answers = content.texts.iter().map(String::as_str).filter(|text| !is_no_answer(text));
    let labels = labels::scale(answers)?;
    let metric = name.map(|name| name.metric).or(labels.metric)?;
    let metric = if metric == Metric::Nps { Metric::Rating } else { metric };
    #[expect(clippy::cast_precision_loss, reason = "a scale has few points")]
    let values: Vec<_> =
        labels.values().map(|(word, value)| (word.to_owned(), value as f64)).collect();
    #[expect(clippy::cast_precision_loss, reason = "a scale has few points")]
    let max = labels.max() as f64;
    let score = GuessedScore {
        metric,
        min: 1.0,
        max,
        direction: Direction::HigherIsBetter,
        values,
        missing: Vec::new(),
    };
    let why = format!("its answers are the words of a scale of {}", labels.max());
    Some(Found { score, why, doubts: Vec::new() })
}

fn doubts(name: &ScoreName, score: &GuessedScore, off: &[f64], unread: usize) -> Vec<String> {
    let mut doubts = Vec::new();
    let (min, max) = (score.min, score.max);
    if name.sure == Sure::Any {
        doubts.push("its name doesn't say what it measures: check metric, min and max".to_owned());
    }
    if !off.is_empty() {
        let count = off.len();
        doubts.push(format!(
            "{count} of its first values lie off {min} to {max}: such rows become dead letters \
             (score_off_scale)"
        ));
    }
    if unread > 0 {
        doubts.push(format!(
            "{unread} of its first cells are no number: such rows become dead letters \
             (bad_source_field)"
        ));
    }
    if score.direction == Direction::LowerIsBetter {
        doubts.push("much effort is bad, so its lowest value is the best".to_owned());
    }
    doubts
}

fn distinct(codes: &[f64]) -> Vec<String> {
    let mut codes: Vec<String> = codes.iter().map(ToString::to_string).collect();
    codes.sort_unstable();
    codes.dedup();
    codes
}

/// "How much effort did you have to put into it?" is the older question of effort, in which low is good.
fn direction(metric: Metric, lower: &str) -> Direction {
    let much = ["much effort", "veel moeite", "difficult was", "moeilijk was"];
    if metric == Metric::Ces && much.iter().any(|words| lower.contains(words)) {
        Direction::LowerIsBetter
    } else {
        Direction::HigherIsBetter
    }
}

/// Whether all but two in a hundred lie on the scale.
fn holds(values: &[f64], (min, max): (f64, f64)) -> bool {
    let off = values.iter().filter(|value| **value < min || **value > max).count();
    off * 50 <= values.len()
}

fn holds_most(values: &[f64], (min, max): (f64, f64)) -> bool {
    let on = values.iter().filter(|value| **value >= min && **value <= max).count();
    mostly(on, values.len())
}

/// The metric on a scale that is known: NPS is asked from 0 to 10, or it is something else.
fn on_scale(name: &ScoreName, scale: (f64, f64)) -> Metric {
    match name.metric {
        Metric::Nps if scale != Metric::Nps.default_scale() => Metric::Rating,
        metric => metric,
    }
}

/// The metric and the scale by the values. A scale up to 100 is one of which most values are beyond
/// 10: a single 55 among marks from 0 to 10 is a slip, and 99 among them is no answer.
fn scale(name: &ScoreName, plain: &[f64], all: &[f64]) -> Option<(Metric, (f64, f64))> {
    const NPS: (f64, f64) = (0.0, 10.0);
    let many = plain.len() >= MANY;
    let negative = plain.iter().any(|value| *value < 0.0);
    if plain.iter().filter(|value| value.abs() > 10.0).count() * 2 > plain.len() {
        let large = if negative { (-100.0, 100.0) } else { (0.0, 100.0) };
        return holds(all, large).then(|| (on_scale(name, large), large));
    }
    let within = |scale: (f64, f64)| !plain.is_empty() && holds(plain, scale);
    let (five, seven, ten) = ((1.0, 5.0), (1.0, 7.0), (1.0, 10.0));
    let smaller = [five, seven].into_iter().find(|scale| within(*scale));
    let scale = match (name.metric, name.sure) {
        (Metric::Nps, Sure::Named) => NPS,
        (Metric::Nps, Sure::Asked) => smaller.filter(|_| many).unwrap_or(NPS),
        (Metric::Nps, _) => smaller.filter(|scale| many || *scale == five).unwrap_or(NPS),
        (Metric::Ces, _) if !many && within(seven) => seven,
        (_, Sure::Mark) if !many && within(ten) => ten,
        _ => [five, seven, ten]
            .into_iter()
            .find(|scale| within(*scale))
            .unwrap_or(if many && within((0.0, 5.0)) { (0.0, 5.0) } else { NPS }),
    };
    Some((on_scale(name, scale), scale))
}

/// A scale that the name or question states: `0-10`, `1 to 5`, `van 1 t/m 10`.
fn stated_scale(lower: &str) -> Option<(f64, f64)> {
    static STATED: OnceLock<Regex> = OnceLock::new();
    let stated = STATED.get_or_init(|| {
        let pattern = r"(?:^|[^\w.,/-])(-100|0|1) ?(?:-|–|to|tot|t/m|tot en met|bis|à|…|\.\.) ?(100|10|[3-9])(?:$|[^\w.,/-]|[.,](?:$|\D))";
        Regex::new(pattern).expect("a constant pattern is valid")
    });
    let found = stated.captures(lower)?;
    let number = |index: usize| found.get(index)?.as_str().parse().ok();
    Some((number(1)?, number(2)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scale_can_be_stated() {
        for (name, scale) in [
            ("cijfer (0-10)", Some((0.0, 10.0))),
            ("on a scale of 1 to 5, how satisfied are you?", Some((1.0, 5.0))),
            ("van 1 t/m 10", Some((1.0, 10.0))),
            ("0 – 100", Some((0.0, 100.0))),
            ("week 1-5-2026", None),
            ("q1-10", None),
            ("1 to 50", None),
            ("version 0.1-5.2", None),
        ] {
            assert_eq!(stated_scale(name), scale, "{name}");
        }
    }
}
