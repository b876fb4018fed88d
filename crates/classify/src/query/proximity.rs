//! Places made of others: words in order with room between, NEAR and BEFORE. Distance is the number
//! of words between two places, none where they overlap; a sentence is never crossed, since places
//! of one sentence only are ever joined.

use super::Node;
use super::evaluate::{Evaluator, Here, Match};
use crate::document::Sentence;
use crate::occurrences::{Occurrences, Place};
use crate::vocabulary::Atom;

/// How many places a NEAR or BEFORE gives per sentence, the leftmost ones.
const PLACES_MAX: usize = 256;

impl Evaluator {
    /// Atoms in order, each as near as can be to the one before: the shortest from each beginning.
    pub(super) fn loose(
        &mut self,
        atoms: &[u32],
        slop: usize,
        here: Here<'_>,
        places: &mut Vec<Match>,
    ) {
        let Some((first_atom, others)) = atoms.split_first() else { return };
        for begin in here.document.occurrences.of(*first_atom, here.sentence) {
            let start = self.words.len();
            self.words.extend(begin.first..=begin.last);
            let mut last = begin.last;
            let complete = others.iter().all(|atom| {
                let all = here.document.occurrences.of(*atom, here.sentence);
                let next = all.get(all.partition_point(|place| place.first <= last));
                next.is_some_and(|place| {
                    self.words.extend(place.first..=place.last);
                    last = place.last;
                    true
                })
            });
            let words = (start, self.words.len());
            if complete && last + 1 - begin.first <= words.1 - words.0 + slop {
                places.push(Match { first: begin.first, last, words });
            } else {
                self.words.truncate(start);
            }
        }
    }

    pub(super) fn near(
        &mut self,
        (lefts, rights): (&[Match], &[Match]),
        words: usize,
        ordered: bool,
        places: &mut Vec<Match>,
    ) {
        let longest = rights.iter().map(|each| each.last - each.first).max().unwrap_or(0);
        for left in lefts {
            let earliest = left.first.saturating_sub(words + 1 + longest);
            let from = rights.partition_point(|right| right.first < earliest);
            for right in rights.iter().skip(from) {
                if right.first > left.last + words + 1 || places.len() >= PLACES_MAX {
                    break;
                }
                let in_order = !ordered || left.first < right.first;
                let gap = between((left.first, left.last), (right.first, right.last));
                if in_order && gap <= words && self.are_apart(left, right) {
                    let joined = self.joined(left, right);
                    places.push(joined);
                }
            }
        }
        in_order(places);
    }

    pub(super) fn words_of(&self, each: &Match) -> &[usize] {
        self.words.get(each.words.0..each.words.1).unwrap_or_default()
    }

    /// Whether no word is in both.
    fn are_apart(&self, one: &Match, other: &Match) -> bool {
        one.last < other.first
            || other.last < one.first
            || !self.words_of(one).iter().any(|word| self.words_of(other).contains(word))
    }

    fn joined(&mut self, one: &Match, other: &Match) -> Match {
        let start = self.words.len();
        self.words.extend_from_within(one.words.0..one.words.1);
        self.words.extend_from_within(other.words.0..other.words.1);
        self.sorted(start, one.first.min(other.first), one.last.max(other.last))
    }

    pub(super) fn sorted(&mut self, start: usize, first: usize, last: usize) -> Match {
        if let Some(words) = self.words.get_mut(start..) {
            words.sort_unstable();
        }
        Match { first, last, words: (start, self.words.len()) }
    }
}

/// Whether words that must be near each other are so anywhere in `sentence`: a first look, far cheaper
/// than evaluating `node`. True wherever that can't be told at once.
pub(crate) fn may_be_near(node: &Node, occurrences: &Occurrences, sentence: &Sentence) -> bool {
    match node {
        Node::All(parts) => parts.iter().all(|part| may_be_near(part, occurrences, sentence)),
        Node::Near { left, right, words, ordered, .. } => {
            let (Some(lefts), Some(rights)) = (atoms_of(left), atoms_of(right)) else {
                return true;
            };
            let places = |atom: &Atom| occurrences.of(*atom, sentence);
            let is_near = |left: &Place, right: &Place| {
                between((left.first, left.last), (right.first, right.last)) <= *words
                    && (!ordered || left.first < right.first)
            };
            lefts.iter().map(places).any(|lefts| {
                rights
                    .iter()
                    .map(places)
                    .any(|rights| near_each_other(lefts, rights, *words, is_near))
            })
        }
        _ => true,
    }
}

/// Whether one of `lefts` and one of `rights` pass `is_near`; only those are asked about that are within
/// so many words. Both are in the order of the text.
fn near_each_other(
    lefts: &[Place],
    rights: &[Place],
    words: usize,
    is_near: impl Fn(&Place, &Place) -> bool,
) -> bool {
    let longest = rights.iter().map(|each| each.last - each.first).max().unwrap_or(0);
    lefts.iter().any(|left| {
        let earliest = left.first.saturating_sub(words + 1 + longest);
        let from = rights.partition_point(|right| right.first < earliest);
        let within = |right: &&Place| right.first <= left.last + words + 1;
        rights.iter().skip(from).take_while(within).any(|right| is_near(left, right))
    })
}

fn atoms_of(node: &Node) -> Option<&[Atom]> {
    match node {
        Node::Atom(atom) => Some(std::slice::from_ref(atom)),
        Node::OneOf(atoms) => Some(atoms),
        _ => None,
    }
}

/// Sorts places by their first and last word; of several with the same keeps the one of fewest words.
pub(super) fn in_order(places: &mut Vec<Match>) {
    if places.len() > 1 {
        places.sort_unstable_by_key(|each| {
            (each.first, each.last, each.words.1 - each.words.0, each.words.0)
        });
        places.dedup_by_key(|each| (each.first, each.last));
    }
}

/// How many words stand between two places, each its first and last; none where they overlap.
fn between(one: (usize, usize), other: (usize, usize)) -> usize {
    if one.1 < other.0 {
        other.0 - one.1 - 1
    } else if other.1 < one.0 {
        one.0 - other.1 - 1
    } else {
        0
    }
}
