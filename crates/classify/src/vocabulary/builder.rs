//! Builds a vocabulary: rules and lexicon name the words they look for, and get atoms.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::tree::{Branch, Tree};
use super::{Atom, Closer, Key, Vocabulary};
use crate::query::{Form, Word};
use crate::text::{fold, joined_pieces, pieces, stem};
use crate::tones::ToneWords;
use crate::words::Family;

/// In a phrase of the lexicon, any number.
pub(crate) const NUMBER: &str = "#n";

/// Collects atoms while rules are compiled.
#[derive(Debug, Default)]
pub(crate) struct Builder {
    language: String,
    ids: BTreeMap<Key, Atom>,
    weights: Vec<f64>,
    leaves: Vec<bool>,
    stems: BTreeMap<String, Vec<Atom>>,
    exacts: BTreeMap<String, Vec<Atom>>,
    openers: BTreeMap<String, Vec<(Atom, u32)>>,
    closers: BTreeMap<String, u32>,
    last: BTreeSet<String>,
    tree: Vec<Branch>,
    /// The stems of words asked for before: rules ask for the same ones again and again.
    stemmed: HashMap<String, String>,
}

/// Which atoms lead on from within a phrase, other than from its beginning.
fn inner_keys(tree: &[Branch], atoms: usize) -> Vec<bool> {
    let mut inner = vec![false; atoms];
    for atom in tree.iter().skip(1).flat_map(|branch| branch.edges.keys()) {
        inner[*atom as usize] = true;
    }
    inner
}

impl Builder {
    /// An empty vocabulary of `language`.
    pub(crate) fn new(language: &str) -> Self {
        Self { language: language.to_owned(), tree: vec![Branch::default()], ..Self::default() }
    }

    /// See [`Vocabulary::weight`].
    pub(crate) fn weight(&self, atom: Atom) -> f64 {
        self.weights[atom as usize]
    }

    fn intern(&mut self, key: Key, weight: f64) -> (Atom, bool) {
        if let Some(atom) = self.ids.get(&key) {
            return (*atom, false);
        }
        let atom =
            Atom::try_from(self.weights.len()).expect("a configuration has fewer than 2^32 words");
        self.ids.insert(key, atom);
        self.weights.push(weight);
        self.leaves.push(false);
        (atom, true)
    }

    fn leaf(&mut self, atom: Atom) -> Atom {
        self.leaves[atom as usize] = true;
        atom
    }

    fn stemmed(&mut self, piece: &str) -> String {
        if let Some(known) = self.stemmed.get(piece) {
            return known.clone();
        }
        let stemmed = stem(&self.language, piece).into_owned();
        self.stemmed.insert(piece.to_owned(), stemmed.clone());
        stemmed
    }

    fn stem_atom(&mut self, piece: &str) -> Atom {
        let stemmed = self.stemmed(piece);
        let (atom, new) = self.intern(Key::Stem(stemmed.clone()), expected(&stemmed));
        if new {
            self.stems.entry(stemmed).or_default().push(atom);
        }
        atom
    }

    fn exact_atom(&mut self, piece: &str) -> Atom {
        let (atom, new) = self.intern(Key::Exact(piece.to_owned()), expected(piece));
        if new {
            self.exacts.entry(piece.to_owned()).or_default().push(atom);
        }
        atom
    }

    fn component(&mut self, piece: &str, exact: bool) -> Atom {
        if exact { self.exact_atom(piece) } else { self.stem_atom(piece) }
    }

    /// The ways to write `text`: as its words, and with hyphenated ones joined.
    fn spellings(&self, text: &str) -> Vec<Vec<String>> {
        let split = pieces(text, &self.language);
        let joined = joined_pieces(text, &self.language);
        [Some(split), joined].into_iter().flatten().filter(|words| !words.is_empty()).collect()
    }

    /// The atoms of a word of a rule, of which one must be there.
    pub(crate) fn word(&mut self, word: &Word) -> Vec<Atom> {
        let exact = match word.form {
            Form::Stem => false,
            Form::Exact => true,
            Form::Prefix | Form::Tail | Form::Edit => {
                let spellings = self.spellings(&word.text);
                let joined = spellings.last().map(|words| words.concat()).unwrap_or_default();
                let weight = expected(&joined);
                let (key, weight) = match word.form {
                    Form::Prefix => (Key::Prefix(joined), weight * 4.0),
                    Form::Tail => (Key::Tail(self.stemmed(&joined)), weight * 4.0),
                    _ => (Key::Edit(joined), weight * 2.0),
                };
                let (atom, _) = self.intern(key, weight);
                return vec![self.leaf(atom)];
            }
        };
        self.phrase(&word.text, exact)
    }

    /// The atoms of a phrase, one per way to write it.
    pub(crate) fn phrase(&mut self, text: &str, exact: bool) -> Vec<Atom> {
        let spellings = self.spellings(text);
        let mut atoms: Vec<Atom> =
            spellings.iter().map(|words| self.sequence(words, exact)).collect();
        atoms.sort_unstable();
        atoms.dedup();
        atoms
    }

    fn sequence(&mut self, words: &[String], exact: bool) -> Atom {
        let components = self.components(words, exact);
        if let [only] = components[..] {
            return self.leaf(only);
        }
        let rarest = components.iter().map(|atom| self.weight(*atom)).fold(f64::MAX, f64::min);
        let (atom, new) = self.intern(Key::Phrase(components.clone()), rarest / 8.0);
        if new {
            self.plant(&components, atom);
        }
        self.leaf(atom)
    }

    fn components(&mut self, words: &[String], exact: bool) -> Vec<Atom> {
        words.iter().map(|word| self.component(word, exact)).collect()
    }

    /// The words of a phrase with room between, each an atom of its own.
    pub(crate) fn loose_phrase(&mut self, text: &str, exact: bool) -> Vec<Atom> {
        let words = pieces(text, &self.language);
        words
            .iter()
            .map(|word| {
                let atom = self.component(word, exact);
                self.leaf(atom)
            })
            .collect()
    }

    fn plant(&mut self, components: &[Atom], found: Atom) {
        let mut node = 0;
        for component in components {
            let fresh = self.tree.len();
            let next = *self.tree[node].edges.entry(*component).or_insert(fresh);
            if next == fresh {
                self.tree.push(Branch::default());
            }
            node = next;
        }
        let ends = &mut self.tree[node].found;
        if !ends.contains(&found) {
            ends.push(found);
        }
    }

    /// The atom of any number.
    pub(crate) fn number(&mut self) -> Atom {
        let (atom, _) = self.intern(Key::Number, 4.0);
        self.leaf(atom)
    }

    /// The atom of a list: it is wherever one of its words or phrases is.
    pub(crate) fn list(&mut self, id: &str, words: &[String]) -> Atom {
        let (atom, new) = self.intern(Key::List(id.to_owned()), 0.0);
        if new {
            self.members(atom, words, false);
        }
        self.leaf(atom)
    }

    /// The atom of a family: it is wherever one of its forms is, or both parts of a separable one.
    pub(crate) fn family(&mut self, id: &str, family: &Family) -> Atom {
        let (atom, new) = self.intern(Key::Family(id.to_owned()), 0.0);
        if !new {
            return self.leaf(atom);
        }
        self.members(atom, &family.forms, true);
        for (first, second) in &family.separable {
            let firsts = pieces(first, &self.language);
            let seconds = pieces(second, &self.language);
            let ([first], [second]) = (&firsts[..], &seconds[..]) else { continue };
            if family.last.iter().any(|last| fold(last) == *second) {
                self.last.insert(second.clone());
            }
            let fresh =
                u32::try_from(self.closers.len()).expect("a language has fewer than 2^32 words");
            let closer = *self.closers.entry(second.clone()).or_insert(fresh);
            self.openers.entry(first.clone()).or_default().push((atom, closer));
            self.weights[atom as usize] += expected(first) / 8.0;
        }
        self.leaf(atom)
    }

    fn members(&mut self, atom: Atom, words: &[String], exact: bool) {
        for text in words {
            for spelling in self.spellings(text) {
                if let [only] = &spelling[..] {
                    let form = if exact { only.clone() } else { self.stemmed(only) };
                    let table = if exact { &mut self.exacts } else { &mut self.stems };
                    self.weights[atom as usize] += expected(&form);
                    let atoms = table.entry(form).or_default();
                    if !atoms.contains(&atom) {
                        atoms.push(atom);
                    }
                } else {
                    let components = self.components(&spelling, exact);
                    self.weights[atom as usize] += 0.1;
                    self.plant(&components, atom);
                }
            }
        }
    }

    /// The atom of a lexicon's entry: the words and phrases that mean `cue`, compared by their stems
    /// unless `exact`. In a phrase, `#n` takes any number.
    pub(crate) fn cue(&mut self, cue: usize, text: &str, exact: bool) -> Atom {
        let (atom, _) = self.intern(Key::Cue(cue), 0.0);
        if text.contains(NUMBER) {
            let mut components = Vec::new();
            for part in text.split_whitespace() {
                if part == NUMBER {
                    components.push(self.intern(Key::Number, 4.0).0);
                } else {
                    components.extend(self.components(&pieces(part, &self.language), exact));
                }
            }
            self.plant(&components, atom);
        } else {
            self.members(atom, &[text.to_owned()], exact);
        }
        self.leaf(atom)
    }

    /// The finished vocabulary.
    pub(crate) fn finish(self, lexicon: ToneWords) -> Vocabulary {
        let mut vocabulary = Vocabulary {
            language: self.language,
            size: self.weights.len(),
            inner: inner_keys(&self.tree, self.weights.len()),
            leaves: self.leaves,
            weights: self.weights,
            stems: self.stems.into_iter().collect(),
            exacts: self.exacts.into_iter().collect(),
            prefixes: HashMap::new(),
            tails: HashMap::new(),
            edits: Vec::new(),
            number: None,
            openers: self.openers.into_iter().collect(),
            closers: self
                .closers
                .into_iter()
                .map(|(word, closer)| {
                    let last = self.last.contains(&word);
                    (word, Closer { closer, last })
                })
                .collect(),
            tree: Tree::of(self.tree),
            lexicon,
        };
        for (key, atom) in self.ids {
            match key {
                Key::Prefix(prefix) => {
                    vocabulary.prefixes.insert(prefix, atom);
                }
                Key::Tail(tail) => {
                    vocabulary.tails.insert(tail, atom);
                }
                Key::Edit(word) => {
                    let stemmed = stem(&vocabulary.language, &word).into_owned();
                    vocabulary.edits.push((word, stemmed, atom));
                }
                Key::Number => vocabulary.number = Some(atom),
                Key::Stem(_)
                | Key::Exact(_)
                | Key::Family(_)
                | Key::List(_)
                | Key::Phrase(_)
                | Key::Cue(_) => {}
            }
        }
        vocabulary
    }
}

/// A rough guess at how often a word occurs: short words are common ones (Zipf's law of
/// abbreviation). Only the order matters, to file rules under rare words.
fn expected(word: &str) -> f64 {
    let letters = u32::try_from(word.chars().count()).unwrap_or(u32::MAX).max(1);
    0.2 + 12.0 / (f64::from(letters) * f64::from(letters))
}
