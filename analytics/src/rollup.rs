//! Sums per queue and minute, per agent and quarter of an hour.
//!
//! Facts are added when they appear and taken out again before they change, so a sum is never recomputed.
//! Time is kept in chunks whose Arrow batch is rebuilt only when something in it changed.

use std::collections::BTreeMap;

use arrow::array::RecordBatch;
use callboard_domain::Timestamp;
use hashbrown::HashMap;
use serde::{Deserialize, Serialize};

use crate::names::{Name, Names};
use crate::sums::Sums;

/// Intervals that are kept in memory.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Rollup<S> {
    chunks: BTreeMap<i64, Chunk<S>>,
    /// Intervals in the fullest chunk so far: a new one is given as much room at once.
    room: usize,
}

/// Sums in the order in which their intervals were first told of.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Chunk<S> {
    keys: Vec<Key>,
    sums: Vec<S>,
    /// Where a key stands; filled when something changes: after a restart most chunks never change again.
    #[serde(skip)]
    places: HashMap<Key, u32>,
    #[serde(skip)]
    batch: Option<RecordBatch>,
}

/// Whose sums, and of which interval of the chunk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) struct Key {
    pub(crate) source: Name,
    pub(crate) name: Name,
    interval: u32,
}

/// One interval of a source's queue or agent.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Interval<'a, S> {
    pub(crate) source: Name,
    pub(crate) name: Name,
    pub(crate) start: Timestamp,
    pub(crate) sums: &'a S,
}

impl<S> Default for Rollup<S> {
    fn default() -> Self {
        Self { chunks: BTreeMap::new(), room: 0 }
    }
}

impl Key {
    /// When its interval begins, in a chunk that begins at `start`.
    pub(crate) fn begins_at<S: Sums>(self, start: Timestamp) -> Timestamp {
        start.plus(i64::from(self.interval) * S::WIDTH_MS)
    }
}

impl<S: Sums> Rollup<S> {
    /// Changes the sums that hold `at`.
    pub(crate) fn edit(&mut self, source: Name, name: Name, at: Timestamp, change: impl FnOnce(&mut S)) {
        let start = at.floor(S::CHUNK_MS);
        let chunk = self.chunks.entry(start.as_millis()).or_insert_with(|| Chunk::with_room(self.room));
        // A chunk has few intervals.
        let interval = (at.since(start) / S::WIDTH_MS) as u32;
        if let Some(sums) = chunk.sums_of(Key { source, name, interval }) {
            change(sums);
        }
        self.room = self.room.max(chunk.sums.len());
    }

    /// Adds all of other sums.
    pub(crate) fn add(&mut self, others: &Self) {
        for other in others.iter() {
            self.edit(other.source, other.name, other.start, |sums| sums.add(other.sums));
        }
    }

    /// All rows in memory, one batch a chunk.
    pub(crate) fn batches(&mut self, names: &Names) -> Vec<RecordBatch> {
        self.chunks.iter_mut().filter(|(_, c)| !c.keys.is_empty()).map(|(start, c)| c.batch(*start, names)).collect()
    }

    /// All intervals in memory.
    pub(crate) fn iter(&self) -> impl Iterator<Item = Interval<'_, S>> {
        self.since(Timestamp::from_millis(i64::MIN))
    }

    /// All intervals of the chunks that end after `from`.
    pub(crate) fn since(&self, from: Timestamp) -> impl Iterator<Item = Interval<'_, S>> {
        let first = from.plus(-S::CHUNK_MS).as_millis();
        self.chunks.range(first..).flat_map(|(start, chunk)| chunk.iter(*start))
    }

    /// Takes out the rows of `source` in chunks that end by `before`.
    pub(crate) fn drain(&mut self, source: Name, before: Timestamp, names: &Names) -> Vec<S::Row> {
        let mut drained = Vec::new();
        for (start, chunk) in &mut self.chunks {
            if start + S::CHUNK_MS > before.as_millis() {
                break;
            }
            let counts = |interval: &Interval<'_, S>| interval.source == source && *interval.sums != S::default();
            drained.extend(chunk.iter(*start).filter(counts).map(|interval| interval.row(names)));
            chunk.leave_out(source);
        }
        self.chunks.retain(|_, chunk| !chunk.keys.is_empty());
        drained
    }
}

impl<S: Sums> Chunk<S> {
    fn with_room(room: usize) -> Self {
        Self { keys: Vec::with_capacity(room), sums: Vec::with_capacity(room), places: HashMap::with_capacity(room), batch: None }
    }

    /// The sums of a key, to be changed.
    fn sums_of(&mut self, key: Key) -> Option<&mut S> {
        self.batch = None;
        if self.places.len() < self.keys.len() {
            self.places = self.keys.iter().copied().zip(0..).collect();
        }
        let next = self.keys.len() as u32;
        let place = *self.places.entry(key).or_insert(next);
        if place == next {
            self.keys.push(key);
            self.sums.push(S::default());
        }
        self.sums.get_mut(place as usize)
    }

    fn iter(&self, start: i64) -> impl Iterator<Item = Interval<'_, S>> {
        let start = Timestamp::from_millis(start);
        self.keys.iter().zip(&self.sums).map(move |(key, sums)| Interval {
            source: key.source,
            name: key.name,
            start: key.begins_at::<S>(start),
            sums,
        })
    }

    fn leave_out(&mut self, source: Name) {
        let stays: Vec<bool> = self.keys.iter().map(|key| key.source != source).collect();
        if stays.iter().all(|stays| *stays) {
            return;
        }
        let (mut of_key, mut of_sums) = (stays.iter(), stays.iter());
        self.keys.retain(|_| of_key.next().is_none_or(|stays| *stays));
        self.sums.retain(|_| of_sums.next().is_none_or(|stays| *stays));
        self.places.clear();
        self.batch = None;
    }

    fn batch(&mut self, start: i64, names: &Names) -> RecordBatch {
        let (keys, sums) = (&self.keys, &self.sums);
        self.batch.get_or_insert_with(|| S::batch(keys, sums, Timestamp::from_millis(start), names)).clone()
    }
}

impl<S: Sums> Interval<'_, S> {
    fn row(&self, names: &Names) -> S::Row {
        self.sums.row(names.text(self.source), names.text(self.name), self.start)
    }
}

#[cfg(test)]
mod tests {
    use callboard_domain::time::HOUR_MS;
    use callboard_store::TableRow as _;
    use callboard_store::table::QueueInterval;

    use super::*;
    use crate::sums::QueueSums;

    #[test]
    fn columns_are_those_that_rows_make() {
        let (mut names, mut rollup) = (Names::default(), Rollup::<QueueSums>::default());
        let (pbx, cards, loans) = (names.number("pbx"), names.number("cards"), names.number("loans"));
        for (queue, at) in [(loans, 0), (cards, 61_000), (loans, HOUR_MS + 1)] {
            rollup.edit(pbx, queue, Timestamp::from_millis(at), |sums| {
                (sums.offered, sums.answered_wait_ms) = (1, at);
            });
        }
        let rows: Vec<_> = rollup.iter().map(|interval| interval.row(&names)).collect();
        let batches = rollup.batches(&names);
        let read: Vec<_> = batches.iter().flat_map(|batch| QueueInterval::rows(batch).unwrap()).collect();
        assert_eq!((batches.len(), read), (2, rows));
    }

    #[test]
    fn a_rollup_that_was_written_and_read_goes_on_counting() {
        let (mut names, mut rollup) = (Names::default(), Rollup::<QueueSums>::default());
        let (a, cards, loans) = (names.number("a"), names.number("cards"), names.number("loans"));
        let count = |rollup: &mut Rollup<QueueSums>, queue| rollup.edit(a, queue, Timestamp::from_millis(0), |sums| sums.offered += 1);
        count(&mut rollup, cards);
        let mut again: Rollup<QueueSums> = postcard::from_bytes(&postcard::to_stdvec(&rollup).unwrap()).unwrap();
        count(&mut again, loans);
        count(&mut again, cards);
        assert_eq!(again.iter().map(|i| (i.name, i.sums.offered)).collect::<Vec<_>>(), [(cards, 2), (loans, 1)]);
    }

    #[test]
    fn draining_takes_only_whole_chunks_of_the_source() {
        let (mut names, mut rollup) = (Names::default(), Rollup::<QueueSums>::default());
        let (a, b, cards) = (names.number("a"), names.number("b"), names.number("cards"));
        rollup.edit(a, cards, Timestamp::from_millis(0), |sums| sums.offered += 1);
        rollup.edit(a, cards, Timestamp::from_millis(HOUR_MS), |sums| sums.offered += 1);
        rollup.edit(b, cards, Timestamp::from_millis(0), |sums| sums.offered += 1);
        assert_eq!(rollup.drain(a, Timestamp::from_millis(HOUR_MS + 1), &names).len(), 1);
        assert_eq!(rollup.iter().count(), 2);
    }
}
