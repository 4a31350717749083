//! A caller's way: menu, queue, giving up, rating, end. The part with an agent is in `talk.rs`.

use callboard_domain::event::{Body, CallEnded, CallLeftQueue, CallQueued, CallRated, CallRecorded, CallStarted};
use callboard_domain::state::{Direction, EndedBy, LeaveReason, MissReason};
use callboard_domain::time::{HOUR_MS, MINUTE_MS, SECOND_MS};

use super::agenda::{CallRef, Task};
use super::floor::{AfterEnd, Call, Floor, Origin, Stage, Talk, TalkEnd};
use super::profile;

const OPENS_MS: i64 = 7 * HOUR_MS + 45 * MINUTE_MS;
const CLOSES_MS: i64 = 21 * HOUR_MS;
/// How many callers of late may call again.
const RECENT: usize = 256;

impl Floor {
    /// Plans the next arrival of the day's profile by thinning a faster, even stream.
    pub(super) fn plan_arrival(&mut self) {
        let factor = self.odds.last().copied().unwrap_or(1.0);
        let mean_ms = 60_000.0 / (self.peak * profile::HIGHEST * factor);
        let mut after_ms = 0.0;
        loop {
            after_ms += self.random.exponential(mean_ms);
            let at = self.now.plus(super::random::whole_ms(after_ms));
            if self.random.unit() * profile::HIGHEST < profile::rate(at.since(self.day_start), self.weekday) {
                return self.agenda.plan(at, Task::Arrive);
            }
        }
    }

    /// A caller dials.
    pub(super) fn arrive(&mut self) {
        self.plan_arrival();
        let drawn = self.random.unit() * self.odds.last().copied().unwrap_or(1.0);
        let queue = self.odds.partition_point(|sum| *sum <= drawn).min(self.centre.queues.len() - 1);
        let again = self.random.below(RECENT * 8);
        let caller = self.recent_callers.get(again).copied().unwrap_or_else(|| self.new_caller());
        let (number, pbx) = (self.next_number(), usize::from(self.random.chance(0.4)));
        let talk = Talk { piece_ms: 0, holds_left: 0, held: false, end: TalkEnd::By(EndedBy::Caller) };
        let call = Call {
            number,
            pbx,
            caller,
            queue,
            queued_at: self.now,
            visit: 0,
            phase: 0,
            urgent: self.random.chance(0.05),
            sent_on: false,
            agent: 0,
            answered_at: None,
            stage: Stage::Menu,
            talk,
        };
        let at = self.add(call);
        let from = Some(caller.to_string().into());
        let to = Some(format!("4008{:06}", 10 + queue % 9).into());
        self.say(Origin::Pbx(pbx), Body::CallStarted(CallStarted { call: self.call_id(number), direction: Direction::Inbound, from, to }));
        let menu_ms = self.random.log_normal(24_000.0, 0.5);
        self.plan(menu_ms, Task::MenuOver(at));
    }

    /// A made-up mobile number.
    pub(super) fn new_caller(&mut self) -> u64 {
        let prefixes = [135, 137, 138, 139, 150, 158, 186, 188];
        let prefix = prefixes.get(self.random.below(prefixes.len())).copied().unwrap_or(138);
        prefix * 100_000_000 + self.random.below(100_000_000) as u64
    }

    /// Through the menu: some got what they wanted, the others queue.
    pub(super) fn menu_over(&mut self, at: CallRef) {
        let Some(call) = self.call(at) else { return };
        if self.random.chance(0.09) {
            return self.end(at, EndedBy::Caller);
        }
        let of_day = self.now.since(self.day_start);
        let open = (OPENS_MS..CLOSES_MS).contains(&of_day) || self.centre.queues.get(call.queue).is_some_and(|q| q.always_open);
        if open {
            self.enqueue(at, call.queue);
        } else {
            self.after(at, 9 * SECOND_MS, AfterEnd::Silence);
        }
    }

    /// Into a queue.
    pub(super) fn enqueue(&mut self, at: CallRef, queue: usize) {
        let Some(mut call) = self.call(at) else { return };
        call.queue = queue;
        call.queued_at = self.now;
        call.visit += 1;
        call.phase += 1;
        call.stage = Stage::Waiting;
        self.put(at, call);
        let line = &mut self.lines[queue];
        line.waiting += 1;
        let (position, full) = (line.waiting, line.staff == 0 || line.waiting > 30.max(line.staff * 2));
        let body = CallQueued { call: self.call_id(call.number), queue: self.queue_id(queue), position: Some(position) };
        self.say(Origin::Pbx(call.pbx), Body::CallQueued(body));
        if full {
            return self.leave(at, LeaveReason::Overflow);
        }
        let visit = call.visit;
        let patience_ms = profile::patience(&mut self.random);
        self.plan(patience_ms, Task::HangUp { call: at, visit });
        let limit_ms = self.centre.queues.get(queue).map_or(MINUTE_MS, |q| q.limit_ms);
        self.plan(limit_ms, Task::Limit { call: at, visit });
        if self.random.chance(0.03) {
            let key_ms = self.random.between(30 * SECOND_MS, 120 * SECOND_MS);
            self.plan(key_ms, Task::Key { call: at, visit });
        }
        self.offer(at, call, false);
    }

    /// The caller's patience is over.
    pub(super) fn hang_up(&mut self, at: CallRef, visit: u32) {
        if let Some(call) = self.call(at).filter(|c| c.visit == visit && matches!(c.stage, Stage::Waiting | Stage::Ringing(_))) {
            if self.recent_callers.len() >= RECENT {
                self.recent_callers.pop_front();
            }
            self.recent_callers.push_back(call.caller);
            self.leave(at, LeaveReason::Abandoned);
        }
    }

    /// The queue's limit is over; a ring may still finish.
    pub(super) fn limit(&mut self, at: CallRef, visit: u32) {
        match self.call(at).filter(|c| c.visit == visit).map(|c| c.stage) {
            Some(Stage::Waiting) => self.leave(at, LeaveReason::TimedOut),
            Some(Stage::Ringing(_)) => self.plan(5 * SECOND_MS, Task::Limit { call: at, visit }),
            Some(Stage::Menu | Stage::Talking | Stage::After(_)) | None => {}
        }
    }

    /// The caller presses the key.
    pub(super) fn key(&mut self, at: CallRef, visit: u32) {
        if self.call(at).is_some_and(|c| c.visit == visit && c.stage == Stage::Waiting) {
            self.leave(at, LeaveReason::Key);
        }
    }

    /// Out of the queue without an answer.
    pub(super) fn leave(&mut self, at: CallRef, reason: LeaveReason) {
        let Some(mut call) = self.call(at) else { return };
        let rung = matches!(call.stage, Stage::Ringing(_)).then_some(call.agent);
        if rung.is_some() {
            self.miss(call, MissReason::CallerGaveUp);
        }
        let line = &mut self.lines[call.queue];
        line.waiting -= 1;
        if reason != LeaveReason::Overflow {
            line.service -= line.service * 0.04;
        }
        let body = CallLeftQueue { call: self.call_id(call.number), queue: self.queue_id(call.queue), reason };
        self.say(Origin::Pbx(call.pbx), Body::CallLeftQueue(body));
        call.phase += 1;
        let first_time = !std::mem::replace(&mut call.sent_on, true);
        self.put(at, call);
        let general = (call.queue / 9 * 9 + 1).min(self.centre.queues.len() - 1);
        let elsewhere = first_time && general != call.queue && self.lines[general].staff > 0;
        match reason {
            LeaveReason::Abandoned | LeaveReason::Lost => self.end(at, EndedBy::Caller),
            LeaveReason::TimedOut | LeaveReason::Overflow if elsewhere => self.after(at, 300, AfterEnd::Queue(general)),
            LeaveReason::TimedOut | LeaveReason::Key if self.random.chance(0.6) => {
                let message_ms = self.random.between(6 * SECOND_MS, 45 * SECOND_MS);
                self.after(at, message_ms + 4 * SECOND_MS, AfterEnd::Message(message_ms));
            }
            LeaveReason::TimedOut | LeaveReason::Key | LeaveReason::Overflow => self.after(at, 8 * SECOND_MS, AfterEnd::Silence),
        }
        if let Some(agent) = rung {
            self.free(agent);
        }
    }

    /// What comes between the queue or the conversation and the end.
    pub(super) fn after(&mut self, at: CallRef, after_ms: i64, end: AfterEnd) {
        let Some(mut call) = self.call(at) else { return };
        call.phase += 1;
        call.stage = Stage::After(end);
        self.put(at, call);
        let task = if matches!(end, AfterEnd::Queue(_)) { Task::Requeue(at) } else { Task::AfterOver(at) };
        self.plan(after_ms, task);
    }

    /// Into the next queue.
    pub(super) fn requeue(&mut self, at: CallRef) {
        if let Some(Stage::After(AfterEnd::Queue(queue))) = self.call(at).map(|c| c.stage) {
            self.enqueue(at, queue);
        }
    }

    /// The last part of a call is over.
    pub(super) fn after_over(&mut self, at: CallRef) {
        let Some(call) = self.call(at) else { return };
        let Stage::After(end) = call.stage else { return };
        let (id, origin) = (self.call_id(call.number), Origin::Pbx(call.pbx));
        let by = match end {
            AfterEnd::Rating(Some(score)) => {
                self.say(origin, Body::CallRated(CallRated { call: id, score }));
                EndedBy::System
            }
            AfterEnd::Message(ms) => {
                let url = format!("voicemail/{id}.wav").into();
                self.say(origin, Body::CallVoicemail(CallRecorded { call: id, url, duration_ms: Some(ms) }));
                EndedBy::Caller
            }
            AfterEnd::Rating(None) | AfterEnd::Queue(_) => EndedBy::Caller,
            AfterEnd::Silence => EndedBy::System,
        };
        self.end(at, by);
    }

    /// The call is over.
    pub(super) fn end(&mut self, at: CallRef, by: EndedBy) {
        let Some(call) = self.call(at) else { return };
        self.say(Origin::Pbx(call.pbx), Body::CallEnded(CallEnded { call: self.call_id(call.number), by: Some(by) }));
        self.remove(at);
    }
}
