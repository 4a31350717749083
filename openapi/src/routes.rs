//! `GET /api/v1/openapi.json`, and a page to browse it that needs nothing from elsewhere.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};

use callboard_admin::Admin;
use callboard_admin::http::Routes;
use callboard_admin::identity::door::Need;

use crate::document::document;

/// The page has no script: everything is written by the server.
const POLICY: &str = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
const STYLE: &str = "body{font:14px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:70rem;padding:0 1rem;color-scheme:light dark}\
code,pre{font-family:ui-monospace,monospace}h2{margin-top:2rem}details{border-top:1px solid #8884;padding:.25rem 0}summary{cursor:pointer}\
.method{display:inline-block;width:4.5rem;font-weight:600}.path{font-family:ui-monospace,monospace}.what{color:#777;margin-left:1rem}\
table{border-collapse:collapse}td,th{text-align:left;padding:.1rem 1rem .1rem 0;vertical-align:top}";

pub(crate) fn routes(routes: &mut Routes) {
    routes.get("/openapi.json", Need::Nothing, "This document", async |State(admin): State<Arc<Admin>>| Json(document(admin.parts())));
    routes.get("/docs", Need::Nothing, "This document as a page", page);
    routes.get("/docs/style.css", Need::Nothing, "The page's looks", async || ([(header::CONTENT_TYPE, "text/css; charset=utf-8")], STYLE));
}

async fn page(State(admin): State<Arc<Admin>>) -> Response {
    let headers = [(header::CONTENT_TYPE, "text/html; charset=utf-8"), (header::CONTENT_SECURITY_POLICY, POLICY)];
    (headers, crate::page::page(&document(admin.parts()))).into_response()
}
