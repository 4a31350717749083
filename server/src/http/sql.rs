//! `POST /api/v1/sql`: one question over live and stored rows.

use std::sync::Weak;
use std::time::Duration;

use axum::extract::State;
use axum::extract::rejection::JsonRejection;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use callboard_admin::identity::Caller;
use callboard_sql::output::{self, Format};
use callboard_sql::{Limits, Sight};
use callboard_store::history::History;
use serde::Deserialize;

use super::{Api, Problem};
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
    let text = api.asking.text(sight, question.sql, limits, format).await.map_err(|error| problem(&error, &api.history))?;
    Ok(([(header::CONTENT_TYPE, format.media_type())], text).into_response())
}

fn problem(error: &callboard_sql::Error, history: &Weak<dyn History>) -> Problem {
    if let Some(damage) = data::damage_behind(history, error) {
        tracing::error!("a query failed: {damage}");
        return Problem::internal(damage.to_string());
    }
    if matches!(error, callboard_sql::Error::Cancelled) {
        return Problem::unavailable(error.to_string());
    }
    if matches!(error, callboard_sql::Error::Timeout { .. } | callboard_sql::Error::Memory { .. } | callboard_sql::Error::Rows { .. }) {
        Problem::limit(error.to_string())
    } else {
        Problem::bad_request(error.to_string())
    }
}
