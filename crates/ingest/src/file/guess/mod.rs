//! Which columns of a table are the text, the scores, the date, the id and the language, where no
//! source's file says so: by their names and by what stands in them. A guess is a source's file in the
//! making: it tells why, what to look at, and gives the TOML to keep and change.
//!
//! A column that mostly is a date, a score or an id is taken for it. The cells in it that can't be read
//! make their rows dead letters, as they would with a source's own file, and are told beforehand:
//! leaving the column out would lose every date because of one.

mod labels;
mod names;
mod scores;
mod toml;

use std::collections::BTreeSet;
use std::sync::Arc;

use super::content::{Content, Kind, mostly};
use super::{Columns, FileRecord};
use crate::Source;
use crate::ingest::DEFAULT_SOURCE;
use crate::redact;
use crate::source::parse_one;

pub use scores::GuessedScore;

/// What a column is taken for.
#[derive(Debug, Clone, PartialEq)]
pub enum Role {
    /// A free text of the respondent.
    Text,
    /// A score on a scale.
    Score(GuessedScore),
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
    /// What the user should look at, in words without a cell's own.
    pub doubts: Vec<String>,
}

impl GuessedColumn {
    fn is_free(&self) -> bool {
        self.role == Role::Attribute
    }

    fn take(&mut self, role: Role, why: impl Into<String>) {
        self.role = role;
        self.why = why.into();
    }
}

/// What a table's columns seem to be.
#[derive(Debug, Clone, PartialEq)]
pub struct Guess {
    /// Every column, in the table's order.
    pub columns: Vec<GuessedColumn>,
    /// Whether the table names its columns; else the names were made up.
    pub named: bool,
    labels: Option<Arc<[String]>>,
    /// Whether numbers are written with a decimal comma.
    pub decimal_comma: bool,
    /// The formats of the date column, where they are not the standard one.
    pub date_formats: Vec<String>,
}

impl Guess {
    /// Guesses from the header and the first rows.
    pub fn of(columns: &Columns, sample: &[FileRecord]) -> Self {
        let contents: Vec<Content> = (0..columns.names.len())
            .map(|index| Content::of(sample.iter().filter_map(|row| row.cells.get(index))))
            .collect();
        let attribute = |column: &String| GuessedColumn {
            column: column.clone(),
            role: Role::Attribute,
            why: "nothing tells what it is: kept as an attribute".to_owned(),
            doubts: Vec::new(),
        };
        let mut guess = Self {
            columns: columns.names.iter().map(attribute).collect(),
            named: columns.named,
            labels: columns.labels.clone(),
            decimal_comma: contents.iter().any(|content| content.decimal_comma),
            date_formats: Vec::new(),
        };
        guess.find_id(&contents, sample.len());
        guess.find_language(&contents);
        guess.find_date(&contents);
        guess.find_scores(&contents);
        guess.find_texts(&contents);
        guess.note_words(&contents);
        guess.note_personal_data(&contents);
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

    /// The free column that ranks lowest, and what stands in it.
    fn best<'a>(
        &mut self,
        contents: &'a [Content],
        rank: impl Fn(&str, &Content) -> Option<usize>,
    ) -> Option<(&mut GuessedColumn, &'a Content)> {
        self.columns
            .iter_mut()
            .zip(contents)
            .filter(|(column, _)| column.is_free())
            .filter_map(|(column, content)| Some((rank(&column.column, content)?, column, content)))
            .min_by_key(|(rank, _, _)| *rank)
            .map(|(_, column, content)| (column, content))
    }

    fn find_id(&mut self, contents: &[Content], rows: usize) {
        const CHARACTERS_MAX: f64 = 64.0;
        let known = |name: &str| {
            // Typeform's id has the name `#`.
            let id = if name.trim() == "#" { "token".to_owned() } else { squeezed(name) };
            names::IDS.iter().position(|known| *known == id)
        };
        let own =
            |content: &Content| content.filled() == rows && content.distinct == rows && rows > 0;
        let rank = |name: &str, content: &Content| {
            known(name).filter(|_| own(content) && content.characters <= CHARACTERS_MAX)
        };
        if let Some((column, _)) = self.best(contents, rank) {
            column.take(Role::SourceId, "its name, and every row has one of its own");
            return;
        }
        let named = |name: &str, content: &Content| known(name).filter(|_| content.distinct > 1);
        if let Some((column, content)) = self.best(contents, named) {
            let fault =
                if content.filled() < rows { "some rows have none" } else { "some stand twice" };
            column
                .doubts
                .push(format!("it is named like an id, but {fault}: it is not taken for one"));
        }
    }

    fn find_language(&mut self, contents: &[Content]) {
        let rank = |name: &str, content: &Content| {
            let known =
                names::LANGUAGES.iter().position(|lang| squeezed(name).starts_with(*lang))?;
            (content.kind == Kind::Languages).then_some(known)
        };
        if let Some((column, _)) = self.best(contents, rank) {
            column.take(Role::Language, "its name, and it holds languages");
        }
    }

    fn find_date(&mut self, contents: &[Content]) {
        let named = |name: &str| {
            let lower = name.to_lowercase();
            names::DATES.iter().position(|part| lower.contains(part))
        };
        let rank = |name: &str, content: &Content| {
            content.dates.as_ref()?;
            Some(named(name).unwrap_or(names::DATES.len()))
        };
        let Some((column, content)) = self.best(contents, rank) else { return };
        let Some(dates) = &content.dates else { return };
        let why = match dates.formats.as_slice() {
            [] => "its values are dates".to_owned(),
            formats => format!("its values are dates written {}", formats.join(" or ")),
        };
        column.take(Role::OccurredAt, why);
        if dates.doubtful {
            column
                .doubts
                .push("day and month could be the other way round: see date_formats".to_owned());
        }
        if dates.unread > 0 {
            let (unread, of) = (dates.unread, content.filled());
            column.doubts.push(format!(
                "{unread} of its first {of} cells are no date: such rows become dead letters \
                 (bad_source_field)"
            ));
        }
        self.date_formats = dates.formats.iter().map(|format| (*format).to_owned()).collect();
    }

    fn find_scores(&mut self, contents: &[Content]) {
        let names = self.lower_names();
        for ((column, content), lower) in self.columns.iter_mut().zip(contents).zip(names) {
            if !column.is_free() {
                continue;
            }
            if let Some(found) = scores::score(&column.column, &lower, content) {
                column.take(Role::Score(found.score), found.why);
                column.doubts.extend(found.doubts);
            }
        }
    }

    /// Every column that is named like a text or holds many words; else the one with the most of them.
    fn find_texts(&mut self, contents: &[Content]) {
        let names = self.lower_names();
        let mut any = false;
        for ((column, content), lower) in self.columns.iter_mut().zip(contents).zip(&names) {
            let Some(why) = text(&column.column, lower, content) else { continue };
            if !column.is_free() {
                continue;
            }
            if names::is_no_text(&column.column) {
                if content.words >= MANY_WORDS {
                    column.doubts.push(
                        "it holds words, but by its name not the customer's: if they are, add a [[text]]"
                            .to_owned(),
                    );
                }
                continue;
            }
            any = true;
            column.take(Role::Text, why);
        }
        if any {
            return;
        }
        let most = self
            .columns
            .iter_mut()
            .zip(contents)
            .filter(|(column, content)| column.is_free() && content.letters && !content.is_chosen())
            .max_by(|(_, one), (_, other)| one.characters.total_cmp(&other.characters));
        if let Some((column, _)) = most {
            column.take(Role::Text, "no column holds more words than this one");
        }
    }

    /// Where another column is the text, one that may be one too is pointed out.
    fn note_words(&mut self, contents: &[Content]) {
        for (column, content) in self.columns.iter_mut().zip(contents) {
            let may_be = column.is_free() && column.doubts.is_empty() && content.is_wordy();
            if may_be && !names::is_no_text(&column.column) {
                let doubt = "it holds words, seldom the same, and attributes are neither masked nor \
                             tagged: if they are the customer's, add a [[text]]";
                column.doubts.push(doubt.to_owned());
            }
        }
    }

    /// Attributes go out as they came, so personal data in them is pointed out.
    fn note_personal_data(&mut self, contents: &[Content]) {
        for (column, content) in self.columns.iter_mut().zip(contents) {
            if column.is_free() {
                column.doubts.extend(personal_data(content));
            }
        }
    }

    /// The source that reads the table as guessed; `None` where no column is a text or a score.
    pub fn source(&self) -> Option<Source> {
        parse_one("the guess", &self.to_toml(DEFAULT_SOURCE)).ok()
    }
}

/// So many words in a row are somebody's own.
const MANY_WORDS: f64 = 5.0;

/// What personal data the column holds, and what can be done. Bare numbers are so only where most of
/// them are: one of eleven numbers with nine digits passes the check of a citizen's.
fn personal_data(content: &Content) -> Option<String> {
    if content.kind == Kind::Addresses {
        let doubt = "it holds e-mail addresses or phone numbers, and attributes go out as they \
                     came: drop the column, or map it to customer.key, which is hashed";
        return Some(doubt.to_owned());
    }
    let found: Vec<_> =
        content.texts.iter().map(|text| redact::find(text)).filter(|all| !all.is_empty()).collect();
    let (cells, filled) = (found.len(), content.filled());
    let by_chance = content.numbers.is_some() && !mostly(cells, filled);
    if cells == 0 || by_chance {
        return None;
    }
    let kinds: BTreeSet<_> = found.iter().flatten().map(|found| found.kind.name()).collect();
    let kinds = kinds.into_iter().collect::<Vec<_>>().join(", ");
    Some(format!(
        "{cells} of its first {filled} cells hold personal data ({kinds}), and attributes go out as \
         they came: drop the column, or, if it holds words, add a [[text]], in which they are masked"
    ))
}

/// Why the column is a text, if it is one.
fn text(column: &str, lower: &str, content: &Content) -> Option<String> {
    /// More than a name or a choice.
    const SOME_WORDS: f64 = 1.5;
    let holds = |part: &&&str| lower.contains(**part);
    let sure = names::TEXTS.iter().find(holds);
    let perhaps = names::PERHAPS_TEXTS.iter().find(holds);
    if content.filled() == 0 {
        let short = sure.filter(|_| names::is_short(column))?;
        return Some(format!("its name holds \"{short}\", though its first cells are empty"));
    }
    if !content.letters || content.numbers.is_some() || content.dates.is_some() {
        return None;
    }
    let wordy = content.words >= SOME_WORDS;
    let is_code = matches!(content.kind, Kind::Codes | Kind::Addresses);
    let part = match (sure, perhaps) {
        (Some(part), _) if wordy || !content.is_chosen() && !is_code => Some(part),
        (_, Some(part)) if wordy && !content.is_chosen() => Some(part),
        _ => None,
    };
    let words = content.words.round();
    if let Some(part) = part {
        return Some(format!(
            "its name or question holds \"{part}\", with {words:.0} words in a row"
        ));
    }
    let seldom_the_same = content.distinct * 2 > content.filled();
    (content.words >= MANY_WORDS && seldom_the_same)
        .then(|| format!("{words:.0} words in a row, seldom the same"))
}

/// A name without what stands between its words.
fn squeezed(name: &str) -> String {
    name.to_lowercase().chars().filter(|c| c.is_alphanumeric()).collect()
}
