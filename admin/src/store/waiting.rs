//! Rows that wait beside the store until it takes all of them over at once, in one statement a table.
//!
//! They wait in tables of one connection's own. To fill those takes as long as it takes and holds nobody up, and they are gone with the
//! connection: a server that is killed leaves nothing of them.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use callboard_domain::Timestamp;
use sea_orm::sea_query::{ColumnDef, Expr, ExprTrait, Query, SelectStatement, Table, UnionType, UpdateStatement, Value};
use sea_orm::{ConnectionTrait, DatabaseTransaction, DbErr};

use super::Store;
use super::row::{self, Columns};

/// What becomes of rows that wait, in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum What {
    /// Rows of a resource come new; what refers to them comes after.
    New,
    /// Rows of a resource change: the columns `id` and `version` find each as it was.
    Changed,
    /// What rows have in this table, by the column of their ids, goes.
    Gone,
    /// Rows come new beside others.
    Beside,
}

/// What waits for the same: what becomes of it, where, and its columns.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Room {
    what: What,
    table: &'static str,
    columns: Vec<&'static str>,
}

/// The table in which rows wait, and how many do.
#[derive(Debug)]
struct Waits {
    name: String,
    rows: u64,
}

/// Rows that wait.
#[derive(Debug)]
pub struct Waiting {
    apart: Store,
    rooms: BTreeMap<Room, Waits>,
}

impl Waiting {
    /// A place for rows to wait in.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn open(store: &Store) -> Result<Self, DbErr> {
        Ok(Self { apart: store.apart().await?, rooms: BTreeMap::new() })
    }

    /// A transaction in which rows come here; on SQLite it holds nobody up as long as it leaves the store itself alone.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn aside(&self) -> Result<DatabaseTransaction, DbErr> {
        self.apart.aside().await
    }

    /// The transaction in which all of them leave.
    ///
    /// # Errors
    /// When the store does not answer, or somebody else writes for too long.
    pub async fn begin(&self) -> Result<DatabaseTransaction, DbErr> {
        self.apart.begin().await
    }

    /// Rows come to wait.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn put(&mut self, tx: &DatabaseTransaction, what: What, table: &'static str, mut rows: Vec<Columns>) -> Result<(), DbErr> {
        rows.sort_by_cached_key(row::names);
        for alike in rows.chunk_by(|a, b| row::names(a) == row::names(b)) {
            let Some(first) = alike.first() else { continue };
            let waits = self.room(tx, Room { what, table, columns: row::names(first) }, first).await?;
            waits.rows += alike.len() as u64;
            for insert in row::insert_all(&waits.name, alike.to_vec()) {
                tx.execute(&insert).await?;
            }
        }
        Ok(())
    }

    /// Where such rows wait; it is made for the first of them.
    async fn room(&mut self, tx: &DatabaseTransaction, room: Room, first: &Columns) -> Result<&mut Waits, DbErr> {
        let name = format!("waiting_{}", self.rooms.len());
        Ok(match self.rooms.entry(room) {
            Entry::Occupied(there) => there.into_mut(),
            Entry::Vacant(free) => {
                let mut create = Table::create().table(name.clone()).temporary().to_owned();
                for (name, value) in first {
                    create.col(column(name, value));
                }
                tx.execute(&create).await?;
                free.insert(Waits { name, rows: 0 })
            }
        })
    }

    /// All of them leave for where they belong; false where a row that changes is not as it was.
    ///
    /// # Errors
    /// When the store refuses one of them, or fails.
    pub async fn leave(&self, tx: &DatabaseTransaction, now: Timestamp) -> Result<bool, DbErr> {
        for (room, waits) in &self.rooms {
            match room.what {
                What::New | What::Beside => {
                    let mut insert = Query::insert().into_table(room.table).columns(room.columns.iter().copied()).to_owned();
                    insert.select_from(waits.select(&room.columns)).map_err(|e| DbErr::Custom(e.to_string()))?;
                    tx.execute(&insert).await?;
                }
                What::Changed => {
                    if tx.execute(&waits.change(room, now)).await?.rows_affected() < waits.rows {
                        return Ok(false);
                    }
                }
                What::Gone => {
                    let own = room.columns.first().copied().unwrap_or_default();
                    tx.execute(Query::delete().from_table(room.table).and_where(Expr::col(own).in_subquery(waits.select(&[own])))).await?;
                }
            }
        }
        Ok(true)
    }

    /// The ids of all rows that come new or change; none where none do.
    #[must_use]
    pub fn ids(&self) -> Option<SelectStatement> {
        let rows = self.rooms.iter().filter(|(room, _)| matches!(room.what, What::New | What::Changed));
        rows.map(|(_, waits)| waits.select(&["id"])).reduce(|mut all, next| all.union(UnionType::All, next).to_owned())
    }

    /// What still waits is forgotten.
    pub async fn close(self) {
        if let Err(error) = self.apart.close().await {
            tracing::warn!("could not close a connection to the settings store in order: {error}");
        }
    }
}

impl Waits {
    fn select(&self, columns: &[&'static str]) -> SelectStatement {
        Query::select().columns(columns.iter().copied()).from(self.name.clone()).to_owned()
    }

    fn change(&self, room: &Room, now: Timestamp) -> UpdateStatement {
        let own = |column: &'static str| Expr::col((self.name.clone(), column));
        let is = |column: &'static str| Expr::col((room.table, column)).eq(own(column));
        let mut update = Query::update().table(room.table).from(self.name.clone()).and_where(is("id")).and_where(is("version")).to_owned();
        update.value("version", own("version").add(1_i64)).value("updated_at", now.as_millis());
        for column in room.columns.iter().filter(|c| !matches!(**c, "id" | "version")) {
            update.value(*column, own(column));
        }
        update
    }
}

/// A column that holds such values.
fn column(name: &'static str, value: &Value) -> ColumnDef {
    let mut column = ColumnDef::new(name);
    match value {
        Value::Bool(_) => column.boolean(),
        Value::BigInt(_) => column.big_integer(),
        Value::Bytes(_) => column.blob(),
        _ => column.text(),
    };
    column
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(id: &str, more: &[(&'static str, &str)]) -> Columns {
        [("id", id)].iter().chain(more).map(|(name, value)| (*name, (*value).into())).collect()
    }

    #[tokio::test]
    async fn rows_wait_while_somebody_else_writes_and_leave_at_once_or_not_at_all() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::connect(&Store::file(&folder.path().join("settings.db")), true).await.unwrap();
        store.db().execute_unprepared("CREATE TABLE t (id TEXT PRIMARY KEY, name TEXT, version INTEGER, updated_at INTEGER)").await.unwrap();
        store.db().execute_unprepared("CREATE TABLE own (t_id TEXT, word TEXT)").await.unwrap();
        store.db().execute_unprepared("INSERT INTO t VALUES ('old', 'old', 3, 0), ('gone', 'gone', 1, 0)").await.unwrap();
        store.db().execute_unprepared("INSERT INTO own VALUES ('old', 'old'), ('gone', 'stays')").await.unwrap();
        let other = store.begin().await.unwrap();
        let ready = async |version: i64| {
            let mut waiting = Waiting::open(&store).await.unwrap();
            let aside = waiting.aside().await.unwrap();
            let changed = [row("old", &[("name", "new")]), vec![("version", version.into())]].concat();
            waiting.put(&aside, What::Changed, "t", vec![changed]).await.unwrap();
            waiting.put(&aside, What::New, "t", vec![row("a", &[]), row("b", &[("name", "b")]), row("c", &[])]).await.unwrap();
            waiting.put(&aside, What::Gone, "own", vec![vec![("t_id", "old".into())]]).await.unwrap();
            waiting.put(&aside, What::Beside, "own", vec![vec![("t_id", "old".into()), ("word", "new".into())]]).await.unwrap();
            aside.commit().await.unwrap();
            waiting
        };
        // Nobody waits for the one who writes: what follows is ready before the other is done.
        let (late, ready) = (ready(2).await, ready(3).await);
        other.commit().await.unwrap();
        let tx = late.begin().await.unwrap();
        assert!(!late.leave(&tx, Timestamp::from_millis(7)).await.unwrap(), "it changed meanwhile");
        drop(tx);
        let tx = ready.begin().await.unwrap();
        assert!(ready.leave(&tx, Timestamp::from_millis(7)).await.unwrap());
        let all =
            Query::select().expr_as(Expr::col("id").count(), "n").from("t").and_where(Expr::col("id").in_subquery(ready.ids().unwrap())).to_owned();
        assert_eq!(tx.query_one(&all).await.unwrap().unwrap().try_get::<i64>("", "n").unwrap(), 4);
        tx.commit().await.unwrap();
        late.close().await;
        ready.close().await;
        let count =
            async |sql: &str| store.db().query_all_raw(sea_orm::Statement::from_string(store.db().get_database_backend(), sql)).await.unwrap().len();
        assert_eq!(count("SELECT id FROM t WHERE version = 4 AND name = 'new' AND updated_at = 7").await, 1);
        assert_eq!(count("SELECT t_id FROM own WHERE word IN ('new', 'stays')").await, 2);
        assert_eq!((count("SELECT t_id FROM own").await, count("SELECT name FROM sqlite_master WHERE name LIKE 'waiting%'").await), (2, 0));
    }
}
