//! How numbers are written on the wire: computed ones rounded to four decimals, whole ones without
//! a decimal point, never a negative zero. So equal values are equal bytes.

use serde::Serializer;

/// `value` rounded to four decimals, half away from zero, without a negative zero.
pub fn rounded(value: f64) -> f64 {
    let rounded = (value * 10_000.0).round() / 10_000.0;
    if rounded == 0.0 { 0.0 } else { rounded }
}

/// The largest whole number up to which every integer is exact in an `f64`.
const EXACT_MAX: f64 = 9_007_199_254_740_992.0;

/// Serialises a computed number: rounded to four decimals.
pub fn serialize_rounded<S: Serializer>(value: &f64, serializer: S) -> Result<S::Ok, S::Error> {
    serialize_plain(&rounded(*value), serializer)
}

/// Serialises a number as given: `9` for 9.0, `9.5` for 9.5.
pub fn serialize_plain<S: Serializer>(value: &f64, serializer: S) -> Result<S::Ok, S::Error> {
    if value.fract() == 0.0 && value.abs() <= EXACT_MAX {
        #[expect(clippy::cast_possible_truncation, reason = "whole and within the exact range")]
        let whole = *value as i64;
        serializer.serialize_i64(whole)
    } else {
        serializer.serialize_f64(*value)
    }
}

/// Serialises an optional number as given; used with `skip_serializing_if`.
pub fn serialize_plain_option<S: Serializer>(
    value: &Option<f64>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    match value {
        Some(value) => serialize_plain(value, serializer),
        None => serializer.serialize_none(),
    }
}

/// Serialises an optional computed number; used with `skip_serializing_if`.
pub fn serialize_rounded_option<S: Serializer>(
    value: &Option<f64>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    match value {
        Some(value) => serialize_rounded(value, serializer),
        None => serializer.serialize_none(),
    }
}

#[cfg(test)]
mod tests {
    use super::rounded;

    #[test]
    fn four_decimals_and_no_negative_zero() {
        assert_eq!(rounded(0.123_456).to_string(), "0.1235");
        assert_eq!(rounded(-0.000_01).to_string(), "0");
        assert_eq!(rounded(2.0 / 3.0).to_string(), "0.6667");
    }
}
