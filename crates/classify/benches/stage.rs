//! What each step of the stage costs on real English comments of 60 words, and the whole of it, beside
//! reading the words alone (scanned, folded, stemmed by the cache), in one run. The texts say their language: telling it is measured with ingest.
//! `cargo bench -p classify --bench stage`

mod support;

use std::hint::black_box;
use std::sync::Arc;

use classify::{Classifier, Engine, Step};
use criterion::measurement::WallTime;
use criterion::{BenchmarkGroup, Criterion, Throughput, criterion_group, criterion_main};
use feedback::{Feedback, Files};
use mimalloc::MiMalloc;
use support::{comments, configured, parsed, texts};

/// What voc allocates with.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn run(
    group: &mut BenchmarkGroup<'_, WallTime>,
    name: &str,
    (engine, texts): (&Arc<Engine>, &[Feedback]),
    step: impl Fn(&mut Classifier, &Feedback),
) {
    let mut classifier = Classifier::new(Arc::clone(engine));
    for text in texts {
        step(&mut classifier, text);
    }
    let mut next = texts.iter().cycle();
    group.bench_function(name, |bencher| {
        bencher.iter(|| step(&mut classifier, next.next().expect("there are texts")));
    });
}

fn until(last: Step) -> impl Fn(&mut Classifier, &Feedback) {
    move |classifier, text| classifier.run_until(text, last)
}

fn stage(criterion: &mut Criterion) {
    let comments = comments();
    let texts = texts(&comments);
    let nothing = parsed(&Files::new());
    let rules = configured(&comments, false);
    let all = configured(&comments, true);
    let mut group = criterion.benchmark_group("60 words");
    group.throughput(Throughput::Elements(1));
    run(&mut group, "words alone", (&nothing, &texts), until(Step::Words));
    run(&mut group, "words and 2,000 rules", (&rules, &texts), until(Step::Rules));
    run(&mut group, "all, up to words", (&all, &texts), until(Step::Words));
    run(&mut group, "all, up to feelings", (&all, &texts), until(Step::Feelings));
    run(&mut group, "all, up to cues", (&all, &texts), until(Step::Cues));
    run(&mut group, "all, up to rules", (&all, &texts), until(Step::Rules));
    run(&mut group, "all", (&all, &texts), |classifier, text| {
        black_box(classifier.classify(text));
    });
    group.finish();
}

criterion_group!(benches, stage);
criterion_main!(benches);
