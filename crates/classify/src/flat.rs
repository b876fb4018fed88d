//! Many short lists as one long one: each is a stretch of it. What is read for every word of every text
//! lies so, in few bytes and side by side.

use std::ops::Range;

/// Where a list begins, and one past its end.
pub(crate) type Stretch = (u32, u32);

/// Appends a list; where it lies then.
pub(crate) fn append<T>(all: &mut Vec<T>, list: impl IntoIterator<Item = T>) -> Stretch {
    let start = narrow(all.len());
    all.extend(list);
    (start, narrow(all.len()))
}

/// The stretch as a range.
#[inline]
pub(crate) fn range((start, end): Stretch) -> Range<usize> {
    start as usize..end as usize
}

/// A number of rules, words or entries, in four bytes.
pub(crate) fn narrow(count: usize) -> u32 {
    u32::try_from(count).expect("there are fewer than 2^32 rules, words and entries")
}
