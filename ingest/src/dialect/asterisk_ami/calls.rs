//! The calls of one Asterisk and what each message changes.
//!
//! Messages come in nearly the order in which things happened; what one leaves open (why a caller left, why a ring
//! ended) the next of the same call decides, and time decides where none comes.

mod catch_up;
mod listing;
mod talk;

use std::collections::BTreeSet;

use callboard_domain::Timestamp;
use callboard_domain::event::{Body, CallEnded, CallQueued, CallRingMissed, CallRinging, CallStarted};
use callboard_domain::state::{Direction, EndedBy, LeaveReason, MissReason};
use hashbrown::HashMap;

use super::Message;
use super::members::agent_of;
use super::memory::OpenCall;
use super::unheard::Unheard;
use super::visit::{Call, Gone, Ring, Stage, Visit, left};
use crate::agents::{Activity, AgentBook};
use crate::dialect::{Emit, is_number};
use listing::Listing;

/// So long the message that explains another may lag behind it, ms; the longest lag recorded was 140.
const EXPLAINED_WITHIN_MS: i64 = 1_000;
/// So long a call that a snapshot did not have may still be heard of, ms.
const MISSING_MS: i64 = 5_000;

#[derive(Debug, Default)]
pub(super) struct Calls {
    calls: HashMap<String, Call>,
    /// The call of an agent's channel that rings or talks.
    by_agent_channel: HashMap<String, String>,
    /// Calls of which something waits for a decision.
    undecided: BTreeSet<String>,
    listing: Listing,
    /// Since when nobody listened, until a snapshot has told what became of it.
    unwatched_since: Option<Timestamp>,
    /// Since when every event was heard: the first snapshot of a connection.
    watched_since: Option<Timestamp>,
    unheard: BTreeSet<Unheard>,
    hears_hang_ups: bool,
}

impl Calls {
    /// The calls told as open, in order of their ids.
    pub fn open(&self) -> Vec<OpenCall> {
        let mut open: Vec<OpenCall> = self.calls.iter().map(|(call, known)| known.open(call)).collect();
        open.sort_unstable_by(|a, b| a.call.cmp(&b.call));
        open
    }

    /// The call that a channel belongs to.
    pub fn of_channel(&self, channel: &str) -> Option<String> {
        self.calls.get_key_value(channel).map(|(call, _)| call).or_else(|| self.by_agent_channel.get(channel)).cloned()
    }

    /// What should have been told of a call and was not, once each.
    pub fn unheard(&mut self) -> Option<Unheard> {
        self.unheard.pop_first()
    }

    /// Every call is gone.
    pub fn forget(&mut self) {
        *self = Self::default();
    }

    pub fn joined(&mut self, m: &Message<'_>, dialled: Option<&str>, at: Timestamp, out: &mut Emit) {
        let (Some(call), Some(queue)) = (m.filled("Uniqueid"), m.filled("Queue")) else { return };
        let position = m.number("Position").and_then(|p| u32::try_from(p).ok());
        let known = self.start(call, m, dialled, at, out);
        // Entering another queue is a sign of life.
        known.decide(call, known.hung_up_by.is_none(), out);
        // A snapshot that overtook this message has told of the visit.
        if known.in_queue(queue).is_none() {
            enter(known, call, queue, position, at, out);
        }
    }

    /// The call, begun where it is not known yet.
    fn start(&mut self, call: &str, m: &Message<'_>, dialled: Option<&str>, at: Timestamp, out: &mut Emit) -> &mut Call {
        let known = self.calls.entry(call.to_owned()).or_insert_with(|| {
            let from = m.unescaped("CallerIDNum").filter(|number| is_number(number)).map(Into::into);
            let to = dialled.or_else(|| m.filled("Exten").filter(|e| *e != "s")).map(|to| to.to_owned().into());
            out.push(at, Body::CallStarted(CallStarted { call: call.to_owned().into(), direction: Direction::Inbound, from, to }));
            Call { linked: m.filled("Linkedid").unwrap_or(call).to_owned(), ..Call::default() }
        });
        known.missing = None;
        known
    }

    /// `QueueCallerAbandon` or `QueueCallerLeave`. A hang-up that was asked for does not decide: in the same instant the
    /// queue's time may be over, which `QUEUESTATUS` then says.
    pub fn leaving(&mut self, m: &Message<'_>, abandon: bool, at: Timestamp) {
        let (Some(call), Some(queue)) = (m.filled("Uniqueid"), m.filled("Queue")) else { return };
        let Some(known) = self.calls.get_mut(call) else { return };
        known.missing = None;
        let Some(visit) = known.in_queue(queue) else { return };
        match visit.stage {
            // Leaving for a conversation, or the second word on the same end.
            Stage::PickedUp if !abandon => return,
            Stage::Leaving { .. } => return,
            Stage::Waiting | Stage::PickedUp | Stage::Talking { .. } => visit.stage = Stage::Leaving { at, abandon },
        }
        self.mark(call);
    }

    /// `VarSet QUEUESTATUS` says outright why a queue let a caller go.
    pub fn queue_status(&mut self, m: &Message<'_>, out: &mut Emit) {
        let Some(call) = m.filled("Uniqueid") else { return };
        let Some(known) = self.calls.get_mut(call) else { return };
        let reason = match m.get("Value") {
            Some("TIMEOUT") => LeaveReason::TimedOut,
            Some("LEAVEEMPTY" | "LEAVEUNAVAIL" | "JOINEMPTY" | "JOINUNAVAIL" | "FULL" | "WITHDRAW") => LeaveReason::Overflow,
            _ => return,
        };
        known.close_leaving(call, out, |_| reason);
    }

    /// The caller's channel does something in the dialplan.
    pub fn goes_on(&mut self, m: &Message<'_>, out: &mut Emit) {
        let Some(call) = m.filled("Uniqueid") else { return };
        // The extension `h` runs after the hang-up.
        if let Some(known) = self.calls.get_mut(call).filter(|_| m.get("Extension") != Some("h")) {
            known.decide(call, known.hung_up_by.is_none(), out);
        }
    }

    pub fn ringing(&mut self, m: &Message<'_>, agents: &mut AgentBook, at: Timestamp, out: &mut Emit) {
        let (Some(call), Some(queue), Some(agent)) = (m.filled("Uniqueid"), m.filled("Queue"), agent_of(m, agents)) else { return };
        let Some(known) = self.calls.get_mut(call) else { return };
        let interface = m.get("Interface").unwrap_or_default();
        let stale: Vec<Ring> = known.rings.extract_if(.., |ring| ring.is_at(interface, &agent)).collect();
        for ring in &stale {
            miss(call, ring, None, MissReason::Failed, ring.ended_at.unwrap_or(at), agents, out);
        }
        let channel = m.get("DestUniqueid").unwrap_or_default().to_owned();
        self.by_agent_channel.insert(channel.clone(), call.to_owned());
        known.rings.push(Ring { queue: queue.to_owned(), agent: agent.clone(), interface: interface.to_owned(), channel, ended_at: None });
        agents.seen(&agent, queue, at, out);
        agents.active(&agent, call, Activity::Ringing, at, out);
        let (agent, queue) = (agent.into(), Some(queue.to_owned().into()));
        out.push(at, Body::CallRinging(CallRinging { call: call.to_owned().into(), agent, queue }));
    }

    /// `AgentRingNoAnswer` or `AgentDump`.
    pub fn ring_over(&mut self, m: &Message<'_>, reason: MissReason, agents: &mut AgentBook, at: Timestamp, out: &mut Emit) {
        let (Some(call), Some(interface)) = (m.filled("Uniqueid"), m.filled("Interface")) else { return };
        let Some(known) = self.calls.get_mut(call) else { return };
        if reason == MissReason::Failed {
            // The agent hung up on the announcement; the caller waits on, unless the queue has let go of the caller.
            for visit in known.visits.iter_mut().filter(|v| v.stage == Stage::PickedUp) {
                visit.stage = Stage::Waiting;
            }
        }
        let agent = agent_of(m, agents).unwrap_or_default();
        let ring = match known.rings.iter().position(|ring| ring.is_at(interface, &agent)) {
            Some(place) => known.rings.remove(place),
            // It began to ring while nobody listened.
            None => {
                let Some(queue) = m.filled("Queue").filter(|_| !agent.is_empty()) else { return };
                let (queue, interface, channel) = (queue.to_owned(), interface.to_owned(), String::new());
                Ring { queue, agent, interface, channel, ended_at: None }
            }
        };
        self.by_agent_channel.remove(&ring.channel);
        miss(call, &ring, m.number("RingTime").filter(|ms| *ms >= 0), reason, at, agents, out);
    }

    /// A dial of the queue is over. Every cancelled one is told twice.
    pub fn dial_end(&mut self, m: &Message<'_>, agents: &mut AgentBook, at: Timestamp, out: &mut Emit) {
        let (Some(call), Some(channel)) = (m.filled("Uniqueid"), m.filled("DestUniqueid")) else { return };
        let Some(known) = self.calls.get_mut(call) else { return };
        let Some(place) = known.rings.iter().position(|ring| ring.channel == channel) else { return };
        match m.get("DialStatus") {
            Some("ANSWER") => {
                let queue = known.rings.get(place).map(|ring| ring.queue.clone()).unwrap_or_default();
                if let Some(visit) = known.in_queue(&queue) {
                    visit.stage = Stage::PickedUp;
                }
            }
            Some("CANCEL" | "ABORT") => {
                let ring = known.rings.remove(place);
                let elsewhere = known.visits.iter().any(|v| v.queue == ring.queue && matches!(v.stage, Stage::PickedUp | Stage::Talking { .. }));
                let reason = if elsewhere { MissReason::AnsweredElsewhere } else { MissReason::CallerGaveUp };
                self.by_agent_channel.remove(&ring.channel);
                miss(call, &ring, None, reason, at, agents, out);
            }
            // AgentRingNoAnswer comes beside it, sooner or later by a millisecond.
            _ => {
                if let Some(ring) = known.rings.get_mut(place) {
                    ring.ended_at = Some(at);
                }
                self.mark(call);
            }
        }
    }

    pub fn hang_up_asked(&mut self, m: &Message<'_>) {
        self.hears_hang_ups = true;
        let Some(channel) = m.filled("Uniqueid") else { return };
        if let Some(known) = self.calls.get_mut(channel) {
            known.hung_up_by = Some(EndedBy::Caller);
        } else if let Some(known) = self.by_agent_channel.get(channel).and_then(|call| self.calls.get_mut(call))
            && known.talking(|_, talk, _| talk == channel).is_some()
        {
            known.hung_up_by = Some(EndedBy::Agent);
        }
    }

    /// A channel is gone: an agent's, which ends its ring, or the caller's, which ends the call.
    pub fn hung_up(&mut self, m: &Message<'_>, agents: &mut AgentBook, at: Timestamp, out: &mut Emit) {
        self.hears_hang_ups = true;
        let Some(channel) = m.filled("Uniqueid") else { return };
        if let Some(call) = self.by_agent_channel.remove(channel) {
            if let Some(ring) = self.calls.get_mut(&call).and_then(|known| known.rings.iter_mut().find(|ring| ring.channel == channel)) {
                ring.ended_at = ring.ended_at.or(Some(at));
                self.mark(&call);
            }
            return;
        }
        let Some(mut known) = self.calls.remove(channel) else { return };
        known.decide(channel, false, out);
        self.close(channel, &mut known, at, agents, out);
        let by = Some(known.hung_up_by.unwrap_or(EndedBy::System));
        out.push(at, Body::CallEnded(CallEnded { call: channel.to_owned().into(), by }));
    }

    /// Ends whatever a call that is over has left open.
    fn close(&mut self, call: &str, known: &mut Call, at: Timestamp, agents: &mut AgentBook, out: &mut Emit) {
        for ring in known.rings.drain(..) {
            self.by_agent_channel.remove(&ring.channel);
            miss(call, &ring, None, MissReason::CallerGaveUp, ring.ended_at.unwrap_or(at), agents, out);
        }
        let by = known.hung_up_by;
        while let Some(place) = known.talking(|_, _, _| true) {
            talk::end_leg(call, known, place, by, at, agents, out);
        }
        for visit in known.visits.drain(..) {
            out.push(at, left(call, &visit.queue, LeaveReason::Abandoned));
        }
        self.undecided.remove(call);
    }

    fn mark(&mut self, call: &str) {
        if self.calls.get(call).is_some_and(Call::undecided) {
            self.undecided.insert(call.to_owned());
        }
    }

    /// Decides what no message has explained in time.
    pub fn settle(&mut self, now: Timestamp, agents: &mut AgentBook, out: &mut Emit) {
        if self.undecided.is_empty() {
            return;
        }
        let late = |at: Timestamp| now.since(at) > EXPLAINED_WITHIN_MS;
        let mut lost: Vec<(String, Timestamp)> = Vec::new();
        let (calls, unheard) = (&mut self.calls, &mut self.unheard);
        self.undecided.retain(|call| {
            let Some(known) = calls.get_mut(call) else { return false };
            if known.visits.iter().any(|v| matches!(v.stage, Stage::Leaving { at, .. } if late(at))) {
                let lives_on = known.hung_up_by.is_none();
                if lives_on && known.is_abandoned() {
                    // Where no hang-up is ever heard, this may be one.
                    unheard.insert(if self.hears_hang_ups { Unheard::Dialplan } else { Unheard::Call });
                }
                known.decide(call, lives_on, out);
            }
            let over: Vec<Ring> = known.rings.extract_if(.., |ring| ring.ended_at.is_some_and(late)).collect();
            for ring in over {
                self.by_agent_channel.remove(&ring.channel);
                miss(call, &ring, None, MissReason::Failed, ring.ended_at.unwrap_or(now), agents, out);
            }
            if let Some(missing) = known.missing.take_if(|missing| now.since(missing.noticed_at) > MISSING_MS) {
                match missing.gone {
                    Gone::Waits => {
                        let gone = std::mem::take(&mut known.unlisted);
                        known.lose_waits(call, missing.lost_at, out, |queue| gone.contains(queue));
                    }
                    Gone::Call => {
                        if missing.was_watched() {
                            unheard.insert(Unheard::Call);
                        }
                        lost.push((call.clone(), missing.lost_at));
                    }
                }
            }
            known.undecided()
        });
        for (call, at) in lost {
            self.lose(&call, at, agents, out);
        }
    }

    /// A call that the PBX no longer has, and of whose end nothing was heard.
    fn lose(&mut self, call: &str, at: Timestamp, agents: &mut AgentBook, out: &mut Emit) {
        let Some(mut known) = self.calls.remove(call) else { return };
        known.hung_up_by = Some(EndedBy::Lost);
        known.lose_waits(call, at, out, |_| true);
        self.close(call, &mut known, at, agents, out);
        out.push(at, Body::CallEnded(CallEnded { call: call.to_owned().into(), by: Some(EndedBy::Lost) }));
    }
}

fn enter(known: &mut Call, call: &str, queue: &str, position: Option<u32>, at: Timestamp, out: &mut Emit) {
    known.visits.push(Visit { queue: queue.to_owned(), stage: Stage::Waiting });
    out.push(at, Body::CallQueued(CallQueued { call: call.to_owned().into(), queue: queue.to_owned().into(), position }));
}

fn miss(call: &str, ring: &Ring, ring_ms: Option<i64>, reason: MissReason, at: Timestamp, agents: &mut AgentBook, out: &mut Emit) {
    agents.ring_over(&ring.agent, call, at, out);
    let (agent, queue) = (ring.agent.clone().into(), Some(ring.queue.clone().into()));
    out.push(at, Body::CallRingMissed(CallRingMissed { call: call.to_owned().into(), agent, queue, ring_ms, reason }));
}
