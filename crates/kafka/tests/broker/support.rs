//! What the tests on a real broker share: names, brokers of their own, worker processes, and the
//! account of what went in and what came out.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use feedback::Record;
use kafka::{KafkaLog, Settings};
use pipeline::contract::read_topic;
use pipeline::{
    Batch, BatchBounds, Commit, Fault, Log, Member, Membership, Output, OutputHeader,
    TopicPartition, TopicRequest,
};

/// What is wrong, in words.
pub(crate) type Failure = String;

/// Kafka's own transactions test takes batches of this size.
const BATCH: usize = 750;

#[expect(clippy::needless_pass_by_value, reason = "the shape that map_err asks for")]
pub(crate) fn wrong(fault: Fault) -> Failure {
    fault.to_string()
}

#[expect(clippy::disallowed_methods, reason = "./test and the workers' parent speak so")]
pub(crate) fn variable(name: &str) -> Result<String, Failure> {
    std::env::var(name).map_err(|_| format!("{name} is not set"))
}

pub(crate) fn expect(holds: bool, wrong: impl FnOnce() -> String) -> Result<(), Failure> {
    if holds { Ok(()) } else { Err(wrong()) }
}

/// The broker that all tests share.
pub(crate) fn shared_broker() -> Result<String, Failure> {
    variable("VOC_TEST_KAFKA")
}

/// A name that no earlier run had.
#[expect(clippy::disallowed_methods, reason = "names must differ from those of earlier runs")]
pub(crate) fn fresh(name: &str) -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    format!("{name}-{}", now.as_nanos())
}

/// A broker of a test's own, to be killed and stopped.
pub(crate) struct Broker {
    directory: PathBuf,
    pub(crate) address: String,
    pub(crate) sasl: Option<String>,
    pub(crate) proxied: Option<String>,
}

impl Broker {
    pub(crate) fn start(name: &str, arguments: &[&str]) -> Result<Self, Failure> {
        let directory = std::env::temp_dir().join(fresh(name));
        let mut broker = Self { directory, address: String::new(), sasl: None, proxied: None };
        let said = broker.script("start", arguments)?;
        let line = |key: &str| said.lines().find_map(|line| line.strip_prefix(key));
        line("bootstrap=").ok_or("no address")?.clone_into(&mut broker.address);
        broker.sasl = line("sasl=").map(str::to_owned);
        broker.proxied = line("proxied=").map(str::to_owned);
        Ok(broker)
    }

    pub(crate) fn script(&self, command: &str, arguments: &[&str]) -> Result<String, Failure> {
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/kafka/broker");
        let output = Command::new(script)
            .arg(command)
            .arg(&self.directory)
            .args(arguments)
            .stderr(Stdio::inherit())
            .output()
            .map_err(|error| error.to_string())?;
        if !output.status.success() {
            return Err(format!("broker {command}: {}", output.status));
        }
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    }

    pub(crate) fn pid(&self) -> Result<String, Failure> {
        let pid = std::fs::read_to_string(self.directory.join("pid"));
        pid.map(|pid| pid.trim().to_owned()).map_err(|error| error.to_string())
    }
}

impl Drop for Broker {
    fn drop(&mut self) {
        self.script("kill", &[]).ok();
        std::fs::remove_dir_all(&self.directory).ok();
    }
}

/// Sends a signal to a process of ours.
pub(crate) fn signal(name: &str, pid: &str) -> Result<(), Failure> {
    let status = Command::new("kill").arg(format!("-{name}")).arg(pid).status();
    match status {
        Ok(status) if status.success() => Ok(()),
        other => Err(format!("kill -{name} {pid}: {other:?}")),
    }
}

/// For a log on which nothing gets as far as a group.
pub(crate) fn any_membership() -> Membership {
    Membership {
        group: "g".to_owned(),
        instance: "i".to_owned(),
        worker: 0,
        topics: vec!["t".to_owned()],
    }
}

/// One input topic, one output topic, one group.
pub(crate) struct Course {
    pub(crate) settings: Settings,
    pub(crate) log: KafkaLog,
    pub(crate) input: Arc<str>,
    pub(crate) output: Arc<str>,
    pub(crate) group: String,
}

impl Course {
    pub(crate) fn new(name: &str, settings: Settings, partitions: i32) -> Result<Self, Failure> {
        log_to_stderr();
        let name = fresh(name);
        let log = KafkaLog::new(settings.clone());
        let topic = |suffix: &str| Arc::<str>::from(format!("{name}.{suffix}"));
        let (input, output) = (topic("in"), topic("out"));
        let request = |name: &Arc<str>| TopicRequest {
            name: name.to_string(),
            partitions: Some(partitions),
            replication: None,
            retention: None,
        };
        log.create(&[request(&input), request(&output)]).map_err(wrong)?;
        Ok(Self { settings, log, input, output, group: name })
    }

    /// Appends records `from..to`; record n has key `k<n mod 97>`.
    pub(crate) fn feed(&self, from: u32, to: u32) -> Result<(), Failure> {
        let numbers: Vec<u32> = (from..to).collect();
        for chunk in numbers.chunks(5000) {
            let entries: Vec<Output> = chunk
                .iter()
                .map(|number| Output {
                    topic: Arc::clone(&self.input),
                    key: Some(Bytes::from(format!("k{}", number % 97))),
                    value: Some(Bytes::from(format!("{number:0400}"))),
                    headers: Vec::new(),
                    timestamp_ms: Some(1_764_000_000_000 + i64::from(*number)),
                })
                .collect();
            self.log.append(&entries).map_err(wrong)?;
        }
        Ok(())
    }

    pub(crate) fn membership(&self, instance: &str) -> Membership {
        Membership {
            group: self.group.clone(),
            instance: instance.to_owned(),
            worker: 0,
            topics: vec![self.input.to_string()],
        }
    }

    pub(crate) fn join(&self, instance: &str) -> Result<Box<dyn Member>, Failure> {
        self.log.join(&self.membership(instance)).map_err(wrong)
    }

    /// Starts this test binary again as a worker in a process of its own.
    pub(crate) fn spawn(&self, instance: &str) -> Result<Child, Failure> {
        let program = std::env::current_exe().map_err(|error| error.to_string())?;
        Command::new(program)
            .args([
                "--exact",
                "survive::worker_process",
                "--ignored",
                "--nocapture",
                "--test-threads",
                "1",
            ])
            .env("VOC_TEST_WORKER_BROKERS", &self.settings.brokers)
            .env("VOC_TEST_WORKER_GROUP", &self.group)
            .env("VOC_TEST_WORKER_INSTANCE", instance)
            .env("VOC_TEST_WORKER_INPUT", &*self.input)
            .env("VOC_TEST_WORKER_OUTPUT", &*self.output)
            .stdout(Stdio::null())
            .spawn()
            .map_err(|error| error.to_string())
    }

    /// How many records lie between the group's offsets and the input's ends.
    pub(crate) fn left(&self) -> Result<i64, Failure> {
        let topics = [self.input.to_string()];
        let committed = self.log.committed(&self.group, &topics).map_err(wrong)?;
        let described = self.log.describe(&topics).map_err(wrong)?;
        let mut left = 0;
        for bounds in described.iter().flat_map(|topic| &topic.partitions) {
            let partition =
                TopicPartition { topic: Arc::clone(&self.input), partition: bounds.partition };
            left += bounds.latest - committed.get(&partition).copied().unwrap_or(bounds.earliest);
        }
        Ok(left)
    }

    /// Waits until the group has committed everything.
    pub(crate) fn await_end(&self, patience: Duration) -> Result<(), Failure> {
        let deadline = Instant::now() + patience;
        loop {
            let left = self.left();
            if left == Ok(0) {
                return Ok(());
            }
            if Instant::now() > deadline {
                return Err(format!("{left:?} records are left after {patience:?}"));
            }
            std::thread::sleep(Duration::from_millis(100));
        }
    }

    pub(crate) fn read(&self, topic: &Arc<str>) -> Result<Vec<Record>, Failure> {
        read_topic(&self.log, topic).map_err(wrong)
    }

    /// Nothing is lost, nothing is double, and the records of a key are in order.
    pub(crate) fn check(&self, count: u32) -> Result<(), Failure> {
        let input = self.read(&self.input)?;
        if input.len() != count as usize {
            return Err(format!("{} of {count} records are in the input", input.len()));
        }
        check_account(&input, &self.read(&self.output)?)
    }
}

/// Each input's origin is on exactly one output, and numbers of a key only grow.
fn check_account(input: &[Record], output: &[Record]) -> Result<(), Failure> {
    let expected: BTreeSet<String> = input.iter().map(|record| record.origin.to_string()).collect();
    let mut seen = BTreeMap::<&str, u32>::new();
    let mut last = BTreeMap::<(i32, Option<&[u8]>), u32>::new();
    let mut disorder = 0;
    for record in output {
        *seen.entry(record.header("voc-origin").unwrap_or_default()).or_default() += 1;
        let number = String::from_utf8_lossy(record.value.as_deref().unwrap_or_default()).parse();
        let number: u32 = number.map_err(|_| "an output isn't a number")?;
        let key = (record.origin.partition, record.key.as_deref());
        if last.insert(key, number).is_some_and(|before| before >= number) {
            disorder += 1;
        }
    }
    let lost = expected.iter().filter(|origin| !seen.contains_key(origin.as_str())).count();
    let double = seen.values().filter(|count| **count > 1).count();
    let foreign = seen.keys().filter(|origin| !expected.contains(**origin)).count();
    println!("{} in, {} out: {lost} lost, {double} double", input.len(), output.len());
    if (lost, double, foreign, disorder) == (0, 0, 0, 0) {
        return Ok(());
    }
    Err(format!("{lost} lost, {double} double, {foreign} foreign, {disorder} out of order"))
}

/// What a worker does: each record goes to the output topic with its origin.
pub(crate) fn copies(batch: &Batch, output: &Arc<str>) -> Vec<Output> {
    let bytes = |part: &Option<Vec<u8>>| part.clone().map(Bytes::from);
    let copy = |record: &Record| Output {
        topic: Arc::clone(output),
        key: bytes(&record.key),
        value: bytes(&record.value),
        headers: vec![OutputHeader::new("voc-origin", record.origin.to_string())],
        timestamp_ms: record.timestamp_ms,
    };
    batch.records.iter().map(copy).collect()
}

pub(crate) const BOUNDS: BatchBounds = BatchBounds {
    records_max: BATCH,
    bytes_max: 8 << 20,
    wait_max: Duration::from_millis(200),
    linger: Duration::from_millis(20),
};

/// Polls until a batch comes.
pub(crate) fn batch_of(member: &mut dyn Member, patience: Duration) -> Result<Batch, Failure> {
    let deadline = Instant::now() + patience;
    let mut batch = Batch::default();
    while batch.is_empty() && Instant::now() < deadline {
        member.poll(&BOUNDS, &mut batch).map_err(wrong)?;
    }
    if batch.is_empty() { Err(format!("no batch: {:?}", member.readiness())) } else { Ok(batch) }
}

/// One poll and its commit; how many records were committed.
pub(crate) fn work(member: &mut dyn Member, output: &Arc<str>) -> Result<usize, Fault> {
    let mut batch = Batch::default();
    member.poll(&BOUNDS, &mut batch)?;
    if batch.is_empty() {
        return Ok(0);
    }
    match commit(member, &batch, &copies(&batch, output))? {
        Commit::Committed => Ok(batch.records.len()),
        _ => Ok(0),
    }
}

/// Commits until it is known how that ended.
pub(crate) fn commit(
    member: &mut dyn Member,
    batch: &Batch,
    outputs: &[Output],
) -> Result<Commit, Fault> {
    loop {
        match member.commit(batch, outputs)? {
            Commit::Pending => {}
            ended => return Ok(ended),
        }
    }
}

/// What a worker process runs: works until it is killed, or ends with its fault.
pub(crate) fn run_worker() -> Result<(), Failure> {
    let Ok(brokers) = variable("VOC_TEST_WORKER_BROKERS") else { return Ok(()) };
    log_to_stderr();
    let log = KafkaLog::new(Settings::new(brokers));
    let membership = Membership {
        group: variable("VOC_TEST_WORKER_GROUP")?,
        instance: variable("VOC_TEST_WORKER_INSTANCE")?,
        worker: 0,
        topics: vec![variable("VOC_TEST_WORKER_INPUT")?],
    };
    let output = Arc::from(variable("VOC_TEST_WORKER_OUTPUT")?);
    let mut member = log.join(&membership).map_err(wrong)?;
    loop {
        work(member.as_mut(), &output).map_err(wrong)?;
    }
}

/// Shows what the crate logs, where `VOC_TEST_LOG` asks for it.
pub(crate) fn log_to_stderr() {
    if let Ok(filter) = variable("VOC_TEST_LOG") {
        let subscriber = tracing_subscriber::fmt().with_env_filter(filter).with_ansi(false);
        subscriber.with_writer(std::io::stderr).try_init().ok();
    }
}
