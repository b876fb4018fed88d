//! The values of a TOML file, and what to write instead of one of the wrong type.

use std::fmt::Write;

use serde::ser::{SerializeMap, SerializeSeq};
use serde::{Serialize, Serializer};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// A table's keys and values, in the order of the file.
pub(super) type Entries = Vec<(Spanned<String>, Spanned<Value>)>;

/// A TOML value.
#[derive(Debug, Clone)]
pub enum Value {
    /// `"billing"`
    Text(String),
    /// `6`
    Whole(i64),
    /// `0.5`, and a whole number too large to count with.
    Number(f64),
    /// `true`
    Truth(bool),
    /// A date or a time, as written.
    Time(String),
    /// `["a", "b"]`, and what is written with two brackets.
    List(Vec<Spanned<Self>>),
    /// A table, however it is written.
    Table(Vec<(Spanned<String>, Spanned<Self>)>),
}

impl Value {
    pub(super) fn of(value: DeValue<'_>) -> Self {
        match value {
            DeValue::String(text) => Self::Text(text.into_owned()),
            DeValue::Integer(whole) => match i64::from_str_radix(whole.as_str(), whole.radix()) {
                Ok(value) => Self::Whole(value),
                Err(_) => Self::Number(whole.as_str().parse().unwrap_or(f64::NAN)),
            },
            DeValue::Float(number) => Self::Number(number.as_str().parse().unwrap_or(f64::NAN)),
            DeValue::Boolean(truth) => Self::Truth(truth),
            DeValue::Datetime(time) => Self::Time(time.to_string()),
            DeValue::Array(values) => Self::List(values.into_iter().map(placed).collect()),
            DeValue::Table(table) => Self::Table(entries(table)),
        }
    }

    /// What kind of value it is, in plain words.
    pub(super) fn kind(&self) -> &'static str {
        match self {
            Self::Text(_) => "a text",
            Self::Whole(_) => "a whole number",
            Self::Number(_) => "a decimal number",
            Self::Truth(_) => "true or false",
            Self::Time(_) => "a date or time",
            Self::List(_) => "a list",
            Self::Table(_) => "a table",
        }
    }
}

fn placed(value: Spanned<DeValue<'_>>) -> Spanned<Value> {
    Spanned::new(value.span(), Value::of(value.into_inner()))
}

/// The entries of a table in the order of the file.
pub(super) fn entries(table: DeTable<'_>) -> Entries {
    let mut entries: Entries = table
        .into_iter()
        .map(|(key, value)| (Spanned::new(key.span(), key.get_ref().to_string()), placed(value)))
        .collect();
    entries.sort_by_key(|(key, _)| key.span().start);
    entries
}

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Text(text) | Self::Time(text) => serializer.serialize_str(text),
            Self::Whole(whole) => serializer.serialize_i64(*whole),
            Self::Number(number) => serializer.serialize_f64(*number),
            Self::Truth(truth) => serializer.serialize_bool(*truth),
            Self::List(values) => {
                let mut list = serializer.serialize_seq(Some(values.len()))?;
                for value in values {
                    list.serialize_element(value.get_ref())?;
                }
                list.end()
            }
            Self::Table(entries) => {
                let mut map = serializer.serialize_map(Some(entries.len()))?;
                for (key, value) in entries {
                    map.serialize_entry(key.get_ref(), value.get_ref())?;
                }
                map.end()
            }
        }
    }
}

/// A type that the value of a key can have to be of.
pub(super) trait Readable: Sized {
    /// In plain words.
    const NAME: &'static str;
    /// How such a value is written, where what was meant isn't clear.
    const FORM: &'static str;

    /// The value, if it is of this type.
    fn read(value: Value) -> Option<Self>;

    /// A value of another type, written as one of this: what was probably meant.
    fn meant(found: &Value) -> Option<String>;
}

impl Readable for String {
    const NAME: &'static str = "a text";
    const FORM: &'static str = "\"…\"";

    fn read(value: Value) -> Option<Self> {
        match value {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    fn meant(found: &Value) -> Option<String> {
        plain(found).map(|text| quoted(&text))
    }
}

impl Readable for i64 {
    const NAME: &'static str = "a whole number";
    const FORM: &'static str = "1";

    fn read(value: Value) -> Option<Self> {
        match value {
            Value::Whole(whole) => Some(whole),
            _ => None,
        }
    }

    fn meant(found: &Value) -> Option<String> {
        number(found).map(|number| number.trunc().to_string())
    }
}

impl Readable for f64 {
    const NAME: &'static str = "a number";
    const FORM: &'static str = "0.5";

    #[expect(clippy::cast_precision_loss, reason = "a number of a configuration is small")]
    fn read(value: Value) -> Option<Self> {
        match value {
            Value::Whole(whole) => Some(whole as Self),
            Value::Number(number) => Some(number),
            _ => None,
        }
    }

    fn meant(found: &Value) -> Option<String> {
        number(found).map(|number| number.to_string())
    }
}

impl Readable for bool {
    const NAME: &'static str = "true or false";
    const FORM: &'static str = "true";

    fn read(value: Value) -> Option<Self> {
        match value {
            Value::Truth(truth) => Some(truth),
            _ => None,
        }
    }

    fn meant(found: &Value) -> Option<String> {
        match plain(found)?.trim().to_lowercase().as_str() {
            "true" | "yes" | "on" | "1" | "ja" => Some("true".to_owned()),
            "false" | "no" | "off" | "0" | "nee" => Some("false".to_owned()),
            _ => None,
        }
    }
}

/// A list, whatever it holds; of texts, where it is told how to write one.
impl Readable for Vec<Spanned<Value>> {
    const NAME: &'static str = "a list";
    const FORM: &'static str = "[\"…\", \"…\"]";

    fn read(value: Value) -> Option<Self> {
        match value {
            Value::List(values) => Some(values),
            _ => None,
        }
    }

    fn meant(found: &Value) -> Option<String> {
        plain(found).map(|text| format!("[{}]", quoted(&text)))
    }
}

/// A key as it is written in a file.
pub(super) fn bare_or_quoted(key: &str) -> String {
    let bare = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
    if !key.is_empty() && key.bytes().all(bare) { key.to_owned() } else { quoted(key) }
}

/// A text as TOML, in the quotes that need no escapes where there are such.
pub fn quoted(text: &str) -> String {
    let plain = |character: char| !character.is_control() && character != '\\';
    if text.chars().all(plain) {
        if !text.contains('"') {
            return format!("\"{text}\"");
        }
        if !text.contains('\'') {
            return format!("'{text}'");
        }
        if !text.contains("'''") && !text.ends_with('\'') {
            return format!("'''{text}'''");
        }
    }
    let mut quoted = String::from("\"");
    for character in text.chars() {
        match character {
            '"' | '\\' => quoted.extend(['\\', character]),
            other if other.is_control() => {
                write!(quoted, "\\u{:04x}", u32::from(other)).expect("a String takes all");
            }
            other => quoted.push(other),
        }
    }
    quoted + "\""
}

/// A value as TOML, if it is no table.
pub(super) fn written(value: &Value) -> Option<String> {
    match value {
        Value::Text(text) => Some(quoted(text)),
        Value::List(values) => {
            let values: Option<Vec<String>> =
                values.iter().map(|value| written(value.get_ref())).collect();
            Some(format!("[{}]", values?.join(", ")))
        }
        Value::Table(_) => None,
        other => plain(other),
    }
}

/// The text that was probably meant, of a value that stands for itself or alone in a list.
fn plain(found: &Value) -> Option<String> {
    match found {
        Value::Text(text) | Value::Time(text) => Some(text.clone()),
        Value::Whole(whole) => Some(whole.to_string()),
        Value::Number(number) => Some(number.to_string()),
        Value::Truth(truth) => Some(truth.to_string()),
        Value::List(values) => match values.as_slice() {
            [only] => plain(only.get_ref()),
            _ => None,
        },
        Value::Table(_) => None,
    }
}

fn number(found: &Value) -> Option<f64> {
    let number: f64 = match found {
        Value::Whole(_) | Value::Number(_) | Value::Text(_) => {
            plain(found)?.trim().replace(',', ".").parse().ok()?
        }
        Value::List(values) => match values.as_slice() {
            [only] => number(only.get_ref())?,
            _ => return None,
        },
        _ => return None,
    };
    number.is_finite().then_some(number)
}
