//! What the log holds: one flat JSON object a line, version 1.
//!
//! Every event tells about one thing (a call, an agent or a source) and is keyed by it. Text is borrowed
//! from the line wherever JSON allows it. Unknown fields stay in the line, which is what the log keeps.

mod parse;
mod scan;

use std::borrow::Cow;

use schemars::JsonSchema;
use serde::Serialize;

use crate::state::{AgentState, Direction, EndedBy, LeaveReason, MissReason, TransferKind};
use crate::time::Timestamp;

pub use parse::{MAX_LINE_BYTES, Reject};

/// Text that usually points into the line it was read from.
pub type Text<'a> = Cow<'a, str>;

/// One thing that happened.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Event<'a> {
    /// Unique for ever; the same id again changes nothing. An adapter puts its name and a colon before the ids that it
    /// makes: what two adapters tell of one call within two seconds counts once.
    pub id: Text<'a>,
    /// When it happened.
    pub at: Timestamp,
    /// The source that saw it, such as one PBX.
    pub source: Text<'a>,
    /// What happened, and to whom.
    #[serde(flatten)]
    pub body: Body<'a>,
}

/// What happened; `type` names the variant.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(tag = "type")]
pub enum Body<'a> {
    /// A call began.
    #[serde(rename = "call.started")]
    CallStarted(CallStarted<'a>),
    /// A call began to wait in a queue.
    #[serde(rename = "call.queued")]
    CallQueued(CallQueued<'a>),
    /// An agent's telephone rings for a call.
    #[serde(rename = "call.ringing")]
    CallRinging(CallRinging<'a>),
    /// The ring ended without an answer.
    #[serde(rename = "call.ring_missed")]
    CallRingMissed(CallRingMissed<'a>),
    /// An agent answered.
    #[serde(rename = "call.answered")]
    CallAnswered(CallAnswered<'a>),
    /// The agent put the caller on hold.
    #[serde(rename = "call.held")]
    CallHeld(CallHeld<'a>),
    /// The agent took the caller off hold.
    #[serde(rename = "call.resumed")]
    CallResumed(CallHeld<'a>),
    /// The agent handed the call on; ends the agent's leg.
    #[serde(rename = "call.transferred")]
    CallTransferred(CallTransferred<'a>),
    /// The conversation with an agent is over; the call may go on.
    #[serde(rename = "call.leg_ended")]
    CallLegEnded(CallLegEnded<'a>),
    /// The call left a queue without an answer.
    #[serde(rename = "call.left_queue")]
    CallLeftQueue(CallLeftQueue<'a>),
    /// The call is over; ends every leg and wait that is still open.
    #[serde(rename = "call.ended")]
    CallEnded(CallEnded<'a>),
    /// The agent finished the work after a call.
    #[serde(rename = "call.wrapped_up")]
    CallWrappedUp(CallWrappedUp<'a>),
    /// A recording exists.
    #[serde(rename = "call.recorded")]
    CallRecorded(CallRecorded<'a>),
    /// The caller left a message.
    #[serde(rename = "call.voicemail")]
    CallVoicemail(CallRecorded<'a>),
    /// The caller rated the service.
    #[serde(rename = "call.rated")]
    CallRated(CallRated<'a>),
    /// An agent logged in.
    #[serde(rename = "agent.logged_in")]
    AgentLoggedIn(AgentLoggedIn<'a>),
    /// An agent logged out.
    #[serde(rename = "agent.logged_out")]
    AgentLoggedOut(AgentOnly<'a>),
    /// An agent changed state.
    #[serde(rename = "agent.state")]
    AgentState(AgentStateChanged<'a>),
    /// An agent takes calls of a queue.
    #[serde(rename = "agent.queue_joined")]
    AgentQueueJoined(AgentQueue<'a>),
    /// An agent no longer takes calls of a queue.
    #[serde(rename = "agent.queue_left")]
    AgentQueueLeft(AgentQueue<'a>),
    /// A source is connected and complete from here on.
    #[serde(rename = "source.connected")]
    SourceConnected(SourceConnected<'a>),
    /// A source is connected and has nothing to say.
    #[serde(rename = "source.alive")]
    SourceAlive(SourceAlive),
    /// A source is gone.
    #[serde(rename = "source.lost")]
    SourceLost(SourceLost<'a>),
    /// Events of this time are missing.
    #[serde(rename = "source.gap")]
    SourceGap(SourceGap<'a>),
    /// Events that were missing have arrived.
    #[serde(rename = "source.gap_filled")]
    SourceGapFilled(SourceGap<'a>),
    /// The PBX restarted: whatever was open is over.
    #[serde(rename = "source.restarted")]
    SourceRestarted(SourceRestarted),
}

/// Whose event it is: also the Kafka key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Key<'a> {
    /// A call.
    Call(&'a str),
    /// An agent.
    Agent(&'a str),
    /// A source.
    Source(&'a str),
}

macro_rules! fields {
    ($(#[$doc:meta])* $name:ident { $($(#[$fdoc:meta])* $field:ident: $type:ty,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
        pub struct $name<'a> { $($(#[$fdoc])* pub $field: $type,)* }
    };
}

fields! {
    /// Fields of `call.started`.
    CallStarted {
        /// The call.
        call: Text<'a>,
        /// Who called whom.
        direction: Direction,
        /// The caller's number.
        #[serde(skip_serializing_if = "Option::is_none")]
        from: Option<Text<'a>>,
        /// The number dialled.
        #[serde(skip_serializing_if = "Option::is_none")]
        to: Option<Text<'a>>,
    }
}
fields! {
    /// Fields of `call.queued`.
    CallQueued {
        /// The call.
        call: Text<'a>,
        /// The queue.
        queue: Text<'a>,
        /// Place in the queue, from 1.
        #[serde(skip_serializing_if = "Option::is_none")]
        position: Option<u32>,
    }
}
fields! {
    /// Fields of `call.ringing`.
    CallRinging {
        /// The call.
        call: Text<'a>,
        /// The agent whose telephone rings.
        agent: Text<'a>,
        /// The queue that offers it; none for a direct call.
        #[serde(skip_serializing_if = "Option::is_none")]
        queue: Option<Text<'a>>,
    }
}
fields! {
    /// Fields of `call.ring_missed`.
    CallRingMissed {
        /// The call.
        call: Text<'a>,
        /// The agent.
        agent: Text<'a>,
        /// The queue that offered it.
        #[serde(skip_serializing_if = "Option::is_none")]
        queue: Option<Text<'a>>,
        /// How long it rang, where no `call.ringing` came before.
        #[serde(skip_serializing_if = "Option::is_none")]
        ring_ms: Option<i64>,
        /// Why it ended.
        reason: MissReason,
    }
}
fields! {
    /// Fields of `call.answered`.
    CallAnswered {
        /// The call.
        call: Text<'a>,
        /// The agent.
        agent: Text<'a>,
        /// The queue it came from; none for a direct call.
        #[serde(skip_serializing_if = "Option::is_none")]
        queue: Option<Text<'a>>,
        /// How long it rang, where no `call.ringing` came before.
        #[serde(skip_serializing_if = "Option::is_none")]
        ring_ms: Option<i64>,
    }
}
fields! {
    /// Fields of `call.held` and `call.resumed`.
    CallHeld {
        /// The call.
        call: Text<'a>,
        /// The agent.
        agent: Text<'a>,
    }
}
fields! {
    /// Fields of `call.transferred`.
    CallTransferred {
        /// The call.
        call: Text<'a>,
        /// The agent who hands it on.
        agent: Text<'a>,
        /// Where to: a number, an agent or a queue.
        #[serde(skip_serializing_if = "Option::is_none")]
        to: Option<Text<'a>>,
        /// With or without speaking to the target first.
        kind: TransferKind,
    }
}
fields! {
    /// Fields of `call.leg_ended`.
    CallLegEnded {
        /// The call.
        call: Text<'a>,
        /// The agent.
        agent: Text<'a>,
        /// Who hung up.
        #[serde(skip_serializing_if = "Option::is_none")]
        by: Option<EndedBy>,
    }
}
fields! {
    /// Fields of `call.left_queue`.
    CallLeftQueue {
        /// The call.
        call: Text<'a>,
        /// The queue.
        queue: Text<'a>,
        /// Why.
        reason: LeaveReason,
    }
}
fields! {
    /// Fields of `call.ended`.
    CallEnded {
        /// The call.
        call: Text<'a>,
        /// Who ended it.
        #[serde(skip_serializing_if = "Option::is_none")]
        by: Option<EndedBy>,
    }
}
fields! {
    /// Fields of `call.wrapped_up`.
    CallWrappedUp {
        /// The call.
        call: Text<'a>,
        /// The agent.
        agent: Text<'a>,
        /// How long the work after the call took, ms.
        wrap_up_ms: i64,
    }
}
fields! {
    /// Fields of `call.recorded` and `call.voicemail`.
    CallRecorded {
        /// The call.
        call: Text<'a>,
        /// Where it lies: a path or a URL.
        url: Text<'a>,
        /// How long it is, ms.
        #[serde(skip_serializing_if = "Option::is_none")]
        duration_ms: Option<i64>,
    }
}
fields! {
    /// Fields of `call.rated`.
    CallRated {
        /// The call.
        call: Text<'a>,
        /// The caller's score, from 1.
        score: i64,
    }
}
fields! {
    /// Fields of `agent.logged_in`.
    AgentLoggedIn {
        /// The agent.
        agent: Text<'a>,
        /// The name to show.
        #[serde(skip_serializing_if = "Option::is_none")]
        name: Option<Text<'a>>,
        /// The team, for boards and reports.
        #[serde(skip_serializing_if = "Option::is_none")]
        team: Option<Text<'a>>,
    }
}
fields! {
    /// Fields of `agent.logged_out`.
    AgentOnly {
        /// The agent.
        agent: Text<'a>,
    }
}
fields! {
    /// Fields of `agent.state`.
    AgentStateChanged {
        /// The agent.
        agent: Text<'a>,
        /// The state from now on, precedence already applied.
        state: AgentState,
        /// Why, for a pause.
        #[serde(skip_serializing_if = "Option::is_none")]
        reason: Option<Text<'a>>,
    }
}
fields! {
    /// Fields of `agent.queue_joined` and `agent.queue_left`.
    AgentQueue {
        /// The agent.
        agent: Text<'a>,
        /// The queue.
        queue: Text<'a>,
    }
}
fields! {
    /// Fields of `source.connected`.
    SourceConnected {
        /// What speaks, such as `Asterisk 22.10`.
        #[serde(skip_serializing_if = "Option::is_none")]
        version: Option<Text<'a>>,
    }
}
fields! {
    /// Fields of `source.lost`.
    SourceLost {
        /// What happened to the connection.
        #[serde(skip_serializing_if = "Option::is_none")]
        reason: Option<Text<'a>>,
    }
}
fields! {
    /// Fields of `source.gap` and `source.gap_filled`.
    SourceGap {
        /// First instant that may be missing.
        from_at: Timestamp,
        /// First instant that is there again.
        to_at: Timestamp,
        /// Why it is missing.
        #[serde(skip_serializing_if = "Option::is_none")]
        reason: Option<Text<'a>>,
    }
}

/// Fields of `source.alive`: none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub struct SourceAlive {}

/// Fields of `source.restarted`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub struct SourceRestarted {
    /// When it was last seen alive; what was open ends then.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_seen_at: Option<Timestamp>,
}

impl<'a> Event<'a> {
    /// Reads one line of the log.
    ///
    /// # Errors
    /// Says why the line cannot be an event; the stream goes on with the next line.
    pub fn parse(line: &'a [u8]) -> Result<Self, Reject> {
        parse::event(line)
    }

    /// The line of the log, without a line feed.
    #[must_use]
    pub fn to_line(&self) -> String {
        // An event holds only strings, integers and times, so serde_json has nothing to refuse.
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Whose event it is.
    #[must_use]
    pub fn key(&self) -> Key<'_> {
        use Body as B;
        match &self.body {
            B::CallStarted(CallStarted { call, .. })
            | B::CallQueued(CallQueued { call, .. })
            | B::CallRinging(CallRinging { call, .. })
            | B::CallRingMissed(CallRingMissed { call, .. })
            | B::CallAnswered(CallAnswered { call, .. })
            | B::CallHeld(CallHeld { call, .. })
            | B::CallResumed(CallHeld { call, .. })
            | B::CallTransferred(CallTransferred { call, .. })
            | B::CallLegEnded(CallLegEnded { call, .. })
            | B::CallLeftQueue(CallLeftQueue { call, .. })
            | B::CallEnded(CallEnded { call, .. })
            | B::CallWrappedUp(CallWrappedUp { call, .. })
            | B::CallRecorded(CallRecorded { call, .. })
            | B::CallVoicemail(CallRecorded { call, .. })
            | B::CallRated(CallRated { call, .. }) => Key::Call(call),
            B::AgentLoggedIn(AgentLoggedIn { agent, .. })
            | B::AgentLoggedOut(AgentOnly { agent })
            | B::AgentState(AgentStateChanged { agent, .. })
            | B::AgentQueueJoined(AgentQueue { agent, .. })
            | B::AgentQueueLeft(AgentQueue { agent, .. }) => Key::Agent(agent),
            B::SourceConnected(_) | B::SourceAlive(_) | B::SourceLost(_) | B::SourceGap(_) | B::SourceGapFilled(_) | B::SourceRestarted(_) => {
                Key::Source(&self.source)
            }
        }
    }

    /// The event's type, as in its line.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match &self.body {
            Body::CallStarted(_) => "call.started",
            Body::CallQueued(_) => "call.queued",
            Body::CallRinging(_) => "call.ringing",
            Body::CallRingMissed(_) => "call.ring_missed",
            Body::CallAnswered(_) => "call.answered",
            Body::CallHeld(_) => "call.held",
            Body::CallResumed(_) => "call.resumed",
            Body::CallTransferred(_) => "call.transferred",
            Body::CallLegEnded(_) => "call.leg_ended",
            Body::CallLeftQueue(_) => "call.left_queue",
            Body::CallEnded(_) => "call.ended",
            Body::CallWrappedUp(_) => "call.wrapped_up",
            Body::CallRecorded(_) => "call.recorded",
            Body::CallVoicemail(_) => "call.voicemail",
            Body::CallRated(_) => "call.rated",
            Body::AgentLoggedIn(_) => "agent.logged_in",
            Body::AgentLoggedOut(_) => "agent.logged_out",
            Body::AgentState(_) => "agent.state",
            Body::AgentQueueJoined(_) => "agent.queue_joined",
            Body::AgentQueueLeft(_) => "agent.queue_left",
            Body::SourceConnected(_) => "source.connected",
            Body::SourceAlive(_) => "source.alive",
            Body::SourceLost(_) => "source.lost",
            Body::SourceGap(_) => "source.gap",
            Body::SourceGapFilled(_) => "source.gap_filled",
            Body::SourceRestarted(_) => "source.restarted",
        }
    }

    /// The JSON Schema of version 1, served at `/api/v1/schema/event.json`.
    #[must_use]
    pub fn schema() -> schemars::Schema {
        schemars::schema_for!(Event<'static>)
    }
}
