//! Which alternatives of rules may hold in which sentence of a document: those filed under an atom that
//! is there, less those that lack something else. Most fall at the first look, at one word that is
//! nowhere in the record; so what rules that match nothing cost is a look each at most.

use crate::document::Document;
use crate::filing::Partner;
use crate::occurrences::Place;
use crate::program::Program;
use crate::query::may_be_near;
use crate::vocabulary::Atom;

/// Pairs of an alternative and a sentence, in ascending order.
#[derive(Debug, Default)]
pub(crate) struct Candidates {
    all: Vec<(usize, usize)>,
    /// The sentences that the atom at hand is in.
    sentences: Vec<usize>,
}

impl Candidates {
    /// The pairs.
    pub(crate) fn all(&self) -> &[(usize, usize)] {
        &self.all
    }

    /// Finds those of `document` that may hold.
    pub(crate) fn find(&mut self, program: &Program, document: &Document) {
        let is_there =
            |needs: Option<Atom>| needs.is_none_or(|atom| document.occurrences.has(atom));
        self.collect(program, document, is_there);
        self.all.retain(|candidate| may_hold(program, document, *candidate));
        self.sort();
    }

    /// Finds also those that lack something.
    pub(crate) fn find_all(&mut self, program: &Program, document: &Document) {
        self.collect(program, document, |_| true);
        self.sort();
    }

    fn collect(
        &mut self,
        program: &Program,
        document: &Document,
        is_there: impl Fn(Option<Atom>) -> bool,
    ) {
        let Self { all, sentences } = self;
        all.clear();
        for (atom, places) in document.occurrences.all() {
            sentences.clear();
            for filed in program.filing.under(atom).iter().filter(|filed| is_there(filed.needs)) {
                if sentences.is_empty() {
                    let of = |place: &Place| document.sentence_index_of(place.first);
                    sentences.extend(places.iter().map(of));
                    sentences.dedup();
                }
                all.extend(sentences.iter().map(|sentence| (filed.alternative(), *sentence)));
            }
        }
    }

    fn sort(&mut self) {
        self.all.sort_unstable();
        self.all.dedup();
    }
}

/// Whether all that an alternative needs is there, and near enough.
fn may_hold(program: &Program, document: &Document, (index, sentence): (usize, usize)) -> bool {
    let occurrences = &document.occurrences;
    let sentence = &document.sentences[sentence];
    let here = |atom: &Atom| !occurrences.of(*atom, sentence).is_empty();
    let partner_is_there = |Partner { atoms, beyond_sentence }: Partner<'_>| {
        atoms.iter().any(|atom| occurrences.has(*atom) && (beyond_sentence || here(atom)))
    };
    program.filing.partners(index).all(partner_is_there) && {
        let alternative = &program.alternatives[index];
        alternative.beyond_sentence || may_be_near(&alternative.node, occurrences, sentence)
    }
}
