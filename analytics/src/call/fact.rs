//! Visits and legs in the making: what happened, and nothing that follows from it.
//!
//! Counters are worked out here and nowhere else, for the rows and for the sums. An open call keeps only these few
//! bytes a fact; a row of the tables has forty columns and is made when somebody wants to see it.

use std::sync::Arc;

use callboard_domain::Timestamp;
use callboard_domain::state::{EndedBy, LegOutcome, VisitOutcome};
use callboard_store::table::{AgentLeg, QueueVisit};
use serde::{Deserialize, Serialize};

use crate::names::{Name, Names};
use crate::sums::{AgentSums, QueueSums};

/// One wait in a queue.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(crate) struct Visit {
    pub(crate) queue: Name,
    /// The agent who answered.
    pub(crate) agent: Option<Name>,
    pub(crate) position: Option<u32>,
    /// The note that told who calls, if it was there when the wait began.
    pub(crate) beginning: Option<u32>,
    pub(crate) entered_at: Timestamp,
    pub(crate) left_at: Option<Timestamp>,
    pub(crate) target_ms: i64,
    pub(crate) short_ms: i64,
    pub(crate) outcome: VisitOutcome,
    /// Whether the agent who answered handed the call on.
    pub(crate) transferred: bool,
}

/// One ring of an agent's telephone, with the conversation that followed if any.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(crate) struct Leg {
    pub(crate) agent: Name,
    pub(crate) queue: Option<Name>,
    pub(crate) began_at: Timestamp,
    pub(crate) answered_at: Option<Timestamp>,
    pub(crate) ended_at: Option<Timestamp>,
    /// Since when the caller is on hold.
    pub(crate) held_at: Option<Timestamp>,
    pub(crate) hold_ms: i64,
    pub(crate) wrap_up_ms: i64,
    pub(crate) outcome: LegOutcome,
    pub(crate) ended_by: Option<EndedBy>,
    /// Whether the end was concluded from `call.ended` and a better reason may follow.
    pub(crate) concluded: bool,
}

/// What all rows of a call repeat.
#[derive(Clone, Copy)]
pub(super) struct Whole<'a> {
    pub(super) source: &'a Arc<str>,
    pub(super) call: &'a Arc<str>,
    pub(super) version: i64,
    pub(super) names: &'a Names,
}

impl Visit {
    pub(crate) fn is_waiting(&self) -> bool {
        self.outcome == VisitOutcome::Waiting
    }

    /// Whether the wait goes on and is past its target (METRICS rule 6).
    pub(crate) fn is_past_target(&self, now: Timestamp) -> bool {
        self.is_waiting() && now.since(self.entered_at) > self.target_ms
    }

    /// How long it waited, once that is over.
    pub(super) fn wait_ms(&self) -> Option<i64> {
        self.left_at.map(|at| at.since(self.entered_at).max(0))
    }

    pub(crate) fn counters(&self) -> QueueSums {
        let is = |outcome: VisitOutcome| i64::from(self.outcome == outcome);
        let wait_ms = self.wait_ms().unwrap_or(0);
        let in_target = i64::from(wait_ms <= self.target_ms);
        let (answered, abandoned) = (is(VisitOutcome::Answered), is(VisitOutcome::Abandoned));
        QueueSums {
            offered: 1,
            answered,
            answered_in_target: answered * in_target,
            abandoned,
            abandoned_in_target: abandoned * in_target,
            short_abandoned: abandoned * i64::from(wait_ms < self.short_ms),
            timed_out: is(VisitOutcome::TimedOut),
            left_by_key: is(VisitOutcome::Key),
            overflowed: is(VisitOutcome::Overflow),
            lost: is(VisitOutcome::Lost),
            waiting: is(VisitOutcome::Waiting),
            waiting_past_target: 0,
            transferred: i64::from(self.transferred),
            answered_wait_ms: answered * wait_ms,
            abandoned_wait_ms: abandoned * wait_ms,
            decided_wait_ms: wait_ms,
        }
    }

    /// The row of the `visit`th wait of a call.
    pub(super) fn row(&self, visit: i64, from: Option<&Arc<str>>, of: Whole<'_>) -> QueueVisit {
        let counters = self.counters();
        QueueVisit {
            source: Arc::clone(of.source),
            call: Arc::clone(of.call),
            visit,
            queue: of.names.shared(self.queue),
            from_number: from.cloned(),
            entered_at: self.entered_at,
            left_at: self.left_at,
            outcome: self.outcome,
            position: self.position.map(i64::from),
            agent: self.agent.map(|agent| of.names.shared(agent)),
            wait_ms: self.wait_ms(),
            target_ms: self.target_ms,
            short_ms: self.short_ms,
            offered: counters.offered,
            answered: counters.answered,
            answered_in_target: counters.answered_in_target,
            abandoned: counters.abandoned,
            abandoned_in_target: counters.abandoned_in_target,
            short_abandoned: counters.short_abandoned,
            timed_out: counters.timed_out,
            left_by_key: counters.left_by_key,
            overflowed: counters.overflowed,
            lost: counters.lost,
            waiting: counters.waiting,
            waiting_past_target: counters.waiting_past_target,
            transferred: counters.transferred,
            answered_wait_ms: counters.answered_wait_ms,
            abandoned_wait_ms: counters.abandoned_wait_ms,
            decided_wait_ms: counters.decided_wait_ms,
            version: of.version,
        }
    }
}

impl Leg {
    pub(crate) const fn was_answered(&self) -> bool {
        self.answered_at.is_some()
    }

    /// Whether it rings or is spoken on.
    pub(crate) const fn is_open(&self) -> bool {
        matches!(self.outcome, LegOutcome::Talking | LegOutcome::Ringing)
    }

    /// The instant whose sums it counts in.
    pub(crate) fn counts_at(&self) -> Timestamp {
        self.answered_at.unwrap_or(self.began_at)
    }

    /// The caller is no longer on hold.
    pub(super) fn resume(&mut self, at: Timestamp) {
        if let Some(since) = self.held_at.take() {
            self.hold_ms += at.since(since).max(0);
        }
    }

    pub(crate) fn counters(&self) -> AgentSums {
        let is = |outcome: LegOutcome| i64::from(self.outcome == outcome);
        let rang_until = self.answered_at.or(self.ended_at).unwrap_or(self.began_at);
        let talk_ms = match (self.answered_at, self.ended_at) {
            (Some(answered_at), Some(ended_at)) => (ended_at.since(answered_at) - self.hold_ms).max(0),
            _ => 0,
        };
        AgentSums {
            rings: 1,
            handled: i64::from(self.was_answered()),
            missed: is(LegOutcome::Missed),
            caller_gave_up_ringing: is(LegOutcome::CallerGaveUp),
            transferred: is(LegOutcome::Transferred),
            ring_ms: rang_until.since(self.began_at).max(0),
            talk_ms,
            hold_ms: self.hold_ms,
            wrap_up_ms: self.wrap_up_ms,
            ..AgentSums::default()
        }
    }

    /// The row of the `leg`th leg of a call.
    pub(super) fn row(&self, leg: i64, of: Whole<'_>) -> AgentLeg {
        let counters = self.counters();
        AgentLeg {
            source: Arc::clone(of.source),
            call: Arc::clone(of.call),
            leg,
            queue: self.queue.map(|queue| of.names.shared(queue)),
            agent: of.names.shared(self.agent),
            began_at: self.began_at,
            answered_at: self.answered_at,
            ended_at: self.ended_at,
            outcome: self.outcome,
            ended_by: self.ended_by,
            rings: counters.rings,
            handled: counters.handled,
            missed: counters.missed,
            caller_gave_up_ringing: counters.caller_gave_up_ringing,
            transferred: counters.transferred,
            ring_ms: counters.ring_ms,
            talk_ms: counters.talk_ms,
            hold_ms: counters.hold_ms,
            wrap_up_ms: counters.wrap_up_ms,
            version: of.version,
        }
    }
}
