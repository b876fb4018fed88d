//! Stems: the one place that knows rust-stemmers (Snowball). Another stemmer would go here.

use std::borrow::Cow;

use rust_stemmers::{Algorithm, Stemmer};

/// The stem of a folded word in `language` (en, nl, de, fr, es); the word itself in any other. A
/// possessive or plural `'s` is no part of it (`collega's` → `collega`).
///
/// Dutch is Snowball's Porter variant with one step of ours: a last `v` or `z` is the `f` or `s` that it
/// becomes at the end of a word (`huizen` and `huis`, `brieven` and `brief`). It joins neither strong
/// verbs nor separable ones: that is what the word families of words/nl.toml are for. ARCHITECTURE.md
/// says why it isn't Snowball's newer Dutch.
pub fn stem<'a>(language: &str, folded: &'a str) -> Cow<'a, str> {
    let algorithm = match language {
        "en" => Algorithm::English,
        "nl" => Algorithm::Dutch,
        "de" => Algorithm::German,
        "fr" => Algorithm::French,
        "es" => Algorithm::Spanish,
        _ => return Cow::Borrowed(folded),
    };
    let bare = folded.strip_suffix("'s").filter(|bare| !bare.is_empty()).unwrap_or(folded);
    if language == "de" && EM_ENDS.iter().any(|end| bare.ends_with(end)) {
        return Cow::Borrowed(bare);
    }
    let stem = Stemmer::create(algorithm).stem(bare);
    if language == "nl" { unvoiced(stem) } else { stem }
}

/// German words whose `em` is part of the stem, which Snowball takes for an ending: `problem` would not
/// meet `probleme`.
const EM_ENDS: [&str; 4] = ["bequem", "blem", "extrem", "system"];

/// With the consonant that a Dutch stem ends with when nothing follows it.
fn unvoiced(stem: Cow<'_, str>) -> Cow<'_, str> {
    let last = match stem.as_bytes() {
        [_, .., b'v'] => 'f',
        [_, .., b'z'] => 's',
        _ => return stem,
    };
    let mut stem = stem.into_owned();
    stem.pop();
    stem.push(last);
    Cow::Owned(stem)
}

#[cfg(test)]
mod tests {
    use super::stem;

    #[test]
    fn inflections_meet() {
        for (language, one, other) in [
            ("en", "charged", "charge"),
            ("en", "company's", "company"),
            ("nl", "collega's", "collega"),
            ("nl", "storingen", "storing"),
            ("nl", "huizen", "huis"),
            ("nl", "brieven", "brief"),
            ("nl", "facturen", "factuur"),
            ("de", "rechnungen", "rechnung"),
            ("de", "probleme", "problem"),
            ("fr", "factures", "facture"),
            ("es", "facturas", "factura"),
        ] {
            assert_eq!(stem(language, one), stem(language, other), "{language} {one}");
        }
        assert_eq!(stem("pl", "faktury"), "faktury");
    }
}
