//! How rows are made that every house has from the first start on.

use sea_orm::sea_query::{Expr, ExprTrait, Query};
use sea_orm::{ConnectionTrait, DatabaseTransaction};
use serde_json::json;

use super::dictionaries::{DICTIONARIES, OPTIONS};
use crate::Admin;
use crate::identity::{Caller, DataScope};
use crate::problem::Problem;
use crate::resource::{Record, Resource, write};

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
