//! What to say, and what to write instead, where a rule lacks an operator or a word: the faults that
//! people who know another product's language make most.

use feedback::Span;

use super::lexer::{Fault, Token};
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
    /// What to say where a word should stand.
    pub(super) fn missing_operand(&self) -> Fault {
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
    pub(super) fn unexpected(&self) -> Fault {
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
