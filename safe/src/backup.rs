//! Backups of the settings: one file that restores on SQLite and on PostgreSQL, whichever it came from.
//!
//! The file is a ZIP: a manifest, and for each table its rows as lines of JSON. It is written from one transaction, so it
//! shows one moment while the server goes on. It comes back in one transaction too: all of it or nothing.

mod archive;
mod restore;
mod tables;

use std::path::{Path, PathBuf};

use callboard_domain::Timestamp;
use futures::TryStreamExt;
use sea_orm::sea_query::{Alias, Query};
use sea_orm::{AccessMode, DatabaseBackend, DatabaseTransaction, DbErr, IsolationLevel, StreamTrait, TransactionTrait};

use archive::{Manifest, Steps, Table, Writer};
use callboard_admin::part::{self, Part};
use callboard_admin::store::{self, Store};
pub use restore::restore;

/// What is not kept: nobody stays signed in over a restore, and what web hooks had still to send is not sent from another place or twice.
const PASSING: [&str; 6] = ["sessions", "sign_in_failures", "idempotency", "web_hook_outbox", "web_hook_deliveries", "web_hook_attempts"];

/// Why there is no backup, or why one did not come back.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The file cannot be read or written.
    #[error("could not use the file {}", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// It is no backup, or a broken one.
    #[error("the backup is broken: {0}")]
    Broken(String),
    /// It has what this version does not know.
    #[error("the backup was made by a newer version ({made_by}): {unknown} is not known here; restore it with that version")]
    Newer {
        /// The version that made it.
        made_by: String,
        /// The first thing that is unknown.
        unknown: String,
    },
    /// There are rows already.
    #[error("the settings store holds rows already (table {table}); say so explicitly to replace all of them")]
    NotEmpty {
        /// The first table with rows.
        table: String,
    },
    /// The settings store cannot be opened.
    #[error(transparent)]
    Store(#[from] store::Error),
    /// The settings store refused.
    #[error("the settings store refused")]
    Refused(#[from] DbErr),
}

/// What was kept, or came back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sum {
    /// Tables.
    pub tables: usize,
    /// Rows of all of them.
    pub rows: u64,
}

/// Writes a backup of the settings to a new file that only its owner may read.
///
/// # Errors
/// The file is there already or cannot be written; the store fails.
pub async fn write(store: &Store, parts: &[&'static Part], now: Timestamp, path: &Path) -> Result<Sum, Error> {
    let own = tables::own(parts).await?;
    let tx = moment(store).await?;
    let mut writer = Writer::create(path)?;
    let mut steps = Vec::new();
    for tree in part::migrations(parts) {
        steps.push(Steps { table: (tree.table)(), taken: tables::taken(&tx, &(tree.table)()).await? });
    }
    let mut kept = Vec::new();
    for name in tables::present(&tx, &own).await?.into_iter().filter(|name| !PASSING.contains(&name.as_str())) {
        kept.push(table(&tx, &mut writer, name).await?);
    }
    tx.commit().await?;
    let sum = Sum { tables: kept.len(), rows: kept.iter().map(|t| t.rows).sum() };
    writer.finish(Manifest::new(now, steps, kept))?;
    Ok(sum)
}

/// A transaction that sees one moment, whatever is written meanwhile.
async fn moment(store: &Store) -> Result<DatabaseTransaction, DbErr> {
    let db = store.db();
    match db.get_database_backend() {
        DatabaseBackend::Postgres => db.begin_with_config(Some(IsolationLevel::RepeatableRead), Some(AccessMode::ReadOnly)).await,
        // In WAL a transaction keeps the moment of its first read.
        _ => db.begin().await,
    }
}

async fn table(tx: &DatabaseTransaction, writer: &mut Writer, name: String) -> Result<Table, Error> {
    let columns = tables::columns(tx, &name).await?;
    let mut select = Query::select();
    select.columns(columns.iter().map(|c| Alias::new(c.name.clone()))).from(Alias::new(name.clone()));
    let mut rows = tx.stream(&select).await?;
    writer.begin(&name)?;
    while let Some(row) = rows.try_next().await? {
        let cells = columns.iter().map(|c| c.kind.read(&row, &c.name)).collect::<Result<Vec<_>, _>>()?;
        writer.row(&cells)?;
    }
    Ok(writer.end(name, columns))
}
