//! Sizes as the configuration writes them: a whole number and a unit of bytes.

pub(super) const KIB: usize = 1024;
pub(super) const MIB: usize = 1024 * KIB;
pub(super) const GIB: usize = 1024 * MIB;

/// The bytes of a size such as `8MiB`; `None` where it is none.
pub(super) fn parse(text: &str) -> Option<usize> {
    let units = [("KiB", KIB), ("MiB", MIB), ("GiB", GIB), ("B", 1)];
    units.into_iter().find_map(|(unit, bytes)| {
        let count: usize = text.strip_suffix(unit)?.trim().parse().ok()?;
        count.checked_mul(bytes)
    })
}
