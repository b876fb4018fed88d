//! Numbers that belong to a person: payment cards, Dutch citizen service numbers, phone numbers.
//!
//! Digits are read in groups, as people write them. A card is known by its issuer's range and
//! Luhn's check, after a word such as *card* by the check alone. A
//! citizen service number must pass its check and stand alone: after a word such as *bsn*, or grouped
//! 4-2-3, or nine digits in a row with no word before them that makes them a reference (*order*,
//! *factuur*, …). One in eleven other nine-digit numbers passes too: masking an unnamed number costs
//! less than letting a citizen's number through. What makes a phone number is said in [`super::phone`].
//! Dates, amounts and references are none of these; nor are 0800 and 0900 numbers, which are companies'.

use feedback::RedactionKind;

use super::context::{self, Context};
use super::phone::{self, Certainty};
use super::sign::Gap;
use super::{Finding, checksum, sign};

/// Digits in a row; signs that nobody sees may stand among them.
#[derive(Clone, Copy)]
struct Group {
    start: usize,
    end: usize,
    /// How many digits.
    count: usize,
    /// Part of a date.
    date: bool,
}

/// More digits than any number we look for.
const DIGITS_MAX: usize = 19;

/// More groups than people write one number in.
const GROUPS_MAX: usize = 12;

/// The fewest digits of a number we look for.
const DIGITS_MIN: usize = 7;

/// Digits from which on a number is whole without a gap, whatever follows it.
const WHOLE: usize = 9;

/// All numbers of a person in `text`.
pub(super) fn numbers(text: &str) -> Vec<Finding> {
    let mut groups = groups(text);
    mark_dates(text, &mut groups);
    let mut findings: Vec<Finding> = Vec::new();
    let mut first = 0;
    while let Some(rest) = groups.get(first..).filter(|rest| !rest.is_empty()) {
        // What stands before a number that was masked says nothing of the next one.
        let from = findings.last().map_or(0, |finding| finding.end);
        match longest(text, from, rest) {
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

fn groups(text: &str) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    let digits = text.bytes().enumerate().filter(|(_, byte)| byte.is_ascii_digit());
    for (at, _) in digits {
        let goes_on = |group: &&mut Group| {
            group.end == at
                || text.get(group.end..at).is_some_and(|gap| gap.chars().all(sign::is_invisible))
        };
        match groups.last_mut().filter(goes_on) {
            Some(group) => {
                group.end = at + 1;
                group.count += 1;
            }
            None => groups.push(Group { start: at, end: at + 1, count: 1, date: false }),
        }
    }
    groups
}

/// What stands between two groups, where that is what people write within one number.
fn gap(text: &str, left: &Group, right: &Group) -> Option<Gap> {
    Gap::of(text.get(left.end..right.start)?)
}

/// How many groups from the first can be of one number, by what stands between them.
fn joined(text: &str, groups: &[Group]) -> usize {
    let mut digits = 0;
    let mut count = 0;
    for (index, group) in groups.iter().take(GROUPS_MAX).enumerate() {
        let before = index.checked_sub(1).and_then(|before| groups.get(before));
        digits += group.count;
        if before.is_some_and(|before| gap(text, before, group).is_none())
            || group.date
            || digits > DIGITS_MAX
        {
            break;
        }
        count = index + 1;
    }
    count
}

fn digits_of(groups: &[Group]) -> usize {
    groups.iter().map(|group| group.count).sum()
}

/// The number that begins at the first of `groups`: the longest that is one, and how many groups.
/// Nothing before `from` is looked at.
fn longest(text: &str, from: usize, groups: &[Group]) -> Option<(usize, Finding)> {
    let first = groups.first()?;
    let most = joined(text, groups);
    if digits_of(groups.get(..most)?) < DIGITS_MIN || !starts_here(text, from, first) {
        return None;
    }
    let context = Context::before(text.get(from..)?, first.start - from);
    let whole = |count: usize| {
        let window = Window::new(text, from, groups.get(..count)?, context)?;
        let kind = window.kind()?;
        let (start, end) = window.extent(&kind);
        Some((count, Finding { start, end, kind }))
    };
    if first.count >= WHOLE
        && let Some(found) = whole(1)
    {
        return Some(found);
    }
    // A zero after a whole number begins the next one, if that is whole too: `06-12345678 / 020-1234567`.
    let another = (1..most).find(|index| {
        let next = groups.get(*index..).unwrap_or_default();
        let zero = next.first().is_some_and(|next| text.as_bytes().get(next.start) == Some(&b'0'));
        let whole = |groups: &[Group]| digits_of(groups) >= WHOLE;
        zero && groups.get(..*index).is_some_and(whole)
            && next.get(..joined(text, next)).is_some_and(whole)
    });
    let most = another.unwrap_or(most);
    let enough =
        |count: &usize| groups.get(..*count).is_some_and(|groups| digits_of(groups) >= DIGITS_MIN);
    (1..=most).rev().take_while(enough).find_map(whole)
}

/// Whether a number can begin at this group: not within a word, an amount or another number.
fn starts_here(text: &str, from: usize, group: &Group) -> bool {
    let before = text.get(from..group.start).unwrap_or_default();
    let mut back = sign::before(before);
    match back.next() {
        None => true,
        Some('.' | ',' | '/') => !back.next().is_some_and(|c| c.is_ascii_digit()),
        Some('#' | '€' | '$' | '£') => false,
        // `tel0612345678` and `tel-0612345678` are phone numbers, `AB-0612345678` is not.
        Some('-') => {
            !back.next().is_some_and(char::is_alphanumeric) || context::is_cue_before(before)
        }
        Some(previous) => !previous.is_alphanumeric() || context::is_cue_before(before),
    }
}

/// Groups taken as one number.
struct Window<'a> {
    text: &'a str,
    start: usize,
    end: usize,
    digits: Vec<u8>,
    lengths: Vec<usize>,
    gaps: Vec<Gap>,
    plus: bool,
    context: Context,
}

impl<'a> Window<'a> {
    /// `None` where the number would go on after it.
    fn new(text: &'a str, from: usize, groups: &[Group], context: Context) -> Option<Self> {
        let (start, end) = (groups.first()?.start, groups.last()?.end);
        let digits: Vec<u8> = text
            .get(start..end)?
            .bytes()
            .filter(u8::is_ascii_digit)
            .map(|byte| byte - b'0')
            .collect();
        let gaps: Vec<Gap> =
            groups.windows(2).filter_map(|pair| gap(text, pair.first()?, pair.get(1)?)).collect();
        let (start, plus) = opening(text, from, start, &gaps);
        let lengths = groups.iter().map(|group| group.count).collect();
        let window = Self { text, start, end, digits, lengths, gaps, plus, context };
        window.ends().then_some(window)
    }

    /// Whether nothing follows that would make it another kind of number.
    fn ends(&self) -> bool {
        // No amount and no code begins so.
        let certain = self.digits.len() >= WHOLE && (self.plus || self.digits.first() == Some(&0));
        let mut after = sign::after(self.text.get(self.end..).unwrap_or_default());
        let next = after.next();
        let digit_follows = after.next().is_some_and(|c| c.is_ascii_digit());
        match next {
            None | Some('x' | 'X') => true,
            Some('%' | '€') => false,
            Some(':') => !digit_follows,
            Some('.' | ',') => !digit_follows || certain || self.context == Context::Bsn,
            Some(letter) if letter.is_lowercase() => certain,
            Some(next) => !next.is_alphanumeric(),
        }
    }

    fn kind(&self) -> Option<RedactionKind> {
        if self.is_card() {
            return Some(RedactionKind::PaymentCard);
        }
        let bsn = checksum::is_bsn(&self.digits);
        if bsn && self.context == Context::Bsn {
            return Some(RedactionKind::Bsn);
        }
        let phone = phone::certainty(&self.digits, &self.lengths, &self.gaps, self.plus);
        if phone.is_some_and(|certainty| self.suffices(certainty)) {
            return Some(RedactionKind::Phone);
        }
        let plausible = match self.lengths.as_slice() {
            [9] => self.context != Context::Reference,
            [4, 2, 3] => self.gaps.iter().all(|gap| gap.is_one_of(b". -")),
            _ => false,
        };
        (bsn && plausible && !self.plus).then_some(RedactionKind::Bsn)
    }

    /// Whether the words before say enough for a number of that certainty to be a phone number.
    fn suffices(&self, certainty: Certainty) -> bool {
        match certainty {
            Certainty::International => true,
            Certainty::National => self.context != Context::Reference,
            Certainty::Grouped => matches!(self.context, Context::Phone | Context::Contact),
            Certainty::Digits => self.context == Context::Phone,
        }
    }

    fn is_card(&self) -> bool {
        let even = self.gaps.windows(2).all(|pair| pair.first() == pair.last());
        let single = self.gaps.iter().all(|gap| gap.is_one_of(b" -."));
        // After a word for a card the check alone decides, also for Maestro's short numbers.
        let named = self.context == Context::Card && (12..=DIGITS_MAX).contains(&self.digits.len());
        let valid =
            if named { checksum::luhn(&self.digits) } else { checksum::is_card(&self.digits) };
        even && single && !self.plus && valid
    }

    /// Where the mask stands: over the sign and bracket before a phone number and its extension.
    fn extent(&self, kind: &RedactionKind) -> (usize, usize) {
        let rest = self.text.get(self.end..).unwrap_or_default();
        let extension = if *kind == RedactionKind::Phone { phone::extension(rest) } else { 0 };
        (self.start, self.end + extension)
    }
}

/// Where a number begins with the plus sign and the bracket before its digits, and whether there is a
/// plus sign. A bracket belongs to it where it is closed within.
fn opening(text: &str, from: usize, start: usize, gaps: &[Gap]) -> (usize, bool) {
    let before = text.get(from..start).unwrap_or_default();
    let signs = |sign: u8| gaps.iter().flat_map(Gap::signs).filter(|other| **other == sign).count();
    let closed = signs(b')') > signs(b'(');
    let near = sign::before(before).take(3).any(|character| character == '+');
    let (mut at, mut plus) = (start, false);
    for (index, character) in before.char_indices().rev() {
        match sign::plain(character) {
            '+' if !plus => (at, plus) = (from + index, true),
            '(' if closed => at = from + index,
            // Between the plus sign and the digits: `+(31)`, `+ 31`.
            '(' | ' ' if near && !plus => {}
            _ if sign::is_invisible(character) => {}
            _ => break,
        }
    }
    (at, plus)
}

/// Marks the groups that are a date: day, month and year (or year first) with one sign between.
fn mark_dates(text: &str, groups: &mut [Group]) {
    for index in 0..groups.len() {
        let Some([a, b, c]) = groups.get(index..index + 3) else { break };
        let sign = |left: &Group, right: &Group| {
            gap(text, left, right).filter(|gap| gap.is_one_of(b"-/."))
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
        let day_or_month = |group: &Group| group.count <= 2 && (1..=31).contains(&value(group));
        let year = |group: &Group| match group.count {
            2 => true,
            4 => (1900..=2099).contains(&value(group)),
            _ => false,
        };
        let is_date = (day_or_month(a) && day_or_month(b) && year(c))
            || (a.count == 4 && year(a) && day_or_month(b) && day_or_month(c));
        if is_date {
            groups.iter_mut().skip(index).take(3).for_each(|group| group.date = true);
        }
    }
}
