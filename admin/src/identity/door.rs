//! The gate before every route: who asks, in which language, sent by our own page or not; and the guard before each.
//!
//! Whatever lies behind the gate finds a [`Caller`] in the request. Problems get their words here, on the way out.
//! Doors that stay open, such as sockets, ask [`again`] who stands there.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::extract::{ConnectInfo, RawPathParams, Request, State};
use axum::http::header::{ACCEPT_LANGUAGE, ALLOW, AUTHORIZATION, CACHE_CONTROL, COOKIE, SET_COOKIE, X_CONTENT_TYPE_OPTIONS};
use axum::http::{Extensions, HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::Response;
use sea_orm::ConnectionTrait;
use sea_orm::sea_query::{Expr, ExprTrait, Query};

use super::key::{self, Holder};
use super::{Caller, DataScope, Via, address, caller, kiosk, session};
use crate::Admin;
use crate::problem::Problem;
use crate::words::{Lang, accepted};

/// What pages send with unsafe requests.
pub const CSRF: HeaderName = HeaderName::from_static("x-csrf-token");
const FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");
/// Signing in and pairing need no page token: there is no page yet.
const ENTRANCES: [&str; 2] = ["/api/v1/session", "/api/v1/kiosk"];

/// What a route asks of its caller.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Need {
    /// Nothing.
    Nothing,
    /// To be signed in, be it with a password that must be changed.
    SignedIn,
    /// To be signed in, whatever the rights.
    Known,
    /// To be a person, signed in: what no token may do.
    Person,
    /// A right.
    Right(String),
}

impl Need {
    /// Whether the caller has it.
    ///
    /// # Errors
    /// 401 or 403.
    pub fn check(&self, caller: &Caller) -> Result<(), Problem> {
        match self {
            Self::Nothing => Ok(()),
            Self::SignedIn if caller.via == Via::Nobody => Err(Problem::unauthorized()),
            Self::SignedIn => Ok(()),
            Self::Known => caller.known(),
            Self::Person => caller.person(),
            Self::Right(right) => caller.need(right).map(drop),
        }
    }
}

/// Lets only those through who have what is needed; behind the gate.
///
/// # Errors
/// 401 or 403.
pub async fn guard(need: Need, request: Request, next: Next) -> Result<Response, Problem> {
    match request.extensions().get::<Caller>() {
        Some(caller) => need.check(caller)?,
        None => return Err(Problem::unauthorized()),
    }
    Ok(next.run(request).await)
}

/// Lets only those through who may see the walls and, where the path names a `{board}`, this board; behind the gate.
///
/// # Errors
/// 401 or 403.
pub async fn guard_board(path: RawPathParams, request: Request, next: Next) -> Result<Response, Problem> {
    let Some(caller) = request.extensions().get::<Caller>() else { return Err(Problem::unauthorized()) };
    match path.iter().find(|(name, _)| *name == "board") {
        Some((_, board)) => caller.need_board(board)?,
        None => drop(caller.need(caller::WALL)?),
    }
    Ok(next.run(request).await)
}

/// Finds out who asks, and writes problems on the way out.
pub async fn gate(State(admin): State<Arc<Admin>>, mut request: Request, next: Next) -> Response {
    let spoken = accepted(request.headers().get(ACCEPT_LANGUAGE).and_then(|v| v.to_str().ok()));
    let found = find(&admin, request.headers(), request.extensions(), spoken).await;
    let (caller, cookie) = match found.and_then(|(caller, cookie)| {
        admin.limits().take(&caller)?;
        address::check(request.uri())?;
        own_page(&request, &caller)?;
        Ok((caller, cookie))
    }) {
        Ok(found) => found,
        Err(problem) => return finish(problem.write(spoken), spoken),
    };
    let lang = caller.lang;
    request.extensions_mut().insert(caller);
    let mut response = finish(next.run(request).await, lang);
    let renewed = cookie.and_then(|c| HeaderValue::from_str(&c).ok());
    if let Some(cookie) = renewed.filter(|_| !response.headers().contains_key(SET_COOKIE)) {
        response.headers_mut().insert(SET_COOKIE, cookie);
    }
    response
}

/// A problem gets its words, also the router's own that a method is not served; nothing of the API is kept by anybody on the way.
fn finish(mut response: Response, lang: Lang) -> Response {
    let no_method = (response.status() == StatusCode::METHOD_NOT_ALLOWED).then(Problem::no_method);
    if let Some(problem) = response.extensions_mut().remove::<Problem>().or(no_method) {
        let mut written = problem.write(lang);
        for (name, value) in response.headers() {
            if *name == SET_COOKIE || *name == ALLOW {
                written.headers_mut().append(name, value.clone());
            }
        }
        response = written;
    }
    let headers = response.headers_mut();
    headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}

/// Who asks, by a bearer key, a session's cookie or a screen's, in this order; with the cookie that is to be set anew.
///
/// # Errors
/// 401 for a key that is not good, or the store fails. A cookie that is not good is nobody's.
pub async fn find(admin: &Admin, headers: &HeaderMap, about: &Extensions, spoken: Lang) -> Result<(Caller, Option<String>), Problem> {
    let address = about.get::<ConnectInfo<SocketAddr>>().map_or_else(String::new, |ConnectInfo(a)| a.ip().to_string());
    let mut caller = Caller::nobody(spoken, address, admin.now());
    if let Some(header) = headers.get(AUTHORIZATION) {
        let key = header.to_str().ok().and_then(bearer).ok_or_else(Problem::unauthorized)?;
        if key::known(admin, &mut caller, key).await? {
            return Ok((caller, None));
        }
        // Whoever tries keys is limited by where they are.
        admin.limits().take(&caller)?;
        return Err(Problem::unauthorized());
    }
    if let Some(key) = cookie(headers, session::COOKIE)
        && let Some(session) = session::find(admin, key).await?
        && user(admin, &mut caller, &session.user_id).await?
    {
        caller.via = Via::Session { id: session.id, csrf: session.csrf };
        return Ok((caller, session.cookie));
    }
    if let Some(key) = cookie(headers, kiosk::COOKIE)
        && key::known(admin, &mut caller, key).await?
    {
        return Ok((caller, Some(kiosk::cookie(admin, key))));
    }
    if admin.options().open {
        caller.via = Via::Open;
        caller.name = "open".into();
        caller.grant(caller::EVERYTHING, DataScope::All);
    }
    Ok((caller, None))
}

/// Who a caller is by now: found again by what they were let in by, with what they may do now.
///
/// # Errors
/// 401 when that is no longer good, or the store fails.
pub async fn again(admin: &Admin, before: &Caller) -> Result<Caller, Problem> {
    let mut caller = Caller::nobody(before.lang, before.address.clone(), admin.now());
    let good = match &before.via {
        Via::Session { id, csrf } => match session::again(admin, id).await? {
            Some(user_id) => {
                caller.via = Via::Session { id: id.clone(), csrf: csrf.clone() };
                user(admin, &mut caller, &user_id).await?
            }
            None => false,
        },
        Via::Token(id) => key::again(admin, &mut caller, Holder::Token, id).await?,
        Via::Device(id) => key::again(admin, &mut caller, Holder::Device, id).await?,
        Via::Open | Via::Server => return Ok(before.clone()),
        Via::Nobody => false,
    };
    if good { Ok(caller) } else { Err(Problem::unauthorized()) }
}

/// Ends when a caller may no longer see a board, asked every so often: for sockets, which outlive the request that opened them.
/// A store that does not answer turns nobody out.
pub async fn gone(admin: Arc<Admin>, caller: Caller, board: String, every: std::time::Duration) {
    loop {
        tokio::time::sleep(every).await;
        let now = again(&admin, &caller).await.and_then(|caller| caller.need_board(&board));
        if now.is_err_and(|problem| matches!(problem.status(), StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN)) {
            return;
        }
    }
}

/// The key of a bearer's header; the scheme is written in any case.
fn bearer(header: &str) -> Option<&str> {
    let (scheme, key) = header.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| key.trim()).filter(|key| !key.is_empty())
}

/// Fills in a user with the rights of their roles; whether they may sign in at all.
pub(crate) async fn user(admin: &Admin, caller: &mut Caller, id: &str) -> Result<bool, Problem> {
    let select = Query::select()
        .columns(["login", "language", "must_change_password"])
        .from("users")
        .and_where(Expr::col("id").eq(id))
        .and_where(Expr::col("enabled").eq(true))
        .to_owned();
    let Some(row) = admin.db().query_one(&select).await? else { return Ok(false) };
    caller.user_id = Some(id.to_owned());
    caller.name = row.try_get("", "login")?;
    caller.lang = Lang::named(&row.try_get::<String>("", "language")?);
    caller.must_change_password = row.try_get("", "must_change_password")?;
    caller.take_roles(admin.db(), id).await?;
    Ok(true)
}

/// A cookie's value.
#[must_use]
pub fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let all = headers.get_all(COOKIE).iter().filter_map(|v| v.to_str().ok()).flat_map(|v| v.split(';'));
    all.filter_map(|pair| pair.trim().split_once('=')).find_map(|(n, value)| (n == name).then_some(value))
}

/// An unsafe request with a cookie must come from our own page: it knows the session's token, another's page does not.
fn own_page(request: &Request, caller: &Caller) -> Result<(), Problem> {
    if matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS) {
        return Ok(());
    }
    let header = |name: HeaderName| request.headers().get(name).and_then(|v| v.to_str().ok());
    if header(FETCH_SITE) == Some("cross-site") {
        return Err(Problem::forged());
    }
    if request.method() == Method::POST && ENTRANCES.contains(&request.uri().path()) {
        return Ok(());
    }
    match &caller.via {
        Via::Session { csrf, .. } if header(CSRF) != Some(csrf.as_str()) => Err(Problem::forged()),
        // A screen only looks.
        Via::Device(_) => Err(Problem::forged()),
        Via::Session { .. } | Via::Token(_) | Via::Nobody | Via::Open | Via::Server => Ok(()),
    }
}
