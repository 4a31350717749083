//! What operators' tools ask: metrics, and whether this server may be asked.

use axum::extract::{RawQuery, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};

use super::{Api, Problem};

/// OpenMetrics, as Prometheus and its relatives read it.
const FORMAT: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// `GET /metrics`: what the server tells about itself (docs/reference/metrics.md).
pub(super) async fn metrics(State(api): State<Api>) -> Result<Response, Problem> {
    let text = api.looks.text().await.map_err(|e| Problem::unavailable(format!("the metrics could not be written: {e}")))?;
    Ok(([(header::CONTENT_TYPE, FORMAT)], text).into_response())
}

/// `GET /readyz`: 200 once the log is folded and history answers, else 503 with what is waited for. With
/// `?exclude=history` history may be away: the wall goes on without it.
pub(super) async fn ready(State(api): State<Api>, RawQuery(query): RawQuery) -> Result<&'static str, Problem> {
    match api.looks.telemetry.waits_for(query.as_deref() != Some("exclude=history")) {
        Some(wait) => Err(Problem::not_ready(wait)),
        None => Ok("ready\n"),
    }
}
