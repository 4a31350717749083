//! The durable log behind one trait: embedded on one machine, or in Kafka.
//!
//! A log is a list of event lines in one or more partitions; what has the same key keeps its order. An append is
//! durable before it resolves; a reader gets every event once and goes on from any position that retention has left.

mod batch;
mod block;
pub mod embedded;
mod error;
mod ids;
pub mod kafka;
mod position;
mod rejected;

use std::pin::Pin;
use std::time::Duration;

use tokio::sync::watch;

pub use batch::Batch;
pub use block::{Block, Lines};
pub use embedded::{Embedded, Options, Retention, Writer};
pub use error::{Action, EngineError, Error};
pub use ids::{Ids, hash as hash_id};
pub use kafka::Kafka;
pub use position::Position;
pub use rejected::{MAX_RAW_BYTES, Rejected};

/// How long a reader that only waits rests before it looks again.
const REST: Duration = Duration::from_millis(5);

/// A future that can be kept in a box and moved between threads.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// What became of an append.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Appended {
    /// Offset of the first event of the batch that was new; the log's end where none was. 0 in a log of several
    /// partitions, where a batch has no one place.
    pub first: u64,
    /// Events that were new.
    pub accepted: usize,
    /// Events that the log was known to hold already, or that stood twice in the batch.
    pub duplicate: usize,
}

/// A durable, replayable list of events, in order by key.
pub trait Log: Send + Sync {
    /// Appends a batch; resolves once everything accepted is durable. Events of one key keep their order.
    ///
    /// # Errors
    /// Nothing of the batch was acknowledged. After an error whose `action()` is `Stop`, every later append fails too.
    fn append(&self, batch: Batch) -> BoxFuture<'_, Result<Appended, Error>>;

    /// A reader of all partitions that goes on from `from`.
    ///
    /// # Errors
    /// When the log cannot be reached.
    fn reader(&self, from: &Position) -> Result<Box<dyn Reader>, Error>;

    /// The first position that can be read.
    ///
    /// # Errors
    /// When the log cannot be reached.
    fn start(&self) -> Result<Position, Error>;

    /// The position behind the last event.
    ///
    /// # Errors
    /// When the log cannot be reached.
    fn end(&self) -> Result<Position, Error>;

    /// Changes when there may be something new to read; the number means nothing.
    fn watch(&self) -> watch::Receiver<u64>;

    /// Refused lines from number `from` on, oldest first, at most `max`.
    ///
    /// # Errors
    /// When they cannot be read.
    fn rejected(&self, from: u64, max: usize) -> Result<Vec<Rejected>, Error>;
}

/// Reads a log from a position on.
pub trait Reader: Send {
    /// The next events, at most `max_events`, often fewer; none when nothing is at hand. A block may be empty: what
    /// was read held no new event. Blocks for as long as a disk read or a short wait for a broker takes.
    ///
    /// # Errors
    /// When retention has dropped what comes next, or it is damaged.
    fn read(&mut self, max_events: usize) -> Result<Option<Block>, Error>;

    /// Where the next read goes on: behind everything that reads have given.
    fn position(&self) -> &Position;

    /// Whether everything was read that the log held when the last read gave nothing.
    fn at_end(&self) -> bool;

    /// The next events, for callers that have nothing to do until they come: none at the end of the log. Blocks.
    ///
    /// # Errors
    /// As `read`.
    fn read_on(&mut self, max_events: usize) -> Result<Option<Block>, Error> {
        loop {
            match self.read(max_events)? {
                Some(block) if block.is_empty() => {}
                Some(block) => return Ok(Some(block)),
                None if self.at_end() => return Ok(None),
                // What comes next is on its way from a broker.
                None => std::thread::sleep(REST),
            }
        }
    }
}
