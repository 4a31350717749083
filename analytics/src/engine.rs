//! The fold itself: one event after the other in, rows out.
//!
//! `apply` and `settle` depend on the log alone; `live` shows the state as of a time that the caller gives.

mod books;
mod checkpoint;
mod late;

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};
use std::sync::Arc;

use callboard_domain::Timestamp;
use callboard_domain::event::{Body, Event};
use callboard_domain::state::{AgentState, EndedBy};
use callboard_domain::time::HOUR_MS;
use callboard_store::table::{AgentLeg, AgentStateRow, Call, Gap, QueueVisit};
use hashbrown::{HashMap, HashSet};
use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::{xxh3_64, xxh3_128};

pub use checkpoint::{Checkpoint, RestoreError};
pub use late::{Found, Wanted};

use crate::agent::{AgentTrack, Change, Taken};
use crate::call::{Note, OpenCall, Seen};
use crate::closed::{Closed, Remembered};
use crate::settings::Settings;
use crate::source::SourceTrack;
use books::Books;
use late::{Amended, LateNotes};

/// A longer name before a colon is part of the id.
const MAX_TELLER_BYTES: usize = 16;

/// Calls, agents, sources and sums, folded from the log.
#[derive(Debug)]
pub struct Engine {
    pub(crate) settings: Settings,
    pub(crate) state: State,
    pub(crate) closed: ClosedRows,
    pub(crate) committing: Vec<(callboard_store::Table, arrow::array::RecordBatch)>,
    pub(crate) amended: Amended,
    names: HashSet<Arc<str>>,
    /// Where a call's key is put together.
    scratch: Vec<u8>,
    /// Ended calls by source and the time at which they are looked at again.
    ending: HashMap<Arc<str>, BinaryHeap<Reverse<(Timestamp, u128)>>>,
}

/// What a restart needs.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct State {
    pub(crate) sources: BTreeMap<Arc<str>, SourceTrack>,
    /// Boxed: a table of wide entries would be moved and half empty as it grows.
    pub(crate) calls: HashMap<u128, Box<OpenCall>>,
    pub(crate) agents: BTreeMap<(Arc<str>, Arc<str>), AgentTrack>,
    pub(crate) books: Books,
    /// Queues that a call entered, with the source and the time of the last one.
    pub(crate) queues: HashMap<Arc<str>, (Arc<str>, Timestamp)>,
    remembered: Remembered,
    late: LateNotes,
    /// The hour after which silent calls are looked for again.
    swept_at: Timestamp,
}

/// Closed rows that history does not have yet.
#[derive(Debug, Default)]
pub(crate) struct ClosedRows {
    pub(crate) calls: Closed<Call>,
    pub(crate) visits: Closed<QueueVisit>,
    pub(crate) legs: Closed<AgentLeg>,
    pub(crate) states: Closed<AgentStateRow>,
    pub(crate) gaps: Closed<Gap>,
}

/// Whether an event came in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Told {
    /// It counts.
    InTime,
    /// Its rows are closed: it counts once they were found again, see [`Engine::wanted`].
    Late,
}

impl Engine {
    /// An engine that has seen nothing.
    #[must_use]
    pub fn new(settings: Settings) -> Self {
        Self {
            settings,
            state: State::default(),
            closed: ClosedRows::default(),
            committing: Vec::new(),
            amended: Amended::default(),
            names: HashSet::new(),
            scratch: Vec::new(),
            ending: HashMap::new(),
        }
    }

    /// Takes in one event; the same event again changes nothing.
    pub fn apply(&mut self, event: &Event<'_>) -> Told {
        // By the events' own time, so that every fold of the log does it at the same place.
        if event.at >= self.state.swept_at {
            self.sweep();
            self.state.swept_at = event.at.floor(HOUR_MS).plus(HOUR_MS);
        }
        let source = self.name(&event.source);
        let sources = &mut self.state.sources;
        if !sources.contains_key(&source) {
            sources.insert(Arc::clone(&source), SourceTrack::new(Arc::clone(&source)));
        }
        let Some(track) = sources.get_mut(&source) else { return Told::InTime };
        let last_heard_at = track.watermark;
        track.heard(event.at);
        let id = xxh3_64(event.id.as_bytes());
        match &event.body {
            Body::SourceConnected(e) => track.connected(e.version.as_deref()),
            Body::SourceLost(_) => track.lost(last_heard_at.min(event.at)),
            Body::SourceGap(e) => track.gap(e),
            Body::SourceGapFilled(e) => track.gap_filled(e, event.at),
            Body::SourceRestarted(e) => self.lose_calls(&source, e.last_seen_at.unwrap_or(last_heard_at), event.at, id),
            Body::SourceAlive(_) => {}
            Body::AgentLoggedIn(_) | Body::AgentLoggedOut(_) | Body::AgentState(_) | Body::AgentQueueJoined(_) | Body::AgentQueueLeft(_) => {
                track.agents = true;
                return self.agent_event(source, event, id);
            }
            _ => {
                track.calls = true;
                return self.call_event(source, event, id);
            }
        }
        Told::InTime
    }

    /// Closes what nothing more is expected of, by the time that each source has come to.
    pub fn settle(&mut self) {
        for (source, heap) in &mut self.ending {
            let Some(watermark) = self.state.sources.get(source).map(|s| s.watermark) else { continue };
            while heap.peek().is_some_and(|Reverse((due, _))| *due <= watermark) {
                let Some(Reverse((_, key))) = heap.pop() else { break };
                let Some(call) = self.state.calls.get(&key) else { continue };
                if call.is_settled(watermark, &self.settings) {
                    if let Some(call) = self.state.calls.remove(&key) {
                        self.closed.push_call(*call);
                        self.state.remembered.insert(key);
                    }
                } else if call.record().ended_at().is_some() {
                    // Something was told since, or a wrap-up is awaited: look again later.
                    heap.push(Reverse((watermark.plus(self.settings.linger_ms.max(1)), key)));
                }
            }
        }
        let mut last: Option<(&Arc<str>, Timestamp)> = None;
        for ((source, _), agent) in &mut self.state.agents {
            // Agents stand in the order of their sources.
            let known = last.filter(|(name, _)| Arc::ptr_eq(name, source)).map(|(_, watermark)| watermark);
            let Some(watermark) = known.or_else(|| self.state.sources.get(source).map(|s| s.watermark)) else { continue };
            last = Some((source, watermark));
            for row in agent.settle(watermark.plus(-self.settings.agent_late_ms)) {
                self.state.books.state(&row, 1);
                self.closed.states.push(row);
            }
        }
    }

    /// Ends calls of which nothing was heard for very long; their source lost them.
    fn sweep(&mut self) {
        let mut silent = Vec::new();
        for (key, call) in &self.state.calls {
            let Some(watermark) = self.state.sources.get(&call.source).map(|s| s.watermark) else { continue };
            if call.record().ended_at().is_none() && watermark.since(call.last_at()) > self.settings.silent_call_ms {
                silent.push((*key, call.last_at()));
            }
        }
        for (key, at) in silent {
            self.end_as_lost(key, at, xxh3_64(b"silent"));
        }
    }

    /// Rows that are closed and wait for history, and what was told late and waits for the same commit.
    #[must_use]
    pub fn closed_rows(&self) -> usize {
        let closed = self.closed.calls.len() + self.closed.visits.len() + self.closed.legs.len() + self.closed.states.len();
        closed + self.state.late.fresh()
    }

    /// The newest event time of all sources.
    #[must_use]
    pub fn newest_at(&self) -> Option<Timestamp> {
        self.state.sources.values().map(|s| s.watermark).max()
    }

    fn call_event(&mut self, source: Arc<str>, event: &Event<'_>, id: u64) -> Told {
        let names = &mut self.names;
        let Some((call, note)) = Note::of(&event.body, |text| intern(names, text)) else {
            return Told::InTime;
        };
        let seen = Seen { at: event.at, id, teller: teller(&event.id).map(|t| intern(names, t)), note };
        let key = call_key(&mut self.scratch, &source, call);
        let open = match self.state.calls.entry(key) {
            hashbrown::hash_map::Entry::Occupied(open) => open.into_mut(),
            hashbrown::hash_map::Entry::Vacant(place) => {
                if !seen.note.opens() || self.state.remembered.contains(key) {
                    let watermark = self.state.sources.get(&source).map_or(event.at, |s| s.watermark);
                    self.state.late.note(source, call, seen, watermark);
                    return Told::Late;
                }
                place.insert(Box::new(OpenCall::new(Arc::clone(&source), call.into())))
            }
        };
        if let Note::Queued { queue, .. } = &seen.note {
            match self.state.queues.get_mut(queue) {
                Some(last) if Arc::ptr_eq(&last.0, &source) => last.1 = event.at,
                _ => {
                    self.state.queues.insert(Arc::clone(queue), (Arc::clone(&source), event.at));
                }
            }
        }
        let was_open = open.record().ended_at().is_none();
        let is_new = open.is_new();
        open.take(seen, &self.settings, &mut self.state.books);
        if is_new {
            for early in self.state.late.of_call(&source, call) {
                open.take(early, &self.settings, &mut self.state.books);
            }
        }
        if was_open && open.record().ended_at().is_some() {
            let due = open.last_at().plus(self.settings.linger_ms);
            self.ending.entry(source).or_default().push(Reverse((due, key)));
        }
        Told::InTime
    }

    fn agent_event(&mut self, source: Arc<str>, event: &Event<'_>, id: u64) -> Told {
        let (agent, change) = match &event.body {
            Body::AgentLoggedIn(e) => (&e.agent, Some((AgentState::Ready, None))),
            Body::AgentLoggedOut(e) => (&e.agent, Some((AgentState::Offline, None))),
            Body::AgentState(e) => (&e.agent, Some((e.state, e.reason.as_deref().map(Arc::from)))),
            Body::AgentQueueJoined(e) | Body::AgentQueueLeft(e) => (&e.agent, None),
            _ => return Told::InTime,
        };
        let agent = self.name(agent);
        let queue = match &event.body {
            Body::AgentQueueJoined(e) | Body::AgentQueueLeft(e) => Some(self.name(&e.queue)),
            _ => None,
        };
        let track = self.state.agents.entry((Arc::clone(&source), Arc::clone(&agent))).or_insert_with(|| AgentTrack::new(source, agent));
        match (&event.body, queue) {
            (Body::AgentLoggedIn(e), _) => {
                track.name = e.name.as_deref().map(Arc::from).or_else(|| track.name.take());
                track.team = e.team.as_deref().map(Arc::from).or_else(|| track.team.take());
                if track.current().is_some_and(|c| c.state != AgentState::Offline) {
                    return Told::InTime; // already there: the state stands
                }
            }
            (Body::AgentQueueJoined(_), Some(queue)) => {
                track.queues.insert(queue);
            }
            (Body::AgentQueueLeft(_), Some(queue)) => {
                track.queues.remove(&queue);
            }
            _ => {}
        }
        let Some((state, reason)) = change else { return Told::InTime };
        let change = Change::new(event.at, id, state, reason);
        match track.take(change.clone()) {
            Taken::New | Taken::Duplicate => Told::InTime,
            Taken::Late => {
                let whose = (Arc::clone(&track.source), Arc::clone(&track.agent));
                self.state.late.change(whose.0, whose.1, change);
                Told::Late
            }
        }
    }

    /// The PBX restarted: whatever of it was open ended when it was last seen.
    fn lose_calls(&mut self, source: &Arc<str>, seen_at: Timestamp, restarted_at: Timestamp, id: u64) {
        let open: Vec<(u128, Timestamp)> = self
            .state
            .calls
            .iter()
            .filter(|(_, c)| &c.source == source && c.record().ended_at().is_none() && c.last_at() <= restarted_at)
            .map(|(key, c)| (*key, c.last_at().max(seen_at)))
            .collect();
        for (key, at) in open {
            self.end_as_lost(key, at, id);
        }
    }

    fn end_as_lost(&mut self, key: u128, at: Timestamp, id: u64) {
        if let Some(call) = self.state.calls.get_mut(&key) {
            call.take(Seen { at, id, teller: None, note: Note::Ended { by: Some(EndedBy::Lost) } }, &self.settings, &mut self.state.books);
            self.ending.entry(Arc::clone(&call.source)).or_default().push(Reverse((at.plus(self.settings.linger_ms), key)));
        }
    }

    fn name(&mut self, text: &str) -> Arc<str> {
        intern(&mut self.names, text)
    }
}

impl ClosedRows {
    fn push_call(&mut self, call: OpenCall) {
        let (call, visits, legs) = call.into_rows();
        self.calls.push(call);
        visits.into_iter().for_each(|v| self.visits.push(v));
        legs.into_iter().for_each(|l| self.legs.push(l));
    }
}

/// The adapter that made an event's id, see [`Event::id`].
fn teller(id: &str) -> Option<&str> {
    id.split_once(':').map(|(teller, _)| teller).filter(|t| t.len() <= MAX_TELLER_BYTES)
}

fn intern(names: &mut HashSet<Arc<str>>, text: &str) -> Arc<str> {
    Arc::clone(names.get_or_insert_with(text, |new| Arc::from(new)))
}

/// One number for a call of a source. The two are hashed as one text: a hash in pieces costs ten times as much.
fn call_key(text: &mut Vec<u8>, source: &str, call: &str) -> u128 {
    text.clear();
    text.extend_from_slice(source.as_bytes());
    text.push(0);
    text.extend_from_slice(call.as_bytes());
    xxh3_128(text)
}
