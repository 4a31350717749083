//! The settings store: SQLite by default, PostgreSQL by URL, one tree of migrations and one text of every query.

pub mod migration;
pub mod row;
pub mod table;
pub mod waiting;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use sea_orm::{
    AccessMode, ConnectOptions, Database, DatabaseBackend, DatabaseConnection, DatabaseTransaction, DbErr, IsolationLevel, RuntimeErr,
    SqliteTransactionMode, SqlxPostgresConnector, SqlxSqliteConnector, TransactionOptions, TransactionTrait,
};
use sea_orm_migration::MigratorTrait;

/// Connections to PostgreSQL at most; SQLite reads with as many and writes one after the other.
const MOST_CONNECTIONS: u32 = 8;
/// Pages that a connection of its own keeps in memory, in KiB: much that is written at once is not written again and again.
const CACHE_KIB: u32 = 64 * 1024;
/// How long a write waits for the write before it.
const PATIENCE: Duration = Duration::from_secs(15);
/// A connection that nobody used for so long may be dead and is asked first; to ask each time would double the questions.
const IDLE: Duration = Duration::from_secs(1);

/// The URL of a store that is gone with its connection.
pub const MEMORY: &str = "sqlite::memory:";

/// Why the settings store cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// It cannot be reached.
    #[error("could not open the settings store")]
    Open(#[source] DbErr),
    /// Its tables could not be brought up to date.
    #[error("could not migrate the settings store")]
    Migrate(#[source] DbErr),
}

/// The settings store.
#[derive(Debug, Clone)]
pub struct Store {
    db: DatabaseConnection,
}

impl Store {
    /// The URL of the SQLite file of a data folder.
    #[must_use]
    pub fn file(path: &Path) -> String {
        format!("sqlite://{}?mode=rwc", path.display())
    }

    /// Opens the store and brings its tables up to date.
    ///
    /// # Errors
    /// When it cannot be reached or migrated.
    pub async fn open(url: &str) -> Result<Self, Error> {
        let store = Self::connect(url, true).await?;
        migration::Tree::up(&store.db, None).await.map_err(Error::Migrate)?;
        Ok(store)
    }

    /// Opens the store with the tables that it has. Where rows come back from a backup SQLite does not watch what refers to what
    /// before all of them are there.
    ///
    /// # Errors
    /// When it cannot be reached.
    pub async fn connect(url: &str, watch_references: bool) -> Result<Self, Error> {
        let mut options = ConnectOptions::new(url);
        // Each connection to memory is a store of its own.
        let most = if url == MEMORY { 1 } else { MOST_CONNECTIONS };
        options.max_connections(most).acquire_timeout(PATIENCE).sqlx_logging(false).test_before_acquire_if_idle_for(IDLE);
        options.map_sqlx_sqlite_opts(move |o| {
            use sea_orm::sqlx::sqlite::{SqliteJournalMode, SqliteSynchronous};
            let o = o.foreign_keys(watch_references).journal_mode(SqliteJournalMode::Wal);
            o.synchronous(SqliteSynchronous::Full).busy_timeout(PATIENCE)
        });
        Ok(Self { db: Database::connect(options).await.map_err(Error::Open)? })
    }

    /// For reading.
    #[must_use]
    pub const fn db(&self) -> &DatabaseConnection {
        &self.db
    }

    /// For writing. On SQLite it holds the write lock from the start, so that what it read cannot be out of date when it writes.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn begin(&self) -> Result<DatabaseTransaction, DbErr> {
        let mode = (self.db.get_database_backend() == DatabaseBackend::Sqlite).then_some(SqliteTransactionMode::Immediate);
        self.db.begin_with_options(TransactionOptions { sqlite_transaction_mode: mode, ..TransactionOptions::default() }).await
    }

    /// For reading much as it stands at one moment; nothing is written here, and nobody waits for it.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn look(&self) -> Result<DatabaseTransaction, DbErr> {
        let strict = self.db.get_database_backend() == DatabaseBackend::Postgres;
        let options = TransactionOptions {
            isolation_level: strict.then_some(IsolationLevel::RepeatableRead),
            access_mode: strict.then_some(AccessMode::ReadOnly),
            ..TransactionOptions::default()
        };
        self.db.begin_with_options(options).await
    }

    /// The same store by one connection that stays, for what a connection has of its own; see [`waiting`].
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn apart(&self) -> Result<Self, DbErr> {
        use sea_orm::sqlx::{postgres::PgPoolOptions, sqlite::SqlitePoolOptions};
        let failed = |error: sea_orm::sqlx::Error| DbErr::Conn(RuntimeErr::SqlxError(Arc::new(error)));
        Ok(Self {
            db: if self.db.get_database_backend() == DatabaseBackend::Sqlite {
                let options = self.db.get_sqlite_connection_pool().connect_options();
                let options = (*options).clone().pragma("temp_store", "memory").pragma("cache_size", format!("-{CACHE_KIB}"));
                let pool = SqlitePoolOptions::new().max_connections(1).idle_timeout(None).max_lifetime(None).acquire_timeout(PATIENCE);
                SqlxSqliteConnector::from_sqlx_sqlite_pool(pool.connect_with(options).await.map_err(failed)?)
            } else {
                let options = self.db.get_postgres_connection_pool().connect_options();
                let pool = PgPoolOptions::new().max_connections(1).idle_timeout(None).max_lifetime(None).acquire_timeout(PATIENCE);
                SqlxPostgresConnector::from_sqlx_postgres_pool(pool.connect_with((*options).clone()).await.map_err(failed)?)
            },
        })
    }

    /// For what is not the store's own but a connection's; on SQLite nothing is locked before the store is looked at.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn aside(&self) -> Result<DatabaseTransaction, DbErr> {
        self.db.begin().await
    }

    /// Closes its connections.
    ///
    /// # Errors
    /// When one cannot be closed.
    pub async fn close(self) -> Result<(), DbErr> {
        self.db.close().await
    }
}
