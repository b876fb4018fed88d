//! Themes that were renamed, replaced, or hold for a time.

use std::sync::Arc;

use feedback::{Files, Given, ThemeId};

use super::feedback;
use crate::{Classifier, Engine};

const THEMES: &str = r#"
[[theme]]
id = "delivery.late"
kind = "problem"
department = "logistics"
aliases = ["transport.late", "transport.slow", "transport.slow"]
rule.en = "late"
[[theme]]
id = "driver.rude"
kind = "problem"
department = "logistics"
replaced_by = "staff.rude"
rule.en = "rude"
[[theme]]
id = "staff.rude"
kind = "problem"
department = "logistics"
replaced_by = "staff.unfriendly"
rule.en = "rude"
[[theme]]
id = "staff.unfriendly"
kind = "problem"
department = "logistics"
rule.en = "unfriendly"
[[theme]]
id = "delivery.strike"
kind = "problem"
department = "logistics"
valid_from = 2026-01-10
valid_to = "2026-01-31"
rule.en = "strike"
"#;

/// Themes under the names that they had once.
const OLD_THEMES: &str = r#"
[[theme]]
id = "driver.rude"
kind = "problem"
department = "d"
rule.en = "rude"

[[theme]]
id = "staff.rude"
kind = "problem"
department = "d"
rule.en = "unfriendly"

[[theme]]
id = "transport.late"
kind = "problem"
department = "d"
rule.en = "late"
"#;

fn engine(themes: &str) -> Result<Engine, Vec<feedback::Problem>> {
    let mut files = Files::new();
    files.insert("taxonomy/all.toml", Given::ByUser, themes);
    Engine::parse(&files, "0")
}

fn theme(id: &str) -> ThemeId {
    ThemeId::new(id).unwrap()
}

fn found(engine: &Arc<Engine>, words: &str, occurred_at: Option<&str>) -> Vec<String> {
    let mut record = feedback("en", words);
    record.received_at = None;
    record.occurred_at = occurred_at.map(|moment| moment.parse().unwrap());
    let classification = Classifier::new(Arc::clone(engine)).classify(&record);
    classification.themes.iter().map(|theme| theme.id.to_string()).collect()
}

#[test]
fn a_name_of_the_past_stands_for_the_theme_of_today() {
    let engine = engine(THEMES).unwrap();
    for (name, today) in [
        ("transport.late", "delivery.late"),
        ("transport.slow", "delivery.late"),
        ("driver.rude", "staff.unfriendly"),
        ("staff.rude", "staff.unfriendly"),
        ("delivery.late", "delivery.late"),
        ("never.heard_of", "never.heard_of"),
    ] {
        assert_eq!(*engine.of_today(&theme(name)), theme(today), "{name}");
    }
    let life = |id: &str| {
        let found = engine.themes().iter().find(|each| each.id == theme(id)).unwrap();
        found.life.formerly.iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    assert_eq!(life("delivery.late"), ["transport.late", "transport.slow"]);
    assert_eq!(life("staff.unfriendly"), ["driver.rude", "staff.rude"]);
}

/// Records of the past are counted under the names of today, each theme once.
#[test]
fn a_record_of_the_past_is_called_as_today() {
    let engine = engine(THEMES).unwrap();
    let all = "so late and rude, the driver was unfriendly";
    let mut said =
        Classifier::new(Arc::new(self::engine(OLD_THEMES).unwrap())).classify(&feedback("en", all));
    assert_eq!(said.themes.len(), 3);
    engine.call_as_today(Some(&mut said), None);
    let names: Vec<&str> = said.themes.iter().map(|theme| theme.id.as_str()).collect();
    assert_eq!(names, ["staff.unfriendly", "delivery.late"]);
    assert_eq!(said.themes[1].path, [theme("delivery"), theme("delivery.late")]);
}

#[test]
fn what_was_replaced_tags_nothing() {
    let engine = Arc::new(engine(THEMES).unwrap());
    assert_eq!(found(&engine, "so rude and unfriendly", None), ["staff.unfriendly"]);
}

#[test]
fn a_theme_tags_in_its_days_alone() {
    let engine = Arc::new(engine(THEMES).unwrap());
    for (moment, tags) in [
        (Some("2026-01-09T23:59:59Z"), false),
        (Some("2026-01-10T00:00:00Z"), true),
        (Some("2026-01-31T23:59:59Z"), true),
        (Some("2026-02-01T00:00:00Z"), false),
        (None, true),
    ] {
        let expected: &[&str] = if tags { &["delivery.strike"] } else { &[] };
        assert_eq!(found(&engine, "there was a strike", moment), expected, "{moment:?}");
    }
}

#[test]
fn what_makes_no_sense_is_told() {
    let theme = |id: &str, more: &str| {
        let head = "kind = \"topic\"\ndepartment = \"d\"\nrule.en = \"word\"";
        format!("[[theme]]\nid = \"{id}\"\n{head}\n{more}\n")
    };
    for (one, other, code) in [
        ("aliases = [\"b.b\"]", "", "alias_is_theme"),
        ("aliases = [\"c.c\"]", "aliases = [\"c.c\"]", "duplicate_alias"),
        ("replaced_by = \"b.c\"", "", "unknown_theme"),
        ("replaced_by = \"b.b\"", "replaced_by = \"a.a\"", "replaced_in_a_circle"),
        ("valid_from = \"soon\"", "", "bad_date"),
        ("valid_from = 2026-02-01\nvalid_to = 2026-01-31", "", "out_of_range"),
        ("aliases = [\"A b\"]", "", "bad_id"),
    ] {
        let problems = engine(&(theme("a.a", one) + &theme("b.b", other))).unwrap_err();
        assert!(problems.iter().all(|problem| problem.code == code), "{code}: {problems:?}");
        assert!(problems.iter().all(|problem| problem.span.is_some()), "{code}");
    }
}
