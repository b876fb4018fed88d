//! Makes language/weights.bin anew from language/train/*.tsv, byte for byte: same texts, same bytes, on
//! any machine (plain additions, multiplications, divisions and square roots; its own chance).
//! `cargo run --release -p ingest --example train_language [-- --check]`; `--check` writes nothing and
//! fails where the file that is there differs.
//!
//! Multinomial logistic regression on hashed features (`ingest::language::features`), each text's
//! features weighted by 1/√n, with adaptive steps (Duchi, Hazan and Singer 2011); then every weight is rounded
//! to one of 255 steps. A tenth of the texts is held out, and only measured on.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use ingest::language::features::{ROWS, features};
use ingest::language::model::{CODES, COLUMNS, PADDING, exponential};

const EPOCHS: usize = 8;
const RATE: f32 = 0.3;
/// How much a text counts without its accents, as people type.
const PLAIN: f32 = 0.5;
/// How much a few words of a text count: two such pieces are taken of each text.
const PIECE: f32 = 0.4;
const PIECES: usize = 2;
/// How much a text of any other language counts.
const OTHER: f32 = 0.7;
/// The share of the weights that need no clipping.
const UNCLIPPED: f64 = 0.999;

/// A text's features, its language, and how much it counts.
struct Example {
    rows: Vec<usize>,
    column: usize,
    weight: f32,
}

/// Xorshift (Marsaglia 2003): chance that is the same each time.
struct Chance(u64);

impl Chance {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % bound.max(1) as u64).unwrap_or_default()
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("language");
    let mut out = std::io::stdout().lock();
    let (train, held_out) = texts(&folder.join("train"))?;
    let mut chance = Chance(88_172_645_463_325_252);
    let examples = examples(&train, &mut chance);
    let weights = fit(&examples, &mut chance);
    let (step, steps) = rounded(&weights);
    let right = held_out.iter().filter(|(column, text)| is_right(&weights, *column, text)).count();
    writeln!(
        out,
        "{} texts, {} examples; {right} of {} held out are right",
        train.len(),
        examples.len(),
        held_out.len()
    )?;
    let bytes: Vec<u8> = f64::from(step)
        .to_le_bytes()
        .into_iter()
        .chain(steps.into_iter().map(i8::cast_unsigned))
        .chain([0; PADDING])
        .collect();
    let path = folder.join("weights.bin");
    if std::env::args().any(|argument| argument == "--check") {
        if fs::read(&path)? != bytes {
            return Err("language/weights.bin is not what training gives".into());
        }
    } else {
        fs::write(&path, &bytes)?;
    }
    Ok(())
}

type Texts = Vec<(usize, String)>;

/// The texts of all files in the order of their names, with the column of their language: those to
/// learn from, and those held out.
fn texts(folder: &Path) -> Result<(Texts, Texts), Box<dyn std::error::Error>> {
    let mut paths: Vec<PathBuf> =
        fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<std::io::Result<_>>()?;
    paths.sort();
    let (mut train, mut held_out) = (Vec::new(), Vec::new());
    for path in paths.iter().filter(|path| path.extension().is_some_and(|end| end == "tsv")) {
        for line in fs::read_to_string(path)?.lines() {
            let (code, text) = line.split_once('\t').ok_or("a line is a code, a tab, a text")?;
            let column = CODES.iter().position(|known| *known == code).unwrap_or(CODES.len());
            let into = if checksum(text).is_multiple_of(10) { &mut held_out } else { &mut train };
            into.push((column, text.to_owned()));
        }
    }
    Ok((train, held_out))
}

/// FNV-1a, without the low bits.
fn checksum(text: &str) -> u64 {
    let mixed = text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash: u64, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3)
    });
    mixed >> 20
}

/// Each text as it is, without its accents, and a few of its words.
fn examples(train: &[(usize, String)], chance: &mut Chance) -> Vec<Example> {
    let mut examples = Vec::new();
    for (column, text) in train {
        let weight = if *column == CODES.len() { OTHER } else { 1.0 };
        let mut add = |text: &str, share: f32| {
            let mut rows = Vec::new();
            features(text, |row| rows.push(row));
            if !rows.is_empty() {
                examples.push(Example { rows, column: *column, weight: weight * share });
            }
        };
        add(text, 1.0);
        let plain = plain(text);
        if plain != *text {
            add(&plain, PLAIN);
        }
        let words: Vec<&str> = text.split(' ').collect();
        let pieces = if words.len() < 4 { 0 } else { PIECES };
        for _ in 0..pieces {
            let length = 1 + chance.below(3) + chance.below(2);
            let start = chance.below(words.len().saturating_sub(length) + 1);
            let end = (start + length).min(words.len());
            let piece = words[start..end].join(" ");
            if piece.chars().filter(|each| each.is_alphabetic()).count() >= 4 {
                add(&piece, PIECE);
            }
        }
    }
    examples
}

/// Without the accents of the five languages.
fn plain(text: &str) -> String {
    let letter = |letter: char| match letter {
        'á' | 'à' | 'â' | 'ä' => 'a',
        'é' | 'è' | 'ê' | 'ë' => 'e',
        'í' | 'ì' | 'î' | 'ï' => 'i',
        'ó' | 'ò' | 'ô' | 'ö' => 'o',
        'ú' | 'ù' | 'û' | 'ü' => 'u',
        'ñ' => 'n',
        'ç' => 'c',
        'É' | 'È' | 'Ê' => 'E',
        'À' | 'Ä' => 'A',
        'Ö' => 'O',
        'Ü' => 'U',
        other => other,
    };
    text.chars().map(letter).collect()
}

/// The weights, row by row.
fn fit(examples: &[Example], chance: &mut Chance) -> Vec<f32> {
    let size = ROWS * COLUMNS;
    let mut weights = vec![0.0_f32; size];
    let mut squares = vec![1e-6_f32; size];
    let mut order: Vec<usize> = (0..examples.len()).collect();
    for _ in 0..EPOCHS {
        for last in (1..order.len()).rev() {
            order.swap(last, chance.below(last + 1));
        }
        for example in order.iter().map(|index| &examples[*index]) {
            let (mut slopes, scale) = probabilities(&weights, &example.rows);
            slopes[example.column] -= 1.0;
            if slopes[example.column] > -1e-5 {
                continue;
            }
            for row in &example.rows {
                for (column, slope) in slopes.iter().enumerate() {
                    let at = row * COLUMNS + column;
                    let slope = slope * scale * example.weight;
                    squares[at] += slope * slope;
                    weights[at] -= RATE * slope / squares[at].sqrt();
                }
            }
        }
    }
    weights
}

/// How likely each column is, and 1/√n.
#[expect(clippy::cast_possible_truncation, reason = "a probability has few digits that matter")]
#[expect(clippy::cast_precision_loss, reason = "a text has far fewer than 2^23 features")]
fn probabilities(weights: &[f32], rows: &[usize]) -> ([f32; COLUMNS], f32) {
    let mut sums = [0.0_f32; COLUMNS];
    for row in rows {
        for (sum, weight) in sums.iter_mut().zip(&weights[row * COLUMNS..]) {
            *sum += weight;
        }
    }
    let scale = 1.0 / (rows.len() as f32).sqrt();
    let most = sums.iter().copied().fold(f32::MIN, f32::max);
    let powers = sums.map(|sum| exponential(f64::from((sum - most) * scale)) as f32);
    let total: f32 = powers.iter().sum();
    (powers.map(|power| power / total), scale)
}

fn is_right(weights: &[f32], column: usize, text: &str) -> bool {
    let mut rows = Vec::new();
    features(text, |row| rows.push(row));
    let (likely, _) = probabilities(weights, &rows);
    likely.iter().all(|each| *each <= likely[column])
}

/// Each weight as a number of steps, −127 to 127, and how much a step is.
#[expect(clippy::cast_possible_truncation, reason = "clamped to what an i8 holds")]
#[expect(clippy::cast_precision_loss, clippy::cast_sign_loss, reason = "an index of a list")]
fn rounded(weights: &[f32]) -> (f32, Vec<i8>) {
    let mut sizes: Vec<f32> =
        weights.iter().map(|each| each.abs()).filter(|each| *each > 0.0).collect();
    sizes.sort_by(f32::total_cmp);
    let largest = sizes.get((sizes.len() as f64 * UNCLIPPED) as usize).copied().unwrap_or(1.0);
    let step = largest / 127.0;
    let steps = weights.iter().map(|each| (each / step).round().clamp(-127.0, 127.0) as i8);
    (step, steps.collect())
}
