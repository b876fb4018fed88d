//! What because[] says, in the company's language: short, in plain words, and never a customer's. What
//! a reason's own members say (its theme, its rule) is not said again.

use std::borrow::Cow;
use std::sync::Arc;

use feedback::{Because, DepartmentId, Flag, MessageLanguage};

use crate::taxonomy::{Kind, Theme};

/// A reason that is about no theme.
pub(crate) fn because(code: &'static str, message: impl Into<String>) -> Because {
    Because { code: Cow::Borrowed(code), message: message.into(), theme: None, rule: None }
}

/// A reason that is about a theme.
pub(crate) fn of_theme(code: &'static str, message: String, theme: &Theme) -> Because {
    Because { theme: Some(theme.id.clone()), ..because(code, message) }
}

/// A reason that is about a theme's rule.
pub(crate) fn of_rule(
    code: &'static str,
    message: String,
    theme: &Theme,
    rule: Arc<str>,
) -> Because {
    Because { rule: Some(rule), ..of_theme(code, message, theme) }
}

/// The messages of one language.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Messages(pub(crate) MessageLanguage);

impl Messages {
    /// A theme matched, in so many places.
    pub(crate) fn matched(self, kind: Kind, severity: u8, places: usize) -> String {
        let noun = match (self.0, places) {
            (MessageLanguage::English, 1) => "place",
            (MessageLanguage::English, _) => "places",
            (MessageLanguage::Dutch, 1) => "plaats",
            (MessageLanguage::Dutch, _) => "plaatsen",
        };
        // Every theme of every record has one of these: joined, not formatted, for speed.
        let (mut severities, mut counts) = (itoa::Buffer::new(), itoa::Buffer::new());
        let (severity, places) = (severities.format(severity), counts.format(places));
        match self.0 {
            MessageLanguage::English => {
                ["severity ", severity, " ", kind.name(), ", ", places, " ", noun].concat()
            }
            MessageLanguage::Dutch => {
                let kind = match kind {
                    Kind::Problem => "probleem",
                    Kind::Topic => "onderwerp",
                    Kind::Praise => "lof",
                };
                [kind, " van ernst ", severity, ", ", places, " ", noun].concat()
            }
        }
    }

    /// A rule matched, but for a negation, in so many sentences.
    pub(crate) fn negated_match(self, sentences: usize) -> String {
        let one = sentences == 1;
        match self.0 {
            MessageLanguage::English => {
                let noun = if one { "sentence" } else { "sentences" };
                format!("negated in {sentences} {noun}: no tag")
            }
            MessageLanguage::Dutch => {
                let noun = if one { "zin" } else { "zinnen" };
                format!("ontkend in {sentences} {noun}: geen label")
            }
        }
    }

    /// A rule took for praise, or for a problem, what was not meant so.
    pub(crate) fn turned_match(self, kind: Kind) -> &'static str {
        match kind {
            Kind::Praise => {
                self.0.one_of("not meant as praise: no tag", "niet als lof bedoeld: geen label")
            }
            Kind::Problem | Kind::Topic => self
                .0
                .one_of("not meant as a problem: no tag", "niet als probleem bedoeld: geen label"),
        }
    }

    /// Some praise is sarcasm.
    pub(crate) fn sarcasm(self) -> &'static str {
        self.0.one_of("praise read as sarcasm", "lof gelezen als sarcasme")
    }

    /// Words of the lexicon raise a flag that no theme does.
    pub(crate) fn flag(self, flag: Flag) -> String {
        let name = flag.name();
        self.0.one_of(format!("{name}, by the lexicon"), format!("{name}, volgens het lexicon"))
    }

    /// The urgency is a theme's floor.
    pub(crate) fn urgency_floor(self, floor: f64) -> String {
        self.0.one_of(format!("urgency no less than {floor}"), format!("urgentie minstens {floor}"))
    }

    /// The only theme, or the one with the strongest claim, decides.
    pub(crate) fn owner(self, department: &DepartmentId, themes: usize, claim: f64) -> String {
        match (self.0, themes) {
            (MessageLanguage::English, 1) => format!("{department}: the only theme"),
            (MessageLanguage::English, _) => {
                format!("{department}: strongest of {themes} claims, {claim:.2}")
            }
            (MessageLanguage::Dutch, 1) => format!("{department}: het enige thema"),
            (MessageLanguage::Dutch, _) => {
                let claim = format!("{claim:.2}").replace('.', ",");
                format!("{department}: sterkste van {themes} aanspraken, {claim}")
            }
        }
    }

    /// The deciding theme is given away by owners.toml.
    pub(crate) fn owner_override(self, department: &DepartmentId, when: &str) -> String {
        self.0.one_of(
            format!("{department}, by owners.toml: {when}"),
            format!("{department}, volgens owners.toml: {when}"),
        )
    }

    /// The deciding theme's department is none here.
    pub(crate) fn owner_unknown(self, department: &DepartmentId) -> String {
        self.0.one_of(
            format!("{department} as the fallback: its own department is not in departments.toml"),
            format!("{department} als vangnet: de eigen afdeling staat niet in departments.toml"),
        )
    }

    /// No theme was found.
    pub(crate) fn fallback(self, department: &DepartmentId) -> String {
        self.0.one_of(
            format!("{department} as the fallback: no theme"),
            format!("{department} als vangnet: geen thema"),
        )
    }

    /// A department must help, with the theme that asks for it.
    pub(crate) fn contributor(self, department: &DepartmentId) -> String {
        self.0.one_of(format!("{department} helps"), format!("{department} helpt"))
    }
}
