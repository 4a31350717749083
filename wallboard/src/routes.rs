//! The wall's addresses: the page, its files, the boards' sockets and their list.

use std::sync::Arc;

use axum::extract::{Path, Request, State};
use axum::http::header::{
    ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HOST, ORIGIN, REFERRER_POLICY, VARY,
    X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use axum::{Json, Router};
use futures::future::BoxFuture;
use serde::Serialize;

use crate::assets::{self, Asset};
use crate::board::Words;
use crate::hub::Stage;
use crate::{handshake, screen};

/// Everything from this origin, nothing inline, nothing else: a wall runs for months beside nobody.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self'; connect-src 'self'; \
                      base-uri 'none'; form-action 'none'; frame-ancestors 'self'";
/// A name with a hash of its content never changes.
const FOREVER: &str = "public, max-age=31536000, immutable";
const NOT_BUILT: &str = "The wall is not built into this binary. Run `npm ci && npm run build` in web/ and build again, or `cargo xtask demo`.\n";

/// Runs a screen's socket beside everything else; the server's, because only it starts tasks.
pub type Spawn = Arc<dyn Fn(BoxFuture<'static, ()>) + Send + Sync>;

/// What the routes need.
#[derive(Clone)]
struct Wall {
    stage: Arc<Stage>,
    spawn: Spawn,
}

/// The routes of the wall. Paths are absolute: merge, do not nest. `spawn` gets one future a screen, which ends with it.
pub fn router(stage: Arc<Stage>, spawn: Spawn) -> Router {
    Router::new()
        .route("/", get(async || Redirect::temporary("/wall/service")))
        .route("/wall/{board}", get(page))
        .route("/wall/assets/{file}", get(asset))
        .route("/ws/boards/{board}", get(socket))
        .route("/api/v1/boards", get(boards))
        .with_state(Wall { stage, spawn })
}

/// One entry of `GET /api/v1/boards`.
#[derive(Debug, Serialize)]
struct Listed<'a> {
    name: &'a str,
    title: &'a Words,
    theme: &'a str,
    lang: &'a str,
    /// Screens that look at it now.
    screens: usize,
}

async fn boards(State(Wall { stage, .. }): State<Wall>) -> Response {
    let listed = |seat: &crate::hub::Seat| seat.frames.receiver_count();
    let list: Vec<Listed<'_>> = stage
        .seats()
        .iter()
        .map(|seat| Listed { name: &seat.name, title: &seat.title, theme: &seat.theme, lang: &seat.lang, screens: listed(seat) })
        .collect();
    Json(list).into_response()
}

async fn page(State(Wall { stage, .. }): State<Wall>, Path(board): Path<String>, headers: HeaderMap) -> Response {
    if stage.seat(&board).is_none() {
        return (StatusCode::NOT_FOUND, "There is no such board; GET /api/v1/boards lists them.\n").into_response();
    }
    let Some(index) = assets::find("index.html") else {
        return (StatusCode::SERVICE_UNAVAILABLE, NOT_BUILT).into_response();
    };
    file(index, "no-cache", &headers)
}

async fn asset(Path(name): Path<String>, headers: HeaderMap) -> Response {
    match assets::find(&format!("assets/{name}")) {
        Some(asset) => file(asset, FOREVER, &headers),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

fn file(asset: &'static Asset, cache: &'static str, headers: &HeaderMap) -> Response {
    let accepts = headers.get(ACCEPT_ENCODING).and_then(|v| v.to_str().ok()).is_some_and(|v| v.split(',').any(|c| c.trim().starts_with("br")));
    let mut response = match asset.brotli.filter(|_| accepts) {
        Some(packed) => ([(CONTENT_ENCODING, "br")], packed).into_response(),
        None => asset.plain.into_response(),
    };
    let fixed = [
        (CONTENT_TYPE, asset.mime),
        (CACHE_CONTROL, cache),
        (VARY, "accept-encoding"),
        (CONTENT_SECURITY_POLICY, POLICY),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (REFERRER_POLICY, "no-referrer"),
    ];
    for (name, value) in fixed {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}

async fn socket(State(Wall { stage, spawn }): State<Wall>, Path(board): Path<String>, mut request: Request) -> Response {
    if !same_origin(request.headers()) {
        return (StatusCode::FORBIDDEN, "A page of another origin may not read a board.\n").into_response();
    }
    let Some(seat) = stage.seat(&board) else { return StatusCode::NOT_FOUND.into_response() };
    let (upgrade, response) = match handshake::accept(&mut request) {
        Ok(accepted) => accepted,
        Err(refusal) => return refusal,
    };
    let (frames, counts) = (stage.sit(seat), Arc::clone(stage.counts()));
    spawn(Box::pin(async move {
        // A connection that breaks before it is handed over was no screen yet.
        if let Ok(upgraded) = upgrade.await {
            screen::welcome(upgraded, frames, &counts).await;
        }
    }));
    response
}

/// A browser names the page's origin; a program that is no browser names none.
fn same_origin(headers: &HeaderMap) -> bool {
    let Some(origin) = headers.get(ORIGIN) else { return true };
    let host = headers.get(HOST).and_then(|v| v.to_str().ok());
    let authority = origin.to_str().ok().and_then(|origin| origin.split_once("://")).map(|(_, authority)| authority);
    authority.is_some() && authority == host
}

#[cfg(test)]
mod tests;
