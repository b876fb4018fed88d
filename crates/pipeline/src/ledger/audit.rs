//! The sets of origins, filled record by record, and their comparison.

use std::collections::BTreeMap;
use std::sync::Arc;

use feedback::{Origin, Record};

use super::claims::{Claims, Entry, Wrong};
use super::facts::{Classified, Routed};
use super::offsets::Offsets;
use super::report::{Ledger, Offence, OffenceKind, OutputKind, Window};
use crate::headers::{self, Kind};
use crate::{OutputTopics, TopicPartition};

/// Bits of an origin's number that hold its offset.
const OFFSET_BITS: u32 = 44;

/// What is known of one input partition.
#[derive(Debug)]
struct Input {
    partition: TopicPartition,
    /// The first offset read, or the end where none was.
    from: i64,
    to: i64,
    judged_from: i64,
    cut: bool,
    there: Offsets,
    classified: Offsets,
    dead: Offsets,
    routed: Offsets,
    /// Classified, but retention may have taken it from its department's topic.
    unjudged: Offsets,
}

/// Timestamps below which a topic may have lost records to retention, for topics that have.
#[derive(Debug, Default)]
pub(super) struct Horizons {
    pub(super) by_topic: BTreeMap<String, i64>,
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
    inputs: Vec<Input>,
    /// Places in `inputs`, by topic and partition.
    places: BTreeMap<Arc<str>, BTreeMap<i32, usize>>,
    claims: Claims,
    /// The feedback id of each classified origin, for repeats.
    ids: Vec<[u8; 16]>,
    ledger: Ledger,
}

impl<'a> Audit<'a> {
    pub(super) fn new(
        group: &str,
        topics: &'a OutputTopics,
        horizons: Horizons,
        offences_max: usize,
    ) -> Self {
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
            horizons,
            offences_max,
            inputs: Vec::new(),
            places: BTreeMap::new(),
            claims: Claims::default(),
            ids: Vec::new(),
            ledger,
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

    /// An input record.
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
        } else if origin.offset < input.from {
            self.ledger.outside += 1;
        } else if input.there.contains(origin.offset) {
            self.place_output(record, &origin, place);
        } else {
            self.ledger.orphans += 1;
            self.offend(OffenceKind::Orphan, OutputKind::Fate, &origin);
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
                match kind {
                    Kind::Task => self.ledger.tasks += 1,
                    _ => self.ledger.kudos += 1,
                }
                self.claims.add(number(place, origin), &record.origin.topic, id, Entry::Found);
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
        match self.ledger.dead_by_code.get_mut(code) {
            Some(count) => *count += 1,
            None => drop(self.ledger.dead_by_code.insert(code.to_owned(), 1)),
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
        self.ledger.routed += 1;
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
            self.claims.add(number(place, origin), &topic, &id, entry);
        }
    }

    /// The ledger as far as it was read.
    pub(super) fn judge(&mut self) -> Ledger {
        let read = self.ledger.clone();
        self.judge_fates();
        self.judge_work();
        self.ids.sort_unstable();
        let distinct = self.ids.chunk_by(|a, b| a == b).count();
        let inputs = &self.inputs;
        let sum = |of: fn(&Input) -> &Offsets| inputs.iter().map(|input| of(input).count()).sum();
        let window = |input: &Input| Window {
            topic: input.partition.topic.to_string(),
            partition: input.partition.partition,
            from: input.from,
            to: input.to,
            judged_from: input.judged_from.max(input.from),
            cut: input.cut,
        };
        let mut ledger = std::mem::replace(&mut self.ledger, read);
        ledger.records = sum(|input| &input.there);
        ledger.classified = sum(|input| &input.classified);
        ledger.dead = sum(|input| &input.dead);
        ledger.repeated = u64::try_from(self.ids.len() - distinct).unwrap_or(u64::MAX);
        ledger.windows = inputs.iter().map(window).collect();
        ledger.offences.sort();
        ledger
    }

    fn judge_fates(&mut self) {
        let mut wrong = Vec::new();
        for input in &self.inputs {
            for offset in input.there.iter() {
                let classified = input.classified.contains(offset);
                let dead = input.dead.contains(offset);
                let routed = input.routed.contains(offset);
                let judged = offset >= input.judged_from;
                let found = match (classified, dead, routed) {
                    (true, true, _) | (_, true, true) => (OffenceKind::Double, OutputKind::Fate),
                    (true, false, false) if !input.unjudged.contains(offset) => {
                        (OffenceKind::Missing, OutputKind::Routed)
                    }
                    (false, false, true) if judged => {
                        (OffenceKind::Missing, OutputKind::Classified)
                    }
                    (false, false, false) if judged => (OffenceKind::Missing, OutputKind::Fate),
                    // One fate, and on its topics; or nobody can tell any more.
                    _ => continue,
                };
                let TopicPartition { topic, partition } = &input.partition;
                let origin = Origin { topic: Arc::clone(topic), partition: *partition, offset };
                wrong.push((found, origin));
            }
        }
        for ((kind, output), origin) in wrong {
            match kind {
                OffenceKind::Missing => self.missing(output, &origin),
                _ => self.double(output, &origin),
            }
        }
    }

    fn judge_work(&mut self) {
        for (number, wrong) in self.claims.wrong() {
            let place = usize::try_from(number >> OFFSET_BITS).unwrap_or(usize::MAX);
            let Some(input) = self.inputs.get(place) else { continue };
            let offset = (number & ((1 << OFFSET_BITS) - 1)).cast_signed();
            let known = input.routed.contains(offset);
            let TopicPartition { topic, partition } = &input.partition;
            let origin = Origin { topic: Arc::clone(topic), partition: *partition, offset };
            match wrong {
                Wrong::Missing => self.missing(OutputKind::Work, &origin),
                Wrong::Double => self.double(OutputKind::Work, &origin),
                Wrong::Uncalled if known => self.double(OutputKind::Work, &origin),
                // Without its routing nobody can tell; that it is missing is told elsewhere.
                Wrong::Uncalled => {}
            }
        }
    }

    fn place(&self, origin: &Origin) -> Option<usize> {
        self.places.get(&origin.topic)?.get(&origin.partition).copied()
    }

    fn missing(&mut self, output: OutputKind, origin: &Origin) {
        self.ledger.missing += 1;
        self.offend(OffenceKind::Missing, output, origin);
    }

    fn double(&mut self, output: OutputKind, origin: &Origin) {
        self.ledger.double += 1;
        self.offend(OffenceKind::Double, output, origin);
    }

    fn offend(&mut self, kind: OffenceKind, output: OutputKind, origin: &Origin) {
        let same = self.ledger.offences.iter().filter(|offence| offence.kind == kind).count();
        if same < self.offences_max {
            let origin = origin.to_string();
            self.ledger.offences.push(Offence { kind, output, origin });
        }
    }
}

/// An origin's number: the place of its partition, and its offset.
fn number(place: usize, origin: &Origin) -> u64 {
    let place = u64::try_from(place).unwrap_or(0);
    place << OFFSET_BITS | origin.offset.cast_unsigned() & ((1 << OFFSET_BITS) - 1)
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
