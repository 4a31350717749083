//! De-duplication: which ids the log holds, by the minute of the event's time.
//!
//! A minute that is not in memory is read from the blocks that overlap it.

use std::collections::BTreeSet;
use std::ops::Range;

use callboard_domain::Timestamp;
use callboard_domain::time::MINUTE_MS;
use hashbrown::HashMap;
use serde::Deserialize;

use super::index::Entry;
use super::store::Store;
use crate::Error;
use crate::batch::Mark;
use crate::ids::{self, Ids, OfMinute, minute};

/// Other minutes of blocks that were opened anyway are remembered too, while the blocks have at most this many events.
const NEIGHBOURS_UP_TO_EVENTS: u64 = 100_000;

/// The ids at hand, and the way to those that are not.
pub(super) struct Seen {
    ids: Ids,
    max_ids: usize,
}

/// What de-duplication needs of a stored line.
#[derive(Deserialize)]
struct Stamp<'a> {
    #[serde(borrow)]
    id: std::borrow::Cow<'a, str>,
    #[serde(borrow)]
    at: std::borrow::Cow<'a, str>,
}

fn times(minute: i64) -> Range<Timestamp> {
    let start = minute.saturating_mul(MINUTE_MS);
    Timestamp::from_millis(start)..Timestamp::from_millis(start.saturating_add(MINUTE_MS))
}

impl Seen {
    pub(super) fn new(max_ids: usize) -> Self {
        Self { ids: Ids::default(), max_ids }
    }

    /// Brings every minute of the batch into memory. Nothing is changed when it fails.
    pub(super) fn load(&mut self, store: &Store, marks: &[Mark]) -> Result<(), Error> {
        let missing = self.ids.missing(marks.iter().map(|m| m.at));
        if !missing.is_empty() {
            let found = self.fetch(store, missing)?;
            self.ids.add(found, self.max_ids);
        }
        Ok(())
    }

    /// Whether the event is new; notes it. Its minute was loaded before.
    pub(super) fn insert(&mut self, mark: &Mark) -> bool {
        self.ids.insert(mark.at, mark.id)
    }

    fn fetch(&self, store: &Store, mut wanted: BTreeSet<i64>) -> Result<HashMap<i64, OfMinute<()>>, Error> {
        let entries = self.blocks_of(store, &mut wanted);
        let mut found: HashMap<i64, OfMinute<()>> = wanted.iter().map(|m| (*m, OfMinute::default())).collect();
        for entry in entries.values() {
            let damaged = |what: &str| Error::Damaged { path: store.path.to_path_buf(), offset: entry.first, what: what.to_owned() };
            let block = store.load(entry)?.ok_or_else(|| damaged("the block is missing"))?;
            for line in block.lines() {
                let stamp: Stamp<'_> = serde_json::from_slice(line).map_err(|_| damaged("a line is no event"))?;
                let at: Timestamp = stamp.at.parse().map_err(|_| damaged("a line has no time"))?;
                if let Some(minute) = found.get_mut(&minute(at)) {
                    minute.insert(ids::hash(&stamp.id), ());
                }
            }
        }
        Ok(found)
    }

    /// The blocks that overlap the wanted minutes; adds the other minutes that these blocks cover completely.
    fn blocks_of(&self, store: &Store, wanted: &mut BTreeSet<i64>) -> std::collections::BTreeMap<u64, Entry> {
        let index = store.index();
        let entries: std::collections::BTreeMap<u64, Entry> =
            wanted.iter().flat_map(|m| index.overlapping(times(*m))).map(|e| (e.first, e)).collect();
        let events: u64 = entries.values().map(|e| u64::from(e.head.count)).sum();
        if events > NEIGHBOURS_UP_TO_EVENTS {
            return entries;
        }
        let (Some(first), Some(last)) = (wanted.first().copied(), wanted.last().copied()) else { return entries };
        for neighbour in first.saturating_sub(60)..last.saturating_add(60).min(first.saturating_add(1440)) {
            if wanted.contains(&neighbour) || self.ids.has(neighbour) {
                continue;
            }
            let mut overlapping = index.overlapping(times(neighbour)).peekable();
            if overlapping.peek().is_some() && overlapping.all(|e| entries.contains_key(&e.first)) {
                wanted.insert(neighbour);
            }
        }
        entries
    }

    #[cfg(test)]
    pub(super) fn held(&self) -> usize {
        self.ids.held()
    }
}
