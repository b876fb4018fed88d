//! A set of offsets of one stretch of a partition, one bit each: a million records take 125 kB.

/// Offsets in `from..to`.
#[derive(Debug, Clone)]
pub(super) struct Offsets {
    from: i64,
    words: Vec<u64>,
    count: u64,
}

impl Offsets {
    pub(super) fn new(from: i64, to: i64) -> Self {
        let bits = usize::try_from(to - from).unwrap_or(0);
        Self { from, words: vec![0; bits.div_ceil(64)], count: 0 }
    }

    /// Adds an offset. False: it was there already, or lies outside.
    pub(super) fn insert(&mut self, offset: i64) -> bool {
        let Some((word, bit)) = self.place(offset) else { return false };
        let Some(word) = self.words.get_mut(word) else { return false };
        let is_new = *word & bit == 0;
        *word |= bit;
        self.count += u64::from(is_new);
        is_new
    }

    pub(super) fn contains(&self, offset: i64) -> bool {
        let word = self.place(offset).and_then(|(word, bit)| Some(self.words.get(word)? & bit));
        word.is_some_and(|word| word != 0)
    }

    /// How many there are.
    pub(super) fn count(&self) -> u64 {
        self.count
    }

    /// How many of them are in another set of the same stretch.
    pub(super) fn count_in(&self, other: &Self) -> u64 {
        let common = |(word, other): (&u64, &u64)| u64::from((word & other).count_ones());
        self.words.iter().zip(&other.words).map(common).sum()
    }

    /// Every offset, ascending.
    pub(super) fn iter(&self) -> impl Iterator<Item = i64> {
        let bits = |(word, bits): (i64, &u64)| {
            let (first, bits) = (self.from + 64 * word, *bits);
            (0..64).filter(move |bit| bits >> bit & 1 == 1).map(move |bit| first + bit)
        };
        (0..).zip(&self.words).flat_map(bits)
    }

    fn place(&self, offset: i64) -> Option<(usize, u64)> {
        let bit = usize::try_from(offset - self.from).ok()?;
        Some((bit / 64, 1 << (bit % 64)))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn is_a_set(
            from in 0..1000_i64,
            steps in proptest::collection::vec(0..300_i64, 0..200),
        ) {
            let mut offsets = Offsets::new(from, from + 300);
            let mut model = BTreeSet::new();
            for step in steps {
                prop_assert_eq!(offsets.insert(from + step), model.insert(from + step));
            }
            for offset in from - 5..from + 310 {
                prop_assert_eq!(offsets.contains(offset), model.contains(&offset));
            }
            prop_assert_eq!(offsets.count(), u64::try_from(model.len()).unwrap());
            prop_assert!(offsets.iter().eq(model));
            prop_assert_eq!(offsets.count_in(&offsets), offsets.count());
            prop_assert_eq!(offsets.count_in(&Offsets::new(from, from + 300)), 0);
        }
    }
}
