//! Folding: the form in which two spellings of a word are one. Case, accents, compatibility forms
//! (ligatures, full width), the shape of quotes, what cannot be seen and letters of another script that
//! look alike don't count; a word's letters otherwise do. Offsets are always those of the original
//! text, never of a folded one.

use std::borrow::Cow;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::{is_apostrophe, is_invisible};

/// Letters of other scripts, each followed by the Latin one it looks like: Cyrillic, Greek, and the
/// phonetic and small capital ones of Latin itself. Source: the look of common typefaces, as also in
/// Unicode's confusables.
const LOOK_ALIKES: &str = "АaВbЕeЅsІiЈjКkМmНhОoРpСcТtУyХxҮyԌgԚqԜw\
    аaвbеeѕsіiјjкkмmнhоoрpсcтtуyхxүyһhԁdԛqԝwԍg\
    ΑaΒbΕeΖzΗhΙiΚkΜmΝnΟoΡpΤtΥyΧx\
    αaβbγyεeηnιiκkνvοoρpτtυuχxωw\
    ɑaɡgıiȷjᴀaʙbᴄcᴅdᴇeꜰfɢgʜhɪiᴊjᴋkʟlᴍmɴnᴏoᴘpʀrꜱsᴛtᴜuᴠvᴡwʏyᴢz";

/// Parts of German words in which the umlaut tells one word from another (schön and schon, gezählt and
/// gezahlt); elsewhere it often marks no more than a plural (Vertrag, Verträge).
const TELLING_UMLAUTS: [&str; 9] =
    ["drück", "förder", "hätt", "könnt", "lös", "müsst", "schön", "würd", "zähl"];
/// The same, where they begin the word.
const TELLING_BEGINNINGS: [&str; 3] = ["änder", "geänder", "veränder"];

/// `text`, one word, in lower case, decomposed (NFKD) without combining marks, `ß` as `ss`, `æ` as
/// `ae`, `ø` as `o` and so on, apostrophes straight, without blanks, invisible characters and emoji
/// modifiers. A word whose letters are all Latin or look so is Latin. An umlaut that tells German words
/// apart is written out: `schön` as `schoen`.
pub(crate) fn fold(text: &str) -> String {
    if text.is_ascii() {
        let letters = text.chars().filter(|letter| *letter != ' ').map(straight);
        return letters.map(|letter| letter.to_ascii_lowercase()).collect();
    }
    let mut folded = String::with_capacity(text.len());
    let text = &*written_out(text);
    let looks_latin = looks_latin(text);
    let latin = |letter: char| look_alike(letter).filter(|_| looks_latin).unwrap_or(letter);
    // Compatibility forms would make a blank and an accent of an acute alone.
    let letters = text.chars().map(straight).nfkd().map(latin);
    for character in letters.flat_map(char::to_lowercase) {
        match character {
            'ß' => folded.push_str("ss"),
            'æ' => folded.push_str("ae"),
            'œ' => folded.push_str("oe"),
            'ø' => folded.push('o'),
            'đ' | 'ð' => folded.push('d'),
            'ł' => folded.push('l'),
            'ı' => folded.push('i'),
            '×' => folded.push('x'),
            '\u{1f3fb}'..='\u{1f3ff}' => {}
            hidden
                if is_combining_mark(hidden) || is_invisible(hidden) || hidden.is_whitespace() => {}
            other => folded.push(other),
        }
    }
    folded
}

/// Whatever people write for an apostrophe as one.
fn straight(letter: char) -> char {
    if is_apostrophe(letter) { '\'' } else { letter }
}

/// With telling umlauts as two letters.
fn written_out(text: &str) -> Cow<'_, str> {
    let lower = text.nfc().flat_map(char::to_lowercase).collect::<String>();
    let tells = TELLING_UMLAUTS.iter().any(|part| lower.contains(part))
        || TELLING_BEGINNINGS.iter().any(|part| lower.starts_with(part));
    if !tells {
        return Cow::Borrowed(text);
    }
    Cow::Owned(lower.replace('ä', "ae").replace('ö', "oe").replace('ü', "ue"))
}

/// The Latin letter that a letter of another script looks like.
fn look_alike(letter: char) -> Option<char> {
    if letter.is_ascii() {
        return None;
    }
    let mut letters = LOOK_ALIKES.chars();
    while let (Some(other), Some(latin)) = (letters.next(), letters.next()) {
        if other == letter {
            return Some(latin);
        }
    }
    None
}

/// Whether each letter is Latin or looks so: then a person reads a Latin word.
fn looks_latin(text: &str) -> bool {
    let is_other = |letter: &char| matches!(letter, '\u{250}'..='\u{52f}' | '\u{1d00}'..='\u{1d7f}' | '\u{a730}'..='\u{a7ff}');
    let mut others = text.nfkd().filter(is_other).filter(|letter| letter.is_alphabetic());
    others.all(|letter| look_alike(letter).is_some())
}

#[cfg(test)]
mod tests {
    use super::fold;

    #[test]
    fn spellings_meet() {
        for (one, other) in [
            ("CAFÉ", "cafe"),
            ("cafe\u{301}", "cafe"),
            ("Straße", "strasse"),
            ("don’t", "don't"),
            ("don´t", "don't"),
            ("don`t", "don't"),
            ("ﬁne", "fine"),
            ("ĳs", "ijs"),
            ("👍🏽", "👍"),
            ("❤️", "❤"),
            ("İ", "i"),
            ("Schön", "schoen"),
            ("schon", "schon"),
            ("gezählt", "gezaehlt"),
            ("Verträge", "vertrage"),
            ("coördinatie", "coordinatie"),
            ("2 x", "2x"),
            ("2 ×", "2x"),
            ("ｒｅｆｕｎｄ", "refund"),
            ("𝓻𝓮𝓯𝓾𝓷𝓭", "refund"),
            ("ʀᴇꜰᴜɴᴅ", "refund"),
            ("rеfund", "refund"),
            ("ВАNК", "bank"),
            ("саrd", "card"),
            ("сору", "copy"),
            ("счёт", "счет"),
            ("λόγος", "λογος"),
            ("re\u{ad}fu\u{200b}nd\u{202e}", "refund"),
            ("r\u{334}\u{35c}e\u{301}\u{301}f\u{489}und", "refund"),
        ] {
            assert_eq!(fold(one), other, "{one}");
        }
    }
}
