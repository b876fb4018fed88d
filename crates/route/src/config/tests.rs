//! Cases for routes.toml: what is refused, where, and what is left out of the embedded one.

use feedback::Given;

use crate::RouteExample;
use crate::fixture::{ROUTES, parse};

const ROUTE: &str =
    "[[route]]\nid = \"a\"\nwhen = 'score.nps <= 6'\ntask = \"none\"\npriority = 2\n";

fn with(line: &str) -> String {
    format!("{ROUTE}{line}\n")
}

/// Each problem's code, the stretch of the file it points at, and its mend.
fn problems(text: &str) -> Vec<(String, String, String)> {
    parse(text, Given::ByUser)
        .unwrap_err()
        .into_iter()
        .map(|problem| {
            assert_eq!(problem.file, "routes.toml");
            let span = problem.span.expect("every problem has a place");
            (problem.code, text.get(span.start..span.end).unwrap().to_owned(), problem.mend)
        })
        .collect()
}

/// Each case: the file, and the code, place and mend of a problem that it must have.
fn check(cases: &[(String, &str, &str, &str)]) {
    for (text, code, place, mend) in cases {
        let found = problems(text);
        let problem = found.iter().find(|(found, ..)| found == code);
        let (_, at, told) = problem.unwrap_or_else(|| panic!("no {code} of\n{text}\n{found:#?}"));
        assert_eq!(at.trim_end(), *place, "{code} of\n{text}");
        assert!(told.contains(mend), "{code}: {told}");
    }
}

#[test]
fn a_file_that_is_no_list_of_routes() {
    check(&[
        ("route = 3\n".to_owned(), "wrong_type", "3", "[[route]]"),
        (ROUTE.replace("[[route]]", "[route]"), "wrong_type", "[route]", "[[route]]"),
        ("[[routes]]\nid = \"a\"\n".to_owned(), "unknown_key", "routes", "write [[route]]"),
        ("id = \n".to_owned(), "toml", "", "write key = value"),
    ]);
}

#[test]
fn values_of_a_route() {
    let task = |task: &str| ROUTE.replace("\"none\"", &format!("\"{task}\""));
    let priority = |priority: &str| ROUTE.replace("priority = 2", priority);
    check(&[
        (with("polcy = \"p\""), "unknown_key", "polcy", "write `policy`"),
        (with("kudos = \"yes\""), "wrong_type", "\"yes\"", "kudos = true"),
        (with("policy = \"p\""), "unknown_policy", "\"p\"", "there is no policy at all"),
        (task("call"), "unknown_value", "\"call\"", "task = \"contact\" or task = \"investigate\""),
        (task("contcat"), "unknown_value", "\"contcat\"", "write task = \"contact\""),
        (ROUTE.replace("task = \"none\"\n", ""), "missing_key", "[[route]]", "add task ="),
        (priority("priority = 5"), "bad_priority", "5", "2, 3 or 4"),
        (priority("priority = 0"), "bad_priority", "0", "1 (first)"),
        (ROUTE.replace("\"a\"", "\"A b\""), "bad_id", "\"A b\"", "lower-case"),
    ]);
}

#[test]
fn conditions() {
    let when = |when: &str| ROUTE.replace("'score.nps <= 6'", when);
    let misspelt = "'score.nsp <= 6'";
    let small = "'channel = \"a\" and score.nps <= 6'";
    let departments = "'department IN (\"billing\", \"payment\")'";
    let escaped = "\"theme = \\\"biling\\\"\"";
    let billing = "write `billing`";
    check(&[
        (when(misspelt), "bad_condition", "score.nsp <= 6", "when = 'score.nps <= 6'"),
        (when("'channel = chat'"), "bad_condition", "chat", "when = 'channel = \"chat\"'"),
        (when(small), "bad_condition", "and", "channel = \"a\" AND score.nps <= 6"),
        (when("'theme = \"biling\"'"), "unknown_theme", "biling", billing),
        (when(escaped), "unknown_theme", "biling", billing),
        (when(departments), "unknown_department", "payment", "write `payments`"),
    ]);
}

#[test]
fn policies() {
    let policy = |lines: &str| {
        let route = ROUTE.replace("none", "investigate");
        format!("[[policy]]\nid = \"p\"\n{lines}\n{route}policy = \"p\"\n")
    };
    let resolve = policy("resolve = \"4h\"");
    let reversed = policy("acknowledge = \"2d\"\nresolve = \"4h\"");
    let without_task = resolve.replace("investigate", "none");
    let unused = format!("[[policy]]\nid = \"p\"\nresolve = \"4h\"\n{ROUTE}");
    let twice = format!("[[policy]]\nid = \"p\"\nresolve = \"1h\"\n{resolve}");
    check(&[
        (policy(""), "empty_policy", "[[policy]]", "contact = \"24h\""),
        (policy("resolve = \"4 hours\""), "bad_duration", "\"4 hours\"", "\"30m\", \"4h\""),
        (reversed, "due_out_of_order", "[[policy]]", "no later"),
        (policy("contact = \"4h\""), "policy_without_clock", "\"p\"", "`resolve`"),
        (without_task, "policy_without_task", "\"p\"", "remove"),
        (unused, "unused_policy", "\"p\"", "policy = \"p\""),
        (twice, "duplicate_policy", "\"p\"", "another id"),
    ]);
}

#[test]
fn the_order_of_routes() {
    let named = |id: &str| ROUTE.replace("\"a\"", &format!("\"{id}\""));
    let otherwise = named("otherwise").replace("when = 'score.nps <= 6'\n", "");
    let twice = format!("{ROUTE}{}", ROUTE.replace("<= 6", "< 6"));
    let same = format!("{ROUTE}{}", named("b"));
    check(&[
        (twice, "duplicate_route", "[[route]]", "another id"),
        (same, "unreachable_route", "[[route]]", "move it up"),
        (named("otherwise"), "otherwise_has_when", "'score.nps <= 6'", "remove"),
        (format!("{otherwise}{ROUTE}"), "unreachable_route", "[[route]]", "move it up"),
    ]);
}

#[test]
fn examples() {
    let lines = |lines: &str| with(&format!("[[route.example]]\n{lines}"));
    let feedback = |feedback: &str| lines(&format!("feedback = {feedback}\nexpect = {{}}"));
    let silent = "{ text = \"x\", score = 2 }";
    let metric = "{ score = { metric = \"nsp\", value = 1 } }";
    let expect = "feedback = { score = 2 }\nexpect = { department = \"biling\" }";
    let billing = "write `billing`";
    check(&[
        (lines("expect = {}"), "missing_key", "[[route.example]]", "feedback = {"),
        (lines("feedback = { score = 2 }"), "missing_key", "[[route.example]]", "expect = {"),
        (feedback("{}"), "empty_example", "{}", "text = "),
        (feedback(silent), "no_language", silent, "lang = \"en\""),
        (feedback("{ text = \"x\", lang = \"EN\" }"), "bad_language", "\"EN\"", "lower case"),
        (feedback("{ score = 11 }"), "score_off_scale", "11", "`min` and `max`"),
        (feedback("{ score = -1 }"), "score_off_scale", "-1", "`min` and `max`"),
        (feedback(metric), "unknown_value", "\"nsp\"", "score.metric = \"nps\""),
        (feedback("{ score = 2, chanel = \"a\" }"), "unknown_key", "chanel", "`feedback.channel`"),
        (lines(expect), "unknown_department", "\"biling\"", billing),
    ]);
}

#[test]
fn all_problems_are_told_at_once_in_the_order_of_the_file() {
    let text = "
        [[policy]]
        id = \"p\"
        resolve = \"soon\"
        colour = 1
        [[route]]
        id = \"a\"
        when = 'theme = \"nothing\" AND department = \"nobody\"'
        task = 3
        priority = \"high\"
        kudos = 1
        policy = \"q\"
        wehn = 2
    ";
    let found = problems(text);
    let codes: Vec<&str> = found.iter().map(|(code, ..)| code.as_str()).collect();
    let expected = [
        "unused_policy",
        "bad_duration",
        "unknown_key",
        "unknown_theme",
        "unknown_department",
        "wrong_type",
        "wrong_type",
        "wrong_type",
        "unknown_policy",
        "unknown_key",
    ];
    assert_eq!(codes, expected);
}

#[test]
fn the_embedded_file_may_name_what_the_user_replaced() {
    let text = "
        [[route]]
        id = \"gone\"
        when = 'theme = \"parcels\" OR department = \"depot\"'
        task = \"contact\"
        priority = 1
        [[route.example]]
        feedback = { score = 2 }
        expect = { task = \"contact\" }
        [[route]]
        id = \"here\"
        when = 'score.nps <= 6'
        task = \"contact\"
        priority = 2
        [[route.example]]
        feedback = { score = 2 }
        expect = { department = \"depot\" }
        [[route.example]]
        feedback = { score = 2 }
        expect = { kudos = [\"depot\"] }
        [[route.example]]
        feedback = { score = 2 }
        expect = { task = \"contact\" }
    ";
    let router = parse(text, Given::Embedded).unwrap();
    let examples: Vec<&str> = router.examples().iter().map(RouteExample::name).collect();
    assert_eq!(examples, ["here/3"]);
    assert_eq!(parse(text, Given::ByUser).unwrap_err().len(), 4);
}

#[test]
fn what_shapes_output_is_in_the_hash_and_nothing_else() {
    let hash =
        |text: &str| feedback::canonical::hash(&parse(text, Given::ByUser).unwrap()).unwrap();
    let same = ROUTES.replace("value = 2", "value = 3").replace("[[policy]]", "# note\n[[policy]]");
    assert_eq!(hash(ROUTES), hash(&same));
    for (old, new) in [
        ("priority = 2", "priority = 3"),
        ("contact = \"24h\"", "contact = \"25h\""),
        ("kudos = false", "kudos = true"),
        ("score.nps <= 6", "score.nps <= 5"),
        ("task = \"investigate\"", "task = \"contact\""),
        ("id = \"fees\"", "id = \"charges\""),
    ] {
        assert_ne!(hash(ROUTES), hash(&ROUTES.replacen(old, new, 1)), "{old}");
    }
    let moved = format!("{ROUTES}[[route]]\nid = \"otherwise\"\ntask = \"none\"\npriority = 3\n");
    assert_ne!(hash(ROUTES), hash(&moved));
}

proptest::proptest! {
    #[test]
    fn any_text_gives_routes_or_problems_within_it(text in "\\PC{0,80}") {
        // Broken in all ways: any text, as the file, as a condition, as a value.
        let quoted = text.replace('\'', "");
        for text in [
            text.clone(),
            ROUTE.replace("score.nps <= 6", &quoted),
            ROUTE.replace("\"none\"", &text),
        ] {
            for problem in parse(&text, Given::ByUser).err().into_iter().flatten() {
                let span = problem.span.unwrap_or(feedback::Span { start: 0, end: 0 });
                proptest::prop_assert!(text.get(span.start..span.end).is_some(), "{problem:?}");
            }
        }
    }
}
