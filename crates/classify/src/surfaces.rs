//! The cache from a written word (its surface form) to what the vocabulary knows of it: one look-up
//! per word instead of folding, stemming and testing. It is bounded, and what it holds is a pure
//! function of the word, so it changes speed and never a result.

use std::collections::HashMap;

use crate::text::{Pieces, expand, fold, unhyphenated};
use crate::vocabulary::{Surface, Vocabulary};

/// How many written words are kept per language and worker; when full it starts anew.
pub(crate) const SURFACES_MAX: usize = 65_536;

/// See the module.
#[derive(Debug, Default)]
pub(crate) struct Surfaces {
    by_word: HashMap<Box<str>, usize, foldhash::fast::RandomState>,
    known: Vec<Known>,
}

/// What is known of a written word.
#[derive(Debug)]
pub(crate) struct Known {
    /// What the vocabulary knows of it.
    pub(crate) surface: Surface,
    /// The index of the second word it stands for, if it is a contraction.
    pub(crate) second: Option<usize>,
    /// Whether nothing looks for it, and it stands for itself alone.
    pub(crate) idle: bool,
}

impl Known {
    fn new(surface: Surface, second: Option<usize>) -> Self {
        Self { idle: second.is_none() && surface.is_idle(), surface, second }
    }
}

impl Surfaces {
    /// Drops everything once it is full. Only between two records: indices stay valid within one.
    pub(crate) fn make_room(&mut self, most: usize) {
        if self.known.len() >= most {
            self.by_word.clear();
            self.known.clear();
        }
    }

    /// The index of what is known of `word`, as written.
    pub(crate) fn resolve(&mut self, vocabulary: &Vocabulary, word: &str) -> usize {
        match self.by_word.get(word) {
            Some(index) => *index,
            None => self.learn(vocabulary, word),
        }
    }

    #[cold]
    fn learn(&mut self, vocabulary: &Vocabulary, word: &str) -> usize {
        let folded = unhyphenated(&fold(word));
        let Pieces { first, second } = expand(vocabulary.language(), &folded);
        let second = second.map(|second| {
            self.known.push(Known::new(vocabulary.surface(second), None));
            self.known.len() - 1
        });
        self.known.push(Known::new(vocabulary.surface(&first), second));
        let index = self.known.len() - 1;
        self.by_word.insert(word.into(), index);
        index
    }

    /// What is known of a word.
    #[inline]
    pub(crate) fn get(&self, index: usize) -> &Known {
        &self.known[index]
    }
}
