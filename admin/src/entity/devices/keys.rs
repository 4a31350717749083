//! `/api/v1/devices/{id}/key` and `/pairing`: how a device comes by its key, and loses it.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::{Method, StatusCode};
use axum::{Extension, Json};
use sea_orm::ConnectionTrait;
use sea_orm::sea_query::{Expr, ExprTrait, Query};
use serde_json::{Value, json};

use super::DEVICES;
use crate::Admin;
use crate::audit::{self, Entry};
use crate::http::Routes;
use crate::identity::Caller;
use crate::identity::caller::WALL;
use crate::identity::door::Need;
use crate::identity::key::{self, Holder};
use crate::problem::Problem;
use crate::random::{digest, legible};
use crate::resource::column::instant;
use crate::resource::list;

/// How long a pairing waits for its screen.
const PAIRING_MS: i64 = 10 * 60_000;

pub(super) fn routes(routes: &mut Routes) {
    let need = || Need::Right(DEVICES.right("write"));
    routes.post("/devices/{id}/key", need(), "Give a key for a program; the one before ends", give);
    routes.on(&Method::DELETE, "/devices/{id}/key", need(), "Take the key away", take);
    routes.post("/devices/{id}/pairing", need(), "Give a link that pairs a screen, once, within ten minutes", pairing);
}

/// The device, if the caller may hand out what it sees; its name.
async fn device(admin: &Admin, caller: &Caller, id: &str) -> Result<String, Problem> {
    let data = caller.need(&DEVICES.right("write"))?;
    let row = list::raw(admin.db(), caller, &DEVICES, id, data).await?.ok_or_else(Problem::not_found)?;
    caller.need(WALL)?;
    Ok(row.get("name").and_then(Value::as_str).unwrap_or_default().to_owned())
}

async fn note(admin: &Admin, db: &impl ConnectionTrait, caller: &Caller, action: &'static str, (id, name): (&str, &str)) -> Result<(), Problem> {
    audit::note(admin, db, caller, Entry { action, resource: DEVICES.name, target: Some(id), label: name, ..Entry::default() }).await
}

async fn give(State(admin): State<Arc<Admin>>, Extension(caller): Extension<Caller>, Path(id): Path<String>) -> Result<Json<Value>, Problem> {
    // What a token makes would outlive it.
    caller.person()?;
    let name = device(&admin, &caller, &id).await?;
    let tx = admin.begin().await?;
    let key = key::give(&admin, &tx, Holder::Device, &id).await?;
    note(&admin, &tx, &caller, "give-key", (&id, &name)).await?;
    tx.commit().await?;
    Ok(Json(json!({ "key": key })))
}

async fn take(State(admin): State<Arc<Admin>>, Extension(caller): Extension<Caller>, Path(id): Path<String>) -> Result<StatusCode, Problem> {
    let name = device(&admin, &caller, &id).await?;
    let tx = admin.begin().await?;
    key::take(&tx, &id).await?;
    note(&admin, &tx, &caller, "take-key", (&id, &name)).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The code stands behind `#`: browsers send that part of an address to nobody, so no log and no Referer has it.
async fn pairing(State(admin): State<Arc<Admin>>, Extension(caller): Extension<Caller>, Path(id): Path<String>) -> Result<Json<Value>, Problem> {
    caller.person()?;
    let name = device(&admin, &caller, &id).await?;
    let (code, until) = (legible(admin.random()), admin.now().plus(PAIRING_MS).as_millis());
    let tx = admin.begin().await?;
    let update = Query::update()
        .table(DEVICES.table)
        .value("pairing_hash", digest(&code))
        .value("pairing_until", until)
        .and_where(Expr::col("id").eq(id.clone()))
        .to_owned();
    tx.execute(&update).await?;
    note(&admin, &tx, &caller, "offer-pairing", (&id, &name)).await?;
    tx.commit().await?;
    Ok(Json(json!({ "link": format!("/kiosk#{code}"), "code": code, "until": instant(until) })))
}
