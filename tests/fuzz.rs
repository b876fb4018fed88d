//! The fuzz targets of `fuzz/` on their corpus and on mutations of it, with any compiler and the same
//! each time. `cargo fuzz run NAME` in `fuzz/` goes on from there.

use std::fs;

use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::{RngCore, SeedableRng};

use crate::support::root;

#[path = "../fuzz/checks.rs"]
#[expect(unreachable_pub, reason = "the fuzz targets use it too")]
mod checks;

/// How many mutations of each file are tried.
const MUTATIONS: usize = 60;

/// The files of a target's corpus, by name.
fn corpus(target: &str) -> Vec<Vec<u8>> {
    let folder = root().join("fuzz/corpus").join(target);
    let mut paths: Vec<_> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths.into_iter().map(|path| fs::read(path).unwrap()).collect()
}

fn below(random: &mut Xoshiro256PlusPlus, limit: usize) -> usize {
    usize::try_from(random.next_u64() % u64::try_from(limit.max(1)).unwrap()).unwrap()
}

/// A file with a few changes: bytes changed, left out or doubled, a piece of another file put in.
fn mutated(random: &mut Xoshiro256PlusPlus, all: &[Vec<u8>], of: &[u8]) -> Vec<u8> {
    let mut bytes = of.to_vec();
    for _ in 0..=below(random, 4) {
        let at = below(random, bytes.len() + 1);
        let end = (at + below(random, 8)).min(bytes.len());
        match below(random, 5) {
            0 => bytes.get_mut(at).into_iter().for_each(|byte| *byte = 1 << below(random, 8)),
            1 => drop(bytes.drain(at..end)),
            2 => {
                let piece = bytes[at..end].to_vec();
                bytes.splice(at..at, piece.repeat(1 + below(random, 5)));
            }
            3 => {
                let sign = b" ()\"*~@#=<>&|,'-.\n!?"[below(random, 20)];
                bytes.insert(at, sign);
            }
            _ => {
                let other = &all[below(random, all.len())];
                let from = below(random, other.len());
                let to = (from + below(random, 16)).min(other.len());
                bytes.splice(at..at, other[from..to].iter().copied());
            }
        }
    }
    bytes
}

fn run(target: &str, check: fn(&[u8])) {
    let all = corpus(target);
    assert!(all.len() >= 5, "{target} has a corpus");
    let mut random = Xoshiro256PlusPlus::seed_from_u64(4);
    for file in &all {
        check(file);
        for _ in 0..MUTATIONS {
            let bytes = mutated(&mut random, &all, file);
            // Text that is no UTF-8 is another target's matter: only the record's bytes are raw.
            let text = String::from_utf8_lossy(&bytes).into_owned();
            check(if target == "record" { &bytes } else { text.as_bytes() });
        }
    }
}

#[test]
fn rules() {
    run("rule", checks::rule);
}

#[test]
fn conditions() {
    run("condition", checks::condition);
}

#[test]
fn words() {
    run("words", checks::words);
}

#[test]
fn records() {
    run("record", checks::record);
}
