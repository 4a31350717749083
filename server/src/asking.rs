//! Questions to the query layer, away from the threads that serve: the one way in for SQL, for lists of calls and for recordings.

mod lane;

use std::sync::Arc;

use callboard_sql::output::{self, Format};
use callboard_sql::{CancellationToken, Error, Limits, QueryLayer, Sight, Snapshot};
use tokio::sync::watch;

use crate::clock::Stopwatch;
use crate::telemetry::Telemetry;
pub(crate) use lane::Lane;

/// Asks the newest rows, and tells telemetry what came of it.
#[derive(Clone)]
pub(crate) struct Asking {
    pub(crate) layer: Arc<QueryLayer>,
    /// The newest snapshot; readers skip what they were too slow for.
    pub(crate) snapshot: watch::Receiver<Arc<Snapshot>>,
    pub(crate) telemetry: Arc<Telemetry>,
    pub(crate) lane: Arc<Lane>,
}

impl Asking {
    /// The answer as text. Whoever drops this future, as for a client that goes away, stops the query.
    ///
    /// # Errors
    /// What the query layer says; a query that broke off counts as cancelled.
    pub(crate) async fn text(&self, sight: Sight, sql: String, limits: Limits, format: Format) -> Result<String, Error> {
        let (layer, telemetry, snapshot) = (Arc::clone(&self.layer), Arc::clone(&self.telemetry), Arc::clone(&self.snapshot.borrow()));
        let runtime = self.lane.handle().clone();
        let cancel = CancellationToken::new();
        let _stop = cancel.clone().drop_guard();
        let asked = self.lane.handle().spawn_blocking(move || {
            let watch = Stopwatch::start();
            let answer = runtime.block_on(async {
                let answer = layer.query_within(&sight, &sql, snapshot, limits, cancel).await?;
                let schema = answer.schema();
                output::to_text(format, schema, &answer.collect().await?)
            });
            telemetry.sql.asked(&watch, &answer);
            answer
        });
        asked.await.unwrap_or_else(|broken| {
            tracing::error!("a query broke off: {broken}");
            Err(Error::Cancelled)
        })
    }
}
