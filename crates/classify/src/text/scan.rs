//! Scanning: words with their byte offsets, and where clauses and sentences end. One pass, nothing
//! allocated. A word may hold apostrophes inside, digits (2x, 4g), a decimal number, an address on
//! the web; an emoji, an emoticon and a currency sign are words of their own. The parts of a
//! hyphenated compound are words that know they are joined.

use super::abbreviations::{AFTER_ORDINALS, NEVER_LAST, SOMETIMES_LAST, is_one_of};
use super::{is_apostrophe, is_hyphen, is_invisible};

/// What a scan finds, from left to right.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Piece {
    /// A word: UTF-8 bytes, `start` inclusive, `end` exclusive.
    Word {
        /// First byte.
        start: usize,
        /// One past the last byte.
        end: usize,
        /// Whether only a hyphen stands between it and the word before.
        hyphen: bool,
    },
    /// A clause ends: `,`, `;`, `:`, a dash between blanks.
    ClauseEnd,
    /// A sentence ends: `.`, `!`, `?`, a line break, the bullet of a list.
    SentenceEnd,
}

/// The ends of names on the web that people write without a protocol.
const DOMAINS: [&str; 13] =
    ["app", "be", "co", "com", "de", "es", "eu", "fr", "io", "net", "nl", "org", "uk"];

/// The words that begin with an apostrophe, without it.
const CLITICS: [&str; 14] =
    ["t", "n", "s", "k", "m", "r", "ns", "ne", "nem", "nen", "ner", "cause", "em", "til"];

/// Calls `visit` with each piece of `text`, in order.
pub(crate) fn scan(text: &str, mut visit: impl FnMut(Piece)) {
    let mut scanner = Scanner { text, at: 0, last_word: (0, 0) };
    while let Some(character) = scanner.peek() {
        if character == ' ' {
            scanner.at += 1;
        } else {
            scanner.step(character, &mut visit);
        }
    }
}

struct Scanner<'a> {
    text: &'a str,
    at: usize,
    last_word: (usize, usize),
}

impl Scanner<'_> {
    fn peek(&self) -> Option<char> {
        self.char_at(self.at)
    }

    /// The character that begins at byte `at`.
    fn char_at(&self, at: usize) -> Option<char> {
        match self.text.as_bytes().get(at) {
            Some(byte) if byte.is_ascii() => Some(char::from(*byte)),
            Some(_) => self.text.get(at..)?.chars().next(),
            None => None,
        }
    }

    fn char_before(&self, at: usize) -> Option<char> {
        self.text.get(..at)?.chars().next_back()
    }

    fn step(&mut self, character: char, visit: &mut impl FnMut(Piece)) {
        let start = self.at;
        let length = character.len_utf8();
        if is_letter(character) || self.starts_clitic(character) {
            return self.words(visit);
        }
        match character {
            '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}' | '•' | '●'
            | '▪' | '◦' => {
                visit(Piece::SentenceEnd);
                self.at += length;
            }
            '.' | '!' | '?' | '…' | '。' | '！' | '？' => self.full_stop(visit),
            ':' | ';' | '=' if let Some(end) = self.emoticon_end() => self.emit(start, end, visit),
            ',' if let Some(end) = self.round_amount_end() => self.at = end,
            ',' | ';' | ':' | '，' | '；' | '：' | '、' => {
                visit(Piece::ClauseEnd);
                self.at += length;
            }
            '-' | '–' | '—' => {
                let after = self.char_at(start + length);
                if after.is_none_or(char::is_whitespace)
                    && self.char_before(start).is_none_or(char::is_whitespace)
                {
                    visit(Piece::ClauseEnd);
                }
                self.at += length;
            }
            '€' | '$' | '£' | '¥' | '₹' => self.emit(start, start + length, visit),
            _ if is_emoji(character) => {
                let end = self.emoji_end();
                self.emit(start, end, visit);
            }
            _ => self.at += length,
        }
    }

    fn emit(&mut self, start: usize, end: usize, visit: &mut impl FnMut(Piece)) {
        visit(Piece::Word { start, end, hyphen: false });
        self.last_word = (start, end);
        self.at = end;
    }

    /// `'t`, `'n`, `'s` and the like: an apostrophe that begins one of these words.
    fn starts_clitic(&self, character: char) -> bool {
        is_apostrophe(character) && {
            let rest = self.text.get(self.at + character.len_utf8()..).unwrap_or_default();
            let end = rest.find(|each| !is_letter(each)).unwrap_or(rest.len());
            let word = rest.get(..end).unwrap_or_default();
            let closes = rest.get(end..).and_then(|after| after.chars().next());
            CLITICS.iter().any(|clitic| clitic.eq_ignore_ascii_case(word))
                && !closes.is_some_and(is_apostrophe)
        }
    }

    /// The end of `,-` after an amount, where this comma begins it: `12,-`.
    fn round_amount_end(&self) -> Option<usize> {
        let dash = self.char_at(self.at + 1).filter(|dash| matches!(dash, '-' | '–' | '—'))?;
        let end = self.at + 1 + dash.len_utf8();
        let is_amount = self.char_before(self.at).is_some_and(|before| before.is_ascii_digit())
            && !self.char_at(end).is_some_and(is_letter);
        is_amount.then_some(end)
    }

    /// A word, and those that hyphens join to it.
    fn words(&mut self, visit: &mut impl FnMut(Piece)) {
        let mut hyphen = false;
        loop {
            let start = self.at;
            let end = self.word_end();
            visit(Piece::Word { start, end, hyphen });
            self.last_word = (start, end);
            self.at = end;
            let Some(joint) = self.peek().filter(|joint| is_hyphen(*joint)) else { return };
            let next = end + joint.len_utf8();
            if !self.char_at(next).is_some_and(is_letter) {
                return;
            }
            self.at = next;
            hyphen = true;
        }
    }

    fn word_end(&self) -> usize {
        let start = self.at;
        let mut end = self.plain_end();
        if self.is_over(end) {
            return end;
        }
        let mut previous = self.char_before(end).unwrap_or(' ');
        while let Some(character) = self.char_at(end) {
            let after = end + character.len_utf8();
            if is_invisible(character) {
                let Some(next) = self.letter_after_unseen(after) else { break };
                end = next;
                continue;
            }
            let joins = match character {
                _ if is_letter(character) => true,
                _ if is_apostrophe(character) => {
                    end == start || self.char_at(after).is_some_and(is_letter)
                }
                '.' | ',' | ':' if previous.is_ascii_digit() => {
                    self.char_at(after).is_some_and(|next| next.is_ascii_digit())
                }
                ':' if self.text.get(after..).is_some_and(|rest| rest.starts_with("//")) => {
                    return self.address_end(after);
                }
                '@' if self.char_at(after).is_some_and(is_letter) => {
                    return self.address_end(after);
                }
                '.' if self.is_domain(start, end, after) => return self.address_end(after),
                _ => false,
            };
            if !joins {
                break;
            }
            previous = character;
            end = after;
        }
        self.times_end(start, end).unwrap_or(end)
    }

    /// The end of the unaccented letters that stand here.
    fn plain_end(&self) -> usize {
        let rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
        let length = rest.iter().position(|byte| !byte.is_ascii_alphabetic());
        self.at + length.unwrap_or(rest.len())
    }

    /// Whether a word of unaccented letters is over at `end`, without a look at what comes after the
    /// next two bytes: so most are.
    fn is_over(&self, end: usize) -> bool {
        let bytes = self.text.as_bytes();
        let is_blank = |at: usize| bytes.get(at).is_none_or(|byte| matches!(byte, b' ' | b'\n'));
        end > self.at
            && match bytes.get(end) {
                Some(b'.' | b',') => is_blank(end + 1),
                Some(b'!' | b'?' | b'-' | b'(' | b')' | b'"' | b';' | b'/') => true,
                _ => is_blank(end),
            }
    }

    /// Where the letter stands that follows at `at`, after nothing but what cannot be seen.
    fn letter_after_unseen(&self, at: usize) -> Option<usize> {
        let rest = self.text.get(at..)?;
        let (unseen, next) = rest.char_indices().find(|(_, each)| !is_invisible(*each))?;
        is_letter(next).then_some(at + unseen)
    }

    /// The end of `2 x`, `2×` and `2 ×`, which are `2x`, where the word `start..end` is the number.
    fn times_end(&self, start: usize, end: usize) -> Option<usize> {
        let number = self.text.get(start..end).filter(|word| word.len() <= 3)?;
        if !number.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let blank = if self.char_at(end) == Some(' ') { end + 1 } else { end };
        let times = self.char_at(blank).filter(|times| matches!(times, 'x' | 'X' | '×'))?;
        let after = blank + times.len_utf8();
        (!self.char_at(after).is_some_and(is_letter)).then_some(after)
    }

    /// Whether `start..dot` and what follows the dot look like a name on the web.
    fn is_domain(&self, start: usize, dot: usize, after: usize) -> bool {
        if !self.char_at(after).is_some_and(is_letter) {
            return false;
        }
        if self.text.get(start..dot).is_some_and(|word| word.eq_ignore_ascii_case("www")) {
            return true;
        }
        let rest = self.text.get(after..).unwrap_or_default();
        let name_end = rest.find(|each: char| !is_letter(each)).unwrap_or(rest.len());
        rest.get(..name_end).is_some_and(|name| DOMAINS.contains(&name))
    }

    /// The end of an address: up to a blank, without the punctuation of the sentence around it.
    fn address_end(&self, from: usize) -> usize {
        let rest = self.text.get(from..).unwrap_or_default();
        let length = rest.find(char::is_whitespace).unwrap_or(rest.len());
        let address = rest.get(..length).unwrap_or_default();
        from + address.trim_end_matches(['.', ',', ';', ':', '!', '?', ')', '"', '\'', ']']).len()
    }

    /// A run of `.`, `!`, `?`: decides what ends there.
    fn full_stop(&mut self, visit: &mut impl FnMut(Piece)) {
        let start = self.at;
        let mut strong = false;
        let mut dots = 0;
        while let Some(character) = self.peek() {
            match character {
                '.' => dots += 1,
                '…' => dots += 3,
                '!' | '?' | '。' | '！' | '？' => strong = true,
                _ => break,
            }
            self.at += character.len_utf8();
        }
        let closers = ['"', '\'', ')', ']', '”', '’', '»'];
        let rest = self.text.get(self.at..).unwrap_or_default().trim_start_matches(closers);
        let next = rest.chars().next();
        let follows = rest.trim_start().chars().next();
        if strong {
            visit(Piece::SentenceEnd);
        } else if dots > 1 {
            let goes_on = follows.is_some_and(char::is_lowercase);
            visit(if goes_on { Piece::ClauseEnd } else { Piece::SentenceEnd });
        } else if self.stop_ends(start, next, follows) {
            visit(Piece::SentenceEnd);
        }
    }

    /// Whether a single full stop after the last word ends the sentence.
    fn stop_ends(&self, stop: usize, next: Option<char>, follows: Option<char>) -> bool {
        let word = match self.last_word {
            (start, end) if end == stop => self.text.get(start..end).unwrap_or_default(),
            _ => "",
        };
        let mut letters = word.chars();
        let is_initial =
            letters.next().is_some_and(char::is_alphabetic) && letters.next().is_none();
        match next {
            None => true,
            Some(_) if is_initial || is_one_of(word, NEVER_LAST) => false,
            Some(blank) if blank.is_whitespace() => {
                let is_short_for = is_one_of(word, SOMETIMES_LAST);
                let goes_on = (is_short_for && !follows.is_some_and(char::is_uppercase))
                    || self.is_ordinal(word);
                !goes_on
            }
            Some(letter) => is_letter(letter),
        }
    }

    /// Whether `word` and its full stop are a German ordinal: `3. März`, `zum 2. Mal`.
    fn is_ordinal(&self, word: &str) -> bool {
        if word.len() > 2 || !word.bytes().all(|byte| byte.is_ascii_digit()) {
            return false;
        }
        let rest = self.text.get(self.at..).unwrap_or_default().trim_start();
        let end = rest.find(|each| !is_letter(each)).unwrap_or(rest.len());
        rest.get(..end).is_some_and(|next| AFTER_ORDINALS.contains(&next))
    }

    /// The end of an emoticon such as `:-)`, where one begins here.
    fn emoticon_end(&self) -> Option<usize> {
        if self.char_before(self.at).is_some_and(char::is_alphanumeric) {
            return None;
        }
        let mut mouth = self.at + 1;
        if matches!(self.char_at(mouth), Some('-' | '\'')) {
            mouth += 1;
        }
        let end = mouth + 1;
        let is_mouth = matches!(self.char_at(mouth), Some(')' | '(' | 'D' | 'P' | '/' | '|'));
        (is_mouth && !self.char_at(end).is_some_and(char::is_alphanumeric)).then_some(end)
    }

    /// The end of an emoji with its modifiers and what zero-width joiners join to it.
    fn emoji_end(&self) -> usize {
        let mut end = self.at;
        let mut joined = true;
        while let Some(character) = self.char_at(end) {
            let joiner = character == '\u{200d}';
            let belongs = joiner
                || matches!(character, '\u{fe00}'..='\u{fe0f}' | '\u{1f3fb}'..='\u{1f3ff}')
                || (joined && is_emoji(character));
            if !belongs {
                break;
            }
            joined = joiner;
            end += character.len_utf8();
        }
        end
    }
}

fn is_letter(character: char) -> bool {
    if character.is_ascii() {
        return character.is_ascii_alphanumeric() || character == '_';
    }
    (character.is_alphanumeric() || unicode_normalization::char::is_combining_mark(character))
        && !is_invisible(character)
}

fn is_emoji(character: char) -> bool {
    matches!(character,
        '\u{1f000}'..='\u{1faff}' | '\u{2600}'..='\u{27bf}' | '\u{2b00}'..='\u{2bff}' | '\u{2190}'..='\u{21ff}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The words of `text`, `|` for the end of a sentence, `,` for that of a clause, `-` before a
    /// joined word.
    fn shown(text: &str) -> String {
        let mut shown = Vec::new();
        scan(text, |piece| {
            shown.push(match piece {
                Piece::Word { start, end, hyphen } => {
                    let word = text.get(start..end).unwrap();
                    format!("{}{word}", if hyphen { "-" } else { "" })
                }
                Piece::ClauseEnd => ",".to_owned(),
                Piece::SentenceEnd => "|".to_owned(),
            });
        });
        shown.join(" ")
    }

    #[test]
    fn words_clauses_and_sentences() {
        for (text, expected) in [
            ("Nobody called me back.", "Nobody called me back |"),
            ("I paid €20.50 for 2x 4G, twice!", "I paid € 20.50 for 2x 4G , twice |"),
            ("Mr. Smith came. He left.", "Mr Smith came | He left |"),
            ("late, etc. and so on", "late , etc and so on"),
            ("e.g. the bill", "e g the bill"),
            ("bad.They never called", "bad | They never called"),
            ("I waited... and waited... Gone", "I waited , and waited | Gone"),
            ("one\ntwo\r\n- three", "one | two | | , three"),
            ("see www.kpn.com/x?y=1. Now", "see www.kpn.com/x?y=1 | Now"),
            ("on kpn.nl it fails", "on kpn.nl it fails"),
            ("mail a.b@c.nl please", "mail a b@c.nl please"),
            ("my e-mail and wi-fi - slow", "my e -mail and wi -fi , slow"),
            ("don't, ‘don’t’ or 'never'", "don't , don’t or never"),
            ("don`t or don´t", "don`t or don´t"),
            ("'t is 's avonds, 'k zag 'm.", "'t is 's avonds , 'k zag 'm |"),
            ("call it 's' or 'm'", "call it s or m"),
            ("€12, $5 and 12,50", "€ 12 , $ 5 and 12,50"),
            ("€ 12,- en 1.000,50 betaald", "€ 12 en 1.000,50 betaald"),
            ("2 x gebeld, 3× en 4 xl", "2 x gebeld , 3× en 4 xl"),
            ("Am 3. März zum 2. Mal. Nie", "Am 3 März zum 2 Mal | Nie"),
            ("I gave it a 2. Never again", "I gave it a 2 | Never again"),
            (
                "z. B. die Fa. Müller, inkl. Versand usw. Das",
                "z B die Fa Müller , inkl Versand usw | Das",
            ),
            ("M. Dupont et Mme. Roy, Sr. López", "M Dupont et Mme Roy , Sr López"),
            ("1. Slow\n2) Rude\n* Late", "1 | Slow | 2 Rude | Late"),
            ("re\u{200b}fund\u{202e} now\u{200b}.", "re\u{200b}fund now |"),
            ("great 👍🏽👨‍👩‍👧 :-) ok", "great 👍🏽 👨‍👩‍👧 :-) ok"),
            ("at 10:30: late", "at 10:30 , late"),
            ("No. Never", "No | Never"),
            ("café crème", "café crème"),
            ("", ""),
            ("\u{0}\u{fffd}", ""),
        ] {
            assert_eq!(shown(text), expected, "{text}");
        }
    }

    proptest! {
        #[test]
        fn words_lie_in_order_on_boundaries(text in "(\\PC|[-'.,:@ \\n]|[a-z]){0,80}") {
            let mut last = 0;
            scan(&text, |piece| {
                if let Piece::Word { start, end, .. } = piece {
                    assert!(last <= start && start < end);
                    assert!(text.is_char_boundary(start) && text.is_char_boundary(end));
                    last = end;
                }
            });
        }
    }
}
