//! The partitions a member has, and how far each is read: pure bookkeeping.
//!
//! `committed` is what the group's offset must be if nobody but us has read the partition since we
//! got it. After each rebalance it is compared with what the group says, and a partition where the
//! two differ is read anew from there: librdkafka rejoins in the background, and may keep a
//! partition that another member had in between.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use feedback::Record;
use pipeline::{Lag, TopicPartition};

use crate::ask::Bounds;
use crate::statistics::{Sight, Snapshot};

/// Offsets by partition; `None` where the group has committed none, which means the earliest.
pub(crate) type Offsets = BTreeMap<TopicPartition, Option<i64>>;

#[derive(Debug, Clone, PartialEq, Eq)]
struct Place {
    committed: Option<i64>,
    /// The next offset to hand out; `None`: the earliest, not known yet.
    position: Option<i64>,
    /// What was handed out or read ahead no longer counts.
    astray: bool,
    at_end: bool,
    latest: Option<i64>,
    earliest: Option<i64>,
    read_timestamp_ms: Option<i64>,
    fetched: Option<(i64, Instant)>,
}

impl Place {
    fn at(committed: Option<i64>) -> Self {
        Self {
            committed,
            position: committed,
            astray: false,
            at_end: false,
            latest: None,
            earliest: None,
            read_timestamp_ms: None,
            fetched: None,
        }
    }

    /// Whether the client had room to fetch more and something to fetch, and fetched nothing.
    fn has_stalled(&mut self, sight: Sight, now: Instant, rules: &StallRules) -> bool {
        let could = sight.next >= 0 && sight.next < sight.latest && !sight.at_end();
        let had_room = sight.waiting_bytes < rules.full_bytes;
        match self.fetched {
            Some((next, since)) if could && had_room && next == sight.next => {
                now.duration_since(since) >= rules.after
            }
            _ => {
                self.fetched = Some((sight.next, now));
                false
            }
        }
    }
}

/// When a partition counts as stalled.
#[derive(Debug, Clone, Copy)]
pub(crate) struct StallRules {
    /// After so long without a fetch.
    pub(crate) after: Duration,
    /// With fewer bytes waiting than this the client should fetch.
    pub(crate) full_bytes: u64,
}

/// All partitions of a member.
#[derive(Debug, Default)]
pub(crate) struct Assignment {
    places: BTreeMap<TopicPartition, Place>,
}

impl Assignment {
    /// The partitions, in order.
    pub(crate) fn partitions(&self) -> impl Iterator<Item = &TopicPartition> {
        self.places.keys()
    }

    /// These partitions come, at these committed offsets.
    pub(crate) fn add(&mut self, offsets: &Offsets) {
        let places = offsets.iter().map(|(partition, at)| (partition.clone(), Place::at(*at)));
        self.places.extend(places);
    }

    /// What the partitions hold.
    pub(crate) fn know(&mut self, bounds: &BTreeMap<TopicPartition, Bounds>) {
        for (partition, bounds) in bounds {
            if let Some(place) = self.places.get_mut(partition) {
                place.earliest = Some(bounds.earliest);
                place.latest = Some(bounds.latest);
            }
        }
    }

    /// The first partition whose position lies outside what it holds, with that position.
    pub(crate) fn out_of_range(
        &self,
        bounds: &BTreeMap<TopicPartition, Bounds>,
    ) -> Option<(&TopicPartition, i64, Bounds)> {
        self.places.iter().find_map(|(partition, place)| {
            let (position, bounds) = (place.position?, *bounds.get(partition)?);
            let outside = position < bounds.earliest || position > bounds.latest;
            outside.then_some((partition, position, bounds))
        })
    }

    /// These partitions go.
    pub(crate) fn remove(&mut self, partitions: &[TopicPartition]) {
        for partition in partitions {
            self.places.remove(partition);
        }
    }

    /// All partitions go.
    pub(crate) fn clear(&mut self) {
        self.places.clear();
    }

    /// A record is handed out; `false` where it must not be: the partition isn't ours, or the
    /// record is one that was handed out before.
    pub(crate) fn take(&mut self, partition: &TopicPartition, record: &Record) -> bool {
        let Some(place) = self.places.get_mut(partition) else { return false };
        if place.astray || place.position.is_some_and(|position| record.origin.offset < position) {
            return false;
        }
        place.position = Some(record.origin.offset + 1);
        place.read_timestamp_ms = record.timestamp_ms;
        place.at_end = false;
        true
    }

    /// All there was of this partition was handed out. The client names the number alone, so it
    /// is believed where one topic has it; else the next look will tell.
    pub(crate) fn reached_end(&mut self, number: i32) {
        let mut with_number =
            self.places.iter_mut().filter(|(partition, _)| partition.partition == number);
        if let (Some((_, place)), None) = (with_number.next(), with_number.next()) {
            place.at_end = true;
        }
    }

    /// Nothing handed out counts any more: each partition must be sought anew.
    pub(crate) fn lose_way(&mut self) {
        for place in self.places.values_mut() {
            place.astray = true;
        }
    }

    /// Compares with what the group says. Returns where to seek: the partitions that lost their
    /// way, and those that somebody else has read meanwhile.
    pub(crate) fn settle(&mut self, committed: &Offsets) -> Offsets {
        let mut seeks = Offsets::new();
        for (partition, place) in &mut self.places {
            let Some(now) = committed.get(partition) else { continue };
            if place.astray || place.committed != *now {
                *place = Place::at(*now);
                seeks.insert(partition.clone(), *now);
            }
        }
        seeks
    }

    /// The member goes back to these offsets by itself.
    pub(crate) fn go_back(&mut self, offsets: &Offsets) {
        for (partition, offset) in offsets {
            if let Some(place) = self.places.get_mut(partition) {
                place.position = *offset;
                place.at_end = false;
            }
        }
    }

    /// These offsets were committed.
    pub(crate) fn commit(&mut self, next: &BTreeMap<TopicPartition, i64>) {
        for (partition, next) in next {
            if let Some(place) = self.places.get_mut(partition) {
                place.committed = Some(*next);
            }
        }
    }

    /// What the group must have committed for this partition.
    pub(crate) fn committed(&self, partition: &TopicPartition) -> Option<i64> {
        self.places.get(partition)?.committed
    }

    /// Takes in a look at the client. Returns the partitions that have stalled.
    pub(crate) fn observe(
        &mut self,
        snapshot: &Snapshot,
        now: Instant,
        rules: &StallRules,
    ) -> Vec<TopicPartition> {
        let mut stalled = Vec::new();
        for (partition, place) in &mut self.places {
            let Some(sight) = snapshot.sight(&partition.topic, partition.partition) else {
                continue;
            };
            let known = |offset: i64| (offset >= 0).then_some(offset);
            place.latest = known(sight.latest).or(place.latest);
            place.earliest = known(sight.earliest).or(place.earliest);
            place.at_end = sight.at_end();
            if !snapshot.connected {
                place.fetched = None;
            } else if place.has_stalled(*sight, now, rules) {
                stalled.push(partition.clone());
            }
        }
        stalled
    }

    /// How far each partition is read. One whose end isn't known yet counts as read.
    pub(crate) fn lag(&self) -> Vec<Lag> {
        let lag = |(partition, place): (&TopicPartition, &Place)| {
            let records = match (place.latest, place.position.or(place.earliest)) {
                (Some(latest), Some(position)) if !place.at_end => (latest - position).max(0),
                _ => 0,
            };
            let read_timestamp_ms = place.read_timestamp_ms;
            Lag { partition: partition.clone(), records, read_timestamp_ms }
        };
        self.places.iter().map(lag).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULES: StallRules = StallRules { after: Duration::from_secs(30), full_bytes: 1000 };

    fn partition(topic: &str, partition: i32) -> TopicPartition {
        TopicPartition { topic: topic.into(), partition }
    }

    fn record(topic: &str, number: i32, offset: i64) -> Record {
        let origin = feedback::Origin { topic: topic.into(), partition: number, offset };
        Record { origin, timestamp_ms: Some(offset), key: None, value: None, headers: Vec::new() }
    }

    fn assigned(offsets: &[(&str, i32, Option<i64>)]) -> Assignment {
        let mut assignment = Assignment::default();
        assignment.add(&offsets_of(offsets));
        assignment
    }

    fn offsets_of(offsets: &[(&str, i32, Option<i64>)]) -> Offsets {
        offsets.iter().map(|(topic, number, at)| (partition(topic, *number), *at)).collect()
    }

    fn sight(next: i64, told_end: i64, latest: i64, waiting_bytes: u64) -> Sight {
        Sight { next, told_end, earliest: 0, latest, waiting_bytes }
    }

    fn snapshot(topic: &str, number: i32, sight: Sight) -> Snapshot {
        let partitions = BTreeMap::from([(number, sight)]);
        Snapshot { connected: true, partitions: BTreeMap::from([(topic.to_owned(), partitions)]) }
    }

    #[test]
    fn a_record_is_handed_out_once_and_only_of_our_partitions() {
        let mut assignment = assigned(&[("t", 0, Some(5))]);
        let take = |assignment: &mut Assignment, number, offset| {
            assignment.take(&partition("t", number), &record("t", number, offset))
        };
        assert!(!take(&mut assignment, 1, 0));
        assert!(!take(&mut assignment, 0, 4));
        assert!(take(&mut assignment, 0, 5));
        assert!(!take(&mut assignment, 0, 5));
        assert!(take(&mut assignment, 0, 9), "a gap is the log's own");
        assignment.go_back(&offsets_of(&[("t", 0, Some(5))]));
        assert!(take(&mut assignment, 0, 5));
        assignment.remove(&[partition("t", 0)]);
        assert!(!take(&mut assignment, 0, 6));
    }

    #[test]
    fn nothing_is_handed_out_of_a_partition_that_lost_its_way_until_it_is_sought() {
        let mut assignment = assigned(&[("t", 0, Some(5))]);
        assignment.lose_way();
        assert!(!assignment.take(&partition("t", 0), &record("t", 0, 5)));
        let committed = offsets_of(&[("t", 0, Some(5))]);
        assert_eq!(assignment.settle(&committed), committed);
        assert!(assignment.take(&partition("t", 0), &record("t", 0, 5)));
    }

    #[test]
    fn a_partition_that_somebody_else_read_is_sought_and_the_others_are_left_alone() {
        let mut assignment = assigned(&[("t", 0, Some(5)), ("t", 1, None), ("t", 2, None)]);
        assert!(assignment.take(&partition("t", 0), &record("t", 0, 5)));
        assignment.commit(&BTreeMap::from([(partition("t", 0), 6)]));
        let committed = offsets_of(&[("t", 0, Some(6)), ("t", 1, Some(3)), ("t", 2, None)]);
        assert_eq!(assignment.settle(&committed), offsets_of(&[("t", 1, Some(3))]));
        assert_eq!(assignment.committed(&partition("t", 1)), Some(3));
        assert!(assignment.settle(&committed).is_empty());
    }

    #[test]
    fn the_lag_counts_what_is_left_and_nothing_at_the_end() {
        let mut assignment = assigned(&[("t", 0, Some(5))]);
        assert_eq!(assignment.lag()[0].records, 0, "the end isn't known yet");
        assignment.know(&BTreeMap::from([(partition("t", 0), Bounds { earliest: 0, latest: 9 })]));
        assert_eq!(assignment.lag()[0].records, 4);
        let now = Instant::now();
        assignment.observe(&snapshot("t", 0, sight(8, -1001, 12, 0)), now, &RULES);
        assert_eq!(assignment.lag()[0].records, 7);
        assignment.take(&partition("t", 0), &record("t", 0, 10));
        assert_eq!(assignment.lag()[0].records, 1, "offset 11 may be a transaction's marker");
        assignment.reached_end(0);
        assert_eq!(assignment.lag()[0].records, 0);
        assert_eq!(assignment.lag()[0].read_timestamp_ms, Some(10));
    }

    #[test]
    fn a_position_outside_of_what_there_is_is_found() {
        let assignment = assigned(&[("t", 0, Some(5)), ("t", 1, None), ("t", 2, Some(7))]);
        let holds = |earliest, latest| {
            let all = [0, 1, 2].map(|number| (partition("t", number), Bounds { earliest, latest }));
            BTreeMap::from(all)
        };
        let found = |bounds| {
            let bounds = holds(bounds, 8);
            assignment.out_of_range(&bounds).map(|(partition, at, _)| (partition.partition, at))
        };
        assert_eq!(found(0), None);
        assert_eq!(found(5), None);
        assert_eq!(found(6), Some((0, 5)));
        let made_anew = holds(0, 6);
        assert_eq!(assignment.out_of_range(&made_anew).map(|(_, at, _)| at), Some(7));
    }

    #[test]
    fn an_end_is_believed_only_where_one_topic_has_the_number() {
        let mut assignment = assigned(&[("a", 0, Some(0)), ("b", 0, Some(0)), ("b", 1, Some(0))]);
        let now = Instant::now();
        for (topic, number) in [("a", 0), ("b", 0), ("b", 1)] {
            assignment.observe(&snapshot(topic, number, sight(3, -1001, 9, 0)), now, &RULES);
            assignment.reached_end(number);
        }
        let lags: Vec<_> = assignment.lag().iter().map(|lag| lag.records).collect();
        assert_eq!(lags, [9, 9, 0]);
        assignment.observe(&snapshot("a", 0, sight(9, 9, 9, 0)), now, &RULES);
        assert_eq!(assignment.lag()[0].records, 0);
    }

    #[test]
    fn a_partition_stalls_only_where_it_could_be_fetched_and_is_not() {
        let start = Instant::now();
        let at = |seconds| start + Duration::from_secs(seconds);
        let stalls = |sights: &[(u64, Sight)]| {
            let mut assignment = assigned(&[("t", 0, Some(0))]);
            let looks = sights.iter().map(|(second, sight)| {
                assignment.observe(&snapshot("t", 0, *sight), at(*second), &RULES).len()
            });
            looks.collect::<Vec<_>>()
        };
        let stuck = sight(5, -1001, 9, 0);
        assert_eq!(stalls(&[(0, stuck), (29, stuck), (30, stuck)]), [0, 0, 1]);
        let moves = sight(6, -1001, 9, 0);
        assert_eq!(stalls(&[(0, stuck), (29, moves), (31, moves)]), [0, 0, 0]);
        let full = sight(5, -1001, 9, 1000);
        assert_eq!(stalls(&[(0, stuck), (20, full), (31, stuck)]), [0, 0, 0]);
        let after_a_marker = sight(9, 9, 9, 0);
        assert_eq!(stalls(&[(0, after_a_marker), (60, after_a_marker)]), [0, 0]);
        let mut assignment = assigned(&[("t", 0, Some(0))]);
        let down = Snapshot { connected: false, ..snapshot("t", 0, stuck) };
        for (second, look) in
            [(0, &snapshot("t", 0, stuck)), (20, &down), (31, &snapshot("t", 0, stuck))]
        {
            assert!(assignment.observe(look, at(second), &RULES).is_empty(), "no broker, no stall");
        }
        let idle = sight(9, -1001, 9, 0);
        assert_eq!(stalls(&[(0, idle), (60, idle)]), [0, 0]);
    }
}
