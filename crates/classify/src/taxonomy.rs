//! taxonomy/**/*.toml: the themes, each with its rules per language, the department that is
//! accountable for it, and examples of what must and must not match.

use std::collections::BTreeMap;

use feedback::{DepartmentId, Files, Flag, Given, Names, Problem, Span, ThemeId};
use serde::{Deserialize, Serialize};
use toml::Spanned;

use crate::examples::Example;
use crate::placement::in_string;
use crate::query::{self, Expression};
use crate::references::{department, unknown_words};
use crate::words::Words;

/// The folder of these files.
pub(crate) const FOLDER: &str = "taxonomy/";
/// The language that stands for all of them in `rule.any`.
pub(crate) const ANY: &str = "any";
const SEVERITY_DEFAULT: u8 = 2;

/// What kind of thing a theme is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Something that went wrong: negative.
    Problem,
    /// A subject: its polarity comes from the sentence.
    Topic,
    /// Something that went well: positive.
    Praise,
}

impl Kind {
    /// The name in the configuration.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Problem => "problem",
            Self::Topic => "topic",
            Self::Praise => "praise",
        }
    }
}

/// A theme of the taxonomy.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Theme {
    /// Its id, `billing.double_charge`.
    pub id: ThemeId,
    /// Its kind.
    pub kind: Kind,
    /// Its name per language.
    #[serde(skip)]
    pub name: Names,
    /// What it is and isn't, per language.
    #[serde(skip)]
    pub description: Names,
    /// Who is accountable; `None` where an embedded taxonomy names a department that the user's
    /// departments.toml doesn't have: then the fallback is.
    pub department: Option<DepartmentId>,
    /// Who must help.
    pub contributors: Vec<DepartmentId>,
    /// From 1 (trivial) to 5 (harm).
    pub severity: u8,
    /// What must not be overlooked where it matches.
    pub flags: Vec<Flag>,
    /// The least urgency of a record in which it matches.
    pub urgency_floor: f64,
    /// Its rules, by language or `any`, as written.
    pub rules: BTreeMap<String, String>,
    /// Texts that must match, by language.
    #[serde(skip)]
    pub matches: BTreeMap<String, Vec<Example>>,
    /// Texts that must not match, by language.
    #[serde(skip)]
    pub no_matches: BTreeMap<String, Vec<Example>>,
    /// The file it is written in.
    #[serde(skip)]
    pub file: String,
    #[serde(skip)]
    pub(crate) expressions: BTreeMap<String, Expression>,
}

/// All themes, and what they are called together.
#[derive(Debug, Default)]
pub(crate) struct Taxonomy {
    pub(crate) name: Option<String>,
    pub(crate) version: Option<String>,
    pub(crate) themes: Vec<Theme>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawFile {
    #[serde(default)]
    taxonomy: Option<Spanned<RawTaxonomy>>,
    #[serde(default)]
    theme: Vec<RawTheme>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawTaxonomy {
    name: String,
    version: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawTheme {
    id: Spanned<String>,
    kind: Kind,
    #[serde(default)]
    name: Names,
    #[serde(default)]
    description: Names,
    department: Spanned<String>,
    #[serde(default)]
    contributors: Vec<Spanned<String>>,
    severity: Option<Spanned<u8>>,
    #[serde(default)]
    flags: Vec<Spanned<String>>,
    urgency_floor: Option<Spanned<f64>>,
    #[serde(default)]
    rule: BTreeMap<Spanned<String>, Spanned<String>>,
    #[serde(default, rename = "match")]
    matches: BTreeMap<Spanned<String>, Vec<Example>>,
    #[serde(default, rename = "no_match")]
    no_matches: BTreeMap<Spanned<String>, Vec<Example>>,
}

/// What a theme's parts may refer to.
pub(crate) struct Known<'a> {
    /// The departments of departments.toml; `None` where there is no such file.
    pub(crate) departments: Option<&'a [&'a str]>,
    /// Families and lists by language.
    pub(crate) words: &'a BTreeMap<String, Words>,
}

/// Reads every taxonomy file. Themes come sorted by id, whatever file they are in.
pub(crate) fn parse(files: &Files, known: &Known<'_>, problems: &mut Vec<Problem>) -> Taxonomy {
    let mut taxonomy = Taxonomy::default();
    let mut by_id: BTreeMap<ThemeId, Theme> = BTreeMap::new();
    for (path, text) in files.under(FOLDER) {
        let raw: RawFile = match toml::from_str(text) {
            Ok(raw) => raw,
            Err(error) => {
                problems.push(Problem::toml(path, &error));
                continue;
            }
        };
        let mut reader = Reader { path, text, given: files.given(path), known, problems };
        if let Some(named) = raw.taxonomy {
            reader.name(&mut taxonomy, named);
        }
        for raw in raw.theme {
            let place = raw.id.span();
            let Some(theme) = reader.theme(raw) else { continue };
            if let Some(other) = by_id.get(&theme.id) {
                let message = format!("theme {} is also in {}", theme.id, other.file);
                reader.problem(
                    place,
                    "duplicate_theme",
                    message,
                    "remove one, or give it another id",
                );
            } else {
                by_id.insert(theme.id.clone(), theme);
            }
        }
    }
    taxonomy.themes = by_id.into_values().collect();
    taxonomy
}

struct Reader<'a> {
    path: &'a str,
    text: &'a str,
    given: Given,
    known: &'a Known<'a>,
    problems: &'a mut Vec<Problem>,
}

impl Reader<'_> {
    fn problem(
        &mut self,
        span: impl Into<Span>,
        code: &str,
        message: impl Into<String>,
        mend: impl Into<String>,
    ) {
        self.problems.push(Problem::new(self.path, code, message, mend).at(span));
    }

    fn name(&mut self, taxonomy: &mut Taxonomy, raw: Spanned<RawTaxonomy>) {
        if taxonomy.name.is_some() {
            let message = "another file has a [taxonomy] too";
            self.problem(raw.span(), "two_taxonomies", message, "keep one of the two");
        }
        let RawTaxonomy { name, version } = raw.into_inner();
        taxonomy.name = Some(name);
        taxonomy.version = Some(version);
    }

    fn theme(&mut self, raw: RawTheme) -> Option<Theme> {
        let id = match ThemeId::new(raw.id.get_ref()) {
            Ok(id) => Some(id),
            Err(error) => {
                let message = format!("theme id \"{}\" {error}", raw.id.get_ref());
                let mend = "use lower-case letters, digits and _, with dots between parts";
                self.problem(raw.id.span(), "bad_id", message, mend);
                None
            }
        };
        let department = self.department(&raw.department);
        let contributors = self.contributors(&raw, department.as_ref());
        let severity = self.severity(raw.severity.as_ref());
        let urgency_floor = self.urgency_floor(raw.urgency_floor.as_ref());
        let flags = self.flags(&raw.flags);
        let mut rules = BTreeMap::new();
        let mut expressions = BTreeMap::new();
        for (language, rule) in &raw.rule {
            self.language(language, true);
            if let Some(expression) = self.rule(language.get_ref(), rule) {
                rules.insert(language.get_ref().clone(), rule.get_ref().clone());
                expressions.insert(language.get_ref().clone(), expression);
            }
        }
        for language in raw.matches.keys().chain(raw.no_matches.keys()) {
            self.language(language, false);
        }
        Some(Theme {
            id: id?,
            kind: raw.kind,
            name: raw.name,
            description: raw.description,
            department,
            contributors,
            severity,
            flags,
            urgency_floor,
            rules,
            matches: unspanned(raw.matches),
            no_matches: unspanned(raw.no_matches),
            file: self.path.to_owned(),
            expressions,
        })
    }

    fn language(&mut self, language: &Spanned<String>, any_allowed: bool) {
        let code = language.get_ref();
        let good = (2..=3).contains(&code.len()) && code.bytes().all(|b| b.is_ascii_lowercase());
        if !good || (code == ANY && !any_allowed) {
            let message = format!("\"{code}\" is no language");
            let mend = "write a language code such as en or nl (for a rule also any)";
            self.problem(language.span(), "bad_language", message, mend);
        }
    }

    fn department(&mut self, name: &Spanned<String>) -> Option<DepartmentId> {
        department(self.path, self.given, self.known.departments, name, self.problems)
    }

    fn contributors(
        &mut self,
        raw: &RawTheme,
        accountable: Option<&DepartmentId>,
    ) -> Vec<DepartmentId> {
        let mut contributors: Vec<DepartmentId> = Vec::new();
        for name in &raw.contributors {
            let Some(contributor) = self.department(name) else { continue };
            if Some(&contributor) == accountable {
                let message = format!("{contributor} is accountable and also a contributor");
                let mend = "remove it from contributors";
                self.problem(name.span(), "accountable_contributes", message, mend);
            } else if !contributors.contains(&contributor) {
                contributors.push(contributor);
            }
        }
        contributors.sort();
        contributors
    }

    fn severity(&mut self, severity: Option<&Spanned<u8>>) -> u8 {
        let Some(severity) = severity else { return SEVERITY_DEFAULT };
        if !(1..=5).contains(severity.get_ref()) {
            let message = format!("severity {} is off its scale", severity.get_ref());
            let mend = "write 1 (trivial) to 5 (harm)";
            self.problem(severity.span(), "out_of_range", message, mend);
        }
        *severity.get_ref()
    }

    fn urgency_floor(&mut self, floor: Option<&Spanned<f64>>) -> f64 {
        let Some(floor) = floor else { return 0.0 };
        if !(0.0..=1.0).contains(floor.get_ref()) {
            let message = format!("urgency_floor {} is off its scale", floor.get_ref());
            self.problem(floor.span(), "out_of_range", message, "write a number from 0 to 1");
        }
        *floor.get_ref()
    }

    fn flags(&mut self, names: &[Spanned<String>]) -> Vec<Flag> {
        let mut flags = Vec::new();
        for name in names {
            if let Some(flag) = Flag::from_name(name.get_ref()) {
                flags.push(flag);
            } else {
                let message = format!("there is no flag \"{}\"", name.get_ref());
                let mend = format!("write one of {}", Flag::ALL.map(Flag::name).join(", "));
                self.problem(name.span(), "unknown_flag", message, mend);
            }
        }
        flags.sort();
        flags.dedup();
        flags
    }

    fn rule(&mut self, language: &str, rule: &Spanned<String>) -> Option<Expression> {
        match query::parse(rule.get_ref()) {
            Ok(expression) => {
                if self.given == Given::ByUser {
                    self.references(language, rule, &expression);
                }
                Some(expression)
            }
            Err(error) => {
                let span = in_string(self.text, rule.span(), error.span);
                let mend = match error.correction {
                    Some(correction) => format!("{}: {correction}", error.advice),
                    None => error.advice,
                };
                self.problem(span, "rule_syntax", error.message, mend);
                None
            }
        }
    }

    /// Reports families and lists that no words file has; in an embedded rule they never match.
    fn references(&mut self, language: &str, rule: &Spanned<String>, expression: &Expression) {
        for fault in unknown_words(language, self.known.words, expression) {
            let span = in_string(self.text, rule.span(), fault.span);
            self.problem(span, fault.code, fault.message, fault.mend);
        }
    }
}

fn unspanned(
    by_language: BTreeMap<Spanned<String>, Vec<Example>>,
) -> BTreeMap<String, Vec<Example>> {
    by_language.into_iter().map(|(language, examples)| (language.into_inner(), examples)).collect()
}
