//! One pass over a record's bytes that refuses what a lenient JSON reader lets through: names that
//! stand twice, half surrogate pairs, numbers no float can hold, nesting without end. It needs no
//! recursion, so that no input can exhaust the stack, and notes where each top-level member stands.

use std::borrow::Cow;

use crate::{Limits, Reject, RejectCode};

/// A checked JSON text.
#[derive(Clone)]
pub(crate) struct Document<'a> {
    /// The members of the top-level object, in order; `None` where the top level is no object.
    pub(crate) members: Option<Vec<Member<'a>>>,
}

/// A member of the top-level object.
#[derive(Clone)]
pub(crate) struct Member<'a> {
    /// Its name, unescaped.
    pub(crate) name: Cow<'a, str>,
    /// Its value as JSON text.
    pub(crate) value: &'a str,
}

/// The byte order mark, tolerated in front.
const BOM: &[u8] = b"\xef\xbb\xbf";

/// Up to how many names of one object are compared one by one; more are sorted.
const COMPARED_ONE_BY_ONE: usize = 12;

/// Checks `bytes`, whose size was checked before: UTF-8, grammar (RFC 8259), depth, names, surrogates and numbers.
pub(crate) fn check<'a>(bytes: &'a [u8], limits: &Limits) -> Result<Document<'a>, Reject> {
    let bytes = bytes.strip_prefix(BOM).unwrap_or(bytes);
    let text = std::str::from_utf8(bytes).map_err(|error| match error.error_len() {
        Some(_) => at(RejectCode::NotUtf8, "this is not UTF-8", error.valid_up_to()),
        None => at(RejectCode::Truncated, "the record ends within a character", bytes.len()),
    })?;
    check_text(text, limits.depth)
}

/// [`check`] for a part of a record that is known to be UTF-8 and within its size.
pub(crate) fn check_text(text: &str, depth_max: usize) -> Result<Document<'_>, Reject> {
    let mut scanner = Scanner {
        text,
        bytes: text.as_bytes(),
        at: 0,
        frames: Vec::new(),
        names: Vec::new(),
        member: 0,
        depth_max,
    };
    scanner.skip_white_space();
    if scanner.at == scanner.bytes.len() {
        return Err(Reject::new(RejectCode::Empty, "the record is empty"));
    }
    let members = scanner.document()?;
    Ok(Document { members })
}

fn at(code: RejectCode, what: &str, byte: usize) -> Reject {
    Reject::new(code, format!("{what}, at byte {byte}"))
}

/// An array or object that is open.
enum Frame {
    Array,
    /// With the index in `names` at which its own names begin.
    Object(usize),
}

struct Scanner<'a> {
    text: &'a str,
    bytes: &'a [u8],
    at: usize,
    frames: Vec<Frame>,
    /// The names of all open objects.
    names: Vec<Cow<'a, str>>,
    /// Where the value of the top-level member at hand begins.
    member: usize,
    depth_max: usize,
}

impl<'a> Scanner<'a> {
    /// The whole document: one value, and white space around it.
    fn document(&mut self) -> Result<Option<Vec<Member<'a>>>, Reject> {
        let mut members = (self.peek() == Some(b'{')).then(Vec::new);
        loop {
            if self.opens()? {
                continue;
            }
            // A value is complete: close what ends with it, or go on to the next value.
            loop {
                if self.frames.len() == 1
                    && let (Some(members), Some(name)) = (&mut members, self.names.last())
                {
                    let value = self.text.get(self.member..self.at).unwrap_or_default().trim();
                    members.push(Member { name: name.clone(), value });
                }
                match self.after_value()? {
                    After::Closed => {}
                    After::Next => break,
                    After::End => return Ok(members),
                }
            }
        }
    }

    /// Reads the start of a value. True where it opened an array or object that isn't empty.
    fn opens(&mut self) -> Result<bool, Reject> {
        self.skip_white_space();
        match self.peek() {
            Some(b'{') => {
                self.open(Frame::Object(self.names.len()))?;
                if self.closes(b'}') {
                    return Ok(false);
                }
                self.name()?;
                Ok(true)
            }
            Some(b'[') => {
                self.open(Frame::Array)?;
                Ok(!self.closes(b']'))
            }
            Some(b'"') => self.string().map(|_| false),
            Some(b'-' | b'0'..=b'9') => self.number().map(|()| false),
            Some(b't') => self.literal(b"true").map(|()| false),
            Some(b'f') => self.literal(b"false").map(|()| false),
            Some(b'n') => self.literal(b"null").map(|()| false),
            _ => Err(self.unexpected("a value")),
        }
    }

    fn open(&mut self, frame: Frame) -> Result<(), Reject> {
        if self.frames.len() >= self.depth_max {
            let message =
                format!("arrays and objects nest deeper than limits.depth = {}", self.depth_max);
            return Err(Reject::new(RejectCode::TooDeep, message));
        }
        self.frames.push(frame);
        self.at += 1;
        self.skip_white_space();
        Ok(())
    }

    /// Whether the array or object just opened is empty; then it is closed.
    fn closes(&mut self, byte: u8) -> bool {
        let closes = self.peek() == Some(byte);
        if closes {
            self.at += 1;
            self.frames.pop();
        }
        closes
    }

    /// What follows a complete value.
    fn after_value(&mut self) -> Result<After, Reject> {
        self.skip_white_space();
        match (self.frames.last(), self.peek()) {
            (None, None) => Ok(After::End),
            (None, Some(_)) => Err(at(RejectCode::NotJson, "something follows the value", self.at)),
            (Some(Frame::Array), Some(b',')) => {
                self.at += 1;
                Ok(After::Next)
            }
            (Some(Frame::Object(_)), Some(b',')) => {
                self.at += 1;
                self.skip_white_space();
                self.name()?;
                Ok(After::Next)
            }
            (Some(Frame::Array), Some(b']')) => {
                self.at += 1;
                self.frames.pop();
                Ok(After::Closed)
            }
            (Some(Frame::Object(first)), Some(b'}')) => {
                let first = *first;
                self.at += 1;
                self.frames.pop();
                self.no_name_twice(first)?;
                Ok(After::Closed)
            }
            (Some(Frame::Array), _) => Err(self.unexpected("a comma or a closing bracket")),
            (Some(Frame::Object(_)), _) => Err(self.unexpected("a comma or a closing brace")),
        }
    }

    fn no_name_twice(&mut self, first: usize) -> Result<(), Reject> {
        let names = self.names.get_mut(first..).unwrap_or_default();
        let twice = if names.len() <= COMPARED_ONE_BY_ONE {
            names
                .iter()
                .enumerate()
                .any(|(n, name)| names.iter().take(n).any(|other| other == name))
        } else {
            names.sort_unstable();
            names.windows(2).any(|pair| matches!(pair, [one, other] if one == other))
        };
        if twice {
            return Err(at(
                RejectCode::DuplicateKey,
                "an object has a name twice, ending",
                self.at,
            ));
        }
        self.names.truncate(first);
        Ok(())
    }

    /// A member's name and the colon after it.
    fn name(&mut self) -> Result<(), Reject> {
        if self.peek() != Some(b'"') {
            return Err(self.unexpected("a name in quotes"));
        }
        let start = self.at;
        let escaped = self.string()?;
        let raw = self.text.get(start..self.at).unwrap_or_default();
        let name = if escaped {
            let name: String = serde_json::from_str(raw).map_err(|_| self.unexpected("a name"))?;
            Cow::Owned(name)
        } else {
            Cow::Borrowed(raw.get(1..raw.len() - 1).unwrap_or_default())
        };
        self.names.push(name);
        self.skip_white_space();
        if self.peek() != Some(b':') {
            return Err(self.unexpected("a colon"));
        }
        self.at += 1;
        if self.frames.len() == 1 {
            self.member = self.at;
        }
        Ok(())
    }

    /// A string with its quotes. True where it has escapes.
    fn string(&mut self) -> Result<bool, Reject> {
        self.at += 1;
        let mut escaped = false;
        loop {
            let rest = self.bytes.get(self.at..).unwrap_or_default();
            let is_special = |byte: &u8| matches!(byte, b'"' | b'\\' | 0..=0x1f);
            self.at += rest.iter().position(is_special).unwrap_or(rest.len());
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(escaped);
                }
                Some(b'\\') => {
                    escaped = true;
                    self.escape()?;
                }
                Some(0..=0x1f) => {
                    let what = "a control character in a string must be written as an escape";
                    return Err(at(RejectCode::NotJson, what, self.at));
                }
                Some(_) | None => return Err(self.unexpected("a closing quote")),
            }
        }
    }

    fn escape(&mut self) -> Result<(), Reject> {
        self.at += 1;
        match self.peek() {
            Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => {
                self.at += 1;
                Ok(())
            }
            Some(b'u') => match self.unicode_escape()? {
                0xdc00..=0xdfff => Err(self.lone_surrogate()),
                0xd800..=0xdbff => {
                    let paired = self.bytes.get(self.at..self.at + 2) == Some(b"\\u");
                    if !paired {
                        return match self.bytes.len() - self.at {
                            0 => Err(self.unexpected("the rest of a string")),
                            _ => Err(self.lone_surrogate()),
                        };
                    }
                    self.at += 1;
                    match self.unicode_escape()? {
                        0xdc00..=0xdfff => Ok(()),
                        _ => Err(self.lone_surrogate()),
                    }
                }
                _ => Ok(()),
            },
            _ => Err(self.unexpected("an escape")),
        }
    }

    fn lone_surrogate(&self) -> Reject {
        at(RejectCode::LoneSurrogate, "half a surrogate pair is no character", self.at)
    }

    /// The four hex digits after `\u`, of which the `u` is next.
    fn unicode_escape(&mut self) -> Result<u32, Reject> {
        self.at += 1;
        let mut code = 0;
        for _ in 0..4 {
            let digit = self.peek().and_then(|byte| char::from(byte).to_digit(16));
            let Some(digit) = digit else { return Err(self.unexpected("four hex digits")) };
            code = code * 16 + digit;
            self.at += 1;
        }
        Ok(code)
    }

    fn number(&mut self) -> Result<(), Reject> {
        let start = self.at;
        self.at += usize::from(self.peek() == Some(b'-'));
        match self.peek() {
            Some(b'0') => self.at += 1,
            Some(b'1'..=b'9') => self.digits()?,
            _ => return Err(self.unexpected("a digit")),
        }
        if self.peek() == Some(b'.') {
            self.at += 1;
            self.digits()?;
        }
        if let Some(b'e' | b'E') = self.peek() {
            self.at += 1;
            self.at += usize::from(matches!(self.peek(), Some(b'+' | b'-')));
            self.digits()?;
        }
        let digits = self.text.get(start..self.at).unwrap_or_default();
        if digits.parse::<f64>().is_ok_and(f64::is_finite) {
            return Ok(());
        }
        Err(at(RejectCode::NumberOutOfRange, "a number is too large for a 64-bit float", start))
    }

    fn digits(&mut self) -> Result<(), Reject> {
        let start = self.at;
        while let Some(b'0'..=b'9') = self.peek() {
            self.at += 1;
        }
        if self.at == start { Err(self.unexpected("a digit")) } else { Ok(()) }
    }

    fn literal(&mut self, literal: &[u8]) -> Result<(), Reject> {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        if rest.starts_with(literal) {
            self.at += literal.len();
            return Ok(());
        }
        if literal.starts_with(rest) {
            self.at = self.bytes.len();
        }
        Err(self.unexpected("true, false or null"))
    }

    /// What is next is not what the grammar asks for: cut short, or not JSON at all.
    fn unexpected(&self, expected: &str) -> Reject {
        if self.at >= self.bytes.len() {
            return at(
                RejectCode::Truncated,
                &format!("the record ends where {expected} must follow"),
                self.at,
            );
        }
        at(RejectCode::NotJson, &format!("expected {expected}"), self.at)
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn skip_white_space(&mut self) {
        while let Some(b' ' | b'\t' | b'\n' | b'\r') = self.peek() {
            self.at += 1;
        }
    }
}

enum After {
    /// An array or object ended: it is a complete value itself.
    Closed,
    /// Another value follows.
    Next,
    /// Nothing follows.
    End,
}
