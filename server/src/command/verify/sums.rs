//! Intervals made anew from the facts that they sum up.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::RecordBatch;
use callboard_domain::Timestamp;
use callboard_domain::state::AgentState;
use callboard_store::table::{AgentInterval, AgentLeg, AgentStateRow};
use callboard_store::{Table, TableRow};

use super::ledger;

/// Width of an agent interval, ms.
pub(super) const QUARTER_MS: i64 = 15 * 60_000;

/// A day or a part of one.
pub(super) type Span = (Timestamp, Timestamp);

/// The question for waits of a span, added up by queue and minute.
pub(super) fn of_visits((from, to): Span) -> String {
    let counters: Vec<String> = ledger::compared(Table::QueueIntervals).iter().map(|name| format!("SUM({name}) AS {name}")).collect();
    format!(
        "SELECT source, queue, date_trunc('minute', entered_at) AS minute_at, {} FROM queue_visits \
         WHERE entered_at >= TIMESTAMP '{from}' AND entered_at < TIMESTAMP '{to}' GROUP BY 1, 2, 3",
        counters.join(", ")
    )
}

/// The question for legs that count in a span.
pub(super) fn of_legs((from, to): Span) -> String {
    format!(
        "SELECT * FROM agent_legs WHERE COALESCE(answered_at, began_at) >= TIMESTAMP '{from}' AND COALESCE(answered_at, began_at) < TIMESTAMP '{to}'"
    )
}

/// The question for intervals of agents that reach into a span.
pub(super) fn states((from, to): Span) -> String {
    format!("SELECT * FROM agent_states WHERE began_at < TIMESTAMP '{to}' AND COALESCE(ended_at, now()) > TIMESTAMP '{from}'")
}

/// Sums by agent and quarter of an hour, of legs and of time in states cut at the borders of quarters.
pub(super) fn of_agents(legs: &[RecordBatch], states: &[RecordBatch], (from, to): Span) -> anyhow::Result<RecordBatch> {
    let mut sums: BTreeMap<(Arc<str>, Arc<str>, Timestamp), AgentInterval> = BTreeMap::new();
    let mut sum = |source: &Arc<str>, agent: &Arc<str>, at: Timestamp, change: &dyn Fn(&mut AgentInterval)| {
        let start = at.floor(QUARTER_MS);
        change(sums.entry((Arc::clone(source), Arc::clone(agent), start)).or_insert_with(|| AgentInterval::nothing(source, agent, start)));
    };
    for batch in legs {
        for leg in AgentLeg::rows(batch)? {
            sum(&leg.source, &leg.agent, leg.answered_at.unwrap_or(leg.began_at), &|s| {
                s.rings += leg.rings;
                s.handled += leg.handled;
                s.missed += leg.missed;
                s.caller_gave_up_ringing += leg.caller_gave_up_ringing;
                s.transferred += leg.transferred;
                s.ring_ms += leg.ring_ms;
                s.talk_ms += leg.talk_ms;
                s.hold_ms += leg.hold_ms;
                s.wrap_up_ms += leg.wrap_up_ms;
            });
        }
    }
    for batch in states {
        for row in AgentStateRow::rows(batch)? {
            let (mut at, end) = (row.began_at.max(from), row.began_at.plus(row.duration_ms).min(to));
            while at < end {
                let border = at.floor(QUARTER_MS).plus(QUARTER_MS).min(end);
                let ms = border.since(at);
                sum(&row.source, &row.agent, at, &|s| spend(s, row.state, ms));
                at = border;
            }
        }
    }
    // Its columns stand as they are asked for: the key first, then every counter.
    Ok(AgentInterval::batch(sums.values()))
}

fn spend(sum: &mut AgentInterval, state: AgentState, ms: i64) {
    let place = match state {
        AgentState::Offline => return,
        AgentState::Talking => &mut sum.in_talking_ms,
        AgentState::Hold => &mut sum.in_hold_ms,
        AgentState::Ringing => &mut sum.in_ringing_ms,
        AgentState::WrapUp => &mut sum.in_wrap_up_ms,
        AgentState::Ready => &mut sum.in_ready_ms,
        AgentState::Paused => &mut sum.in_paused_ms,
        AgentState::OtherCall => &mut sum.in_other_call_ms,
        AgentState::NotResponding => &mut sum.in_not_responding_ms,
    };
    *place += ms;
    sum.logged_in_ms += ms;
}
