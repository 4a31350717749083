//! Conversations: from the agent's answer to the hang-up or the transfer.

use callboard_domain::Timestamp;
use callboard_domain::event::{Body, CallAnswered, CallHeld, CallLegEnded, CallTransferred};
use callboard_domain::state::{EndedBy, MissReason, TransferKind};

use super::{Calls, miss};
use crate::agents::{Activity, AgentBook};
use crate::dialect::Emit;
use crate::dialect::asterisk_ami::Message;
use crate::dialect::asterisk_ami::members::agent_of;
use crate::dialect::asterisk_ami::visit::{Call, Ring, Stage, Visit};

impl Calls {
    pub fn connected(&mut self, m: &Message<'_>, agents: &mut AgentBook, at: Timestamp, out: &mut Emit) {
        let (Some(call), Some(queue), Some(agent)) = (m.filled("Uniqueid"), m.filled("Queue"), agent_of(m, agents)) else { return };
        let known = self.start(call, m, None, at, out);
        let interface = m.get("Interface").unwrap_or_default().to_owned();
        let place = known.rings.iter().position(|ring| ring.is_at(&interface, &agent));
        let ring = place.map(|place| known.rings.remove(place));
        // One queue rings several at once: whoever is still ringing was not quick enough.
        let slower: Vec<Ring> = known.rings.extract_if(.., |other| other.queue == queue).collect();
        for other in &slower {
            self.by_agent_channel.remove(&other.channel);
            miss(call, other, None, MissReason::AnsweredElsewhere, at, agents, out);
        }
        let Some(known) = self.calls.get_mut(call) else { return };
        if let Some(place) = known.visits.iter().position(|v| v.queue == queue && !matches!(v.stage, Stage::Talking { .. })) {
            known.visits.remove(place);
        }
        let channel = m.filled("DestUniqueid").map(str::to_owned).or_else(|| ring.as_ref().map(|r| r.channel.clone())).unwrap_or_default();
        // AgentConnect's RingTime has whole seconds: of use only where no ring was told.
        let ring_ms = if ring.is_none() { m.number("RingTime").filter(|s| *s >= 0).map(|s| s.saturating_mul(1_000)) } else { None };
        self.by_agent_channel.insert(channel.clone(), call.to_owned());
        known.hung_up_by = None;
        let stage = Stage::Talking { agent: agent.clone(), interface, channel, held: false };
        known.visits.push(Visit { queue: queue.to_owned(), stage });
        agents.seen(&agent, queue, at, out);
        agents.active(&agent, call, Activity::Talking, at, out);
        let (agent, queue) = (agent.into(), Some(queue.to_owned().into()));
        out.push(at, Body::CallAnswered(CallAnswered { call: call.to_owned().into(), agent, queue, ring_ms }));
    }

    /// May come without the caller's channel, the agent's or both: then queue and interface tell whose it is.
    pub fn completed(&mut self, m: &Message<'_>, agents: &mut AgentBook, at: Timestamp, out: &mut Emit) {
        let (queue, interface) = (m.get("Queue").unwrap_or_default(), m.get("Interface").unwrap_or_default());
        let is_it = |visit: &Visit, _: &str, known: &str| visit.queue == queue && (known == interface || known.is_empty());
        let call = match m.filled("Uniqueid") {
            Some(call) => call.to_owned(),
            None => match self.calls.iter().find(|(_, known)| known.talking(is_it).is_some()) {
                Some((call, _)) => call.clone(),
                None => return,
            },
        };
        let Some(known) = self.calls.get_mut(&call) else { return };
        let Some(place) = known.talking(is_it) else { return };
        let by = match m.get("Reason") {
            Some("caller") => Some(EndedBy::Caller),
            Some("agent") => Some(EndedBy::Agent),
            _ => None,
        };
        if m.get("Reason") == Some("transfer") {
            // The word on the transfer itself did not come: filtered away, or done in the dialplan.
            hand_on(&call, known, place, None, TransferKind::Blind, at, agents, out);
        } else {
            known.hung_up_by = by.or(known.hung_up_by);
            end_leg(&call, known, place, by, at, agents, out);
        }
    }

    pub fn held(&mut self, m: &Message<'_>, held: bool, agents: &mut AgentBook, at: Timestamp, out: &mut Emit) {
        let Some((call, place)) = self.talk_of(m.get("Uniqueid"), m.get("Linkedid")) else { return };
        let Some(Stage::Talking { agent, held: was, .. }) = self.calls.get_mut(&call).and_then(|k| k.visits.get_mut(place)).map(|v| &mut v.stage)
        else {
            return;
        };
        // Unhold without Hold is common.
        if *was == held {
            return;
        }
        *was = held;
        let agent = agent.clone();
        agents.active(&agent, &call, if held { Activity::Hold } else { Activity::Talking }, at, out);
        let fields = CallHeld { call: call.into(), agent: agent.into() };
        out.push(at, if held { Body::CallHeld(fields) } else { Body::CallResumed(fields) });
    }

    pub fn transferred(&mut self, m: &Message<'_>, kind: TransferKind, agents: &mut AgentBook, at: Timestamp, out: &mut Emit) {
        if m.get("Result").is_some_and(|result| result != "Success") {
            return;
        }
        let by_agent = match kind {
            TransferKind::Blind => self.talk_of(m.get("TransfererUniqueid"), m.get("TransfererLinkedid")),
            TransferKind::Attended => self
                .talk_of(m.get("OrigTransfererUniqueid"), m.get("OrigTransfererLinkedid"))
                .or_else(|| self.talk_of(m.get("SecondTransfererUniqueid"), None)),
        };
        let of_caller = || {
            let call = m.filled("TransfereeUniqueid")?;
            Some((call.to_owned(), self.calls.get(call)?.only_talk()?))
        };
        let Some((call, place)) = by_agent.or_else(of_caller) else { return };
        let to = match kind {
            TransferKind::Blind => m.filled("Extension"),
            TransferKind::Attended => m.filled("TransferTargetCallerIDNum").or_else(|| m.filled("DestApp")),
        };
        let to = to.map(str::to_owned);
        if let Some(known) = self.calls.get_mut(&call) {
            hand_on(&call, known, place, to, kind, at, agents, out);
        }
    }

    /// The conversation that a channel of an agent takes part in. Behind a Local channel the agent's telephone has a
    /// channel of its own, which only the linked id ties to the call; the caller's own channel is no agent's.
    fn talk_of(&self, channel: Option<&str>, linked: Option<&str>) -> Option<(String, usize)> {
        let channel = channel.filter(|c| !c.is_empty())?;
        if self.calls.contains_key(channel) {
            return None;
        }
        if let Some(call) = self.by_agent_channel.get(channel) {
            let place = self.calls.get(call)?.talking(|_, known, _| known == channel)?;
            return Some((call.clone(), place));
        }
        let linked = linked?;
        let (call, known) = self.calls.get_key_value(linked).or_else(|| self.calls.iter().find(|(_, known)| known.linked == linked))?;
        Some((call.clone(), known.only_talk()?))
    }
}

pub(super) fn end_leg(call: &str, known: &mut Call, place: usize, by: Option<EndedBy>, at: Timestamp, agents: &mut AgentBook, out: &mut Emit) {
    let Some((agent, queue)) = known.end_talk(place) else { return };
    out.push(at, Body::CallLegEnded(CallLegEnded { call: call.to_owned().into(), agent: agent.clone().into(), by }));
    agents.talk_over(&agent, call, Some(&queue), at, out);
}

#[expect(clippy::too_many_arguments, reason = "the fields of one event, and where it goes")]
fn hand_on(
    call: &str,
    known: &mut Call,
    place: usize,
    to: Option<String>,
    kind: TransferKind,
    at: Timestamp,
    agents: &mut AgentBook,
    out: &mut Emit,
) {
    let Some((agent, queue)) = known.end_talk(place) else { return };
    known.hung_up_by = None;
    let (by, to) = (agent.clone().into(), to.map(Into::into));
    out.push(at, Body::CallTransferred(CallTransferred { call: call.to_owned().into(), agent: by, to, kind }));
    agents.talk_over(&agent, call, Some(&queue), at, out);
}
