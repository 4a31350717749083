//! `POST /api/v1/sql`: one question over live and stored rows.

use std::sync::{Arc, Weak};
use std::time::Duration;

use axum::extract::State;
use axum::extract::rejection::JsonRejection;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use callboard_admin::identity::Caller;
use callboard_sql::output::{self, Format};
use callboard_sql::{CancellationToken, Limits, Sight};
use callboard_store::history::History;
use serde::Deserialize;

use super::{Api, Problem};
use crate::clock::Stopwatch;
use crate::data;
use crate::organisation::tables;

/// The longest that a question may take, seconds.
const MOST_S: u64 = 600;

#[derive(Debug, Deserialize)]
pub(super) struct Question {
    sql: String,
    #[serde(default = "json")]
    format: String,
    timeout_s: Option<u64>,
}

fn json() -> String {
    "json".into()
}

/// Asks what the caller may see; the answer is text in the format asked for. Closing the connection stops the query.
pub(super) async fn ask(
    State(api): State<Api>,
    Extension(caller): Extension<Caller>,
    question: Result<Json<Question>, JsonRejection>,
) -> Result<Response, Response> {
    let sight = tables::sight(&api.admin, caller, tables::RIGHT).await.map_err(IntoResponse::into_response)?;
    answer(api, sight, question).await.map_err(IntoResponse::into_response)
}

async fn answer(api: Api, sight: Sight, question: Result<Json<Question>, JsonRejection>) -> Result<Response, Problem> {
    let Json(question) = question.map_err(|e| Problem::bad_request(e.body_text()))?;
    if let Some(awaited) = api.looks.telemetry.history.awaited() {
        return Err(Problem::unavailable(awaited));
    }
    let format: Format = question.format.parse().map_err(|e: output::UnknownFormat| Problem::bad_request(e.to_string()))?;
    let limits = Limits { timeout: Duration::from_secs(question.timeout_s.unwrap_or(60).min(MOST_S)), ..Limits::default() };
    let snapshot = Arc::clone(&api.snapshot.borrow());
    let cancel = CancellationToken::new();
    // Dropped with this future when the client goes away, which stops the query.
    let _stop = cancel.clone().drop_guard();
    let (layer, history) = (Arc::clone(&api.layer), Weak::clone(&api.history));
    let telemetry = Arc::clone(&api.looks.telemetry);
    let runtime = tokio::runtime::Handle::current();
    let text = tokio::task::spawn_blocking(move || {
        let watch = Stopwatch::start();
        let answer = runtime.block_on(async {
            let answer = layer.query_within(&sight, &question.sql, snapshot, limits, cancel).await?;
            let schema = answer.schema();
            output::to_text(format, schema, &answer.collect().await?)
        });
        telemetry.sql.asked(&watch, &answer);
        answer.map_err(|error| problem(&error, &history))
    })
    .await
    .map_err(|e| Problem::unavailable(format!("the query was dropped: {e}")))??;
    let content = match format {
        Format::Table => "text/plain; charset=utf-8",
        Format::Csv => "text/csv; charset=utf-8",
        Format::Json => "application/json",
        Format::Ndjson => "application/x-ndjson",
    };
    Ok(([(header::CONTENT_TYPE, content)], text).into_response())
}

fn problem(error: &callboard_sql::Error, history: &Weak<dyn History>) -> Problem {
    if let Some(damage) = data::damage_behind(history, error) {
        tracing::error!("a query failed: {damage}");
        return Problem::internal(damage.to_string());
    }
    if matches!(error, callboard_sql::Error::Timeout { .. } | callboard_sql::Error::Memory { .. } | callboard_sql::Error::Rows { .. }) {
        Problem::limit(error.to_string())
    } else {
        Problem::bad_request(error.to_string())
    }
}
