//! clock.toml read into a [`Clock`], or into all its problems.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Arc;

use feedback::document::{Document, Spanned, Table};
use feedback::{Departments, Files, Problem, TeamId, Term, nearest, suggest};
use jiff::tz::{TimeZone, TimeZoneDatabase};

use crate::allowance::{self, Allowance};
use crate::calendar::{Calendar, DAY};
use crate::clock::{Clock, Targets, TeamHours};
use crate::holiday::Holiday;
use crate::messages::Messages;
use crate::{DEFAULT, FILE};

/// The days of a week as clock.toml names them.
const WEEKDAYS: [&str; 7] =
    ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

/// The most days of working time that a target may give: a year's.
const BUSINESS_DAYS_MAX: i64 = 260;

/// The calendars by id, `None` where one is faulty.
type Calendars = BTreeMap<String, Option<Arc<Calendar>>>;

/// Reads clock.toml, the default one where there is none. `departments` says which teams there are.
pub(crate) fn parse(
    files: &Files,
    departments: Option<&Departments>,
) -> Result<Clock, Vec<Problem>> {
    let mut document = Document::new(FILE, files.get(FILE).unwrap_or(DEFAULT));
    let Some(mut file) = document.root() else { return Err(document.finish()) };
    let mut calendars = Calendars::new();
    for table in file.tables("calendar", &mut document) {
        read_calendar(table, &mut calendars, &mut document);
    }
    file.needs("default", "[default] with calendar = \"office\"", &mut document);
    let default = file.table("default", &mut document);
    let default = default.and_then(|table| read_hours_of(table, &calendars, &mut document));
    let mut teams = BTreeMap::new();
    for table in file.tables("team", &mut document) {
        read_team(table, &calendars, departments, &mut teams, &mut document);
    }
    let mut targets: [Option<Targets>; 4] = Default::default();
    for table in file.tables("target", &mut document) {
        read_targets(table, &mut targets, &mut document);
    }
    let mut public = file.table_or_empty("public", &mut document);
    let answer = read_allowance(&mut public, "answer", &mut document);
    public.finish(&mut document);
    let mut formal = file.table_or_empty("formal_complaint", &mut document);
    let final_answer = formal.text("final_answer", &mut document);
    let final_answer = final_answer.and_then(|text| allowance::read_term(&text, &mut document));
    formal.finish(&mut document);
    file.finish(&mut document);
    let problems = document.finish();
    match (default, problems.is_empty()) {
        (Some(default), true) => Ok(Clock {
            default,
            teams,
            targets: targets.map(Option::unwrap_or_default),
            answer,
            final_answer,
            messages: Messages::default(),
        }),
        _ => Err(problems),
    }
}

fn read_calendar(mut table: Table, calendars: &mut Calendars, document: &mut Document<'_>) {
    let before = document.problems();
    let whole = table.span();
    table.needs("id", "id = \"office\"", document);
    let id = table.text("id", document);
    table.needs("time_zone", "time_zone = \"Europe/Amsterdam\"", document);
    let zone = table.text("time_zone", document).and_then(|name| read_zone(&name, document));
    table.needs("day", "day = \"8h\", the working time of a day", document);
    let day = table.text("day", document).and_then(|text| read_day(&text, document));
    let holidays = table.texts("holidays", document).map_or_else(Vec::new, Spanned::into_inner);
    let holidays = holidays.iter().filter_map(|text| read_holiday(text, document)).collect();
    table.needs("hours", "[calendar.hours] with monday = [\"09:00-17:00\"]", document);
    let week = table.table("hours", document).map(|hours| read_week(hours, document));
    table.finish(document);
    let sound = document.problems() == before;
    if sound && week.iter().flatten().all(Vec::is_empty) {
        let mend = "write monday = [\"09:00-17:00\"] below its [calendar.hours]";
        document.problem(whole, "never_open", "this calendar is never open", mend);
    }
    let Some(id) = id else { return };
    if calendars.contains_key(id.get_ref()) {
        let message = format!("calendar `{}` is written twice", id.get_ref());
        let mend = "remove one of the two, or give it another id";
        document.problem(id.span(), "duplicate_calendar", message, mend);
    }
    let calendar = match (zone, day, week) {
        (Some(zone), Some(day), Some(week)) => {
            let id = Arc::from(id.get_ref().as_str());
            Some(Arc::new(Calendar { id, zone, week, holidays, day_seconds: day.seconds() }))
        }
        _ => None,
    };
    calendars.insert(id.into_inner(), calendar);
}

/// A time zone of the database that the binary carries: every machine has the same.
fn read_zone(name: &Spanned<String>, document: &mut Document<'_>) -> Option<TimeZone> {
    let database = TimeZoneDatabase::bundled();
    let zone = database.get(name.get_ref()).ok();
    if zone.is_none() {
        let names: Vec<String> = database.available().map(|name| name.to_string()).collect();
        let mend = nearest(name.get_ref(), names.iter().map(String::as_str)).map_or_else(
            || "write a name of the IANA database, such as Europe/Amsterdam".to_owned(),
            |near| format!("write time_zone = \"{near}\""),
        );
        let message = format!("there is no time zone \"{}\"", name.get_ref());
        document.problem(name.span(), "unknown_time_zone", message, mend);
    }
    zone
}

fn read_day(text: &Spanned<String>, document: &mut Document<'_>) -> Option<Term> {
    let day = allowance::read_term(text, document)?;
    if day.seconds() <= DAY {
        return Some(day);
    }
    let message = format!("a day of working time can't last {}", day.as_str());
    document.problem(text.span(), "bad_day", message, "write day = \"8h\"; 24h at most");
    None
}

fn read_holiday(text: &Spanned<String>, document: &mut Document<'_>) -> Option<Holiday> {
    let holiday = Holiday::parse(text.get_ref());
    if holiday.is_none() {
        let message = format!("\"{}\" is no holiday", text.get_ref());
        let mend = "write \"12-25\" (each year), \"2026-05-05\" (once), or \"easter+1\"";
        document.problem(text.span(), "bad_holiday", message, mend);
    }
    holiday
}

fn read_week(mut table: Table, document: &mut Document<'_>) -> [Vec<Range<i64>>; 7] {
    let week = WEEKDAYS.map(|weekday| {
        let texts = table.texts(weekday, document).map_or_else(Vec::new, Spanned::into_inner);
        let mut hours: Vec<Range<i64>> = Vec::new();
        for text in texts {
            let read = read_hours(text.get_ref());
            let after_last = |read: &Range<i64>| hours.last().is_none_or(|it| it.end <= read.start);
            if let Some(read) = read.filter(after_last) {
                hours.push(read);
                continue;
            }
            let message = format!("\"{}\" are no opening hours here", text.get_ref());
            let mend = "write \"09:00-17:00\", in order and apart; past midnight as \
                        \"22:00-24:00\" and, the next day, \"00:00-06:00\"";
            document.problem(text.span(), "bad_hours", message, mend);
        }
        hours
    });
    table.finish(document);
    week
}

/// `"09:00-17:30"` in seconds since midnight; `24:00` is the day's end.
fn read_hours(text: &str) -> Option<Range<i64>> {
    let (from, to) = text.split_once('-')?;
    let (from, to) = (read_time(from)?, read_time(to)?);
    (from < to).then_some(from..to)
}

fn read_time(text: &str) -> Option<i64> {
    let (hour, minute) = text.split_once(':')?;
    let two_digits = |part: &str| part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_digit());
    if !two_digits(hour) || !two_digits(minute) {
        return None;
    }
    let (hour, minute): (i64, i64) = (hour.parse().ok()?, minute.parse().ok()?);
    let seconds = hour * 3_600 + minute * 60;
    (minute < 60 && seconds <= DAY).then_some(seconds)
}

/// `calendar` and `weekend_calendar` of a team, or of all that have no table of their own.
fn read_hours_of(
    mut table: Table,
    calendars: &Calendars,
    document: &mut Document<'_>,
) -> Option<TeamHours> {
    table.needs("calendar", "calendar = \"office\"", document);
    let mut named = |key| {
        let name: Spanned<String> = table.text(key, document)?;
        let Some(calendar) = calendars.get(name.get_ref()) else {
            let mend = suggest(name.get_ref(), calendars.keys().map(String::as_str), "calendar");
            let message = format!("there is no calendar `{}`", name.get_ref());
            document.problem(name.span(), "unknown_calendar", message, mend);
            return None;
        };
        Some((calendar.clone()?, name.span()))
    };
    let (calendar, weekend) = (named("calendar"), named("weekend_calendar"));
    table.finish(document);
    if let Some((weekend, span)) = &weekend
        && weekend.week[5..].iter().all(Vec::is_empty)
    {
        let message = format!("calendar `{}` is closed in the weekend", weekend.id);
        let mend = "name one that is open on saturday or sunday, or remove the key";
        document.problem(span.clone(), "closed_in_the_weekend", message, mend);
    }
    let weekend = weekend.map(|(calendar, _)| calendar);
    Some(TeamHours { calendar: calendar?.0, weekend })
}

fn read_team(
    mut table: Table,
    calendars: &Calendars,
    departments: Option<&Departments>,
    teams: &mut BTreeMap<TeamId, TeamHours>,
    document: &mut Document<'_>,
) {
    table.needs("id", "id = \"service_desk\"", document);
    let id = table.text("id", document);
    let hours = read_hours_of(table, calendars, document);
    let Some(id) = id else { return };
    let Ok(team) = TeamId::new(id.get_ref()) else {
        let message = format!("\"{}\" is no id of a team", id.get_ref());
        let mend = "use lower-case letters, digits and _ only, 64 bytes at most";
        return document.problem(id.span(), "bad_id", message, mend);
    };
    let known: Option<BTreeSet<&TeamId>> =
        departments.map(|all| all.iter().map(|department| &department.team).collect());
    if let Some(known) = known.filter(|known| !known.contains(&team)) {
        let mend = suggest(team.as_str(), known.iter().map(|team| team.as_str()), "team");
        let message = format!("no department has a team `{team}`");
        document.problem(id.span(), "unknown_team", message, mend);
    }
    if teams.contains_key(&team) {
        let message = format!("team `{team}` is written twice");
        document.problem(id.span(), "duplicate_team", message, "remove one of the two");
    }
    teams.extend(hours.map(|hours| (team, hours)));
}

fn read_targets(mut table: Table, targets: &mut [Option<Targets>; 4], document: &mut Document<'_>) {
    let whole = table.span();
    table.needs("priority", "priority = 2", document);
    let priority = table.whole("priority", document);
    let before = document.problems();
    let acknowledge = read_allowance(&mut table, "acknowledge", document);
    let contact = read_allowance(&mut table, "contact", document);
    let resolve = read_allowance(&mut table, "resolve", document);
    table.finish(document);
    let read = Targets { acknowledge, contact, resolve };
    if document.problems() == before && read == Targets::default() {
        let mend = "give it `acknowledge`, `contact` or `resolve`, or remove it";
        document.problem(whole.clone(), "empty_target", "this target gives no time", mend);
    }
    let Some(priority) = priority else { return };
    let index = usize::try_from(*priority.get_ref() - 1).ok();
    match index.and_then(|index| targets.get_mut(index)) {
        Some(slot @ None) => *slot = Some(read),
        Some(Some(_)) => {
            let message =
                format!("the targets of priority {} are written twice", priority.get_ref());
            document.problem(whole, "duplicate_target", message, "remove one of the two");
        }
        None => {
            let message = format!("priority {} is out of range", priority.get_ref());
            let mend = "write 1 (first), 2, 3 or 4";
            document.problem(priority.span(), "bad_priority", message, mend);
        }
    }
}

fn read_allowance(
    table: &mut Table,
    key: &'static str,
    document: &mut Document<'_>,
) -> Option<Allowance> {
    let span = table.span();
    let read = allowance::read(table, key, document)?;
    let days = read.term.seconds() / DAY;
    if read.counted == allowance::Counted::Business && days > BUSINESS_DAYS_MAX {
        let message = format!("`{}` of working time is more than a year", read.term.as_str());
        let mend = format!("write {BUSINESS_DAYS_MAX}d at most");
        document.problem(span, "bad_duration", message, mend);
        return None;
    }
    Some(read)
}

#[cfg(test)]
mod tests;
