//! Stems: the one place that knows rust-stemmers (Snowball). Another stemmer would go here.

use std::borrow::Cow;

use rust_stemmers::{Algorithm, Stemmer};

/// The stem of a folded word in `language` (en, nl, de, fr, es); the word itself in any other. A
/// possessive or plural `'s` is no part of it (`collega's` → `collega`).
///
/// Dutch is Snowball's Porter variant, which joins neither strong verbs nor separable ones: that is
/// what the word families of words/nl.toml are for.
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
    Stemmer::create(algorithm).stem(bare)
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
            ("de", "rechnungen", "rechnung"),
            ("fr", "factures", "facture"),
            ("es", "facturas", "factura"),
        ] {
            assert_eq!(stem(language, one), stem(language, other), "{language} {one}");
        }
        assert_eq!(stem("pl", "faktury"), "faktury");
    }
}
