//! When a team works, and how much working time lies between two moments.
//!
//! A moment is working time if the clock on the team's wall shows an opening time. So an hour that the
//! autumn's change of clocks repeats counts twice, one that the spring's leaves out doesn't count, and
//! an opening from midnight to midnight lasts 25 or 23 hours on those days. All is counted in whole
//! seconds since 1970: parts of a second don't matter to people.

use std::ops::Range;
use std::sync::Arc;

use jiff::civil::Date;
use jiff::tz::{Offset, TimeZone};
use jiff::{Timestamp, Zoned};

use crate::holiday::Holiday;

/// One day, in seconds.
pub(crate) const DAY: i64 = 86_400;

/// How far ahead a due time is looked for: some twenty years, in seconds.
const HORIZON: i64 = 20 * 366 * DAY;

/// Opening hours of a week, in a time zone, but for holidays.
#[derive(Debug, Clone)]
pub(crate) struct Calendar {
    pub(crate) id: Arc<str>,
    pub(crate) zone: TimeZone,
    /// From Monday on: stretches of seconds since midnight, in order and apart.
    pub(crate) week: [Vec<Range<i64>>; 7],
    pub(crate) holidays: Vec<Holiday>,
    /// What a target's `d` is, in seconds of working time.
    pub(crate) day_seconds: i64,
}

impl Calendar {
    /// The working time between two moments, in seconds.
    pub(crate) fn open_seconds(&self, from: i64, to: i64) -> i64 {
        let mut total = 0;
        self.walk(from, to, |open| {
            total += open.end - open.start;
            true
        });
        total
    }

    /// The first moment at which so much working time has gone by since `from`; `None` if it doesn't
    /// within some twenty years.
    pub(crate) fn after(&self, from: i64, seconds: i64) -> Option<i64> {
        let (mut left, mut found) = (seconds, None);
        self.walk(from, from.saturating_add(HORIZON), |open| {
            let length = open.end - open.start;
            if length < left {
                left -= length;
                return true;
            }
            found = Some(open.start + left);
            false
        });
        found
    }

    /// The holidays between two moments that take working time away.
    pub(crate) fn holidays_between(&self, from: i64, to: i64) -> Vec<Date> {
        let Some((mut date, last)) =
            self.local(from).zip(self.local(to)).map(|(from, to)| (from.date(), to.date()))
        else {
            return Vec::new();
        };
        let mut found = Vec::new();
        while date <= last {
            let weekday = usize::try_from(date.weekday().to_monday_zero_offset()).unwrap_or(0);
            if !self.week[weekday].is_empty() && self.is_holiday(date) {
                found.push(date);
            }
            let Ok(next) = date.tomorrow() else { break };
            date = next;
        }
        found
    }

    /// What the clock on the team's wall shows.
    pub(crate) fn local(&self, second: i64) -> Option<Zoned> {
        Some(Timestamp::from_second(second).ok()?.to_zoned(self.zone.clone()))
    }

    /// The name of its time zone.
    pub(crate) fn zone_name(&self) -> &str {
        self.zone.iana_name().unwrap_or("UTC")
    }

    fn is_holiday(&self, date: Date) -> bool {
        self.holidays.iter().any(|holiday| holiday.is_on(date))
    }

    /// Shows each stretch of working time between two moments, in order, until `visit` has enough.
    fn walk(&self, from: i64, to: i64, mut visit: impl FnMut(Range<i64>) -> bool) {
        let mut start = from;
        while start < to {
            let Ok(at) = Timestamp::from_second(start) else { return };
            let offset = i64::from(self.zone.to_offset(at).seconds());
            let change = self.zone.following(at).next();
            let end = change.map_or(to, |change| change.timestamp().as_second().min(to));
            if !self.walk_days(start..end, offset, &mut visit) {
                return;
            }
            start = end.max(start + 1);
        }
    }

    /// The same between two changes of the clocks, where local time is `offset` seconds ahead of UTC.
    fn walk_days(
        &self,
        within: Range<i64>,
        offset: i64,
        visit: &mut impl FnMut(Range<i64>) -> bool,
    ) -> bool {
        let first = (within.start + offset).div_euclid(DAY);
        let last = (within.end - 1 + offset).div_euclid(DAY);
        for day in first..=last {
            // 1 January 1970 was a Thursday, 3 days after a Monday.
            let weekday = usize::try_from((day + 3).rem_euclid(7)).unwrap_or(0);
            let hours = &self.week[weekday];
            let Ok(midnight) = Timestamp::from_second(day * DAY) else { return false };
            if hours.is_empty() || self.is_holiday(Offset::UTC.to_datetime(midnight).date()) {
                continue;
            }
            let midnight = day * DAY - offset;
            for hours in hours {
                let start = (midnight + hours.start).max(within.start);
                let end = (midnight + hours.end).min(within.end);
                if start < end && !visit(start..end) {
                    return false;
                }
            }
        }
        true
    }
}
