//! A customer's words never reach a log line, a metric, an error text or a header: a word that
//! stands in texts, personal data, keys and broken records is looked for wherever it may not be.

use crate::support::account::read;
use crate::support::feed::entry;
use crate::support::http;
use crate::support::place::Place;
use crate::support::process::Ended;

/// In every record below, and nowhere else.
const CANARY: &str = "kanarievogel";

/// Texts with it, personal data made of it, records broken around it.
const RECORDS: [&str; 16] = [
    "{\"text\":\"kanarievogel was charged twice\",\"lang\":\"en\",\"score\":1}",
    "{\"text\":\"kanarievogel\",\"score\":10,\"id\":\"kanarievogel\"}",
    "{\"text\":\"Mail kanarievogel@example.com of bel 06-12345678\",\"lang\":\"nl\"}",
    "{\"text\":\"https://example.com/?token=kanarievogel\",\"lang\":\"en\"}",
    "{\"text\":\"a\",\"lang\":\"kanarievogel\"}",
    "{\"text\":\"a\",\"channel\":\"kanarievogel\",\"touchpoint\":\"kanarievogel\"}",
    "{\"text\":\"a\",\"kanarievogel\":\"kanarievogel\"}",
    "{\"text\":\"a\",\"occurred_at\":\"kanarievogel\"}",
    "{\"text\":\"a\",\"score\":{\"metric\":\"kanarievogel\",\"value\":1}}",
    "{\"text\":\"a\",\"score\":\"kanarievogel\"}",
    "{\"schema\":\"kanarievogel\",\"texts\":[{\"text\":\"a\"}]}",
    "{\"specversion\":\"kanarievogel\",\"data\":{\"text\":\"a\"}}",
    "{\"kanarievogel\":1,\"kanarievogel\":2,\"text\":\"a\"}",
    "kanarievogel",
    "{\"text\":\"kanarievogel",
    "{\"texts\":[{\"text\":\"kanarievogel\"}],\"channel\":[\"kanarievogel\"]}",
];

fn says_nothing_of(what: &str, ended: &Ended) {
    for text in [&ended.stderr, &String::from_utf8_lossy(&ended.stdout).into_owned()] {
        let line = text.lines().find(|line| line.contains(CANARY));
        assert_eq!(line, None, "{what}");
    }
}

fn keeps_words_to_itself(place: &Place) {
    place.create_topics();
    let (log, raw) = (place.log(), place.topic("raw"));
    let entries = RECORDS.map(|record| entry(&raw, Some(CANARY), Some(record.as_bytes())));
    log.append(&entries).unwrap();
    log.append(&[
        entry(&raw, Some(CANARY), Some(b"kanarievogel \xff")),
        entry(&raw, Some(CANARY), None),
    ])
    .unwrap();

    // Everything that is logged at all, by every crate.
    let mut run = place.voc(&["run"]);
    let mut running = crate::support::process::Running::start(run.env("VOC_LOG", "trace"));
    let address = running.metrics();
    running.wait_for("worker joined");
    place.wait_until_caught_up();
    for path in ["/metrics", "/readyz?verbose", "/livez"] {
        let (_, body) = http::get(address, path);
        assert!(!body.contains(CANARY), "{path}: {body}");
    }
    says_nothing_of("run", &running.terminate().expect(0));

    for arguments in [
        ["verify"].as_slice(),
        &["verify", "--format", "json"],
        &["dead", "list"],
        &["dead", "list", "--format", "json"],
        &["dead", "replay", "--all", "--dry-run"],
        &["topics", "describe"],
        &["check"],
        &["test"],
    ] {
        let mut command = place.voc(arguments);
        let ended = crate::support::process::run(command.env("VOC_LOG", "trace")).expect(0);
        says_nothing_of(&arguments.join(" "), &ended);
    }

    let ours: Vec<String> = ["raw", "classified", "routed", "tasks", "kudos", "dead"]
        .into_iter()
        .flat_map(|kind| place.topics(&*log, kind))
        .collect();
    let mut headers = 0;
    for record in read(&*log, &ours) {
        for header in &record.headers {
            headers += 1;
            let value = String::from_utf8_lossy(header.value.as_deref().unwrap_or_default());
            assert!(!value.contains(CANARY), "{}: {}: {value}", record.origin, header.name);
            assert!(!header.name.contains(CANARY), "{}: {}", record.origin, header.name);
        }
    }
    assert!(headers > 100, "{headers} headers were looked at");
}

#[test]
fn on_the_embedded_log() {
    keeps_words_to_itself(&Place::embedded(""));
}

#[test]
#[ignore = "needs a broker: ./test runs it"]
fn on_kafka() {
    keeps_words_to_itself(&Place::kafka("privacy", "", ""));
}

/// Personal data is masked on every topic but the raw one and the dead letters.
#[test]
fn personal_data_is_masked() {
    let place = Place::embedded("");
    place.create_topics();
    let (log, raw) = (place.log(), place.topic("raw"));
    let secrets = [
        "jan.kanarievogel@example.com",
        "06-12345678",
        "NL91ABNA0417164300",
        "4111 1111 1111 1111",
        "111222333",
        "192.168.17.43",
    ];
    let text = format!(
        "Mail {}, bel {}, rekening {}, kaart {}, BSN {}, vanaf {}.",
        secrets[0], secrets[1], secrets[2], secrets[3], secrets[4], secrets[5]
    );
    let plain = format!("{{\"text\":\"{text}\",\"lang\":\"nl\",\"score\":1}}");
    let native = format!(
        "{{\"source_id\":\"{0}\",\"texts\":[{{\"text\":\"Slecht\"}}],\"scores\":[{{\"metric\":\"nps\",\"value\":1}}],\
         \"answers\":[{{\"value\":[\"Anders: {text}\"]}}],\"customer\":{{\"key\":\"{1}\"}},\
         \"interaction\":{{\"agent_key\":\"{0}\"}}}}",
        secrets[0], secrets[1]
    );
    for value in [plain, native] {
        log.append(&[entry(&raw, Some(secrets[1]), Some(value.as_bytes()))]).unwrap();
    }
    place.work(&[]);
    let names = log.names().unwrap().into_iter();
    let names: Vec<String> = names.filter(|name| *name != raw).collect();
    let records = read(&*log, &names);
    assert!(records.len() >= 6, "{} records", records.len());
    for record in records {
        let key = String::from_utf8(record.key.unwrap()).unwrap();
        let value = String::from_utf8(record.value.unwrap()).unwrap();
        for secret in secrets {
            assert!(!key.contains(secret), "{secret} is a key on {}", record.origin.topic);
            assert!(!value.contains(secret), "{secret} on {}: {value}", record.origin.topic);
        }
    }
}

/// `voc tag` writes words where they are asked for, and tells people none of them.
#[test]
fn tag_tells_no_words() {
    let place = Place::embedded("");
    let lines = RECORDS.join("\n");
    let mut command = place.voc(&["tag", "--input", "json", "-"]);
    let ended = crate::support::process::feed(command.env("VOC_LOG", "trace"), lines.as_bytes());
    let ended = ended.expect(0);
    assert!(ended.text().contains(CANARY));
    assert!(!ended.stderr.contains(CANARY), "{}", ended.stderr);
}
