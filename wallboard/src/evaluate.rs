//! What the hub needs from a query layer: plan once, run against each snapshot.
//!
//! The trait keeps boards testable without a database: a test answers with batches that it made itself.

use std::future::Future;

use arrow::array::RecordBatch;
use callboard_domain::Timestamp;
use callboard_store::table::Table;

use crate::Error;

/// A planned query and what its answer depends on.
#[derive(Debug)]
pub struct Prepared<Q> {
    /// The plan.
    pub query: Q,
    /// The tables that it reads.
    pub reads: Vec<Table>,
    /// Whether the answer changes with time alone, as with `today()` or `last()`.
    pub depends_on_now: bool,
}

/// Plans and runs the queries of tiles.
pub trait Evaluate: Send + Sync + 'static {
    /// One consistent state of all tables.
    type Snapshot: Send + Sync;
    /// A planned query.
    type Query: Send + Sync;
    /// What tells two states of everything that a query reads apart.
    type Version: PartialEq + Send + Sync;

    /// Plans a query.
    ///
    /// # Errors
    /// `Error::Plan` when it is no query over the tables and measures.
    fn prepare(&self, sql: &str) -> impl Future<Output = Result<Prepared<Self::Query>, Error>> + Send;

    /// Runs a planned query against a snapshot.
    ///
    /// # Errors
    /// `Error::Run` when it fails.
    fn run(&self, query: &Self::Query, snapshot: &Self::Snapshot) -> impl Future<Output = Result<Vec<RecordBatch>, Error>> + Send;

    /// The instant for which the snapshot is true.
    fn as_of(&self, snapshot: &Self::Snapshot) -> Timestamp;

    /// Differs between two snapshots when anything that the query reads may differ.
    fn version(&self, query: &Self::Query, snapshot: &Self::Snapshot) -> Self::Version;
}
