//! Tasks and kudos: what the routings call for, and what is there. Each is 16 bytes here, so that
//! millions fit: the origin's number, and a hash of topic and id whose last two bits say which of the
//! four kinds of entry it is.

use std::hash::{DefaultHasher, Hash, Hasher};

const KIND: u64 = 3;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Entry {
    /// A routing calls for it.
    Called = 0,
    /// A routing calls for it, but retention may have taken it.
    MayBeGone = 1,
    /// It is there, a task.
    Task = 2,
    /// It is there, a kudos.
    Kudos = 3,
}

#[derive(Debug, Default)]
pub(super) struct Claims {
    entries: Vec<(u64, u64)>,
}

/// What is wrong with one task or kudos.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wrong {
    /// Called for, and not there.
    Missing,
    /// There more than once.
    Double,
    /// There, and no routing calls for it.
    Uncalled,
}

impl Claims {
    pub(super) fn add(&mut self, origin: u64, topic: &str, id: &str, entry: Entry) {
        // Constant keys: the same in every run.
        let mut hasher = DefaultHasher::new();
        (topic, id).hash(&mut hasher);
        self.entries.push((origin, hasher.finish() & !KIND | entry as u64));
    }

    /// The origins of what is there.
    pub(super) fn found(&self) -> impl Iterator<Item = u64> {
        self.entries.iter().filter(|(_, tag)| is_found(*tag)).map(|(origin, _)| *origin)
    }

    /// How many entries of a kind there are, of origins that `counts`.
    pub(super) fn count(&self, entry: Entry, counts: impl Fn(u64) -> bool) -> u64 {
        let of_kind = |(origin, tag): &&(u64, u64)| tag & KIND == entry as u64 && counts(*origin);
        u64::try_from(self.entries.iter().filter(of_kind).count()).unwrap_or(u64::MAX)
    }

    /// What is wrong, by origin.
    pub(super) fn wrong(&mut self) -> Vec<(u64, Wrong)> {
        self.entries.sort_unstable();
        let same = |a: &(u64, u64), b: &(u64, u64)| a.0 == b.0 && a.1 & !KIND == b.1 & !KIND;
        let mut wrong = Vec::new();
        for group in self.entries.chunk_by(same) {
            let count =
                |entry: Entry| group.iter().filter(|(_, tag)| tag & KIND == entry as u64).count();
            let Some((origin, _)) = group.first() else { continue };
            let (called, found) = (count(Entry::Called), count(Entry::Task) + count(Entry::Kudos));
            if found == 0 && called > 0 {
                wrong.push((*origin, Wrong::Missing));
            } else if found > 0 && called + count(Entry::MayBeGone) == 0 {
                wrong.push((*origin, Wrong::Uncalled));
            }
            wrong.extend((1..found).map(|_| (*origin, Wrong::Double)));
        }
        wrong
    }
}

fn is_found(tag: u64) -> bool {
    tag & KIND == Entry::Task as u64 || tag & KIND == Entry::Kudos as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_called_for_must_be_there_once() {
        let mut claims = Claims::default();
        let mut add = |origin, id, entries: &[Entry]| {
            for entry in entries {
                claims.add(origin, "tasks.care", id, *entry);
            }
        };
        add(1, "fine", &[Entry::Called, Entry::Task]);
        add(2, "missing", &[Entry::Called]);
        add(3, "double", &[Entry::Task, Entry::Called, Entry::Task, Entry::Task]);
        add(4, "uncalled", &[Entry::Task]);
        add(5, "gone", &[Entry::MayBeGone]);
        add(6, "not yet gone", &[Entry::MayBeGone, Entry::Task]);
        add(7, "one", &[Entry::Called]);
        add(7, "another", &[Entry::Task]);
        let mut wrong = claims.wrong();
        wrong.sort_by_key(|(origin, wrong)| (*origin, *wrong == Wrong::Uncalled));
        assert_eq!(
            wrong,
            [
                (2, Wrong::Missing),
                (3, Wrong::Double),
                (3, Wrong::Double),
                (4, Wrong::Uncalled),
                (7, Wrong::Missing),
                (7, Wrong::Uncalled),
            ]
        );
    }
}
