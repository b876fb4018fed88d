//! A record's fields become feedback, as its source's file says. A field that is there and can't be
//! read as what it is mapped to is a reject that names the field, never its words.

use feedback::condition::Facts;
use feedback::{Answer, Author, Feedback, Metric, Score, Status, Text};
use serde_json::value::RawValue;

use super::row::{Row, step};
use super::value::{Found, Manner, Unreadable};
use super::{Locator, Mapping, QuestionKind, ScoreField, Source, Target, Transcript};
use crate::file::Question;
use crate::place::{Place, SourceId};
use crate::plain::declared;
use crate::{Reject, RejectCode, score};

fn unreadable(field: &str, expected: &str) -> impl Fn(Unreadable) -> Reject {
    let message = format!("the field `{field}` must be {expected}");
    move |_| Reject::new(RejectCode::BadSourceField, message.clone())
}

impl Mapping {
    /// The feedback of one record.
    pub(crate) fn feedback(
        &self,
        row: &Row<'_>,
        source: &Source,
        place: &Place<'_>,
    ) -> Result<Feedback, Reject> {
        let mut feedback = place.feedback(&source.name, self.source_id(row, place)?);
        let received_at = feedback.received_at;
        for (target, constant) in &self.defaults {
            // The parser has put each default into a feedback already.
            if target.set(&mut feedback, &constant.found(), &Manner::default()).is_err() {
                debug_assert!(false, "a default that was checked can't be read");
            }
        }
        for (target, locator) in &self.fields {
            if *target == Target::SourceId {
                continue;
            }
            if let Some(found) = row.get(locator) {
                target
                    .set(&mut feedback, &found, &self.manner)
                    .map_err(unreadable(&locator.written, target.expected()))?;
            }
        }
        feedback.received_at = received_at.or(feedback.received_at);
        self.add_status(row, &mut feedback)?;
        self.add_texts(row, &mut feedback)?;
        if let Some(transcript) = &self.transcript {
            self.add_turns(transcript, row, &mut feedback)?;
        }
        for field in &self.scores {
            feedback.scores.extend(self.score(field, row)?);
        }
        self.add_answers(row, &mut feedback);
        self.add_questions(row.questions(), &mut feedback)?;
        self.add_attributes(row, &mut feedback);
        self.check(source, &feedback)?;
        Ok(feedback)
    }

    /// The mapped id, else the envelope's, else that of the response which rows were joined by.
    fn source_id(&self, row: &Row<'_>, place: &Place<'_>) -> Result<Option<SourceId>, Reject> {
        let mapped = self.fields.iter().find(|(target, _)| *target == Target::SourceId);
        if let Some((target, locator)) = mapped
            && let Some(found) = row.get(locator)
        {
            let id = self.manner.name(&found);
            let id = id.map_err(unreadable(&locator.written, target.expected()))?;
            return Ok(id.map(SourceId::from));
        }
        if let Some(id) = place.event_id() {
            return Ok(Some(id));
        }
        let Some(join) = &self.join else { return Ok(None) };
        let locator = Locator::new(&join.response_id, super::Format::Csv);
        let Some(found) = row.get(&locator) else { return Ok(None) };
        let id = self.manner.name(&found).map_err(unreadable(&locator.written, "a text"))?;
        Ok(id.map(SourceId::from))
    }

    fn add_status(&self, row: &Row<'_>, feedback: &mut Feedback) -> Result<(), Reject> {
        let Some(status) = &self.status else { return Ok(()) };
        let Some(found) = row.get(&status.field) else { return Ok(()) };
        let word = self.manner.name(&found).map_err(unreadable(&status.field.written, "a text"))?;
        if let Some(word) = word {
            let known = status.words.get(&word.to_lowercase()).cloned();
            feedback.status = Some(known.unwrap_or(Status::Other(word)));
        }
        Ok(())
    }

    fn text(&self, row: &Row<'_>, locator: &Locator) -> Result<Option<String>, Reject> {
        let Some(found) = row.get(locator) else { return Ok(None) };
        self.manner.text(&found).map_err(unreadable(&locator.written, "a text"))
    }

    fn add_texts(&self, row: &Row<'_>, feedback: &mut Feedback) -> Result<(), Reject> {
        for field in &self.texts {
            let Some(words) = self.text(row, &field.field)? else { continue };
            let lang = match field.language.as_ref().or(self.language.as_ref()) {
                Some(locator) => self.text(row, locator)?,
                None => None,
            };
            feedback.texts.push(Text {
                question_id: field.question_id.clone(),
                label: field.label.clone(),
                author: field.author.clone(),
                lang: lang.as_deref().and_then(declared),
                ..Text::new(words)
            });
        }
        Ok(())
    }

    /// The turns of a conversation. A turn's number is its place in the record's list.
    fn add_turns(
        &self,
        transcript: &Transcript,
        row: &Row<'_>,
        feedback: &mut Feedback,
    ) -> Result<(), Reject> {
        let wrong = unreadable(&transcript.turns.written, "a list of turns");
        let json = match row.get(&transcript.turns) {
            None => return Ok(()),
            Some(Found::Nested(json)) => json,
            Some(_) => return Err(wrong(Unreadable)),
        };
        let turns: Vec<&RawValue> = serde_json::from_str(json).map_err(|_| wrong(Unreadable))?;
        for (index, turn) in turns.into_iter().enumerate() {
            let within = |locator: &Locator| {
                let mut json = step(turn.get(), &locator.first)?;
                for token in &locator.rest {
                    json = step(json, token)?;
                }
                self.manner.text(&Found::of_json(json)?).ok().flatten()
            };
            let author = match transcript.author.as_ref().and_then(within) {
                None => None,
                Some(word) => match transcript.authors.get(&word.trim().to_lowercase()) {
                    Some(None) => continue,
                    Some(Some(author)) => Some(author.clone()),
                    None => Some(Author::from_name(&word.trim().to_lowercase())),
                },
            };
            let Some(words) = within(&transcript.text) else { continue };
            feedback.texts.push(Text {
                author,
                turn: u32::try_from(index).ok(),
                lang: transcript.language.as_ref().and_then(within).as_deref().and_then(declared),
                ..Text::new(words)
            });
        }
        Ok(())
    }

    fn score(&self, field: &ScoreField, row: &Row<'_>) -> Result<Option<Score>, Reject> {
        let Some(found) = row.get(&field.field) else { return Ok(None) };
        let wrong = unreadable(&field.field.written, "a number, or a word of its `values`");
        let word = self.manner.name(&found).map_err(&wrong)?.map(|word| word.to_lowercase());
        if word.as_ref().is_some_and(|word| field.missing.contains(word)) {
            return Ok(None);
        }
        let named = word.and_then(|word| field.values.get(&word).copied());
        let value = match named {
            Some(value) => Some(value),
            None => self.manner.number(&found).map_err(&wrong)?,
        };
        let Some(value) = value else { return Ok(None) };
        score::checked(Score {
            metric: field.metric,
            question_id: field.question_id.clone(),
            value,
            min: field.min,
            max: field.max,
            direction: field.direction,
        })
        .map(Some)
    }

    fn add_answers(&self, row: &Row<'_>, feedback: &mut Feedback) {
        for field in &self.answers {
            let Some(value) = row.get(&field.field).and_then(|found| found.to_json()) else {
                continue;
            };
            feedback.answers.push(Answer {
                question_id: field.question_id.clone(),
                label: field.label.clone(),
                kind: field.kind.clone(),
                value,
            });
        }
    }

    /// Questions of joined rows that no table of the file names: by their type, else as answers.
    fn add_questions(&self, questions: &[Question], feedback: &mut Feedback) -> Result<(), Reject> {
        for question in questions.iter().filter(|question| !self.mapped.contains(&question.id)) {
            let Some(found) = question.answer.found() else { continue };
            let wrong = unreadable("answer", "what its question's type says");
            let (question_id, label) = (Some(question.id.clone()), question.label.clone());
            let kind = question.kind.as_ref().zip(self.join.as_ref());
            let kind = kind.and_then(|(kind, join)| join.kinds.get(&kind.to_lowercase()).copied());
            match kind.unwrap_or(QuestionKind::Answer) {
                QuestionKind::Text => {
                    if let Some(words) = self.manner.text(&found).map_err(wrong)? {
                        feedback.texts.push(Text { question_id, label, ..Text::new(words) });
                    }
                }
                QuestionKind::Score(metric) => {
                    if let Some(value) = self.manner.number(&found).map_err(wrong)? {
                        feedback.scores.push(question_score(metric, value, question_id)?);
                    }
                }
                QuestionKind::Answer => {
                    let Some(value) = found.to_json() else { continue };
                    feedback.answers.push(Answer { question_id, label, kind: None, value });
                }
            }
        }
        Ok(())
    }

    fn add_attributes(&self, row: &Row<'_>, feedback: &mut Feedback) {
        if self.other_fields {
            feedback.attributes = row.others(self);
        }
        for (name, locator) in &self.attributes {
            if let Some(value) = row.get(locator).and_then(|found| found.to_json()) {
                feedback.attributes.insert(name.clone(), value);
            }
        }
    }

    /// Left out by the source's file, or without anything to go by.
    fn check(&self, source: &Source, feedback: &Feedback) -> Result<(), Reject> {
        let left_out =
            |condition: &feedback::condition::Condition| condition.holds(&Facts::of(feedback));
        if self.skip_when.as_ref().is_some_and(left_out) {
            let message =
                format!("`skip_when` of the source {} leaves this record out", source.name);
            return Err(Reject::new(RejectCode::Skipped, message));
        }
        if feedback.texts.is_empty() && feedback.scores.is_empty() {
            let message = "the mapped fields hold neither a text that is not blank nor a score";
            return Err(Reject::new(RejectCode::MissingTextAndScore, message));
        }
        Ok(())
    }
}

fn question_score(
    metric: Metric,
    value: f64,
    question_id: Option<String>,
) -> Result<Score, Reject> {
    score::checked(Score { question_id, ..Score::on_default_scale(metric, value) })
}
