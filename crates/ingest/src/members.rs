//! The members of a JSON object, taken one by one with the type they must have. What is left over
//! becomes the attributes, as it came. A member that is `null` counts as absent when it is taken.

use std::collections::BTreeMap;

use feedback::Json;
use jiff::Timestamp;
use serde::de::DeserializeOwned;

use crate::strict::Member;
use crate::{Reject, RejectCode, time};

/// Members that have not been taken yet.
pub(crate) struct Members<'a>(Vec<Member<'a>>);

impl<'a> Members<'a> {
    /// All members of an object.
    pub(crate) fn new(members: Vec<Member<'a>>) -> Self {
        Self(members)
    }

    /// Whether there is a member of that name that is not null.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.0.iter().any(|member| member.name == name && member.value != "null")
    }

    /// The JSON text of a member that is not null, left where it is.
    pub(crate) fn get(&self, name: &str) -> Option<&'a str> {
        let found = self.0.iter().find(|member| member.name == name)?;
        (found.value != "null").then_some(found.value)
    }

    /// Every member's name and JSON text.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &'a str)> {
        self.0.iter().map(|member| (&*member.name, member.value))
    }

    /// Takes a member's JSON text; `None` where it is absent or null.
    pub(crate) fn take(&mut self, name: &str) -> Option<&'a str> {
        let index = self.0.iter().position(|member| member.name == name)?;
        let value = self.0.swap_remove(index).value;
        (value != "null").then_some(value)
    }

    /// Takes a member of type `T`; `expected` tells what that is.
    pub(crate) fn typed<T: DeserializeOwned>(
        &mut self,
        name: &str,
        expected: &str,
    ) -> Result<Option<T>, Reject> {
        let Some(json) = self.take(name) else { return Ok(None) };
        serde_json::from_str(json).map(Some).map_err(|_| Reject::wrong_type(name, expected))
    }

    /// Takes a text.
    pub(crate) fn text(&mut self, name: &str) -> Result<Option<String>, Reject> {
        self.typed(name, "a text")
    }

    /// Takes an identifier: a text that is not blank, or a number as it is written.
    pub(crate) fn identifier(&mut self, name: &str) -> Result<Option<String>, Reject> {
        let Some(json) = self.take(name) else { return Ok(None) };
        if json.starts_with(|first: char| first == '-' || first.is_ascii_digit()) {
            return Ok(Some(json.to_owned()));
        }
        let text: String = serde_json::from_str(json)
            .map_err(|_| Reject::wrong_type(name, "a text or a number"))?;
        Ok((!text.trim().is_empty()).then_some(text))
    }

    /// Takes a time: RFC 3339, or a date alone.
    pub(crate) fn time(&mut self, name: &str) -> Result<Option<Timestamp>, Reject> {
        let Some(text) =
            self.typed::<String>(name, "a time as text, such as 2026-03-04T10:00:00Z")?
        else {
            return Ok(None);
        };
        time::standard(&text).map(Some).ok_or_else(|| {
            let message = format!("the field `{name}` must be a time such as 2026-03-04T10:00:00Z");
            Reject::new(RejectCode::BadTime, message)
        })
    }

    /// All that is left, as attributes.
    pub(crate) fn into_attributes(self) -> Result<BTreeMap<String, Json>, Reject> {
        self.0
            .into_iter()
            .map(|Member { name, value }| Ok((name.into_owned(), json(value)?)))
            .collect()
    }
}

/// A checked JSON text, kept as it came.
pub(crate) fn json(text: &str) -> Result<Json, Reject> {
    Json::parse(text).map_err(|_| Reject::new(RejectCode::NotJson, "a value can't be read as JSON"))
}
