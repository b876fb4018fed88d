//! How a record feels, what it cost and what is wanted: cases as data (cases/feelings.jsonl), each put
//! through the whole of `voc tag` with the shipped configuration, routes included.

use std::fs;

use serde::Deserialize;
use serde_json::{Value, json};

use crate::support::cases;
use crate::support::place::Place;
use crate::support::process::feed;

/// A text, and what must come out; what a case doesn't name may come out as it likes.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Case {
    lang: String,
    text: String,
    /// The NPS given.
    score: Option<u8>,
    respondent: Option<String>,
    /// `sentiment.label`
    label: Option<String>,
    /// Bounds of `sentiment.confidence`.
    confidence_min: Option<f64>,
    confidence_max: Option<f64>,
    /// An emotion that must be found, one that must not, and how many there are.
    emotion: Option<String>,
    no_emotion: Option<String>,
    emotions: Option<usize>,
    /// `hard`, `easy` or `none`
    effort: Option<String>,
    intent: Option<String>,
    /// A flag that must be raised, and how many are.
    flag: Option<String>,
    flags: Option<usize>,
    urgency_min: Option<f64>,
    urgency_max: Option<f64>,
    /// The polarity of themes.
    polarity: Option<std::collections::BTreeMap<String, String>>,
    priority: Option<u64>,
    /// The department that has the task, and one that is praised; that nobody is praised.
    task: Option<String>,
    kudos: Option<String>,
    kudos_none: bool,
}

impl Case {
    fn record(&self) -> Value {
        let mut record = json!({ "text": self.text, "lang": self.lang });
        if let Some(score) = self.score {
            record["score"] = score.into();
        }
        if let Some(respondent) = &self.respondent {
            record = json!({
                "id": "x", "respondent": respondent,
                "texts": [{ "text": self.text, "lang": { "code": self.lang, "confidence": 1.0, "by": "declared" } }],
            });
        }
        record
    }

    /// What came out otherwise.
    fn unmet(&self, found: &Value) -> Vec<String> {
        let classification = &found["classification"];
        let routing = &found["routing"];
        let sentiment = &classification["sentiment"];
        let names = |list: &Value, name: &str| -> Vec<String> {
            let all = list.as_array().unwrap().iter();
            all.map(|each| each[name].as_str().unwrap().to_owned()).collect()
        };
        let number = |value: &Value| value.as_f64().unwrap();
        let mut unmet = Vec::new();
        let mut must = |holds: bool, what: &str, found: &Value| {
            if !holds {
                unmet.push(format!("{what}: {found}"));
            }
        };
        let is = |value: &Value, expected: &Option<String>| {
            expected.as_deref().is_none_or(|expected| *value == expected)
        };
        must(is(&sentiment["label"], &self.label), "label", sentiment);
        let above = |value: f64, bound: Option<f64>| bound.is_none_or(|bound| value >= bound);
        let below = |value: f64, bound: Option<f64>| bound.is_none_or(|bound| value <= bound);
        let confidence = sentiment["confidence"].as_f64().unwrap_or_default();
        must(above(confidence, self.confidence_min), "confidence", sentiment);
        must(below(confidence, self.confidence_max), "confidence", sentiment);
        let emotions = names(&classification["emotions"], "name");
        let has = |name: &Option<String>| name.as_ref().is_none_or(|name| emotions.contains(name));
        must(has(&self.emotion), "emotion", &classification["emotions"]);
        let not = self.no_emotion.is_none() || !has(&self.no_emotion);
        must(not, "no emotion", &classification["emotions"]);
        let count = self.emotions.is_none_or(|count| emotions.len() == count);
        must(count, "emotions", &classification["emotions"]);
        let effort = &classification["effort"];
        let felt = match effort.as_f64() {
            None => "none",
            Some(effort) if effort > 0.0 => "hard",
            Some(_) => "easy",
        };
        must(self.effort.as_deref().is_none_or(|expected| expected == felt), "effort", effort);
        must(is(&classification["intent"], &self.intent), "intent", classification);
        let flags = classification["flags"].as_array().unwrap();
        let raised = |flag: &String| flags.iter().any(|each| each == flag.as_str());
        must(self.flag.as_ref().is_none_or(raised), "flag", &classification["flags"]);
        must(self.flags.is_none_or(|n| flags.len() == n), "flags", &classification["flags"]);
        let urgency = &classification["urgency"];
        must(above(number(urgency), self.urgency_min), "urgency", urgency);
        must(below(number(urgency), self.urgency_max), "urgency", urgency);
        for (theme, polarity) in self.polarity.iter().flatten() {
            let themes = classification["themes"].as_array().unwrap();
            let found = themes.iter().find(|each| each["id"] == theme.as_str());
            let holds = found.is_some_and(|found| found["polarity"] == polarity.as_str());
            must(holds, theme, &classification["themes"]);
        }
        let priority = &routing["priority"];
        must(self.priority.is_none_or(|expected| *priority == expected), "priority", priority);
        let has_task = routing["task"].is_object() && is(&routing["department"], &self.task);
        must(self.task.is_none() || has_task, "task", routing);
        let kudos = names(&routing["kudos"], "department");
        let praised = self.kudos.as_ref().is_none_or(|department| kudos.contains(department));
        must(praised, "kudos", &routing["kudos"]);
        must(!self.kudos_none || kudos.is_empty(), "no kudos", &routing["kudos"]);
        unmet
    }
}

#[test]
fn feelings_are_read_as_people_mean_them() {
    let text = fs::read_to_string(cases("feelings.jsonl")).unwrap();
    let cases: Vec<Case> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let records: Vec<String> = cases.iter().map(|case| case.record().to_string()).collect();
    let place = Place::embedded("");
    let mut voc = place.voc(&["tag", "--input", "json", "-"]);
    let out = feed(&mut voc, records.join("\n").as_bytes()).expect(0).text();
    let found: Vec<Value> = out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(found.len(), cases.len());
    let unmet = cases.iter().zip(&found).filter_map(|(case, found)| {
        let unmet = case.unmet(found);
        (!unmet.is_empty())
            .then(|| format!("{} {}\n    {}", case.lang, case.text, unmet.join("\n    ")))
    });
    let unmet: Vec<String> = unmet.collect();
    assert!(unmet.is_empty(), "{} of {}:\n{}", unmet.len(), cases.len(), unmet.join("\n"));
}
