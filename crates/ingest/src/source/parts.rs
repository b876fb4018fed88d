//! The tables of a source's file that describe one thing each: `[[text]]`, `[[score]]`,
//! `[[answer]]`, `[status]`, `[transcript]`, `[one_row_per_question]`.

use std::collections::BTreeMap;

use feedback::document::{Document, Spanned, Table};
use feedback::{Author, Direction, Metric, Status};

use super::{
    AnswerField, Format, Join, Locator, QuestionKind, ScoreField, StatusField, TextField,
    Transcript,
};

const FIELD: &str = "field = \"a column or a JSON pointer\"";

fn field(table: &mut Table, format: Format, document: &mut Document<'_>) -> Option<Locator> {
    table.needs("field", FIELD, document);
    let field = table.text("field", document)?;
    Some(Locator::new(field.get_ref(), format))
}

fn optional(table: &mut Table, key: &'static str, document: &mut Document<'_>) -> Option<String> {
    table.text(key, document).map(Spanned::into_inner)
}

/// `[[text]]`: several texts of one record.
pub(super) fn texts(
    table: &mut Table,
    format: Format,
    document: &mut Document<'_>,
) -> Vec<TextField> {
    let mut texts = Vec::new();
    for mut text in table.tables("text", document) {
        let field = field(&mut text, format, document);
        let question_id = optional(&mut text, "question_id", document);
        let label = optional(&mut text, "label", document);
        let author = optional(&mut text, "author", document).map(|name| Author::from_name(&name));
        let language =
            optional(&mut text, "lang", document).map(|lang| Locator::new(&lang, format));
        text.finish(document);
        texts.extend(field.map(|field| TextField { field, question_id, label, author, language }));
    }
    texts
}

/// `[[score]]`: scores and their scales.
pub(super) fn scores(
    table: &mut Table,
    format: Format,
    document: &mut Document<'_>,
) -> Vec<ScoreField> {
    table
        .tables("score", document)
        .into_iter()
        .filter_map(|score| self::score(score, format, document))
        .collect()
}

fn score(mut score: Table, format: Format, document: &mut Document<'_>) -> Option<ScoreField> {
    score.needs("metric", "metric = \"nps\", \"csat\", \"ces\" or \"rating\"", document);
    let metric = score.choice("metric", &Metric::CHOICES, document).map(Spanned::into_inner);
    let field = field(&mut score, format, document);
    let question_id = optional(&mut score, "question_id", document);
    let (default_min, default_max) = metric.unwrap_or(Metric::Nps).default_scale();
    let min = score.number("min", document).map_or(default_min, Spanned::into_inner);
    let max = score.number("max", document).map_or(default_max, Spanned::into_inner);
    if !(min < max && f64::is_finite(min) && f64::is_finite(max)) {
        let message = format!("the scale from {min} to {max} is empty");
        document.problem(score.span(), "bad_scale", message, "write min below max");
    }
    let direction = score.choice("direction", &Direction::CHOICES, document);
    let direction = direction.map_or(Direction::HigherIsBetter, Spanned::into_inner);
    let mut values = BTreeMap::new();
    if let Some(mut table) = score.table("values", document) {
        for (word, value) in table.each_number(document) {
            if !(min..=max).contains(value.get_ref()) {
                let message = format!("`{}` lies outside the scale", word.get_ref());
                document.problem(value.span(), "bad_scale", message, format!("{min} to {max}"));
            }
            values.insert(word.get_ref().trim().to_lowercase(), value.into_inner());
        }
    }
    let missing = score.texts("missing", document);
    let lower = |word: Spanned<String>| word.into_inner().trim().to_lowercase();
    let missing = missing.map(Spanned::into_inner).unwrap_or_default();
    let missing = missing.into_iter().map(lower).collect();
    score.finish(document);
    let (metric, field) = (metric?, field?);
    Some(ScoreField { metric, field, question_id, min, max, direction, values, missing })
}

/// `[[answer]]`: closed answers that are no score.
pub(super) fn answers(
    table: &mut Table,
    format: Format,
    document: &mut Document<'_>,
) -> Vec<AnswerField> {
    let mut answers = Vec::new();
    for mut answer in table.tables("answer", document) {
        let field = field(&mut answer, format, document);
        let question_id = optional(&mut answer, "question_id", document);
        let label = optional(&mut answer, "label", document);
        let kind = optional(&mut answer, "type", document);
        answer.finish(document);
        answers.extend(field.map(|field| AnswerField { field, question_id, label, kind }));
    }
    answers
}

/// Lists of words by what they mean, turned round: what each word, in lower case, means.
fn words<T: Clone>(
    table: &mut Table,
    meanings: &[(&'static str, T)],
    document: &mut Document<'_>,
) -> BTreeMap<String, T> {
    let mut words = BTreeMap::new();
    for (key, meaning) in meanings {
        let Some(list) = table.texts(key, document) else { continue };
        for word in list.into_inner() {
            let lower = word.get_ref().trim().to_lowercase();
            if words.insert(lower, meaning.clone()).is_some() {
                let message = format!("\"{}\" stands in two lists", word.get_ref());
                document.problem(word.span(), "duplicate_word", message, "let it stand in one");
            }
        }
    }
    words
}

/// `[status]`: how far a response came, in the source's words.
pub(super) fn status(
    table: &mut Table,
    format: Format,
    document: &mut Document<'_>,
) -> Option<StatusField> {
    let mut status = table.table("status", document)?;
    let field = field(&mut status, format, document);
    let meanings = [
        ("complete", Status::Complete),
        ("partial", Status::Partial),
        ("test", Status::Test),
        ("spam", Status::Spam),
    ];
    let words = words(&mut status, &meanings, document);
    status.finish(document);
    Some(StatusField { field: field?, words })
}

/// `[transcript]`: a conversation within a JSON record.
pub(super) fn transcript(
    table: &mut Table,
    format: Format,
    document: &mut Document<'_>,
) -> Option<Transcript> {
    let mut transcript = table.table("transcript", document)?;
    if format != Format::Json {
        let mend = "write format = \"json\", or one [[text]] per column";
        document.problem(transcript.span(), "not_json", "only JSON has lists of turns", mend);
    }
    transcript.needs("turns", "turns = \"/messages\"", document);
    transcript.needs("text", "text = \"/text\"", document);
    let turns = transcript.text("turns", document);
    let text = transcript.text("text", document);
    let author = optional(&mut transcript, "author", document);
    let language = optional(&mut transcript, "lang", document);
    let meanings = [
        ("customer", Some(Author::Customer)),
        ("employee", Some(Author::Employee)),
        ("agent", Some(Author::Agent)),
        ("bot", Some(Author::Bot)),
        ("system", Some(Author::System)),
        ("skip", None),
    ];
    let authors = words(&mut transcript, &meanings, document);
    transcript.finish(document);
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
pub(super) fn join(table: &mut Table, document: &mut Document<'_>) -> Option<Join> {
    let mut join = table.table("one_row_per_question", document)?;
    for key in ["response_id", "question", "answer"] {
        join.needs(key, &format!("{key} = \"a column\""), document);
    }
    let response_id = join.text("response_id", document);
    let question = join.text("question", document);
    let answer = join.text("answer", document);
    let label = optional(&mut join, "label", document);
    let kind = optional(&mut join, "type", document);
    let meanings = [
        ("text", QuestionKind::Text),
        ("nps", QuestionKind::Score(Metric::Nps)),
        ("csat", QuestionKind::Score(Metric::Csat)),
        ("ces", QuestionKind::Score(Metric::Ces)),
        ("rating", QuestionKind::Score(Metric::Rating)),
        ("closed", QuestionKind::Answer),
    ];
    let kinds = join
        .table("types", document)
        .map(|mut types| {
            let kinds = words(&mut types, &meanings, document);
            types.finish(document);
            kinds
        })
        .unwrap_or_default();
    join.finish(document);
    Some(Join {
        response_id: response_id?.into_inner(),
        question: question?.into_inner(),
        answer: answer?.into_inner(),
        label,
        kind,
        kinds,
    })
}
