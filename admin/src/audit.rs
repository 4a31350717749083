//! The audit log: who did what to what, before, after and from where; written in the transaction that it tells about.
//!
//! Rows are only ever added. The store itself refuses to change or delete one (see the first migration).

use sea_orm::ConnectionTrait;
use sea_orm::sea_query::{Expr, Query};
use serde_json::Value;

use crate::Admin;
use crate::identity::Caller;
use crate::problem::Problem;
use crate::resource::Record;

/// One thing that was done.
#[derive(Debug, Default)]
pub struct Entry<'a> {
    /// Such as `create`, `update`, `delete`, `sign-in`.
    pub action: &'static str,
    /// What it was done to.
    pub resource: &'static str,
    /// The row's id.
    pub target: Option<&'a str>,
    /// What people call the row.
    pub label: &'a str,
    /// The fields that differ, as they were.
    pub before: Option<Record>,
    /// The fields that differ, as they are.
    pub after: Option<Record>,
}

/// Adds an entry.
///
/// # Errors
/// When the store fails.
pub async fn note(admin: &Admin, db: &impl ConnectionTrait, caller: &Caller, entry: Entry<'_>) -> Result<(), Problem> {
    let now = admin.now().as_millis();
    let json = |record: Option<Record>| record.map(|r| Value::Object(r).to_string());
    let mut insert = Query::insert();
    insert
        .into_table("audit")
        .columns([
            "id",
            "version",
            "created_at",
            "updated_at",
            "actor_id",
            "actor",
            "action",
            "resource",
            "target",
            "label",
            "before",
            "after",
            "address",
        ])
        .values_panic([
            Expr::val(admin.new_id()),
            Expr::val(1_i64),
            Expr::val(now),
            Expr::val(now),
            Expr::val(caller.user_id.clone()),
            Expr::val(caller.name.clone()),
            Expr::val(entry.action),
            Expr::val(entry.resource),
            Expr::val(entry.target),
            Expr::val(entry.label),
            Expr::val(json(entry.before)),
            Expr::val(json(entry.after)),
            Expr::val(caller.address.clone()),
        ]);
    db.execute(&insert).await?;
    Ok(())
}
