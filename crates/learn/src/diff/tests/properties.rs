//! What holds for any history and any two of some configurations.

use std::sync::OnceLock;

use proptest::prelude::*;

use super::{TAXONOMY, compare, say, shown, side};
use crate::diff::{Comparer, Comparison, Flow, Place, Reading, Side};

const WORDS: [&str; 8] =
    ["invoice", "late", "friendly", "not", "bill", "parcel", "thank you", "and"];

fn history() -> impl Strategy<Value = Vec<(Vec<&'static str>, Option<u8>)>> {
    let words = proptest::collection::vec(proptest::sample::select(&WORDS[..]), 0..7);
    proptest::collection::vec((words, proptest::option::of(0u8..=10)), 0..30)
}

fn read(history: &[(Vec<&str>, Option<u8>)]) -> Vec<feedback::Feedback> {
    let said = history.iter().enumerate();
    said.map(|(number, (words, nps))| {
        say(&format!("{number} {}.", words.join(" ")), nps.map(f64::from))
    })
    .collect()
}

/// Three configurations that differ in themes, owners and routes.
fn sides() -> &'static [Side; 3] {
    static SIDES: OnceLock<[Side; 3]> = OnceLock::new();
    SIDES.get_or_init(compiled)
}

fn compiled() -> [Side; 3] {
    let wider = TAXONOMY
        .replace("rule.en = \"invoice\"", "rule.en = \"invoice OR bill\"")
        .replace("rule.en = \"late\"", "rule.en = \"parcel\"");
    let owners = "[[owner]]\nwhen = 'score.nps <= 5'\ndepartment = \"office\"\n";
    [side(&[]), side(&[("taxonomy/all.toml", &wider)]), side(&[("owners.toml", owners)])]
}

/// Every flow of a comparison.
fn flows(comparison: &Comparison) -> Vec<Flow> {
    let departments = comparison.departments.values();
    let themes = comparison.themes.values().map(|tally| tally.records);
    let mut flows: Vec<Flow> = themes.chain(comparison.within.values().copied()).collect();
    for tally in departments {
        flows.extend([tally.accountable, tally.tasks.count, tally.helping, tally.kudos]);
        let tasks = tally.tasks;
        flows.push(Flow {
            before: tasks.before.total(),
            after: tasks.after.total(),
            gained: tasks.gained.total(),
            lost: tasks.lost.total(),
        });
    }
    flows.extend(comparison.teams.values().map(|flow| flow.count));
    flows.extend(comparison.flags.values().chain(comparison.dead.values()));
    flows.extend([comparison.read, comparison.tagged, comparison.work]);
    flows.extend([comparison.dead_letters(), comparison.tags(), comparison.accountable()]);
    flows
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_configuration_against_itself_moves_nothing(history in history()) {
        for side in sides() {
            let (comparison, changes) = compare(side, side, read(&history));
            prop_assert_eq!(comparison.changed, 0);
            prop_assert!(changes.is_empty());
            prop_assert!(flows(&comparison).iter().all(|flow| flow.is_still() && flow.before == flow.after));
        }
    }

    #[test]
    fn what_was_and_came_and_went_is_what_is(history in history(), pair in (0usize..3, 0usize..3)) {
        let sides = sides();
        let (comparison, changes) = compare(&sides[pair.0], &sides[pair.1], read(&history));
        for flow in flows(&comparison) {
            prop_assert_eq!(flow.before + flow.gained - flow.lost, flow.after);
        }
        prop_assert_eq!(comparison.changed, changes.len() as u64);
        // Everything read has exactly one owner on both sides, and who leaves one comes to another.
        let owned = comparison.accountable();
        prop_assert_eq!((owned.before, owned.after), (comparison.read.before, comparison.read.after));
        let moved: u64 = comparison.moves.values().map(|tally| tally.records).sum();
        prop_assert_eq!((owned.gained, owned.lost), (moved, moved));
    }

    /// Turned round, what came goes and what went comes.
    #[test]
    fn the_other_way_round_is_the_mirror(history in history(), pair in (0usize..3, 0usize..3)) {
        let sides = sides();
        let (there, _) = compare(&sides[pair.0], &sides[pair.1], read(&history));
        let (back, _) = compare(&sides[pair.1], &sides[pair.0], read(&history));
        prop_assert_eq!(there.changed, back.changed);
        prop_assert_eq!(there.aspects, back.aspects);
        for (one, other) in flows(&there).into_iter().zip(flows(&back)) {
            let turned = Flow { before: other.after, after: other.before, gained: other.lost, lost: other.gained };
            prop_assert_eq!(one, turned);
        }
    }

    /// However the records are shared out among threads, and in whatever order they are joined.
    #[test]
    fn any_sharing_out_gives_the_same(history in history(), cuts in proptest::collection::vec(0usize..4, 30)) {
        let sides = sides();
        let records = read(&history);
        let (whole, _) = compare(&sides[0], &sides[1], records.clone());
        let mut comparers: Vec<Comparer> =
            (0..4).map(|_| Comparer::new(&sides[0], &sides[1], 3)).collect();
        for (number, feedback) in records.into_iter().enumerate() {
            let place = Place::Number(number as u64 + 1);
            comparers[cuts[number]].compare(place, &Reading::Same(Ok(feedback)));
        }
        let mut parts = comparers.into_iter().rev().map(Comparer::finish);
        let mut joined = parts.next().unwrap();
        parts.for_each(|part| joined.join(part));
        prop_assert_eq!(shown(&joined), shown(&whole));
        let words = |comparison: &Comparison| -> Vec<String> {
            let tallies = comparison.themes.values();
            let examples = tallies.flat_map(|tally| tally.gained.iter().chain(tally.lost.iter()));
            examples.map(|example| example.text.text.as_str().to_owned()).collect()
        };
        prop_assert_eq!(words(&joined), words(&whole));
    }
}
