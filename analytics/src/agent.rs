//! One agent: changes of state in order of time, cut into intervals once no earlier change is expected.

use std::collections::{BTreeSet, VecDeque};
use std::sync::Arc;

use callboard_domain::Timestamp;
use callboard_domain::state::AgentState;
use callboard_store::table::AgentStateRow;
use serde::{Deserialize, Serialize};

use crate::sums::AgentSums;

/// An agent as one source sees them.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct AgentTrack {
    pub(crate) source: Arc<str>,
    pub(crate) agent: Arc<str>,
    pub(crate) name: Option<Arc<str>>,
    pub(crate) team: Option<Arc<str>>,
    pub(crate) queues: BTreeSet<Arc<str>>,
    /// The first began the interval that is open or not settled yet.
    changes: VecDeque<Change>,
    /// Whether an interval before the first change is settled.
    settled: bool,
}

/// From here on the agent is in this state.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Change {
    pub(crate) at: Timestamp,
    pub(crate) id: u64,
    pub(crate) state: AgentState,
    pub(crate) reason: Option<Arc<str>>,
    /// When the same was told again, ms after `at`, ascending: something told late may lie between.
    repeats: Vec<i64>,
}

/// What became of a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Taken {
    /// It counts.
    New,
    /// It was there already.
    Duplicate,
    /// Its interval is settled; it came too late.
    Late,
}

impl AgentTrack {
    pub(crate) fn new(source: Arc<str>, agent: Arc<str>) -> Self {
        Self { source, agent, name: None, team: None, queues: BTreeSet::new(), changes: VecDeque::new(), settled: false }
    }

    pub(crate) fn take(&mut self, change: Change) -> Taken {
        if self.changes.iter().any(|c| c.id == change.id) {
            return Taken::Duplicate;
        }
        if self.settled && self.changes.front().is_some_and(|first| change.at < first.at) {
            return Taken::Late;
        }
        let place = self.changes.partition_point(|c| c.at <= change.at);
        if let Some(before) = place.checked_sub(1).and_then(|i| self.changes.get_mut(i))
            && let Some(again) = before.split(change.at)
        {
            self.changes.insert(place, again);
        }
        self.changes.insert(place, change);
        Taken::New
    }

    /// Whether an interval has ended and is not settled.
    pub(crate) fn is_unsettled(&self) -> bool {
        self.changes.len() > 1
    }

    /// Rows of the intervals that ended by `limit`; they leave the track.
    pub(crate) fn settle(&mut self, limit: Timestamp) -> Vec<AgentStateRow> {
        let mut rows = Vec::new();
        while let (Some(first), Some(next)) = (self.changes.front(), self.changes.get(1)) {
            if next.at > limit {
                break;
            }
            if first.same(next) {
                if let Some(next) = self.changes.remove(1)
                    && let Some(first) = self.changes.front_mut()
                {
                    first.repeat(&next);
                }
                continue;
            }
            if next.at > first.at {
                rows.push(self.row(first, Some(next.at), next.at));
                self.settled = true;
            }
            self.changes.pop_front();
        }
        rows
    }

    /// Settled intervals with changes that came too late: the stored `rows` from the first that is touched on, and what
    /// they should be. The open interval begins earlier where a late change already set its state.
    pub(crate) fn amend(&mut self, mut rows: Vec<AgentStateRow>, late: Vec<Change>) -> (Vec<AgentStateRow>, Vec<AgentStateRow>) {
        let (Some(first_at), Some(open)) = (late.iter().map(|c| c.at).min(), self.changes.front().cloned()) else {
            return (Vec::new(), Vec::new());
        };
        rows.retain(|r| r.ended_at.is_none_or(|end| end > first_at));
        rows.sort_by_key(|r| r.began_at);
        let stored = rows.iter().flat_map(|r| Change::stored(r).told());
        let mut changes: Vec<Change> = stored.chain(late).collect();
        changes.sort_by_key(|c| c.at);
        changes.push(open.clone());
        let mut track = Self { changes: changes.into(), queues: BTreeSet::new(), ..self.clone() };
        let new = track.settle(open.at);
        if let (Some(merged), Some(open)) = (track.changes.pop_front(), self.changes.front_mut()) {
            *open = merged;
        }
        (rows, new)
    }

    /// Rows of what is open or not settled, as of `now`; the last one has no end.
    pub(crate) fn pending(&self, now: Timestamp) -> Vec<AgentStateRow> {
        let mut rows: Vec<AgentStateRow> = Vec::with_capacity(1);
        let mut changes = self.changes.iter().peekable();
        while let Some(change) = changes.next() {
            let mut change = change.clone();
            while let Some(again) = changes.next_if(|next| change.same(next)) {
                change.repeat(again);
            }
            let end = changes.peek().map(|next| next.at);
            if end != Some(change.at) {
                rows.push(self.row(&change, end, end.unwrap_or(now)));
            }
        }
        rows
    }

    /// The state now and since when.
    pub(crate) fn current(&self) -> Option<&Change> {
        let last = self.changes.back()?;
        self.changes.iter().rev().take_while(|c| c.same(last)).last()
    }

    fn row(&self, change: &Change, ended_at: Option<Timestamp>, until: Timestamp) -> AgentStateRow {
        let duration_ms = until.since(change.at).max(0);
        let sums = AgentSums::in_state(change.state, duration_ms);
        AgentStateRow {
            source: Arc::clone(&self.source),
            agent: Arc::clone(&self.agent),
            state: change.state,
            reason: change.reason.clone(),
            began_at: change.at,
            ended_at,
            duration_ms,
            repeated_ms: change.repeated_ms(),
            logged_in_ms: sums.logged_in_ms,
            in_ready_ms: sums.in_ready_ms,
            in_ringing_ms: sums.in_ringing_ms,
            in_talking_ms: sums.in_talking_ms,
            in_hold_ms: sums.in_hold_ms,
            in_wrap_up_ms: sums.in_wrap_up_ms,
            in_paused_ms: sums.in_paused_ms,
            in_other_call_ms: sums.in_other_call_ms,
            in_not_responding_ms: sums.in_not_responding_ms,
            version: 1,
        }
    }
}

/// Repeats that are kept of one interval; of more the oldest go.
const MOST_REPEATS: usize = 64;

impl Change {
    pub(crate) const fn new(at: Timestamp, id: u64, state: AgentState, reason: Option<Arc<str>>) -> Self {
        Self { at, id, state, reason, repeats: Vec::new() }
    }

    /// The change that began a stored interval.
    fn stored(row: &AgentStateRow) -> Self {
        let repeats = row.repeated_ms.as_deref().unwrap_or_default().split(' ').filter_map(|ms| ms.parse().ok()).collect();
        Self { repeats, ..Self::new(row.began_at, 0, row.state, row.reason.clone()) }
    }

    /// Every time that it was told, as changes of their own.
    fn told(self) -> impl Iterator<Item = Self> {
        let first = Self { repeats: Vec::new(), ..self.clone() };
        let again = first.clone();
        let repeats = self.repeats.into_iter().map(move |ms| Self { at: again.at.plus(ms), id: 0, ..again.clone() });
        std::iter::once(first).chain(repeats)
    }

    /// Takes in the same state told again.
    fn repeat(&mut self, next: &Self) {
        let later = next.at.since(self.at);
        for ms in std::iter::once(0).chain(next.repeats.iter().copied()).map(|ms| later + ms).filter(|ms| *ms > 0) {
            if self.repeats.last().is_none_or(|last| *last < ms) {
                self.repeats.push(ms);
            }
        }
        let surplus = self.repeats.len().saturating_sub(MOST_REPEATS);
        self.repeats.drain(..surplus);
    }

    /// What was told again after `at`: a change of its own once another comes between.
    fn split(&mut self, at: Timestamp) -> Option<Self> {
        let limit = at.since(self.at);
        let mut later = self.repeats.split_off(self.repeats.partition_point(|ms| *ms <= limit)).into_iter();
        let first = later.next()?;
        Some(Self { at: self.at.plus(first), id: 0, repeats: later.map(|ms| ms - first).collect(), ..self.clone() })
    }

    fn repeated_ms(&self) -> Option<Arc<str>> {
        let texts: Vec<String> = self.repeats.iter().map(i64::to_string).collect();
        (!texts.is_empty()).then(|| texts.join(" ").into())
    }

    fn same(&self, other: &Self) -> bool {
        self.state == other.state && self.reason == other.reason
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(at: i64, state: AgentState) -> Change {
        Change::new(Timestamp::from_millis(at), at as u64 * 10 + state as u64, state, None)
    }

    fn track(changes: &[(i64, AgentState)]) -> AgentTrack {
        let mut track = AgentTrack::new("pbx".into(), "li".into());
        for (at, state) in changes {
            assert_eq!(track.take(change(*at, *state)), Taken::New);
        }
        track
    }

    fn spans(rows: &[AgentStateRow]) -> Vec<(i64, i64, AgentState)> {
        rows.iter().map(|r| (r.began_at.as_millis(), r.duration_ms, r.state)).collect()
    }

    #[test]
    fn intervals_are_the_same_in_whatever_order_changes_come() {
        use AgentState::{Ready, Ringing, Talking};
        let expected = vec![(10, 20, Ready), (30, 10, Ringing), (40, 60, Talking)];
        for order in [[(10, Ready), (30, Ringing), (40, Talking)], [(10, Ready), (40, Talking), (30, Ringing)]] {
            let mut track = track(&order);
            assert_eq!(spans(&track.pending(Timestamp::from_millis(100))), expected);
            let mut rows = track.settle(Timestamp::from_millis(40));
            rows.extend(track.pending(Timestamp::from_millis(100)));
            assert_eq!(spans(&rows), expected);
        }
    }

    #[test]
    fn a_repeated_state_is_one_interval_and_a_settled_one_takes_no_change() {
        use AgentState::{Paused, Ready};
        let mut track = track(&[(10, Ready), (20, Ready), (30, Paused)]);
        assert_eq!(track.take(change(10, Ready)), Taken::Duplicate);
        assert_eq!(spans(&track.settle(Timestamp::from_millis(30))), [(10, 20, Ready)]);
        assert_eq!(track.take(change(25, Paused)), Taken::Late);
    }

    #[test]
    fn a_late_change_between_two_tellings_of_a_state_lasts_until_the_second() {
        use AgentState::{Paused, Ready, Talking};
        let mut track = track(&[(10, Ready), (30, Ready), (50, Talking)]);
        let rows = track.settle(Timestamp::from_millis(50));
        assert_eq!(spans(&rows), [(10, 40, Ready)]);
        let (old, new) = track.amend(rows, vec![change(20, Paused)]);
        assert_eq!(spans(&old), [(10, 40, Ready)]);
        assert_eq!(spans(&new), [(10, 10, Ready), (20, 10, Paused), (30, 20, Ready)]);
    }
}
