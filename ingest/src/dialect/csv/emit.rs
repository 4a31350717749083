//! A call of a list as events. Ids come from source and row, so the same file twice says nothing new.

use callboard_domain::event::{
    AgentStateChanged, Body, CallAnswered, CallEnded, CallLeftQueue, CallQueued, CallRated, CallRecorded, CallStarted, CallWrappedUp, Event, Text,
};
use callboard_domain::state::{AgentState, EndedBy, LeaveReason};
use callboard_domain::time::Timestamp;

use super::call::{Call, Part};

/// The events of one call, in order of time.
pub(super) fn events(call: &Call, id: &str, source: &str, row_hash: u128) -> Vec<Event<'static>> {
    let text = |t: &str| -> Text<'static> { t.to_owned().into() };
    let mut list: Vec<(Timestamp, Body<'static>)> = Vec::with_capacity(6);
    let (from, to) = (call.from.as_deref().map(text), call.to.as_deref().map(text));
    list.push((call.started_at, Body::CallStarted(CallStarted { call: text(id), direction: call.direction, from, to })));
    if let Some((queue, at)) = &call.queued {
        list.push((*at, Body::CallQueued(CallQueued { call: text(id), queue: text(queue), position: None })));
    }
    let queue = call.queued.as_ref().map(|(queue, _)| text(queue));
    let (by, wrapped_up) = match &call.part {
        Part::Answered { agent, at, ring_ms, wrap_up_ms } => {
            list.push((*at, Body::CallAnswered(CallAnswered { call: text(id), agent: text(agent), queue, ring_ms: *ring_ms })));
            let wrapped_up = wrap_up_ms.map(|ms| (ms, CallWrappedUp { call: text(id), agent: text(agent), wrap_up_ms: ms }));
            (None, wrapped_up)
        }
        Part::Left { reason, at } => {
            if let Some(queue) = queue {
                list.push((*at, Body::CallLeftQueue(CallLeftQueue { call: text(id), queue, reason: *reason })));
            }
            let by = match reason {
                LeaveReason::Abandoned => EndedBy::Caller,
                LeaveReason::TimedOut | LeaveReason::Key | LeaveReason::Overflow => EndedBy::System,
                LeaveReason::Lost => EndedBy::Lost,
            };
            (Some(by), None)
        }
        Part::Unqueued { by_caller } => (Some(if *by_caller { EndedBy::Caller } else { EndedBy::System }), None),
    };
    if let Some(url) = &call.recording {
        list.push((call.ended_at, Body::CallRecorded(CallRecorded { call: text(id), url: text(url), duration_ms: None })));
    }
    if let Some(score) = call.rating {
        list.push((call.ended_at, Body::CallRated(CallRated { call: text(id), score })));
    }
    list.push((call.ended_at, Body::CallEnded(CallEnded { call: text(id), by })));
    if let Some((ms, body)) = wrapped_up {
        list.push((call.ended_at.plus(ms), Body::CallWrappedUp(body)));
    }
    let numbered = list.into_iter().enumerate();
    numbered.map(|(n, (at, body))| Event { id: format!("{row_hash:032x}-{n}").into(), at, source: text(source), body }).collect()
}

/// A time in which an agent was busy with a call.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Busy {
    pub(super) agent: String,
    pub(super) from_at: Timestamp,
    pub(super) talk_to_at: Timestamp,
    pub(super) to_at: Timestamp,
}

impl Busy {
    /// The agent's busy time of a call; none where nobody named answered.
    pub(super) fn of(call: &Call, unknown_agent: &str) -> Option<Self> {
        let Part::Answered { agent, at, wrap_up_ms, .. } = &call.part else { return None };
        let to_at = call.ended_at.plus(wrap_up_ms.unwrap_or(0));
        (agent != unknown_agent).then(|| Self { agent: agent.clone(), from_at: *at, talk_to_at: call.ended_at, to_at })
    }
}

/// The agents' states: talking, work after the call, offline between calls. Times that overlap are one time.
pub(super) fn agent_events(mut busy: Vec<Busy>, source: &str) -> Vec<Event<'static>> {
    busy.sort();
    let mut events = Vec::new();
    let mut say = |agent: &str, at: Timestamp, state: AgentState| {
        let id = xxhash_rust::xxh3::xxh3_128(format!("{source}\0{agent}\0{}\0{state}", at.as_millis()).as_bytes());
        let body = Body::AgentState(AgentStateChanged { agent: agent.to_owned().into(), state, reason: None });
        events.push(Event { id: format!("{id:032x}").into(), at, source: source.to_owned().into(), body });
    };
    let mut rest = busy.into_iter().peekable();
    while let Some(first) = rest.next() {
        say(&first.agent, first.from_at, AgentState::Talking);
        let (mut talk_to_at, mut to_at) = (first.talk_to_at, first.to_at);
        while let Some(next) = rest.next_if(|n| n.agent == first.agent && n.from_at <= to_at) {
            if next.from_at > talk_to_at {
                say(&first.agent, talk_to_at, AgentState::WrapUp);
                say(&first.agent, next.from_at, AgentState::Talking);
            }
            talk_to_at = talk_to_at.max(next.talk_to_at);
            to_at = to_at.max(next.to_at);
        }
        if to_at > talk_to_at {
            say(&first.agent, talk_to_at, AgentState::WrapUp);
        }
        say(&first.agent, to_at, AgentState::Offline);
    }
    events
}
