//! What a queue_log tells of the time in which nobody listened, brought into the state of the calls.

use callboard_domain::event::{Body, Event};

use super::Calls;
use crate::agents::{Activity, AgentBook};
use crate::dialect::Emit;
use crate::dialect::asterisk_ami::visit::{Call, Stage, Visit};

impl Calls {
    pub fn caught_up(&mut self, event: &Event<'_>, agents: &mut AgentBook, out: &mut Emit) {
        let at = event.at;
        match &event.body {
            Body::CallStarted(c) => {
                self.calls.entry(c.call.to_string()).or_insert_with(|| Call { linked: c.call.to_string(), ..Call::default() });
            }
            Body::CallQueued(c) => {
                let known = self.calls.entry(c.call.to_string()).or_default();
                if known.in_queue(&c.queue).is_none() {
                    known.visits.push(Visit { queue: c.queue.to_string(), stage: Stage::Waiting });
                }
            }
            Body::CallLeftQueue(c) => {
                if let Some(known) = self.calls.get_mut(c.call.as_ref()) {
                    known.visits.retain(|visit| visit.queue != c.queue || matches!(visit.stage, Stage::Talking { .. }));
                }
            }
            Body::CallAnswered(c) => {
                let Some(known) = self.calls.get_mut(c.call.as_ref()) else { return };
                let queue = c.queue.as_deref().unwrap_or_default().to_owned();
                known.rings.retain(|ring| ring.queue != queue);
                let told = known.visits.iter().any(|v| v.queue == queue && matches!(&v.stage, Stage::Talking { agent, .. } if *agent == c.agent));
                known.visits.retain(|visit| visit.queue != queue || matches!(visit.stage, Stage::Talking { .. }));
                if !told {
                    // queue_log names neither interface nor a channel that later events would name.
                    let (interface, channel) = (String::new(), String::new());
                    known.visits.push(Visit { queue, stage: Stage::Talking { agent: c.agent.to_string(), interface, channel, held: false } });
                    agents.active(&c.agent, &c.call, Activity::Talking, at, out);
                }
            }
            Body::CallLegEnded(c) => self.talk_ended(&c.call, &c.agent, at, agents, out),
            Body::CallTransferred(c) => self.talk_ended(&c.call, &c.agent, at, agents, out),
            Body::CallEnded(c) => {
                if let Some(known) = self.calls.remove(c.call.as_ref()) {
                    for ring in &known.rings {
                        agents.ring_over(&ring.agent, &c.call, at, out);
                        self.by_agent_channel.remove(&ring.channel);
                    }
                }
                self.undecided.remove(c.call.as_ref());
            }
            _ => {}
        }
    }

    fn talk_ended(&mut self, call: &str, agent: &str, at: callboard_domain::Timestamp, agents: &mut AgentBook, out: &mut Emit) {
        let Some(known) = self.calls.get_mut(call) else { return };
        let place = known.visits.iter().position(|v| matches!(&v.stage, Stage::Talking { agent: who, .. } if who == agent));
        if let Some((_, queue)) = place.and_then(|place| known.end_talk(place)) {
            agents.talk_over(agent, call, Some(&queue), at, out);
        }
    }
}
