//! `GET` and `POST /api/v1/{path}`, and the tree: rows of a resource.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use serde_json::{Value, json};

use super::Routes;
use super::body::{Asked, Body};
use crate::Admin;
use crate::idempotency::Once;
use crate::identity::Caller;
use crate::identity::door::Need;
use crate::problem::Problem;
use crate::resource::ask::Ask;
use crate::resource::{Record, Resource, list, tree, write};

pub(crate) type Parameters = Asked<Vec<(String, String)>>;

pub(super) fn routes(routes: &mut Routes, resource: &'static Resource) {
    let (path, title) = (format!("/{}", resource.path), resource.title.en);
    let read = Need::Right(resource.right("read"));
    routes.get(&path, read.clone(), &format!("{title}: list"), move |state, caller, query| page(resource, state, caller, query));
    if resource.features.tree {
        routes.get(&format!("{path}/tree"), read, &format!("{title}: tree"), move |state, caller| whole(resource, state, caller));
    }
    if resource.features.create {
        let need = Need::Right(resource.right("write"));
        routes.post(&path, need, &format!("{title}: create"), move |state, caller, headers: HeaderMap, body| {
            create(resource, state, caller, headers, body)
        });
    }
}

async fn page(
    resource: &'static Resource,
    State(admin): State<Arc<Admin>>,
    Extension(caller): Extension<Caller>,
    Asked(parameters): Parameters,
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
    headers: HeaderMap,
    Body(body): Body<Record>,
) -> Result<Response, Problem> {
    let data = caller.need(&resource.right("write"))?;
    let tx = admin.begin().await?;
    let once = match Once::of(&admin, &caller, &headers, resource, &body)? {
        Some(once) => match once.before(&tx).await? {
            // What was made then, as it is now.
            Some(id) => return Ok(created(resource, list::one(&admin, &tx, &caller, resource, &id, data).await?)),
            None => Some(once),
        },
        None => None,
    };
    let row = write::add(&admin, &caller, &tx, resource, body, data).await?;
    if let Some(once) = once {
        once.note(&admin, &tx, id(&row)).await?;
    }
    let row = list::shown(&admin, &tx, &caller, resource, row).await?;
    tx.commit().await?;
    Ok(created(resource, row))
}

fn created(resource: &Resource, row: Record) -> Response {
    let place = HeaderValue::from_str(&format!("/api/v1/{}/{}", resource.path, id(&row)));
    let mut response = answer(StatusCode::CREATED, row);
    if let Ok(place) = place {
        response.headers_mut().insert(header::LOCATION, place);
    }
    response
}

fn id(row: &Record) -> &str {
    row.get("id").and_then(Value::as_str).unwrap_or_default()
}

/// A row with its version as ETag.
pub(super) fn answer(status: StatusCode, row: Record) -> Response {
    let version = row.get("version").and_then(Value::as_i64).unwrap_or_default();
    (status, [(header::ETAG, format!("\"{version}\""))], Json(row)).into_response()
}
