//! What a word or phrase of the lexicon does to how a clause feels: its own feeling, what it makes of
//! the next word's, and how it turns what others say. Small and copied, so that a sentence's feelings
//! are read without looking a word up again.

use std::ops::BitOr;

/// The parts that words play beside feeling something themselves; a set.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Roles(u32);

impl Roles {
    /// Negates what follows: `not`.
    pub(crate) const NEGATES: Self = Self(1);
    /// Negates, and takes back a negation before it: `not … without`.
    pub(crate) const DOUBLES: Self = Self(1 << 1);
    /// Makes a comparison of what follows: `more`.
    pub(crate) const MORE: Self = Self(1 << 2);
    /// Makes a comparison of the opposite of what follows: `less`.
    pub(crate) const LESS: Self = Self(1 << 3);
    /// Is a comparison itself: `better`, `kinder`.
    pub(crate) const COMPARES: Self = Self(1 << 4);
    /// Says what is possible: negated before a comparison, it is the utmost: `could not be kinder`.
    pub(crate) const MODAL: Self = Self(1 << 5);
    /// What follows in the clause is not so: `would be`, `if`.
    pub(crate) const UNREAL: Self = Self(1 << 6);
    /// The good that follows is missing: `lack of`, `failed to`.
    pub(crate) const LACKS: Self = Self(1 << 7);
    /// The bad that follows is mended: `solved`.
    pub(crate) const MENDS: Self = Self(1 << 8);
    /// Something comes again: `another`.
    pub(crate) const AGAIN: Self = Self(1 << 9);
    /// Said alone before trouble, it is sarcasm: `great`.
    pub(crate) const ADMIRES: Self = Self(1 << 10);
    /// What follows stands against what went before: `but`.
    pub(crate) const CONTRASTS: Self = Self(1 << 11);
    /// What follows goes on as what went before: `or`.
    pub(crate) const JOINS: Self = Self(1 << 12);

    /// Says what ought to be: before a comparison, it is a wish: `should be faster`.
    pub(crate) const OUGHT: Self = Self(1 << 13);
    /// Names what is compared with: `than`.
    pub(crate) const THAN: Self = Self(1 << 14);

    /// Asks somebody to do something, where a sentence begins with it: `give`.
    pub(crate) const BIDS: Self = Self(1 << 15);
    /// Alone it is an answer; where it begins a sentence, what follows stands by itself: `nothing`.
    pub(crate) const NOTHING: Self = Self(1 << 16);
    /// Alone it is an answer: `no`.
    pub(crate) const NO: Self = Self(1 << 17);
    /// Goes on with what was negated before it: `that`.
    pub(crate) const THAT: Self = Self(1 << 18);
    /// With a negation and what is possible, it is the utmost: `cannot thank you enough`.
    pub(crate) const ENOUGH: Self = Self(1 << 19);
    /// Before [`Self::SUCH`] it negates nothing, and says that it was never more so: `never`.
    pub(crate) const NEVER: Self = Self(1 << 20);
    /// Says how much, right before what feels so: `such`.
    pub(crate) const SUCH: Self = Self(1 << 21);
    /// Points at what is so, whatever is denied of it: `these terrible delays`.
    pub(crate) const THESE: Self = Self(1 << 22);
    /// Thanks or praise that is always sarcasm: `thanks for nothing`.
    pub(crate) const MOCKS: Self = Self(1 << 23);
    /// A negation that negates nothing here; no lexicon says so.
    pub(crate) const IDLE: Self = Self(1 << 24);
    /// A phrase whose own negation no other takes back: `no more of`. No lexicon says so.
    pub(crate) const CONFIRMS: Self = Self(1 << 25);
    /// What a phrase keeps of its words.
    pub(crate) const OF_PHRASES: Self = Self(Self::MODAL.0 | Self::OUGHT.0);

    /// Whether it plays one of these parts.
    pub(crate) const fn any(self, parts: Self) -> bool {
        self.0 & parts.0 != 0
    }

    /// Those of these parts that it plays.
    pub(crate) const fn only(self, parts: Self) -> Self {
        Self(self.0 & parts.0)
    }

    /// The same without these parts.
    pub(crate) const fn without(self, parts: Self) -> Self {
        Self(self.0 & !parts.0)
    }
}

impl BitOr for Roles {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

/// See the module.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Tone {
    /// How it feels, −3 to 3; 0 says nothing.
    pub(crate) valence: f32,
    /// How it strengthens the next word's feeling; 1 says nothing.
    pub(crate) intensity: f32,
    /// What else it does.
    pub(crate) roles: Roles,
}

impl Default for Tone {
    fn default() -> Self {
        Self { valence: 0.0, intensity: 1.0, roles: Roles::default() }
    }
}

impl Tone {
    /// Whether it does anything at all.
    pub(crate) fn speaks(&self) -> bool {
        *self != Self::default()
    }
}
