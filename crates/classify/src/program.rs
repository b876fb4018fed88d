//! Everything that a language's texts are matched with: its vocabulary, its rules (those of
//! `rule.any` among them), under which atoms each rule is filed, and its lexicon.

use std::sync::Arc;

use feedback::{Flag, Intent};

use crate::cues::Feels;
use crate::filing::Filing;
use crate::flat::narrow;
use crate::lexicon::{Answers, Lexicon};
use crate::query::{Compiler, Expression, Node};
use crate::taxonomy::{ANY, Theme};
use crate::tone::Tone;
use crate::tones::Tones;
use crate::vocabulary::{Atom, Builder, Vocabulary};
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
}

/// What an entry of the lexicon means where it is found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Cue {
    /// A phrase that feels so, or turns what others feel, instead of its words.
    Tone(Tone),
    /// A phrase whose negation word negates nothing.
    NotNegating,
    /// What the customer wants.
    Wants(Intent),
    /// A flag that it raises.
    Flags(Flag),
    /// How urgent it is, 0 to 1.
    Urges(f64),
    /// How much effort it was, −1 to 1.
    Effort(f64),
    /// An emotion and how strong it is, 0 to 1.
    Feels(Feels, f64),
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
    /// Whether a negation that nothing follows turns the feeling before it.
    pub(crate) negates_after: bool,
    /// How the labels of questions are read to which "nothing" is the answer.
    pub(crate) answers: Answers,
    /// Which alternatives to look at, and what they need.
    pub(crate) filing: Filing,
    /// By atom: the lexicon's entry that it is.
    cue_of: Vec<Option<u32>>,
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
            }));
        }
        let mut cues = Vec::new();
        let mut cue_atoms = Vec::new();
        let tones = Tones::of(language, lexicon);
        let phrases = tones.phrases.iter().map(|(text, tone)| (Cue::Tone(*tone), text.as_str()));
        for (cue, text) in phrases.chain(cues_of(lexicon)) {
            let known = cues.iter().position(|each| *each == cue).unwrap_or_else(|| {
                cues.push(cue);
                cues.len() - 1
            });
            // By its stem, `niet slechts` (not merely) would be `niet slecht` (not bad).
            let exact = cue == Cue::NotNegating;
            cue_atoms.push((builder.cue(known, text, exact), known));
        }
        let vocabulary = builder.finish(tones.words);
        let mut cue_of = vec![None; vocabulary.size];
        for (atom, cue) in cue_atoms {
            cue_of[atom as usize] = Some(narrow(cue));
        }
        let filing = Filing::of(&vocabulary, &mut alternatives);
        let reads_agent = alternatives.iter().any(|each| each.node.looks_at_agent());
        Self {
            vocabulary,
            rules,
            alternatives,
            cues,
            reads_agent,
            negates_after: lexicon.negators.after,
            answers: lexicon.answers.clone(),
            filing,
            cue_of,
        }
    }

    /// The language of its texts; `None` for the program of all other languages.
    pub(crate) fn language(&self) -> Option<&str> {
        Some(self.vocabulary.language()).filter(|language| !language.is_empty())
    }

    /// The lexicon's entry that `atom` is, if it is one.
    #[inline]
    pub(crate) fn cue_of(&self, atom: Atom) -> Option<usize> {
        self.cue_of[atom as usize].map(|cue| cue as usize)
    }
}

/// What the lexicon's phrases tell beside how they feel.
fn cues_of(lexicon: &Lexicon) -> impl Iterator<Item = (Cue, &str)> {
    let not_negating = lexicon.negators.not_negating.iter();
    let intents = lexicon.intent.iter().flat_map(|(intent, phrases)| {
        phrases.iter().map(|text| (Cue::Wants(*intent), text.as_str()))
    });
    let flags = lexicon
        .flags
        .iter()
        .flat_map(|(flag, phrases)| phrases.iter().map(|text| (Cue::Flags(*flag), text.as_str())));
    let emotions = lexicon.emotions.iter().flat_map(|(feels, phrases)| {
        phrases.iter().map(|(text, value)| (Cue::Feels(*feels, *value), text.as_str()))
    });
    not_negating
        .map(|text| (Cue::NotNegating, text.as_str()))
        .chain(intents)
        .chain(flags)
        .chain(lexicon.urgency.iter().map(|(text, value)| (Cue::Urges(*value), text.as_str())))
        .chain(lexicon.effort.iter().map(|(text, value)| (Cue::Effort(*value), text.as_str())))
        .chain(emotions)
}
