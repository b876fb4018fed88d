//! The texts of one record in one language, read for matching: tokens, clauses, sentences, and where
//! each atom of the vocabulary is. One is kept per language and filled anew for each record, so that
//! reading allocates nothing once its buffers have grown.

use crate::occurrences::{Occurrences, Place};
use crate::program::Program;
use crate::surfaces::{Known, Surfaces};
use crate::text::{Piece, fold, scan};
use crate::tone::{Roles, Tone};
use crate::vocabulary::{Atom, Closer};

/// The longest word that is looked up, in bytes, at least once it is folded; a longer one is a token
/// that matches nothing.
const WORD_BYTES_MAX: usize = 128;
/// The longest sentence, in words: what goes on without an end is cut there, so that matching takes time
/// in proportion to the text, whatever is repeated in it.
const SENTENCE_WORDS_MAX: usize = 512;
/// How many parts of a hyphenated compound are also read as one word.
const COMPOUND_PARTS_MAX: usize = 4;

/// A word of a text. A contraction is two tokens at one place.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Token {
    /// First UTF-8 byte in its text.
    pub(crate) start: usize,
    /// One past the last.
    pub(crate) end: usize,
    /// Its clause: clauses are numbered through the document.
    pub(crate) clause: usize,
    /// What the vocabulary knows of it.
    pub(crate) surface: usize,
}

/// A text to read.
#[derive(Clone, Copy)]
pub(crate) struct Source<'a> {
    /// What it is matched with.
    pub(crate) program: &'a Program,
    /// Index into the feedback's texts.
    pub(crate) index: usize,
    /// The text.
    pub(crate) words: &'a str,
    /// Whether the agent wrote it.
    pub(crate) by_agent: bool,
}

impl Source<'_> {
    /// The surface of the word at these bytes; of no word where it is too long.
    fn resolve(&self, surfaces: &mut Surfaces, (start, end): (usize, usize)) -> usize {
        let word = self.words.get(start..end).unwrap_or_default();
        let vocabulary = &self.program.vocabulary;
        if word.len() <= WORD_BYTES_MAX {
            return surfaces.resolve(vocabulary, word);
        }
        // Long for what cannot be seen or is heaped on its letters, or a word that nobody looks for.
        let folded = fold(word);
        surfaces.resolve(vocabulary, if folded.len() <= WORD_BYTES_MAX { &folded } else { "" })
    }
}

/// A sentence: its tokens, and whose text it is in.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sentence {
    /// Its first token.
    pub(crate) first: usize,
    /// One past its last token.
    pub(crate) end: usize,
    /// Index into the feedback's texts.
    pub(crate) text: usize,
    /// Whether the agent wrote it.
    pub(crate) by_agent: bool,
}

/// A hyphenated compound, also read as one word.
#[derive(Debug, Clone, Copy)]
struct Compound {
    first: usize,
    last: usize,
    surface: usize,
}

/// See the module. Every list is in the order of the text.
#[derive(Debug, Default)]
pub(crate) struct Document {
    /// The words.
    pub(crate) tokens: Vec<Token>,
    /// The sentences.
    pub(crate) sentences: Vec<Sentence>,
    /// The tokens that negate.
    pub(crate) negators: Vec<usize>,
    /// The tokens that feel something, or turn what others feel.
    pub(crate) tones: Vec<(usize, Tone)>,
    /// Where entries of the lexicon are: its cue, first and last token.
    pub(crate) cues: Vec<(usize, usize, usize)>,
    /// Where each atom is.
    pub(crate) occurrences: Occurrences,
    compounds: Vec<Compound>,
    closers: Vec<(Closer, usize)>,
    clause: usize,
    sentence: usize,
    compound: Option<(usize, usize, usize)>,
}

impl Document {
    /// Empties it for the next record.
    pub(crate) fn clear(&mut self, program: &Program) {
        self.tokens.clear();
        self.sentences.clear();
        self.negators.clear();
        self.tones.clear();
        self.cues.clear();
        self.compounds.clear();
        self.closers.clear();
        self.occurrences.clear(program.vocabulary.size);
        self.clause = 0;
        self.compound = None;
    }

    /// Reads one text.
    pub(crate) fn read(&mut self, source: Source<'_>, surfaces: &mut Surfaces) {
        self.sentence = self.tokens.len();
        scan(source.words, |piece| match piece {
            Piece::Word { start, end, hyphen } => {
                let is_full = self.tokens.len() - self.sentence >= SENTENCE_WORDS_MAX;
                match &mut self.compound {
                    Some((_, _, compound_end)) if hyphen && !is_full => *compound_end = end,
                    _ => {
                        self.end_compound(source, surfaces);
                        if is_full {
                            self.end_sentence(source, surfaces);
                        }
                        self.compound = Some((self.tokens.len(), start, end));
                    }
                }
                self.word(source, surfaces, (start, end));
            }
            Piece::ClauseEnd => self.clause += 1,
            Piece::SentenceEnd => self.end_sentence(source, surfaces),
        });
        self.end_sentence(source, surfaces);
    }

    fn word(&mut self, source: Source<'_>, surfaces: &mut Surfaces, (start, end): (usize, usize)) {
        let mut next = Some(source.resolve(surfaces, (start, end)));
        while let Some(index) = next {
            let known = *surfaces.get(index);
            if known.idle {
                self.tokens.push(Token { start, end, clause: self.clause, surface: index });
                return;
            }
            if known.clause && self.tokens.len() > self.sentence {
                self.clause += 1;
            }
            if known.negator {
                self.negators.push(self.tokens.len());
            }
            if known.tone.speaks() {
                self.tones.push((self.tokens.len(), known.tone));
            }
            if let Some(closer) = known.closer {
                self.closers.push((closer, self.tokens.len()));
            }
            self.tokens.push(Token { start, end, clause: self.clause, surface: index });
            next = known.second();
        }
    }

    fn end_compound(&mut self, source: Source<'_>, surfaces: &mut Surfaces) {
        let Some((first, start, end)) = self.compound.take() else { return };
        let is_one_word = self.tokens.get(first).is_none_or(|token| token.end == end);
        if !is_one_word && self.tokens.len() - first <= COMPOUND_PARTS_MAX {
            let surface = source.resolve(surfaces, (start, end));
            self.compounds.push(Compound { first, last: self.tokens.len() - 1, surface });
        }
    }

    fn end_sentence(&mut self, source: Source<'_>, surfaces: &mut Surfaces) {
        self.end_compound(source, surfaces);
        self.clause += 1;
        let (first, end) = (self.sentence, self.tokens.len());
        self.sentence = end;
        if first == end {
            return;
        }
        let Source { program, index, by_agent, .. } = source;
        self.sentences.push(Sentence { first, end, text: index, by_agent });
        let tokens = &self.tokens;
        let ends_clause = |token: usize| {
            tokens.get(token + 1).is_none_or(|next| next.clause != tokens[token].clause)
        };
        self.closers.retain(|(each, token)| !each.last || ends_clause(*token));
        self.closers.sort_unstable();
        self.find(program, surfaces, first, end);
        self.compounds.clear();
        self.closers.clear();
    }

    /// Finds the atoms of the sentence just read.
    fn find(&mut self, program: &Program, surfaces: &Surfaces, first: usize, end: usize) {
        let mut compound = 0;
        for at in first..end {
            let known = surfaces.get(self.tokens[at].surface);
            if known.is_looked_for() {
                self.find_from(program, surfaces, known, (at, at, end));
            }
            for [family, closer] in surfaces.openers(known) {
                let is_before = |each: &Closer, token| (each.closer, token) <= (*closer, at);
                let later = self.closers.partition_point(|(each, token)| is_before(each, *token));
                let second = self.closers.get(later).filter(|(each, _)| each.closer == *closer);
                if let Some((_, last)) = second {
                    let place = Place { first: at, last: *last, split: true };
                    self.note(program, *family, place);
                }
            }
            while let Some(joined) = self.compounds.get(compound).filter(|each| each.first == at) {
                let Compound { last, surface, .. } = *joined;
                self.find_from(program, surfaces, surfaces.get(surface), (at, last, end));
                compound += 1;
            }
        }
    }

    /// Notes what a word is, and the phrases that begin with it.
    fn find_from(
        &mut self,
        program: &Program,
        surfaces: &Surfaces,
        known: &Known,
        (first, last, end): (usize, usize, usize),
    ) {
        for atom in surfaces.atoms(known) {
            self.note(program, *atom, Place { first, last, split: false });
        }
        for root in surfaces.roots(known) {
            self.follow(program, surfaces, *root, (first, last, end));
        }
    }

    /// Follows the phrases of `node`, reached with token `last`.
    fn follow(
        &mut self,
        program: &Program,
        surfaces: &Surfaces,
        node: u32,
        (first, last, end): (usize, usize, usize),
    ) {
        let tree = &program.vocabulary.tree;
        for atom in tree.found(node) {
            self.note(program, *atom, Place { first, last, split: false });
        }
        let next = last + 1;
        if next == end {
            return;
        }
        let known = surfaces.get(self.tokens[next].surface);
        for key in surfaces.keys(known) {
            if let Some(node) = tree.next(node, *key) {
                self.follow(program, surfaces, node, (first, next, end));
            }
        }
    }

    fn note(&mut self, program: &Program, atom: Atom, place: Place) {
        if let Some(cue) = program.cue_of(atom) {
            self.cues.push((cue, place.first, place.last));
            return;
        }
        self.occurrences.note(atom, place);
    }

    /// Puts the places of each atom together: to be called once all texts are read.
    pub(crate) fn finish(&mut self, program: &Program) {
        self.drop_idle_negators(program);
        self.occurrences.finish();
    }

    /// Whether a negation word stands before token `last` in its clause, and not within the match.
    pub(crate) fn is_negated(&self, first: usize, last: usize) -> bool {
        let end = self.negators.partition_point(|negator| *negator < last);
        let clause = self.tokens[last].clause;
        let in_clause = |negator: &&usize| self.tokens[**negator].clause == clause;
        self.negators[..end].iter().rev().take_while(in_clause).any(|negator| *negator < first)
    }

    /// The sentence that `token` is in.
    pub(crate) fn sentence_of(&self, token: usize) -> &Sentence {
        &self.sentences[self.sentence_index_of(token)]
    }

    /// The index of the sentence that `token` is in.
    pub(crate) fn sentence_index_of(&self, token: usize) -> usize {
        self.sentences.partition_point(|sentence| sentence.first <= token) - 1
    }

    /// What `token` does beside feeling something.
    pub(crate) fn roles(&self, token: usize) -> Roles {
        let found = self.tones.binary_search_by_key(&token, |(at, _)| *at);
        found.map_or_else(|_| Roles::default(), |index| self.tones[index].1.roles)
    }
}
