//! Shares: how many of n, with Wilson's interval; and the difference of two shares of the same n.

use crate::estimate::{Estimate, Z95, number};

/// `count` of `n` as per cent, with Wilson's score interval; `None` where `n` is 0 or less than
/// `count`.
///
/// Interval: `(p + z²/2n ± z·√(p(1−p)/n + z²/4n²)) / (1 + z²/n)`, z = 1.96.
/// Source: E. B. Wilson, "Probable inference, the law of succession, and statistical inference",
/// Journal of the American Statistical Association 22 (1927), 209–212.
pub fn share(count: u64, n: u64) -> Option<Estimate> {
    share_named(count, n, "share = count / n; 95 % interval by Wilson (1927)")
}

/// [`share`] under a formula that says what is counted.
pub(crate) fn share_named(count: u64, n: u64, formula: &'static str) -> Option<Estimate> {
    if n == 0 || count > n {
        return None;
    }
    let (k, n_) = (number(count), number(n));
    let p = k / n_;
    let z2 = Z95 * Z95;
    let spread = Z95 * (p * (1.0 - p) / n_ + z2 / (4.0 * n_ * n_)).sqrt();
    let centre = p + z2 / (2.0 * n_);
    let scale = 1.0 + z2 / n_;
    let low = if count == 0 { 0.0 } else { ((centre - spread) / scale).max(0.0) };
    let high = if count == n { 1.0 } else { ((centre + spread) / scale).min(1.0) };
    Some(Estimate { value: 100.0 * p, n, low: 100.0 * low, high: 100.0 * high, formula })
}

/// 100 × (share of `plus` − share of `minus`) of the same `n`, with the adjusted Wald interval; used
/// for NPS and for net sentiment. `None` where `n` is 0 or less than `plus + minus`.
///
/// Interval: ¾ is added to either count and 3 to n, then `d ± z·√((p + m − d²)/n)`, d = p − m,
/// clipped to ±100. Best of those compared for NPS by B. Rocks, "Interval estimation for the Net
/// Promoter Score", The American Statistician 70 (2016), 365–372; see also
/// <https://measuringu.com/nps-confidence-intervals/>.
pub fn net_share(plus: u64, minus: u64, n: u64) -> Option<Estimate> {
    net_share_named(plus, minus, n, "(plus − minus) / n × 100; 95 % interval by adjusted Wald")
}

/// [`net_share`] under a formula that says what is counted.
pub(crate) fn net_share_named(
    plus: u64,
    minus: u64,
    n: u64,
    formula: &'static str,
) -> Option<Estimate> {
    if n == 0 || plus.checked_add(minus).is_none_or(|counted| counted > n) {
        return None;
    }
    let value = 100.0 * (number(plus) - number(minus)) / number(n);
    let adjusted_n = number(n) + 3.0;
    let p = (number(plus) + 0.75) / adjusted_n;
    let m = (number(minus) + 0.75) / adjusted_n;
    let difference = p - m;
    let error = ((p + m - difference * difference) / adjusted_n).sqrt();
    let low = 100.0 * (difference - Z95 * error);
    let high = 100.0 * (difference + Z95 * error);
    Some(Estimate {
        value,
        n,
        low: low.max(-100.0).min(value),
        high: high.min(100.0).max(value),
        formula,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// count, n, share, low, high: computed apart from this code.
    #[test]
    fn wilson_gives_the_published_values() {
        for (count, n, value, low, high) in [
            (80, 100, 80.0, 71.1, 86.7),
            (13, 19, 68.4, 46.0, 84.6),
            (10, 10, 100.0, 72.2, 100.0),
            (0, 5, 0.0, 0.0, 43.4),
        ] {
            let got = share(count, n).unwrap();
            for (is, should) in [(got.value, value), (got.low, low), (got.high, high)] {
                assert!((is - should).abs() < 0.05, "{count}/{n}: {got:?}");
            }
        }
    }

    #[test]
    fn nothing_counted_is_no_number() {
        assert_eq!(share(0, 0), None);
        assert_eq!(share(2, 1), None);
        assert_eq!(net_share(0, 0, 0), None);
        assert_eq!(net_share(2, 2, 3), None);
        assert_eq!(net_share(u64::MAX, 1, 3), None);
    }

    proptest! {
        #[test]
        fn an_interval_holds_its_value_and_stays_on_the_scale(a in 0u64..2000, b in 0u64..2000, c in 0u64..2000) {
            let n = a + b + c;
            prop_assume!(n > 0);
            let share = share(a, n).unwrap();
            prop_assert!(0.0 <= share.low && share.low <= share.value);
            prop_assert!(share.value <= share.high && share.high <= 100.0);
            let net = net_share(a, b, n).unwrap();
            prop_assert!(-100.0 <= net.low && net.low <= net.value);
            prop_assert!(net.value <= net.high && net.high <= 100.0);
        }

        #[test]
        fn more_answers_never_widen_it(a in 0u64..50, b in 0u64..50, c in 0u64..50) {
            prop_assume!(a + b + c > 0);
            let n = a + b + c;
            let margin = |estimate: Option<Estimate>| estimate.unwrap().margin();
            prop_assert!(margin(share(10 * a, 10 * n)) <= margin(share(a, n)) + 1e-9);
        }
    }
}
