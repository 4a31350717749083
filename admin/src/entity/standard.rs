//! What every house has from the first start on: the parameters' row and usual pause reasons.

use sea_orm::sea_query::{Expr, ExprTrait, Query};
use sea_orm::{ConnectionTrait, DatabaseTransaction};
use serde_json::json;

use super::dictionaries::{DICTIONARIES, OPTIONS};
use super::parameters::{self, ID, PARAMETERS, PAUSE_REASONS};
use crate::Admin;
use crate::identity::{Caller, DataScope};
use crate::problem::Problem;
use crate::resource::{Record, Resource, body, column, write};
use crate::store;

/// Code, Chinese, English, whether it counts as work, limit in seconds.
const PAUSES: [(&str, &str, &str, bool, i64); 5] = [
    ("break", "小休", "Short break", false, 600),
    ("lunch", "用餐", "Lunch", false, 3_600),
    ("meeting", "会议", "Meeting", true, 3_600),
    ("training", "培训", "Training", true, 7_200),
    ("paperwork", "案头工作", "Paperwork", true, 1_800),
];

/// Makes what is not there yet.
///
/// # Errors
/// When the store fails.
pub async fn make(admin: &Admin) -> Result<(), Problem> {
    let (tx, caller) = (admin.begin().await?, Caller::server(admin.now()));
    if one(&tx, "parameters", "id", ID).await?.is_none() {
        parameters_row(admin, &tx).await?;
    }
    let reasons = if any(&tx, "pause_reasons").await? { &[][..] } else { &PAUSES[..] };
    for (position, (code, zh, en, working, limit_s)) in (1_i64..).zip(reasons) {
        let row = json!({ "code": code, "title_zh": zh, "title_en": en, "working": working, "limit_s": limit_s, "position": position });
        write::create(admin, &caller, &tx, &PAUSE_REASONS, record(row), DataScope::All).await?;
    }
    tx.commit().await?;
    parameters::take(admin).await
}

/// Makes a dictionary with its options: value, Chinese, English.
///
/// # Errors
/// It is there, or the store fails.
pub async fn dictionary(
    admin: &Admin,
    caller: &Caller,
    tx: &DatabaseTransaction,
    (code, name): (&str, &str),
    options: &[(&str, &str, &str)],
) -> Result<String, Problem> {
    let id = write::create(admin, caller, tx, &DICTIONARIES, record(json!({ "code": code, "name": name })), DataScope::All).await?;
    for (position, (value, zh, en)) in (1_i64..).zip(options) {
        let row = json!({ "dictionary_id": id, "value": value, "title_zh": zh, "title_en": en, "position": position });
        write::create(admin, caller, tx, &OPTIONS, record(row), DataScope::All).await?;
    }
    Ok(id)
}

/// The one row: its id is known beforehand, so it does not go through the shared way of making rows.
async fn parameters_row(admin: &Admin, tx: &DatabaseTransaction) -> Result<(), Problem> {
    let row = body::check(&PARAMETERS, record(json!({ "title_zh": "呼叫中心", "title_en": "Call centre" })), body::Mode::Create)
        .map_err(Problem::invalid)?;
    let value = |name: &str| row.get(name).unwrap_or(&serde_json::Value::Null);
    let columns = PARAMETERS.columns().map(|f| (f.name, column::bind(f.kind, value(f.name)))).collect();
    tx.execute(&store::row::insert("parameters", ID, admin.now(), columns)).await?;
    Ok(())
}

/// The id of the row with this value in a column.
///
/// # Errors
/// When the store fails.
pub async fn one(db: &impl ConnectionTrait, table: &'static str, column: &'static str, value: &str) -> Result<Option<String>, Problem> {
    let select = Query::select().column("id").from(table).and_where(Expr::col(column).eq(value)).to_owned();
    Ok(db.query_one(&select).await?.map(|row| row.try_get("", "id")).transpose()?)
}

/// Whether a table has a row.
///
/// # Errors
/// When the store fails.
pub async fn any(db: &impl ConnectionTrait, table: &'static str) -> Result<bool, Problem> {
    Ok(db.query_one(&Query::select().column("id").from(table).limit(1).to_owned()).await?.is_some())
}

/// Makes a row, as the server.
///
/// # Errors
/// What is wrong with it, or the store fails.
pub async fn row(
    admin: &Admin,
    caller: &Caller,
    tx: &DatabaseTransaction,
    resource: &'static Resource,
    value: serde_json::Value,
) -> Result<String, Problem> {
    write::create(admin, caller, tx, resource, record(value), DataScope::All).await
}

/// A JSON object as a row.
#[must_use]
pub fn record(value: serde_json::Value) -> Record {
    match value {
        serde_json::Value::Object(record) => record,
        _ => Record::new(),
    }
}
