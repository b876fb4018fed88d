//! What because[] says of a routing, in the company's language: short, in plain words, and nothing that
//! the routing's own members say.

use feedback::{DepartmentId, MessageLanguage};

/// The messages of one language.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Messages(pub(crate) MessageLanguage);

impl Messages {
    /// None of the routes holds.
    pub(crate) fn otherwise(self) -> &'static str {
        self.0.one_of("no route holds", "geen route geldt")
    }

    /// The accountable department is none here.
    pub(crate) fn unknown_accountable(self, given: &DepartmentId, taken: &DepartmentId) -> String {
        self.0.one_of(
            format!("{given} is no department here: {taken} is accountable"),
            format!("{given} is hier geen afdeling: {taken} is verantwoordelijk"),
        )
    }

    /// A department that should help is none here.
    pub(crate) fn unknown_contributor(self, given: &DepartmentId) -> String {
        self.0.one_of(
            format!("{given} is no department here: it can't help"),
            format!("{given} is hier geen afdeling: die kan niet helpen"),
        )
    }

    /// Praise reaches a department.
    pub(crate) fn kudos(self, department: &DepartmentId) -> String {
        self.0.one_of(format!("praise for {department}"), format!("lof voor {department}"))
    }

    /// The route passes no praise on.
    pub(crate) fn no_kudos(self) -> &'static str {
        self.0.one_of("this route passes no praise on", "deze route geeft geen lof door")
    }

    /// The source calls it a test.
    pub(crate) fn test(self) -> &'static str {
        self.0.one_of("a test: no task, no praise", "een test: geen taak, geen lof")
    }

    /// The source calls it spam.
    pub(crate) fn spam(self) -> &'static str {
        self.0.one_of("spam: no task, no praise", "spam: geen taak, geen lof")
    }

    /// The customer doesn't want to be contacted.
    pub(crate) fn refused(self) -> &'static str {
        self.0.one_of("contact refused: investigate", "contact geweigerd: onderzoeken")
    }

    /// Nobody knows who the customer is.
    pub(crate) fn anonymous(self) -> &'static str {
        self.0.one_of("anonymous: investigate", "anoniem: onderzoeken")
    }

    /// The route has no policy.
    pub(crate) fn no_policy(self) -> &'static str {
        self.0.one_of("the route names no policy", "de route noemt geen beleid")
    }

    /// The policy's times don't hold for a task that contacts nobody.
    pub(crate) fn only_contact(self, policy: &str) -> String {
        self.0.one_of(
            format!("policy {policy} only says when to contact"),
            format!("beleid {policy} zegt alleen wanneer contact volgt"),
        )
    }

    /// There is no time from which the policy could count.
    pub(crate) fn no_start(self, policy: &str) -> String {
        self.0.one_of(
            format!("policy {policy}: neither received_at nor occurred_at is known"),
            format!("beleid {policy}: received_at noch occurred_at is bekend"),
        )
    }

    /// The policy counts from this time of the record.
    pub(crate) fn policy(self, policy: &str, from: &str) -> String {
        self.0.one_of(format!("{policy}, from {from}"), format!("{policy}, vanaf {from}"))
    }
}
