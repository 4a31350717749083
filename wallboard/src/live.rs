//! The query layer as the hub asks it.

use std::collections::BTreeSet;
use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch};
use callboard_domain::Timestamp;
use callboard_sql::{LiveQuery, QueryLayer, Snapshot, StoredTable};
use callboard_store::table::Table;

use crate::Error;
use crate::evaluate::{Evaluate, Prepared};

/// Live queries over the product's tables.
#[derive(Debug, Clone)]
pub struct Live {
    layer: Arc<QueryLayer>,
}

/// All that a query reads of one snapshot, told apart by identity: a snapshot shares what it has in common with the one
/// before. Holding the arrays keeps their addresses from being used again.
#[derive(Debug)]
pub struct Rows {
    tables: Vec<TableRows>,
    /// The log changes without a mark: a query that reads it has another answer at each instant.
    log_at: Option<Timestamp>,
}

#[derive(Debug)]
struct TableRows {
    stored: Option<Arc<StoredTable>>,
    /// Number of rows and columns that are read, of each live batch.
    live: Vec<(usize, Vec<ArrayRef>)>,
}

impl PartialEq for Rows {
    fn eq(&self, other: &Self) -> bool {
        self.log_at == other.log_at && self.tables == other.tables
    }
}

impl PartialEq for TableRows {
    fn eq(&self, other: &Self) -> bool {
        let same_files = match (&self.stored, &other.stored) {
            (Some(a), Some(b)) => Arc::ptr_eq(a, b),
            (None, None) => true,
            (Some(_), None) | (None, Some(_)) => false,
        };
        let same_columns = |a: &[ArrayRef], b: &[ArrayRef]| a.len() == b.len() && a.iter().zip(b).all(|(a, b)| Arc::ptr_eq(a, b));
        let mut batches = self.live.iter().zip(&other.live);
        same_files && self.live.len() == other.live.len() && batches.all(|((n, a), (m, b))| n == m && same_columns(a, b))
    }
}

impl Live {
    /// Over a query layer.
    #[must_use]
    pub const fn new(layer: Arc<QueryLayer>) -> Self {
        Self { layer }
    }
}

impl Evaluate for Live {
    type Snapshot = Arc<Snapshot>;
    type Query = Arc<LiveQuery>;
    type Version = Rows;

    async fn prepare(&self, sql: &str) -> Result<Prepared<Self::Query>, Error> {
        let query = self.layer.live(sql).await.map_err(|e| Error::Plan { sql: sql.to_owned(), source: Box::new(e) })?;
        Ok(Prepared { reads: query.tables().to_vec(), depends_on_now: query.follows_time(), query })
    }

    async fn run(&self, query: &Self::Query, snapshot: &Self::Snapshot) -> Result<Vec<RecordBatch>, Error> {
        query.run(snapshot).await.map_err(|e| Error::Run { source: Box::new(e) })
    }

    fn as_of(&self, snapshot: &Self::Snapshot) -> Timestamp {
        snapshot.as_of
    }

    fn version(&self, query: &Self::Query, snapshot: &Self::Snapshot) -> Rows {
        let tables = query.reads().iter().map(|(table, columns)| TableRows {
            stored: snapshot.files(*table).cloned(),
            live: snapshot.live(*table).iter().map(|batch| (batch.num_rows(), read(batch, columns))).collect(),
        });
        let reads_log = query.reads().keys().any(|table| matches!(table, Table::Events | Table::Rejected));
        Rows { tables: tables.collect(), log_at: reads_log.then_some(snapshot.as_of) }
    }
}

fn read(batch: &RecordBatch, columns: &BTreeSet<usize>) -> Vec<ArrayRef> {
    columns.iter().filter_map(|place| batch.columns().get(*place).cloned()).collect()
}

#[cfg(test)]
mod tests;
