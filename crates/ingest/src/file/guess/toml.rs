//! A guess as the file of a source: to be saved as `sources/<name>.toml`, read and changed.

use std::fmt::Write as _;

use feedback::Direction;
use feedback::document::quoted;

use super::{Guess, GuessedScore, Role};

impl Guess {
    /// The file of the source that reads the table as guessed.
    pub fn to_toml(&self, name: &str) -> String {
        let mut toml = format!("name = {}\nformat = \"csv\"\n", quoted(name));
        if self.decimal_comma {
            toml.push_str("decimal_comma = true\n");
        }
        if !self.date_formats.is_empty() {
            line(&mut toml, "date_formats", &list(&self.date_formats));
        }
        toml.push_str("\n[fields]\n");
        for column in &self.columns {
            let key = match column.role {
                Role::OccurredAt => "occurred_at",
                Role::SourceId => "source_id",
                Role::Language => "lang",
                Role::Text | Role::Score(_) | Role::Attribute => continue,
            };
            line(
                &mut toml,
                key,
                &format!("{}  # {}", quoted(&column.column), comment(&column.why)),
            );
        }
        for (index, column) in self.columns.iter().enumerate() {
            let field = quoted(&column.column);
            match &column.role {
                Role::Text => {
                    let label = self.labels.as_ref().and_then(|labels| labels.get(index));
                    let label = label.filter(|label| !label.is_empty()).unwrap_or(&column.column);
                    table(&mut toml, "text", &column.why);
                    line(&mut toml, "field", &field);
                    line(&mut toml, "label", &quoted(label));
                }
                Role::Score(score) => {
                    table(&mut toml, "score", &column.why);
                    write_score(&mut toml, &field, score);
                }
                Role::OccurredAt | Role::SourceId | Role::Language | Role::Attribute => {}
            }
        }
        toml
    }
}

fn write_score(toml: &mut String, field: &str, score: &GuessedScore) {
    line(toml, "metric", &quoted(score.metric.name()));
    line(toml, "field", field);
    line(toml, "min", &score.min.to_string());
    line(toml, "max", &score.max.to_string());
    if score.direction == Direction::LowerIsBetter {
        line(toml, "direction", "\"lower_is_better\"");
    }
    if !score.missing.is_empty() {
        line(toml, "missing", &list(&score.missing));
    }
    if !score.values.is_empty() {
        let pair = |(word, value): &(String, f64)| format!("{} = {value}", quoted(word));
        let pairs: Vec<_> = score.values.iter().map(pair).collect();
        line(toml, "values", &format!("{{ {} }}", pairs.join(", ")));
    }
}

fn table(toml: &mut String, name: &str, why: &str) {
    writeln!(toml, "\n[[{name}]]  # {}", comment(why)).expect("writing to a String cannot fail");
}

fn line(toml: &mut String, key: &str, value: &str) {
    writeln!(toml, "{key} = {value}").expect("writing to a String cannot fail");
}

/// What can stand in a comment.
fn comment(why: &str) -> String {
    why.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

fn list(texts: &[String]) -> String {
    format!("[{}]", texts.iter().map(|text| quoted(text)).collect::<Vec<_>>().join(", "))
}
