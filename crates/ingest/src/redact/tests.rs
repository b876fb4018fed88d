//! Cases for masking: what goes, what stays.

use proptest::prelude::*;

use super::*;

fn masked(text: &str) -> String {
    redact(text).map_or_else(|| text.to_owned(), |redacted| redacted.text)
}

/// A text, and what is left of it.
const PERSONAL: &[(&str, &str)] = &[
    ("Mail jan.de-vries@kpn.nl please.", "Mail [email] please."),
    ("Schrijf naar zoë@münchen-post.de!", "Schrijf naar [email]!"),
    ("Bel me op 06-12345678.", "Bel me op [phone]."),
    ("06 12 34 56 78 is mijn nummer", "[phone] is mijn nummer"),
    ("bereikbaar op +31 (0)6 1234 5678 tot 5", "bereikbaar op [phone] tot 5"),
    ("0031612345678", "[phone]"),
    ("(020) 123 45 67", "[phone]"),
    ("Tel. 02 123 45 67 (België)", "Tel. [phone] (België)"),
    ("Rufen Sie 030 / 1234567 an", "Rufen Sie [phone] an"),
    ("Appelez le 01.23.45.67.89", "Appelez le [phone]"),
    ("mi número es 612 345 678", "mi número es [phone]"),
    ("ring me on 07911 123456", "ring me on [phone]"),
    ("Call (212) 555-1234 x99 now", "Call [phone] now"),
    ("My phone: 2125551234", "My phone: [phone]"),
    ("NL91 ABNA 0417 1643 00 is mijn rekening", "[iban] is mijn rekening"),
    ("nl91abna0417164300", "[iban]"),
    ("vor DE89370400440532013000.", "vor [iban]."),
    ("card 4111 1111 1111 1111 exp 12", "card [card] exp 12"),
    ("Amex 3782-822463-10005", "Amex [card]"),
    ("mijn bsn is 123456782", "mijn bsn is [bsn]"),
    ("1234.56.782", "[bsn]"),
    ("123456782", "[bsn]"),
    ("from 192.168.10.7, twice", "from [ip], twice"),
    ("host 2001:db8::ff00:42:8329 fails", "host [ip] fails"),
    (
        "https://voc.example/reset?token=abc123&lang=nl",
        "https://voc.example/reset?token=[token]&lang=nl",
    ),
    ("ftp://jan:geheim@files.example.com/x", "ftp://[token]@files.example.com/x"),
    ("www.example.com/u/550e8400-e29b-41d4-a716-446655440000", "www.example.com/u/[token]"),
    ("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmN", "[token]"),
    ("a@b.nl en 0612345678 en c@d.nl", "[email] en [phone] en [email]"),
    // Full-width characters, and what stands around them.
    ("é tel ０６１２３４５６７８ ok", "é tel [phone] ok"),
    ("＋３１ ６ １２３４ ５６７８", "[phone]"),
    ("０６-１２３４５６７８、dank", "[phone]、dank"),
    ("mail jan＠voc．example！", "mail [email]！"),
    // Whatever stands right before or after the digits.
    ("bel.0612345678", "bel.[phone]"),
    ("mail,0612345678,graag", "mail,[phone],graag"),
    ("app/0612345678", "app/[phone]"),
    ("nummer:0612345678: bel me", "nummer:[phone]: bel me"),
    ("(0612345678)", "([phone])"),
    ("tel0612345678 of tel-06-12345678", "tel[phone] of tel-[phone]"),
    ("whatsapp_0612345678_jan", "whatsapp_[phone]_jan"),
    ("0612345678en dan bellen", "[phone]en dan bellen"),
    ("+0612345678", "[phone]"),
    ("BSN.123456782", "BSN.[bsn]"),
    ("(bsn:123456782)", "(bsn:[bsn])"),
    ("bsn 123456782,111222333", "bsn [bsn],[bsn]"),
    ("kaart:4111111111111111", "kaart:[card]"),
    ("card/4111-1111-1111-1111", "card/[card]"),
    ("IBAN:NL91ABNA0417164300", "IBAN:[iban]"),
    ("IBANNL91ABNA0417164300", "IBAN[iban]"),
    // Whatever stands between them.
    ("06\u{2011}12345678", "[phone]"),
    ("06\u{a0}12\u{2009}34\u{202f}56\u{2007}78", "[phone]"),
    ("\u{202a}+31 6 12345678\u{202c}", "\u{202a}[phone]\u{202c}"),
    ("06\u{ad}1234\u{200b}5678", "[phone]"),
    ("1234\u{2009}56\u{2009}782", "[bsn]"),
    ("4111\u{2011}1111\u{2011}1111\u{2011}1111", "[card]"),
    ("NL91\u{202f}ABNA\u{a0}0417\u{2009}1643 00", "[iban]"),
    ("NL91  ABNA  0417  1643  00", "[iban]"),
    ("+ 31 6 12345678", "[phone]"),
    ("(+31) 6 12345678", "[phone]"),
    ("+(31) 6 12345678", "[phone]"),
    // Several in a row.
    ("06-12345678/06-87654321", "[phone]/[phone]"),
    ("0612345678,0687654321", "[phone],[phone]"),
    ("020-1234567 06-12345678", "[phone] [phone]"),
    ("+31612345678 / 0687654321", "[phone] / [phone]"),
    ("+1 212 555 1234 212 555 9876", "[phone] [phone]"),
    ("+33 6 12 34 05 06", "[phone]"),
    // After words that have to do with contact, if it is written like one.
    ("They're not answering at 78 651 450", "They're not answering at [phone]"),
    ("no message on my registered 668 5702", "no message on my registered [phone]"),
    ("mijn nummer is 12 34 56 78", "mijn nummer is [phone]"),
    ("customer service called me on 0612345678", "customer service called me on [phone]"),
    (
        "de klantenservice heeft mij gebeld op 0612345678",
        "de klantenservice heeft mij gebeld op [phone]",
    ),
];

#[test]
fn what_is_personal_goes() {
    for (text, expected) in PERSONAL {
        assert_eq!(masked(text), *expected, "{text}");
    }
}

#[test]
fn what_is_not_personal_stays() {
    for text in [
        "Ordernummer 123456782 is er nog niet",
        "Bestelling 0612345678 is kwijt",
        "op 01-02-2024 14:30 uur gebeld",
        "01-02-2024 10.15 uur",
        "tussen 2023-11-05 en 05/11/2024",
        "Het kostte € 1.234.567,89 of 1 234 567",
        "Ik wacht al 10-12 weken, sinds 2019",
        "open 09.00-17.30",
        "bel 0900-1234 of 0800 123 4567",
        "versie 10.0.19.1 werkt niet",
        "10:30:15 and 1:2:3",
        "pakket 3SABCD0123456789",
        "artikel 8712345678906 ontbreekt",
        "factuur 4111111111111112",
        "123456789 zonder geldige controle",
        "twitter @kpn helpt niet",
        "https://example.com/my-long-article-title-about-billing-2024",
        "NL91ABNA0417164301 is wrong",
        "score 9/10, 100% top 1000000",
        "😀 geen cijfers: niets",
        "AB-0612345678 is de code",
        "order number is 0612345678",
        "a number of 1 234 567 people",
        "message 80070005 on the screen",
        "EUR 1.0612345678",
    ] {
        assert_eq!(redact(text), None, "{text}");
    }
}

#[test]
fn a_key_that_is_an_address_is_known() {
    for key in [
        "jan@kpn.nl",
        " 0612345678",
        "+31612345678",
        "31612345678",
        "447911123456",
        "0031612345678",
        "0201234567",
    ] {
        assert!(is_address(key), "{key}");
    }
    for key in [
        "c-1029",
        "123456782",
        "550e8400-e29b-41d4-a716-446655440000",
        "20240131",
        "0012345678",
        "0012345678901",
        "",
    ] {
        assert!(!is_address(key), "{key}");
    }
}

proptest! {
    /// Any text, with and without what looks personal: masks stand where they are said to, what is
    /// left is the original, and a second pass finds nothing more.
    #[test]
    fn masks_stand_where_they_are_said_to(
        parts in prop::collection::vec(
            prop_oneof![
                "\\PC{0,12}",
                "[0-9 +().:/@-]{0,16}",
                Just("jan@kpn.nl".to_owned()),
                Just(" 0612345678 ".to_owned()),
                Just("https://x.nl/?token=ab12&é=".to_owned()),
                Just("NL91ABNA0417164300".to_owned()),
                Just("::ffff:1.2.3.4".to_owned()),
            ],
            0..8,
        )
    ) {
        let text = parts.concat();
        if let Some(redacted) = redact(&text) {
            let mut rebuilt = String::new();
            let mut end = 0;
            for (mask_at, (from, to)) in redacted.masks.iter().zip(&redacted.replaced) {
                prop_assert_eq!(redacted.text.get(mask_at.start..mask_at.end), Some(mask(&mask_at.kind)));
                rebuilt.push_str(redacted.text.get(end..mask_at.start).unwrap());
                rebuilt.push_str(text.get(*from..*to).unwrap());
                end = mask_at.end;
            }
            rebuilt.push_str(redacted.text.get(end..).unwrap());
            prop_assert_eq!(rebuilt, text);
        }
    }
}
