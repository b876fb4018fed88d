//! Numbers as people read them: thousands set apart, one decimal, a sign where it matters.

use measure::Estimate;

/// `1234567` as `1,234,567`.
pub(super) fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// One decimal, without a negative zero: `12.3`.
pub(super) fn decimal(value: f64) -> String {
    let text = format!("{value:.1}");
    if text == "-0.0" { "0.0".to_owned() } else { text }
}

/// A whole number with its sign, as NPS is told: `+12`, `−7`, `0`.
pub(super) fn signed(value: f64) -> String {
    let rounded = value.round();
    if rounded > 0.0 {
        format!("+{rounded:.0}")
    } else if rounded < 0.0 {
        format!("\u{2212}{:.0}", rounded.abs())
    } else {
        "0".to_owned()
    }
}

/// A count with its sign, thousands set apart: `+1,234`, `−7`, `0`.
pub(super) fn signed_count(number: i64) -> String {
    let digits = count(number.unsigned_abs());
    match number {
        1.. => format!("+{digits}"),
        0 => digits,
        _ => format!("\u{2212}{digits}"),
    }
}

/// `+12 (+3 to +21)`.
pub(super) fn points(estimate: &Estimate) -> String {
    format!("{} ({} to {})", signed(estimate.value), signed(estimate.low), signed(estimate.high))
}

/// `12.3 % (10.9–13.8)`.
pub(super) fn percent(estimate: &Estimate) -> String {
    format!(
        "{} % ({}\u{2013}{})",
        decimal(estimate.value),
        decimal(estimate.low),
        decimal(estimate.high)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_well() {
        let counts: Vec<String> = [0, 999, 1000, 1_234_567].into_iter().map(count).collect();
        assert_eq!(counts, ["0", "999", "1,000", "1,234,567"]);
        let signs: Vec<String> = [12.4, -7.2, 0.2, -0.2].into_iter().map(signed).collect();
        assert_eq!(signs, ["+12", "−7", "0", "0"]);
        assert_eq!(decimal(-0.01), "0.0");
        let counts: Vec<String> = [1_234, 0, -1_000].into_iter().map(signed_count).collect();
        assert_eq!(counts, ["+1,234", "0", "−1,000"]);
    }
}
