//! `/api/v1/profile/tokens`: one's own API tokens; the secret is in the answer that makes it and nowhere else.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::{Method, StatusCode};
use axum::{Extension, Json};
use serde_json::Value;

use super::me;
use crate::Admin;
use crate::entity::tokens::TOKENS;
use crate::http::body::{Asked, Body};
use crate::http::listing::Parameters;
use crate::http::{Routes, listing};
use crate::identity::door::Need;
use crate::identity::key::{self, Holder};
use crate::identity::{Caller, DataScope};
use crate::problem::Problem;
use crate::resource::ask::Ask;
use crate::resource::{Field, Kind, Record, list, write};

const NEW: &[Field] = &[
    Field::text("name", "Name", "名称").required().max(64),
    Field::new("rights", Kind::List, "Rights", "权限").required().max(300),
    Field::new("expires_at", Kind::Instant, "Until", "有效期至").required(),
];

pub(super) fn routes(routes: &mut Routes) {
    routes.get("/profile/tokens", Need::Person, "Your API tokens", page);
    routes.post("/profile/tokens", Need::Person, "Make an API token; it is shown once", make);
    routes.takes(NEW);
    routes.on(&Method::DELETE, "/profile/tokens/{id}", Need::Person, "Revoke one of your API tokens", revoke);
}

async fn page(
    State(admin): State<Arc<Admin>>,
    Extension(caller): Extension<Caller>,
    Asked(parameters): Parameters,
) -> Result<Json<list::Page>, Problem> {
    me(&caller)?;
    let ask = Ask::read(&TOKENS, &parameters, &caller)?;
    Ok(Json(list::page(&admin, &caller, &TOKENS, &ask, DataScope::Own).await?))
}

async fn make(
    State(admin): State<Arc<Admin>>,
    Extension(caller): Extension<Caller>,
    Body(body): Body<Record>,
) -> Result<axum::response::Response, Problem> {
    me(&caller)?;
    let tx = admin.begin().await?;
    let id = write::create(&admin, &caller, &tx, &TOKENS, body, DataScope::Own).await?;
    let key = key::give(&admin, &tx, Holder::Token, &id).await?;
    let mut row = list::one(&admin, &tx, &caller, &TOKENS, &id, DataScope::Own).await?;
    tx.commit().await?;
    row.insert("token".into(), key.into());
    Ok(listing::answer(StatusCode::CREATED, row))
}

async fn revoke(State(admin): State<Arc<Admin>>, Extension(caller): Extension<Caller>, Path(id): Path<String>) -> Result<StatusCode, Problem> {
    me(&caller)?;
    let tx = admin.begin().await?;
    let row = list::raw(&tx, &caller, &TOKENS, &id, DataScope::Own).await?.ok_or_else(Problem::not_found)?;
    let version = row.get("version").and_then(Value::as_i64).unwrap_or_default();
    write::remove(&admin, &caller, &tx, &TOKENS, (&id, version), DataScope::Own).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
