//! The suite that every log must pass, on a real broker.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use kafka::{Delivery, KafkaLog, Settings};
use pipeline::contract::{CASES, Subject};

fn run(delivery: Delivery) -> Result<(), String> {
    #[expect(clippy::disallowed_methods, reason = "the broker's address comes from ./test")]
    let brokers = std::env::var("VOC_TEST_KAFKA").map_err(|_| "VOC_TEST_KAFKA is not set")?;
    #[expect(clippy::disallowed_methods, reason = "names must differ from those of earlier runs")]
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let log = KafkaLog::new(Settings { delivery, ..Settings::new(brokers) });
    let subject = Subject {
        log: &log,
        run: format!("contract-{}", now.as_nanos()),
        patience: Duration::from_mins(1),
        atomic: delivery == Delivery::ExactlyOnce,
    };
    let mut failed = Vec::new();
    for (name, case) in CASES {
        let began = Instant::now();
        let result = case(&subject);
        println!("{name}: {:.1} s", began.elapsed().as_secs_f64());
        failed.extend(result.err().map(|failure| format!("{name}: {failure}")));
    }
    if failed.is_empty() { Ok(()) } else { Err(failed.join("\n")) }
}

#[test]
#[ignore = "needs a broker: ./test runs it"]
fn kafka_keeps_the_contract_exactly_once() -> Result<(), String> {
    run(Delivery::ExactlyOnce)
}

#[test]
#[ignore = "needs a broker: ./test runs it"]
fn kafka_keeps_the_contract_at_least_once() -> Result<(), String> {
    run(Delivery::AtLeastOnce)
}
