//! Words after which a full stop may not end a sentence; in the order of their bytes, so that a word is
//! found in few steps.

/// Titles and the like, after which it never does.
pub(super) const NEVER_LAST: &[&str] = &[
    "abs", "afd", "approx", "bijv", "blz", "bspw", "bzw", "ca", "circa", "dept", "dhr", "dipl",
    "dr", "drs", "entspr", "evt", "evtl", "excl", "exkl", "fa", "fam", "ggf", "ggfs", "hr", "hrn",
    "incl", "ing", "inkl", "ir", "jr", "max", "mevr", "min", "mind", "mlle", "mme", "mr", "mrs",
    "ms", "mw", "nr", "num", "prof", "resp", "sog", "sr", "sra", "srta", "st", "str", "tel", "vgl",
    "vs", "zgl", "zgn", "zog", "zzgl",
];

/// Abbreviations after which it does only where a capital follows.
pub(super) const SOMETIMES_LAST: &[&str] = &[
    "aprox", "art", "av", "avda", "bv", "co", "ed", "enz", "etc", "ext", "hrs", "jl", "ltd",
    "mins", "mnd", "mwst", "nl", "nv", "pag", "std", "usw", "wk",
];

/// What follows a German ordinal number: `3. März`, `zum 2. Mal`.
pub(super) const AFTER_ORDINALS: &[&str] = &[
    "Januar",
    "Jänner",
    "Februar",
    "März",
    "April",
    "Mai",
    "Juni",
    "Juli",
    "August",
    "September",
    "Oktober",
    "November",
    "Dezember",
    "Jan",
    "Feb",
    "Apr",
    "Jun",
    "Jul",
    "Aug",
    "Sep",
    "Sept",
    "Okt",
    "Nov",
    "Dez",
    "Anlauf",
    "Anruf",
    "Etage",
    "Klasse",
    "Mahnung",
    "Mal",
    "Monat",
    "Quartal",
    "Rate",
    "Stock",
    "Tag",
    "Termin",
    "Versuch",
    "Woche",
];

/// Whether `word` is one of `known`, in capitals or not.
pub(super) fn is_one_of(word: &str, known: &[&str]) -> bool {
    let lower = || word.bytes().map(|byte| byte.to_ascii_lowercase());
    known.binary_search_by(|each| each.bytes().cmp(lower())).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_is_found() {
        for known in [NEVER_LAST, SOMETIMES_LAST] {
            for word in known {
                assert!(is_one_of(&word.to_ascii_uppercase(), known), "{word} is out of order");
            }
        }
        assert!(!is_one_of("today", NEVER_LAST));
        assert!(!is_one_of("", SOMETIMES_LAST));
    }
}
