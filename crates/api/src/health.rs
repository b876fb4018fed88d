//! What the probes are told: named checks that are ready or say why not, and whether the process
//! has judged itself dead.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The reason of a check that has not reported yet.
const STARTING: &str = "starting";

/// Named checks, shared between threads. Reasons are for operators: never a customer's words.
#[derive(Debug)]
pub struct Health {
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    /// By name; `None` is ready, else why not.
    checks: BTreeMap<String, Option<String>>,
    dead: Option<String>,
}

/// An answer to a probe.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Answer {
    pub(crate) healthy: bool,
    pub(crate) text: String,
}

impl Health {
    /// Health that waits for these checks: each is not ready until [`Health::set_ready`] says so.
    pub fn new(checks: &[&str]) -> Self {
        let waiting = |name: &&str| ((*name).to_owned(), Some(STARTING.to_owned()));
        let checks = checks.iter().map(waiting).collect();
        Self { state: Mutex::new(State { checks, dead: None }) }
    }

    /// Sets the check `name`, which is added where it is new. `reason` says why it is not ready; of
    /// a ready one it is dropped.
    pub fn set_ready(&self, name: &str, ready: bool, reason: &str) {
        let reason = (!ready).then(|| reason.to_owned());
        self.lock().checks.insert(name.to_owned(), reason);
    }

    /// Judges the process dead: `/livez` fails from now on, so that what runs it starts it anew.
    /// There is no way back; the first reason is kept.
    pub fn set_dead(&self, reason: &str) {
        self.lock().dead.get_or_insert_with(|| reason.to_owned());
    }

    pub(crate) fn live(&self) -> Answer {
        match &self.lock().dead {
            None => Answer { healthy: true, text: "ok\n".to_owned() },
            Some(reason) => Answer { healthy: false, text: format!("dead: {reason}\n") },
        }
    }

    /// A line per check: those that fail always, the others where `verbose`.
    pub(crate) fn ready(&self, verbose: bool) -> Answer {
        let state = self.lock();
        let mut text = String::new();
        if let Some(reason) = &state.dead {
            add_line(&mut text, format_args!("[-] process: dead: {reason}"));
        }
        for (name, reason) in &state.checks {
            match reason {
                Some(reason) => add_line(&mut text, format_args!("[-] {name}: {reason}")),
                None if verbose => add_line(&mut text, format_args!("[+] {name}: ready")),
                None => {}
            }
        }
        let healthy = state.dead.is_none() && state.checks.values().all(Option::is_none);
        text.push_str(if healthy { "ok\n" } else { "not ready\n" });
        Answer { healthy, text }
    }

    /// The state; a thread that panicked while it held the lock left it whole.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn add_line(text: &mut String, line: std::fmt::Arguments<'_>) {
    writeln!(text, "{line}").expect("writing to a String cannot fail");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ready_is_when_every_check_is() {
        let health = Health::new(&["log", "worker_1"]);
        assert_eq!(
            health.ready(false),
            Answer {
                healthy: false,
                text: "[-] log: starting\n[-] worker_1: starting\nnot ready\n".to_owned()
            }
        );
        health.set_ready("log", true, "");
        health.set_ready("worker_1", false, "no partitions yet");
        assert_eq!(
            health.ready(true).text,
            "[+] log: ready\n[-] worker_1: no partitions yet\nnot ready\n"
        );
        health.set_ready("worker_1", true, "");
        assert_eq!(health.ready(false), Answer { healthy: true, text: "ok\n".to_owned() });
    }

    #[test]
    fn the_dead_stay_dead_and_keep_the_first_reason() {
        let health = Health::new(&[]);
        assert!(health.live().healthy && health.ready(false).healthy);
        health.set_dead("producer was fenced");
        health.set_dead("later");
        assert_eq!(
            health.live(),
            Answer { healthy: false, text: "dead: producer was fenced\n".to_owned() }
        );
        assert!(!health.ready(false).healthy);
        assert_eq!(health.ready(false).text, "[-] process: dead: producer was fenced\nnot ready\n");
    }
}
