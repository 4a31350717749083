//! The running centre: who waits, who talks, who is free, and the events that tell about it.
//!
//! `caller.rs`, `seat.rs`, `day.rs` and `trouble.rs` each add their part of the behaviour to `Floor`.

use std::collections::VecDeque;
use std::ops::{Index, IndexMut};
use std::sync::Arc;

use callboard_domain::event::{Body, Event};
use callboard_domain::state::{AgentState, EndedBy, MissReason};
use callboard_domain::time::Timestamp;
use jiff::tz::TimeZone;

use super::agenda::{Agenda, CallRef, Task};
use super::centre::{AGENT_SOURCE, Centre, PBX_SOURCES};
use super::dispatch::Skill;
use super::random::Random;
use super::roster::Break;
use super::trouble::Outages;

/// Where an event comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Origin {
    /// One of `PBX_SOURCES`.
    Pbx(usize),
    /// The presence server.
    Agents,
}

impl Origin {
    pub(super) const ALL: [Self; 3] = [Self::Pbx(0), Self::Pbx(1), Self::Agents];

    pub(super) const fn index(self) -> usize {
        match self {
            Self::Pbx(0) => 0,
            Self::Pbx(_) => 1,
            Self::Agents => 2,
        }
    }

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Pbx(0) => PBX_SOURCES[0],
            Self::Pbx(_) => PBX_SOURCES[1],
            Self::Agents => AGENT_SOURCE,
        }
    }
}

/// What a call is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stage {
    Menu,
    Waiting,
    Ringing(RingEnd),
    Talking,
    /// Rating, leaving a message, listening to an announcement, or on the way to another queue.
    After(AfterEnd),
}

/// How a ring will end, unless the caller gives up first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum RingEnd {
    Answer,
    Miss(MissReason),
}

/// What is said when the last part of a call is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum AfterEnd {
    /// A rating, or none.
    Rating(Option<i64>),
    /// A message of that length, ms.
    Message(i64),
    /// Nothing: an announcement was played.
    Silence,
    /// The next queue.
    Queue(usize),
}

/// How a conversation will end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TalkEnd {
    By(EndedBy),
    Survey,
    Blind(usize),
    Attended(usize),
}

/// What is left of a conversation.
#[derive(Debug, Clone, Copy)]
pub(super) struct Talk {
    pub(super) piece_ms: i64,
    pub(super) holds_left: u32,
    pub(super) held: bool,
    pub(super) end: TalkEnd,
}

/// A call on the floor.
#[derive(Debug, Clone, Copy)]
pub(super) struct Call {
    pub(super) number: u64,
    pub(super) pbx: usize,
    pub(super) caller: u64,
    pub(super) queue: usize,
    pub(super) queued_at: Timestamp,
    pub(super) visit: u32,
    pub(super) phase: u32,
    pub(super) urgent: bool,
    pub(super) sent_on: bool,
    pub(super) agent: usize,
    pub(super) answered_at: Option<Timestamp>,
    pub(super) stage: Stage,
    pub(super) talk: Talk,
}

/// An agent's desk.
#[derive(Debug, Clone)]
pub(super) struct Desk {
    pub(super) state: AgentState,
    pub(super) reason: Option<&'static str>,
    pub(super) since_at: Timestamp,
    /// Counts changes of state.
    pub(super) epoch: u32,
    pub(super) logged_in: bool,
    pub(super) log_out_due: bool,
    pub(super) break_due: Option<Break>,
    /// Paused by the supervisor because there is too little to do.
    pub(super) spare: bool,
    /// The call that the work after it belongs to, or the agent's own call.
    pub(super) last_call: Option<(u64, usize)>,
    /// An own call: what is left of it, ms, once it is answered.
    pub(super) own_talk_ms: Option<i64>,
}

/// A queue's line.
#[derive(Debug, Clone, Default)]
pub(super) struct Line {
    pub(super) urgent: VecDeque<(CallRef, u32)>,
    pub(super) ordinary: VecDeque<(CallRef, u32)>,
    /// Free agents of the teams that are there for it, longest free first; entries of another epoch are void.
    pub(super) first: VecDeque<(usize, u32)>,
    /// Free agents who help out.
    pub(super) second: VecDeque<(usize, u32)>,
    /// Callers in the queue, those whom an agent's telephone rings for included.
    pub(super) waiting: u32,
    /// Agents logged in who take its calls.
    pub(super) staff: u32,
    /// Share answered in target of late, 0 to 1.
    pub(super) service: f64,
    /// Calls are multiplied by this.
    pub(super) surge: f64,
}

/// A list whose members are numbered once, when the centre is built.
#[derive(Debug, Clone)]
pub(super) struct Rows<T>(pub(super) Vec<T>);

impl<T> Index<usize> for Rows<T> {
    type Output = T;

    #[expect(clippy::indexing_slicing, reason = "numbers come from the same centre as the rows, and rows are never removed")]
    fn index(&self, i: usize) -> &T {
        &self.0[i]
    }
}

impl<T> IndexMut<usize> for Rows<T> {
    #[expect(clippy::indexing_slicing, reason = "numbers come from the same centre as the rows, and rows are never removed")]
    fn index_mut(&mut self, i: usize) -> &mut T {
        &mut self.0[i]
    }
}

/// Everything that runs.
#[derive(Debug)]
pub(super) struct Floor {
    pub(super) centre: Centre,
    pub(super) zone: TimeZone,
    /// Calls a minute in the busiest hour.
    pub(super) peak: f64,
    pub(super) now: Timestamp,
    pub(super) day_start: Timestamp,
    pub(super) weekday: usize,
    /// What weekday every day is, whatever the calendar says.
    pub(super) always: Option<usize>,
    /// When in the day an incident comes, ms after midnight.
    pub(super) incident_at_ms: Option<i64>,
    /// Names of recordings that exist, and the seed by which a call's is drawn.
    pub(super) recordings: Vec<String>,
    pub(super) seed: u64,
    pub(super) random: Random,
    pub(super) agenda: Agenda,
    pub(super) desks: Rows<Desk>,
    pub(super) lines: Rows<Line>,
    /// The queues of each team.
    pub(super) skills: Rows<Arc<[Skill]>>,
    /// Names in Latin letters.
    pub(super) english: bool,
    /// Running sum of share times surge, for drawing a queue.
    pub(super) odds: Vec<f64>,
    pub(super) recent_callers: VecDeque<u64>,
    pub(super) outages: Outages,
    pub(super) out: VecDeque<Event<'static>>,
    pub(super) said_at: [Timestamp; 3],
    prefix: String,
    events: u64,
    calls: Vec<Option<Call>>,
    free_slots: Vec<usize>,
    calls_ever: u64,
}

impl Floor {
    /// An empty floor; `prefix` makes its ids differ from those of another run.
    pub(super) fn new(centre: Centre, zone: TimeZone, peak: f64, start: Timestamp, prefix: String, random: Random) -> Self {
        let desk = Desk {
            state: AgentState::Offline,
            reason: None,
            since_at: start,
            epoch: 0,
            logged_in: false,
            log_out_due: false,
            break_due: None,
            spare: false,
            last_call: None,
            own_talk_ms: None,
        };
        let line = Line { service: 0.8, surge: 1.0, ..Line::default() };
        let (agents, queues) = (centre.agents.len(), centre.queues.len());
        let skills = centre.teams.iter().map(|t| {
            let own = t.first.iter().map(|queue| Skill { queue: *queue, own: true });
            own.chain(t.second.iter().map(|queue| Skill { queue: *queue, own: false })).collect()
        });
        let skills = Rows(skills.collect());
        let mut floor = Self {
            centre,
            zone,
            peak,
            now: start,
            day_start: start,
            weekday: 0,
            always: None,
            incident_at_ms: None,
            recordings: Vec::new(),
            seed: 0,
            random,
            agenda: Agenda::default(),
            desks: Rows(vec![desk; agents]),
            lines: Rows(vec![line; queues]),
            skills,
            english: false,
            odds: Vec::new(),
            recent_callers: VecDeque::new(),
            outages: Outages::default(),
            out: VecDeque::new(),
            said_at: [start; 3],
            prefix,
            events: 0,
            calls: Vec::new(),
            free_slots: Vec::new(),
            calls_ever: 0,
        };
        floor.weigh_queues();
        floor
    }

    /// Recomputes the odds of the queues after a surge began or ended.
    pub(super) fn weigh_queues(&mut self) {
        let mut sum = 0.0;
        self.odds = self
            .centre
            .queues
            .iter()
            .zip(&self.lines.0)
            .map(|(q, l)| {
                sum += q.share * l.surge;
                sum
            })
            .collect();
    }

    /// Plans a task `after_ms` from now.
    pub(super) fn plan(&mut self, after_ms: i64, task: Task) {
        self.agenda.plan(self.now.plus(after_ms), task);
    }

    /// Says what happened now.
    pub(super) fn say(&mut self, origin: Origin, body: Body<'static>) {
        self.events += 1;
        let event = Event { id: format!("{}-{}", self.prefix, self.events).into(), at: self.now, source: origin.name().into(), body };
        if let Some(event) = self.outages.pass(origin, event) {
            if let Some(said_at) = self.said_at.get_mut(origin.index()) {
                *said_at = self.now;
            }
            self.out.push_back(event);
        }
    }

    /// A number for a new call.
    pub(super) fn next_number(&mut self) -> u64 {
        self.calls_ever += 1;
        self.calls_ever
    }

    /// A call's name in events.
    pub(super) fn call_id(&self, number: u64) -> std::borrow::Cow<'static, str> {
        format!("{}.{number}", self.prefix).into()
    }

    /// A queue's name in events.
    pub(super) fn queue_id(&self, queue: usize) -> std::borrow::Cow<'static, str> {
        self.centre.queues.get(queue).map_or_else(String::new, |q| q.id.clone()).into()
    }

    /// An agent's name in events.
    pub(super) fn agent_id(&self, agent: usize) -> std::borrow::Cow<'static, str> {
        self.centre.agents.get(agent).map_or_else(String::new, |a| a.id.clone()).into()
    }

    /// Puts a new call on the floor.
    pub(super) fn add(&mut self, call: Call) -> CallRef {
        let slot = self.free_slots.pop().unwrap_or_else(|| {
            self.calls.push(None);
            self.calls.len() - 1
        });
        let number = call.number;
        if let Some(place) = self.calls.get_mut(slot) {
            *place = Some(call);
        }
        CallRef { slot, number }
    }

    /// The call, while it is on the floor.
    pub(super) fn call(&self, at: CallRef) -> Option<Call> {
        self.calls.get(at.slot).copied().flatten().filter(|c| c.number == at.number)
    }

    /// Changes a call.
    pub(super) fn put(&mut self, at: CallRef, call: Call) {
        if let Some(place) = self.calls.get_mut(at.slot) {
            *place = Some(call);
        }
    }

    /// Takes a call off the floor.
    pub(super) fn remove(&mut self, at: CallRef) {
        if let Some(place) = self.calls.get_mut(at.slot)
            && place.take().is_some()
        {
            self.free_slots.push(at.slot);
        }
    }

    /// Calls on the floor.
    #[cfg(test)]
    pub(super) fn open_calls(&self) -> impl Iterator<Item = &Call> {
        self.calls.iter().flatten()
    }
}
