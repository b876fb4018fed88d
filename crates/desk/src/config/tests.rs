//! Cases for clock.toml: what is refused, where, and what to write instead.

use feedback::{Files, Given};

use crate::{Clock, DEFAULT, FILE};

const GOOD: &str = "\
[[calendar]]
id = \"office\"
time_zone = \"Europe/Amsterdam\"
day = \"8h\"
holidays = [\"12-25\"]
[calendar.hours]
monday = [\"09:00-17:00\"]
[default]
calendar = \"office\"
[[target]]
priority = 2
resolve = { business = \"5d\" }
";

fn parse(text: &str) -> Result<Clock, Vec<feedback::Problem>> {
    let mut files = Files::new();
    files.insert(FILE, Given::ByUser, text);
    Clock::parse(&files, None)
}

/// Each case: what to replace in a good file by what, and the code, place and mend of the problem.
#[test]
fn what_is_refused() {
    assert!(parse(GOOD).is_ok() && parse(DEFAULT).is_ok());
    let again = format!("{GOOD}[[target]]\npriority = 2\nresolve = {{ calendar = \"5d\" }}\n");
    assert_eq!(parse(&again).unwrap_err()[0].code, "duplicate_target");
    for (old, new, code, place, mend) in [
        (
            "Europe/Amsterdam",
            "Europe/Amsterdm",
            "unknown_time_zone",
            "\"Europe/Amsterdm\"",
            "Europe/Amsterdam",
        ),
        ("\"8h\"", "\"25h\"", "bad_day", "\"25h\"", "day = \"8h\""),
        ("day = \"8h\"\n", "", "missing_key", "[[calendar]]", "add day"),
        ("12-25", "25-12", "bad_holiday", "\"25-12\"", "easter+1"),
        ("09:00-17:00", "17:00-09:00", "bad_hours", "\"17:00-09:00\"", "22:00-24:00"),
        ("09:00-17:00", "9-17", "bad_hours", "\"9-17\"", "09:00-17:00"),
        ("09:00-17:00", "09:00-24:01", "bad_hours", "\"09:00-24:01\"", "09:00-17:00"),
        (
            "[\"09:00-17:00\"]",
            "[\"09:00-12:00\", \"11:00-17:00\"]",
            "bad_hours",
            "\"11:00-17:00\"",
            "apart",
        ),
        ("[\"09:00-17:00\"]", "[]", "never_open", "[[calendar]]", "monday ="),
        ("monday", "moday", "unknown_key", "moday", "`hours.monday`"),
        (
            "calendar = \"office\"",
            "calendar = \"ofice\"",
            "unknown_calendar",
            "\"ofice\"",
            "office",
        ),
        (
            "calendar = \"office\"",
            "calendar = \"office\"\nweekend_calendar = \"office\"",
            "closed_in_the_weekend",
            "\"office\"",
            "saturday",
        ),
        ("priority = 2", "priority = 5", "bad_priority", "5", "2, 3 or 4"),
        ("business = \"5d\"", "busness = \"5d\"", "unknown_key", "busness", "business"),
        ("business = \"5d\"", "business = \"1w\"", "business_weeks", "\"1w\"", "\"5d\""),
        ("business = \"5d\"", "business = \"five\"", "bad_duration", "\"five\"", "\"4h\""),
        ("business = \"5d\"", "business = \"261d\"", "bad_duration", "[[target]]", "260d"),
        (
            "business = \"5d\"",
            "business = \"5d\", calendar = \"5d\"",
            "bad_allowance",
            "{ business = \"5d\", calendar = \"5d\" }",
            "calendar = \"24h\"",
        ),
        ("resolve = { business = \"5d\" }\n", "", "empty_target", "[[target]]", "resolve"),
        ("[default]\ncalendar = \"office\"\n", "", "missing_key", "", "[default]"),
    ] {
        let text = GOOD.replace(old, new);
        let problems = parse(&text).unwrap_err();
        let problem = problems.iter().find(|problem| problem.code == code);
        let problem = problem.unwrap_or_else(|| panic!("no {code} of\n{text}\n{problems:#?}"));
        let span = problem.span.unwrap();
        assert_eq!(text.get(span.start..span.end).unwrap().trim_end(), place, "{code}");
        assert!(problem.mend.contains(mend), "{code}: {}", problem.mend);
    }
}

#[test]
fn everything_wrong_is_told_at_once() {
    let text = GOOD.replace("\"8h\"", "\"8\"").replace("12-25", "x").replace("= 2", "= 9");
    let codes: Vec<String> =
        parse(&text).unwrap_err().into_iter().map(|problem| problem.code).collect();
    assert_eq!(codes, ["bad_duration", "bad_holiday", "bad_priority"]);
}
