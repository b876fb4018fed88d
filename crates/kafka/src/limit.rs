//! How often something may happen before it is too often.

use std::time::{Duration, Instant};

/// At most so many in a stretch of time.
#[derive(Debug)]
pub(crate) struct Limit {
    most: usize,
    within: Duration,
    times: Vec<Instant>,
}

impl Limit {
    /// At most `most` in any `within`.
    pub(crate) fn new(most: usize, within: Duration) -> Self {
        Self { most, within, times: Vec::new() }
    }

    /// Counts one more; `false` where that is too many.
    pub(crate) fn allows(&mut self, now: Instant) -> bool {
        self.times.retain(|time| now.duration_since(*time) < self.within);
        self.times.push(now);
        self.times.len() <= self.most
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_counts_within_its_stretch() {
        let start = Instant::now();
        let at = |seconds| start + Duration::from_secs(seconds);
        let mut limit = Limit::new(2, Duration::from_secs(10));
        assert!(limit.allows(at(0)));
        assert!(limit.allows(at(1)));
        assert!(!limit.allows(at(2)));
        assert!(limit.allows(at(13)));
    }
}
