//! One thread's way through the records: what OLD and NEW make of each.

use std::rc::Rc;
use std::sync::Arc;

use classify::{Classifier, Engine};
use feedback::{Classification, Feedback, Routing};
use route::Router;

use super::aspect::Aspects;
use super::change::{Change, Place};
use super::comparison::Comparison;
use super::verdict::{Fate, Tagged};

/// A configuration's stages from feedback on.
#[derive(Debug, Clone)]
pub struct Side {
    /// Feedback to classification.
    pub engine: Arc<Engine>,
    /// Both to routing.
    pub router: Arc<Router>,
}

/// A record as one side reads it; the error is the code of a dead letter.
pub type Read = Result<Feedback, &'static str>;

/// A record as both sides read it.
#[derive(Debug, Clone)]
#[expect(clippy::large_enum_variant, reason = "one at a time, and moved once")]
pub enum Reading {
    /// Both read it alike.
    Same(Read),
    /// Each in its own way.
    Each {
        /// As OLD reads it.
        before: Read,
        /// As NEW does.
        after: Read,
    },
}

/// Compares one record after the other. What both sides share (an engine, a router) is asked once.
#[derive(Debug)]
pub struct Comparer {
    before: Classifier,
    /// `None`: the same as before.
    after: Option<Classifier>,
    routers: (Arc<Router>, Arc<Router>),
    /// NEW's engine, where it is another: it knows what themes of OLD are called today.
    today: Option<Arc<Engine>>,
    comparison: Comparison,
}

/// What a side said of a record.
struct Said<'a> {
    feedback: &'a Feedback,
    classification: Rc<Classification>,
    routing: Rc<Routing>,
}

impl Comparer {
    /// A comparer for one thread, which keeps so many texts of each kind.
    pub fn new(before: &Side, after: &Side, examples_max: usize) -> Self {
        let one_engine = Arc::ptr_eq(&before.engine, &after.engine);
        Self {
            before: Classifier::new(Arc::clone(&before.engine)),
            after: (!one_engine).then(|| Classifier::new(Arc::clone(&after.engine))),
            routers: (Arc::clone(&before.router), Arc::clone(&after.router)),
            today: (!one_engine).then(|| Arc::clone(&after.engine)),
            comparison: Comparison::new(examples_max),
        }
    }

    /// Compares one record; what differs, if anything does.
    pub fn compare(&mut self, place: Place, reading: &Reading) -> Option<Change> {
        let (old, new) = match reading {
            Reading::Same(read) => (read, read),
            Reading::Each { before, after } if before == after => (before, before),
            Reading::Each { before, after } => (before, after),
        };
        let before = old.as_ref().map(|feedback| self.before(feedback));
        let alike = before.as_ref().ok().filter(|_| std::ptr::eq(old, new));
        let after = new.as_ref().map(|feedback| self.after(feedback, alike));
        let (before, after) = (fate(&before), fate(&after));
        let aspects = Aspects::between(&before, &after);
        self.comparison.add(place, &before, &after, aspects);
        (!aspects.is_empty()).then(|| Change::of(place, aspects, &before, &after))
    }

    fn before<'a>(&mut self, feedback: &'a Feedback) -> Said<'a> {
        let mut classification = self.before.classify(feedback);
        let mut routing = self.routers.0.route(feedback, &classification);
        // A theme that only has another name under NEW moves nothing.
        if let Some(engine) = &self.today {
            engine.call_as_today(Some(&mut classification), Some(&mut routing));
        }
        Said { feedback, classification: Rc::new(classification), routing: Rc::new(routing) }
    }

    /// `alike`: what OLD said of the same reading.
    fn after<'a>(&mut self, feedback: &'a Feedback, alike: Option<&Said<'_>>) -> Said<'a> {
        let one_engine = self.after.is_none();
        let said = alike.filter(|_| one_engine).map(|said| Rc::clone(&said.classification));
        let classification = said.unwrap_or_else(|| {
            Rc::new(self.after.as_mut().unwrap_or(&mut self.before).classify(feedback))
        });
        let one_way = one_engine && Arc::ptr_eq(&self.routers.0, &self.routers.1);
        let routing = alike.filter(|_| one_way).map(|said| Rc::clone(&said.routing));
        let routing =
            routing.unwrap_or_else(|| Rc::new(self.routers.1.route(feedback, &classification)));
        Said { feedback, classification, routing }
    }

    /// What was counted.
    pub fn finish(self) -> Comparison {
        self.comparison
    }
}

fn fate<'a>(said: &'a Result<Said<'a>, &&'static str>) -> Fate<'a> {
    match said {
        Ok(Said { feedback, classification, routing }) => {
            Ok(Tagged { feedback, classification, routing })
        }
        Err(code) => Err(code),
    }
}
