//! The grammar that answers are made of: clauses with choices `[a|b|]` and words `{name}`, read from
//! the TOML files beside this one. Reading checks everything, so that writing a text cannot fail.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Deserialize;

use super::random::Random;
use super::{Lang, Tone};

const SERVICE: &str = include_str!("grammar/service.toml");
const TELECOM: &str = include_str!("grammar/telecom.toml");
const BANK: &str = include_str!("grammar/bank.toml");
const STAFF: &str = include_str!("grammar/staff.toml");
const PIECES: &str = include_str!("grammar/pieces.toml");

/// A piece of a clause.
#[derive(Debug, Clone)]
enum Node {
    /// These letters.
    Text(String),
    /// A word of that list.
    Word(String),
    /// One of these.
    Choice(Vec<Vec<Self>>),
}

/// A way of saying something, open in places.
#[derive(Debug, Clone)]
pub(super) struct Clause(Vec<Node>);

/// What `{names}` stand for: lists to pick from.
pub(super) type Words = BTreeMap<String, Vec<String>>;

impl Clause {
    /// Reads `text`; the error tells what is wrong with it.
    fn parse(text: &str) -> Result<Self, String> {
        let mut rest = text;
        let nodes = parse_nodes(&mut rest, false).map_err(|why| format!("{why} in: {text}"))?;
        if rest.is_empty() { Ok(Self(nodes)) } else { Err(format!("a stray | or ] in: {text}")) }
    }

    /// Writes one way of saying it to `out`; `{region}` is `region`.
    pub(super) fn say(&self, words: &Words, region: &str, random: &mut Random, out: &mut String) {
        say_nodes(&self.0, words, region, random, out);
    }

    fn check(&self, words: &Words) -> Result<(), String> {
        check_nodes(&self.0, words)
    }
}

fn parse_nodes(rest: &mut &str, inside: bool) -> Result<Vec<Node>, &'static str> {
    let mut nodes = Vec::new();
    loop {
        let plain_end = rest.find(['[', ']', '|', '{', '}']).unwrap_or(rest.len());
        let (plain, tail) = rest.split_at(plain_end);
        if !plain.is_empty() {
            nodes.push(Node::Text(plain.to_owned()));
        }
        *rest = tail;
        match tail.chars().next() {
            Some('[') => {
                *rest = tail.get(1..).unwrap_or_default();
                nodes.push(Node::Choice(parse_choice(rest)?));
            }
            Some('{') => {
                let (name, after) =
                    tail.get(1..).and_then(|t| t.split_once('}')).ok_or("a { without its }")?;
                nodes.push(Node::Word(name.to_owned()));
                *rest = after;
            }
            Some('}') => return Err("a } without its {"),
            Some(_) if inside => return Ok(nodes),
            Some(_) => return Err("a | or ] outside of a choice"),
            None if inside => return Err("a [ without its ]"),
            None => return Ok(nodes),
        }
    }
}

fn parse_choice(rest: &mut &str) -> Result<Vec<Vec<Node>>, &'static str> {
    let mut branches = Vec::new();
    loop {
        branches.push(parse_nodes(rest, true)?);
        let closed = rest.starts_with(']');
        *rest = rest.get(1..).unwrap_or_default();
        if closed {
            return Ok(branches);
        }
    }
}

fn say_nodes(nodes: &[Node], words: &Words, region: &str, random: &mut Random, out: &mut String) {
    for node in nodes {
        match node {
            Node::Text(text) => out.push_str(text),
            Node::Word(name) if name == "region" => out.push_str(region),
            Node::Word(name) => {
                if let Some(list) = words.get(name) {
                    let word: &String = random.pick(list);
                    out.push_str(word);
                }
            }
            Node::Choice(branches) => {
                let branch: &Vec<Node> = random.pick(branches);
                say_nodes(branch, words, region, random, out);
            }
        }
    }
}

fn check_nodes(nodes: &[Node], words: &Words) -> Result<(), String> {
    for node in nodes {
        match node {
            Node::Text(_) => {}
            Node::Word(name) => {
                let known = name == "region" || words.get(name).is_some_and(|l| !l.is_empty());
                if !known {
                    return Err(format!("no words for {{{name}}}"));
                }
            }
            Node::Choice(branches) => {
                branches.iter().try_for_each(|branch| check_nodes(branch, words))?;
            }
        }
    }
    Ok(())
}

/// Something that happens to people, and the ways they tell it.
#[derive(Debug)]
pub(super) struct Situation {
    /// Its name, for the ground truth.
    pub(super) id: Arc<str>,
    /// How people feel about it.
    pub(super) tone: Tone,
    /// How often it happens, relative to the others.
    pub(super) weight: usize,
    /// Whether it happens only to those who had trouble before.
    pub(super) after_trouble: bool,
    /// The queue that handles it.
    pub(super) queue: String,
    /// Where in the journey it happens.
    pub(super) touchpoints: Vec<String>,
    clauses: [Vec<Clause>; 2],
}

impl Situation {
    /// The ways of telling it in `lang`.
    pub(super) fn clauses(&self, lang: Lang) -> &[Clause] {
        &self.clauses[lang.index()]
    }
}

/// What stands around a clause in one language.
#[derive(Debug)]
pub(super) struct Pieces {
    /// Words for `{names}`.
    pub(super) words: Words,
    around: BTreeMap<String, Vec<Clause>>,
}

/// Lists that every language has; those per tone are `open_<tone>`, `close_<tone>`, `short_<tone>`.
const LISTS: [&str; 6] = ["but", "and", "reach_me", "agent_turn", "bot_turn", "question"];

impl Pieces {
    /// The list of that name: one of [`LISTS`] or of those per tone, never empty.
    pub(super) fn list(&self, name: &str) -> &[Clause] {
        self.around.get(name).map(Vec::as_slice).unwrap_or_default()
    }
}

/// The whole grammar.
#[derive(Debug)]
pub(super) struct Grammar {
    /// What any company's customers say.
    pub(super) service: Vec<Situation>,
    /// What a telecom company's customers say.
    pub(super) telecom: Vec<Situation>,
    /// What a bank's customers say.
    pub(super) bank: Vec<Situation>,
    /// What employees say.
    pub(super) staff: Vec<Situation>,
    /// Per language, in the order of [`Lang`].
    pub(super) pieces: [Pieces; 2],
    /// Where customers live; the surge strikes the first.
    pub(super) regions: Vec<String>,
    /// Kinds of customers, as often as they stand here.
    pub(super) segments: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawSituations {
    situation: Vec<RawSituation>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawSituation {
    id: String,
    tone: Tone,
    weight: usize,
    #[serde(default)]
    after_trouble: bool,
    queue: String,
    touchpoints: Vec<String>,
    en: Vec<String>,
    nl: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawPieces {
    en: RawLanguage,
    nl: RawLanguage,
    personal: Words,
    places: RawPlaces,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawLanguage {
    words: Words,
    around: BTreeMap<String, Vec<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawPlaces {
    region: Vec<String>,
    segment: Vec<String>,
}

impl Grammar {
    /// Reads and checks the embedded files; the error tells what is wrong with them.
    pub(super) fn load() -> Result<Self, String> {
        let raw: RawPieces = toml::from_str(PIECES).map_err(|error| error.to_string())?;
        if raw.places.region.is_empty() || raw.places.segment.is_empty() {
            return Err("no places or segments".to_owned());
        }
        let pieces =
            [pieces(raw.en, &raw.personal, Lang::En)?, pieces(raw.nl, &raw.personal, Lang::Nl)?];
        Ok(Self {
            service: situations(SERVICE, &pieces)?,
            telecom: situations(TELECOM, &pieces)?,
            bank: situations(BANK, &pieces)?,
            staff: situations(STAFF, &pieces)?,
            pieces,
            regions: raw.places.region,
            segments: raw.places.segment,
        })
    }
}

fn clauses(texts: &[String], words: &Words) -> Result<Vec<Clause>, String> {
    if texts.is_empty() {
        return Err("an empty list".to_owned());
    }
    let mut clauses = Vec::with_capacity(texts.len());
    for text in texts {
        let clause = Clause::parse(text)?;
        clause.check(words).map_err(|why| format!("{why} in: {text}"))?;
        clauses.push(clause);
    }
    Ok(clauses)
}

fn pieces(raw: RawLanguage, personal: &Words, lang: Lang) -> Result<Pieces, String> {
    let mut words = raw.words;
    let phone = match lang {
        Lang::En => "phone_en",
        Lang::Nl => "phone_nl",
    };
    for (name, from) in [("email", "email"), ("iban", "iban"), ("name", "name"), ("phone", phone)] {
        let list = personal.get(from).cloned().unwrap_or_default();
        words.insert(name.to_owned(), list);
    }
    let mut around = BTreeMap::new();
    for (name, texts) in &raw.around {
        let list = clauses(texts, &words).map_err(|why| format!("{name}: {why}"))?;
        around.insert(name.clone(), list);
    }
    let per_tone =
        Tone::ALL.iter().flat_map(|tone| [tone.open_list(), tone.close_list(), tone.short_list()]);
    for name in LISTS.into_iter().chain(per_tone) {
        if !around.contains_key(name) {
            return Err(format!("no list {name}"));
        }
    }
    Ok(Pieces { words, around })
}

fn situations(text: &str, pieces: &[Pieces; 2]) -> Result<Vec<Situation>, String> {
    let raw: RawSituations = toml::from_str(text).map_err(|error| error.to_string())?;
    let [en, nl] = pieces;
    raw.situation
        .into_iter()
        .map(|raw| {
            if raw.touchpoints.is_empty() || raw.weight == 0 {
                return Err(format!("{}: no touchpoints or no weight", raw.id));
            }
            let of = |texts, pieces: &Pieces| {
                clauses(texts, &pieces.words).map_err(|why| format!("{}: {why}", raw.id))
            };
            Ok(Situation {
                clauses: [of(&raw.en, en)?, of(&raw.nl, nl)?],
                id: Arc::from(raw.id.as_str()),
                tone: raw.tone,
                weight: raw.weight,
                after_trouble: raw.after_trouble,
                queue: raw.queue,
                touchpoints: raw.touchpoints,
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_embedded_grammar_is_whole() {
        let grammar = Grammar::load().unwrap();
        assert!(grammar.telecom.iter().any(|situation| &*situation.id == "outage"));
    }

    #[test]
    fn a_clause_is_said_in_each_of_its_ways() {
        let words = Words::from([("who".to_owned(), vec!["you".to_owned()])]);
        let clause = Clause::parse("a[b|c[d|e]|]f {who} {region}").unwrap();
        let mut random = Random::new(1);
        let mut seen = std::collections::BTreeSet::new();
        for _ in 0..200 {
            let mut out = String::new();
            clause.say(&words, "here", &mut random, &mut out);
            seen.insert(out);
        }
        let all = ["abf", "acdf", "acef", "af"].map(|start| format!("{start} you here"));
        assert_eq!(seen.into_iter().collect::<Vec<_>>(), all);
    }

    #[test]
    fn a_broken_clause_is_refused() {
        for bad in ["[a", "a]", "a|b", "{who", "who}", "[a|{b]"] {
            assert!(Clause::parse(bad).is_err(), "{bad}");
        }
        let clause = Clause::parse("{nobody}").unwrap();
        assert!(clause.check(&Words::new()).is_err());
    }
}
