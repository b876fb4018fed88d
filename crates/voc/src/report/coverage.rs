//! How much of what was said the taxonomy covers.

use feedback::wire::Processed;
use measure::share;

use super::figures::{count, decimal};

/// Records with words, and those of them that a theme was found in.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Coverage {
    with_words: u64,
    tagged: u64,
}

impl Coverage {
    /// Counts one record.
    pub(crate) fn add(&mut self, processed: &Processed) {
        if processed.feedback.speech().is_some() {
            let found = processed.classification.as_ref().is_some_and(|found| !found.uncategorised);
            self.with_words += 1;
            self.tagged += u64::from(found);
        }
    }

    /// The share that has no theme, where there are words at all.
    pub(crate) fn told(self) -> Option<String> {
        let without = self.with_words - self.tagged;
        let estimate = share(without, self.with_words)?;
        let (without, of) = (count(without), count(self.with_words));
        Some(format!("no theme: {without} of {of} with words, {} %", decimal(estimate.value)))
    }
}
