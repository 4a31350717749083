//! Call-backs (呼损回访): who has taken a caller whose call was lost, and what came of calling back.
//!
//! Which callers these are follows from the calls themselves, so whoever keeps calls lists them; here is only what people say. A mark
//! belongs to the last lost call: a caller who is lost again is to be called back again.

use std::collections::HashMap;
use std::sync::Arc;

use axum::extract::{Path, State};
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
use callboard_admin::resource::{Choice, Field, Kind, Record, body, column, list};
use callboard_admin::store::row;
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict, Query, SelectStatement};
use sea_orm::{ConnectionTrait, QueryResult};
use serde_json::{Value, json};

use crate::customers::{self, CUSTOMERS};

/// Sees who is to be called back.
pub const READ: &str = "call_backs.read";
/// Takes callers and closes them.
pub const WRITE: &str = "call_backs.write";
/// Its name in the audit log, and its table.
const NAME: &str = "call_backs";
/// Calls that are looked up at once.
const AT_ONCE: usize = 400;

const STATES: &[Choice] = &[Choice::new("open", "Open", "待回访"), Choice::new("taken", "Taken", "处理中"), Choice::new("done", "Done", "已回访")];
const RESULTS: &[Choice] = &[
    Choice::new("reached", "Reached", "已联系"),
    Choice::new("not_reached", "Not reached", "未接通"),
    Choice::new("not_needed", "Not needed", "无需回访"),
];

/// What people say of a lost call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    /// `open`, `taken` or `done`.
    pub state: String,
    /// What came of it.
    pub result: Option<String>,
    /// What is to be remembered.
    pub note: Option<String>,
    /// Who took or closed it.
    pub user_id: Option<String>,
    /// What they are called.
    pub user: Option<String>,
    /// Since when, as the API tells times.
    pub changed_at: Value,
}

/// The marks of calls, by source and call.
///
/// # Errors
/// When the store fails.
pub async fn marks(admin: &Admin, calls: &[(String, String)]) -> Result<HashMap<(String, String), Mark>, Problem> {
    let mut found = HashMap::new();
    for some in calls.chunks(AT_ONCE) {
        let select = selected().and_where(Expr::col((NAME, "call")).is_in(some.iter().map(|(_, call)| call.as_str()))).to_owned();
        for row in admin.db().query_all(&select).await? {
            found.insert((row.try_get("", "source")?, row.try_get("", "call")?), mark(&row)?);
        }
    }
    Ok(found)
}

/// The customer who has a number, if the caller may see them: id and name.
///
/// # Errors
/// When the store fails.
pub async fn customer(admin: &Admin, caller: &Caller, number: &str) -> Result<Option<(String, String)>, Problem> {
    let Some(data) = caller.may(&CUSTOMERS.right("read")) else { return Ok(None) };
    let Some(id) = customers::of_number(admin.db(), number).await? else { return Ok(None) };
    let row = list::raw(admin.db(), caller, &CUSTOMERS, &id, data).await?;
    Ok(row.and_then(|row| Some((id, row.get(CUSTOMERS.label)?.as_str()?.to_owned()))))
}

const TAKES: &[Field] = &[
    Field::new("state", Kind::Choice(STATES), "State", "状态").required(),
    Field::new("result", Kind::Choice(RESULTS), "What came of it", "回访结果"),
    Field::new("note", Kind::LongText, "Note", "备注").max(2_000),
    Field::flag("anyway", "Although somebody else has it", "即使他人已领取"),
];

pub(crate) fn routes(routes: &mut Routes) {
    routes.post("/call-backs/{source}/{call}", Need::Right(WRITE.into()), "Take a caller who was lost, close or open them again", change);
    routes.takes(TAKES);
    routes.also(ELSEWHERE);
}

async fn change(
    State(admin): State<Arc<Admin>>,
    Extension(caller): Extension<Caller>,
    Path((source, call)): Path<(String, String)>,
    Body(changed): Body<Record>,
) -> Result<Json<Value>, Problem> {
    let changed = body::taken(TAKES, changed)?;
    let said = |name: &str| changed.get(name).and_then(Value::as_str).map(|text| text.trim().to_owned());
    let state = said("state").unwrap_or_default(); // it is required
    contacts::need(&admin, &caller, WRITE, &source, &call).await?;
    let tx = admin.begin().await?;
    let select = selected().and_where(Expr::col((NAME, "source")).eq(&source)).and_where(Expr::col((NAME, "call")).eq(&call)).to_owned();
    let before = tx.query_one(&select).await?.as_ref().map(mark).transpose()?;
    if let Some(mark) =
        before.as_ref().filter(|mark| mark.state != "open" && mark.user_id != caller.user_id && changed.get("anyway") != Some(&Value::Bool(true)))
    {
        let name = mark.user.as_deref().unwrap_or("?");
        return Err(Problem::refused(format!("{name} has this caller"), format!("该来电已由{name}领取")));
    }
    let user = caller.user_id.clone().filter(|_| state != "open");
    let values = vec![
        ("source", source.as_str().into()),
        ("call", call.as_str().into()),
        ("state", state.as_str().into()),
        ("result", said("result").filter(|_| state == "done").into()),
        ("note", said("note").into()),
        ("user_id", user.into()),
    ];
    let mut insert = row::insert(NAME, &admin.new_id(), admin.now(), values);
    let again = OnConflict::columns(["source", "call"]).update_columns(["state", "result", "note", "user_id", "updated_at"]).to_owned();
    tx.execute(insert.on_conflict(again)).await?;
    let after = tx.query_one(&select).await?.as_ref().map(mark).transpose()?.ok_or_else(Problem::internal)?;
    let told = |mark: &Mark| record(json!({ "state": mark.state, "result": mark.result, "note": mark.note, "user_id": mark.user_id }));
    let entry = Entry {
        action: "update",
        resource: NAME,
        target: Some(&call),
        label: &call,
        before: before.as_ref().map(told),
        after: Some(told(&after)),
        ..Entry::default()
    };
    audit::note(&admin, &tx, &caller, entry).await?;
    tx.commit().await?;
    Ok(Json(json!({
        "state": after.state, "result": after.result, "note": after.note, "user_id": after.user_id, "user_label": after.user, "changed_at": after.changed_at,
    })))
}

fn selected() -> SelectStatement {
    Query::select()
        .columns(["source", "call", "state", "result", "note", "user_id", "updated_at"].map(|name| (NAME, name)))
        .expr_as(Expr::col(("users", "name")), "user")
        .from(NAME)
        .left_join("users", Expr::col(("users", "id")).equals((NAME, "user_id")))
        .to_owned()
}

fn mark(row: &QueryResult) -> Result<Mark, Problem> {
    let text = |name: &str| row.try_get::<Option<String>>("", name);
    Ok(Mark {
        state: row.try_get("", "state")?,
        result: text("result")?,
        note: text("note")?,
        user_id: text("user_id")?,
        user: text("user")?,
        changed_at: column::instant(row.try_get("", "updated_at")?),
    })
}
