//! What negates, and where clauses begin, in a language that has no lexicon file: enough for rules.

use super::{Lexicon, Negators};

/// What negates.
const NEGATORS: [(&str, &str); 5] = [
    ("en", "not no never nobody none nothing nowhere without neither nor hardly barely"),
    ("nl", "niet geen nooit niemand niets niks nergens zonder noch nimmer nauwelijks amper"),
    ("de", "nicht kein keine keinen keinem keiner keines nie niemals niemand nichts nirgends ohne"),
    ("fr", "pas jamais rien aucun aucune personne sans ni nul nulle"),
    ("es", "no nunca jamas nada nadie ningun ninguna ninguno sin ni tampoco"),
];
/// What begins a clause.
const CLAUSES: [(&str, &str); 5] = [
    ("en", "and but that because although though while so or"),
    ("nl", "en maar dat omdat want hoewel terwijl dus of"),
    ("de", "und aber dass weil denn obwohl wahrend sondern oder"),
    ("fr", "et mais que car parce puisque donc ou"),
    ("es", "y e pero que porque aunque mientras sino o"),
];
/// What looks like a negation and is none.
const NOT_NEGATING: [(&str, &[&str]); 5] = [
    ("en", &["not only", "not just", "no wonder", "no doubt", "not to mention", "nothing but"]),
    ("nl", &["niet alleen", "niet slechts", "geen wonder", "niets dan"]),
    ("de", &["nicht nur", "kein wunder"]),
    ("fr", &["pas seulement", "pas etonnant", "la personne", "une personne", "cette personne"]),
    ("es", &["no solo", "no solamente"]),
];

/// The lexicon of a language that has no file.
pub(crate) fn built_in(language: &str) -> Lexicon {
    let of = |table: &[(&str, &str)]| -> Vec<String> {
        let words = table.iter().find(|(code, _)| *code == language);
        words.map_or_else(Vec::new, |(_, words)| words.split(' ').map(str::to_owned).collect())
    };
    let phrases = NOT_NEGATING.iter().find(|(code, _)| *code == language);
    Lexicon {
        negators: Negators {
            words: of(&NEGATORS),
            not_negating: phrases.map_or_else(Vec::new, |(_, all)| {
                all.iter().map(|each| (*each).to_owned()).collect()
            }),
            ..Negators::default()
        },
        clause: of(&CLAUSES),
        ..Lexicon::default()
    }
}
