//! The ids at hand, by the minute of their event's time: what de-duplication asks for every event.
//!
//! An id is kept as 128 bits of its hash, so a minute is one flat table and nothing is allocated for an event.

use std::hash::{BuildHasherDefault, Hasher};

use callboard_domain::Timestamp;
use callboard_domain::time::MINUTE_MS;
use hashbrown::{HashMap, HashSet};
use xxhash_rust::xxh3::xxh3_128;

/// A minute costs at least as much memory as this many ids.
const MINUTE_WEIGHT: usize = 8;

/// The form in which ids are remembered: 128 bits, so that two ids of a lifetime never meet.
#[must_use]
pub fn hash(id: &str) -> u128 {
    xxh3_128(id.as_bytes())
}

/// Ids by minute.
#[derive(Debug, Default)]
pub struct Ids {
    minutes: HashMap<i64, Minute>,
    held: usize,
    turn: u64,
}

#[derive(Debug, Default)]
struct Minute {
    ids: HashSet<u128, BuildHasherDefault<Folded>>,
    used: u64,
}

/// An id is a good hash already; its halves folded together are its place in the table.
#[derive(Debug, Default)]
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

/// The minute, counted from the epoch, that holds a time.
pub(super) const fn minute(at: Timestamp) -> i64 {
    at.as_millis().div_euclid(MINUTE_MS)
}

impl Ids {
    /// Notes the hash of an id; whether it was not there yet.
    pub fn insert(&mut self, at: Timestamp, id: u128) -> bool {
        let new = self.minutes.entry(minute(at)).or_default().ids.insert(id);
        self.held += usize::from(new);
        new
    }

    /// Begins a batch: minutes touched from now on are not forgotten before the next one.
    pub(super) fn begin(&mut self) {
        self.turn += 1;
    }

    /// Whether a minute is at hand; it is in use then.
    pub(super) fn touch(&mut self, minute: i64) -> bool {
        self.minutes.get_mut(&minute).map(|known| known.used = self.turn).is_some()
    }

    pub(super) fn has(&self, minute: i64) -> bool {
        self.minutes.contains_key(&minute)
    }

    /// Takes in a whole minute, as read from the log.
    pub(super) fn add(&mut self, minute: i64, ids: impl IntoIterator<Item = u128>) {
        let known = self.minutes.entry(minute).or_default();
        let before = known.ids.len();
        known.used = self.turn;
        known.ids.extend(ids);
        self.held += known.ids.len() - before;
    }

    /// Forgets the least used minutes, a quarter of the whole at a time, never one of the present batch.
    pub(super) fn forget(&mut self, max_ids: usize) {
        let weight = |m: &Minute| m.ids.len() + MINUTE_WEIGHT;
        let mut total = self.held + self.minutes.len() * MINUTE_WEIGHT;
        if total <= max_ids {
            return;
        }
        let mut by_use: Vec<(u64, i64, usize)> =
            self.minutes.iter().filter(|(_, m)| m.used != self.turn).map(|(minute, m)| (m.used, *minute, weight(m))).collect();
        by_use.sort_unstable();
        for (_, minute, weight) in by_use {
            if total <= max_ids / 4 * 3 {
                return;
            }
            if let Some(gone) = self.minutes.remove(&minute) {
                self.held -= gone.ids.len();
                total -= weight;
            }
        }
    }

    #[cfg(test)]
    pub(super) fn held(&self) -> usize {
        self.held
    }
}
