//! What the clock and escalation say, in the company's language: short, in plain words, with times as
//! the clock on the team's wall shows them.

use feedback::{MessageLanguage, TeamId};
use jiff::Zoned;
use jiff::civil::Date;

use crate::Target;
use crate::allowance::{Allowance, Counted};
use crate::calendar::Calendar;

/// The messages of one language.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Messages(pub(crate) MessageLanguage);

/// Days of the week from Monday on, in English and Dutch.
const WEEKDAYS: [(&str, &str); 7] = [
    ("Mon", "ma"),
    ("Tue", "di"),
    ("Wed", "wo"),
    ("Thu", "do"),
    ("Fri", "vr"),
    ("Sat", "za"),
    ("Sun", "zo"),
];

impl Messages {
    /// `Mon 2026-03-02 09:00`, in the calendar's time zone.
    pub(crate) fn time(self, calendar: &Calendar, second: i64) -> String {
        calendar.local(second).map_or_else(|| second.to_string(), |local| self.local(&local))
    }

    fn local(self, local: &Zoned) -> String {
        let (hour, minute) = (local.hour(), local.minute());
        format!("{} {hour:02}:{minute:02}", self.date(local.date()))
    }

    fn date(self, date: Date) -> String {
        let weekday = usize::try_from(date.weekday().to_monday_zero_offset()).unwrap_or(0);
        let (english, dutch) = WEEKDAYS[weekday];
        format!("{} {date}", self.0.one_of(english, dutch))
    }

    /// `3h 20m`: whole minutes, rounded down.
    pub(crate) fn length(self, seconds: i64) -> String {
        let (hours, minutes) = (seconds / 3_600, seconds / 60 % 60);
        let hour = self.0.one_of("h", "u");
        match (hours, minutes) {
            (0, minutes) => format!("{minutes}m"),
            (hours, 0) => format!("{hours}{hour}"),
            (hours, minutes) => format!("{hours}{hour} {minutes}m"),
        }
    }

    /// What a target asks for.
    pub(crate) fn target(self, target: Target) -> &'static str {
        match target {
            Target::Acknowledge => self.0.one_of("acknowledge", "bevestigen"),
            Target::Contact => self.0.one_of("contact", "contact"),
            Target::Answer => self.0.one_of("first answer", "eerste antwoord"),
            Target::Resolve => self.0.one_of("resolve", "oplossen"),
            Target::FinalAnswer => self.0.one_of("final answer", "eindantwoord"),
        }
    }

    /// How much time there is, and what time counts.
    pub(crate) fn allowance(
        self,
        target: Target,
        allowance: &Allowance,
        seconds: i64,
        calendar: &Calendar,
    ) -> String {
        let (what, term, id) = (self.target(target), allowance.term.as_str(), &calendar.id);
        if allowance.counted == Counted::Calendar {
            return self.0.one_of(
                format!("{what} within {term}, nights and weekends included"),
                format!("{what} binnen {term}, nachten en weekends tellen mee"),
            );
        }
        let hours = if term.ends_with('d') {
            let by = self.0.one_of("by", "volgens");
            format!("{} {by} ", self.length(seconds))
        } else {
            String::new()
        };
        self.0.one_of(
            format!("{what} within {term} of working time ({hours}calendar {id})"),
            format!("{what} binnen {term} werktijd ({hours}kalender {id})"),
        )
    }

    /// From when it counts, and in which time zone all times are told.
    pub(crate) fn starts(self, at: &str, zone: &str) -> String {
        self.0.one_of(format!("counts from {at} ({zone})"), format!("telt vanaf {at} ({zone})"))
    }

    /// It was closed then.
    pub(crate) fn opens(self, at: &str, opens: &str, zone: &str) -> String {
        self.0.one_of(
            format!("{at} is outside working time: counts from {opens} ({zone})"),
            format!("{at} is buiten werktijd: telt vanaf {opens} ({zone})"),
        )
    }

    /// Another team has it.
    pub(crate) fn handover(self, team: &TeamId, at: &str, calendar: &Calendar) -> String {
        let id = &calendar.id;
        self.0.one_of(
            format!(
                "from {at} the hours of {team} count (calendar {id}); what was spent stays spent"
            ),
            format!("vanaf {at} tellen de uren van {team} (kalender {id}); wat op is, blijft op"),
        )
    }

    /// The customer had to answer first.
    pub(crate) fn paused(self, from: &str, to: &str) -> String {
        self.0.one_of(
            format!("stood still from {from} to {to}: waiting for the customer"),
            format!("stond stil van {from} tot {to}: wachten op de klant"),
        )
    }

    /// The customer must answer first.
    pub(crate) fn pauses(self, from: &str, left: &str) -> String {
        self.0.one_of(
            format!("stands still since {from}, with {left} left: waiting for the customer"),
            format!("staat stil sinds {from}, met nog {left}: wachten op de klant"),
        )
    }

    /// The task was over for a while.
    pub(crate) fn stopped(self, from: &str, to: &str) -> String {
        self.0.one_of(
            format!("stood still from {from} to {to}: there was nothing to do"),
            format!("stond stil van {from} tot {to}: er was niets te doen"),
        )
    }

    /// A day off.
    pub(crate) fn holiday(self, date: Date) -> String {
        let date = self.date(date);
        self.0.one_of(
            format!("{date} is a holiday: not counted"),
            format!("{date} is een vrije dag: telt niet"),
        )
    }

    /// Nobody answers public posts in the weekend.
    pub(crate) fn no_weekend(self, team: &TeamId) -> String {
        self.0.one_of(
            format!("{team} has no weekend calendar: weekends don't count"),
            format!("{team} heeft geen weekendkalender: weekends tellen niet"),
        )
    }

    /// When it is due.
    pub(crate) fn due(self, at: &str) -> String {
        self.0.one_of(format!("due {at}"), format!("uiterlijk {at}"))
    }

    /// It isn't due within twenty years.
    pub(crate) fn never(self) -> &'static str {
        self.0.one_of("not due within twenty years", "niet binnen twintig jaar")
    }

    /// It was done.
    pub(crate) fn met(self, at: &str, late: bool) -> String {
        if late {
            return self.0.one_of(format!("done {at}, too late"), format!("gedaan {at}, te laat"));
        }
        self.0.one_of(format!("done {at}, in time"), format!("gedaan {at}, op tijd"))
    }

    /// The task was over before it was done.
    pub(crate) fn ended(self, at: &str) -> String {
        self.0.one_of(
            format!("the task was over {at} without it"),
            format!("de taak was {at} voorbij zonder dat"),
        )
    }

    /// So much of the time was spent then.
    pub(crate) fn escalated(self, target: Target, percent: u8, at: &str) -> String {
        let what = self.target(target);
        self.0.one_of(
            format!("{what}: {percent} % of the time was spent {at}"),
            format!("{what}: {percent} % van de tijd was op {at}"),
        )
    }
}
