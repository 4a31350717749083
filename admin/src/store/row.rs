//! A new row with the columns that every table has.

use callboard_domain::Timestamp;
use sea_orm::sea_query::{Expr, InsertStatement, Query, Value};

/// Inserts a row: its id, version 1, made and changed now, and these columns.
#[must_use]
pub fn insert(table: &'static str, id: &str, now: Timestamp, columns: Vec<(&'static str, Value)>) -> InsertStatement {
    let now = Value::from(now.as_millis());
    let common = [("id", id.into()), ("version", 1_i64.into()), ("created_at", now.clone()), ("updated_at", now)];
    let (names, values): (Vec<_>, Vec<_>) = common.into_iter().chain(columns).map(|(name, value)| (name, Expr::val(value))).unzip();
    Query::insert().into_table(table).columns(names).values_panic(values).to_owned()
}
