//! What works beside a running `voc run`: send, tap, verify, dead, topics, report.

use crate::support::account::Account;
use crate::support::broker::Broker;
use crate::support::feed::entry;
use crate::support::http;
use crate::support::place::Place;
use crate::support::process::{Running, feed};
use crate::support::until;

const LINES: &str = concat!(
    "{\"id\":1,\"text\":\"You charged my card twice and nobody calls back.\",\"lang\":\"en\",\"score\":2}\n",
    "\n",
    "not json\n",
    "{\"id\":2,\"text\":\"Priya was very patient, solved in one call.\",\"lang\":\"en\",\"score\":10}\n",
);

fn works_beside_a_run(place: &Place) {
    place.create_topics();
    let mut running = place.start(&[]);
    let address = running.metrics();
    running.wait_for("worker joined");
    until("the run to be ready", || (http::get(address, "/readyz").0 == 200).then_some(()));

    let sent = feed(&mut place.voc(&["send", "--key", "id"]), LINES.as_bytes()).expect(0);
    assert!(sent.stderr.contains("sent 3 records"), "{}", sent.stderr);
    place.wait_until_caught_up();
    let classified = place.topic("classified");
    let tap = ["tap", &classified, "--from-beginning", "--no-follow", "--envelope"];
    let tapped = place.run(&tap).expect(0).text();
    let records: Vec<serde_json::Value> =
        tapped.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(records.len(), 2, "{tapped}");
    let keys: std::collections::BTreeSet<_> =
        records.iter().map(|record| record["key"].as_str().unwrap()).collect();
    assert_eq!(keys, ["1", "2"].into());
    let one = place.run(&["tap", &classified, "--from-beginning", "-n", "1"]).expect(0).text();
    assert_eq!(one.lines().count(), 1);

    let dead = place.run(&["dead", "list", "--format", "json"]).expect(0).json();
    assert_eq!((&dead["total"], &dead["by_code"]["not_json"]), (&1.into(), &1.into()));
    let origin = dead["newest"][0]["origin"].as_str().unwrap();
    let shown = place.run(&["dead", "show", origin, "--raw"]).expect(0);
    assert_eq!(shown.stdout, b"not json");

    let ledger = place.run(&["verify", "--format", "json"]).expect(0).json();
    assert_eq!(ledger["records"], 3);
    assert_eq!((&ledger["classified"], &ledger["dead"]), (&2.into(), &1.into()));
    let topics = place.run(&["topics", "describe", "--format", "json"]).expect(0).text();
    assert!(topics.contains(&classified));
    let page = place.path("page.html");
    let report =
        place.run(&["report", "--until-caught-up", "--output", page.to_str().unwrap()]).expect(0);
    assert!(report.text().contains("lag 0 records"), "{}", report.text());
    assert!(std::fs::read_to_string(page).unwrap().contains("charged my card twice"));

    let (status, metrics) = http::get(address, "/metrics");
    assert_eq!(status, 200);
    assert!(metrics.contains("voc_records_classified_total 2"), "{metrics}");
    assert!(metrics.contains("voc_dead_letters_total{code=\"not_json\"} 1"), "{metrics}");
    assert_eq!(http::get(address, "/livez").0, 200);
    running.terminate().expect(0);
    Account::of(place).holds();
}

/// Where nobody reads, a report doesn't wait for ever.
#[test]
fn a_report_gives_up_where_nothing_is_committed() {
    let place = Place::embedded("");
    place.create_topics();
    feed(&mut place.voc(&["send"]), LINES.as_bytes()).expect(0);
    let told =
        place.run(&["report", "--until-caught-up", "--give-up-after", "1s"]).expect(1).stderr;
    let last = told.lines().last().unwrap();
    assert!(last.contains("3 records wait") && last.contains("`voc run`"), "{told}");
    place.run(&["report", "--until-caught-up", "--give-up-after", "soon"]).expect(2);
    place.run(&["report"]).expect(0);
}

/// What was tagged before a theme was renamed is counted under its name of today.
#[test]
fn a_report_calls_themes_as_today() {
    let place = Place::embedded("");
    let theme = |id: &str, more: &str| {
        let theme = format!(
            "[[theme]]\nid = \"{id}\"\nkind = \"problem\"\ndepartment = \"d\"\n{more}\nrule.en = \"late\"\n"
        );
        place.configure("taxonomy/all.toml", &theme);
    };
    theme("transport.late", "name.en = \"Old name\"");
    place.create_topics();
    let raw = place.topic("raw");
    let text = "{\"text\":\"It was late.\",\"lang\":\"en\",\"score\":1}";
    place.log().append(&[entry(&raw, None, Some(text.as_bytes()))]).unwrap();
    place.work(&[]);
    theme("delivery.late", "name.en = \"Late delivery\"\naliases = [\"transport.late\"]");
    let told = place.run(&["report"]).expect(0).text();
    assert!(told.contains("Late delivery") && !told.contains("transport"), "{told}");
}

#[test]
fn on_the_embedded_log() {
    works_beside_a_run(&Place::embedded(""));
}

#[test]
#[ignore = "needs a broker: ./test runs it"]
fn on_kafka() {
    works_beside_a_run(&Place::kafka("beside", "", ""));
}

/// A `tap` whose broker stops answering says so, goes on trying, and shows the rest once it answers.
#[test]
#[ignore = "needs a broker: ./test runs it"]
fn tap_waits_for_a_broker_that_does_not_answer() {
    let broker = Broker::start();
    let place = Place::on(&broker.address, "tap", "", "call_timeout = \"2s\"");
    place.create_topics();
    let raw = place.topic("raw");
    feed(&mut place.voc(&["send"]), b"{\"text\":\"a\"}\n").expect(0);
    let mut tap = Running::start(&mut place.voc(&["tap", &raw, "--from-beginning", "-n", "2"]));
    tap.wait_for_lines(1);
    broker.freeze();
    let told = tap.wait_for("trying again");
    assert!(told.contains(&broker.address), "{told}");
    broker.thaw();
    feed(&mut place.voc(&["send"]), b"{\"text\":\"b\"}\n").expect(0);
    assert_eq!(tap.ended().expect(0).text(), "{\"text\":\"a\"}\n{\"text\":\"b\"}\n");
    // One that may not try for long gives up, and names it.
    place.reconfigure("call_timeout", "give_up_after = \"3s\"\ncall_timeout");
    let mut tap = Running::start(&mut place.voc(&["tap", &raw, "--from-beginning"]));
    tap.wait_for_lines(2);
    broker.freeze();
    let given_up = tap.ended().expect(1);
    assert!(given_up.stderr.contains(&broker.address), "{}", given_up.stderr);
}

/// `tap` without an end shows what comes later, and ends as soon as nobody listens.
#[test]
fn tap_follows() {
    let place = Place::embedded("");
    place.create_topics();
    let raw = place.topic("raw");
    let mut tap = Running::start(&mut place.voc(&["tap", &raw, "-n", "3"]));
    // What is sent before the tap stands isn't shown, so send until it has seen its three.
    until("tap to have seen three", || {
        feed(&mut place.voc(&["send"]), b"{\"text\":\"a\"}\n").expect(0);
        (!tap.runs()).then_some(())
    });
    assert_eq!(tap.ended().expect(0).text().lines().count(), 3);
}
