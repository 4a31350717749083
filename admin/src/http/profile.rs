//! `/api/v1/profile`: what people change about themselves (个人信息).

mod tokens;

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use sea_orm::ConnectionTrait;
use sea_orm::sea_query::{Expr, ExprTrait, Query};
use serde::Deserialize;
use serde_json::{Value, json};

use super::Routes;
use super::body::Body;
use super::session::enter;
use crate::Admin;
use crate::audit::{self, Entry};
use crate::entity::users::USERS;
use crate::identity::door::Need;
use crate::identity::{Caller, DataScope, Via, key, lockout, password, session};
use crate::problem::{FieldError, Problem};
use crate::resource::{Field, Record, list, write};

/// What one may change about oneself.
const OWN: [&str; 4] = ["name", "phone", "language", "theme"];

const PROFILE: &[Field] = &[
    Field::text("name", "Name", "姓名"),
    Field::text("phone", "Phone", "电话"),
    Field::text("language", "Language", "语言"),
    Field::text("theme", "Theme", "主题"),
];
const PASSWORDS: &[Field] = &[Field::text("old", "Old password", "原密码").required(), Field::text("new", "New password", "新密码").required()];

pub(super) fn routes(routes: &mut Routes) {
    routes.get("/profile", Need::Known, "Your profile", view);
    routes.on(&Method::PATCH, "/profile", Need::Person, "Change your profile", change);
    routes.takes(PROFILE);
    routes.on(&Method::PUT, "/profile/password", Need::SignedIn, "Change your password", change_password);
    routes.takes(PASSWORDS);
    routes.get("/profile/sessions", Need::Person, "Your sessions", sessions);
    routes.on(&Method::DELETE, "/profile/sessions", Need::Person, "End your other sessions", end_others);
    routes.on(&Method::DELETE, "/profile/sessions/{id}", Need::Person, "End one of your sessions", end_one);
    tokens::routes(routes);
}

fn me(caller: &Caller) -> Result<String, Problem> {
    caller.user_id.clone().ok_or_else(Problem::not_found)
}

fn session_id(caller: &Caller) -> Option<&str> {
    match &caller.via {
        Via::Session { id, .. } => Some(id),
        _ => None,
    }
}

/// Oneself, with one's own number in full.
fn myself(caller: &Caller) -> Caller {
    let mut caller = caller.clone();
    caller.grant(crate::identity::caller::PHONES, DataScope::Own);
    caller
}

async fn view(State(admin): State<Arc<Admin>>, Extension(caller): Extension<Caller>) -> Result<Json<Record>, Problem> {
    Ok(Json(list::one(&admin, admin.db(), &myself(&caller), &USERS, &me(&caller)?, DataScope::Own).await?))
}

async fn change(State(admin): State<Arc<Admin>>, Extension(caller): Extension<Caller>, Body(body): Body<Record>) -> Result<Response, Problem> {
    let others: Vec<FieldError> = body
        .keys()
        .filter(|name| !OWN.contains(&name.as_str()))
        .map(|name| FieldError::new(name, "read_only", "you cannot change this yourself", "您不能自行修改"))
        .collect();
    if !others.is_empty() {
        return Err(Problem::invalid(others));
    }
    let (me, tx) = (me(&caller)?, admin.begin().await?);
    let row = write::change(&admin, &caller, &tx, &USERS, (&me, None), body, DataScope::Own).await?;
    let row = list::shown(&admin, &tx, &myself(&caller), &USERS, row).await?;
    tx.commit().await?;
    Ok(Json(row).into_response())
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Passwords {
    old: String,
    new: String,
}

/// Changes the password, ends every other session and every token, and begins this session anew.
async fn change_password(
    State(admin): State<Arc<Admin>>,
    Extension(caller): Extension<Caller>,
    headers: HeaderMap,
    Body(body): Body<Passwords>,
) -> Result<Response, Problem> {
    if matches!(caller.via, Via::Token(_)) {
        return Err(Problem::no_person());
    }
    let me = me(&caller)?;
    lockout::check(&admin, &caller.name).await?;
    let select = Query::select().column("password_hash").from("users").and_where(Expr::col("id").eq(me.clone())).to_owned();
    let kept: Option<String> = admin.db().query_one(&select).await?.map(|row| row.try_get("", "password_hash")).transpose()?.flatten();
    if !password::fits(&body.old, kept.as_deref()).await? {
        lockout::failed(&admin, &caller.name).await?;
        return Err(Problem::field("old", "rule", "is not your password", "原密码不正确"));
    }
    password::accept("new", &body.new, &caller.name).map_err(|e| Problem::invalid(vec![e]))?;
    if body.new == body.old {
        return Err(Problem::field("new", "rule", "must be another", "不能与原密码相同"));
    }
    let hash = password::hash(&admin, &body.new).await?;
    let tx = admin.begin().await?;
    let mut update = Query::update();
    update.table("users").value("password_hash", hash).value("must_change_password", false).and_where(Expr::col("id").eq(me.clone()));
    tx.execute(&update).await?;
    session::end(&tx, &me, None, None).await?;
    key::end(&tx, &me).await?;
    let entry = Entry { action: "change-password", resource: "users", target: Some(&me), label: &caller.name, ..Entry::default() };
    audit::note(&admin, &tx, &caller, entry).await?;
    tx.commit().await?;
    enter(&admin, caller, &me, &headers).await
}

async fn sessions(State(admin): State<Arc<Admin>>, Extension(caller): Extension<Caller>) -> Result<Json<Value>, Problem> {
    Ok(Json(json!({ "items": session::list(&admin, &me(&caller)?, session_id(&caller)).await? })))
}

async fn end_others(State(admin): State<Arc<Admin>>, Extension(caller): Extension<Caller>) -> Result<StatusCode, Problem> {
    session::end(admin.db(), &me(&caller)?, None, session_id(&caller)).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn end_one(State(admin): State<Arc<Admin>>, Extension(caller): Extension<Caller>, Path(id): Path<String>) -> Result<StatusCode, Problem> {
    match session::end(admin.db(), &me(&caller)?, Some(&id), None).await? {
        0 => Err(Problem::not_found()),
        _ => Ok(StatusCode::NO_CONTENT),
    }
}
