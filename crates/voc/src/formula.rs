//! Cells that a spreadsheet would run. One that begins like a formula gets an apostrophe in front (OWASP
//! ASVS 1.2.10), which is taken off again where our own spreadsheets are read. Numbers stay as they are.

use std::borrow::Cow;

/// The cell as a spreadsheet may have it.
pub(crate) fn harmless(cell: &str) -> Cow<'_, str> {
    if looks_like_formula(cell.trim_start_matches('\'')) {
        Cow::Owned(format!("'{cell}"))
    } else {
        Cow::Borrowed(cell)
    }
}

/// What [`harmless`] was made of.
pub(crate) fn as_written(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(rest) if looks_like_formula(rest.trim_start_matches('\'')) => rest,
        _ => cell,
    }
}

fn looks_like_formula(cell: &str) -> bool {
    let number = || cell.replace(',', ".").parse::<f64>().is_ok_and(f64::is_finite);
    cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\0', '＝', '＋', '－', '＠']) && !number()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn formulas_are_made_harmless_and_numbers_kept() {
        for (cell, shown) in [
            ("=\"two times\"", "'=\"two times\""),
            ("@afschrijven", "'@afschrijven"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("-2+3", "'-2+3"),
            ("-inf", "'-inf"),
            ("＝1", "'＝1"),
            ("'=x", "''=x"),
            ("'t is laat", "'t is laat"),
            ("charge", "charge"),
            ("-2,5", "-2,5"),
            ("+7", "+7"),
            ("'-7", "'-7"),
        ] {
            assert_eq!(harmless(cell), shown);
            assert_eq!(as_written(shown), cell);
        }
    }

    proptest! {
        #[test]
        fn any_cell_is_read_back(cell in "['=@+a1,.-]{0,6}|\\PC{0,12}") {
            let safe = harmless(&cell);
            prop_assert_eq!(as_written(&safe), cell.as_str());
            prop_assert!(!looks_like_formula(&safe));
        }
    }
}
