//! A few of many, chosen without favour: the same ones whatever the order or the threads they come in.

use std::collections::BTreeMap;

use feedback::{FeedbackId, canonical};

/// A text of this many characters says something by itself and is read at a glance.
const READABLE: std::ops::RangeInclusive<usize> = 30..=280;

/// The order in which texts are chosen: those of readable length first (30 to 280 characters), among
/// them the lowest SHA-256 of the words.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Rank {
    hard_to_read: bool,
    hash: String,
}

impl Rank {
    /// The rank of `words`.
    pub fn of(words: &str) -> Self {
        let hard_to_read = !READABLE.contains(&words.chars().take(READABLE.end() + 1).count());
        Self { hard_to_read, hash: canonical::sha256_hex(words.trim().as_bytes()) }
    }
}

/// At most `limit` of all that were offered: those of the lowest rank, the same words only once (then
/// of the lowest id). So the choice favours nobody and repeats itself exactly.
#[derive(Debug, Clone)]
pub struct Sample<T> {
    limit: usize,
    kept: BTreeMap<Rank, (FeedbackId, T)>,
}

impl<T> Sample<T> {
    /// Room for `limit`.
    pub const fn new(limit: usize) -> Self {
        Self { limit, kept: BTreeMap::new() }
    }

    /// Keeps what `make` gives, if its rank is among the first.
    pub fn offer(&mut self, rank: &Rank, id: FeedbackId, make: impl FnOnce() -> T) {
        if let Some(same_words) = self.kept.get_mut(rank) {
            if id < same_words.0 {
                *same_words = (id, make());
            }
            return;
        }
        if self.kept.len() >= self.limit {
            let worse = self.kept.last_key_value().is_some_and(|(last, _)| rank < last);
            if !worse {
                return;
            }
            self.kept.pop_last();
        }
        self.kept.insert(rank.clone(), (id, make()));
    }

    /// Offers all that `other` kept.
    pub fn join(&mut self, other: Self) {
        for (rank, (id, kept)) in other.kept {
            self.offer(&rank, id, || kept);
        }
    }

    /// What is kept, best first.
    pub fn iter(&self) -> impl Iterator<Item = &T> {
        self.kept.values().map(|(_, kept)| kept)
    }

    /// Whether nothing is kept.
    pub fn is_empty(&self) -> bool {
        self.kept.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn chosen(texts: &[String]) -> Sample<String> {
        let mut sample = Sample::new(3);
        for text in texts {
            let id = FeedbackId::of_source_id("s", text);
            sample.offer(&Rank::of(text), id, || text.clone());
        }
        sample
    }

    #[test]
    fn what_can_be_read_comes_first_and_no_words_come_twice() {
        let long = "x".repeat(281);
        let texts = ["short", &long, "these words can be read at a glance"].map(str::to_owned);
        let twice = [texts.clone(), texts].concat();
        let sample = chosen(&twice);
        assert_eq!(sample.iter().next().unwrap(), "these words can be read at a glance");
        assert_eq!(sample.iter().count(), 3);
    }

    proptest! {
        #[test]
        fn neither_the_order_nor_the_parts_matter(
            mut texts in proptest::collection::vec("[a-c]{25,40}", 1..40),
            turn in 0usize..40,
            cut in 0usize..40,
        ) {
            let one: Vec<String> = chosen(&texts).iter().cloned().collect();
            let length = texts.len();
            texts.rotate_left(turn % length);
            texts.reverse();
            let (head, tail) = texts.split_at(cut % length);
            let mut other = chosen(head);
            other.join(chosen(tail));
            prop_assert_eq!(one, other.iter().cloned().collect::<Vec<_>>());
        }
    }
}
