//! One agent: changes of state in order of time, cut into intervals once no earlier change is expected.

use std::collections::{BTreeSet, VecDeque};
use std::sync::Arc;

use callboard_domain::Timestamp;
use callboard_domain::state::AgentState;
use callboard_store::table::AgentStateRow;
use serde::{Deserialize, Serialize};

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
}

/// From here on the agent is in this state.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Change {
    pub(crate) at: Timestamp,
    pub(crate) id: u64,
    pub(crate) state: AgentState,
    pub(crate) reason: Option<Arc<str>>,
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
        Self { source, agent, name: None, team: None, queues: BTreeSet::new(), changes: VecDeque::new() }
    }

    pub(crate) fn take(&mut self, change: Change) -> Taken {
        if self.changes.iter().any(|c| c.id == change.id) {
            return Taken::Duplicate;
        }
        if self.changes.front().is_some_and(|first| change.at < first.at) {
            return Taken::Late;
        }
        let place = self.changes.partition_point(|c| c.at <= change.at);
        self.changes.insert(place, change);
        Taken::New
    }

    /// Rows of the intervals that ended by `limit`; they leave the track.
    pub(crate) fn settle(&mut self, limit: Timestamp) -> Vec<AgentStateRow> {
        let mut rows = Vec::new();
        while let (Some(first), Some(next)) = (self.changes.front(), self.changes.get(1)) {
            if next.at > limit {
                break;
            }
            if first.same(next) {
                self.changes.remove(1);
                continue;
            }
            if next.at > first.at {
                rows.push(self.row(first, Some(next.at), next.at));
            }
            self.changes.pop_front();
        }
        rows
    }

    /// Rows of what is open or not settled, as of `now`; the last one has no end.
    pub(crate) fn pending(&self, now: Timestamp) -> Vec<AgentStateRow> {
        let mut rows: Vec<AgentStateRow> = Vec::with_capacity(1);
        let mut changes = self.changes.iter().peekable();
        while let Some(change) = changes.next() {
            while changes.next_if(|next| change.same(next)).is_some() {}
            let end = changes.peek().map(|next| next.at);
            if end != Some(change.at) {
                rows.push(self.row(change, end, end.unwrap_or(now)));
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
        let time_in = |state: AgentState| if change.state == state { duration_ms } else { 0 };
        AgentStateRow {
            source: Arc::clone(&self.source),
            agent: Arc::clone(&self.agent),
            state: change.state,
            reason: change.reason.clone(),
            began_at: change.at,
            ended_at,
            duration_ms,
            logged_in_ms: duration_ms - time_in(AgentState::Offline),
            in_ready_ms: time_in(AgentState::Ready),
            in_ringing_ms: time_in(AgentState::Ringing),
            in_talking_ms: time_in(AgentState::Talking),
            in_hold_ms: time_in(AgentState::Hold),
            in_wrap_up_ms: time_in(AgentState::WrapUp),
            in_paused_ms: time_in(AgentState::Paused),
            in_other_call_ms: time_in(AgentState::OtherCall),
            in_not_responding_ms: time_in(AgentState::NotResponding),
            version: 1,
        }
    }
}

impl Change {
    fn same(&self, other: &Self) -> bool {
        self.state == other.state && self.reason == other.reason
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(at: i64, state: AgentState) -> Change {
        Change { at: Timestamp::from_millis(at), id: at as u64 * 10 + state as u64, state, reason: None }
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
        assert_eq!(track.take(change(20, Ready)), Taken::Duplicate);
        assert_eq!(spans(&track.settle(Timestamp::from_millis(30))), [(10, 20, Ready)]);
        assert_eq!(track.take(change(25, Paused)), Taken::Late);
    }
}
