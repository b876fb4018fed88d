//! The page's scores: each with its 95 % interval, in figures and drawn on its scale.

use measure::Estimate;

use super::figures::{count, decimal, signed};
use super::summary::Summary;

/// Below this many answers a number is shown grey: its interval is wider than what it tells.
pub(super) const FEW: u64 = 30;

/// One score with its interval.
pub(super) struct ScoreCard {
    pub(super) label: &'static str,
    pub(super) value: String,
    pub(super) detail: String,
    pub(super) few: bool,
    pub(super) gauge: Gauge,
}

/// An interval on a scale drawn 0 to 100.
pub(super) struct Gauge {
    pub(super) low: String,
    pub(super) width: String,
    pub(super) value: String,
    pub(super) ends: [&'static str; 2],
}

/// A card for each score that somebody gave.
pub(super) fn score_cards(summary: &Summary) -> Vec<ScoreCard> {
    let mut cards = Vec::new();
    let mut card = |label, estimate: Option<Estimate>, value: String, scale: Scale| {
        let Some(estimate) = estimate else { return };
        let show = |number: f64| match scale {
            Scale::Points => signed(number),
            Scale::Share => format!("{} %", decimal(number)),
            Scale::Seven => decimal(number),
        };
        cards.push(ScoreCard {
            label,
            value,
            detail: format!(
                "{} to {}, from {} answers",
                show(estimate.low),
                show(estimate.high),
                count(estimate.n)
            ),
            few: estimate.n < FEW,
            gauge: gauge(&estimate, scale),
        });
    };
    let nps = summary.scores.nps.estimate();
    card("NPS", nps, nps.map_or(String::new(), |e| signed(e.value)), Scale::Points);
    let csat = summary.scores.csat.estimate();
    let per_cent = |e: Estimate| format!("{} %", decimal(e.value));
    card("CSAT, satisfied", csat, csat.map_or(String::new(), per_cent), Scale::Share);
    let easy = summary.scores.effort.share();
    card("CES, found it easy", easy, easy.map_or(String::new(), per_cent), Scale::Share);
    let mean = summary.scores.effort.mean();
    card("CES, mean of 1–7", mean, mean.map_or(String::new(), |e| decimal(e.value)), Scale::Seven);
    let net = summary.sentiment.net();
    card("Net sentiment", net, net.map_or(String::new(), |e| signed(e.value)), Scale::Points);
    cards
}

#[derive(Clone, Copy)]
enum Scale {
    /// −100 to 100.
    Points,
    /// 0 to 100 per cent.
    Share,
    /// 1 to 7.
    Seven,
}

fn gauge(estimate: &Estimate, scale: Scale) -> Gauge {
    let (from, until, ends) = match scale {
        Scale::Points => (-100.0, 100.0, ["−100", "+100"]),
        Scale::Share => (0.0, 100.0, ["0 %", "100 %"]),
        Scale::Seven => (1.0, 7.0, ["1 hard", "7 easy"]),
    };
    let at = |value: f64| 100.0 * (value - from) / (until - from);
    Gauge {
        low: decimal(at(estimate.low)),
        width: decimal((at(estimate.high) - at(estimate.low)).max(0.5)),
        value: decimal(at(estimate.value)),
        ends,
    }
}
