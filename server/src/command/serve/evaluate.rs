//! The hub's questions, answered by the query layer.

use std::sync::Arc;

use arrow::array::RecordBatch;
use callboard_domain::Timestamp;
use callboard_sql::{LiveQuery, QueryLayer, Snapshot};
use callboard_store::table::Table;
use callboard_wallboard::{Error, Evaluate, Prepared};

/// Tiles' queries over the query layer.
pub(super) struct Tiles(pub(super) Arc<QueryLayer>);

impl Evaluate for Tiles {
    type Snapshot = Arc<Snapshot>;
    type Query = Arc<LiveQuery>;

    async fn prepare(&self, sql: &str) -> Result<Prepared<Arc<LiveQuery>>, Error> {
        let query = self.0.live(sql).await.map_err(|e| Error::Plan { sql: sql.to_owned(), source: Box::new(e) })?;
        let reads = query.tables().to_vec();
        Ok(Prepared { query, reads, depends_on_now: true })
    }

    async fn run(&self, query: &Arc<LiveQuery>, snapshot: &Arc<Snapshot>) -> Result<Vec<RecordBatch>, Error> {
        query.run(snapshot).await.map_err(|e| Error::Run { source: Box::new(e) })
    }

    fn as_of(&self, snapshot: &Arc<Snapshot>) -> Timestamp {
        snapshot.as_of
    }

    /// Live rows carry their age, so every snapshot differs.
    fn version(&self, snapshot: &Arc<Snapshot>, _: Table) -> u64 {
        snapshot.as_of.as_millis().unsigned_abs()
    }
}
