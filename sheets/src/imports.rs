//! `POST /api/v1/{path}/imports`, its template, and `/api/v1/imports/{id}`: files of rows.

use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::rejection::BytesRejection;
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Extension, Json};
use serde_json::Value;

use crate::export::file;
use crate::import::{self, Jobs, Mode};
use crate::sheet::{self, Format};
use callboard_admin::Admin;
use callboard_admin::http::Routes;
use callboard_admin::http::body::{Asked, whole};
use callboard_admin::identity::Caller;
use callboard_admin::identity::door::Need;
use callboard_admin::problem::Problem;
use callboard_admin::resource::Resource;

/// The largest file.
const MOST_BYTES: usize = 32 * 1024 * 1024;

pub(crate) fn routes(routes: &mut Routes, resource: &'static Resource) {
    if resource.features.import.is_some() {
        let (path, need, title) = (format!("/{}/imports", resource.path), Need::Right(resource.right("import")), resource.title.en);
        let handler = post(move |state, caller, query, headers: HeaderMap, body| begin(resource, state, caller, query, headers, body));
        let handler = handler.layer(DefaultBodyLimit::max(MOST_BYTES));
        routes.layered(&Method::POST, &path, need.clone(), &format!("{title}: import"), handler);
        routes.get(&format!("{path}/template"), need, &format!("{title}: an empty sheet"), move |state, caller, query| {
            template(resource, state, caller, query)
        });
    }
}

/// Routes of jobs, whatever they import.
pub(crate) fn jobs(routes: &mut Routes) {
    routes.get("/imports/{id}", Need::Known, "An import of yours", view);
    routes.on(&Method::DELETE, "/imports/{id}", Need::Known, "Cancel an import of yours", cancel);
}

async fn begin(
    resource: &'static Resource,
    State(admin): State<Arc<Admin>>,
    Extension(caller): Extension<Caller>,
    Asked(parameters): Asked<Vec<(String, String)>>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, Problem> {
    let data = caller.need(&resource.right("import"))?;
    let mode = match parameters.iter().find(|(n, _)| n == "mode").map(|(_, v)| v.as_str()) {
        None | Some("insert") => Mode::Insert,
        Some("upsert") => Mode::Upsert,
        Some(_) => return Err(Problem::field("mode", "kind", "must be insert or upsert", "须为 insert 或 upsert")),
    };
    let format = Format::of_type(headers.get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default())?;
    let body = whole(body)?;
    let lang = caller.lang;
    let job = import::begin(&admin, caller, resource, data, (format, body, mode))?;
    let mut response = (StatusCode::ACCEPTED, Json(job.told(lang))).into_response();
    if let Ok(place) = HeaderValue::from_str(&format!("/api/v1/imports/{}", job.id)) {
        response.headers_mut().insert(header::LOCATION, place);
    }
    Ok(response)
}

async fn template(
    resource: &'static Resource,
    State(admin): State<Arc<Admin>>,
    Extension(caller): Extension<Caller>,
    Asked(parameters): Asked<Vec<(String, String)>>,
) -> Result<Response, Problem> {
    let format = Format::named(parameters.iter().find(|(n, _)| n == "format").map_or("csv", |(_, v)| v.as_str()))?;
    let entries = resource.rules.entries(&admin).await?;
    let own = entries.iter().map(|e| e.title.get(caller.lang).to_owned());
    let head: Vec<String> = import::importable(resource).map(|f| f.heading(caller.lang)).chain(own).collect();
    let bytes = match format {
        Format::Csv => sheet::csv_head(&head)?,
        Format::Xlsx => sheet::xlsx(&head, &[])?,
    };
    Ok(file(resource.path, format, Body::from(bytes)))
}

async fn view(State(admin): State<Arc<Admin>>, Extension(caller): Extension<Caller>, Path(id): Path<String>) -> Result<Json<Value>, Problem> {
    let job = admin.own::<Jobs>().find(&id, &caller).ok_or_else(Problem::not_found)?;
    Ok(Json(job.told(caller.lang)))
}

async fn cancel(State(admin): State<Arc<Admin>>, Extension(caller): Extension<Caller>, Path(id): Path<String>) -> Result<StatusCode, Problem> {
    admin.own::<Jobs>().find(&id, &caller).ok_or_else(Problem::not_found)?.cancel();
    Ok(StatusCode::NO_CONTENT)
}
