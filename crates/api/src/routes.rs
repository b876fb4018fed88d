//! What each path answers. Only GET and HEAD: axum answers 405 to the rest.

use std::sync::Arc;

use axum::Router;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use metrics_exporter_prometheus::PrometheusHandle;

use crate::Health;
use crate::health::Answer;

/// The version of the Prometheus text format.
const METRICS_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";
const TEXT_TYPE: &str = "text/plain; charset=utf-8";
const JSON_TYPE: &str = "application/json";

/// What `/` answers: where to look.
const INDEX: &str = "/livez\n/readyz (?verbose)\n/metrics\n/version\n";

#[derive(Clone)]
pub(crate) struct Shared {
    pub(crate) health: Arc<Health>,
    pub(crate) metrics: PrometheusHandle,
    /// The body of `/version`.
    pub(crate) version: Arc<str>,
}

pub(crate) fn router(shared: Shared) -> Router {
    Router::new()
        .route("/", get(index))
        .route("/livez", get(live))
        .route("/healthz", get(live))
        .route("/readyz", get(ready))
        .route("/metrics", get(metrics))
        .route("/version", get(version))
        .with_state(shared)
}

async fn index() -> Response {
    body(StatusCode::OK, TEXT_TYPE, INDEX.to_owned())
}

async fn live(State(shared): State<Shared>) -> Response {
    probe(shared.health.live())
}

async fn ready(State(shared): State<Shared>, RawQuery(query): RawQuery) -> Response {
    let query = query.unwrap_or_default();
    let verbose = query.split('&').any(|part| part.split('=').next() == Some("verbose"));
    probe(shared.health.ready(verbose))
}

async fn metrics(State(shared): State<Shared>) -> Response {
    body(StatusCode::OK, METRICS_TYPE, shared.metrics.render())
}

async fn version(State(shared): State<Shared>) -> Response {
    body(StatusCode::OK, JSON_TYPE, shared.version.to_string())
}

fn probe(answer: Answer) -> Response {
    let status = if answer.healthy { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    body(status, TEXT_TYPE, answer.text)
}

fn body(status: StatusCode, content_type: &'static str, text: String) -> Response {
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(content_type)),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    ];
    (status, headers, text).into_response()
}
