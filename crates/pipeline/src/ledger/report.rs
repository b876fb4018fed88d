//! What the ledger says, for people and for machines.

use std::collections::BTreeMap;

use serde::Serialize;

/// The ledger of one group: each record read, and what became of it. It holds only what the window
/// covers: records that retention took, on either side, prove nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Ledger {
    /// The group.
    pub group: String,
    /// Input records below the committed offsets.
    pub records: u64,
    /// Of these, how many are on feedback.classified.
    pub classified: u64,
    /// Of these, how many are on feedback.dead, those with the code `skipped` included.
    pub dead: u64,
    /// Dead letters by their code.
    pub dead_by_code: BTreeMap<String, u64>,
    /// Of these, how many are on feedback.routed topics.
    pub routed: u64,
    /// Records on tasks topics.
    pub tasks: u64,
    /// Records on kudos topics.
    pub kudos: u64,
    /// What ought to be there and isn't: a record without a fate, a classified one that isn't on its
    /// department's topic, a task or kudos that the routing calls for.
    pub missing: u64,
    /// What is there more often than it ought to be, or though the routing doesn't call for it.
    pub double: u64,
    /// Records whose feedback id came before, also in a record that retention has taken from the input:
    /// the source sent them again. That is no fault here.
    pub repeated: u64,
    /// Outputs whose origin is no record of the input.
    pub orphans: u64,
    /// Outputs whose origin isn't committed yet: work that goes on while the ledger is read.
    pub ahead: u64,
    /// Outputs whose origin retention took from the input.
    pub outside: u64,
    /// Records on our topics that aren't this group's: without `voc-origin`, or from other inputs.
    pub unmarked: u64,
    /// What is covered, by input partition.
    pub windows: Vec<Window>,
    /// The first of each kind of fault.
    pub offences: Vec<Offence>,
}

/// Which part of an input partition the ledger covers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Window {
    /// The topic.
    pub topic: String,
    /// The partition.
    pub partition: i32,
    /// The first offset that is still there.
    pub from: i64,
    /// One past the last: the committed offset.
    pub to: i64,
    /// From here on a record without a fate counts as missing: older ones may have lost theirs to
    /// the retention of an output topic.
    pub judged_from: i64,
    /// Whether retention cut the input, or moved `judged_from`.
    pub cut: bool,
}

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Offence {
    /// What kind.
    pub kind: OffenceKind,
    /// Of which output.
    pub output: OutputKind,
    /// The input record: `topic/partition/offset`.
    pub origin: String,
}

/// The kinds of fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum OffenceKind {
    /// It isn't there.
    Missing,
    /// It is there too often, or uncalled for.
    Double,
    /// It has no input.
    Orphan,
}

/// What of a record an offence is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum OutputKind {
    /// Its one fate: classified or dead.
    Fate,
    /// Its record on feedback.classified.
    Classified,
    /// Its record on feedback.dead.
    Dead,
    /// Its record on a feedback.routed topic.
    Routed,
    /// A task or kudos.
    Work,
}

impl Ledger {
    /// Whether nothing is lost and nothing is double.
    pub fn holds(&self) -> bool {
        self.missing == 0 && self.double == 0
    }
}
