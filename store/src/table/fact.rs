//! Facts: one row a call, a wait, a leg, a state. Counters are columns, 0 or 1, so that one formula works on
//! a fact and on its sums.

use std::sync::Arc;

use callboard_domain::Timestamp;
use callboard_domain::state::{AgentState, CallOutcome, Direction, EndedBy, LegOutcome, VisitOutcome};

use super::table;

table! {
    /// One call from its first sign to its end and the work after it.
    Call = "calls", key ["source", "call"], time "started_at" {
        /// The source that saw the call.
        source: Arc<str>,
        /// The call's id, unique within its source.
        call: Arc<str>,
        /// Who called whom: inbound, outbound, internal.
        direction: Direction,
        /// The caller's number.
        from_number: Option<Arc<str>>,
        /// The number dialled.
        to_number: Option<Arc<str>>,
        /// The first queue it waited in.
        queue: Option<Arc<str>>,
        /// The agent who answered last.
        agent: Option<Arc<str>>,
        /// First sign of the call.
        started_at: Timestamp,
        /// First answer by an agent.
        answered_at: Option<Timestamp>,
        /// End of the call; null while it goes on.
        ended_at: Option<Timestamp>,
        /// What became of it: open, answered, abandoned, timed_out, key, overflow, unqueued, lost.
        outcome: CallOutcome,
        /// Who ended it: caller, agent, system, lost.
        ended_by: Option<EndedBy>,
        /// Sum of its waits in queues, ms.
        wait_ms: i64,
        /// Sum of its rings, ms.
        ring_ms: i64,
        /// Sum of conversation without hold, ms.
        talk_ms: i64,
        /// Sum of hold, ms.
        hold_ms: i64,
        /// Sum of work after the call, ms.
        wrap_up_ms: i64,
        /// How many waits.
        visits: i64,
        /// How many rings and conversations.
        legs: i64,
        /// How often it was handed on.
        transfers: i64,
        /// Where the recording lies.
        recording: Option<Arc<str>>,
        /// Where the message lies that the caller left.
        voicemail: Option<Arc<str>>,
        /// The caller's score.
        rating: Option<i64>,
        /// The whole path as a JSON list of {at, what, who}.
        path: Arc<str>,
        /// Number of the row's version, from 1.
        version: i64,
    }
}

table! {
    /// One wait of one call in one queue.
    QueueVisit = "queue_visits", key ["source", "call", "visit"], time "entered_at" {
        /// The source that saw the call.
        source: Arc<str>,
        /// The call's id.
        call: Arc<str>,
        /// Which wait of the call, from 1.
        visit: i64,
        /// The queue.
        queue: Arc<str>,
        /// The caller's number.
        from_number: Option<Arc<str>>,
        /// When it began to wait.
        entered_at: Timestamp,
        /// When the wait ended; null while it goes on.
        left_at: Option<Timestamp>,
        /// How the wait ended: waiting, answered, abandoned, timed_out, key, overflow, lost.
        outcome: VisitOutcome,
        /// Place in the queue at entry, from 1.
        position: Option<i64>,
        /// The agent who answered.
        agent: Option<Arc<str>>,
        /// How long it waited, queue and ring, ms; null while it goes on.
        wait_ms: Option<i64>,
        /// The queue's target in force at entry, ms.
        target_ms: i64,
        /// The queue's short-abandon limit in force at entry, ms.
        short_ms: i64,
        /// 1.
        offered: i64,
        /// 1 when an agent answered.
        answered: i64,
        /// 1 when answered within the target.
        answered_in_target: i64,
        /// 1 when the caller hung up first.
        abandoned: i64,
        /// 1 when abandoned within the target.
        abandoned_in_target: i64,
        /// 1 when abandoned before the short limit.
        short_abandoned: i64,
        /// 1 when the queue's limit ran out.
        timed_out: i64,
        /// 1 when the caller left by a key.
        left_by_key: i64,
        /// 1 when the queue sent the caller on.
        overflowed: i64,
        /// 1 when the source went away.
        lost: i64,
        /// 1 while it waits.
        waiting: i64,
        /// 1 while it waits and is past its target.
        waiting_past_target: i64,
        /// 1 when the agent who answered handed the call on.
        transferred: i64,
        /// The wait when answered, else 0, ms.
        answered_wait_ms: i64,
        /// The wait when abandoned, else 0, ms.
        abandoned_wait_ms: i64,
        /// The wait when it is over, else 0, ms.
        decided_wait_ms: i64,
        /// Number of the row's version, from 1.
        version: i64,
    }
}

table! {
    /// One ring of an agent's telephone, with the conversation that followed if any.
    AgentLeg = "agent_legs", key ["source", "call", "leg"], time "began_at" {
        /// The source that saw the call.
        source: Arc<str>,
        /// The call's id.
        call: Arc<str>,
        /// Which leg of the call, from 1.
        leg: i64,
        /// The queue that offered it; null for a direct call.
        queue: Option<Arc<str>>,
        /// The agent.
        agent: Arc<str>,
        /// When it began to ring, or was answered where no ring was seen.
        began_at: Timestamp,
        /// When the agent answered.
        answered_at: Option<Timestamp>,
        /// When it ended; null while it goes on.
        ended_at: Option<Timestamp>,
        /// How it ended: ringing, talking, completed, transferred, missed, caller_gave_up, answered_elsewhere, failed, lost.
        outcome: LegOutcome,
        /// Who ended it.
        ended_by: Option<EndedBy>,
        /// 1: the telephone rang.
        rings: i64,
        /// 1 when answered.
        handled: i64,
        /// 1 when it rang, was not answered and the caller was still there (RONA).
        missed: i64,
        /// 1 when the caller left while it rang.
        caller_gave_up_ringing: i64,
        /// 1 when the agent handed the call on.
        transferred: i64,
        /// How long it rang, ms.
        ring_ms: i64,
        /// Conversation without hold, ms.
        talk_ms: i64,
        /// Hold, ms.
        hold_ms: i64,
        /// Work after the call, ms.
        wrap_up_ms: i64,
        /// Number of the row's version, from 1.
        version: i64,
    }
}

table! {
    /// One interval of one agent in one state.
    AgentStateRow = "agent_states", key ["source", "agent", "began_at"], time "began_at" {
        /// The source that saw the agent.
        source: Arc<str>,
        /// The agent.
        agent: Arc<str>,
        /// The state: talking, hold, ringing, wrap_up, ready, paused, other_call, not_responding, offline.
        state: AgentState,
        /// Why, for a pause.
        reason: Option<Arc<str>>,
        /// When the state began.
        began_at: Timestamp,
        /// When the next state began; null while it lasts.
        ended_at: Option<Timestamp>,
        /// How long it lasted, until now while it lasts, ms.
        duration_ms: i64,
        /// When the source told the same state again, ms after it began, separated by blanks; null when it never did.
        repeated_ms: Option<Arc<str>>,
        /// Time logged in, ms.
        logged_in_ms: i64,
        /// Time ready, ms.
        in_ready_ms: i64,
        /// Time ringing, ms.
        in_ringing_ms: i64,
        /// Time talking, ms.
        in_talking_ms: i64,
        /// Time with a caller on hold, ms.
        in_hold_ms: i64,
        /// Time in work after calls, ms.
        in_wrap_up_ms: i64,
        /// Time paused, ms.
        in_paused_ms: i64,
        /// Time on calls from no queue, ms.
        in_other_call_ms: i64,
        /// Time not responding, ms.
        in_not_responding_ms: i64,
        /// Number of the row's version, from 1.
        version: i64,
    }
}
