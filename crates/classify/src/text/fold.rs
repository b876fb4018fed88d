//! Folding: the form in which two spellings of a word are one. Case, accents, compatibility forms
//! (ligatures, full width) and the shape of quotes don't count; a word's letters otherwise do.
//! Offsets are always those of the original text, never of a folded one.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// `text` in lower case, decomposed (NFKD) without combining marks, `ß` as `ss`, `æ` as `ae`, `ø`
/// as `o` and so on, apostrophes straight, without invisible characters and emoji modifiers.
pub(crate) fn fold(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let mut folded = String::with_capacity(text.len());
    for character in text.nfkd().flat_map(char::to_lowercase) {
        match character {
            'ß' => folded.push_str("ss"),
            'æ' => folded.push_str("ae"),
            'œ' => folded.push_str("oe"),
            'ø' => folded.push('o'),
            'đ' => folded.push('d'),
            'ł' => folded.push('l'),
            'ı' => folded.push('i'),
            '\u{2018}' | '\u{2019}' | '\u{2bc}' | '\u{60}' | '\u{b4}' => folded.push('\''),
            '\u{ad}'
            | '\u{200b}'..='\u{200d}'
            | '\u{2060}'
            | '\u{feff}'
            | '\u{fe00}'..='\u{fe0f}'
            | '\u{1f3fb}'..='\u{1f3ff}' => {}
            mark if is_combining_mark(mark) => {}
            other => folded.push(other),
        }
    }
    folded
}

#[cfg(test)]
mod tests {
    use super::fold;

    #[test]
    fn spellings_meet() {
        for (one, other) in [
            ("CAFÉ", "cafe"),
            ("cafe\u{301}", "cafe"),
            ("Straße", "strasse"),
            ("don’t", "don't"),
            ("ﬁne", "fine"),
            ("ĳs", "ijs"),
            ("👍🏽", "👍"),
            ("❤️", "❤"),
            ("İ", "i"),
        ] {
            assert_eq!(fold(one), other, "{one}");
        }
    }
}
