//! Notes on a call (通话备注): what people write beside it, seen by whoever sees the call.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::{Method, StatusCode};
use axum::{Extension, Json};
use callboard_admin::Admin;
use callboard_admin::audit::{self, Entry};
use callboard_admin::contacts::{self, ELSEWHERE};
use callboard_admin::entity::standard::record;
use callboard_admin::http::Routes;
use callboard_admin::http::body::Body;
use callboard_admin::identity::Caller;
use callboard_admin::identity::door::Need;
use callboard_admin::problem::Problem;
use callboard_admin::resource::{Field, Kind, Record, body, column};
use callboard_admin::store::row;
use sea_orm::ConnectionTrait;
use sea_orm::sea_query::{Expr, ExprTrait, Order, Query};
use serde_json::{Value, json};

/// Sees calls, and their notes.
const READ: &str = "calls.read";
/// Writes notes.
const WRITE: &str = "calls.note";
/// Its name in the audit log, and its table.
const NAME: &str = "call_notes";
/// Characters of one note.
const LONGEST: usize = 2_000;
/// Notes of one call.
const MOST: usize = 200;

const TEXT: &[Field] = &[Field::new("text", Kind::LongText, "Note", "备注").required().max(LONGEST)];

pub(crate) fn routes(routes: &mut Routes) {
    let path = "/calls/{source}/{call}/notes";
    routes.get(path, Need::Right(READ.into()), "Notes on a call, the first first", all);
    routes.also(ELSEWHERE);
    routes.post(path, Need::Right(WRITE.into()), "Write a note on a call", add);
    routes.takes(TEXT);
    routes.also(ELSEWHERE);
    routes.on(&Method::DELETE, "/calls/{source}/{call}/notes/{id}", Need::Right(WRITE.into()), "Take back a note of one's own", remove);
    routes.also(ELSEWHERE);
}

async fn all(
    State(admin): State<Arc<Admin>>,
    Extension(caller): Extension<Caller>,
    Path((source, call)): Path<(String, String)>,
) -> Result<Json<Value>, Problem> {
    contacts::need(&admin, &caller, READ, &source, &call).await?;
    Ok(Json(json!({ "items": read(&admin, &caller, &source, &call).await? })))
}

async fn add(
    State(admin): State<Arc<Admin>>,
    Extension(caller): Extension<Caller>,
    Path((source, call)): Path<(String, String)>,
    Body(note): Body<Record>,
) -> Result<Json<Value>, Problem> {
    let note = body::taken(TEXT, note)?;
    let text = note.get("text").and_then(Value::as_str).unwrap_or_default().trim(); // it is required, and blanks are nothing
    contacts::need(&admin, &caller, WRITE, &source, &call).await?;
    if read(&admin, &caller, &source, &call).await?.len() >= MOST {
        return Err(Problem::refused(format!("a call has at most {MOST} notes"), format!("每通通话最多 {MOST} 条备注")));
    }
    let (tx, id) = (admin.begin().await?, admin.new_id());
    let values =
        vec![("source", source.as_str().into()), ("call", call.as_str().into()), ("text", text.into()), ("user_id", caller.user_id.clone().into())];
    tx.execute(&row::insert(NAME, &id, admin.now(), values)).await?;
    let after = Some(record(json!({ "call": call, "text": text })));
    audit::note(&admin, &tx, &caller, Entry { action: "create", resource: NAME, target: Some(&id), label: &call, after, ..Entry::default() }).await?;
    tx.commit().await?;
    let notes = read(&admin, &caller, &source, &call).await?;
    let note = notes.into_iter().find(|note| note.get("id").and_then(Value::as_str) == Some(&id)).ok_or_else(Problem::internal)?;
    Ok(Json(note))
}

async fn remove(
    State(admin): State<Arc<Admin>>,
    Extension(caller): Extension<Caller>,
    Path((source, call, id)): Path<(String, String, String)>,
) -> Result<StatusCode, Problem> {
    contacts::need(&admin, &caller, WRITE, &source, &call).await?;
    let notes = read(&admin, &caller, &source, &call).await?;
    let note = notes.iter().find(|note| note.get("id").and_then(Value::as_str) == Some(&id)).ok_or_else(Problem::not_found)?;
    if note.get("own") != Some(&Value::Bool(true)) {
        return Err(Problem::refused("only whoever wrote a note takes it back", "只能撤回自己填写的备注"));
    }
    let tx = admin.begin().await?;
    tx.execute(&Query::delete().from_table(NAME).and_where(Expr::col("id").eq(&id)).to_owned()).await?;
    let before = Some(record(json!({ "call": call, "text": note.get("text") })));
    audit::note(&admin, &tx, &caller, Entry { action: "delete", resource: NAME, target: Some(&id), label: &call, before, ..Entry::default() })
        .await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn read(admin: &Admin, caller: &Caller, source: &str, call: &str) -> Result<Vec<Value>, Problem> {
    let select = Query::select()
        .columns(["id", "text", "created_at", "user_id"].map(|name| (NAME, name)))
        .expr_as(Expr::col(("users", "name")), "user")
        .from(NAME)
        .left_join("users", Expr::col(("users", "id")).equals((NAME, "user_id")))
        .and_where(Expr::col((NAME, "source")).eq(source))
        .and_where(Expr::col((NAME, "call")).eq(call))
        .order_by((NAME, "created_at"), Order::Asc)
        .order_by((NAME, "id"), Order::Asc)
        .to_owned();
    let mut notes = Vec::new();
    for row in admin.db().query_all(&select).await? {
        let user = row.try_get::<Option<String>>("", "user_id")?;
        notes.push(json!({
            "id": row.try_get::<String>("", "id")?,
            "text": row.try_get::<String>("", "text")?,
            "created_at": column::instant(row.try_get("", "created_at")?),
            "own": user == caller.user_id,
            "user_id": user,
            "user_label": row.try_get::<Option<String>>("", "user")?,
        }));
    }
    Ok(notes)
}
