//! Writing rows: checked against the descriptor and the store, kept to the caller's scope, audited in the same transaction.
//!
//! API, import and the server's own seeds write through here, so no row is made by another way.

use std::collections::BTreeSet;

use async_trait::async_trait;
use callboard_domain::Timestamp;
use sea_orm::sea_query::{Condition, Expr, ExprTrait, Query, Value as Sql};
use sea_orm::{ConnectionTrait, DatabaseTransaction};
use serde_json::Value;

use super::beside::{self, Beside};
use super::body::{self, Mode};
use super::many::Earlier;
use super::terms::Filter;
use super::{Field, Kind, Record, Resource, column, dictionary, list, tree};
use crate::Admin;
use crate::audit::{self, Entry};
use crate::identity::{Caller, DataScope};
use crate::problem::{FieldError, Problem};
use crate::store::row;
use crate::words::Text;

/// What an entity adds to the shared way of writing. Everything has a default: an entity without rules is `&Plain`.
#[async_trait]
pub trait Rules: Send + Sync {
    /// Before anything is written, once for a row and once for a file: what time alone has changed.
    async fn ready(&self, _tx: &DatabaseTransaction, _now: Timestamp) -> Result<(), Problem> {
        Ok(())
    }

    /// Before a row is kept; it only reads: push onto `errors`, change `after`, add columns that are no fields to `extra`.
    async fn check(&self, _write: &mut Write<'_>) -> Result<(), Problem> {
        Ok(())
    }

    /// Filters of lists besides those of its fields, or other ways to answer those; none for any other parameter.
    fn filter(&self, _name: &str, _value: &str, _caller: &Caller) -> Option<Result<Filter, FieldError>> {
        None
    }

    /// What `q` means, where it is not the fields that are searched.
    fn search(&self, _text: &str, _caller: &Caller) -> Option<Filter> {
        None
    }

    /// What no two rows may share besides unique fields: so two rows of a file are told apart before either is kept.
    fn claims(&self, _after: &Record) -> Vec<String> {
        Vec::new()
    }

    /// Columns of files besides the fields: entries of a field that holds a document.
    async fn entries(&self, _admin: &Admin) -> Result<Vec<Entries>, Problem> {
        Ok(Vec::new())
    }

    /// Finds the row that a file's row means, where the key does not simply tell; the row is as it was read.
    async fn find(&self, _tx: &DatabaseTransaction, _row: &Record, _now: Timestamp) -> Result<Option<Option<String>>, Problem> {
        Ok(None)
    }

    /// What rows must be to be shown at all, whatever the data scope.
    fn visible(&self, _caller: &Caller) -> Option<Condition> {
        None
    }

    /// What is written beside the row besides its links; it follows from the write alone.
    fn beside(&self, _write: &Write<'_>) -> Vec<Beside> {
        Vec::new()
    }

    /// After it is kept with all that is beside it, in the same transaction.
    async fn wrote(&self, _write: &Write<'_>) -> Result<(), Problem> {
        Ok(())
    }

    /// After the rows of a file are kept, in the same transaction; others wait for it.
    async fn wrote_all(&self, writes: &[Write<'_>]) -> Result<(), Problem> {
        for write in writes {
            self.wrote(write).await?;
        }
        Ok(())
    }

    /// Before a row is deleted; `before` is the row.
    async fn removing(&self, _write: &Write<'_>) -> Result<(), Problem> {
        Ok(())
    }
}

/// An entry of a field that holds a document, as a column of files: `own.birthday`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entries {
    /// The field.
    pub field: &'static str,
    /// The entry's name in it.
    pub name: String,
    /// The column's head.
    pub title: Text,
}

impl Entries {
    /// As a column is named in the API.
    #[must_use]
    pub fn column(&self) -> String {
        format!("{}.{}", self.field, self.name)
    }
}

/// No rules of its own.
#[derive(Debug, Clone, Copy)]
pub struct Plain;

impl Rules for Plain {}

/// A write under way.
pub struct Write<'a> {
    /// Everything else.
    pub admin: &'a Admin,
    /// Who writes.
    pub caller: &'a Caller,
    /// The transaction.
    pub tx: &'a DatabaseTransaction,
    /// What is written.
    pub resource: &'static Resource,
    /// The row's id.
    pub id: &'a str,
    /// The row as it was; none when it is new.
    pub before: Option<Record>,
    /// The row as it will be: all fields.
    pub after: Record,
    /// Columns that are no fields.
    pub extra: Vec<(&'static str, Sql)>,
    /// How far the right reaches by which it is written.
    pub data: DataScope,
    /// The rows of the same file that were checked before and are not kept yet; none for a row alone.
    pub(super) earlier: Option<&'a Earlier>,
    /// What is wrong; anything here and nothing is kept.
    pub errors: Vec<FieldError>,
}

impl Write<'_> {
    /// A field's text after the write.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&str> {
        self.after.get(name).and_then(Value::as_str)
    }

    /// Whether the write changes a field.
    #[must_use]
    pub fn changes(&self, name: &str) -> bool {
        let is = |record: &Record| record.get(name).cloned().unwrap_or(Value::Null);
        self.before.as_ref().is_none_or(|before| is(before) != is(&self.after))
    }

    /// Whoever makes a row has written it; nobody else's name can be given.
    pub fn author(&mut self, field: &str) {
        if self.before.is_none() {
            let me = self.caller.user_id.clone().map_or(Value::Null, Value::String);
            self.after.insert(field.into(), me);
        }
    }

    /// A row is its maker's where it names nobody else.
    pub fn owner(&mut self, field: &str) {
        if !self.after.get(field).is_some_and(Value::is_string) {
            self.author(field);
        }
    }

    /// Whether anything at all changes.
    pub(super) fn says_something(&self) -> bool {
        !self.extra.is_empty() || self.resource.fields.iter().any(|f| self.changes(f.name))
    }

    /// Says that a rule speaks against a field.
    pub fn refuse(&mut self, field: &str, en: impl Into<String>, zh: impl Into<String>) {
        self.errors.push(FieldError::new(field, "rule", en, zh));
    }
}

/// Makes a row and returns its id.
///
/// # Errors
/// What is wrong with the body, or the store fails.
pub async fn create(
    admin: &Admin,
    caller: &Caller,
    tx: &DatabaseTransaction,
    resource: &'static Resource,
    body: Record,
    data: DataScope,
) -> Result<String, Problem> {
    let row = add(admin, caller, tx, resource, body, data).await?;
    Ok(row.get("id").and_then(Value::as_str).unwrap_or_default().to_owned())
}

/// Makes a row and returns it as it is kept.
///
/// # Errors
/// What is wrong with the body, or the store fails.
pub async fn add(
    admin: &Admin,
    caller: &Caller,
    tx: &DatabaseTransaction,
    resource: &'static Resource,
    body: Record,
    data: DataScope,
) -> Result<Record, Problem> {
    let after = body::check(resource, body, Mode::Create).map_err(Problem::invalid)?;
    resource.rules.ready(tx, admin.now()).await?;
    let id = admin.new_id();
    let mut write = Write { admin, caller, tx, resource, id: &id, before: None, after, extra: Vec::new(), data, earlier: None, errors: Vec::new() };
    checked(&mut write).await?;
    keep(&write).await
}

/// Changes fields of a row and returns it as it is kept.
///
/// # Errors
/// What is wrong with the body, the row changed meanwhile, or the store fails.
pub async fn change(
    admin: &Admin,
    caller: &Caller,
    tx: &DatabaseTransaction,
    resource: &'static Resource,
    (id, version): (&str, Option<i64>),
    body: Record,
    data: DataScope,
) -> Result<Record, Problem> {
    let before = list::raw(tx, caller, resource, id, data).await?.ok_or_else(Problem::not_found)?;
    if version.is_some() && before.get("version").and_then(Value::as_i64) != version {
        return Err(Problem::changed());
    }
    let changes = body::check(resource, body, Mode::Change).map_err(Problem::invalid)?;
    alter(admin, caller, tx, resource, (id, before), changes, data).await
}

/// Sets fields that only the server writes, in the form in which they are kept; the row after.
///
/// # Errors
/// Not found, a rule speaks against it, or the store fails.
pub async fn set(
    admin: &Admin,
    caller: &Caller,
    tx: &DatabaseTransaction,
    resource: &'static Resource,
    id: &str,
    changes: Record,
    data: DataScope,
) -> Result<Record, Problem> {
    let before = list::raw(tx, caller, resource, id, data).await?.ok_or_else(Problem::not_found)?;
    alter(admin, caller, tx, resource, (id, before), changes, data).await
}

async fn alter(
    admin: &Admin,
    caller: &Caller,
    tx: &DatabaseTransaction,
    resource: &'static Resource,
    (id, before): (&str, Record),
    changes: Record,
    data: DataScope,
) -> Result<Record, Problem> {
    resource.rules.ready(tx, admin.now()).await?;
    let mut after = before.clone();
    after.extend(changes);
    let mut write =
        Write { admin, caller, tx, resource, id, before: Some(before), after, extra: Vec::new(), data, earlier: None, errors: Vec::new() };
    checked(&mut write).await?;
    if !write.says_something() {
        return Ok(write.before.unwrap_or_default());
    }
    keep(&write).await
}

/// Writes what a change changes, unless the row changed meanwhile.
async fn update(write: &Write<'_>) -> Result<(), Problem> {
    let found = found(write);
    let mut update = Query::update();
    update.table(write.resource.table).and_where(Expr::col("id").eq(write.id)).and_where(Expr::col("version").eq(found));
    update.value("version", found.unwrap_or_default() + 1).value("updated_at", write.admin.now().as_millis());
    for (name, value) in kept(write, |field| write.changes(field.name)) {
        update.value(name, Expr::val(value));
    }
    if write.tx.execute(&update).await?.rows_affected() == 0 { Err(Problem::changed()) } else { Ok(()) }
}

/// The version that a row had.
pub(super) fn found(write: &Write<'_>) -> Option<i64> {
    write.before.as_ref().and_then(|r| r.get("version")).and_then(Value::as_i64)
}

/// Deletes a row.
///
/// # Errors
/// Still used, changed meanwhile, or the store fails.
pub async fn remove(
    admin: &Admin,
    caller: &Caller,
    tx: &DatabaseTransaction,
    resource: &'static Resource,
    (id, version): (&str, i64),
    data: DataScope,
) -> Result<(), Problem> {
    let before = list::raw(tx, caller, resource, id, data).await?.ok_or_else(Problem::not_found)?;
    if before.get("version").and_then(Value::as_i64) != Some(version) {
        return Err(Problem::changed());
    }
    let write = Write {
        admin,
        caller,
        tx,
        resource,
        id,
        before: Some(before),
        after: Record::new(),
        extra: Vec::new(),
        data,
        earlier: None,
        errors: Vec::new(),
    };
    resource.rules.removing(&write).await?;
    let delete = Query::delete().from_table(resource.table).and_where(Expr::col("id").eq(id)).and_where(Expr::col("version").eq(version)).to_owned();
    if tx.execute(&delete).await?.rows_affected() == 0 {
        return Err(Problem::changed());
    }
    note(&write, "delete").await
}

/// The entity's rules, then everything that the descriptor promises and only the store knows.
pub(super) async fn checked(write: &mut Write<'_>) -> Result<(), Problem> {
    let resource = write.resource;
    resource.rules.check(write).await?;
    for field in resource.fields {
        if !write.changes(field.name) {
            continue;
        }
        let Some(value) = write.after.get(field.name).filter(|v| !v.is_null()) else { continue };
        let error = match field.kind {
            Kind::Reference(name) => missing(write, field, name, std::slice::from_ref(value)).await?,
            Kind::Links(link) => missing(write, field, link.resource, value.as_array().map(Vec::as_slice).unwrap_or_default()).await?,
            Kind::Dictionary(code) => no_option(write, field, code, value).await?,
            _ if field.unique => taken(write, field, value).await?,
            _ => None,
        };
        write.errors.extend(error);
    }
    if resource.features.tree {
        tree::no_circle(write).await?;
    }
    if write.errors.is_empty() { Ok(()) } else { Err(Problem::invalid(std::mem::take(&mut write.errors))) }
}

async fn missing(write: &Write<'_>, field: &Field, resource: &str, ids: &[Value]) -> Result<Option<FieldError>, Problem> {
    let target = write.admin.resource(resource).ok_or_else(Problem::internal)?;
    let kept = |id: &&str| resource != write.resource.name || !write.earlier.is_some_and(|earlier| earlier.makes(id));
    let ids: BTreeSet<String> = ids.iter().filter_map(Value::as_str).filter(kept).map(str::to_owned).collect();
    let wanted = ids.len();
    let found = list::labels(write.tx, target, ids, Condition::all()).await?.len();
    Ok((found < wanted).then(|| FieldError::new(field.name, "missing", "refers to something that is not there", "引用的对象不存在")))
}

async fn no_option(write: &Write<'_>, field: &Field, code: &str, value: &Value) -> Result<Option<FieldError>, Problem> {
    let offered = dictionary::offers(write.tx, code, value.as_str().unwrap_or_default()).await?;
    Ok((!offered).then(|| FieldError::new(field.name, "missing", "is no option of the dictionary", "不是字典中的选项")))
}

async fn taken(write: &Write<'_>, field: &Field, value: &Value) -> Result<Option<FieldError>, Problem> {
    let same = Query::select()
        .column("id")
        .from(write.resource.table)
        .and_where(Expr::col(field.name).eq(column::bind(field.kind, value)))
        .and_where(Expr::col("id").ne(write.id))
        .limit(1)
        .to_owned();
    let found = write.tx.query_one(&same).await?.is_some();
    Ok(found.then(|| FieldError::new(field.name, "taken", format!("{} is taken", field.title.en), format!("{}已被使用", field.title.zh))))
}

/// Columns and values of those fields, and what the rules added; what they added counts.
pub(super) fn kept(write: &Write<'_>, which: impl Fn(&Field) -> bool) -> row::Columns {
    let added = |name: &str| write.extra.iter().any(|(own, _)| *own == name);
    let fields = write.resource.columns().filter(|f| which(f) && !added(f.name));
    let own = fields.map(|f| (f.name, column::bind(f.kind, write.after.get(f.name).unwrap_or(&Value::Null))));
    own.chain(write.extra.iter().cloned()).collect()
}

/// Keeps a row that was checked, with all that hangs on it; the row, which must still lie within the scope.
pub(super) async fn keep(write: &Write<'_>) -> Result<Record, Problem> {
    let new = write.before.is_none();
    if new {
        write.tx.execute(&row::insert(write.resource.table, write.id, write.admin.now(), kept(write, |_| true))).await?;
    } else {
        update(write).await?;
    }
    beside::write(write).await?;
    write.resource.rules.wrote(write).await?;
    note(write, if new { "create" } else { "update" }).await?;
    list::raw(write.tx, write.caller, write.resource, write.id, write.data).await?.ok_or_else(Problem::out_of_scope)
}

async fn note(write: &Write<'_>, action: &'static str) -> Result<(), Problem> {
    audit::note(write.admin, write.tx, write.caller, entry(write, action)).await
}

/// What the audit log is told of a write.
pub(super) fn entry<'a>(write: &'a Write<'_>, action: &'static str) -> Entry<'a> {
    let named = if write.before.is_some() && action == "delete" { write.before.as_ref() } else { Some(&write.after) };
    let label = named.and_then(|r| r.get(write.resource.label)).and_then(Value::as_str).unwrap_or_default();
    let hide = write.resource.field(write.resource.label).is_some_and(Field::is_phone);
    let differing = |record: &Record| -> Record {
        // Secret fields are there for the rules alone.
        let fields = write.resource.fields.iter().filter(|f| !f.secret && (action != "update" || write.changes(f.name)));
        fields.filter_map(|f| record.get(f.name).filter(|v| !v.is_null()).map(|v| (f.name.to_owned(), v.clone()))).collect()
    };
    let (before, after) = (write.before.as_ref().map(differing), (action != "delete").then(|| differing(&write.after)));
    Entry { action, resource: write.resource.name, target: Some(write.id), label, hide, before, after }
}
