//! The rows of an answer, one batch after the other, until a limit ends them.

use std::pin::Pin;
use std::task::{Context, Poll};

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use datafusion::execution::SendableRecordBatchStream;
use futures::{Stream, StreamExt, TryStreamExt};
use tokio::time::Sleep;
use tokio_util::sync::WaitForCancellationFutureOwned;

use super::Limits;
use crate::error::Error;

/// The answer to one query. Dropping it stops the query.
pub struct QueryStream {
    schema: SchemaRef,
    // None once it has ended, so that what the query holds is freed at once.
    rows: Option<SendableRecordBatchStream>,
    limits: Limits,
    returned: usize,
    deadline: Pin<Box<Sleep>>,
    cancelled: Pin<Box<WaitForCancellationFutureOwned>>,
}

impl QueryStream {
    pub(super) fn new(
        schema: SchemaRef,
        rows: SendableRecordBatchStream,
        limits: Limits,
        deadline: Pin<Box<Sleep>>,
        cancelled: Pin<Box<WaitForCancellationFutureOwned>>,
    ) -> Self {
        Self { schema, rows: Some(rows), limits, returned: 0, deadline, cancelled }
    }

    /// The columns of the answer.
    #[must_use]
    pub fn schema(&self) -> SchemaRef {
        self.schema.clone()
    }

    /// All of the answer.
    ///
    /// # Errors
    /// When the query fails or exceeds its limits.
    pub async fn collect(self) -> Result<Vec<RecordBatch>, Error> {
        self.try_collect().await
    }

    fn end(&mut self, error: Error) -> Poll<Option<Result<RecordBatch, Error>>> {
        self.rows = None;
        Poll::Ready(Some(Err(error)))
    }
}

impl std::fmt::Debug for QueryStream {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("QueryStream")
            .field("schema", &self.schema)
            .field("limits", &self.limits)
            .field("returned", &self.returned)
            .finish_non_exhaustive()
    }
}

impl Stream for QueryStream {
    type Item = Result<RecordBatch, Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        if this.rows.is_none() {
            return Poll::Ready(None);
        }
        // Limits first: operators give up their turn every few batches, and then this is where it ends.
        if this.cancelled.as_mut().poll(cx).is_ready() {
            return this.end(Error::Cancelled);
        }
        if this.deadline.as_mut().poll(cx).is_ready() {
            return this.end(Error::Timeout { limit: this.limits.timeout });
        }
        let Some(rows) = &mut this.rows else { return Poll::Ready(None) };
        match rows.poll_next_unpin(cx) {
            Poll::Pending => Poll::Pending,
            Poll::Ready(None) => {
                this.rows = None;
                Poll::Ready(None)
            }
            Poll::Ready(Some(Err(error))) => this.end(Error::run(error, this.limits.memory_bytes)),
            Poll::Ready(Some(Ok(batch))) => {
                this.returned += batch.num_rows();
                match this.limits.rows {
                    Some(limit) if this.returned > limit => this.end(Error::Rows { limit }),
                    _ => Poll::Ready(Some(Ok(batch))),
                }
            }
        }
    }
}
