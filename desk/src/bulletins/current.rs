//! `GET /api/v1/bulletins/current`: what is to be read now by those who ask; and the strip on the wall.

use std::collections::HashSet;
use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::{Extension, Json};
use callboard_domain::Timestamp;
use sea_orm::ConnectionTrait;
use sea_orm::sea_query::{Cond, Condition, Expr, ExprTrait, OnConflict, Order, Query, SelectStatement};
use serde::Serialize;
use serde_json::{Value, json};

use callboard_admin::Admin;
use callboard_admin::http::Routes;
use callboard_admin::identity::Caller;
use callboard_admin::identity::door::Need;
use callboard_admin::problem::Problem;
use callboard_admin::resource::column;

/// The most that are shown at once.
const MOST: u64 = 50;
/// The most levels of groups.
const DEEPEST: usize = 20;

pub(super) fn routes(routes: &mut Routes) {
    routes.get("/bulletins/current", Need::Known, "Bulletins to read now", current);
    routes.post("/bulletins/{id}/read", Need::Known, "Mark a bulletin as read", read);
}

/// A bulletin as the wall's strip shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Strip {
    /// Its title.
    pub title: String,
    /// `info`, `warning` or `urgent`.
    pub level: String,
}

fn running(now: Timestamp) -> Condition {
    let (column, now) = (|name| Expr::col(("bulletins", name)), now.as_millis());
    Cond::all()
        .add(column("enabled").eq(true))
        .add(column("from_at").lte(now))
        .add(Cond::any().add(column("until_at").is_null()).add(column("until_at").gt(now)))
}

fn bulletins(now: Timestamp) -> SelectStatement {
    let mut select = Query::select();
    for name in ["id", "title", "body", "level", "from_at", "until_at"] {
        select.column(("bulletins", name));
    }
    select.from("bulletins").cond_where(running(now)).order_by(("bulletins", "from_at"), Order::Desc).order_by(("bulletins", "id"), Order::Desc);
    select.limit(MOST).to_owned()
}

/// What runs on the wall now, the latest first. Only those for everybody: a wall hangs where all pass.
///
/// # Errors
/// When the store fails.
pub async fn on_wall(db: &impl ConnectionTrait, now: Timestamp) -> Result<Vec<Strip>, Problem> {
    let addressed = Query::select().column("bulletin_id").from("bulletin_groups").to_owned();
    let select = bulletins(now)
        .and_where(Expr::col(("bulletins", "on_wall")).eq(true))
        .and_where(Expr::col(("bulletins", "id")).not_in_subquery(addressed))
        .to_owned();
    let mut all = Vec::new();
    for row in db.query_all(&select).await? {
        all.push(Strip { title: row.try_get("", "title")?, level: row.try_get("", "level")? });
    }
    Ok(all)
}

/// What the caller is to read: for everybody, for their group, or for one above it.
async fn mine(db: &impl ConnectionTrait, caller: &Caller) -> Result<SelectStatement, Problem> {
    let addressed = Query::select().column("bulletin_id").from("bulletin_groups").to_owned();
    let to_mine =
        Query::select().column("bulletin_id").from("bulletin_groups").and_where(Expr::col("group_id").is_in(above(db, caller).await?)).to_owned();
    let id = || Expr::col(("bulletins", "id"));
    Ok(bulletins(caller.at).cond_where(Cond::any().add(id().not_in_subquery(addressed)).add(id().in_subquery(to_mine))).to_owned())
}

async fn above(db: &impl ConnectionTrait, caller: &Caller) -> Result<Vec<String>, Problem> {
    let mut groups: Vec<String> = Vec::new();
    let own = Query::select().column("group_id").from("users").and_where(Expr::col("id").eq(caller.user_id.clone().unwrap_or_default())).to_owned();
    let mut next: Option<String> = db.query_one(&own).await?.map(|row| row.try_get::<Option<String>>("", "group_id")).transpose()?.flatten();
    while let Some(group) = next.filter(|_| groups.len() < DEEPEST) {
        let parent = Query::select().column("parent_id").from("user_groups").and_where(Expr::col("id").eq(&group)).to_owned();
        next = db.query_one(&parent).await?.map(|row| row.try_get::<Option<String>>("", "parent_id")).transpose()?.flatten();
        groups.push(group);
    }
    Ok(groups)
}

async fn current(State(admin): State<Arc<Admin>>, Extension(caller): Extension<Caller>) -> Result<Json<Value>, Problem> {
    let marks = Query::select()
        .column("bulletin_id")
        .from("bulletin_reads")
        .and_where(Expr::col("user_id").eq(caller.user_id.clone().unwrap_or_default()))
        .to_owned();
    let mut read: HashSet<String> = HashSet::new();
    for row in admin.db().query_all(&marks).await? {
        read.insert(row.try_get("", "bulletin_id")?);
    }
    let mut items = Vec::new();
    for row in admin.db().query_all(&mine(admin.db(), &caller).await?).await? {
        let text = |name: &str| row.try_get::<String>("", name);
        let (id, until) = (text("id")?, row.try_get::<Option<i64>>("", "until_at")?.map(column::instant));
        items.push(json!({
            "id": id, "title": text("title")?, "body": text("body")?, "level": text("level")?, "from_at": column::instant(row.try_get("", "from_at")?),
            "until_at": until, "read": read.contains(&id),
        }));
    }
    Ok(Json(json!({ "items": items })))
}

async fn read(State(admin): State<Arc<Admin>>, Extension(caller): Extension<Caller>, Path(id): Path<String>) -> Result<StatusCode, Problem> {
    let me = caller.user_id.clone().ok_or_else(Problem::not_found)?;
    let only = mine(admin.db(), &caller).await?.and_where(Expr::col(("bulletins", "id")).eq(&id)).to_owned();
    admin.db().query_one(&only).await?.ok_or_else(Problem::not_found)?;
    let mut insert = Query::insert();
    insert
        .into_table("bulletin_reads")
        .columns(["bulletin_id", "user_id", "at"])
        .values_panic([Expr::val(&id), Expr::val(&me), Expr::val(admin.now().as_millis())])
        .on_conflict(OnConflict::columns(["bulletin_id", "user_id"]).do_nothing().to_owned());
    admin.db().execute(&insert).await?;
    Ok(StatusCode::NO_CONTENT)
}
