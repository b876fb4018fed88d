//! How the customer feels, as the lexicon of these tests says it; the shipped ones are tested with the
//! whole (tests/cases/feelings.jsonl).

use feedback::{
    Author, Direction, Feedback, Files, Flag, Given, Intent, Metric, Polarity, Respondent, Score,
    Text,
};

use super::feedback;
use super::ownership::{classify, codes};
use crate::{Classifier, Engine};

/// A text and the label and sign of its sentiment.
const FEELINGS: &[(&str, Polarity)] = &[
    ("good", Polarity::Positive),
    ("not good", Polarity::Negative),
    ("bad", Polarity::Negative),
    ("no complaints", Polarity::Positive),
    ("great service, but awful food", Polarity::Mixed),
    ("not now, good", Polarity::Positive),
    ("hello", Polarity::Neutral),
    ("the bill is wrong", Polarity::Negative),
    ("very friendly", Polarity::Positive),
];

#[test]
fn words_tell_the_feeling() {
    for (words, label) in FEELINGS {
        let sentiment = classify(&feedback("en", words)).sentiment.unwrap();
        assert_eq!(sentiment.label, *label, "{words}: {sentiment:?}");
        assert!((-1.0..=1.0).contains(&sentiment.score) && sentiment.confidence <= 1.0);
    }
    let score = |words| classify(&feedback("en", words)).sentiment.unwrap().score;
    assert!(score("very good") > score("good") && score("good") > score("not bad"));
}

#[test]
fn scores_join_the_words() {
    let with = |words: &str, nps: f64| {
        let mut record = feedback("en", words);
        record.scores.push(Score::on_default_scale(Metric::Nps, nps));
        classify(&record).sentiment.unwrap()
    };
    assert_eq!(with("hello", 9.0).label, Polarity::Positive);
    assert_eq!(with("hello", 6.0).label, Polarity::Negative);
    assert!(with("good", 10.0).confidence > with("good", 0.0).confidence);
    let mut record = feedback("en", "");
    record.texts.clear();
    assert_eq!(classify(&record).sentiment, None);
    record.scores.push(Score {
        direction: Direction::LowerIsBetter,
        ..Score::on_default_scale(Metric::Ces, 1.0)
    });
    assert_eq!(classify(&record).sentiment.unwrap().label, Polarity::Positive);
}

#[test]
fn a_topic_feels_as_its_clause_does() {
    for (words, polarity) in [
        ("a good bill, awful weather", Polarity::Positive),
        ("the bill is bad", Polarity::Negative),
        ("the bill is not bad", Polarity::Positive),
        ("the bill came", Polarity::Neutral),
    ] {
        assert_eq!(classify(&feedback("en", words)).themes[0].polarity, polarity, "{words}");
    }
}

#[test]
fn the_lexicon_tells_intent_urgency_effort_and_emotions() {
    let found = classify(&feedback("en", "You should help right now, I had to call. I am furious"));
    assert_eq!(found.intent, Intent::Suggestion);
    assert!(found.urgency > 0.9 && found.urgency < 1.0, "{}", found.urgency);
    assert!((found.effort.unwrap() - 0.8).abs() < 1e-9);
    assert_eq!(found.emotions[0].name, "anger");
    assert_eq!(classify(&feedback("en", "Where is it?")).intent, Intent::Question);
    assert_eq!(classify(&feedback("en", "I never had to call")).effort, None);
}

#[test]
fn what_agents_say_is_never_read_for_feelings() {
    let taxonomy = super::theme("problem", "en", "AGENT(sorry) AND late");
    let mut files = super::files(&taxonomy);
    files.insert("lexicons/en.toml", Given::ByUser, super::ownership::LEXICON);
    let engine = std::sync::Arc::new(Engine::parse(&files, "0").unwrap());
    let mut record = feedback("en", "It was late.");
    let quiet = Classifier::new(std::sync::Arc::clone(&engine)).classify(&record);
    record.texts.push(Text::declared(
        "I am sorry, awful! I am furious, I had to call right now. Why?",
        "en",
    ));
    record.texts[1].author = Some(Author::Agent);
    let found = Classifier::new(engine).classify(&record);
    assert_eq!(found.themes.len(), 1, "the rule does read it");
    assert_eq!((&found.emotions[..], found.effort), (&[][..], None));
    assert_eq!(found.intent, Intent::Complaint);
    assert!(found.sentiment.unwrap().score < 0.0, "a problem was found");
    assert!(quiet.sentiment.unwrap().score.abs() < 1e-9);
}

#[test]
fn an_employees_emotions_are_not_read() {
    let mut record = feedback("en", "I am furious");
    assert_eq!(classify(&record).emotions.len(), 1);
    let before = classify(&record).urgency;
    record.respondent = Some(Respondent::Employee);
    assert_eq!(classify(&record).emotions, []);
    assert!(classify(&record).urgency < before, "nor do they press");
}

/// A text, an NPS, and the urgency that docs/FEELINGS.md computes for it.
#[test]
fn urgency_is_as_documented() {
    let product = |parts: &[f64]| 1.0 - parts.iter().map(|part| 1.0 - part).product::<f64>();
    // A problem of severity 3 matched by two words: confidence 0.8.
    let problem = 0.6 * (3.0 - 1.0) / 4.0 * 0.8;
    for (words, nps, floor, parts) in [
        ("Hello", None, 0.0, vec![]),
        ("Hello", Some(10.0), 0.0, vec![]),
        ("Hello", Some(0.0), 0.0, vec![0.3, 0.2 * 0.6]),
        ("Right now", None, 0.0, vec![0.9]),
        ("The bill is wrong", None, 0.0, vec![problem, 0.3]),
        ("I wait", Some(10.0), 0.6, vec![]),
    ] {
        let mut record = feedback("en", words);
        record.scores.extend(nps.map(|nps| Score::on_default_scale(Metric::Nps, nps)));
        let found = classify(&record);
        let bad = found.sentiment.map_or(0.0, |felt| (-felt.score).max(0.0) * felt.confidence);
        let mut parts = parts;
        if let Some(last) = parts.last_mut().filter(|_| words.contains("wrong")) {
            *last = 0.2 * bad;
        }
        let expected = product(&parts).max(floor);
        let churn = if found.flags.contains(&Flag::ChurnRisk) { 0.3 } else { 0.0 };
        let expected = 1.0 - (1.0 - expected) * (1.0 - churn);
        assert!((found.urgency - expected).abs() < 1e-9, "{words} {nps:?}: {}", found.urgency);
    }
}

#[test]
fn a_floor_holds_at_any_score() {
    let mut record = feedback("en", "I wait. Great, great, kind, friendly");
    record.scores.push(Score::on_default_scale(Metric::Nps, 10.0));
    let found = classify(&record);
    assert!((found.urgency - 0.6).abs() < 1e-9);
    assert!(codes(&found).contains(&"urgency_floor"));
}

#[test]
fn nothing_answers_the_question_that_its_label_asks() {
    let mut files = Files::new();
    files.insert("taxonomy/a.toml", Given::ByUser, super::theme("problem", "en", "late"));
    let answers =
        "[answers]\nnothing = [\"nothing\"]\nasks_bad = [\"improv\"]\nasks_good = [\"like\"]\n";
    files.insert("lexicons/en.toml", Given::ByUser, answers);
    let engine = std::sync::Arc::new(Engine::parse(&files, "0").unwrap());
    let told = |label: Option<&str>, words: &str| {
        let mut record: Feedback = feedback("en", words);
        record.texts[0].label = label.map(str::to_owned);
        Classifier::new(std::sync::Arc::clone(&engine)).classify(&record).sentiment.unwrap()
    };
    assert_eq!(told(Some("What could we improve?"), "Nothing.").label, Polarity::Positive);
    assert_eq!(told(Some("What did you like?"), "nothing").label, Polarity::Negative);
    let unknown = told(None, "Nothing");
    assert_eq!(unknown.label, Polarity::Positive);
    assert!(unknown.confidence <= 0.3, "{unknown:?}");
    assert_eq!(told(None, "Nothing came of it all").label, Polarity::Neutral);
}

/// A text, and whether it feels good, by what turns the feelings of other words.
const TURNED: &[(&str, bool)] = &[
    ("not slow", true),
    ("not slows but friendly, slow", false),
    ("never seen such bad service", false),
    ("never seen such kind people", true),
    ("never such a wait, bad", false),
    ("I do not want this awful thing", false),
    ("I do not find this slow", true),
    ("do not want no more of it", false),
    ("thanks for nothing, good people", false),
    ("good people, but thanks for nothing, good", false),
    ("thanks for nothing, but kind, kind and kind", true),
];

#[test]
fn what_stands_around_a_word_turns_its_feeling() {
    let lexicon = "[sentiment]\ngood = 2\nkind = 2\nbad = -2\nawful = -3\nslow = -1\n\
        [phrases]\n\"no more of\" = -1\n\"thanks for nothing\" = -2\n\
        [negators]\nwords = [\"not\", \"no\", \"never\"]\ndoubling = [\"not\"]\nnot_negating = [\"not slows\"]\n\
        [clause]\nwords = [\"but\"]\n\
        [turns]\nnever = [\"never\"]\nsuch = [\"such\"]\nthese = [\"this\"]\n\
        mocks = [\"thanks for nothing\"]\ncontrasts = [\"but\"]\n";
    let mut files = Files::new();
    let rule = "(never OR not) NEAR/3 kind";
    files.insert("taxonomy/a.toml", Given::ByUser, super::theme("problem", "en", rule));
    files.insert("lexicons/en.toml", Given::ByUser, lexicon);
    let mut classifier = Classifier::new(std::sync::Arc::new(Engine::parse(&files, "0").unwrap()));
    for (words, good) in TURNED {
        let sentiment = classifier.classify(&feedback("en", words)).sentiment.unwrap();
        assert_eq!(sentiment.score > 0.0, *good, "{words}: {sentiment:?}");
    }
    for (words, tags) in
        [("not kind", true), ("never such kind people", false), ("never not kind", false)]
    {
        let found = classifier.classify(&feedback("en", words));
        assert_eq!(!found.themes.is_empty(), tags, "{words}");
        assert_eq!(codes(&found).contains(&"turned_match"), !tags, "{words}");
    }
}

#[test]
fn a_wrong_name_in_a_lexicon_is_told_with_the_nearest() {
    let mut files = Files::new();
    let wrong = "[flags]\nlegl = []\n[emotions.angr]\nx = 1.0\n[intent]\nquestions = []\n";
    files.insert("lexicons/en.toml", Given::ByUser, wrong);
    let problems = Engine::parse(&files, "0").unwrap_err();
    let told: Vec<_> =
        problems.iter().map(|each| (each.code.as_str(), each.mend.as_str())).collect();
    assert_eq!(
        told,
        [
            ("unknown_key", "write `legal`"),
            ("unknown_key", "write `anger`"),
            ("unknown_key", "write `question`"),
        ]
    );
}
