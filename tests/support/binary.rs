//! The `voc` binary, built once with the profile and into the target folder of the running test.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use super::root;

/// Where the binary lies.
pub(crate) fn voc() -> &'static Path {
    static BINARY: OnceLock<PathBuf> = OnceLock::new();
    BINARY.get_or_init(build)
}

/// The test runs from TARGET/PROFILE/deps/tests-….
fn build() -> PathBuf {
    let test = std::env::current_exe().unwrap();
    let folder = test.parent().unwrap().parent().unwrap();
    let profile = match folder.file_name().unwrap().to_str().unwrap() {
        "debug" => "dev",
        other => other,
    };
    let output = Command::new(env!("CARGO"))
        // With the tests of the whole workspace: the same features of the same libraries as theirs,
        // so that nothing is compiled twice.
        .args(["build", "--workspace", "--tests", "--bin", "voc", "--profile", profile])
        .args(["--message-format", "json-render-diagnostics", "--target-dir"])
        .arg(folder.parent().unwrap())
        .current_dir(root())
        .stderr(Stdio::inherit())
        .output()
        .unwrap();
    assert!(output.status.success(), "building voc failed");
    let messages = String::from_utf8(output.stdout).unwrap();
    let executable = messages.lines().find_map(|line| {
        let message: serde_json::Value = serde_json::from_str(line).ok()?;
        let is_voc = message["target"]["kind"][0] == "bin" && message["profile"]["test"] == false;
        Some(PathBuf::from(message["executable"].as_str().filter(|_| is_voc)?))
    });
    executable.unwrap()
}
