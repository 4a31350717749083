//! The ids at hand, by the minute of their event's time: what de-duplication asks for every event.
//!
//! A redelivered event repeats its time, so its id can only stand in the same minute. An id is kept as 128 bits of its
//! hash, so a minute is one flat table; the least used minutes are forgotten, so memory stays flat.

use std::collections::BTreeSet;
use std::hash::{BuildHasherDefault, Hasher};

use callboard_domain::Timestamp;
use callboard_domain::time::MINUTE_MS;
use hashbrown::HashMap;
use hashbrown::hash_map::Entry;
use xxhash_rust::xxh3::xxh3_128;

/// A minute costs at least as much memory as this many ids.
const MINUTE_WEIGHT: usize = 8;

/// The form in which ids are remembered: 128 bits, so that two ids of a lifetime never meet.
#[must_use]
pub fn hash(id: &str) -> u128 {
    xxh3_128(id.as_bytes())
}

/// Ids of one minute, each with what is known of its event.
pub(crate) type OfMinute<V> = HashMap<u128, V, BuildHasherDefault<Folded>>;

/// Ids by minute. `V` is what is remembered of each event, such as its place; nothing unless more is said.
#[derive(Debug)]
pub struct Ids<V = ()> {
    minutes: HashMap<i64, Minute<V>>,
    held: usize,
    turn: u64,
}

#[derive(Debug)]
struct Minute<V> {
    ids: OfMinute<V>,
    used: u64,
}

/// An id is a good hash already; its halves folded together are its place in the table.
#[derive(Debug, Default)]
pub(crate) struct Folded(u64);

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
pub(crate) const fn minute(at: Timestamp) -> i64 {
    at.as_millis().div_euclid(MINUTE_MS)
}

impl<V> Default for Ids<V> {
    fn default() -> Self {
        Self { minutes: HashMap::new(), held: 0, turn: 0 }
    }
}

impl Ids {
    /// Notes the hash of an id; whether it was not there yet.
    pub fn insert(&mut self, at: Timestamp, id: u128) -> bool {
        self.note(at, id, ()).is_none()
    }
}

impl<V: Copy> Ids<V> {
    /// Notes the hash of an id with what is known of its event; what was noted before when it is not new.
    pub(crate) fn note(&mut self, at: Timestamp, id: u128, value: V) -> Option<V> {
        match self.minute(minute(at)).ids.entry(id) {
            Entry::Occupied(known) => Some(*known.get()),
            Entry::Vacant(free) => {
                free.insert(value);
                self.held += 1;
                None
            }
        }
    }

    /// Begins a batch with events at these times; the minutes that must be added before its ids are compared. Minutes
    /// of the batch are not forgotten before the next one.
    pub(crate) fn missing(&mut self, times: impl Iterator<Item = Timestamp>) -> BTreeSet<i64> {
        self.turn += 1;
        let mut missing = BTreeSet::new();
        let mut last = None;
        for at in times {
            let minute = minute(at);
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
        missing
    }

    /// Whether an id was noted; its minute is at hand.
    pub(crate) fn holds(&self, at: Timestamp, id: u128) -> bool {
        self.minutes.get(&minute(at)).is_some_and(|m| m.ids.contains_key(&id))
    }

    pub(crate) fn has(&self, minute: i64) -> bool {
        self.minutes.contains_key(&minute)
    }

    /// Takes in whole minutes, and forgets the least used others where more than `max_ids` are held.
    pub(crate) fn add(&mut self, minutes: HashMap<i64, OfMinute<V>>, max_ids: usize) {
        for (minute, ids) in minutes {
            let turn = self.turn;
            let known = self.minute(minute);
            let before = known.ids.len();
            known.used = turn;
            known.ids.extend(ids);
            let more = known.ids.len() - before;
            self.held += more;
        }
        self.forget(max_ids);
    }

    fn minute(&mut self, minute: i64) -> &mut Minute<V> {
        let used = self.turn;
        self.minutes.entry(minute).or_insert_with(|| Minute { ids: OfMinute::default(), used })
    }

    /// Forgets a quarter of the whole at a time, never a minute of the present batch.
    fn forget(&mut self, max_ids: usize) {
        let weight = |m: &Minute<V>| m.ids.len() + MINUTE_WEIGHT;
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
    pub(crate) fn held(&self) -> usize {
        self.held
    }
}
