//! Comparisons inside a rule: `score.nps <= 6`, `channel IN ("social", "review")`.

use feedback::condition::{Comparison, Mismatch, Operator, Scope, Value};
use feedback::{Span, Term};

use super::Expression;
use super::lexer::{Fault, Token};
use super::parser::Parser;

impl Parser<'_> {
    /// Reads what follows an attribute's name.
    pub(super) fn comparison(&mut self, name: &str, start: Span) -> Result<Expression, Fault> {
        self.next += 1;
        let operator = match self.peek() {
            Some(Token::Operator(operator)) => *operator,
            _ => Operator::In,
        };
        self.next += 1;
        if matches!(self.peek(), None | Some(Token::Close))
            || matches!(self.peek(), Some(Token::Word(word)) if matches!(word.as_str(), "AND" | "OR"))
        {
            return Err(self.no_value((name, start), operator));
        }
        let values = if operator == Operator::In { self.values()? } else { vec![self.value()?] };
        let span = Span { start: start.start, end: self.last_span().end };
        Comparison::new(name, operator, values.clone(), Scope::Rule)
            .map(Expression::Compare)
            .map_err(|Mismatch { message, correction }| {
                let fault = Fault::new(span, message, "write the comparison that fits");
                let fitting = || fitting(name, operator, &values).map(|fits| fits.to_string());
                match correction.or_else(fitting) {
                    Some(correction) => fault.with(correction),
                    None => fault,
                }
            })
    }

    /// `channel =` without a value.
    fn no_value(&self, (name, start): (&str, Span), operator: Operator) -> Fault {
        let before = self.last_span();
        let span = Span { start: start.start, end: before.end };
        let message = format!("a value is missing after {}", self.written(before));
        let fault = Fault::new(span, message, "write a \"text\" or a number");
        match fitting(name, operator, &[]) {
            Some(comparison) => fault.with(comparison.to_string()),
            None => fault.with(""),
        }
    }

    fn values(&mut self) -> Result<Vec<Value>, Fault> {
        if self.peek() != Some(&Token::Open) {
            let message = "IN needs a list of values in brackets";
            let mut last = self.next;
            let is = |at: usize, comma: bool| match self.tokens.get(at) {
                Some((Token::Comma, _)) => comma,
                Some((Token::Quoted { .. } | Token::Word(_), _)) => !comma,
                _ => false,
            };
            while is(last + 1, true) && is(last + 2, false) {
                last += 2;
            }
            let end = self.tokens.get(last).map_or(self.span().end, |(_, span)| span.end);
            let span = Span { start: self.span().start, end };
            let mend = format!("({})", self.written(span));
            return Err(Fault::new(span, message, format!("write {mend}")).with(mend));
        }
        self.next += 1;
        let mut values = vec![self.value()?];
        while self.peek() == Some(&Token::Comma) {
            self.next += 1;
            values.push(self.value()?);
        }
        match self.peek() {
            Some(Token::Close) => self.next += 1,
            None => {
                let fault = Fault::new(self.span(), "a bracket is never closed", "write )");
                return Err(fault.with(")"));
            }
            Some(Token::Quoted { .. } | Token::Word(_)) => {
                let gap = Span { start: self.last_span().end, end: self.span().start };
                let message = "a comma is missing between two values";
                return Err(Fault::new(gap, message, "write IN (\"one\", \"another\")").with(", "));
            }
            Some(_) => {
                let message = "this makes no sense in a list of values";
                return Err(Fault::new(self.span(), message, "remove it").with(""));
            }
        }
        Ok(values)
    }

    fn value(&mut self) -> Result<Value, Fault> {
        let span = self.span();
        let value = match self.peek() {
            Some(Token::Quoted { text, exact: false, slop: None }) => Value::Text(text.clone()),
            Some(Token::Quoted { text, .. }) => {
                let plain = format!("\"{text}\"");
                let message = "a value is a plain text";
                return Err(Fault::new(span, message, format!("write {plain}")).with(plain));
            }
            Some(Token::Word(word) | Token::Formed(word, _)) => {
                if let Some(value) = literal(word) {
                    value
                } else {
                    let quoted = format!("\"{word}\"");
                    let advice = format!("write {quoted}");
                    return Err(Fault::new(span, "texts stand in quotes", advice).with(quoted));
                }
            }
            _ => {
                let advice = "write a \"text\" or a number";
                return Err(Fault::new(span, "a value is missing here", advice).with(""));
            }
        };
        self.next += 1;
        Ok(value)
    }
}

/// What a bare word is as a value, if it is one.
fn literal(word: &str) -> Option<Value> {
    if word == "true" || word == "false" {
        return Some(Value::Text(word.to_owned()));
    }
    if let Some(term) = Term::parse(word) {
        return Some(Value::Term(term));
    }
    let begins = word.starts_with(|first: char| first.is_ascii_digit() || first == '-');
    let number = word.parse::<f64>().ok().filter(|number| begins && number.is_finite());
    number.map(Value::Number)
}

/// The nearest comparison that makes sense: values of the other kind, an attribute of the record's own,
/// equality; with a value to replace where none fits.
fn fitting(name: &str, operator: Operator, values: &[Value]) -> Option<Comparison> {
    let other_kind = |value: &Value| match value {
        Value::Text(text) => Value::Number(text.trim().parse().unwrap_or(0.0)),
        Value::Number(number) => Value::Text(number.to_string()),
        Value::Term(term) => Value::Text(term.as_str().to_owned()),
    };
    let others: Vec<Value> = values.iter().map(other_kind).collect();
    let placeholders = ["value", "true"].map(|text| vec![Value::Text(text.to_owned())]);
    let day = Term::parse("1d").map(Value::Term).into_iter().collect();
    let candidates =
        [values.to_vec(), others, vec![Value::Number(0.0)], day].into_iter().chain(placeholders);
    let candidates: Vec<_> = candidates.filter(|values| !values.is_empty()).collect();
    let own = format!("attributes.{name}");
    [name, own.as_str()].into_iter().find_map(|name| {
        [operator, Operator::Equal].into_iter().find_map(|operator| {
            let fits = |values: &Vec<Value>| {
                Comparison::new(name, operator, values.clone(), Scope::Rule).ok()
            };
            candidates.iter().find_map(fits)
        })
    })
}
