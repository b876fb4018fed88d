//! The tables of a source's file that describe one thing each: `[[text]]`, `[[score]]`,
//! `[[answer]]`, `[status]`, `[transcript]`, `[one_row_per_question]`.

use std::collections::BTreeMap;

use feedback::{Author, Direction, Metric, Status};
use toml::Spanned;

use super::table::{Problems, Table};
use super::{
    AnswerField, Format, Join, Locator, QuestionKind, ScoreField, StatusField, TextField,
    Transcript,
};

const FIELD: &str = "field = \"a column or a JSON pointer\"";

fn field(table: &mut Table<'_>, format: Format, problems: &mut Problems<'_>) -> Option<Locator> {
    let field = table.required::<String>("field", FIELD, problems)?;
    Some(Locator::new(field.get_ref(), format))
}

fn optional(
    table: &mut Table<'_>,
    key: &'static str,
    problems: &mut Problems<'_>,
) -> Option<String> {
    table.text(key, problems).map(Spanned::into_inner)
}

/// `[[text]]`: several texts of one record.
pub(super) fn texts(
    table: &mut Table<'_>,
    format: Format,
    problems: &mut Problems<'_>,
) -> Vec<TextField> {
    let mut texts = Vec::new();
    for mut text in table.tables("text", problems) {
        let field = field(&mut text, format, problems);
        let question_id = optional(&mut text, "question_id", problems);
        let label = optional(&mut text, "label", problems);
        let author = optional(&mut text, "author", problems).map(|name| Author::from_name(&name));
        let language =
            optional(&mut text, "lang", problems).map(|lang| Locator::new(&lang, format));
        text.finish(problems);
        texts.extend(field.map(|field| TextField { field, question_id, label, author, language }));
    }
    texts
}

/// `[[score]]`: scores and their scales.
pub(super) fn scores(
    table: &mut Table<'_>,
    format: Format,
    problems: &mut Problems<'_>,
) -> Vec<ScoreField> {
    table
        .tables("score", problems)
        .into_iter()
        .filter_map(|score| self::score(score, format, problems))
        .collect()
}

fn score(mut score: Table<'_>, format: Format, problems: &mut Problems<'_>) -> Option<ScoreField> {
    const METRIC: &str = "metric = \"nps\", \"csat\", \"ces\" or \"rating\"";
    let written = score.required::<String>("metric", METRIC, problems);
    let metric = written.as_ref().and_then(|written| Metric::from_name(written.get_ref()));
    if let (Some(written), None) = (&written, metric) {
        let message = format!("there is no metric \"{}\"", written.get_ref());
        problems.push(written.span(), "unknown_metric", message, format!("write {METRIC}"));
    }
    let field = field(&mut score, format, problems);
    let question_id = optional(&mut score, "question_id", problems);
    let (default_min, default_max) = metric.unwrap_or(Metric::Nps).default_scale();
    let min = score.take("min", "min = 0", problems).map_or(default_min, Spanned::into_inner);
    let max = score.take("max", "max = 10", problems).map_or(default_max, Spanned::into_inner);
    if !(min < max && f64::is_finite(min) && f64::is_finite(max)) {
        let message = format!("the scale from {min} to {max} is empty");
        problems.push(score.span.clone(), "bad_scale", message, "write min below max");
    }
    let direction = score
        .take("direction", "direction = \"higher_is_better\" or \"lower_is_better\"", problems)
        .map_or(Direction::HigherIsBetter, Spanned::into_inner);
    let mut values = BTreeMap::new();
    if let Some(table) = score.table("values", problems) {
        for (word, value) in table.flattened::<f64>("a number", problems) {
            if !(min..=max).contains(value.get_ref()) {
                let message = format!("`{}` lies outside the scale", word.get_ref());
                problems.push(value.span(), "bad_scale", message, format!("{min} to {max}"));
            }
            values.insert(word.get_ref().trim().to_lowercase(), value.into_inner());
        }
    }
    let missing: Option<Spanned<Vec<String>>> =
        score.take("missing", "missing = [\"99\"]", problems);
    let lower = |words: Vec<String>| words.iter().map(|word| word.trim().to_lowercase()).collect();
    let missing = missing.map(Spanned::into_inner).map(lower).unwrap_or_default();
    score.finish(problems);
    let (metric, field) = (metric?, field?);
    Some(ScoreField { metric, field, question_id, min, max, direction, values, missing })
}

/// `[[answer]]`: closed answers that are no score.
pub(super) fn answers(
    table: &mut Table<'_>,
    format: Format,
    problems: &mut Problems<'_>,
) -> Vec<AnswerField> {
    let mut answers = Vec::new();
    for mut answer in table.tables("answer", problems) {
        let field = field(&mut answer, format, problems);
        let question_id = optional(&mut answer, "question_id", problems);
        let label = optional(&mut answer, "label", problems);
        let kind = optional(&mut answer, "type", problems);
        answer.finish(problems);
        answers.extend(field.map(|field| AnswerField { field, question_id, label, kind }));
    }
    answers
}

/// Lists of words by what they mean, turned round: what each word, in lower case, means.
fn words<T: Clone>(
    table: &mut Table<'_>,
    meanings: &[(&'static str, T)],
    problems: &mut Problems<'_>,
) -> BTreeMap<String, T> {
    let mut words = BTreeMap::new();
    for (key, meaning) in meanings {
        let form = format!("{key} = [\"a word of the source\"]");
        let Some(list) = table.take::<Vec<String>>(key, &form, problems) else { continue };
        for word in list.get_ref() {
            if words.insert(word.trim().to_lowercase(), meaning.clone()).is_some() {
                let message = format!("\"{word}\" stands in two lists");
                problems.push(list.span(), "duplicate_word", message, "let it stand in one");
            }
        }
    }
    words
}

/// `[status]`: how far a response came, in the source's words.
pub(super) fn status(
    table: &mut Table<'_>,
    format: Format,
    problems: &mut Problems<'_>,
) -> Option<StatusField> {
    let mut status = table.table("status", problems)?;
    let field = field(&mut status, format, problems);
    let meanings = [
        ("complete", Status::Complete),
        ("partial", Status::Partial),
        ("test", Status::Test),
        ("spam", Status::Spam),
    ];
    let words = words(&mut status, &meanings, problems);
    status.finish(problems);
    Some(StatusField { field: field?, words })
}

/// `[transcript]`: a conversation within a JSON record.
pub(super) fn transcript(
    table: &mut Table<'_>,
    format: Format,
    problems: &mut Problems<'_>,
) -> Option<Transcript> {
    let mut transcript = table.table("transcript", problems)?;
    if format != Format::Json {
        let mend = "write format = \"json\", or one [[text]] per column";
        problems.push(transcript.span.clone(), "not_json", "only JSON has lists of turns", mend);
    }
    let turns = transcript.required::<String>("turns", "turns = \"/messages\"", problems);
    let text = transcript.required::<String>("text", "text = \"/text\"", problems);
    let author = optional(&mut transcript, "author", problems);
    let language = optional(&mut transcript, "lang", problems);
    let meanings = [
        ("customer", Some(Author::Customer)),
        ("employee", Some(Author::Employee)),
        ("agent", Some(Author::Agent)),
        ("bot", Some(Author::Bot)),
        ("system", Some(Author::System)),
        ("skip", None),
    ];
    let authors = words(&mut transcript, &meanings, problems);
    transcript.finish(problems);
    let locator = |written: &str| Locator::new(written, Format::Json);
    Some(Transcript {
        turns: locator(turns?.get_ref()),
        text: locator(text?.get_ref()),
        author: author.as_deref().map(locator),
        language: language.as_deref().map(locator),
        authors,
    })
}

/// `[one_row_per_question]`: rows that are joined by a response's id.
pub(super) fn join(table: &mut Table<'_>, problems: &mut Problems<'_>) -> Option<Join> {
    let mut join = table.table("one_row_per_question", problems)?;
    let response_id =
        join.required::<String>("response_id", "response_id = \"a column\"", problems);
    let question = join.required::<String>("question", "question = \"a column\"", problems);
    let answer = join.required::<String>("answer", "answer = \"a column\"", problems);
    let label = optional(&mut join, "label", problems);
    let kind = optional(&mut join, "type", problems);
    let meanings = [
        ("text", QuestionKind::Text),
        ("nps", QuestionKind::Score(Metric::Nps)),
        ("csat", QuestionKind::Score(Metric::Csat)),
        ("ces", QuestionKind::Score(Metric::Ces)),
        ("rating", QuestionKind::Score(Metric::Rating)),
        ("closed", QuestionKind::Answer),
    ];
    let kinds = join
        .table("types", problems)
        .map(|mut types| {
            let kinds = words(&mut types, &meanings, problems);
            types.finish(problems);
            kinds
        })
        .unwrap_or_default();
    join.finish(problems);
    Some(Join {
        response_id: response_id?.into_inner(),
        question: question?.into_inner(),
        answer: answer?.into_inner(),
        label,
        kind,
        kinds,
    })
}
