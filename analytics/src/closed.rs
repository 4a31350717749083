//! Rows that are closed but not in history yet, and the memory of calls that are.

use arrow::array::RecordBatch;
use arrow::compute::concat_batches;
use callboard_store::TableRow;
use hashbrown::HashSet;

/// Rows that are turned into columns together: so many wide rows of a few tables fit in a core's cache.
const BLOCK_ROWS: usize = 256;
/// Blocks that are put together to one batch.
const BATCH_BLOCKS: usize = 16;
/// Calls remembered in one generation; two are kept, so memory stays flat.
const GENERATION: usize = 250_000;

/// Closed rows of one table.
#[derive(Debug)]
pub(crate) struct Closed<R> {
    batches: Vec<RecordBatch>,
    blocks: Vec<RecordBatch>,
    tail: Vec<R>,
    /// Blocks and tail put together, until they grow.
    newest: Option<Vec<RecordBatch>>,
}

impl<R> Default for Closed<R> {
    fn default() -> Self {
        Self { batches: Vec::new(), blocks: Vec::new(), tail: Vec::new(), newest: None }
    }
}

impl<R: TableRow> Closed<R> {
    pub(crate) fn push(&mut self, row: R) {
        self.tail.push(row);
        self.newest = None;
        if self.tail.len() >= BLOCK_ROWS {
            self.blocks.push(R::batch(&self.tail));
            self.tail.clear();
        }
        if self.blocks.len() >= BATCH_BLOCKS {
            self.batches.extend(together::<R>(std::mem::take(&mut self.blocks)));
        }
    }

    /// Everything as batches, with `more` rows at the end. What is closed comes as the same batches until more is.
    pub(crate) fn batches<'a>(&mut self, more: impl IntoIterator<Item = &'a R>) -> Vec<RecordBatch>
    where
        R: 'a,
    {
        let mut batches = self.batches.clone();
        if !self.blocks.is_empty() || !self.tail.is_empty() {
            let newest = || together::<R>(self.blocks.iter().cloned().chain([R::batch(&self.tail)]).collect());
            batches.extend(self.newest.get_or_insert_with(newest).iter().cloned());
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
        let closed = self.batches.iter().chain(&self.blocks).flat_map(|batch| R::rows(batch).unwrap_or_default());
        closed.chain(self.tail.iter().cloned()).filter(wanted).collect()
    }

    pub(crate) fn drain(&mut self) -> Vec<RecordBatch> {
        let batches = self.batches([]);
        *self = Self::default();
        batches
    }

    pub(crate) fn len(&self) -> usize {
        self.batches.iter().chain(&self.blocks).map(RecordBatch::num_rows).sum::<usize>() + self.tail.len()
    }
}

/// Several batches as one, or as they are where one cannot hold them.
fn together<R: TableRow>(batches: Vec<RecordBatch>) -> Vec<RecordBatch> {
    match concat_batches(&R::schema(), &batches) {
        Ok(one) => vec![one],
        Err(_) => batches,
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
