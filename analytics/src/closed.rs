//! Rows that are closed but not in history yet, and the memory of calls that are.

use arrow::array::RecordBatch;
use callboard_store::TableRow;
use hashbrown::HashSet;

/// Rows collected before they become a batch.
const CHUNK_ROWS: usize = 4_096;
/// Calls remembered in one generation; two are kept, so memory stays flat.
const GENERATION: usize = 250_000;

/// Closed rows of one table.
#[derive(Debug)]
pub(crate) struct Closed<R> {
    batches: Vec<RecordBatch>,
    tail: Vec<R>,
    /// The tail as a batch, until it grows.
    tail_batch: Option<RecordBatch>,
}

impl<R> Default for Closed<R> {
    fn default() -> Self {
        Self { batches: Vec::new(), tail: Vec::new(), tail_batch: None }
    }
}

impl<R: TableRow> Closed<R> {
    pub(crate) fn push(&mut self, row: R) {
        self.tail.push(row);
        self.tail_batch = None;
        if self.tail.len() >= CHUNK_ROWS {
            self.batches.push(R::batch(&self.tail));
            self.tail.clear();
        }
    }

    /// Everything as batches, with `more` rows at the end. What is closed comes as the same batches until more is.
    pub(crate) fn batches<'a>(&mut self, more: impl IntoIterator<Item = &'a R>) -> Vec<RecordBatch>
    where
        R: 'a,
    {
        let mut batches = self.batches.clone();
        if !self.tail.is_empty() {
            batches.push(self.tail_batch.get_or_insert_with(|| R::batch(&self.tail)).clone());
        }
        let more = R::batch(more);
        if more.num_rows() > 0 {
            batches.push(more);
        }
        batches
    }

    /// The rows that are asked for.
    pub(crate) fn matching(&self, wanted: impl Fn(&R) -> bool) -> Vec<R>
    where
        R: Clone,
    {
        // The batches were made by the same type: they can be read back.
        let closed = self.batches.iter().flat_map(|batch| R::rows(batch).unwrap_or_default());
        closed.chain(self.tail.iter().cloned()).filter(wanted).collect()
    }

    pub(crate) fn drain(&mut self) -> Vec<RecordBatch> {
        let batches = self.batches([]);
        *self = Self::default();
        batches
    }

    pub(crate) fn len(&self) -> usize {
        self.batches.iter().map(RecordBatch::num_rows).sum::<usize>() + self.tail.len()
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

    pub(crate) fn contains(&self, call: u128) -> bool {
        self.newer.contains(&call) || self.older.contains(&call)
    }
}
