//! Comparisons inside a rule: `score.nps <= 6`, `channel IN ("social", "review")`.

use feedback::Span;
use feedback::condition::{Attribute, Comparison, Operator, Scope, Value};

use super::Expression;
use super::lexer::{Fault, Token};
use super::parser::Parser;

impl Parser<'_> {
    /// Reads what follows an attribute's name.
    pub(super) fn comparison(&mut self, name: &str, start: Span) -> Result<Expression, Fault> {
        self.next += 1;
        if let Err(message) = Attribute::from_name(name, Scope::Rule) {
            return Err(Fault::new(start, message, "name one of them, or put a word in quotes"));
        }
        let operator = match self.peek() {
            Some(Token::Operator(operator)) => *operator,
            _ => Operator::In,
        };
        self.next += 1;
        let values = if operator == Operator::In { self.values()? } else { vec![self.value()?] };
        let span = Span { start: start.start, end: self.last_span().end };
        Comparison::new(name, operator, values, Scope::Rule).map(Expression::Compare).map_err(
            |mismatch| match mismatch.correction {
                Some(correction) => Fault::new(span, mismatch.message, "write").with(correction),
                None => Fault::new(span, mismatch.message, "write the value that fits"),
            },
        )
    }

    fn values(&mut self) -> Result<Vec<Value>, Fault> {
        if self.peek() != Some(&Token::Open) {
            let message = "IN needs a list of values";
            return Err(Fault::new(self.span(), message, "write IN (\"one\", \"another\")"));
        }
        self.next += 1;
        let mut values = vec![self.value()?];
        while self.peek() == Some(&Token::Comma) {
            self.next += 1;
            values.push(self.value()?);
        }
        if self.peek() != Some(&Token::Close) {
            let message = "a comma or a closing bracket is missing in the list";
            return Err(Fault::new(self.span(), message, "write IN (\"one\", \"another\")"));
        }
        self.next += 1;
        Ok(values)
    }

    fn value(&mut self) -> Result<Value, Fault> {
        let span = self.span();
        let value = match self.peek() {
            Some(Token::Quoted { text, exact: false, slop: None }) => Value::Text(text.clone()),
            Some(Token::Word(word)) if word == "true" || word == "false" => {
                Value::Text(word.clone())
            }
            Some(Token::Word(word)) => match word.parse::<f64>() {
                Ok(number)
                    if number.is_finite()
                        && word
                            .starts_with(|first: char| first.is_ascii_digit() || first == '-') =>
                {
                    Value::Number(number)
                }
                _ => {
                    let quoted = format!("\"{word}\"");
                    let advice = format!("write {quoted}");
                    return Err(Fault::new(span, "texts stand in quotes", advice).with(quoted));
                }
            },
            _ => {
                return Err(Fault::new(
                    span,
                    "a value is missing here",
                    "write a \"text\" or a number",
                ));
            }
        };
        self.next += 1;
        Ok(value)
    }
}
