//! The calls of a queue_log: which visits are open, and what a later line has to decide.

use callboard_domain::Timestamp;
use callboard_domain::event::{Body, CallAnswered, CallEnded, CallLeftQueue, CallLegEnded, CallQueued, CallRingMissed, CallStarted, CallTransferred};
use callboard_domain::state::{Direction, EndedBy, LeaveReason, MissReason, TransferKind};
use hashbrown::HashMap;

use crate::dialect::Emit;

/// How long the end of a call waits for its next ENTERQUEUE: what a dialplan needs to go on to another queue, ms.
const GO_ON_MS: i64 = 5_000;
/// How long a cancelled ring waits for the line that says why, ms.
const CANCEL_MS: i64 = 1_000;
/// A call that was over so long is forgotten; its callid then would start a new call, ms.
const FORGET_MS: i64 = 3_600_000;
/// Between two sweeps for forgotten calls.
const SWEEP_MS: i64 = 600_000;

/// What every line of a call says: whose visit it is about, and when.
#[derive(Debug, Clone, Copy)]
pub(super) struct Visit<'a> {
    pub call: &'a str,
    pub queue: &'a str,
    pub at: Timestamp,
}

#[derive(Debug, Default)]
pub(super) struct Calls {
    calls: HashMap<String, Call>,
    /// Calls that wait for a decision, by callid, in the order in which they began to wait.
    undecided: Vec<(Timestamp, String)>,
    swept_at: Timestamp,
}

/// One call; a queue once entered stands there until it is left.
#[derive(Debug, Default)]
struct Call {
    waiting: Vec<String>,
    /// Conversations: queue and agent.
    talking: Vec<(String, String)>,
    /// Let go by a queue; the dialplan may go on.
    let_go: Option<(Timestamp, EndedBy)>,
    canceled: Vec<Canceled>,
    touched_at: Timestamp,
}

/// A ring that ended because the caller left or another agent answered: the call's next line says which.
#[derive(Debug)]
struct Canceled {
    at: Timestamp,
    queue: String,
    agent: String,
    ring_ms: i64,
}

impl Call {
    fn open(&self) -> bool {
        !self.waiting.is_empty() || !self.talking.is_empty()
    }

    fn decide_canceled(&mut self, call: &str, reason: MissReason, out: &mut Emit) {
        for ring in self.canceled.drain(..) {
            let (agent, queue) = (ring.agent.into(), Some(ring.queue.into()));
            out.push(
                ring.at,
                Body::CallRingMissed(CallRingMissed { call: call.to_owned().into(), agent, queue, ring_ms: Some(ring.ring_ms), reason }),
            );
        }
    }

    fn end(&mut self, call: &str, at: Timestamp, by: EndedBy, out: &mut Emit) {
        self.let_go = None;
        out.push(at, Body::CallEnded(CallEnded { call: call.to_owned().into(), by: Some(by) }));
    }
}

impl Calls {
    /// The call, and what its next line decides: a cancelled ring was lost to `reason`.
    fn touch(&mut self, call: &str, at: Timestamp, reason: MissReason, out: &mut Emit) -> &mut Call {
        let known = self.calls.entry(call.to_owned()).or_default();
        known.touched_at = at;
        known.decide_canceled(call, reason, out);
        known
    }

    pub fn queued(&mut self, visit: Visit<'_>, from: Option<String>, position: Option<u32>, out: &mut Emit) {
        let Visit { call, queue, at } = visit;
        let new = !self.calls.contains_key(call);
        let known = self.touch(call, at, MissReason::CallerGaveUp, out);
        known.let_go = None;
        known.waiting.push(queue.to_owned());
        let text = || call.to_owned().into();
        if new {
            let (from, to) = (from.map(Into::into), None);
            out.push(at, Body::CallStarted(CallStarted { call: text(), direction: Direction::Inbound, from, to }));
        }
        out.push(at, Body::CallQueued(CallQueued { call: text(), queue: queue.to_owned().into(), position }));
    }

    pub fn answered(&mut self, visit: Visit<'_>, agent: &str, ring_ms: i64, out: &mut Emit) {
        let Visit { call, queue, at } = visit;
        let known = self.touch(call, at, MissReason::AnsweredElsewhere, out);
        known.leave(queue);
        known.let_go = None;
        known.talking.push((queue.to_owned(), agent.to_owned()));
        out.push(
            at,
            Body::CallAnswered(CallAnswered {
                call: call.to_owned().into(),
                agent: agent.to_owned().into(),
                queue: Some(queue.to_owned().into()),
                ring_ms: Some(ring_ms),
            }),
        );
    }

    pub fn missed(&self, visit: Visit<'_>, agent: &str, ring_ms: Option<i64>, reason: MissReason, out: &mut Emit) {
        let Visit { call, queue, at } = visit;
        let (agent, queue) = (agent.to_owned().into(), Some(queue.to_owned().into()));
        out.push(at, Body::CallRingMissed(CallRingMissed { call: call.to_owned().into(), agent, queue, ring_ms, reason }));
    }

    pub fn canceled(&mut self, visit: Visit<'_>, agent: &str, ring_ms: i64) {
        let Visit { call, queue, at } = visit;
        let known = self.calls.entry(call.to_owned()).or_default();
        known.touched_at = at;
        known.canceled.push(Canceled { at, queue: queue.to_owned(), agent: agent.to_owned(), ring_ms });
        self.undecided.push((at.plus(CANCEL_MS), call.to_owned()));
    }

    /// Older versions name the member that was being rung in the line itself.
    pub fn abandoned(&mut self, visit: Visit<'_>, ringing: Option<&str>, out: &mut Emit) {
        let Visit { call, queue, at } = visit;
        let told = self.calls.get(call).is_some_and(|known| known.canceled.iter().any(|ring| Some(ring.agent.as_str()) == ringing));
        if let Some(agent) = ringing.filter(|_| !told) {
            self.missed(visit, agent, None, MissReason::CallerGaveUp, out);
        }
        let known = self.touch(call, at, MissReason::CallerGaveUp, out);
        known.leave(queue);
        out.push(at, left(call, queue, LeaveReason::Abandoned));
        if !known.open() {
            known.end(call, at, EndedBy::Caller, out);
        }
    }

    pub fn left(&mut self, visit: Visit<'_>, reason: LeaveReason, out: &mut Emit) {
        let Visit { call, queue, at } = visit;
        let known = self.touch(call, at, MissReason::CallerGaveUp, out);
        known.leave(queue);
        out.push(at, left(call, queue, reason));
        self.let_go(call, EndedBy::System, at);
    }

    pub fn completed(&mut self, visit: Visit<'_>, agent: &str, by: EndedBy, out: &mut Emit) {
        let Visit { call, queue, at } = visit;
        let known = self.touch(call, at, MissReason::CallerGaveUp, out);
        known.hang_up(queue, agent);
        out.push(at, Body::CallLegEnded(CallLegEnded { call: call.to_owned().into(), agent: agent.to_owned().into(), by: Some(by) }));
        if !known.open() {
            known.end(call, at, by, out);
        }
    }

    pub fn transferred(&mut self, visit: Visit<'_>, agent: &str, to: Option<String>, kind: TransferKind, out: &mut Emit) {
        let Visit { call, queue, at } = visit;
        let known = self.touch(call, at, MissReason::CallerGaveUp, out);
        known.hang_up(queue, agent);
        let (agent, to) = (agent.to_owned().into(), to.map(Into::into));
        out.push(at, Body::CallTransferred(CallTransferred { call: call.to_owned().into(), agent, to, kind }));
        self.let_go(call, EndedBy::System, at);
    }

    fn let_go(&mut self, call: &str, by: EndedBy, at: Timestamp) {
        let Some(known) = self.calls.get_mut(call) else { return };
        if !known.open() {
            known.let_go = Some((at, by));
            self.undecided.push((at.plus(GO_ON_MS), call.to_owned()));
        }
    }

    /// Decides what has waited long enough; all of it at the end of the text (`None`).
    pub fn settle(&mut self, now: Option<Timestamp>, out: &mut Emit) {
        let due = |until: Timestamp| now.is_none_or(|now| until < now);
        if self.undecided.iter().any(|(until, _)| due(*until)) {
            let (ripe, rest) = std::mem::take(&mut self.undecided).into_iter().partition(|(until, _)| due(*until));
            self.undecided = rest;
            let ripe: Vec<(Timestamp, String)> = ripe;
            for (_, call) in ripe {
                let Some(known) = self.calls.get_mut(&call) else { continue };
                if known.canceled.iter().any(|ring| due(ring.at.plus(CANCEL_MS))) {
                    known.decide_canceled(&call, MissReason::CallerGaveUp, out);
                }
                if let Some((at, by)) = known.let_go.filter(|(at, _)| due(at.plus(GO_ON_MS))) {
                    known.end(&call, at, by, out);
                }
            }
        }
        if let Some(now) = now.filter(|now| now.since(self.swept_at) > SWEEP_MS) {
            self.swept_at = now;
            self.calls.retain(|_, call| call.open() || call.let_go.is_some() || now.since(call.touched_at) < FORGET_MS);
        }
    }

    /// Every call is gone.
    pub fn forget(&mut self) {
        self.calls.clear();
        self.undecided.clear();
    }
}

impl Call {
    fn leave(&mut self, queue: &str) {
        if let Some(place) = self.waiting.iter().position(|known| known == queue) {
            self.waiting.remove(place);
        }
    }

    fn hang_up(&mut self, queue: &str, agent: &str) {
        if let Some(place) = self.talking.iter().position(|(q, a)| q == queue && a == agent) {
            self.talking.remove(place);
        }
    }
}

fn left(call: &str, queue: &str, reason: LeaveReason) -> Body<'static> {
    Body::CallLeftQueue(CallLeftQueue { call: call.to_owned().into(), queue: queue.to_owned().into(), reason })
}
