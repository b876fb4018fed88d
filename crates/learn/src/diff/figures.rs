//! A comparison's parts joined, and the sums that are read off it.

use std::collections::BTreeMap;

use feedback::ThemeId;

use super::aspect::Aspect;
use super::comparison::{Comparison, DEAD_PLACES_MAX, Level, MoveTally, Sides};
use super::department::{TaskCounts, TaskFlow};
use super::flow::Flow;
use super::theme::ThemeTally;

impl Comparison {
    /// Counts all that `other` counted, too. The order of joining changes nothing.
    pub fn join(&mut self, other: Self) {
        let examples_max = self.examples_max;
        self.records += other.records;
        self.changed += other.changed;
        for (count, other) in self.aspects.iter_mut().zip(other.aspects) {
            *count += other;
        }
        self.period.join(other.period);
        self.level.before.join(other.level.before);
        self.level.after.join(other.level.after);
        self.read.join(other.read);
        self.tagged.join(other.tagged);
        self.work.join(other.work);
        self.urgency = sum(self.urgency, other.urgency);
        self.priority = sum(self.priority, other.priority);
        join_flows(&mut self.dead, other.dead);
        join_flows(&mut self.flags, other.flags);
        join_flows(&mut self.within, other.within);
        self.dead_places.extend(other.dead_places);
        while self.dead_places.len() > DEAD_PLACES_MAX {
            self.dead_places.pop_last();
        }
        for (id, tally) in other.themes {
            let new = || ThemeTally::new(examples_max);
            self.themes.entry(id).or_insert_with(new).join(tally);
        }
        for (id, tally) in other.departments {
            self.departments.entry(id).or_default().join(&tally);
        }
        for (id, tally) in other.teams {
            self.teams.entry(id).or_default().join(&tally);
        }
        for (step, tally) in other.moves {
            let new = || MoveTally { records: 0, examples: crate::Sample::new(examples_max) };
            let mine = self.moves.entry(step).or_insert_with(new);
            mine.records += tally.records;
            mine.examples.join(tally.examples);
        }
    }

    /// How many records differ in this respect.
    pub fn changed_in(&self, aspect: Aspect) -> u64 {
        self.aspects[aspect.index()]
    }

    /// Themes found, over all records.
    pub fn tags(&self) -> Flow {
        total(self.themes.values().map(|tally| tally.records))
    }

    /// The themes above others that a side found, with the records that have one of those.
    pub fn branches(&self) -> impl Iterator<Item = (&ThemeId, &Flow)> {
        self.within.iter().zip(self.within.keys().skip(1).map(Some).chain([None])).filter_map(
            |((id, flow), next)| {
                // Sorted, what stands below a theme follows it.
                next.is_some_and(|next| next.is_within(id.as_str())).then_some((id, flow))
            },
        )
    }

    /// Dead letters: those of another code are neither gained nor lost.
    pub fn dead_letters(&self) -> Flow {
        Flow {
            before: self.records - self.read.before,
            after: self.records - self.read.after,
            gained: self.read.lost,
            lost: self.read.gained,
        }
    }

    /// All tasks, those of helping departments too. One that moves is lost by one department and
    /// gained by another.
    pub fn tasks(&self) -> Flow {
        total(self.departments.values().map(|tally| tally.tasks.count))
    }

    /// All praise passed on.
    pub fn kudos(&self) -> Flow {
        total(self.departments.values().map(|tally| tally.kudos))
    }

    /// All flags.
    pub fn flagged(&self) -> Flow {
        total(self.flags.values().copied())
    }

    /// Records by accountable department: gained and lost are those that move.
    pub fn accountable(&self) -> Flow {
        total(self.departments.values().map(|tally| tally.accountable))
    }

    /// The mean urgency of the records that could be read, 0 to 1.
    pub fn mean_urgency(&self) -> Sides<Option<f64>> {
        #[expect(clippy::cast_precision_loss, reason = "sums of records stay far below 2^53")]
        let mean = |level: &Level, read: u64| {
            (read > 0).then(|| level.urgency_sum as f64 / 10_000.0 / read as f64)
        };
        Sides {
            before: mean(&self.level.before, self.read.before),
            after: mean(&self.level.after, self.read.after),
        }
    }

    /// All tasks of that priority, 1 to 4.
    pub fn tasks_of_priority(&self, priority: u8) -> Sides<u64> {
        let count = |of: fn(&TaskFlow) -> &TaskCounts| {
            let all = self.departments.values();
            all.map(|tally| of(&tally.tasks).of_priority(priority)).sum()
        };
        Sides { before: count(|tasks| &tasks.before), after: count(|tasks| &tasks.after) }
    }
}

fn total(flows: impl Iterator<Item = Flow>) -> Flow {
    let mut total = Flow::default();
    for flow in flows {
        total.join(flow);
    }
    total
}

fn sum(one: (u64, u64), other: (u64, u64)) -> (u64, u64) {
    (one.0 + other.0, one.1 + other.1)
}

fn join_flows<K: Ord>(mine: &mut BTreeMap<K, Flow>, other: BTreeMap<K, Flow>) {
    for (key, flow) in other {
        mine.entry(key).or_default().join(flow);
    }
}
