//! The built-in source `default`: what it reads, and what becomes of it.

use super::*;
use feedback::{FeedbackId, LanguageSource, Metric};
use serde_json::json as value;

#[test]
fn a_plain_record() {
    let feedback = read(
        r#"{"id":"a-1","text":"The bill is wrong again.","lang":"en-GB","score":2,
            "occurred_at":"2026-03-04T10:00:00+01:00","plan":{"b":[1, 2.50],"a":null},"n":null}"#,
    )
    .unwrap();
    assert_eq!(feedback.id, FeedbackId::of_source_id("default", "a-1"));
    assert_eq!(
        json(&feedback),
        value!({
            "id": feedback.id.to_string(),
            "revision": 0,
            "schema": "voc.feedback.v1",
            "source": "default",
            "source_id": "a-1",
            "occurred_at": "2026-03-04T09:00:00Z",
            "received_at": "2026-03-04T10:00:00Z",
            "answers": [],
            "scores": [{ "metric": "nps", "value": 2, "min": 0, "max": 10, "direction": "higher_is_better" }],
            "texts": [{
                "text": "The bill is wrong again.",
                "lang": { "code": "en", "confidence": 1, "by": "declared" },
            }],
            "redactions": [],
            "attributes": { "n": null, "plan": { "b": [1, 2.50], "a": null } },
        })
    );
    assert_eq!(feedback.attributes["plan"].get(), r#"{"b":[1,2.50],"a":null}"#);
}

#[test]
fn what_is_tolerated() {
    for (record, text) in [
        ("\u{feff}{\"text\":\"a\"}", "a"),
        (" \r\n{\"text\":\"a\"}\n", "a"),
        (r#"{"text":"nul \u0000 and \ufffd and \u0007"}"#, "nul \u{0} and \u{fffd} and \u{7}"),
        (r#"{"text":"\ud83d\ude00 \u00e9"}"#, "😀 é"),
        (
            r#"{"text":" spaces stay ","id":"  ","score":null,"lang":null,"occurred_at":null}"#,
            " spaces stay ",
        ),
        (r#"{"text":"a","x":1e308,"y":123456789012345678901234567890,"z":-0.0}"#, "a"),
        (r#"{"text":"a","lang":"kl1ngon"}"#, "a"),
        (r#"{"text":"a","occurred_at":"9999-12-30T23:59:59Z"}"#, "a"),
    ] {
        let feedback = read(record).unwrap();
        assert_eq!(feedback.texts[0].text.as_str(), text, "{record}");
        assert!(feedback.source_id.is_none());
    }
    let limits = Limits::default();
    let longest = "a".repeat(limits.text_bytes);
    assert!(read(&format!(r#"{{"text":"{longest}"}}"#)).is_ok());
    let deepest = format!(
        r#"{{"text":"a","x":{}{}}}"#,
        "[".repeat(limits.depth - 1),
        "]".repeat(limits.depth - 1)
    );
    assert!(read(&deepest).is_ok());
}

#[test]
fn scores_have_their_scales() {
    for (score, expected) in [
        ("0", (Metric::Nps, 0.0, 0.0, 10.0)),
        ("9.5", (Metric::Nps, 9.5, 0.0, 10.0)),
        (r#"{"metric":"csat","value":5}"#, (Metric::Csat, 5.0, 1.0, 5.0)),
        (r#"{"metric":"CES","value":1}"#, (Metric::Ces, 1.0, 1.0, 7.0)),
        (r#"{"metric":"rating","value":8,"min":1,"max":10}"#, (Metric::Rating, 8.0, 1.0, 10.0)),
        (
            r#"{"metric":"nps","value":-40,"min":-100,"max":100}"#,
            (Metric::Nps, -40.0, -100.0, 100.0),
        ),
    ] {
        let feedback = read(&format!(r#"{{"score":{score}}}"#)).unwrap();
        let found = &feedback.scores[0];
        assert_eq!((found.metric, found.value, found.min, found.max), expected, "{score}");
        assert!(feedback.texts.is_empty());
    }
}

#[test]
fn ids_come_from_the_source_or_the_place() {
    let ingest = ingest(&[]);
    let mut one = record(br#"{"text":"a"}"#);
    let by_origin = FeedbackId::of_origin("default", &one.origin, one.timestamp_ms);
    assert_eq!(ingest.read(&one).unwrap().id, by_origin);
    one.origin.offset += 1;
    assert_ne!(ingest.read(&one).unwrap().id, by_origin);
    for id in [r#""42""#, "42"] {
        let feedback = read(&format!(r#"{{"text":"a","id":{id}}}"#)).unwrap();
        assert_eq!(feedback.id, FeedbackId::of_source_id("default", "42"));
    }
    let source = ingest.source("default").unwrap();
    let line = br#"{"text":"a"}"#;
    let feedback = ingest.read_line(source, 3, line).unwrap();
    assert_eq!(feedback.id, FeedbackId::of_file_record("default", 3, line));
    assert_eq!(feedback.received_at, None);
    let feedback = ingest.read_text(source, 4, "Het was goed.".as_bytes()).unwrap();
    assert_eq!(feedback.id, FeedbackId::of_file_record("default", 4, b"Het was goed."));
}

#[test]
fn languages_are_declared_or_detected() {
    for (record, code, by) in [
        (r#"{"text":"Ik wacht al drie weken op antwoord."}"#, "nl", LanguageSource::Detected),
        (r#"{"text":"I have been waiting for three weeks."}"#, "en", LanguageSource::Detected),
        (
            r#"{"text":"Ich warte seit drei Wochen auf eine Antwort."}"#,
            "de",
            LanguageSource::Detected,
        ),
        (
            r#"{"text":"J'attends une réponse depuis trois semaines."}"#,
            "fr",
            LanguageSource::Detected,
        ),
        (
            r#"{"text":"Llevo tres semanas esperando una respuesta."}"#,
            "es",
            LanguageSource::Detected,
        ),
        (r#"{"text":"Top!","lang":"nl_NL"}"#, "nl", LanguageSource::Declared),
        (r#"{"text":"Top!","lang":"Dutch"}"#, "nl", LanguageSource::Declared),
        (r#"{"text":"Top!","lang":"PT"}"#, "pt", LanguageSource::Declared),
        (r#"{"text":"Ik wacht al weken.","lang":"und"}"#, "nl", LanguageSource::Detected),
    ] {
        let feedback = read(record).unwrap();
        let lang = feedback.texts[0].lang.as_ref().unwrap();
        assert_eq!((&*lang.code, &lang.by), (code, &by), "{record}");
        assert!((0.0..=1.0).contains(&lang.confidence));
    }
    assert_eq!(read(r#"{"text":"👍 10/10"}"#).unwrap().texts[0].lang, None);
    assert_eq!(read(r#"{"score":1,"lang":"nl"}"#).unwrap().attributes["lang"].get(), r#""nl""#);
}

#[test]
fn personal_data_is_masked_with_its_place() {
    let feedback = read(r#"{"text":"é mail jan@kpn.nl of bel 06-12345678"}"#).unwrap();
    let text = feedback.texts[0].text.as_str();
    assert_eq!(text, "é mail [email] of bel [phone]");
    let masks: Vec<_> =
        feedback.redactions.iter().map(|mask| text.get(mask.start..mask.end).unwrap()).collect();
    assert_eq!(masks, ["[email]", "[phone]"]);
    // What is put out can be read again, and its masks keep their places beside new ones.
    let mut again = json(&feedback);
    again["texts"][0]["text"] = value!("é mail [email] of bel [phone] of c@d.nl");
    let feedback = read(&again.to_string()).unwrap();
    let text = feedback.texts[0].text.as_str();
    let masks: Vec<_> =
        feedback.redactions.iter().map(|mask| text.get(mask.start..mask.end).unwrap()).collect();
    assert_eq!(masks, ["[email]", "[phone]", "[email]"]);
}

/// A mask that was there moves with the words around it; one that is masked over goes.
#[test]
fn earlier_masks_keep_their_places() {
    let feedback = read(
        r#"{"texts":[{"text":"a"},{"text":"c@d.nl of [phone] of 06-12345678"}],"redactions":[
            {"text":1,"kind":"phone","start":10,"end":17},{"text":1,"kind":"bsn","start":24,"end":28}]}"#,
    )
    .unwrap();
    let text = feedback.texts[1].text.as_str();
    let masks: Vec<_> = feedback
        .redactions
        .iter()
        .map(|mask| (mask.kind.name(), text.get(mask.start..mask.end).unwrap()))
        .collect();
    assert_eq!(masks, [("email", "[email]"), ("phone", "[phone]"), ("phone", "[phone]")]);
    assert_eq!(text, "[email] of [phone] of [phone]");
}

#[test]
fn the_native_shape() {
    let feedback = read(
        r#"{"id":7,"texts":[{"text":"Prima","lang":"nl","author":"customer"},{"text":"Hoi","author":"agent","turn":1}],
            "scores":[{"metric":"csat","value":4}],"channel":"chat","touchpoint":"first_bill",
            "customer":{"key":"jan@kpn.nl"},"attributes":{"a":1},"extra":[true],"classification":{"x":1}}"#,
    )
    .unwrap();
    assert_eq!(feedback.source_id.as_deref(), Some("7"));
    assert_eq!(feedback.texts.len(), 2);
    assert!((feedback.scores[0].max - 5.0).abs() < f64::EPSILON);
    let names: Vec<_> = feedback.attributes.keys().map(String::as_str).collect();
    assert_eq!(names, ["a", "extra"]);
    let key = feedback.customer.unwrap().key.unwrap();
    assert!(key.starts_with("p_") && key.len() == 34, "an address is no key: {key}");
}

#[test]
fn words_beside_the_native_shape_are_words() {
    let feedback = read(
        r#"{"text":"The bill is wrong, call 06-12345678","lang":"en","scores":[{"metric":"nps","value":2}]}"#,
    )
    .unwrap();
    assert_eq!(feedback.texts[0].text.as_str(), "The bill is wrong, call [phone]");
    assert!(feedback.attributes.is_empty());
    let feedback = read(r#"{"texts":[{"text":"Slow"}],"score":3}"#).unwrap();
    assert!((feedback.scores[0].value - 3.0).abs() < f64::EPSILON);
}

#[test]
fn touchpoints_give_the_stage_of_the_journey() {
    let ingest = ingest(&[(
        "touchpoints.toml",
        "[[touchpoint]]\nid = \"first_bill\"\njourney_stage = \"onboarding\"\nmoment_of_truth = true\n",
    )]);
    let read = |touchpoint: &str| {
        let record = format!(r#"{{"texts":[{{"text":"a"}}],"touchpoint":"{touchpoint}"}}"#);
        Ingest::read(&ingest, &super::record(record.as_bytes())).unwrap().journey_stage
    };
    assert_eq!(read("first_bill").as_deref(), Some("onboarding"));
    assert_eq!(read("branch"), None);
}

#[test]
fn cloud_events() {
    let structured = read(
        r#"{"specversion":"1.0","id":"e-1","source":"/crm","type":"survey.answered","time":"2026-03-04T09:00:00Z",
            "datacontenttype":"application/json","data":{"id":"mine","text":"Prima","type":"x"}}"#,
    )
    .unwrap();
    let headers = [
        ("ce_specversion", "1.0"),
        ("ce_id", "e-1"),
        ("ce_source", "/crm"),
        ("ce_type", "survey.answered"),
        ("ce_time", "2026-03-04T09:00:00Z"),
        ("content-type", "application/json"),
    ];
    let plain = record(br#"{"id":"mine","text":"Prima","type":"x"}"#);
    let record =
        headers.iter().fold(plain, |record, (name, value)| with_header(record, name, value));
    let binary = ingest(&[]).read(&record).unwrap();
    assert_eq!(json(&structured), json(&binary));
    assert_eq!(binary.source_id.as_deref(), Some("e-1"));
    assert_eq!(binary.occurred_at.unwrap().to_string(), "2026-03-04T09:00:00Z");
    let attributes: Vec<_> =
        binary.attributes.iter().map(|(name, value)| (name.as_str(), value.get())).collect();
    assert_eq!(
        attributes,
        [
            ("ce_source", "\"/crm\""),
            ("ce_type", "\"survey.answered\""),
            ("id", "\"mine\""),
            ("type", "\"x\"")
        ]
    );
}

/// An event's id is unique within the event's source only (`CloudEvents` 1.0, section `id`).
#[test]
fn equal_ids_of_different_events_differ() {
    let event = |source: &str| {
        read(&format!(
            r#"{{"specversion":"1.0","id":"e-1","source":"{source}","type":"x","data":{{"text":"Prima"}}}}"#
        ))
        .unwrap()
    };
    let (crm, app) = (event("/crm"), event("/app"));
    assert_ne!(crm.id, app.id);
    assert_eq!(crm.id, event("/crm").id);
    assert_eq!(crm.id, FeedbackId::of_event("default", "/crm", "e-1"));
    assert_eq!(crm.source_id.as_deref(), Some("e-1"));
    let plain = read(r#"{"id":"e-1","text":"Prima"}"#).unwrap();
    assert_eq!(plain.id, FeedbackId::of_source_id("default", "e-1"), "as ever");
    let bare = read(r#"{"specversion":"1.0","id":"e-1","data":{"text":"Prima"}}"#).unwrap();
    assert_eq!(bare.id, plain.id);
    // What was put out keeps its id wherever it is read.
    assert_eq!(read(&json(&crm).to_string()).unwrap().id, crm.id);
}

/// Closed answers have free words too, and may be a phone number.
#[test]
fn personal_data_is_masked_in_answers() {
    let answer = |value: &str| {
        let record = format!(r#"{{"texts":[{{"text":"a"}}],"answers":[{{"value":{value}}}]}}"#);
        read(&record).unwrap().answers[0].value.get().to_owned()
    };
    for (value, masked) in [
        (r#""Other: mail jan@kpn.nl""#, r#""Other: mail [email]""#),
        (r#"["Phone", {"other":"bel 06-12345678"}, 3]"#, r#"["Phone",{"other":"bel [phone]"},3]"#),
        (r#""\u006aan\u0040kpn.nl""#, r#""[email]""#),
        (r#""a \"quote\" \\""#, r#""a \"quote\" \\""#),
        ("31612345678", r#""[phone]""#),
        ("[31612345678]", r#"["[phone]"]"#),
        (r#"{"jan@kpn.nl":true}"#, r#"{"jan@kpn.nl":true}"#),
        ("12.5", "12.5"),
        ("null", "null"),
        ("{}", "{}"),
    ] {
        assert_eq!(answer(value), masked, "{value}");
    }
}

/// A hash stands instead of every key and id that is an address; the feedback's own id stays.
#[test]
fn no_key_is_an_address() {
    let feedback = read(
        r#"{"source_id":"jan@kpn.nl","response_id":"+31612345678","texts":[{"text":"a"}],
            "customer":{"key":"0612345678"},"survey":{"id":"s-1","invitation_id":"Jan@KPN.nl"},
            "interaction":{"id":"31612345678","agent_key":"p.smit@kpn.nl","queue":"billing"}}"#,
    )
    .unwrap();
    assert_eq!(feedback.id, FeedbackId::of_source_id("default", "jan@kpn.nl"));
    let interaction = feedback.interaction.unwrap();
    let keys = [
        feedback.source_id,
        feedback.response_id,
        feedback.customer.unwrap().key,
        feedback.survey.unwrap().invitation_id,
        interaction.id,
        interaction.agent_key,
    ];
    for key in &keys {
        let key = key.as_deref().unwrap();
        assert!(key.starts_with("p_") && key.len() == 34, "{key}");
    }
    assert_eq!(keys[0], keys[3], "the same address is the same key");
    assert_eq!(interaction.queue.as_deref(), Some("billing"));
    let feedback = read(r#"{"id":"0012345678901","texts":[{"text":"a"}]}"#).unwrap();
    assert_eq!(feedback.source_id.as_deref(), Some("0012345678901"), "a padded number is none");
    assert_eq!(ingest::key_instead(b"c-1"), None);
    assert_eq!(ingest::key_instead(b"\xff"), None);
    assert!(ingest::key_instead(b"jan@kpn.nl").is_some());
}

/// As many texts as a record can hold cost no more than their bytes.
#[test]
fn very_many_texts() {
    let texts = vec![r#"{"text":"mail a@b.nl 1 2 3 4 5 6 7 8 9"}"#; 20_000].join(",");
    let feedback = read(&format!(r#"{{"texts":[{texts}]}}"#)).unwrap();
    assert_eq!((feedback.texts.len(), feedback.redactions.len()), (20_000, 20_000));
    let digits = "1 ".repeat(25_000);
    assert!(read(&format!(r#"{{"text":"{digits}"}}"#)).unwrap().redactions.is_empty());
}
