//! One call as the manager interface shows it: its visits to queues and the telephones that ring for it.

use callboard_domain::Timestamp;
use callboard_domain::event::{Body, CallLeftQueue};
use callboard_domain::state::{EndedBy, LeaveReason};

use super::memory::{OpenCall, Party};
use crate::dialect::Emit;

/// One call, by the Uniqueid of its caller's channel.
#[derive(Debug, Default)]
pub(super) struct Call {
    /// Visits that are not over; a transfer into another queue opens the second before the first is closed.
    pub visits: Vec<Visit>,
    pub rings: Vec<Ring>,
    /// Ties the channels of one call together.
    pub linked: String,
    /// Whose hang-up Asterisk was asked for.
    pub hung_up_by: Option<EndedBy>,
    /// A snapshot did not have it; lost unless something is heard of it soon.
    pub missing: Option<Missing>,
    /// Queues in which it waited and that a snapshot listed without it.
    pub unlisted: Vec<String>,
}

/// What a snapshot did not have.
#[derive(Debug, Clone, Copy)]
pub(super) struct Missing {
    /// When the snapshot was read.
    pub noticed_at: Timestamp,
    /// When it was last known to be there.
    pub lost_at: Timestamp,
    /// What was not there.
    pub gone: Gone,
}

impl Missing {
    /// It went while every event was heard.
    pub fn was_watched(&self) -> bool {
        self.lost_at == self.noticed_at
    }
}

/// How much of a call a snapshot did not have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Gone {
    /// It waits in no queue any more, and its channel may live on.
    Waits,
    /// All of it.
    Call,
}

/// One stay in one queue.
#[derive(Debug)]
pub(super) struct Visit {
    pub queue: String,
    pub stage: Stage,
}

/// How far a visit is.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Stage {
    /// In the queue.
    Waiting,
    /// A telephone was picked up; the connection is being made and can still fail.
    PickedUp,
    /// Out of the queue, nobody yet knows why.
    Leaving {
        /// When.
        at: Timestamp,
        /// `QueueCallerAbandon` came, which is also sent for a time-out.
        abandon: bool,
    },
    /// In conversation.
    Talking {
        /// With whom.
        agent: String,
        /// The member's interface.
        interface: String,
        /// The Uniqueid of the agent's channel.
        channel: String,
        /// The caller is on hold.
        held: bool,
    },
}

/// A telephone that rings.
#[derive(Debug)]
pub(super) struct Ring {
    pub queue: String,
    pub agent: String,
    pub interface: String,
    pub channel: String,
    /// The dial ended without an answer; a word on why may follow.
    pub ended_at: Option<Timestamp>,
}

impl Ring {
    /// Whether it is this telephone; one known from before a restart of ours has no name but its agent's.
    pub fn is_at(&self, interface: &str, agent: &str) -> bool {
        if self.interface.is_empty() { self.agent == agent } else { self.interface == interface }
    }
}

impl Call {
    /// As it was told before this process started.
    pub fn known(open: &OpenCall) -> Self {
        let waits = open.waits.iter().map(|queue| Visit { queue: queue.clone(), stage: Stage::Waiting });
        let talks = open.talks.iter().map(|with| {
            let (interface, channel) = (String::new(), String::new());
            Visit { queue: with.queue.clone(), stage: Stage::Talking { agent: with.agent.clone(), interface, channel, held: with.held } }
        });
        let rings = open.rings.iter().map(|at| {
            let (interface, channel) = (String::new(), String::new());
            Ring { queue: at.queue.clone(), agent: at.agent.clone(), interface, channel, ended_at: None }
        });
        Self { visits: waits.chain(talks).collect(), rings: rings.collect(), linked: open.call.clone(), ..Self::default() }
    }

    /// What of it is open, for whoever goes on after this process.
    pub fn open(&self, call: &str) -> OpenCall {
        let mut open = OpenCall { call: call.to_owned(), ..OpenCall::default() };
        for visit in &self.visits {
            match &visit.stage {
                Stage::Talking { agent, held, .. } => open.talks.push(Party { agent: agent.clone(), queue: visit.queue.clone(), held: *held }),
                Stage::Waiting | Stage::PickedUp | Stage::Leaving { .. } => open.waits.push(visit.queue.clone()),
            }
        }
        let ring = |ring: &Ring| Party { agent: ring.agent.clone(), queue: ring.queue.clone(), held: false };
        open.rings = self.rings.iter().map(ring).collect();
        open
    }

    /// It waits no more, and nothing was heard of how that ended.
    pub fn lose_waits(&mut self, call: &str, at: Timestamp, out: &mut Emit, gone: impl Fn(&String) -> bool) {
        self.visits.retain(|visit| {
            let waiting = !matches!(visit.stage, Stage::Talking { .. }) && gone(&visit.queue);
            if waiting {
                out.push(at, left(call, &visit.queue, LeaveReason::Lost));
            }
            !waiting
        });
    }

    /// The visit in a queue that is not yet a conversation.
    pub fn in_queue(&mut self, queue: &str) -> Option<&mut Visit> {
        self.visits.iter_mut().find(|v| v.queue == queue && !matches!(v.stage, Stage::Talking { .. }))
    }

    /// The conversation with an agent, by whatever of channel, queue and interface is known.
    pub fn talking(&self, by: impl Fn(&Visit, &str, &str) -> bool) -> Option<usize> {
        self.visits.iter().position(|visit| match &visit.stage {
            Stage::Talking { channel, interface, .. } => by(visit, channel, interface),
            Stage::Waiting | Stage::PickedUp | Stage::Leaving { .. } => false,
        })
    }

    /// The only conversation; none where there are two.
    pub fn only_talk(&self) -> Option<usize> {
        let mut talks = self.visits.iter().enumerate().filter(|(_, v)| matches!(v.stage, Stage::Talking { .. }));
        let first = talks.next()?.0;
        talks.next().is_none().then_some(first)
    }

    /// Takes a conversation out; its agent and queue.
    pub fn end_talk(&mut self, place: usize) -> Option<(String, String)> {
        let is_talk = matches!(self.visits.get(place)?.stage, Stage::Talking { .. });
        if !is_talk {
            return None;
        }
        let visit = self.visits.remove(place);
        match visit.stage {
            Stage::Talking { agent, .. } => Some((agent, visit.queue)),
            Stage::Waiting | Stage::PickedUp | Stage::Leaving { .. } => None,
        }
    }

    /// The channel does something else: who left a queue and was not answered left it for that.
    ///
    /// `QueueCallerAbandon` means hang-up, unless the channel lives on: then the queue's time was over. Without it the
    /// caller pressed a key.
    pub fn decide(&mut self, call: &str, lives_on: bool, out: &mut Emit) {
        self.close_leaving(call, out, |abandon| match (abandon, lives_on) {
            (true, true) => LeaveReason::TimedOut,
            (true, false) => LeaveReason::Abandoned,
            (false, _) => LeaveReason::Key,
        });
    }

    /// Whether `QueueCallerAbandon` came and nothing yet that tells a hang-up from a time-out.
    pub fn is_abandoned(&self) -> bool {
        self.visits.iter().any(|visit| matches!(visit.stage, Stage::Leaving { abandon: true, .. }))
    }

    /// Tells why every visit that was being left is over.
    pub fn close_leaving(&mut self, call: &str, out: &mut Emit, reason: impl Fn(bool) -> LeaveReason) {
        self.visits.retain(|visit| {
            let Stage::Leaving { at, abandon } = visit.stage else { return true };
            out.push(at, left(call, &visit.queue, reason(abandon)));
            false
        });
    }

    /// Whether something waits for more messages.
    pub fn undecided(&self) -> bool {
        self.missing.is_some()
            || self.rings.iter().any(|ring| ring.ended_at.is_some())
            || self.visits.iter().any(|visit| matches!(visit.stage, Stage::Leaving { .. }))
    }
}

/// The event of leaving a queue.
pub(super) fn left(call: &str, queue: &str, reason: LeaveReason) -> Body<'static> {
    Body::CallLeftQueue(CallLeftQueue { call: call.to_owned().into(), queue: queue.to_owned().into(), reason })
}
