//! Sums of counters: per queue and minute, per agent and quarter of an hour.
//!
//! Facts are added when they appear and taken out again before they change, so a sum is never recomputed.
//! Time is kept in chunks whose Arrow batch is rebuilt only when something in it changed.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::RecordBatch;
use callboard_domain::Timestamp;
use callboard_domain::state::AgentState;
use callboard_domain::time::{HOUR_MS, MINUTE_MS};
use callboard_store::TableRow;
use callboard_store::table::{AgentInterval, AgentLeg, QueueInterval, QueueVisit};
use hashbrown::hash_map::EntryRef;
use hashbrown::{Equivalent, HashMap};
use serde::{Deserialize, Serialize};

/// Width of an agent interval; every time zone is a multiple of it away from UTC.
pub(crate) const QUARTER_MS: i64 = 15 * MINUTE_MS;

/// A row of sums.
pub(crate) trait Sums: TableRow + Clone {
    /// Width of one interval, ms.
    const WIDTH_MS: i64;
    /// Width of one chunk, ms.
    const CHUNK_MS: i64;

    /// Nothing yet of a source and its queue or agent.
    fn zero(source: &Arc<str>, name: &Arc<str>, start: Timestamp) -> Self;
    fn is_zero(&self) -> bool;
}

/// Intervals that are kept in memory.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Rollup<R> {
    chunks: BTreeMap<i64, Chunk<R>>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Chunk<R> {
    rows: HashMap<Key, R>,
    #[serde(skip)]
    batch: Option<RecordBatch>,
}

/// Source, queue or agent, and start.
type Key = (Arc<str>, Arc<str>, i64);

/// A key that is only asked for, so that nothing is counted up and down for a row that is there.
#[derive(Hash)]
struct Asked<'a>(&'a Arc<str>, &'a Arc<str>, i64);

impl Equivalent<Key> for Asked<'_> {
    fn equivalent(&self, key: &Key) -> bool {
        // Names are shared, so the same name is nearly always the same memory.
        let same = |a: &Arc<str>, b: &Arc<str>| Arc::ptr_eq(a, b) || a == b;
        self.2 == key.2 && same(self.1, &key.1) && same(self.0, &key.0)
    }
}

impl<R> Default for Rollup<R> {
    fn default() -> Self {
        Self { chunks: BTreeMap::new() }
    }
}

impl<R: Sums> Rollup<R> {
    /// The row that holds `at`, to be changed.
    pub(crate) fn row(&mut self, source: &Arc<str>, name: &Arc<str>, at: Timestamp) -> &mut R {
        let start = at.floor(R::WIDTH_MS);
        let chunk = self.chunks.entry(at.floor(R::CHUNK_MS).as_millis()).or_insert_with(|| Chunk { rows: HashMap::new(), batch: None });
        chunk.batch = None;
        match chunk.rows.entry_ref(&Asked(source, name, start.as_millis())) {
            EntryRef::Occupied(row) => row.into_mut(),
            EntryRef::Vacant(place) => {
                let key = (Arc::clone(source), Arc::clone(name), start.as_millis());
                place.insert_with_key(key, R::zero(source, name, start))
            }
        }
    }

    /// All rows in memory, one batch a chunk.
    pub(crate) fn batches(&mut self) -> Vec<RecordBatch> {
        self.chunks.values_mut().filter(|c| !c.rows.is_empty()).map(Chunk::batch).collect()
    }

    /// All rows in memory.
    pub(crate) fn rows(&self) -> impl Iterator<Item = &R> {
        self.chunks.values().flat_map(|c| c.rows.values())
    }

    /// Takes out the rows of `source` in chunks that end by `before`.
    pub(crate) fn drain(&mut self, source: &str, before: Timestamp) -> Vec<R> {
        let mut drained = Vec::new();
        for (start, chunk) in &mut self.chunks {
            if start + R::CHUNK_MS > before.as_millis() {
                break;
            }
            let taken: Vec<_> = chunk.rows.extract_if(|key, _| key.0.as_ref() == source).map(|(_, row)| row).collect();
            if !taken.is_empty() {
                chunk.batch = None;
                drained.extend(taken.into_iter().filter(|row| !row.is_zero()));
            }
        }
        self.chunks.retain(|_, chunk| !chunk.rows.is_empty());
        drained
    }
}

impl<R: Sums> Chunk<R> {
    fn batch(&mut self) -> RecordBatch {
        if self.batch.is_none() {
            let mut rows: Vec<_> = self.rows.iter().collect();
            rows.sort_unstable_by(|a, b| (a.0.2, &a.0.1, &a.0.0).cmp(&(b.0.2, &b.0.1, &b.0.0)));
            self.batch = Some(R::batch(rows.into_iter().map(|(_, row)| row)));
        }
        self.batch.clone().unwrap_or_else(|| RecordBatch::new_empty(R::schema()))
    }
}

/// Declares how rows of sums start at zero and take in the counters of a fact.
macro_rules! sums {
    ($row:ident, $key:ident, $start:ident, $width:expr, $chunk:expr, [$($field:ident),+]) => {
        impl Sums for $row {
            const WIDTH_MS: i64 = $width;
            const CHUNK_MS: i64 = $chunk;

            fn zero(source: &Arc<str>, name: &Arc<str>, start: Timestamp) -> Self {
                Self { source: Arc::clone(source), $key: Arc::clone(name), $start: start, $($field: 0,)+ }
            }

            fn is_zero(&self) -> bool {
                [$(self.$field),+].iter().all(|v| *v == 0)
            }
        }
    };
}

sums!(
    QueueInterval,
    queue,
    minute_at,
    MINUTE_MS,
    HOUR_MS,
    [
        offered,
        answered,
        answered_in_target,
        abandoned,
        abandoned_in_target,
        short_abandoned,
        timed_out,
        left_by_key,
        overflowed,
        lost,
        waiting,
        waiting_past_target,
        transferred,
        answered_wait_ms,
        abandoned_wait_ms,
        decided_wait_ms,
        longest_wait_ms
    ]
);
sums!(
    AgentInterval,
    agent,
    quarter_at,
    QUARTER_MS,
    QUARTER_MS,
    [
        rings,
        handled,
        missed,
        caller_gave_up_ringing,
        transferred,
        ring_ms,
        talk_ms,
        hold_ms,
        wrap_up_ms,
        logged_in_ms,
        in_ready_ms,
        in_ringing_ms,
        in_talking_ms,
        in_hold_ms,
        in_wrap_up_ms,
        in_paused_ms,
        in_other_call_ms,
        in_not_responding_ms
    ]
);

/// Adds (`sign` 1) or takes out (`sign` -1) the counters of a visit.
pub(crate) fn add_visit(sum: &mut QueueInterval, visit: &QueueVisit, sign: i64) {
    macro_rules! add { ($($field:ident),+) => { $(sum.$field += sign * visit.$field;)+ } }
    add!(offered, answered, answered_in_target, abandoned, abandoned_in_target, short_abandoned, timed_out, left_by_key, overflowed, lost, waiting);
    add!(transferred, answered_wait_ms, abandoned_wait_ms, decided_wait_ms);
    if sign > 0 {
        sum.longest_wait_ms = sum.longest_wait_ms.max(visit.longest_wait_ms);
    }
}

/// Adds (`sign` 1) or takes out (`sign` -1) the counters of a leg.
pub(crate) fn add_leg(sum: &mut AgentInterval, leg: &AgentLeg, sign: i64) {
    LegCounters::of(leg).add(sum, sign);
}

macro_rules! leg_counters {
    ($($field:ident),+) => {
        /// The counters of a leg as they were at one time.
        pub(crate) struct LegCounters { $($field: i64,)+ }

        impl LegCounters {
            pub(crate) fn of(leg: &AgentLeg) -> Self {
                Self { $($field: leg.$field,)+ }
            }

            pub(crate) fn add(&self, sum: &mut AgentInterval, sign: i64) {
                $(sum.$field += sign * self.$field;)+
            }
        }
    };
}
leg_counters!(rings, handled, missed, caller_gave_up_ringing, transferred, ring_ms, talk_ms, hold_ms, wrap_up_ms);

/// Adds time in a state.
pub(crate) fn add_state(sum: &mut AgentInterval, state: AgentState, ms: i64) {
    if state != AgentState::Offline {
        sum.logged_in_ms += ms;
    }
    match state {
        AgentState::Talking => sum.in_talking_ms += ms,
        AgentState::Hold => sum.in_hold_ms += ms,
        AgentState::Ringing => sum.in_ringing_ms += ms,
        AgentState::WrapUp => sum.in_wrap_up_ms += ms,
        AgentState::Ready => sum.in_ready_ms += ms,
        AgentState::Paused => sum.in_paused_ms += ms,
        AgentState::OtherCall => sum.in_other_call_ms += ms,
        AgentState::NotResponding => sum.in_not_responding_ms += ms,
        AgentState::Offline => {}
    }
}

/// Adds every counter of one agent row to another.
pub(crate) fn add_agent(sum: &mut AgentInterval, row: &AgentInterval) {
    macro_rules! add { ($($field:ident),+) => { $(sum.$field += row.$field;)+ } }
    add!(rings, handled, missed, caller_gave_up_ringing, transferred, ring_ms, talk_ms, hold_ms, wrap_up_ms, logged_in_ms);
    add!(in_ready_ms, in_ringing_ms, in_talking_ms, in_hold_ms, in_wrap_up_ms, in_paused_ms, in_other_call_ms, in_not_responding_ms);
}

/// Cuts `[from, to)` at quarter borders.
pub(crate) fn quarters(from: Timestamp, to: Timestamp) -> impl Iterator<Item = (Timestamp, i64)> {
    let mut at = from;
    std::iter::from_fn(move || {
        (at < to).then(|| {
            let end = at.floor(QUARTER_MS).plus(QUARTER_MS).min(to);
            let piece = (at, end.since(at));
            at = end;
            piece
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_of_an_interval_sum_to_the_whole() {
        let (from, to) = (Timestamp::from_millis(QUARTER_MS - 1), Timestamp::from_millis(3 * QUARTER_MS + 5));
        let pieces: Vec<_> = quarters(from, to).map(|(_, ms)| ms).collect();
        assert_eq!(pieces, [1, QUARTER_MS, QUARTER_MS, 5]);
        assert_eq!(quarters(to, from).count(), 0);
    }

    #[test]
    fn draining_takes_only_whole_chunks_of_the_source() {
        let mut rollup = Rollup::<QueueInterval>::default();
        let (a, b, cards): (Arc<str>, Arc<str>, Arc<str>) = ("a".into(), "b".into(), "cards".into());
        rollup.row(&a, &cards, Timestamp::from_millis(0)).offered += 1;
        rollup.row(&a, &cards, Timestamp::from_millis(HOUR_MS)).offered += 1;
        rollup.row(&b, &cards, Timestamp::from_millis(0)).offered += 1;
        assert_eq!(rollup.drain("a", Timestamp::from_millis(HOUR_MS + 1)).len(), 1);
        assert_eq!(rollup.rows().count(), 2);
    }
}
