//! How often classifying allocates, by a counting allocator: nothing per word; what is left goes into
//! the result. Real English texts of 60 words, voc's own configuration and 2,000 rules in all.
//! `cargo bench -p classify --bench allocations`
#![expect(clippy::print_stdout, reason = "a benchmark prints its numbers")]

mod support;

use std::alloc::System;
use std::hint::black_box;

use classify::{Classifier, Step};
use feedback::Feedback;
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};
use support::{comments, configured, texts};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

fn main() {
    let comments = comments();
    let texts = texts(&comments);
    let mut classifier = Classifier::new(configured(&comments, true));
    let steps = [
        ("words", Some(Step::Words)),
        ("feelings", Some(Step::Feelings)),
        ("cues", Some(Step::Cues)),
        ("rules", Some(Step::Rules)),
        ("the whole", None),
    ];
    for (name, last) in steps {
        // Once for caches and buffers to grow.
        pass(&mut classifier, &texts, last);
        let region = Region::new(ALLOCATOR);
        pass(&mut classifier, &texts, last);
        let count = u32::try_from(region.change().allocations).unwrap_or(u32::MAX);
        let texts = u32::try_from(texts.len()).unwrap_or(u32::MAX);
        println!("up to {name}: {:.2} allocations a text", f64::from(count) / f64::from(texts));
    }
}

fn pass(classifier: &mut Classifier, texts: &[Feedback], last: Option<Step>) {
    for text in texts {
        match last {
            Some(last) => classifier.run_until(text, last),
            None => {
                black_box(classifier.classify(text));
            }
        }
    }
}
