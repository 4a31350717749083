//! The audit log: who did what to what, before, after and from where; written in the transaction that it tells about.
//!
//! Rows are only ever added. The store itself refuses to change or delete one (see the first migration).

use sea_orm::ConnectionTrait;
use serde_json::Value;

use crate::Admin;
use crate::identity::Caller;
use crate::problem::Problem;
use crate::resource::Record;
use crate::store::row;

/// Where it is kept.
pub(crate) const TABLE: &str = "audit";

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
    /// The label is a telephone number, which not every reader of the log may see.
    pub hide: bool,
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
    db.execute(&row::insert(TABLE, &admin.new_id(), admin.now(), columns(admin, caller, entry))).await?;
    Ok(())
}

/// An entry as it is kept.
pub(crate) fn columns(admin: &Admin, caller: &Caller, entry: Entry<'_>) -> row::Columns {
    let json = |record: Option<Record>| record.map(|r| Value::Object(r).to_string());
    vec![
        ("actor_id", caller.user_id.clone().into()),
        ("actor", caller.name.clone().into()),
        ("action", entry.action.into()),
        ("resource", entry.resource.into()),
        ("target", entry.target.map(str::to_owned).into()),
        ("label", if entry.hide { admin.mask().hide(entry.label).into() } else { entry.label.into() }),
        ("before", json(entry.before).into()),
        ("after", json(entry.after).into()),
        ("address", caller.address.clone().into()),
    ]
}
