//! `GET`, `PATCH` and `DELETE /api/v1/{path}/{id}`: one row.

use std::sync::Arc;

use axum::Extension;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::response::Response;

use super::{Routes, body::Body, listing::answer};
use crate::Admin;
use crate::identity::Caller;
use crate::identity::door::Need;
use crate::problem::Problem;
use crate::resource::{Record, Resource, list, write};

pub(super) fn routes(routes: &mut Routes, resource: &'static Resource) {
    let (path, title) = (format!("/{}/{{id}}", resource.path), resource.title.en);
    routes.get(&path, Need::Right(resource.right("read")), &format!("{title}: view"), move |state, caller, id| view(resource, state, caller, id));
    if resource.features.edit {
        let need = Need::Right(resource.right("write"));
        routes.on(&Method::PATCH, &path, need, &format!("{title}: edit"), move |state, caller, id, headers: HeaderMap, body| {
            edit(resource, state, caller, id, headers, body)
        });
    }
    if resource.features.remove {
        let need = Need::Right(resource.right("delete"));
        routes.on(&Method::DELETE, &path, need, &format!("{title}: delete"), move |state, caller, id, headers: HeaderMap| {
            remove(resource, state, caller, id, headers)
        });
    }
}

async fn view(
    resource: &'static Resource,
    State(admin): State<Arc<Admin>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let data = caller.need(&resource.right("read"))?;
    Ok(answer(StatusCode::OK, list::one(&admin, admin.db(), &caller, resource, &id, data).await?))
}

async fn edit(
    resource: &'static Resource,
    State(admin): State<Arc<Admin>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
    headers: HeaderMap,
    Body(body): Body<Record>,
) -> Result<Response, Problem> {
    let data = caller.need(&resource.right("write"))?;
    let version = version(&headers)?;
    let tx = admin.begin().await?;
    let row = write::change(&admin, &caller, &tx, resource, (&id, Some(version)), body, data).await?;
    let row = list::shown(&admin, &tx, &caller, resource, row).await?;
    tx.commit().await?;
    Ok(answer(StatusCode::OK, row))
}

async fn remove(
    resource: &'static Resource,
    State(admin): State<Arc<Admin>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<StatusCode, Problem> {
    let data = caller.need(&resource.right("delete"))?;
    let version = version(&headers)?;
    let tx = admin.begin().await?;
    write::remove(&admin, &caller, &tx, resource, (&id, version), data).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The version that the caller has read.
fn version(headers: &HeaderMap) -> Result<i64, Problem> {
    let value = headers.get(header::IF_MATCH).ok_or_else(Problem::no_version)?;
    let text = value.to_str().unwrap_or_default().trim().trim_start_matches("W/").trim_matches('"');
    text.parse().map_err(|_| Problem::changed())
}
