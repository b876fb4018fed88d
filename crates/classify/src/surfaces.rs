//! The cache from a written word (its surface form) to what the vocabulary knows of it: one look-up
//! per word instead of folding, stemming and testing. It is bounded, and what it holds is a pure
//! function of the word, so it changes speed and never a result.

use std::collections::HashMap;

use crate::flat::{Stretch, append, narrow, range};
use crate::text::{Pieces, expand, fold, unhyphenated};
use crate::tone::Tone;
use crate::vocabulary::{Atom, Closer, Surface, Vocabulary};

/// How many written words are kept per language and worker; when full it starts anew.
pub(crate) const SURFACES_MAX: usize = 65_536;

/// See the module.
#[derive(Debug, Default)]
pub(crate) struct Surfaces {
    by_word: HashMap<Box<str>, usize, foldhash::fast::RandomState>,
    known: Vec<Known>,
    /// The lists of all words, one after the other.
    lists: Vec<u32>,
}

/// What is known of a written word, in few bytes: the lists of [`Surface`] lie with those of all others.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Known {
    atoms: Stretch,
    keys: Stretch,
    roots: Stretch,
    openers: Stretch,
    /// The index of the second word it stands for, if it is a contraction.
    second: Option<u32>,
    /// See [`Surface`].
    pub(crate) closer: Option<Closer>,
    /// See [`Surface`].
    pub(crate) tone: Tone,
    /// Whether it negates.
    pub(crate) negator: bool,
    /// Whether a clause begins with it.
    pub(crate) clause: bool,
    /// Whether nothing looks for it, and it stands for itself alone.
    pub(crate) idle: bool,
}

impl Known {
    /// The index of the second word it stands for, if it is a contraction.
    pub(crate) fn second(&self) -> Option<usize> {
        self.second.map(|index| index as usize)
    }

    /// Whether it is an atom, or phrases begin with it.
    #[inline]
    pub(crate) fn is_looked_for(&self) -> bool {
        !range(self.atoms).is_empty() || !range(self.roots).is_empty()
    }
}

impl Surfaces {
    /// Drops everything once it is full. Only between two records: indices stay valid within one.
    pub(crate) fn make_room(&mut self, most: usize) {
        if self.known.len() >= most {
            self.by_word.clear();
            self.known.clear();
            self.lists.clear();
        }
    }

    /// The index of what is known of `word`, as written.
    #[inline]
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
        let second = second.map(|second| self.keep(&vocabulary.surface(second), None));
        let index = self.keep(&vocabulary.surface(&first), second);
        self.by_word.insert(word.into(), index);
        index
    }

    fn keep(&mut self, surface: &Surface, second: Option<usize>) -> usize {
        let Surface { atoms, keys, roots, openers, closer, negator, clause, tone } = surface;
        let of_openers = openers.iter().flat_map(|(family, closer)| [*family, *closer]);
        self.known.push(Known {
            atoms: append(&mut self.lists, atoms.iter().copied()),
            keys: append(&mut self.lists, keys.iter().copied()),
            roots: append(&mut self.lists, roots.iter().copied()),
            openers: append(&mut self.lists, of_openers),
            second: second.map(narrow),
            closer: *closer,
            tone: *tone,
            negator: *negator,
            clause: *clause,
            idle: second.is_none() && surface.is_idle(),
        });
        self.known.len() - 1
    }

    /// What is known of the word with this index.
    #[inline]
    pub(crate) fn get(&self, index: usize) -> &Known {
        &self.known[index]
    }

    /// The atoms it is.
    #[inline]
    pub(crate) fn atoms(&self, known: &Known) -> &[Atom] {
        &self.lists[range(known.atoms)]
    }

    /// The atoms by which phrases go on with it.
    #[inline]
    pub(crate) fn keys(&self, known: &Known) -> &[Atom] {
        &self.lists[range(known.keys)]
    }

    /// Where phrases that begin with it stand in the vocabulary's tree.
    #[inline]
    pub(crate) fn roots(&self, known: &Known) -> &[u32] {
        &self.lists[range(known.roots)]
    }

    /// The families of which it is the first of two parts, each with the second.
    #[inline]
    pub(crate) fn openers(&self, known: &Known) -> &[[u32; 2]] {
        self.lists[range(known.openers)].as_chunks().0
    }
}
