//! The tables of a store as a backup sees them: names, columns and the four kinds of value that they hold.

use std::collections::BTreeSet;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sea_orm::sea_query::{Alias, Query, Value as Sql};
use sea_orm::{ConnectionTrait, DatabaseBackend, DbErr, QueryResult, Statement, TransactionTrait};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Error;
use callboard_admin::part::{self, Part};
use callboard_admin::store::{MEMORY, Store};

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Kind {
    Number,
    Flag,
    Text,
    Bytes,
}

/// A column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Column {
    pub(super) name: String,
    pub(super) kind: Kind,
}

impl Kind {
    /// By the type that a store's catalogue names.
    fn of(declared: &str) -> Option<Self> {
        let declared = declared.to_lowercase();
        let has = |words: &[&str]| words.iter().any(|word| declared.contains(word));
        match () {
            () if has(&["bool"]) => Some(Self::Flag),
            () if has(&["int"]) => Some(Self::Number),
            () if has(&["char", "text"]) => Some(Self::Text),
            () if has(&["blob", "bytea", "binary"]) => Some(Self::Bytes),
            () => None,
        }
    }

    /// A cell as JSON.
    pub(super) fn read(self, row: &QueryResult, column: &str) -> Result<Value, DbErr> {
        Ok(match self {
            Self::Number => row.try_get::<Option<i64>>("", column)?.into(),
            Self::Flag => row.try_get::<Option<bool>>("", column)?.into(),
            Self::Text => row.try_get::<Option<String>>("", column)?.into(),
            Self::Bytes => row.try_get::<Option<Vec<u8>>>("", column)?.map(|bytes| STANDARD.encode(bytes)).into(),
        })
    }

    /// A cell from JSON; none when it is not of this kind.
    pub(super) fn bind(self, cell: &Value) -> Option<Sql> {
        Some(match (self, cell) {
            (Self::Number, Value::Null) => Sql::BigInt(None),
            (Self::Number, cell) => Sql::BigInt(Some(cell.as_i64()?)),
            (Self::Flag, Value::Null) => Sql::Bool(None),
            (Self::Flag, cell) => Sql::Bool(Some(cell.as_bool()?)),
            (Self::Text, Value::Null) => Sql::String(None),
            (Self::Text, cell) => Sql::String(Some(cell.as_str()?.to_owned())),
            (Self::Bytes, Value::Null) => Sql::Bytes(None),
            (Self::Bytes, cell) => Sql::Bytes(Some(STANDARD.decode(cell.as_str()?).ok()?)),
        })
    }
}

/// Every table that is the organisation's, by making all of them once in memory; those that note migrations are not among them.
pub(super) async fn own(parts: &[&'static Part]) -> Result<BTreeSet<String>, Error> {
    let store = Store::connect(MEMORY, true).await?;
    let tx = store.db().begin().await?;
    let mut own = BTreeSet::new();
    for tree in part::migrations(parts) {
        (tree.up)(&tx, None).await?;
    }
    let found = tx.query_all_raw(Statement::from_string(DatabaseBackend::Sqlite, LITE_TABLES)).await?;
    for row in found {
        own.insert(row.try_get("", "name")?);
    }
    tx.rollback().await?;
    for tree in part::migrations(parts) {
        own.remove(&(tree.table)());
    }
    Ok(own)
}

const LITE_TABLES: &str = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'";
const POSTGRES_TABLES: &str = "SELECT table_name AS name FROM information_schema.tables \
     WHERE table_schema = current_schema() AND table_type = 'BASE TABLE'";
const LITE_COLUMNS: &str = "SELECT name, type FROM pragma_table_info(?) ORDER BY cid";
const POSTGRES_COLUMNS: &str = "SELECT column_name AS name, data_type AS type FROM information_schema.columns \
     WHERE table_schema = current_schema() AND table_name = $1 ORDER BY ordinal_position";

/// Which of these tables are there.
pub(super) async fn present(db: &impl ConnectionTrait, of: &BTreeSet<String>) -> Result<Vec<String>, DbErr> {
    let backend = db.get_database_backend();
    let text = if backend == DatabaseBackend::Postgres { POSTGRES_TABLES } else { LITE_TABLES };
    let mut there = Vec::new();
    for row in db.query_all_raw(Statement::from_string(backend, text)).await? {
        there.push(row.try_get::<String>("", "name")?);
    }
    there.retain(|name| of.contains(name));
    there.sort();
    Ok(there)
}

/// The columns of a table.
pub(super) async fn columns(db: &impl ConnectionTrait, table: &str) -> Result<Vec<Column>, Error> {
    let backend = db.get_database_backend();
    let text = if backend == DatabaseBackend::Postgres { POSTGRES_COLUMNS } else { LITE_COLUMNS };
    let mut columns = Vec::new();
    for row in db.query_all_raw(Statement::from_sql_and_values(backend, text, [table.into()])).await? {
        let (name, declared): (String, String) = (row.try_get("", "name")?, row.try_get("", "type")?);
        let kind = Kind::of(&declared).ok_or_else(|| DbErr::Type(format!("{table}.{name} is of the type {declared}, which no backup holds")))?;
        columns.push(Column { name, kind });
    }
    Ok(columns)
}

/// The migrations that were taken, by the table that notes them; none where it is not there.
pub(super) async fn taken(db: &impl ConnectionTrait, table: &str) -> Result<Vec<String>, DbErr> {
    if present(db, &BTreeSet::from([table.to_owned()])).await?.is_empty() {
        return Ok(Vec::new());
    }
    let select = Query::select().column("version").from(Alias::new(table)).order_by("version", sea_orm::sea_query::Order::Asc).to_owned();
    db.query_all(&select).await?.iter().map(|row| row.try_get("", "version")).collect()
}
