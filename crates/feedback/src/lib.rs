//! The nouns that all of voc shares, and nothing that does I/O.
//!
//! `Feedback` is one customer's (or employee's) say; `Classification` is what it is about and who is
//! accountable; `Routing` is the work that follows. Ids are derived, never drawn. The stages
//! (ingest, classify, route) depend on this crate and never on one another.

pub mod canonical;
mod classification;
pub mod condition;
mod departments;
pub mod document;
mod files;
mod ids;
mod json;
mod message;
mod model;
mod nearest;
pub mod number;
pub mod placement;
mod problem;
mod record;
mod routing;
mod score;
mod term;
mod terms;
mod verbatim;
pub mod wire;

pub use classification::{
    Because, Classification, Contributor, Emotion, Evidence, Flag, Intent, Polarity, Sentiment,
    TaxonomyVersion, ThemeMatch, ThemeSource,
};
pub use departments::{Department, Departments, Names};
pub use files::{Files, Given};
pub use ids::{DepartmentId, EventId, FeedbackId, IdError, KudosId, TaskId, TeamId, ThemeId};
pub use json::Json;
pub use message::MessageLanguage;
pub use model::{
    Answer, Consent, Customer, CustomerValue, Feedback, FollowsUp, Interaction, Language, Product,
    Public, Redaction, SCHEMA, Survey, Text,
};
pub use nearest::{nearest, suggest};
pub use problem::{INLINE_SECRET, Problem, Span, is_secret, line_and_column};
pub use record::{Header, Origin, Record};
pub use routing::{Due, Kudos, RoutedContributor, Routing, Task, TaskKind};
pub use score::{Direction, Metric, Score};
pub use term::Term;
pub use terms::{Author, LanguageSource, RedactionKind, Respondent, Status};
pub use verbatim::Verbatim;
