//! The three stages, compiled from the configuration's files, and the hash that names them: equal
//! files that shape output give an equal hash, on every output.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::thread;

use classify::{Classifier, Engine, Outline, Theme};
use feedback::{
    Classification, DepartmentId, Feedback, Files, Given, Problem, Routing, ThemeId, canonical,
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
        let engine = Engine::parse(files, "");
        let (ingest, router, hash) = around(files, settings, engine.as_ref())?;
        let engine = engine?.with_hash(&hash).with_messages(settings.because_language);
        Ok(Self {
            ingest: Arc::new(ingest),
            engine: Arc::new(engine),
            router: Arc::new(router),
            hash,
        })
    }

    /// Compiles two configurations at the same time. What is the same in both is one in both: so who
    /// compares them asks it once. Their classifications carry no hash.
    pub(crate) fn parse_both(sides: [(&Files, &Settings); 2]) -> [Result<Self, Vec<Problem>>; 2] {
        let [old, new] = sides;
        let compile = |(files, settings): (&Files, &Settings)| {
            let engine = Engine::parse(files, "")?;
            Ok(Arc::new(engine.with_messages(settings.because_language)))
        };
        let one_engine = shaping_engine(old.0).eq(shaping_engine(new.0))
            && old.1.because_language == new.1.because_language;
        let engine = one_engine.then(|| compile(old));
        let parse = |(files, settings): (&Files, &Settings)| {
            let engine = engine.clone().unwrap_or_else(|| compile((files, settings)));
            let (ingest, router, hash) =
                around(files, settings, engine.as_ref().map(AsRef::as_ref))?;
            Ok(Self { ingest: Arc::new(ingest), engine: engine?, router: Arc::new(router), hash })
        };
        let (mut old, new) = thread::scope(|scope| {
            let old = scope.spawn(|| parse(old));
            let new = parse(new);
            (old.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)), new)
        });
        // OLD takes NEW's, since what only people read, such as a theme's name, is told as NEW has it.
        if let (Ok(old), Ok(new)) = (&mut old, &new) {
            old.share(new);
        }
        [old, new]
    }

    /// Takes the parts of `other` that say the same.
    fn share(&mut self, other: &Self) {
        if self.ingest.canonical() == other.ingest.canonical() {
            self.ingest = Arc::clone(&other.ingest);
        }
        let says_the_same = self.engine.canonical() == other.engine.canonical()
            && self.engine.message_language() == other.engine.message_language();
        if !says_the_same {
            return;
        }
        self.engine = Arc::clone(&other.engine);
        let routes = |stages: &Self| serde_json::to_value(&*stages.router).ok();
        if routes(self) == routes(other) {
            self.router = Arc::clone(&other.router);
        }
    }

    /// A tagger for one thread.
    pub(crate) fn tagger(&self) -> Tagger {
        Tagger {
            classifier: Classifier::new(Arc::clone(&self.engine)),
            router: Arc::clone(&self.router),
        }
    }
}

/// The stages around the engine, and the hash of all three; or every problem of all three.
fn around(
    files: &Files,
    settings: &Settings,
    engine: Result<&Engine, &Vec<Problem>>,
) -> Result<(Ingest, Router, String), Vec<Problem>> {
    let limits = ingest::Limits {
        record_bytes: settings.limits.record,
        depth: settings.limits.depth,
        text_bytes: settings.limits.text,
        attributes_bytes: settings.limits.attributes,
    };
    let ingest =
        Ingest::parse(files, limits).map(|ingest| ingest.with_raw_topic(&settings.topics.raw));
    // The routes speak of the engine's departments and themes.
    let router =
        engine.ok().map(|engine| Router::parse(files, engine.departments(), traits_of(engine)));
    let (ingest, engine, router) = match (ingest, engine, router) {
        (Ok(ingest), Ok(engine), Some(Ok(router))) => (ingest, engine, router),
        (ingest, engine, router) => {
            let routes = router.map_or_else(|| Some(route_problems(files)), Result::err);
            let problems = [ingest.err(), engine.err().cloned(), routes];
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
    Ok((ingest, router.with_messages(settings.because_language), hash))
}

/// The files that shape the engine: all but those that only the other stages read.
fn shaping_engine(files: &Files) -> impl Iterator<Item = (&str, Given, &str)> {
    const OTHERS: [&str; 4] = ["voc.toml", "touchpoints.toml", route::FILE, "sources/"];
    files.iter().filter(|(path, ..)| !OTHERS.iter().any(|other| path.starts_with(other)))
}

fn traits_of(engine: &Engine) -> BTreeMap<ThemeId, ThemeTraits> {
    traits(engine.themes(), &engine.departments().fallback().id)
}

/// What is wrong with the routes where there is no engine, as far as that can be told.
fn route_problems(files: &Files) -> Vec<Problem> {
    let Outline { departments, themes } = Engine::outline(files);
    // Whose a theme is doesn't matter to whether it is there.
    let anybody = DepartmentId::new("customer_office").ok();
    let fallback = departments.as_ref().map(|departments| &departments.fallback().id);
    let known = fallback.or(anybody.as_ref()).zip(themes.as_ref());
    let themes = known.map(|(fallback, themes)| traits(themes, fallback));
    Router::problems(files, departments.as_ref(), themes.as_ref())
}

/// What routing must know of each theme.
fn traits(themes: &[Theme], fallback: &DepartmentId) -> BTreeMap<ThemeId, ThemeTraits> {
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

#[cfg(test)]
mod tests {
    use super::*;

    /// What differs in a theme's name alone is compiled and asked once, and told with NEW's name.
    #[test]
    fn what_says_the_same_is_one_with_the_names_of_new() {
        let files = |name: &str| {
            let theme =
                "[[theme]]\nid = \"a\"\nkind = \"topic\"\ndepartment = \"d\"\nrule.en = \"a\"";
            let mut files = Files::new();
            let text = format!("{theme}\nname.en = \"{name}\"\n");
            files.insert("taxonomy/a.toml", Given::ByUser, text);
            files
        };
        let settings = Settings::default();
        let (old, new) = (files("Old name"), files("New name"));
        let [old, new] = Stages::parse_both([(&old, &settings), (&new, &settings)]);
        let (old, new) = (old.unwrap(), new.unwrap());
        assert!(Arc::ptr_eq(&old.engine, &new.engine) && Arc::ptr_eq(&old.router, &new.router));
        assert_eq!(new.engine.themes()[0].name["en"], "New name");
    }
}
