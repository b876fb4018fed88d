//! The embedded log against the suite that every log must pass.

use std::time::Duration;

use embedded::{Durability, EmbeddedLog, Settings};
use pipeline::contract::{CASES, Subject};

#[test]
fn passes_the_contract() {
    for durability in [Durability::Normal, Durability::Full] {
        for (name, case) in CASES {
            let folder = tempfile::tempdir().unwrap();
            let settings = Settings { durability, ..Settings::new(|| 1_764_000_000_000) };
            let log = EmbeddedLog::open(folder.path(), settings).unwrap();
            let subject = Subject {
                log: &log,
                run: "embedded".to_owned(),
                patience: Duration::from_mins(1),
                atomic: true,
            };
            if let Err(failure) = case(&subject) {
                panic!("{name}: {failure}");
            }
        }
    }
}
