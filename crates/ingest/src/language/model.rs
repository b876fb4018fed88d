//! A linear model of five languages and of all others together: each feature of a text adds its row
//! of six small whole numbers. Whole numbers and plain arithmetic, so that every machine gives the
//! same bits.
//!
//! The weights are language/weights.bin, made by `cargo run --release -p ingest --example
//! train_language`; language/README.md says from what.

use super::features::{ROWS, features};

/// The languages it tells apart, by their ISO 639 codes.
pub const CODES: [&str; 5] = ["en", "nl", "de", "fr", "es"];
/// The numbers of a row: one per language, and one for every other language.
pub const COLUMNS: usize = CODES.len() + 1;
/// Bytes before the rows: what a weight of 1 stands for, an f64.
pub const HEADER: usize = 8;
/// Bytes after the rows, so that eight can be read at each.
pub const PADDING: usize = 2;

static WEIGHTS: &[u8; HEADER + ROWS * COLUMNS + PADDING] =
    include_bytes!("../../language/weights.bin");

/// The most likely of the five languages, as an index into [`CODES`], with its probability among them
/// and all others, 0 to 1. `None` where the text has no letters.
pub(super) fn most_likely(text: &str) -> Option<(usize, f64)> {
    let mut sums = [0_i32; 8];
    let mut count = 0_u32;
    features(text, |row| {
        let at = HEADER + row * COLUMNS;
        if let Some(weights) = WEIGHTS.get(at..).and_then(<[u8]>::first_chunk::<8>) {
            for (sum, weight) in sums.iter_mut().zip(weights) {
                *sum += i32::from(weight.cast_signed());
            }
        }
        count += 1;
    });
    if count == 0 {
        return None;
    }
    let unit = f64::from_le_bytes(*WEIGHTS.first_chunk::<HEADER>()?);
    let scale = unit / f64::from(count).sqrt();
    let sums = sums.first_chunk::<COLUMNS>()?;
    let (best, most) = sums[..CODES.len()]
        .iter()
        .enumerate()
        .fold((0, i32::MIN), |best, each| if *each.1 > best.1 { (each.0, *each.1) } else { best });
    let total: f64 = sums.iter().map(|sum| exponential(f64::from(sum - most) * scale)).sum();
    Some((best, 1.0 / total))
}

/// e to the power of `x`, near enough, as (1 + x / 2²⁰) multiplied by itself 2²⁰ times: only
/// additions and multiplications, which are the same on every machine, as a library's `exp` is not.
pub fn exponential(x: f64) -> f64 {
    let mut power = 1.0 + x.clamp(-700.0, 700.0) / 1_048_576.0;
    for _ in 0..20 {
        power *= power;
    }
    power
}
