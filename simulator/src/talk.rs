//! A call and an agent: ring, conversation, hold, transfer, recording.

use callboard_domain::event::{Body, CallAnswered, CallHeld, CallLegEnded, CallRecorded, CallRingMissed, CallRinging, CallTransferred};
use callboard_domain::state::{AgentState, EndedBy, MissReason, TransferKind};
use callboard_domain::time::SECOND_MS;

use super::agenda::{CallRef, Task};
use super::floor::{AfterEnd, Call, Floor, Origin, RingEnd, Stage, Talk, TalkEnd};
use super::random::Random;

impl Floor {
    /// An agent's telephone rings for the call.
    pub(super) fn ring(&mut self, at: CallRef, agent: usize) {
        let Some(mut call) = self.call(at) else { return };
        let (ring_ms, end) = match self.random.unit() {
            u if u < 0.012 => (20 * SECOND_MS, RingEnd::Miss(MissReason::NoAnswer)),
            u if u < 0.015 => (1_500, RingEnd::Miss(MissReason::Failed)),
            _ => (self.random.log_normal(4_200.0, 0.45).min(18 * SECOND_MS), RingEnd::Answer),
        };
        call.phase += 1;
        call.agent = agent;
        call.stage = Stage::Ringing(end);
        self.put(at, call);
        let queue = Some(self.queue_id(call.queue));
        self.say(Origin::Pbx(call.pbx), Body::CallRinging(CallRinging { call: self.call_id(call.number), agent: self.agent_id(agent), queue }));
        self.set_state(agent, AgentState::Ringing, None);
        self.plan(ring_ms, Task::RingOver { call: at, phase: call.phase });
    }

    /// The ring ends as it was drawn.
    pub(super) fn ring_over(&mut self, at: CallRef, phase: u32) {
        let Some(mut call) = self.call(at).filter(|c| c.phase == phase) else { return };
        let Stage::Ringing(end) = call.stage else { return };
        call.phase += 1;
        match end {
            RingEnd::Answer => self.answer(at, call),
            RingEnd::Miss(reason) => {
                call.stage = Stage::Waiting;
                self.put(at, call);
                self.miss(call, reason);
                self.stop_responding(call.agent);
                self.offer(at, call, true);
            }
        }
    }

    /// The ring ended without an answer.
    pub(super) fn miss(&mut self, call: Call, reason: MissReason) {
        let (agent, queue) = (self.agent_id(call.agent), Some(self.queue_id(call.queue)));
        let body = CallRingMissed { call: self.call_id(call.number), agent, queue, ring_ms: None, reason };
        self.say(Origin::Pbx(call.pbx), Body::CallRingMissed(body));
    }

    fn answer(&mut self, at: CallRef, mut call: Call) {
        let (target_ms, talk_ms) = self.centre.queues.get(call.queue).map_or((0, 1.0), |q| (q.target_ms, q.talk_ms));
        let line = &mut self.lines[call.queue];
        line.waiting -= 1;
        let in_target = if self.now.since(call.queued_at) <= target_ms { 1.0 } else { 0.0 };
        line.service += (in_target - line.service) * 0.04;
        let (agent, queue) = (self.agent_id(call.agent), Some(self.queue_id(call.queue)));
        self.say(Origin::Pbx(call.pbx), Body::CallAnswered(CallAnswered { call: self.call_id(call.number), agent, queue, ring_ms: None }));
        self.set_state(call.agent, AgentState::Talking, None);
        call.answered_at.get_or_insert(self.now);
        call.stage = Stage::Talking;
        let holds_left = match self.random.unit() {
            u if u < 0.03 => 2,
            u if u < 0.17 => 1,
            _ => 0,
        };
        let whole_ms = self.random.log_normal(talk_ms, 0.65);
        call.talk = Talk { piece_ms: whole_ms / (i64::from(holds_left) + 1) + 1, holds_left, held: false, end: self.talk_end(call.queue) };
        self.put(at, call);
        self.plan(call.talk.piece_ms, Task::TalkOn { call: at, phase: call.phase });
    }

    fn talk_end(&mut self, queue: usize) -> TalkEnd {
        let other = self.random.below(self.centre.queues.len());
        match self.random.unit() {
            u if u < 0.035 && other != queue => TalkEnd::Blind(other),
            u if u < 0.055 && other != queue => TalkEnd::Attended(other),
            u if u < 0.36 => TalkEnd::Survey,
            u if u < 0.50 => TalkEnd::By(EndedBy::Agent),
            _ => TalkEnd::By(EndedBy::Caller),
        }
    }

    /// A piece of the conversation is over: hold, resume, hand on or hang up.
    pub(super) fn talk_on(&mut self, at: CallRef, phase: u32) {
        let Some(mut call) = self.call(at).filter(|c| c.phase == phase && c.stage == Stage::Talking) else { return };
        let handing_on = matches!(call.talk.end, TalkEnd::Attended(_)) && call.talk.holds_left == 0;
        if call.talk.held && call.talk.holds_left > 0 {
            call.talk.holds_left -= 1;
            call.talk.held = false;
            self.say(Origin::Pbx(call.pbx), Body::CallResumed(self.held(call)));
            self.set_state(call.agent, AgentState::Talking, None);
            self.plan(call.talk.piece_ms, Task::TalkOn { call: at, phase });
        } else if !call.talk.held && (call.talk.holds_left > 0 || handing_on) {
            call.talk.held = true;
            self.say(Origin::Pbx(call.pbx), Body::CallHeld(self.held(call)));
            self.set_state(call.agent, AgentState::Hold, None);
            let hold_ms = self.random.log_normal(26_000.0, 0.6);
            self.plan(hold_ms, Task::TalkOn { call: at, phase });
        } else {
            return self.conclude(at, call);
        }
        self.put(at, call);
    }

    fn held(&self, call: Call) -> CallHeld<'static> {
        CallHeld { call: self.call_id(call.number), agent: self.agent_id(call.agent) }
    }

    fn conclude(&mut self, at: CallRef, call: Call) {
        match call.talk.end {
            TalkEnd::Blind(queue) => self.hand_on(at, call, queue, TransferKind::Blind),
            TalkEnd::Attended(queue) => self.hand_on(at, call, queue, TransferKind::Attended),
            TalkEnd::Survey => {
                let (id, agent) = (self.call_id(call.number), self.agent_id(call.agent));
                self.say(Origin::Pbx(call.pbx), Body::CallLegEnded(CallLegEnded { call: id, agent, by: Some(EndedBy::Agent) }));
                self.record(call);
                let rating = self.random.chance(0.62).then(|| self.draw_rating());
                let survey_ms = self.random.between(5 * SECOND_MS, 20 * SECOND_MS);
                self.after(at, survey_ms, AfterEnd::Rating(rating));
                self.wrap_up(call);
            }
            TalkEnd::By(by) => {
                self.record(call);
                self.end(at, by);
                self.wrap_up(call);
            }
        }
    }

    fn draw_rating(&mut self) -> i64 {
        match self.random.unit() {
            u if u < 0.70 => 5,
            u if u < 0.86 => 4,
            u if u < 0.93 => 3,
            u if u < 0.96 => 2,
            _ => 1,
        }
    }

    fn hand_on(&mut self, at: CallRef, mut call: Call, queue: usize, kind: TransferKind) {
        let (agent, to) = (self.agent_id(call.agent), Some(self.queue_id(queue)));
        self.say(Origin::Pbx(call.pbx), Body::CallTransferred(CallTransferred { call: self.call_id(call.number), agent, to, kind }));
        call.urgent = true;
        self.put(at, call);
        let gap_ms = self.random.between(120, 700);
        self.after(at, gap_ms, AfterEnd::Queue(queue));
        self.wrap_up(call);
    }

    /// The recording: mostly at once, now and then a minute late.
    fn record(&mut self, call: Call) {
        let duration_ms = call.answered_at.map_or(0, |at| self.now.since(at));
        if self.random.chance(0.05) {
            let late_ms = self.random.between(20 * SECOND_MS, 90 * SECOND_MS);
            return self.plan(late_ms, Task::Recorded { number: call.number, pbx: call.pbx, duration_ms });
        }
        self.recorded(call.number, call.pbx, duration_ms);
    }

    /// A recording exists.
    pub(super) fn recorded(&mut self, number: u64, pbx: usize, duration_ms: i64) {
        let call = self.call_id(number);
        let url = self.recording(number).unwrap_or_else(|| format!("recordings/{call}.wav")).into();
        self.say(Origin::Pbx(pbx), Body::CallRecorded(CallRecorded { call, url, duration_ms: Some(duration_ms) }));
    }

    /// One of the recordings that exist. Drawn apart from the story, which is the same whether any exist or not.
    fn recording(&self, number: u64) -> Option<String> {
        let drawn = Random::new(self.seed ^ number.rotate_left(32)).below(self.recordings.len());
        self.recordings.get(drawn).cloned()
    }
}
