//! Contractions taken apart, so that `don't`, `dont` and `do not` are the same words, in rules and
//! in texts alike, and so are the short forms that people write in each language. Closed sets; at most
//! two pieces, both standing where the word does.

use std::borrow::Cow;

/// One written word as the words it stands for.
pub(crate) struct Pieces<'a> {
    /// The first, or only, one.
    pub(crate) first: Cow<'a, str>,
    /// The second one of a contraction.
    pub(crate) second: Option<&'a str>,
}

/// A whole word and the one or two words it stands for; no second word is "".
type Whole = (&'static str, &'static str, &'static str);

const ENGLISH: &[Whole] = &[
    ("'cause", "because", ""),
    ("aint", "is", "not"),
    ("ain't", "is", "not"),
    ("arent", "are", "not"),
    ("cannot", "can", "not"),
    ("cant", "can", "not"),
    ("can't", "can", "not"),
    ("couldnt", "could", "not"),
    ("didnt", "did", "not"),
    ("doesnt", "does", "not"),
    ("dont", "do", "not"),
    ("gonna", "going", "to"),
    ("hadnt", "had", "not"),
    ("hasnt", "has", "not"),
    ("havent", "have", "not"),
    ("hes", "he", "is"),
    ("im", "i", "am"),
    ("isnt", "is", "not"),
    ("ive", "i", "have"),
    ("let's", "let", "us"),
    ("mustnt", "must", "not"),
    ("neednt", "need", "not"),
    ("shant", "shall", "not"),
    ("shan't", "shall", "not"),
    ("shes", "she", "is"),
    ("shouldnt", "should", "not"),
    ("thats", "that", "is"),
    ("theres", "there", "is"),
    ("theyre", "they", "are"),
    ("theyve", "they", "have"),
    ("wanna", "want", "to"),
    ("wasnt", "was", "not"),
    ("werent", "were", "not"),
    ("weve", "we", "have"),
    ("whats", "what", "is"),
    ("wont", "will", "not"),
    ("won't", "will", "not"),
    ("wouldnt", "would", "not"),
    ("youre", "you", "are"),
    ("youve", "you", "have"),
];

/// The ends of English contractions, and what they stand for.
const ENGLISH_ENDS: [(&str, &str); 6] = [
    ("n't", "not"),
    ("'re", "are"),
    ("'ve", "have"),
    ("'ll", "will"),
    ("'m", "am"),
    ("'d", "would"),
];

/// After these, `'s` is `is`; elsewhere it is a possessive.
const BEFORE_IS: [&str; 12] =
    ["he", "here", "how", "it", "she", "that", "there", "this", "what", "when", "where", "who"];

const DUTCH: &[Whole] = &[
    ("'k", "ik", ""),
    ("'m", "hem", ""),
    ("'n", "een", ""),
    ("'ns", "eens", ""),
    ("'r", "haar", ""),
    ("'s", "s", ""),
    ("'t", "het", ""),
    ("d'r", "haar", ""),
    ("da's", "dat", "is"),
    ("m'n", "mijn", ""),
    ("mn", "mijn", ""),
    ("nie", "niet", ""),
    ("tis", "het", "is"),
    ("z'n", "zijn", ""),
    ("zn", "zijn", ""),
    ("zo'n", "zo", "een"),
];

const GERMAN: &[Whole] = &[
    ("'n", "ein", ""),
    ("'ne", "eine", ""),
    ("'nem", "einem", ""),
    ("'nen", "einen", ""),
    ("'ner", "einer", ""),
    ("'s", "es", ""),
    ("gehts", "geht", "es"),
    ("gibts", "gibt", "es"),
    ("hats", "hat", "es"),
    ("ists", "ist", "es"),
    ("ned", "nicht", ""),
    ("net", "nicht", ""),
    ("nich", "nicht", ""),
    ("nix", "nichts", ""),
    ("wars", "war", "es"),
];

const FRENCH: &[Whole] = &[
    ("cest", "ce", "est"),
    ("jai", "je", "ai"),
    ("javais", "je", "avais"),
    ("jetais", "je", "etais"),
    ("quil", "que", "il"),
    ("quon", "que", "on"),
    ("ya", "y", "a"),
];

/// French words that lose their last vowel before another word, without it, and whole.
const FRENCH_ELIDED: [(&str, &str); 14] = [
    ("c", "ce"),
    ("d", "de"),
    ("j", "je"),
    ("jusqu", "jusque"),
    ("l", "le"),
    ("lorsqu", "lorsque"),
    ("m", "me"),
    ("n", "ne"),
    ("puisqu", "puisque"),
    ("qu", "que"),
    ("quoiqu", "quoique"),
    ("s", "se"),
    ("t", "te"),
    ("y", "y"),
];

const SPANISH: &[Whole] = &[
    ("pa", "para", ""),
    ("porq", "porque", ""),
    ("pq", "porque", ""),
    ("q", "que", ""),
    ("tb", "tambien", ""),
    ("tmb", "tambien", ""),
    ("xq", "porque", ""),
];

/// What a folded word stands for in `language`.
pub(crate) fn expand<'a>(language: &str, folded: &'a str) -> Pieces<'a> {
    let (whole, parts): (_, Option<Pieces<'a>>) = match language {
        "en" => (ENGLISH, english(folded)),
        "nl" => (DUTCH, ending(folded, "'t", "het")),
        "de" => (GERMAN, ending(folded, "'s", "es")),
        "fr" => (FRENCH, french(folded)),
        "es" => (SPANISH, None),
        _ => (&[][..], None),
    };
    if let Some((_, first, second)) = whole.iter().find(|(written, ..)| *written == folded) {
        let second = Some(*second).filter(|second| !second.is_empty());
        return Pieces { first: Cow::Borrowed(first), second };
    }
    parts.unwrap_or(Pieces { first: Cow::Borrowed(folded), second: None })
}

/// A word and what its end stands for, where it ends so.
fn ending<'a>(folded: &'a str, end: &str, second: &'static str) -> Option<Pieces<'a>> {
    let first = folded.strip_suffix(end).filter(|first| !first.is_empty())?;
    Some(Pieces { first: Cow::Borrowed(first), second: Some(second) })
}

fn english(folded: &str) -> Option<Pieces<'_>> {
    ENGLISH_ENDS
        .iter()
        .find_map(|(end, second)| ending(folded, end, second))
        .or_else(|| ending(folded, "'s", "is").filter(|pieces| BEFORE_IS.contains(&&*pieces.first)))
}

fn french(folded: &str) -> Option<Pieces<'_>> {
    let (elided, rest) = folded.split_once('\'')?;
    let (_, first) = FRENCH_ELIDED.iter().find(|(written, _)| *written == elided)?;
    let second = (!rest.is_empty()).then_some(rest);
    Some(Pieces { first: Cow::Borrowed(first), second })
}
