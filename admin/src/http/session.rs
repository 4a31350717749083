//! `/api/v1/session`: signing in, who one is, signing out.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use sea_orm::ConnectionTrait;
use sea_orm::sea_query::{Expr, ExprTrait, Query};
use serde::Deserialize;
use serde_json::{Value, json};

use super::Routes;
use super::body::Body;
use crate::audit::{self, Entry};
use crate::identity::door::{self, Need};
use crate::identity::session::Way;
use crate::identity::{Caller, Via, lockout, password, session};
use crate::problem::Problem;
use crate::resource::Field;
use crate::{Admin, Centre};

const SIGN_IN: &[Field] = &[Field::text("login", "Login", "用户名").required(), Field::text("password", "Password", "密码").required()];

pub(super) fn routes(routes: &mut Routes) {
    routes.post("/session", Need::Nothing, "Sign in", sign_in);
    routes.takes(SIGN_IN);
    routes.get("/session", Need::SignedIn, "Who you are and what you may do", view);
    routes.on(&Method::DELETE, "/session", Need::SignedIn, "Sign out", sign_out);
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct SignIn {
    login: String,
    password: String,
}

async fn sign_in(
    State(admin): State<Arc<Admin>>,
    Extension(mut caller): Extension<Caller>,
    headers: HeaderMap,
    Body(body): Body<SignIn>,
) -> Result<Response, Problem> {
    let login = body.login.trim().to_lowercase();
    if login.chars().count() > 64 || body.password.chars().count() > 128 {
        return Err(Problem::wrong_password());
    }
    lockout::check(&admin, &login).await?;
    let (id, kept) = kept(&admin, &login).await?;
    caller.name.clone_from(&login);
    if !password::fits(&body.password, kept.as_deref()).await? {
        let locked = lockout::failed(&admin, &login).await?;
        let action = if locked { "sign-in-locked" } else { "sign-in-failed" };
        note(&admin, &caller, action, id.as_deref(), &login).await?;
        return Err(Problem::wrong_password());
    }
    let id = id.ok_or_else(Problem::wrong_password)?;
    lockout::forget(admin.db(), &login).await?;
    enter(&admin, caller, &id, &headers).await
}

/// A user's id and password by their login; none for those who may not sign in.
async fn kept(admin: &Admin, login: &str) -> Result<(Option<String>, Option<String>), Problem> {
    let select = Query::select().columns(["id", "password_hash", "enabled"]).from("users").and_where(Expr::col("login").eq(login)).to_owned();
    let Some(row) = admin.db().query_one(&select).await? else { return Ok((None, None)) };
    let hash: Option<String> = row.try_get("", "password_hash")?;
    Ok((Some(row.try_get("", "id")?), hash.filter(|_| row.try_get("", "enabled").unwrap_or(false))))
}

/// Begins a session for somebody who has shown who they are by their password.
pub(super) async fn enter(admin: &Admin, caller: Caller, id: &str, headers: &HeaderMap) -> Result<Response, Problem> {
    let (user, cookie) = open(admin, caller, id, headers, Way::Password).await?;
    Ok(([(header::SET_COOKIE, cookie)], Json(about(admin, &user).await?)).into_response())
}

/// Begins a session for somebody who has shown who they are; the user and the cookie.
///
/// # Errors
/// 401 for a disabled user, or the store fails.
pub async fn open(admin: &Admin, caller: Caller, id: &str, headers: &HeaderMap, way: Way) -> Result<(Caller, String), Problem> {
    let mut user = Caller::nobody(caller.lang, caller.address.clone(), caller.at);
    if !door::user(admin, &mut user, id).await? {
        return Err(Problem::wrong_password());
    }
    let agent = headers.get(header::USER_AGENT).and_then(|v| v.to_str().ok()).unwrap_or_default();
    // Whoever signs in again leaves the session that they had.
    if let (Via::Session { id, .. }, Some(before)) = (&caller.via, &caller.user_id) {
        session::end(admin.db(), before, Some(id), None).await?;
    }
    let session = session::begin(admin, admin.db(), id, way, (&user.address, agent)).await?;
    let update = Query::update().table("users").value("last_sign_in_at", admin.now().as_millis()).and_where(Expr::col("id").eq(id)).to_owned();
    admin.db().execute(&update).await?;
    user.via = Via::Session { id: session.id, csrf: session.csrf };
    let login = user.name.clone();
    note(admin, &user, "sign-in", Some(id), &login).await?;
    Ok((user, session.cookie.unwrap_or_default()))
}

/// Writes down that somebody signed in or out, or could not.
///
/// # Errors
/// When the store fails.
pub async fn note(admin: &Admin, caller: &Caller, action: &'static str, id: Option<&str>, login: &str) -> Result<(), Problem> {
    let entry = Entry { action, resource: "session", target: id, label: login, ..Entry::default() };
    audit::note(admin, admin.db(), caller, entry).await
}

async fn view(State(admin): State<Arc<Admin>>, Extension(caller): Extension<Caller>) -> Result<Json<Value>, Problem> {
    Ok(Json(about(&admin, &caller).await?))
}

/// Who somebody is and what they may do.
pub(super) async fn about(admin: &Admin, caller: &Caller) -> Result<Value, Problem> {
    let mut user = json!({ "id": null, "login": caller.name, "name": caller.name, "language": caller.lang.name(), "theme": "system" });
    if let Some(id) = &caller.user_id {
        let select = Query::select().columns(["login", "name", "language", "theme"]).from("users").and_where(Expr::col("id").eq(id)).to_owned();
        if let Some(row) = admin.db().query_one(&select).await? {
            let text = |name: &str| row.try_get::<String>("", name);
            user = json!({ "id": id, "login": text("login")?, "name": text("name")?, "language": text("language")?, "theme": text("theme")? });
        }
    }
    if let Some(user) = user.as_object_mut() {
        user.insert("must_change_password".into(), caller.must_change_password.into());
    }
    let (csrf, via) = match &caller.via {
        Via::Session { id, csrf } => (Some(csrf), session::way(admin, id).await?),
        Via::Token(_) => (None, "token".into()),
        Via::Device(_) => (None, "device".into()),
        Via::Open | Via::Server | Via::Nobody => (None, "open".into()),
    };
    let rights = caller.rights().collect::<Vec<_>>();
    let centre = admin.given::<Centre>();
    Ok(json!({ "user": user, "rights": rights, "scope": caller.widest().name(), "csrf": csrf, "via": via, "centre": centre.as_deref() }))
}

async fn sign_out(State(admin): State<Arc<Admin>>, Extension(caller): Extension<Caller>) -> Result<Response, Problem> {
    if let (Via::Session { id, .. }, Some(user)) = (&caller.via, &caller.user_id) {
        session::end(admin.db(), user, Some(id), None).await?;
        note(&admin, &caller, "sign-out", Some(user), &caller.name).await?;
    }
    Ok((StatusCode::NO_CONTENT, [(header::SET_COOKIE, session::no_cookie(&admin))]).into_response())
}
