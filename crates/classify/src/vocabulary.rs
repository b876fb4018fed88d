//! The vocabulary of one language: every word, phrase, family and list that a rule or the lexicon
//! asks for is an atom, a small number. What a written word (its surface form) has to do with all of
//! them is computed once per form ([`Vocabulary::surface`]) and cached by the classifier, so that
//! matching a word costs one look-up whatever the number of rules.

use std::collections::{BTreeMap, HashMap};

use crate::query::{Form, Word};
use crate::text::{is_number, joined_pieces, pieces, stem, unhyphenated};
use crate::words::Family;

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

/// A node of the phrases' tree: atoms lead on, `found` phrases end here.
#[derive(Debug, Clone, Default)]
pub(crate) struct TreeNode {
    edges: BTreeMap<Atom, usize>,
    /// The phrases and lists of which a phrase ends here.
    pub(crate) found: Vec<Atom>,
}

impl TreeNode {
    /// The node that `atom` leads to.
    pub(crate) fn next(&self, atom: Atom) -> Option<usize> {
        self.edges.get(&atom).copied()
    }
}

/// What the vocabulary knows of one written word. `atoms` is sorted.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Surface {
    /// The atoms it is, of those that are looked for.
    pub(crate) atoms: Box<[Atom]>,
    /// The atoms by which phrases go on with it.
    pub(crate) keys: Box<[Atom]>,
    /// Where phrases that begin with it stand in the tree.
    pub(crate) roots: Box<[usize]>,
    /// The families of which it is the first of two parts, each with the second.
    pub(crate) openers: Box<[(Atom, usize)]>,
    /// Of which second part it is one.
    pub(crate) closer: Option<usize>,
    /// Whether it negates.
    pub(crate) negator: bool,
    /// Whether a clause begins with it.
    pub(crate) clause: bool,
    /// How it feels, −3 to 3; 0 says nothing.
    pub(crate) valence: f64,
    /// How it strengthens the next word; 1 says nothing.
    pub(crate) intensity: f64,
}

/// Collects atoms while rules are compiled.
#[derive(Debug, Default)]
pub(crate) struct Builder {
    language: String,
    ids: BTreeMap<Key, Atom>,
    weights: Vec<f64>,
    leaves: Vec<bool>,
    stems: BTreeMap<String, Vec<Atom>>,
    exacts: BTreeMap<String, Vec<Atom>>,
    openers: BTreeMap<String, Vec<(Atom, usize)>>,
    closers: BTreeMap<String, usize>,
    tree: Vec<TreeNode>,
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
    openers: HashMap<String, Vec<(Atom, usize)>>,
    closers: HashMap<String, usize>,
    tree: Vec<TreeNode>,
    lexicon: LexiconWords,
}

/// The single words of a lexicon, folded.
#[derive(Debug, Default)]
pub(crate) struct LexiconWords {
    /// Words that negate.
    pub(crate) negators: HashMap<String, ()>,
    /// Words that begin a clause.
    pub(crate) clause: HashMap<String, ()>,
    /// Feelings by exact form.
    pub(crate) valences: HashMap<String, f64>,
    /// Feelings by stem, for forms the lexicon doesn't hold.
    pub(crate) stem_valences: HashMap<String, f64>,
    /// Strengths by exact form.
    pub(crate) intensities: HashMap<String, f64>,
}

impl Builder {
    /// An empty vocabulary of `language`.
    pub(crate) fn new(language: &str) -> Self {
        Self { language: language.to_owned(), tree: vec![TreeNode::default()], ..Self::default() }
    }

    /// The language it is of.
    pub(crate) fn language(&self) -> &str {
        &self.language
    }

    /// How often an atom may be expected, roughly: the rarer, the better to file a rule under.
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

    fn stem_atom(&mut self, piece: &str) -> Atom {
        let stemmed = stem(&self.language, piece).into_owned();
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
                let stemmed = || stem(&self.language, &joined).into_owned();
                let (key, weight) = match word.form {
                    Form::Prefix => (Key::Prefix(joined), weight * 4.0),
                    Form::Tail => (Key::Tail(stemmed()), weight * 4.0),
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
                self.tree.push(TreeNode::default());
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
            let fresh = self.closers.len();
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
                    let (table, form) = if exact {
                        (&mut self.exacts, only.clone())
                    } else {
                        (&mut self.stems, stem(&self.language, only).into_owned())
                    };
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

    /// The atom of a lexicon's entry: the words and phrases that mean `cue`.
    pub(crate) fn cue(&mut self, cue: usize, text: &str) -> Atom {
        let (atom, _) = self.intern(Key::Cue(cue), 0.0);
        self.members(atom, &[text.to_owned()], false);
        self.leaf(atom)
    }

    /// The finished vocabulary.
    pub(crate) fn finish(self, lexicon: LexiconWords) -> Vocabulary {
        let mut vocabulary = Vocabulary {
            language: self.language,
            size: self.weights.len(),
            leaves: self.leaves,
            weights: self.weights,
            stems: self.stems.into_iter().collect(),
            exacts: self.exacts.into_iter().collect(),
            prefixes: HashMap::new(),
            tails: HashMap::new(),
            edits: Vec::new(),
            number: None,
            openers: self.openers.into_iter().collect(),
            closers: self.closers.into_iter().collect(),
            tree: self.tree,
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

impl Vocabulary {
    /// The tree of all phrases; its root is node 0.
    pub(crate) fn node(&self, node: usize) -> &TreeNode {
        &self.tree[node]
    }

    /// See [`Builder::weight`].
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
        let roots = atoms.iter().filter_map(|atom| self.tree[0].next(*atom)).collect();
        let lexicon = &self.lexicon;
        let valence = lexicon.valences.get(&word).or_else(|| lexicon.stem_valences.get(&*stemmed));
        Surface {
            keys: atoms.clone().into_boxed_slice(),
            roots,
            openers: self.openers.get(&word).map_or_else(Box::default, |all| all.clone().into()),
            closer: self.closers.get(&word).copied(),
            negator: lexicon.negators.contains_key(&word),
            clause: lexicon.clause.contains_key(&word),
            valence: valence.copied().unwrap_or(0.0),
            intensity: lexicon.intensities.get(&word).copied().unwrap_or(1.0),
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
