//! How themes come and go: other names they had, what replaced them, from when to when they are valid.
//! An old name stands for the theme of today wherever a theme is named, so that renaming one keeps its
//! history.

use std::collections::BTreeMap;

use feedback::document::{Document, Spanned, Table, Value};
use feedback::{Files, Given, Problem, Span, ThemeId, nearest};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::Serialize;

use crate::taxonomy::Theme;

/// The life of a theme.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Life {
    /// Ids it had before.
    pub aliases: Vec<ThemeId>,
    /// The theme that stands in its place: it tags nothing any more, or nothing after `valid_to`.
    pub replaced_by: Option<ThemeId>,
    /// The first day on which it tags, in UTC.
    pub valid_from: Option<Date>,
    /// The last day on which it tags, in UTC.
    pub valid_to: Option<Date>,
    /// All names that stand for it besides its own: its aliases, and the themes that it replaced with
    /// theirs.
    #[serde(skip)]
    pub formerly: Vec<ThemeId>,
}

impl Life {
    /// Reads it, and where it names other themes.
    pub(crate) fn read(
        id: Option<&ThemeId>,
        table: &mut Table,
        document: &mut Document<'_>,
    ) -> (Self, Vec<Told>) {
        let mut life = Self::default();
        let mut told = Vec::new();
        let aliases = table.texts("aliases", document).map(Spanned::into_inner).unwrap_or_default();
        for name in aliases {
            let Some(alias) = theme_id(&name, document) else { continue };
            told.extend(id.map(|id| Told::new(id, &alias, true, &name, document)));
            life.aliases.push(alias);
        }
        if let Some(name) = table.text("replaced_by", document) {
            life.replaced_by = theme_id(&name, document);
            let named = id.zip(life.replaced_by.as_ref());
            told.extend(named.map(|(id, by)| Told::new(id, by, false, &name, document)));
        }
        life.valid_from = date("valid_from", table, document).map(|(date, _)| date);
        let last = date("valid_to", table, document);
        life.valid_to = last.as_ref().map(|(date, _)| *date);
        if let (Some(from), Some((to, span))) = (life.valid_from, last)
            && to < from
        {
            let message = format!("the last day, {to}, is before the first, {from}");
            document.problem(span, "out_of_range", message, "exchange the two dates");
        }
        life.aliases.sort();
        life.aliases.dedup();
        (life, told)
    }

    /// Whether it tags a record of that moment; one whose moment nobody knows it does.
    pub fn is_valid_at(&self, moment: Option<Timestamp>) -> bool {
        let Some(moment) = moment else { return true };
        let day = moment.to_zoned(TimeZone::UTC).date();
        self.valid_from.is_none_or(|from| from <= day) && self.valid_to.is_none_or(|to| day <= to)
    }

    /// Whether it tags at all: what was replaced without a last day does not.
    pub fn is_retired(&self) -> bool {
        self.replaced_by.is_some() && self.valid_to.is_none()
    }
}

/// Where a theme names another one.
#[derive(Debug)]
pub(crate) struct Told {
    theme: ThemeId,
    named: ThemeId,
    is_alias: bool,
    file: String,
    span: Span,
}

impl Told {
    fn new(
        theme: &ThemeId,
        named: &ThemeId,
        is_alias: bool,
        at: &Spanned<String>,
        document: &Document<'_>,
    ) -> Self {
        let (theme, named) = (theme.clone(), named.clone());
        let (file, span) = (document.file().to_owned(), at.span().into());
        Self { theme, named, is_alias, file, span }
    }
}

fn theme_id(name: &Spanned<String>, document: &mut Document<'_>) -> Option<ThemeId> {
    ThemeId::new(name.get_ref())
        .map_err(|error| {
            let message = format!("theme id \"{}\" {error}", name.get_ref());
            let mend = "use lower-case letters, digits and _, with dots between parts";
            document.problem(name.span(), "bad_id", message, mend);
        })
        .ok()
}

/// A date, bare or as a text.
fn date(
    key: &'static str,
    table: &mut Table,
    document: &mut Document<'_>,
) -> Option<(Date, std::ops::Range<usize>)> {
    let value = table.value(key)?;
    let span = value.span();
    let written = match value.into_inner() {
        Value::Time(written) | Value::Text(written) => Some(written),
        _ => None,
    };
    // Ten characters: a date, and not one with a time behind it.
    let date = written.filter(|written| written.len() == 10).and_then(|it| it.parse().ok());
    if date.is_none() {
        let message = format!("{key} is no date");
        document.problem(span.clone(), "bad_date", message, format!("write {key} = 2026-03-31"));
    }
    date.map(|date| (date, span))
}

/// Checks what themes say of one another; `themes` are all there are, `None` where nobody knows.
pub(crate) fn check(
    told: &[Told],
    themes: Option<&[Theme]>,
    files: &Files,
    problems: &mut Vec<Problem>,
) {
    let Some(themes) = themes else { return };
    let by_id: BTreeMap<&ThemeId, &Theme> = themes.iter().map(|theme| (&theme.id, theme)).collect();
    let mut aliases: BTreeMap<&ThemeId, &ThemeId> = BTreeMap::new();
    for each in told {
        let Told { theme, named, is_alias, file, span } = each;
        let mut tell = |code, message: String, mend: String| {
            problems.push(Problem::new(file, code, message, mend).at(*span));
        };
        if *is_alias {
            if by_id.contains_key(named) {
                let message = format!("{named} is a theme of today, and so no alias of {theme}");
                let mend = format!("remove it, or write replaced_by = \"{theme}\" in {named}");
                tell("alias_is_theme", message, mend);
            } else if let Some(other) = aliases.insert(named, theme).filter(|other| *other != theme)
            {
                let message = format!("{named} is an alias of {other} too");
                tell("duplicate_alias", message, "keep it in one of the two".to_owned());
            }
        } else if !by_id.contains_key(named) {
            if files.given(file) == Given::ByUser {
                let message = format!("{theme} is replaced by {named}, which is no theme");
                let mend = nearest(named.as_str(), by_id.keys().map(|id| id.as_str())).map_or_else(
                    || "name a theme of taxonomy/".to_owned(),
                    |near| format!("write replaced_by = \"{near}\""),
                );
                tell("unknown_theme", message, mend);
            }
        } else if let Some(chain) = cycle(theme, &by_id) {
            let message = format!("nothing is left of {theme}: {chain}");
            tell("replaced_in_a_circle", message, "let the chain end in a theme in use".to_owned());
        }
    }
}

/// The chain of what replaced what, where it comes back to where it began.
fn cycle(theme: &ThemeId, by_id: &BTreeMap<&ThemeId, &Theme>) -> Option<String> {
    let mut chain = theme.to_string();
    let mut next = theme;
    for _ in 0..by_id.len() {
        next = by_id.get(next)?.life.replaced_by.as_ref()?;
        chain = format!("{chain} is replaced by {next}");
        if next == theme {
            return Some(chain);
        }
    }
    None
}

/// Which theme of today each name of the past stands for.
#[derive(Debug, Clone, Default)]
pub(crate) struct Succession {
    current: BTreeMap<ThemeId, ThemeId>,
    formerly: BTreeMap<ThemeId, Vec<ThemeId>>,
}

impl Succession {
    /// The names of these themes; a chain that ends nowhere, or in itself, gives nothing.
    pub(crate) fn of(themes: &[Theme]) -> Self {
        let by_id: BTreeMap<&ThemeId, &Theme> =
            themes.iter().map(|theme| (&theme.id, theme)).collect();
        let mut current = BTreeMap::new();
        let mut formerly: BTreeMap<ThemeId, Vec<ThemeId>> = BTreeMap::new();
        for theme in themes {
            let Some(last) = last(theme, &by_id) else { continue };
            let names = theme.life.aliases.iter().chain([&theme.id]);
            for name in names.filter(|name| **name != last.id) {
                current.insert(name.clone(), last.id.clone());
                formerly.entry(last.id.clone()).or_default().push(name.clone());
            }
        }
        for names in formerly.values_mut() {
            names.sort();
            names.dedup();
        }
        Self { current, formerly }
    }

    /// The theme that an old name stands for; `None` for a name that is no old one.
    pub(crate) fn current(&self, name: &ThemeId) -> Option<&ThemeId> {
        self.current.get(name)
    }

    /// The themes of today that had this name, or one below it.
    pub(crate) fn of_today(&self, name: &str) -> Vec<ThemeId> {
        let old = self.current.iter().filter(|(old, _)| old.is_within(name));
        old.map(|(_, current)| current.clone()).collect()
    }

    /// The names of the past that stand for `theme`.
    pub(crate) fn formerly(&self, theme: &ThemeId) -> Vec<ThemeId> {
        self.formerly.get(theme).cloned().unwrap_or_default()
    }
}

/// The theme at the end of the chain of what replaced what.
fn last<'a>(theme: &'a Theme, by_id: &BTreeMap<&ThemeId, &'a Theme>) -> Option<&'a Theme> {
    let mut theme = theme;
    for _ in 0..=by_id.len() {
        match &theme.life.replaced_by {
            None => return Some(theme),
            Some(next) => theme = by_id.get(next)?,
        }
    }
    None
}
