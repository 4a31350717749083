//! De-duplication: which ids the log holds, by the minute of the event's time.
//!
//! A redelivered event repeats its time, so its id can only stand in the same minute. A minute that is not in
//! memory is read from the blocks that overlap it; the least used minutes are forgotten, so memory stays flat.

use std::collections::BTreeSet;
use std::hash::{BuildHasherDefault, Hasher};
use std::ops::Range;

use callboard_domain::Timestamp;
use callboard_domain::time::MINUTE_MS;
use hashbrown::{HashMap, HashSet};
use serde::Deserialize;

use super::index::Entry;
use super::store::Store;
use crate::Error;
use crate::batch::{Mark, hash_id};

/// Other minutes of blocks that were opened anyway are remembered too, while the blocks have at most this many events.
const NEIGHBOURS_UP_TO_EVENTS: u64 = 100_000;
/// A minute costs at least as much memory as this many ids.
const MINUTE_WEIGHT: usize = 8;

type Ids = HashSet<u128, BuildHasherDefault<Folded>>;

/// An id is a good hash already; its halves folded together are its place in the table.
#[derive(Default)]
struct Folded(u64);

impl Hasher for Folded {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for chunk in bytes.chunks(8) {
            let mut word = [0; 8];
            word.iter_mut().zip(chunk).for_each(|(w, c)| *w = *c);
            self.0 ^= u64::from_le_bytes(word);
        }
    }

    fn write_u128(&mut self, id: u128) {
        self.0 = (id as u64) ^ ((id >> 64) as u64);
    }
}

#[derive(Default)]
struct Minute {
    ids: Ids,
    used: u64,
}

/// The ids at hand.
pub(super) struct Seen {
    minutes: HashMap<i64, Minute>,
    ids: usize,
    max_ids: usize,
    turn: u64,
}

/// What de-duplication needs of a stored line.
#[derive(Deserialize)]
struct Stamp<'a> {
    #[serde(borrow)]
    id: std::borrow::Cow<'a, str>,
    #[serde(borrow)]
    at: std::borrow::Cow<'a, str>,
}

fn minute(at: Timestamp) -> i64 {
    at.as_millis().div_euclid(MINUTE_MS)
}

fn times(minute: i64) -> Range<Timestamp> {
    let start = minute.saturating_mul(MINUTE_MS);
    Timestamp::from_millis(start)..Timestamp::from_millis(start.saturating_add(MINUTE_MS))
}

impl Seen {
    pub(super) fn new(max_ids: usize) -> Self {
        Self { minutes: HashMap::new(), ids: 0, max_ids, turn: 0 }
    }

    /// Brings every minute of the batch into memory. Nothing is changed when it fails.
    pub(super) fn load(&mut self, store: &Store, marks: &[Mark]) -> Result<(), Error> {
        self.turn += 1;
        let mut missing = BTreeSet::new();
        let mut last = None;
        for mark in marks {
            let minute = minute(mark.at);
            if last == Some(minute) {
                continue;
            }
            last = Some(minute);
            match self.minutes.get_mut(&minute) {
                Some(known) => known.used = self.turn,
                None => {
                    missing.insert(minute);
                }
            }
        }
        if missing.is_empty() {
            return Ok(());
        }
        self.fetch(store, missing)?;
        self.forget();
        Ok(())
    }

    /// Whether the event is new; notes it. Its minute was loaded before.
    pub(super) fn insert(&mut self, mark: &Mark) -> bool {
        let new = self.minutes.entry(minute(mark.at)).or_default().ids.insert(mark.id);
        self.ids += usize::from(new);
        new
    }

    fn fetch(&mut self, store: &Store, mut wanted: BTreeSet<i64>) -> Result<(), Error> {
        let entries = self.blocks_of(store, &mut wanted);
        let mut found: HashMap<i64, Minute> = wanted.iter().map(|m| (*m, Minute { ids: Ids::default(), used: self.turn })).collect();
        for entry in entries.values() {
            let damaged = |what: &str| Error::Damaged { path: store.path.to_path_buf(), offset: entry.first, what: what.to_owned() };
            let block = store.load(entry)?.ok_or_else(|| damaged("the block is missing"))?;
            for line in block.lines() {
                let stamp: Stamp<'_> = serde_json::from_slice(line).map_err(|_| damaged("a line is no event"))?;
                let at: Timestamp = stamp.at.parse().map_err(|_| damaged("a line has no time"))?;
                if let Some(minute) = found.get_mut(&minute(at)) {
                    minute.ids.insert(hash_id(&stamp.id));
                }
            }
        }
        self.ids += found.values().map(|m| m.ids.len()).sum::<usize>();
        self.minutes.extend(found);
        Ok(())
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
            if wanted.contains(&neighbour) || self.minutes.contains_key(&neighbour) {
                continue;
            }
            let mut overlapping = index.overlapping(times(neighbour)).peekable();
            if overlapping.peek().is_some() && overlapping.all(|e| entries.contains_key(&e.first)) {
                wanted.insert(neighbour);
            }
        }
        entries
    }

    /// Forgets the least used minutes, a quarter of the whole at a time, never one of the present batch.
    fn forget(&mut self) {
        let weight = |m: &Minute| m.ids.len() + MINUTE_WEIGHT;
        let mut total = self.ids + self.minutes.len() * MINUTE_WEIGHT;
        if total <= self.max_ids {
            return;
        }
        let mut by_use: Vec<(u64, i64, usize)> =
            self.minutes.iter().filter(|(_, m)| m.used != self.turn).map(|(minute, m)| (m.used, *minute, weight(m))).collect();
        by_use.sort_unstable();
        for (_, minute, weight) in by_use {
            if total <= self.max_ids / 4 * 3 {
                return;
            }
            if let Some(gone) = self.minutes.remove(&minute) {
                self.ids -= gone.ids.len();
                total -= weight;
            }
        }
    }

    #[cfg(test)]
    pub(super) fn held(&self) -> usize {
        self.ids
    }
}
