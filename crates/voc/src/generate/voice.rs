//! How a person writes: one or two clauses with what people put around them, then the marks of a hurry
//! (small letters, typing errors, exclamation marks, shorthand).

use super::grammar::{Clause, Pieces};
use super::random::Random;
use super::{Lang, Tone};

/// How often, of all texts.
const OPENED: f64 = 0.16;
const CLOSED: f64 = 0.24;
const SMALL_LETTERS: f64 = 0.24;
const SHORTHAND: f64 = 0.10;
const MISTYPED: f64 = 0.12;
const CAPITALS: f64 = 0.012;
const EXCLAIMED: f64 = 0.10;
const NO_FULL_STOP: f64 = 0.35;

/// One person's way of writing, for one answer.
pub(super) struct Voice<'a> {
    pub(super) pieces: &'a Pieces,
    pub(super) lang: Lang,
    pub(super) region: &'a str,
}

impl Voice<'_> {
    fn say(&self, clauses: &[Clause], random: &mut Random, out: &mut String) {
        random.pick(clauses).say(&self.pieces.words, self.region, random, out);
    }

    /// One of the list `name`, as it stands.
    pub(super) fn piece(&self, name: &str, random: &mut Random) -> String {
        let mut out = String::new();
        self.say(self.pieces.list(name), random, &mut out);
        out
    }

    /// A word or two, as most people leave.
    pub(super) fn short(&self, tone: Tone, random: &mut Random) -> String {
        let mut out = self.piece(tone.short_list(), random);
        if random.chance(0.5) {
            out = sentence_case(&out);
        }
        out
    }

    /// `parts` joined by `joint` (the list `and` or `but`), opened and closed in `tone`.
    pub(super) fn text(
        &self,
        parts: &[&[Clause]],
        joint: &str,
        tone: Tone,
        random: &mut Random,
    ) -> String {
        let mut out = String::with_capacity(200);
        if random.chance(OPENED) {
            self.say(self.pieces.list(tone.open_list()), random, &mut out);
            out.push(' ');
        }
        for (place, clauses) in parts.iter().enumerate() {
            if place > 0 {
                self.say(self.pieces.list(joint), random, &mut out);
            }
            self.say(clauses, random, &mut out);
        }
        if random.chance(CLOSED) {
            out.push_str(if random.chance(0.3) { ", " } else { ". " });
            self.say(self.pieces.list(tone.close_list()), random, &mut out);
        }
        self.in_a_hurry(out, tone, random)
    }

    fn in_a_hurry(&self, text: String, tone: Tone, random: &mut Random) -> String {
        let small = random.chance(SMALL_LETTERS);
        let mut text = if small { text } else { sentence_case(&text) };
        if random.chance(SHORTHAND) {
            text = shorthand(&text, self.lang);
        }
        if random.chance(MISTYPED) {
            text = mistyped(&text, random);
        }
        let loud = matches!(tone, Tone::Furious | Tone::Delighted);
        if tone == Tone::Furious && random.chance(CAPITALS * 4.0) {
            text = text.to_uppercase();
        }
        if !text.ends_with(['.', '!', '?']) {
            if random.chance(if loud { 4.0 * EXCLAIMED } else { EXCLAIMED }) {
                let marks: &&str = random.pick(&["!", "!", "!!", "!!!"]);
                text.push_str(marks);
            } else if !random.chance(if small { 0.8 } else { NO_FULL_STOP }) {
                text.push('.');
            }
        }
        text
    }
}

/// `text` with a capital at its start and after each full stop, exclamation or question mark.
pub(super) fn sentence_case(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut ended = true;
    let mut starts = true;
    for character in text.chars() {
        if starts && character.is_alphabetic() {
            out.extend(character.to_uppercase());
        } else {
            out.push(character);
        }
        starts = character.is_whitespace() && (ended || starts);
        ended = matches!(character, '.' | '!' | '?');
    }
    out
}

/// Words that people in a hurry write shorter.
fn shorthand(text: &str, lang: Lang) -> String {
    let pairs: &[(&str, &str)] = match lang {
        Lang::En => {
            &[(" you ", " u "), (" please", " pls"), (" your ", " ur "), ("cannot", "cant")]
        }
        Lang::Nl => &[(" niet", " nie"), (" het ", " t "), (" een ", " n "), (" even ", " ff ")],
    };
    pairs.iter().fold(text.to_owned(), |text, (long, short)| text.replace(long, short))
}

/// One typing error in a long word: two letters changed over, one left out or one twice. Numbers and
/// short words stay, so that a text still says what it says.
fn mistyped(text: &str, random: &mut Random) -> String {
    let words: Vec<&str> = text.split(' ').collect();
    let long: Vec<usize> = (0..words.len())
        .filter(|place| {
            words[*place].len() > 6 && words[*place].bytes().all(|b| b.is_ascii_lowercase())
        })
        .collect();
    if long.is_empty() {
        return text.to_owned();
    }
    let chosen = *random.pick(&long);
    let mut letters: Vec<char> = words[chosen].chars().collect();
    let at = 1 + random.place(letters.len() - 3);
    match random.below(3) {
        0 => letters.swap(at, at + 1),
        1 => drop(letters.remove(at)),
        _ => letters.insert(at, letters[at]),
    }
    let mistyped: String = letters.into_iter().collect();
    let words: Vec<&str> = words
        .into_iter()
        .enumerate()
        .map(|(place, word)| if place == chosen { mistyped.as_str() } else { word })
        .collect();
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_start_with_a_capital() {
        for (plain, cased) in [
            ("bad. the bill is 4.50 too high", "Bad. The bill is 4.50 too high"),
            ("wow! great", "Wow! Great"),
            ("'s avonds traag", "'s avonds traag"),
            ("éen keer", "Éen keer"),
            ("3 keer gebeld", "3 keer gebeld"),
            ("", ""),
        ] {
            assert_eq!(sentence_case(plain), cased);
        }
    }

    #[test]
    fn a_typing_error_touches_one_long_word() {
        let text = "the waiting time is 45 minutes";
        for seed in 0..50 {
            let wrong = mistyped(text, &mut Random::new(seed));
            let changed: Vec<_> = text
                .split(' ')
                .zip(wrong.split(' '))
                .filter(|(before, after)| before != after)
                .map(|(before, _)| before)
                .collect();
            assert!(changed.len() <= 1, "{wrong}");
            assert!(changed.iter().all(|word| ["waiting", "minutes"].contains(word)), "{wrong}");
        }
        assert_eq!(mistyped("ok", &mut Random::new(1)), "ok");
    }
}
