//! The sets of origins, filled record by record, and their comparison.

use std::collections::BTreeMap;
use std::sync::Arc;

use feedback::{Origin, Record};

use super::claims::{Claims, Entry};
use super::facts::{Classified, Routed};
use super::offsets::Offsets;
use super::report::{Ledger, Offence, OffenceKind, OutputKind};
use crate::headers::{self, Kind};
use crate::{OutputTopics, TopicPartition};

/// Bits of an origin's number that hold its offset.
pub(super) const OFFSET_BITS: u32 = 44;

/// What is known of one input partition.
#[derive(Debug)]
pub(super) struct Input {
    pub(super) partition: TopicPartition,
    /// The first offset there was when the reading began.
    pub(super) earliest: i64,
    /// The first offset read, or the end where none was.
    pub(super) from: i64,
    pub(super) to: i64,
    pub(super) judged_from: i64,
    pub(super) cut: bool,
    pub(super) there: Offsets,
    pub(super) classified: Offsets,
    pub(super) dead: Offsets,
    pub(super) routed: Offsets,
    /// Classified, but retention may have taken it from its department's topic.
    pub(super) unjudged: Offsets,
}

impl Input {
    /// The origin of one of its records.
    pub(super) fn origin(&self, offset: i64) -> Origin {
        let TopicPartition { topic, partition } = &self.partition;
        Origin { topic: Arc::clone(topic), partition: *partition, offset }
    }
}

/// Timestamps below which a topic may have lost records to retention, for topics that have.
#[derive(Debug, Default)]
struct Horizons {
    by_topic: BTreeMap<String, i64>,
}

impl Horizons {
    /// Whether a topic may have lost a record of that timestamp.
    fn took(&self, topic: &str, timestamp_ms: Option<i64>) -> bool {
        let horizon = self.by_topic.get(topic);
        horizon.is_some_and(|horizon| timestamp_ms.is_none_or(|at| at < *horizon))
    }
}

pub(super) struct Audit<'a> {
    topics: &'a OutputTopics,
    horizons: Horizons,
    offences_max: usize,
    pub(super) inputs: Vec<Input>,
    /// Places in `inputs`, by topic and partition.
    places: BTreeMap<Arc<str>, BTreeMap<i32, usize>>,
    pub(super) claims: Claims,
    /// The numbers of the origins of dead letters, by their code.
    pub(super) dead_by_code: BTreeMap<String, Vec<u64>>,
    /// The feedback id of each classified origin, for repeats.
    pub(super) ids: Vec<[u8; 16]>,
    pub(super) ledger: Ledger,
}

impl<'a> Audit<'a> {
    pub(super) fn new(group: &str, topics: &'a OutputTopics, offences_max: usize) -> Self {
        let ledger = Ledger {
            group: group.to_owned(),
            records: 0,
            classified: 0,
            dead: 0,
            dead_by_code: BTreeMap::new(),
            routed: 0,
            tasks: 0,
            kudos: 0,
            missing: 0,
            double: 0,
            repeated: 0,
            orphans: 0,
            ahead: 0,
            outside: 0,
            unmarked: 0,
            windows: Vec::new(),
            offences: Vec::new(),
        };
        Self {
            topics,
            horizons: Horizons::default(),
            offences_max,
            inputs: Vec::new(),
            places: BTreeMap::new(),
            claims: Claims::default(),
            dead_by_code: BTreeMap::new(),
            ids: Vec::new(),
            ledger,
        }
    }

    /// Retention may have taken records of this topic that are older than `horizon`. It must be told
    /// before any record is read that calls for one of them.
    pub(super) fn set_horizon(&mut self, topic: &str, horizon: Option<i64>) {
        if let Some(horizon) = horizon {
            let known = self.horizons.by_topic.entry(topic.to_owned()).or_insert(horizon);
            *known = horizon.max(*known);
        }
    }

    /// Adds an input partition: what is there of it, and how far it is committed.
    pub(super) fn add_input(&mut self, partition: TopicPartition, from: i64, to: i64, cut: bool) {
        let offsets = || Offsets::new(from, to);
        let place = self.inputs.len();
        let by_number = self.places.entry(Arc::clone(&partition.topic)).or_default();
        by_number.insert(partition.partition, place);
        self.inputs.push(Input {
            partition,
            earliest: from,
            from: to,
            to,
            judged_from: from,
            cut,
            there: offsets(),
            classified: offsets(),
            dead: offsets(),
            routed: offsets(),
            unjudged: offsets(),
        });
    }

    /// An input record; they come after all outputs.
    pub(super) fn input(&mut self, record: &Record) {
        let (topics, horizons) = (self.topics, &self.horizons);
        let took = horizons.took(topics.classified(), record.timestamp_ms)
            || horizons.took(topics.dead(), record.timestamp_ms);
        let Some(place) = self.place(&record.origin) else { return };
        let Some(input) = self.inputs.get_mut(place) else { return };
        let offset = record.origin.offset;
        input.from = input.from.min(offset);
        input.there.insert(offset);
        if took {
            input.judged_from = offset + 1;
            input.cut = true;
        }
    }

    /// A record of one of our topics.
    pub(super) fn output(&mut self, record: &Record) {
        let Some(origin) = record.header(headers::ORIGIN).and_then(Origin::parse) else {
            self.ledger.unmarked += 1;
            return;
        };
        let Some(place) = self.place(&origin) else {
            // An input topic nothing of which is committed has no place: its outputs are ahead.
            if self.places.contains_key(&origin.topic) {
                self.ledger.ahead += 1;
            } else {
                self.ledger.unmarked += 1;
            }
            return;
        };
        let Some(input) = self.inputs.get(place) else { return };
        if origin.offset >= input.to {
            self.ledger.ahead += 1;
        } else if origin.offset < input.earliest {
            self.ledger.outside += 1;
        } else {
            self.place_output(record, &origin, place);
        }
    }

    fn place_output(&mut self, record: &Record, origin: &Origin, place: usize) {
        if let Some(code) = record.header(headers::ERROR_CODE) {
            return self.dead(code, origin, place);
        }
        let kind = record.header(headers::TYPE).and_then(Kind::from_event_type);
        let id = record.header(headers::ID);
        match (kind, id) {
            (Some(Kind::Classified), Some(id)) => self.classified(record, id, origin, place),
            (Some(Kind::Routed), Some(_)) => self.routed(record, origin, place),
            (Some(kind @ (Kind::Task | Kind::Kudos)), Some(id)) => {
                let entry = if kind == Kind::Task { Entry::Task } else { Entry::Kudos };
                self.claims.add(number(place, origin.offset), &record.origin.topic, id, entry);
            }
            _ => self.ledger.unmarked += 1,
        }
    }

    fn dead(&mut self, code: &str, origin: &Origin, place: usize) {
        let is_first =
            self.inputs.get_mut(place).is_some_and(|input| input.dead.insert(origin.offset));
        if !is_first {
            return self.double(OutputKind::Dead, origin);
        }
        let number = number(place, origin.offset);
        match self.dead_by_code.get_mut(code) {
            Some(numbers) => numbers.push(number),
            None => drop(self.dead_by_code.insert(code.to_owned(), vec![number])),
        }
    }

    fn classified(&mut self, record: &Record, id: &str, origin: &Origin, place: usize) {
        let Some(input) = self.inputs.get_mut(place) else { return };
        if !input.classified.insert(origin.offset) {
            return self.double(OutputKind::Classified, origin);
        }
        self.ids.push(id_bytes(id));
        if self.horizons.by_topic.is_empty() {
            return;
        }
        let value = record.value.as_deref().unwrap_or_default();
        let taken = serde_json::from_slice(value).is_ok_and(|classified: Classified| {
            let topic = self.topics.routed_name(&classified.classification.department);
            self.horizons.took(&topic, record.timestamp_ms)
        });
        if taken {
            input.unjudged.insert(origin.offset);
        }
    }

    fn routed(&mut self, record: &Record, origin: &Origin, place: usize) {
        let Some(input) = self.inputs.get_mut(place) else { return };
        if !input.routed.insert(origin.offset) {
            return self.double(OutputKind::Routed, origin);
        }
        let value = record.value.as_deref().unwrap_or_default();
        let Ok(Routed { routing }) = serde_json::from_slice(value) else {
            return self.missing(OutputKind::Work, origin);
        };
        if *record.origin.topic != *self.topics.routed_name(&routing.department) {
            self.missing(OutputKind::Routed, origin);
        }
        let own = routing.task.map(|task| (self.topics.tasks_name(&routing.team), task.id));
        let others = routing.contributors.into_iter().filter_map(|contributor| {
            Some((self.topics.tasks_name(&contributor.team), contributor.task_id?))
        });
        let kudos =
            routing.kudos.into_iter().map(|kudos| (self.topics.kudos_name(&kudos.team), kudos.id));
        for (topic, id) in own.into_iter().chain(others).chain(kudos) {
            let taken = self.horizons.took(&topic, record.timestamp_ms);
            let entry = if taken { Entry::MayBeGone } else { Entry::Called };
            self.claims.add(number(place, origin.offset), &topic, &id, entry);
        }
    }

    fn place(&self, origin: &Origin) -> Option<usize> {
        self.places.get(&origin.topic)?.get(&origin.partition).copied()
    }

    pub(super) fn missing(&mut self, output: OutputKind, origin: &Origin) {
        self.ledger.missing += 1;
        self.offend(OffenceKind::Missing, output, origin);
    }

    pub(super) fn double(&mut self, output: OutputKind, origin: &Origin) {
        self.ledger.double += 1;
        self.offend(OffenceKind::Double, output, origin);
    }

    pub(super) fn offend(&mut self, kind: OffenceKind, output: OutputKind, origin: &Origin) {
        let same = self.ledger.offences.iter().filter(|offence| offence.kind == kind).count();
        if same < self.offences_max {
            let origin = origin.to_string();
            self.ledger.offences.push(Offence { kind, output, origin });
        }
    }
}

/// An origin's number: the place of its partition, and its offset.
pub(super) fn number(place: usize, offset: i64) -> u64 {
    let place = u64::try_from(place).unwrap_or(0);
    place << OFFSET_BITS | offset.cast_unsigned() & ((1 << OFFSET_BITS) - 1)
}

/// An id of 36 characters in 16 bytes. What isn't a UUID is ours no more than a repeat is certain:
/// then its first bytes must do.
fn id_bytes(id: &str) -> [u8; 16] {
    let mut bytes = [0; 16];
    let digits = id.bytes().filter(|byte| *byte != b'-').map(|byte| match byte {
        b'0'..=b'9' => byte - b'0',
        _ => (byte | 0x20).wrapping_sub(b'a').wrapping_add(10),
    });
    for (place, digit) in digits.take(32).enumerate() {
        if let Some(byte) = bytes.get_mut(place / 2) {
            *byte = *byte << 4 | digit & 15;
        }
    }
    bytes
}
