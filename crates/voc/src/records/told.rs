//! What people are told of a file before its records: what was guessed of it and how to change that,
//! and which columns its source looks for in vain. It names columns, and never holds a cell's words.

use feedback::Problem;
use ingest::file::{Columns, Guess, Role};
use ingest::{MissingColumn, Source};

/// What was guessed of a table, what to look at, and how to change it.
pub(super) fn guess(guess: &Guess) -> String {
    let mut lines = vec!["guessed from the header and the first rows:".to_owned()];
    if !guess.named {
        lines.push(
            "  ! the first row is an answer, so there is no header: columns have no names"
                .to_owned(),
        );
    }
    for column in &guess.columns {
        let name = column.column.replace(char::is_control, " ");
        if column.role != Role::Attribute {
            lines.push(format!("  {name:<24} {} ({})", role(&column.role), column.why));
        } else if !column.doubts.is_empty() {
            lines.push(format!("  {name:<24} {}", role(&column.role)));
        }
        lines.extend(column.doubts.iter().map(|doubt| format!("    ! {doubt}")));
    }
    let mend =
        "to change it, save this as config/sources/mine.toml, edit it, and use --source mine:";
    lines.push(mend.to_owned());
    lines.extend(guess.to_toml("mine").lines().map(|line| format!("  {line}")));
    lines.join("\n")
}

fn role(role: &Role) -> String {
    match role {
        Role::Text => "the words".to_owned(),
        Role::Score(score) => {
            format!("{} from {} to {}", score.metric.name(), score.min, score.max)
        }
        Role::OccurredAt => "when it was said".to_owned(),
        Role::SourceId => "its own id".to_owned(),
        Role::Language => "the language".to_owned(),
        Role::Attribute => "kept as it is".to_owned(),
    }
}

/// The columns that a source maps and the table hasn't, where enough is there to go on.
pub(super) fn missing(
    source: &Source,
    missing: &[MissingColumn],
    columns: &Columns,
) -> Option<String> {
    if missing.is_empty() {
        return None;
    }
    let name = source.name();
    let mut lines = vec![format!("the table lacks columns that the source {name} maps:")];
    lines.extend(missing.iter().map(|column| format!("  {:<24} {}", column.name, mend(column))));
    lines.push(has(columns));
    Some(lines.join("\n"))
}

/// Why no row of the table could be read.
pub(super) fn problems(
    source: &Source,
    missing: &[MissingColumn],
    columns: &Columns,
) -> Vec<Problem> {
    let file = format!("sources/{}.toml", source.name());
    let problem = |column: &MissingColumn| {
        let message = format!("the table has no column `{}`", column.name);
        let mend = format!("{}; {}", mend(column), has(columns));
        Problem::new(&file, "missing_column", message, mend)
    };
    missing.iter().map(problem).collect()
}

fn mend(column: &MissingColumn) -> String {
    match &column.nearest {
        Some(nearest) => format!("write `{nearest}`, the nearest that it has"),
        None => "correct the name, or remove it".to_owned(),
    }
}

fn has(columns: &Columns) -> String {
    /// Tables can have thousands.
    const NAMED_MAX: usize = 40;
    let named: Vec<_> =
        columns.names.iter().take(NAMED_MAX).map(|name| format!("`{name}`")).collect();
    let more = if columns.names.len() > NAMED_MAX { ", …" } else { "" };
    format!("the table has {}{more}", named.join(", "))
}

/// A hint for JSON that isn't written a record per line.
pub(super) fn of_json(start: &[u8]) -> Option<String> {
    let first = start.split(|byte| *byte == b'\n').find(|line| !line.trim_ascii().is_empty())?;
    let (what, program) = match first.trim_ascii() {
        [b'[', ..] => ("the file is one JSON list", ".[]"),
        b"{" => ("the file's JSON goes on over several lines", "."),
        _ => return None,
    };
    Some(format!("{what}, and voc reads one object per line: `jq -c '{program}' FILE` writes that"))
}
