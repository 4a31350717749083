//! Rows that are closed but not in history yet, and the memory of calls that are.

use arrow::array::RecordBatch;
use callboard_store::TableRow;
use callboard_store::table::{CallColumns, Columns, Gap, LegColumns, LentRow, StateColumns, VisitColumns};
use hashbrown::HashSet;

use crate::call::{CallRows, OpenCall};
use crate::names::Names;

/// Rows that make a batch.
const BATCH_ROWS: usize = 4_096;
/// Calls that are turned into columns together: so many wide rows of a few tables fit in a core's cache.
pub(crate) const BLOCK_CALLS: usize = 256;
/// Calls remembered in one generation; two are kept, so memory stays flat.
const GENERATION: usize = 250_000;

/// Closed rows that history does not have yet.
#[derive(Debug, Default)]
pub(crate) struct ClosedRows {
    pub(crate) calls: Closed<CallColumns>,
    pub(crate) visits: Closed<VisitColumns>,
    pub(crate) legs: Closed<LegColumns>,
    pub(crate) states: Closed<StateColumns>,
    pub(crate) gaps: Vec<Gap>,
    /// Where paths of calls are put together.
    paths: String,
}

/// Closed rows of one table.
#[derive(Debug)]
pub(crate) struct Closed<C> {
    batches: Vec<RecordBatch>,
    open: C,
    /// What is open as a batch, until it grows.
    newest: Option<RecordBatch>,
}

impl ClosedRows {
    /// Takes in calls that are over.
    pub(crate) fn push_calls(&mut self, calls: &[OpenCall], names: &Names) {
        let rows = CallRows::of(calls.iter(), None, names, &mut self.paths);
        self.calls.push(&rows.calls);
        self.visits.push(&rows.visits);
        self.legs.push(&rows.legs);
    }

    pub(crate) fn len(&self) -> usize {
        self.calls.len() + self.visits.len() + self.legs.len() + self.states.len()
    }
}

impl<C: Columns> Default for Closed<C> {
    fn default() -> Self {
        Self { batches: Vec::new(), open: C::with_room(0), newest: None }
    }
}

impl<C: Columns> Closed<C> {
    pub(crate) fn push<R: LentRow<Columns = C>>(&mut self, rows: &[R]) {
        if rows.is_empty() {
            return;
        }
        R::extend(rows, &mut self.open);
        self.newest = None;
        if self.open.len() >= BATCH_ROWS {
            self.batches.push(self.open.finish());
            self.open = C::with_room(BATCH_ROWS + BATCH_ROWS / 8);
        }
    }

    /// Everything as batches, `more` at the end. What is closed comes as the same batches until more is.
    pub(crate) fn batches(&mut self, more: RecordBatch) -> Vec<RecordBatch> {
        let mut batches = self.batches.clone();
        if !self.open.is_empty() {
            batches.push(self.newest.get_or_insert_with(|| self.open.copied()).clone());
        }
        if more.num_rows() > 0 {
            batches.push(more);
        }
        batches
    }

    /// The rows that are asked for.
    pub(crate) fn matching<R: TableRow>(&self, wanted: impl Fn(&R) -> bool) -> Vec<R> {
        let open = self.open.copied();
        // The batches were made by the same type: they can be read back.
        self.batches.iter().chain([&open]).flat_map(|batch| R::rows(batch).unwrap_or_default()).filter(wanted).collect()
    }

    pub(crate) fn drain(&mut self) -> Vec<RecordBatch> {
        let mut closed = std::mem::take(self);
        if !closed.open.is_empty() {
            closed.batches.push(closed.open.finish());
        }
        closed.batches
    }

    pub(crate) fn len(&self) -> usize {
        self.batches.iter().map(RecordBatch::num_rows).sum::<usize>() + self.open.len()
    }
}

/// Calls whose rows are closed: a late event about one must not look like a new call.
#[derive(Debug, Default, serde::Serialize, serde::Deserialize)]
pub(crate) struct Remembered {
    newer: HashSet<u128>,
    older: HashSet<u128>,
}

impl Remembered {
    pub(crate) fn insert(&mut self, call: u128) {
        if self.newer.len() >= GENERATION {
            self.older = std::mem::take(&mut self.newer);
        }
        self.newer.insert(call);
    }

    pub(crate) fn add(&mut self, others: Self) {
        self.newer.extend(others.newer);
        self.older.extend(others.older);
    }

    pub(crate) fn contains(&self, call: u128) -> bool {
        self.newer.contains(&call) || self.older.contains(&call)
    }
}
