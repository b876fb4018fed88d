//! Cases for reading a file: everything wrong is told, each thing once, at its place, with its mend.

use proptest::prelude::*;

use super::*;

/// A file with all there can be.
fn read(document: &mut Document<'_>) {
    let Some(mut root) = document.root() else { return };
    root.needs("id", "id = \"a\"", document);
    root.text("id", document);
    root.whole("count", document);
    root.number("share", document);
    root.truth("create", document);
    root.texts("words", document);
    root.choice("kind", &[("problem", 1), ("praise", 2)], document);
    let mut topics = root.table_or_empty("topics", document);
    topics.text("raw", document);
    topics.whole("partitions", document);
    topics.finish(document);
    for mut theme in root.tables("theme", document) {
        theme.needs("department", "department = \"billing\"", document);
        theme.text("department", document);
        theme.whole("severity", document);
        theme.names("name", document);
        if let Some(mut rules) = theme.languages("rule", Some("any"), document) {
            rules.each_text(document);
        }
        for mut example in theme.tables("example", document) {
            if let Some(mut feedback) = example.table("feedback", document) {
                feedback.text("channel", document);
                feedback.finish(document);
            }
            example.finish(document);
        }
        theme.finish(document);
    }
    root.finish(document);
}

fn problems(text: &str) -> Vec<Problem> {
    let mut document = Document::new("a.toml", text);
    read(&mut document);
    document.finish()
}

/// A file's text, and each problem's code, its place, and its mend.
fn check(text: &str, expected: &[(&str, &str, &str)]) {
    let text = format!("{text}\n");
    let found: Vec<_> = problems(&text)
        .into_iter()
        .map(|problem| {
            let span = problem.span.unwrap();
            let place = text.get(span.start..span.end).unwrap().to_owned();
            (problem.code, place, problem.mend)
        })
        .collect();
    let found: Vec<_> = found
        .iter()
        .map(|(code, place, mend)| (code.as_str(), place.as_str(), mend.as_str()))
        .collect();
    assert_eq!(found, expected, "{text}");
}

#[test]
fn nothing_is_wrong_with_what_is_right() {
    let text = "id = 'a'\ncount = 1\nshare = 1\ncreate = true\nwords = ['a', 'b']\nkind = 'praise'\n\
        [topics]\nraw = 'x'\n[[theme]]\ndepartment = 'd'\nname = { en = 'n' }\nrule.any = 'x'\n\
        [[theme.example]]\nfeedback = { channel = 'chat' }\n";
    check(text, &[]);
}

#[test]
fn a_wrong_type_is_said_with_the_value_that_was_meant() {
    let cases = [
        ("id = 6", "6", "write id = \"6\""),
        ("id = ['a']", "['a']", "write id = \"a\""),
        ("id = { a = 1 }", "{ a = 1 }", "write id = \"…\""),
        ("id = 'a'\ncount = \"7\"", "\"7\"", "write count = 7"),
        ("id = 'a'\ncount = 7.5", "7.5", "write count = 7"),
        ("id = 'a'\ncount = 'many'", "'many'", "write count = 1"),
        ("id = 'a'\nshare = '0,5'", "'0,5'", "write share = 0.5"),
        ("id = 'a'\ncreate = 'yes'", "'yes'", "write create = true"),
        ("id = 'a'\nwords = 'it is \"so\"'", "'it is \"so\"'", "write words = ['it is \"so\"']"),
        ("id = 'a'\nwords = ['a', 2]", "2", "write \"2\""),
        ("id = 'a'\ntopics = 'x'", "'x'", "write [topics] above its keys"),
        (
            "id = 'a'\n[theme]\ndepartment = 'd'",
            "[theme]",
            "write [[theme]] above the keys of each",
        ),
        ("id = 'a'\ntheme = ['d']", "'d'", "write [[theme]] above the keys of each"),
    ];
    for (text, place, mend) in cases {
        check(text, &[("wrong_type", place, mend)]);
    }
    let theme = |line: &str| format!("id = 'a'\n[[theme]]\ndepartment = 'd'\n{line}");
    let rule = "write rule.en = \"charge NEAR twice\"";
    check(&theme("rule = 'charge NEAR twice'"), &[("wrong_type", "'charge NEAR twice'", rule)]);
    check(&theme("rule.en = ['a b']"), &[("wrong_type", "['a b']", "write rule.en = \"a b\"")]);
    check("id = 'a'\nkind = 'prais'", &[("unknown_value", "'prais'", "write kind = \"praise\"")]);
    let both = "write kind = \"problem\" or kind = \"praise\"";
    check("id = 'a'\nkind = 'wish'", &[("unknown_value", "'wish'", both)]);
}

#[test]
fn an_unknown_key_is_told_with_the_nearest() {
    check("id = 'a'\ncuont = 1", &[("unknown_key", "cuont", "write `count`")]);
    check("id = 'a'\n[topcs]\nraw = 'x'", &[("unknown_key", "topcs", "write [topics]")]);
    let themes = "id = 'a'\n[[themes]]\ndepartment = 'd'\n[[themes]]\n";
    check(themes, &[("unknown_key", "themes", "write [[theme]]")]);
    let example = "id = 'a'\n[[theme]]\ndepartment = 'd'\n[[theme.exmple]]\n";
    check(example, &[("unknown_key", "exmple", "write [[theme.example]]")]);
    let feedback = format!("{}feedback = {{ chanel = 'x' }}", example.replace("exmple", "example"));
    check(&feedback, &[("unknown_key", "chanel", "write `feedback.channel`")]);
    let all = "write a known key: count, create, id, kind, share, theme, topics, words";
    check("id = 'a'\nweather = 1", &[("unknown_key", "weather", all)]);
}

#[test]
fn a_key_under_the_wrong_table_is_sent_home() {
    let top = "move it to the top of the file, above the first [table]";
    check(
        "[topics]\nid = 'a'",
        &[("missing_key", "", "add id = \"a\""), ("misplaced_key", "id", top)],
    );
    let below = "move it below [[theme]]";
    let above = "id = 'a'\nseverity = 1\n[[theme]]\ndepartment = 'd'";
    check(above, &[("misplaced_key", "severity", below)]);
    let name = "id = 'a'\n[[theme]]\ndepartment = 'd'\n[theme.name]\nen = 'n'\nseverity = 1";
    let up = "move it up, among the keys of [[theme]]";
    check(name, &[("misplaced_key", "severity", up)]);
    check(&name.replace("theme.name", "theme.rule"), &[("misplaced_key", "severity", up)]);
    let example = name.replace("[theme.name]\nen = 'n'", "[[theme.example]]");
    check(&example, &[("misplaced_key", "severity", up)]);
    // What no table knows is told as what it looks like.
    let french = name.replace("severity = 1", "french = 'x'");
    check(&french, &[("bad_language", "french", "write a language's code such as en or nl")]);
    // Where both a misspelling and a wrong table may be meant, both are said.
    let both = "id = 'a'\n[[theme]]\ndepartment = 'd'\nwords = ['x']\n";
    check(both, &[("misplaced_key", "words", top)]);
}

#[test]
fn what_is_no_toml_is_told_with_the_line_as_it_was_meant() {
    for (line, mend) in [
        ("id = 'z'n'", "write id = '''z'n'''"),
        ("id = 'z'n \"x\"'  # note", "write id = '''z'n \"x\"'''  # note"),
        ("id = \"a \"b\" c\"", "write id = 'a \"b\" c'"),
        ("id = \"it's \"b\" c\"", "write id = '''it's \"b\" c'''"),
        ("id = \"a", "write id = \"a\""),
        ("id = 'a", "write id = 'a'"),
        ("id = “a”", "write id = \"a\""),
        ("id = a", "write id = \"a\""),
        ("id = a \"b\"", "write id = 'a \"b\"'"),
        ("id: \"a\"", "write id = \"a\""),
        ("id: a", "write id = \"a\""),
        ("id = [\"a]", "write id = [\"a\"]"),
    ] {
        let found = problems(&format!("{line}\ncuont = 1\n"));
        let told: Vec<_> =
            found.iter().map(|each| (each.code.as_str(), each.mend.as_str())).collect();
        assert_eq!(told, [("toml", mend), ("unknown_key", "write `count`")], "{line}");
    }
    for (line, mend) in [
        ("words = ['z'n', 'it's']", "write words = ['''z'n''', '''it's''']"),
        ("create = yes", "write create = true"),
        ("create = False", "write create = false"),
        ("share = 0,5", "write share = 0.5"),
        ("count = 7 records", "write count = \"7 records\""),
        ("[[theme]", "write [[theme]]"),
        ("[topics", "write [topics]"),
    ] {
        let found = problems(&format!("id = 'a'\n{line}\n"));
        assert_eq!(found.len(), 1, "{line}: {found:?}");
        assert_eq!((found[0].code.as_str(), found[0].mend.as_str()), ("toml", mend), "{line}");
    }
}

/// One fault hides no other, and none follows from another.
#[test]
fn every_line_that_is_no_toml_is_told_once() {
    let text = "id = a\nshare: 1\nwords = [“x”, 'y']\ncount = 'z'n'\ncreate = yes\nknd = 'praise'\n\
        [topics]\nraw = \"x\n[[theme]]\ndepartment = 'd'\nname.en = [\n  \"one,\n  'two'\n]\nrule.en = 'x'\n";
    let found = problems(text);
    let told: Vec<_> = found.iter().map(|each| each.mend.as_str()).collect();
    let expected = [
        "write id = \"a\"",
        "write share = 1",
        "write words = [\"x\", 'y']",
        "write count = '''z'n'''",
        "write create = true",
        "write `kind`",
        "write raw = \"x\"",
        "write name.en = \"two\"",
        "write \"one\",",
    ];
    assert_eq!(told, expected, "{found:#?}");
}

#[test]
fn what_stands_twice_is_told() {
    let found = problems("id = 'a'\nid = 'b'\ncuont = 1\n");
    let codes: Vec<_> = found.iter().map(|problem| problem.code.as_str()).collect();
    assert_eq!(codes, ["duplicate_key", "unknown_key"]);
    assert_eq!(found[0].message, "id stands twice");
    let found = problems("id = 'a'\n[topics]\nraw = 'x'\n[topics]\nraw = 'y'\n");
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0].message, "[topics] stands twice");
}

/// A secret on a line that is no TOML stays unsaid.
#[test]
fn a_secret_is_not_repeated() {
    for line in ["password = hunter2", "kafka.pasword = 'hunter'2'", "user_name: hunter2"] {
        let found = problems(&format!("id = 'a'\n{line}\n"));
        assert!(!format!("{found:?}").contains("hunter"), "{found:?}");
    }
}

proptest! {
    #[test]
    fn any_text_is_read_or_told_within_it(
        text in "\\PC{0,60}",
        parts in prop::collection::vec("(id|theme|topics|a b|=|'|\"|\\[|\\]|\\{|,|\n|é|#| |\\.|1|\\\\)", 0..40),
    ) {
        for text in [text, parts.concat()] {
            for problem in problems(&text) {
                let span = problem.span.unwrap_or(Span { start: 0, end: 0 });
                prop_assert!(text.get(span.start..span.end).is_some(), "{problem:?} in {text:?}");
            }
        }
    }
}
