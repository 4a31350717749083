//! Agents now, each with the figures of the business day so far.

use std::sync::Arc;

use arrow::array::RecordBatch;
use callboard_domain::Timestamp;
use callboard_store::TableRow;
use callboard_store::table::LiveAgent;
use hashbrown::HashMap;

use crate::agent::AgentTrack;
use crate::engine::Engine;
use crate::names::Name;
use crate::settings::Settings;
use crate::sums::{AgentSums, Sums as _};

/// The call that rings at or talks with an agent; of several the one that is spoken on, then the newest.
struct Current {
    rank: (bool, Timestamp),
    call: Arc<str>,
    queue: Option<Arc<str>>,
    from: Option<Arc<str>>,
}

pub(super) fn live(engine: &mut Engine, now: Timestamp) -> RecordBatch {
    let current = current_calls(engine);
    let day_start = engine.settings.day_start(now);
    let today = engine.state.books.today(day_start);
    let mut rows = Vec::with_capacity(engine.state.agents.len());
    for (source, agent, track) in engine.state.agents.iter() {
        let Some(known_until) = engine.state.sources.get(&source).filter(|s| s.is_live(now)).map(|s| s.known_until(now)) else {
            continue;
        };
        let mut sums = today.get(&agent).copied().unwrap_or_default();
        for pending in track.pending(known_until) {
            let in_day_ms = pending.began_at.plus(pending.duration_ms).since(pending.began_at.max(day_start));
            sums.add(&AgentSums::in_state(pending.state, in_day_ms.max(0)));
        }
        rows.extend(row(track, &sums, current.get(&agent), &engine.settings, now));
    }
    LiveAgent::batch(&rows)
}

fn current_calls(engine: &Engine) -> HashMap<Name, Current> {
    let mut current: HashMap<Name, Current> = HashMap::new();
    for call in engine.state.calls.values().filter(|c| c.record().ended_at().is_none()) {
        for leg in call.record().legs().iter().filter(|l| l.is_open()) {
            let rank = (leg.was_answered(), leg.began_at);
            // Two that began at one instant: the same one at every look.
            if current.get(&leg.agent).is_some_and(|other| (other.rank, &other.call) > (rank, call.id())) {
                continue;
            }
            let queue = leg.queue.map(|queue| engine.state.names.shared(queue));
            current.insert(leg.agent, Current { rank, call: Arc::clone(call.id()), queue, from: call.who().from.cloned() });
        }
    }
    current
}

fn row(track: &AgentTrack, sums: &AgentSums, call: Option<&Current>, settings: &Settings, now: Timestamp) -> Option<LiveAgent> {
    let change = track.current()?;
    let pause = change.reason.as_ref().and_then(|code| settings.pauses.get(code));
    Some(LiveAgent {
        source: Arc::clone(&track.source),
        agent: Arc::clone(&track.agent),
        name: track.name.clone().unwrap_or_else(|| Arc::clone(&track.agent)),
        team: track.team.clone(),
        state: change.state,
        reason: change.reason.clone(),
        reason_zh: pause.map(|p| Arc::clone(&p.zh)),
        reason_en: pause.map(|p| Arc::clone(&p.en)),
        since_at: change.at,
        state_ms: now.since(change.at).max(0),
        queues: track.queues.iter().map(AsRef::as_ref).collect::<Vec<&str>>().join(",").into(),
        call: call.map(|c| Arc::clone(&c.call)),
        call_queue: call.and_then(|c| c.queue.clone()),
        call_from: call.and_then(|c| c.from.clone()),
        rings: sums.rings,
        handled: sums.handled,
        missed: sums.missed,
        caller_gave_up_ringing: sums.caller_gave_up_ringing,
        transferred: sums.transferred,
        ring_ms: sums.ring_ms,
        talk_ms: sums.talk_ms,
        hold_ms: sums.hold_ms,
        wrap_up_ms: sums.wrap_up_ms,
        logged_in_ms: sums.logged_in_ms,
        in_ready_ms: sums.in_ready_ms,
        in_ringing_ms: sums.in_ringing_ms,
        in_talking_ms: sums.in_talking_ms,
        in_hold_ms: sums.in_hold_ms,
        in_wrap_up_ms: sums.in_wrap_up_ms,
        in_paused_ms: sums.in_paused_ms,
        in_other_call_ms: sums.in_other_call_ms,
        in_not_responding_ms: sums.in_not_responding_ms,
        as_of: now,
    })
}
