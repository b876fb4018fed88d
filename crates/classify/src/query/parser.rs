//! Reads a rule. Precedence: NEAR, BEFORE and NOTIN, then NOT, AND, OR. A fault is mended where it
//! stands and the reading begun again, so that the corrected rule offered is one that reads.

use feedback::Span;

use super::lexer::{Fault, Token, tokenize};
use super::missing::{meant, starts_operand};
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

/// The signs of a rule, and which comes next.
pub(super) struct Parser<'a> {
    pub(super) text: &'a str,
    pub(super) tokens: Vec<(Token, Span)>,
    pub(super) next: usize,
}

impl Parser<'_> {
    pub(super) fn peek(&self) -> Option<&Token> {
        self.peek_at(0)
    }

    fn peek_at(&self, ahead: usize) -> Option<&Token> {
        self.tokens.get(self.next + ahead).map(|(token, _)| token)
    }

    pub(super) fn span(&self) -> Span {
        let end = Span { start: self.text.len(), end: self.text.len() };
        self.tokens.get(self.next).map_or(end, |(_, span)| *span)
    }

    pub(super) fn last_span(&self) -> Span {
        let before = self.next.checked_sub(1).and_then(|last| self.tokens.get(last));
        before.map_or(Span { start: 0, end: 0 }, |(_, span)| *span)
    }

    pub(super) fn written(&self, span: Span) -> &str {
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
                    let (ordered, written) = (*ordered, *words);
                    self.next += 1;
                    self.no_loose_count(operator, written)?;
                    let words = written.unwrap_or(WORDS_BETWEEN);
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

    /// Refuses `NEAR 4`, whose number would be a word.
    fn no_loose_count(&self, operator: Span, words: Option<usize>) -> Result<(), Fault> {
        let count = match self.peek() {
            Some(Token::Word(count)) if words.is_none() => count,
            _ => return Ok(()),
        };
        if !count.bytes().all(|byte| byte.is_ascii_digit())
            || !self.peek_at(1).is_some_and(starts_operand)
        {
            return Ok(());
        }
        let right = format!("{}/{count}", self.written(operator));
        let span = Span { start: operator.start, end: self.span().end };
        let message = "a count stands right after NEAR or BEFORE";
        Err(Fault::new(span, message, format!("write {right}")).with(right))
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
        if matches!(word.as_str(), "AND" | "OR" | "NOT" | "NOTIN" | "IN") {
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
