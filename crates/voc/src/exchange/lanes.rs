//! Category rules of four lanes, as XM Discover has them: any of these, and any of these, and any of
//! these, and none of these. Several rows of one category are several rules, of which one must hold.

use super::draft::{Defaults, Drafts, Gathered, Said};
use super::foreign::{self, Blank, Dialect};
use super::{Remark, Row, plain_name};

/// What a column is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// A name of the category; several columns are its levels.
    Path,
    /// A lane of which a word must be there: OR, AND.
    Some,
    /// The lane of which none may.
    None,
    Language,
    Scope,
    Department,
    Kind,
    Unknown,
}

/// What a column's name says.
pub(super) fn role(name: &str) -> Role {
    match plain_name(name).as_str() {
        "category" | "categories" | "topic" | "theme" | "node" | "path" | "category path"
        | "topic path" | "full path" | "level" | "l" | "name" | "category name" | "categorie"
        | "thema" | "onderwerp" | "niveau" => Role::Path,
        "or" | "any" | "any of" | "of" | "and" | "all" | "en" => Role::Some,
        "not" | "exclude" | "none" | "none of" | "niet" | "and not" => Role::None,
        "language" | "lang" | "taal" => Role::Language,
        "scope" => Role::Scope,
        "department" | "afdeling" | "owner" => Role::Department,
        "kind" | "soort" => Role::Kind,
        _ => Role::Unknown,
    }
}

/// Whether a header is of this form.
pub(crate) fn is_lanes(header: &Row) -> bool {
    let roles: Vec<Role> = header.cells.iter().map(|name| role(name)).collect();
    roles.contains(&Role::Path) && roles.contains(&Role::Some)
}

/// Reads the rows below the header.
pub(crate) fn lanes(rows: &[Row], defaults: &Defaults, stems: bool) -> Drafts {
    let Some((header, rows)) = rows.split_first() else { return Drafts::default() };
    let mut drafts = Drafts::default();
    let columns: Vec<(usize, &str, Role)> = header
        .cells
        .iter()
        .enumerate()
        .map(|(index, name)| (index, name.as_str(), role(name)))
        .collect();
    for (_, name, role) in &columns {
        if *role == Role::Unknown && !name.trim().is_empty() {
            let message = "this column is not known, and is left out";
            let mend = "known are category, OR, AND, NOT, language, scope, department, kind";
            drafts.note(header.number, name, vec![Remark::changed(message, mend)]);
        }
    }
    let mut gathered = Gathered::default();
    let lanes = Lanes { columns: &columns, defaults, dialect: dialect(stems) };
    for row in rows {
        lanes.row(row, &mut gathered, &mut drafts);
    }
    let (themes, remarks) = gathered.into_drafts(&defaults.language);
    drafts.note(header.number, "", remarks);
    drafts.themes = themes;
    drafts
}

const fn dialect(stems: bool) -> Dialect {
    Dialect { blank: Blank::Any, stems, lower_case: false }
}

struct Lanes<'a> {
    columns: &'a [(usize, &'a str, Role)],
    defaults: &'a Defaults,
    dialect: Dialect,
}

impl Lanes<'_> {
    fn row(&self, row: &Row, gathered: &mut Gathered, drafts: &mut Drafts) {
        let said = said(row, self.columns);
        let mut remarks = Vec::new();
        let theme = gathered.theme(&said, self.defaults, &mut remarks);
        let language = Gathered::language(&said, self.defaults, &mut remarks);
        drafts.note(row.number, "", remarks);
        let Some(theme) = theme else { return };
        match self.rule(row, drafts) {
            Ok(Some(rule)) => gathered.rule(theme, language, rule),
            Ok(None) => {}
            Err(why) => {
                let cells: Vec<&str> = self.lanes().map(|(index, ..)| row.cell(index)).collect();
                let written = cells.join(" | ").replace('\n', ", ");
                gathered
                    .comment(theme, format!("row {} was left out: {why}: {written}", row.number));
            }
        }
    }

    fn lanes(&self) -> impl Iterator<Item = (usize, &str, Role)> {
        let lane = |(_, _, role): &(usize, &str, Role)| matches!(role, Role::Some | Role::None);
        self.columns.iter().copied().filter(lane)
    }

    /// The rule of a row; `Err` where a lane that makes it narrower is lost, so that it would take too
    /// much.
    fn rule(&self, row: &Row, drafts: &mut Drafts) -> Result<Option<String>, String> {
        let (mut needed, mut excluded) = (Vec::new(), Vec::new());
        let mut missing = None;
        for (index, name, role) in self.lanes() {
            let cell = row.cell(index);
            if cell.trim().is_empty() {
                continue;
            }
            let mut remarks = Vec::new();
            let lane = foreign::rule(cell, self.dialect, &mut remarks);
            let lost = remarks.iter().any(|remark| remark.is_lost);
            drafts.note(row.number, name, remarks);
            match (lane, role) {
                (Some(lane), Role::None) => excluded.push(lane),
                (Some(lane), _) => needed.push(lane),
                (None, _) => missing = Some(format!("nothing of {name} could be carried over")),
            }
            if lost && role == Role::None {
                missing = Some(format!("a part of {name} could not be carried over"));
            }
        }
        if let Some(why) = missing {
            return Err(why);
        }
        if needed.is_empty() && excluded.is_empty() {
            return Ok(None);
        }
        let bracketed = |lane: String| {
            if lane.contains(" OR ") { format!("({lane})") } else { lane }
        };
        let mut parts: Vec<String> = match needed.len() {
            1 if excluded.is_empty() => needed,
            _ => needed.into_iter().map(bracketed).collect(),
        };
        if !excluded.is_empty() {
            let none = foreign::any(excluded).replace('\n', " ");
            parts.push(if none.contains(' ') {
                format!("NOT ({none})")
            } else {
                format!("NOT {none}")
            });
        }
        let rule = parts.join(" AND ");
        let rule = if is_wide(row, self.columns) { format!("TEXT({rule})") } else { rule };
        match classify::check_rule(&rule) {
            Ok(_) => Ok(Some(rule)),
            Err(faults) => {
                let why = faults.first().map_or("", |fault| fault.message.as_str()).to_owned();
                let mend = faults.into_iter().find_map(|fault| fault.correction);
                let mend = mend.map_or("rewrite it".to_owned(), |mend| format!("write {mend}"));
                drafts.note(row.number, "", vec![Remark::lost(why.clone(), mend)]);
                Err(why)
            }
        }
    }
}

/// Whether the rule looks at the whole text, not at each sentence.
fn is_wide(row: &Row, columns: &[(usize, &str, Role)]) -> bool {
    let scope = columns.iter().find(|(.., role)| *role == Role::Scope);
    let scope =
        scope.map_or_else(String::new, |(index, ..)| row.cell(*index).trim().to_lowercase());
    matches!(scope.as_str(), "verbatim" | "document" | "text" | "record")
}

/// What a row says beside its rule. A path may stand in one cell: `Billing > Fees`.
pub(super) fn said<'a>(row: &'a Row, columns: &[(usize, &str, Role)]) -> Said<'a> {
    let mut said = Said::default();
    for (index, _, role) in columns {
        let cell = row.cell(*index).trim();
        match role {
            Role::Path => said.path.extend(parts(cell)),
            Role::Language => said.language = cell,
            Role::Department => said.department = cell,
            Role::Kind => said.kind = cell,
            Role::Some | Role::None | Role::Scope | Role::Unknown => {}
        }
    }
    said
}

/// The names of a path, from the top. A stroke parts them only between blanks: 3G/4G is one name.
pub(super) fn parts(path: &str) -> impl Iterator<Item = &str> {
    let parts = path.split(['>', '\\', '|', '→', '»']).flat_map(|part| part.split(" / "));
    parts.map(str::trim).filter(|part| !part.is_empty())
}
