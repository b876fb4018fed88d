//! `voc explain`: what a text is about, whose it is, what would follow, and why; which rules nearly
//! matched, and what they lack.

mod marks;
mod page;
mod terminal;
mod wording;

use std::fs;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context, Result};
use classify::{Classifier, Engine, ExplainedRule, Explanation, Theme};
use feedback::{Feedback, Origin, Record, Routing, ThemeId, wire};
use serde_json::{Map, Value, json};

use super::{Loaded, write_out};
use crate::arguments::{ExplainArguments, ExplainFormat};
use crate::exit::Usage;
use crate::records::{self, Request};
use crate::stages::Stages;

/// Everything that is told of one record.
struct Told {
    feedback: Feedback,
    explanation: Explanation,
    routing: Routing,
    /// The rules that were asked for, each as written.
    asked: Vec<(ExplainedRule, String)>,
    /// What was asked for, where only one rule or theme was.
    only: Option<String>,
}

/// Reads the text as the built-in source would, or a record of a file, tags it and says why.
pub(super) fn run(loaded: &Loaded, arguments: &ExplainArguments) -> Result<ExitCode> {
    let stages = loaded.stages()?;
    let feedback = match &arguments.file {
        Some(_) => of_file(&stages, arguments)?,
        None => of_text(loaded, &stages, arguments)?,
    };
    let mut classifier = Classifier::new(Arc::clone(&stages.engine));
    let explanation = classifier.explain(&feedback);
    let routing = stages.router.route(&feedback, &explanation.classification);
    let asked = match &arguments.rule {
        Some(name) => asked(&stages, &classifier, &feedback, name)?,
        None => Vec::new(),
    };
    let told = Told { feedback, explanation, routing, asked, only: arguments.rule.clone() };
    let format = arguments.format.unwrap_or_else(|| match &arguments.output {
        Some(path) if path.extension().is_some_and(|ending| ending == "html") => {
            ExplainFormat::Html
        }
        _ => ExplainFormat::Text,
    });
    let colour = arguments.output.is_none() && super::colour();
    let bytes = match format {
        ExplainFormat::Json => json_of(&told)?,
        ExplainFormat::Text => terminal::text(&told, colour).into_bytes(),
        ExplainFormat::Html => page::html(&told)?.into_bytes(),
    };
    match &arguments.output {
        Some(path) => {
            fs::write(path, bytes).with_context(|| format!("writing {}", path.display()))?;
        }
        None => write_out(&bytes)?,
    }
    Ok(ExitCode::SUCCESS)
}

/// The text that was typed, with what was typed beside it.
fn of_text(loaded: &Loaded, stages: &Stages, arguments: &ExplainArguments) -> Result<Feedback> {
    let record = Record {
        origin: Origin {
            topic: Arc::from(loaded.settings.topics.raw.as_str()),
            partition: 0,
            offset: 0,
        },
        timestamp_ms: None,
        key: None,
        value: Some(serde_json::to_vec(&plain(arguments)?)?),
        headers: Vec::new(),
    };
    let mut feedback = stages
        .ingest
        .read(&record)
        .map_err(|reject| Usage(format!("{}: {}", reject.code.name(), reject.message)))?;
    feedback.channel.clone_from(&arguments.channel);
    Ok(feedback)
}

/// A record of a file, read as `voc tag` reads it.
fn of_file(stages: &Stages, arguments: &ExplainArguments) -> Result<Feedback> {
    let request = Request {
        path: arguments.file.as_deref(),
        input: None,
        source: arguments.source.as_deref(),
    };
    let mut records = records::open(&request, &stages.ingest)?;
    let reader = records.reader.clone();
    let skipped = usize::try_from(arguments.number.saturating_sub(1)).unwrap_or(usize::MAX);
    let Some(raw) = records.nth(skipped) else {
        let message = format!("--number {}: the file has no such record", arguments.number);
        return Err(Usage(message).into());
    };
    let read = reader.read(&raw?);
    Ok(read.map_err(|reject| {
        let code = reject.code.name();
        Usage(format!("record {}: {code}: {}", arguments.number, reject.message))
    })?)
}

/// The rules of that name, and what they lack; a theme's old name stands for that of today.
fn asked(
    stages: &Stages,
    classifier: &Classifier,
    feedback: &Feedback,
    name: &str,
) -> Result<Vec<(ExplainedRule, String)>> {
    let mut explained = classifier.explain_rule(feedback, name);
    if explained.is_empty() {
        explained = classifier.explain_rule(feedback, &name_of_today(&stages.engine, name));
    }
    if explained.is_empty() {
        let message = format!(
            "--rule {name}: there is no such rule or theme; name a theme's id, or <theme>/<lang>"
        );
        return Err(Usage(message).into());
    }
    let themes = stages.engine.themes();
    let written = |rule: &ExplainedRule| {
        let theme = themes.iter().find(|theme| theme.id == rule.theme);
        theme.map(|theme| written(theme, rule)).unwrap_or_default()
    };
    Ok(explained.into_iter().map(|rule| (written(&rule), rule)).map(|(w, r)| (r, w)).collect())
}

/// `theme` or `theme/lang`, the theme called as it is today.
fn name_of_today(engine: &Engine, name: &str) -> String {
    let theme = name.split('/').next().unwrap_or_default();
    let rest = name.get(theme.len()..).unwrap_or_default();
    ThemeId::new(theme)
        .map_or_else(|_| name.to_owned(), |theme| format!("{}{rest}", engine.of_today(&theme)))
}

/// The rule on one line.
fn written(theme: &Theme, rule: &ExplainedRule) -> String {
    let language = rule.rule.rsplit('/').next().unwrap_or_default();
    let rule = theme.rules.get(language).map_or("", String::as_str);
    rule.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The record as feedback.routed has it, and the explanation as one member more.
fn json_of(told: &Told) -> Result<Vec<u8>> {
    let classified = wire::classified(&told.feedback, &told.explanation.classification)?;
    let mut line = wire::routed(&classified, &told.routing)?;
    line.pop();
    let rules: Vec<_> = told
        .asked
        .iter()
        .map(|(rule, written)| json!({ "written": written, "rule": rule }))
        .collect();
    let Explanation { sentences, matched, near, .. } = &told.explanation;
    let explanation = match told.only {
        Some(_) => json!({ "sentences": sentences, "asked": rules }),
        None => json!({ "sentences": sentences, "matched": matched, "near": near }),
    };
    line.extend_from_slice(b",\"explanation\":");
    serde_json::to_writer(&mut line, &explanation)?;
    line.extend_from_slice(b"}\n");
    Ok(line)
}

fn plain(arguments: &ExplainArguments) -> Result<Map<String, Value>> {
    let mut plain = Map::new();
    plain.insert("text".to_owned(), json!(arguments.text));
    if let Some(lang) = &arguments.lang {
        plain.insert("lang".to_owned(), json!(lang));
    }
    if let Some(score) = &arguments.score {
        plain.insert("score".to_owned(), score_of(score)?);
    }
    Ok(plain)
}

/// `3`, or `csat=2`.
fn score_of(text: &str) -> Result<Value> {
    let (metric, value) = match text.split_once('=') {
        Some((metric, value)) => (Some(metric), value),
        None => (None, text),
    };
    let value: f64 = value
        .parse()
        .map_err(|_| Usage(format!("--score {text}: write a number, or metric=number")))?;
    Ok(match metric {
        Some(metric) => json!({ "metric": metric, "value": value }),
        None => json!(value),
    })
}
