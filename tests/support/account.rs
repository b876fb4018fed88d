//! The account of what went in and what came out, read from the log itself and drawn up without any
//! of voc's own ledger: origins of the input against origins of the outputs, and order by key.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use feedback::{Origin, Record};
use pipeline::{Fault, Log, Range, TopicDescription, read_to_end};
use serde_json::Value;

use super::place::Place;

const READ_RECORDS: usize = 10_000;
const READ_WAIT: Duration = Duration::from_millis(100);

/// Every committed record of these topics; those of one partition in order.
pub(crate) fn read(log: &dyn Log, topics: &[String]) -> Vec<Record> {
    let described = log.describe_settled(topics).unwrap();
    let ranges = described.iter().flat_map(TopicDescription::ranges).collect();
    let mut records = Vec::new();
    read_to_end(log, ranges, |record| {
        records.push(record);
        Ok::<(), Fault>(())
    })
    .unwrap();
    records
}

/// A header that must be there.
pub(crate) fn header<'a>(record: &'a Record, name: &str) -> &'a str {
    let found = record.header(name);
    found.unwrap_or_else(|| panic!("{} has no header {name}", record.origin))
}

/// The value as JSON.
pub(crate) fn json(record: &Record) -> Value {
    serde_json::from_slice(record.value.as_deref().unwrap()).unwrap()
}

/// What was found wrong: all zero is right.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Account {
    pub(crate) lost: usize,
    pub(crate) double: usize,
    pub(crate) foreign: usize,
    /// Seen for the first time after a later one of its key.
    pub(crate) out_of_order: usize,
    /// Repeats that do not go on, one after the other, up to where they began: what a rewind writes
    /// again is a whole stretch.
    pub(crate) torn: usize,
}

/// How often each origin is there, by origin.
type Counts = BTreeMap<String, usize>;

impl Account {
    /// Draws up the account of a place whose group has read everything.
    pub(crate) fn of(place: &Place) -> Self {
        let log = place.log();
        let input = read(&*log, &[place.topic("raw")]);
        let all = |kind: &str| read(&*log, &place.topics(&*log, kind));
        let (classified, dead) = (all("classified"), all("dead"));
        let routed = all("routed");
        let mut account = Self::default();
        let mut fates: Vec<&Record> = classified.iter().collect();
        fates.extend(&dead);
        account.compare(&once(&input), &origins(&fates));
        account.compare(
            &origins(&classified.iter().collect::<Vec<_>>()),
            &origins(&routed.iter().collect::<Vec<_>>()),
        );
        let (wanted_tasks, wanted_kudos) = wanted(&routed);
        account.compare(&wanted_tasks, &ids(&all("tasks")));
        account.compare(&wanted_kudos, &ids(&all("kudos")));
        for topic in [&classified, &dead] {
            account.order(topic);
        }
        let (input, classified, dead) = (input.len(), classified.len(), dead.len());
        println!("{input} in, {classified} classified, {dead} dead: {account:?}");
        account
    }

    /// Each name once is right. (How often it is expected doesn't count: where repeats are allowed,
    /// a record may be on one topic twice and on the next one once.)
    fn compare(&mut self, expected: &Counts, found: &Counts) {
        self.lost += expected.keys().filter(|name| !found.contains_key(*name)).count();
        self.foreign += found.keys().filter(|name| !expected.contains_key(*name)).count();
        self.double += found.values().map(|times| times - 1).sum::<usize>();
    }

    /// Within a partition, the origins of a key only grow, but for stretches written again.
    fn order(&mut self, records: &[Record]) {
        // By key: the origins in the order in which they were first seen, and the place among them
        // of the one seen last.
        let mut keys = BTreeMap::<_, (Vec<Origin>, usize)>::new();
        for record in records {
            let place = (Arc::clone(&record.origin.topic), record.origin.partition, &record.key);
            let origin = Origin::parse(header(record, "voc-origin")).unwrap();
            let (seen, last) = keys.entry(place).or_default();
            let is_later = seen.last() < Some(&origin);
            let at = if is_later {
                seen.len()
            } else {
                seen.iter().rposition(|before| *before == origin).unwrap_or(seen.len())
            };
            self.torn += usize::from(!seen.is_empty() && at > *last + 1);
            self.out_of_order += usize::from(at == seen.len() && !is_later);
            if at == seen.len() {
                seen.push(origin);
            }
            *last = at;
        }
    }

    /// Nothing is wrong.
    #[track_caller]
    pub(crate) fn holds(&self) {
        assert_eq!(*self, Self::default());
    }
}

fn once(input: &[Record]) -> Counts {
    input.iter().map(|record| (record.origin.to_string(), 1)).collect()
}

fn origins(records: &[&Record]) -> Counts {
    count(records.iter().map(|record| header(record, "voc-origin").to_owned()))
}

fn count(names: impl Iterator<Item = String>) -> Counts {
    let mut counts = Counts::new();
    for name in names {
        *counts.entry(name).or_default() += 1;
    }
    counts
}

/// The tasks and the kudos that routed records call for, by origin and id.
fn wanted(routed: &[Record]) -> (Counts, Counts) {
    let (mut tasks, mut kudos) = (Vec::new(), Vec::new());
    for record in routed {
        let origin = header(record, "voc-origin");
        let routing = &json(record)["routing"];
        let id = |id: &Value| Some(format!("{origin} {}", id.as_str()?));
        let list = |name: &str| routing[name].as_array().unwrap().clone();
        tasks.extend(id(&routing["task"]["id"]));
        tasks.extend(list("contributors").iter().filter_map(|other| id(&other["task_id"])));
        kudos.extend(list("kudos").iter().filter_map(|kudos| id(&kudos["id"])));
    }
    (count(tasks.into_iter()), count(kudos.into_iter()))
}

fn ids(records: &[Record]) -> Counts {
    count(
        records
            .iter()
            .map(|record| format!("{} {}", header(record, "voc-origin"), header(record, "ce_id"))),
    )
}

/// A read-committed reader that goes on beside the workers: what it saw must be what is there in
/// the end, or something was seen that was never committed.
#[derive(Debug)]
pub(crate) struct Witness {
    seen: Arc<AtomicUsize>,
    stop: Arc<AtomicBool>,
    thread: JoinHandle<Vec<(Origin, String)>>,
    topics: Vec<String>,
}

impl Witness {
    /// Begins to read the place's topics with fates.
    pub(crate) fn start(place: &Place) -> Self {
        let log = place.log();
        let topics = vec![place.topic("classified"), place.topic("dead")];
        let described = log.describe(&topics).unwrap();
        let endless = |range| Range { to: None, ..range };
        let ranges = described.iter().flat_map(TopicDescription::ranges).map(endless).collect();
        let mut reader = log.reader(ranges).unwrap();
        let (seen, stop) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicBool::new(false)));
        let (count, end) = (Arc::clone(&seen), Arc::clone(&stop));
        let thread = thread::spawn(move || {
            let mut found = Vec::new();
            let mut records = Vec::new();
            loop {
                let last = end.load(Ordering::SeqCst);
                match reader.read(&mut records, READ_RECORDS, READ_WAIT) {
                    // A loaded machine: it goes on. Whoever waits for it has a bound.
                    Ok(_) | Err(Fault::Unreachable { .. }) => {}
                    Err(fault) => panic!("the witness can't read: {fault}"),
                }
                if last && records.is_empty() {
                    return found;
                }
                for record in records.drain(..) {
                    found.push((record.origin.clone(), header(&record, "voc-origin").to_owned()));
                }
                count.store(found.len(), Ordering::SeqCst);
            }
        });
        Self { seen, stop, thread, topics }
    }

    /// How many records it has seen.
    pub(crate) fn seen(&self) -> usize {
        self.seen.load(Ordering::SeqCst)
    }

    /// Ends it: all it saw is what the log holds now.
    pub(crate) fn agrees(self, place: &Place) {
        let there: BTreeSet<(Origin, String)> = read(&*place.log(), &self.topics)
            .iter()
            .map(|record| (record.origin.clone(), header(record, "voc-origin").to_owned()))
            .collect();
        super::until("the witness to see all", || (self.seen() >= there.len()).then_some(()));
        self.stop.store(true, Ordering::SeqCst);
        let seen = self.thread.join().unwrap();
        assert_eq!(seen.len(), there.len(), "the concurrent reader saw as many records");
        assert!(seen.into_iter().collect::<BTreeSet<_>>() == there, "and the same ones");
    }
}
