//! The engine: the taxonomy, its rules compiled for every language, the lexicons and the owners.
//! Immutable once parsed, and shared by all workers.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::panic::resume_unwind;
use std::sync::Arc;
use std::thread;

use feedback::{
    Classification, DepartmentId, Departments, Files, MessageLanguage, Problem, Routing,
    TaxonomyVersion, ThemeId,
};
use serde_json::{Value, json};

use crate::lexicon::{self, Lexicon};
use crate::lifecycle::Succession;
use crate::messages::Messages;
use crate::owners::{self, Owner};
use crate::program::Program;
use crate::taxonomy::{self, Known, Theme};
use crate::text::primary_language;
use crate::words::{self, Words};

/// The languages that have a stemmer, and so a program of their own even without words of their own.
const STEMMED: [&str; 5] = ["de", "en", "es", "fr", "nl"];
/// The name under which the program for every other language is kept.
const OTHER: &str = "";

/// Everything that classifying needs, parsed and compiled.
#[derive(Debug)]
pub struct Engine {
    pub(crate) version: Arc<TaxonomyVersion>,
    pub(crate) name: Arc<str>,
    pub(crate) departments: Departments,
    pub(crate) themes: Vec<Theme>,
    succession: Succession,
    pub(crate) owners: Vec<Owner>,
    pub(crate) programs: Vec<Program>,
    words: BTreeMap<String, Words>,
    lexicons: BTreeMap<String, Lexicon>,
    messages: Messages,
    by_language: BTreeMap<String, usize>,
    canonical: Value,
}

/// The departments and themes of a configuration that can't be used, for those who name them; `None`
/// where they can't be told.
#[derive(Debug)]
pub struct Outline {
    /// The departments.
    pub departments: Option<Departments>,
    /// The themes, by id.
    pub themes: Option<Vec<Theme>>,
}

impl Engine {
    /// Reads departments.toml, taxonomy/, owners.toml, words/ and lexicons/ of `files`, or tells all
    /// that is wrong with them. `configuration_hash` stands on each classification; where it is not
    /// known yet, see [`Engine::with_hash`].
    ///
    /// A theme of an embedded taxonomy whose department the user's departments.toml lacks is kept,
    /// with the fallback accountable; an embedded owner that names what is not there is left out.
    pub fn parse(files: &Files, configuration_hash: &str) -> Result<Self, Vec<Problem>> {
        let mut problems = Vec::new();
        let given = Departments::parse(files).unwrap_or_else(|faults| {
            problems.extend(faults);
            None
        });
        let outline = if given.is_none() { Departments::outline(files) } else { None };
        let names: Option<Vec<&str>> = given
            .as_ref()
            .or(outline.as_ref())
            .map(|departments| departments.iter().map(|each| each.id.as_str()).collect());
        let words = words::parse(files, &mut problems);
        let lexicons = lexicon::parse(files, &mut problems);
        let known = Known { departments: names.as_deref(), words: &words };
        let taxonomy = taxonomy::parse(files, &known, &mut problems);
        let all_themes = taxonomy.whole.then_some(taxonomy.themes.as_slice());
        let themes = (all_themes, &taxonomy.succession);
        let owners = owners::parse(files, names.as_deref(), themes, &mut problems);
        let departments = match given {
            Some(departments) => Some(departments),
            None => each_its_own_team(&taxonomy.themes, &owners, &mut problems),
        };
        let Some(departments) = departments.filter(|_| problems.is_empty()) else {
            problems.sort();
            return Err(problems);
        };
        let mut themes = taxonomy.themes;
        for theme in &mut themes {
            theme.path = theme.id.path();
            let may = |owner: &Owner| owner.when.known_of_theme(&theme.id) != Some(false);
            theme.owners = (0..owners.len()).filter(|index| may(&owners[*index])).collect();
        }
        let canonical = json!({
            "departments": departments,
            "taxonomy": { "name": taxonomy.name, "version": taxonomy.version },
            "themes": themes,
            "owners": owners,
            "words": words,
            "lexicons": lexicons,
        });
        let (programs, by_language) = compile(&themes, &words, &lexicons);
        Ok(Self {
            version: Arc::new(TaxonomyVersion {
                name: taxonomy.name.unwrap_or_else(|| "unnamed".to_owned()),
                version: taxonomy.version.unwrap_or_else(|| "0".to_owned()),
                hash: configuration_hash.to_owned(),
            }),
            name: Arc::from(concat!("voc-rules/", env!("CARGO_PKG_VERSION"))),
            departments,
            themes,
            succession: taxonomy.succession,
            owners,
            programs,
            words,
            lexicons,
            messages: Messages(MessageLanguage::default()),
            by_language,
            canonical,
        })
    }

    /// What of the departments and themes of `files` is known for sure, where there are problems.
    pub fn outline(files: &Files) -> Outline {
        let known = Known { departments: None, words: &BTreeMap::new() };
        let taxonomy = taxonomy::parse(files, &known, &mut Vec::new());
        let departments = match Departments::parse(files) {
            Ok(departments) => departments,
            Err(_) => Departments::outline(files),
        };
        Outline { departments, themes: taxonomy.whole.then_some(taxonomy.themes) }
    }

    /// The same engine with another configuration hash on its classifications.
    #[must_use]
    pub fn with_hash(self, configuration_hash: &str) -> Self {
        let version = TaxonomyVersion {
            hash: configuration_hash.to_owned(),
            ..TaxonomyVersion::clone(&self.version)
        };
        Self { version: Arc::new(version), ..self }
    }

    /// The same engine with its reasons in `language`; they are in English else.
    #[must_use]
    pub fn with_messages(self, language: MessageLanguage) -> Self {
        Self { messages: Messages(language), ..self }
    }

    /// The language of its reasons.
    #[must_use]
    pub fn message_language(&self) -> MessageLanguage {
        self.messages.0
    }

    /// What it says in because[].
    pub(crate) fn messages(&self) -> Messages {
        self.messages
    }

    /// All of the parsed configuration that shapes a classification, for the configuration's hash
    /// (see [`feedback::canonical`]). Names, descriptions and examples are no part of it.
    pub fn canonical(&self) -> &Value {
        &self.canonical
    }

    /// The departments, with the one that is accountable where no theme matches.
    pub fn departments(&self) -> &Departments {
        &self.departments
    }

    /// All themes, by id.
    pub fn themes(&self) -> &[Theme] {
        &self.themes
    }

    /// The theme of today that `name` stands for: itself, unless it is an alias or was replaced. So
    /// records of the past, and files that people wrote then, are understood.
    pub fn of_today<'a>(&'a self, name: &'a ThemeId) -> &'a ThemeId {
        self.succession.current(name).unwrap_or(name)
    }

    /// Calls each theme of a record of the past as it is called today (`aliases`, `replaced_by`); one that
    /// would then stand there twice stands there once.
    pub fn call_as_today(
        &self,
        classification: Option<&mut Classification>,
        routing: Option<&mut Routing>,
    ) {
        if let Some(classification) = classification {
            for theme in &mut classification.themes {
                let today = self.of_today(&theme.id);
                if *today != theme.id {
                    theme.id = today.clone();
                    theme.path = theme.id.path();
                }
            }
            let mut named = BTreeSet::new();
            classification.themes.retain(|theme| named.insert(theme.id.clone()));
        }
        for kudos in routing.into_iter().flat_map(|routing| &mut routing.kudos) {
            for theme in &mut kudos.themes {
                *theme = self.of_today(theme).clone();
            }
        }
    }

    /// Whether the taxonomy gives itself a name and a version.
    pub fn is_named(&self) -> bool {
        self.canonical["taxonomy"]["name"].is_string()
    }

    /// The taxonomy's name, its version and the configuration's hash.
    pub fn taxonomy(&self) -> &TaxonomyVersion {
        &self.version
    }

    /// The families and lists of a language, and its lexicon.
    pub(crate) fn words_of(&self, language: &str) -> (Cow<'_, Words>, Cow<'_, Lexicon>) {
        words_of(language, &self.words, &self.lexicons)
    }

    /// Which program reads texts of `language`, a code such as `en` or `en-GB`; the one that knows
    /// only `rule.any` and no stems where the language is unknown.
    pub(crate) fn program_index(&self, language: Option<&str>) -> usize {
        let known = language.and_then(|code| {
            self.by_language.get(code).or_else(|| self.by_language.get(&primary_language(code)))
        });
        known.copied().unwrap_or(0)
    }
}

fn each_its_own_team(
    themes: &[Theme],
    owners: &[Owner],
    problems: &mut Vec<Problem>,
) -> Option<Departments> {
    let accountable = themes.iter().filter_map(|theme| theme.department.clone());
    let contributing = themes.iter().flat_map(|theme| theme.contributors.clone());
    let overriding = owners.iter().map(|owner| owner.department.clone());
    let ids: BTreeSet<DepartmentId> = accountable.chain(contributing).chain(overriding).collect();
    match Departments::each_its_own_team(&ids) {
        Ok(departments) => Some(departments),
        Err(error) => {
            let message = format!("a department's name {error}");
            let mend = "write departments.toml, with a team for each department";
            problems.push(Problem::new("departments.toml", "bad_id", message, mend));
            None
        }
    }
}

fn compile(
    themes: &[Theme],
    words: &BTreeMap<String, Words>,
    lexicons: &BTreeMap<String, Lexicon>,
) -> (Vec<Program>, BTreeMap<String, usize>) {
    let mut languages: BTreeSet<&str> = STEMMED.into();
    languages.extend(words.keys().chain(lexicons.keys()).map(String::as_str));
    languages.extend(themes.iter().flat_map(|theme| theme.rules.keys().map(String::as_str)));
    languages.remove(taxonomy::ANY);
    // The program for any other language comes first: its name sorts before all codes.
    languages.insert(OTHER);
    let program = |language: &str| {
        let (words, lexicon) = words_of(language, words, lexicons);
        Program::new(language, themes, &words, &lexicon)
    };
    let indices = languages.iter().enumerate();
    let by_language = indices.map(|(index, language)| ((*language).to_owned(), index)).collect();
    (all_at_once(&languages, program), by_language)
}

/// What `make` makes of each of `names`, in their order; a thread for each.
fn all_at_once<T: Send>(names: &BTreeSet<&str>, make: impl Fn(&str) -> T + Sync) -> Vec<T> {
    thread::scope(|scope| {
        let make = &make;
        let begun: Vec<_> = names.iter().map(|name| scope.spawn(move || make(name))).collect();
        begun
            .into_iter()
            .map(|made| made.join().unwrap_or_else(|panic| resume_unwind(panic)))
            .collect()
    })
}

fn words_of<'a>(
    language: &str,
    words: &'a BTreeMap<String, Words>,
    lexicons: &'a BTreeMap<String, Lexicon>,
) -> (Cow<'a, Words>, Cow<'a, Lexicon>) {
    let words = words.get(language).map_or_else(|| Cow::Owned(Words::default()), Cow::Borrowed);
    let lexicon = lexicons
        .get(language)
        .map_or_else(|| Cow::Owned(lexicon::built_in(language)), Cow::Borrowed);
    (words, lexicon)
}
