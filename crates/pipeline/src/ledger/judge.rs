//! The comparison of the sets, once they are filled.

use super::audit::{Audit, Input, OFFSET_BITS, number};
use super::claims::{Entry, Wrong};
use super::offsets::Offsets;
use super::report::{Ledger, OffenceKind, OutputKind, Window};

impl Audit<'_> {
    /// The ledger, once everything was read.
    pub(super) fn judge(mut self) -> Ledger {
        self.judge_strays();
        self.judge_fates();
        self.judge_work();
        self.ids.sort_unstable();
        let distinct = self.ids.chunk_by(|a, b| a == b).count();
        let inputs = &self.inputs;
        let sum = |of: fn(&Input) -> u64| inputs.iter().map(of).sum();
        let window = |input: &Input| Window {
            topic: input.partition.topic.to_string(),
            partition: input.partition.partition,
            from: input.from,
            to: input.to,
            judged_from: input.judged_from.max(input.from),
            cut: input.cut,
        };
        let is_there = |number: &&u64| self.is_there(**number);
        let by_code = self.dead_by_code.iter().filter_map(|(code, numbers)| {
            let count = u64::try_from(numbers.iter().filter(is_there).count()).unwrap_or(u64::MAX);
            (count > 0).then(|| (code.clone(), count))
        });
        let mut ledger = Ledger {
            records: sum(|input| input.there.count()),
            classified: sum(|input| input.classified.count_in(&input.there)),
            dead: sum(|input| input.dead.count_in(&input.there)),
            dead_by_code: by_code.collect(),
            routed: sum(|input| input.routed.count_in(&input.there)),
            tasks: self.claims.count(Entry::Task, |number| self.is_there(number)),
            kudos: self.claims.count(Entry::Kudos, |number| self.is_there(number)),
            repeated: u64::try_from(self.ids.len() - distinct).unwrap_or(u64::MAX),
            windows: inputs.iter().map(window).collect(),
            ..self.ledger
        };
        ledger.offences.sort();
        ledger
    }

    /// Outputs whose origin was not read: it was no record of the input, or retention took it.
    fn judge_strays(&mut self) {
        let of_input = |(place, input): (usize, &Input)| {
            let outputs = [&input.classified, &input.dead, &input.routed];
            let strays = outputs
                .into_iter()
                .flat_map(Offsets::iter)
                .filter(|offset| !input.there.contains(*offset));
            strays.map(|offset| number(place, offset)).collect::<Vec<_>>()
        };
        let mut strays: Vec<u64> = self.inputs.iter().enumerate().flat_map(of_input).collect();
        strays.extend(self.claims.found().filter(|number| !self.is_there(*number)));
        for number in strays {
            let Some((input, offset)) = self.input_of(number) else { continue };
            if offset < input.from {
                self.ledger.outside += 1;
            } else {
                let origin = input.origin(offset);
                self.ledger.orphans += 1;
                self.offend(OffenceKind::Orphan, OutputKind::Fate, &origin);
            }
        }
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
                wrong.push((found, input.origin(offset)));
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
            let Some((input, offset)) = self.input_of(number) else { continue };
            if !input.there.contains(offset) {
                continue;
            }
            let known = input.routed.contains(offset);
            let origin = input.origin(offset);
            match wrong {
                Wrong::Missing => self.missing(OutputKind::Work, &origin),
                Wrong::Double => self.double(OutputKind::Work, &origin),
                Wrong::Uncalled if known => self.double(OutputKind::Work, &origin),
                // Without its routing nobody can tell; that it is missing is told elsewhere.
                Wrong::Uncalled => {}
            }
        }
    }

    /// The input partition and the offset of an origin's number.
    fn input_of(&self, number: u64) -> Option<(&Input, i64)> {
        let place = usize::try_from(number >> OFFSET_BITS).ok()?;
        Some((self.inputs.get(place)?, (number & ((1 << OFFSET_BITS) - 1)).cast_signed()))
    }

    fn is_there(&self, number: u64) -> bool {
        self.input_of(number).is_some_and(|(input, offset)| input.there.contains(offset))
    }
}
