//! Canonical JSON and its hash: equal configuration gives equal text, whatever the order in its
//! files. The hash stands on each output (`taxonomy.hash`, header `voc-config`).

use std::collections::BTreeMap;
use std::fmt::Write;

use serde::Serialize;
use serde_json::Value;
use sha2::{Digest, Sha256};

/// How many hex digits of the SHA-256 are shown.
const HASH_DIGITS: usize = 16;

/// `value` as JSON with sorted members and no white space.
pub fn json(value: &impl Serialize) -> Result<String, serde_json::Error> {
    let mut text = String::new();
    write_sorted(&serde_json::to_value(value)?, &mut text);
    Ok(text)
}

/// The first 16 hex digits of the SHA-256 of `value`'s canonical JSON.
pub fn hash(value: &impl Serialize) -> Result<String, serde_json::Error> {
    let mut digits = sha256_hex(json(value)?.as_bytes());
    digits.truncate(HASH_DIGITS);
    Ok(digits)
}

/// The SHA-256 of `bytes` in lower-case hex.
pub fn sha256_hex(bytes: &[u8]) -> String {
    let mut digits = String::with_capacity(64);
    for byte in Sha256::digest(bytes) {
        write!(digits, "{byte:02x}").expect("writing to a String cannot fail");
    }
    digits
}

fn write_sorted(value: &Value, text: &mut String) {
    match value {
        Value::Array(values) => {
            text.push('[');
            for (index, value) in values.iter().enumerate() {
                if index > 0 {
                    text.push(',');
                }
                write_sorted(value, text);
            }
            text.push(']');
        }
        Value::Object(members) => {
            let sorted: BTreeMap<_, _> = members.iter().collect();
            text.push('{');
            for (index, (name, value)) in sorted.into_iter().enumerate() {
                if index > 0 {
                    text.push(',');
                }
                text.push_str(&Value::from(name.as_str()).to_string());
                text.push(':');
                write_sorted(value, text);
            }
            text.push('}');
        }
        scalar => text.push_str(&scalar.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn order_does_not_matter_and_content_does() {
        let one: Value = serde_json::from_str(r#"{"b":[1,{"y":2,"x":1}],"a":"é\""}"#).unwrap();
        let two: Value = serde_json::from_str(r#"{"a":"é\"","b":[1,{"x":1,"y":2}]}"#).unwrap();
        assert_eq!(json(&one).unwrap(), r#"{"a":"é\"","b":[1,{"x":1,"y":2}]}"#);
        assert_eq!(hash(&one).unwrap(), hash(&two).unwrap());
        assert_eq!(hash(&one).unwrap().len(), HASH_DIGITS);
        assert_ne!(hash(&one).unwrap(), hash(&Value::Null).unwrap());
    }
}
