//! Conditions: the part of the rule language that has no words. A `when` of owners.toml and
//! routes.toml is one; a theme's rule uses its comparisons (`score.nps <= 6`).
//!
//! A comparison with something the record doesn't have is false. `theme`, `severity` and `polarity`
//! speak of one theme of the record; the whole condition holds where it holds for one of them.

mod attribute;
mod correct;
mod parse;

use std::cell::RefCell;
use std::fmt;

use serde::Serialize;

use crate::{DepartmentId, Feedback, Flag, Intent, Polarity, Term, ThemeId};

pub use attribute::{Attribute, Scope};
pub use correct::Mismatch;
pub use parse::{SyntaxError, parse};

/// A parsed condition.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Condition {
    /// An attribute compared with values.
    Compare(Comparison),
    /// Does not hold where this does.
    Not(Box<Self>),
    /// Holds where all do.
    And(Vec<Self>),
    /// Holds where one does.
    Or(Vec<Self>),
}

/// An attribute, an operator, and what it is compared with.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Comparison {
    /// What of the record is looked at.
    pub attribute: Attribute,
    /// How it is compared.
    pub operator: Operator,
    /// With what: one value, or several after `IN`.
    pub values: Vec<Value>,
}

/// As it is written in a rule or a condition.
impl fmt::Display for Comparison {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} {} ", self.attribute.name(), self.operator.symbol())?;
        let list = self.operator == Operator::In;
        formatter.write_str(if list { "(" } else { "" })?;
        for (index, value) in self.values.iter().enumerate() {
            formatter.write_str(if index > 0 { ", " } else { "" })?;
            match value {
                Value::Text(text) => write!(formatter, "\"{text}\"")?,
                Value::Number(number) => write!(formatter, "{number}")?,
                Value::Term(term) => formatter.write_str(term.as_str())?,
            }
        }
        formatter.write_str(if list { ")" } else { "" })
    }
}

/// How an attribute is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Operator {
    /// `=`
    Equal,
    /// `!=`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
    /// `IN (…)`
    In,
}

impl Operator {
    /// The operator as written.
    pub const fn symbol(self) -> &'static str {
        match self {
            Self::Equal => "=",
            Self::NotEqual => "!=",
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
            Self::In => "IN",
        }
    }
}

/// What an attribute is compared with.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Value {
    /// `"social"`, `true`
    Text(String),
    /// `6`
    Number(f64),
    /// `30d`
    Term(Term),
}

/// What a condition is asked about: the feedback, and as much of the classification as is known.
#[derive(Debug, Clone, Copy)]
pub struct Facts<'a> {
    /// The feedback.
    pub feedback: &'a Feedback,
    /// The language of the text at hand; `None`: of any of the respondent's texts.
    pub lang: Option<&'a str>,
    /// The theme at hand.
    pub theme: Option<ThemeFacts<'a>>,
    /// The overall sentiment.
    pub sentiment: Option<Polarity>,
    /// The intent.
    pub intent: Option<Intent>,
    /// The urgency, 0 to 1.
    pub urgency: Option<f64>,
    /// The flags.
    pub flags: &'a [Flag],
    /// The accountable department.
    pub department: Option<&'a DepartmentId>,
}

/// One theme of the record.
#[derive(Debug, Clone, Copy)]
pub struct ThemeFacts<'a> {
    /// Its id.
    pub id: &'a ThemeId,
    /// Its severity, 1 to 5.
    pub severity: u8,
    /// How the person feels about it.
    pub polarity: Polarity,
}

impl<'a> Facts<'a> {
    /// Facts of which only the feedback is known.
    pub fn of(feedback: &'a Feedback) -> Self {
        Self {
            feedback,
            lang: None,
            theme: None,
            sentiment: None,
            intent: None,
            urgency: None,
            flags: &[],
            department: None,
        }
    }
}

impl Condition {
    /// Whether the condition holds for these facts and the theme in them. A record with several themes
    /// is asked about with each; a condition that no theme is named in, holds with each or none.
    pub fn holds(&self, facts: &Facts<'_>) -> bool {
        match self {
            Self::Compare(comparison) => comparison.holds(facts),
            Self::Not(inner) => !inner.holds(facts),
            Self::And(parts) => parts.iter().all(|part| part.holds(facts)),
            Self::Or(parts) => parts.iter().any(|part| part.holds(facts)),
        }
    }

    /// Whether it holds for `theme`, whatever else is so; `None` where that depends on the rest.
    pub fn known_of_theme(&self, theme: &ThemeId) -> Option<bool> {
        match self {
            Self::Compare(comparison) if comparison.attribute == Attribute::Theme => {
                Some(comparison.compare(Found::Theme(theme)))
            }
            Self::Compare(_) => None,
            Self::Not(inner) => inner.known_of_theme(theme).map(|holds| !holds),
            Self::And(parts) => known(parts, theme, false),
            Self::Or(parts) => known(parts, theme, true),
        }
    }

    /// Lets each theme that is named stand also for those that `of_today` gives for its name.
    pub fn add_themes(&mut self, of_today: &impl Fn(&str) -> Vec<ThemeId>) {
        match self {
            Self::Compare(comparison) if comparison.attribute == Attribute::Theme => {
                comparison.add_themes(of_today);
            }
            Self::Compare(_) => {}
            Self::Not(inner) => inner.add_themes(of_today),
            Self::And(parts) | Self::Or(parts) => {
                for part in parts {
                    part.add_themes(of_today);
                }
            }
        }
    }

    /// Every comparison in it, from left to right.
    pub fn comparisons(&self) -> Vec<&Comparison> {
        match self {
            Self::Compare(comparison) => vec![comparison],
            Self::Not(inner) => inner.comparisons(),
            Self::And(parts) | Self::Or(parts) => {
                parts.iter().flat_map(Self::comparisons).collect()
            }
        }
    }
}

/// What is known of `parts` for `theme`, where one that is `decides` decides for all of them.
fn known(parts: &[Condition], theme: &ThemeId, decides: bool) -> Option<bool> {
    let mut all = Some(!decides);
    for part in parts {
        match part.known_of_theme(theme) {
            Some(holds) if holds == decides => return Some(decides),
            Some(_) => {}
            None => all = None,
        }
    }
    all
}

impl Comparison {
    /// Checks the parts against one another; the error says what to write instead.
    pub fn new(
        name: &str,
        operator: Operator,
        values: Vec<Value>,
        scope: Scope,
    ) -> Result<Self, Mismatch> {
        let checked = Attribute::from_name(name, scope).and_then(|attribute| {
            attribute.check(operator, &values)?;
            Ok(attribute)
        });
        match checked {
            Ok(attribute) => Ok(Self { attribute, operator, values }),
            Err(message) => Err(Mismatch::new(message, (name, operator, &values), scope)),
        }
    }

    fn add_themes(&mut self, of_today: &impl Fn(&str) -> Vec<ThemeId>) {
        let mut more = Vec::new();
        for value in &self.values {
            if let Value::Text(name) = value {
                more.extend(of_today(name).into_iter().filter(|theme| !theme.is_within(name)));
            }
        }
        more.sort_unstable();
        more.dedup();
        self.values.extend(more.into_iter().map(|theme| Value::Text(theme.to_string())));
    }

    /// Whether the comparison holds; false where the record lacks the attribute.
    pub fn holds(&self, facts: &Facts<'_>) -> bool {
        self.attribute.any(facts, |found| self.compare(found))
    }

    /// What the record has for the attribute, in plain words; nothing where it lacks it.
    pub fn found(&self, facts: &Facts<'_>) -> Vec<String> {
        let found = RefCell::new(Vec::new());
        self.attribute.any(facts, |value| {
            found.borrow_mut().push(match value {
                Found::Theme(theme) => theme.to_string(),
                Found::Text(text) => format!("\"{text}\""),
                Found::Number(number) => number.to_string(),
            });
            false
        });
        found.into_inner()
    }

    fn compare(&self, found: Found<'_>) -> bool {
        match self.operator {
            Operator::Equal | Operator::In => self.values.iter().any(|value| same(found, value)),
            Operator::NotEqual => !self.values.iter().any(|value| same(found, value)),
            Operator::Less => self.ordered(found, |found, value| found < value),
            Operator::LessOrEqual => self.ordered(found, |found, value| found <= value),
            Operator::Greater => self.ordered(found, |found, value| found > value),
            Operator::GreaterOrEqual => self.ordered(found, |found, value| found >= value),
        }
    }

    fn ordered(&self, found: Found<'_>, holds: impl Fn(f64, f64) -> bool) -> bool {
        let Found::Number(found) = found else { return false };
        self.values.iter().any(|value| match value {
            Value::Number(number) => holds(found, *number),
            Value::Term(term) => holds(found, seconds(term)),
            Value::Text(_) => false,
        })
    }
}

#[expect(clippy::float_cmp, reason = "a condition compares with a literal, exactly")]
fn same(found: Found<'_>, value: &Value) -> bool {
    match (found, value) {
        (Found::Theme(theme), Value::Text(text)) => theme.is_within(text),
        (Found::Text(found), Value::Text(text)) => found == text,
        (Found::Number(found), Value::Number(number)) => found == *number,
        (Found::Number(found), Value::Term(term)) => found == seconds(term),
        _ => false,
    }
}

/// A term as a number to compare with.
#[expect(clippy::cast_precision_loss, reason = "a term is shorter than 2^53 seconds")]
fn seconds(term: &Term) -> f64 {
    term.seconds() as f64
}

/// A value that the record has.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Found<'a> {
    Theme(&'a ThemeId),
    Text(&'a str),
    Number(f64),
}

#[cfg(test)]
mod tests;
