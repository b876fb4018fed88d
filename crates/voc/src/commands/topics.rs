//! `voc topics`: makes what the configuration needs, and describes what is there.

use std::fmt::Write;
use std::process::ExitCode;

use anyhow::Result;
use pipeline::TopicDescription;
use serde_json::json;

use super::{Loaded, note, write_json, write_out};
use crate::arguments::{Format, TopicsAction, TopicsArguments};
use crate::log;
use crate::plan::Plan;

/// Makes or describes.
pub(super) fn run(loaded: &Loaded, arguments: &TopicsArguments) -> Result<ExitCode> {
    let url = loaded.log_url(&arguments.log)?;
    match arguments.action {
        TopicsAction::Create => {
            let log = log::open(&url, &loaded.settings)?;
            let requests = Plan::of(&loaded.stages()?, loaded)?.requests(loaded, &url);
            let made = log.create(&requests)?;
            let existing = requests.len() - made.len();
            for name in &made {
                write_out(format!("{name}\n").as_bytes())?;
            }
            note(&format!("made {} topics; {existing} existed", made.len()));
        }
        TopicsAction::Describe { format } => {
            let log = loaded.open_existing(&url)?;
            let names: Vec<String> = log.names()?.into_iter().collect();
            let topics = log.describe(&names)?;
            match format {
                Format::Json => write_json(&json(&topics))?,
                Format::Text => write_out(text(&topics).as_bytes())?,
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn json(topics: &[TopicDescription]) -> serde_json::Value {
    let topic = |topic: &TopicDescription| {
        let partitions = topic.partitions.iter().map(|bounds| {
            json!({
                "partition": bounds.partition,
                "earliest": bounds.earliest,
                "latest": bounds.latest,
            })
        });
        json!({ "name": topic.name, "partitions": partitions.collect::<Vec<_>>() })
    };
    topics.iter().map(topic).collect()
}

fn text(topics: &[TopicDescription]) -> String {
    let mut text = String::new();
    for topic in topics {
        let offsets: i64 =
            topic.partitions.iter().map(|bounds| bounds.latest - bounds.earliest).sum();
        let count = topic.partitions.len();
        writeln!(text, "{:<40} {count:>4} partitions {offsets:>12} offsets", topic.name)
            .expect("a String takes all");
    }
    text
}
