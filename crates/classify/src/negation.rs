//! Which negation words negate nothing: those of phrases such as "not only", and `never` before `such`,
//! which says that it was never more so ("I have never had such friendly help").

use crate::document::Document;
use crate::program::{Cue, Program};
use crate::tone::{Roles, Tone};

/// How many words after `never` its `such` may stand.
const SUCH_WITHIN: usize = 6;

impl Document {
    /// Takes those words out of the negators.
    pub(crate) fn drop_idle_negators(&mut self, program: &Program) {
        let mut negators = std::mem::take(&mut self.negators);
        let idle = |cue: usize| program.cues.get(cue) == Some(&Cue::NotNegating);
        let mut phrases = self.cues.iter().filter(|(cue, ..)| idle(*cue)).peekable();
        let mut covered = 0;
        negators.retain(|negator| {
            while let Some((.., last)) = phrases.next_if(|(_, first, _)| first <= negator) {
                covered = covered.max(last + 1);
            }
            *negator >= covered && !self.is_record(program, *negator)
        });
        self.negators = negators;
    }

    /// Whether `negator` is a `never` that a `such` follows which says how something feels.
    fn is_record(&self, program: &Program, negator: usize) -> bool {
        if !self.roles(negator).any(Roles::NEVER) {
            return false;
        }
        let clause = self.tokens[negator].clause;
        let after = self.tokens.iter().enumerate().skip(negator + 1).take(SUCH_WITHIN);
        let mut after = after.take_while(|(_, token)| token.clause == clause);
        after.any(|(at, _)| {
            let mut such = self.tones_at(program, at);
            such.any(|(last, tone)| tone.roles.any(Roles::SUCH) && self.feels(program, last + 1))
        })
    }

    /// Whether what begins at token `at` feels something, by itself or strengthened.
    fn feels(&self, program: &Program, at: usize) -> bool {
        let is_felt = |at| self.tones_at(program, at).any(|(_, tone)| tone.valence != 0.0);
        let strengthens = |tone: Tone| (tone.intensity - 1.0).abs() > f32::EPSILON;
        let strong = self.tones_at(program, at).find(|(_, tone)| strengthens(*tone));
        is_felt(at) || strong.is_some_and(|(last, _)| is_felt(last + 1))
    }

    /// The words and phrases of the lexicon that begin at token `at`, each with its last token.
    fn tones_at<'a>(
        &'a self,
        program: &'a Program,
        at: usize,
    ) -> impl Iterator<Item = (usize, Tone)> + 'a {
        let word = self.tones.binary_search_by_key(&at, |(token, _)| *token).ok();
        let word = word.and_then(|index| self.tones.get(index)).map(|(at, tone)| (*at, *tone));
        let from = self.cues.partition_point(|(_, first, _)| *first < at);
        let phrases = self.cues.iter().skip(from).take_while(move |(_, first, _)| *first == at);
        word.into_iter().chain(phrases.filter_map(|(cue, _, last)| match program.cues.get(*cue) {
            Some(Cue::Tone(tone)) => Some((*last, *tone)),
            _ => None,
        }))
    }
}
