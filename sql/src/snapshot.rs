//! What a question is asked of: stored files and live rows that belong together, true for one instant.
//!
//! The types here are the border to the store: queries know files and one remote place; `Stored::of` is the one place that
//! knows manifests.

use std::any::Any;
use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use arrow::array::RecordBatch;
use callboard_domain::Timestamp;
use callboard_store::Table;
use callboard_store::history::Manifest;
use callboard_store::history::clickhouse::Visible;

/// One instant of the whole product. Cheap to clone; never changes.
#[derive(Debug, Clone)]
pub struct Snapshot {
    /// The event time for which every row is true; `now()` in a query.
    pub as_of: Timestamp,
    /// The closed rows that history keeps.
    pub stored: Arc<Stored>,
    /// The rows that history does not keep yet, and the `live_*` tables.
    pub live: BTreeMap<Table, Vec<RecordBatch>>,
    /// The tables that are read from the log: `events` and `rejected`.
    pub records: Option<Arc<dyn Records>>,
}

/// What history keeps: one list of files a table.
#[derive(Debug, Clone, Default)]
pub struct Stored {
    /// Grows with every change of any table.
    pub version: u64,
    /// The tables that have files.
    pub tables: BTreeMap<Table, Arc<StoredTable>>,
    /// Where the rows lie when they are not in files: every stored table.
    pub remote: Option<Arc<Remote>>,
    /// Whatever must live as long as the files are read, such as the manifest that keeps them from being deleted.
    pub keep: Option<Arc<dyn Any + Send + Sync>>,
}

/// Stored rows in ClickHouse, as one manifest means them.
#[derive(Debug)]
pub struct Remote {
    /// Which rows, and whom to ask.
    pub(crate) visible: Visible,
    // Answers to questions about these rows, which never change; gone with the manifest. Held only while looking.
    answers: Mutex<HashMap<String, Vec<RecordBatch>>>,
}

/// Answers that are kept at most.
const MOST_ANSWERS: usize = 256;
/// Rows of an answer that is kept.
const MOST_ROWS: usize = 10_000;
/// Bytes of an answer that is kept: the values behind a percentile may be many in one row.
const MOST_BYTES: usize = 4 * 1024 * 1024;

/// The files of one table.
#[derive(Debug, Clone, Default)]
pub struct StoredTable {
    /// The files, in any order.
    pub files: Vec<StoredFile>,
}

/// One Parquet file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredFile {
    /// Absolute path.
    pub path: Arc<str>,
    /// Number of rows.
    pub rows: u64,
    /// Size, bytes.
    pub bytes: u64,
    /// The earliest value of the table's time column.
    pub min_at: Timestamp,
    /// The latest value of the table's time column.
    pub max_at: Timestamp,
    /// Numbers, from 0 and ascending, of rows that a newer version has replaced: they are not read.
    pub hidden: Arc<[u32]>,
}

/// A half-open range of time, `[from_at, to_at)`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TimeRange {
    /// The first instant.
    pub from_at: Timestamp,
    /// The instant after the last.
    pub to_at: Timestamp,
}

/// Batches one after the other, each made when it is asked for.
pub type RecordBatches = Box<dyn Iterator<Item = Result<RecordBatch, Box<dyn std::error::Error + Send + Sync>>> + Send>;

/// Whoever can read `events` and `rejected` out of the log.
pub trait Records: Send + Sync + fmt::Debug {
    /// The rows of `table` whose time lies in `range`; rows outside may come too. Blocking, one batch at a time.
    ///
    /// # Errors
    /// When the log cannot be read.
    fn scan(&self, table: Table, range: TimeRange) -> Result<RecordBatches, Box<dyn std::error::Error + Send + Sync>>;
}

impl TimeRange {
    /// All of time.
    pub const ALL: Self = Self { from_at: Timestamp::from_millis(i64::MIN), to_at: Timestamp::from_millis(i64::MAX) };

    /// Whether any instant from `min_at` to `max_at`, both included, lies in it.
    #[must_use]
    pub fn touches(self, min_at: Timestamp, max_at: Timestamp) -> bool {
        min_at < self.to_at && max_at >= self.from_at
    }
}

impl Remote {
    /// The rows that `visible` means.
    #[must_use]
    pub fn new(visible: Visible) -> Self {
        Self { visible, answers: Mutex::default() }
    }

    /// The answer to a question that was asked before.
    pub(crate) fn known(&self, sql: &str) -> Option<Vec<RecordBatch>> {
        self.answers.lock().unwrap_or_else(PoisonError::into_inner).get(sql).cloned()
    }

    /// Keeps an answer, when it is short.
    pub(crate) fn remember(&self, sql: String, rows: &[RecordBatch]) {
        let bytes: usize = rows.iter().map(RecordBatch::get_array_memory_size).sum();
        if bytes > MOST_BYTES || rows.iter().map(RecordBatch::num_rows).sum::<usize>() > MOST_ROWS {
            return;
        }
        let mut answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        if answers.len() >= MOST_ANSWERS {
            // Questions with a moving time in them come once; all go, and those that come again are asked again.
            answers.clear();
        }
        answers.insert(sql, rows.to_vec());
    }
}

impl Stored {
    /// The files of a manifest whose paths lie below `folder`; it keeps the manifest, and so the files, for as long.
    #[must_use]
    pub fn of(manifest: &Arc<Manifest>, folder: &Path) -> Arc<Self> {
        let tables = manifest.files.iter().map(|(table, files)| {
            let files = files.iter().map(|file| StoredFile {
                path: folder.join(&file.path).to_string_lossy().into(),
                rows: file.rows,
                bytes: file.bytes,
                min_at: file.min_at,
                max_at: file.max_at,
                hidden: file.hidden.clone().into(),
            });
            (*table, Arc::new(StoredTable { files: files.collect() }))
        });
        // Where nothing was committed there is nobody to ask.
        let remote = manifest.visible.clone().filter(|visible| !visible.is_empty()).map(|visible| Arc::new(Remote::new(visible)));
        Arc::new(Self { version: manifest.number, tables: tables.collect(), remote, keep: Some(manifest.clone()) })
    }
}

impl Snapshot {
    /// Nothing at all, at `as_of`.
    #[must_use]
    pub fn new(as_of: Timestamp) -> Self {
        Self { as_of, stored: Arc::default(), live: BTreeMap::new(), records: None }
    }

    /// With `batches` as the live rows of `table`.
    #[must_use]
    pub fn with_live(mut self, table: Table, batches: Vec<RecordBatch>) -> Self {
        self.live.insert(table, batches);
        self
    }

    /// With `stored` as its history.
    #[must_use]
    pub fn with_stored(mut self, stored: Arc<Stored>) -> Self {
        self.stored = stored;
        self
    }

    /// With `records` for the tables of the log.
    #[must_use]
    pub fn with_records(mut self, records: Arc<dyn Records>) -> Self {
        self.records = Some(records);
        self
    }

    /// With the arrays of `before` wherever a column of a live batch holds the same values as then: who compares two
    /// snapshots sees by identity what has changed.
    #[must_use]
    pub fn sharing(mut self, before: &Self) -> Self {
        for (table, batches) in &mut self.live {
            for (batch, earlier) in batches.iter_mut().zip(before.live(*table)) {
                if let Some(shared) = shared(batch, earlier) {
                    *batch = shared;
                }
            }
        }
        self
    }

    /// The live rows of one table.
    #[must_use]
    pub fn live(&self, table: Table) -> &[RecordBatch] {
        self.live.get(&table).map_or(&[], Vec::as_slice)
    }

    /// The stored files of one table.
    #[must_use]
    pub fn files(&self, table: Table) -> Option<&Arc<StoredTable>> {
        self.stored.tables.get(&table).filter(|t| !t.files.is_empty())
    }
}

impl Snapshot {
    /// Where the stored rows of a table lie, when not in files.
    #[must_use]
    pub fn remote(&self, table: Table) -> Option<&Arc<Remote>> {
        self.stored.remote.as_ref().filter(|_| Table::STORED.contains(&table))
    }
}

/// `batch` with those columns of `earlier` that are equal; none when it has nothing in common with it.
fn shared(batch: &RecordBatch, earlier: &RecordBatch) -> Option<RecordBatch> {
    if batch.num_rows() != earlier.num_rows() || batch.num_columns() != earlier.num_columns() {
        return None;
    }
    let columns = batch.columns().iter().zip(earlier.columns());
    let columns = columns.map(|(new, old)| Arc::clone(if Arc::ptr_eq(new, old) || new == old { old } else { new })).collect();
    RecordBatch::try_new(batch.schema(), columns).ok()
}

#[cfg(test)]
mod tests {
    use arrow::array::{ArrayRef, Int64Array, StringArray};

    use super::*;

    fn batch(names: &[&str], ages: &[i64]) -> RecordBatch {
        let names: ArrayRef = Arc::new(StringArray::from(names.to_vec()));
        RecordBatch::try_from_iter([("agent", names), ("state_ms", Arc::new(Int64Array::from(ages.to_vec())) as ArrayRef)]).unwrap()
    }

    #[test]
    fn a_column_that_did_not_change_is_the_same_array() {
        let snapshot = |names: &[&str], ages: &[i64]| Snapshot::new(Timestamp::from_millis(0)).with_live(Table::LiveAgents, vec![batch(names, ages)]);
        let columns = |s: &Snapshot| s.live(Table::LiveAgents)[0].columns().to_vec();
        let before = snapshot(&["a", "b"], &[1, 2]);
        let after = snapshot(&["a", "b"], &[1, 3]).sharing(&before);
        assert!(Arc::ptr_eq(&columns(&before)[0], &columns(&after)[0]));
        assert_eq!(columns(&after)[1].as_ref(), &Int64Array::from(vec![1, 3]) as &dyn arrow::array::Array);
        let more = snapshot(&["a", "b", "c"], &[1, 3, 0]).sharing(&after);
        assert_eq!(more.live(Table::LiveAgents)[0].num_rows(), 3);
    }

    #[test]
    fn a_range_touches_what_it_shares_an_instant_with() {
        let at = Timestamp::from_millis;
        let range = TimeRange { from_at: at(10), to_at: at(20) };
        assert!(range.touches(at(0), at(10)));
        assert!(range.touches(at(19), at(30)));
        assert!(!range.touches(at(20), at(30)));
        assert!(!range.touches(at(0), at(9)));
    }
}
