//! What is open now, true for the instant `as_of`.

use std::sync::Arc;

use callboard_domain::Timestamp;
use callboard_domain::state::{AgentState, Direction};

use super::table;

table! {
    /// One call that goes on now.
    LiveCall = "live_calls", key ["source", "call"], time "started_at" {
        /// The source that sees the call.
        source: Arc<str>,
        /// The call's id.
        call: Arc<str>,
        /// Who called whom.
        direction: Direction,
        /// The caller's number.
        from_number: Option<Arc<str>>,
        /// The number dialled.
        to_number: Option<Arc<str>>,
        /// What it is doing: ivr, waiting, ringing, talking, hold.
        state: Arc<str>,
        /// The queue it waits in or came from.
        queue: Option<Arc<str>>,
        /// The agent who rings or talks.
        agent: Option<Arc<str>>,
        /// First sign of the call.
        started_at: Timestamp,
        /// When its present state began; for waiting and ringing, when it entered the queue.
        since_at: Timestamp,
        /// How long that is ago, ms.
        state_ms: i64,
        /// The present queue's target, ms.
        target_ms: Option<i64>,
        /// Place in the queue at entry, from 1.
        position: Option<i64>,
        /// The instant for which the row is true.
        as_of: Timestamp,
    }
}

table! {
    /// One agent now, with the figures of the business day so far.
    LiveAgent = "live_agents", key ["agent"], time "as_of" {
        /// The source that sees the agent.
        source: Arc<str>,
        /// The agent.
        agent: Arc<str>,
        /// The name to show.
        name: Arc<str>,
        /// The team.
        team: Option<Arc<str>>,
        /// What the agent does, precedence applied.
        state: AgentState,
        /// Why, for a pause: its code.
        reason: Option<Arc<str>>,
        /// The Chinese title of that reason, where it has one.
        reason_zh: Option<Arc<str>>,
        /// Its English title.
        reason_en: Option<Arc<str>>,
        /// When the state began.
        since_at: Timestamp,
        /// How long that is ago, ms.
        state_ms: i64,
        /// Queues whose calls the agent takes, comma separated, in order of name.
        queues: Arc<str>,
        /// The call that rings or talks.
        call: Option<Arc<str>>,
        /// That call's queue.
        call_queue: Option<Arc<str>>,
        /// That call's caller.
        call_from: Option<Arc<str>>,
        /// Rings today.
        rings: i64,
        /// Conversations today.
        handled: i64,
        /// Rings today not answered while the caller was still there.
        missed: i64,
        /// Rings today during which the caller left.
        caller_gave_up_ringing: i64,
        /// Conversations today handed on.
        transferred: i64,
        /// Ring time of today's legs, ms.
        ring_ms: i64,
        /// Conversation without hold of today's legs, ms.
        talk_ms: i64,
        /// Hold of today's legs, ms.
        hold_ms: i64,
        /// Work after today's legs, ms.
        wrap_up_ms: i64,
        /// Time logged in today, ms.
        logged_in_ms: i64,
        /// Time ready today, ms.
        in_ready_ms: i64,
        /// Time ringing today, ms.
        in_ringing_ms: i64,
        /// Time talking today, ms.
        in_talking_ms: i64,
        /// Time with a caller on hold today, ms.
        in_hold_ms: i64,
        /// Time in work after calls today, ms.
        in_wrap_up_ms: i64,
        /// Time paused today, ms.
        in_paused_ms: i64,
        /// Time on calls from no queue today, ms.
        in_other_call_ms: i64,
        /// Time not responding today, ms.
        in_not_responding_ms: i64,
        /// The instant for which the row is true.
        as_of: Timestamp,
    }
}

table! {
    /// One queue now.
    LiveQueue = "live_queues", key ["queue"], time "as_of" {
        /// The queue.
        queue: Arc<str>,
        /// The title to show, Chinese.
        title_zh: Arc<str>,
        /// The title to show, English.
        title_en: Arc<str>,
        /// Place in lists.
        ordinal: i64,
        /// Callers who wait.
        waiting: i64,
        /// Of these past their target.
        waiting_past_target: i64,
        /// The longest wait that goes on, ms; null when nobody waits.
        longest_waiting_ms: Option<i64>,
        /// The target in force, ms.
        target_ms: i64,
        /// Its agents who are logged in.
        agents: i64,
        /// Of these ready.
        agents_ready: i64,
        /// Of these ringing.
        agents_ringing: i64,
        /// Of these talking.
        agents_talking: i64,
        /// Of these with a caller on hold.
        agents_hold: i64,
        /// Of these in work after a call.
        agents_wrap_up: i64,
        /// Of these paused.
        agents_paused: i64,
        /// Of these on a call from no queue.
        agents_other_call: i64,
        /// Of these not responding.
        agents_not_responding: i64,
        /// The instant for which the row is true.
        as_of: Timestamp,
    }
}

table! {
    /// One source now.
    LiveSource = "live_sources", key ["source"], time "as_of" {
        /// The source.
        source: Arc<str>,
        /// connected, lost, or file: it never said that it is connected.
        state: Arc<str>,
        /// What speaks.
        version: Option<Arc<str>>,
        /// The newest event time heard from it.
        heard_at: Timestamp,
        /// Since when it is lost.
        lost_at: Option<Timestamp>,
        /// 1 when it tells about calls.
        calls: i64,
        /// 1 when it tells about agents.
        agents: i64,
        /// Gaps not filled yet.
        open_gaps: i64,
        /// The instant for which the row is true.
        as_of: Timestamp,
    }
}
