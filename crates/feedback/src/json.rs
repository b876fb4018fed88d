//! A JSON value kept as it came: its text without the white space between tokens. Numbers keep
//! their digits, objects their order, nested nulls and U+0000 stay. Nothing is lost by passing
//! through a number type or a map that sorts.

use std::borrow::Cow;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;

/// Any JSON value, as compact text. `Debug` shows its length only: it may be a customer's words.
#[derive(Clone)]
pub struct Json(Box<RawValue>);

impl Json {
    /// Reads one JSON value and drops the white space between its tokens.
    pub fn parse(text: &str) -> Result<Self, serde_json::Error> {
        let raw: &RawValue = serde_json::from_str(text)?;
        Self::compact(raw)
    }

    fn compact(raw: &RawValue) -> Result<Self, serde_json::Error> {
        if is_compact(raw.get()) {
            return Ok(Self(raw.to_owned()));
        }
        RawValue::from_string(without_white_space(raw.get())).map(Self)
    }

    /// The value of a Rust string, number, boolean or collection.
    pub fn of(value: &impl Serialize) -> Result<Self, serde_json::Error> {
        serde_json::value::to_raw_value(value).map(Self)
    }

    /// The JSON text, compact.
    pub fn get(&self) -> &str {
        self.0.get()
    }

    /// The text of a JSON string, unescaped; `None` for any other kind of value.
    pub fn as_text(&self) -> Option<Cow<'_, str>> {
        if !self.get().starts_with('"') {
            return None;
        }
        serde_json::from_str::<String>(self.get()).ok().map(Cow::Owned)
    }

    /// The value of a JSON number; `None` for any other kind of value.
    pub fn as_number(&self) -> Option<f64> {
        let first = self.get().bytes().next()?;
        if first != b'-' && !first.is_ascii_digit() {
            return None;
        }
        self.get().parse().ok()
    }
}

fn is_compact(text: &str) -> bool {
    let mut quoted = false;
    let mut escaped = false;
    for byte in text.bytes() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            b' ' | b'\t' | b'\n' | b'\r' if !quoted => return false,
            _ => {}
        }
    }
    true
}

fn without_white_space(text: &str) -> String {
    let mut compact = String::with_capacity(text.len());
    let mut quoted = false;
    let mut escaped = false;
    for character in text.chars() {
        match character {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            ' ' | '\t' | '\n' | '\r' if !quoted => continue,
            _ => {}
        }
        compact.push(character);
    }
    compact
}

impl PartialEq for Json {
    fn eq(&self, other: &Self) -> bool {
        self.get() == other.get()
    }
}

impl fmt::Debug for Json {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Json({} bytes)", self.get().len())
    }
}

impl Serialize for Json {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = Box::<RawValue>::deserialize(deserializer)?;
        Self::compact(&raw).map_err(serde::de::Error::custom)
    }
}

impl JsonSchema for Json {
    fn schema_name() -> Cow<'static, str> {
        Cow::Borrowed("Json")
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        Schema::from(true)
    }
}

#[cfg(test)]
mod tests {
    use super::Json;

    #[test]
    fn white_space_goes_and_all_else_stays() {
        for (given, kept) in [
            (r#" { "b" : [ 1 , 2.50 ] , "a" : null } "#, r#"{"b":[1,2.50],"a":null}"#),
            (r#""two  words \" \\ ""#, r#""two  words \" \\ ""#),
            ("123456789012345678901234567890", "123456789012345678901234567890"),
            (r#""\u0000""#, r#""\u0000""#),
        ] {
            assert_eq!(Json::parse(given).unwrap().get(), kept);
        }
    }

    #[test]
    fn kinds_are_told_apart() {
        assert_eq!(Json::parse(r#""a\nb""#).unwrap().as_text().as_deref(), Some("a\nb"));
        assert_eq!(Json::parse("-2.5").unwrap().as_number(), Some(-2.5));
        assert_eq!(Json::parse("true").unwrap().as_number(), None);
        assert_eq!(Json::parse("1").unwrap().as_text(), None);
    }
}
