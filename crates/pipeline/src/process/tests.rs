//! The contract on the wire, record by record.

use std::collections::BTreeMap;
use std::sync::Arc;

use classify::Engine;
use feedback::{DepartmentId, Files, Given, Header, Origin, Record, ThemeId, wire};
use ingest::{Ingest, Limits};
use route::{Router, ThemeTraits};

use crate::{Fate, Output, OutputTopics, Process, Processing, TopicTemplates};

const FILES: [(&str, &str); 4] = [
    (
        "departments.toml",
        r#"
        [[department]]
        id = "billing"
        team = "billing_desk"
        [[department]]
        id = "payments"
        team = "payments_desk"
        [[department]]
        id = "care"
        team = "triage"
        fallback = true
        "#,
    ),
    (
        "taxonomy/all.toml",
        r#"
        [taxonomy]
        name = "test"
        version = "1"
        [[theme]]
        id = "billing"
        kind = "topic"
        name = { en = "Billing" }
        department = "billing"
        severity = 1
        rule.en = 'invoice'
        [[theme]]
        id = "billing.double_charge"
        kind = "problem"
        name = { en = "Charged twice" }
        department = "billing"
        contributors = ["payments"]
        severity = 3
        rule.en = 'charge NEAR/4 twice'
        [[theme]]
        id = "agent.kind"
        kind = "praise"
        name = { en = "Kind" }
        department = "care"
        severity = 1
        rule.en = 'friendly'
        "#,
    ),
    (
        "routes.toml",
        r#"
        [[route]]
        id = "detractor"
        when = 'score.nps <= 6'
        task = "contact"
        priority = 2
        "#,
    ),
    (
        "sources/export.toml",
        r#"
        name = "export"
        format = "json"
        respondent = "customer"
        [fields]
        text = "/comment"
        occurred_at = "/at"
        "#,
    ),
];

pub(crate) fn processing() -> Processing {
    let mut files = Files::new();
    for (path, text) in FILES {
        files.insert(path, Given::ByUser, text);
    }
    let ingest = Ingest::parse(&files, Limits::default()).unwrap();
    let engine = Engine::parse(&files, "cafe0123cafe0123").unwrap();
    let traits = |theme: &classify::Theme| {
        let department = DepartmentId::new("care").unwrap();
        let department = theme.department.clone().unwrap_or(department);
        let praise = theme.kind == classify::Kind::Praise;
        (
            theme.id.clone(),
            ThemeTraits { department, severity: theme.severity, praise, formerly: Vec::new() },
        )
    };
    let themes: BTreeMap<ThemeId, ThemeTraits> = engine.themes().iter().map(traits).collect();
    let router = Router::parse(&files, engine.departments(), themes).unwrap();
    let topics = OutputTopics::new(&TopicTemplates::default(), engine.departments());
    Processing {
        ingest: Arc::new(ingest),
        engine: Arc::new(engine),
        router: Arc::new(router),
        topics: Arc::new(topics),
        configuration_hash: "cafe0123cafe0123".to_owned(),
        output_bytes_max: 8 << 20,
    }
}

pub(crate) fn record(value: &str) -> Record {
    Record {
        origin: Origin { topic: Arc::from("feedback.raw"), partition: 2, offset: 41 },
        timestamp_ms: Some(1_764_000_000_123),
        key: Some(b"customer-7".to_vec()),
        value: Some(value.as_bytes().to_vec()),
        headers: vec![
            Header::text("traceparent", "00-aa-bb-01"),
            Header::text("x-other", "private"),
        ],
    }
}

fn processed(processing: &Processing, record: &Record) -> (Fate, Vec<Output>) {
    let mut outputs = Vec::new();
    let fate = processing.processor().process(record, &mut outputs);
    (fate, outputs)
}

fn header<'a>(output: &'a Output, name: &str) -> Option<&'a str> {
    let header = output.headers.iter().find(|header| header.name == name)?;
    std::str::from_utf8(header.value.as_deref()?).ok()
}

const COMPLAINT: &str =
    r#"{"id": "a1", "text": "You charged me twice.", "lang": "en", "score": 2}"#;

#[test]
fn no_key_is_an_address() {
    let mut by_phone = record(COMPLAINT);
    by_phone.key = Some(b"+31612345678".to_vec());
    let (_, outputs) = processed(&processing(), &by_phone);
    let keys: Vec<_> = outputs.iter().map(|output| output.key.clone().unwrap()).collect();
    assert!(keys.iter().all(|key| key.starts_with(b"p_") && *key == keys[0]), "{keys:?}");
    by_phone.value = Some(b"not json".to_vec());
    let (_, dead) = processed(&processing(), &by_phone);
    assert_eq!(dead[0].key.as_deref(), Some(b"+31612345678".as_slice()), "exactly as it came");
}

#[test]
fn work_goes_to_every_topic_it_belongs_on() {
    let (fate, outputs) = processed(&processing(), &record(COMPLAINT));
    assert_eq!(fate, Fate::Classified);
    let topics: Vec<&str> = outputs.iter().map(|output| &*output.topic).collect();
    assert_eq!(
        topics,
        [
            "feedback.classified",
            "feedback.routed.billing",
            "tasks.billing_desk",
            "tasks.payments_desk"
        ]
    );
    let read = |output: &Output| wire::read(output.value.as_deref().unwrap()).unwrap();
    let classified = read(&outputs[0]);
    let routed = read(&outputs[1]);
    assert!(classified.routing.is_none());
    assert_eq!(classified.classification, routed.classification);
    assert_eq!(outputs[1].value, outputs[2].value);
    assert_eq!(outputs[1].value, outputs[3].value);
    let routing = routed.routing.unwrap();
    let id = routed.feedback.id.to_string();
    let ids: Vec<&str> = outputs.iter().filter_map(|output| header(output, "ce_id")).collect();
    let own = routing.task.unwrap().id.to_string();
    let helps = routing.contributors[0].task_id.unwrap().to_string();
    assert_eq!(ids, [&id, &id, &own, &helps]);
    for output in &outputs {
        assert_eq!(output.key.as_deref(), Some(&b"customer-7"[..]));
        assert_eq!(output.timestamp_ms, Some(1_764_000_000_123));
    }
}

#[test]
fn headers_are_these_and_no_others() {
    let mut input = record(r#"{"comment": "The invoice.", "at": "2026-03-01T10:00:00Z"}"#);
    input.origin.topic = Arc::from("feedback.raw.export");
    let (_, outputs) = processed(&processing(), &input);
    let headers: Vec<(&str, &str)> = outputs[1]
        .headers
        .iter()
        .map(|header| {
            (&*header.name, std::str::from_utf8(header.value.as_deref().unwrap()).unwrap())
        })
        .collect();
    let id = wire::read(outputs[1].value.as_deref().unwrap()).unwrap().feedback.id.to_string();
    assert_eq!(
        headers,
        [
            ("voc-origin", "feedback.raw.export/2/41"),
            ("voc-config", "cafe0123cafe0123"),
            ("content-type", "application/json"),
            ("ce_specversion", "1.0"),
            ("ce_id", &id),
            ("ce_type", "voc.feedback.routed.v1"),
            ("ce_source", "/voc/export/route"),
            ("ce_time", "2026-03-01T10:00:00Z"),
            ("ce_dataschema", "urn:voc:schema:feedback.routed:v1"),
            ("traceparent", "00-aa-bb-01"),
        ]
    );
    assert_eq!(header(&outputs[0], "ce_type"), Some("voc.feedback.classified.v1"));
    assert_eq!(header(&outputs[0], "ce_source"), Some("/voc/export/classify"));
}

#[test]
fn without_a_key_the_feedback_id_is_the_key() {
    let input = Record { key: None, headers: Vec::new(), ..record(COMPLAINT) };
    let (_, outputs) = processed(&processing(), &input);
    for output in &outputs {
        let id = header(&outputs[0], "ce_id").unwrap();
        assert_eq!(output.key.as_deref(), Some(id.as_bytes()));
        assert_eq!(header(output, "traceparent"), None);
    }
}

#[test]
fn praise_goes_to_its_team() {
    let input = record(r#"{"text": "A friendly agent.", "lang": "en", "score": 10}"#);
    let (_, outputs) = processed(&processing(), &input);
    let topics: Vec<&str> = outputs.iter().map(|output| &*output.topic).collect();
    assert_eq!(topics, ["feedback.classified", "feedback.routed.care", "kudos.triage"]);
    let routing = wire::read(outputs[2].value.as_deref().unwrap()).unwrap().routing.unwrap();
    let id = routing.kudos[0].id.to_string();
    assert_eq!(header(&outputs[2], "ce_id"), Some(&*id));
    assert_eq!(header(&outputs[2], "ce_type"), Some("voc.kudos.v1"));
}

#[test]
fn a_dead_letter_is_the_input_with_three_headers_more() {
    let mut input = record("{\"text\": \"cut of");
    // It was a dead letter before and is replayed.
    input.headers.insert(1, Header::text("voc-error-code", "not_utf8"));
    input.headers.insert(1, Header::text("voc-origin", "feedback.raw/0/1"));
    input.headers.push(Header { name: "null".to_owned(), value: None });
    let (fate, outputs) = processed(&processing(), &input);
    assert_eq!(fate, Fate::Dead("truncated"));
    assert_eq!(outputs.len(), 1);
    let output = &outputs[0];
    assert_eq!(&*output.topic, "feedback.dead");
    assert_eq!(output.key.as_deref(), input.key.as_deref());
    assert_eq!(output.value.as_deref(), input.value.as_deref());
    assert_eq!(output.timestamp_ms, input.timestamp_ms);
    let headers: Vec<(&str, Option<&[u8]>)> =
        output.headers.iter().map(|header| (&*header.name, header.value.as_deref())).collect();
    assert_eq!(
        headers,
        [
            ("traceparent", Some(&b"00-aa-bb-01"[..])),
            ("x-other", Some(&b"private"[..])),
            ("null", None),
            ("voc-origin", Some(&b"feedback.raw/2/41"[..])),
            ("voc-config", Some(&b"cafe0123cafe0123"[..])),
            ("voc-error-code", Some(&b"truncated"[..])),
        ]
    );
}

#[test]
fn an_output_too_large_makes_its_input_a_dead_letter() {
    let narrow = Processing { output_bytes_max: 1500, ..processing() };
    let input = record(COMPLAINT);
    let (fate, outputs) = processed(&narrow, &input);
    assert_eq!(fate, Fate::Dead("output_too_large"));
    assert_eq!(outputs.len(), 1);
    assert_eq!(outputs[0].value.as_deref(), input.value.as_deref());
    assert_eq!(header(&outputs[0], "voc-error-code"), Some("output_too_large"));
    // Not even the input itself has room: the letter still tells where it stands.
    let input = Record { key: Some(vec![b'k'; 700]), ..record(&"x".repeat(2000)) };
    let (_, outputs) = processed(&narrow, &input);
    assert_eq!(outputs[0].value, None);
    assert!(outputs[0].key.is_some());
    assert_eq!(header(&outputs[0], "voc-left-out"), Some("value, headers"));
    assert_eq!(header(&outputs[0], "voc-origin"), Some("feedback.raw/2/41"));
    let forged = Header::text("voc-whatever", "x".repeat(2000));
    let input = Record { key: Some(vec![b'k'; 1900]), headers: vec![forged], ..input };
    let (_, outputs) = processed(&narrow, &input);
    assert_eq!(outputs[0].key, None);
    assert_eq!(header(&outputs[0], "voc-left-out"), Some("value, headers, key"));
    assert!(outputs[0].bytes() < 1500);
    // Nobody can say so of a letter that is whole.
    let input = record("{");
    let input = Record { headers: vec![Header::text("voc-left-out", "value")], ..input };
    assert_eq!(header(&processed(&narrow, &input).1[0], "voc-left-out"), None);
}

#[test]
fn the_same_record_gives_the_same_outputs() {
    let processing = processing();
    let mut worn = processing.processor();
    for value in [COMPLAINT, "nothing", r#"{"score": 10, "text": "A friendly agent."}"#] {
        let mut outputs = Vec::new();
        worn.process(&record(value), &mut outputs);
        assert_eq!(outputs, processed(&processing, &record(value)).1, "{value}");
    }
}
