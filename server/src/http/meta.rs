//! The event schema, and whether the server is well.

use axum::Json;
use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse;
use callboard_domain::Event;
use serde::Serialize;

use super::Api;

/// `GET /api/v1/schema/event.json`: the JSON Schema of events, version 1.
pub(super) async fn event_schema() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "application/schema+json")], Json(Event::schema()))
}

#[derive(Serialize)]
pub(super) struct Health {
    status: &'static str,
    version: &'static str,
    as_of: callboard_domain::Timestamp,
}

/// `GET /healthz`: answers while the engine publishes.
pub(super) async fn health(State(api): State<Api>) -> Json<Health> {
    let as_of = api.asking.snapshot.borrow().as_of;
    Json(Health { status: "ok", version: env!("CARGO_PKG_VERSION"), as_of })
}
