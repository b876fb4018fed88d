//! How long to keep trying, how often, and what to say meanwhile.

use std::time::{Duration, Instant};

/// After how long a trouble is told: shorter ones pass unseen (a broker's restart, a rebalance).
const TOLD_AFTER: Duration = Duration::from_secs(3);
/// How often a lasting trouble is told again.
const TOLD_AGAIN_AFTER: Duration = Duration::from_secs(30);

/// Counts the time since something last worked.
#[derive(Debug)]
pub struct Patience {
    give_up_after: Option<Duration>,
    trouble: Option<Since>,
}

#[derive(Debug)]
struct Since {
    began: Instant,
    told: Option<Instant>,
    reason: String,
}

impl Patience {
    /// With nothing wrong; `None`: it never gives up.
    pub fn new(give_up_after: Option<Duration>) -> Self {
        Self { give_up_after, trouble: None }
    }

    /// It doesn't work now. Returns what to tell people, where it is time to.
    pub fn lost(&mut self, now: Instant, reason: impl Into<String>) -> Option<String> {
        let reason = reason.into();
        let since = self.trouble.get_or_insert_with(|| Since {
            began: now,
            told: None,
            reason: String::new(),
        });
        if !reason.is_empty() {
            since.reason = reason;
        }
        let due = match since.told {
            None => now.duration_since(since.began) >= TOLD_AFTER,
            Some(told) => now.duration_since(told) >= TOLD_AGAIN_AFTER,
        };
        due.then(|| {
            since.told = Some(now);
            since.reason.clone()
        })
    }

    /// It works. Returns whether people were told that it didn't.
    pub fn regained(&mut self) -> bool {
        self.trouble.take().is_some_and(|since| since.told.is_some())
    }

    /// Why it doesn't work, if it doesn't.
    pub fn reason(&self) -> Option<&str> {
        self.trouble.as_ref().map(|since| since.reason.as_str())
    }

    /// Whether the time to keep trying is over.
    #[must_use]
    pub fn is_spent(&self, now: Instant) -> bool {
        match (&self.trouble, self.give_up_after) {
            (Some(since), Some(limit)) => now.duration_since(since.began) >= limit,
            _ => false,
        }
    }
}

/// Pauses between tries, doubled up to a cap; the first try may be made at once.
#[derive(Debug, Default)]
pub struct Backoff {
    tries: u32,
    not_before: Option<Instant>,
}

const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

impl Backoff {
    /// A try failed: the next one is due after a pause.
    pub fn failed(&mut self, now: Instant) {
        let pause = FIRST_PAUSE.saturating_mul(1 << self.tries.min(6)).min(LONGEST_PAUSE);
        self.tries = self.tries.saturating_add(1);
        self.not_before = Some(now + pause);
    }

    /// A try succeeded.
    pub fn succeeded(&mut self) {
        *self = Self::default();
    }

    /// How long until the next try is due.
    pub fn remaining(&self, now: Instant) -> Duration {
        self.not_before.map_or(Duration::ZERO, |due| due.saturating_duration_since(now))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trouble_is_told_once_it_lasts_and_again_now_and_then() {
        let start = Instant::now();
        let at = |seconds| start + Duration::from_secs(seconds);
        let mut patience = Patience::new(Some(Duration::from_mins(10)));
        assert_eq!(patience.lost(at(0), "refused"), None);
        assert_eq!(patience.lost(at(2), "refused"), None);
        assert_eq!(patience.lost(at(3), "refused"), Some("refused".to_owned()));
        assert_eq!(patience.lost(at(32), "refused"), None);
        assert_eq!(patience.lost(at(33), ""), Some("refused".to_owned()));
        assert!(patience.regained());
        assert_eq!(patience.lost(at(40), "refused"), None);
        assert!(!patience.regained());
    }

    #[test]
    fn it_gives_up_after_the_time_without_success() {
        let start = Instant::now();
        let at = |seconds| start + Duration::from_secs(seconds);
        let mut patience = Patience::new(Some(Duration::from_secs(10)));
        patience.lost(at(0), "refused");
        assert!(!patience.is_spent(at(9)));
        assert!(patience.is_spent(at(10)));
        patience.regained();
        patience.lost(at(11), "refused");
        assert!(!patience.is_spent(at(20)));
        let mut endless = Patience::new(None);
        endless.lost(at(0), "refused");
        assert!(!endless.is_spent(at(1_000_000)));
    }

    #[test]
    fn pauses_double_up_to_the_cap() {
        let now = Instant::now();
        let mut backoff = Backoff::default();
        assert_eq!(backoff.remaining(now), Duration::ZERO);
        let mut pauses = Vec::new();
        for _ in 0..8 {
            backoff.failed(now);
            pauses.push(u64::try_from(backoff.remaining(now).as_millis()).unwrap());
        }
        assert_eq!(pauses, [100, 200, 400, 800, 1600, 3200, 5000, 5000]);
        backoff.succeeded();
        assert_eq!(backoff.remaining(now), Duration::ZERO);
    }
}
