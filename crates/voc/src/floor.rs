//! The least that a measure of `voc test --gold` must reach: typed as `micro_f1=0.70`, or written in
//! voc.toml.

use std::str::FromStr;

use serde::Serialize;

/// A measure and its least value.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Floor {
    /// `micro_f1`, `macro_precision` and so on, or a theme's id for its F1.
    pub measure: String,
    /// From 0 to 1.
    pub least: f64,
}

impl Floor {
    /// A floor, if the measure is one and its least lies from 0 to 1.
    pub fn new(measure: &str, least: f64) -> Option<Self> {
        let overall = measure.split_once('_').is_some_and(|(over, part)| {
            ["micro", "macro"].contains(&over) && ["precision", "recall", "f1"].contains(&part)
        });
        let known = overall || measure.contains('.');
        (known && (0.0..=1.0).contains(&least)).then(|| Self { measure: measure.to_owned(), least })
    }
}

impl FromStr for Floor {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let parts = text.split_once('=').map(|(measure, least)| (measure.trim(), least.trim()));
        parts
            .and_then(|(measure, least)| Self::new(measure, least.parse().ok()?))
            .ok_or_else(|| format!("{text}: write a measure and a share, such as micro_f1=0.70"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_measure_or_a_theme_has_a_floor() {
        for good in ["micro_f1=0.70", "macro_recall = 1", "billing.refund=0"] {
            assert!(good.parse::<Floor>().is_ok(), "{good}");
        }
        for bad in
            ["micro_f1", "micro_f2=0.5", "f1=0.5", "micro_f1=70", "micro_f1=much", "billing=1"]
        {
            assert!(bad.parse::<Floor>().is_err(), "{bad}");
        }
    }
}
