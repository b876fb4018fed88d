//! The rule languages of other products, carried over into ours: words, phrases, wildcards, similarity,
//! ranges, and what a blank between two words means there. What can't be carried over, or takes more
//! or less here than there, is said.

use super::Remark;
use super::term;

/// What a blank between two words means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Blank {
    /// Any of the words (XM Discover, Verint).
    Any,
    /// A phrase (Text iQ, Thematic, V-Spark).
    Phrase,
}

/// How another product's words are to be read.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Dialect {
    /// What a blank means.
    pub(crate) blank: Blank,
    /// Whether a plain word takes all forms of its stem there, and not itself alone.
    pub(crate) stems: bool,
    /// Whether `and`, `or` and `not` in lower case are operators there.
    pub(crate) lower_case: bool,
}

/// A rule's text, and whether it has to stand in brackets beside an operator.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    One(String),
    Any(Vec<Self>),
    All(Vec<Self>),
    Not(Box<Self>),
}

/// A sign of another product's language.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Token {
    Word(String),
    Quoted { text: String, slop: Option<usize> },
    Field { name: String, value: String },
    And,
    Or,
    Not,
    Open,
    Close,
}

/// Carries a cell over. `None`: nothing of it could be; then a remark says so, or the cell was blank.
pub(crate) fn rule(text: &str, dialect: Dialect, remarks: &mut Vec<Remark>) -> Option<String> {
    let tokens = tokenize(text, dialect);
    if mixes_unbracketed(&tokens) {
        remarks.push(Remark::changed(
            format!("and and or stand side by side in {}", text.trim()),
            "and was read as binding closer than or; put brackets where that is not meant",
        ));
    }
    let mut reader = Reader { tokens, next: 0, dialect, depth: 0, remarks };
    let piece = reader.any();
    let told = remarks.iter().any(|remark| remark.is_lost);
    if piece.is_none() && !told && !text.trim().is_empty() {
        let message = format!("there is no word in “{}”", text.trim());
        let mend = "write the words it stands for, or leave the cell empty";
        remarks.push(Remark::lost(message, mend));
    }
    piece.map(|piece| piece.written(false))
}

/// Joins rules of which one must hold, each on a line.
pub(crate) fn any(mut rules: Vec<String>) -> String {
    if rules.len() == 1 {
        return rules.remove(0);
    }
    let bracketed =
        |rule: &String| if rule.contains(' ') { format!("({rule})") } else { rule.clone() };
    rules.iter().map(bracketed).collect::<Vec<_>>().join("\nOR ")
}

impl Piece {
    fn written(&self, bracketed: bool) -> String {
        let (parts, between) = match self {
            Self::One(text) => return text.clone(),
            Self::Not(inner) => return format!("NOT {}", inner.written(true)),
            Self::Any(parts) => (parts, " OR "),
            Self::All(parts) => (parts, " AND "),
        };
        let parts: Vec<String> = parts
            .iter()
            .map(|part| part.written(!matches!(part, Self::One(_) | Self::Not(_))))
            .collect();
        let text = parts.join(between);
        if bracketed { format!("({text})") } else { text }
    }
}

fn is_quote(character: char) -> bool {
    matches!(character, '"' | '“' | '”' | '„' | '«' | '»')
}

fn tokenize(text: &str, dialect: Dialect) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let after = rest.get(first.len_utf8()..).unwrap_or_default();
        let blank_after = after.starts_with(char::is_whitespace) || after.is_empty();
        rest = match first {
            '(' => push(&mut tokens, Token::Open, after),
            ')' => push(&mut tokens, Token::Close, after),
            '|' | ',' | ';' => push(&mut tokens, Token::Or, after.trim_start_matches('|')),
            '&' => push(&mut tokens, Token::And, after.trim_start_matches('&')),
            '+' if blank_after => push(&mut tokens, Token::And, after),
            '+' => after,
            '-' | '!' if !blank_after => push(&mut tokens, Token::Not, after),
            '-' | '–' | '—' if blank_after => after,
            _ if is_quote(first) => quoted(&mut tokens, after),
            _ => word(&mut tokens, rest, dialect),
        };
        // A line's end parts the words of a list as a comma does.
        let line_ends = rest.trim_start_matches([' ', '\t']).starts_with(['\n', '\r']);
        rest = rest.trim_start();
        if line_ends && !rest.is_empty() {
            tokens.push(Token::Or);
        }
    }
    tokens
}

fn push<'a>(tokens: &mut Vec<Token>, token: Token, rest: &'a str) -> &'a str {
    tokens.push(token);
    rest
}

fn quoted<'a>(tokens: &mut Vec<Token>, after: &'a str) -> &'a str {
    let end = after.find(is_quote).unwrap_or(after.len());
    let text = after.get(..end).unwrap_or_default().trim().to_owned();
    let rest = after.get(end..).unwrap_or_default().trim_start_matches(is_quote);
    let digits = rest.strip_prefix('~').map(|rest| rest.trim_start_matches(' '));
    let (slop, rest) = match digits {
        None => (None, rest),
        Some(digits) => {
            let end = digits.find(|each: char| !each.is_ascii_digit()).unwrap_or(digits.len());
            let (count, rest) = digits.split_at_checked(end).unwrap_or((digits, ""));
            (count.parse().ok(), rest)
        }
    };
    if !text.is_empty() {
        tokens.push(Token::Quoted { text, slop });
    }
    rest
}

/// A bare word: an operator, a field with its value, or a word.
fn word<'a>(tokens: &mut Vec<Token>, text: &'a str, dialect: Dialect) -> &'a str {
    let ends = |each: char| {
        each.is_whitespace() || is_quote(each) || matches!(each, '(' | ')' | ',' | ';' | '|' | '&')
    };
    let end = text.find(ends).unwrap_or(text.len());
    let (word, rest) = text.split_at_checked(end).unwrap_or((text, ""));
    if let Some((name, value)) = word.split_once(':')
        && !name.is_empty()
    {
        let (value, rest) = if value.starts_with(['[', '{']) {
            let whole = text.get(name.len() + 1..).unwrap_or_default();
            let end = whole.find([']', '}']).map_or(whole.len(), |at| at + 1);
            whole.split_at_checked(end).unwrap_or((whole, ""))
        } else if value.is_empty() && rest.starts_with(is_quote) {
            let inner = rest.trim_start_matches(is_quote);
            let end = inner.find(is_quote).unwrap_or(inner.len());
            let (value, rest) = inner.split_at_checked(end).unwrap_or((inner, ""));
            (value, rest.trim_start_matches(is_quote))
        } else {
            (value, rest)
        };
        tokens.push(Token::Field { name: name.to_owned(), value: value.to_owned() });
        return rest;
    }
    let operator = if dialect.lower_case { word.to_uppercase() } else { word.to_owned() };
    tokens.push(match operator.as_str() {
        "AND" => Token::And,
        "OR" => Token::Or,
        "NOT" => Token::Not,
        _ => Token::Word(word.to_owned()),
    });
    rest
}

/// Whether both AND and OR stand between the same brackets.
fn mixes_unbracketed(tokens: &[Token]) -> bool {
    let mut levels = vec![(false, false)];
    for token in tokens {
        match token {
            Token::Open => levels.push((false, false)),
            Token::Close if levels.len() > 1 => drop(levels.pop()),
            Token::And | Token::Or => {
                let Some(level) = levels.last_mut() else { continue };
                level.0 |= *token == Token::And;
                level.1 |= *token == Token::Or;
                if *level == (true, true) {
                    return true;
                }
            }
            _ => {}
        }
    }
    false
}

/// How deep brackets and NOTs may nest, as in our own rules.
const DEPTH_MAX: usize = 32;

struct Reader<'a> {
    tokens: Vec<Token>,
    next: usize,
    dialect: Dialect,
    /// How deep in brackets and NOTs it is.
    depth: usize,
    remarks: &'a mut Vec<Remark>,
}

impl Reader<'_> {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.next)
    }

    fn any(&mut self) -> Option<Piece> {
        let mut parts = Vec::new();
        loop {
            parts.extend(self.all());
            match self.peek() {
                Some(Token::Or) => self.next += 1,
                // A bracket that closes nothing is passed over at the top.
                Some(Token::Close) | None => break,
                // Two operands side by side, where a blank means OR.
                Some(_) => {}
            }
        }
        one_or(parts, Piece::Any)
    }

    fn all(&mut self) -> Option<Piece> {
        let mut parts = Vec::new();
        loop {
            parts.extend(self.operand());
            match self.peek() {
                Some(Token::And) => self.next += 1,
                Some(Token::Not) => {}
                _ => break,
            }
        }
        one_or(parts, Piece::All)
    }

    fn operand(&mut self) -> Option<Piece> {
        if self.depth >= DEPTH_MAX {
            let advice = "write it with fewer brackets and NOTs inside each other";
            self.remarks.push(Remark::lost(format!("nested deeper than {DEPTH_MAX}"), advice));
            self.next = self.tokens.len();
            return None;
        }
        self.depth += 1;
        let operand = self.operand_within();
        self.depth -= 1;
        operand
    }

    fn operand_within(&mut self) -> Option<Piece> {
        match self.peek()?.clone() {
            Token::Not => {
                self.next += 1;
                self.operand().map(|inner| Piece::Not(Box::new(inner)))
            }
            Token::Open => {
                self.next += 1;
                let inner = self.any();
                self.next += usize::from(self.peek() == Some(&Token::Close));
                inner
            }
            Token::Word(word) => {
                self.next += 1;
                self.words(word)
            }
            Token::Quoted { text, slop } => {
                self.next += 1;
                term::phrase(&text, slop, self.remarks).map(Piece::One)
            }
            Token::Field { name, value } => {
                self.next += 1;
                term::field(&name, &value, self.remarks).map(Piece::One)
            }
            Token::And | Token::Or | Token::Close => None,
        }
    }

    /// A word, or where a blank means a phrase, all words up to the next sign.
    fn words(&mut self, first: String) -> Option<Piece> {
        let mut words = vec![first];
        while self.dialect.blank == Blank::Phrase
            && let Some(Token::Word(word)) = self.peek()
        {
            words.push(word.clone());
            self.next += 1;
        }
        let written = match words.as_slice() {
            [only] => term::word(only, self.dialect.stems, self.remarks),
            several => term::adjacent(several, self.dialect.stems, self.remarks),
        };
        written.map(Piece::One)
    }
}

fn one_or(mut parts: Vec<Piece>, join: fn(Vec<Piece>) -> Piece) -> Option<Piece> {
    match parts.len() {
        0 => None,
        1 => parts.pop(),
        _ => Some(join(parts)),
    }
}
