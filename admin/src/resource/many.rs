//! Many rows at once, as of a file: all are checked first, against the store as it stands, then made ready beside it, and kept in a few
//! statements.
//!
//! Checking takes long and only reads, making ready takes long and touches nothing of the store's, keeping is short. So a long file holds
//! nobody up: SQLite has one writer at a time.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use sea_orm::sea_query::{Expr, ExprTrait, Func, Query, Value as Sql};
use sea_orm::{ConnectionTrait, DatabaseTransaction};
use serde_json::Value;

use super::beside::{self, Beside};
use super::write::{Write, checked, entry, found, kept};
use super::{Record, Resource, body, list, scope, tree};
use crate::Admin;
use crate::audit;
use crate::identity::{Caller, DataScope};
use crate::problem::Problem;
use crate::store::Store;
use crate::store::row::{self, Columns};
use crate::store::waiting::{Waiting, What};

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
    /// What the row may name besides the rows of the store.
    pub earlier: Option<&'a Earlier>,
}

/// Rows of a file that were checked before and are not kept yet: a later row may stand below one of them or name it otherwise.
#[derive(Debug, Default)]
pub struct Earlier {
    new: BTreeSet<String>,
    /// What each of those stands below that come new or move in their tree.
    above: HashMap<String, Option<String>>,
}

impl Earlier {
    /// A row was checked; the id by which later ones name it, if it comes new.
    pub fn note<'r>(&mut self, row: &'r Checked) -> Option<&'r str> {
        let parent = |record: &Record| record.get("parent_id").and_then(Value::as_str).map(str::to_owned);
        self.above.insert(row.id.clone(), parent(&row.after));
        row.before.is_none().then(|| {
            self.new.insert(row.id.clone());
            row.id.as_str()
        })
    }

    /// Whether one of them comes new with this id.
    pub(super) fn makes(&self, id: &str) -> bool {
        self.new.contains(id)
    }

    /// What one of them stands below; none where it is none of them.
    pub(super) fn above(&self, id: &str) -> Option<Option<String>> {
        self.above.get(id).cloned()
    }
}

/// A row that was checked and waits to be kept.
#[derive(Debug)]
pub struct Checked {
    id: String,
    before: Option<Record>,
    after: Record,
    extra: Vec<(&'static str, Sql)>,
    /// The columns that are written, and what the audit log is told.
    columns: Columns,
    told: Columns,
}

impl Place<'_> {
    fn write<'w>(&'w self, id: &'w str, before: Option<Record>, after: Record) -> Write<'w> {
        let Place { admin, caller, tx, resource, data, earlier } = *self;
        Write { admin, caller, tx, resource, id, before, after, extra: Vec::new(), data, earlier, errors: Vec::new() }
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
        let (new, now) = (write.before.is_none(), self.admin.now());
        let told = audit::columns(self.admin, self.caller, entry(&write, if new { "create" } else { "update" }));
        let columns = if new {
            row::full(write.id, now, kept(&write, |_| true))
        } else {
            let found = [("id", write.id.into()), ("version", found(&write).into())];
            found.into_iter().chain(kept(&write, |field| write.changes(field.name))).collect()
        };
        let Write { id, before, after, extra, .. } = write;
        Checked { id: id.to_owned(), before, after, extra, columns, told }
    }
}

/// A row as it was and as it will be, and its columns that are no fields.
type Written = (Option<Record>, Record, Columns);

/// Rows that were checked and wait to be kept at once.
#[derive(Debug)]
pub struct Ready {
    waiting: Waiting,
    ids: Vec<String>,
    rows: Vec<Written>,
}

impl Ready {
    /// For a file.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn open(store: &Store) -> Result<Self, Problem> {
        Ok(Self { waiting: Waiting::open(store).await?, ids: Vec::new(), rows: Vec::new() })
    }

    /// A transaction in which rows are made ready; nobody waits for it.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn aside(&self) -> Result<DatabaseTransaction, Problem> {
        Ok(self.waiting.aside().await?)
    }

    /// The transaction in which they are kept; everybody waits for it.
    ///
    /// # Errors
    /// When the store does not answer, or somebody else writes for too long.
    pub async fn begin(&self) -> Result<DatabaseTransaction, Problem> {
        Ok(self.waiting.begin().await?)
    }

    /// Makes rows ready, with all that is written beside them.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn add(&mut self, place: &Place<'_>, rows: Vec<Checked>) -> Result<(), Problem> {
        let (admin, now, table) = (place.admin, place.admin.now(), place.resource.table);
        let mut all: BTreeMap<(What, &'static str), Vec<Columns>> = BTreeMap::new();
        for Checked { id, before, after, extra, columns, told } in rows {
            let write = Write { extra, ..place.write(&id, before, after) };
            let what = if write.before.is_some() { What::Changed } else { What::New };
            all.entry((what, table)).or_default().push(columns);
            for beside in beside::of(&write) {
                match beside {
                    Beside::Own { table, own, rows } => {
                        let gone = write.before.is_some().then(|| vec![(own, id.as_str().into())]);
                        all.entry((What::Gone, table)).or_default().extend(gone);
                        all.entry((What::Beside, table)).or_default().extend(rows);
                    }
                    Beside::More { table, columns } => {
                        all.entry((What::Beside, table)).or_default().push(row::full(&admin.new_id(), now, columns));
                    }
                }
            }
            all.entry((What::Beside, audit::TABLE)).or_default().push(row::full(&admin.new_id(), now, told));
            self.rows.push((write.before, write.after, write.extra));
            self.ids.push(id);
        }
        for ((what, table), rows) in all {
            self.waiting.put(place.tx, what, table, rows).await?;
        }
        Ok(())
    }

    /// Keeps all that is ready.
    ///
    /// # Errors
    /// Something changed meanwhile that they rely on, a row would lie outside the caller's reach, or the store fails.
    pub async fn keep(&mut self, place: &Place<'_>) -> Result<(), Problem> {
        let (rules, now) = (place.resource.rules, place.admin.now());
        rules.ready(place.tx, now).await?;
        if !self.waiting.leave(place.tx, now).await? {
            return Err(Problem::changed());
        }
        let rows = self.ids.iter().zip(std::mem::take(&mut self.rows));
        let writes: Vec<Write<'_>> = rows.map(|(id, (before, after, extra))| Write { extra, ..place.write(id, before, after) }).collect();
        rules.wrote_all(&writes).await?;
        if place.resource.features.tree && !tree::stands(place.tx, place.resource, &self.ids).await? {
            return Err(Problem::changed());
        }
        self.reached(place).await
    }

    /// All of these rows must lie within the caller's reach.
    async fn reached(&self, place: &Place<'_>) -> Result<(), Problem> {
        let own = scope::visible(place.resource, place.caller, place.data);
        let (Some(own), Some(ids)) = (own, self.waiting.ids()) else { return Ok(()) };
        let id = Expr::col((place.resource.table, "id"));
        let count = Query::select()
            .expr_as(Func::count(id.clone()), "n")
            .from(place.resource.table)
            .and_where(id.in_subquery(ids))
            .cond_where(own)
            .to_owned();
        let n: i64 = place.tx.query_one(&count).await?.map(|row| row.try_get("", "n")).transpose()?.unwrap_or_default();
        if usize::try_from(n).is_ok_and(|n| n == self.ids.len()) { Ok(()) } else { Err(Problem::out_of_scope()) }
    }

    /// What was not kept is forgotten.
    pub async fn close(self) {
        self.waiting.close().await;
    }
}

impl Checked {
    /// A field's text.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&str> {
        self.after.get(name).and_then(Value::as_str)
    }

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
