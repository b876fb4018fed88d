//! The lexicon's words and phrases by what they do to a clause's feeling, each as one [`Tone`]; and
//! the tone of a written word: that of its exact form, else of the word it compares, else of its stem.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use crate::lexicon::Lexicon;
use crate::text::{pieces, stem};
use crate::tone::{Roles, Tone};
use crate::vocabulary::NUMBER;

/// What [`Lexicon`] says of feelings, ready to be looked up.
#[derive(Debug)]
pub(crate) struct Tones {
    /// Single words.
    pub(crate) words: ToneWords,
    /// Phrases of several words, folded.
    pub(crate) phrases: Vec<(String, Tone)>,
}

/// The single words, folded.
#[derive(Debug, Default)]
pub(crate) struct ToneWords {
    exact: HashMap<String, Tone>,
    /// Feelings by stem, for forms that the lexicon doesn't hold.
    stems: HashMap<String, f32>,
    /// What makes a comparison of a word.
    endings: Vec<String>,
    /// Words that begin a clause.
    pub(crate) clause: HashSet<String>,
}

impl Tones {
    /// The tones of `lexicon`; `language` is that of its words.
    pub(crate) fn of(language: &str, lexicon: &Lexicon) -> Self {
        let mut tones: BTreeMap<Vec<String>, Tone> = BTreeMap::new();
        let mut change = |text: &str, change: &dyn Fn(&mut Tone)| {
            change(tones.entry(parts(text, language)).or_default());
        };
        let mut felt = BTreeSet::new();
        for (text, value) in lexicon.sentiment.iter().chain(&lexicon.phrases) {
            change(text, &|tone| tone.valence = narrow(*value));
            felt.insert(parts(text, language));
        }
        for (text, value) in &lexicon.intensifiers {
            change(text, &|tone| tone.intensity = narrow(*value));
        }
        for (words, roles) in roles(lexicon) {
            for text in words {
                change(text, &|tone| tone.roles = tone.roles | roles);
            }
        }
        let singles: BTreeMap<String, Roles> = tones
            .iter()
            .filter_map(|(parts, tone)| {
                Some((parts.first()?.clone(), tone.roles)).filter(|_| parts.len() == 1)
            })
            .collect();
        let single = |text: &String| pieces(text, language).into_iter().next();
        let mut words = ToneWords {
            endings: lexicon.turns.endings.clone(),
            clause: lexicon.clause.iter().filter_map(single).collect(),
            ..ToneWords::default()
        };
        let mut phrases = Vec::new();
        let mut by_stem: BTreeMap<String, Vec<f32>> = BTreeMap::new();
        for (parts, tone) in tones {
            match &parts[..] {
                [] => {}
                [word] => {
                    if felt.contains(&parts) {
                        let stem = stem(language, word).into_owned();
                        by_stem.entry(stem).or_default().push(tone.valence);
                    }
                    words.exact.insert(word.clone(), tone);
                }
                _ => {
                    let own = parts.iter().filter_map(|part| singles.get(part)).copied();
                    let own = own.fold(Roles::default(), |all, roles| all | roles);
                    phrases.push((parts.join(" "), of_phrase(tone, own)));
                }
            }
        }
        words.stems = by_stem.into_iter().filter_map(of_stem).collect();
        Self { words, phrases }
    }
}

/// The words of an entry, folded; `#n`, which takes any number, stays as it is written.
fn parts(text: &str, language: &str) -> Vec<String> {
    let words = text.split_whitespace();
    let parts = words.flat_map(|word| match word {
        NUMBER => vec![word.to_owned()],
        _ => pieces(word, language),
    });
    if text.contains(NUMBER) { parts.collect() } else { pieces(text, language) }
}

/// The tone of a phrase, which stands for its words, whose roles are `own`. What is possible or ought to
/// be stays so, and a negation in what it feels takes another back, or confirms it.
fn of_phrase(tone: Tone, own: Roles) -> Tone {
    let kept = if tone.valence == 0.0 && tone.roles == Roles::default() {
        Roles::default()
    } else if tone.valence == 0.0 {
        own.only(Roles::OF_PHRASES)
    } else if own.any(Roles::NEGATES) && !own.any(Roles::DOUBLES) {
        Roles::CONFIRMS
    } else {
        own.only(Roles::DOUBLES)
    };
    Tone { roles: tone.roles | kept, ..tone }
}

/// The feeling of a stem: the weakest of its words'; none where they disagree.
fn of_stem((stem, values): (String, Vec<f32>)) -> Option<(String, f32)> {
    let agree = values.iter().all(|value| *value > 0.0) || values.iter().all(|value| *value < 0.0);
    let weakest = values.into_iter().min_by(|one, other| one.abs().total_cmp(&other.abs()));
    weakest.filter(|_| agree).map(|value| (stem, value))
}

#[expect(clippy::cast_possible_truncation, reason = "a feeling has one digit after the point")]
fn narrow(value: f64) -> f32 {
    value as f32
}

fn roles(lexicon: &Lexicon) -> [(&Vec<String>, Roles); 24] {
    let turns = &lexicon.turns;
    [
        (&lexicon.negators.words, Roles::NEGATES),
        (&lexicon.negators.doubling, Roles::DOUBLES),
        (&turns.more, Roles::MORE),
        (&turns.less, Roles::LESS),
        (&turns.compared, Roles::COMPARES),
        (&turns.modal, Roles::MODAL),
        (&turns.ought, Roles::OUGHT),
        (&turns.than, Roles::THAN),
        (&turns.bids, Roles::BIDS),
        (&turns.that, Roles::THAT),
        (&turns.enough, Roles::ENOUGH),
        (&lexicon.answers.nothing, Roles::NOTHING),
        (&lexicon.answers.no, Roles::NO),
        (&turns.unreal, Roles::UNREAL),
        (&turns.lacks, Roles::LACKS),
        (&turns.mends, Roles::MENDS),
        (&turns.again, Roles::AGAIN),
        (&turns.admires, Roles::ADMIRES),
        (&turns.contrasts, Roles::CONTRASTS),
        (&turns.joins, Roles::JOINS),
        (&turns.never, Roles::NEVER),
        (&turns.such, Roles::SUCH),
        (&turns.these, Roles::THESE),
        (&turns.mocks, Roles::MOCKS),
    ]
}

impl ToneWords {
    /// The tone of a folded word.
    pub(crate) fn tone(&self, language: &str, word: &str, stemmed: &str) -> Tone {
        if let Some(tone) = self.exact.get(word) {
            return *tone;
        }
        if let Some(valence) = self.compared(language, word) {
            return Tone { valence, roles: Roles::COMPARES, ..Tone::default() };
        }
        let valence = self.stems.get(stemmed).copied().unwrap_or_default();
        Tone { valence, ..Tone::default() }
    }

    /// The feeling of the word of which this one is the comparison: `kinder`, `nicer`, `happier`,
    /// `slimmer`, `trager`.
    fn compared(&self, language: &str, word: &str) -> Option<f32> {
        let bases = self.endings.iter().filter_map(|ending| word.strip_suffix(ending.as_str()));
        bases.filter(|base| base.len() >= 3).find_map(|base| {
            let mut tried = vec![base.to_owned(), format!("{base}e")];
            if let Some(rest) = base.strip_suffix('i') {
                tried.push(format!("{rest}y"));
            }
            if let [.., one, other] = base.as_bytes()
                && one == other
            {
                tried.push(base.get(..base.len() - 1).unwrap_or_default().to_owned());
            }
            tried.iter().find_map(|word| {
                let exact = self.exact.get(word).map(|tone| tone.valence);
                let stemmed = || self.stems.get(&*stem(language, word)).copied();
                exact.or_else(stemmed).filter(|valence| *valence != 0.0)
            })
        })
    }
}
