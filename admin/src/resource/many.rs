//! Many rows at once, as of a file: all are checked first, against the store as it stands, and kept after in few statements.
//!
//! Checking takes long and only reads; keeping is short. So a long file holds nobody up: SQLite has one writer at a time.

use std::collections::BTreeSet;

use sea_orm::sea_query::{Expr, ExprTrait, Func, Query, Value as Sql};
use sea_orm::{ConnectionTrait, DatabaseTransaction};
use serde_json::Value;

use super::write::{Write, checked, entry, kept, links, update};
use super::{Record, Resource, body, list, scope};
use crate::Admin;
use crate::audit;
use crate::identity::{Caller, DataScope};
use crate::problem::Problem;
use crate::store::row;

/// Where rows are checked or kept, and for whom.
#[derive(Clone, Copy)]
pub struct Place<'a> {
    /// Everything else.
    pub admin: &'a Admin,
    /// Who writes.
    pub caller: &'a Caller,
    /// The transaction.
    pub tx: &'a DatabaseTransaction,
    /// What is written.
    pub resource: &'static Resource,
    /// The rows that the caller may reach.
    pub data: DataScope,
}

/// A row that was checked and waits to be kept.
#[derive(Debug)]
pub struct Checked {
    id: String,
    before: Option<Record>,
    after: Record,
    extra: Vec<(&'static str, Sql)>,
    /// A new row's columns, and what the audit log is told: all that can be done beforehand is.
    columns: row::Columns,
    told: row::Columns,
}

impl Place<'_> {
    fn write<'w>(&'w self, id: &'w str, before: Option<Record>, after: Record) -> Write<'w> {
        let Place { admin, caller, tx, resource, data } = *self;
        Write { admin, caller, tx, resource, id, before, after, extra: Vec::new(), data, errors: Vec::new() }
    }

    /// Checks a new row.
    ///
    /// # Errors
    /// What is wrong with the body, or the store fails.
    pub async fn fresh(&self, body: Record) -> Result<Checked, Problem> {
        let (id, after) = (self.admin.new_id(), body::check(self.resource, body, body::Mode::Create).map_err(Problem::invalid)?);
        let mut write = self.write(&id, None, after);
        checked(&mut write).await?;
        Ok(self.ready(write))
    }

    /// Checks a change of a row; none where it changes nothing.
    ///
    /// # Errors
    /// Not found, what is wrong with the body, or the store fails.
    pub async fn changed(&self, id: String, body: Record) -> Result<Option<Checked>, Problem> {
        let before = list::raw(self.tx, self.caller, self.resource, &id, self.data).await?.ok_or_else(Problem::not_found)?;
        let mut after = before.clone();
        after.extend(body::check(self.resource, body, body::Mode::Change).map_err(Problem::invalid)?);
        let mut write = self.write(&id, Some(before), after);
        checked(&mut write).await?;
        if !write.says_something() {
            return Ok(None);
        }
        Ok(Some(self.ready(write)))
    }

    fn ready(&self, write: Write<'_>) -> Checked {
        let new = write.before.is_none();
        let told = audit::columns(self.admin, self.caller, entry(&write, if new { "create" } else { "update" }));
        let columns = if new { kept(&write, |_| true) } else { Vec::new() };
        let Write { id, before, after, extra, .. } = write;
        Checked { id: id.to_owned(), before, after, extra, columns, told }
    }

    /// Keeps rows that were checked, with all that hangs on them.
    ///
    /// # Errors
    /// Something changed meanwhile that they rely on, a row would lie outside the caller's reach, or the store fails.
    pub async fn keep(&self, rows: Vec<Checked>) -> Result<(), Problem> {
        let (mut ids, mut new, mut told, mut rest) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for row in rows {
            if row.before.is_none() {
                new.push((row.id.clone(), row.columns));
            }
            ids.push(row.id);
            told.push(row.told);
            rest.push((row.before, row.after, row.extra));
        }
        for insert in row::insert_all(self.resource.table, self.admin.now(), new) {
            self.tx.execute(&insert).await?;
        }
        let parts = ids.iter().zip(rest);
        let writes: Vec<Write<'_>> = parts.map(|(id, (before, after, extra))| Write { extra, ..self.write(id, before, after) }).collect();
        for write in &writes {
            if write.before.is_some() {
                update(write).await?;
            }
            links(write).await?;
        }
        self.resource.rules.wrote_all(&writes).await?;
        audit::note_all(self.admin, self.tx, told).await?;
        self.reached(&ids).await
    }

    /// All of these rows must lie within the caller's reach.
    async fn reached(&self, ids: &[String]) -> Result<(), Problem> {
        let Some(own) = scope::visible(self.resource, self.caller, self.data) else { return Ok(()) };
        let id = Expr::col((self.resource.table, "id"));
        let count = Query::select()
            .expr_as(Func::count(id.clone()), "n")
            .from(self.resource.table)
            .and_where(id.is_in(ids.iter().map(String::as_str)))
            .cond_where(own)
            .to_owned();
        let n: i64 = self.tx.query_one(&count).await?.map(|row| row.try_get("", "n")).transpose()?.unwrap_or_default();
        if usize::try_from(n).is_ok_and(|n| n == ids.len()) { Ok(()) } else { Err(Problem::out_of_scope()) }
    }
}

impl Checked {
    /// What no other row of the file may claim as well: itself, values of unique fields, what the rules say; each with the
    /// field that is wrong where two do, if it is one.
    #[must_use]
    pub fn claims(&self, resource: &Resource) -> BTreeSet<(Option<&'static str>, String)> {
        let unique =
            resource.fields.iter().filter(|f| f.unique).filter_map(|f| Some((Some(f.name), self.after.get(f.name).filter(|v| !v.is_null())?)));
        let unique = unique.map(|(name, value): (_, &Value)| (name, value.to_string()));
        let own = resource.rules.claims(&self.after).into_iter().chain([self.id.clone()]).map(|claim| (None, claim));
        unique.chain(own).collect()
    }
}
