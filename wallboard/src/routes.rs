//! The wall's addresses: the page, its files, the boards' sockets and their list.

use std::sync::Arc;

use axum::extract::{Path, Request, State};
use axum::http::header::{HOST, ORIGIN};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use axum::{Json, Router};
use callboard_pages::{Policy, WALL};
use futures::FutureExt;
use futures::future::{BoxFuture, pending};
use serde::Serialize;

use crate::board::Words;
use crate::hub::Stage;
use crate::{handshake, screen};

/// Runs a screen's socket beside everything else; the server's, because only it starts tasks.
pub type Spawn = Arc<dyn Fn(BoxFuture<'static, ()>) + Send + Sync>;

/// When a screen may look no longer. Whoever guards the routes lays it into the request of a socket.
#[derive(Clone)]
pub struct Leave(pub Arc<dyn Fn() -> BoxFuture<'static, ()> + Send + Sync>);

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
    callboard_pages::index(&WALL, Policy::WALL, &headers)
}

async fn asset(Path(name): Path<String>, headers: HeaderMap) -> Response {
    callboard_pages::file(&WALL, &format!("assets/{name}"), Policy::WALL, &headers)
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
    let gone = request.extensions_mut().remove::<Leave>().map_or_else(|| pending().boxed(), |leave| (leave.0)());
    spawn(Box::pin(async move {
        // A connection that breaks before it is handed over was no screen yet.
        if let Ok(upgraded) = upgrade.await {
            screen::welcome(upgraded, frames, &counts, gone).await;
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
