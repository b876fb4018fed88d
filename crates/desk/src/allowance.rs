//! How much time a target gives: `{ business = "4h" }` in a team's working time, `{ calendar = "24h" }`
//! with nights, weekends and holidays.

use feedback::Term;
use feedback::document::{Document, Spanned, Table};

use crate::calendar::{Calendar, DAY};

/// What time is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Counted {
    /// The team's working time.
    Business,
    /// All time.
    Calendar,
}

impl Counted {
    /// The time that counts between two moments, in seconds.
    pub(crate) fn seconds(self, calendar: &Calendar, from: i64, to: i64) -> i64 {
        match self {
            Self::Business => calendar.open_seconds(from, to),
            Self::Calendar => to - from,
        }
    }

    /// The first moment at which so much of it has gone by since `from`.
    pub(crate) fn after(self, calendar: &Calendar, from: i64, seconds: i64) -> Option<i64> {
        match self {
            Self::Business => calendar.after(from, seconds),
            Self::Calendar => from.checked_add(seconds),
        }
    }
}

/// How much time a target gives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Allowance {
    pub(crate) counted: Counted,
    pub(crate) term: Term,
}

impl Allowance {
    /// In seconds of what is counted: a day of business is the calendar's `day`.
    pub(crate) fn seconds(&self, calendar: &Calendar) -> i64 {
        let seconds = self.term.seconds();
        match self.counted {
            Counted::Business if self.term.as_str().ends_with('d') => {
                seconds / DAY * calendar.day_seconds
            }
            _ => seconds,
        }
    }
}

/// Reads the allowance at `key`.
pub(crate) fn read(
    table: &mut Table,
    key: &'static str,
    document: &mut Document<'_>,
) -> Option<Allowance> {
    let mut table = table.table(key, document)?;
    let business = table.text("business", document);
    let calendar = table.text("calendar", document);
    let (name, span) = (table.name(), table.span());
    table.finish(document);
    match (business, calendar) {
        (Some(text), None) => {
            let term = read_term(&text, document)?;
            if !term.as_str().ends_with('w') {
                return Some(Allowance { counted: Counted::Business, term });
            }
            let message = format!("`{}`: working time has no weeks", term.as_str());
            let mend = "write days: business = \"5d\"";
            document.problem(text.span(), "business_weeks", message, mend);
            None
        }
        (None, Some(text)) => {
            let term = read_term(&text, document)?;
            Some(Allowance { counted: Counted::Calendar, term })
        }
        _ => {
            let message = format!("{name} must say what time it counts");
            let mend = format!(
                "write {key} = {{ business = \"4h\" }} or {key} = {{ calendar = \"24h\" }}"
            );
            document.problem(span, "bad_allowance", message, mend);
            None
        }
    }
}

/// Reads a length of time.
pub(crate) fn read_term(text: &Spanned<String>, document: &mut Document<'_>) -> Option<Term> {
    let term = Term::parse(text.get_ref());
    if term.is_none() {
        let message = format!("`{}` is no length of time", text.get_ref());
        let mend = "write a whole number and m, h or d (in calendar time also w): \"30m\", \"4h\", \"2d\", \"8w\"";
        document.problem(text.span(), "bad_duration", message, mend);
    }
    term
}
