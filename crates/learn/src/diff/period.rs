//! The time that history covers, so that a change can be told per week; only measured, never assumed.

use feedback::Feedback;
use jiff::Timestamp;

/// A rate per week needs this many days at least.
const DAYS_MIN: i64 = 7;
const DAY_SECONDS: i64 = 86_400;

/// From the first to the last record.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Period {
    /// The earliest time: when it was said, else when it was received.
    pub first: Option<Timestamp>,
    /// The latest time.
    pub last: Option<Timestamp>,
    /// How many records have a time.
    pub dated: u64,
    /// How many have none.
    pub undated: u64,
}

impl Period {
    /// Counts one record.
    pub(crate) fn add(&mut self, feedback: &Feedback) {
        let at = feedback.occurred_at.or(feedback.received_at);
        self.first = self.first.into_iter().chain(at).min();
        self.last = self.last.into_iter().chain(at).max();
        self.dated += u64::from(at.is_some());
        self.undated += u64::from(at.is_none());
    }

    pub(crate) fn join(&mut self, other: Self) {
        self.first = self.first.into_iter().chain(other.first).min();
        self.last = self.last.into_iter().chain(other.last).max();
        self.dated += other.dated;
        self.undated += other.undated;
    }

    /// How many days (UTC) it touches, the first and the last among them.
    pub fn days(&self) -> Option<i64> {
        let day = |at: Timestamp| at.as_second().div_euclid(DAY_SECONDS);
        Some(day(self.last?) - day(self.first?) + 1)
    }

    /// `count` as a rate per week: where every record has a time, over a week or longer.
    pub fn per_week(&self, count: i64) -> Option<f64> {
        let days = self.days().filter(|days| *days >= DAYS_MIN && self.undated == 0)?;
        #[expect(clippy::cast_precision_loss, reason = "counts of records stay far below 2^53")]
        let rate = count as f64 * 7.0 / days as f64;
        Some(rate)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use feedback::FeedbackId;

    use super::*;

    fn period(times: &[&str]) -> Period {
        let mut period = Period::default();
        for time in times {
            let id = FeedbackId::of_source_id("s", time);
            let mut feedback = Feedback::new(id, Arc::from("s"));
            feedback.received_at = time.parse().ok();
            period.add(&feedback);
        }
        period
    }

    #[test]
    fn a_week_has_seven_days() {
        let week = period(&["2026-03-08T23:59:59Z", "2026-03-02T00:00:00Z"]);
        assert_eq!((week.days(), week.per_week(14)), (Some(7), Some(14.0)));
        let fortnight = period(&["2026-03-02T12:00:00Z", "2026-03-15T01:00:00Z"]);
        assert_eq!((fortnight.days(), fortnight.per_week(-14)), (Some(14), Some(-7.0)));
    }

    #[test]
    fn no_rate_is_made_up() {
        let six_days = period(&["2026-03-02T00:00:00Z", "2026-03-07T23:00:00Z"]);
        let one_undated = period(&["2026-03-02T00:00:00Z", "2026-04-07T23:00:00Z", "sometime"]);
        for period in [six_days, one_undated, Period::default()] {
            assert_eq!(period.per_week(14), None, "{period:?}");
        }
    }

    #[test]
    fn parts_make_the_whole() {
        let times = ["2026-03-02T00:00:00Z", "2026-04-07T23:00:00Z", "sometime"];
        let mut joined = period(&times[..1]);
        joined.join(period(&times[1..]));
        assert_eq!(joined, period(&times));
    }
}
