//! `POST /api/v1/events`: a batch of events, answered after it is durable.

use axum::Json;
use axum::body::Bytes;
use axum::extract::rejection::{BytesRejection, QueryRejection};
use axum::extract::{Query, State};
use axum::http::StatusCode;
use callboard_ingest::intake::Receipt;
use serde::Deserialize;

use super::{Api, Problem};

#[derive(Debug, Deserialize)]
pub(super) struct Params {
    /// Who sends, for lines that name no source because they are no events.
    #[serde(default = "api")]
    source: String,
}

fn api() -> String {
    "api".into()
}

/// Takes NDJSON lines. A line that is no event is refused with its number and reason; the others count all the same.
pub(super) async fn append(
    State(api): State<Api>,
    params: Result<Query<Params>, QueryRejection>,
    body: Result<Bytes, BytesRejection>,
) -> Result<Json<Receipt>, Problem> {
    let Query(params) = params.map_err(|e| Problem::bad_request(e.body_text()))?;
    let body = body.map_err(|e| match e.status() {
        StatusCode::PAYLOAD_TOO_LARGE => Problem::too_large(format!("a batch may have {} bytes; send smaller ones", super::MOST_BYTES)),
        _ => Problem::bad_request(e.body_text()),
    })?;
    let intake = api.intake.clone();
    // Parsing and packing a large batch takes milliseconds: not on a thread that serves sockets.
    let draft = tokio::task::spawn_blocking(move || {
        let mut draft = intake.draft(&params.source, "http");
        draft.text(&body);
        draft
    })
    .await
    .map_err(|e| Problem::unavailable(format!("the batch was dropped: {e}")))?;
    api.intake.append(draft).await.map(Json).map_err(|e| Problem::unavailable(e.to_string()))
}
