//! What comes and goes.

/// How many had something under OLD and under NEW. `before + gained − lost = after` always holds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Flow {
    /// How many had it under OLD.
    pub before: u64,
    /// How many have it under NEW.
    pub after: u64,
    /// How many have it that didn't.
    pub gained: u64,
    /// How many had it that no longer do.
    pub lost: u64,
}

impl Flow {
    /// Counts one that had it, or not, and has it, or not.
    pub(crate) fn add(&mut self, before: bool, after: bool) {
        self.add_times(u64::from(before), u64::from(after));
    }

    /// Counts one that had it so many times, and has it so many times.
    pub(crate) fn add_times(&mut self, before: u64, after: u64) {
        self.before += before;
        self.after += after;
        self.gained += after.saturating_sub(before);
        self.lost += before.saturating_sub(after);
    }

    pub(crate) fn join(&mut self, other: Self) {
        self.before += other.before;
        self.after += other.after;
        self.gained += other.gained;
        self.lost += other.lost;
    }

    /// How many more there are under NEW; negative: fewer.
    pub fn net(&self) -> i64 {
        let signed = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
        signed(self.after) - signed(self.before)
    }

    /// The net change in per cent of what there was; `None` where there was nothing.
    pub fn net_percent(&self) -> Option<f64> {
        #[expect(clippy::cast_precision_loss, reason = "counts of records stay far below 2^53")]
        let percent = (self.before > 0).then(|| 100.0 * self.net() as f64 / self.before as f64);
        percent
    }

    /// Whether nothing came and nothing went.
    pub fn is_still(&self) -> bool {
        self.gained == 0 && self.lost == 0
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_was_and_came_and_went_is_what_is(steps in proptest::collection::vec((0u64..3, 0u64..3), 0..50)) {
            let mut flow = Flow::default();
            for (before, after) in steps {
                flow.add_times(before, after);
            }
            prop_assert_eq!(flow.before + flow.gained - flow.lost, flow.after);
            prop_assert_eq!(flow.net(), i64::try_from(flow.after).unwrap() - i64::try_from(flow.before).unwrap());
        }
    }
}
