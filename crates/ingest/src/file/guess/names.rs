//! Names that columns go by, in English and Dutch and a little German, French and Spanish, in lower
//! case. Survey tools put whole questions there, so a word may stand anywhere in it.

use feedback::Metric;

/// Parts of names by which the respondent's words surely go.
pub(super) const TEXTS: [&str; 43] = [
    "verbatim",
    "comment",
    "feedback",
    "opmerking",
    "toelichting",
    "free text",
    "free_text",
    "freetext",
    "vrije tekst",
    "open answer",
    "open antwoord",
    "open-ended",
    "reactie",
    "review",
    "remark",
    "klacht",
    "complaint",
    "suggest",
    "verbeter",
    "improve",
    "narrative",
    "kommentar",
    "bemerkung",
    "anmerkung",
    "remarque",
    "comentario",
    "sugerencia",
    "observacion",
    // The two open questions: what went well, and what could be better.
    "went well",
    "go well",
    "like about",
    "like most",
    "like best",
    "like least",
    "do better",
    "done better",
    "be better",
    "ging goed",
    "gaat goed",
    "ging er goed",
    "gaat er goed",
    "kan beter",
    "kon beter",
];

/// Parts of names by which they may go, where words stand in the column.
pub(super) const PERHAPS_TEXTS: [&str; 45] = [
    "explanation",
    "reden",
    "reason",
    "why",
    "waarom",
    "warum",
    "pourquoi",
    "message",
    "bericht",
    "description",
    "omschrijving",
    "text",
    "tekst",
    "antwoord",
    "specify",
    "[other]",
    "namelijk",
    "anything else",
    "tell us",
    "what could",
    "what did",
    "what went",
    "vertel",
    "nog iets",
    "wat kon",
    "wat kun",
    "wat vind",
    "wat vond",
    "hoe kun",
    "what can",
    "what do you",
    "what would",
    "do you like",
    "did you like",
    "how can we",
    "how could we",
    "wat ging",
    "wat gaat",
    "wat kan",
    "wat doen",
    "wat zou",
    "wat mis",
    "beter kunnen",
    "was hat",
    "was könn",
];

/// Words of short names that hold words which the respondent didn't say.
pub(super) const NO_TEXTS: [&str; 35] = [
    "adres",
    "address",
    "afdeling",
    "agent",
    "android",
    "browser",
    "campaign",
    "categorie",
    "category",
    "department",
    "developer",
    "device",
    "e-mail",
    "email",
    "filter",
    "group",
    "groep",
    "http",
    "intern",
    "internal",
    "label",
    "medewerker",
    "naam",
    "name",
    "owner",
    "referrer",
    "reply",
    "segment",
    "sentiment",
    "soort",
    "status",
    "tags",
    "topic",
    "type",
    "url",
];

/// How a part stands in a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stands {
    /// As a word of its own.
    Word,
    /// At the beginning of a word.
    First,
    /// Anywhere: Dutch puts words together.
    Within,
}

/// What a part of a name says of a score.
#[derive(Debug, Clone, Copy)]
pub(super) struct ScoreName {
    pub(super) part: &'static str,
    stands: Stands,
    pub(super) metric: Metric,
    /// How sure the metric is.
    pub(super) sure: Sure,
}

/// How sure a name makes a metric.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sure {
    /// It says the metric itself.
    Named,
    /// It asks the metric's question, which some ask on another scale.
    Asked,
    /// It is a mark as schools give them, 1 to 10.
    Mark,
    /// It says no more than that it is a score.
    Any,
}

const fn name(part: &'static str, stands: Stands, metric: Metric, sure: Sure) -> ScoreName {
    ScoreName { part, stands, metric, sure }
}

/// Parts of names by which scores go; the first that is there decides.
const SCORES: [ScoreName; 33] = {
    use Metric::{Ces, Csat, Nps, Rating};
    use Stands::{First, Within, Word};
    use Sure::{Any, Asked, Mark, Named};
    [
        name("nps", Word, Nps, Named),
        name("net promoter", Within, Nps, Named),
        name("csat", First, Csat, Named),
        name("osat", Word, Csat, Named),
        name("ces", Word, Ces, Named),
        name("recommend", Within, Nps, Asked),
        name("aanbeve", Within, Nps, Asked),
        name("aanraden", Within, Nps, Asked),
        name("ltr", Word, Nps, Asked),
        name("weiterempf", First, Nps, Asked),
        name("recommand", Within, Nps, Asked),
        name("recomend", Within, Nps, Asked),
        name("satisf", First, Csat, Asked),
        name("tevreden", Within, Csat, Asked),
        name("zufrieden", Within, Csat, Asked),
        name("effort", Word, Ces, Asked),
        name("ease", Word, Ces, Asked),
        name("easy", Word, Ces, Asked),
        name("difficult", Word, Ces, Asked),
        name("moeite", Within, Ces, Asked),
        name("gemak", First, Ces, Asked),
        name("makkelijk", First, Ces, Asked),
        name("cijfer", Within, Rating, Mark),
        name("rating", First, Rating, Asked),
        name("rate", Word, Rating, Asked),
        name("stars", Word, Rating, Asked),
        name("sterren", Within, Rating, Asked),
        name("beoordel", Within, Rating, Asked),
        name("waarder", First, Rating, Asked),
        name("grade", Word, Rating, Asked),
        name("punten", Word, Rating, Asked),
        name("bewertung", Within, Rating, Asked),
        name("score", Within, Nps, Any),
    ]
};

/// Words of short names that sort or count respondents rather than say what they gave.
const NO_SCORES: [&str; 20] = [
    "aantal",
    "categorie",
    "category",
    "count",
    "detractor",
    "detractors",
    "duration",
    "duur",
    "group",
    "groep",
    "id",
    "passive",
    "passives",
    "promoter",
    "promoters",
    "segment",
    "soort",
    "type",
    "weging",
    "weight",
];

/// What the name of a column, with its question, says of a score.
pub(super) fn score(column: &str, lower: &str) -> Option<&'static ScoreName> {
    let net = lower.contains("net promoter");
    if !net
        && is_short(column)
        && words(&column.to_lowercase()).any(|word| NO_SCORES.contains(&word))
    {
        return None;
    }
    SCORES.iter().find(|name| {
        let part = name.part;
        match name.stands {
            Stands::Word => words(lower).any(|word| word == part),
            Stands::First => words(lower).any(|word| word.starts_with(part)),
            Stands::Within => lower.contains(part),
        }
    })
}

/// The words of a name.
pub(super) fn words(lower: &str) -> impl Iterator<Item = &str> {
    lower.split(|c: char| !c.is_alphabetic() && c != '-').filter(|word| !word.is_empty())
}

/// Whether it is a name rather than a question.
pub(super) fn is_short(name: &str) -> bool {
    name.split_whitespace().count() <= 3 && !name.contains('?')
}

/// Whether the name says that somebody else's words stand there.
pub(super) fn is_no_text(column: &str) -> bool {
    let lower = column.to_lowercase();
    is_short(column) && words(&lower).any(|word| NO_TEXTS.iter().any(|part| word.contains(part)))
}

/// Parts of names by which dates go, the best first.
pub(super) const DATES: [&str; 19] = [
    "occurred",
    "recorded",
    "submit",
    "ingevuld",
    "response date",
    "responsedate",
    "completed",
    "enddate",
    "end date",
    "einddatum",
    "created",
    "date",
    "datum",
    "timestamp",
    "tijdstempel",
    "tijdstip",
    "time",
    "tijd",
    "received",
];

/// Names by which ids go, without what stands between their words; the best first.
pub(super) const IDS: [&str; 29] = [
    "responseid",
    "responsid",
    "respondentid",
    "recordid",
    "feedbackid",
    "surveyresponseid",
    "submissionid",
    "answerid",
    "antwoordid",
    "reactieid",
    "reviewid",
    "complaintid",
    "ticketid",
    "caseid",
    "id",
    "idresponseid",
    "surveyid",
    "uuid",
    "guid",
    "token",
    "responsenummer",
    "respondentnummer",
    "klachtnummer",
    "ticketnummer",
    "meldingsnummer",
    "nummer",
    "volgnummer",
    "ticketnumber",
    "casenumber",
];

/// Names by which the language goes.
pub(super) const LANGUAGES: [&str; 11] = [
    "language",
    "lang",
    "taal",
    "locale",
    "userlanguage",
    "responselanguage",
    "surveylanguage",
    "startlanguage",
    "respondentlanguage",
    "languagecode",
    "sprache",
];
