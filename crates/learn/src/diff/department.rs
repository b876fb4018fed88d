//! What is counted of one department, and of one team: the work that comes to it and leaves it.

use feedback::TaskKind;

use super::flow::Flow;
use super::verdict::Work;

/// Priorities run from 1 to 4; a higher number counts as 4.
const PRIORITIES: usize = 4;

/// Tasks by kind and priority.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct TaskCounts {
    /// Tasks to contact a customer, by priority from 1.
    pub contact: [u64; PRIORITIES],
    /// Tasks to investigate, by priority from 1.
    pub investigate: [u64; PRIORITIES],
}

impl TaskCounts {
    /// Both kinds with their name on the wire.
    pub fn by_kind(&self) -> [(&'static str, [u64; PRIORITIES]); 2] {
        [("contact", self.contact), ("investigate", self.investigate)]
    }

    /// How many of that priority, 1 to 4.
    pub fn of_priority(&self, priority: u8) -> u64 {
        let place = place(priority);
        self.contact[place] + self.investigate[place]
    }

    /// How many in all.
    pub fn total(&self) -> u64 {
        self.contact.iter().chain(&self.investigate).sum()
    }

    fn add(&mut self, work: &Work<'_>) {
        let of_kind = match work.kind {
            TaskKind::Contact => &mut self.contact,
            TaskKind::Investigate => &mut self.investigate,
        };
        of_kind[place(work.priority)] += 1;
    }

    fn join(&mut self, other: Self) {
        for (count, other) in self.contact.iter_mut().zip(other.contact) {
            *count += other;
        }
        for (count, other) in self.investigate.iter_mut().zip(other.investigate) {
            *count += other;
        }
    }
}

fn place(priority: u8) -> usize {
    usize::from(priority.max(1)).min(PRIORITIES) - 1
}

/// The tasks of a department or a team, under OLD and NEW.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct TaskFlow {
    /// How many.
    pub count: Flow,
    /// Under OLD, by kind and priority.
    pub before: TaskCounts,
    /// Under NEW.
    pub after: TaskCounts,
    /// Those that come.
    pub gained: TaskCounts,
    /// Those that go.
    pub lost: TaskCounts,
    /// Of those that stay: how many with another kind or priority.
    pub changed: u64,
}

impl TaskFlow {
    /// Counts one record's tasks of this department or team: none, one, or, for a team of several
    /// departments, more.
    pub(crate) fn add(&mut self, before: &[Work<'_>], after: &[Work<'_>]) {
        self.count.add_times(before.len() as u64, after.len() as u64);
        for (works, counts) in [(before, &mut self.before), (after, &mut self.after)] {
            for work in works {
                counts.add(work);
            }
        }
        let stay = before.len().min(after.len());
        for work in after.iter().skip(stay) {
            self.gained.add(work);
        }
        for work in before.iter().skip(stay) {
            self.lost.add(work);
        }
        let differs = |(one, other): &(&Work<'_>, &Work<'_>)| {
            (one.kind, one.priority) != (other.kind, other.priority)
        };
        self.changed += before.iter().zip(after).filter(differs).count() as u64;
    }

    pub(crate) fn join(&mut self, other: &Self) {
        self.count.join(other.count);
        self.before.join(other.before);
        self.after.join(other.after);
        self.gained.join(other.gained);
        self.lost.join(other.lost);
        self.changed += other.changed;
    }
}

/// What is counted of one department.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct DepartmentTally {
    /// The records that it is accountable for.
    pub accountable: Flow,
    /// All its tasks: those it is accountable for, and those in which it helps.
    pub tasks: TaskFlow,
    /// The tasks in which it helps another department.
    pub helping: Flow,
    /// Praise passed on to it.
    pub kudos: Flow,
}

impl DepartmentTally {
    pub(crate) fn join(&mut self, other: &Self) {
        self.accountable.join(other.accountable);
        self.tasks.join(&other.tasks);
        self.helping.join(other.helping);
        self.kudos.join(other.kudos);
    }

    /// Whether nothing of it moves.
    pub fn is_still(&self) -> bool {
        self.accountable.is_still()
            && self.tasks.count.is_still()
            && self.tasks.changed == 0
            && self.helping.is_still()
            && self.kudos.is_still()
    }
}
