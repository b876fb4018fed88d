//! Conditions: the part of the rule language that has no words. A `when` of owners.toml and
//! routes.toml is one; a theme's rule uses its comparisons (`score.nps <= 6`).
//!
//! A comparison with something the record doesn't have is false. `theme`, `severity` and `polarity`
//! speak of one theme of the record; the whole condition holds where it holds for one of them.

mod attribute;
mod correct;
mod parse;

use serde::Serialize;

use crate::{DepartmentId, Feedback, Flag, Intent, Polarity, ThemeId};

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
    /// Whether the condition holds for these facts and the theme in them.
    pub fn holds(&self, facts: &Facts<'_>) -> bool {
        match self {
            Self::Compare(comparison) => comparison.holds(facts),
            Self::Not(inner) => !inner.holds(facts),
            Self::And(parts) => parts.iter().all(|part| part.holds(facts)),
            Self::Or(parts) => parts.iter().any(|part| part.holds(facts)),
        }
    }

    /// Whether it holds for one of `themes`, or, where there is none, for the record alone.
    pub fn holds_for_any<'a>(
        &self,
        facts: &Facts<'a>,
        themes: impl IntoIterator<Item = ThemeFacts<'a>>,
    ) -> bool {
        let mut themes = themes.into_iter().peekable();
        if themes.peek().is_none() {
            return self.holds(&Facts { theme: None, ..*facts });
        }
        themes.any(|theme| self.holds(&Facts { theme: Some(theme), ..*facts }))
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

    /// Whether the comparison holds; false where the record lacks the attribute.
    pub fn holds(&self, facts: &Facts<'_>) -> bool {
        self.attribute.any(facts, |found| self.compare(found))
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
        _ => false,
    }
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
