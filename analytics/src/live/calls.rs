//! Calls now.

use std::sync::Arc;

use arrow::array::RecordBatch;
use callboard_domain::Timestamp;
use callboard_domain::state::LegOutcome;
use callboard_store::TableRow;
use callboard_store::table::LiveCall;

use crate::call::OpenCall;
use crate::engine::Engine;
use crate::names::Names;

pub(super) fn live(engine: &Engine, now: Timestamp) -> RecordBatch {
    let mut rows: Vec<LiveCall> = engine
        .state
        .calls
        .values()
        .filter(|c| c.record().ended_at().is_none())
        .filter(|c| engine.state.sources.get(&c.source()).is_some_and(|s| s.is_live(now)))
        .map(|c| row(c, &engine.state.names, now))
        .collect();
    rows.sort_unstable_by(|a, b| (a.since_at, &a.call).cmp(&(b.since_at, &b.call)));
    LiveCall::batch(&rows)
}

fn row(call: &OpenCall, names: &Names, now: Timestamp) -> LiveCall {
    let (record, who) = (call.record(), call.who());
    let leg = record.legs().iter().rev().find(|l| l.is_open());
    let visit = record.visits().iter().rev().find(|v| v.is_waiting());
    let started_at = call.started_at().unwrap_or_default();
    let (state, since_at) = match (leg, visit) {
        (Some(leg), _) if leg.outcome == LegOutcome::Talking => match record.held_at() {
            Some(since) => ("hold", since),
            None => ("talking", leg.counts_at()),
        },
        (Some(leg), visit) => ("ringing", visit.map_or(leg.began_at, |v| v.entered_at)),
        (None, Some(visit)) => ("waiting", visit.entered_at),
        (None, None) => ("ivr", started_at),
    };
    let queue = visit.map(|v| v.queue).or_else(|| leg.and_then(|l| l.queue));
    LiveCall {
        source: names.shared(call.source()),
        call: Arc::clone(call.id()),
        direction: who.direction,
        from_number: who.from.cloned(),
        to_number: who.to.cloned(),
        state: state.into(),
        queue: queue.map(|queue| names.shared(queue)),
        agent: leg.map(|l| names.shared(l.agent)),
        started_at,
        since_at,
        state_ms: now.since(since_at).max(0),
        target_ms: visit.map(|v| v.target_ms),
        position: visit.and_then(|v| v.position).map(i64::from),
        as_of: now,
    }
}
