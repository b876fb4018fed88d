//! Themes on their way from a spreadsheet to a file of ours.

use std::collections::BTreeMap;

use feedback::document::is_language;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::{Note, Remark, foreign};

/// The longest id of a theme, in bytes.
const ID_BYTES_MAX: usize = 64;
/// The file that themes come into whose spreadsheet names none.
pub(crate) const FILE: &str = "taxonomy/imported.toml";

/// A theme as it is to be written, key by key.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Draft {
    /// The file it belongs to.
    pub(crate) file: String,
    /// Its id.
    pub(crate) id: String,
    /// Keys that hold one value, in the order of writing, each as TOML.
    pub(crate) keys: Vec<(&'static str, String)>,
    /// Names, rules and examples: `rule.en`, as TOML.
    pub(crate) by_language: Vec<(String, String)>,
    /// What could not be carried over.
    pub(crate) comments: Vec<String>,
}

/// Themes by id, in the order of their first row, and what is to be said of them.
#[derive(Debug, Default)]
pub(crate) struct Drafts {
    /// The themes.
    pub(crate) themes: Vec<Draft>,
    /// What is told, in the order of the rows.
    pub(crate) notes: Vec<Note>,
    /// The taxonomy's name and version, where the spreadsheet has them.
    pub(crate) named: Option<(String, String)>,
}

impl Drafts {
    /// Notes remarks at a place.
    pub(crate) fn note(&mut self, row: usize, column: &str, remarks: Vec<Remark>) {
        let column = column.to_owned();
        self.notes.extend(remarks.into_iter().map(|remark| Note {
            row,
            column: column.clone(),
            remark,
        }));
    }

    /// How many things could not be carried over.
    pub(crate) fn lost(&self) -> usize {
        self.notes.iter().filter(|note| note.remark.is_lost).count()
    }
}

/// What of other products' rules becomes a theme.
#[derive(Debug, Default)]
pub(crate) struct Gathered {
    themes: Vec<Theme>,
    by_id: BTreeMap<String, usize>,
}

#[derive(Debug)]
struct Theme {
    id: String,
    path: String,
    name: String,
    department: String,
    kind: String,
    rules: BTreeMap<String, Vec<String>>,
    comments: Vec<String>,
}

/// What is the same for every theme of a spreadsheet that says nothing else.
#[derive(Debug, Clone)]
pub(crate) struct Defaults {
    /// The rules' language.
    pub(crate) language: String,
    /// Who is accountable; `None`: the first part of the theme's id.
    pub(crate) department: Option<String>,
    /// `problem`, `praise` or `topic`.
    pub(crate) kind: &'static str,
}

/// What a row says beside its rule.
#[derive(Debug, Default)]
pub(crate) struct Said<'a> {
    /// The names from the top: `["Billing", "Fees"]`.
    pub(crate) path: Vec<&'a str>,
    /// The rule's language, where the row says so.
    pub(crate) language: &'a str,
    /// Who is accountable, where the row says so.
    pub(crate) department: &'a str,
    /// Its kind, where the row says so.
    pub(crate) kind: &'a str,
}

impl Gathered {
    /// The theme of a path, made where it is new. Two paths whose ids would be one get ids of their own.
    pub(crate) fn theme(
        &mut self,
        said: &Said<'_>,
        defaults: &Defaults,
        remarks: &mut Vec<Remark>,
    ) -> Option<usize> {
        let path = said.path.join(" > ");
        let parts: Vec<String> = said.path.iter().map(|part| slug(part)).collect();
        let wanted = parts.join(".");
        if parts.iter().any(String::is_empty) || wanted.is_empty() || wanted.len() > ID_BYTES_MAX {
            let message = format!("no id can be made of “{path}”");
            let mend = "name the theme with letters or digits, 64 at most in all";
            remarks.push(Remark::lost(message, mend));
            return None;
        }
        let mut id = wanted.clone();
        let mut count = 1;
        while let Some(known) = self.by_id.get(&id) {
            if self.themes.get(*known).is_some_and(|theme| theme.path == path) {
                return Some(*known);
            }
            count += 1;
            id = format!("{wanted}_{count}");
        }
        if id != wanted {
            let message = format!("“{path}” would be {wanted}, which another theme is already");
            remarks.push(Remark::changed(message, format!("{id} was taken")));
        }
        let department = match (said.department, &defaults.department) {
            ("", Some(department)) => department.clone(),
            ("", None) => parts.first().cloned().unwrap_or_default(),
            (own, _) => slug(own),
        };
        let kind = match said.kind.to_lowercase().as_str() {
            known @ ("problem" | "praise" | "topic") => known.to_owned(),
            "" => defaults.kind.to_owned(),
            other => {
                let message = format!("there is no kind “{other}”: problem, praise or topic");
                remarks.push(Remark::changed(message, format!("{} was taken", defaults.kind)));
                defaults.kind.to_owned()
            }
        };
        let name = said.path.last().map_or_else(String::new, |name| (*name).to_owned());
        let (rules, comments) = (BTreeMap::new(), Vec::new());
        self.by_id.insert(id.clone(), self.themes.len());
        self.themes.push(Theme { id, path, name, department, kind, rules, comments });
        Some(self.themes.len() - 1)
    }

    /// The language of a row's rule; one that is no code would be no key of a file.
    pub(crate) fn language<'a>(
        said: &Said<'a>,
        defaults: &'a Defaults,
        remarks: &mut Vec<Remark>,
    ) -> &'a str {
        let own = said.language;
        if own.is_empty() || is_language(own) {
            return if own.is_empty() { &defaults.language } else { own };
        }
        let message = format!("“{own}” is no language's code: write one such as en or nl");
        remarks.push(Remark::changed(message, format!("{} was taken", defaults.language)));
        &defaults.language
    }

    /// Adds a rule to a theme, which holds where one of its rules does.
    pub(crate) fn rule(&mut self, theme: usize, language: &str, rule: String) {
        if let Some(theme) = self.themes.get_mut(theme) {
            let rules = theme.rules.entry(language.to_owned()).or_default();
            if !rules.contains(&rule) {
                rules.push(rule);
            }
        }
    }

    /// Leaves a comment where the theme is written.
    pub(crate) fn comment(&mut self, theme: usize, comment: String) {
        if let Some(theme) = self.themes.get_mut(theme) {
            theme.comments.push(comment);
        }
    }

    /// The themes as they are to be written, and remarks on rules that are too long together.
    pub(crate) fn into_drafts(self, language: &str) -> (Vec<Draft>, Vec<Remark>) {
        let mut remarks = Vec::new();
        let drafts = self.themes.into_iter().map(|theme| theme.draft(language, &mut remarks));
        (drafts.collect(), remarks)
    }
}

impl Theme {
    fn draft(self, language: &str, remarks: &mut Vec<Remark>) -> Draft {
        let text = super::toml_file::text;
        let mut comments = self.comments;
        let mut by_language = Vec::new();
        for (code, mut rules) in self.rules {
            let fitting = fitting(&rules);
            let left_out = rules.split_off(fitting);
            if !left_out.is_empty() {
                let (id, count) = (&self.id, left_out.len());
                let message = format!(
                    "rule.{code} of {id} would be longer than a rule may be: its last {count} of {} \
                     parts were left out",
                    fitting + count
                );
                remarks.push(Remark::lost(message, "give them to another theme"));
                comments
                    .extend(left_out.iter().map(|part| format!("left out of rule.{code}: {part}")));
            }
            if !rules.is_empty() {
                let whole = foreign::any(rules);
                by_language.push((format!("rule.{code}"), super::toml_file::rule(&whole)));
            }
        }
        let keys = vec![
            ("kind", text(&self.kind)),
            ("name", format!("{{ {language} = {} }}", text(&self.name))),
            ("department", text(&self.department)),
        ];
        Draft { file: FILE.to_owned(), id: self.id, keys, by_language, comments }
    }
}

/// How many of these rules, from the first, fit into one.
fn fitting(rules: &[String]) -> usize {
    let (mut fitting, mut beyond) = (0, rules.len() + 1);
    while beyond - fitting > 1 {
        let middle = fitting.midpoint(beyond);
        let fits = rules
            .get(..middle)
            .is_some_and(|rules| classify::check_rule(&foreign::any(rules.to_vec())).is_ok());
        if fits { fitting = middle } else { beyond = middle }
    }
    fitting
}

/// A part of an id: lower-case letters without accents, digits and `_`.
fn slug(name: &str) -> String {
    let plain = name.nfd().filter(|each| !is_combining_mark(*each)).flat_map(char::to_lowercase);
    let mut slug = String::new();
    for character in plain {
        if character.is_ascii_alphanumeric() {
            slug.push(character);
        } else if !slug.is_empty() && !slug.ends_with('_') {
            slug.push('_');
        }
    }
    slug.trim_end_matches('_').to_owned()
}

#[cfg(test)]
mod tests {
    use super::slug;

    #[test]
    fn names_become_parts_of_ids() {
        for (name, expected) in [
            ("Double charge", "double_charge"),
            (" Één & twee!", "een_twee"),
            ("3G/4G", "3g_4g"),
            ("日本", ""),
        ] {
            assert_eq!(slug(name), expected, "{name}");
        }
    }
}
