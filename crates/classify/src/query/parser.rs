//! Reads a rule. Precedence: NEAR, BEFORE and NOTIN, then NOT, AND, OR. A fault is mended where it
//! stands and the reading begun again, so that the corrected rule offered is one that reads.

use feedback::Span;
use feedback::condition::{Attribute, Comparison, Operator, Scope as ConditionScope, Value};

use super::lexer::{Fault, Token, tokenize};
use super::{DEPTH_MAX, Expression, Form, RULE_BYTES_MAX, RuleError, Scope, Word};

/// How many faults are mended one after the other before no correction is offered.
const MENDS_MAX: usize = 16;
/// How many words may stand between where NEAR or BEFORE says no number.
const WORDS_BETWEEN: usize = 3;

/// Parses a rule; the error names the first fault and the whole rule as it should read.
pub(crate) fn parse(text: &str) -> Result<Expression, RuleError> {
    if text.len() > RULE_BYTES_MAX {
        return Err(RuleError {
            span: Span { start: 0, end: text.len() },
            message: format!("the rule has {} bytes, {RULE_BYTES_MAX} at most", text.len()),
            advice: "move its words to a #list of words/<lang>.toml".to_owned(),
            correction: None,
        });
    }
    let fault = match parse_once(text) {
        Ok(expression) => return Ok(expression),
        Err(fault) => fault,
    };
    let correction = corrected(text, &fault);
    Err(RuleError { span: fault.span, message: fault.message, advice: fault.advice, correction })
}

/// The rule with its faults mended one by one, if it then reads.
fn corrected(text: &str, first: &Fault) -> Option<String> {
    let mut text = mended(text, first)?;
    for _ in 0..MENDS_MAX {
        match parse_once(&text) {
            Ok(_) => return Some(text),
            Err(fault) => text = mended(&text, &fault)?,
        }
    }
    None
}

fn mended(text: &str, fault: &Fault) -> Option<String> {
    let replacement = fault.replacement.as_deref()?;
    let before = text.get(..fault.span.start)?;
    let after = text.get(fault.span.end..)?;
    let replacement = if before.ends_with(' ') { replacement.trim_start() } else { replacement };
    let replacement = if after.starts_with(' ') { replacement.trim_end() } else { replacement };
    Some(format!("{before}{replacement}{after}"))
}

fn parse_once(text: &str) -> Result<Expression, Fault> {
    let tokens = tokenize(text)?;
    let mut parser = Parser { text, tokens, next: 0 };
    let expression = parser.any_of(0)?;
    if parser.peek().is_some() {
        return Err(parser.unexpected());
    }
    if !expression.is_positive() {
        let span = Span { start: 0, end: text.len() };
        let message =
            "an alternative of this rule needs no word at all, so it would take nearly everything";
        let advice = "join a word, phrase, @family or #list to each alternative with AND";
        return Err(Fault::new(span, message, advice));
    }
    Ok(expression)
}

struct Parser<'a> {
    text: &'a str,
    tokens: Vec<(Token, Span)>,
    next: usize,
}

/// The keyword that a word in lower case, or in Dutch, stands for.
fn meant(word: &str) -> Option<&'static str> {
    Some(match word.to_uppercase().as_str() {
        "AND" | "EN" => "AND",
        "OR" | "OF" => "OR",
        "NOT" | "NIET" => "NOT",
        "NEAR" => "NEAR/3",
        "BEFORE" => "BEFORE/3",
        "NOTIN" => "NOTIN",
        _ => return None,
    })
}

impl Parser<'_> {
    fn peek(&self) -> Option<&Token> {
        self.peek_at(0)
    }

    fn peek_at(&self, ahead: usize) -> Option<&Token> {
        self.tokens.get(self.next + ahead).map(|(token, _)| token)
    }

    fn span(&self) -> Span {
        let end = Span { start: self.text.len(), end: self.text.len() };
        self.tokens.get(self.next).map_or(end, |(_, span)| *span)
    }

    fn last_span(&self) -> Span {
        let before = self.next.checked_sub(1).and_then(|last| self.tokens.get(last));
        before.map_or(Span { start: 0, end: 0 }, |(_, span)| *span)
    }

    fn written(&self, span: Span) -> &str {
        self.text.get(span.start..span.end).unwrap_or_default()
    }

    fn keyword(&mut self, keyword: &str) -> bool {
        let found = matches!(self.peek(), Some(Token::Word(word)) if word == keyword);
        self.next += usize::from(found);
        found
    }

    fn any_of(&mut self, depth: usize) -> Result<Expression, Fault> {
        let mut parts = vec![self.all_of(depth)?];
        while self.keyword("OR") {
            parts.push(self.all_of(depth)?);
        }
        Ok(only_or(parts, Expression::Or))
    }

    fn all_of(&mut self, depth: usize) -> Result<Expression, Fault> {
        let mut parts = vec![self.negation(depth)?];
        while self.keyword("AND") {
            parts.push(self.negation(depth)?);
        }
        Ok(only_or(parts, Expression::And))
    }

    fn negation(&mut self, depth: usize) -> Result<Expression, Fault> {
        self.check_depth(depth)?;
        if self.keyword("NOT") {
            return Ok(Expression::Not(Box::new(self.negation(depth + 1)?)));
        }
        if let Some(Token::Word(word)) = self.peek()
            && word != "NOT"
            && meant(word) == Some("NOT")
            && self.peek_at(1).is_some_and(starts_operand)
        {
            return Err(Fault::new(
                self.span(),
                format!("{word} is taken as a word here"),
                "write NOT in upper case for the operator",
            )
            .with("NOT"));
        }
        self.proximity(depth)
    }

    fn check_depth(&self, depth: usize) -> Result<(), Fault> {
        if depth <= DEPTH_MAX {
            return Ok(());
        }
        let message = format!("brackets, scopes and NOT nest deeper than {DEPTH_MAX}");
        Err(Fault::new(self.span(), message, "split the rule, or move words to a #list"))
    }

    fn proximity(&mut self, depth: usize) -> Result<Expression, Fault> {
        let start = self.span().start;
        let mut left = self.atom(depth)?;
        loop {
            let operator = self.span();
            match self.peek() {
                Some(Token::Near { ordered, words }) => {
                    let (ordered, words) = (*ordered, words.unwrap_or(WORDS_BETWEEN));
                    self.next += 1;
                    self.positions(&left, Span { start, end: operator.start }, operator)?;
                    let right_start = self.span().start;
                    let right = self.atom(depth)?;
                    let span = Span { start: right_start, end: self.last_span().end };
                    self.positions(&right, span, operator)?;
                    let (left_side, right) = (Box::new(left), Box::new(right));
                    left = Expression::Near { left: left_side, right, words, ordered };
                }
                Some(Token::Word(word)) if word == "NOTIN" => {
                    self.next += 1;
                    self.positions(&left, Span { start, end: operator.start }, operator)?;
                    let outer_start = self.span().start;
                    let outer = self.atom(depth)?;
                    let span = Span { start: outer_start, end: self.last_span().end };
                    self.positions(&outer, span, operator)?;
                    left = Expression::NotIn { inner: Box::new(left), outer: Box::new(outer) };
                }
                _ => return Ok(left),
            }
        }
    }

    /// Refuses an operand of NEAR and its like that finds no places.
    fn positions(&self, operand: &Expression, span: Span, operator: Span) -> Result<(), Fault> {
        if operand.has_positions() {
            return Ok(());
        }
        let message = format!(
            "{} takes words, phrases, families, lists, and OR or NEAR of these",
            self.written(operator)
        );
        Err(Fault::new(
            span,
            message,
            "take AND, NOT, scopes and attributes out of it, and join them with AND",
        ))
    }

    fn atom(&mut self, depth: usize) -> Result<Expression, Fault> {
        let span = self.span();
        let Some(token) = self.peek().cloned() else {
            return Err(self.missing_operand());
        };
        match token {
            Token::Open => {
                self.next += 1;
                let inner = self.any_of(depth + 1)?;
                self.close(span)?;
                Ok(inner)
            }
            Token::Word(word) => self.word(word, span, depth),
            Token::Formed(text, form) => {
                self.next += 1;
                Ok(Expression::Word(Word { text, form }))
            }
            Token::Quoted { text, exact, slop } => {
                self.next += 1;
                if !has_words(&text) {
                    return Err(Fault::new(
                        span,
                        "this phrase has no words",
                        "write words between the quotes",
                    ));
                }
                Ok(Expression::Phrase { text, exact, slop: slop.unwrap_or(0) })
            }
            Token::Family(name) => {
                self.next += 1;
                Ok(Expression::Family(name, span))
            }
            Token::List(name) => {
                self.next += 1;
                Ok(if name == "n" { Expression::Number } else { Expression::List(name, span) })
            }
            Token::Near { .. } | Token::Operator(_) | Token::Close | Token::Comma => {
                Err(self.missing_operand())
            }
        }
    }

    fn word(&mut self, word: String, span: Span, depth: usize) -> Result<Expression, Fault> {
        let is_scope = self.peek_at(1) == Some(&Token::Open);
        if let Some(scope) = Scope::from_keyword(&word) {
            return self.scoped(scope, span, depth);
        }
        if is_scope && let Some(scope) = Scope::from_keyword(&word.to_uppercase()) {
            let upper = word.to_uppercase();
            return match scope {
                Scope::Text | Scope::Sentence | Scope::Negated | Scope::Affirmed | Scope::Agent => {
                    Err(Fault::new(span, "keywords are upper case", format!("write {upper}"))
                        .with(upper))
                }
            };
        }
        let compares = match self.peek_at(1) {
            Some(Token::Operator(_)) => true,
            Some(Token::Word(next)) => next == "IN",
            _ => false,
        };
        if compares {
            return self.comparison(&word, span);
        }
        if matches!(word.as_str(), "AND" | "OR" | "NOTIN" | "IN") {
            return Err(self.missing_operand());
        }
        if let Some(keyword) = meant(&word).filter(|keyword| *keyword != "NOT") {
            let message = format!("{word} reads like {keyword}");
            let advice = format!("write {keyword} for the operator, \"{word}\" for the word");
            return Err(Fault::new(span, message, advice).with(format!("\"{word}\"")));
        }
        self.next += 1;
        if !has_words(&word) {
            return Err(Fault::new(
                span,
                format!("{word} is no word"),
                "remove it, or write a word",
            ));
        }
        Ok(Expression::Word(Word { text: word, form: Form::Stem }))
    }

    fn scoped(&mut self, scope: Scope, keyword: Span, depth: usize) -> Result<Expression, Fault> {
        self.check_depth(depth)?;
        self.next += 1;
        let open = self.span();
        if self.peek() != Some(&Token::Open) {
            let name = self.written(keyword);
            let message = format!("{name} needs brackets after it");
            return Err(Fault::new(keyword, message, format!("write {name}(…)")));
        }
        self.next += 1;
        let inner = self.any_of(depth + 1)?;
        self.close(open)?;
        if matches!(scope, Scope::Negated | Scope::Affirmed) {
            let span = Span { start: open.end, end: self.last_span().start };
            self.positions(&inner, span, keyword)?;
        }
        Ok(Expression::Scoped(scope, Box::new(inner)))
    }

    fn close(&mut self, open: Span) -> Result<(), Fault> {
        match self.peek() {
            Some(Token::Close) => {
                self.next += 1;
                Ok(())
            }
            None => {
                let end = Span { start: self.text.trim_end().len(), end: self.text.len() };
                let at = if open.start < end.start { end } else { self.span() };
                Err(Fault::new(at, "a bracket is never closed", "write ) at the end").with(")"))
            }
            Some(_) => Err(self.unexpected()),
        }
    }

    fn missing_operand(&self) -> Fault {
        let before = self.last_span();
        let found = self.peek().map(|_| self.written(self.span()).to_owned());
        let message = match (&found, before.end) {
            (None, 0) => "the rule is empty".to_owned(),
            (None, _) => format!("a word is missing after {}", self.written(before)),
            (Some(found), _) => format!("a word is missing before {found}"),
        };
        let fault =
            Fault::new(self.span(), message, "write a word, \"phrase\", @family or #list there");
        match found.as_deref() {
            // A bracket or operator that stands for nothing can go.
            Some(")" | ",") if self.next == 0 => fault.with(""),
            _ => fault,
        }
    }

    /// What stands where an operator or the end should: most often an operator is missing.
    fn unexpected(&self) -> Fault {
        let span = self.span();
        let before = self.last_span();
        let written = self.written(span).to_owned();
        match self.peek() {
            Some(Token::Word(word)) => {
                if let Some(keyword) = meant(word) {
                    return Fault::new(
                        span,
                        format!("{word} is no operator"),
                        format!("write {keyword}, in upper case"),
                    )
                    .with(keyword);
                }
                self.no_operator(before, span)
            }
            Some(token) if starts_operand(token) => self.no_operator(before, span),
            Some(Token::Close) => {
                Fault::new(span, "a bracket closes that was never opened", "remove it").with("")
            }
            _ => Fault::new(
                span,
                format!("{written} makes no sense here"),
                "write AND, OR or NEAR here",
            ),
        }
    }

    /// Two operands side by side: a phrase, if both are bare words; else AND.
    fn no_operator(&self, before: Span, span: Span) -> Fault {
        let is_bare = |index: usize| matches!(self.tokens.get(index), Some((Token::Word(word), _)) if meant(word).is_none());
        let first = before.start;
        if !is_bare(self.next.saturating_sub(1)) || !is_bare(self.next) {
            let (one, other) = (self.written(before), self.written(span));
            let message = format!("no operator stands between {one} and {other}");
            let gap = Span { start: before.end, end: span.start };
            return Fault::new(gap, message, "write AND, OR, NEAR/n or BEFORE/n between them")
                .with(" AND ");
        }
        let mut last = self.next;
        while is_bare(last + 1) {
            last += 1;
        }
        let end = self.tokens.get(last).map_or(span.end, |(_, span)| span.end);
        let words = self.written(Span { start: first, end });
        let message = format!("no operator stands between the words {words}");
        let advice =
            format!("write \"{words}\" for the phrase, or AND, OR, NEAR/n between the words");
        Fault::new(Span { start: first, end }, message, advice).with(format!("\"{words}\""))
    }

    fn comparison(&mut self, name: &str, start: Span) -> Result<Expression, Fault> {
        self.next += 1;
        if let Err(message) = Attribute::from_name(name, ConditionScope::Rule) {
            return Err(Fault::new(start, message, "name one of them, or put a word in quotes"));
        }
        let operator = match self.peek() {
            Some(Token::Operator(operator)) => *operator,
            _ => Operator::In,
        };
        self.next += 1;
        let values = if operator == Operator::In { self.values()? } else { vec![self.value()?] };
        let span = Span { start: start.start, end: self.last_span().end };
        Comparison::new(name, operator, values, ConditionScope::Rule)
            .map(Expression::Compare)
            .map_err(|message| Fault::new(span, message, "write the value that fits"))
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
                    if number.is_finite() && word.starts_with(|c: char| c.is_ascii_digit()) =>
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

fn starts_operand(token: &Token) -> bool {
    match token {
        Token::Word(word) => !matches!(word.as_str(), "AND" | "OR" | "NOTIN" | "IN"),
        Token::Formed(..)
        | Token::Quoted { .. }
        | Token::Family(_)
        | Token::List(_)
        | Token::Open => true,
        Token::Near { .. } | Token::Operator(_) | Token::Close | Token::Comma => false,
    }
}

fn has_words(text: &str) -> bool {
    !crate::text::pieces(text, "").is_empty()
}

fn only_or(mut parts: Vec<Expression>, join: fn(Vec<Expression>) -> Expression) -> Expression {
    match (parts.len(), parts.pop()) {
        (1, Some(only)) => only,
        (_, last) => {
            parts.extend(last);
            join(parts)
        }
    }
}
