//! Calls now.

use std::sync::Arc;

use arrow::array::RecordBatch;
use callboard_domain::Timestamp;
use callboard_domain::state::{LegOutcome, VisitOutcome};
use callboard_store::TableRow;
use callboard_store::table::{LiveCall, QueueVisit};

use crate::call::OpenCall;
use crate::engine::Engine;

/// Whether a wait goes on and is past its target (METRICS rule 6).
pub(super) fn is_past_target(visit: &QueueVisit, now: Timestamp) -> bool {
    visit.outcome == VisitOutcome::Waiting && now.since(visit.entered_at) > visit.target_ms
}

/// The visit as it stands at `now`.
pub(super) fn as_of(visit: &QueueVisit, now: Timestamp) -> QueueVisit {
    QueueVisit { waiting_past_target: i64::from(is_past_target(visit, now)), ..visit.clone() }
}

pub(super) fn live(engine: &Engine, now: Timestamp) -> RecordBatch {
    let mut rows: Vec<LiveCall> = engine
        .state
        .calls
        .values()
        .filter(|c| c.record().ended_at().is_none())
        .filter(|c| engine.state.sources.get(&c.source).is_some_and(|s| s.is_live(now)))
        .map(|c| row(c, now))
        .collect();
    rows.sort_unstable_by(|a, b| (a.since_at, &a.call).cmp(&(b.since_at, &b.call)));
    LiveCall::batch(&rows)
}

fn row(call: &OpenCall, now: Timestamp) -> LiveCall {
    let record = call.record();
    let leg = record.legs().iter().rev().find(|l| matches!(l.outcome, LegOutcome::Talking | LegOutcome::Ringing));
    let visit = record.visits().iter().rev().find(|v| v.outcome == VisitOutcome::Waiting);
    let started_at = record.started_at().unwrap_or_default();
    let (state, since_at) = match (leg, visit) {
        (Some(leg), _) if leg.outcome == LegOutcome::Talking => match record.held() {
            Some(since) => ("hold", since),
            None => ("talking", leg.answered_at.unwrap_or(leg.began_at)),
        },
        (Some(leg), visit) => ("ringing", visit.map_or(leg.began_at, |v| v.entered_at)),
        (None, Some(visit)) => ("waiting", visit.entered_at),
        (None, None) => ("ivr", started_at),
    };
    LiveCall {
        source: Arc::clone(&call.source),
        call: Arc::clone(&call.call),
        direction: record.direction(),
        from_number: record.from().cloned(),
        to_number: record.to().cloned(),
        state: state.into(),
        queue: visit.map(|v| Arc::clone(&v.queue)).or_else(|| leg.and_then(|l| l.queue.clone())),
        agent: leg.map(|l| Arc::clone(&l.agent)),
        started_at,
        since_at,
        state_ms: now.since(since_at).max(0),
        target_ms: visit.map(|v| v.target_ms),
        position: visit.and_then(|v| v.position),
        as_of: now,
    }
}
