//! The API: every route on one screen.

pub(crate) mod calls;
mod events;
mod meta;
mod metrics;
mod problem;
mod sql;

use std::sync::{Arc, Weak};

use axum::Router;
use axum::extract::Request;
use axum::middleware::{Next, from_fn};
use axum::routing::{MethodRouter, get, post};
use callboard_admin::Admin;
use callboard_admin::identity::door::{Need, guard};
use callboard_store::history::History;

use crate::asking::Asking;
use crate::organisation::tables;
use crate::telemetry::{Inlet, Looks};
pub(crate) use problem::Problem;

use crate::roles::Roles;

/// The largest body that is read.
const MOST_BYTES: usize = 64 * 1024 * 1024;

/// What proxies add to the requests of others.
const FORWARDED: [&str; 2] = ["forwarded", "x-forwarded-for"];

/// What the routes need.
#[derive(Clone)]
pub(crate) struct Api {
    pub(crate) admin: Arc<Admin>,
    pub(crate) intake: Inlet,
    pub(crate) asking: Asking,
    // Weak: a connection that lingers must not keep the data folder to itself once the server has stopped.
    pub(crate) history: Weak<dyn History>,
    /// What is told about the server itself.
    pub(crate) looks: Arc<Looks>,
}

/// The routes of `/api/v1` and of the server's own health.
///
/// What tells about the server is open to this machine; where others reach it too, also through a proxy, it takes a right.
pub(crate) fn routes(api: Api, roles: Roles, alone: bool) -> Router {
    let telemetry = Need::Right("telemetry.read".into());
    let door = |need: &Need, route: MethodRouter<Api>| {
        let (need, alone) = (need.clone(), alone && *need == telemetry);
        route.layer(from_fn(move |request: Request, next: Next| {
            let near = alone && !FORWARDED.iter().any(|name| request.headers().contains_key(*name));
            guard(if near { Need::Nothing } else { need.clone() }, request, next)
        }))
    };
    let (events, ask) = (Need::Right("events.write".into()), Need::Right(tables::RIGHT.into()));
    let mut routes = Router::new().route("/api/v1/schema/event.json", get(meta::event_schema)).route("/healthz", door(&telemetry, get(meta::health)));
    let elsewhere = |role: &'static str| post(async move || Problem::elsewhere(role));
    routes = routes.route("/api/v1/events", door(&events, if roles.ingest { post(events::append) } else { elsewhere("ingest") }));
    routes = routes.route("/api/v1/sql", door(&ask, if roles.wallboard { post(sql::ask) } else { elsewhere("wallboard") }));
    routes = routes.route("/readyz", door(&telemetry, get(metrics::ready))).route("/metrics", door(&telemetry, get(metrics::metrics)));
    routes.layer(axum::extract::DefaultBodyLimit::max(MOST_BYTES)).with_state(api)
}
