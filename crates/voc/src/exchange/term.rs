//! One word, phrase or field of another product, as it is written here.

use classify::check_rule;

use super::Remark;

/// The fewest letters of a word that may be one typing error away.
const EDIT_LETTERS_MIN: usize = 5;
/// The similarity that `word~` asks for where no number follows.
const SIMILARITY: f64 = 0.5;
/// The most words that may stand between those of a phrase.
const WORDS_BETWEEN_MAX: usize = 50;

/// The first of these that is a rule.
fn first_that_reads(candidates: &[String]) -> Option<String> {
    candidates.iter().find(|candidate| check_rule(candidate).is_ok()).cloned()
}

fn plain(word: &str, stems: bool) -> Option<String> {
    let sign = if stems { "" } else { "=" };
    first_that_reads(&[format!("{sign}{word}"), format!("{sign}\"{word}\"")])
}

/// A word that can't be carried over.
fn lost(word: &str, why: &str, mend: &str, remarks: &mut Vec<Remark>) -> Option<String> {
    remarks.push(Remark::lost(format!("{word}: {why}"), mend));
    None
}

/// A word, with its wildcards or its similarity.
pub(super) fn word(word: &str, stems: bool, remarks: &mut Vec<Remark>) -> Option<String> {
    if let Some((bare, similarity)) = word.split_once('~') {
        return similar(word, bare, similarity, remarks);
    }
    if word.contains('?') {
        return one_letter(word, remarks);
    }
    if word.contains('*') {
        return wildcard(word, remarks);
    }
    let written = plain(word, stems);
    if written.is_none() {
        return lost(word, "there is no word in it", "write the word it stands for", remarks);
    }
    written
}

/// `word~0.8`: as many letters may differ as its similarity leaves; here one, or none.
fn similar(word: &str, bare: &str, written: &str, remarks: &mut Vec<Remark>) -> Option<String> {
    let similarity = if written.is_empty() { SIMILARITY } else { written.parse().unwrap_or(1.0) };
    let letters = bare.chars().count();
    // Above 1 it is a number of edits already (Lucene).
    let edits = if similarity > 1.0 {
        similarity
    } else {
        let length = f64::from(u32::try_from(letters).unwrap_or(u32::MAX));
        ((1.0 - similarity) * length + 1e-9).floor()
    };
    if edits < 1.0 {
        return plain(bare, false);
    }
    if letters < EDIT_LETTERS_MIN {
        let message =
            format!("{word}: a typing error is allowed from {EDIT_LETTERS_MIN} letters on");
        remarks.push(Remark::changed(message, format!("the word alone was taken: {bare}")));
        return plain(bare, false);
    }
    if edits > 1.0 {
        let message = format!("{word}: {edits} letters may differ there, one here");
        let mend = format!("{bare}~1 was taken; add the forms that are missed, joined by OR");
        remarks.push(Remark::changed(message, mend));
    }
    first_that_reads(&[format!("{bare}~1")])
}

/// `colo?r`: any one letter. A typing error takes that too, in a word that is long enough.
fn one_letter(word: &str, remarks: &mut Vec<Remark>) -> Option<String> {
    let letters: String = word.chars().filter(|each| !matches!(each, '?' | '*')).collect();
    let marks = word.matches('?').count();
    if marks == 1
        && !word.starts_with('?')
        && !word.contains('*')
        && word.chars().count() >= EDIT_LETTERS_MIN
    {
        let with_letter = word.replacen('?', "e", 1);
        let written = first_that_reads(&[format!("{with_letter}~1")]);
        if let Some(written) = &written {
            let message = format!("{word}: one letter can't be left open here");
            let mend =
                format!("{written} was taken, which also allows an error elsewhere in the word");
            remarks.push(Remark::changed(message, mend));
        }
        return written;
    }
    let mend = format!("write out the words it stands for, such as ({letters} OR …)");
    lost(word, "one letter can't be left open here", &mend, remarks)
}

fn wildcard(word: &str, remarks: &mut Vec<Remark>) -> Option<String> {
    let one = word.matches('*').count() == 1;
    if one && let Some(tail) = word.strip_prefix('*') {
        let written = first_that_reads(&[word.to_owned()]);
        if written.is_some() {
            let message =
                format!("{word}: here it takes {tail} and compounds that end in it, inflected");
            remarks.push(Remark::changed(message, "add other words that end so, joined by OR"));
            return written;
        }
    } else if one
        && word.ends_with('*')
        && let Some(written) = first_that_reads(&[word.to_owned()])
    {
        return Some(written);
    }
    let mend = "write at least 3 letters before *, or the words it stands for, joined by OR";
    lost(word, "this wildcard takes too much here, or stands inside the word", mend, remarks)
}

/// `"a b"`, `"a b"~3`: exact words.
pub(super) fn phrase(text: &str, slop: Option<usize>, remarks: &mut Vec<Remark>) -> Option<String> {
    if text.contains(['*', '?']) {
        let plain: String = text.chars().filter(|each| !matches!(each, '*' | '?')).collect();
        let mend = format!("write the words it stands for, such as \"{plain}\"");
        return lost(text, "a wildcard can't stand in a phrase here", &mend, remarks);
    }
    let exact = format!("=\"{text}\"");
    let Some(slop) = slop.filter(|slop| *slop > 0) else {
        let written = first_that_reads(&[exact]);
        return match written {
            Some(written) => Some(written),
            None => lost(text, "there is no word in it", "write the words it stands for", remarks),
        };
    };
    let between = slop.min(WORDS_BETWEEN_MAX);
    if between < slop {
        let message = format!("\"{text}\"~{slop}: at most {WORDS_BETWEEN_MAX} words between");
        remarks.push(Remark::changed(message, format!("~{between} was taken")));
    }
    if let [first, second] = text.split_whitespace().collect::<Vec<_>>()[..] {
        // There the two may stand in either order.
        return first_that_reads(&[format!("={first} NEAR/{between} ={second}")])
            .map(|written| format!("({written})"));
    }
    let message = format!("\"{text}\"~{slop}: there in any order, here in this one");
    remarks.push(Remark::changed(message, "use NEAR between the words where the order is free"));
    first_that_reads(&[format!("{exact}~{between}")])
}

/// Words side by side that are a phrase there.
pub(super) fn adjacent(words: &[String], stems: bool, remarks: &mut Vec<Remark>) -> Option<String> {
    let sign = if stems { "" } else { "=" };
    let text = words.join(" ");
    if text.contains(['*', '?', '~']) {
        let parts: Option<Vec<String>> =
            words.iter().map(|each| word(each, stems, remarks)).collect();
        let written = first_that_reads(&[parts?.join(" BEFORE/0 ")])?;
        return Some(format!("({written})"));
    }
    let written = first_that_reads(&[format!("{sign}\"{text}\"")]);
    match written {
        Some(written) => Some(written),
        None => lost(&text, "there is no word in it", "write the words it stands for", remarks),
    }
}

/// `_mtoken:CAR`, `nps:[0 TO 6]`, `channel:social`.
pub(super) fn field(name: &str, value: &str, remarks: &mut Vec<Remark>) -> Option<String> {
    let lower = name.to_lowercase();
    if lower == "_mtoken" {
        let word = value.to_lowercase();
        let long = word.chars().count() >= EDIT_LETTERS_MIN;
        if !long {
            let message = format!(
                "{name}:{value}: typing errors are allowed from {EDIT_LETTERS_MIN} letters on"
            );
            remarks.push(Remark::changed(message, "all forms of the word were taken"));
        }
        return if long { first_that_reads(&[format!("{word}~1")]) } else { plain(&word, true) };
    }
    let known = [lower.clone(), format!("score.{lower}")]
        .into_iter()
        .find(|name| compare(name, value).is_some());
    let own = format!("attributes.{name}");
    let attribute = match known {
        Some(attribute) => attribute,
        None if name.starts_with('_') => {
            let mend = "voc finds sentiment, effort and language by itself: use sentiment, intent or \
                        urgency in a `when` of routes.toml";
            return lost(&format!("{name}:{value}"), "it is that product's own", mend, remarks);
        }
        None => {
            let message = format!("{name}: voc has no attribute of that name");
            remarks
                .push(Remark::changed(message, format!("{own} was taken, the record's own field")));
            own
        }
    };
    if let Some(written) = compare(&attribute, value) {
        Some(written)
    } else {
        let mend = format!("compare it yourself: {attribute} <= 6, {attribute} = \"…\"");
        lost(&format!("{name}:{value}"), "the value can't be read", &mend, remarks)
    }
}

/// The comparison of a value or a range `[low TO high]`, `{low TO high}`; `*` is no bound.
fn compare(attribute: &str, value: &str) -> Option<String> {
    let reads =
        |written: String| check_rule(&format!("word AND {written}")).is_ok().then_some(written);
    let range = value.strip_prefix(['[', '{']).map(|rest| rest.trim_end_matches([']', '}']));
    let Some((low, high)) = range.and_then(|range| range.split_once(" TO ")) else {
        if range.is_some() {
            return None;
        }
        let number = value.parse::<f64>().is_ok();
        let equal = number.then(|| reads(format!("{attribute} = {value}"))).flatten();
        return equal.or_else(|| reads(format!("{attribute} = \"{value}\"")));
    };
    let open = (value.starts_with('{'), value.ends_with('}'));
    let bound = |operator: &str, text: &str| match text.trim() {
        "*" => Some(None),
        text => reads(format!("{attribute} {operator} {text}")).map(Some),
    };
    let low = bound(if open.0 { ">" } else { ">=" }, low)?;
    let high = bound(if open.1 { "<" } else { "<=" }, high)?;
    match (low, high) {
        (Some(low), Some(high)) => Some(format!("({low} AND {high})")),
        (low, high) => low.or(high),
    }
}
