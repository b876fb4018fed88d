//! A broker that isn't there, that has no topics, or that refuses: a clear message, never a silent
//! wait, and an end as configured.

use crate::support::broker::{Broker, fresh, shared};
use crate::support::place::Place;
use crate::support::process::Running;
use crate::support::{http, until};

/// A port on which nobody listens: port 1 is for tcpmux, which no machine of ours runs.
const NOBODY: &str = "127.0.0.1:1";

#[test]
fn a_broker_that_is_not_there_is_named_and_given_up() {
    let place = Place::on(NOBODY, "nobody", "", "give_up_after = \"3s\"\ncall_timeout = \"2s\"");
    let ended = place.run(&["run"]).expect(1);
    assert!(ended.stderr.contains("trying again"), "{}", ended.stderr);
    let last = ended.stderr.lines().last().unwrap();
    assert!(last.contains(NOBODY) && last.starts_with("voc: "), "{last}");
}

/// Where it never gives up it says so again and again, isn't ready, and yet alive; and it ends when
/// it is told to.
#[test]
fn until_then_it_is_not_ready() {
    let place = Place::on(NOBODY, "nobody", "", "give_up_after = \"0s\"");
    let mut running = place.start(&[]);
    let address = running.metrics();
    let names_it = || {
        let (status, body) = http::get(address, "/readyz?verbose");
        assert_eq!(status, 503, "{body}");
        body.contains(NOBODY).then_some(())
    };
    until("/readyz to name the broker that is asked first", names_it);
    let line = running.wait_for("trying again");
    assert!(line.contains(NOBODY), "{line}");
    until("/readyz to name the broker that can't be reached", names_it);
    assert_eq!(http::get(address, "/livez").0, 200);
    running.signal("TERM");
    let ended = running.ended();
    assert!(ended.code.is_some(), "{}", ended.stderr);
}

#[test]
fn other_commands_name_it_too() {
    let place = Place::on(NOBODY, "nobody", "", "call_timeout = \"1s\"");
    for arguments in
        [["topics", "describe"].as_slice(), &["tap"], &["verify"], &["dead", "list"], &["send"]]
    {
        let ended = place.run(arguments).expect(1);
        assert!(ended.stderr.contains(NOBODY), "{arguments:?}: {}", ended.stderr);
    }
}

#[test]
#[ignore = "needs a broker: ./test runs it"]
fn missing_topics_are_all_named_with_the_command() {
    let place = Place::kafka("missing-topics", "", "");
    place.reconfigure("create = true", "create = false");
    let ended = place.run(&["run"]).expect(1);
    let told = ended.stderr.lines().last().unwrap();
    for name in ["raw", "classified", "dead", "routed", "tasks", "kudos"] {
        assert!(told.contains(&place.topic(name)), "{name} in {told}");
    }
    assert!(told.contains("voc topics create"), "{told}");
    assert!(place.log().names().unwrap().iter().all(|name| !name.starts_with(&place.topic(""))));
    place.run(&["topics", "create"]).expect(0);
    let again = place.run(&["topics", "create"]).expect(0);
    assert!(again.stderr.contains("made 0 topics; 6 existed"), "{}", again.stderr);
    let mut running = place.start(&[]);
    running.wait_for("worker joined");
    running.terminate().expect(0);
}

#[test]
#[ignore = "needs a broker: ./test runs it"]
fn wrong_credentials_are_refused_after_three_tries() {
    let broker = Broker::with_credentials();
    let sasl = broker.sasl.as_deref().unwrap();
    let credentials = "security = \"sasl_plaintext\"\nallow_insecure = true\nmechanism = \"MECHANISM\"\n\
                       username = { env = \"VOC_TEST_USER\" }\npassword = { env = \"VOC_TEST_PASSWORD\" }";
    for mechanism in ["PLAIN", "SCRAM-SHA-256"] {
        let place = Place::on(
            sasl,
            &fresh("credentials"),
            "",
            &credentials.replace("MECHANISM", mechanism),
        );
        let start = |password: &str| {
            let mut command = place.voc(&["run"]);
            Running::start(command.env("VOC_TEST_USER", "voc").env("VOC_TEST_PASSWORD", password))
        };
        let refused = start("wrong-password").ended().expect(1);
        let last = refused.stderr.lines().last().unwrap();
        assert!(last.contains("refuses the credentials"), "{mechanism}: {}", refused.stderr);
        assert!(last.contains(sasl), "{last}");
        assert!(!refused.stderr.contains("wrong-password"), "{}", refused.stderr);
        let mut right = start("voc-test-password");
        right.wait_for("worker joined");
        right.terminate().expect(0);
    }
    // The password's place is named where there is none, and nothing is tried.
    let place = Place::on(sasl, "credentials", "", &credentials.replace("MECHANISM", "PLAIN"));
    let absent = place.run(&["run"]).expect(1);
    assert!(absent.stderr.contains("VOC_TEST_USER"), "{}", absent.stderr);
}

/// The broker the tests share is there: else all that is ignored without one would tell nothing.
#[test]
#[ignore = "needs a broker: ./test runs it"]
fn the_shared_broker_answers() {
    let place = Place::kafka("answers", "", "");
    assert!(place.url().ends_with(&shared()));
    place.run(&["topics", "describe"]).expect(0);
}
