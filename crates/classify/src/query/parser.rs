//! Reads a rule. Precedence: NEAR, BEFORE and NOTIN, then NOT, AND, OR. The first fault ends the
//! reading; `mend` goes on from there.

use feedback::Span;

use super::lexer::{Fault, Token, tokenize};
use super::missing::{meant, starts_operand};
use super::positive::{Join, positive, scoped, spread};
use super::{DEPTH_MAX, Expression, Form, Scope, WORDS_BETWEEN, Word};

/// How many parts the operands of a NEAR may have, multiplied, for it to be spread over them.
const SPREAD_MAX: usize = 256;

/// Reads a rule up to its first fault.
pub(super) fn read(text: &str) -> Result<Expression, Fault> {
    let tokens = tokenize(text)?;
    let mut parser = Parser { text, tokens, next: 0 };
    let mut alternatives = Vec::new();
    let mut wordless = None;
    loop {
        let start = parser.span().start;
        let alternative = parser.all_of(0)?;
        if !alternative.is_positive() {
            wordless = wordless.or(Some(Span { start, end: parser.last_span().end }));
        }
        alternatives.push(alternative);
        if !parser.keyword("OR") {
            break;
        }
    }
    if parser.peek().is_some() {
        return Err(parser.unexpected());
    }
    let expression = only_or(alternatives, Expression::Or);
    let Some(span) = wordless else { return Ok(expression) };
    let whole = Span { start: 0, end: text.len() };
    let message = "this alternative needs no word at all, so it would take nearly everything";
    let advice = "join it to a word, phrase, @family or #list with AND";
    Err(Fault::new(span, message, advice).with_at(whole, positive(expression).to_string()))
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
        let fault = Fault::new(self.span(), message, "split the rule, or move words to a #list");
        Err(Fault { is_limit: true, ..fault })
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
                    let join = |left, right| {
                        let (left, right) = (Box::new(left), Box::new(right));
                        Expression::Near { left, right, words, ordered }
                    };
                    left = self.joined(left, (start, operator), depth, &join)?;
                }
                Some(Token::Word(word)) if word == "NOTIN" => {
                    self.next += 1;
                    let join = |inner, outer| {
                        let (inner, outer) = (Box::new(inner), Box::new(outer));
                        Expression::NotIn { inner, outer }
                    };
                    left = self.joined(left, (start, operator), depth, &join)?;
                }
                _ => return Ok(left),
            }
        }
    }

    /// Reads the right operand and joins it to the left one, which begins at `start`; both must find
    /// places.
    fn joined(
        &mut self,
        left: Expression,
        (start, operator): (usize, Span),
        depth: usize,
        join: Join<'_>,
    ) -> Result<Expression, Fault> {
        let right_start = self.span().start;
        // NOT binds less closely: it is read here only to say what to write instead.
        let is_not = matches!(self.peek(), Some(Token::Word(word)) if word == "NOT");
        let right = if is_not { self.negation(depth)? } else { self.atom(depth)? };
        let end = self.last_span().end;
        let wrong = if !left.has_positions() {
            Span { start, end: operator.start }
        } else if right.has_positions() {
            return Ok(join(left, right));
        } else {
            Span { start: right_start, end }
        };
        let fault = self.no_positions(wrong, operator);
        let mend = if left.size() * right.size() > SPREAD_MAX {
            Expression::And(vec![left, right])
        } else {
            spread(left, right, join)
        };
        Err(fault.with_at(Span { start, end }, format!("({mend})")))
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

    /// What to say of an operand that finds no places.
    fn no_positions(&self, operand: Span, operator: Span) -> Fault {
        let message = format!(
            "{} takes words, phrases, families, lists, and OR or NEAR of these",
            self.written(operator)
        );
        let advice = "take AND, NOT, scopes and attributes out of it, and join them with AND";
        Fault::new(operand, message, advice)
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
                self.has_words(&text, span)?;
                Ok(Expression::Word(Word { text, form }))
            }
            Token::Quoted { text, exact, slop } => {
                self.next += 1;
                self.has_words(&text, span)?;
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
        if let Some(scope) = Scope::from_keyword(&word) {
            return self.scoped(scope, span, depth);
        }
        if self.peek_at(1) == Some(&Token::Open)
            && let Some(keyword) = scope_meant(&word)
        {
            let message = if keyword == word.to_uppercase() {
                "keywords are upper case".to_owned()
            } else {
                format!("there is no scope {word}")
            };
            return Err(Fault::new(span, message, format!("write {keyword}")).with(keyword));
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
        self.has_words(&word, span)?;
        Ok(Expression::Word(Word { text: word, form: Form::Stem }))
    }

    fn scoped(&mut self, scope: Scope, keyword: Span, depth: usize) -> Result<Expression, Fault> {
        self.check_depth(depth)?;
        self.next += 1;
        let open = self.span();
        if self.peek() != Some(&Token::Open) {
            return Err(self.no_brackets(keyword));
        }
        self.next += 1;
        let inner = self.any_of(depth + 1)?;
        self.close(open)?;
        if matches!(scope, Scope::Negated | Scope::Affirmed) && !inner.has_positions() {
            let end = self.last_span();
            let fault = self.no_positions(Span { start: open.end, end: end.start }, keyword);
            let whole = Span { start: keyword.start, end: end.end };
            return Err(fault.with_at(whole, format!("({})", scoped(scope, inner))));
        }
        Ok(Expression::Scoped(scope, Box::new(inner)))
    }

    /// What to say of a scope that is followed by no bracket.
    fn no_brackets(&self, keyword: Span) -> Fault {
        let name = self.written(keyword);
        let message = format!("{name} needs brackets after it");
        let (advice, mend) = match self.peek() {
            Some(token) if starts_operand(token) && *token != Token::Word("NOT".to_owned()) => {
                let operand = self.written(self.span());
                (format!("write {name}(…)"), (self.span().end, format!("{name}({operand})")))
            }
            _ => {
                let lower = name.to_lowercase();
                (format!("write {name}(…), or {lower} for the word"), (keyword.end, lower))
            }
        };
        let whole = Span { start: keyword.start, end: mend.0 };
        Fault::new(keyword, message, advice).with_at(whole, mend.1)
    }

    /// Refuses signs that are no word, between quotes or bare.
    fn has_words(&self, text: &str, span: Span) -> Result<(), Fault> {
        if !crate::text::pieces(text, "").is_empty() {
            return Ok(());
        }
        let written = self.written(span);
        let message = format!("there is no word in {written}");
        Err(Fault::new(span, message, "write a word, or remove it").with(""))
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

/// The scope that a word before a bracket stands for: one of ours in lower case, or another product's.
fn scope_meant(word: &str) -> Option<&'static str> {
    let upper = word.to_uppercase();
    match upper.as_str() {
        "CUSTOMER" => Some(Scope::Sentence.keyword()),
        "DOCUMENT" | "VERBATIM" | "TURN" => Some(Scope::Text.keyword()),
        other => Scope::from_keyword(other).map(Scope::keyword),
    }
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
