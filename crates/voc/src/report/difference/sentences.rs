//! What somebody with ten seconds should know, in plain sentences.

use learn::diff::Flow;

use super::super::figures::{count, decimal, signed_count};
use super::Difference;

impl Difference<'_> {
    /// The sentences, most important first.
    pub(super) fn sentences(&self) -> Vec<String> {
        let comparison = self.comparison;
        if comparison.records == 0 {
            return vec!["There is no record to compare over.".to_owned()];
        }
        if comparison.changed == 0 {
            let all = count(comparison.records);
            return vec![if self.is_one_configuration() {
                format!("Both are the same configuration: all {all} answers are handled as before.")
            } else {
                format!(
                    "The two configurations differ, but all {all} answers are handled as before."
                )
            }];
        }
        let mut sentences = vec![format!(
            "{} of {} answers ({} %) would be handled otherwise.",
            count(comparison.changed),
            count(comparison.records),
            decimal(percent(comparison.changed, comparison.records)),
        )];
        sentences.extend(self.most_work(|net| net > 0));
        sentences.extend(self.most_work(|net| net < 0));
        sentences.extend(self.most_moves());
        sentences.extend(self.coverage());
        sentences.extend(self.flags_lost());
        sentences.extend(self.dead());
        sentences
    }

    /// The department whose tasks change most in one direction.
    fn most_work(&self, direction: impl Fn(i64) -> bool) -> Option<String> {
        let departments = self.comparison.departments.iter();
        let (id, tally) = departments
            .filter(|(_, tally)| direction(tally.tasks.count.net()))
            // Of several with the same change, the first by id.
            .max_by_key(|(id, tally)| {
                (tally.tasks.count.net().unsigned_abs(), std::cmp::Reverse(*id))
            })?;
        let tasks = tally.tasks.count;
        let (more, net) = (more(tasks.net()), tasks.net().unsigned_abs());
        let noun = if net == 1 { "task" } else { "tasks" };
        let rate = self.per_week(tasks.net()).map_or_else(String::new, |rate| {
            format!(", about {} {more} a week", decimal_or_whole(rate.abs()))
        });
        Some(format!(
            "{} gets {} {more} {noun} ({} instead of {}){rate}.",
            self.facts.department_name(id),
            count(net),
            count(tasks.after),
            count(tasks.before),
        ))
    }

    fn most_moves(&self) -> Option<String> {
        let moves = self.moves();
        let (step, tally) = moves.first()?;
        let all: u64 = moves.iter().map(|(_, tally)| tally.records).sum();
        let (from, to) = (self.owner(step.from.as_ref()), self.owner(step.to.as_ref()));
        let (verb, noun) = if all == 1 { ("gets", "answer") } else { ("get", "answers") };
        let which = match (moves.len(), all) {
            (1, 1) => format!("from {from} to {to}"),
            (1, _) => format!("all from {from} to {to}"),
            _ => format!("{} of them from {from} to {to}", count(tally.records)),
        };
        Some(format!("{} {noun} {verb} another owner, {which}.", count(all)))
    }

    fn coverage(&self) -> Option<String> {
        let Flow { gained, lost, .. } = self.comparison.tagged;
        let gain = (gained > 0).then(|| match gained {
            1 => "1 answer that had no theme gets one".to_owned(),
            _ => format!("{} answers that had no theme get one", count(gained)),
        });
        let loss = (lost > 0).then(|| match lost {
            1 => "1 is left without any".to_owned(),
            _ => format!("{} are left without any", count(lost)),
        });
        match (gain, loss) {
            (Some(gain), Some(loss)) => Some(format!("{gain}, {loss}.")),
            (Some(gain), None) => Some(format!("{gain}.")),
            (None, Some(_)) if lost == 1 => Some("1 answer is left without any theme.".to_owned()),
            (None, Some(_)) => Some(format!("{} answers are left without any theme.", count(lost))),
            (None, None) => None,
        }
    }

    fn flags_lost(&self) -> Option<String> {
        let lost = self.comparison.flags.iter().filter(|(_, flow)| flow.lost > 0);
        let lost: Vec<String> = lost
            .map(|(flag, flow)| format!("{} {}", count(flow.lost), flag.name().replace('_', " ")))
            .collect();
        (!lost.is_empty()).then(|| {
            format!("Look twice: flags that must not be overlooked are lost: {}.", lost.join(", "))
        })
    }

    fn dead(&self) -> Option<String> {
        let dead = self.comparison.dead_letters();
        match (dead.gained, dead.lost) {
            (0, 0) => None,
            (new, 0) => Some(format!("{} can no longer be read.", answers(new))),
            (0, old) => Some(format!("{} can be read that could not.", answers(old))),
            (new, old) => Some(format!(
                "{} can no longer be read, {} can that could not.",
                answers(new),
                count(old)
            )),
        }
    }
}

fn answers(number: u64) -> String {
    format!("{} {}", count(number), if number == 1 { "answer" } else { "answers" })
}

fn more(net: i64) -> &'static str {
    match net {
        ..=-1 => "fewer",
        _ => "more",
    }
}

/// A rate: whole from ten on.
pub(super) fn decimal_or_whole(rate: f64) -> String {
    if rate >= 10.0 { format!("{rate:.0}") } else { decimal(rate) }
}

/// `part` in per cent of `whole`, which is not 0.
#[expect(clippy::cast_precision_loss, reason = "counts of records stay far below 2^53")]
pub(super) fn percent(part: u64, whole: u64) -> f64 {
    100.0 * part as f64 / whole as f64
}

/// `+87 (+21.6 %)`, or `+87` where there was nothing.
pub(super) fn step(flow: &Flow) -> String {
    let net = signed_count(flow.net());
    match flow.net_percent() {
        Some(percent) if flow.net() != 0 => {
            let sign = if percent > 0.0 { "+" } else { "\u{2212}" };
            format!("{net} ({sign}{} %)", decimal(percent.abs()))
        }
        _ => net,
    }
}
