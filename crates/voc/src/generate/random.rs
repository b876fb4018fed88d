//! Chance that is the same everywhere: Xoshiro256++ (Blackman and Vigna 2018), whose values rand's
//! authors keep stable across versions and platforms. Everything is drawn from 64-bit words by whole
//! arithmetic or exact fractions, so the same seed gives the same bytes on any machine.

use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::{RngCore, SeedableRng};

/// A source of chance.
#[derive(Debug, Clone)]
pub(super) struct Random(Xoshiro256PlusPlus);

impl Random {
    /// Chance from `seed`.
    pub(super) fn new(seed: u64) -> Self {
        Self(Xoshiro256PlusPlus::seed_from_u64(seed))
    }

    /// 64 random bits.
    pub(super) fn bits(&mut self) -> u64 {
        self.0.next_u64()
    }

    /// A number from 0 to below `bound`; 0 where `bound` is 0. Its bias is below `bound` / 2³².
    pub(super) fn below(&mut self, bound: u32) -> u32 {
        let product = (self.bits() >> 32) * u64::from(bound);
        u32::try_from(product >> 32).unwrap_or_default()
    }

    /// A number of `low..=high`.
    pub(super) fn between(&mut self, low: u32, high: u32) -> u32 {
        low + self.below(high.saturating_sub(low) + 1)
    }

    /// From 0 to below 1, in steps of 2⁻³².
    pub(super) fn fraction(&mut self) -> f64 {
        let bits = u32::try_from(self.bits() >> 32).unwrap_or_default();
        f64::from(bits) / 4_294_967_296.0
    }

    /// Whether something happens that happens in `share` of all cases.
    pub(super) fn chance(&mut self, share: f64) -> bool {
        self.fraction() < share
    }

    /// A place in a list of `length` (which is not 0).
    pub(super) fn place(&mut self, length: usize) -> usize {
        let bound = u32::try_from(length).unwrap_or(u32::MAX);
        usize::try_from(self.below(bound)).unwrap_or_default()
    }

    /// One of `items`, which are not empty.
    pub(super) fn pick<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        &items[self.place(items.len())]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_fixes_every_draw() {
        let mut random = Random::new(7);
        let drawn: Vec<u32> = (0..8).map(|_| random.below(100)).collect();
        let mut again = Random::new(7);
        assert_eq!(drawn, (0..8).map(|_| again.below(100)).collect::<Vec<_>>());
        let mut other = Random::new(8);
        assert_ne!(drawn, (0..8).map(|_| other.below(100)).collect::<Vec<_>>());
    }

    #[test]
    fn draws_stay_in_their_bounds() {
        let mut random = Random::new(1);
        let mut seen = [0_u32; 3];
        for _ in 0..3000 {
            seen[random.place(3)] += 1;
            assert!((5..=9).contains(&random.between(5, 9)));
            assert!((0.0..1.0).contains(&random.fraction()));
        }
        assert!(seen.iter().all(|count| (900..1100).contains(count)), "{seen:?}");
        assert_eq!(random.below(0), 0);
    }
}
