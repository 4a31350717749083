//! Queues now: those of the settings in their order, then whatever else was seen.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::RecordBatch;
use callboard_domain::Timestamp;
use callboard_domain::state::AgentState;
use callboard_domain::time::DAY_MS;
use callboard_store::TableRow;
use callboard_store::table::LiveQueue;

use crate::engine::Engine;
use crate::names::Name;

pub(super) fn live(engine: &Engine, now: Timestamp) -> RecordBatch {
    let mut queues: BTreeMap<Arc<str>, LiveQueue> = BTreeMap::new();
    for (i, q) in engine.settings.queues.iter().enumerate() {
        let row = zero(&q.queue, &q.title_zh, &q.title_en, i as i64, engine, now);
        queues.insert(Arc::clone(&row.queue), row);
    }
    let is_live = |source: &Name| engine.state.sources.get(source).is_some_and(|s| s.is_live(now));
    let text = |queue: &Name| engine.state.names.shared(*queue);
    for (queue, _) in engine.state.queues.iter().filter(|(_, (source, at))| is_live(source) && now.since(*at) < DAY_MS) {
        queues.entry(text(queue)).or_insert_with_key(|q| zero(q, q, q, i64::MAX, engine, now));
    }
    for visit in engine.state.calls.values().filter(|c| is_live(&c.source())).flat_map(|c| c.record().visits()) {
        let row = queues.entry(text(&visit.queue)).or_insert_with_key(|q| zero(q, q, q, i64::MAX, engine, now));
        if visit.is_waiting() {
            let waited_ms = now.since(visit.entered_at).max(0);
            row.waiting += 1;
            row.waiting_past_target += i64::from(visit.is_past_target(now));
            row.longest_waiting_ms = row.longest_waiting_ms.max(Some(waited_ms));
        }
    }
    for (_, _, track) in engine.state.agents.iter().filter(|(source, ..)| is_live(source)) {
        let Some(state) = track.current().map(|c| c.state) else { continue };
        for queue in &track.queues {
            let row = queues.entry(Arc::clone(queue)).or_insert_with_key(|q| zero(q, q, q, i64::MAX, engine, now));
            count(row, state);
        }
    }
    let mut rows: Vec<_> = queues.into_values().collect();
    rows.sort_by(|a, b| (a.ordinal, &a.queue).cmp(&(b.ordinal, &b.queue)));
    LiveQueue::batch(&rows)
}

const fn count(row: &mut LiveQueue, state: AgentState) {
    match state {
        AgentState::Ready => row.agents_ready += 1,
        AgentState::Ringing => row.agents_ringing += 1,
        AgentState::Talking => row.agents_talking += 1,
        AgentState::Hold => row.agents_hold += 1,
        AgentState::WrapUp => row.agents_wrap_up += 1,
        AgentState::Paused => row.agents_paused += 1,
        AgentState::OtherCall => row.agents_other_call += 1,
        AgentState::NotResponding => row.agents_not_responding += 1,
        AgentState::Offline => return,
    }
    row.agents += 1;
}

fn zero(queue: &str, title_zh: &str, title_en: &str, ordinal: i64, engine: &Engine, now: Timestamp) -> LiveQueue {
    LiveQueue {
        queue: queue.into(),
        title_zh: title_zh.into(),
        title_en: title_en.into(),
        ordinal,
        waiting: 0,
        waiting_past_target: 0,
        longest_waiting_ms: None,
        target_ms: engine.settings.rule(queue, now).target_ms,
        agents: 0,
        agents_ready: 0,
        agents_ringing: 0,
        agents_talking: 0,
        agents_hold: 0,
        agents_wrap_up: 0,
        agents_paused: 0,
        agents_other_call: 0,
        agents_not_responding: 0,
        as_of: now,
    }
}
