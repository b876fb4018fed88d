//! The listening server: one request per connection, and a bound on everything a client can hold.
//!
//! Probes and scrapers come every few seconds, so a connection is not kept after its answer. That
//! makes one time limit enough for a slow head, a slow reader and an idle client alike, and stopping
//! waits no longer than that limit.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::TokioIo;
use hyper_util::service::TowerToHyperService;
use metrics_exporter_prometheus::PrometheusHandle;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::{MissedTickBehavior, interval, sleep, timeout};

use crate::Health;
use crate::routes::{self, Shared};

/// How often the recorder moves its samples into buckets, so that they don't pile up between scrapes.
const UPKEEP_EVERY: Duration = Duration::from_secs(5);

/// How long accepting rests after it failed (as where the process has no file descriptor left).
const ACCEPT_REST: Duration = Duration::from_millis(200);

/// Where to listen, and what to say of oneself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// The address; port 0 takes a free one.
    pub address: SocketAddr,
    /// The version that `/version` tells.
    pub version: String,
    /// What a client may take.
    pub limits: Limits,
}

/// What a client may take; beyond it the connection is refused or closed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// How many connections are served at once; more wait in the kernel's queue.
    pub connections_max: usize,
    /// The longest request head in bytes, 8,192 at least; a longer one gets 431.
    pub head_bytes_max: usize,
    /// How many headers a request may have; more get 431.
    pub headers_max: usize,
    /// The longest time a connection may last, from its first byte to the end of its answer.
    pub connection_time_max: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections_max: 64,
            head_bytes_max: 16 * 1024,
            headers_max: 64,
            connection_time_max: Duration::from_secs(10),
        }
    }
}

/// The smallest buffer that hyper takes.
const HEAD_BYTES_MIN: usize = 8_192;

/// A running server. Dropping it stops it, too, without waiting for the answers under way.
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    task: JoinHandle<()>,
}

impl Server {
    /// Binds the address and serves in a task of the current tokio runtime. The error is the
    /// binding's: the address is taken, or not allowed.
    pub async fn start(
        settings: &Settings,
        health: Arc<Health>,
        metrics: PrometheusHandle,
    ) -> io::Result<Self> {
        let listener = TcpListener::bind(settings.address).await?;
        let address = listener.local_addr()?;
        let version = serde_json::json!({ "name": "voc", "version": settings.version });
        let version = Arc::from(version.to_string());
        let router = routes::router(Shared { health, metrics: metrics.clone(), version });
        let (stop, stopped) = oneshot::channel();
        let serving = serve(listener, router, settings.limits.clone(), metrics, stopped);
        Ok(Self { address, stop, task: tokio::spawn(serving) })
    }

    /// The address it listens on, with the port that was taken.
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Takes no more connections, and returns when the answers under way are given, at most
    /// [`Limits::connection_time_max`] later.
    pub async fn stop(self) {
        drop(self.stop);
        if let Err(error) = self.task.await {
            tracing::error!(%error, "the http server ended badly");
        }
    }
}

async fn serve(
    listener: TcpListener,
    router: Router,
    limits: Limits,
    metrics: PrometheusHandle,
    mut stopped: oneshot::Receiver<()>,
) {
    let mut connections = JoinSet::new();
    let mut upkeep = interval(UPKEEP_EVERY);
    upkeep.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = &mut stopped => break,
            _ = upkeep.tick() => metrics.run_upkeep(),
            Some(_) = connections.join_next() => {}
            accepted = listener.accept(), if connections.len() < limits.connections_max => {
                match accepted {
                    Ok((stream, _)) => {
                        connections.spawn(connection(stream, router.clone(), limits.clone()));
                    }
                    Err(error) => {
                        tracing::warn!(%error, "cannot accept an http connection");
                        sleep(ACCEPT_REST).await;
                    }
                }
            }
        }
    }
    drop(listener);
    while connections.join_next().await.is_some() {}
}

/// Serves one request. What goes wrong on the way is the client's: it went away, was too slow, or
/// spoke no HTTP.
async fn connection(stream: TcpStream, router: Router, limits: Limits) {
    let mut http = http1::Builder::new();
    http.keep_alive(false)
        .max_headers(limits.headers_max)
        .max_buf_size(limits.head_bytes_max.max(HEAD_BYTES_MIN));
    let serving = http.serve_connection(TokioIo::new(stream), TowerToHyperService::new(router));
    match timeout(limits.connection_time_max, serving).await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => tracing::debug!(%error, "http connection failed"),
        Err(_) => tracing::debug!("http connection took too long"),
    }
}

#[cfg(test)]
mod tests;
