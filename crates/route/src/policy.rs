//! Policies: by when a task must be acknowledged, the customer contacted, the matter mended. Times
//! are calendar time: nights, weekends and holidays count.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use feedback::Problem;
use serde::Serialize;
use toml::Spanned;

use crate::FILE;
use crate::table::Table;
use crate::term::Term;

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
pub(crate) fn read(mut table: Table<'_>, policies: &mut Policies, problems: &mut Vec<Problem>) {
    let whole = table.span();
    let id = table.id(problems);
    let before = problems.len();
    let mut term = |key| {
        let text: Spanned<String> = table.take(key, problems)?;
        let term = Term::parse(text.get_ref());
        if term.is_none() {
            problems.push(
                Problem::new(
                    FILE,
                    "bad_duration",
                    format!("`{}` is no length of time", text.get_ref()),
                    "write a whole number and m, h, d or w: \"30m\", \"4h\", \"2d\", \"8w\"; at most 520w",
                )
                .at(text.span()),
            );
        }
        term
    };
    let (acknowledge, contact, resolve) = (term("acknowledge"), term("contact"), term("resolve"));
    table.finish(problems);
    let terms = [&acknowledge, &contact, &resolve];
    if problems.len() == before && terms.iter().all(|term| term.is_none()) {
        let mend = "give it `acknowledge`, `contact` or `resolve`, such as contact = \"24h\"";
        let problem = Problem::new(FILE, "empty_policy", "this policy has no due time", mend);
        problems.push(problem.at(whole.clone()));
    }
    if !terms.into_iter().flatten().is_sorted_by_key(Term::seconds) {
        let message = "the due times of this policy are out of order";
        let mend = "let acknowledge come no later than contact, and contact than resolve";
        problems.push(Problem::new(FILE, "due_out_of_order", message, mend).at(whole));
    }
    let Some(id) = id else { return };
    if policies.contains_key(id.get_ref()) {
        let message = format!("policy `{}` is written twice", id.get_ref());
        let mend = "remove one of the two, or give it another id";
        problems.push(Problem::new(FILE, "duplicate_policy", message, mend).at(id.span()));
    }
    let sound = problems.len() == before;
    let policy = Policy { id: Arc::from(id.get_ref().as_str()), acknowledge, contact, resolve };
    policies.insert(id.get_ref().clone(), (id.span(), sound.then(|| Arc::new(policy))));
}
