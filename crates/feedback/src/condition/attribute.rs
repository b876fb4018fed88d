//! The attributes a condition can look at, by name, and how each is found in a record.

use serde::{Serialize, Serializer};

use super::{Facts, Found, Operator, Value};
use crate::{DepartmentId, Feedback, Flag, Intent, Metric, Polarity, nearest};

/// Where a condition stands, which decides what it may look at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scope {
    /// In a theme's rule: the feedback alone.
    Rule,
    /// In owners.toml: also themes and feelings.
    Owner,
    /// In routes.toml: also the accountable department.
    Route,
}

/// What of a record a comparison looks at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Attribute {
    /// `score.nps`, `score.csat`, `score.ces`, `score.rating`: on the metric's default scale, a high
    /// value being good, whatever scale it was asked on.
    Score(Metric),
    /// A named field of the feedback.
    Field(Field),
    /// `attributes.<name>`: a field of the record that has no place of its own.
    Other(String),
    /// `theme`: an id stands for its sub-themes too.
    Theme,
    /// `severity` of the theme, 1 to 5.
    Severity,
    /// `polarity` of the theme.
    Polarity,
    /// `sentiment` of the whole.
    Sentiment,
    /// `intent`.
    Intent,
    /// `urgency`, 0 to 1.
    Urgency,
    /// `flag`: one of the flags.
    Flag,
    /// `department`: the accountable one.
    Department,
}

/// A field of the feedback that a condition knows by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Field {
    /// `age`: from when it was said to when it came in
    Age,
    /// `anonymous` (true or false)
    Anonymous,
    /// `brand`
    Brand,
    /// `channel`
    Channel,
    /// `consent.contact` (true or false)
    ConsentContact,
    /// `disposition` of the interaction
    Disposition,
    /// `handle_seconds` of the interaction
    HandleSeconds,
    /// `journey_stage`
    JourneyStage,
    /// `lang`
    Lang,
    /// `link` of the chain
    Link,
    /// `product`
    Product,
    /// `queue` of the interaction
    Queue,
    /// `respondent`
    Respondent,
    /// `segment` of the customer
    Segment,
    /// `solicited` (true or false)
    Solicited,
    /// `source`
    Source,
    /// `status`
    Status,
    /// `team` of the interaction
    Team,
    /// `tenant`
    Tenant,
    /// `touchpoint`
    Touchpoint,
    /// `transfers` of the interaction
    Transfers,
    /// `unit`
    Unit,
    /// `wait_seconds` of the interaction
    WaitSeconds,
}

const FIELDS: [(&str, Field); 23] = [
    ("age", Field::Age),
    ("anonymous", Field::Anonymous),
    ("brand", Field::Brand),
    ("channel", Field::Channel),
    ("consent.contact", Field::ConsentContact),
    ("disposition", Field::Disposition),
    ("handle_seconds", Field::HandleSeconds),
    ("journey_stage", Field::JourneyStage),
    ("lang", Field::Lang),
    ("link", Field::Link),
    ("product", Field::Product),
    ("queue", Field::Queue),
    ("respondent", Field::Respondent),
    ("segment", Field::Segment),
    ("solicited", Field::Solicited),
    ("source", Field::Source),
    ("status", Field::Status),
    ("team", Field::Team),
    ("tenant", Field::Tenant),
    ("touchpoint", Field::Touchpoint),
    ("transfers", Field::Transfers),
    ("unit", Field::Unit),
    ("wait_seconds", Field::WaitSeconds),
];

const CLASSIFIED: [(&str, Attribute); 7] = [
    ("flag", Attribute::Flag),
    ("intent", Attribute::Intent),
    ("polarity", Attribute::Polarity),
    ("sentiment", Attribute::Sentiment),
    ("severity", Attribute::Severity),
    ("theme", Attribute::Theme),
    ("urgency", Attribute::Urgency),
];

/// The prefix of fields that have no place of their own.
const OTHER: &str = "attributes.";

/// What kind of value an attribute has.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    Number,
    Either,
    Term,
}

impl Attribute {
    /// The attribute of that name; the error names all there are.
    pub fn from_name(name: &str, scope: Scope) -> Result<Self, String> {
        if let Some(metric) = name.strip_prefix("score.").and_then(Metric::from_name) {
            return Ok(Self::Score(metric));
        }
        if let Some((_, field)) = FIELDS.iter().find(|(known, _)| *known == name) {
            return Ok(Self::Field(*field));
        }
        if let Some(other) = name.strip_prefix(OTHER).filter(|other| !other.is_empty()) {
            return Ok(Self::Other(other.to_owned()));
        }
        let classified = CLASSIFIED.iter().find(|(known, _)| *known == name);
        match classified {
            Some((_, attribute)) if scope >= Scope::Owner => return Ok(attribute.clone()),
            None if name == "department" && scope >= Scope::Route => return Ok(Self::Department),
            _ => {}
        }
        let known = known_names(scope).join(", ");
        Err(format!("there is no attribute \"{name}\" here; known are {known}"))
    }

    /// The attribute whose name is nearest to `name`.
    pub(super) fn nearest(name: &str, scope: Scope) -> Option<Self> {
        Self::from_name(nearest(name, known_names(scope))?, scope).ok()
    }

    /// The name as written in a condition.
    pub fn name(&self) -> String {
        match self {
            Self::Score(metric) => format!("score.{}", metric.name()),
            Self::Field(field) => named(&FIELDS, field),
            Self::Other(name) => format!("{OTHER}{name}"),
            Self::Department => "department".to_owned(),
            classified => named(&CLASSIFIED, classified),
        }
    }

    pub(super) fn kind(&self) -> Kind {
        match self {
            Self::Score(_)
            | Self::Severity
            | Self::Urgency
            | Self::Field(Field::HandleSeconds | Field::Transfers | Field::WaitSeconds) => {
                Kind::Number
            }
            Self::Other(_) => Kind::Either,
            Self::Field(Field::Age) => Kind::Term,
            _ => Kind::Text,
        }
    }

    /// The only values a text attribute can have, where they are few.
    pub(super) fn choices(&self) -> Option<Vec<&'static str>> {
        const POLARITIES: [Polarity; 4] =
            [Polarity::Positive, Polarity::Negative, Polarity::Neutral, Polarity::Mixed];
        const INTENTS: [Intent; 5] = [
            Intent::Complaint,
            Intent::Praise,
            Intent::Suggestion,
            Intent::Question,
            Intent::Other,
        ];
        match self {
            Self::Polarity | Self::Sentiment => Some(POLARITIES.map(Polarity::name).to_vec()),
            Self::Intent => Some(INTENTS.map(Intent::name).to_vec()),
            Self::Flag => Some(Flag::ALL.map(Flag::name).to_vec()),
            Self::Field(Field::Anonymous | Field::ConsentContact | Field::Solicited) => {
                Some(vec!["true", "false"])
            }
            _ => None,
        }
    }

    /// Whether the operator and the values fit the attribute; the error says what would.
    pub(super) fn check(&self, operator: Operator, values: &[Value]) -> Result<(), String> {
        let name = self.name();
        let equality = matches!(operator, Operator::Equal | Operator::NotEqual | Operator::In);
        if self.kind() == Kind::Text && !equality {
            return Err(format!("{name} is a text: compare it with =, != or IN"));
        }
        for value in values {
            match (self.kind(), value) {
                (Kind::Term, Value::Term(_)) => {}
                (Kind::Term, _) => {
                    return Err(format!("{name} is a length of time: write 30d, 12h or 2w"));
                }
                (_, Value::Term(term)) => {
                    let written = term.as_str();
                    return Err(format!("{name} is no length of time, but {written} is"));
                }
                (Kind::Number, Value::Text(text)) => {
                    return Err(format!(
                        "{name} is a number: write it without quotes, not \"{text}\""
                    ));
                }
                (Kind::Text, Value::Number(number)) => {
                    return Err(format!("{name} is a text: write \"{number}\" in quotes"));
                }
                (_, Value::Text(text)) if !equality => {
                    return Err(format!("{} needs a number, not \"{text}\"", operator.symbol()));
                }
                (_, Value::Text(text)) => {
                    if let Some(choices) = self.choices()
                        && !choices.contains(&text.as_str())
                    {
                        return Err(format!("{name} is one of {}", choices.join(", ")));
                    }
                }
                (_, Value::Number(_)) => {}
            }
        }
        Ok(())
    }

    /// Whether `test` holds for one of the values the record has for this attribute.
    pub(super) fn any(&self, facts: &Facts<'_>, test: impl Fn(Found<'_>) -> bool) -> bool {
        let text = |text: Option<&str>| text.is_some_and(|text| test(Found::Text(text)));
        let number = |number: Option<f64>| number.is_some_and(|number| test(Found::Number(number)));
        match self {
            Self::Score(metric) => facts
                .feedback
                .scores
                .iter()
                .any(|score| score.metric == *metric && test(Found::Number(score.on_default()))),
            Self::Field(Field::Lang) => match facts.lang {
                Some(lang) => test(Found::Text(lang)),
                None => languages(facts.feedback).any(|lang| test(Found::Text(lang))),
            },
            Self::Field(field) => match field.value(facts.feedback) {
                Some(found) => test(found),
                None => false,
            },
            Self::Other(name) => facts.feedback.attributes.get(name).is_some_and(|json| {
                match (json.as_number(), json.as_text(), json.get()) {
                    (Some(number), _, _) => test(Found::Number(number)),
                    (_, Some(text), _) => test(Found::Text(&text)),
                    (_, _, truth @ ("true" | "false")) => test(Found::Text(truth)),
                    _ => false,
                }
            }),
            Self::Theme => facts.theme.is_some_and(|theme| test(Found::Theme(theme.id))),
            Self::Severity => number(facts.theme.map(|theme| f64::from(theme.severity))),
            Self::Polarity => text(facts.theme.map(|theme| theme.polarity.name())),
            Self::Sentiment => text(facts.sentiment.map(Polarity::name)),
            Self::Intent => text(facts.intent.map(Intent::name)),
            Self::Urgency => number(facts.urgency),
            Self::Flag => facts.flags.iter().any(|flag| test(Found::Text(flag.name()))),
            Self::Department => text(facts.department.map(DepartmentId::as_str)),
        }
    }
}

impl Serialize for Attribute {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.name())
    }
}

impl Field {
    fn value(self, feedback: &Feedback) -> Option<Found<'_>> {
        fn text(text: Option<&String>) -> Option<Found<'_>> {
            text.map(|text| Found::Text(text))
        }
        fn truth<'a>(value: Option<bool>) -> Option<Found<'a>> {
            value.map(|value| Found::Text(if value { "true" } else { "false" }))
        }
        let interaction = feedback.interaction.as_ref();
        let customer = feedback.customer.as_ref();
        match self {
            Self::Age => {
                let age = feedback.received_at?.duration_since(feedback.occurred_at?);
                Some(Found::Number(age.as_secs_f64()))
            }
            Self::Anonymous => truth(customer?.anonymous),
            Self::Brand => text(feedback.brand.as_ref()),
            Self::Channel => text(feedback.channel.as_ref()),
            Self::ConsentContact => truth(feedback.consent.as_ref()?.contact),
            Self::Disposition => text(interaction?.disposition.as_ref()),
            Self::HandleSeconds => interaction?.handle_seconds.map(Found::Number),
            Self::JourneyStage => text(feedback.journey_stage.as_ref()),
            Self::Lang => None,
            Self::Link => text(customer?.link.as_ref()),
            Self::Product => text(feedback.product.as_ref()?.id.as_ref()),
            Self::Queue => text(interaction?.queue.as_ref()),
            Self::Respondent => feedback.respondent.as_ref().map(|who| Found::Text(who.name())),
            Self::Segment => text(customer?.segment.as_ref()),
            Self::Solicited => truth(feedback.solicited),
            Self::Source => Some(Found::Text(&feedback.source)),
            Self::Status => feedback.status.as_ref().map(|status| Found::Text(status.name())),
            Self::Team => text(interaction?.team.as_ref()),
            Self::Tenant => text(feedback.tenant.as_ref()),
            Self::Touchpoint => text(feedback.touchpoint.as_ref()),
            Self::Transfers => interaction?.transfers.map(|count| Found::Number(f64::from(count))),
            Self::Unit => text(feedback.unit.as_ref()),
            Self::WaitSeconds => interaction?.wait_seconds.map(Found::Number),
        }
    }
}

fn languages(feedback: &Feedback) -> impl Iterator<Item = &str> {
    feedback
        .texts
        .iter()
        .filter(|text| feedback.is_respondents(text))
        .filter_map(|text| text.lang.as_ref())
        .map(|lang| &*lang.code)
}

fn named<T: PartialEq>(table: &[(&str, T)], wanted: &T) -> String {
    table
        .iter()
        .find(|(_, value)| value == wanted)
        .map_or_else(String::new, |(name, _)| (*name).to_owned())
}

fn known_names(scope: Scope) -> Vec<&'static str> {
    let mut names: Vec<&str> = FIELDS.iter().map(|(name, _)| *name).collect();
    names.extend(["score.nps", "score.csat", "score.ces", "score.rating", "attributes.<name>"]);
    if scope >= Scope::Owner {
        names.extend(CLASSIFIED.iter().map(|(name, _)| *name));
    }
    if scope >= Scope::Route {
        names.push("department");
    }
    names.sort_unstable();
    names
}
