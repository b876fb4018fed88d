//! What a feedback is about: themes with their evidence, feelings, the one accountable department,
//! and the reasons, in words.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::number;
use crate::{DepartmentId, ThemeId, Verbatim};

/// The result of the stage classify.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Classification {
    /// The taxonomy that said so.
    pub taxonomy: Arc<TaxonomyVersion>,
    /// The engine's name and version.
    pub engine: Arc<str>,
    /// The themes found, strongest claim on an owner first.
    pub themes: Vec<ThemeMatch>,
    /// The overall feeling; absent where there are no words and no score to tell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sentiment: Option<Sentiment>,
    /// Emotions found.
    pub emotions: Vec<Emotion>,
    /// From −1 (easy) to 1 (hard), where the words tell.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        serialize_with = "number::serialize_rounded_option"
    )]
    pub effort: Option<f64>,
    /// What the person wants.
    pub intent: Intent,
    /// How urgent an answer is, 0 to 1.
    #[serde(serialize_with = "number::serialize_rounded")]
    pub urgency: f64,
    /// What must not be overlooked.
    pub flags: Vec<Flag>,
    /// The one accountable department.
    pub department: DepartmentId,
    /// Departments that must help.
    pub contributors: Vec<Contributor>,
    /// No theme matched.
    pub uncategorised: bool,
    /// Why: each tag, the owner, and what nearly was.
    pub because: Vec<Because>,
}

/// Which taxonomy, exactly.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TaxonomyVersion {
    /// Its name.
    pub name: String,
    /// Its version, as its author counts.
    pub version: String,
    /// The hash of all configuration that shapes output: 16 hex digits.
    pub hash: String,
}

/// One theme found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ThemeMatch {
    /// The theme.
    pub id: ThemeId,
    /// The theme and those above it, from the top.
    pub path: Vec<ThemeId>,
    /// Who found it.
    pub by: ThemeSource,
    /// How sure, 0 to 1.
    #[serde(serialize_with = "number::serialize_rounded")]
    pub confidence: f64,
    /// How the person feels about it.
    pub polarity: Polarity,
    /// Whose it is: the theme's own department, or the one that owners.toml gives it to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub department: Option<DepartmentId>,
    /// The places that show it.
    pub evidence: Vec<Evidence>,
}

/// Who found a theme.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum ThemeSource {
    /// A rule of the taxonomy.
    Rule,
    /// A trained model.
    Model,
}

/// How somebody feels about something.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Polarity {
    /// Well.
    Positive,
    /// Badly.
    Negative,
    /// Neither.
    Neutral,
    /// Both.
    Mixed,
}

impl Polarity {
    /// The name on the wire.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Positive => "positive",
            Self::Negative => "negative",
            Self::Neutral => "neutral",
            Self::Mixed => "mixed",
        }
    }
}

/// One place in one text that shows a theme.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Evidence {
    /// The rule: `<theme>/<lang>`.
    pub rule: Arc<str>,
    /// Index into the feedback's `texts`.
    pub text: usize,
    /// First UTF-8 byte in that text.
    pub start: usize,
    /// One past the last UTF-8 byte.
    pub end: usize,
    /// The words there, from the match's first to its last.
    pub words: Verbatim,
    /// Whether a negation turns it.
    pub negated: bool,
}

/// The overall feeling.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Sentiment {
    /// From −1 to 1.
    #[serde(serialize_with = "number::serialize_rounded")]
    pub score: f64,
    /// The same in a word.
    pub label: Polarity,
    /// How sure, 0 to 1.
    #[serde(serialize_with = "number::serialize_rounded")]
    pub confidence: f64,
}

/// An emotion found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Emotion {
    /// joy, gratitude, frustration, anger, …
    pub name: String,
    /// How strong, 0 to 1.
    #[serde(serialize_with = "number::serialize_rounded")]
    pub intensity: f64,
}

/// What the person wants.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Intent {
    /// Something went wrong.
    Complaint,
    /// Something went well.
    Praise,
    /// Something could be better.
    Suggestion,
    /// They want to know something.
    Question,
    /// None of these.
    Other,
}

impl Intent {
    /// The name on the wire.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Complaint => "complaint",
            Self::Praise => "praise",
            Self::Suggestion => "suggestion",
            Self::Question => "question",
            Self::Other => "other",
        }
    }
}

/// What must not be overlooked.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Flag {
    /// The customer is about to leave.
    ChurnRisk,
    /// The customer needs particular care.
    Vulnerable,
    /// A lawyer, court or ombudsman is named.
    Legal,
    /// Somebody may be hurt.
    Safety,
    /// The press or a regulator is named.
    Press,
}

impl Flag {
    /// All flags, in the order of output.
    pub const ALL: [Self; 5] =
        [Self::ChurnRisk, Self::Vulnerable, Self::Legal, Self::Safety, Self::Press];

    /// The name on the wire.
    pub const fn name(self) -> &'static str {
        match self {
            Self::ChurnRisk => "churn_risk",
            Self::Vulnerable => "vulnerable",
            Self::Legal => "legal",
            Self::Safety => "safety",
            Self::Press => "press",
        }
    }

    /// The flag of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|flag| flag.name() == name)
    }
}

/// A department that must help the accountable one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Contributor {
    /// The department.
    pub department: DepartmentId,
    /// Its share of the claim, 0 to 1.
    #[serde(serialize_with = "number::serialize_rounded")]
    pub weight: f64,
}

/// One reason, for people (`message`) and for machines (the rest).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Because {
    /// What kind of reason: `matched`, `negated_match`, `owner`, `owner_override`, `fallback`, …
    pub code: Cow<'static, str>,
    /// The reason in plain words, in the company's language; never a customer's. What `theme` and
    /// `rule` say is not said again.
    pub message: String,
    /// The theme it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub theme: Option<ThemeId>,
    /// The rule it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule: Option<Arc<str>>,
}

impl fmt::Display for Because {
    /// For people: what it is about, then the message.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rule = || self.rule.as_deref();
        if let Some(about) = self.theme.as_ref().map(ThemeId::as_str).or_else(rule) {
            write!(formatter, "{about}: ")?;
        }
        formatter.write_str(&self.message)
    }
}
