//! The language of limits: each figure, each kind of bound, and every way to get it wrong.

use feedback::Feedback;

use super::{ROUTES, TAXONOMY, compare, history, side};
use crate::diff::{Comparison, Known, Limit};

fn known() -> Known {
    let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    Known {
        themes: names(&["billing", "billing.invoice", "delivery", "delivery.late", "staff.kind"]),
        departments: names(&["billing", "logistics", "office"]),
        teams: names(&["billing_desk", "planning", "triage"]),
    }
}

/// The wider rule of the tests, over ten times their history, all other words apart.
fn comparison() -> Comparison {
    let wider = TAXONOMY
        .replace("rule.en = \"invoice\"", "rule.en = \"invoice OR bill\"")
        .replace("friendly", "lovely");
    let (old, new) = (side(&[]), side(&[("taxonomy/all.toml", &wider)]));
    let many: Vec<Feedback> = (0..10).flat_map(|_| history()).collect();
    compare(&old, &new, many).0
}

#[test]
fn limits_are_met_or_kept() {
    let comparison = comparison();
    for (limit, met) in [
        ("records < 61", true),
        ("records < 60", false),
        ("changed > 0", true),
        ("changed >= 30", true),
        ("changed > 50%", false),
        ("changed >= 50%", true),
        ("themes_changed > 30", false),
        ("department_changed > 2%", true),
        ("due_changed > 0", false),
        ("themes.gained > 0", true),
        ("themes.gained > 10", false),
        ("themes.lost >= 20", true),
        ("themes.lost.staff.kind > 0", true),
        ("themes.lost.billing.invoice > 0", false),
        ("themes.gained.billing > 49%", true),
        ("themes.gained.billing > 50%", false),
        ("themes.billing.invoice > 25", true),
        ("themes.billing > +9", true),
        ("themes.billing > +10", false),
        ("themes.billing > +49%", true),
        ("themes.\"billing\" > +50%", false),
        ("themes.staff.kind < -99%", true),
        ("themes.* < -99%", true),
        ("themes.delivery < 0", false),
        ("tagged < -10%", true),
        ("tagged < 70%", true),
        ("tagged.lost > 0", true),
        ("tasks.billing > +10%", true),
        ("tasks.* > +10% AND > +100", false),
        ("tasks > 0", true),
        ("teams.billing_desk > +10%", true),
        ("accountable.office > +5", true),
        ("priority.2 > +1%", false),
        ("priority.* < 1", true),
        ("kudos < -50%", true),
        ("kudos.lost.logistics > 0", true),
        ("flags.safety < -0", false),
        ("flags.gained > 0", false),
        ("work > +0", false),
        ("dead > 0", false),
        ("dead.gained.not_json > 0", false),
        ("dead >= 0%", true),
    ] {
        let parsed = Limit::parse(limit).unwrap_or_else(|error| panic!("{limit}: {error:?}"));
        parsed.check(&known()).unwrap_or_else(|error| panic!("{limit}: {error:?}"));
        let outcome = parsed.judge(&comparison, &known());
        assert_eq!(outcome.met, met, "{limit}: {outcome:?}");
        assert_eq!(outcome.met, !outcome.offences.is_empty(), "{limit}");
    }
}

/// Of nothing, anything is more than any share, and nothing is nothing.
#[test]
fn a_share_of_nothing() {
    let routes = ROUTES
        .replace("task = \"investigate\"", "task = \"none\"\n")
        .replace("policy = \"soon\"\n    ", "");
    assert!(routes.contains("none"));
    let wider = TAXONOMY.replace("rule.en = \"late\"", "rule.en = \"nowhere\"");
    let (old, new) = (side(&[("taxonomy/all.toml", &wider)]), side(&[]));
    let (comparison, _) = compare(&old, &new, history());
    let judge = |limit: &str| Limit::parse(limit).unwrap().judge(&comparison, &known());
    let outcome = judge("themes.delivery.late > +1000%");
    assert_eq!(outcome.offences[0].found, "0 → 3");
    assert!(!judge("dead > +0%").met);
}

#[test]
fn an_offence_says_which_and_how_much() {
    let outcome = Limit::parse(" tasks.* > +10% ").unwrap().judge(&comparison(), &known());
    let told: Vec<_> =
        outcome.offences.iter().map(|each| (each.figure.as_str(), each.found.as_str())).collect();
    assert_eq!(outcome.limit, "tasks.* > +10%");
    assert_eq!(
        told,
        [("tasks.billing", "20 → 30 (+10, +50.0 %)"), ("tasks.office", "20 → 30 (+10, +50.0 %)"),]
    );
}

/// What is wrong, the stretch that is, and what to write.
#[test]
fn a_wrong_limit_is_told_with_its_mend() {
    for (limit, stretch, mend) in [
        ("", "", "tasks.billing > +10%"),
        ("> 5", "", "tasks.billing > +10%"),
        ("task.billing > 5", "task", "write tasks"),
        ("departments_changed > 5", "departments_changed", "write department_changed"),
        ("money > 5", "money", "write one of records"),
        ("changed.billing > 5", "changed.billing", "write changed"),
        ("tagged.billing > 5", "tagged.billing", "write tagged"),
        ("records.gained > 5", "records.gained", "write records"),
        ("teams > 5", "teams", "teams.*"),
        ("tasks. > 5", "tasks.", "tasks.*"),
        ("tasks.\"billing > 5", "\"billing > 5", "\""),
        ("tasks.billing", "", "tasks.billing > +10%"),
        ("tasks.billing + 5", "", "tasks.billing > +10%"),
        ("tasks.billing = 5", "=", "write >"),
        ("themes.lost != 0", "!=", "write > 0"),
        ("tasks.billing > ten", "", "a number such as"),
        ("tasks.billing > 2,5%", "2,5", "write 2.5"),
        ("tasks.billing > 1.2.3", "1.2.3", "a number such as"),
        ("tasks.billing > +-5", "+-5", "a number such as"),
        ("themes.lost > +5", "+5", "leave the sign out: 5"),
        ("changed > -5%", "-5%", "leave the sign out: 5%"),
        ("records > 5%", "5%", "write 5"),
        ("tasks.* > +5% and > +5", "and", "write AND"),
        ("tasks.* > +5% OR > +5", "OR", "another --fail-if"),
        ("tasks.* > +5% AND", "", "tasks.billing > +10%"),
    ] {
        let error = Limit::parse(limit).unwrap_err();
        let found = limit.get(error.span.start..error.span.end).unwrap();
        assert_eq!(found, stretch, "{limit}: {error:?}");
        assert!(error.mend.contains(mend), "{limit}: {error:?}");
    }
}

#[test]
fn an_unknown_id_is_told_with_the_nearest() {
    for (limit, stretch, mend) in [
        ("tasks.biling > +1", "biling", "write `billing`"),
        ("themes.lost.billing.invoices > 1", "billing.invoices", "write `billing.invoice`"),
        ("teams.billing > 1", "billing", "billing_desk, planning, triage"),
        ("flags.legals > 1", "legals", "write `legal`"),
        ("priority.5 > 1", "5", "1"),
        ("themes.\"gained\" > 1", "\"gained\"", "write a known theme: "),
    ] {
        let error = Limit::parse(limit).unwrap().check(&known()).unwrap_err();
        let found = limit.get(error.span.start..error.span.end).unwrap();
        assert_eq!(found, stretch, "{limit}: {error:?}");
        assert!(error.mend.contains(mend), "{limit}: {error:?}");
    }
}
