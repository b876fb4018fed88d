//! Rules that do not read: what is said, and the corrected rule.

use proptest::prelude::*;

use crate::query::{Compiler, parse, required_atoms};
use crate::vocabulary::Builder;
use crate::words::Words;

/// The rule, a part of the message, the correction.
const FAULTS: &[(&str, &str, Option<&str>)] = &[
    ("charge twice", "no operator", Some("\"charge twice\"")),
    ("charge my card OR bill", "no operator", Some("\"charge my card\" OR bill")),
    ("@call (back OR again)", "no operator", Some("@call AND (back OR again)")),
    ("charge and twice", "and is no operator", Some("charge AND twice")),
    ("charge of twice or thrice", "of is no operator", Some("charge OR twice OR thrice")),
    ("dubbel EN afgeschreven", "EN is no operator", Some("dubbel AND afgeschreven")),
    ("dubbel OF tweemaal", "OF is no operator", Some("dubbel OR tweemaal")),
    ("refund AND not late", "not is taken as a word", Some("refund AND NOT late")),
    ("refund AND niet laat", "niet is taken as a word", Some("refund AND NOT laat")),
    ("refund AND NIET laat", "NIET is taken as a word", Some("refund AND NOT laat")),
    ("charge near/4 twice", "upper case", Some("charge NEAR/4 twice")),
    ("charge NEAR:4 twice", "upper case", Some("charge NEAR/4 twice")),
    ("charge NEAR 4 twice", "a count stands", Some("charge NEAR/4 twice")),
    ("charge near twice", "near is no operator", Some("charge NEAR/3 twice")),
    ("charge NEAR/99 twice", "up to 50", Some("charge NEAR/50 twice")),
    ("charge NEAR/ twice", "whole number", Some("charge NEAR/3 twice")),
    ("charge && twice", "&& is no operator", Some("charge AND twice")),
    ("charge|twice", "| is no operator", Some("charge OR twice")),
    ("charge -late", "- is no operator", None),
    ("charge AND -late", "- is no operator", Some("charge AND NOT late")),
    ("\"charge twice", "never closed", Some("\"charge twice\"")),
    ("(charge OR twice", "never closed", Some("(charge OR twice)")),
    ("charge OR twice)", "never opened", Some("charge OR twice")),
    ("ab*", "take too much", Some("ab")),
    ("*ing", "take too much", Some("ing")),
    ("*storing*", "one side", Some("*storing")),
    ("bill~1", "take too much", Some("bill")),
    ("refund~2", "one edit", Some("refund~1")),
    ("and OR charge", "reads like AND", Some("\"and\" OR charge")),
    ("text(charge)", "upper case", Some("TEXT(charge)")),
    ("NEGATED charge", "needs brackets", None),
    ("charge NEAR/3 (twice AND bill)", "takes words", None),
    ("charge NEAR/3 NOT late", "is missing", None),
    ("NEGATED(TEXT(late))", "takes words", None),
    ("NOT late", "needs no word", None),
    ("charge OR channel = \"social\"", "needs no word", None),
    ("charge OR NOT late", "needs no word", None),
    ("charge AND channel = social", "in quotes", Some("charge AND channel = \"social\"")),
    ("charge AND chanel = \"social\"", "no attribute", None),
    ("charge AND score.nps <= \"6\"", "without quotes", Some("charge AND score.nps <= 6")),
    ("charge AND", "missing after AND", None),
    ("OR charge", "missing before OR", None),
    ("", "empty", None),
    ("()", "missing before )", None),
    ("\"\"", "no words", None),
    ("@ charge", "names nothing", None),
];

#[test]
fn faults_are_told_with_the_corrected_rule() {
    for (rule, message, correction) in FAULTS {
        let error = parse(rule).unwrap_err();
        assert!(error.message.contains(message), "{rule}: {}", error.message);
        assert_eq!(error.correction.as_deref(), *correction, "{rule}: {}", error.message);
        assert!(error.span.start <= error.span.end && error.span.end <= rule.len(), "{rule}");
        assert!(!error.advice.is_empty(), "{rule}");
    }
}

#[test]
fn rules_that_read() {
    for rule in [
        "charge NEAR/4 (twice OR double OR \"two times\")",
        "“charge twice”",
        "charge AND score.rating > -1",
        "charge AND channel IN (\"social\", \"review\")",
        "charge AND channel=\"social\"",
        "NOT late AND charge",
        "charge AND NOT (late OR NOT paid)",
        "TEXT(charge AND NOT NEGATED(late)) OR AGENT(sorry)",
        "charge\n  OR \"a b\"~2\n  OR =exact OR #list OR @family OR #n OR 👍",
        "not NEAR/2 work",
        "don't",
    ] {
        assert!(parse(rule).is_ok(), "{rule}: {:?}", parse(rule));
    }
}

#[test]
fn a_rule_too_long_or_too_deep_is_refused() {
    assert!(parse(&"a OR ".repeat(10_000)).is_err());
    assert!(parse(&format!("{}a{}", "(".repeat(5_000), ")".repeat(5_000))).is_err());
    assert!(parse(&format!("{}a AND b", "NOT ".repeat(4_000))).is_err());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn any_text_parses_or_errs_within_it(
        rule in "([a-z]{1,6}| |AND|OR|NOT|NEAR/[0-9]|NOTIN|TEXT|NEGATED|[()\"@#*~=<,&|'-]|\\PC){0,30}"
    ) {
        let error = match parse(&rule) {
            Ok(expression) => {
                let (mut builder, words) = (Builder::new("en"), Words::default());
                let node = Compiler { builder: &mut builder, words: &words, texts: 0 }.node(&expression);
                prop_assert!(required_atoms(&node, &|atom| builder.weight(atom)).is_some());
                return Ok(());
            }
            Err(error) => error,
        };
        prop_assert!(error.span.start <= error.span.end && error.span.end <= rule.len());
        prop_assert!(rule.is_char_boundary(error.span.start));
        prop_assert!(rule.is_char_boundary(error.span.end));
        if let Some(correction) = error.correction {
            prop_assert!(parse(&correction).is_ok(), "{} → {}", rule, correction);
        }
    }
}
