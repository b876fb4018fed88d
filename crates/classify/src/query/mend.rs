//! All faults of a rule at once. Each is mended where it stands and the reading begun again, so that
//! every fault is told at its own place, and the corrected rule that is offered is one that reads.

use feedback::Span;

use super::lexer::Fault;
use super::parser::read;
use super::{Expression, RULE_BYTES_MAX, Reference, RuleError};

/// How many faults are mended one after the other before a plain phrase is offered instead.
const MENDS_MAX: usize = 64;
/// What stands in a correction for the words that only the author can know.
pub(super) const PLACEHOLDER: &str = "word";

/// Parses a rule; the errors are all its faults, from left to right.
pub(crate) fn parse(text: &str) -> Result<Expression, Vec<RuleError>> {
    if text.len() > RULE_BYTES_MAX {
        return Err(vec![RuleError {
            span: Span { start: 0, end: text.len() },
            message: format!("the rule has {} bytes, {RULE_BYTES_MAX} at most", text.len()),
            advice: "move its words to a #list of words/<lang>.toml".to_owned(),
            correction: None,
        }]);
    }
    match read(text) {
        Ok(expression) => Ok(expression),
        Err(fault) => Err(Mending::of(text).all(fault)),
    }
}

/// The families and lists that a rule with faults calls, as far as they still stand in it as they were
/// written once the faults are mended.
pub(crate) fn references_despite_faults(text: &str) -> Vec<Reference> {
    if text.len() > RULE_BYTES_MAX {
        return Vec::new();
    }
    let mut mending = Mending::of(text);
    let mut read_again = read(text);
    for _ in 0..MENDS_MAX {
        match read_again {
            Ok(expression) => return mending.references(&expression),
            Err(fault) if !fault.is_limit && mending.mend(&fault) => {
                read_again = read(&mending.text);
            }
            Err(_) => break,
        }
    }
    Vec::new()
}

/// A rule while it is mended.
struct Mending<'a> {
    written: &'a str,
    text: String,
    /// For each byte of `text`, where it stands in the rule as written; `None` for what was put in.
    origins: Vec<Option<usize>>,
}

impl<'a> Mending<'a> {
    fn of(written: &'a str) -> Self {
        let origins = (0..written.len()).map(Some).collect();
        Self { written, text: written.to_owned(), origins }
    }

    fn all(mut self, first: Fault) -> Vec<RuleError> {
        let mut errors: Vec<RuleError> = Vec::new();
        let mut correction = None;
        let mut fault = first;
        for _ in 0..MENDS_MAX {
            // What comes of a mend is no fault of the author's.
            let place = self.place(fault.span).or_else(|| errors.is_empty().then_some(fault.span));
            if let Some(span) = place {
                let Fault { message, advice, .. } = fault.clone();
                errors.push(RuleError { span, message, advice, correction: None });
            }
            if fault.is_limit || !self.mend(&fault) {
                break;
            }
            match read(&self.text) {
                Ok(_) => {
                    correction = Some(self.text.trim().to_owned());
                    break;
                }
                Err(next) => fault = next,
            }
        }
        let correction = correction.or_else(|| if fault.is_limit { None } else { self.plain() });
        errors.sort_by_key(|error| (error.span.start, error.span.end));
        for error in &mut errors {
            error.correction.clone_from(&correction);
        }
        errors
    }

    /// Puts the replacement where the fault is. False where that changes nothing.
    fn mend(&mut self, fault: &Fault) -> bool {
        let Some((Span { start, end }, replacement)) = &fault.replacement else { return false };
        let (start, end) = (*start, *end);
        let (Some(before), Some(old), Some(after)) =
            (self.text.get(..start), self.text.get(start..end), self.text.get(end..))
        else {
            return false;
        };
        let blank = |text: &str, at_end: bool| {
            let next = if at_end { text.chars().next_back() } else { text.chars().next() };
            next.is_none_or(char::is_whitespace)
        };
        let replacement = if blank(before, true) { replacement.trim_start() } else { replacement };
        let replacement = if blank(after, false) { replacement.trim_end() } else { replacement };
        // Where something is left out, so is one of the blanks around it.
        let gone = if replacement.is_empty() && blank(before, true) {
            after.len() - after.trim_start().len()
        } else {
            0
        };
        let (end, after) = (end + gone, after.get(gone..).unwrap_or_default());
        let text = format!("{before}{replacement}{after}");
        if old == replacement || text.len() > RULE_BYTES_MAX {
            return false;
        }
        self.origins.splice(start..end, replacement.bytes().map(|_| None));
        self.text = text;
        true
    }

    /// Where a fault of the text stands in the rule as written; `None` where something was put in there or
    /// right beside it, or taken out with at most blanks between.
    fn place(&self, span: Span) -> Option<Span> {
        let (before, after) = (self.text.get(..span.start)?, self.text.get(span.end..)?);
        let first = before.trim_end().len();
        let last = span.end + (after.len() - after.trim_start().len());
        let beside = span.start.saturating_sub(1)..(span.end + 1).min(self.origins.len());
        if self.origins.get(beside)?.iter().any(Option::is_none) {
            return None;
        }
        // Neighbours that were none in the rule as written have lost what stood between them.
        for at in first..=last {
            let before =
                at.checked_sub(1).map_or(Some(None), |before| self.origin(before).map(Some));
            if let (Some(before), Some(here)) = (before, self.origin(at))
                && here != before.map_or(0, |before| before + 1)
            {
                return None;
            }
        }
        let start = self.origin(span.start)?;
        Some(Span { start, end: start + (span.end - span.start) })
    }

    /// The families and lists of the mended rule, at their places in the rule as written.
    fn references(&self, expression: &Expression) -> Vec<Reference> {
        let placed = |reference: Reference| {
            let Span { start, end } = reference.span;
            let first = self.origin(start)?;
            let last = first + (end - start);
            let is_whole =
                (start..end).zip(first..).all(|(at, origin)| self.origins[at] == Some(origin));
            let goes_on = |rest: &str| rest.starts_with(|c: char| c.is_alphanumeric() || c == '_');
            let is_own = is_whole && !goes_on(self.written.get(last..)?);
            is_own.then_some(Reference { span: Span { start: first, end: last }, ..reference })
        };
        expression.references().into_iter().filter_map(placed).collect()
    }

    /// Where a byte of the text, or its end, stands in the rule as written.
    fn origin(&self, at: usize) -> Option<usize> {
        if at == self.origins.len() { Some(self.written.len()) } else { *self.origins.get(at)? }
    }

    /// All words of the rule as one phrase: a rule that reads, where nothing better is known.
    fn plain(&self) -> Option<String> {
        let keyword = |word: &&str| !matches!(*word, "AND" | "OR" | "NOT" | "NOTIN" | "IN");
        let words: Vec<&str> = self
            .written
            .split(|each: char| !each.is_alphanumeric())
            .filter(|word| !word.is_empty())
            .filter(keyword)
            .collect();
        let phrase = format!("\"{}\"", words.join(" "));
        let candidates = [phrase, PLACEHOLDER.to_owned()];
        candidates.into_iter().find(|candidate| read(candidate).is_ok())
    }
}
