//! Feedback: one person's say about the company, with all that is known around it. Absent means
//! unknown; arrays are always there. The JSON form is the contract of every topic.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::number;
use crate::{
    Author, FeedbackId, Json, LanguageSource, RedactionKind, Respondent, Score, Status, TaskId,
    Verbatim,
};

/// The version of the JSON shape, the value of `Feedback::schema`.
pub const SCHEMA: &str = "voc.feedback.v1";

/// One person's say. All but `id`, `revision`, `schema` and `source`, and one of `texts` and
/// `scores`, may be absent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Feedback {
    /// Derived from the source and its id, or from the record's place; see [`FeedbackId`].
    pub id: FeedbackId,
    /// Which edition of this feedback it is; consumers take the highest per id.
    #[serde(default)]
    pub revision: u64,
    /// The version of this shape: `voc.feedback.v1`.
    pub schema: Arc<str>,
    /// The source's name.
    pub source: Arc<str>,
    /// The source's own id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source_id: Option<String>,
    /// The company, where one installation serves several.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tenant: Option<String>,
    /// The brand.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub brand: Option<String>,
    /// Who speaks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub respondent: Option<Respondent>,
    /// Whether we asked for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub solicited: Option<bool>,
    /// survey, chat, call, social, review, complaint, …
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel: Option<String>,
    /// The touchpoint, an id of touchpoints.toml where it is known there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub touchpoint: Option<String>,
    /// The stage of the journey.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub journey_stage: Option<String>,
    /// When it was said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub occurred_at: Option<Timestamp>,
    /// When it reached the log: the input record's timestamp.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub received_at: Option<Timestamp>,
    /// How far the answer came.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<Status>,
    /// The survey.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub survey: Option<Survey>,
    /// The id that joins the answers of one response.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub response_id: Option<String>,
    /// The call, chat or visit it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub interaction: Option<Interaction>,
    /// Closed answers that are no score.
    #[serde(default)]
    pub answers: Vec<Answer>,
    /// Scores, each on its scale.
    #[serde(default)]
    pub scores: Vec<Score>,
    /// Free texts, redacted.
    #[serde(default)]
    pub texts: Vec<Text>,
    /// Where it stands in public.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub public: Option<Public>,
    /// Who it is from, under a pseudonym.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer: Option<Customer>,
    /// What the person agreed to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub consent: Option<Consent>,
    /// The task that this answer follows up.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub follows_up: Option<FollowsUp>,
    /// The branch, shop or unit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// The product.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub product: Option<Product>,
    /// What was masked in the texts.
    #[serde(default)]
    pub redactions: Vec<Redaction>,
    /// Every other field of the record, as it came, sorted by name.
    #[serde(default)]
    pub attributes: BTreeMap<String, Json>,
}

impl Feedback {
    /// Feedback that has nothing but its id and source: the start of a mapping.
    pub fn new(id: FeedbackId, source: Arc<str>) -> Self {
        Self {
            id,
            revision: 0,
            schema: Arc::from(SCHEMA),
            source,
            source_id: None,
            tenant: None,
            brand: None,
            respondent: None,
            solicited: None,
            channel: None,
            touchpoint: None,
            journey_stage: None,
            occurred_at: None,
            received_at: None,
            status: None,
            survey: None,
            response_id: None,
            interaction: None,
            answers: Vec::new(),
            scores: Vec::new(),
            texts: Vec::new(),
            public: None,
            customer: None,
            consent: None,
            follows_up: None,
            unit: None,
            product: None,
            redactions: Vec::new(),
            attributes: BTreeMap::new(),
        }
    }

    /// The respondent's first text that has words in it, with its index.
    pub fn speech(&self) -> Option<(usize, &Text)> {
        let has_words =
            |text: &Text| self.is_respondents(text) && !text.text.as_str().trim().is_empty();
        self.texts.iter().enumerate().find(|(_, text)| has_words(text))
    }

    /// Whether the respondent wrote `text` (an absent author is the respondent).
    pub fn is_respondents(&self, text: &Text) -> bool {
        match &text.author {
            None | Some(Author::Customer) => true,
            Some(Author::Employee) => matches!(self.respondent, Some(Respondent::Employee)),
            Some(_) => false,
        }
    }
}

/// The survey an answer belongs to.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Survey {
    /// The survey's id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Its version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// Its name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Its wave.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wave: Option<String>,
    /// The invitation that was answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub invitation_id: Option<String>,
}

/// The call, chat or visit that the feedback is about.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Interaction {
    /// The contact centre's id of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// call, chat, visit, …
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// The queue.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub queue: Option<String>,
    /// The agent's pseudonym.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agent_key: Option<String>,
    /// The agent's team.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub team: Option<String>,
    /// When it began.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub started_at: Option<Timestamp>,
    /// When it ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<Timestamp>,
    /// How long the customer waited, in seconds.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        serialize_with = "number::serialize_plain_option"
    )]
    pub wait_seconds: Option<f64>,
    /// How long it was handled, in seconds.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        serialize_with = "number::serialize_plain_option"
    )]
    pub handle_seconds: Option<f64>,
    /// How often it was passed on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub transfers: Option<u32>,
    /// The agent's wrap-up code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub disposition: Option<String>,
}

/// A closed answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Answer {
    /// The question's id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub question_id: Option<String>,
    /// The question's words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// choice, number, boolean, date, …
    #[serde(default, rename = "type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// The answer.
    pub value: Json,
}

/// A free text, redacted; offsets elsewhere are UTF-8 bytes in `text`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Text {
    /// The question's id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub question_id: Option<String>,
    /// The question's words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// The words.
    pub text: Verbatim,
    /// Its language.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lang: Option<Language>,
    /// Who wrote it; absent: the respondent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub author: Option<Author>,
    /// Its place in a conversation, from 0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub turn: Option<u32>,
}

impl Text {
    /// The respondent's words, of which nothing else is known.
    pub fn new(words: impl Into<Verbatim>) -> Self {
        Self {
            question_id: None,
            label: None,
            text: words.into(),
            lang: None,
            author: None,
            turn: None,
        }
    }

    /// The respondent's words in the language of that code, as declared.
    pub fn declared(words: impl Into<Verbatim>, code: &str) -> Self {
        Self { lang: Some(Language::declared(code)), ..Self::new(words) }
    }
}

/// A text's language.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Language {
    /// ISO 639-1, lower case.
    pub code: Arc<str>,
    /// How sure that is, 0 to 1.
    #[serde(serialize_with = "number::serialize_rounded")]
    pub confidence: f64,
    /// How it came to be known.
    pub by: LanguageSource,
}

impl Language {
    /// The language of that code, as the record itself says: certain.
    pub fn declared(code: impl Into<Arc<str>>) -> Self {
        Self { code: code.into(), confidence: 1.0, by: LanguageSource::Declared }
    }
}

/// Where feedback stands in public.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Public {
    /// Its address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// How many people it can reach.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reach: Option<u64>,
}

/// The customer, under a pseudonym.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Customer {
    /// The pseudonym; never a phone number or e-mail address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// Whether the person wants to stay unknown: then nobody contacts them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub anonymous: Option<bool>,
    /// The segment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub segment: Option<String>,
    /// Which link of the chain (end customer, reseller, …).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
    /// What the customer is worth, as the source says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<CustomerValue>,
}

/// An amount of money.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CustomerValue {
    /// The amount.
    #[serde(serialize_with = "number::serialize_plain")]
    pub amount: f64,
    /// ISO 4217.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency: Option<String>,
}

/// What the person agreed to. Absent is no refusal.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Consent {
    /// May we contact them about it?
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contact: Option<bool>,
    /// May we publish it?
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub publish: Option<bool>,
}

/// The task that an answer follows up.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FollowsUp {
    /// The task.
    pub task_id: TaskId,
}

/// The product.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Product {
    /// Its id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Its version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
}

/// Something masked: where the mask stands in the redacted text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Redaction {
    /// Index into `texts`.
    pub text: usize,
    /// What it was.
    pub kind: RedactionKind,
    /// First UTF-8 byte of the mask.
    pub start: usize,
    /// One past the last UTF-8 byte of the mask.
    pub end: usize,
}
