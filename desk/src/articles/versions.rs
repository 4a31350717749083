//! Versions of an article, publishing and withdrawing, and how often it helped.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::{Extension, Json};
use sea_orm::ConnectionTrait;
use sea_orm::sea_query::{Expr, ExprTrait, Order, Query};
use serde::Deserialize;
use serde_json::{Value, json};

use super::ARTICLES;
use callboard_admin::Admin;
use callboard_admin::entity::standard::record;
use callboard_admin::http::{Routes, body::Body};
use callboard_admin::identity::Caller;
use callboard_admin::identity::door::Need;
use callboard_admin::problem::Problem;
use callboard_admin::resource::{Field, Record, column, list, write};
use callboard_admin::store::row;

/// The most versions of one answer.
const MOST: u64 = 200;

pub(super) fn routes(routes: &mut Routes) {
    const USED: &[Field] = &[Field::text("call_id", "Call", "通话").max(100)];
    let (read, edit) = (Need::Right(ARTICLES.right("read")), Need::Right(ARTICLES.right("write")));
    routes.get("/articles/{id}/versions", edit.clone(), "Versions of an article", versions);
    routes.get("/articles/{id}/versions/{revision}", edit.clone(), "One version of an article", version);
    routes.post("/articles/{id}/versions/{revision}/restore", edit.clone(), "Make an old version the newest", restore);
    routes.post("/articles/{id}/publish", edit.clone(), "Publish an article", |state, caller, id| turn("published", state, caller, id));
    routes.post("/articles/{id}/withdraw", edit, "Withdraw an article", |state, caller, id| turn("withdrawn", state, caller, id));
    routes.post("/articles/{id}/use", read, "Say that an article helped", used);
    routes.takes(USED);
}

async fn article(admin: &Admin, caller: &Caller, id: &str, right: &str) -> Result<Record, Problem> {
    let data = caller.need(&ARTICLES.right(right))?;
    list::raw(admin.db(), caller, &ARTICLES, id, data).await?.ok_or_else(Problem::not_found)
}

async fn versions(State(admin): State<Arc<Admin>>, Extension(caller): Extension<Caller>, Path(id): Path<String>) -> Result<Json<Value>, Problem> {
    article(&admin, &caller, &id, "write").await?;
    let select = Query::select()
        .columns(["revision", "title", "state", "author", "created_at"])
        .from("article_versions")
        .and_where(Expr::col("article_id").eq(&id))
        .order_by("revision", Order::Desc)
        .limit(MOST)
        .to_owned();
    let mut items = Vec::new();
    for row in admin.db().query_all(&select).await? {
        let text = |name: &str| row.try_get::<String>("", name);
        let at = column::instant(row.try_get("", "created_at")?);
        items.push(json!({
            "revision": row.try_get::<i64>("", "revision")?, "title": text("title")?, "state": text("state")?, "author": text("author")?, "created_at": at,
        }));
    }
    Ok(Json(json!({ "items": items })))
}

/// Title and text of a version.
async fn old(admin: &Admin, id: &str, revision: &str) -> Result<(String, String), Problem> {
    let revision: i64 = revision.parse().map_err(|_| Problem::not_found())?;
    let select = Query::select()
        .columns(["title", "body"])
        .from("article_versions")
        .and_where(Expr::col("article_id").eq(id))
        .and_where(Expr::col("revision").eq(revision))
        .to_owned();
    let row = admin.db().query_one(&select).await?.ok_or_else(Problem::not_found)?;
    Ok((row.try_get("", "title")?, row.try_get("", "body")?))
}

async fn version(
    State(admin): State<Arc<Admin>>,
    Extension(caller): Extension<Caller>,
    Path((id, revision)): Path<(String, String)>,
) -> Result<Json<Value>, Problem> {
    article(&admin, &caller, &id, "write").await?;
    let (title, body) = old(&admin, &id, &revision).await?;
    Ok(Json(json!({ "revision": revision.parse::<i64>().ok(), "title": title, "body": body })))
}

async fn restore(
    State(admin): State<Arc<Admin>>,
    Extension(caller): Extension<Caller>,
    Path((id, revision)): Path<(String, String)>,
) -> Result<Json<Record>, Problem> {
    let data = caller.need(&ARTICLES.right("write"))?;
    let (title, body) = old(&admin, &id, &revision).await?;
    let tx = admin.begin().await?;
    write::change(&admin, &caller, &tx, &ARTICLES, (&id, None), record(json!({ "title": title, "body": body })), data).await?;
    let row = list::one(&admin, &tx, &caller, &ARTICLES, &id, data).await?;
    tx.commit().await?;
    Ok(Json(row))
}

/// Publishes or withdraws: the state is the server's to write.
async fn turn(
    state: &'static str,
    State(admin): State<Arc<Admin>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
) -> Result<Json<Record>, Problem> {
    let data = caller.need(&ARTICLES.right("write"))?;
    let row = article(&admin, &caller, &id, "write").await?;
    let is = row.get("state").and_then(Value::as_str).unwrap_or_default();
    if is == state || (state == "withdrawn" && is != "published") {
        return Err(Problem::refused(format!("the article is in state {is}"), format!("知识点当前状态为 {is}")));
    }
    let tx = admin.begin().await?;
    let mut changes = record(json!({ "state": state }));
    if state == "published" {
        changes.insert("published_at".into(), admin.now().to_string().into());
    }
    write::set(&admin, &caller, &tx, &ARTICLES, &id, changes, data).await?;
    let row = list::one(&admin, &tx, &caller, &ARTICLES, &id, data).await?;
    tx.commit().await?;
    Ok(Json(row))
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Used {
    call_id: Option<String>,
}

async fn used(
    State(admin): State<Arc<Admin>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
    Body(used): Body<Used>,
) -> Result<StatusCode, Problem> {
    article(&admin, &caller, &id, "read").await?;
    if used.call_id.as_ref().is_some_and(|c| c.len() > 100) {
        return Err(Problem::field("call_id", "long", "may have at most 100 characters", "最多 100 个字符"));
    }
    let tx = admin.begin().await?;
    let values = vec![("article_id", id.as_str().into()), ("user_id", caller.user_id.clone().into()), ("call_id", used.call_id.into())];
    tx.execute(&row::insert("article_uses", &admin.new_id(), admin.now(), values)).await?;
    tx.execute(Query::update().table("articles").value("used", Expr::col("used").add(1)).and_where(Expr::col("id").eq(&id))).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
