//! The query layer as the hub asks it.

use std::sync::Arc;

use arrow::array::ArrayRef;
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

/// The rows of one table in one snapshot, told apart by identity: whoever changes rows makes a new batch.
/// Holding them keeps their addresses from being used again.
#[derive(Debug)]
pub struct Rows {
    stored: Option<Arc<StoredTable>>,
    live: Vec<ArrayRef>,
}

impl PartialEq for Rows {
    fn eq(&self, other: &Self) -> bool {
        let same_files = match (&self.stored, &other.stored) {
            (Some(a), Some(b)) => Arc::ptr_eq(a, b),
            (None, None) => true,
            (Some(_), None) | (None, Some(_)) => false,
        };
        same_files && self.live.len() == other.live.len() && self.live.iter().zip(&other.live).all(|(a, b)| Arc::ptr_eq(a, b))
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

    async fn run(&self, query: &Self::Query, snapshot: &Self::Snapshot) -> Result<Vec<arrow::array::RecordBatch>, Error> {
        query.run(snapshot).await.map_err(|e| Error::Run { source: Box::new(e) })
    }

    fn as_of(&self, snapshot: &Self::Snapshot) -> Timestamp {
        snapshot.as_of
    }

    fn version(&self, snapshot: &Self::Snapshot, table: Table) -> Rows {
        Rows {
            stored: snapshot.files(table).cloned(),
            live: snapshot.live(table).iter().filter_map(|batch| batch.columns().first().cloned()).collect(),
        }
    }
}

#[cfg(test)]
mod tests;
