//! `voc verify`: the proof that every input record has exactly one fate and every output exactly one
//! cause. Exit 1 where it doesn't hold, with the origins.

use std::fmt::Write;
use std::process::ExitCode;

use anyhow::Result;
use pipeline::ledger::{Ledger, VerifyRequest, verify};
use serde::Serialize;

use super::{Loaded, write_json, write_out};
use crate::arguments::{Format, VerifyArguments};
use crate::exit;
use crate::plan::Plan;
use crate::terminal;

/// How many offending origins of each kind are named.
const OFFENCES_MAX: usize = 20;

/// Reads the log and draws up the ledger.
pub(super) fn run(loaded: &Loaded, arguments: &VerifyArguments) -> Result<ExitCode> {
    let group = loaded.group(arguments.group.as_deref())?;
    let plan = Plan::of(&loaded.stages()?, loaded)?;
    let log = loaded.open_existing(&loaded.log_url(&arguments.log)?)?;
    let inputs: Vec<String> = plan.inputs.iter().cloned().collect();
    let request = VerifyRequest {
        group,
        inputs: &inputs,
        outputs: &plan.outputs,
        offences_max: OFFENCES_MAX,
    };
    let bar = terminal::counting(None, "records read");
    let ledger = verify(&*log, &request, &mut |records| bar.set_position(records))?;
    bar.finish_and_clear();
    match arguments.format {
        Format::Json => write_json(&ledger)?,
        Format::Text => write_out(text(&ledger).as_bytes())?,
    }
    Ok(ExitCode::from(if ledger.holds() { 0 } else { exit::FAILURE }))
}

fn text(ledger: &Ledger) -> String {
    let mut text = String::new();
    let mut line = |line: String| writeln!(text, "{line}").expect("a String takes all");
    let Ledger { records, classified, dead, missing, double, repeated, .. } = ledger;
    line(format!(
        "group {}: {records} records = {classified} classified + {dead} dead",
        ledger.group
    ));
    line(format!(
        "{} on feedback.routed, {} tasks, {} kudos",
        ledger.routed, ledger.tasks, ledger.kudos
    ));
    line(format!("{missing} missing, {double} double; {repeated} sent again by their source"));
    for (count, what) in [
        (ledger.orphans, "outputs whose origin is no record of the input"),
        (ledger.ahead, "outputs of records not committed yet (a run goes on)"),
        (ledger.outside, "outputs whose input retention took"),
        (ledger.unmarked, "records on our topics that aren't this group's"),
    ] {
        if count > 0 {
            line(format!("{count} {what}"));
        }
    }
    for window in ledger.windows.iter().filter(|window| window.cut || window.to > window.from) {
        let cut = if window.cut {
            format!("; retention cut it: judged from {}", window.judged_from)
        } else {
            String::new()
        };
        let (topic, partition) = (&window.topic, window.partition);
        line(format!("covered {topic}/{partition}: {} to {}{cut}", window.from, window.to));
    }
    for offence in &ledger.offences {
        let (kind, output) = (name(&offence.kind), name(&offence.output));
        line(format!("{kind} {output}: {}", offence.origin));
    }
    let verdict = if ledger.records == 0 {
        "this group has read nothing yet: there is nothing to prove"
    } else if ledger.holds() {
        "nothing is lost and nothing is double"
    } else {
        "the ledger does NOT hold: the origins above are wrong"
    };
    line(verdict.to_owned());
    text
}

/// The name on the wire.
fn name(value: &impl Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(name)) => name,
        _ => String::new(),
    }
}
