//! A number with its uncertainty.

/// The 97.5 % quantile of the standard normal distribution: two-sided 95 %.
pub(crate) const Z95: f64 = 1.959_963_984_540_054;

/// An estimate from a sample, with its 95 % confidence interval.
///
/// `low <= value <= high` always holds: where an adjusted interval is drawn towards the middle of its
/// scale, it is widened to hold the value. All three are in the unit of the measure: points from
/// −100 to 100 for NPS, per cent for shares, scale points for a mean.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Estimate {
    /// The point estimate, from the sample as it is.
    pub value: f64,
    /// How many answers it rests on; never 0.
    pub n: u64,
    /// The interval's lower end.
    pub low: f64,
    /// The interval's upper end.
    pub high: f64,
    /// How value and interval are computed, in words for a reader.
    pub formula: &'static str,
}

impl Estimate {
    /// Half the interval's width, in the unit of `value`.
    pub fn margin(&self) -> f64 {
        (self.high - self.low) / 2.0
    }
}

/// A count as a number to compute with: exact below 2^53, which no count of answers reaches.
#[expect(clippy::cast_precision_loss, reason = "counts of answers stay far below 2^53")]
pub(crate) fn number(count: u64) -> f64 {
    count as f64
}
