//! The signs of the rule language, with their places. Curly quotes are taken as straight ones; every
//! other sign that another product uses for an operator is refused with the one to write here (see
//! `foreign`).

use feedback::Span;
use feedback::condition::{Attribute, Operator, Scope as ConditionScope};

use super::Form;

/// A sign of a rule.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Token {
    /// A bare word: a term, a keyword or an attribute's name.
    Word(String),
    /// A word with a sign: `=word`, `word*`, `*tail`, `word~1`.
    Formed(String, Form),
    /// `"…"`, with `exact` where `=` stands before it, and `~n` after it.
    Quoted {
        /// What stands between the quotes.
        text: String,
        /// Whether `=` stands before it.
        exact: bool,
        /// The n of `~n`.
        slop: Option<usize>,
    },
    /// `@id`
    Family(String),
    /// `#id`, `#n`
    List(String),
    /// `NEAR`, `NEAR/n`, `BEFORE/n`
    Near {
        /// Whether it is BEFORE.
        ordered: bool,
        /// The n, where one is written.
        words: Option<usize>,
    },
    /// A comparison's operator.
    Operator(Operator),
    /// `(`
    Open,
    /// `)`
    Close,
    /// `,`
    Comma,
}

/// A fault at a place, and what to put there instead, where that is clear.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fault {
    /// Where.
    pub(crate) span: Span,
    /// What is wrong.
    pub(crate) message: String,
    /// What to do.
    pub(crate) advice: String,
    /// What to put, and in the place of what.
    pub(crate) replacement: Option<(Span, String)>,
    /// Whether the rule is beyond a limit, and so can't be mended here.
    pub(crate) is_limit: bool,
}

impl Fault {
    pub(crate) fn new(span: Span, message: impl Into<String>, advice: impl Into<String>) -> Self {
        let (message, advice) = (message.into(), advice.into());
        Self { span, message, advice, replacement: None, is_limit: false }
    }

    /// The same fault, mended by `replacement` at its place.
    pub(crate) fn with(self, replacement: impl Into<String>) -> Self {
        let span = self.span;
        self.with_at(span, replacement)
    }

    /// The same fault, mended by `replacement` at another place.
    pub(crate) fn with_at(mut self, span: Span, replacement: impl Into<String>) -> Self {
        self.replacement = Some((span, replacement.into()));
        self
    }
}

/// Splits a rule into its signs.
pub(crate) fn tokenize(text: &str) -> Result<Vec<(Token, Span)>, Fault> {
    let mut lexer = Lexer { text, at: 0, tokens: Vec::new() };
    while let Some(character) = lexer.peek() {
        if character.is_whitespace() {
            lexer.at += character.len_utf8();
            continue;
        }
        let start = lexer.at;
        let token = lexer.token(character)?;
        lexer.tokens.push((token, Span { start, end: lexer.at }));
    }
    Ok(lexer.tokens)
}

pub(super) struct Lexer<'a> {
    pub(super) text: &'a str,
    pub(super) at: usize,
    pub(super) tokens: Vec<(Token, Span)>,
}

fn is_quote(character: char) -> bool {
    matches!(character, '"' | '“' | '”' | '„' | '‟' | '«' | '»')
}

pub(super) fn is_word(character: char) -> bool {
    character.is_alphanumeric()
        || matches!(character, '_' | '\'' | '’' | '‘' | '€' | '$' | '£' | '¥' | '%')
        || (!character.is_ascii() && !character.is_whitespace() && !is_quote(character))
}

fn is_inner(character: char) -> bool {
    is_word(character) || matches!(character, '.' | '-')
}

fn is_id(character: char) -> bool {
    character.is_ascii_alphanumeric() || matches!(character, '_' | '.' | '-')
}

impl Lexer<'_> {
    pub(super) fn rest(&self) -> &str {
        self.text.get(self.at..).unwrap_or_default()
    }

    pub(super) fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    pub(super) fn take_while(&mut self, keep: impl Fn(char) -> bool) -> String {
        let rest = self.rest();
        let length = rest.find(|each: char| !keep(each)).unwrap_or(rest.len());
        let taken = rest.get(..length).unwrap_or_default().to_owned();
        self.at += length;
        taken
    }

    fn token(&mut self, character: char) -> Result<Token, Fault> {
        let start = self.at;
        let length = character.len_utf8();
        let here = Span { start, end: start + length };
        match character {
            '(' => Ok(self.single(length, Token::Open)),
            ')' => Ok(self.single(length, Token::Close)),
            ',' => Ok(self.single(length, Token::Comma)),
            '<' | '>' => self.operator(),
            '!' if self.rest().starts_with("!=") => self.operator(),
            '=' if self.after_attribute() || !self.exact_follows() => self.operator(),
            '=' => {
                self.at += length;
                if self.peek().is_some_and(is_quote) {
                    return self.quoted(true);
                }
                let word = self.word();
                Ok(Token::Formed(word, Form::Exact))
            }
            _ if is_quote(character) => self.quoted(false),
            '@' | '#' => {
                self.at += length;
                let name = self.take_while(is_id);
                if name.is_empty() {
                    let advice =
                        format!("write {character} and an id of words/<lang>.toml after it");
                    let message = format!("{character} names nothing");
                    return Err(Fault::new(here, message, advice).with(""));
                }
                Ok(if character == '@' { Token::Family(name) } else { Token::List(name) })
            }
            '*' => self.tail(),
            '-' if self.is_negative_number() => {
                self.at += length;
                let digits = self.word();
                Ok(Token::Word(format!("-{digits}")))
            }
            _ if is_word(character) => self.bare(),
            other => Err(self.foreign_sign(other)),
        }
    }

    fn single(&mut self, length: usize, token: Token) -> Token {
        self.at += length;
        token
    }

    /// Whether the sign before is an attribute's name, so that `=` compares.
    fn after_attribute(&self) -> bool {
        match self.tokens.last() {
            Some((Token::Word(name), _)) => {
                Attribute::from_name(name, ConditionScope::Rule).is_ok()
            }
            _ => false,
        }
    }

    /// Whether a value is due here and digits follow.
    fn is_negative_number(&self) -> bool {
        let value_due = matches!(
            self.tokens.last(),
            Some((Token::Operator(_) | Token::Open | Token::Comma, _))
        );
        value_due && self.rest().chars().nth(1).is_some_and(|next| next.is_ascii_digit())
    }

    fn exact_follows(&self) -> bool {
        self.rest().chars().nth(1).is_some_and(|next| is_word(next) || is_quote(next))
    }

    fn operator(&mut self) -> Result<Token, Fault> {
        let start = self.at;
        let symbol = self.take_while(|each| matches!(each, '=' | '<' | '>' | '!'));
        let span = Span { start, end: self.at };
        let operator = match symbol.as_str() {
            "=" | "==" => Operator::Equal,
            "!=" | "<>" => Operator::NotEqual,
            "<" => Operator::Less,
            "<=" => Operator::LessOrEqual,
            ">" => Operator::Greater,
            ">=" => Operator::GreaterOrEqual,
            _ => return Err(super::foreign::comparison(&symbol, span)),
        };
        Ok(Token::Operator(operator))
    }

    fn quoted(&mut self, exact: bool) -> Result<Token, Fault> {
        let start = self.at;
        self.at += self.peek().map_or(0, char::len_utf8);
        let text = self.take_while(|each| !is_quote(each));
        let Some(closing) = self.peek() else {
            let span = Span { start, end: self.text.len() };
            let whole = self.text.get(start..).unwrap_or_default();
            return Err(Fault::new(span, "this quote is never closed", "close it")
                .with(format!("{}\"", whole.trim_end())));
        };
        self.at += closing.len_utf8();
        let slop = self.count_after('~')?;
        Ok(Token::Quoted { text, exact, slop })
    }

    /// `n` of `~n` or `/n`, where that sign stands here.
    pub(super) fn count_after(&mut self, sign: char) -> Result<Option<usize>, Fault> {
        if self.peek() != Some(sign) {
            return Ok(None);
        }
        let start = self.at;
        self.at += 1;
        let blanks = self.take_while(char::is_whitespace);
        let digits = self.take_while(|each| each.is_ascii_digit());
        if digits.is_empty() {
            self.at -= blanks.len();
        }
        let span = Span { start, end: self.at };
        let most = super::WORDS_BETWEEN_MAX;
        match digits.parse() {
            Ok(count) if count <= most && blanks.is_empty() => Ok(Some(count)),
            count => {
                let message = format!("{sign} needs a whole number up to {most} right after it");
                let mend = match count {
                    Ok(count) => most.min(count),
                    Err(_) if digits.is_empty() => 3,
                    Err(_) => most,
                };
                let mend = format!("{sign}{mend}");
                Err(Fault::new(span, message, format!("write {mend}")).with(mend))
            }
        }
    }

    pub(super) fn word(&mut self) -> String {
        let word = self.take_while(is_inner);
        let trimmed = word.trim_end_matches(['.', '-']);
        self.at -= word.len() - trimmed.len();
        trimmed.to_owned()
    }

    fn tail(&mut self) -> Result<Token, Fault> {
        let start = self.at;
        self.at += 1;
        let word = self.word();
        let span = Span { start, end: self.at };
        if self.peek() == Some('*') {
            let span = Span { start, end: self.at + 1 };
            return Err(Fault::new(span, "a word may have * on one side only", "keep one of them")
                .with(format!("*{word}")));
        }
        if word.chars().count() < super::TAIL_LETTERS_MIN {
            let advice = format!("write at least 4 letters after *, or the word itself: {word}");
            let fault = Fault::new(span, format!("*{word} would take too much"), advice);
            return Err(fault.with(word));
        }
        Ok(Token::Formed(word, Form::Tail))
    }

    /// A bare word, and what its ending makes of it.
    fn bare(&mut self) -> Result<Token, Fault> {
        let start = self.at;
        let word = self.word();
        match self.peek() {
            Some('*') => {
                self.at += 1;
                if self.peek().is_some_and(|next| next == '*' || is_word(next)) {
                    return Err(self.inner_wildcard(start, &word));
                }
                let span = Span { start, end: self.at };
                if word.chars().count() < super::PREFIX_LETTERS_MIN {
                    let advice =
                        format!("write at least 3 letters before *, or the word itself: {word}");
                    let message = format!("{word}* would take too much");
                    return Err(Fault::new(span, message, advice).with(word));
                }
                Ok(Token::Formed(word, Form::Prefix))
            }
            Some('~') => {
                self.at += 1;
                let edits = self.take_while(|each| each.is_ascii_digit() || each == '.');
                let span = Span { start, end: self.at };
                let long = word.chars().count() >= super::EDIT_LETTERS_MIN;
                if edits != "1" && long {
                    return Err(Fault::new(span, "only one edit can be asked for", "write ~1")
                        .with(format!("{word}~1")));
                }
                if !long {
                    let message = format!("{word}~1 would take too much");
                    let advice = format!("~1 needs at least 5 letters; write {word}");
                    return Err(Fault::new(span, message, advice).with(word));
                }
                Ok(Token::Formed(word, Form::Edit))
            }
            Some('?') => Err(self.one_letter_wildcard(start, &word)),
            Some(sign @ ('/' | ':')) => self.near_or_slash(start, &word, sign),
            _ if super::foreign::counted(&word).is_some() => self.glued_count(start, &word),
            _ => Ok(match word.as_str() {
                "NEAR" => Token::Near { ordered: false, words: None },
                "BEFORE" => Token::Near { ordered: true, words: None },
                _ => Token::Word(word),
            }),
        }
    }

    fn near_or_slash(&mut self, start: usize, word: &str, sign: char) -> Result<Token, Fault> {
        let Some(keyword) = super::foreign::proximity(word) else {
            return Err(self.sign_after_word(start, word, sign));
        };
        let words = self.count_after(sign)?;
        if keyword != word || sign == ':' {
            let right = format!("{keyword}/{}", words.unwrap_or(super::WORDS_BETWEEN));
            let span = Span { start, end: self.at };
            return Err(Fault::new(
                span,
                "keywords are upper case, and a count stands after /",
                format!("write {right}"),
            )
            .with(right));
        }
        Ok(Token::Near { ordered: word == "BEFORE", words })
    }
}
