//! The three stages, compiled from the configuration's files, and the hash that names them: equal
//! files that shape output give an equal hash, on every output.

use std::collections::BTreeMap;
use std::sync::Arc;

use classify::{Classifier, Engine, Outline, Theme};
use feedback::{
    Classification, Departments, Feedback, Files, Problem, Routing, ThemeId, canonical,
};
use ingest::Ingest;
use route::{Router, ThemeTraits};
use serde_json::json;

use crate::settings::Settings;

/// The stages, to be shared among workers.
#[derive(Debug, Clone)]
pub(crate) struct Stages {
    /// Bytes to feedback.
    pub ingest: Arc<Ingest>,
    /// Feedback to classification.
    pub engine: Arc<Engine>,
    /// Both to routing.
    pub router: Arc<Router>,
    /// The hash of all parsed configuration that shapes output.
    pub hash: String,
}

impl Stages {
    /// Compiles all three, or tells every problem of all three.
    pub(crate) fn parse(files: &Files, settings: &Settings) -> Result<Self, Vec<Problem>> {
        let limits = ingest::Limits {
            record_bytes: settings.limits.record,
            depth: settings.limits.depth,
            text_bytes: settings.limits.text,
            attributes_bytes: settings.limits.attributes,
        };
        let ingest =
            Ingest::parse(files, limits).map(|ingest| ingest.with_raw_topic(&settings.topics.raw));
        let engine = Engine::parse(files, "");
        // The routes speak of the engine's departments and themes.
        let router = engine
            .as_ref()
            .ok()
            .map(|engine| Router::parse(files, engine.departments(), traits_of(engine)));
        let (ingest, engine, router) = match (ingest, engine, router) {
            (Ok(ingest), Ok(engine), Some(Ok(router))) => (ingest, engine, router),
            (ingest, engine, router) => {
                let routes = router.map_or_else(|| Some(route_problems(files)), Result::err);
                let problems = [ingest.err(), engine.err(), routes];
                return Err(problems.into_iter().flatten().flatten().collect());
            }
        };
        let hash = canonical::hash(&json!({
            "ingest": ingest.canonical(),
            "classify": engine.canonical(),
            "route": router,
            "output_bytes_max": settings.limits.output,
            "because_language": settings.because_language,
        }))
        .unwrap_or_default();
        let engine = engine.with_hash(&hash).with_messages(settings.because_language);
        let router = router.with_messages(settings.because_language);
        Ok(Self {
            ingest: Arc::new(ingest),
            engine: Arc::new(engine),
            router: Arc::new(router),
            hash,
        })
    }

    /// A tagger for one thread.
    pub(crate) fn tagger(&self) -> Tagger {
        Tagger {
            classifier: Classifier::new(Arc::clone(&self.engine)),
            router: Arc::clone(&self.router),
        }
    }
}

fn traits_of(engine: &Engine) -> BTreeMap<ThemeId, ThemeTraits> {
    traits(engine.themes(), engine.departments())
}

/// What is wrong with the routes where there is no engine, as far as that can be told.
fn route_problems(files: &Files) -> Vec<Problem> {
    let Outline { departments, themes } = Engine::outline(files);
    let known = departments.as_ref().zip(themes.as_ref());
    let themes = known.map(|(departments, themes)| traits(themes, departments));
    Router::problems(files, departments.as_ref(), themes.as_ref())
}

/// What routing must know of each theme.
fn traits(themes: &[Theme], departments: &Departments) -> BTreeMap<ThemeId, ThemeTraits> {
    let fallback = &departments.fallback().id;
    let traits = themes.iter().map(|theme| {
        let traits = ThemeTraits {
            department: theme.department.as_ref().unwrap_or(fallback).clone(),
            severity: theme.severity,
            praise: theme.kind == classify::Kind::Praise,
            formerly: theme.life.formerly.clone(),
        };
        (theme.id.clone(), traits)
    });
    traits.collect()
}

/// Classify and route, for one thread.
#[derive(Debug)]
pub(crate) struct Tagger {
    classifier: Classifier,
    router: Arc<Router>,
}

impl Tagger {
    /// What a feedback is about, and the work that follows.
    pub(crate) fn tag(&mut self, feedback: &Feedback) -> (Classification, Routing) {
        let classification = self.classifier.classify(feedback);
        let routing = self.router.route(feedback, &classification);
        (classification, routing)
    }
}
