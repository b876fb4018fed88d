//! The check digits that tell a number of a kind from any other number: Luhn for payment cards,
//! ISO 7064 mod 97-10 for IBANs, the Dutch *elfproef* for citizen service numbers.

/// Luhn's formula (ISO/IEC 7812-1, annex B) over decimal digits.
pub(super) fn luhn(digits: &[u8]) -> bool {
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(place, digit)| {
            let value = u32::from(*digit) * if place % 2 == 1 { 2 } else { 1 };
            if value > 9 { value - 9 } else { value }
        })
        .sum();
    sum.is_multiple_of(10)
}

/// Whether a card scheme issues numbers with this beginning and length (ISO/IEC 7812 issuer ranges
/// of American Express, Diners Club, JCB, Visa, Mastercard, Maestro, Discover, `UnionPay`).
pub(super) fn is_card(digits: &[u8]) -> bool {
    let prefix = |count: usize| {
        digits.iter().take(count).fold(0_u32, |value, digit| value * 10 + u32::from(*digit))
    };
    let (two, three, four) = (prefix(2), prefix(3), prefix(4));
    let length = digits.len();
    let issued = match length {
        15 => matches!(two, 34 | 37) || matches!(four, 1800 | 2131),
        14 => matches!(three, 300..=305) || matches!(two, 36 | 38 | 39),
        16 => {
            matches!(two, 36 | 38 | 39 | 40..=49 | 50..=58 | 60..=69)
                || matches!(four, 3528..=3589 | 2221..=2720)
        }
        13 | 19 => matches!(two, 40..=49 | 50 | 56..=58 | 60..=69),
        17 | 18 => matches!(two, 50 | 56..=58 | 60..=69),
        _ => false,
    };
    issued && luhn(digits)
}

/// The Dutch citizen service number: 9 digits (8 with a zero in front left out), weighted
/// 9, 8, … 2, −1; the sum must be a multiple of 11.
pub(super) fn is_bsn(digits: &[u8]) -> bool {
    if !matches!(digits.len(), 8 | 9) || digits.iter().all(|digit| *digit == 0) {
        return false;
    }
    let weights =
        if digits.len() == 9 { [9, 8, 7, 6, 5, 4, 3, 2, -1] } else { [8, 7, 6, 5, 4, 3, 2, -1, 0] };
    let sum: i32 =
        digits.iter().zip(weights).map(|(digit, weight)| i32::from(*digit) * weight).sum();
    sum % 11 == 0
}

/// How many characters an IBAN of that country has (SWIFT IBAN registry).
pub(super) fn iban_length(country: [u8; 2]) -> Option<usize> {
    const LENGTHS: [(usize, &str); 18] = [
        (15, "NO"),
        (16, "BE"),
        (18, "DK FI FO GL NL SD FK"),
        (19, "MK SI"),
        (20, "AT BA EE KZ LT LU XK MN"),
        (21, "CH HR LI LV"),
        (22, "BG BH CR DE GB GE IE ME RS VA"),
        (23, "AE GI IL IQ OM SO TL"),
        (24, "AD CZ ES MD PK RO SA SE SK TN VG"),
        (25, "LY PT ST"),
        (26, "IS TR"),
        (27, "BI DJ FR GR IT MC MR SM"),
        (28, "AL AZ BY CY DO GT HN HU LB NI PL SV"),
        (29, "BR EG PS QA UA"),
        (30, "JO KW MU"),
        (31, "MT SC"),
        (32, "LC"),
        (33, "RU"),
    ];
    let country = std::str::from_utf8(&country).ok()?;
    let (length, _) =
        LENGTHS.iter().find(|(_, list)| list.split(' ').any(|known| known == country))?;
    Some(*length)
}

/// ISO 7064 mod 97-10 over upper-case letters and digits, the first four moved to the end.
pub(super) fn mod_97(characters: &[u8]) -> bool {
    let (head, tail) = characters.split_at(characters.len().min(4));
    let remainder = tail.iter().chain(head).try_fold(0_u32, |remainder, byte| {
        let value = char::from(*byte).to_digit(36)?;
        let shift = if value > 9 { 100 } else { 10 };
        Some((remainder * shift + value) % 97)
    });
    remainder == Some(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn digits(text: &str) -> Vec<u8> {
        text.bytes().map(|byte| byte - b'0').collect()
    }

    #[test]
    fn published_examples_hold_and_one_digit_off_does_not() {
        for card in ["4111111111111111", "378282246310005", "5555555555554444", "30569309025904"] {
            assert!(is_card(&digits(card)), "{card}");
        }
        assert!(!is_card(&digits("4111111111111112")));
        assert!(!is_card(&digits("9111111111111113")), "no scheme begins with 9");
        assert!(is_bsn(&digits("111222333")) && is_bsn(&digits("123456782")));
        assert!(!is_bsn(&digits("123456789")) && !is_bsn(&digits("000000000")));
        for iban in ["NL91ABNA0417164300", "GB82WEST12345698765432", "DE89370400440532013000"] {
            assert!(mod_97(iban.as_bytes()), "{iban}");
            let country = [iban.as_bytes()[0], iban.as_bytes()[1]];
            assert_eq!(iban_length(country), Some(iban.len()));
        }
        assert!(!mod_97(b"NL91ABNA0417164301"));
        assert_eq!(iban_length(*b"ZZ"), None);
    }
}
