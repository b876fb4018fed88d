//! Reads a condition: comparisons joined by AND, OR, NOT and brackets, keywords in upper case.

use thiserror::Error;

use super::{Comparison, Condition, Mismatch, Operator, Scope, Value};
use crate::{Span, Term};

/// How deeply brackets and NOT may nest.
const DEPTH_MAX: usize = 64;

/// Why a condition can't be read, and where.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{message}")]
pub struct SyntaxError {
    /// Where in the condition's text.
    pub span: Span,
    /// What is wrong there, and what would be right.
    pub message: String,
    /// The whole condition corrected, where that is clear.
    pub correction: Option<String>,
}

/// How many faults are corrected in one condition.
const CORRECTIONS_MAX: usize = 8;

/// Parses a condition. `scope` decides which attributes it may name. The correction of an error is a
/// condition that can be read, with all its faults corrected.
pub fn parse(text: &str, scope: Scope) -> Result<Condition, SyntaxError> {
    read(text, scope).map_err(|error| {
        let mut correction = error.correction.clone();
        for _ in 0..CORRECTIONS_MAX {
            let Some(corrected) = &correction else { break };
            match read(corrected, scope) {
                Ok(_) => return SyntaxError { correction, ..error },
                Err(next) => correction = next.correction,
            }
        }
        SyntaxError { correction: None, ..error }
    })
}

fn read(text: &str, scope: Scope) -> Result<Condition, SyntaxError> {
    let tokens = tokenize(text)?;
    let mut parser = Parser { text, tokens, next: 0, scope };
    let condition = parser.any_of(0)?;
    match parser.peek() {
        None => Ok(condition),
        Some(_) => Err(parser.wrong("expected AND, OR or the end here")),
    }
}

#[derive(Debug, Clone, PartialEq)]
enum Token {
    Word(String),
    Text(String),
    Number(f64),
    Term(Term),
    Operator(Operator),
    Open,
    Close,
    Comma,
}

struct Parser<'a> {
    text: &'a str,
    tokens: Vec<(Token, Span)>,
    next: usize,
    scope: Scope,
}

impl Parser<'_> {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.next).map(|(token, _)| token)
    }

    fn take(&mut self) -> Option<(Token, Span)> {
        let token = self.tokens.get(self.next).cloned();
        self.next += usize::from(token.is_some());
        token
    }

    fn span(&self) -> Span {
        let end = Span { start: self.text.len(), end: self.text.len() };
        self.tokens.get(self.next).map_or(end, |(_, span)| *span)
    }

    fn wrong(&self, message: &str) -> SyntaxError {
        let span = self.span();
        let found = self.text.get(span.start..span.end).unwrap_or_default();
        if let Some(Token::Word(word)) = self.peek() {
            let upper = word.to_uppercase();
            let keyword = match upper.as_str() {
                "AND" | "OR" | "NOT" | "IN" => Some(upper.as_str()),
                "EN" => Some("AND"),
                "OF" => Some("OR"),
                "NIET" => Some("NOT"),
                _ => None,
            };
            if let Some(keyword) = keyword.filter(|keyword| keyword != word) {
                return SyntaxError {
                    span,
                    message: format!("write {keyword}, not {word}: keywords are upper case"),
                    correction: replaced(self.text, span, keyword),
                };
            }
        }
        let found = if found.is_empty() { "the end".to_owned() } else { format!("`{found}`") };
        SyntaxError { span, message: format!("{message}, found {found}"), correction: None }
    }

    /// The same, where putting `missing` here would mend it.
    fn lacks(&self, message: &str, missing: &str) -> SyntaxError {
        let at = self.span().start;
        let correction = replaced(self.text, Span { start: at, end: at }, missing);
        let wrong = self.wrong(message);
        SyntaxError { correction: wrong.correction.or(correction), ..wrong }
    }

    fn any_of(&mut self, depth: usize) -> Result<Condition, SyntaxError> {
        let mut parts = vec![self.all_of(depth)?];
        while self.keyword("OR") {
            parts.push(self.all_of(depth)?);
        }
        Ok(single_or(parts, Condition::Or))
    }

    fn all_of(&mut self, depth: usize) -> Result<Condition, SyntaxError> {
        let mut parts = vec![self.unary(depth)?];
        while self.keyword("AND") {
            parts.push(self.unary(depth)?);
        }
        Ok(single_or(parts, Condition::And))
    }

    fn unary(&mut self, depth: usize) -> Result<Condition, SyntaxError> {
        if depth > DEPTH_MAX {
            return Err(self.wrong("brackets and NOT nest deeper than 64"));
        }
        if self.keyword("NOT") {
            return Ok(Condition::Not(Box::new(self.unary(depth + 1)?)));
        }
        if self.peek() == Some(&Token::Open) {
            self.take();
            let inner = self.any_of(depth + 1)?;
            if self.peek() != Some(&Token::Close) {
                return Err(self.lacks("expected a closing bracket", ")"));
            }
            self.take();
            return Ok(inner);
        }
        self.comparison()
    }

    fn keyword(&mut self, keyword: &str) -> bool {
        let found = matches!(self.peek(), Some(Token::Word(word)) if word == keyword);
        self.next += usize::from(found);
        found
    }

    fn comparison(&mut self) -> Result<Condition, SyntaxError> {
        let start = self.span().start;
        let Some(Token::Word(name)) = self.peek().cloned() else {
            return Err(self.wrong("expected an attribute such as channel or score.nps"));
        };
        self.take();
        let operator = match self.peek() {
            Some(Token::Operator(operator)) => *operator,
            Some(Token::Word(word)) if word == "IN" => Operator::In,
            next => {
                let missing = if next == Some(&Token::Open) { "IN " } else { "= " };
                return Err(self.lacks("expected =, !=, <, <=, >, >= or IN", missing));
            }
        };
        self.take();
        let values = if operator == Operator::In { self.list()? } else { vec![self.value()?] };
        let end = self.tokens.get(self.next - 1).map_or(start, |(_, span)| span.end);
        let span = Span { start, end };
        Comparison::new(&name, operator, values, self.scope).map(Condition::Compare).map_err(
            |Mismatch { message, correction }| {
                let correction = correction.and_then(|with| replaced(self.text, span, &with));
                SyntaxError { span, message, correction }
            },
        )
    }

    fn list(&mut self) -> Result<Vec<Value>, SyntaxError> {
        if self.peek() != Some(&Token::Open) {
            return Err(self.wrong("expected (\"one\", \"another\") after IN"));
        }
        self.take();
        let mut values = vec![self.value()?];
        while self.peek() == Some(&Token::Comma) {
            self.take();
            values.push(self.value()?);
        }
        if self.peek() != Some(&Token::Close) {
            return Err(self.wrong("expected a comma or a closing bracket"));
        }
        self.take();
        Ok(values)
    }

    fn value(&mut self) -> Result<Value, SyntaxError> {
        let value = match self.peek() {
            Some(Token::Text(text)) => Value::Text(text.clone()),
            Some(Token::Number(number)) => Value::Number(*number),
            Some(Token::Term(term)) => Value::Term(term.clone()),
            Some(Token::Word(word)) if word == "true" || word == "false" => {
                Value::Text(word.clone())
            }
            Some(Token::Word(word)) => {
                let span = self.span();
                return Err(SyntaxError {
                    span,
                    message: format!("texts stand in quotes: \"{word}\""),
                    correction: replaced(self.text, span, &format!("\"{word}\"")),
                });
            }
            _ => return Err(self.wrong("expected a \"text\" or a number")),
        };
        self.take();
        Ok(value)
    }
}

fn single_or(mut parts: Vec<Condition>, join: fn(Vec<Condition>) -> Condition) -> Condition {
    match (parts.len(), parts.pop()) {
        (1, Some(only)) => only,
        (_, last) => {
            parts.extend(last);
            join(parts)
        }
    }
}

fn replaced(text: &str, span: Span, with: &str) -> Option<String> {
    Some(format!("{}{with}{}", text.get(..span.start)?, text.get(span.end..)?))
}

fn tokenize(text: &str) -> Result<Vec<(Token, Span)>, SyntaxError> {
    let mut tokens = Vec::new();
    let mut characters = text.char_indices().peekable();
    while let Some((start, character)) = characters.next() {
        let mut end = start + character.len_utf8();
        let mut extend_while = |keep: fn(char) -> bool| {
            while let Some((_, next)) = characters.next_if(|(_, next)| keep(*next)) {
                end += next.len_utf8();
            }
            end
        };
        let token = match character {
            _ if character.is_whitespace() => continue,
            '(' => Token::Open,
            ')' => Token::Close,
            ',' => Token::Comma,
            '=' | '!' | '<' | '>' => {
                let end = extend_while(|next| matches!(next, '=' | '<' | '>'));
                operator(text, Span { start, end })?
            }
            '&' | '|' => {
                let end = extend_while(|next| matches!(next, '&' | '|'));
                return Err(symbols(text, Span { start, end }));
            }
            '\'' | '‘' | '’' => {
                let inner_end = extend_while(|next| !matches!(next, '\'' | '‘' | '’'));
                let closing = characters.next().map(|(_, quote)| quote.len_utf8());
                let inner = Span { start: start + character.len_utf8(), end: inner_end };
                let span = Span { start, end: inner_end + closing.unwrap_or_default() };
                return Err(single_quotes(text, span, closing.map(|_| inner)));
            }
            '"' | '“' | '”' | '„' => {
                let closing = |c: char| !matches!(c, '"' | '“' | '”');
                let inner_end = extend_while(closing);
                let inner = text.get(start + character.len_utf8()..inner_end).unwrap_or_default();
                let Some((_, quote)) = characters.next() else {
                    return Err(SyntaxError {
                        span: Span { start, end: inner_end },
                        message: "this quote is never closed".to_owned(),
                        correction: Some(format!("{text}\"")),
                    });
                };
                end = inner_end + quote.len_utf8();
                Token::Text(inner.to_owned())
            }
            _ if character.is_ascii_digit() || character == '-' => {
                let end = extend_while(|next| next.is_alphanumeric() || next == '.');
                let written = text.get(start..end).unwrap_or_default();
                match Term::parse(written) {
                    Some(term) => Token::Term(term),
                    None => number(written, Span { start, end })?,
                }
            }
            _ if is_name(character) => {
                let end = extend_while(is_name);
                Token::Word(text.get(start..end).unwrap_or_default().to_owned())
            }
            other => {
                return Err(SyntaxError {
                    span: Span { start, end },
                    message: format!("`{other}` has no meaning in a condition"),
                    correction: None,
                });
            }
        };
        tokens.push((token, Span { start, end }));
    }
    Ok(tokens)
}

fn is_name(character: char) -> bool {
    character.is_alphanumeric() || matches!(character, '_' | '.' | '-')
}

/// `&&` for AND, `||` for OR.
fn symbols(text: &str, span: Span) -> SyntaxError {
    let symbol = written(text, span);
    let keyword = if symbol.starts_with('&') { "AND" } else { "OR" };
    SyntaxError {
        span,
        message: format!("write {keyword}, not {symbol}"),
        correction: replaced(text, span, keyword),
    }
}

/// `'chat'` for `"chat"`; without an `inner` it is never closed.
fn single_quotes(text: &str, span: Span, inner: Option<Span>) -> SyntaxError {
    let quoted = inner.map(|inner| format!("\"{}\"", written(text, inner)));
    SyntaxError {
        span,
        message: "texts stand in double quotes".to_owned(),
        correction: quoted.and_then(|quoted| replaced(text, span, &quoted)),
    }
}

fn written(text: &str, span: Span) -> &str {
    text.get(span.start..span.end).unwrap_or_default()
}

fn operator(text: &str, span: Span) -> Result<Token, SyntaxError> {
    let symbol = written(text, span);
    let operator = match symbol {
        "=" | "==" => Operator::Equal,
        "!=" => Operator::NotEqual,
        "<" => Operator::Less,
        "<=" => Operator::LessOrEqual,
        ">" => Operator::Greater,
        ">=" => Operator::GreaterOrEqual,
        _ => {
            let message = format!("`{symbol}` is no operator: use =, !=, <, <=, >, >= or IN");
            let meant = match symbol {
                "=<" => Some("<="),
                "=>" => Some(">="),
                "<>" => Some("!="),
                "!" => Some("NOT "),
                _ => None,
            };
            let correction = meant.and_then(|meant| replaced(text, span, meant));
            return Err(SyntaxError { span, message, correction });
        }
    };
    Ok(Token::Operator(operator))
}

fn number(digits: &str, span: Span) -> Result<Token, SyntaxError> {
    digits.parse().map(Token::Number).map_err(|_| SyntaxError {
        span,
        message: format!("`{digits}` is no number"),
        correction: None,
    })
}
