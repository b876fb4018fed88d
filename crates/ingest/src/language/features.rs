//! What a text shows of its language: the short runs of letters within its words, its words, and its
//! pairs of words. Each is hashed to a row of the table of weights, so nothing is looked up or kept.

/// How many rows the table of weights has.
pub const ROWS: usize = 49_152;

/// The longest run of letters that counts.
const RUN_MAX: usize = 4;
/// What stands before a word's first letter and after its last.
const EDGE: u32 = 1;
/// Where the hashes of runs, words and pairs begin, so that none means another.
const RUN: u64 = 0x243f_6a88_85a3_08d3;
const WORD: u64 = 0x1319_8a2e_0370_7344;
const PAIR: u64 = 0xa409_3822_299f_31d0;

/// Calls `visit` with the row of each feature of `text`, in order. Case doesn't count; accents do.
pub fn features(text: &str, mut visit: impl FnMut(usize)) {
    let mut reader = Reader { last: [0; RUN_MAX], filled: 0, word: WORD, before: 0 };
    for character in text.chars() {
        if character.is_ascii() {
            reader.letter(character.to_ascii_lowercase(), &mut visit);
        } else {
            character.to_lowercase().for_each(|lower| reader.letter(lower, &mut visit));
        }
    }
    reader.letter(' ', &mut visit);
}

/// Reads letter by letter. `last[0]` is the newest of the word's letters; `word` and `before` are the
/// hashes of this word and the one before it.
struct Reader {
    last: [u32; RUN_MAX],
    filled: usize,
    word: u64,
    before: u64,
}

impl Reader {
    fn letter(&mut self, character: char, visit: &mut impl FnMut(usize)) {
        let in_word = self.filled > 0;
        let letter = match character {
            '\'' | '\u{2018}' | '\u{2019}' | '\u{2bc}' | '\u{60}' | '\u{b4}' if in_word => {
                Some(u32::from('\''))
            }
            _ if character.is_alphabetic() => Some(u32::from(character)),
            _ => None,
        };
        match letter {
            Some(letter) => {
                if !in_word {
                    self.push(EDGE, visit);
                }
                self.push(letter, visit);
                self.word = mix(self.word, u64::from(letter));
            }
            None if in_word => self.end_word(visit),
            None => {}
        }
    }

    fn push(&mut self, letter: u32, visit: &mut impl FnMut(usize)) {
        self.last.copy_within(..RUN_MAX - 1, 1);
        self.last[0] = letter;
        self.filled = (self.filled + 1).min(RUN_MAX);
        let mut run = RUN;
        for (index, each) in self.last[..self.filled].iter().enumerate() {
            run = mix(run, u64::from(*each));
            if index > 0 || letter != EDGE {
                visit(row(run));
            }
        }
    }

    fn end_word(&mut self, visit: &mut impl FnMut(usize)) {
        self.push(EDGE, visit);
        visit(row(self.word));
        if self.before != 0 {
            visit(row(mix(mix(PAIR, self.before), self.word)));
        }
        self.before = self.word;
        self.word = WORD;
        self.filled = 0;
    }
}

/// Multiplicative hashing: the high bits depend on all that was mixed in.
fn mix(hash: u64, value: u64) -> u64 {
    (hash.rotate_left(23) ^ value).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

fn row(hash: u64) -> usize {
    let row = ((hash >> 32) * ROWS as u64) >> 32;
    usize::try_from(row).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(text: &str) -> Vec<usize> {
        let mut rows = Vec::new();
        features(text, |row| rows.push(row));
        rows
    }

    #[test]
    fn neither_case_nor_the_shape_of_quotes_nor_what_is_no_letter_counts() {
        assert_eq!(rows("L’Été, 12!"), rows("l'été"));
        assert!(rows("12,50 € !!").is_empty());
        assert_ne!(rows("ete"), rows("été"));
        // Ten runs of up to four letters, of " ab ", and the word.
        assert_eq!(rows("ab").len(), 2 + 3 + 2 + 1 + 1);
        assert!(rows("Zeker weten").iter().all(|row| *row < ROWS));
    }
}
