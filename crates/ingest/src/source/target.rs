//! The fields of Feedback that a source's file can map by name, and how a value is put there.

use feedback::{
    Consent, Customer, CustomerValue, Feedback, FollowsUp, Interaction, Product, Public,
    Respondent, Status, Survey,
};
use serde::{Serialize, Serializer};

use super::value::{Found, Manner, Unreadable};

macro_rules! targets {
    ($($name:ident = $wire:literal,)+) => {
        /// A field of Feedback that can be mapped.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub(crate) enum Target { $($name,)+ }

        impl Target {
            /// Every name, as written below `[fields]` and `[defaults]`.
            pub(crate) const NAMES: &[&str] = &[$($wire),+];

            /// The field of that name.
            pub(crate) fn from_name(name: &str) -> Option<Self> {
                match name {
                    $($wire => Some(Self::$name),)+
                    _ => None,
                }
            }

            /// The name as written.
            pub(crate) const fn name(self) -> &'static str {
                match self {
                    $(Self::$name => $wire,)+
                }
            }
        }
    };
}

targets!(
    SourceId = "source_id",
    Revision = "revision",
    Tenant = "tenant",
    Brand = "brand",
    Respondent = "respondent",
    Solicited = "solicited",
    Channel = "channel",
    Touchpoint = "touchpoint",
    JourneyStage = "journey_stage",
    OccurredAt = "occurred_at",
    ReceivedAt = "received_at",
    Status = "status",
    ResponseId = "response_id",
    Unit = "unit",
    SurveyId = "survey.id",
    SurveyVersion = "survey.version",
    SurveyName = "survey.name",
    SurveyWave = "survey.wave",
    SurveyInvitation = "survey.invitation_id",
    InteractionId = "interaction.id",
    InteractionKind = "interaction.kind",
    InteractionQueue = "interaction.queue",
    InteractionAgent = "interaction.agent_key",
    InteractionTeam = "interaction.team",
    InteractionStarted = "interaction.started_at",
    InteractionEnded = "interaction.ended_at",
    InteractionWait = "interaction.wait_seconds",
    InteractionHandle = "interaction.handle_seconds",
    InteractionTransfers = "interaction.transfers",
    InteractionDisposition = "interaction.disposition",
    PublicUrl = "public.url",
    PublicReach = "public.reach",
    CustomerKey = "customer.key",
    CustomerAnonymous = "customer.anonymous",
    CustomerSegment = "customer.segment",
    CustomerLink = "customer.link",
    CustomerValue = "customer.value.amount",
    CustomerCurrency = "customer.value.currency",
    ConsentContact = "consent.contact",
    ConsentPublish = "consent.publish",
    FollowsUp = "follows_up.task_id",
    ProductId = "product.id",
    ProductVersion = "product.version",
);

impl Serialize for Target {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

impl Target {
    /// What the field must hold, for messages.
    pub(crate) fn expected(self) -> &'static str {
        match self {
            Self::Revision | Self::PublicReach | Self::InteractionTransfers => {
                "a whole number from 0 (a revision may be a time)"
            }
            Self::InteractionWait | Self::InteractionHandle | Self::CustomerValue => "a number",
            Self::Solicited
            | Self::CustomerAnonymous
            | Self::ConsentContact
            | Self::ConsentPublish => "true or false",
            Self::OccurredAt
            | Self::ReceivedAt
            | Self::InteractionStarted
            | Self::InteractionEnded => "a time (see `date_formats`)",
            Self::FollowsUp => "a task's id",
            _ => "a text",
        }
    }

    /// How such a value is written in a source's file.
    pub(crate) fn form(self) -> &'static str {
        match self.expected() {
            "true or false" => "true",
            "a time (see `date_formats`)" => "\"2026-03-04T10:00:00Z\"",
            expected if expected.contains("number") => "1",
            _ => "\"…\"",
        }
    }

    /// Puts `found` into its field; an empty one leaves the field as it is.
    pub(crate) fn set(
        self,
        feedback: &mut Feedback,
        found: &Found<'_>,
        manner: &Manner,
    ) -> Result<(), Unreadable> {
        match self.name().split_once('.') {
            None => self.set_own(feedback, found, manner),
            Some(("survey", _)) => self.set_survey(feedback, found, manner),
            Some(("interaction", _)) => self.set_interaction(feedback, found, manner),
            Some(("customer", _)) => self.set_customer(feedback, found, manner),
            Some(_) => self.set_other(feedback, found, manner),
        }
    }

    fn set_own(
        self,
        feedback: &mut Feedback,
        found: &Found<'_>,
        manner: &Manner,
    ) -> Result<(), Unreadable> {
        match self {
            Self::Revision => {
                feedback.revision = revision(found, manner)?.unwrap_or(feedback.revision);
            }
            Self::Solicited => put(&mut feedback.solicited, manner.truth(found)?),
            Self::OccurredAt => put(&mut feedback.occurred_at, manner.time(found)?),
            Self::ReceivedAt => put(&mut feedback.received_at, manner.time(found)?),
            _ => self.set_name(feedback, manner.name(found)?),
        }
        Ok(())
    }

    fn set_name(self, feedback: &mut Feedback, name: Option<String>) {
        let lower = || name.as_ref().map(|name| name.to_lowercase());
        match self {
            Self::Respondent => {
                put(&mut feedback.respondent, lower().as_deref().map(Respondent::from_name));
            }
            Self::Status => put(&mut feedback.status, lower().as_deref().map(Status::from_name)),
            Self::SourceId => put(&mut feedback.source_id, name),
            Self::Tenant => put(&mut feedback.tenant, name),
            Self::Brand => put(&mut feedback.brand, name),
            Self::Channel => put(&mut feedback.channel, name),
            Self::Touchpoint => put(&mut feedback.touchpoint, name),
            Self::JourneyStage => put(&mut feedback.journey_stage, name),
            Self::ResponseId => put(&mut feedback.response_id, name),
            _ => put(&mut feedback.unit, name),
        }
    }

    fn set_survey(
        self,
        feedback: &mut Feedback,
        found: &Found<'_>,
        manner: &Manner,
    ) -> Result<(), Unreadable> {
        let Some(name) = manner.name(found)? else { return Ok(()) };
        let survey = feedback.survey.get_or_insert_with(Survey::default);
        let field = match self {
            Self::SurveyId => &mut survey.id,
            Self::SurveyVersion => &mut survey.version,
            Self::SurveyName => &mut survey.name,
            Self::SurveyWave => &mut survey.wave,
            _ => &mut survey.invitation_id,
        };
        put(field, Some(name));
        Ok(())
    }

    fn set_interaction(
        self,
        feedback: &mut Feedback,
        found: &Found<'_>,
        manner: &Manner,
    ) -> Result<(), Unreadable> {
        if manner.name(found)?.is_none() {
            return Ok(());
        }
        let interaction = feedback.interaction.get_or_insert_with(Interaction::default);
        match self {
            Self::InteractionStarted => put(&mut interaction.started_at, manner.time(found)?),
            Self::InteractionEnded => put(&mut interaction.ended_at, manner.time(found)?),
            Self::InteractionWait => put(&mut interaction.wait_seconds, manner.number(found)?),
            Self::InteractionHandle => put(&mut interaction.handle_seconds, manner.number(found)?),
            Self::InteractionTransfers => {
                let count = manner.whole(found)?.map(u32::try_from).transpose();
                put(&mut interaction.transfers, count.map_err(|_| Unreadable)?);
            }
            Self::InteractionId => put(&mut interaction.id, manner.name(found)?),
            Self::InteractionKind => put(&mut interaction.kind, manner.name(found)?),
            Self::InteractionQueue => put(&mut interaction.queue, manner.name(found)?),
            Self::InteractionAgent => put(&mut interaction.agent_key, manner.name(found)?),
            Self::InteractionTeam => put(&mut interaction.team, manner.name(found)?),
            _ => put(&mut interaction.disposition, manner.name(found)?),
        }
        Ok(())
    }

    fn set_customer(
        self,
        feedback: &mut Feedback,
        found: &Found<'_>,
        manner: &Manner,
    ) -> Result<(), Unreadable> {
        let Some(name) = manner.name(found)? else { return Ok(()) };
        let customer = feedback.customer.get_or_insert_with(Customer::default);
        match self {
            Self::CustomerAnonymous => put(&mut customer.anonymous, manner.truth(found)?),
            Self::CustomerKey => put(&mut customer.key, Some(name)),
            Self::CustomerSegment => put(&mut customer.segment, Some(name)),
            Self::CustomerLink => put(&mut customer.link, Some(name)),
            Self::CustomerValue => {
                if let Some(amount) = manner.number(found)? {
                    let none = CustomerValue { amount, currency: None };
                    customer.value.get_or_insert(none).amount = amount;
                }
            }
            // `currency` is read after `amount` (the targets' order) and means nothing without it.
            _ => {
                if let Some(value) = &mut customer.value {
                    value.currency = Some(name.to_uppercase());
                }
            }
        }
        Ok(())
    }

    fn set_other(
        self,
        feedback: &mut Feedback,
        found: &Found<'_>,
        manner: &Manner,
    ) -> Result<(), Unreadable> {
        let Some(name) = manner.name(found)? else { return Ok(()) };
        let public = || Public::default();
        match self {
            Self::PublicUrl => put(&mut feedback.public.get_or_insert_with(public).url, Some(name)),
            Self::PublicReach => {
                let reach = manner.whole(found)?;
                put(&mut feedback.public.get_or_insert_with(public).reach, reach);
            }
            Self::ConsentContact => {
                let truth = manner.truth(found)?;
                put(&mut feedback.consent.get_or_insert_with(Consent::default).contact, truth);
            }
            Self::ConsentPublish => {
                let truth = manner.truth(found)?;
                put(&mut feedback.consent.get_or_insert_with(Consent::default).publish, truth);
            }
            Self::FollowsUp => {
                let task_id = serde_json::from_value(serde_json::Value::String(name));
                let task_id = task_id.map_err(|_| Unreadable)?;
                put(&mut feedback.follows_up, Some(FollowsUp { task_id }));
            }
            Self::ProductId => {
                put(&mut feedback.product.get_or_insert_with(Product::default).id, Some(name));
            }
            _ => {
                put(&mut feedback.product.get_or_insert_with(Product::default).version, Some(name));
            }
        }
        Ok(())
    }
}

fn put<T>(field: &mut Option<T>, value: Option<T>) {
    if value.is_some() {
        *field = value;
    }
}

/// A version number, or the time of the last change in milliseconds since 1970.
fn revision(found: &Found<'_>, manner: &Manner) -> Result<Option<u64>, Unreadable> {
    if let Ok(revision) = manner.whole(found) {
        return Ok(revision);
    }
    let Some(time) = manner.time(found)? else { return Ok(None) };
    u64::try_from(time.as_millisecond()).map(Some).map_err(|_| Unreadable)
}
