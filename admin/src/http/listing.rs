//! `GET` and `POST /api/v1/{path}`, and the tree: rows of a resource.

use std::sync::Arc;

use axum::extract::rejection::JsonRejection;
use axum::extract::{Query, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use serde_json::{Value, json};

use super::Routes;
use crate::Admin;
use crate::identity::Caller;
use crate::identity::door::{Need, unreadable};
use crate::problem::Problem;
use crate::resource::ask::Ask;
use crate::resource::{Record, Resource, list, tree, write};

pub(super) type Parameters = Query<Vec<(String, String)>>;

pub(super) fn routes(routes: &mut Routes, resource: &'static Resource) {
    let (path, title) = (format!("/{}", resource.path), resource.title.en);
    let read = Need::Right(resource.right("read"));
    routes.get(&path, read.clone(), &format!("{title}: list"), move |state, caller, query| page(resource, state, caller, query));
    if resource.features.tree {
        routes.get(&format!("{path}/tree"), read, &format!("{title}: tree"), move |state, caller| whole(resource, state, caller));
    }
    if resource.features.create {
        let need = Need::Right(resource.right("write"));
        routes.post(&path, need, &format!("{title}: create"), move |state, caller, body| create(resource, state, caller, body));
    }
}

async fn page(
    resource: &'static Resource,
    State(admin): State<Arc<Admin>>,
    Extension(caller): Extension<Caller>,
    Query(parameters): Parameters,
) -> Result<Json<list::Page>, Problem> {
    let data = caller.need(&resource.right("read"))?;
    let ask = Ask::read(resource, &parameters, &caller)?;
    Ok(Json(list::page(&admin, &caller, resource, &ask, data).await?))
}

async fn whole(resource: &'static Resource, State(admin): State<Arc<Admin>>, Extension(caller): Extension<Caller>) -> Result<Json<Value>, Problem> {
    let data = caller.need(&resource.right("read"))?;
    Ok(Json(json!({ "items": tree::tree(&admin, &caller, resource, data).await? })))
}

async fn create(
    resource: &'static Resource,
    State(admin): State<Arc<Admin>>,
    Extension(caller): Extension<Caller>,
    body: Result<Json<Record>, JsonRejection>,
) -> Result<Response, Problem> {
    let data = caller.need(&resource.right("write"))?;
    let Json(body) = match body {
        Ok(body) => body,
        Err(error) => return Ok(unreadable(&error)),
    };
    let tx = admin.begin().await?;
    let id = write::create(&admin, &caller, &tx, resource, body, data).await?;
    let row = list::one(&admin, &tx, &caller, resource, &id, data).await?;
    tx.commit().await?;
    let mut response = answer(StatusCode::CREATED, row);
    if let Ok(place) = HeaderValue::from_str(&format!("/api/v1/{}/{id}", resource.path)) {
        response.headers_mut().insert(header::LOCATION, place);
    }
    Ok(response)
}

/// A row with its version as ETag.
pub(super) fn answer(status: StatusCode, row: Record) -> Response {
    let version = row.get("version").and_then(Value::as_i64).unwrap_or_default();
    (status, [(header::ETAG, format!("\"{version}\""))], Json(row)).into_response()
}
