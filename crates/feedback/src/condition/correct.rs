//! A comparison that makes no sense, and the one that was probably meant.

use super::attribute::{Attribute, Kind, Scope};
use super::{Comparison, Operator, Value};
use crate::{Term, nearest};

/// Why a comparison makes no sense.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mismatch {
    /// What is wrong, and what would be right.
    pub message: String,
    /// The comparison as it was probably meant, where that is clear.
    pub correction: Option<String>,
}

impl Mismatch {
    /// Why the parts don't fit, as `message` says.
    pub(super) fn new(
        message: String,
        (name, operator, values): (&str, Operator, &[Value]),
        scope: Scope,
    ) -> Self {
        let correction = corrected(name, operator, values, scope);
        if correction.is_some() && Attribute::from_name(name, scope).is_err() {
            // The nearest is offered: no need to list them all.
            return Self { message: format!("there is no attribute \"{name}\" here"), correction };
        }
        Self { message, correction }
    }
}

fn corrected(name: &str, operator: Operator, values: &[Value], scope: Scope) -> Option<String> {
    let attribute = match Attribute::from_name(name, scope) {
        Ok(attribute) => attribute,
        Err(_) => Attribute::nearest(name, scope)?,
    };
    let operator = match (attribute.kind(), operator) {
        (Kind::Text, Operator::In | Operator::NotEqual)
        | (Kind::Number | Kind::Either | Kind::Term, _) => operator,
        (Kind::Text, _) => Operator::Equal,
    };
    let values: Vec<Value> =
        values.iter().map(|value| fitting(&attribute, operator, value)).collect::<Option<_>>()?;
    attribute.check(operator, &values).ok()?;
    let comparison = Comparison { attribute, operator, values };
    Some(comparison.to_string())
}

/// The value as the attribute has it.
fn fitting(attribute: &Attribute, operator: Operator, value: &Value) -> Option<Value> {
    let ordered = !matches!(operator, Operator::Equal | Operator::NotEqual | Operator::In);
    match (attribute.kind(), value) {
        (Kind::Term, Value::Number(number)) => Term::parse(&format!("{number}d")).map(Value::Term),
        (Kind::Term, Value::Text(text)) => term(text).map(Value::Term),
        (Kind::Text | Kind::Either, Value::Term(term)) => {
            Some(Value::Text(term.as_str().to_owned()))
        }
        (Kind::Text, Value::Number(number)) => Some(Value::Text(number.to_string())),
        (Kind::Text, Value::Text(text)) => match attribute.choices() {
            Some(choices) => {
                nearest(text, choices.iter().copied()).map(|near| Value::Text(near.to_owned()))
            }
            None => Some(value.clone()),
        },
        (Kind::Either, Value::Text(_)) if !ordered => Some(value.clone()),
        (Kind::Number | Kind::Either, Value::Text(text)) => {
            let number: f64 = text.trim().replace(',', ".").parse().ok()?;
            number.is_finite().then_some(Value::Number(number))
        }
        (Kind::Number, Value::Term(_)) => None,
        (Kind::Term, Value::Term(_)) | (_, Value::Number(_)) => Some(value.clone()),
    }
}

/// `30 days` as `30d`.
fn term(text: &str) -> Option<Term> {
    let text = text.trim();
    let digits = text.trim_end_matches(|each: char| !each.is_ascii_digit());
    let unit = text.strip_prefix(digits)?.trim_start().chars().next().unwrap_or('d');
    Term::parse(&format!("{digits}{unit}"))
}
