//! The signs that people and their devices put between the digits of one number: blanks and dashes of
//! every width, and marks nobody sees (phones copy numbers with them).

/// Characters without width that may stand anywhere: soft hyphen, zero-width ones, marks of direction.
pub(super) fn is_invisible(character: char) -> bool {
    matches!(
        character,
        '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}'
    )
}

/// The plain form of a blank, a dash or a dot; every other character as it is.
pub(super) fn plain(character: char) -> char {
    match character {
        '\u{a0}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\u{3000}' => ' ',
        '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{fe63}' | '\u{ff0d}' => '-',
        '\u{b7}' | '\u{2024}' | '\u{ff0e}' => '.',
        '\u{2044}' | '\u{2215}' | '\u{ff0f}' => '/',
        '\u{ff0b}' => '+',
        other => other,
    }
}

/// A full-width letter, digit or sign in its plain form, as East Asian keyboards write them; every other
/// character as it is.
pub(super) fn narrow(character: char) -> char {
    /// From U+FF01 on they are ASCII's, in its order.
    const SHIFT: u32 = 0xff01 - '!' as u32;
    match character {
        '\u{ff01}'..='\u{ff5e}' => {
            char::from_u32(u32::from(character) - SHIFT).unwrap_or(character)
        }
        other => other,
    }
}

/// The characters before a place, the nearest first, without those nobody sees.
pub(super) fn before(text: &str) -> impl Iterator<Item = char> {
    text.chars().rev().filter(|character| !is_invisible(*character)).map(plain)
}

/// The characters after a place, without those nobody sees.
pub(super) fn after(text: &str) -> impl Iterator<Item = char> {
    text.chars().filter(|character| !is_invisible(*character)).map(plain)
}

/// The most signs between two groups of one number.
const SIGNS_MAX: usize = 3;

/// What stands between two groups of digits where that is what people write within one number, in its
/// plain form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Gap {
    signs: [u8; SIGNS_MAX],
    count: usize,
}

impl Gap {
    /// The gap, if it is one.
    pub(super) fn of(between: &str) -> Option<Self> {
        let mut gap = Self { signs: [0; SIGNS_MAX], count: 0 };
        for character in after(between) {
            let sign = u8::try_from(character).ok().filter(|sign| b" ().-/".contains(sign))?;
            *gap.signs.get_mut(gap.count)? = sign;
            gap.count += 1;
        }
        Some(gap)
    }

    /// Its signs.
    pub(super) fn signs(&self) -> &[u8] {
        self.signs.get(..self.count).unwrap_or_default()
    }

    /// Whether it is one sign, of these.
    pub(super) fn is_one_of(&self, signs: &[u8]) -> bool {
        matches!(self.signs(), [sign] if signs.contains(sign))
    }
}
