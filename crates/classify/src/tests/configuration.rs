//! What bad configuration gets: every problem at once, at its place, with its mend.

use feedback::{Files, Given, Problem};

use super::{feedback, theme};
use crate::{Classifier, Engine};

const DEPARTMENTS: &str = "[[department]]\nid = \"billing\"\nteam = \"billing_desk\"\n\
    [[department]]\nid = \"office\"\nteam = \"triage\"\nfallback = true\n";

fn problems(given: &[(&str, Given, &str)]) -> Vec<Problem> {
    let mut files = Files::new();
    for (path, who, text) in given {
        files.insert(*path, *who, *text);
    }
    Engine::parse(&files, "0").err().unwrap_or_default()
}

/// The taxonomy's text, the problem's code, the text at its span, a part of its mend.
const BAD_THEMES: &[(&str, &str, &str, &str)] = &[
    ("rule.en = '''charge twice'''", "rule_syntax", "charge twice", "\"charge twice\""),
    (r#"rule.en = "x OR \"a b\" and c""#, "rule_syntax", "and", "x OR \"a b\" AND c"),
    ("rule.en = '@afschriven OR x'", "unknown_family", "@afschriven", "add to words/en.toml"),
    ("rule.nl = '@afschriven OR x'", "unknown_family", "@afschriven", "write @afschrijven"),
    ("rule.en = '#kapot'", "unknown_list", "#kapot", "add to words/en.toml"),
    ("rule.english = 'x'", "bad_language", "english", "en or nl"),
    ("severity = 9", "out_of_range", "9", "1 (trivial)"),
    ("flags = ['legl']", "unknown_flag", "'legl'", "legal"),
    ("contributors = ['biling']", "unknown_department", "'biling'", "\"billing\""),
    ("contributors = ['billing']", "accountable_contributes", "'billing'", "remove"),
    ("urgency_floor = 2.0", "out_of_range", "2.0", "0 to 1"),
    ("colour = 1", "unknown_key", "colour", "department"),
    ("sevrity = 1", "unknown_key", "sevrity", "write `severity`"),
    ("severity = 'high'", "wrong_type", "'high'", "severity = 1"),
    ("match.en = 'It was late.'", "wrong_type", "'It was late.'", "match.en = [\"It was late.\"]"),
    ("match.en = [1]", "wrong_type", "1", "{ text = "),
    ("match.en = [{ txt = 'a', text = 'b' }]", "unknown_key", "txt", "`match.en.text`"),
    ("[theme.match]\nen = []\nseverity = 2", "misplaced_key", "severity", "keys of [[theme]]"),
    ("rule.en = 'it's late'", "toml", "", "rule.en = '''it's late'''"),
];

#[test]
fn a_bad_theme_is_told_at_its_place() {
    for (line, code, place, mend) in BAD_THEMES {
        let taxonomy =
            format!("[[theme]]\nid = 't'\nkind = 'problem'\ndepartment = 'billing'\n{line}\n");
        let found = problems(&[
            ("departments.toml", Given::ByUser, DEPARTMENTS),
            ("taxonomy/a.toml", Given::ByUser, &taxonomy),
            ("words/nl.toml", Given::ByUser, super::WORDS_NL),
        ]);
        assert_eq!(found.len(), 1, "{line}: {found:?}");
        assert_eq!(found[0].code, *code, "{line}");
        let span = found[0].span.unwrap();
        if *code != "toml" {
            assert_eq!(taxonomy.get(span.start..span.end), Some(*place), "{line}");
        }
        assert!(found[0].mend.contains(mend), "{line}: {}", found[0].mend);
    }
}

#[test]
fn all_problems_are_told_at_once_and_in_order() {
    let taxonomy = "[[theme]]\nid = 'A'\nkind = 'topic'\ndepartment = 'nobody'\nrule.en = 'a b'\n\
        [[theme]]\nid = 'x'\nkind = 'topic'\ndepartment = 'billing'\n\
        [[theme]]\nid = 'x'\nkind = 'topic'\ndepartment = 'billing'\n";
    let owners = "[[owner]]\nwhen = 'theme = \"y\" and lang = \"en\"'\ndepartment = 'billing'\n\
        [[owner]]\nwhen = 'theme = \"y\"'\ndepartment = 'bilking'\n";
    let found = problems(&[
        ("departments.toml", Given::ByUser, DEPARTMENTS),
        ("taxonomy/a.toml", Given::ByUser, taxonomy),
        ("owners.toml", Given::ByUser, owners),
        ("words/nl.toml", Given::ByUser, "[[list]]\nid = 'n'\nwords = []\n"),
        ("words/klingon.toml", Given::ByUser, ""),
        ("lexicons/en.toml", Given::ByUser, "[sentiment]\ngood = 20\n"),
    ]);
    let codes: Vec<&str> = found.iter().map(|problem| problem.code.as_str()).collect();
    assert_eq!(
        codes,
        [
            "out_of_range",
            "condition_syntax",
            "unknown_theme",
            "unknown_department",
            "bad_id",
            "unknown_department",
            "rule_syntax",
            "duplicate_theme",
            "bad_file_name",
            "bad_id",
            "empty_words",
        ]
    );
}

#[test]
fn a_list_that_calls_another_is_refused_so_that_none_can_call_itself() {
    let words = "[[list]]\nid = 'one'\nwords = ['#two', 'a']\n\
        [[list]]\nid = 'two'\nwords = ['#one', '@call']\n";
    let found = problems(&[("words/en.toml", Given::ByUser, words)]);
    let of = |problem: &Problem| {
        let span = problem.span.unwrap();
        (problem.code.clone(), words.get(span.start..span.end).unwrap().to_owned())
    };
    let told: Vec<(String, String)> = found.iter().map(of).collect();
    let expected =
        [("list_in_list", "'#two'"), ("list_in_list", "'#one'"), ("family_in_list", "'@call'")];
    assert_eq!(told, expected.map(|(code, place)| (code.to_owned(), place.to_owned())));
    assert!(found[0].mend.contains("#two"), "{}", found[0].mend);
}

#[test]
fn an_embedded_file_leaves_out_what_the_users_files_replaced() {
    let taxonomy = "[[theme]]\nid = 't'\nkind = 'problem'\ndepartment = 'gone'\n\
        contributors = ['gone_too', 'billing']\nrule.en = 'late OR @gone OR #gone'\n";
    let owners = "[[owner]]\nwhen = 'theme = \"gone\"'\ndepartment = 'billing'\n\
        [[owner]]\nwhen = 'theme = \"t\"'\ndepartment = 'gone'\n";
    let mut files = Files::new();
    files.insert("departments.toml", Given::ByUser, DEPARTMENTS);
    files.insert("taxonomy/a.toml", Given::Embedded, taxonomy);
    files.insert("owners.toml", Given::Embedded, owners);
    let engine = Engine::parse(&files, "0").unwrap();
    let found = Classifier::new(engine.into()).classify(&feedback("en", "Late"));
    assert_eq!(found.department.as_str(), "office");
    assert_eq!(found.themes[0].id.as_str(), "t");
    assert_eq!(found.contributors[0].department.as_str(), "billing");
}

#[test]
fn without_departments_each_is_its_own_team() {
    let mut files = Files::new();
    files.insert("taxonomy/a.toml", Given::ByUser, theme("problem", "en", "late"));
    let engine = Engine::parse(&files, "0").unwrap();
    let ids: Vec<_> = engine.departments().iter().map(|each| each.team.to_string()).collect();
    assert_eq!(ids, ["triage", "d"]);
}

#[test]
fn the_canonical_form_has_what_shapes_output_and_no_more() {
    let canonical = |taxonomy: &str| super::engine(taxonomy).canonical().clone();
    let plain = theme("problem", "en", "late");
    let named = format!("{plain}name = {{ en = 'Late' }}\nmatch.en = ['It was late.']\n");
    assert_eq!(canonical(&plain), canonical(&named));
    assert_ne!(canonical(&plain), canonical(&theme("problem", "en", "later")));
    assert_ne!(canonical(&plain), canonical(&theme("topic", "en", "late")));
    let engine = Engine::parse(&super::files(&plain), "0").unwrap().with_hash("abc");
    assert_eq!(engine.taxonomy().hash, "abc");
}
