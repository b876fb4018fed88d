//! Policies: by when a task must be acknowledged, the customer contacted, the matter mended. Times
//! are calendar time: nights, weekends and holidays count.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use feedback::document::{Document, Spanned, Table};
use feedback::{Term, ThemeId};
use serde::Serialize;

/// By when what must be done; at least one of the three is there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Policy {
    pub(crate) id: Arc<str>,
    pub(crate) acknowledge: Option<Term>,
    pub(crate) contact: Option<Term>,
    pub(crate) resolve: Option<Term>,
}

/// The policies by id, each with its place; without a policy where that is faulty.
pub(crate) type Policies = BTreeMap<String, (Range<usize>, Option<Arc<Policy>>)>;

/// Reads one policy into `policies`.
pub(crate) fn read(mut table: Table, policies: &mut Policies, document: &mut Document<'_>) {
    let whole = table.span();
    let before = document.problems();
    let id = id(&mut table, document);
    let mut term = |key| {
        let text = table.text(key, document)?;
        let term = Term::parse(text.get_ref());
        if term.is_none() {
            let message = format!("`{}` is no length of time", text.get_ref());
            let mend = "write a whole number and m, h, d or w: \"30m\", \"4h\", \"2d\", \"8w\"; at most 520w";
            document.problem(text.span(), "bad_duration", message, mend);
        }
        term
    };
    let (acknowledge, contact, resolve) = (term("acknowledge"), term("contact"), term("resolve"));
    table.finish(document);
    let terms = [&acknowledge, &contact, &resolve];
    if document.problems() == before && terms.iter().all(|term| term.is_none()) {
        let mend = "give it `acknowledge`, `contact` or `resolve`, such as contact = \"24h\"";
        document.problem(whole.clone(), "empty_policy", "this policy has no due time", mend);
    }
    if !terms.into_iter().flatten().is_sorted_by_key(Term::seconds) {
        let message = "the due times of this policy are out of order";
        let mend = "let acknowledge come no later than contact, and contact than resolve";
        document.problem(whole, "due_out_of_order", message, mend);
    }
    let Some(id) = id else { return };
    if policies.contains_key(id.get_ref()) {
        let message = format!("policy `{}` is written twice", id.get_ref());
        let mend = "remove one of the two, or give it another id";
        document.problem(id.span(), "duplicate_policy", message, mend);
    }
    let sound = document.problems() == before;
    let policy = Policy { id: Arc::from(id.get_ref().as_str()), acknowledge, contact, resolve };
    policies.insert(id.get_ref().clone(), (id.span(), sound.then(|| Arc::new(policy))));
}

/// The `id` of a route or policy: of the same form as every id of the configuration.
pub(crate) fn id(table: &mut Table, document: &mut Document<'_>) -> Option<Spanned<String>> {
    table.needs("id", "id = \"detractor\"", document);
    let id = table.text("id", document)?;
    if ThemeId::new(id.get_ref()).is_ok() {
        return Some(id);
    }
    let message = format!("`{}` is no id", id.get_ref());
    let mend = "use lower-case letters, digits and _, with dots between parts, 64 bytes at most";
    document.problem(id.span(), "bad_id", message, mend);
    None
}
