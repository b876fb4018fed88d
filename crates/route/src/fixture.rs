//! A small company for the tests: four departments, six themes, and routes that use all there is.

use std::collections::BTreeMap;

use feedback::{DepartmentId, Departments, Files, Given, Problem, ThemeId};

use crate::{FILE, Router, ThemeTraits};

pub(crate) const ROUTES: &str = r#"
[[policy]]
id = "urgent"
acknowledge = "1h"
contact = "4h"
resolve = "2d"

[[policy]]
id = "standard"
contact = "24h"
resolve = "5d"

[[route]]
id = "harm"
when = 'flag IN ("safety", "vulnerable") OR (severity = 5 AND polarity = "negative")'
task = "contact"
priority = 1
policy = "urgent"

[[route]]
id = "staff"
when = 'respondent = "employee"'
task = "investigate"
priority = 3
policy = "standard"
kudos = false

[[route]]
id = "detractor"
when = 'score.nps <= 6'
task = "contact"
priority = 2
policy = "standard"
[[route.example]]
feedback = { text = "The bill is wrong again.", lang = "en", score = { metric = "nps", value = 2 } }
expect = { task = "contact", priority = 2, policy = "standard", department = "billing", kudos = false }

[[route]]
id = "fees"
when = 'theme = "billing" AND polarity = "negative"'
task = "investigate"
priority = 3
"#;

pub(crate) fn departments() -> Departments {
    let mut files = Files::new();
    let text = r#"
        department = [
            { id = "billing", team = "billing_desk" },
            { id = "payments", team = "payments_desk" },
            { id = "contact_centre", team = "floor" },
            { id = "customer_office", team = "triage", fallback = true },
        ]
    "#;
    files.insert("departments.toml", Given::ByUser, text);
    Departments::parse(&files).unwrap().unwrap()
}

pub(crate) fn department(id: &str) -> DepartmentId {
    DepartmentId::new(id).unwrap()
}

pub(crate) fn theme(id: &str) -> ThemeId {
    ThemeId::new(id).unwrap()
}

pub(crate) fn themes() -> BTreeMap<ThemeId, ThemeTraits> {
    [
        ("billing.fees", "billing", 3, false),
        ("billing.double_charge", "billing", 5, false),
        ("payments.refund_delay", "payments", 3, false),
        ("contact.wait", "contact_centre", 2, false),
        ("staff.friendly", "contact_centre", 1, true),
        ("billing.clear", "billing", 1, true),
    ]
    .into_iter()
    .map(|(id, accountable, severity, praise)| {
        (
            theme(id),
            ThemeTraits {
                department: department(accountable),
                severity,
                praise,
                formerly: Vec::new(),
            },
        )
    })
    .collect()
}

pub(crate) fn parse(routes: &str, given: Given) -> Result<Router, Vec<Problem>> {
    let mut files = Files::new();
    files.insert(FILE, given, routes);
    Router::parse(&files, &departments(), themes())
}

pub(crate) fn router() -> Router {
    parse(ROUTES, Given::ByUser).unwrap()
}
