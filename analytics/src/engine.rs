//! The fold itself: one event after the other in, rows out.
//!
//! `apply` and `settle` depend on the log alone; `live` shows the state as of a time that the caller gives.

mod books;
mod checkpoint;
mod late;

use std::sync::Arc;

use callboard_domain::Timestamp;
use callboard_domain::event::{Body, Event};
use callboard_domain::state::{AgentState, EndedBy};
use callboard_domain::time::HOUR_MS;
use callboard_store::table::AgentStateRow;
use hashbrown::HashMap;
use hashbrown::hash_map::Entry;
use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::{xxh3_64, xxh3_128};

pub use checkpoint::{Checkpoint, RestoreError};
pub use late::{Found, Wanted};

use crate::agent::{Change, Taken};
use crate::agents::Agents;
use crate::call::{Note, OpenCall, Rules, Seen};
use crate::closed::{BLOCK_CALLS, ClosedRows, Remembered};
use crate::ending::Ending;
use crate::names::{Name, Names};
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
    /// Where a call's key is put together.
    scratch: Vec<u8>,
    /// Ended calls by source and the time at which they are looked at again.
    ending: HashMap<Name, Ending>,
}

/// What a restart needs.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct State {
    /// The names whose numbers stand everywhere below.
    pub(crate) names: Names,
    pub(crate) sources: HashMap<Name, SourceTrack>,
    pub(crate) calls: HashMap<u128, OpenCall>,
    pub(crate) agents: Agents,
    pub(crate) books: Books,
    /// Queues that a call entered, with the source and the time of the last one.
    pub(crate) queues: HashMap<Name, (Name, Timestamp)>,
    remembered: Remembered,
    late: LateNotes,
    /// The hour after which silent calls are looked for again.
    swept_at: Timestamp,
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
            scratch: Vec::new(),
            ending: HashMap::new(),
        }
    }

    /// From the next event on it goes by other settings. What is measured already keeps its targets, so that the same follows from
    /// the log again, rules may only be added for times that no event has come to.
    pub fn go_by(&mut self, settings: Settings) {
        self.settings = settings;
    }

    /// Takes in one event; the same event again changes nothing.
    pub fn apply(&mut self, event: &Event<'_>) -> Told {
        // By the events' own time, so that every fold of the log does it at the same place.
        if event.at >= self.state.swept_at {
            self.sweep();
            self.state.swept_at = event.at.floor(HOUR_MS).plus(HOUR_MS);
        }
        let source = self.state.names.number(&event.source);
        let track = self.state.sources.entry(source).or_insert_with(|| SourceTrack::new(self.state.names.shared(source), event.at));
        let last_heard_at = track.watermark;
        track.heard(event.at);
        let id = xxh3_64(event.id.as_bytes());
        match &event.body {
            Body::SourceConnected(e) => track.connected(e.version.as_deref()),
            Body::SourceLost(_) => track.lost(last_heard_at.min(event.at)),
            Body::SourceGap(e) => track.gap(e),
            Body::SourceGapFilled(e) => track.gap_filled(e, event.at),
            Body::SourceRestarted(e) => self.lose_calls(source, e.last_seen_at.unwrap_or(last_heard_at), event.at, id),
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
        let State { calls, names, remembered, agents, sources, books, .. } = &mut self.state;
        let mut over = Vec::new();
        for (source, ending) in &mut self.ending {
            let Some(watermark) = sources.get(source).map(|s| s.watermark) else { continue };
            while let Some(key) = ending.next_due(watermark) {
                let Entry::Occupied(call) = calls.entry(key) else { continue };
                match call.get().settles_at(&self.settings) {
                    Some(due) if due <= watermark => {
                        over.push(call.remove());
                        remembered.insert(key);
                    }
                    // Something was told since: look again later.
                    Some(due) => ending.push(due, key),
                    None => {}
                }
                if over.len() >= BLOCK_CALLS {
                    self.closed.push_calls(&over, names);
                    over.clear();
                }
            }
        }
        self.closed.push_calls(&over, names);
        let limit = |source: Name| sources.get(&source).map(|s| s.watermark.plus(-self.settings.agent_late_ms));
        let mut rows = Vec::new();
        agents.settle(limit, |source, agent, row| {
            books.state(source, agent, &row, 1);
            rows.push(row);
        });
        let lent: Vec<_> = rows.iter().map(AgentStateRow::lend).collect();
        self.closed.states.push(&lent);
    }

    /// Ends calls of which nothing was heard for very long; their source lost them.
    fn sweep(&mut self) {
        let mut silent = Vec::new();
        let is_silent = |call: &OpenCall, by: Timestamp| by.since(call.last_at()) > self.settings.silent_call_ms;
        let Some(newest_at) = self.newest_at() else { return };
        // Asked first by the newest time of all: most calls are then passed over without being looked into.
        for (key, call) in self.state.calls.iter().filter(|(_, call)| is_silent(call, newest_at)) {
            let Some(watermark) = self.state.sources.get(&call.source()).map(|s| s.watermark) else { continue };
            if call.record().ended_at().is_none() && is_silent(call, watermark) {
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
        self.closed.len() + self.state.late.fresh()
    }

    /// The newest event time of all sources.
    #[must_use]
    pub fn newest_at(&self) -> Option<Timestamp> {
        self.state.sources.values().map(|s| s.watermark).max()
    }

    fn call_event(&mut self, source: Name, event: &Event<'_>, id: u64) -> Told {
        let State { names, sources, calls, books, queues, remembered, late, .. } = &mut self.state;
        let Some((call, note)) = Note::of(&event.body, names) else { return Told::InTime };
        let seen = Seen { at: event.at, id, teller: teller(&event.id).map(|t| names.number(t)), note };
        let key = call_key(&mut self.scratch, &event.source, call);
        let open = match calls.entry(key) {
            Entry::Occupied(open) => open.into_mut(),
            Entry::Vacant(place) => {
                if !seen.note.opens() || remembered.contains(key) {
                    let watermark = sources.get(&source).map_or(event.at, |s| s.watermark);
                    late.note(names.shared(source), call, seen, watermark);
                    return Told::Late;
                }
                place.insert(OpenCall::new(source, call.into()))
            }
        };
        if let Note::Queued { queue, .. } = seen.note {
            queues.insert(queue, (source, event.at));
        }
        let rules = Rules { settings: &self.settings, names };
        let was_open = open.record().ended_at().is_none();
        let is_new = open.is_new();
        open.take(seen, rules, books);
        if is_new {
            let watermark = sources.get(&source).map_or(event.at, |s| s.watermark);
            for early in late.of_call(names.text(source), call, watermark) {
                open.take(early, rules, books);
            }
        }
        if was_open && let Some(due) = open.settles_at(&self.settings) {
            self.ending.entry(source).or_default().push(due, key);
        }
        Told::InTime
    }

    fn agent_event(&mut self, source: Name, event: &Event<'_>, id: u64) -> Told {
        let (agent, change) = match &event.body {
            Body::AgentLoggedIn(e) => (&e.agent, Some((AgentState::Ready, None))),
            Body::AgentLoggedOut(e) => (&e.agent, Some((AgentState::Offline, None))),
            Body::AgentState(e) => (&e.agent, Some((e.state, e.reason.as_deref().map(Arc::from)))),
            Body::AgentQueueJoined(e) | Body::AgentQueueLeft(e) => (&e.agent, None),
            _ => return Told::InTime,
        };
        let agent = self.state.names.number(agent);
        let track = self.state.agents.track(source, agent, &self.state.names);
        match &event.body {
            Body::AgentLoggedIn(e) => {
                track.name = e.name.as_deref().map(Arc::from).or_else(|| track.name.take());
                track.team = e.team.as_deref().map(Arc::from).or_else(|| track.team.take());
                if track.current().is_some_and(|c| c.state != AgentState::Offline) {
                    return Told::InTime; // already there: the state stands
                }
            }
            Body::AgentQueueJoined(e) => {
                track.queues.insert(e.queue.as_ref().into());
            }
            Body::AgentQueueLeft(e) => {
                track.queues.remove(e.queue.as_ref());
            }
            _ => {}
        }
        let Some((state, reason)) = change else { return Told::InTime };
        let change = Change::new(event.at, id, state, reason);
        let State { agents, names, late, .. } = &mut self.state;
        match agents.take(source, agent, change.clone(), names) {
            Taken::New | Taken::Duplicate => Told::InTime,
            Taken::Late => {
                late.change(names.shared(source), names.shared(agent), change);
                Told::Late
            }
        }
    }

    /// The PBX restarted: whatever of it was open ended when it was last seen.
    fn lose_calls(&mut self, source: Name, seen_at: Timestamp, restarted_at: Timestamp, id: u64) {
        let open: Vec<(u128, Timestamp)> = self
            .state
            .calls
            .iter()
            .filter(|(_, c)| c.source() == source && c.record().ended_at().is_none() && c.last_at() <= restarted_at)
            .map(|(key, c)| (*key, c.last_at().max(seen_at)))
            .collect();
        for (key, at) in open {
            self.end_as_lost(key, at, id);
        }
    }

    fn end_as_lost(&mut self, key: u128, at: Timestamp, id: u64) {
        let State { names, calls, books, .. } = &mut self.state;
        if let Some(call) = calls.get_mut(&key) {
            let ended = Seen { at, id, teller: None, note: Note::Ended { by: Some(EndedBy::Lost) } };
            call.take(ended, Rules { settings: &self.settings, names }, books);
            if let Some(due) = call.settles_at(&self.settings) {
                self.ending.entry(call.source()).or_default().push(due, key);
            }
        }
    }
}

impl State {
    /// Sources in the order of their names.
    pub(crate) fn sources_in_order(&self) -> Vec<(Name, &SourceTrack)> {
        let mut sources: Vec<_> = self.sources.iter().map(|(name, track)| (*name, track)).collect();
        sources.sort_by_key(|(name, _)| self.names.text(*name));
        sources
    }
}

/// The adapter that made an event's id, see [`Event::id`].
fn teller(id: &str) -> Option<&str> {
    id.split_once(':').map(|(teller, _)| teller).filter(|t| t.len() <= MAX_TELLER_BYTES)
}

/// One number for a call of a source. The two are hashed as one text: a hash in pieces costs ten times as much.
fn call_key(text: &mut Vec<u8>, source: &str, call: &str) -> u128 {
    text.clear();
    text.extend_from_slice(source.as_bytes());
    text.push(0);
    text.extend_from_slice(call.as_bytes());
    xxh3_128(text)
}
