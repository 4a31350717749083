//! What a queue_log tells of the time in which nobody listened, brought into the state of the calls.

use callboard_domain::Timestamp;
use callboard_domain::event::{Body, CallAnswered, Event};

use super::Calls;
use crate::agents::{Activity, AgentBook};
use crate::dialect::Emit;
use crate::dialect::asterisk_ami::visit::{Call, Stage, Visit};

impl Calls {
    /// Applies one event; false where it was heard already, by the state that it would lead to.
    pub fn caught_up(&mut self, event: &Event<'_>, heard_until: Option<Timestamp>, agents: &mut AgentBook, out: &mut Emit) -> bool {
        let at = event.at;
        match &event.body {
            Body::CallStarted(c) => {
                let new = !self.calls.contains_key(c.call.as_ref());
                self.calls.entry(c.call.to_string()).or_insert_with(|| Call { linked: c.call.to_string(), ..Call::default() });
                new
            }
            Body::CallQueued(c) => {
                let known = self.calls.entry(c.call.to_string()).or_default();
                // In the first second it may have joined, been answered and all of that been heard.
                let heard = known.visits.iter().any(|visit| visit.queue == c.queue) && heard_until.is_none_or(|heard| at <= heard);
                let new = known.in_queue(&c.queue).is_none() && !heard;
                if new {
                    known.visits.push(Visit { queue: c.queue.to_string(), stage: Stage::Waiting });
                }
                new
            }
            Body::CallLeftQueue(c) => {
                let Some(known) = self.calls.get_mut(c.call.as_ref()) else { return false };
                let before = known.visits.len();
                known.visits.retain(|visit| visit.queue != c.queue || matches!(visit.stage, Stage::Talking { .. }));
                known.visits.len() < before
            }
            Body::CallRingMissed(c) => {
                let Some(known) = self.calls.get_mut(c.call.as_ref()) else { return false };
                let before = known.rings.len();
                known.rings.retain(|ring| ring.agent != c.agent);
                agents.ring_over(&c.agent, &c.call, at, out);
                known.rings.len() < before || heard_until.is_none_or(|heard| at > heard)
            }
            Body::CallAnswered(c) => self.caught_up_answer(c, at, agents, out),
            Body::CallLegEnded(c) => self.talk_ended(&c.call, &c.agent, at, agents, out),
            Body::CallTransferred(c) => self.talk_ended(&c.call, &c.agent, at, agents, out),
            Body::CallEnded(c) => {
                let Some(known) = self.calls.remove(c.call.as_ref()) else { return false };
                for ring in &known.rings {
                    agents.ring_over(&ring.agent, &c.call, at, out);
                    self.by_agent_channel.remove(&ring.channel);
                }
                self.undecided.remove(c.call.as_ref());
                true
            }
            _ => true,
        }
    }

    fn caught_up_answer(&mut self, c: &CallAnswered<'_>, at: Timestamp, agents: &mut AgentBook, out: &mut Emit) -> bool {
        let Some(known) = self.calls.get_mut(c.call.as_ref()) else { return false };
        let queue = c.queue.as_deref().unwrap_or_default().to_owned();
        let heard = known.visits.iter().any(|v| v.queue == queue && matches!(&v.stage, Stage::Talking { agent, .. } if *agent == c.agent));
        if heard {
            return false;
        }
        known.rings.retain(|ring| ring.queue != queue);
        known.visits.retain(|visit| visit.queue != queue || matches!(visit.stage, Stage::Talking { .. }));
        // queue_log names neither the interface nor a channel that later events would name.
        let (interface, channel) = (String::new(), String::new());
        known.visits.push(Visit { queue, stage: Stage::Talking { agent: c.agent.to_string(), interface, channel, held: false } });
        agents.active(&c.agent, &c.call, Activity::Talking, at, out);
        true
    }

    fn talk_ended(&mut self, call: &str, agent: &str, at: Timestamp, agents: &mut AgentBook, out: &mut Emit) -> bool {
        let Some(known) = self.calls.get_mut(call) else { return false };
        let place = known.visits.iter().position(|v| matches!(&v.stage, Stage::Talking { agent: who, .. } if who == agent));
        let Some((_, queue)) = place.and_then(|place| known.end_talk(place)) else { return false };
        agents.talk_over(agent, call, Some(&queue), at, out);
        agents.put_down(agent, at, out);
        true
    }
}
