//! The durable log behind one trait.
//!
//! A log is an ordered list of event lines, each with an offset. An append is durable before it resolves and
//! drops the events that the log already holds; readers go on from any offset that retention has left.

mod batch;
mod block;
pub mod embedded;
mod error;
mod ids;
mod rejected;

use std::pin::Pin;

use tokio::sync::watch;

pub use batch::Batch;
pub use block::{Block, Lines};
pub use embedded::{Embedded, Options, Retention, Writer};
pub use error::{Action, EngineError, Error};
pub use ids::{Ids, hash as hash_id};
pub use rejected::{MAX_RAW_BYTES, Rejected};

/// A future that can be kept in a box and moved between threads.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// What became of an append.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Appended {
    /// Offset of the first event of the batch that was new; the log's end where none was.
    pub first: u64,
    /// Events that were new.
    pub accepted: usize,
    /// Events that the log held already, or that stood twice in the batch.
    pub duplicate: usize,
}

/// An ordered, durable, replayable list of events.
pub trait Log: Send + Sync {
    /// Appends a batch; resolves once everything accepted is durable. Events of one batch keep their order.
    ///
    /// # Errors
    /// Nothing of the batch was acknowledged. After an error whose `action()` is `Stop`, every later append fails too.
    fn append(&self, batch: Batch) -> BoxFuture<'_, Result<Appended, Error>>;

    /// Events from `from` on, at most `max_events`, often fewer; none at the end of the log. Blocks for as long
    /// as a disk read and the decompression of one block take.
    ///
    /// # Errors
    /// When retention has dropped `from`, or what lies there is damaged.
    fn read(&self, from: u64, max_events: usize) -> Result<Option<Block>, Error>;

    /// First offset that can be read.
    fn start(&self) -> u64;

    /// The offset that the next event will get.
    fn end(&self) -> u64;

    /// The end as it moves; a receiver that is slow sees the newest value only.
    fn watch(&self) -> watch::Receiver<u64>;
}
