//! What to say, and what to write instead, where a rule lacks an operator or a word: the faults that
//! people who know another product's language make most.

use feedback::Span;

use super::Scope;
use super::lexer::{Fault, Token};
use super::mend::PLACEHOLDER;
use super::parser::Parser;

/// The keyword that a word in lower case, or in Dutch, stands for.
pub(super) fn meant(word: &str) -> Option<&'static str> {
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
    /// What to say where a word should stand: what has nothing to join is left out.
    pub(super) fn missing_operand(&self) -> Fault {
        let (before, here) = (self.last_span(), self.span());
        let advice = "write a word, \"phrase\", @family or #list there";
        let Some(found) = self.peek() else {
            if self.tokens.is_empty() {
                let whole = Span { start: 0, end: self.text.len() };
                return Fault::new(whole, "the rule is empty", advice).with(PLACEHOLDER);
            }
            let message = format!("a word is missing after {}", self.written(before));
            return Fault::new(before, message, advice).with_at(self.dangling(), "");
        };
        let message = format!("a word is missing before {}", self.written(here));
        let fault = Fault::new(here, message, advice);
        match found {
            Token::Close if self.next > 0 => {
                let closes_nothing =
                    matches!(self.tokens.get(self.next - 1), Some((Token::Open, _)));
                let end = if closes_nothing { here.end } else { before.end };
                fault.with_at(Span { end, ..self.dangling() }, "")
            }
            _ => fault.with(""),
        }
    }

    /// What stands before here and joins nothing: an operator, or an open bracket with its scope.
    fn dangling(&self) -> Span {
        let before = self.last_span();
        let scope = match self.next.checked_sub(2).and_then(|at| self.tokens.get(at)) {
            Some((Token::Word(word), span)) if Scope::from_keyword(word).is_some() => Some(span),
            _ => None,
        };
        match (self.next.checked_sub(1).and_then(|at| self.tokens.get(at)), scope) {
            (Some((Token::Open, _)), Some(scope)) => Span { start: scope.start, end: before.end },
            _ => before,
        }
    }

    /// What stands where an operator or the end should: most often an operator is missing.
    pub(super) fn unexpected(&self) -> Fault {
        let span = self.span();
        let before = self.last_span();
        let written = self.written(span).to_owned();
        match self.peek() {
            Some(Token::Word(word)) => match meant(word) {
                Some(keyword) if keyword != word => {
                    let keyword = if keyword == "NOT" { "AND NOT" } else { keyword };
                    let message = format!("{word} is no operator");
                    Fault::new(span, message, format!("write {keyword}, in upper case"))
                        .with(keyword)
                }
                _ => self.no_operator(before, span),
            },
            Some(token) if starts_operand(token) => self.no_operator(before, span),
            Some(Token::Close) => {
                Fault::new(span, "a bracket closes that was never opened", "remove it").with("")
            }
            Some(Token::Comma) => {
                Fault::new(span, "a comma joins nothing in a rule", "write OR").with(" OR ")
            }
            _ => {
                let message = format!("{written} makes no sense here");
                Fault::new(span, message, "write AND, OR or NEAR here").with(" ")
            }
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
        let each: Vec<&str> = words.split_whitespace().collect();
        let advice =
            format!("write ({}) for any of them, or NEAR/n, or as a phrase", each.join(" OR "));
        Fault::new(Span { start: first, end }, message, advice).with(format!("\"{words}\""))
    }
}

/// Whether a word, phrase, family, list or bracket begins with this sign.
pub(super) fn starts_operand(token: &Token) -> bool {
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
