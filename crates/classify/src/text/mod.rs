//! Words and where they stand: scanning with byte offsets, sentences, folding, stems, and the small
//! closed sets of each language (contractions, numbers). All of it depends on the text alone.

mod abbreviations;
mod expand;
mod fold;
mod number;
mod scan;
mod stem;

pub(crate) use expand::{Pieces, expand};
pub(crate) use fold::fold;
pub(crate) use number::is_number;
pub(crate) use scan::{Piece, scan};
pub use stem::stem;

/// The primary subtag of a language code, in lower case: `en-GB` → `en`.
pub(crate) fn primary_language(code: &str) -> String {
    code.split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase()
}

/// A word as the matcher compares it: folded, its contraction taken apart, without inner hyphens.
/// One written word may be several pieces (`don't` → `do`, `not`; `e-mail` → `e`, `mail`).
pub(crate) fn pieces(text: &str, language: &str) -> Vec<String> {
    let mut pieces = Vec::new();
    scan(text, |piece| {
        if let Piece::Word { start, end, .. } = piece {
            let folded = fold(text.get(start..end).unwrap_or_default());
            let Pieces { first, second } = expand(language, &folded);
            pieces.push(first.into_owned());
            pieces.extend(second.map(str::to_owned));
        }
    });
    pieces
}

/// The same words with hyphenated ones written as one (`e-mail adres` → `email`, `adres`), where
/// that differs from [`pieces`].
pub(crate) fn joined_pieces(text: &str, language: &str) -> Option<Vec<String>> {
    let mut words: Vec<(usize, usize)> = Vec::new();
    let mut any = false;
    scan(text, |piece| {
        if let Piece::Word { start, end, hyphen } = piece {
            match words.last_mut() {
                Some(last) if hyphen => {
                    last.1 = end;
                    any = true;
                }
                _ => words.push((start, end)),
            }
        }
    });
    let joined = |(start, end): (usize, usize)| {
        let folded = unhyphenated(&fold(text.get(start..end).unwrap_or_default()));
        let Pieces { first, second } = expand(language, &folded);
        [Some(first.into_owned()), second.map(str::to_owned)].into_iter().flatten().collect()
    };
    any.then(|| words.into_iter().flat_map(|word| -> Vec<String> { joined(word) }).collect())
}

/// A folded word without its hyphens.
pub(crate) fn unhyphenated(folded: &str) -> String {
    folded.chars().filter(|character| !is_hyphen(*character)).collect()
}

/// Characters that show nothing: soft hyphens, zero-width blanks and joiners, marks and overrides of
/// direction, fillers, variation selectors, tags.
pub(crate) fn is_invisible(character: char) -> bool {
    matches!(character,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
        | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}'
        | '\u{fff9}'..='\u{fffb}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

/// What people write for an apostrophe.
pub(crate) fn is_apostrophe(character: char) -> bool {
    matches!(
        character,
        '\'' | '`' | '\u{b4}' | '\u{2bc}' | '\u{2018}' | '\u{2019}' | '\u{2032}' | '\u{ff07}'
    )
}

/// The characters that join the parts of a compound.
pub(crate) fn is_hyphen(character: char) -> bool {
    matches!(character, '-' | '\u{2010}' | '\u{2011}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contractions_and_hyphens_come_apart() {
        for (language, text, expected) in [
            ("en", "Don’t work", vec!["do", "not", "work"]),
            ("en", "cannot", vec!["can", "not"]),
            ("en", "wont", vec!["will", "not"]),
            ("nl", "z'n cv-ketel", vec!["zijn", "cv", "ketel"]),
            ("fr", "l'agence n’est", vec!["le", "agence", "ne", "est"]),
            ("xx", "don't", vec!["don't"]),
        ] {
            assert_eq!(pieces(text, language), expected, "{text}");
        }
        assert_eq!(joined_pieces("e-mail adres", "nl"), Some(vec!["email".into(), "adres".into()]));
        assert_eq!(joined_pieces("email", "nl"), None);
        assert_eq!(primary_language("en-GB"), "en");
    }
}
