//! The JSON of one line: the native shape of a feedback, with what a source would fill in. The ids
//! and the schema's name are the reader's to add.

use serde::Serialize;

use super::Tone;
use super::random::Random;

/// A line to be.
#[derive(Debug, Serialize)]
pub(super) struct Record<'a> {
    pub(super) source_id: &'a str,
    pub(super) occurred_at: jiff::Timestamp,
    pub(super) brand: &'a str,
    pub(super) respondent: &'a str,
    pub(super) solicited: bool,
    pub(super) channel: &'a str,
    pub(super) touchpoint: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) survey: Option<Survey>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) interaction: Option<Interaction<'a>>,
    pub(super) scores: Vec<Score>,
    pub(super) texts: Vec<Text>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) public: Option<Public>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) customer: Option<Customer<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) consent: Option<Consent>,
    pub(super) attributes: Attributes<'a>,
}

#[derive(Debug, Serialize)]
pub(super) struct Survey {
    pub(super) id: &'static str,
    pub(super) name: &'static str,
}

#[derive(Debug, Serialize)]
pub(super) struct Interaction<'a> {
    pub(super) id: String,
    pub(super) kind: &'static str,
    pub(super) queue: &'a str,
    pub(super) team: String,
    pub(super) agent_key: String,
    pub(super) wait_seconds: u32,
    pub(super) handle_seconds: u32,
    pub(super) transfers: u32,
}

#[derive(Debug, Serialize)]
pub(super) struct Score {
    metric: &'static str,
    question_id: &'static str,
    value: u8,
    min: u8,
    max: u8,
    direction: &'static str,
}

#[derive(Debug, Serialize)]
pub(super) struct Text {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) question_id: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) label: Option<String>,
    #[serde(rename = "text")]
    pub(super) words: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) lang: Option<Language>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) author: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) turn: Option<u32>,
}

#[derive(Debug, Clone, Copy, Serialize)]
pub(super) struct Language {
    pub(super) code: &'static str,
    pub(super) confidence: u8,
    pub(super) by: &'static str,
}

#[derive(Debug, Serialize)]
pub(super) struct Public {
    pub(super) url: String,
    pub(super) reach: u32,
}

#[derive(Debug, Serialize)]
pub(super) struct Customer<'a> {
    pub(super) key: &'a str,
    pub(super) segment: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) value: Option<Value>,
}

#[derive(Debug, Serialize)]
pub(super) struct Value {
    pub(super) amount: u32,
    pub(super) currency: &'static str,
}

#[derive(Debug, Serialize)]
pub(super) struct Consent {
    pub(super) contact: bool,
}

#[derive(Debug, Serialize)]
pub(super) struct Attributes<'a> {
    pub(super) region: &'a str,
    pub(super) sector: &'static str,
    pub(super) synthetic: bool,
}

/// A kind of score, and what people of each tone give: furious, negative, neutral, positive,
/// delighted, mixed; each value as often as it stands there.
pub(super) struct Scale {
    metric: &'static str,
    question_id: &'static str,
    min: u8,
    max: u8,
    given: [&'static [u8]; 6],
}

pub(super) const NPS: Scale = Scale {
    metric: "nps",
    question_id: "recommend",
    min: 0,
    max: 10,
    given: [
        &[0, 0, 0, 1, 1, 2, 3],
        &[1, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7],
        &[5, 6, 7, 7, 7, 8, 8],
        &[7, 8, 8, 8, 9, 9, 9, 10],
        &[8, 9, 9, 10, 10, 10],
        &[4, 5, 6, 6, 7, 7, 8, 8],
    ],
};
pub(super) const CSAT: Scale = Scale {
    metric: "csat",
    question_id: "satisfied",
    min: 1,
    max: 5,
    given: [&[1], &[1, 2, 2, 3], &[3, 3, 4], &[4, 4, 5], &[4, 5, 5, 5], &[2, 3, 3, 4]],
};
pub(super) const CES: Scale = Scale {
    metric: "ces",
    question_id: "easy",
    min: 1,
    max: 7,
    given: [&[1, 1, 2], &[1, 2, 2, 3, 4], &[4, 4, 5], &[5, 6, 6, 7], &[6, 7, 7], &[3, 4, 4, 5]],
};
pub(super) const STARS: Scale = Scale {
    metric: "rating",
    question_id: "stars",
    min: 1,
    max: 5,
    given: [&[1], &[1, 2, 2], &[3], &[4, 4, 5], &[5], &[3, 3, 4]],
};

impl Scale {
    /// What somebody of `tone` (`None`: mixed) gives.
    pub(super) fn score(&self, tone: Option<Tone>, random: &mut Random) -> Score {
        let row = match tone {
            Some(Tone::Furious) => 0,
            Some(Tone::Negative) => 1,
            Some(Tone::Neutral) => 2,
            Some(Tone::Positive) => 3,
            Some(Tone::Delighted) => 4,
            None => 5,
        };
        Score {
            metric: self.metric,
            question_id: self.question_id,
            value: *random.pick(self.given[row]),
            min: self.min,
            max: self.max,
            direction: "higher_is_better",
        }
    }
}
