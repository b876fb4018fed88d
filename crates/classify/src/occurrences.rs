//! Where each atom of the vocabulary is in a document. Noted in the order of the text; once all is read
//! the places of each atom stand together. Forgetting a document costs nothing, whatever the size of
//! the vocabulary: each atom remembers in which epoch it was seen last.

use crate::document::Sentence;
use crate::flat::{Stretch, narrow, range};
use crate::vocabulary::Atom;

/// Where an atom is: tokens `first` to `last`; only these two where `split`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Place {
    /// The first token.
    pub(crate) first: usize,
    /// The last token.
    pub(crate) last: usize,
    /// Whether it is a separable word, and what stands between is free.
    pub(crate) split: bool,
}

/// See the module.
#[derive(Debug, Default)]
pub(crate) struct Occurrences {
    epoch: u32,
    /// By atom: the epoch in which it was seen last, and then its slot.
    slot_of: Vec<(u32, u32)>,
    /// The atoms seen: how many places each has, and once finished, where they begin and end.
    slots: Vec<(u32, u32)>,
    /// By slot: the atom.
    atoms: Vec<Atom>,
    /// The places as they were noted, each with its slot.
    noted: Vec<(u32, Place)>,
    /// The places by slot, in the order of the text.
    places: Vec<Place>,
}

impl Occurrences {
    /// Forgets the document before. There are `atoms` atoms.
    pub(crate) fn clear(&mut self, atoms: usize) {
        self.slots.clear();
        self.atoms.clear();
        self.noted.clear();
        self.places.clear();
        if self.slot_of.len() < atoms {
            self.slot_of.resize(atoms, (0, 0));
        }
        self.epoch = self.epoch.wrapping_add(1);
        if self.epoch == 0 {
            self.slot_of.fill((0, 0));
            self.epoch = 1;
        }
    }

    /// Notes that `atom` is at `place`.
    #[inline]
    pub(crate) fn note(&mut self, atom: Atom, place: Place) {
        let (epoch, slot) = &mut self.slot_of[atom as usize];
        if *epoch != self.epoch {
            *epoch = self.epoch;
            *slot = narrow(self.slots.len());
            self.slots.push((0, 0));
            self.atoms.push(atom);
        }
        self.slots[*slot as usize].1 += 1;
        self.noted.push((*slot, place));
    }

    /// Puts the places of each atom together: to be called once, when all is noted.
    pub(crate) fn finish(&mut self) {
        let mut start = 0;
        for slot in &mut self.slots {
            let length = slot.1;
            *slot = (start, start);
            start += length;
        }
        self.places.resize(self.noted.len(), Place { first: 0, last: 0, split: false });
        for (slot, place) in &self.noted {
            let (_, end) = &mut self.slots[*slot as usize];
            self.places[*end as usize] = *place;
            *end += 1;
        }
    }

    /// Whether `atom` is anywhere.
    #[inline]
    pub(crate) fn has(&self, atom: Atom) -> bool {
        self.slot_of[atom as usize].0 == self.epoch
    }

    /// The atoms that are anywhere, each with all its places.
    pub(crate) fn all(&self) -> impl Iterator<Item = (Atom, &[Place])> {
        let of_slot = |slot: &Stretch| &self.places[range(*slot)];
        self.atoms.iter().copied().zip(self.slots.iter().map(of_slot))
    }

    /// Where `atom` is in `sentence`, in the order of the first token.
    #[inline]
    pub(crate) fn of(&self, atom: Atom, sentence: &Sentence) -> &[Place] {
        let (epoch, slot) = self.slot_of[atom as usize];
        if epoch != self.epoch {
            return &[];
        }
        let places = &self.places[range(self.slots[slot as usize])];
        if let [only] = places {
            let within = (sentence.first..sentence.end).contains(&only.first);
            return if within { places } else { &[] };
        }
        let from = places.partition_point(|place| place.first < sentence.first);
        let to = places.partition_point(|place| place.first < sentence.end);
        &places[from..to]
    }
}
