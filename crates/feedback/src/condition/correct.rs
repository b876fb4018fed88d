//! A comparison that makes no sense, and the one that was probably meant.

use std::fmt::Write;

use super::attribute::{Attribute, Kind, Scope};
use super::{Comparison, Operator, Value};
use crate::nearest;

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
        (Kind::Text, Operator::In | Operator::NotEqual) | (Kind::Number | Kind::Either, _) => {
            operator
        }
        (Kind::Text, _) => Operator::Equal,
    };
    let values: Vec<Value> =
        values.iter().map(|value| fitting(&attribute, operator, value)).collect::<Option<_>>()?;
    attribute.check(operator, &values).ok()?;
    let comparison = Comparison { attribute, operator, values };
    Some(comparison.written())
}

/// The value as the attribute has it.
fn fitting(attribute: &Attribute, operator: Operator, value: &Value) -> Option<Value> {
    let ordered = !matches!(operator, Operator::Equal | Operator::NotEqual | Operator::In);
    match (attribute.kind(), value) {
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
        (_, Value::Number(_)) => Some(value.clone()),
    }
}

impl Comparison {
    /// The comparison as it is written in a condition.
    fn written(&self) -> String {
        let mut values = String::new();
        for value in &self.values {
            let between = if values.is_empty() { "" } else { ", " };
            match value {
                Value::Text(text) => write!(values, "{between}\"{text}\""),
                Value::Number(number) => write!(values, "{between}{number}"),
            }
            .expect("a String takes all");
        }
        let (name, operator) = (self.attribute.name(), self.operator.symbol());
        match self.operator {
            Operator::In => format!("{name} IN ({values})"),
            _ => format!("{name} {operator} {values}"),
        }
    }
}
