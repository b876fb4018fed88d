//! Words that must meet and words that must not, in Dutch and German: cases as data, with the families
//! that come with voc.

use std::fmt::Write;

use feedback::{Files, Given};
use serde::Deserialize;

use super::feedback;
use crate::{Classifier, Engine};

/// Language, cases, and the words file that comes with voc.
const LANGUAGES: [(&str, &str, &str); 2] = [
    ("nl", include_str!("words/nl.tsv"), include_str!("../../../../config/words/nl.toml")),
    ("de", include_str!("words/de.tsv"), include_str!("../../../../config/words/de.toml")),
];

#[derive(Deserialize)]
struct Words {
    family: Vec<Named>,
}

#[derive(Deserialize)]
struct Named {
    id: String,
}

/// The rule that names a word: the word itself, and its family where there is one.
fn rule(word: &str, families: &[Named]) -> String {
    let id = word.to_lowercase().replace('ß', "ss").replace('ä', "ae").replace('ö', "oe");
    let id = id.replace('ü', "ue").replace(['ë', 'é'], "e").replace('ï', "i");
    if families.iter().any(|family| family.id == id) {
        format!("{word} OR @{id}")
    } else {
        word.to_owned()
    }
}

#[test]
fn words_meet_or_stay_apart() {
    for (language, cases, words) in LANGUAGES {
        let families = toml::from_str::<Words>(words).unwrap().family;
        let cases: Vec<Vec<&str>> = cases
            .lines()
            .filter(|line| !line.starts_with('#'))
            .map(|line| line.split('\t').collect())
            .collect();
        let mut taxonomy = String::new();
        for (index, case) in cases.iter().enumerate() {
            let rule = rule(case[1], &families);
            write!(
                taxonomy,
                "[[theme]]\nid = \"t{index}\"\nkind = \"topic\"\ndepartment = \"d\"\n\
                 rule.{language} = '''{rule}'''\n"
            )
            .unwrap();
        }
        let mut files = Files::new();
        files.insert("taxonomy/test.toml", Given::ByUser, taxonomy);
        files.insert(format!("words/{language}.toml"), Given::ByUser, words);
        let engine = Engine::parse(&files, "0").unwrap();
        let mut classifier = Classifier::new(std::sync::Arc::new(engine));
        let mut wrong = Vec::new();
        for (index, case) in cases.iter().enumerate() {
            let found = classifier.classify(&feedback(language, case[2]));
            let meets = found.themes.iter().any(|theme| theme.id.as_str() == format!("t{index}"));
            if meets != (case[0] == "meet") {
                wrong.push(case.join(" "));
            }
        }
        assert!(wrong.is_empty(), "{language}: {wrong:#?}");
        let count = |relation: &str| cases.iter().filter(|case| case[0] == relation).count();
        assert!(count("meet") >= 100 && count("apart") >= 50, "{language}");
    }
}
