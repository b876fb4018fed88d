//! The language of texts that declare none.

use ingest::language::detect;
use proptest::prelude::*;

#[test]
fn nothing_to_go_by_is_no_language() {
    for text in ["", " ", "10/10", "12,50 € !!!", "👍👍", "???", "Где мой заказ?", "我的包裹在哪里"]
    {
        assert_eq!(detect(text), None, "{text}");
    }
}

#[test]
fn other_languages_names_and_ties_are_not_sure() {
    for text in [
        "Gdzie jest moje zamówienie?",
        "Onde está a minha encomenda?",
        "Hvor er pakken min?",
        "Dove è il mio ordine?",
        "Kde je moje objednávka?",
        "Kevin",
        "KPN",
        "Super",
        "asdf jkl",
        "ok",
    ] {
        let (code, confidence) = detect(text).unwrap();
        assert!(confidence < 0.5, "{text} is {code} with {confidence}");
    }
}

#[test]
fn the_language_of_most_words_wins() {
    for (text, expected) in [
        ("De monteur was vriendelijk maar de service is waardeloos. Thanks anyway.", "nl"),
        ("Thank you so much for your help, I really appreciate it. Groetjes!", "en"),
        ("Die App funktioniert nicht mehr seit dem Update, please fix it.", "de"),
        ("Le service client est nul, worst company ever, je ne reviendrai jamais chez vous.", "fr"),
        ("El servicio es muy malo y nadie contesta, very bad.", "es"),
    ] {
        let (code, confidence) = detect(text).unwrap();
        assert_eq!(code, expected, "{text}");
        assert!(confidence > 0.5, "{text} is {code} with {confidence}");
    }
}

/// The goals that were set for short texts, on sentences that the model never saw.
#[test]
fn sentences_of_customers_are_told_apart() {
    let text = include_str!("../../language/test/own.jsonl");
    let rows = text.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
    let (mut right, mut all) = (0, 0);
    for row in rows {
        let found = detect(row["text"].as_str().unwrap()).map(|(code, _)| code);
        right += u32::from(found == row["lang"].as_str());
        all += 1;
    }
    assert!(right * 100 >= all * 94, "{right} of {all}");
}

proptest! {
    #[test]
    fn any_text_gets_a_confidence(text in "(\\PC|[a-z' ]){0,60}") {
        if let Some((code, confidence)) = detect(&text) {
            prop_assert!((0.0..=1.0).contains(&confidence));
            prop_assert!(ingest::language::model::CODES.contains(&code));
        }
    }
}
