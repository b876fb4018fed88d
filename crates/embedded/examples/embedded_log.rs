//! Measures the embedded log: appends, and passing records through a member. Prints numbers only.
//!
//! `cargo run --release -p embedded --example embedded_log -- [FOLDER] [normal|full]`

#![expect(clippy::print_stdout, reason = "a measurement prints its numbers")]

use std::path::PathBuf;
use std::sync::{Arc, LazyLock};
use std::time::{Duration, Instant};

use bytes::Bytes;
use embedded::{Durability, EmbeddedLog, Settings};
use pipeline::{
    Batch, BatchBounds, Commit, Entry, Fault, Log, Membership, Output, OutputHeader, TopicRequest,
};

const RECORDS: usize = 400_000;
const BATCH: usize = 1000;
const RECORD_BYTES: usize = 388;
/// What a record becomes: as many and as large records as voc writes for one.
const OUTPUTS: [(&str, i64, usize); 3] =
    [("feedback.classified", 1, 1600), ("feedback.routed", 14, 2000), ("tasks", 14, 2000)];

fn main() -> Result<(), Fault> {
    let mut arguments = std::env::args().skip(1);
    let folder = arguments.next().map_or_else(std::env::temp_dir, PathBuf::from);
    let durability = match arguments.next().as_deref() {
        Some("full") => Durability::Full,
        _ => Durability::Normal,
    };
    let folder = folder.join(format!("voc-measure-{}", std::process::id()));
    let settings = Settings { durability, ..Settings::new(|| 1_764_000_000_000) };
    let log = EmbeddedLog::open(&folder, settings)?;
    let mut names = vec!["in".to_owned(), "out".to_owned()];
    for (name, topics, _) in OUTPUTS {
        names.extend((0..topics).map(|number| format!("{name}.{number}")));
    }
    let request = |name: &String| TopicRequest {
        name: name.clone(),
        partitions: Some(4),
        replication: None,
        retention: None,
    };
    log.create(&names.iter().map(request).collect::<Vec<_>>())?;
    println!("{durability:?}, {RECORDS} records of {RECORD_BYTES} bytes, batches of {BATCH}");
    append(&log)?;
    pass(&log, "copy of each record", 1, |record, outputs| {
        outputs.push(output("out", record, RECORD_BYTES));
    })?;
    pass(&log, "three larger records for each", 1, write_all)?;
    pass(&log, "three larger records for each, 2 workers", 2, write_all)?;
    let size = std::fs::metadata(folder.join("log.sqlite")).map_or(0, |data| data.len());
    println!("file: {} MiB", size >> 20);
    drop(log);
    if let Err(error) = std::fs::remove_dir_all(&folder) {
        println!("left behind {}: {error}", folder.display());
    }
    Ok(())
}

fn write_all(record: &feedback::Record, outputs: &mut Vec<Output>) {
    for (name, topics, size) in OUTPUTS {
        let number = record.origin.offset % topics;
        outputs.push(output(&format!("{name}.{number}"), record, size));
    }
}

/// A text of that size; they are made once, for their making is not what is measured.
fn text(size: usize, seed: usize) -> Bytes {
    static TEXTS: LazyLock<Vec<Bytes>> =
        LazyLock::new(|| (0..997).map(|seed| make_text(4096, seed)).collect());
    let text = TEXTS.get(seed % TEXTS.len());
    text.map(|text| text.slice(..size.min(text.len()))).unwrap_or_default()
}

fn make_text(size: usize, seed: usize) -> Bytes {
    let words = ["invoice", "waiting", "engineer", "helpful", "twice", "refund", "again", "never"];
    let mut text = String::with_capacity(size + 16);
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    while text.len() < size {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        text.push_str(words.get(state % words.len()).copied().unwrap_or_default());
        text.push_str(&(state % 97).to_string());
        text.push(' ');
    }
    text.truncate(size);
    Bytes::from(text)
}

fn append(log: &EmbeddedLog) -> Result<(), Fault> {
    let entry = |number: usize| Entry {
        topic: Arc::from("in"),
        key: Some(Bytes::from(format!("customer-{}", number % 5000))),
        value: Some(text(RECORD_BYTES, number)),
        headers: Vec::new(),
        timestamp_ms: Some(1_764_000_000_000),
    };
    let entries: Vec<Entry> = (0..RECORDS).map(entry).collect();
    let start = Instant::now();
    for batch in entries.chunks(BATCH) {
        log.append(batch)?;
    }
    print_rate("append", RECORDS, start.elapsed());
    Ok(())
}

fn output(topic: &str, record: &feedback::Record, size: usize) -> Output {
    Output {
        topic: Arc::from(topic),
        key: record.key.clone().map(Bytes::from),
        value: Some(text(size, usize::try_from(record.origin.offset).unwrap_or(0))),
        headers: vec![
            OutputHeader::new("voc-origin", record.origin.to_string()),
            OutputHeader::new("voc-config", &b"0123456789abcdef"[..]),
            OutputHeader::new("ce_id", &b"8d8e9f10-1f4c-5d5e-9f2a-6a1b2c3d4e5f"[..]),
            OutputHeader::new("ce_type", &b"voc.feedback.classified.v1"[..]),
        ],
        timestamp_ms: record.timestamp_ms,
    }
}

fn pass(
    log: &EmbeddedLog,
    what: &str,
    workers: usize,
    process: fn(&feedback::Record, &mut Vec<Output>),
) -> Result<(), Fault> {
    let start = Instant::now();
    let results: Vec<Result<usize, Fault>> = std::thread::scope(|scope| {
        let run = |worker| scope.spawn(move || pass_one(log, what, worker, process));
        let workers: Vec<_> = (0..workers).map(run).collect();
        let join = |worker: std::thread::ScopedJoinHandle<'_, _>| match worker.join() {
            Ok(result) => result,
            Err(_) => Err(Fault::Worker { worker: 0 }),
        };
        workers.into_iter().map(join).collect()
    });
    let records = results.into_iter().sum::<Result<usize, Fault>>()?;
    print_rate(what, records, start.elapsed());
    Ok(())
}

fn pass_one(
    log: &EmbeddedLog,
    what: &str,
    worker: usize,
    process: fn(&feedback::Record, &mut Vec<Output>),
) -> Result<usize, Fault> {
    let membership = Membership {
        group: what.to_owned(),
        instance: "measure".to_owned(),
        worker,
        topics: vec!["in".to_owned()],
    };
    let bounds = BatchBounds {
        records_max: BATCH,
        bytes_max: 8 << 20,
        wait_max: Duration::from_millis(200),
        linger: Duration::ZERO,
    };
    let mut member = log.join(&membership)?;
    let mut batch = Batch::default();
    let mut outputs = Vec::new();
    let mut records = 0;
    loop {
        member.poll(&bounds, &mut batch)?;
        if batch.is_empty() {
            member.leave()?;
            return Ok(records);
        }
        outputs.clear();
        for record in &batch.records {
            process(record, &mut outputs);
        }
        if member.commit(&batch, &outputs)? == Commit::Committed {
            records += batch.records.len();
        }
    }
}

fn print_rate(what: &str, records: usize, elapsed: Duration) {
    let count = u32::try_from(records).unwrap_or(u32::MAX);
    let rate = f64::from(count) / elapsed.as_secs_f64();
    println!("{what}: {records} records in {:.2} s, {rate:.0}/s", elapsed.as_secs_f64());
}
