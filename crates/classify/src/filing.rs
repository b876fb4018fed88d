//! Under which atoms each alternative of a rule is filed, and which others it needs. A text looks only
//! at those filed under what it has, and leaves out at once those that lack something else. All of it
//! lies in a few flat lists: it is read for every word of every text.

use crate::flat::{Stretch, append, narrow, range};
use crate::program::Alternative;
use crate::query::{all_required, required_atoms};
use crate::vocabulary::{Atom, Vocabulary};

/// See the module.
#[derive(Debug, Default)]
pub(crate) struct Filing {
    /// By atom: its alternatives, in `filed`.
    of_atom: Vec<Stretch>,
    filed: Vec<Filed>,
    /// By alternative: its partners.
    of_alternative: Vec<Stretch>,
    partners: Vec<(Stretch, bool)>,
    partner_atoms: Vec<Atom>,
}

/// An alternative filed under an atom.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Filed {
    /// Which one.
    alternative: u32,
    /// An atom that it needs too, if there is one that nothing else may stand for.
    pub(crate) needs: Option<u32>,
}

impl Filed {
    /// Which one.
    pub(crate) fn alternative(self) -> usize {
        self.alternative as usize
    }
}

/// Atoms of which one must occur too, for an alternative to hold.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Partner<'a> {
    /// The atoms.
    pub(crate) atoms: &'a [Atom],
    /// Whether it may be outside the sentence.
    pub(crate) beyond_sentence: bool,
}

impl Filing {
    /// Files `alternatives`, and says of each whether it looks beyond the sentence.
    pub(crate) fn of(vocabulary: &Vocabulary, alternatives: &mut [Alternative]) -> Self {
        let mut filing = Self::default();
        let mut of_atom = vec![Vec::new(); vocabulary.size];
        for (index, alternative) in alternatives.iter_mut().enumerate() {
            let weight = |atom| vocabulary.weight(atom);
            let required = required_atoms(&alternative.node, &weight)
                .expect("a parsed rule has a positive word in every alternative");
            alternative.beyond_sentence = required.beyond_sentence;
            let first = filing.partners.len();
            let mut needs = None;
            for other in all_required(&alternative.node, &weight) {
                if other != required && !other.atoms.is_empty() {
                    let beyond = other.beyond_sentence || required.beyond_sentence;
                    if let ([only], None) = (&other.atoms[..], needs) {
                        needs = Some(*only);
                    }
                    let atoms = append(&mut filing.partner_atoms, other.atoms);
                    filing.partners.push((atoms, beyond));
                }
            }
            filing.of_alternative.push((narrow(first), narrow(filing.partners.len())));
            for atom in required.atoms {
                of_atom[atom as usize].push(Filed { alternative: narrow(index), needs });
            }
        }
        filing.of_atom = of_atom.into_iter().map(|own| append(&mut filing.filed, own)).collect();
        filing
    }

    /// The alternatives to look at where `atom` occurs.
    #[inline]
    pub(crate) fn under(&self, atom: Atom) -> &[Filed] {
        &self.filed[range(self.of_atom[atom as usize])]
    }

    /// What an alternative needs beside the atom it was found under.
    #[inline]
    pub(crate) fn partners(&self, alternative: usize) -> impl Iterator<Item = Partner<'_>> {
        let own = &self.partners[range(self.of_alternative[alternative])];
        own.iter().map(|(atoms, beyond_sentence)| Partner {
            atoms: &self.partner_atoms[range(*atoms)],
            beyond_sentence: *beyond_sentence,
        })
    }
}
