//! How the customer feels, clause by clause. Words and phrases of the lexicon feel good or bad; what
//! stands around them in the clause strengthens, negates or turns them; the sums per clause give the
//! feeling about each theme, the sum of all the overall one. The shape follows VADER (Hutto and
//! Gilbert, 2014); config/lexicons/README.md says what turns what, and docs/FEELINGS.md all figures.
//!
//! What agents say is never read.

mod answers;
mod balance;
mod clause;
mod marks;
mod overall;
mod sarcasm;

use feedback::Feedback;

use crate::document::{Document, Sentence};
use crate::program::Program;
use crate::taxonomy::Kind;
use crate::tone::Roles;
pub(crate) use balance::Balance;
use clause::{Clause, Setting};
use marks::Marks;
pub(crate) use overall::{Said, overall};
use sarcasm::{Admiration, Mockery, Trouble};

/// How many words a sentence has at most in which a comparison that begins it is a wish.
const FRAGMENT_WORDS_MAX: usize = 8;
/// How many words an answer such as "Nothing really" has at most.
const ANSWER_WORDS_MAX: usize = 3;
/// How far behind a sentence's last word its question mark may stand, in characters.
const QUESTION_MARK_WITHIN: usize = 8;

/// A feeling at a place of a document.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Feeling {
    /// The first token that carries it.
    first: usize,
    /// The last one.
    last: usize,
    /// How strong, with all counted in that strengthens, negates or turns it.
    value: f64,
    /// Whether it is meant otherwise than its words look: praise that is wished for, missing or sarcasm;
    /// behind a negation that is taken back, or negates nothing.
    turned: bool,
}

/// The feelings of a document, in the order of its clauses.
#[derive(Debug, Default)]
pub(crate) struct Feelings {
    all: Vec<Feeling>,
    /// Whether some praise is sarcasm.
    pub(crate) sarcastic: bool,
    marks: Marks,
    clause: Clause,
    admirations: Vec<Admiration>,
}

impl Feelings {
    /// Reads those of `document`, of which `feedback` has the texts.
    pub(crate) fn read(&mut self, program: &Program, document: &Document, feedback: &Feedback) {
        self.all.clear();
        self.admirations.clear();
        self.sarcastic = false;
        self.marks.begin();
        let mut asked = None;
        for (index, sentence) in document.sentences.iter().enumerate() {
            self.marks.read(program, document, sentence);
            let question: Option<(usize, usize)> = asked.take();
            if sentence.by_agent || self.marks.all.is_empty() {
                continue;
            }
            let before = self.all.len();
            let setting = Setting {
                asks: asks(document, feedback, sentence),
                is_short: sentence.end - sentence.first <= FRAGMENT_WORDS_MAX,
                negates_after: program.negates_after,
            };
            self.sentence(document, index, sentence, setting);
            if self.all.len() == before && self.says_nothing(document, index) {
                let value = answers::value(&program.answers, feedback, sentence);
                let (first, last) = (sentence.first, sentence.end - 1);
                self.all.push(Feeling { first, last, value, turned: false });
            }
            if let Some((text, from)) = question
                && text == sentence.text
                && self.all.len() == before
                && self.denies(sentence)
            {
                self.all.iter_mut().skip(from).for_each(clause::deny);
            }
            asked = (setting.asks && setting.is_short).then_some((sentence.text, before));
        }
        for admiration in self.admirations.drain(..) {
            self.sarcastic |= admiration.turn(document, &mut self.all);
        }
    }

    fn sentence(&mut self, document: &Document, index: usize, of: &Sentence, setting: Setting) {
        let clause_of = |token: usize| document.tokens[token].clause;
        let Self { all, marks, clause, admirations, sarcastic } = self;
        clause.begin_sentence(setting);
        let mut mockery = Mockery::new(all.len());
        let mut trouble = Trouble::default();
        for of_clause in marks.all.chunk_by(|one, next| clause_of(one.last) == clause_of(next.last))
        {
            let from = all.len();
            let Some(first) = of_clause.first().map(|mark| mark.first) else { continue };
            let begins = first == of.first || clause_of(first - 1) != clause_of(first);
            clause.begin(from, clause_of(first), if begins { first } else { of.end });
            let mut roles = Roles::default();
            for mark in of_clause {
                roles = roles | mark.tone.roles;
                clause.read(mark, all);
            }
            clause.end(all);
            *sarcastic |= mockery.read(roles, all, from);
            let own = all.get_mut(from..).unwrap_or_default();
            *sarcastic |= trouble.turn(document, of_clause, of.end, own);
            trouble = Trouble::of(roles, own);
            if roles.any(Roles::ADMIRES) {
                admirations.extend(Admiration::of(document, index, all, (from, all.len())));
            }
        }
    }

    /// Whether a sentence, the one whose marks were read, only denies: "Not at all."
    fn denies(&self, sentence: &Sentence) -> bool {
        let denies = Roles::NEGATES | Roles::NOTHING | Roles::NO;
        let length = sentence.end - sentence.first;
        length <= ANSWER_WORDS_MAX && self.marks.all.iter().any(|mark| mark.tone.roles.any(denies))
    }

    /// Whether all of a text is a sentence that is only an answer: "Nothing."
    fn says_nothing(&self, document: &Document, index: usize) -> bool {
        let sentence = &document.sentences[index];
        let answers = self.marks.all.first().is_some_and(|mark| {
            mark.first == sentence.first && mark.tone.roles.any(Roles::NOTHING | Roles::NO)
        });
        let mut beside = [index.checked_sub(1), Some(index + 1)].into_iter().flatten();
        let is_alone = beside.all(|other| {
            document.sentences.get(other).is_none_or(|other| other.text != sentence.text)
        });
        answers && is_alone && sentence.end - sentence.first <= ANSWER_WORDS_MAX
    }

    /// The balance of all.
    pub(crate) fn balance(&self) -> Balance {
        let mut balance = Balance::default();
        self.all.iter().for_each(|feeling| balance.add(feeling.value));
        balance
    }

    /// The balance around a match, tokens `first` to `last` of a sentence: of the clauses it touches,
    /// or, if they say nothing, of its sentence, unless that has two sides ("…, but …").
    pub(crate) fn around(&self, document: &Document, (first, last): (usize, usize)) -> Balance {
        let clauses = document.tokens[first].clause..=document.tokens[last].clause;
        let mut near = Balance::default();
        let mut wide = Balance::default();
        for feeling in within(&self.all, document, first) {
            wide.add(feeling.value);
            if clauses.contains(&document.tokens[feeling.last].clause) {
                near.add(feeling.value);
            }
        }
        if near.amount() > 0.0 || wide.amount() == 0.0 {
            return near;
        }
        let sentence = document.sentence_of(first);
        let has_two_sides =
            (sentence.first..sentence.end).any(|at| document.roles(at).any(Roles::CONTRASTS));
        if has_two_sides { near } else { wide }
    }

    /// Whether all that is felt at tokens `first` to `last` is against the kind of theme that a rule
    /// finds there, as some of it is meant otherwise than it looks. A phrase of the lexicon that goes on
    /// beyond them means otherwise too, if they look like praise.
    pub(crate) fn is_turned(
        &self,
        document: &Document,
        kind: Kind,
        (first, last): (usize, usize),
    ) -> bool {
        let sign = match kind {
            Kind::Praise => 1.0,
            Kind::Problem => -1.0,
            Kind::Topic => return false,
        };
        let mut turned = false;
        for feeling in within(&self.all, document, first) {
            if feeling.first <= last && first <= feeling.last {
                if feeling.value * sign > 0.0 {
                    return false;
                }
                let goes_on = feeling.first < first || last < feeling.last;
                turned |= feeling.turned || (kind == Kind::Praise && goes_on);
            }
        }
        turned
    }
}

/// The feelings of the sentence that `token` is in.
fn within<'a>(
    feelings: &'a [Feeling],
    document: &Document,
    token: usize,
) -> impl Iterator<Item = &'a Feeling> + use<'a> {
    let sentence = document.sentence_of(token);
    let from = feelings.partition_point(|feeling| feeling.first < sentence.first);
    let to = feelings.partition_point(|feeling| feeling.first < sentence.end);
    feelings.get(from..to).unwrap_or_default().iter()
}

/// Whether a question mark ends the sentence.
fn asks(document: &Document, feedback: &Feedback, sentence: &Sentence) -> bool {
    let text = feedback.texts.get(sentence.text).map_or("", |text| text.text.as_str());
    let end = document.tokens[sentence.end - 1].end;
    let after = text.get(end..).unwrap_or_default().chars().take(QUESTION_MARK_WITHIN);
    let mut closers = after.take_while(|character| !character.is_alphanumeric());
    closers.any(|character| matches!(character, '?' | '？'))
}
