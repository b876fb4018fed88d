//! Who of a group's members in this process reads which partition. Partitions are shared evenly and
//! stay where they are as far as that allows. A partition moves in two steps, each inside a poll of
//! the member concerned: its holder lets go, then the next one takes it. So nobody ever holds a
//! partition whose last batch another member has still to commit.

use std::collections::{BTreeMap, BTreeSet};

use crate::TopicPartition;

/// The members of one group and what they hold. Memory and embedded logs keep one per group.
#[derive(Debug, Default)]
pub struct Coordinator {
    members: BTreeMap<u64, BTreeSet<String>>,
    partitions: BTreeSet<TopicPartition>,
    wanted: BTreeMap<TopicPartition, u64>,
    held: BTreeMap<TopicPartition, u64>,
    joined: u64,
    version: u64,
}

impl Coordinator {
    /// Adds a member that reads `topics`; the number names it from now on.
    pub fn join(&mut self, topics: &[String]) -> u64 {
        let member = self.joined;
        self.joined += 1;
        self.members.insert(member, topics.iter().cloned().collect());
        self.balance();
        member
    }

    /// Removes a member; what it held is free at once.
    pub fn leave(&mut self, member: u64) {
        if self.members.remove(&member).is_some() {
            self.held.retain(|_, holder| *holder != member);
            self.balance();
        }
    }

    /// Tells which partitions there are, of any topic.
    pub fn set_partitions(&mut self, partitions: BTreeSet<TopicPartition>) {
        if self.partitions != partitions {
            self.partitions = partitions;
            self.held.retain(|partition, _| self.partitions.contains(partition));
            self.balance();
        }
    }

    /// Grows with each change that can concern a member.
    pub fn version(&self) -> u64 {
        self.version
    }

    /// How many members there are.
    pub fn members(&self) -> usize {
        self.members.len()
    }

    /// Whether `member` holds `partition`.
    pub fn holds(&self, member: u64, partition: &TopicPartition) -> bool {
        self.held.get(partition) == Some(&member)
    }

    /// Lets go of what `member` must give away, takes what is free for it, and returns all it holds.
    pub fn settle(&mut self, member: u64) -> BTreeSet<TopicPartition> {
        let before = self.held.len();
        let wanted = &self.wanted;
        self.held.retain(|partition, holder| {
            *holder != member || wanted.get(partition) == Some(&member)
        });
        let mut changed = self.held.len() != before;
        let mut holds = BTreeSet::new();
        for (partition, wanting) in &self.wanted {
            if *wanting != member {
                continue;
            }
            let holder = self.held.entry(partition.clone()).or_insert_with(|| {
                changed = true;
                member
            });
            if *holder == member {
                holds.insert(partition.clone());
            }
        }
        if changed {
            self.version += 1;
        }
        holds
    }

    /// Shares the partitions anew: what can stay stays, the rest goes to who has least, and then
    /// from who has most to who has least until they differ by at most one. Each move lessens the
    /// sum of squares of the loads, so this ends.
    fn balance(&mut self) {
        self.version += 1;
        let mut load: BTreeMap<u64, usize> = self.members.keys().map(|id| (*id, 0)).collect();
        let mut wanted = BTreeMap::new();
        let mut free = Vec::new();
        for partition in &self.partitions {
            let stays = self.wanted.get(partition).filter(|member| self.reads(**member, partition));
            match stays {
                Some(member) => {
                    wanted.insert(partition.clone(), *member);
                    *load.entry(*member).or_default() += 1;
                }
                None => free.push(partition.clone()),
            }
        }
        for partition in free {
            let least = self.readers(&partition).min_by_key(|member| load.get(member).copied());
            if let Some(member) = least {
                *load.entry(member).or_default() += 1;
                wanted.insert(partition, member);
            }
        }
        while let Some((partition, from, to)) = self.next_move(&wanted, &load) {
            *load.entry(from).or_default() -= 1;
            *load.entry(to).or_default() += 1;
            wanted.insert(partition, to);
        }
        self.wanted = wanted;
    }

    fn next_move(
        &self,
        wanted: &BTreeMap<TopicPartition, u64>,
        load: &BTreeMap<u64, usize>,
    ) -> Option<(TopicPartition, u64, u64)> {
        let of = |member: u64| load.get(&member).copied().unwrap_or(0);
        wanted.iter().rev().find_map(|(partition, from)| {
            let to = self.readers(partition).min_by_key(|member| of(*member))?;
            (of(to) + 1 < of(*from)).then(|| (partition.clone(), *from, to))
        })
    }

    fn reads(&self, member: u64, partition: &TopicPartition) -> bool {
        self.members.get(&member).is_some_and(|topics| topics.contains(&*partition.topic))
    }

    fn readers<'a>(&'a self, partition: &'a TopicPartition) -> impl Iterator<Item = u64> + 'a {
        self.members.keys().copied().filter(|member| self.reads(*member, partition))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use proptest::prelude::*;

    use super::*;

    fn partitions(topic: &str, count: i32) -> BTreeSet<TopicPartition> {
        (0..count).map(|partition| TopicPartition { topic: Arc::from(topic), partition }).collect()
    }

    #[test]
    fn a_partition_is_taken_only_after_its_holder_let_go() {
        let mut group = Coordinator::default();
        group.set_partitions(partitions("in", 4));
        let first = group.join(&["in".to_owned()]);
        assert_eq!(group.settle(first).len(), 4);
        let second = group.join(&["in".to_owned()]);
        assert!(group.settle(second).is_empty(), "the first has let go of nothing yet");
        let kept = group.settle(first);
        assert_eq!(kept.len(), 2);
        let taken = group.settle(second);
        assert_eq!(taken.len(), 2);
        assert!(kept.is_disjoint(&taken));
        group.leave(first);
        assert_eq!(group.settle(second), partitions("in", 4));
    }

    #[test]
    fn a_member_gets_only_topics_it_reads() {
        let mut group = Coordinator::default();
        let mut all = partitions("a", 3);
        all.extend(partitions("b", 3));
        group.set_partitions(all);
        let a = group.join(&["a".to_owned()]);
        let both = group.join(&["a".to_owned(), "b".to_owned()]);
        assert_eq!(group.settle(a), partitions("a", 3));
        assert_eq!(group.settle(both), partitions("b", 3));
    }

    proptest! {
        #[test]
        fn shares_are_even_and_never_overlap(
            count in 0..13_i32,
            steps in proptest::collection::vec((0..3_u8, 0..6_usize), 1..60),
        ) {
            let mut group = Coordinator::default();
            group.set_partitions(partitions("in", count));
            let mut members: Vec<u64> = Vec::new();
            let mut holds: BTreeMap<u64, BTreeSet<TopicPartition>> = BTreeMap::new();
            for (step, pick) in steps {
                match (step, members.is_empty()) {
                    (0, _) | (_, true) => members.push(group.join(&["in".to_owned()])),
                    (1, false) => {
                        let member = members.remove(pick % members.len());
                        holds.remove(&member);
                        group.leave(member);
                    }
                    (_, false) => {
                        let member = members[pick % members.len()];
                        holds.insert(member, group.settle(member));
                    }
                }
                let total: usize = holds.values().map(BTreeSet::len).sum();
                let distinct: BTreeSet<_> = holds.values().flatten().collect();
                prop_assert_eq!(total, distinct.len());
            }
            for _ in 0..2 {
                for member in &members {
                    holds.insert(*member, group.settle(*member));
                }
            }
            let sizes: Vec<usize> = holds.values().map(BTreeSet::len).collect();
            if let (Some(most), Some(least)) = (sizes.iter().max(), sizes.iter().min()) {
                prop_assert!(most - least <= 1);
                prop_assert_eq!(sizes.iter().sum::<usize>(), usize::try_from(count).unwrap());
            }
        }
    }
}
