//! Rules that do not read: what is said, and the corrected rule.

use proptest::prelude::*;

use crate::query::{Compiler, Expression, parse, required_atoms};
use crate::vocabulary::Builder;
use crate::words::Words;

/// The rule, a part of each message in order, the correction.
const FAULTS: &[(&str, &[&str], &str)] = &[
    // No operator between words.
    ("charge twice", &["no operator"], "\"charge twice\""),
    ("charge my card OR bill", &["no operator"], "\"charge my card\" OR bill"),
    ("@call (back OR again)", &["no operator"], "@call AND (back OR again)"),
    ("charge\"twice\"", &["no operator"], "charge AND \"twice\""),
    ("charge NOT late", &["no operator"], "charge AND NOT late"),
    // Lower case, Dutch, and other products' signs.
    ("charge and twice", &["and is no operator"], "charge AND twice"),
    (
        "charge of twice or thrice",
        &["of is no operator", "or is no operator"],
        "charge OR twice OR thrice",
    ),
    ("dubbel EN afgeschreven", &["EN is no operator"], "dubbel AND afgeschreven"),
    ("dubbel OF tweemaal", &["OF is no operator"], "dubbel OR tweemaal"),
    ("refund AND not late", &["not is taken as a word"], "refund AND NOT late"),
    ("refund not late", &["not is no operator"], "refund AND NOT late"),
    ("refund AND niet laat", &["niet is taken as a word"], "refund AND NOT laat"),
    ("refund AND NIET laat", &["NIET is taken as a word"], "refund AND NOT laat"),
    ("credit notin \"credit card\"", &["notin is no operator"], "credit NOTIN \"credit card\""),
    ("and OR charge", &["reads like AND"], "\"and\" OR charge"),
    ("text(charge)", &["upper case"], "TEXT(charge)"),
    ("VERBATIM(charge)", &["no scope VERBATIM"], "TEXT(charge)"),
    ("charge && twice", &["&& is no operator"], "charge AND twice"),
    ("charge|twice", &["| is no operator"], "charge OR twice"),
    ("charge; twice", &["; is no operator"], "charge OR twice"),
    ("charge, twice", &["a comma joins nothing"], "charge OR twice"),
    ("charge + twice", &["+ is no operator"], "charge AND twice"),
    ("+charge AND twice", &["before a word"], "charge AND twice"),
    ("charge -late", &["- is no operator"], "charge AND NOT late"),
    ("charge AND -late", &["- is no operator"], "charge AND NOT late"),
    ("charge AND !late", &["! is no operator"], "charge AND NOT late"),
    ("^charge", &["no meaning"], "charge"),
    ("[charge OR twice]", &["no bracket here", "no bracket here"], "(charge OR twice)"),
    ("tv/radio", &["no meaning after a word"], "(tv OR radio)"),
    ("late AND channel:social", &["compared with"], "late AND channel = \"social\""),
    ("late AND nps:[0 TO 6]", &["compared with"], "late AND score.nps >= 0 AND score.nps <= 6"),
    // Distances.
    ("charge near/4 twice", &["upper case"], "charge NEAR/4 twice"),
    ("charge NEAR:4 twice", &["upper case"], "charge NEAR/4 twice"),
    ("charge NEAR 4 twice", &["a count stands"], "charge NEAR/4 twice"),
    ("charge NEAR4 twice", &["a count stands"], "charge NEAR/4 twice"),
    ("charge NEAR/ 4 twice", &["whole number"], "charge NEAR/4 twice"),
    ("charge w/4 twice", &["upper case"], "charge NEAR/4 twice"),
    ("charge near twice", &["near is no operator"], "charge NEAR/3 twice"),
    ("charge NEAR/99 twice", &["up to 50"], "charge NEAR/50 twice"),
    ("\"charge twice\"~99", &["up to 50"], "\"charge twice\"~50"),
    ("charge NEAR/ twice", &["whole number"], "charge NEAR/3 twice"),
    // Quotes and brackets.
    ("\"charge twice", &["never closed"], "\"charge twice\""),
    ("(charge OR twice", &["never closed"], "(charge OR twice)"),
    ("charge OR twice)", &["never opened"], "charge OR twice"),
    ("charge OR ()", &["missing before )"], "charge"),
    ("charge OR (late AND )", &["missing before )"], "charge OR (late )"),
    ("\"\" OR charge", &["no word in"], "charge"),
    ("@ charge", &["names nothing"], "charge"),
    // Forms.
    ("ab*", &["take too much"], "ab"),
    ("*ing", &["take too much"], "ing"),
    ("*", &["take too much"], "word"),
    ("*storing*", &["one side"], "*storing"),
    ("techn*logy", &["at the end of a word"], "techn*"),
    ("a*technology", &["at the end of a word"], "*technology"),
    ("colo?r OR hue", &["? is no wildcard"], "color~1 OR hue"),
    ("bill~1", &["take too much"], "bill"),
    ("refund~2", &["one edit"], "refund~1"),
    ("refund~0.8", &["one edit"], "refund~1"),
    ("refund~", &["one edit"], "refund~1"),
    // What has no place in the text.
    ("NEGATED charge", &["needs brackets"], "NEGATED(charge)"),
    ("NEGATED", &["needs brackets"], "negated"),
    (
        "charge NEAR/3 (twice AND bill)",
        &["takes words"],
        "(charge NEAR/3 twice AND charge NEAR/3 bill)",
    ),
    ("charge NEAR/3 NOT late", &["takes words"], "(charge AND NOT charge NEAR/3 late)"),
    ("(a AND b) BEFORE/2 c", &["takes words"], "(a BEFORE/2 c AND b BEFORE/2 c)"),
    ("charge NEAR/3 channel = \"social\"", &["takes words"], "(charge AND channel = \"social\")"),
    ("TEXT(late) NEAR refund", &["takes words"], "(TEXT(late) AND refund)"),
    ("credit NOTIN TEXT(card)", &["takes words"], "(credit AND TEXT(card))"),
    ("NEGATED(TEXT(late))", &["takes words"], "(TEXT(NEGATED(late)))"),
    ("AFFIRMED(late AND rude)", &["takes words"], "(AFFIRMED(late) AND AFFIRMED(rude))"),
    (
        "channel = \"social\" NEAR score.nps <= 6",
        &["takes words"],
        "channel = \"social\" AND score.nps <= 6 AND word",
    ),
    // No word at all.
    ("NOT late", &["needs no word"], "NEGATED(late)"),
    ("NOT (late OR rude)", &["needs no word"], "NEGATED(late OR rude)"),
    ("NOT late AND lang = \"en\"", &["needs no word"], "NEGATED(late) AND lang = \"en\""),
    ("charge OR channel = \"social\"", &["needs no word"], "charge AND channel = \"social\""),
    ("charge OR NOT late OR bill", &["needs no word"], "(charge OR bill) AND NOT late"),
    ("TEXT(NOT late)", &["needs no word"], "TEXT(NEGATED(late))"),
    ("channel = \"social\"", &["needs no word"], "channel = \"social\" AND word"),
    ("charge AND", &["missing after AND"], "charge"),
    ("charge AND OR late", &["missing before OR"], "charge AND late"),
    ("OR charge", &["missing before OR"], "charge"),
    ("NEAR/2 charge", &["missing before NEAR/2"], "charge"),
    ("", &["empty"], "word"),
    ("()", &["missing before )"], "word"),
    ("\"\"", &["no word in"], "word"),
    // Attributes.
    ("late AND channel = social", &["in quotes"], "late AND channel = \"social\""),
    ("late AND score.nps <= \"6\"", &["without quotes"], "late AND score.nps <= 6"),
    ("late AND score.nps => 9", &["=> is no operator"], "late AND score.nps >= 9"),
    ("late AND channel < \"social\"", &["is a text"], "late AND channel = \"social\""),
    ("late AND channel = 3", &["is a text"], "late AND channel = \"3\""),
    ("late AND channel =", &["a value is missing"], "late AND channel = \"value\""),
    ("late AND score.nps <", &["a value is missing"], "late AND score.nps < 0"),
    ("late AND channel IN \"a\", \"b\"", &["in brackets"], "late AND channel IN (\"a\", \"b\")"),
    (
        "late AND channel IN (\"a\" \"b\")",
        &["a comma is missing"],
        "late AND channel IN (\"a\", \"b\")",
    ),
    ("late AND channel IN (\"a\"", &["never closed"], "late AND channel IN (\"a\")"),
    ("late AND solicited = \"yes\"", &["one of true, false"], "late AND solicited = \"true\""),
    // Several at once.
    (
        "charge twice and (late of near/2 bill",
        &["no operator", "and is no operator", "of is no operator", "upper case", "never closed"],
        "\"charge twice\" AND (late OR bill)",
    ),
];

#[test]
fn faults_are_told_at_once_with_the_corrected_rule() {
    for (rule, messages, correction) in FAULTS {
        let errors = parse(rule).unwrap_err();
        let told: Vec<&str> = errors.iter().map(|error| error.message.as_str()).collect();
        assert_eq!(told.len(), messages.len(), "{rule}: {told:?}");
        for (error, message) in errors.iter().zip(*messages) {
            assert!(error.message.contains(message), "{rule}: {told:?}");
            assert_eq!(error.correction.as_deref(), Some(*correction), "{rule}: {told:?}");
            assert!(error.span.start <= error.span.end && error.span.end <= rule.len(), "{rule}");
            assert!(!error.advice.is_empty(), "{rule}");
        }
        assert!(parse(correction).is_ok(), "{rule}: {correction}");
    }
}

/// Where each fault of a rule is.
#[test]
fn faults_are_told_at_their_own_place() {
    for (rule, places) in [
        ("charge twice and late", &["charge twice", "and"][..]),
        ("a AND (b of c or d)", &["of", "or"]),
        ("late OR NOT rude OR bill", &["NOT rude"]),
        ("x NEAR/3 (a AND b) and c", &["(a AND b)", "and"]),
        ("ab* OR *ing OR bill~1", &["ab*", "*ing", "bill~1"]),
        ("“een” of “twee”", &["of"]),
    ] {
        let errors = parse(rule).unwrap_err();
        let found: Vec<_> = errors
            .iter()
            .map(|error| rule.get(error.span.start..error.span.end).unwrap())
            .collect();
        assert_eq!(found, places, "{rule}: {errors:?}");
    }
}

/// The rule, and how it is written without a bracket too many.
const READS: &[(&str, &str)] = &[
    (
        "charge NEAR/4 (twice OR double OR \"two times\")",
        "charge NEAR/4 (twice OR double OR \"two times\")",
    ),
    ("“charge twice”", "\"charge twice\""),
    ("„dubbel betaald”~2", "\"dubbel betaald\"~2"),
    ("charge AND score.rating > -1", "charge AND score.rating > -1"),
    (
        "charge AND channel IN (\"social\", \"review\")",
        "charge AND channel IN (\"social\", \"review\")",
    ),
    ("charge AND channel=“social”", "charge AND channel = \"social\""),
    ("NOT late AND charge", "NOT late AND charge"),
    ("charge AND NOT (late OR NOT paid)", "charge AND NOT (late OR NOT paid)"),
    ("((charge)) AND (late AND rude)", "charge AND (late AND rude)"),
    ("(a NEAR b) NEAR/0 c", "a NEAR/3 b NEAR/0 c"),
    ("a BEFORE/1 (b NEAR/2 c)", "a BEFORE/1 (b NEAR/2 c)"),
    ("NOT a NEAR b AND d OR c", "NOT a NEAR/3 b AND d OR c"),
    ("credit NOTIN \"credit card\" NEAR/2 late", "credit NOTIN \"credit card\" NEAR/2 late"),
    (
        "TEXT(charge AND NOT NEGATED(late)) OR AGENT(sorry)",
        "TEXT(charge AND NOT NEGATED(late)) OR AGENT(sorry)",
    ),
    (
        "charge\n  OR \"a b\"~2\n  OR =exact OR =\"a b\" OR #list OR @family OR #n OR 👍",
        "charge OR \"a b\"~2 OR =exact OR =\"a b\" OR #list OR @family OR #n OR 👍",
    ),
    ("techn* OR *storing OR refund~1", "techn* OR *storing OR refund~1"),
    ("not NEAR/2 work", "not NEAR/2 work"),
    ("don't OR e-mail OR z’n", "don't OR e-mail OR z’n"),
];

#[test]
fn rules_that_read() {
    for (rule, written) in READS {
        let expression = parse(rule).unwrap_or_else(|errors| panic!("{rule}: {errors:?}"));
        assert_eq!(expression.to_string(), *written, "{rule}");
    }
}

#[test]
fn a_rule_too_long_or_too_deep_is_refused() {
    for rule in [
        "a OR ".repeat(10_000),
        format!("{}a{}", "(".repeat(5_000), ")".repeat(5_000)),
        format!("{}a AND b", "NOT ".repeat(4_000)),
    ] {
        let errors = parse(&rule).unwrap_err();
        assert_eq!(errors.len(), 1);
        assert_eq!(errors[0].correction, None);
    }
}

/// An expression without the places of its names, which depend on how it is written.
fn shape(expression: &Expression) -> String {
    let text = format!("{expression:?}");
    let mut parts = text.split("Span {");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |all, part| all + part.split_once('}').map_or("", |(_, rest)| rest))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1024))]

    #[test]
    fn any_text_parses_or_errs_within_it(
        rule in "([a-z]{1,6}| |AND|OR|NOT|NEAR/[0-9]|NOTIN|IN|TEXT|NEGATED|channel|score.nps|\
            [()\"@#*~=<,&|'-]|\\PC){0,30}"
    ) {
        let errors = match parse(&rule) {
            Ok(expression) => {
                let (mut builder, words) = (Builder::new("en"), Words::default());
                let node = Compiler { builder: &mut builder, words: &words, wide: 0 }.node(&expression);
                prop_assert!(required_atoms(&node, &|atom| builder.weight(atom)).is_some());
                let written = expression.to_string();
                let again = parse(&written);
                prop_assert!(again.is_ok(), "{} → {}", rule, written);
                prop_assert_eq!(shape(&again.unwrap()), shape(&expression), "{}", written);
                return Ok(());
            }
            Err(errors) => errors,
        };
        prop_assert!(!errors.is_empty());
        for error in errors {
            prop_assert!(error.span.start <= error.span.end && error.span.end <= rule.len());
            prop_assert!(rule.is_char_boundary(error.span.start));
            prop_assert!(rule.is_char_boundary(error.span.end));
            let correction = error.correction.unwrap_or_default();
            prop_assert!(parse(&correction).is_ok(), "{} → {}", rule, correction);
        }
    }
}
