//! The broker that `./test` starts for all, and brokers of a test's own.

use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::{SystemTime, UNIX_EPOCH};

use super::root;

/// The address of the broker that all tests share.
#[expect(clippy::disallowed_methods, reason = "the broker's address comes from ./test")]
pub(crate) fn shared() -> String {
    std::env::var("VOC_TEST_KAFKA").expect("VOC_TEST_KAFKA names the broker: ./test sets it")
}

/// A name that no earlier test or run had.
#[expect(clippy::disallowed_methods, reason = "names must differ from those of earlier runs")]
pub(crate) fn fresh(name: &str) -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    format!("{name}-{}", now.as_nanos())
}

/// A broker of a test's own, gone with it.
#[derive(Debug)]
pub(crate) struct Broker {
    folder: PathBuf,
    /// Where it is.
    pub(crate) address: String,
    /// Where it asks for credentials, if it does.
    pub(crate) sasl: Option<String>,
}

impl Broker {
    /// Starts one.
    pub(crate) fn start() -> Self {
        Self::start_with(&[])
    }

    /// Starts one that has a listener with credentials, too.
    pub(crate) fn with_credentials() -> Self {
        Self::start_with(&["--sasl"])
    }

    fn start_with(arguments: &[&str]) -> Self {
        let folder = std::env::temp_dir().join(fresh("voc-broker"));
        let mut broker = Self { folder, address: String::new(), sasl: None };
        let said = broker.script("start", arguments);
        let line = |key: &str| said.lines().find_map(|line| line.strip_prefix(key));
        line("bootstrap=").unwrap().clone_into(&mut broker.address);
        broker.sasl = line("sasl=").map(str::to_owned);
        broker
    }

    /// It answers no more, and its connections stay.
    pub(crate) fn freeze(&self) {
        self.signal("STOP");
    }

    /// It goes on as if nothing had been.
    pub(crate) fn thaw(&self) {
        self.signal("CONT");
    }

    fn signal(&self, name: &str) {
        let pid = std::fs::read_to_string(self.folder.join("pid")).unwrap();
        super::process::signal(name, pid.trim());
    }

    fn script(&self, command: &str, arguments: &[&str]) -> String {
        let output = Command::new(root().join("tests/kafka/broker"))
            .arg(command)
            .arg(&self.folder)
            .args(arguments)
            .stderr(Stdio::inherit())
            .output()
            .unwrap();
        assert!(output.status.success(), "broker {command}: {}", output.status);
        String::from_utf8(output.stdout).unwrap()
    }
}

impl Drop for Broker {
    fn drop(&mut self) {
        self.script("kill", &[]);
        std::fs::remove_dir_all(&self.folder).unwrap();
    }
}
