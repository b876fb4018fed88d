//! Everything that a language's texts are matched with: its vocabulary, its rules (those of
//! `rule.any` among them), under which atoms each rule is filed, and its lexicon.

use std::collections::BTreeMap;
use std::sync::Arc;

use feedback::Intent;

use crate::lexicon::Lexicon;
use crate::query::{Compiler, Expression, Node, all_required, required_atoms};
use crate::taxonomy::{ANY, Theme};
use crate::text::{pieces, stem};
use crate::vocabulary::{Atom, Builder, LexiconWords, Vocabulary};
use crate::words::Words;

/// A theme's rule in one language.
#[derive(Debug, Clone)]
pub(crate) struct Rule {
    /// `<theme>/<lang>`
    pub(crate) id: Arc<str>,
    /// Index into the engine's themes.
    pub(crate) theme: usize,
}

impl Rule {
    /// The rule of a theme, the engine's `index`th, in a language.
    pub(crate) fn of(theme: &Theme, code: &str, index: usize) -> Self {
        Self { id: Arc::from(format!("{}/{code}", theme.id)), theme: index }
    }
}

/// One of the ways in which a rule holds.
#[derive(Debug)]
pub(crate) struct Alternative {
    /// Index into the program's rules.
    pub(crate) rule: usize,
    /// What must hold.
    pub(crate) node: Node,
    /// Whether it may hold for a sentence that has none of the atoms it is filed under.
    pub(crate) beyond_sentence: bool,
    /// Other sets of atoms of each of which one must occur somewhere in the record.
    pub(crate) partners: Box<[Box<[Atom]>]>,
}

/// What an entry of the lexicon means where it is found.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Cue {
    /// A phrase that feels so, −3 to 3.
    Valence(f64),
    /// A phrase whose negation word negates nothing.
    NotNegating,
    /// What the customer wants.
    Intent(Intent),
    /// How urgent it is, 0 to 1.
    Urgency(f64),
    /// How much effort it was, −1 to 1.
    Effort(f64),
    /// An emotion and how strong it is, 0 to 1.
    Emotion(String, f64),
}

/// See the module.
#[derive(Debug)]
pub(crate) struct Program {
    /// The words that are looked for.
    pub(crate) vocabulary: Vocabulary,
    /// All rules, by theme.
    pub(crate) rules: Vec<Rule>,
    /// Their alternatives, by rule.
    pub(crate) alternatives: Vec<Alternative>,
    /// What entries of the lexicon mean.
    pub(crate) cues: Vec<Cue>,
    /// Whether some rule looks at the agent's texts.
    pub(crate) reads_agent: bool,
    filed: Vec<Vec<usize>>,
    cue_of: Vec<Option<usize>>,
}

impl Program {
    /// The rules of `themes` in `language`, compiled.
    pub(crate) fn new(language: &str, themes: &[Theme], words: &Words, lexicon: &Lexicon) -> Self {
        let in_use = themes.iter().enumerate().filter(|(_, theme)| !theme.life.is_retired());
        let all = in_use.flat_map(|(index, theme)| {
            let read = |code: &str| code == ANY || code == language;
            let own = theme.expressions.iter().filter(move |(code, _)| read(code));
            own.map(move |(code, expression)| (Rule::of(theme, code, index), expression))
        });
        Self::of(language, all, (words, lexicon), |_, _| {})
    }

    /// These rules, compiled; `each` sees every one of them with what compiles it.
    pub(crate) fn of<'e>(
        language: &str,
        all: impl Iterator<Item = (Rule, &'e Expression)>,
        (words, lexicon): (&Words, &Lexicon),
        mut each: impl FnMut(&'e Expression, &mut Compiler<'_>),
    ) -> Self {
        let mut builder = Builder::new(language);
        let mut rules = Vec::new();
        let mut alternatives = Vec::new();
        for (rule, expression) in all {
            let mut compiler = Compiler { builder: &mut builder, words, wide: 0 };
            let node = compiler.node(expression);
            each(expression, &mut compiler);
            rules.push(rule);
            alternatives.extend(node.into_alternatives().into_iter().map(|node| Alternative {
                rule: rules.len() - 1,
                node,
                beyond_sentence: false,
                partners: Box::default(),
            }));
        }
        let mut cues = Vec::new();
        let mut cue_atoms = Vec::new();
        for (cue, text) in cues_of(lexicon) {
            let known = cues.iter().position(|each| *each == cue).unwrap_or_else(|| {
                cues.push(cue);
                cues.len() - 1
            });
            cue_atoms.push((builder.cue(known, &text), known));
        }
        let vocabulary = builder.finish(lexicon_words(language, lexicon));
        let mut cue_of = vec![None; vocabulary.size];
        for (atom, cue) in cue_atoms {
            cue_of[atom as usize] = Some(cue);
        }
        let filed = file(&vocabulary, &mut alternatives);
        let reads_agent = alternatives.iter().any(|each| each.node.looks_at_agent());
        Self { vocabulary, rules, alternatives, cues, reads_agent, filed, cue_of }
    }

    /// The language of its texts; `None` for the program of all other languages.
    pub(crate) fn language(&self) -> Option<&str> {
        Some(self.vocabulary.language()).filter(|language| !language.is_empty())
    }

    /// The alternatives to look at where `atom` occurs.
    pub(crate) fn filed_under(&self, atom: Atom) -> &[usize] {
        &self.filed[atom as usize]
    }

    /// The lexicon's entry that `atom` is, if it is one.
    pub(crate) fn cue_of(&self, atom: Atom) -> Option<usize> {
        self.cue_of[atom as usize]
    }
}

/// Files each alternative under its atoms.
fn file(vocabulary: &Vocabulary, alternatives: &mut [Alternative]) -> Vec<Vec<usize>> {
    let mut filed = vec![Vec::new(); vocabulary.size];
    for (index, alternative) in alternatives.iter_mut().enumerate() {
        let weight = |atom| vocabulary.weight(atom);
        let required = required_atoms(&alternative.node, &weight)
            .expect("a parsed rule has a positive word in every alternative");
        alternative.beyond_sentence = required.beyond_sentence;
        let others = all_required(&alternative.node, &weight).into_iter();
        alternative.partners = others
            .filter(|other| *other != required && !other.atoms.is_empty())
            .map(|other| other.atoms.into_boxed_slice())
            .collect();
        for atom in required.atoms {
            filed[atom as usize].push(index);
        }
    }
    filed
}

fn cues_of(lexicon: &Lexicon) -> Vec<(Cue, String)> {
    let mut cues = Vec::new();
    let phrases = lexicon.phrases.iter().chain(&lexicon.sentiment);
    for (text, value) in phrases.filter(|(text, _)| text.trim().contains([' ', '-'])) {
        cues.push((Cue::Valence(*value), text.clone()));
    }
    cues.extend(lexicon.not_negating.iter().map(|text| (Cue::NotNegating, text.clone())));
    for (name, phrases) in &lexicon.intent {
        let intent = if name == "question" { Intent::Question } else { Intent::Suggestion };
        cues.extend(phrases.iter().map(|text| (Cue::Intent(intent), text.clone())));
    }
    cues.extend(lexicon.urgency.iter().map(|(text, value)| (Cue::Urgency(*value), text.clone())));
    cues.extend(lexicon.effort.iter().map(|(text, value)| (Cue::Effort(*value), text.clone())));
    for (name, phrases) in &lexicon.emotions {
        let emotion = |value: f64| Cue::Emotion(name.clone(), value);
        cues.extend(phrases.iter().map(|(text, value)| (emotion(*value), text.clone())));
    }
    cues
}

fn lexicon_words(language: &str, lexicon: &Lexicon) -> LexiconWords {
    let single = |text: &str| match &pieces(text, language)[..] {
        [only] => Some(only.clone()),
        _ => None,
    };
    let set = |words: &[String]| words.iter().filter_map(|word| single(word)).collect();
    let mut words = LexiconWords {
        negators: set(&lexicon.negators),
        clause: set(&lexicon.clause),
        ..LexiconWords::default()
    };
    let mut by_stem: BTreeMap<String, Vec<f64>> = BTreeMap::new();
    for (text, value) in lexicon.sentiment.iter().chain(&lexicon.phrases) {
        let Some(word) = single(text) else { continue };
        by_stem.entry(stem(language, &word).into_owned()).or_default().push(*value);
        words.valences.insert(word, *value);
    }
    for (stemmed, values) in by_stem {
        // Words of one stem that disagree say nothing about a form that isn't listed.
        let agree = values.iter().all(|v| *v > 0.0) || values.iter().all(|v| *v < 0.0);
        if let (true, Some(value)) =
            (agree, values.into_iter().min_by(|a, b| a.abs().total_cmp(&b.abs())))
        {
            words.stem_valences.insert(stemmed, value);
        }
    }
    for (text, value) in &lexicon.intensifiers {
        words.intensities.extend(single(text).map(|word| (word, *value)));
    }
    words
}
