//! What makes digits a phone number: international (`+31 …`, `0031 …`), national with its zero (NL,
//! BE, DE, FR, UK: 9 to 12 digits), grouped as in the US or Spain. Other digits are one after a word
//! such as *bel* or *phone*; grouped ones also after a weaker word such as *answering* or *number*.

use super::sign::Gap;

/// How sure the digits alone make it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Certainty {
    /// It can be nothing else.
    International,
    /// As a country writes its numbers: one, unless a word says that it is a reference.
    National,
    /// Written in groups: one after a word that has to do with contact.
    Grouped,
    /// As many digits as a phone number has: one after a word for a phone.
    Digits,
}

/// The most digits of a number of that country (with a zero left in), by its code.
const COUNTRY_DIGITS_MAX: [(&[u8], usize); 7] = [
    (&[1], 11),
    (&[3, 1], 12),
    (&[3, 2], 12),
    (&[3, 3], 12),
    (&[3, 4], 11),
    (&[4, 4], 13),
    (&[4, 5], 10),
];

/// How sure it is that these digits, grouped so, are a phone number.
pub(super) fn certainty(
    digits: &[u8],
    lengths: &[usize],
    gaps: &[Gap],
    plus: bool,
) -> Option<Certainty> {
    let count = digits.len();
    let grouped = lengths.len() > 1;
    if plus && digits.first() != Some(&0) {
        let known = COUNTRY_DIGITS_MAX.iter().find(|(code, _)| digits.starts_with(code));
        let most = known.map_or(15, |(_, most)| *most);
        return (8..=most).contains(&count).then_some(Certainty::International);
    }
    // 0800 and 0900 are companies' numbers.
    if let [0, 8 | 9, 0, 0, ..] = digits {
        return None;
    }
    let national = match digits {
        [0, 0, 1..=9, ..] => (11..=17).contains(&count),
        [0, 1..=9, ..] => (10..=11).contains(&count) || grouped && matches!(count, 9 | 12),
        [2..=9, _, _, 2..=9, ..] if lengths == [3, 3, 4] => true,
        [1, 2..=9, _, _, 2..=9, ..] if lengths == [1, 3, 3, 4] => true,
        [6..=9, ..] if count == 9 => is_grouped_as_in_spain(lengths, gaps),
        _ => false,
    };
    // `1 234 567` is an amount; tens of millions after a word that has to do with contact are not.
    let amount = count < 8 && lengths.iter().skip(1).all(|length| *length == 3);
    match (7..=15).contains(&count) {
        _ if national => Some(Certainty::National),
        true if grouped && !amount => Some(Certainty::Grouped),
        true => Some(Certainty::Digits),
        false => None,
    }
}

fn is_grouped_as_in_spain(lengths: &[usize], gaps: &[Gap]) -> bool {
    matches!(lengths, [3, 3, 3] | [3, 2, 2, 2] | [2, 3, 2, 2])
        && gaps.iter().all(|gap| gap.is_one_of(b" -"))
}

/// The length of an extension such as ` x123` or ` ext. 12` in front of `rest`.
pub(super) fn extension(rest: &str) -> usize {
    let trimmed = rest.trim_start_matches(' ');
    let word = ["ext.", "ext", "x", "X"].into_iter().find(|word| trimmed.starts_with(word));
    let Some(number) = word.and_then(|word| trimmed.strip_prefix(word)) else { return 0 };
    let number = number.trim_start_matches(' ');
    let digits = number.bytes().take_while(u8::is_ascii_digit).count();
    let goes_on = number
        .get(digits..)
        .and_then(|rest| rest.chars().next())
        .is_some_and(char::is_alphanumeric);
    if (1..=6).contains(&digits) && !goes_on { rest.len() - number.len() + digits } else { 0 }
}

/// Whether `key`, of digits alone, is a phone number, as keys are written: a mobile number with its country code
/// (NL, BE, DE, FR, ES, UK), the plus sign or two zeros before it left out or not, or a national number
/// with its one zero.
pub(super) fn is_bare(key: &str) -> bool {
    const MOBILE: [(&str, std::ops::RangeInclusive<usize>); 9] = [
        ("316", 11..=11),
        ("324", 11..=11),
        ("4915", 12..=14),
        ("4916", 12..=14),
        ("4917", 12..=14),
        ("336", 11..=11),
        ("337", 11..=11),
        ("346", 11..=11),
        ("447", 12..=12),
    ];
    let bare = key.strip_prefix("00").unwrap_or(key);
    let mobile = MOBILE
        .iter()
        .any(|(start, length)| bare.starts_with(start) && length.contains(&bare.len()));
    let national =
        matches!(key.as_bytes(), [b'0', b'1'..=b'9', ..]) && matches!(key.len(), 10 | 11);
    mobile || national
}
