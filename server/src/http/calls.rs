//! `GET /api/v1/calls`: pages of calls, and one call with its path.

use std::sync::Arc;

use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::{Extension, Json};
use callboard_admin::Admin;
use callboard_admin::contacts::ELSEWHERE;
use callboard_admin::http::Routes;
use callboard_admin::identity::Caller;
use callboard_admin::identity::door::Need;
use callboard_admin::part::Part;
use callboard_admin::problem::Problem;
use callboard_desk::call_backs;
use serde_json::Value;

use crate::calls::lost as lost_callers;
use crate::calls::{self, Calls, Wanted};

/// Calls as a part of the API that the organisation serves; behind it stand [`Calls`].
pub(crate) static PART: Part = Part { resources: &[], routes, migrations: None };

/// What a list can be asked for.
const ASKS: &[(&str, &str)] = &[
    ("from", "Calls that began at this time or later, RFC 3339"),
    ("to", "Calls that began before this time"),
    ("source", "The source that saw the call, or several with commas between"),
    ("queue", "The first queue it waited in, or several"),
    ("agent", "The agent who answered last, or several"),
    ("number", "The caller's number or the one dialled, in full, or its end after a star: *1234"),
    ("direction", "inbound, outbound or internal, or several"),
    ("outcome", "What became of it, such as answered or abandoned, or several"),
    ("sort", "started_at, wait_ms or talk_ms; falling with a minus before it. The latest come first where nothing is said"),
    ("limit", "Rows of a page, 1 to 200"),
    ("cursor", "`next` of the page before"),
];

/// What the list of lost callers can be asked for.
const LOST: &[(&str, &str)] = &[
    ("from", "Calls lost at this time or later, RFC 3339, at most 31 days before `to`; since yesterday's midnight where nothing is said"),
    ("to", "Calls lost before this time"),
    ("queue", "The queue of the last lost call, or several with commas between"),
    ("state", "open, taken, done, repeated or returned, or several"),
    ("limit", "Rows of a page, 1 to 200"),
    ("cursor", "`next` of the page before"),
];

fn routes(routes: &mut Routes) {
    let need = || Need::Right(calls::RIGHT.into());
    routes.get("/calls", need(), "Calls, the latest first", page);
    routes.asks(ASKS);
    routes.also(ELSEWHERE);
    routes.get("/calls/choices", need(), "Queues, agents and sources to choose for a list of calls", choices);
    routes.also(ELSEWHERE);
    routes.get("/calls/{source}/{call}", need(), "One call with its waits, rings and path", one);
    routes.also(ELSEWHERE);
    routes.get("/call-backs", Need::Right(call_backs::READ.into()), "Callers whose call was lost and what became of them, the last first", lost);
    routes.asks(LOST);
    routes.also(ELSEWHERE);
    routes.get("/today", need(), "How today goes: figures of all that you see, and each queue", today);
    routes.also(ELSEWHERE);
}

async fn lost(
    State(admin): State<Arc<Admin>>,
    Extension(calls): Extension<Calls>,
    Extension(caller): Extension<Caller>,
    wanted: Result<Query<lost_callers::Wanted>, QueryRejection>,
) -> Result<Json<Value>, Problem> {
    let Query(wanted) = wanted.map_err(|e| Problem::bad_request(e.body_text(), "查询参数无法解析"))?;
    Ok(Json(calls.lost(&admin, caller, &wanted).await?))
}

async fn choices(
    State(admin): State<Arc<Admin>>,
    Extension(calls): Extension<Calls>,
    Extension(caller): Extension<Caller>,
) -> Result<Json<Value>, Problem> {
    Ok(Json(calls.choices(&admin, caller).await?))
}

async fn today(
    State(admin): State<Arc<Admin>>,
    Extension(calls): Extension<Calls>,
    Extension(caller): Extension<Caller>,
) -> Result<Json<Value>, Problem> {
    Ok(Json(calls.today(&admin, caller).await?))
}

async fn page(
    State(admin): State<Arc<Admin>>,
    Extension(calls): Extension<Calls>,
    Extension(caller): Extension<Caller>,
    wanted: Result<Query<Wanted>, QueryRejection>,
) -> Result<Json<Value>, Problem> {
    let Query(wanted) = wanted.map_err(|e| Problem::bad_request(e.body_text(), "查询参数无法解析"))?;
    Ok(Json(calls.page(&admin, caller, &wanted).await?))
}

async fn one(
    State(admin): State<Arc<Admin>>,
    Extension(calls): Extension<Calls>,
    Extension(caller): Extension<Caller>,
    Path((source, call)): Path<(String, String)>,
) -> Result<Json<Value>, Problem> {
    Ok(Json(calls.one(&admin, caller, &source, &call).await?))
}
