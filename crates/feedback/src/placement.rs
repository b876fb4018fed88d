//! Where a byte of a TOML string's value stands in its file, so that a fault inside a rule or a
//! condition is shown at its own place.

use std::ops::Range;

use crate::Span;

/// The span in `file` of the bytes `inner` of the value of the TOML string that is written at
/// `string` (its quotes included).
pub fn in_string(file: &str, string: Range<usize>, inner: Span) -> Span {
    let written = file.get(string.clone()).unwrap_or_default();
    let place = |byte| string.start + offset_in(written, byte);
    Span { start: place(inner.start), end: place(inner.end) }
}

/// Where byte `wanted` of the value stands in a TOML string as written.
fn offset_in(written: &str, wanted: usize) -> usize {
    let (quote, escapes) = match written.get(..3) {
        Some("'''") => (3, false),
        Some("\"\"\"") => (3, true),
        _ => (1, !written.starts_with('\'')),
    };
    let body = written.get(quote..written.len().saturating_sub(quote)).unwrap_or_default();
    // A line break right after three quotes is no part of the value.
    let trimmed = if quote == 3 {
        body.strip_prefix("\r\n").or_else(|| body.strip_prefix('\n')).unwrap_or(body)
    } else {
        body
    };
    let begin = quote + body.len() - trimmed.len();
    if !escapes {
        return begin + wanted.min(trimmed.len());
    }
    let mut value = 0;
    let mut characters = trimmed.char_indices();
    while let Some((at, character)) = characters.next() {
        if value >= wanted {
            return begin + at;
        }
        value += if character == '\\' { escaped(&mut characters) } else { character.len_utf8() };
    }
    begin + trimmed.len()
}

/// The length of the value of an escape, whose backslash was just read.
fn escaped(characters: &mut std::str::CharIndices<'_>) -> usize {
    let digits = match characters.next() {
        Some((_, 'x')) => 2,
        Some((_, 'u')) => 4,
        Some((_, 'U')) => 8,
        Some((_, blank)) if blank.is_whitespace() => {
            let rest = characters.as_str();
            let skipped = rest.chars().take_while(|each| each.is_whitespace()).count();
            for _ in 0..skipped {
                characters.next();
            }
            return 0;
        }
        _ => return 1,
    };
    let code: String = characters.by_ref().take(digits).map(|(_, digit)| digit).collect();
    let value = u32::from_str_radix(&code, 16).ok().and_then(char::from_u32);
    value.map_or(1, char::len_utf8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_found_through_quotes_and_escapes() {
        for (written, value_byte, expected) in [
            ("'abc'", 1, "b"),
            ("'''abc'''", 2, "c"),
            ("'''\nabc'''", 0, "a"),
            ("\"a\\\"b\"", 2, "b"),
            ("\"\\u00e9b\"", 2, "b"),
            ("\"\"\"a\\\n  b\"\"\"", 1, "\\"),
        ] {
            let file = format!("key = {written}\n");
            let span = Span { start: value_byte, end: value_byte + 1 };
            let place = in_string(&file, 6..6 + written.len(), span);
            assert!(file.get(place.start..).unwrap().starts_with(expected), "{written}: {place:?}");
        }
    }
}
