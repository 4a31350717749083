//! Roll-ups: sums of the counters that facts carry. Rows of one key add up, so an import that comes later
//! adds a row instead of changing one.

use std::sync::Arc;

use callboard_domain::Timestamp;

use super::table;

table! {
    /// Counters of one queue and the minute in which the waits began.
    QueueInterval = "queue_intervals", key ["source", "queue", "minute_at"], time "minute_at" {
        /// The source that saw the calls.
        source: Arc<str>,
        /// The queue.
        queue: Arc<str>,
        /// Start of the minute.
        minute_at: Timestamp,
        /// Waits that began.
        offered: i64,
        /// Of these answered.
        answered: i64,
        /// Of these answered within the target.
        answered_in_target: i64,
        /// Of these abandoned.
        abandoned: i64,
        /// Of these abandoned within the target.
        abandoned_in_target: i64,
        /// Of these abandoned before the short limit.
        short_abandoned: i64,
        /// Of these timed out.
        timed_out: i64,
        /// Of these left by a key.
        left_by_key: i64,
        /// Of these sent on by the queue.
        overflowed: i64,
        /// Of these lost with the source.
        lost: i64,
        /// Of these still waiting.
        waiting: i64,
        /// Of these still waiting and past their target.
        waiting_past_target: i64,
        /// Of these answered and handed on by the agent.
        transferred: i64,
        /// Sum of the waits of answered ones, ms.
        answered_wait_ms: i64,
        /// Sum of the waits of abandoned ones, ms.
        abandoned_wait_ms: i64,
        /// Sum of all waits that are over, ms.
        decided_wait_ms: i64,
    }
}

table! {
    /// Counters of one agent and quarter of an hour. State time is cut at its borders; a leg counts where it was answered, or began.
    AgentInterval = "agent_intervals", key ["source", "agent", "quarter_at"], time "quarter_at" {
        /// The source that saw the agent.
        source: Arc<str>,
        /// The agent.
        agent: Arc<str>,
        /// Start of the quarter of an hour.
        quarter_at: Timestamp,
        /// Rings.
        rings: i64,
        /// Conversations.
        handled: i64,
        /// Rings not answered while the caller was still there.
        missed: i64,
        /// Rings during which the caller left.
        caller_gave_up_ringing: i64,
        /// Conversations handed on.
        transferred: i64,
        /// Ring time of its legs, ms.
        ring_ms: i64,
        /// Conversation without hold of its legs, ms.
        talk_ms: i64,
        /// Hold of its legs, ms.
        hold_ms: i64,
        /// Work after its legs, ms.
        wrap_up_ms: i64,
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
    }
}

impl AgentInterval {
    /// Nothing yet of an agent of a source, in the quarter of an hour that begins then.
    #[must_use]
    pub fn nothing(source: &Arc<str>, agent: &Arc<str>, quarter_at: Timestamp) -> Self {
        Self {
            source: Arc::clone(source),
            agent: Arc::clone(agent),
            quarter_at,
            rings: 0,
            handled: 0,
            missed: 0,
            caller_gave_up_ringing: 0,
            transferred: 0,
            ring_ms: 0,
            talk_ms: 0,
            hold_ms: 0,
            wrap_up_ms: 0,
            logged_in_ms: 0,
            in_ready_ms: 0,
            in_ringing_ms: 0,
            in_talking_ms: 0,
            in_hold_ms: 0,
            in_wrap_up_ms: 0,
            in_paused_ms: 0,
            in_other_call_ms: 0,
            in_not_responding_ms: 0,
        }
    }
}
