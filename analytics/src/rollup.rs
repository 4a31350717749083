//! Sums per queue and minute, per agent and quarter of an hour.
//!
//! Facts are added when they appear and taken out again before they change, so a sum is never recomputed.
//! Time is kept in chunks whose Arrow batch is rebuilt only when something in it changed.

use std::collections::BTreeMap;

use arrow::array::RecordBatch;
use callboard_domain::Timestamp;
use callboard_store::TableRow as _;
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

/// The sums stand in a list of their own: a table of wide entries would be moved and half empty as it grows.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Chunk<S> {
    places: HashMap<Key, u32>,
    sums: Vec<S>,
    #[serde(skip)]
    batch: Option<RecordBatch>,
}

/// Whose sums, and of which interval of the chunk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
struct Key {
    source: Name,
    name: Name,
    interval: u32,
}

/// One interval of a source's queue or agent.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Interval<S> {
    pub(crate) source: Name,
    pub(crate) name: Name,
    pub(crate) start: Timestamp,
    pub(crate) sums: S,
}

impl<S> Default for Rollup<S> {
    fn default() -> Self {
        Self { chunks: BTreeMap::new(), room: 0 }
    }
}

impl<S: Sums> Rollup<S> {
    /// Changes the sums that hold `at`.
    pub(crate) fn edit(&mut self, source: Name, name: Name, at: Timestamp, change: impl FnOnce(&mut S)) {
        let start = at.floor(S::CHUNK_MS);
        let chunk = self.chunks.entry(start.as_millis()).or_insert_with(|| Chunk::with_room(self.room));
        chunk.batch = None;
        // A chunk has few intervals.
        let interval = (at.since(start) / S::WIDTH_MS) as u32;
        let next = chunk.sums.len() as u32;
        let place = *chunk.places.entry(Key { source, name, interval }).or_insert(next);
        if place == next {
            chunk.sums.push(S::default());
            self.room = self.room.max(chunk.sums.len());
        }
        if let Some(sums) = chunk.sums.get_mut(place as usize) {
            change(sums);
        }
    }

    /// Adds all of other sums.
    pub(crate) fn add(&mut self, others: &Self) {
        for other in others.iter() {
            self.edit(other.source, other.name, other.start, |sums| sums.add(&other.sums));
        }
    }

    /// All rows in memory, one batch a chunk.
    pub(crate) fn batches(&mut self, names: &Names) -> Vec<RecordBatch> {
        self.chunks.iter_mut().filter(|(_, c)| !c.places.is_empty()).map(|(start, c)| c.batch(*start, names)).collect()
    }

    /// All intervals in memory.
    pub(crate) fn iter(&self) -> impl Iterator<Item = Interval<S>> {
        self.chunks.iter().flat_map(|(start, chunk)| chunk.iter(*start))
    }

    /// Takes out the rows of `source` in chunks that end by `before`.
    pub(crate) fn drain(&mut self, source: Name, before: Timestamp, names: &Names) -> Vec<S::Row> {
        let mut drained = Vec::new();
        for (start, chunk) in &mut self.chunks {
            if start + S::CHUNK_MS > before.as_millis() {
                break;
            }
            let counts = |interval: &Interval<S>| interval.source == source && interval.sums != S::default();
            drained.extend(chunk.iter(*start).filter(counts).map(|interval| interval.row(names)));
            chunk.leave_out(source);
        }
        self.chunks.retain(|_, chunk| !chunk.places.is_empty());
        drained
    }
}

impl<S: Sums> Chunk<S> {
    fn with_room(room: usize) -> Self {
        Self { places: HashMap::with_capacity(room), sums: Vec::with_capacity(room), batch: None }
    }

    fn iter(&self, start: i64) -> impl Iterator<Item = Interval<S>> {
        self.places.iter().filter_map(move |(key, place)| {
            let start = Timestamp::from_millis(start).plus(i64::from(key.interval) * S::WIDTH_MS);
            Some(Interval { source: key.source, name: key.name, start, sums: *self.sums.get(*place as usize)? })
        })
    }

    /// The sums themselves stay until the chunk goes.
    fn leave_out(&mut self, source: Name) {
        if self.places.extract_if(|key, _| key.source == source).count() > 0 {
            self.batch = None;
        }
    }

    fn batch(&mut self, start: i64, names: &Names) -> RecordBatch {
        if self.batch.is_none() {
            let mut intervals: Vec<_> = self.iter(start).collect();
            intervals.sort_unstable_by_key(|i| (i.start, names.text(i.name), names.text(i.source)));
            let rows: Vec<S::Row> = intervals.iter().map(|i| i.row(names)).collect();
            self.batch = Some(S::Row::batch(&rows));
        }
        self.batch.clone().unwrap_or_else(|| RecordBatch::new_empty(S::Row::schema()))
    }
}

impl<S: Sums> Interval<S> {
    fn row(&self, names: &Names) -> S::Row {
        self.sums.row(names.text(self.source), names.text(self.name), self.start)
    }
}

#[cfg(test)]
mod tests {
    use callboard_domain::time::HOUR_MS;

    use super::*;
    use crate::sums::QueueSums;

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
