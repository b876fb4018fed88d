//! The vocabulary of one language: every word, phrase, family and list that a rule or the lexicon
//! asks for is an atom, a small number. What a written word (its surface form) has to do with all of
//! them is computed once per form ([`Vocabulary::surface`]) and cached by the classifier, so that
//! matching a word costs one look-up whatever the number of rules.

mod builder;
mod tree;

use std::collections::HashMap;

use crate::text::{is_number, stem, unhyphenated};
use crate::tone::{Roles, Tone};
use crate::tones::ToneWords;
pub(crate) use builder::{Builder, NUMBER};
use tree::Tree;

/// A test on words that rules or the lexicon ask for.
pub(crate) type Atom = u32;

/// What tells one atom from another.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Key {
    Stem(String),
    Exact(String),
    Prefix(String),
    Tail(String),
    Edit(String),
    Number,
    Family(String),
    List(String),
    Phrase(Vec<Atom>),
    Cue(usize),
}

/// A second part of separable words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Closer {
    /// Which one.
    pub(crate) closer: u32,
    /// Whether it counts only as the last word of its clause.
    pub(crate) last: bool,
}

/// What the vocabulary knows of one written word. `atoms` is sorted.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Surface {
    /// The atoms it is, of those that are looked for.
    pub(crate) atoms: Box<[Atom]>,
    /// The atoms by which phrases go on with it.
    pub(crate) keys: Box<[Atom]>,
    /// Where phrases that begin with it stand in the tree.
    pub(crate) roots: Box<[u32]>,
    /// The families of which it is the first of two parts, each with the second.
    pub(crate) openers: Box<[(Atom, u32)]>,
    /// Of which second part it is one.
    pub(crate) closer: Option<Closer>,
    /// Whether it negates.
    pub(crate) negator: bool,
    /// Whether a clause begins with it.
    pub(crate) clause: bool,
    /// How it feels, and how it turns what others feel.
    pub(crate) tone: Tone,
}

impl Surface {
    /// Whether nothing looks for it.
    pub(crate) fn is_idle(&self) -> bool {
        *self == Self::default()
    }
}

/// The finished vocabulary of one language.
#[derive(Debug)]
pub(crate) struct Vocabulary {
    language: String,
    /// How many atoms there are.
    pub(crate) size: usize,
    leaves: Vec<bool>,
    weights: Vec<f64>,
    stems: HashMap<String, Vec<Atom>>,
    exacts: HashMap<String, Vec<Atom>>,
    prefixes: HashMap<String, Atom>,
    tails: HashMap<String, Atom>,
    edits: Vec<(String, String, Atom)>,
    number: Option<Atom>,
    openers: HashMap<String, Vec<(Atom, u32)>>,
    closers: HashMap<String, Closer>,
    /// All phrases.
    pub(crate) tree: Tree,
    inner: Vec<bool>,
    lexicon: ToneWords,
}

impl Vocabulary {
    /// How often an atom may be expected, roughly: the rarer, the better to file a rule under.
    pub(crate) fn weight(&self, atom: Atom) -> f64 {
        self.weights[atom as usize]
    }

    /// The language it is of.
    pub(crate) fn language(&self) -> &str {
        &self.language
    }

    /// What a folded word, one piece of a written one, has to do with the vocabulary.
    pub(crate) fn surface(&self, piece: &str) -> Surface {
        let word = unhyphenated(piece);
        let stemmed = stem(&self.language, &word);
        let mut atoms: Vec<Atom> = Vec::new();
        atoms.extend(self.stems.get(&*stemmed).into_iter().flatten());
        atoms.extend(self.exacts.get(&word).into_iter().flatten());
        self.prefixed(&word, &mut atoms);
        self.tailed(&word, &mut atoms);
        for (wanted, wanted_stem, atom) in &self.edits {
            if *wanted_stem == stemmed || within_one_edit(wanted, &word) {
                atoms.push(*atom);
            }
        }
        atoms.extend(self.number.filter(|_| is_number(&self.language, &word)));
        atoms.sort_unstable();
        atoms.dedup();
        let roots = atoms.iter().filter_map(|atom| self.tree.next(0, *atom)).collect();
        let tone = self.lexicon.tone(&self.language, &word, &stemmed);
        Surface {
            keys: atoms.iter().copied().filter(|atom| self.inner[*atom as usize]).collect(),
            roots,
            openers: self.openers.get(&word).map_or_else(Box::default, |all| all.clone().into()),
            closer: self.closers.get(&word).copied(),
            negator: tone.roles.any(Roles::NEGATES),
            clause: self.lexicon.clause.contains(&word),
            tone,
            atoms: atoms.into_iter().filter(|atom| self.leaves[*atom as usize]).collect(),
        }
    }

    fn prefixed(&self, word: &str, atoms: &mut Vec<Atom>) {
        if self.prefixes.is_empty() {
            return;
        }
        for end in word.char_indices().map(|(at, each)| at + each.len_utf8()) {
            atoms.extend(word.get(..end).and_then(|prefix| self.prefixes.get(prefix)));
        }
    }

    /// `*tail` takes the word itself and the end of a compound, inflected: so the stem of some end
    /// of the word, of 3 letters at least, is the stem of the tail.
    fn tailed(&self, word: &str, atoms: &mut Vec<Atom>) {
        if self.tails.is_empty() {
            return;
        }
        for (at, _) in word.char_indices() {
            let end = word.get(at..).unwrap_or_default();
            if at > 0 && end.chars().count() < 3 {
                break;
            }
            atoms.extend(self.tails.get(&*stem(&self.language, end)));
        }
    }
}

/// Whether two words differ by one letter more, less, other or swapped with its neighbour, the first
/// letter being the same (optimal string alignment, distance ≤ 1).
pub(crate) fn within_one_edit(one: &str, other: &str) -> bool {
    let (one, other): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    if one.first() != other.first() || one.len().abs_diff(other.len()) > 1 {
        return false;
    }
    let same = one.iter().zip(&other).take_while(|(a, b)| a == b).count();
    let (rest, other_rest) = (&one[same..], &other[same..]);
    match (rest, other_rest) {
        ([], [] | [_]) | ([_], []) => true,
        ([a, tail @ ..], [b, other_tail @ ..]) => {
            tail == other_tail
                || tail == other_rest
                || rest == other_tail
                || matches!((tail, other_tail), ([c, more @ ..], [d, others @ ..])
                    if a == d && b == c && more == others)
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::within_one_edit;

    #[test]
    fn one_edit() {
        for (one, other, expected) in [
            ("refund", "refund", true),
            ("refund", "refnd", true),
            ("refund", "refunds", true),
            ("refund", "refubd", true),
            ("refund", "refnud", true),
            ("refund", "efund", false),
            ("refund", "refnudd", false),
            ("refund", "refers", false),
            ("monteur", "montuer", true),
        ] {
            assert_eq!(within_one_edit(one, other), expected, "{one} {other}");
            assert_eq!(within_one_edit(other, one), expected, "{other} {one}");
        }
    }
}
