//! The name that was probably meant, for the mends of problems.

/// How many names a mend lists at most where none is near.
const LISTED_MAX: usize = 12;

/// The most similar of `known`, if one is similar at all: edits and swaps (Damerau and Levenshtein's
/// distance, case aside) in at most a third of the longer name. Of equals, the first by the alphabet.
pub fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let lower = name.to_lowercase();
    let near = |other: &str| {
        let longest = name.chars().count().max(other.chars().count());
        let distance = strsim::damerau_levenshtein(&lower, &other.to_lowercase());
        (distance * 3 <= longest + 1).then_some(distance)
    };
    let scored = known.into_iter().filter_map(|other| Some((near(other)?, other)));
    scored.min().map(|(_, other)| other)
}

/// A mend for a name that isn't known: the nearest that is, else some of them. `kind` says what they
/// name, such as "policy".
pub fn suggest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>, kind: &str) -> String {
    let mut known: Vec<&str> = known.into_iter().collect();
    known.sort_unstable();
    known.dedup();
    if let Some(near) = nearest(name, known.iter().copied()) {
        return format!("write `{near}`");
    }
    if known.is_empty() {
        return format!("there is no {kind} at all: remove this");
    }
    let more = if known.len() > LISTED_MAX { ", …" } else { "" };
    known.truncate(LISTED_MAX);
    format!("write a known {kind}: {}{more}", known.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_name_is_offered() {
        let names = ["billing", "billing.fees", "contact_centre", "id", "raw"];
        for (name, near) in [
            ("biling", Some("billing")),
            ("Billing", Some("billing")),
            ("billing.fee", Some("billing.fees")),
            ("contact-center", Some("contact_centre")),
            ("rwa", Some("raw")),
            ("legal", None),
            ("ab", None),
        ] {
            assert_eq!(nearest(name, names), near, "{name}");
        }
    }

    #[test]
    fn else_some_are_listed() {
        let suggest = |name, known: &[&'static str]| suggest(name, known.iter().copied(), "theme");
        assert_eq!(suggest("biling", &["contact", "billing"]), "write `billing`");
        let listed = "write a known theme: billing, contact";
        assert_eq!(suggest("weather", &["contact", "billing"]), listed);
        assert_eq!(suggest("x", &[]), "there is no theme at all: remove this");
        assert!(suggest("x", &["long_name_of_a_theme"; 3]).ends_with("theme"));
        let many: Vec<String> = (0..20).map(|number| format!("theme_{number:02}")).collect();
        let told = super::suggest("x", many.iter().map(String::as_str), "theme");
        assert!(told.ends_with("theme_11, …"), "{told}");
    }
}
