//! Where closed rows are kept, behind one trait.
//!
//! Rows, the engine's state and the log position that they are true for are committed together or not at all, so
//! nothing is doubled or missing between what is stored and what is replayed. A reader holds one manifest.

pub mod clickhouse;
#[cfg(test)]
mod contract;
mod cut;
mod day;
mod disk;
mod encode;
mod error;
mod find;
mod hide;
mod manifest;
mod merge;
pub mod parquet;

use std::sync::Arc;

use arrow::array::RecordBatch;
use callboard_domain::Timestamp;
use tokio::runtime::Handle;

use crate::Table;

pub use clickhouse::ClickHouseHistory;
pub use day::Day;
pub use disk::{Disk, LocalDisk};
pub use error::{Action, Error};
pub use find::Sought;
pub use manifest::{DataFile, Manifest, StateFile};
pub use parquet::ParquetHistory;

/// What is committed together.
#[derive(Debug, Clone)]
pub struct Commit {
    /// The log offset up to which everything is in this commit or in earlier ones.
    pub position: u64,
    /// Closed rows, any number of batches of a table, in any order.
    pub batches: Vec<(Table, RecordBatch)>,
    /// The engine's state at `position`.
    pub engine_state: Vec<u8>,
    /// The time of the commit.
    pub at: Timestamp,
}

/// Closed rows for ever. Every call may take as long as a disk does: not for async threads.
pub trait History: Send + Sync {
    /// What is stored, from whoever keeps it: for a store that was away when it was opened. Whoever folded into it begins
    /// anew after `Error::Moved`.
    ///
    /// # Errors
    /// When the store is away or refuses.
    fn connect(&self) -> Result<Arc<Manifest>, Error> {
        Ok(self.manifest())
    }

    /// Whether the store has said what it holds since it was opened.
    fn is_connected(&self) -> bool {
        true
    }

    /// Connects to a store that was away, and fails unless it holds what was gone on from meanwhile.
    ///
    /// # Errors
    /// When the store is away or refuses, or holds something else (`Error::Moved`).
    fn reach(&self) -> Result<(), Error> {
        Ok(())
    }

    /// Stores a commit: after a crash at any moment either all of it is there or nothing.
    ///
    /// A row whose `version` is above 1 replaces the stored row of the same key; a negative version takes the stored
    /// row away and leaves none. Rows of `queue_intervals` and
    /// `agent_intervals` add up with the stored rows of the same key.
    ///
    /// # Errors
    /// When the position is not beyond the stored one, a batch has another schema than its table, or the disk
    /// refuses. After an error whose `action()` is `Stop` it must be opened again.
    fn commit(&self, commit: Commit) -> Result<Arc<Manifest>, Error>;

    /// What is stored now. Files of a manifest stay readable for as long as someone holds it.
    fn manifest(&self) -> Arc<Manifest>;

    /// The stored rows of the calls or agents sought, those of the newest days first.
    ///
    /// # Errors
    /// When a file is missing or damaged, or the store does not answer.
    fn find(&self, table: Table, sought: &[Sought]) -> Result<Vec<RecordBatch>, Error>;

    /// The engine's state of the last commit; none before the first.
    ///
    /// # Errors
    /// When the file is missing or damaged.
    fn engine_state(&self) -> Result<Option<Vec<u8>>, Error>;

    /// Compares what is stored with its checksums: slow, for `verify` and for now and then.
    ///
    /// # Errors
    /// The first thing that is missing or damaged, or that the store does not answer.
    fn check(&self) -> Result<(), Error>;

    /// A day of a table whose files should be put together, the worst first.
    fn should_compact(&self) -> Option<(Table, Day)>;

    /// Puts the small files of a day together: rows that were replaced go, rows that add up are added up. What a
    /// query sees stays the same.
    ///
    /// # Errors
    /// When a file is damaged or the disk refuses.
    fn compact(&self, table: Table, day: Day) -> Result<Arc<Manifest>, Error>;

    /// Drops all days before `day`.
    ///
    /// # Errors
    /// When the disk refuses.
    fn retain(&self, day: Day) -> Result<Arc<Manifest>, Error>;
}

/// The end of `future`. A thread of a runtime with several threads may wait too: its other tasks move on.
pub(crate) fn wait<T>(runtime: &Handle, future: impl Future<Output = T>) -> T {
    if Handle::try_current().is_ok() { tokio::task::block_in_place(|| runtime.block_on(future)) } else { runtime.block_on(future) }
}

/// Tables whose rows of one key are sums.
#[must_use]
pub const fn adds_up(table: Table) -> bool {
    matches!(table, Table::QueueIntervals | Table::AgentIntervals)
}
