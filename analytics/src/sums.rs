//! Counters that add up: those of a queue's minute and of an agent's quarter of an hour.
//!
//! A fact has the same counters as its sums. When it changes, its sums change by the difference.

use std::sync::Arc;

use callboard_domain::Timestamp;
use callboard_domain::state::AgentState;
use callboard_domain::time::{HOUR_MS, MINUTE_MS};
use callboard_store::TableRow;
use callboard_store::table::{AgentInterval, AgentLeg, QueueInterval, QueueVisit};
use serde::{Deserialize, Serialize};

/// Width of an agent interval; every time zone is a multiple of it away from UTC.
pub(crate) const QUARTER_MS: i64 = 15 * MINUTE_MS;

/// Counters of one row of sums.
pub(crate) trait Sums: Copy + Default + PartialEq {
    /// The row that shows them.
    type Row: TableRow;
    /// Width of one interval, ms.
    const WIDTH_MS: i64;
    /// Width of one chunk, ms.
    const CHUNK_MS: i64;

    /// Takes out what counted and takes in what counts now.
    fn change(&mut self, was: &Self, is: &Self);
    /// The row of a source and its queue or agent.
    fn row(&self, source: &Arc<str>, name: &Arc<str>, start: Timestamp) -> Self::Row;

    fn add(&mut self, counters: &Self) {
        self.change(&Self::default(), counters);
    }

    /// Takes them in (`sign` 1) or out (`sign` -1).
    fn count(&mut self, counters: &Self, sign: i64) {
        let nothing = Self::default();
        if sign < 0 { self.change(counters, &nothing) } else { self.change(&nothing, counters) }
    }
}

/// Declares counters as they stand in the rows of a table.
macro_rules! sums {
    ($(#[$doc:meta])* $sums:ident of $row:ident by $name:ident and $start:ident, $width:expr, $chunk:expr,
        [$($sum:ident),+]) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
        pub(crate) struct $sums { $(pub(crate) $sum: i64,)+ }

        impl Sums for $sums {
            type Row = $row;
            const WIDTH_MS: i64 = $width;
            const CHUNK_MS: i64 = $chunk;

            fn change(&mut self, was: &Self, is: &Self) {
                $(self.$sum += is.$sum - was.$sum;)+
            }

            fn row(&self, source: &Arc<str>, name: &Arc<str>, start: Timestamp) -> $row {
                $row {
                    source: Arc::clone(source),
                    $name: Arc::clone(name),
                    $start: start,
                    $($sum: self.$sum,)+
                }
            }
        }
    };
}

sums!(
    /// What counts of a visit, and of all visits that began in a minute.
    QueueSums of QueueInterval by queue and minute_at,
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
        decided_wait_ms
    ]
);
sums!(
    /// What counts of a leg and of time in a state, and of all of an agent in a quarter of an hour.
    AgentSums of AgentInterval by agent and quarter_at,
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

/// Reads counters from the columns of a row that has the same.
macro_rules! counters {
    ($sums:ident of $row:ident, [$($field:ident),+]) => {
        impl From<&$row> for $sums {
            fn from(row: &$row) -> Self {
                Self { $($field: row.$field,)+ ..Self::default() }
            }
        }
    };
}

counters!(
    QueueSums of QueueVisit,
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
        transferred,
        answered_wait_ms,
        abandoned_wait_ms,
        decided_wait_ms
    ]
);
counters!(AgentSums of AgentLeg, [rings, handled, missed, caller_gave_up_ringing, transferred, ring_ms, talk_ms, hold_ms, wrap_up_ms]);

impl AgentSums {
    /// Time in a state.
    pub(crate) fn in_state(state: AgentState, ms: i64) -> Self {
        let logged_in = Self { logged_in_ms: ms, ..Self::default() };
        match state {
            AgentState::Talking => Self { in_talking_ms: ms, ..logged_in },
            AgentState::Hold => Self { in_hold_ms: ms, ..logged_in },
            AgentState::Ringing => Self { in_ringing_ms: ms, ..logged_in },
            AgentState::WrapUp => Self { in_wrap_up_ms: ms, ..logged_in },
            AgentState::Ready => Self { in_ready_ms: ms, ..logged_in },
            AgentState::Paused => Self { in_paused_ms: ms, ..logged_in },
            AgentState::OtherCall => Self { in_other_call_ms: ms, ..logged_in },
            AgentState::NotResponding => Self { in_not_responding_ms: ms, ..logged_in },
            AgentState::Offline => Self::default(),
        }
    }
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
    fn a_fact_that_changes_moves_its_sums_by_the_difference() {
        let waits = QueueSums { offered: 1, waiting: 1, ..QueueSums::default() };
        let answered = QueueSums { offered: 1, answered: 1, decided_wait_ms: 700, ..QueueSums::default() };
        let mut sum = QueueSums::default();
        sum.add(&waits);
        sum.change(&waits, &answered);
        assert_eq!((sum.offered, sum.waiting, sum.answered, sum.decided_wait_ms), (1, 0, 1, 700));
        sum.count(&answered, -1);
        assert_eq!(sum, QueueSums::default());
    }
}
