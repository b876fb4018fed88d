//! One record through ingest, classify and route, to what is written of it. The JSON is made once:
//! feedback.classified's bytes, continued for feedback.routed, tasks and kudos, which share them.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::sync::Arc;

use bytes::Bytes;
use classify::{Classifier, Engine};
use feedback::{Classification, Feedback, Record, Routing, TeamId, wire};
use ingest::{Ingest, RejectCode};
use route::Router;

use crate::arena::Arena;
use crate::headers::{Envelope, Kind, LEFT_OUT, dead_headers, is_ours};
use crate::{Fate, Output, OutputHeader, OutputTopics, Process, telemetry};

/// What a log adds to a record beside key, value and headers, with room to spare: Kafka's record
/// batch has 61 bytes, a record about 25, and each header a few.
const FRAME_BYTES: usize = 512;

/// What the header takes that says what was left out of a dead letter, at most.
const LEFT_OUT_BYTES: usize = 64;

/// The stages, compiled, and where their results go: shared by the workers.
#[derive(Debug, Clone)]
pub struct Processing {
    /// Bytes to feedback.
    pub ingest: Arc<Ingest>,
    /// Feedback to classification.
    pub engine: Arc<Engine>,
    /// Both to routing.
    pub router: Arc<Router>,
    /// Where the outputs go.
    pub topics: Arc<OutputTopics>,
    /// The hash of the configuration that shapes output, which goes with each output.
    pub configuration_hash: String,
    /// The most bytes an output may have, frame and headers included; beyond it, its input is a
    /// dead letter.
    pub output_bytes_max: usize,
}

impl Processing {
    /// A processor, for one worker.
    pub fn processor(&self) -> Processor {
        Processor {
            ingest: Arc::clone(&self.ingest),
            classifier: Classifier::new(Arc::clone(&self.engine)),
            router: Arc::clone(&self.router),
            topics: Arc::clone(&self.topics),
            configuration: Bytes::copy_from_slice(self.configuration_hash.as_bytes()),
            output_bytes_max: self.output_bytes_max,
            json: Vec::new(),
            arena: Arena::default(),
            tally: Tally::default(),
        }
    }
}

/// One worker's way of turning records into outputs.
#[derive(Debug)]
pub struct Processor {
    ingest: Arc<Ingest>,
    classifier: Classifier,
    router: Arc<Router>,
    topics: Arc<OutputTopics>,
    configuration: Bytes,
    output_bytes_max: usize,
    /// The JSON at hand.
    json: Vec<u8>,
    /// Where the bytes of outputs lie.
    arena: Arena,
    tally: Tally,
}

/// What became of the records of a batch, counted once the batch stands.
#[derive(Debug, Default)]
struct Tally {
    classified: u64,
    dead: BTreeMap<&'static str, u64>,
    tasks: BTreeMap<TeamId, u64>,
    kudos: BTreeMap<TeamId, u64>,
}

impl Processor {
    /// Writes what a record that was read becomes. False: an output is too large, and none is
    /// written.
    fn write(&mut self, record: &Record, feedback: &Feedback, outputs: &mut Vec<Output>) -> bool {
        let classification = self.classifier.classify(feedback);
        let routing = self.router.route(feedback, &classification);
        let before = outputs.len();
        self.write_all(record, (feedback, &classification, &routing), outputs);
        let fits = |output: &Output| output.bytes() + FRAME_BYTES <= self.output_bytes_max;
        if !outputs.iter().skip(before).all(fits) {
            outputs.truncate(before);
            return false;
        }
        self.tally.count(&routing);
        true
    }

    fn write_all(
        &mut self,
        record: &Record,
        (feedback, classification, routing): (&Feedback, &Classification, &Routing),
        outputs: &mut Vec<Output>,
    ) {
        let Self { json, arena, topics, configuration, .. } = self;
        json.clear();
        wire::write_classified(json, feedback, classification)
            .expect("a feedback has no map but of strings, so it has a JSON form");
        let classified = arena.keep(json);
        wire::continue_routed(json, routing)
            .expect("a routing has no map at all, so it has a JSON form");
        let routed = arena.keep(json);
        let envelope = Envelope::new(record, feedback, configuration, arena);
        let mut put = |topic: &Arc<str>, value: &Bytes, kind: Kind, id: &dyn Display| {
            outputs.push(envelope.output(topic, value, kind, arena.keep_shown(id)));
        };
        put(topics.classified(), &classified, Kind::Classified, &feedback.id);
        put(topics.routed_to(&routing.department), &routed, Kind::Routed, &feedback.id);
        for (team, task) in tasks(routing) {
            put(topics.tasks_of(team), &routed, Kind::Task, &task);
        }
        for kudos in &routing.kudos {
            put(topics.kudos_of(&kudos.team), &routed, Kind::Kudos, &kudos.id);
        }
    }

    /// Writes the dead letter: the input as it came, with our headers.
    fn bury(&mut self, record: &Record, code: &'static str, outputs: &mut Vec<Output>) {
        let bytes = |bytes: &Option<Vec<u8>>| bytes.as_deref().map(Bytes::copy_from_slice);
        let mut output = Output {
            topic: Arc::clone(self.topics.dead()),
            key: bytes(&record.key),
            value: bytes(&record.value),
            headers: dead_headers(record, &self.configuration, code),
            timestamp_ms: record.timestamp_ms,
        };
        if output.bytes() + FRAME_BYTES > self.output_bytes_max {
            // Larger than our own topics take, which a topic that isn't ours can hold. Where it
            // stands there is in voc-origin; it must not hold up all that come after it.
            output.value = None;
            output.headers.retain(|header| is_ours(&header.name));
            let fits = output.bytes() + LEFT_OUT_BYTES + FRAME_BYTES <= self.output_bytes_max;
            let left_out = if fits { "value, headers" } else { "value, headers, key" };
            output.key = output.key.filter(|_| fits);
            output.headers.push(OutputHeader::new(LEFT_OUT, left_out));
        }
        outputs.push(output);
        *self.tally.dead.entry(code).or_default() += 1;
    }
}

/// Every task of a routing with its team: the accountable department's, and each contributor's.
fn tasks(routing: &Routing) -> impl Iterator<Item = (&TeamId, feedback::TaskId)> {
    let own = routing.task.as_ref().map(|task| (&routing.team, task.id));
    let contributors = routing
        .contributors
        .iter()
        .filter_map(|contributor| Some((&contributor.team, contributor.task_id?)));
    own.into_iter().chain(contributors)
}

impl Process for Processor {
    fn process(&mut self, record: &Record, outputs: &mut Vec<Output>) -> Fate {
        let code = match self.ingest.read(record) {
            Ok(feedback) if self.write(record, &feedback, outputs) => return Fate::Classified,
            Ok(_) => RejectCode::OutputTooLarge,
            Err(reject) => reject.code,
        };
        self.bury(record, code.name(), outputs);
        match code {
            RejectCode::Skipped => Fate::Skipped,
            code => Fate::Dead(code.name()),
        }
    }

    fn settle(&mut self, committed: bool) {
        let tally = std::mem::take(&mut self.tally);
        if committed {
            tally.publish();
        }
    }
}

impl Tally {
    fn count(&mut self, routing: &Routing) {
        self.classified += 1;
        for (team, _) in tasks(routing) {
            add(&mut self.tasks, team);
        }
        for kudos in &routing.kudos {
            add(&mut self.kudos, &kudos.team);
        }
    }

    fn publish(&self) {
        telemetry::count_classified(self.classified);
        for (code, records) in &self.dead {
            telemetry::count_dead(code, *records);
        }
        for (team, records) in &self.tasks {
            telemetry::count_tasks(team.as_str(), *records);
        }
        for (team, records) in &self.kudos {
            telemetry::count_kudos(team.as_str(), *records);
        }
    }
}

fn add(counts: &mut BTreeMap<TeamId, u64>, team: &TeamId) {
    match counts.get_mut(team) {
        Some(count) => *count += 1,
        None => drop(counts.insert(team.clone(), 1)),
    }
}

#[cfg(test)]
pub(crate) mod tests;
