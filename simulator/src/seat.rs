//! An agent's day at the desk: log-in, free, work after a call, pauses, own calls, log-out.

use callboard_domain::event::{AgentLoggedIn, AgentOnly, AgentQueue, AgentStateChanged, Body, CallAnswered, CallEnded, CallStarted, CallWrappedUp};
use callboard_domain::state::{AgentState, Direction, EndedBy, LeaveReason};
use callboard_domain::time::{MINUTE_MS, SECOND_MS};

use super::agenda::Task;
use super::floor::{Call, Floor, Origin};
use super::roster::Break;

impl Floor {
    /// Changes an agent's state and says so; the same state with the same reason is no change.
    pub(super) fn set_state(&mut self, agent: usize, state: AgentState, reason: Option<&'static str>) {
        let now = self.now;
        let desk = &mut self.desks[agent];
        if desk.state == state && desk.reason == reason {
            return;
        }
        desk.state = state;
        desk.reason = reason;
        desk.since_at = now;
        desk.epoch += 1;
        self.say_state(agent);
    }

    /// Says an agent's state as it is.
    pub(super) fn say_state(&mut self, agent: usize) {
        let desk = &self.desks[agent];
        let (state, reason) = (desk.state, desk.reason.map(Into::into));
        self.say(Origin::Agents, Body::AgentState(AgentStateChanged { agent: self.agent_id(agent), state, reason }));
    }

    /// The shift begins.
    pub(super) fn log_in(&mut self, agent: usize) {
        if self.desks[agent].logged_in {
            return;
        }
        let desk = &mut self.desks[agent];
        desk.logged_in = true;
        desk.log_out_due = false;
        desk.break_due = None;
        self.say_log_in(agent);
        for skill in self.skills_of(agent).iter() {
            self.lines[skill.queue].staff += 1;
        }
        self.free(agent);
    }

    /// Says that an agent is logged in, and to which queues.
    pub(super) fn say_log_in(&mut self, agent: usize) {
        let Some(person) = self.centre.agents.get(agent) else { return };
        let team = self.centre.teams.get(person.team).map(|t| if self.english { &t.name_en } else { &t.name_zh });
        let name = if self.english { &person.name_en } else { &person.name_zh };
        let body = AgentLoggedIn { agent: person.id.clone().into(), name: Some(name.clone().into()), team: team.map(|t| t.clone().into()) };
        self.say(Origin::Agents, Body::AgentLoggedIn(body));
        for skill in self.skills_of(agent).iter() {
            let body = AgentQueue { agent: self.agent_id(agent), queue: self.queue_id(skill.queue) };
            self.say(Origin::Agents, Body::AgentQueueJoined(body));
        }
    }

    /// The shift is over: at once when free, otherwise after the call.
    pub(super) fn log_out_due(&mut self, agent: usize) {
        let desk = &mut self.desks[agent];
        desk.log_out_due = desk.logged_in;
        if desk.logged_in && matches!(desk.state, AgentState::Ready | AgentState::Paused | AgentState::NotResponding) {
            self.log_out(agent);
        }
    }

    fn log_out(&mut self, agent: usize) {
        let now = self.now;
        let desk = &mut self.desks[agent];
        desk.logged_in = false;
        desk.log_out_due = false;
        desk.spare = false;
        desk.state = AgentState::Offline;
        desk.reason = None;
        desk.since_at = now;
        desk.epoch += 1;
        let mut unserved = Vec::new();
        for skill in self.skills_of(agent).iter() {
            let body = AgentQueue { agent: self.agent_id(agent), queue: self.queue_id(skill.queue) };
            self.say(Origin::Agents, Body::AgentQueueLeft(body));
            let line = &mut self.lines[skill.queue];
            line.staff -= 1;
            if line.staff == 0 {
                unserved.push(skill.queue);
            }
        }
        self.say(Origin::Agents, Body::AgentLoggedOut(AgentOnly { agent: self.agent_id(agent) }));
        for queue in unserved {
            for call in self.take_all_waiting(queue) {
                self.leave(call, LeaveReason::Overflow);
            }
        }
    }

    /// Nothing to do any more: what is due comes first, then a waiting caller, then waiting for one.
    pub(super) fn free(&mut self, agent: usize) {
        if self.desks[agent].log_out_due {
            return self.log_out(agent);
        }
        if let Some(planned) = self.desks[agent].break_due.take() {
            return self.pause(agent, planned.reason, planned.for_ms, false);
        }
        match self.next_waiting(agent) {
            Some(call) => self.ring(call, agent),
            None => self.stand_ready(agent),
        }
    }

    /// A planned pause is due.
    pub(super) fn break_due(&mut self, agent: usize, planned: Break) {
        let desk = &mut self.desks[agent];
        match desk.state {
            AgentState::Offline => {}
            AgentState::Ready => self.pause(agent, planned.reason, planned.for_ms, false),
            AgentState::Paused if desk.spare => self.pause(agent, planned.reason, planned.for_ms, false),
            AgentState::Talking
            | AgentState::Hold
            | AgentState::Ringing
            | AgentState::WrapUp
            | AgentState::Paused
            | AgentState::OtherCall
            | AgentState::NotResponding => desk.break_due = Some(planned),
        }
    }

    /// Pauses an agent; `spare` marks a pause that the supervisor may end early.
    pub(super) fn pause(&mut self, agent: usize, reason: &'static str, for_ms: i64, spare: bool) {
        self.set_state(agent, AgentState::Paused, Some(reason));
        self.desks[agent].spare = spare;
        let epoch = self.desks[agent].epoch;
        self.plan(for_ms, Task::AgentOn { agent, epoch });
    }

    /// The telephone rang in vain: silence for a while.
    pub(super) fn stop_responding(&mut self, agent: usize) {
        self.set_state(agent, AgentState::NotResponding, None);
        let (silent_ms, epoch) = (self.random.between(20 * SECOND_MS, 90 * SECOND_MS), self.desks[agent].epoch);
        self.plan(silent_ms, Task::AgentOn { agent, epoch });
    }

    /// A conversation is over: work after it, mostly.
    pub(super) fn wrap_up(&mut self, call: Call) {
        let agent = call.agent;
        if self.random.chance(0.08) {
            return self.free(agent);
        }
        self.desks[agent].last_call = Some((call.number, call.pbx));
        self.set_state(agent, AgentState::WrapUp, None);
        let mean_ms = self.centre.queues.get(call.queue).map_or(20_000.0, |q| q.wrap_up_ms);
        let (wrap_up_ms, epoch) = (self.random.log_normal(mean_ms, 0.6), self.desks[agent].epoch);
        self.plan(wrap_up_ms, Task::AgentOn { agent, epoch });
    }

    /// Whatever the agent was busy with, calls from queues aside, is over.
    pub(super) fn agent_on(&mut self, agent: usize, epoch: u32) {
        let desk = &mut self.desks[agent];
        if desk.epoch != epoch {
            return;
        }
        desk.spare = false;
        match desk.state {
            AgentState::WrapUp => {
                let wrap_up_ms = self.now.since(desk.since_at);
                if let Some((number, pbx)) = desk.last_call.take() {
                    let body = CallWrappedUp { call: self.call_id(number), agent: self.agent_id(agent), wrap_up_ms };
                    self.say(Origin::Pbx(pbx), Body::CallWrappedUp(body));
                }
                if self.random.chance(0.012) { self.dial(agent) } else { self.free(agent) }
            }
            AgentState::OtherCall => self.own_call_on(agent),
            AgentState::Paused | AgentState::NotResponding => self.free(agent),
            AgentState::Ready | AgentState::Ringing | AgentState::Talking | AgentState::Hold | AgentState::Offline => {}
        }
    }

    /// An agent calls somebody back.
    fn dial(&mut self, agent: usize) {
        let (number, pbx) = (self.next_number(), usize::from(self.random.chance(0.4)));
        let to = Some(self.new_caller().to_string().into());
        let from = Some(self.agent_id(agent));
        self.say(Origin::Pbx(pbx), Body::CallStarted(CallStarted { call: self.call_id(number), direction: Direction::Outbound, from, to }));
        self.set_state(agent, AgentState::OtherCall, None);
        let talk_ms = self.random.chance(0.7).then(|| self.random.log_normal(2.0 * 60_000.0, 0.7));
        let epoch = self.desks[agent].epoch;
        let desk = &mut self.desks[agent];
        desk.last_call = Some((number, pbx));
        desk.own_talk_ms = talk_ms;
        let ring_ms = self.random.between(5 * SECOND_MS, 25 * SECOND_MS);
        self.plan(ring_ms, Task::AgentOn { agent, epoch });
    }

    fn own_call_on(&mut self, agent: usize) {
        let desk = &mut self.desks[agent];
        let (talk_ms, epoch) = (desk.own_talk_ms.take(), desk.epoch);
        let Some((number, pbx)) = desk.last_call else { return self.free(agent) };
        let call = self.call_id(number);
        if let Some(talk_ms) = talk_ms {
            let body = CallAnswered { call, agent: self.agent_id(agent), queue: None, ring_ms: None };
            self.say(Origin::Pbx(pbx), Body::CallAnswered(body));
            return self.plan(talk_ms, Task::AgentOn { agent, epoch });
        }
        self.desks[agent].last_call = None;
        self.say(Origin::Pbx(pbx), Body::CallEnded(CallEnded { call, by: Some(EndedBy::Agent) }));
        self.free(agent);
    }

    /// Once a minute: with too little to do some agents get other work, with callers waiting they are called back.
    pub(super) fn supervise(&mut self) {
        self.plan(MINUTE_MS, Task::Supervise);
        let mut by_team = vec![(Vec::new(), Vec::new(), 0_usize); self.centre.teams.len()];
        for (agent, person) in self.centre.agents.iter().enumerate() {
            let (Some((ready, spare, staff)), desk) = (by_team.get_mut(person.team), &self.desks[agent]) else { continue };
            *staff += usize::from(desk.logged_in);
            if desk.state == AgentState::Ready {
                ready.push(agent);
            } else if desk.state == AgentState::Paused && desk.spare {
                spare.push(agent);
            }
        }
        for (team, (ready, spare, staff)) in by_team.into_iter().enumerate() {
            let own: Vec<usize> = self.skills[team].iter().filter(|s| s.own).map(|s| s.queue).collect();
            let waiting: u32 = own.iter().map(|q| self.lines[*q].waiting).sum();
            let worst = own.iter().map(|q| self.lines[*q].service).fold(1.0, f64::min);
            let step = staff / 12 + 1;
            if worst < 0.74 || waiting > 4 {
                spare.into_iter().take(step).for_each(|agent| self.free(agent));
            } else if worst > 0.84 && waiting == 0 && ready.len() > step {
                for agent in ready.into_iter().take(ready_to_go(staff, step)) {
                    let reason = if self.random.chance(0.5) { "back_office" } else { "training" };
                    let for_ms = self.random.between(15 * MINUTE_MS, 40 * MINUTE_MS);
                    self.pause(agent, reason, for_ms, true);
                }
            }
        }
    }
}

const fn ready_to_go(staff: usize, step: usize) -> usize {
    if staff > 3 { step } else { 0 }
}
