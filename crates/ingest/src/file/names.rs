//! Names that columns go by, in English and Dutch, in lower case.

use feedback::Metric;

/// Parts of names by which texts go, the surest first.
pub(super) const TEXTS: [&str; 32] = [
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
    "reactie",
    "review",
    "remark",
    "klacht",
    "complaint",
    "suggest",
    "verbeter",
    "improve",
    "explanation",
    "reden",
    "reason",
    "why",
    "waarom",
    "message",
    "bericht",
    "description",
    "omschrijving",
    "text",
    "tekst",
    "antwoord",
    "narrative",
];

/// Parts of names that hold words which nobody said.
pub(super) const NO_TEXTS: [&str; 17] = [
    "agent",
    "browser",
    "device",
    "address",
    "adres",
    "url",
    "http",
    "referrer",
    "name",
    "naam",
    "category",
    "categorie",
    "segment",
    "group",
    "groep",
    "filter",
    "campaign",
];

/// Parts of names by which scores go.
pub(super) const SCORES: [(&str, Metric); 22] = [
    ("nps", Metric::Nps),
    ("recommend", Metric::Nps),
    ("aanbevel", Metric::Nps),
    ("aanraden", Metric::Nps),
    ("promoter", Metric::Nps),
    ("csat", Metric::Csat),
    ("satisf", Metric::Csat),
    ("tevreden", Metric::Csat),
    ("ces", Metric::Ces),
    ("effort", Metric::Ces),
    ("moeite", Metric::Ces),
    ("gemak", Metric::Ces),
    ("ease", Metric::Ces),
    ("rating", Metric::Rating),
    ("stars", Metric::Rating),
    ("sterren", Metric::Rating),
    ("cijfer", Metric::Rating),
    ("beoordeling", Metric::Rating),
    ("waardering", Metric::Rating),
    ("grade", Metric::Rating),
    ("punten", Metric::Rating),
    ("score", Metric::Nps),
];

/// Parts of names that sort respondents by their score rather than give it.
pub(super) const NO_SCORES: [&str; 6] =
    ["group", "groep", "category", "categorie", "segment", "type"];

/// Parts of names by which dates go, the best first.
pub(super) const DATES: [&str; 16] = [
    "occurred",
    "recorded",
    "submit",
    "ingevuld",
    "response date",
    "completed",
    "enddate",
    "end date",
    "einddatum",
    "created",
    "date",
    "datum",
    "timestamp",
    "time",
    "tijd",
    "received",
];

/// Names by which ids go.
pub(super) const IDS: [&str; 14] = [
    "id",
    "responseid",
    "respondentid",
    "recordid",
    "feedbackid",
    "reviewid",
    "complaintid",
    "ticketid",
    "caseid",
    "uuid",
    "guid",
    "responsenummer",
    "nummer",
    "volgnummer",
];

/// Names by which the language goes.
pub(super) const LANGUAGES: [&str; 6] =
    ["language", "lang", "taal", "locale", "userlanguage", "sprache"];
