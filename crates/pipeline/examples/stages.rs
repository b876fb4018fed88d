//! Measures the stages and what writes their results: microseconds per record on one thread, and
//! records per second through all stages on the embedded log. Prints numbers only.
//!
//! ```text
//! voc generate --count 20000 > /tmp/records.jsonl
//! cargo run --release -p pipeline --example stages -- config /tmp/records.jsonl [FOLDER]
//! ```

#![expect(clippy::print_stdout, reason = "a measurement prints its numbers")]

use std::collections::BTreeMap;
use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use bytes::Bytes;
use classify::{Classifier, Engine};
use embedded::{EmbeddedLog, Settings};
use feedback::{Files, Given, Origin, Record, wire};
use ingest::{Ingest, Limits};
use pipeline::ledger::{VerifyRequest, verify};
use pipeline::{
    BatchBounds, Board, DeadLetterLimit, Entry, Log, Output, OutputTopics, Process, Processing,
    Processor, Stop, TopicRequest, TopicTemplates, WorkerSettings, run,
};
use route::{Router, ThemeTraits};

const ROUNDS: usize = 5;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1).map(PathBuf::from);
    let (Some(config), Some(records)) = (arguments.next(), arguments.next()) else {
        return Err("two arguments: the folder of the configuration, a file of JSON lines".into());
    };
    let folder = arguments.next().unwrap_or_else(std::env::temp_dir);
    let processing = processing(&config)?;
    let text = fs::read(records)?;
    let lines = || text.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
    let records: Vec<Record> = (0..).zip(lines()).map(record).collect();
    let bytes: usize = lines().map(<[u8]>::len).sum();
    println!("{} records of {} bytes on average", records.len(), bytes / records.len().max(1));
    stages(&processing, &records);
    whole(&processing, &records);
    for workers in [1, 2] {
        all_stages(&processing, &records, &folder, workers)?;
    }
    Ok(())
}

fn record((number, line): (i64, &[u8])) -> Record {
    Record {
        origin: Origin { topic: Arc::from("feedback.raw"), partition: 0, offset: number },
        timestamp_ms: Some(1_764_000_000_000),
        key: Some(format!("customer-{}", number % 5000).into_bytes()),
        value: Some(line.to_vec()),
        headers: Vec::new(),
    }
}

fn processing(config: &Path) -> Result<Processing, Box<dyn Error>> {
    let mut files = Files::new();
    let mut folders = vec![config.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "toml") {
                let text = fs::read_to_string(&path)?;
                let name = path.strip_prefix(config)?.to_string_lossy().into_owned();
                files.insert(name, Given::ByUser, text);
            }
        }
    }
    let problems = |problems: Vec<feedback::Problem>| format!("{problems:?}");
    let ingest = Ingest::parse(&files, Limits::default()).map_err(problems)?;
    let engine = Engine::parse(&files, "0123456789abcdef").map_err(problems)?;
    let fallback = &engine.departments().fallback().id;
    let traits = |theme: &classify::Theme| {
        let department = theme.department.as_ref().unwrap_or(fallback).clone();
        let praise = theme.kind == classify::Kind::Praise;
        (
            theme.id.clone(),
            ThemeTraits { department, severity: theme.severity, praise, formerly: Vec::new() },
        )
    };
    let themes: BTreeMap<_, _> = engine.themes().iter().map(traits).collect();
    let router = Router::parse(&files, engine.departments(), themes).map_err(problems)?;
    let topics = OutputTopics::new(&TopicTemplates::default(), engine.departments());
    Ok(Processing {
        ingest: Arc::new(ingest),
        engine: Arc::new(engine),
        router: Arc::new(router),
        topics: Arc::new(topics),
        configuration_hash: "0123456789abcdef".to_owned(),
        output_bytes_max: 8 << 20,
    })
}

/// What this thread has used of a processor so far: on a busy machine the clock on the wall tells
/// little. (Linux: nanoseconds, the first number of schedstat.)
fn processor_time() -> Duration {
    let schedstat = fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let used = schedstat.split(' ').next().and_then(|used| used.parse().ok());
    Duration::from_nanos(used.unwrap_or_default())
}

/// The best of some rounds, in microseconds of a processor per record.
fn best(count: usize, mut round: impl FnMut()) -> f64 {
    let mut best = Duration::MAX;
    for _ in 0..ROUNDS {
        let start = processor_time();
        round();
        best = best.min(processor_time().saturating_sub(start));
    }
    best.as_secs_f64() * 1e6 / f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}

fn stages(processing: &Processing, records: &[Record]) {
    let ingest = &processing.ingest;
    let ingested: Vec<_> = records.iter().filter_map(|record| ingest.read(record).ok()).collect();
    println!(
        "ingest: {:.2} us",
        best(records.len(), || {
            for record in records {
                std::hint::black_box(ingest.read(record).is_ok());
            }
        })
    );
    let mut classifier = Classifier::new(Arc::clone(&processing.engine));
    println!(
        "classify: {:.2} us",
        best(ingested.len(), || {
            for feedback in &ingested {
                std::hint::black_box(classifier.classify(feedback));
            }
        })
    );
    let classified: Vec<_> =
        ingested.iter().map(|feedback| (feedback, classifier.classify(feedback))).collect();
    println!(
        "route: {:.2} us",
        best(classified.len(), || {
            for (feedback, classification) in &classified {
                std::hint::black_box(processing.router.route(feedback, classification));
            }
        })
    );
    let mut size = 0;
    println!(
        "serialise: {:.2} us",
        best(classified.len(), || {
            for (feedback, classification) in &classified {
                let json = wire::classified(feedback, classification).unwrap_or_default();
                size = size.max(json.len());
                std::hint::black_box(json);
            }
        })
    );
    println!("largest classified: {size} bytes");
}

fn whole(processing: &Processing, records: &[Record]) {
    let mut processor = processing.processor();
    let mut outputs: Vec<Output> = Vec::new();
    let mut totals = (0, 0);
    let time = best(records.len(), || {
        totals = (0, 0);
        for batch in records.chunks(1000) {
            outputs.clear();
            for record in batch {
                processor.process(record, &mut outputs);
            }
            totals.0 += outputs.len();
            totals.1 += outputs.iter().map(Output::bytes).sum::<usize>();
        }
    });
    let (count, bytes) = totals;
    println!("process, all of it: {time:.2} us ({count} outputs, {} MiB)", bytes >> 20);
}

/// Stops once every record was settled.
struct Counted<'a> {
    processor: Processor,
    used: &'a AtomicU64,
    used_before: u64,
    pending: usize,
    settled: &'a AtomicUsize,
    enough: usize,
    stop: Stop,
}

impl Process for Counted<'_> {
    fn process(&mut self, record: &Record, outputs: &mut Vec<Output>) -> pipeline::Fate {
        self.pending += 1;
        self.processor.process(record, outputs)
    }

    fn settle(&mut self, committed: bool) {
        self.processor.settle(committed);
        let used = u64::try_from(processor_time().as_nanos()).unwrap_or(u64::MAX);
        self.used
            .fetch_add(used - std::mem::replace(&mut self.used_before, used), Ordering::AcqRel);
        let pending = std::mem::take(&mut self.pending);
        if committed && self.settled.fetch_add(pending, Ordering::AcqRel) + pending >= self.enough {
            self.stop.tell();
        }
    }
}

fn all_stages(
    processing: &Processing,
    records: &[Record],
    folder: &Path,
    workers: usize,
) -> Result<(), Box<dyn Error>> {
    let folder = folder.join(format!("voc-measure-{}", std::process::id()));
    let log = EmbeddedLog::open(&folder, Settings::new(|| 1_764_000_000_000))?;
    let request = |name: &str| TopicRequest {
        name: name.to_owned(),
        partitions: Some(4),
        replication: None,
        retention: None,
    };
    log.create(&processing.topics.all().chain(["feedback.raw"]).map(request).collect::<Vec<_>>())?;
    for batch in records.chunks(1000) {
        let entry = |record: &Record| Entry {
            topic: Arc::clone(&record.origin.topic),
            key: record.key.clone().map(Bytes::from),
            value: record.value.clone().map(Bytes::from),
            headers: Vec::new(),
            timestamp_ms: record.timestamp_ms,
        };
        log.append(&batch.iter().map(entry).collect::<Vec<_>>())?;
    }
    let bounds = BatchBounds {
        records_max: 1000,
        bytes_max: 8 << 20,
        wait_max: Duration::from_millis(100),
        linger: Duration::ZERO,
    };
    let inputs = vec!["feedback.raw".to_owned()];
    let settings = WorkerSettings {
        group: "voc".to_owned(),
        instance: "measure".to_owned(),
        topics: inputs.clone(),
        workers,
        bounds,
        dead_letters: DeadLetterLimit::default(),
        stop_grace: Duration::ZERO,
    };
    let (board, stop, settled) = (Board::new(workers), Stop::default(), AtomicUsize::new(0));
    let used = AtomicU64::new(0);
    let counted = |_| Counted {
        processor: processing.processor(),
        used: &used,
        used_before: 0,
        pending: 0,
        settled: &settled,
        enough: records.len(),
        stop: stop.clone(),
    };
    let start = Instant::now();
    run(&log, &settings, &counted, &board, &stop)?;
    let seconds = start.elapsed().as_secs_f64();
    let rate = f64::from(u32::try_from(records.len())?) / seconds;
    let used = Duration::from_nanos(used.into_inner()).as_secs_f64();
    let each = used * 1e6 / f64::from(u32::try_from(records.len())?);
    println!(
        "all stages on the embedded log, {workers} workers: {rate:.0} records/s, {each:.1} us of a \
         processor each"
    );
    draw_up(&log, &inputs, processing)?;
    drop(log);
    fs::remove_dir_all(folder)?;
    Ok(())
}

fn draw_up(
    log: &EmbeddedLog,
    inputs: &[String],
    processing: &Processing,
) -> Result<(), Box<dyn Error>> {
    let request =
        VerifyRequest { group: "voc", inputs, outputs: &processing.topics, offences_max: 3 };
    let start = Instant::now();
    let ledger = verify(log, &request, &mut |_| {})?;
    println!(
        "verify: {} records, missing {}, double {}, {:.2} s",
        ledger.records,
        ledger.missing,
        ledger.double,
        start.elapsed().as_secs_f64()
    );
    Ok(())
}
