//! `voc dead`: what could not be read, why, and how it gets its second chance.

mod letters;
mod list;
mod replay;
mod show;

use std::process::ExitCode;

use anyhow::{Result, ensure};
use feedback::Origin;
use pipeline::Log;

use self::letters::Filter;
use super::Loaded;
use crate::arguments::{DeadAction, DeadArguments};
use crate::clock;
use crate::exit::Usage;
use crate::settings::LogUrl;

/// Lists, shows or replays. What makes no sense is told before the log is looked for.
pub(super) fn run(loaded: &Loaded, arguments: &DeadArguments) -> Result<ExitCode> {
    let url = loaded.log_url(&arguments.log)?;
    let filter = filter(&arguments.action, &loaded.settings.topics.raw)?;
    let log = loaded.open_existing(&url)?;
    let place = Place { log: &*log, url: &url, topic: &loaded.settings.topics.dead };
    match &arguments.action {
        DeadAction::List { limit, format, .. } => list::run(&place, &filter, *limit, *format),
        DeadAction::Show { limit, raw, format, .. } => {
            show::run(&place, &filter, limit.unwrap_or(show::LIMIT), *raw, *format)
        }
        DeadAction::Replay(wanted) => replay::run(&place, &filter, wanted),
    }
}

/// Which letters are meant.
fn filter(action: &DeadAction, raw: &str) -> Result<Filter> {
    let now = clock::now();
    match action {
        DeadAction::List { letters, .. } => Filter::new(None, letters, raw, now),
        DeadAction::Show { origin, letters, limit, .. } => {
            let filter = Filter::new(origin.as_deref(), letters, raw, now)?;
            ensure!(
                !filter.takes_all() || limit.is_some(),
                Usage(
                    "name an origin, or --code, --topic, --source, --since or --limit: `voc dead \
                     list` shows what there is"
                        .to_owned()
                )
            );
            Ok(filter)
        }
        DeadAction::Replay(wanted) => {
            let filter = Filter::new(wanted.origin.as_deref(), &wanted.letters, raw, now)?;
            ensure!(
                wanted.all || !filter.takes_all(),
                Usage(
                    "name an origin, or --code, --topic, --source or --since, or --all: `voc dead \
                     list` shows what there is"
                        .to_owned()
                )
            );
            Ok(filter)
        }
    }
}

/// Where the letters are.
struct Place<'a> {
    log: &'a dyn Log,
    url: &'a LogUrl,
    topic: &'a str,
}

fn parse_origin(text: &str) -> Result<Origin> {
    Origin::parse(text).ok_or_else(|| {
        Usage(format!("\"{text}\" is no origin: write topic/partition/offset")).into()
    })
}
