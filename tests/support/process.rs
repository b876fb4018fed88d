//! Processes under test: run to their end, or running while the test goes on. Every wait is for a
//! condition and has a bound; what is started is killed by its pid if the test ends before it.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::SocketAddr;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};

use serde_json::Value;

use super::until;

/// A process that has ended.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: Vec<u8>,
    pub(crate) stderr: String,
}

impl Ended {
    /// What it wrote, as text.
    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.stdout.clone()).unwrap()
    }

    /// What it wrote, as JSON.
    pub(crate) fn json(&self) -> Value {
        let parsed = serde_json::from_slice(&self.stdout);
        parsed.unwrap_or_else(|error| panic!("{error} in {self:?}"))
    }

    /// The same, and it must have ended with `code`.
    #[track_caller]
    pub(crate) fn expect(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "{}\n{}", self.stderr, self.shown());
        self
    }

    /// What it warned of.
    pub(crate) fn warnings(&self) -> String {
        let lines = self.stderr.lines().filter(|line| !line.contains("\"INFO\""));
        lines.collect::<Vec<_>>().join("\n")
    }

    fn shown(&self) -> String {
        String::from_utf8_lossy(&self.stdout).chars().take(2000).collect()
    }
}

/// Sends a signal, by its name without SIG, to a process that a test started.
pub(crate) fn signal(name: &str, pid: &str) {
    let status = Command::new("kill").args([&format!("-{name}"), pid]).status();
    assert!(status.unwrap().success(), "kill -{name} {pid}");
}

/// Runs a command to its end.
pub(crate) fn run(command: &mut Command) -> Ended {
    feed(command, b"")
}

/// Runs a command to its end, with something to read.
pub(crate) fn feed(command: &mut Command, input: &[u8]) -> Ended {
    let mut running = Running::spawn(command, Stdio::piped());
    let mut stdin = running.child.stdin.take().unwrap();
    let input = input.to_vec();
    // A process that ends without reading all of it closes the pipe: no fault of the test's.
    let writer = thread::spawn(move || drop(stdin.write_all(&input)));
    let ended = running.ended();
    writer.join().unwrap();
    ended
}

/// A process that goes on beside the test.
#[derive(Debug)]
pub(crate) struct Running {
    child: Child,
    readers: Vec<JoinHandle<()>>,
    written: Arc<Mutex<Vec<u8>>>,
    lines: Arc<Mutex<Vec<String>>>,
}

impl Running {
    /// Starts a command that reads nothing.
    pub(crate) fn start(command: &mut Command) -> Self {
        Self::spawn(command, Stdio::null())
    }

    fn spawn(command: &mut Command, stdin: Stdio) -> Self {
        let command = command.stdin(stdin).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut stdout = child.stdout.take().unwrap();
        let stderr = child.stderr.take().unwrap();
        let (written, lines) = (Arc::new(Mutex::new(Vec::new())), Arc::new(Mutex::new(Vec::new())));
        let (writing, told) = (Arc::clone(&written), Arc::clone(&lines));
        let stdout = thread::spawn(move || {
            let mut bytes = [0; 4096];
            while let count @ 1.. = stdout.read(&mut bytes).unwrap() {
                writing.lock().unwrap().extend(&bytes[..count]);
            }
        });
        let stderr = thread::spawn(move || {
            for line in BufReader::new(stderr).split(b'\n') {
                let line = String::from_utf8_lossy(&line.unwrap()).into_owned();
                told.lock().unwrap().push(line);
            }
        });
        Self { child, readers: vec![stdout, stderr], written, lines }
    }

    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// What it has told so far.
    pub(crate) fn told(&self) -> String {
        self.lines.lock().unwrap().join("\n")
    }

    /// Waits for a line on its standard error that holds `part`; it must not end before.
    pub(crate) fn wait_for(&mut self, part: &str) -> String {
        until(part, || {
            let gone = self.child.try_wait().unwrap();
            let lines = self.lines.lock().unwrap();
            let found = lines.iter().find(|line| line.contains(part)).cloned();
            assert!(found.is_some() || gone.is_none(), "ended ({gone:?}): {}", lines.join("\n"));
            found
        })
    }

    /// Waits until it has written so many lines to its standard output; it must not end before.
    pub(crate) fn wait_for_lines(&mut self, count: usize) {
        until(&format!("{count} lines of output"), || {
            let gone = self.child.try_wait().unwrap();
            let lines = self.written.lock().unwrap().split(|byte| *byte == b'\n').count() - 1;
            assert!(lines >= count || gone.is_none(), "ended ({gone:?}): {}", self.told());
            (lines >= count).then_some(())
        });
    }

    /// Where a `voc run` serves health and metrics.
    pub(crate) fn metrics(&mut self) -> SocketAddr {
        let line: Value = serde_json::from_str(&self.wait_for("voc starts")).unwrap();
        line["metrics"].as_str().unwrap().parse().unwrap()
    }

    /// Sends a signal, by its name without SIG.
    pub(crate) fn signal(&self, name: &str) {
        signal(name, &self.pid().to_string());
    }

    /// `kill -9`, and its end.
    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Whether it still runs.
    pub(crate) fn runs(&mut self) -> bool {
        self.child.try_wait().unwrap().is_none()
    }

    /// Asks it to stop and waits for its end.
    pub(crate) fn terminate(self) -> Ended {
        self.signal("TERM");
        self.ended()
    }

    /// Waits for its end.
    pub(crate) fn ended(mut self) -> Ended {
        let what = format!("the end of process {}", self.pid());
        let status: ExitStatus = until(&what, || self.child.try_wait().unwrap());
        for reader in self.readers.drain(..) {
            reader.join().unwrap();
        }
        let stdout = std::mem::take(&mut *self.written.lock().unwrap());
        Ended { code: status.code(), stdout, stderr: self.told() }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // Gone already is as good.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}
