//! The ids that a reader has at hand, by the minute of the event's time, each with what is known of its event.
//!
//! A redelivered event repeats its time, so its id can only stand in the same minute. A minute that is not at hand
//! is read from the index; the least used minutes are forgotten, so memory stays flat.

use std::collections::BTreeSet;
use std::hash::{BuildHasherDefault, Hasher};

use callboard_domain::Timestamp;
use callboard_domain::time::MINUTE_MS;
use hashbrown::HashMap;
use hashbrown::hash_map::Entry;

/// A minute costs at least as much memory as this many ids.
const MINUTE_WEIGHT: usize = 8;

/// Ids of one minute, each with what is known of its event.
pub(super) type Ids<V> = HashMap<u128, V, BuildHasherDefault<Folded>>;

/// An id is a good hash already; its halves folded together are its place in the table.
#[derive(Default)]
pub(super) struct Folded(u64);

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

struct Minute<V> {
    ids: Ids<V>,
    used: u64,
}

/// The ids at hand. `V` is what is remembered of each event, such as its place.
pub(super) struct Seen<V> {
    minutes: HashMap<i64, Minute<V>>,
    ids: usize,
    max_ids: usize,
    turn: u64,
}

/// The minute of an event's time.
pub(super) const fn minute(at: Timestamp) -> i64 {
    at.as_millis().div_euclid(MINUTE_MS)
}

impl<V: Copy> Seen<V> {
    pub(super) fn new(max_ids: usize) -> Self {
        Self { minutes: HashMap::new(), ids: 0, max_ids, turn: 0 }
    }

    /// Begins a batch with events at these times; the minutes that must be added before its ids are compared.
    pub(super) fn missing(&mut self, times: impl Iterator<Item = Timestamp>) -> BTreeSet<i64> {
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

    /// Whether an id was noted; its minute is in memory.
    pub(super) fn holds(&self, at: Timestamp, id: u128) -> bool {
        self.minutes.get(&minute(at)).is_some_and(|m| m.ids.contains_key(&id))
    }

    /// Adds whole minutes, and forgets others where there are too many.
    pub(super) fn add(&mut self, minutes: HashMap<i64, Ids<V>>) {
        self.ids += minutes.values().map(HashMap::len).sum::<usize>();
        let used = self.turn;
        self.minutes.extend(minutes.into_iter().map(|(minute, ids)| (minute, Minute { ids, used })));
        self.forget();
    }

    /// Notes an event whose minute is in memory; what was noted before when it is not new.
    pub(super) fn insert(&mut self, at: Timestamp, id: u128, value: V) -> Option<V> {
        let turn = self.turn;
        let minute = self.minutes.entry(minute(at)).or_insert_with(|| Minute { ids: Ids::default(), used: turn });
        match minute.ids.entry(id) {
            Entry::Occupied(known) => Some(*known.get()),
            Entry::Vacant(free) => {
                free.insert(value);
                self.ids += 1;
                None
            }
        }
    }

    /// Forgets the least used minutes, a quarter of the whole at a time, never one of the present batch.
    fn forget(&mut self) {
        let weight = |m: &Minute<V>| m.ids.len() + MINUTE_WEIGHT;
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
}
