//! Asterisk's manager interface: messages in, events out, whoever reads the socket or the file.
//!
//! A call carries the Uniqueid of its caller's channel, which is the callid of queue_log, so both tell about the same
//! call. Asterisk does not say outright how a caller left a queue; the messages that follow decide it (see `calls`).
//! Counters and averages that Asterisk keeps itself are never read.

mod calls;
mod members;
mod memory;
mod message;
mod recording;
mod unheard;
mod visit;

use callboard_domain::event::{Body, CallRecorded, SourceRestarted};
use callboard_domain::state::{MissReason, TransferKind};
use callboard_domain::{Event, Timestamp};
use hashbrown::HashMap;

use crate::agents::{AgentBook, AgentRules};
use crate::dialect::Emit;
use crate::dialect::asterisk_queue_log::{Missed, Presence};
use calls::Calls;
use members::Members;
pub use memory::{AmiMemory, KnownAgent, OpenCall, Party};
pub use message::{MAX_MESSAGE_BYTES, Message};
pub use unheard::Unheard;

/// The dialect's name in the ids of its events.
const TELLER: &str = "ami";

/// QUEUESTART is written early in a boot and the uptime has whole seconds: so far apart they may be the same boot, ms.
const SAME_BOOT_MS: i64 = 15_000;

/// The manager interface of one Asterisk.
#[derive(Debug)]
pub struct AsteriskAmi {
    out: Emit,
    agents: AgentBook,
    calls: Calls,
    members: Members,
    /// The number dialled, by channel, of every channel alive.
    dialled: HashMap<String, String>,
    /// Files that recordings of a channel go to, until they start.
    recordings: HashMap<String, String>,
    shut_down: bool,
    /// When the last connection was last heard; a new one may say much before its greeting.
    unheard_since: Option<Timestamp>,
    /// A restart that another record told of; the greeting after it tells of the same.
    restart_told_at: Option<Timestamp>,
    last_at: Option<Timestamp>,
    /// The PBX's clock less ours, ms.
    skew_ms: i64,
    /// The lines of the message being read, where text comes line by line.
    buffer: Vec<u8>,
    /// Messages of a recording from before a connection's first time: the greeting and the first lists never carry one.
    early: Vec<Vec<u8>>,
    /// A time has come on this connection of a recording.
    timed: bool,
}

impl AsteriskAmi {
    /// For one Asterisk; `source` is its name in every event.
    #[must_use]
    pub fn new(source: &str, rules: AgentRules) -> Self {
        Self {
            out: Emit::new(TELLER, source),
            agents: AgentBook::new(rules),
            calls: Calls::default(),
            members: Members::default(),
            dialled: HashMap::new(),
            recordings: HashMap::new(),
            shut_down: false,
            unheard_since: None,
            restart_told_at: None,
            last_at: None,
            skew_ms: 0,
            buffer: Vec::new(),
            early: Vec::new(),
            timed: false,
        }
    }

    /// What to keep over a restart of this process.
    #[must_use]
    pub fn memory(&self) -> AmiMemory {
        AmiMemory { last_seen_at: self.last_at, calls: self.calls.open(), agents: Vec::new() }
    }

    /// Goes on from what was told before: what the next snapshot no longer has is lost.
    pub fn resume(&mut self, memory: &AmiMemory) {
        self.last_at = self.last_at.max(memory.last_seen_at);
        for agent in &memory.agents {
            let reason = agent.reason.as_deref();
            self.agents.resume(&agent.agent, &agent.queues, agent.state, reason);
        }
        self.calls.resume(&memory.calls, &mut self.agents);
        self.calls.unwatched(self.last_at);
        self.unheard_since = self.last_at;
    }

    /// The connection is gone: calls that the next snapshot lacks ended when the PBX was last heard.
    pub fn disconnected(&mut self) {
        self.calls.unwatched(self.last_at);
        self.unheard_since = self.unheard_since.or(self.last_at);
        self.members = Members::default();
        self.buffer.clear();
    }

    /// Tells something about the source itself, at a moment of our clock.
    pub fn tell(&mut self, body: Body<'static>, at: Timestamp) -> Vec<Event<'static>> {
        self.out.push(at.plus(self.skew_ms), body);
        self.out.take()
    }

    /// The queues that the PBX has named, in order.
    #[must_use]
    pub fn queues(&self) -> Vec<String> {
        self.members.known_queues()
    }

    /// Sets the PBX's clock less ours, ms, as `Ping` showed it; used for messages without a time of their own.
    pub const fn set_skew(&mut self, skew_ms: i64) {
        self.skew_ms = skew_ms;
    }

    /// The PBX's clock less ours, ms.
    #[must_use]
    pub const fn skew_ms(&self) -> i64 {
        self.skew_ms
    }

    /// Takes over what another record of the same PBX says happened while nobody listened; returns it with what it
    /// means for agents. A restart in it ends what was open when the PBX was last heard by anybody.
    pub(crate) fn catch_up(&mut self, missed: Missed) -> Vec<Event<'static>> {
        let mut all = Vec::new();
        let mut presence = missed.presence.into_iter().peekable();
        for event in missed.events {
            while let Some(before) = presence.next_if(|p| p.at < event.at) {
                self.present(&before);
            }
            if let Body::SourceRestarted(restart) = &event.body {
                self.restarted(self.last_at.max(restart.last_seen_at).map(|seen| seen.min(event.at)), event.at);
                self.last_at = Some(event.at);
                self.restart_told_at = Some(event.at);
            } else {
                // The first second overlaps with what was heard.
                if self.calls.caught_up(&event, self.last_at, &mut self.agents, &mut self.out) {
                    all.push(event);
                }
            }
            all.extend(self.out.take());
        }
        presence.for_each(|after| self.present(&after));
        all.extend(self.out.take());
        all
    }

    /// Whom the manager never named its next list tells of: here the name may be an interface that nobody explained.
    fn present(&mut self, presence: &Presence) {
        if self.agents.knows(&presence.agent) {
            presence.apply(&mut self.agents, &mut self.out);
        }
    }

    /// When the PBX last said something, by its own clock.
    #[must_use]
    pub const fn last_seen_at(&self) -> Option<Timestamp> {
        self.last_at
    }

    /// Takes what was seen to be kept from us, if anything.
    pub fn unheard(&mut self) -> Option<Unheard> {
        self.calls.unheard()
    }

    /// Reads one message that arrived at a moment of our clock; returns the events that it completes.
    pub fn message(&mut self, message: &Message<'_>, arrived_at: Timestamp) -> Vec<Event<'static>> {
        let at = message.at().unwrap_or_else(|| arrived_at.plus(self.skew_ms));
        if let Some(event) = message.event() {
            self.calls.heard_of(event, message);
            self.settle(at);
            self.event(event, message, at);
            self.last_at = Some(self.last_at.map_or(at, |last| last.max(at)));
        }
        self.out.take()
    }

    fn settle(&mut self, now: Timestamp) {
        self.calls.settle(now, &mut self.agents, &mut self.out);
        self.agents.tick(now, &mut self.out);
    }

    fn event(&mut self, event: &str, m: &Message<'_>, at: Timestamp) {
        let (calls, agents, out) = (&mut self.calls, &mut self.agents, &mut self.out);
        match event {
            "VarSet" => self.variable(m),
            "Newchannel" => {
                if let (Some(channel), Some(number)) = (m.filled("Uniqueid"), m.filled("Exten").filter(|e| *e != "s")) {
                    self.dialled.insert(channel.to_owned(), number.to_owned());
                }
            }
            "QueueCallerJoin" => {
                let to = m.get("Uniqueid").and_then(|channel| self.dialled.get(channel));
                calls.joined(m, to.map(String::as_str), at, out);
            }
            "QueueCallerAbandon" => calls.leaving(m, true, at),
            "QueueCallerLeave" => calls.leaving(m, false, at),
            "AgentCalled" => calls.ringing(m, agents, at, out),
            "AgentRingNoAnswer" => calls.ring_over(m, MissReason::NoAnswer, agents, at, out),
            "AgentDump" => calls.ring_over(m, MissReason::Failed, agents, at, out),
            "DialEnd" => calls.dial_end(m, agents, at, out),
            "AgentConnect" => calls.connected(m, agents, at, out),
            "AgentComplete" => calls.completed(m, agents, at, out),
            "Hold" => calls.held(m, true, agents, at, out),
            "Unhold" => calls.held(m, false, agents, at, out),
            "BlindTransfer" => calls.transferred(m, TransferKind::Blind, agents, at, out),
            "AttendedTransfer" => calls.transferred(m, TransferKind::Attended, agents, at, out),
            "HangupRequest" => calls.hang_up_asked(m),
            "Newexten" | "UserEvent" | "DialBegin" => calls.goes_on(m, out),
            "Hangup" => {
                if let Some(channel) = m.get("Uniqueid") {
                    self.dialled.remove(channel);
                    self.recordings.remove(channel);
                }
                calls.hung_up(m, agents, at, out);
            }
            "MixMonitorStart" => self.recording(m, at),
            "FullyBooted" => self.booted(m, at),
            "Shutdown" => self.shut_down = true,
            "QueueParams" | "QueueMember" | "QueueEntry" | "QueueStatusComplete" | "CoreShowChannel" | "CoreShowChannelsComplete" => {
                self.snapshot(event, m, at);
            }
            _ => self.members.event(event, m, &mut self.agents, at, &mut self.out),
        }
    }

    /// Replies to `QueueStatus` and `CoreShowChannels`: what the PBX holds now, newer than any event still on its way.
    fn snapshot(&mut self, event: &str, m: &Message<'_>, at: Timestamp) {
        match event {
            "QueueParams" => {
                self.members.listed_queue(m);
                self.calls.listed_queue(m);
            }
            "QueueMember" => self.members.listed(m, &mut self.agents, at, &mut self.out),
            "QueueEntry" => self.calls.listed_entry(m, at, &mut self.out),
            "QueueStatusComplete" => {
                self.members.sweep(&mut self.agents, at, &mut self.out);
                self.calls.sweep_queues(at);
            }
            "CoreShowChannel" => self.calls.listed_channel(m),
            _ => self.calls.sweep_channels(at),
        }
    }

    fn variable(&mut self, m: &Message<'_>) {
        match m.get("Variable") {
            Some("QUEUESTATUS") => self.calls.queue_status(m, &mut self.out),
            Some("MIXMONITOR_FILENAME") => {
                if let (Some(channel), Some(file)) = (m.filled("Uniqueid"), m.unescaped("Value")) {
                    self.recordings.insert(channel.to_owned(), file);
                }
            }
            _ => {}
        }
    }

    /// The file's name comes as a variable, before or after the recording starts.
    fn recording(&mut self, m: &Message<'_>, at: Timestamp) {
        let Some((channel, file)) = m.get("Uniqueid").and_then(|c| self.recordings.remove_entry(c)) else { return };
        if let Some(call) = self.calls.of_channel(&channel) {
            self.out.push(at, Body::CallRecorded(CallRecorded { call: call.into(), url: file.into(), duration_ms: None }));
        }
    }

    /// A boot after the last thing heard is a restart. Were boot times compared instead, a step of our clock would look
    /// like one.
    fn booted(&mut self, m: &Message<'_>, at: Timestamp) {
        let booted_at = m.number("Uptime").map(|seconds| at.plus(seconds.saturating_mul(-1_000)));
        let heard_until = self.unheard_since.take().or(self.last_at);
        let restarted = match (booted_at, heard_until) {
            (Some(booted_at), Some(heard_until)) => {
                let told = self.restart_told_at.take().is_some_and(|told_at| booted_at.since(told_at).abs() < SAME_BOOT_MS);
                booted_at > heard_until && !told
            }
            (None, Some(_)) => self.shut_down,
            (_, None) => false,
        };
        self.shut_down = false;
        if restarted {
            self.restarted(heard_until.map(|heard| heard.min(at)), at);
        }
    }

    fn restarted(&mut self, last_seen_at: Option<Timestamp>, at: Timestamp) {
        self.calls.forget();
        self.agents.calls_lost(last_seen_at.unwrap_or(at), &mut self.out);
        self.dialled.clear();
        self.recordings.clear();
        self.out.push(at, Body::SourceRestarted(SourceRestarted { last_seen_at }));
    }
}

#[cfg(test)]
mod tests;
