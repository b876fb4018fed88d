//! Sources' files: the shipped ones read what they say, and everything wrong in one is told at once.

use super::*;
use feedback::{Author, Metric, Status};
use ingest::RejectCode;
use serde_json::json as value;

const SURVEY: &str = include_str!("../../../../config/sources/survey_export.toml");
const QUESTIONS: &str = include_str!("../../../../config/sources/survey_questions.toml");
const CONVERSATION: &str = include_str!("../../../../config/sources/conversation.toml");
const REVIEWS: &str = include_str!("../../../../config/sources/reviews.toml");

fn shipped() -> Ingest {
    ingest(&[
        ("sources/survey_export.toml", SURVEY),
        ("sources/survey_questions.toml", QUESTIONS),
        ("sources/conversation.toml", CONVERSATION),
        ("sources/reviews.toml", REVIEWS),
        (
            "touchpoints.toml",
            "[[touchpoint]]\nid = \"first_bill\"\njourney_stage = \"onboarding\"\n",
        ),
    ])
}

fn read(topic: &str, record: &serde_json::Value) -> Result<Feedback, Reject> {
    shipped().read(&record_of(topic, record.to_string().as_bytes()))
}

#[test]
fn a_survey_export() {
    let row = value!({
        "ResponseId": "R_1", "RecordedDate": "04-03-2026 10:00", "Comment": "De rekening klopt niet.",
        "UserLanguage": "NL", "CustomerNumber": "+31612345678", "Segment": "gold", "Touchpoint": "first_bill",
        "Queue": "billing", "Q1_NPS": "2 - onwaarschijnlijk", "Q2_Satisfaction": "Dissatisfied",
        "Q4_Improve": "geen antwoord", "Q3_Reason": "bill", "Status": "IP Address", "Region": "Noord",
    });
    let feedback = read("feedback.raw.survey_export", &row).unwrap();
    assert_eq!(feedback.source_id.as_deref(), Some("R_1"));
    assert_eq!(feedback.occurred_at.unwrap().to_string(), "2026-03-04T10:00:00Z");
    assert_eq!(feedback.received_at.unwrap().to_string(), "2026-03-04T10:00:00Z");
    assert_eq!(feedback.journey_stage.as_deref(), Some("onboarding"));
    assert_eq!(feedback.status, Some(Status::Complete));
    assert_eq!(feedback.solicited, Some(true));
    assert_eq!(feedback.interaction.unwrap().queue.as_deref(), Some("billing"));
    let customer = feedback.customer.unwrap();
    assert!(customer.key.unwrap().starts_with("p_"), "a phone number is no key");
    assert_eq!(customer.segment.as_deref(), Some("gold"));
    assert_eq!(feedback.texts.len(), 1, "a word for no answer is no text");
    let scores: Vec<_> = feedback.scores.iter().map(|score| (score.metric, score.value)).collect();
    assert_eq!(scores, [(Metric::Nps, 2.0), (Metric::Csat, 2.0)]);
    assert_eq!(feedback.answers[0].value.get(), "\"bill\"");
    let names: Vec<_> = feedback.attributes.keys().map(String::as_str).collect();
    assert_eq!(names, ["Region"], "what is mapped is no attribute");
}

#[test]
fn what_a_source_leaves_out_or_refuses() {
    for (row, code) in [
        (value!({ "Comment": "a", "Status": "Survey Preview" }), RejectCode::Skipped),
        (value!({ "Comment": "a", "Status": "spam" }), RejectCode::Skipped),
        (value!({ "ResponseId": "R_1", "Q1_NPS": "" }), RejectCode::MissingTextAndScore),
        (value!({ "Q1_NPS": "kanarie" }), RejectCode::BadSourceField),
        (value!({ "Q1_NPS": 11 }), RejectCode::ScoreOffScale),
        (value!({ "Comment": "a", "RecordedDate": "kanarie" }), RejectCode::BadSourceField),
        (value!({ "Comment": ["kanarie"] }), RejectCode::BadSourceField),
        (value!({ "Comment": "a", "Q2_Satisfaction": "kanarie" }), RejectCode::BadSourceField),
    ] {
        let reject = read("feedback.raw.survey_export", &row).unwrap_err();
        assert_eq!(reject.code, code, "{row}: {reject}");
        assert!(!reject.to_string().contains("kanarie"), "{reject}");
    }
}

#[test]
fn a_conversation() {
    let record = value!({
        "id": 12, "started": "2026-03-04T10:00:00Z", "channel": "chat", "wait_seconds": 90, "rating": 2,
        "messages": [
            { "from": "Bot", "text": "Hallo, waarmee kan ik helpen?" },
            { "from": "visitor", "text": "ok" },
            { "from": "note", "text": "interne notitie" },
            { "from": "visitor", "text": "Mijn rekening is dubbel afgeschreven." },
            { "from": "agent", "text": "" },
            { "from": "supervisor", "text": "Ik neem het over." },
        ],
    });
    let feedback = read("feedback.raw.conversation", &record).unwrap();
    let turns: Vec<_> =
        feedback.texts.iter().map(|text| (text.turn, text.author.clone())).collect();
    assert_eq!(
        turns,
        [
            (Some(0), Some(Author::Bot)),
            (Some(1), Some(Author::Customer)),
            (Some(3), Some(Author::Customer)),
            (Some(5), Some(Author::Other("supervisor".to_owned()))),
        ]
    );
    let languages =
        feedback.texts.iter().map(|text| text.lang.as_ref().map(|lang| lang.code.to_string()));
    assert!(
        languages.into_iter().all(|code| code.as_deref() == Some("nl")),
        "turns share a language"
    );
    assert_eq!(feedback.source_id.as_deref(), Some("12"));
    assert!(feedback.attributes.is_empty());
    let reject = read("feedback.raw.conversation", &value!({ "id": 1, "messages": "kanarie" }));
    assert_eq!(reject.unwrap_err().code, RejectCode::BadSourceField);
}

#[test]
fn a_review_with_pointers() {
    let record = value!({
        "review": { "id": 7, "stars": "2", "title": "Slow", "body": "Two weeks without internet.", "other": 1 },
        "url": "https://reviews.example/7", "edited_at": "2026-03-04T10:00:00Z", "site": "x",
    });
    let feedback = read("feedback.raw.reviews", &record).unwrap();
    let texts: Vec<_> = feedback
        .texts
        .iter()
        .map(|text| (text.question_id.as_deref(), text.text.as_str()))
        .collect();
    assert_eq!(texts, [(Some("title"), "Slow"), (Some("body"), "Two weeks without internet.")]);
    assert_eq!(feedback.revision, 1_772_618_400_000);
    // Words that were mapped, and so masked, do not come back as an attribute.
    let names: Vec<_> = feedback.attributes.keys().map(String::as_str).collect();
    assert_eq!(names, ["site"]);
    let mut event = json(&feedback);
    event = value!({ "specversion": "1.0", "id": "e", "data": record, "x": event["source"] });
    let event = read("feedback.raw.reviews", &event).unwrap();
    assert_eq!(
        (event.id, event.attributes.len()),
        (feedback.id, 2),
        "the mapped id is the source's"
    );
}

#[test]
fn everything_wrong_is_told_at_once_with_its_place() {
    let text = r#"nam = "x"
format = "cvs"
lang = "klingon!"
chanel = "survey"
solicited = "perhaps"
utc_offset = "amsterdam"
date_formats = ["dd-mm-yyyy"]
skip_when = 'status = test'
[fields]
text = 5
source_ide = "Id"
[[score]]
metric = "npz"
min = 10
max = 0
[status]
field = "Status"
test = ["a", "A"]
[transcript]
turns = "/x"
"#;
    let mut files = Files::new();
    files.insert("sources/x.toml", Given::ByUser, text);
    files.insert(
        "sources/y.toml",
        Given::ByUser,
        "name = \"default\"\nformat = \"csv\"\n[fields]\ntext = \"a\"",
    );
    files.insert("sources/z.toml", Given::ByUser, "name = ");
    files.insert("touchpoints.toml", Given::ByUser, "[[touchpoint]]\nid = \"A\"\n");
    let problems = Ingest::parse(&files, Limits::default()).unwrap_err();
    let codes: Vec<_> =
        problems.iter().map(|problem| (problem.file.as_str(), problem.code.as_str())).collect();
    for expected in [
        ("sources/x.toml", "missing_key"),
        ("sources/x.toml", "unknown_key"),
        ("sources/x.toml", "unknown_value"),
        ("sources/x.toml", "bad_language"),
        ("sources/x.toml", "wrong_type"),
        ("sources/x.toml", "bad_offset"),
        ("sources/x.toml", "bad_date_format"),
        ("sources/x.toml", "bad_condition"),
        ("sources/x.toml", "bad_scale"),
        ("sources/x.toml", "duplicate_word"),
        ("sources/x.toml", "not_json"),
        ("sources/y.toml", "reserved_name"),
        ("sources/z.toml", "toml"),
        ("touchpoints.toml", "bad_id"),
    ] {
        assert!(codes.contains(&expected), "{expected:?} is not told in {problems:#?}");
    }
    for problem in problems.iter().filter(|problem| problem.code == "unknown_key") {
        let span = problem.span.unwrap();
        let key = text.get(span.start..span.end).unwrap();
        assert!(["nam", "chanel", "source_ide"].contains(&key), "{key}");
        let nearest = match key {
            "nam" => "`name`",
            "chanel" => "`channel`",
            _ => "`source_id`",
        };
        assert!(problem.mend.contains(nearest), "{}", problem.mend);
    }
}

/// The configuration's hash changes with what shapes output, and with nothing else.
#[test]
fn the_canonical_form_holds_what_shapes_output() {
    let canonical = |text: &str| ingest(&[("sources/a.toml", text)]).canonical().to_string();
    let base = "name = \"a\"\nformat = \"json\"\n[fields]\ntext = \"/a\"\n";
    assert_eq!(canonical(base), canonical(&format!("# a comment\n{base}")));
    for other in [
        base.replace("/a", "/b"),
        base.replace("json", "csv"),
        format!("lang = \"nl\"\n{base}"),
        format!("decimal_comma = true\n{base}"),
        format!("skip_when = 'channel = \"x\"'\n{base}"),
        format!("{base}unit = \"u\"\n"),
        format!("{base}[defaults]\nunit = \"u\"\n"),
        format!("{base}[[score]]\nmetric = \"nps\"\nfield = \"s\"\n"),
    ] {
        assert_ne!(canonical(base), canonical(&other), "{other}");
    }
    let all = shipped();
    assert_eq!(
        all.source_names().collect::<Vec<_>>(),
        ["conversation", "default", "reviews", "survey_export", "survey_questions"]
    );
}
