//! Personal data in a JSON value: in each of its texts, and in numbers that are phone numbers. Names of
//! members stay as they are: they are a form's, not a customer's.

use feedback::{Json, RedactionKind};

use super::{is_address, mask, redact};

/// The value with everything personal masked; `None` where there is nothing to mask.
pub(crate) fn redact_json(value: &Json) -> Option<Json> {
    let text = value.get();
    let mut masked = String::new();
    let (mut at, mut copied) = (0, 0);
    while let Some(length) = token(text.get(at..)?) {
        let token = text.get(at..at + length)?;
        let end = at + length;
        let is_name = token.starts_with('"') && text.as_bytes().get(end) == Some(&b':');
        if let Some(replacement) = if is_name { None } else { replacement(token) } {
            masked.push_str(text.get(copied..at)?);
            masked.push_str(&replacement);
            copied = end;
        }
        at = end;
    }
    if copied == 0 {
        return None;
    }
    masked.push_str(text.get(copied..)?);
    Json::parse(&masked).ok()
}

/// The length of the first token of compact JSON: a text with its quotes, a sign, or what stands
/// between signs. `None` at the end.
fn token(rest: &str) -> Option<usize> {
    let is_sign = |byte: &u8| b"{}[],:\"".contains(byte);
    match *rest.as_bytes().first()? {
        b'"' => {
            let mut escaped = false;
            let end = rest.bytes().skip(1).position(|byte| {
                let ends = byte == b'"' && !escaped;
                escaped = byte == b'\\' && !escaped;
                ends
            })?;
            Some(end + 2)
        }
        first if is_sign(&first) => Some(1),
        _ => Some(rest.bytes().position(|byte| is_sign(&byte)).unwrap_or(rest.len())),
    }
}

/// What stands instead of one token, if it is personal.
fn replacement(token: &str) -> Option<String> {
    if token.starts_with('"') {
        let text: String = serde_json::from_str(token).ok()?;
        return serde_json::to_string(&redact(&text)?.text).ok();
    }
    let is_number = token.bytes().all(|byte| byte.is_ascii_digit()) && !token.is_empty();
    (is_number && is_address(token)).then(|| format!("\"{}\"", mask(&RedactionKind::Phone)))
}
