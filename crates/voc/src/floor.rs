//! The least that a measure of `voc test --gold` must reach: typed as `micro_f1=0.70`, or written in
//! voc.toml.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use classify::Engine;
use feedback::{Problem, Span, ThemeId, suggest};
use serde::{Serialize, Serializer};

use crate::settings;

/// A measure and its least value.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Floor {
    /// What is measured.
    pub measure: Measure,
    /// From 0 to 1.
    pub least: f64,
    /// Where in voc.toml it is written; `None` where it was typed.
    #[serde(skip)]
    pub place: Option<Span>,
}

/// What can be demanded: of all labels, of the mean over themes, or of one theme.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Measure {
    /// `micro_f1`: over all labels together.
    Micro(Part),
    /// `macro_f1`: the mean over the themes.
    Macro(Part),
    /// `billing.refund.recall`, of a theme of the second level; its id alone means its F1.
    Theme(ThemeId, Part),
}

/// Which of a measure's three shares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// Of what was found, the share that was labelled.
    Precision,
    /// Of what was labelled, the share that was found.
    Recall,
    /// The harmonic mean of the two.
    F1,
}

impl Part {
    const ALL: [Self; 3] = [Self::Precision, Self::Recall, Self::F1];

    const fn name(self) -> &'static str {
        match self {
            Self::Precision => "precision",
            Self::Recall => "recall",
            Self::F1 => "f1",
        }
    }

    fn of(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|part| part.name() == name)
    }
}

impl Measure {
    /// The measure of that name. A theme of the second level has one dot in its id, so what follows a
    /// second dot is the part: `product.recall` is a theme.
    fn of(name: &str) -> Option<Self> {
        let theme = |id: &str, part| Some(Self::Theme(ThemeId::new(id).ok()?, part));
        match name.split('.').collect::<Vec<_>>()[..] {
            [over] => match over.split_once('_')? {
                ("micro", part) => Part::of(part).map(Self::Micro),
                ("macro", part) => Part::of(part).map(Self::Macro),
                _ => None,
            },
            [_, _] => theme(name, Part::F1),
            [first, second, part] => theme(&format!("{first}.{second}"), Part::of(part)?),
            _ => None,
        }
    }
}

impl fmt::Display for Measure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Micro(part) => write!(formatter, "micro_{}", part.name()),
            Self::Macro(part) => write!(formatter, "macro_{}", part.name()),
            Self::Theme(theme, Part::F1) => write!(formatter, "{theme}"),
            Self::Theme(theme, part) => write!(formatter, "{theme}.{}", part.name()),
        }
    }
}

impl Serialize for Measure {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl Floor {
    /// A floor, if the measure is one and its least lies from 0 to 1.
    pub fn new(measure: &str, least: f64) -> Option<Self> {
        let measure = Measure::of(measure)?;
        (0.0..=1.0).contains(&least).then_some(Self { measure, least, place: None })
    }

    /// The floor with its theme called as it is today; the error is what to write instead, where no theme
    /// has or had that name.
    pub(crate) fn of_today(&self, engine: &Engine) -> Result<Self, String> {
        let Measure::Theme(named, part) = &self.measure else { return Ok(self.clone()) };
        let known: BTreeSet<ThemeId> =
            engine.themes().iter().filter_map(|theme| second_level(&theme.id)).collect();
        let today = second_level(engine.of_today(named)).filter(|theme| known.contains(theme));
        match today {
            Some(theme) => Ok(Self { measure: Measure::Theme(theme, *part), ..self.clone() }),
            None => Err(suggest(
                named.as_str(),
                known.iter().map(ThemeId::as_str),
                "theme of the second level",
            )),
        }
    }

    /// What is wrong with a floor of voc.toml: a theme that nobody knows would never be found.
    pub(crate) fn problem(&self, engine: &Engine) -> Option<Problem> {
        let mend = self.of_today(engine).err()?;
        let message = format!("there is no theme for the floor {}", self.measure);
        let problem = Problem::new(settings::FILE, "unknown_theme", message, mend);
        Some(match self.place {
            Some(place) => problem.at(place),
            None => problem,
        })
    }
}

/// A theme cut at its second level, at which gold is compared; `None` for a first level.
pub(crate) fn second_level(theme: &ThemeId) -> Option<ThemeId> {
    theme.path().into_iter().nth(1)
}

impl FromStr for Floor {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let parts = text.split_once('=').map(|(measure, least)| (measure.trim(), least.trim()));
        parts.and_then(|(measure, least)| Self::new(measure, least.parse().ok()?)).ok_or_else(|| {
            format!(
                "{text}: write a measure and a share, such as micro_f1=0.70, or a theme of the second \
                 level: billing.double_charge.recall=0.80"
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use feedback::{Files, Given};

    use super::*;

    fn floor(text: &str) -> Floor {
        text.parse().unwrap()
    }

    #[test]
    fn a_measure_or_a_theme_has_a_floor() {
        for (good, measure) in [
            ("micro_f1=0.70", "micro_f1"),
            ("macro_recall = 1", "macro_recall"),
            ("billing.refund=0", "billing.refund"),
            ("billing.refund.f1=0", "billing.refund"),
            ("billing.refund.precision=0.5", "billing.refund.precision"),
            ("product.recall=0.5", "product.recall"),
            ("product.recall.recall=0.5", "product.recall.recall"),
            ("micro_loans.fee=0.5", "micro_loans.fee"),
        ] {
            assert_eq!(floor(good).measure.to_string(), measure, "{good}");
        }
        assert!(matches!(floor("micro_loans.fee=1").measure, Measure::Theme(_, Part::F1)));
        for bad in [
            "micro_f1",
            "micro_f2=0.5",
            "f1=0.5",
            "micro_f1=70",
            "micro_f1=much",
            "billing=1",
            "billing.refund.late=0.5",
            "Billing.Refund=0.5",
        ] {
            assert!(bad.parse::<Floor>().is_err(), "{bad}");
        }
    }

    #[test]
    fn a_floors_theme_is_one_of_today_or_of_the_past() {
        let mut files = Files::new();
        let theme = |id: &str, more: &str| {
            format!("[[theme]]\nid = \"{id}\"\nkind = \"topic\"\ndepartment = \"d\"\n{more}\n")
        };
        let themes = [
            theme("billing.refund", "aliases = [\"money.back\"]"),
            theme("billing.refund.late", ""),
            theme("billing.old", "replaced_by = \"billing.refund.late\""),
        ];
        files.insert("taxonomy/a.toml", Given::ByUser, themes.concat());
        let engine = Engine::parse(&files, "").unwrap();
        for (text, measure) in [
            ("micro_f1=0.5", "micro_f1"),
            ("billing.refund.recall=0.5", "billing.refund.recall"),
            ("money.back=0.5", "billing.refund"),
            ("billing.old.precision=0.5", "billing.refund.precision"),
        ] {
            let floor = floor(text).of_today(&engine).unwrap();
            assert_eq!(floor.measure.to_string(), measure);
        }
        let misspelt =
            Floor { place: Some(Span { start: 1, end: 2 }), ..floor("billing.refnud=1") };
        let problem = misspelt.problem(&engine).unwrap();
        assert_eq!(problem.mend, "write `billing.refund`");
        assert_eq!(problem.span, misspelt.place);
    }
}
