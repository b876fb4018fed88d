//! The marks of a sentence: its words and phrases that feel something or turn what others feel, in
//! order. A phrase of the lexicon stands for its words; of two that overlap, the first and then the
//! longest stands.

use crate::document::{Document, Sentence};
use crate::program::{Cue, Program};
use crate::tone::{Roles, Tone};

/// A word or phrase and what it does.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Mark {
    /// Its first token.
    pub(crate) first: usize,
    /// Its last token.
    pub(crate) last: usize,
    /// What it does.
    pub(crate) tone: Tone,
}

impl Mark {
    /// The same, as a negation only where its own negation words negate something.
    fn as_it_negates(self, document: &Document) -> Self {
        let Self { first, last, mut tone } = self;
        let is_negator = |at: usize| document.roles(at).any(Roles::NEGATES);
        let negates = |at: usize| document.negators.binary_search(&at).is_ok();
        let idle = || (first..=last).any(is_negator) && !(first..=last).any(negates);
        if tone.roles.any(Roles::NEGATES) && idle() {
            tone.roles = tone.roles.without(Roles::NEGATES) | Roles::IDLE;
        }
        Self { first, last, tone }
    }
}

/// Reads the marks of sentences, in the order of the document.
#[derive(Debug, Default)]
pub(crate) struct Marks {
    /// Those of the sentence last read.
    pub(crate) all: Vec<Mark>,
    phrases: Vec<Mark>,
    /// How many of the document's tones and cues were read.
    tones: usize,
    cues: usize,
}

impl Marks {
    /// Begins a document.
    pub(crate) fn begin(&mut self) {
        (self.tones, self.cues) = (0, 0);
    }

    /// Reads the next sentence.
    pub(crate) fn read(&mut self, program: &Program, document: &Document, sentence: &Sentence) {
        self.phrases.clear();
        self.all.clear();
        while let Some((cue, first, last)) = document.cues.get(self.cues)
            && *first < sentence.end
        {
            self.cues += 1;
            if let Some(Cue::Tone(tone)) = program.cues.get(*cue) {
                let mark = Mark { first: *first, last: *last, tone: *tone };
                self.phrase(mark.as_it_negates(document));
            }
        }
        let mut phrases = self.phrases.iter().peekable();
        let mut covered = sentence.first;
        while let Some((token, tone)) = document.tones.get(self.tones)
            && *token < sentence.end
        {
            self.tones += 1;
            while let Some(phrase) = phrases.next_if(|phrase| phrase.first <= *token) {
                self.all.push(*phrase);
                covered = phrase.last + 1;
            }
            if *token < covered {
                continue;
            }
            let mark = Mark { first: *token, last: *token, tone: *tone };
            self.all.push(mark.as_it_negates(document));
        }
        self.all.extend(phrases);
    }

    /// Phrases come by their first token, the shorter ones first.
    fn phrase(&mut self, phrase: Mark) {
        match self.phrases.last_mut() {
            Some(before) if before.first == phrase.first => {
                if phrase.last > before.last {
                    *before = phrase;
                }
            }
            Some(before) if phrase.first <= before.last => {}
            _ => self.phrases.push(phrase),
        }
    }
}
