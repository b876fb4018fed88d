//! German, French and Spanish out of the box: tokens, stems, contractions and what negates, with the
//! lexicons that come with voc. And texts that a person reads and a machine might not.

use std::sync::Arc;

use feedback::{Files, Given};

use super::{feedback, theme};
use crate::{Classifier, Engine};

/// The lexicons that come with voc.
const LEXICONS: [(&str, &str); 5] = [
    ("en", include_str!("../../../../config/lexicons/en.toml")),
    ("nl", include_str!("../../../../config/lexicons/nl.toml")),
    ("de", include_str!("../../../../config/lexicons/de.toml")),
    ("fr", include_str!("../../../../config/lexicons/fr.toml")),
    ("es", include_str!("../../../../config/lexicons/es.toml")),
];

/// The evidence that `rule`, of a problem, finds in `text`.
fn evidence(language: &str, rule: &str, text: &str) -> Vec<String> {
    let mut files = Files::new();
    files.insert("taxonomy/test.toml", Given::ByUser, theme("problem", language, rule));
    for (code, lexicon) in LEXICONS {
        files.insert(format!("lexicons/{code}.toml"), Given::ByUser, lexicon);
    }
    let engine = Engine::parse(&files, "0").unwrap();
    let found = Classifier::new(Arc::new(engine)).classify(&feedback(language, text));
    let all = found.themes.iter().flat_map(|theme| &theme.evidence);
    all.map(|evidence| evidence.words.as_str().to_owned()).collect()
}

/// Language, rule of a problem, text, whether it tags.
const NEGATIONS: &[(&str, &str, &str, bool)] = &[
    ("de", "spät", "Die Lieferung war zu spät.", true),
    ("de", "spät", "Die Lieferung war nicht spät.", false),
    ("de", "spät", "Der Techniker kam nie zu spät.", false),
    ("de", "problem", "Keine Probleme gehabt", false),
    ("de", "problem", "Alles ohne Probleme", false),
    ("de", "problem", "Hatte noch nie ein Problem mit denen", false),
    ("de", "teuer", "Das is net teuer", false),
    ("de", "kaputt", "Nicht schön, aber kaputt", true),
    ("de", "kaputt", "Nicht gut und auch noch kaputt", true),
    ("de", "kaputt", "Das Gerät war nicht nur kaputt, es war auch schmutzig", true),
    ("de", "problem", "Kein Wunder, da gibt es Probleme", true),
    ("de", "problem", "Keine Frage ein Problem", true),
    ("de", "funktioniert BEFORE/2 nicht", "Die App funktioniert leider nicht", true),
    ("de", "erreichbar", "Es ist niemand erreichbar", false),
    ("de", "niemand BEFORE/3 erreichbar", "Es ist niemand dort erreichbar", true),
    ("de", "unfreundlich", "Weder unfreundlich noch langsam", false),
    ("fr", "cher", "C'est trop cher", true),
    ("fr", "cher", "Ce n'est pas cher", false),
    ("fr", "cher", "cest pas cher", false),
    ("fr", "problème", "Je n’ai jamais eu de problème", false),
    ("fr", "problème", "Aucun problème", false),
    ("fr", "problème", "Tout s'est passé sans problème", false),
    ("fr", "retard", "Rien à dire, mais du retard", true),
    ("fr", "lent", "Pas seulement lent", true),
    ("fr", "désagréable", "La personne était désagréable", true),
    ("fr", "désagréable", "Une personne désagréable au guichet", true),
    ("fr", "désagréable", "Personne n'était désagréable", false),
    ("fr", "marche BEFORE/1 pas", "Ça ne marche toujours pas", true),
    ("fr", "rappelé", "Personne ne m'a rappelé", false),
    ("fr", "NEGATED(rappeler)", "Personne ne m'a rappelé", true),
    ("fr", "panne", "Sans doute une panne", true),
    ("es", "caro", "Es muy caro", true),
    ("es", "caro", "No es caro", false),
    ("es", "problema", "Nunca he tenido un problema", false),
    ("es", "problema", "Ningún problema", false),
    ("es", "problema", "Sin problemas", false),
    ("es", "lento", "No solo lento", true),
    ("es", "lento", "No sólo lento sino caro", true),
    ("es", "tarde", "No me gusta, llegó tarde", true),
    ("es", "tarde", "No me gusta y llegó tarde", true),
    ("es", "problema", "Sin duda un problema", true),
    ("es", "llamar", "Nadie me ha llamado", false),
    ("es", "nadie BEFORE/3 llamar", "Nadie me ha llamado", true),
    ("es", "funcionar", "Sigue sin funcionar", false),
    ("es", "grosero", "Tampoco fue grosero", false),
];

#[test]
fn negation_reaches_as_far_as_its_clause() {
    for (language, rule, text, tags) in NEGATIONS {
        assert_eq!(
            !evidence(language, rule, text).is_empty(),
            *tags,
            "{language} {rule} on {text}"
        );
    }
}

/// Language, rule, text, and the words of the evidence.
const PLAIN: &[(&str, &str, &str, &[&str])] = &[
    ("de", "rechnung", "Die Rechnungen stimmen", &["Rechnungen"]),
    ("de", "strasse", "In unserer Straße", &["Straße"]),
    ("de", "\"geht es\"", "Wie geht's weiter?", &["geht's"]),
    ("fr", "facture", "Mes factures", &["factures"]),
    ("fr", "abonnement", "Résilier l’abonnement", &["l’abonnement"]),
    ("fr", "\"je ai\"", "jai payé", &["jai"]),
    ("es", "factura", "Las FACTURAS", &["FACTURAS"]),
    ("es", "señal", "No hay senal y hay señales", &["señales"]),
    ("es", "porque", "Mal xq tarda", &["xq"]),
    ("en", "\"they have\"", "they've gone", &["they've"]),
    ("en", "\"i am\"", "Im waiting and I’m cold", &["Im", "I’m"]),
    ("en", "\"what is\"", "What's wrong", &["What's"]),
    ("en", "company", "The company's bill", &["company's"]),
    ("nl", "\"het is\"", "'t is wat, 'tis wat", &["'t is", "tis"]),
    ("nl", "\"s avonds\"", "'s avonds en ’s Avonds", &["'s avonds", "’s Avonds"]),
    ("nl", "\"mijn pas\"", "m'n pas, mn pas", &["m'n pas", "mn pas"]),
    ("nl", "\"2x\"", "2 x gebeld en 2× gemaild", &["2 x", "2×"]),
    ("en", "refund", "my ｒｅｆｕｎｄ", &["ｒｅｆｕｎｄ"]),
    ("en", "refund", "my rеfund and r\u{435}fund\u{455}", &["rеfund", "r\u{435}fund\u{455}"]),
    ("en", "bank", "ВАNК", &["ВАNК"]),
    ("en", "refund", "a re\u{200b}fund, re\u{ad}fund", &["re\u{200b}fund", "re\u{ad}fund"]),
    ("en", "refund", "a \u{202e}refund\u{202c} now", &["refund"]),
    (
        "en",
        "refund",
        "r\u{334}\u{35c}e\u{301}\u{301}f\u{489}und",
        &["r\u{334}\u{35c}e\u{301}\u{301}f\u{489}und"],
    ),
    ("en", "refund~1", "refnud", &["refnud"]),
    ("en", "€ NEAR/0 #n", "€12 or € 12,-", &["€12", "€ 12"]),
];

#[test]
fn what_a_person_reads_is_found() {
    for (language, rule, text, expected) in PLAIN {
        assert_eq!(evidence(language, rule, text), *expected, "{rule} on {text}");
    }
}

#[test]
fn marks_heaped_on_letters_hide_no_word() {
    let heaped: String = "refund"
        .chars()
        .flat_map(|letter| {
            std::iter::once(letter).chain("\u{334}\u{35c}\u{301}\u{489}".chars().cycle().take(40))
        })
        .collect();
    assert_eq!(evidence("en", "refund", &format!("my {heaped} please")), [heaped]);
}

/// What would take hours where each word or character were looked at from every other.
#[test]
fn long_texts_of_one_thing_are_read() {
    for (rule, part) in [
        ("refund", "refund "),
        ("refund NEAR/3 refund", "refund "),
        ("refund", "not only refund, "),
        ("refund", "re\u{200b}\u{200b}\u{200b}fund "),
        ("refund", "refund\u{301}"),
        ("refund", "refund-"),
        ("refund", "\u{200b}"),
        ("refund", "'"),
        ("refund", "."),
        ("refund", "1. "),
    ] {
        let text = part.repeat(50_000 / part.len());
        let found = evidence("en", rule, &text);
        assert!(found.len() <= 16, "{rule} on {part}");
    }
}
