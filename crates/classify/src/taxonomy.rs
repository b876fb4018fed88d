//! taxonomy/**/*.toml: the themes, each with its rules per language, the department that is
//! accountable for it, and examples of what must and must not match.

use std::collections::BTreeMap;

use feedback::document::{Document, Spanned, Table};
use feedback::{DepartmentId, Files, Flag, Given, IdError, Names, Problem, ThemeId, suggest};
use serde::Serialize;

use crate::examples::Example;
use crate::lifecycle::{self, Life, Succession, Told};
use crate::query::{self, Expression, Reference};
use crate::references::{department, unknown_words};
use crate::words::Words;

/// The folder of these files.
pub(crate) const FOLDER: &str = "taxonomy/";
/// The language that stands for all of them in `rule.any`.
pub(crate) const ANY: &str = "any";
const SEVERITY_DEFAULT: u8 = 2;

/// What kind of thing a theme is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
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
    /// Each with its name in the configuration.
    const CHOICES: [(&'static str, Self); 3] =
        [("problem", Self::Problem), ("praise", Self::Praise), ("topic", Self::Topic)];

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
    pub definition: Names,
    /// Who decides what it is and isn't.
    #[serde(skip)]
    pub definition_owner: Option<String>,
    /// Its names before, and when it is in use.
    pub life: Life,
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
    /// Its own id and those above it, from the top.
    #[serde(skip)]
    pub(crate) path: Vec<ThemeId>,
    /// Which of owners.toml may give it to another department, in their order.
    #[serde(skip)]
    pub(crate) owners: Vec<usize>,
}

/// All themes, and what they are called together.
#[derive(Debug, Default)]
pub(crate) struct Taxonomy {
    pub(crate) name: Option<String>,
    pub(crate) version: Option<String>,
    pub(crate) themes: Vec<Theme>,
    /// Which theme of today each name of the past stands for.
    pub(crate) succession: Succession,
    /// Whether these are all: every file could be read, and each theme has an id.
    pub(crate) whole: bool,
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
    let mut taxonomy = Taxonomy { whole: true, ..Taxonomy::default() };
    let mut by_id: BTreeMap<ThemeId, Theme> = BTreeMap::new();
    let mut told = Vec::new();
    for (path, text) in files.under(FOLDER) {
        let mut document = Document::new(path, text);
        if let Some(mut root) = document.root() {
            let mut reader = Reader { given: files.given(path), known, document: &mut document };
            reader.name(&mut taxonomy, &mut root);
            for table in root.tables("theme", reader.document) {
                let place = table.span();
                taxonomy.whole &= table.has("id");
                let Some((theme, life)) = reader.theme(table) else { continue };
                if let Some(other) = by_id.get(&theme.id) {
                    let other = files.place(&other.file);
                    let message = format!("theme {} is also in {other}", theme.id);
                    let mend = "remove one, or give it another id";
                    reader.document.problem(place, "duplicate_theme", message, mend);
                } else {
                    told.extend(life);
                    by_id.insert(theme.id.clone(), theme);
                }
            }
            root.finish(reader.document);
        } else {
            taxonomy.whole = false;
        }
        problems.extend(document.finish());
    }
    taxonomy.themes = by_id.into_values().collect();
    taxonomy.succession = Succession::of(&taxonomy.themes);
    for theme in &mut taxonomy.themes {
        theme.life.formerly = taxonomy.succession.formerly(&theme.id);
    }
    let all = Some(taxonomy.themes.as_slice()).filter(|_| taxonomy.whole);
    lifecycle::check(&told, all, files, problems);
    taxonomy
}

struct Reader<'a, 'f> {
    given: Given,
    known: &'a Known<'a>,
    document: &'a mut Document<'f>,
}

impl Reader<'_, '_> {
    fn name(&mut self, taxonomy: &mut Taxonomy, root: &mut Table) {
        let Some(mut named) = root.table("taxonomy", self.document) else { return };
        if taxonomy.name.is_some() {
            let message = "another file has a [taxonomy] too";
            self.document.problem(named.span(), "two_taxonomies", message, "keep one of the two");
        }
        named.needs("name", "name = \"contact_centre\"", self.document);
        named.needs("version", "version = \"1\"", self.document);
        taxonomy.name = named.text("name", self.document).map(Spanned::into_inner);
        taxonomy.version = named.text("version", self.document).map(Spanned::into_inner);
        named.finish(self.document);
    }

    /// Reads one theme; one with faults stands all the same, so that what names it is right.
    fn theme(&mut self, mut table: Table) -> Option<(Theme, Vec<Told>)> {
        table.needs("id", "id = \"billing.double_charge\"", self.document);
        table.needs("kind", "kind = \"problem\", \"praise\" or \"topic\"", self.document);
        table.needs("department", "department = \"billing\"", self.document);
        let id = self.id(&mut table);
        let kind = table.choice("kind", &Kind::CHOICES, self.document);
        let name = table.names("name", self.document);
        let definition = table.names("definition", self.document);
        let definition_owner = table.text("definition_owner", self.document);
        let department = table.text("department", self.document);
        let department = department.and_then(|name| self.department(&name));
        let contributors = self.contributors(&mut table, department.as_ref());
        let severity = self.severity(&mut table);
        let flags = self.flags(&mut table);
        let urgency_floor = self.urgency_floor(&mut table);
        let mut rules = BTreeMap::new();
        let mut expressions = BTreeMap::new();
        let written = table.languages("rule", Some(ANY), self.document);
        let written = written.map(|mut written| written.each_text(self.document));
        for (language, rule) in written.into_iter().flatten() {
            if let Some(expression) = self.rule(language.get_ref(), &rule) {
                rules.insert(language.get_ref().clone(), rule.into_inner());
                expressions.insert(language.into_inner(), expression);
            }
        }
        let matches = Example::read(&mut table, "match", self.document);
        let no_matches = Example::read(&mut table, "no_match", self.document);
        let (life, told) = Life::read(id.as_ref(), &mut table, self.document);
        table.finish(self.document);
        let theme = Theme {
            id: id?,
            kind: kind.map_or(Kind::Topic, Spanned::into_inner),
            name,
            definition,
            definition_owner: definition_owner.map(Spanned::into_inner),
            life,
            department,
            contributors,
            severity,
            flags,
            urgency_floor,
            rules,
            matches,
            no_matches,
            file: self.document.file().to_owned(),
            expressions,
            path: Vec::new(),
            owners: Vec::new(),
        };
        Some((theme, told))
    }

    fn id(&mut self, table: &mut Table) -> Option<ThemeId> {
        let id = table.text("id", self.document)?;
        let told = |error: IdError| {
            let message = format!("theme id \"{}\" {error}", id.get_ref());
            let mend = "use lower-case letters, digits and _, with dots between parts";
            self.document.problem(id.span(), "bad_id", message, mend);
        };
        ThemeId::new(id.get_ref()).map_err(told).ok()
    }

    fn department(&mut self, name: &Spanned<String>) -> Option<DepartmentId> {
        department(self.given, self.known.departments, name, self.document)
    }

    fn contributors(
        &mut self,
        table: &mut Table,
        accountable: Option<&DepartmentId>,
    ) -> Vec<DepartmentId> {
        let names = table.texts("contributors", self.document);
        let mut contributors: Vec<DepartmentId> = Vec::new();
        for name in names.map(Spanned::into_inner).unwrap_or_default() {
            let Some(contributor) = self.department(&name) else { continue };
            if Some(&contributor) == accountable {
                let message = format!("{contributor} is accountable and also a contributor");
                let mend = "remove it from contributors";
                self.document.problem(name.span(), "accountable_contributes", message, mend);
            } else if !contributors.contains(&contributor) {
                contributors.push(contributor);
            }
        }
        contributors.sort();
        contributors
    }

    fn severity(&mut self, table: &mut Table) -> u8 {
        let Some(severity) = table.whole("severity", self.document) else {
            return SEVERITY_DEFAULT;
        };
        let given = u8::try_from(*severity.get_ref()).ok();
        given.filter(|given| (1..=5).contains(given)).unwrap_or_else(|| {
            let message = format!("severity {} is off its scale", severity.get_ref());
            let mend = "write 1 (trivial) to 5 (harm)";
            self.document.problem(severity.span(), "out_of_range", message, mend);
            SEVERITY_DEFAULT
        })
    }

    fn urgency_floor(&mut self, table: &mut Table) -> f64 {
        let Some(floor) = table.number("urgency_floor", self.document) else { return 0.0 };
        if !(0.0..=1.0).contains(floor.get_ref()) {
            let message = format!("urgency_floor {} is off its scale", floor.get_ref());
            let mend = "write a number from 0 to 1";
            self.document.problem(floor.span(), "out_of_range", message, mend);
        }
        *floor.get_ref()
    }

    fn flags(&mut self, table: &mut Table) -> Vec<Flag> {
        let names = table.texts("flags", self.document);
        let mut flags = Vec::new();
        for name in names.map(Spanned::into_inner).unwrap_or_default() {
            if let Some(flag) = Flag::from_name(name.get_ref()) {
                flags.push(flag);
            } else {
                let message = format!("there is no flag \"{}\"", name.get_ref());
                let mend = suggest(name.get_ref(), Flag::ALL.map(Flag::name), "flag");
                self.document.problem(name.span(), "unknown_flag", message, mend);
            }
        }
        flags.sort();
        flags.dedup();
        flags
    }

    fn rule(&mut self, language: &str, rule: &Spanned<String>) -> Option<Expression> {
        match query::parse(rule.get_ref()) {
            Ok(expression) => {
                self.references(language, rule, expression.references());
                Some(expression)
            }
            Err(errors) => {
                for error in errors {
                    let span = self.document.place(rule, error.span);
                    let mend = match error.correction {
                        Some(correction) => format!("{}: {correction}", error.advice),
                        None => error.advice,
                    };
                    self.document.problem(span, "rule_syntax", error.message, mend);
                }
                let references = query::references_despite_faults(rule.get_ref());
                self.references(language, rule, references);
                None
            }
        }
    }

    /// Reports families and lists that no words file has; in an embedded rule they never match.
    fn references(&mut self, language: &str, rule: &Spanned<String>, references: Vec<Reference>) {
        if self.given != Given::ByUser {
            return;
        }
        for fault in unknown_words(language, self.known.words, references) {
            let span = self.document.place(rule, fault.span);
            self.document.problem(span, fault.code, fault.message, fault.mend);
        }
    }
}
