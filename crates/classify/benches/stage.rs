//! What each step of the stage costs on real English texts of 60 words, and the whole of it, beside
//! reading the words alone (scanned, folded, stemmed by the cache), in one run. The texts say their
//! language: telling it is measured with ingest. `cargo bench -p classify --bench stage`

mod support;

use std::hint::black_box;

use classify::{Classifier, Step};
use criterion::measurement::WallTime;
use criterion::{BenchmarkGroup, Criterion, Throughput, criterion_group, criterion_main};
use feedback::Feedback;
use support::{Parts, engine, texts};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// All that is shipped, with as many rules more as make 2,000.
const ADDED: usize = 1_700;

fn run(
    group: &mut BenchmarkGroup<'_, WallTime>,
    (name, parts): (&str, Parts),
    texts: &[Feedback],
    step: impl Fn(&mut Classifier, &Feedback),
) {
    let mut classifier = Classifier::new(engine(parts));
    for text in texts {
        step(&mut classifier, text);
    }
    let mut next = texts.iter().cycle();
    group.bench_function(name, |bencher| {
        bencher.iter(|| step(&mut classifier, next.next().expect("there are texts")));
    });
}

fn stage(criterion: &mut Criterion) {
    let texts = texts();
    let mut group = criterion.benchmark_group("60 words");
    group.throughput(Throughput::Elements(1));
    let nothing = Parts { taxonomy: false, lexicons: false, added: 1 };
    let rules = Parts { taxonomy: true, added: ADDED, ..nothing };
    let all = Parts { lexicons: true, ..rules };
    let until = |last: Step| {
        move |classifier: &mut Classifier, text: &Feedback| classifier.run_until(text, last)
    };
    run(&mut group, ("words alone", nothing), &texts, until(Step::Words));
    run(&mut group, ("words and 2,000 rules", rules), &texts, until(Step::Rules));
    run(&mut group, ("all, to words", all), &texts, until(Step::Words));
    run(&mut group, ("all, to feelings", all), &texts, until(Step::Feelings));
    run(&mut group, ("all, to cues", all), &texts, until(Step::Cues));
    run(&mut group, ("all, to rules", all), &texts, until(Step::Rules));
    run(&mut group, ("all", all), &texts, |classifier, text| {
        black_box(classifier.classify(text));
    });
    group.finish();
}

criterion_group!(benches, stage);
criterion_main!(benches);
