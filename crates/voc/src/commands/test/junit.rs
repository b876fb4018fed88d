//! The outcome as `JUnit` XML, which build servers show: a suite per file, a case per example.

use std::collections::BTreeMap;
use std::fmt::Write;

use annotate_snippets::Renderer;

use super::outcome::{Case, Outcome};

/// The report as one XML document.
pub(super) fn report(outcome: &Outcome) -> String {
    let mut suites: BTreeMap<&str, Vec<&Case>> = BTreeMap::new();
    for case in &outcome.cases {
        suites.entry(&case.file).or_default().push(case);
    }
    let mut xml = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let (tests, failures) = (outcome.cases.len(), outcome.failed());
    let mut line = |text: String| writeln!(xml, "{text}").expect("a String takes all");
    line(format!("<testsuites name=\"voc test\" tests=\"{tests}\" failures=\"{failures}\">"));
    for (file, cases) in suites {
        let failures = cases.iter().filter(|case| !case.passed()).count();
        let (name, tests) = (escaped(file), cases.len());
        line(format!("<testsuite name=\"{name}\" tests=\"{tests}\" failures=\"{failures}\">"));
        for case in cases {
            line(one(case));
        }
        line("</testsuite>".to_owned());
    }
    line("</testsuites>".to_owned());
    xml
}

fn one(case: &Case) -> String {
    let name = escaped(&format!("{}: {}", case.name, case.example));
    let open = format!("<testcase classname=\"{}\" name=\"{name}\"", escaped(&case.of));
    if case.passed() {
        return format!("{open}/>");
    }
    let message = escaped(case.wrong.first().map_or("", String::as_str));
    let shown = escaped(&case.shown(&Renderer::plain()));
    format!("{open}>\n<failure message=\"{message}\">{shown}</failure>\n</testcase>")
}

/// Text as XML holds it: characters that XML 1.0 doesn't allow are marked as such.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\n' => escaped.push_str("&#10;"),
            '\t' => escaped.push_str("&#9;"),
            '\u{FFFE}' | '\u{FFFF}' => escaped.push(char::REPLACEMENT_CHARACTER),
            control if control.is_control() => escaped.push(char::REPLACEMENT_CHARACTER),
            other => escaped.push(other),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::super::outcome::Mark;
    use super::*;

    fn case(example: &str, wrong: &[&str]) -> Case {
        Case {
            file: "taxonomy/a.toml".to_owned(),
            of: "billing.fees".to_owned(),
            name: "no_match.en".to_owned(),
            example: example.to_owned(),
            wrong: wrong.iter().map(|text| (*text).to_owned()).collect(),
            marks: vec![Mark { start: 0, end: 3, label: "billing.fees/en".to_owned() }],
        }
    }

    #[test]
    fn a_report_counts_and_escapes() {
        let mut outcome = Outcome::new(Vec::new());
        outcome.extend([case("fee", &[]), case("fee <b>\u{1}&\" é", &["must not match"])]);
        let xml = report(&outcome);
        for part in [
            "<testsuites name=\"voc test\" tests=\"2\" failures=\"1\">",
            "<testsuite name=\"taxonomy/a.toml\" tests=\"2\" failures=\"1\">",
            "<testcase classname=\"billing.fees\" name=\"no_match.en: fee\"/>",
            "name=\"no_match.en: fee &lt;b&gt;\u{FFFD}&amp;&quot; é\"",
            "<failure message=\"must not match\">",
            "^^^ billing.fees/en",
        ] {
            assert!(xml.contains(part), "{part} in {xml}");
        }
        assert!(xml.ends_with("</testsuites>\n"));
    }
}
