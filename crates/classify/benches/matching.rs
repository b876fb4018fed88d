//! How long it takes to classify a text of 60 words, with 200, 2,000 and 20,000 rules: the cost must
//! hardly grow with their number. Synthetic words of a Zipf distribution; the same texts for all.
//! Run with `cargo bench -p classify`.

use std::fmt::Write;
use std::hint::black_box;
use std::sync::Arc;

use classify::{Classifier, Engine};
use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use feedback::{Feedback, FeedbackId, Files, Given, Text};

/// How many different words there are.
const WORDS: u64 = 20_000;
/// How many texts are classified in turn.
const TEXTS: usize = 500;

/// Numbers that look random and are the same each time (Knuth's MMIX generator).
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: u64) -> u64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % end
    }

    /// A word's rank: the r-th word is about r times rarer than the first.
    fn rank(&mut self) -> u64 {
        let room = self.below(WORDS) + 1;
        self.below(room)
    }
}

/// The word of a rank: short ranks make short words.
fn word(rank: u64) -> String {
    const SYLLABLES: [&str; 16] = [
        "ba", "ce", "di", "fo", "gu", "ha", "je", "ki", "lo", "mu", "na", "pe", "ri", "so", "tu",
        "va",
    ];
    let mut word = String::new();
    let mut rest = rank + 16;
    while rest > 0 {
        word.push_str(SYLLABLES[usize::try_from(rest % 16).unwrap_or(0)]);
        rest /= 16;
    }
    word
}

fn engine(rules: usize) -> Arc<Engine> {
    let mut numbers = Numbers(1);
    let mut taxonomy = String::new();
    for rule in 0..rules {
        let [a, b, c, d] = std::array::from_fn(|_| word(numbers.below(WORDS)));
        write!(
            taxonomy,
            "[[theme]]\nid = \"t.n{rule}\"\nkind = \"problem\"\ndepartment = \"d{}\"\n\
             rule.en = '\"{a} {b}\" OR {c} NEAR/4 {d}'\n",
            rule % 20
        )
        .expect("writing to a String cannot fail");
    }
    let mut files = Files::new();
    files.insert("taxonomy/bench.toml", Given::ByUser, taxonomy);
    Arc::new(Engine::parse(&files, "0").expect("the rules read"))
}

fn texts() -> Vec<Feedback> {
    let mut numbers = Numbers(2);
    let feedback = |index: usize| {
        let mut words = String::new();
        for at in 0..60 {
            words.push_str(&word(numbers.rank()));
            words.push_str(if at % 15 == 14 { ". " } else { " " });
        }
        let id = FeedbackId::of_source_id("bench", &index.to_string());
        let mut feedback = Feedback::new(id, Arc::from("bench"));
        feedback.texts.push(Text::declared(words, "en"));
        feedback
    };
    (0..TEXTS).map(feedback).collect()
}

fn matching(criterion: &mut Criterion) {
    let texts = texts();
    let mut group = criterion.benchmark_group("classify 60 words");
    group.throughput(Throughput::Elements(1));
    for rules in [200, 2_000, 20_000] {
        let mut classifier = Classifier::new(engine(rules));
        let mut next = 0;
        group.bench_function(format!("{rules} rules"), |bencher| {
            bencher.iter_batched(
                || {
                    next = (next + 1) % texts.len();
                    next
                },
                |index| black_box(classifier.classify(&texts[index])),
                BatchSize::SmallInput,
            );
        });
    }
    group.finish();
}

criterion_group!(benches, matching);
criterion_main!(benches);
