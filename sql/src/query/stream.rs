//! The rows of an answer, one batch after the other, until a limit ends them.

use std::pin::Pin;
use std::task::{Context, Poll};

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use datafusion::execution::SendableRecordBatchStream;
use futures::{Stream, StreamExt, TryStreamExt};
use tokio::time::Sleep;
use tokio_util::sync::WaitForCancellationFutureOwned;

use super::{Limits, Stop};
use crate::error::Error;

/// The answer to one query. Dropping it stops the query.
pub struct QueryStream {
    schema: SchemaRef,
    // None once it has ended, so that what the query holds is freed at once.
    rows: Option<SendableRecordBatchStream>,
    limits: Limits,
    returned: usize,
    stop: Stop,
    // These two only wake the query when it waits for something else; `stop` decides.
    deadline: Pin<Box<Sleep>>,
    cancelled: Pin<Box<WaitForCancellationFutureOwned>>,
}

impl QueryStream {
    pub(super) fn new(
        schema: SchemaRef,
        rows: SendableRecordBatchStream,
        limits: Limits,
        stop: Stop,
        deadline: Pin<Box<Sleep>>,
        cancelled: Pin<Box<WaitForCancellationFutureOwned>>,
    ) -> Self {
        Self { schema, rows: Some(rows), limits, returned: 0, stop, deadline, cancelled }
    }

    /// The columns of the answer.
    #[must_use]
    pub fn schema(&self) -> SchemaRef {
        self.schema.clone()
    }

    /// All of the answer, which may take as much memory as the query.
    ///
    /// # Errors
    /// When the query fails or exceeds its limits.
    pub async fn collect(mut self) -> Result<Vec<RecordBatch>, Error> {
        let (mut batches, mut bytes) = (Vec::new(), 0);
        while let Some(batch) = self.try_next().await? {
            bytes += batch.get_array_memory_size();
            if bytes > self.limits.memory_bytes {
                return Err(Error::Memory { limit_bytes: self.limits.memory_bytes });
            }
            batches.push(batch);
        }
        Ok(batches)
    }

    fn end(&mut self, error: Error) -> Poll<Option<Result<RecordBatch, Error>>> {
        self.rows = None;
        Poll::Ready(Some(Err(error)))
    }
}

impl Drop for QueryStream {
    fn drop(&mut self) {
        // Tasks of the query that run on other threads look at this and end too.
        self.stop.cancel();
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
        let _ = this.cancelled.as_mut().poll(cx);
        let _ = this.deadline.as_mut().poll(cx);
        if let Some(reason) = this.stop.reason() {
            return this.end(reason);
        }
        let Some(rows) = &mut this.rows else { return Poll::Ready(None) };
        match rows.poll_next_unpin(cx) {
            Poll::Pending => Poll::Pending,
            Poll::Ready(None) => {
                this.rows = None;
                Poll::Ready(None)
            }
            // What fails after the end of its time failed because of it.
            Poll::Ready(Some(Err(error))) => this.end(this.stop.reason().unwrap_or_else(|| Error::run(error, this.limits.memory_bytes))),
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
