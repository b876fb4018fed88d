//! `voc explain`: what a text is about, whose it is, what would follow, and why.

use std::fmt::Write;
use std::io::IsTerminal;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Result;
use feedback::{Classification, Feedback, Origin, Record, Routing, ThemeMatch, wire};
use serde_json::{Map, Value, json};

use super::{Loaded, write_out};
use crate::arguments::{ExplainArguments, Format};
use crate::exit::Usage;

/// Reads the text as the built-in source would, tags it and says why.
pub(super) fn run(loaded: &Loaded, arguments: &ExplainArguments) -> Result<ExitCode> {
    let stages = loaded.stages()?;
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
    let (classification, routing) = stages.tagger().tag(&feedback);
    match arguments.format {
        Format::Json => {
            let classified = wire::classified(&feedback, &classification)?;
            let mut line = wire::routed(&classified, &routing)?;
            line.push(b'\n');
            write_out(&line)?;
        }
        Format::Text => {
            let colour = std::io::stdout().is_terminal();
            write_out(text(&feedback, &classification, &routing, colour).as_bytes())?;
        }
    }
    Ok(ExitCode::SUCCESS)
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

const BOLD: &str = "\x1b[1m";
const PLAIN: &str = "\x1b[0m";

fn text(
    feedback: &Feedback,
    classification: &Classification,
    routing: &Routing,
    colour: bool,
) -> String {
    let mut out = String::new();
    let mut line = |text: String| {
        out.push_str(&text);
        out.push('\n');
    };
    for (index, each) in feedback.texts.iter().enumerate() {
        line(marked(each.text.as_str(), index, &classification.themes, colour));
        if let Some(lang) = &each.lang {
            line(format!("language    {} ({}, {:.2})", lang.code, lang.by.name(), lang.confidence));
        }
    }
    if let Some(sentiment) = &classification.sentiment {
        let (label, score) = (sentiment.label.name(), sentiment.score);
        line(format!("sentiment   {label} ({score:+.2}, confidence {:.2})", sentiment.confidence));
    }
    line(format!(
        "intent      {}, urgency {:.2}",
        classification.intent.name(),
        classification.urgency
    ));
    for theme in &classification.themes {
        let ThemeMatch { id, polarity, confidence, .. } = theme;
        line(format!("theme       {id} ({}, confidence {confidence:.2})", polarity.name()));
        for evidence in &theme.evidence {
            let negated = if evidence.negated { ", negated" } else { "" };
            line(format!(
                "            “{}” by {}{negated}",
                evidence.words.as_str(),
                evidence.rule
            ));
        }
    }
    line(format!("department  {} (team {})", routing.department, routing.team));
    for contributor in &classification.contributors {
        line(format!("            with {} ({:.2})", contributor.department, contributor.weight));
    }
    let work = routing.task.as_ref().map_or("no task", |task| match task.kind {
        feedback::TaskKind::Contact => "a task: contact the customer",
        feedback::TaskKind::Investigate => "a task: investigate",
    });
    line(format!("route       {}: {work}, priority {}", routing.rule, routing.priority));
    for kudos in &routing.kudos {
        line(format!("kudos       to {}", kudos.department));
    }
    line("because".to_owned());
    for because in classification.because.iter().chain(&routing.because) {
        line(format!("  {}", because.message));
    }
    out
}

/// The text with its evidence in bold, or between brackets where there is no colour.
fn marked(text: &str, index: usize, themes: &[ThemeMatch], colour: bool) -> String {
    let (open, close) = if colour { (BOLD, PLAIN) } else { ("[", "]") };
    let mut spans: Vec<_> = themes
        .iter()
        .flat_map(|theme| &theme.evidence)
        .filter(|evidence| evidence.text == index)
        .map(|evidence| (evidence.start, evidence.end))
        .collect();
    spans.sort_unstable();
    let mut shown = String::new();
    let mut at = 0;
    for (start, end) in spans {
        if start < at {
            continue;
        }
        let before = text.get(at..start).unwrap_or_default();
        let within = text.get(start..end).unwrap_or_default();
        write!(shown, "{before}{open}{within}{close}").expect("a String takes all");
        at = end;
    }
    shown + text.get(at..).unwrap_or_default()
}
