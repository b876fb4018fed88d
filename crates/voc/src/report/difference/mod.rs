//! What a change of the configuration would move, for people and for machines: sentences and tables in
//! the terminal ([`difference_terminal`]), one page that needs nothing else ([`difference_html`]), and JSON.

mod page;
mod rows;
mod sentences;
mod terminal;
mod voices;

#[cfg(test)]
mod tests;

use std::cmp::Reverse;

use feedback::{DepartmentId, TeamId, ThemeId};
use learn::diff::{
    Aspect, Comparison, DepartmentTally, Flow, Move, MoveTally, Outcome, TaskFlow, ThemeTally,
};
use measure::{Estimate, Mood, Scores};
use serde::{Serialize, Serializer};

use super::names;
use super::summary::Facts;

pub use page::difference_html;
pub use terminal::difference_terminal;

/// One of the two configurations.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SideFact {
    /// Its folder, as it was named.
    #[serde(rename = "configuration")]
    pub name: String,
    /// The hash of all that shapes output.
    pub hash: String,
    /// Its taxonomy.
    pub taxonomy: String,
    /// The taxonomy's version.
    pub version: String,
}

/// A comparison with what is needed to tell it.
#[derive(Debug)]
pub struct Difference<'a> {
    /// The counts.
    pub comparison: &'a Comparison,
    /// The names of both sides, NEW's where they differ.
    pub facts: Facts,
    /// OLD.
    pub old: SideFact,
    /// NEW.
    pub new: SideFact,
    /// The file or topic that was compared over.
    pub over: String,
    /// The limits, judged.
    pub limits: Vec<Outcome>,
}

/// Both sides and the limits around the comparison's own members.
impl Serialize for Difference<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct DifferenceJson<'a> {
            old: &'a SideFact,
            new: &'a SideFact,
            same_configuration: bool,
            over: &'a str,
            #[serde(flatten)]
            comparison: &'a Comparison,
            limits: &'a [Outcome],
        }
        DifferenceJson {
            old: &self.old,
            new: &self.new,
            same_configuration: self.is_one_configuration(),
            over: &self.over,
            comparison: self.comparison,
            limits: &self.limits,
        }
        .serialize(serializer)
    }
}

/// A measure of the records with a theme, under OLD and NEW.
struct ScoreStep {
    /// What is measured: NPS, CSAT, CES or net sentiment.
    metric: &'static str,
    /// In points with a sign, else in per cent.
    points: bool,
    before: Option<Estimate>,
    after: Option<Estimate>,
}

impl Difference<'_> {
    fn is_one_configuration(&self) -> bool {
        self.old.hash == self.new.hash
    }

    /// From the first day to the last.
    fn period(&self) -> Option<String> {
        let period = self.comparison.period;
        Some(names::period(period.first?, period.last?))
    }

    /// The themes that move, those that move most first, then by id.
    fn moved_themes(&self) -> Vec<(&ThemeId, &ThemeTally)> {
        let themes = self.comparison.themes.iter();
        let mut moved: Vec<_> =
            themes.filter(|(_, tally)| !tally.records.is_still() || tally.turned > 0).collect();
        moved.sort_by_key(|(_, tally)| Reverse((turnover(&tally.records), tally.turned)));
        moved
    }

    /// The departments of which anything moves, those with the largest change of tasks first.
    fn moved_departments(&self) -> Vec<(&DepartmentId, &DepartmentTally)> {
        let departments = self.comparison.departments.iter();
        let mut moved: Vec<_> = departments.filter(|(_, tally)| !tally.is_still()).collect();
        moved.sort_by_key(|(_, tally)| {
            let tasks = tally.tasks.count;
            Reverse((tasks.net().unsigned_abs(), turnover(&tasks), turnover(&tally.accountable)))
        });
        moved
    }

    /// The teams of which the tasks move, those with the largest change first.
    fn moved_teams(&self) -> Vec<(&TeamId, &TaskFlow)> {
        let teams = self.comparison.teams.iter();
        let mut moved: Vec<_> =
            teams.filter(|(_, flow)| !flow.count.is_still() || flow.changed > 0).collect();
        moved.sort_by_key(|(_, flow)| {
            Reverse((flow.count.net().unsigned_abs(), turnover(&flow.count), flow.changed))
        });
        moved
    }

    /// From whom to whom records move, the commonest first.
    fn moves(&self) -> Vec<(&Move, &MoveTally)> {
        let mut moves: Vec<_> = self.comparison.moves.iter().collect();
        moves.sort_by_key(|(_, tally)| Reverse(tally.records));
        moves
    }

    /// The respects in which records differ, the commonest first.
    fn aspects(&self) -> Vec<(Aspect, u64)> {
        let counts = Aspect::ALL.map(|aspect| (aspect, self.comparison.changed_in(aspect)));
        let mut found: Vec<_> = counts.into_iter().filter(|(_, count)| *count > 0).collect();
        found.sort_by_key(|(_, count)| Reverse(*count));
        found
    }

    /// Who is accountable, by name; a dead letter is nobody's.
    fn owner<'a>(&'a self, department: Option<&'a DepartmentId>) -> &'a str {
        department.map_or("nobody (dead letter)", |id| self.facts.department_name(id))
    }

    /// `count` as a rate per week, where one is measured and it is half a unit at least.
    fn per_week(&self, count: i64) -> Option<f64> {
        self.comparison.period.per_week(count).filter(|rate| rate.abs() >= 0.5)
    }
}

fn turnover(flow: &Flow) -> u64 {
    flow.gained + flow.lost
}

/// The measure that most answers of these records have, else how they feel.
fn score_step(
    (before, after): (&Scores, &Scores),
    (mood_before, mood_after): (&Mood, &Mood),
) -> ScoreStep {
    let answers = |of: fn(&Scores) -> u64| of(before).max(of(after));
    let (nps, csat, ces) =
        (answers(|of| of.nps.n()), answers(|of| of.csat.n), answers(|of| of.effort.n));
    let most = nps.max(csat).max(ces);
    if most == 0 {
        let (before, after) = (mood_before.net(), mood_after.net());
        ScoreStep { metric: "Net sentiment", points: true, before, after }
    } else if nps == most {
        let (before, after) = (before.nps.estimate(), after.nps.estimate());
        ScoreStep { metric: "NPS", points: true, before, after }
    } else if csat == most {
        let (before, after) = (before.csat.estimate(), after.csat.estimate());
        ScoreStep { metric: "CSAT", points: false, before, after }
    } else {
        let (before, after) = (before.effort.share(), after.effort.share());
        ScoreStep { metric: "CES", points: false, before, after }
    }
}

/// What an aspect is called, for people: `312 …`.
fn aspect_name(aspect: Aspect) -> &'static str {
    match aspect {
        Aspect::Dead => "become readable or unreadable",
        Aspect::Reading => "are read otherwise",
        Aspect::Themes => "other themes",
        Aspect::Polarity => "another polarity of a theme",
        Aspect::Sentiment => "another overall sentiment",
        Aspect::Emotions => "other emotions",
        Aspect::Effort => "another effort",
        Aspect::Intent => "another intent",
        Aspect::Urgency => "another urgency",
        Aspect::Flags => "other flags",
        Aspect::Department => "another accountable department",
        Aspect::Contributors => "other helpers",
        Aspect::Task => "a task more, less or otherwise",
        Aspect::Priority => "another priority",
        Aspect::Due => "other due times",
        Aspect::Kudos => "praise passed on otherwise",
    }
}
