//! `POST /api/v1/users/{id}/password`: a new one-time password, shown once.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::{Extension, Json};
use serde_json::{Value, json};

use super::USERS;
use super::rules::not_above;
use crate::Admin;
use crate::http::Routes;
use crate::identity::door::Need;
use crate::identity::{Caller, first};
use crate::problem::Problem;
use crate::resource::list;

pub(super) fn routes(routes: &mut Routes) {
    routes.post("/users/{id}/password", Need::Right(USERS.right("write")), "Give a one-time password", reset);
}

async fn reset(State(admin): State<Arc<Admin>>, Extension(caller): Extension<Caller>, Path(id): Path<String>) -> Result<Json<Value>, Problem> {
    let data = caller.need(&USERS.right("write"))?;
    let user = list::raw(admin.db(), &caller, &USERS, &id, data).await?.ok_or_else(Problem::not_found)?;
    not_above(admin.db(), &caller, &id).await?;
    let login = user.get("login").and_then(Value::as_str).unwrap_or_default();
    let password = first::reset(&admin, &caller, login).await?;
    Ok(Json(json!({ "password": password })))
}
