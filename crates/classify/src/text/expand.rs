//! Contractions taken apart, so that `don't`, `dont` and `do not` are the same words, in rules and
//! in texts alike. Each language's closed set; at most two pieces, both standing where the word does.

use std::borrow::Cow;

/// One written word as the words it stands for.
pub(crate) struct Pieces<'a> {
    /// The first, or only, one.
    pub(crate) first: Cow<'a, str>,
    /// The second one of a contraction.
    pub(crate) second: Option<&'a str>,
}

/// English auxiliaries written without the apostrophe, and what they stand for before `not`.
const BARE: [(&str, &str); 20] = [
    ("arent", "are"),
    ("cannot", "can"),
    ("cant", "can"),
    ("couldnt", "could"),
    ("didnt", "did"),
    ("doesnt", "does"),
    ("dont", "do"),
    ("hadnt", "had"),
    ("hasnt", "has"),
    ("havent", "have"),
    ("isnt", "is"),
    ("mustnt", "must"),
    ("neednt", "need"),
    ("shant", "shall"),
    ("shouldnt", "should"),
    ("wasnt", "was"),
    ("werent", "were"),
    ("wont", "will"),
    ("wouldnt", "would"),
    ("aint", "is"),
];

/// What a folded word stands for in `language`.
pub(crate) fn expand<'a>(language: &str, folded: &'a str) -> Pieces<'a> {
    let whole = || Pieces { first: Cow::Borrowed(folded), second: None };
    match language {
        "en" => english(folded).unwrap_or_else(whole),
        "nl" => dutch(folded)
            .map_or_else(whole, |full| Pieces { first: Cow::Borrowed(full), second: None }),
        "fr" => french(folded).unwrap_or_else(whole),
        _ => whole(),
    }
}

fn english(folded: &str) -> Option<Pieces<'_>> {
    if let Some(auxiliary) = folded.strip_suffix("n't") {
        let first = match auxiliary {
            "ca" => "can",
            "wo" => "will",
            "sha" => "shall",
            "ai" => "is",
            other => other,
        };
        return Some(Pieces { first: Cow::Borrowed(first), second: Some("not") });
    }
    let index = BARE.iter().position(|(bare, _)| *bare == folded)?;
    Some(Pieces { first: Cow::Borrowed(BARE[index].1), second: Some("not") })
}

fn dutch(folded: &str) -> Option<&'static str> {
    match folded {
        "'t" => Some("het"),
        "'n" => Some("een"),
        "z'n" => Some("zijn"),
        "m'n" => Some("mijn"),
        "d'r" => Some("haar"),
        "zo'n" => Some("zo"),
        _ => None,
    }
}

fn french(folded: &str) -> Option<Pieces<'_>> {
    let (elided, rest) = folded.split_once('\'')?;
    let first = match elided {
        "l" => "le",
        "d" => "de",
        "j" => "je",
        "m" => "me",
        "t" => "te",
        "s" => "se",
        "n" => "ne",
        "c" => "ce",
        "qu" => "que",
        "jusqu" => "jusque",
        "lorsqu" => "lorsque",
        "puisqu" => "puisque",
        _ => return None,
    };
    let second = (!rest.is_empty()).then_some(rest);
    Some(Pieces { first: Cow::Borrowed(first), second })
}
