//! Log lines: by tracing, to the standard error, pretty or as JSON. What is logged is for those who
//! run voc; a customer's words never are.

use std::io::{self, IsTerminal};

use tracing_subscriber::EnvFilter;

use crate::arguments::LogFormat;
use crate::terminal::is_coloured;

/// What is logged where `VOC_LOG` says nothing.
const DEFAULT_FILTER: &str = "info";

/// Starts logging. `VOC_LOG` is a filter such as `debug` or `kafka=debug,info`.
pub(crate) fn start(format: Option<LogFormat>) {
    let filter =
        EnvFilter::try_from_env("VOC_LOG").unwrap_or_else(|_| EnvFilter::new(DEFAULT_FILTER));
    let terminal = io::stderr().is_terminal();
    let format = format.unwrap_or(if terminal { LogFormat::Pretty } else { LogFormat::Json });
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(io::stderr);
    // A second start (tests run several commands in one process) keeps the first subscriber.
    let started = match format {
        LogFormat::Pretty => {
            builder.with_ansi(is_coloured(&io::stderr())).with_target(false).try_init()
        }
        LogFormat::Json => builder.json().flatten_event(true).try_init(),
    };
    drop(started);
}
