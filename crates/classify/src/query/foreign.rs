//! What other products write, and what stands for it here: signs for AND, OR and NOT, wildcards inside
//! a word, ranges of an attribute, proximity. Each is refused with its translation.

use feedback::Span;
use feedback::condition::{Attribute, Scope};

use super::lexer::{Fault, Lexer, Token, is_word};
use super::{EDIT_LETTERS_MIN, PREFIX_LETTERS_MIN, TAIL_LETTERS_MIN};

/// The proximity keyword that a word stands for before `/n`: `w/3` and `pre/3` are other products'.
pub(super) fn proximity(word: &str) -> Option<&'static str> {
    Some(match word.to_uppercase().as_str() {
        "NEAR" | "W" | "WITHIN" | "ADJ" => "NEAR",
        "BEFORE" | "PRE" => "BEFORE",
        _ => return None,
    })
}

/// The keyword and the count of `NEAR3`.
pub(super) fn counted(word: &str) -> Option<(&'static str, usize)> {
    let keyword = word.trim_end_matches(|each: char| each.is_ascii_digit());
    let count = word.strip_prefix(keyword).filter(|digits| !digits.is_empty())?.parse().ok()?;
    match keyword.to_uppercase().as_str() {
        "NEAR" | "ADJ" => Some(("NEAR", count)),
        "BEFORE" => Some(("BEFORE", count)),
        _ => None,
    }
}

/// A sign of comparison that is none.
pub(super) fn comparison(symbol: &str, span: Span) -> Fault {
    let meant = match symbol {
        "=<" | "≤" => "<=",
        "=>" | "≥" => ">=",
        _ if symbol.contains('!') => "!=",
        _ => "=",
    };
    let message = format!("{symbol} is no operator");
    Fault::new(span, message, "use =, !=, <, <=, >, >= or IN").with(meant)
}

/// What an attribute is called here that another product writes before a colon.
fn attribute(name: &str) -> Option<String> {
    let lower = name.to_lowercase();
    [lower.clone(), format!("score.{lower}")]
        .into_iter()
        .find(|name| Attribute::from_name(name, Scope::Rule).is_ok())
}

impl Lexer<'_> {
    /// Whether a word or a bracket is due here, not an operator.
    fn operand_due(&self) -> bool {
        match self.tokens.last() {
            None | Some((Token::Open | Token::Comma | Token::Near { .. }, _)) => true,
            Some((Token::Word(word), _)) => matches!(word.as_str(), "AND" | "OR" | "NOT" | "NOTIN"),
            Some(_) => false,
        }
    }

    /// A sign that means nothing in a rule, with what stands for it.
    pub(super) fn foreign_sign(&mut self, sign: char) -> Fault {
        let start = self.at;
        let due = self.operand_due();
        let written = self.take_while(|each| each == sign);
        let span = Span { start, end: self.at };
        let attached = self.peek().is_some_and(|next| !next.is_whitespace());
        let (message, advice, replacement) = match sign {
            '|' | ';' => (format!("{written} is no operator"), "write OR", " OR "),
            '+' if due => (format!("{written} has no meaning before a word"), "remove it", " "),
            '&' | '+' => (format!("{written} is no operator"), "write AND", " AND "),
            '-' | '!' if due && attached => {
                (format!("{written} is no operator"), "write NOT", "NOT ")
            }
            '-' | '!' if attached => {
                (format!("{written} is no operator"), "write AND NOT", " AND NOT ")
            }
            '[' | '{' => (format!("{written} is no bracket here"), "write (", "("),
            ']' | '}' => (format!("{written} is no bracket here"), "write )", ")"),
            _ => {
                let advice = "remove it, or put the words in quotes";
                (format!("{written} has no meaning in a rule"), advice, " ")
            }
        };
        Fault::new(span, message, advice).with(replacement)
    }

    /// `techn*logy`, `*`s inside a word: only its beginning or its end can be asked for.
    pub(super) fn inner_wildcard(&mut self, start: usize, before: &str) -> Fault {
        let rest = self.take_while(|each| is_word(each) || each == '*');
        let span = Span { start, end: self.at };
        let after = rest.rsplit('*').next().unwrap_or_default();
        let letters = |part: &str| part.chars().count();
        let mend = if letters(before) >= PREFIX_LETTERS_MIN {
            format!("{before}*")
        } else if letters(after) >= TAIL_LETTERS_MIN {
            format!("*{after}")
        } else {
            format!("{before}{}", rest.replace('*', ""))
        };
        let message = "* stands at the end of a word, or before the end of a compound";
        Fault::new(span, message, format!("write {mend}")).with(mend)
    }

    /// `colo?r`: one letter can't be left open, but a typing error can be allowed for.
    pub(super) fn one_letter_wildcard(&mut self, start: usize, before: &str) -> Fault {
        let rest = self.take_while(|each| is_word(each) || matches!(each, '?' | '*'));
        let span = Span { start, end: self.at };
        let word: String =
            format!("{before}{rest}").chars().filter(|each| !matches!(each, '?' | '*')).collect();
        let mend = if word.chars().count() >= EDIT_LETTERS_MIN {
            format!("{word}~1")
        } else if before.chars().count() >= PREFIX_LETTERS_MIN {
            format!("{before}*")
        } else {
            word
        };
        let advice = format!("write the words out, joined by OR, or {mend}");
        Fault::new(span, "? is no wildcard", advice).with(mend)
    }

    /// `NEAR4`.
    pub(super) fn glued_count(&self, start: usize, word: &str) -> Result<Token, Fault> {
        let (keyword, count) = counted(word).unwrap_or(("NEAR", super::WORDS_BETWEEN));
        let right = format!("{keyword}/{}", count.min(super::WORDS_BETWEEN_MAX));
        let span = Span { start, end: self.at };
        let message = "a count stands after /";
        Err(Fault::new(span, message, format!("write {right}")).with(right))
    }

    /// `nps:[0 TO 6]`, `channel:social`, `tv/radio`.
    pub(super) fn sign_after_word(&mut self, start: usize, word: &str, sign: char) -> Fault {
        self.at += sign.len_utf8();
        if sign == ':'
            && let Some(name) = attribute(word)
        {
            return self.field(start, &name);
        }
        let after = self.word();
        let span = Span { start, end: self.at };
        let mend = if after.is_empty() { word.to_owned() } else { format!("({word} OR {after})") };
        let advice = "put the words in quotes, or write OR between them";
        Fault::new(span, format!("{sign} has no meaning after a word"), advice).with(mend)
    }

    /// What follows the colon of an attribute: a value, or a range in brackets.
    fn field(&mut self, start: usize, name: &str) -> Fault {
        let inner = match self.peek() {
            Some('[' | '{') => {
                let inner = self.take_while(|each| !matches!(each, ']' | '}'));
                let closing = self.peek().map_or(0, char::len_utf8);
                self.at += closing;
                inner
            }
            _ => self.take_while(|each| is_word(each) || matches!(each, '.' | '-' | '"')),
        };
        let span = Span { start, end: self.at };
        let range = inner.trim_start_matches(['[', '{']);
        let bound = |text: &str, operator: &str| {
            let text = text.trim();
            text.parse::<f64>().ok().map(|_| format!("{name} {operator} {text}"))
        };
        let mend = match range.split_once(" TO ") {
            Some((low, high)) => {
                let bounds = [bound(low, ">="), bound(high, "<=")];
                bounds.into_iter().flatten().collect::<Vec<_>>().join(" AND ")
            }
            None => bound(range, "=")
                .unwrap_or_else(|| format!("{name} = \"{}\"", range.trim_matches('"'))),
        };
        let message = "an attribute is compared with =, !=, <, <=, >, >= or IN";
        Fault::new(span, message, format!("write {mend}")).with(mend)
    }
}
