//! The packs from outside: each is in order and its examples hold; those with gold files reach their floors.

use std::path::Path;
use std::process::Command;

use crate::support::binary;
use crate::support::process::{Ended, run};

const PACKS: [&str; 6] = ["airline", "bank", "contact_centre", "healthcare", "retail", "telecom"];

/// Without a folder of the user's: what is embedded.
fn voc(arguments: &[&str]) -> Ended {
    let nothing = tempfile::tempdir().unwrap();
    run(Command::new(binary::voc()).current_dir(nothing.path()).args(arguments))
}

fn gold(file: &str) -> String {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("gold").join(file).display().to_string()
}

#[test]
fn every_pack_is_in_order_and_its_examples_hold() {
    for pack in PACKS {
        voc(&["check", "--pack", pack]).expect(0);
        let told = voc(&["test", "--pack", pack, "--format", "json"]).expect(0).json();
        assert!(told["passed"].as_u64().unwrap() > 400, "{pack}: {told}");
    }
}

#[test]
fn an_unknown_pack_is_refused_with_the_nearest() {
    let told = voc(&["check", "--pack", "helthcare"]).expect(78).stderr;
    assert!(told.contains("write healthcare"), "{told}");
}

#[test]
fn the_gold_samples_reach_their_floors() {
    for (pack, file) in
        [("bank", "bank_banking77.jsonl"), ("healthcare", "healthcare_nhs_fft.jsonl")]
    {
        let (file, arguments) = (gold(file), ["test", "--pack", pack, "--format", "json"]);
        let measure =
            |floor: &str| voc(&[&arguments[..], &["--gold", &file, "--floor", floor]].concat());
        let told = measure("micro_f1=0.70").expect(0).json();
        assert!(told["gold"][0]["texts"].as_u64().unwrap() >= 200, "{pack}");
        measure("micro_f1=0.999").expect(1);
    }
}
