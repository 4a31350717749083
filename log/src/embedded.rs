//! The embedded log: blocks of lines in a fjall database, one writer, any number of readers.
//!
//! Appends meet in a bounded channel before the writer, which commits whatever is waiting with one sync of the
//! disk. Readers look blocks up in memory and take the newest ones from there too.

mod cache;
mod draft;
mod index;
mod marker;
mod open;
mod retain;
mod seen;
mod store;
mod writer;

use std::path::PathBuf;
use std::sync::Arc;

use callboard_domain::Clock;
use tokio::sync::{mpsc, oneshot, watch};

use super::{Appended, Batch, Block, BoxFuture, Error, Log, Position, Reader, Rejected};
use store::Store;

pub use retain::{Dropped, Retention};
pub use writer::Writer;

/// How a log is opened.
#[derive(Debug, Clone)]
pub struct Options {
    /// Its folder; made when missing.
    pub path: PathBuf,
    /// An offset that history has committed: a log that ends before it has lost acknowledged events.
    pub must_reach: Option<u64>,
    /// Ids that de-duplication holds in memory, about 20 to 40 bytes each. More are held only while one minute
    /// of event time alone has more.
    pub max_ids: usize,
    /// Bytes of newest lines that readers get without decompressing.
    pub cache_bytes: usize,
    /// Batches that wait for the writer; further senders wait in `append`.
    pub queue: usize,
}

impl Options {
    /// The usual values for the log in `path`.
    #[must_use]
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into(), must_reach: None, max_ids: 2_000_000, cache_bytes: 32 * 1024 * 1024, queue: 256 }
    }
}

/// What the writer is asked to do.
enum Request {
    Append { batch: Batch, done: oneshot::Sender<Result<Appended, Error>> },
    Retain { rules: Retention, safe: u64, done: oneshot::Sender<Result<Dropped, Error>> },
    Close { done: oneshot::Sender<Result<(), Error>> },
}

/// A handle to the log; its `Writer` must be running for appends to resolve.
pub struct Embedded {
    store: Arc<Store>,
    // Bounded by `Options::queue`: a full channel makes senders wait, which is how a slow disk reaches them.
    requests: mpsc::Sender<Request>,
}

impl Embedded {
    /// Opens or makes the log, checks that it is whole, and gives the handle and the writer to run.
    ///
    /// # Errors
    /// When another process uses the folder, a newer version wrote it, or acknowledged events are missing or damaged.
    pub fn open(options: &Options, clock: Arc<dyn Clock>) -> Result<(Arc<Self>, Writer), Error> {
        let (store, marker) = open::open(options)?;
        let store = Arc::new(store);
        let (requests, inbox) = mpsc::channel(options.queue.max(1));
        let writer = Writer::new(Arc::clone(&store), marker, inbox, clock, options)?;
        Ok((Arc::new(Self { store, requests }), writer))
    }

    /// `append` for threads outside an async runtime.
    ///
    /// # Errors
    /// As `append`.
    pub fn append_blocking(&self, batch: Batch) -> Result<Appended, Error> {
        let (done, answer) = oneshot::channel();
        self.requests.blocking_send(Request::Append { batch, done }).map_err(|_| self.store.stopped())?;
        answer.blocking_recv().map_err(|_| self.store.stopped())?
    }

    /// Drops the oldest blocks that the rules no longer want, never one that reaches `safe`, the position that
    /// history has committed, and never the newest.
    ///
    /// # Errors
    /// When the writer has stopped or the disk refuses.
    pub async fn retain(&self, rules: Retention, safe: u64) -> Result<Dropped, Error> {
        self.ask(|done| Request::Retain { rules, safe, done }).await
    }

    /// Appends what waits, syncs, and ends the writer. Later appends fail.
    ///
    /// # Errors
    /// When the last commit failed.
    pub async fn close(&self) -> Result<(), Error> {
        self.ask(|done| Request::Close { done }).await
    }

    /// How many lines were refused so far, dropped ones included.
    #[must_use]
    pub fn rejected_count(&self) -> u64 {
        self.store.rejected_count()
    }

    /// Refused lines from number `from` on, oldest first, at most `max`.
    ///
    /// # Errors
    /// When the disk refuses or a line is damaged.
    pub fn rejected(&self, from: u64, max: usize) -> Result<Vec<Rejected>, Error> {
        self.store.rejected(from, max)
    }

    /// Events from `from` on, at most `max_events`, often fewer; none at the end of the log. Blocks for as long
    /// as a disk read and the decompression of one block take.
    ///
    /// # Errors
    /// When retention has dropped `from`, or what lies there is damaged.
    pub fn read(&self, from: u64, max_events: usize) -> Result<Option<Block>, Error> {
        self.store.read(from, max_events)
    }

    /// First offset that can be read.
    #[must_use]
    pub fn start(&self) -> u64 {
        self.store.index().start()
    }

    /// The offset that the next event will get.
    #[must_use]
    pub fn end(&self) -> u64 {
        self.store.index().end()
    }

    /// The end as it moves; a receiver that is slow sees the newest value only.
    #[must_use]
    pub fn watch(&self) -> watch::Receiver<u64> {
        self.store.watch()
    }

    /// Compressed bytes of all blocks, heads included.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.store.index().bytes()
    }

    async fn ask<T>(&self, request: impl FnOnce(oneshot::Sender<Result<T, Error>>) -> Request) -> Result<T, Error> {
        let (done, answer) = oneshot::channel();
        self.requests.send(request(done)).await.map_err(|_| self.store.stopped())?;
        answer.await.map_err(|_| self.store.stopped())?
    }
}

impl Log for Embedded {
    fn append(&self, batch: Batch) -> BoxFuture<'_, Result<Appended, Error>> {
        Box::pin(self.ask(|done| Request::Append { batch, done }))
    }

    fn reader(&self, from: &Position) -> Result<Box<dyn Reader>, Error> {
        Ok(Box::new(StoreReader { store: Arc::clone(&self.store), position: Position::single(from.offset(0)) }))
    }

    fn start(&self) -> Result<Position, Error> {
        Ok(Position::single(Self::start(self)))
    }

    fn end(&self) -> Result<Position, Error> {
        Ok(Position::single(Self::end(self)))
    }

    fn watch(&self) -> watch::Receiver<u64> {
        self.store.watch()
    }

    fn rejected(&self, from: u64, max: usize) -> Result<Vec<Rejected>, Error> {
        self.store.rejected(from, max)
    }
}

/// Reads the one partition there is.
struct StoreReader {
    store: Arc<Store>,
    position: Position,
}

impl Reader for StoreReader {
    fn read(&mut self, max_events: usize) -> Result<Option<Block>, Error> {
        let block = self.store.read(self.position.offset(0), max_events)?;
        if let Some(block) = &block {
            self.position = Position::single(block.end());
        }
        Ok(block)
    }

    fn position(&self) -> &Position {
        &self.position
    }

    fn at_end(&self) -> bool {
        self.position.offset(0) >= self.store.index().end()
    }
}

#[cfg(test)]
mod tests;
