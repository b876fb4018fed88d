//! `voc run`: the pipeline. Workers on threads of their own read, classify, route and commit; beside
//! them a small tokio runtime serves health and metrics and waits for signals.

use std::net::SocketAddr;
use std::process::ExitCode;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use api::{Health, Server};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use pipeline::telemetry::{self, LagGauges};
use pipeline::{
    Backoff, BatchBounds, Board, DeadLetterLimit, Log, Patience, Processing, Readiness, Stop,
    WorkerSettings,
};
use tokio::runtime::Runtime;
use tokio::signal::unix::{SignalKind, signal};
use uuid::Uuid;

use super::Loaded;
use crate::arguments::RunArguments;
use crate::exit::Usage;
use crate::plan::Plan;
use crate::settings::check_name;
use crate::stages::Stages;
use crate::{clock, log};

/// How often health and lag are told.
const TELL_EVERY: Duration = Duration::from_millis(500);

/// How long a worker may take to come round before /livez says that the process is stuck: longer
/// than any bounded wait inside a poll or a commit.
const TURN_MAX: Duration = Duration::from_mins(5);

/// How long the batch in hand may still take to be committed once told to stop. Leaving the group
/// takes some seconds more where no broker answers; both together stay well below ten.
const STOP_GRACE: Duration = Duration::from_secs(3);

/// How long the server of health and metrics may take to end.
const SERVER_STOP_MAX: Duration = Duration::from_secs(1);

/// How often a pause looks whether it must stop.
const LOOK_EVERY: Duration = Duration::from_millis(100);

/// The check of /readyz.
const CHECK: &str = "workers";

/// The exit code of a process that a second signal ends at once: 128 and SIGTERM's number.
const FORCED: i32 = 143;

/// Runs until told to stop, or until a fault.
pub(super) fn run(loaded: &Loaded, arguments: &RunArguments) -> Result<ExitCode> {
    let stages = loaded.stages()?;
    let plan = Plan::of(&stages, loaded)?;
    let url = loaded.log_url(&arguments.log)?;
    let settings = worker_settings(loaded, arguments, &plan)?;
    let address = metrics_address(loaded, arguments)?;

    let handle = PrometheusBuilder::new().install_recorder().context("starting the metrics")?;
    telemetry::describe();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .context("starting the runtime of health and metrics")?;
    let stop = Stop::default();
    // Before anything is waited for: a signal must find its handler.
    watch_signals(&runtime, &stop)?;
    let health = Arc::new(Health::new(&[CHECK]));
    let server = serve(&runtime, address, &health, handle)?;
    tracing::info!(
        log = %url,
        group = settings.group,
        instance = settings.instance,
        workers = settings.workers,
        configuration = stages.hash,
        metrics = %server.address(),
        "voc starts"
    );

    let log = log::open(&url, &loaded.settings)?;
    if !wait_for_topics(loaded, &*log, &plan, &url, (&health, &stop))? {
        tracing::info!("voc stopped before the log could be reached");
        return Ok(ExitCode::SUCCESS);
    }
    let board = Board::new(settings.workers);
    let processing = processing(&stages, &plan, loaded);
    let finished = Stop::default();
    let result = thread::scope(|scope| {
        let teller = scope.spawn(|| tell(&board, &health, &settings.group, &finished));
        let make = |_worker: usize| processing.processor();
        let result = pipeline::run(&*log, &settings, &make, &board, &stop);
        finished.tell();
        drop(teller.join());
        result
    });
    // A client that keeps its connection open doesn't keep us.
    drop(runtime.block_on(async { tokio::time::timeout(SERVER_STOP_MAX, server.stop()).await }));
    result?;
    tracing::info!("voc stopped");
    Ok(ExitCode::SUCCESS)
}

fn worker_settings(
    loaded: &Loaded,
    arguments: &RunArguments,
    plan: &Plan,
) -> Result<WorkerSettings> {
    let settings = &loaded.settings;
    let workers = arguments.workers.unwrap_or(settings.workers);
    anyhow::ensure!(
        (1..=256).contains(&workers),
        Usage(format!("--workers {workers}: write 1 to 256"))
    );
    if let Some(instance) = &arguments.instance {
        check_name("--instance", instance).map_err(Usage)?;
    }
    let named = arguments.instance.clone().or_else(|| settings.instance.clone());
    Ok(WorkerSettings {
        group: loaded.group(arguments.group.as_deref())?.to_owned(),
        instance: named.unwrap_or_else(|| Uuid::new_v4().simple().to_string()),
        topics: plan.inputs.iter().cloned().collect(),
        workers,
        bounds: BatchBounds {
            records_max: settings.batch.records,
            bytes_max: settings.batch.bytes,
            wait_max: settings.batch.wait,
            linger: settings.batch.linger,
        },
        dead_letters: DeadLetterLimit {
            in_a_row: settings.dead_letters.in_a_row,
            share: settings.dead_letters.share,
            window: usize::try_from(settings.dead_letters.window)?,
        },
        stop_grace: STOP_GRACE,
    })
}

fn metrics_address(loaded: &Loaded, arguments: &RunArguments) -> Result<SocketAddr> {
    let Some(text) = &arguments.metrics else { return Ok(loaded.settings.metrics) };
    Ok(text.parse().map_err(|_| {
        Usage(format!(
            "--metrics {text}: write an address like 127.0.0.1:9464, or port 0 for a free one"
        ))
    })?)
}

fn processing(stages: &Stages, plan: &Plan, loaded: &Loaded) -> Processing {
    Processing {
        ingest: Arc::clone(&stages.ingest),
        engine: Arc::clone(&stages.engine),
        router: Arc::clone(&stages.router),
        topics: Arc::clone(&plan.outputs),
        configuration_hash: stages.hash.clone(),
        output_bytes_max: loaded.settings.limits.output,
    }
}

fn serve(
    runtime: &Runtime,
    address: SocketAddr,
    health: &Arc<Health>,
    handle: PrometheusHandle,
) -> Result<Server> {
    let settings = api::Settings {
        address,
        version: env!("CARGO_PKG_VERSION").to_owned(),
        limits: api::Limits::default(),
    };
    runtime
        .block_on(Server::start(&settings, Arc::clone(health), handle))
        .with_context(|| format!("listening on {address} (--metrics, or `metrics` of voc.toml)"))
}

/// The first SIGTERM or SIGINT asks the workers to finish their batch and leave; a second one ends
/// the process at once, and the broker aborts what is open.
fn watch_signals(runtime: &Runtime, stop: &Stop) -> Result<()> {
    let _guard = runtime.enter();
    let mut terminate = signal(SignalKind::terminate()).context("watching for SIGTERM")?;
    let mut interrupt = signal(SignalKind::interrupt()).context("watching for SIGINT")?;
    let stop = stop.clone();
    drop(runtime.spawn(async move {
        for first in [true, false] {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = interrupt.recv() => {}
            }
            if first {
                tracing::info!("told to stop: finishing the batch; a second signal ends at once");
                stop.tell();
            }
        }
        end_at_once();
    }));
    Ok(())
}

#[expect(clippy::exit, reason = "a second signal means now, whatever is under way")]
fn end_at_once() {
    tracing::warn!("told to stop twice: ending at once");
    std::process::exit(FORCED);
}

/// Makes or misses topics; an unreachable broker is tried again until `give_up_after`. False: told
/// to stop meanwhile.
fn wait_for_topics(
    loaded: &Loaded,
    log: &dyn Log,
    plan: &Plan,
    url: &crate::settings::LogUrl,
    (health, stop): (&Health, &Stop),
) -> Result<bool> {
    let requests = plan.requests(loaded, url);
    let mut patience = Patience::new(loaded.settings.kafka.give_up_after);
    let mut backoff = Backoff::default();
    // The first answer may take a while, or never come.
    health.set_ready(CHECK, false, &format!("asking {url} for its topics"));
    loop {
        let Err(error) = loaded.ensure_topics(log, &requests, url) else {
            return Ok(true);
        };
        let unreachable = error
            .downcast_ref::<pipeline::Fault>()
            .is_some_and(|fault| matches!(fault, pipeline::Fault::Unreachable { .. }));
        if unreachable && stop.is_told() {
            return Ok(false);
        }
        let now = Instant::now();
        health.set_ready(CHECK, false, &error.to_string());
        patience.lost(now, "");
        if !unreachable || patience.is_spent(now) {
            return Err(error);
        }
        tracing::warn!("{error}; trying again");
        backoff.failed(now);
        pause(backoff.remaining(now), stop);
    }
}

/// Pauses, unless told to stop.
fn pause(pause: Duration, stop: &Stop) {
    let until = Instant::now() + pause;
    while Instant::now() < until && !stop.is_told() {
        thread::sleep(LOOK_EVERY);
    }
}

/// Tells health and lag until the workers are finished.
fn tell(board: &Board, health: &Health, group: &str, finished: &Stop) {
    let mut gauges = LagGauges::new(group);
    while !finished.is_told() {
        match board.readiness() {
            Readiness::Ready => health.set_ready(CHECK, true, ""),
            Readiness::NotReady(why) => health.set_ready(CHECK, false, &why),
        }
        gauges.publish(board, clock::now().as_millisecond());
        let longest = board.longest_turn();
        if longest > TURN_MAX {
            health.set_dead(&format!("a worker has not come round for {} s", longest.as_secs()));
        }
        thread::sleep(TELL_EVERY);
    }
    health.set_ready(CHECK, false, "stopping");
}
