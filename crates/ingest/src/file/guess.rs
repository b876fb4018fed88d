//! Which columns of a table are the text, the scores, the date, the id and the language, where no
//! source's file says so: by their names (English and Dutch) and by what stands in them. A guess is
//! a source's file in the making: it tells why, and gives the TOML to keep and change.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::sync::Arc;

use feedback::Metric;

use super::content::{Content, DateForm};
use super::names::{DATES, IDS, LANGUAGES, NO_SCORES, NO_TEXTS, SCORES, TEXTS};
use super::{Columns, FileRecord};
use crate::Source;
use crate::ingest::DEFAULT_SOURCE;
use crate::source::parse_one;

/// What a column is taken for.
#[derive(Debug, Clone, PartialEq)]
pub enum Role {
    /// A free text of the respondent.
    Text,
    /// A score on a scale.
    Score {
        /// What it measures.
        metric: Metric,
        /// The lowest value.
        min: f64,
        /// The highest.
        max: f64,
    },
    /// When it was said.
    OccurredAt,
    /// The source's own id.
    SourceId,
    /// The texts' language.
    Language,
    /// None of these: it is kept as an attribute.
    Attribute,
}

/// A column, what it is taken for, and why.
#[derive(Debug, Clone, PartialEq)]
pub struct GuessedColumn {
    /// Its name.
    pub column: String,
    /// What it is taken for.
    pub role: Role,
    /// The reason, in words for the user.
    pub why: String,
}

/// What a table's columns seem to be.
#[derive(Debug, Clone, PartialEq)]
pub struct Guess {
    /// Every column, in the table's order.
    pub columns: Vec<GuessedColumn>,
    labels: Option<Arc<[String]>>,
    /// Whether numbers are written with a decimal comma.
    pub decimal_comma: bool,
    /// The format of the date column, where it is not a standard one.
    pub date_format: Option<String>,
}

impl Guess {
    /// Guesses from the header and the first rows.
    pub fn of(columns: &Columns, sample: &[FileRecord]) -> Self {
        let contents: Vec<Content> = (0..columns.names.len())
            .map(|index| Content::of(sample.iter().filter_map(|row| row.cells.get(index))))
            .collect();
        let decimal_comma = contents.iter().any(|content| content.decimal_comma);
        let mut guess = Self {
            columns: columns
                .names
                .iter()
                .map(|column| GuessedColumn {
                    column: column.clone(),
                    role: Role::Attribute,
                    why: "nothing tells what it is: kept as an attribute".to_owned(),
                })
                .collect(),
            labels: columns.labels.clone(),
            decimal_comma,
            date_format: None,
        };
        guess.find_one(&contents, Role::SourceId, |name, content| {
            let known = IDS.iter().position(|id| *id == squeezed(name))?;
            let all = content.filled == sample.len() && content.distinct == content.filled;
            (all && content.filled > 0 && content.words < 1.5)
                .then(|| (known, "its name, and every row has one of its own".to_owned()))
        });
        guess.find_one(&contents, Role::Language, |name, content| {
            let known = LANGUAGES.iter().position(|lang| *lang == squeezed(name))?;
            content.languages.then(|| (known, "its name, and it holds languages".to_owned()))
        });
        guess.find_date(&contents);
        guess.find_scores(&contents);
        guess.find_texts(&contents);
        guess
    }

    /// Each column's name and, where there is one, its question's words, in lower case.
    fn lower_names(&self) -> Vec<String> {
        let label = |index: usize| self.labels.as_ref().and_then(|labels| labels.get(index));
        let name = |(index, column): (usize, &GuessedColumn)| {
            let label = label(index).map_or("", String::as_str);
            format!("{} {label}", column.column).to_lowercase()
        };
        self.columns.iter().enumerate().map(name).collect()
    }

    /// Gives `role` to the free column that ranks lowest.
    fn find_one(
        &mut self,
        contents: &[Content],
        role: Role,
        rank: impl Fn(&str, &Content) -> Option<(usize, String)>,
    ) {
        let best = self
            .columns
            .iter_mut()
            .zip(contents)
            .filter(|(column, _)| column.role == Role::Attribute)
            .filter_map(|(column, content)| Some((rank(&column.column, content)?, column)))
            .min_by_key(|((rank, _), _)| *rank);
        if let Some(((_, why), column)) = best {
            column.role = role;
            column.why = why;
        }
    }

    fn find_date(&mut self, contents: &[Content]) {
        self.find_one(contents, Role::OccurredAt, |name, content| {
            let lower = name.to_lowercase();
            let rank = DATES.iter().position(|part| lower.contains(part)).unwrap_or(DATES.len());
            let why = match content.date? {
                DateForm::Standard => "its values are dates".to_owned(),
                DateForm::Format { format, doubtful: false } => {
                    format!("its values are dates written {format}")
                }
                DateForm::Format { format, doubtful: true } => format!(
                    "its values are dates written {format}, or month first: then change date_formats"
                ),
            };
            Some((rank, why))
        });
        let found = self.columns.iter().position(|column| column.role == Role::OccurredAt);
        let form = found.and_then(|index| contents.get(index)?.date);
        if let Some(DateForm::Format { format, .. }) = form {
            self.date_format = Some(format.to_owned());
        }
    }

    fn find_scores(&mut self, contents: &[Content]) {
        let names = self.lower_names();
        for ((column, content), lower) in self.columns.iter_mut().zip(contents).zip(names) {
            let excluded = NO_SCORES.iter().any(|part| lower.contains(part));
            let named = SCORES.iter().find(|(part, _)| has_word(&lower, part));
            let Some((part, metric)) =
                named.filter(|_| column.role == Role::Attribute && !excluded)
            else {
                continue;
            };
            let Some((low, high)) = content.numbers else { continue };
            let (low_end, high_end) = metric.default_scale();
            let scale = if low >= low_end && high <= high_end {
                Some((low_end, high_end))
            } else {
                [(1.0, 5.0), (1.0, 7.0), (1.0, 10.0), (0.0, 10.0), (0.0, 100.0), (-100.0, 100.0)]
                    .into_iter()
                    .find(|(min, max)| low >= *min && high <= *max)
            };
            let Some((min, max)) = scale else { continue };
            // An NPS answer is 0 to 10 or it is something else.
            let metric = if *metric == Metric::Nps && (min, max) != (0.0, 10.0) {
                Metric::Rating
            } else {
                *metric
            };
            column.role = Role::Score { metric, min, max };
            column.why = format!(
                "its name or question holds \"{part}\", and its values lie between {low} and {high}"
            );
        }
    }

    /// Every column that is named like a text and holds words; else the one with the most words.
    fn find_texts(&mut self, contents: &[Content]) {
        let mut any = false;
        let names = self.lower_names();
        for ((column, content), lower) in self.columns.iter_mut().zip(contents).zip(&names) {
            let named = TEXTS.iter().find(|part| lower.contains(**part));
            let wordy = content.words >= 1.5 && content.letters && content.numbers.is_none();
            let Some(part) =
                named.filter(|_| wordy && column.role == Role::Attribute && !is_no_text(lower))
            else {
                continue;
            };
            any = true;
            column.role = Role::Text;
            column.why = format!(
                "its name or question holds \"{part}\", with {:.0} words in a row",
                content.words.round()
            );
        }
        for ((column, content), lower) in self.columns.iter_mut().zip(contents).zip(&names) {
            let says_much =
                content.words >= 5.0 && content.letters && content.distinct * 2 > content.filled;
            if column.role == Role::Attribute && says_much && !is_no_text(lower) {
                any = true;
                column.role = Role::Text;
                column.why =
                    format!("{:.0} words in a row, seldom the same", content.words.round());
            }
        }
        if any {
            return;
        }
        let most = self
            .columns
            .iter_mut()
            .zip(contents)
            .filter(|(column, content)| column.role == Role::Attribute && content.letters)
            .max_by(|(_, one), (_, other)| one.characters.total_cmp(&other.characters));
        if let Some((column, _)) = most {
            column.role = Role::Text;
            "no column holds more words than this one".clone_into(&mut column.why);
        }
    }

    /// The file of the source that reads the table as guessed: save it as `sources/<name>.toml`.
    pub fn to_toml(&self, name: &str) -> String {
        let mut toml = format!("name = {}\nformat = \"csv\"\n", quoted(name));
        if self.decimal_comma {
            toml.push_str("decimal_comma = true\n");
        }
        if let Some(format) = &self.date_format {
            line(&mut toml, "date_formats", &format!("[{}]", quoted(format)));
        }
        toml.push_str("\n[fields]\n");
        for column in &self.columns {
            let key = match column.role {
                Role::OccurredAt => "occurred_at",
                Role::SourceId => "source_id",
                Role::Language => "lang",
                Role::Text | Role::Score { .. } | Role::Attribute => continue,
            };
            line(&mut toml, key, &format!("{}  # {}", quoted(&column.column), column.why));
        }
        for (index, column) in self.columns.iter().enumerate() {
            let field = quoted(&column.column);
            match column.role {
                Role::Text => {
                    let labels = self.labels.as_ref().and_then(|labels| labels.get(index));
                    let label = labels.filter(|label| !label.is_empty()).unwrap_or(&column.column);
                    write_table(&mut toml, "text", &column.why);
                    line(&mut toml, "field", &field);
                    line(&mut toml, "label", &quoted(label));
                }
                Role::Score { metric, min, max } => {
                    write_table(&mut toml, "score", &column.why);
                    line(&mut toml, "metric", &quoted(metric.name()));
                    line(&mut toml, "field", &field);
                    line(&mut toml, "min", &min.to_string());
                    line(&mut toml, "max", &max.to_string());
                }
                Role::OccurredAt | Role::SourceId | Role::Language | Role::Attribute => {}
            }
        }
        toml
    }

    /// The source that reads the table as guessed; `None` where no column is a text or a score.
    pub fn source(&self) -> Option<Source> {
        parse_one("the guess", &self.to_toml(DEFAULT_SOURCE)).ok()
    }
}

fn is_no_text(lower: &str) -> bool {
    NO_TEXTS.iter().any(|part| lower.contains(part)) && !lower.contains("comment")
}

fn write_table(toml: &mut String, name: &str, why: &str) {
    line(toml, "", &format!("\n[[{name}]]  # {why}"));
}

fn line(toml: &mut String, key: &str, value: &str) {
    let equals = if key.is_empty() { "" } else { " = " };
    writeln!(toml, "{key}{equals}{value}").expect("writing to a String cannot fail");
}

/// A TOML string.
fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string().replace('\n', "\\n")
}

/// A name without what stands between its words.
fn squeezed(name: &str) -> String {
    name.to_lowercase().chars().filter(|c| c.is_alphanumeric()).collect()
}

/// Whether `part` stands in a name at the start of a word; three letters must be the whole word.
fn has_word(lower: &str, part: &str) -> bool {
    let words: BTreeSet<&str> = lower.split(|c: char| !c.is_alphabetic()).collect();
    words.iter().any(|word| if part.len() <= 3 { *word == part } else { word.contains(part) })
}
