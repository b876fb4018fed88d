//! Numbers in digits and in words: what `#n` of the rule language takes.

const ENGLISH: &str = "zero one two three four five six seven eight nine ten eleven twelve thirteen \
    fourteen fifteen sixteen seventeen eighteen nineteen twenty thirty forty fifty sixty seventy \
    eighty ninety hundred thousand million once twice thrice first second third fourth fifth sixth \
    seventh eighth ninth tenth";
const DUTCH: &str = "nul een twee drie vier vijf zes zeven acht negen tien elf twaalf dertien \
    veertien vijftien zestien zeventien achttien negentien twintig dertig veertig vijftig zestig \
    zeventig tachtig negentig honderd duizend miljoen eerste tweede derde vierde vijfde zesde zevende \
    achtste negende tiende tweemaal driemaal viermaal vijfmaal";
const GERMAN: &str = "null ein eins eine zwei drei vier funf sechs sieben acht neun zehn elf zwolf \
    dreizehn vierzehn funfzehn sechzehn siebzehn achtzehn neunzehn zwanzig dreissig vierzig funfzig \
    sechzig siebzig achtzig neunzig hundert tausend million erste erster zweite zweiter dritte dritter \
    vierte funfte sechste siebte achte neunte zehnte einmal zweimal dreimal viermal";
const FRENCH: &str = "zero un une deux trois quatre cinq six sept huit neuf dix onze douze treize \
    quatorze quinze seize vingt trente quarante cinquante soixante cent mille million premier premiere \
    deuxieme seconde troisieme quatrieme cinquieme sixieme septieme huitieme neuvieme dixieme";
const SPANISH: &str = "cero un uno una dos tres cuatro cinco seis siete ocho nueve diez once doce trece \
    catorce quince dieciseis diecisiete dieciocho diecinueve veinte treinta cuarenta cincuenta sesenta \
    setenta ochenta noventa cien ciento mil millon primero primera segundo segunda tercero tercera cuarto \
    quinto sexto septimo octavo noveno decimo";

/// Endings that make digits an ordinal or a count (`3rd`, `3e`, `3x`).
const ENDINGS: [&str; 12] = ["", "st", "nd", "rd", "th", "e", "de", "ste", "x", "er", "eme", "k"];

/// Whether a folded word is a number: digits (3, 1.000,50, 3rd, 3e, 3x), or a number word of
/// `language`, cardinal or ordinal.
pub(crate) fn is_number(language: &str, folded: &str) -> bool {
    if folded.starts_with(|first: char| first.is_ascii_digit()) {
        let rest = folded
            .trim_start_matches(|each: char| each.is_ascii_digit() || matches!(each, '.' | ','));
        return ENDINGS.contains(&rest);
    }
    let words = match language {
        "en" => ENGLISH,
        "nl" => DUTCH,
        "de" => GERMAN,
        "fr" => FRENCH,
        "es" => SPANISH,
        _ => return false,
    };
    words.split_ascii_whitespace().any(|word| word == folded)
}

#[cfg(test)]
mod tests {
    use super::is_number;

    #[test]
    fn digits_and_words() {
        for (language, word) in [
            ("en", "3"),
            ("nl", "drie"),
            ("en", "third"),
            ("nl", "3e"),
            ("pl", "1.000,50"),
            ("en", "3rd"),
        ] {
            assert!(is_number(language, word), "{word}");
        }
        for (language, word) in [("en", "drie"), ("en", "4g"), ("nl", "de"), ("en", "")] {
            assert!(!is_number(language, word), "{word}");
        }
    }
}
