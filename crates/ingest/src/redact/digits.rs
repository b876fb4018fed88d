//! Numbers that belong to a person: payment cards, Dutch citizen service numbers, phone numbers.
//!
//! Digits are read in groups, as people write them. A card is known by its issuer's range and
//! Luhn's check, after a word such as *card* by the check alone. A
//! citizen service number must pass its check and stand alone: after a word such as *bsn*, or grouped
//! 4-2-3, or nine digits in a row with no word before them that makes them a reference (*order*,
//! *factuur*, …). One in eleven other nine-digit numbers passes too: masking an unnamed number costs
//! less than letting a citizen's number through. A phone number is international (`+31 …`, `0031 …`),
//! national with its zero (NL, BE, DE, FR, UK: 9 to 12 digits), grouped as in the US or Spain, or
//! follows a word such as *bel* or *phone*. Dates, amounts and references are none; nor are 0800 and
//! 0900 numbers, which are companies'.

use feedback::RedactionKind;

use super::context::Context;
use super::{Finding, checksum};

/// Digits in a row.
#[derive(Clone, Copy)]
struct Group {
    start: usize,
    end: usize,
    /// Part of a date.
    date: bool,
}

impl Group {
    fn len(&self) -> usize {
        self.end - self.start
    }
}

/// More digits than any number we look for.
const DIGITS_MAX: usize = 19;

/// More groups than people write one number in.
const GROUPS_MAX: usize = 12;

/// The fewest digits of a number we look for.
const DIGITS_MIN: usize = 7;

/// All numbers of a person in `text`.
pub(super) fn numbers(text: &str) -> Vec<Finding> {
    let mut groups = groups(text);
    mark_dates(text, &mut groups);
    let mut findings = Vec::new();
    let mut first = 0;
    while let Some(rest) = groups.get(first..).filter(|rest| !rest.is_empty()) {
        match longest(text, rest) {
            Some((count, finding)) => {
                findings.push(finding);
                first += count;
            }
            None => first += companys(text, rest).max(1),
        }
    }
    findings
}

/// How many groups the 0800 or 0900 number has that begins here: a company's, so none of it is a
/// person's.
fn companys(text: &str, groups: &[Group]) -> usize {
    let is_companys = groups.first().is_some_and(|first| {
        text.get(first.start..first.end)
            .is_some_and(|digits| ["0800", "0900"].iter().any(|start| digits.starts_with(start)))
    });
    if !is_companys {
        return 0;
    }
    let joined = |pair: &&[Group]| match pair {
        [left, right] => gap(text, left, right).is_some(),
        _ => false,
    };
    1 + groups.windows(2).take_while(joined).count()
}

/// Digits alone that are a mobile number with its country code (NL, BE, DE, FR, ES, UK): as keys are
/// written, where the plus sign is left out.
pub(super) fn is_bare_phone(key: &str) -> bool {
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
    key.bytes().all(|byte| byte.is_ascii_digit())
        && MOBILE
            .iter()
            .any(|(start, length)| key.starts_with(start) && length.contains(&key.len()))
}

fn groups(text: &str) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for (at, byte) in text.bytes().enumerate().filter(|(_, byte)| byte.is_ascii_digit()) {
        let _ = byte;
        match groups.last_mut() {
            Some(group) if group.end == at => group.end += 1,
            _ => groups.push(Group { start: at, end: at + 1, date: false }),
        }
    }
    groups
}

/// What stands between two groups, where that is what people write within one number.
fn gap<'a>(text: &'a str, left: &Group, right: &Group) -> Option<&'a str> {
    let gap = text.get(left.end..right.start)?;
    let few = gap.chars().count() <= 3;
    (few && gap.chars().all(|c| matches!(c, ' ' | '\u{a0}' | '(' | ')' | '.' | '-' | '/' | '–')))
        .then_some(gap)
}

/// The number that begins at the first of `groups`: the longest that is one, and how many groups.
fn longest(text: &str, groups: &[Group]) -> Option<(usize, Finding)> {
    let first = groups.first()?;
    if !starts_here(text, first) {
        return None;
    }
    let (mut least, mut count) = (1, 0);
    let mut digits = 0;
    for (index, group) in groups.iter().take(GROUPS_MAX).enumerate() {
        let joined = index == 0 || gap(text, groups.get(index - 1)?, group).is_some();
        digits += group.len();
        if !joined || group.date || digits > DIGITS_MAX {
            break;
        }
        count = index + 1;
        if digits < DIGITS_MIN {
            least = count + 1;
        }
    }
    if least > count {
        return None;
    }
    let context = Context::before(text, first.start);
    let whole = |count: usize| {
        let window = Window::new(text, groups.get(..count)?)?;
        let kind = window.kind(context)?;
        let (start, end) = window.extent(&kind);
        Some((count, Finding { start, end, kind }))
    };
    // Nine digits or more without a gap are a number of their own, whatever follows.
    if first.len() >= 9
        && count > 0
        && let Some(found) = whole(1)
    {
        return Some(found);
    }
    (least..=count).rev().find_map(whole)
}

/// Whether a number can begin at this group: not within a word, an amount or another number.
fn starts_here(text: &str, group: &Group) -> bool {
    let before = text.get(..group.start).unwrap_or_default();
    let mut back = before.chars().rev();
    match back.next() {
        None => true,
        Some('.' | ',' | '-' | '/') => !back.next().is_some_and(char::is_alphanumeric),
        Some(previous) => {
            !previous.is_alphanumeric() && !matches!(previous, '#' | '€' | '$' | '£' | '_')
        }
    }
}

/// Groups taken as one number.
struct Window<'a> {
    text: &'a str,
    start: usize,
    end: usize,
    digits: Vec<u8>,
    lengths: Vec<usize>,
    gaps: Vec<&'a str>,
    plus: bool,
}

impl<'a> Window<'a> {
    /// `None` where the number would go on after it.
    fn new(text: &'a str, groups: &[Group]) -> Option<Self> {
        let (start, end) = (groups.first()?.start, groups.last()?.end);
        let mut after = text.get(end..)?.chars();
        match after.next() {
            Some('%' | '€' | '_' | ':') => return None,
            Some('.' | ',') if after.next().is_some_and(|c| c.is_ascii_digit()) => return None,
            Some('x' | 'X') => {}
            Some(next) if next.is_alphanumeric() => return None,
            _ => {}
        }
        let digits = text
            .get(start..end)?
            .bytes()
            .filter(u8::is_ascii_digit)
            .map(|byte| byte - b'0')
            .collect();
        let gaps =
            groups.windows(2).filter_map(|pair| gap(text, pair.first()?, pair.get(1)?)).collect();
        let plus = text.get(..start)?.trim_end_matches('(').ends_with('+');
        let lengths = groups.iter().map(Group::len).collect();
        Some(Self { text, start, end, digits, lengths, gaps, plus })
    }

    fn kind(&self, context: Context) -> Option<RedactionKind> {
        if self.is_card(context) {
            return Some(RedactionKind::PaymentCard);
        }
        let bsn = checksum::is_bsn(&self.digits);
        if bsn && context == Context::Bsn {
            return Some(RedactionKind::Bsn);
        }
        if self.is_phone(context) {
            return Some(RedactionKind::Phone);
        }
        let plausible = match self.lengths.as_slice() {
            [9] => context != Context::Reference,
            [4, 2, 3] => self.gaps.iter().all(|gap| matches!(*gap, "." | " ")),
            _ => false,
        };
        (bsn && plausible && !self.plus).then_some(RedactionKind::Bsn)
    }

    fn is_card(&self, context: Context) -> bool {
        let even = self.gaps.windows(2).all(|pair| pair.first() == pair.last());
        let single = self.gaps.iter().all(|gap| matches!(*gap, " " | "-" | "\u{a0}" | "."));
        // After a word for a card the check alone decides, also for Maestro's short numbers.
        let named = context == Context::Card && (12..=DIGITS_MAX).contains(&self.digits.len());
        let valid =
            if named { checksum::luhn(&self.digits) } else { checksum::is_card(&self.digits) };
        even && single && !self.plus && valid
    }

    fn is_phone(&self, context: Context) -> bool {
        let count = self.digits.len();
        let grouped = self.lengths.len() > 1;
        if self.plus {
            return (8..=15).contains(&count) && self.digits.first() != Some(&0);
        }
        if context == Context::Reference {
            return false;
        }
        match self.digits.as_slice() {
            [0, 0, 1..=9, ..] => (11..=17).contains(&count),
            // 0800 and 0900 are companies' numbers.
            [0, 8 | 9, 0, 0, ..] => false,
            [0, 1..=9, ..] => match count {
                9 | 12 => grouped || context == Context::Phone,
                10 | 11 => true,
                _ => false,
            },
            [2..=9, _, _, 2..=9, ..] if self.lengths == [3, 3, 4] => true,
            [1, 2..=9, _, _, 2..=9, ..] if self.lengths == [1, 3, 3, 4] => true,
            [6..=9, ..] if count == 9 && self.is_grouped_as_in_spain() => true,
            _ => context == Context::Phone && (7..=15).contains(&count),
        }
    }

    fn is_grouped_as_in_spain(&self) -> bool {
        matches!(self.lengths.as_slice(), [3, 3, 3] | [3, 2, 2, 2] | [2, 3, 2, 2])
            && self.gaps.iter().all(|gap| matches!(*gap, " " | "-" | "\u{a0}"))
    }

    /// The number with the sign and bracket before it and the extension after it.
    fn extent(&self, kind: &RedactionKind) -> (usize, usize) {
        if *kind != RedactionKind::Phone {
            return (self.start, self.end);
        }
        let before = self.text.get(..self.start).unwrap_or_default();
        let without = before.strip_suffix('(').unwrap_or(before);
        let without = without.strip_suffix('+').unwrap_or(without);
        let bracketed = self.text.get(self.start..self.end).unwrap_or_default().contains(')');
        let without =
            if bracketed { without.strip_suffix('(').unwrap_or(without) } else { without };
        let start = if bracketed || before.ends_with('+') { without.len() } else { self.start };
        (start, self.end + extension(self.text.get(self.end..).unwrap_or_default()))
    }
}

/// The length of an extension such as ` x123` or ` ext. 12` in front of `rest`.
fn extension(rest: &str) -> usize {
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

/// Marks the groups that are a date: day, month and year (or year first) with one sign between.
fn mark_dates(text: &str, groups: &mut [Group]) {
    for index in 0..groups.len() {
        let Some([a, b, c]) = groups.get(index..index + 3) else { break };
        let sign = |left: &Group, right: &Group| {
            gap(text, left, right).filter(|gap| matches!(*gap, "-" | "/" | "."))
        };
        let Some(one) = sign(a, b).filter(|one| sign(b, c) == Some(*one)) else { continue };
        let outside = [
            index.checked_sub(1).and_then(|before| sign(groups.get(before)?, a)),
            groups.get(index + 3).and_then(|after| sign(c, after)),
        ];
        if outside.contains(&Some(one)) {
            continue;
        }
        let value = |group: &Group| -> u32 {
            text.get(group.start..group.end).and_then(|digits| digits.parse().ok()).unwrap_or(0)
        };
        let day_or_month = |group: &Group| group.len() <= 2 && (1..=31).contains(&value(group));
        let year = |group: &Group| match group.len() {
            2 => true,
            4 => (1900..=2099).contains(&value(group)),
            _ => false,
        };
        let is_date = (day_or_month(a) && day_or_month(b) && year(c))
            || (a.len() == 4 && year(a) && day_or_month(b) && day_or_month(c));
        if is_date {
            groups.iter_mut().skip(index).take(3).for_each(|group| group.date = true);
        }
    }
}
