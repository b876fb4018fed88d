//! scratch
use std::sync::Arc;
use std::time::{Duration, Instant};
use bytes::Bytes;
use kafka::*;
use pipeline::*;
fn main() {
    let a: Vec<String> = std::env::args().collect();
    let n: usize = a[2].parse().unwrap();
    let batch_max: usize = a[3].parse().unwrap();
    let mut settings = Settings::new(a[1].clone());
    if a.get(4).map(String::as_str) == Some("alo") { settings.delivery = Delivery::AtLeastOnce; }
    tracing_subscriber::fmt().with_env_filter("info").init();
    let log = KafkaLog::new(settings);
    let t = format!("p{}", std::process::id());
    let req = |s: &str| TopicRequest { name: format!("{t}{s}"), partitions: Some(4), replication: None, retention: None };
    log.create(&[req("in"), req("out")]).unwrap();
    let input: Arc<str> = Arc::from(format!("{t}in")); let output: Arc<str> = Arc::from(format!("{t}out"));
    let body = "x".repeat(380);
    for c in 0..n / 5000 {
        let e: Vec<Output> = (0..5000).map(|i| Output { topic: input.clone(), key: Some(Bytes::from(format!("k{}", (c * 5000 + i) % 977))), value: Some(Bytes::from(format!("{i}{body}"))), headers: vec![], timestamp_ms: Some(1_764_000_000_000) }).collect();
        log.append(&e).unwrap();
    }
    let mut m = log.join(&Membership { group: t.clone(), instance: "i".into(), worker: 0, topics: vec![input.to_string()] }).unwrap();
    let b = BatchBounds { records_max: batch_max, bytes_max: 16 << 20, wait_max: Duration::from_millis(100), linger: Duration::from_millis(20) };
    let mut batch = Batch::default();
    let (mut done, mut tp, mut tc, mut tx, mut to) = (0, Duration::ZERO, Duration::ZERO, 0, Duration::ZERO);
    let mut began: Option<Instant> = None;
    while done < n {
        let s = Instant::now();
        m.poll(&b, &mut batch).unwrap();
        if batch.is_empty() { continue }
        let began = began.get_or_insert(s); let _ = began;
        tp += s.elapsed();
        let s = Instant::now();
        let out: Vec<Output> = batch.records.iter().map(|r| Output { topic: output.clone(), key: r.key.clone().map(Bytes::from), value: r.value.clone().map(Bytes::from), headers: vec![OutputHeader::new("voc-origin", r.origin.to_string())], timestamp_ms: r.timestamp_ms }).collect();
        to += s.elapsed();
        let s = Instant::now();
        if m.commit(&batch, &out).unwrap() == Commit::Committed { done += batch.records.len(); }
        tc += s.elapsed(); tx += 1;
    }
    let d = began.unwrap().elapsed();
    println!("{:.0}/s {tx} batches; poll {tp:?} out {to:?} commit {tc:?} ({:?} each)", n as f64 / d.as_secs_f64(), tc / tx);
    m.leave().unwrap();
}
