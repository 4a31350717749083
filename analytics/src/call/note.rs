//! What was told about a call, without the words that its key already says.

use std::sync::Arc;

use callboard_domain::Timestamp;
use callboard_domain::event::{Body, Text};
use callboard_domain::state::{Direction, EndedBy, LeaveReason, MissReason, TransferKind};
use callboard_domain::time::SECOND_MS;
use serde::{Deserialize, Serialize};

use crate::names::{Name, Names};

/// A note with its time and the hash of its event's id, 0 for one read back from history.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Seen {
    pub(crate) at: Timestamp,
    pub(crate) id: u64,
    /// Which adapter told it, where the id says so: a call may be told by two, once live and once by a file.
    pub(crate) teller: Option<Name>,
    pub(crate) note: Note,
}

/// How far apart two adapters may tell the same thing, ms: one of them may know whole seconds only.
pub(super) const TELLERS_APART_MS: i64 = 2_000;

impl Seen {
    /// Whether both tell the same: one event, the same thing of the same instant, or one thing told by two adapters.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        if self.id == other.id && self.id != 0 || self.at == other.at && self.note == other.note {
            return true;
        }
        let two = self.teller.is_some() && other.teller.is_some() && self.teller != other.teller;
        two && self.at.since(other.at).abs() <= TELLERS_APART_MS && self.note.about() == other.note.about()
    }

    /// Whether it knows the time better than another adapter that told the same in whole seconds.
    pub(crate) fn is_finer_than(&self, other: &Self) -> bool {
        let whole = |at: Timestamp| at.as_millis() % SECOND_MS == 0;
        self.teller != other.teller && whole(other.at) && !whole(self.at)
    }
}

/// One event about a call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Note {
    Started { direction: Direction, from: Option<Arc<str>>, to: Option<Arc<str>> },
    Queued { queue: Name, position: Option<u32> },
    Ringing { agent: Name, queue: Option<Name> },
    RingMissed { agent: Name, queue: Option<Name>, ring_ms: Option<i64>, reason: MissReason },
    Answered { agent: Name, queue: Option<Name>, ring_ms: Option<i64> },
    Held { agent: Name },
    Resumed { agent: Name },
    Transferred { agent: Name, to: Option<Arc<str>>, kind: TransferKind },
    LegEnded { agent: Name, by: Option<EndedBy> },
    LeftQueue { queue: Name, reason: LeaveReason },
    Ended { by: Option<EndedBy> },
    WrappedUp { agent: Name, wrap_up_ms: i64 },
    Recorded { url: Arc<str> },
    Voicemail { url: Arc<str> },
    Rated { score: i64 },
}

/// Who calls whom, as far as it was told.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Who<'a> {
    pub(crate) direction: Direction,
    pub(crate) from: Option<&'a Arc<str>>,
    pub(crate) to: Option<&'a Arc<str>>,
}

/// Of whom something is told.
#[derive(PartialEq, Eq)]
enum Subject<'a> {
    Call,
    Named(Name),
    At(&'a str),
}

impl Note {
    /// The note of an event about a call, with the call's id; `None` for other events.
    pub(crate) fn of<'e>(body: &'e Body<'_>, names: &mut Names) -> Option<(&'e str, Self)> {
        let text = |text: &Option<Text<'_>>| text.as_deref().map(Arc::from);
        let mut name = |text: &Text<'_>| names.number(text);
        let (call, note) = match body {
            Body::CallStarted(e) => (&e.call, Self::Started { direction: e.direction, from: text(&e.from), to: text(&e.to) }),
            Body::CallQueued(e) => (&e.call, Self::Queued { queue: name(&e.queue), position: e.position }),
            Body::CallRinging(e) => (&e.call, Self::Ringing { agent: name(&e.agent), queue: e.queue.as_ref().map(name) }),
            Body::CallRingMissed(e) => {
                let (agent, queue) = (name(&e.agent), e.queue.as_ref().map(name));
                (&e.call, Self::RingMissed { agent, queue, ring_ms: e.ring_ms, reason: e.reason })
            }
            Body::CallAnswered(e) => {
                let (agent, queue) = (name(&e.agent), e.queue.as_ref().map(name));
                (&e.call, Self::Answered { agent, queue, ring_ms: e.ring_ms })
            }
            Body::CallHeld(e) => (&e.call, Self::Held { agent: name(&e.agent) }),
            Body::CallResumed(e) => (&e.call, Self::Resumed { agent: name(&e.agent) }),
            Body::CallTransferred(e) => (&e.call, Self::Transferred { agent: name(&e.agent), to: text(&e.to), kind: e.kind }),
            Body::CallLegEnded(e) => (&e.call, Self::LegEnded { agent: name(&e.agent), by: e.by }),
            Body::CallLeftQueue(e) => (&e.call, Self::LeftQueue { queue: name(&e.queue), reason: e.reason }),
            Body::CallEnded(e) => (&e.call, Self::Ended { by: e.by }),
            Body::CallWrappedUp(e) => (&e.call, Self::WrappedUp { agent: name(&e.agent), wrap_up_ms: e.wrap_up_ms }),
            Body::CallRecorded(e) => (&e.call, Self::Recorded { url: Arc::from(e.url.as_ref()) }),
            Body::CallVoicemail(e) => (&e.call, Self::Voicemail { url: Arc::from(e.url.as_ref()) }),
            Body::CallRated(e) => (&e.call, Self::Rated { score: e.score }),
            Body::AgentLoggedIn(_)
            | Body::AgentLoggedOut(_)
            | Body::AgentState(_)
            | Body::AgentQueueJoined(_)
            | Body::AgentQueueLeft(_)
            | Body::SourceConnected(_)
            | Body::SourceAlive(_)
            | Body::SourceLost(_)
            | Body::SourceGap(_)
            | Body::SourceGapFilled(_)
            | Body::SourceRestarted(_) => return None,
        };
        Some((call.as_ref(), note))
    }

    /// Who calls whom; only the beginning tells it.
    pub(super) fn who(&self) -> Option<Who<'_>> {
        let Self::Started { direction, from, to } = self else { return None };
        Some(Who { direction: *direction, from: from.as_ref(), to: to.as_ref() })
    }

    /// What is told of whom: two adapters that tell of one thing agree in it.
    fn about(&self) -> (&'static str, Subject<'_>) {
        match self {
            Self::Started { .. } => ("started", Subject::Call),
            Self::Queued { queue, .. } => ("queued", Subject::Named(*queue)),
            Self::Ringing { agent, .. } => ("ringing", Subject::Named(*agent)),
            Self::RingMissed { agent, .. } => ("ring_missed", Subject::Named(*agent)),
            Self::Answered { agent, .. } => ("answered", Subject::Named(*agent)),
            Self::Held { agent } => ("held", Subject::Named(*agent)),
            Self::Resumed { agent } => ("resumed", Subject::Named(*agent)),
            Self::Transferred { agent, .. } => ("transferred", Subject::Named(*agent)),
            Self::LegEnded { agent, .. } => ("leg_ended", Subject::Named(*agent)),
            Self::LeftQueue { queue, .. } => ("left_queue", Subject::Named(*queue)),
            Self::Ended { .. } => ("ended", Subject::Call),
            Self::WrappedUp { agent, .. } => ("wrapped_up", Subject::Named(*agent)),
            Self::Recorded { url } => ("recorded", Subject::At(url)),
            Self::Voicemail { url } => ("voicemail", Subject::At(url)),
            Self::Rated { .. } => ("rated", Subject::Call),
        }
    }

    /// Whether it can be the first that is told about a call, rather than an addition to one that is over.
    pub(crate) const fn opens(&self) -> bool {
        match self {
            Self::Started { .. }
            | Self::Queued { .. }
            | Self::Ringing { .. }
            | Self::RingMissed { .. }
            | Self::Answered { .. }
            | Self::Transferred { .. } => true,
            Self::Held { .. }
            | Self::Resumed { .. }
            | Self::LegEnded { .. }
            | Self::LeftQueue { .. }
            | Self::Ended { .. }
            | Self::WrappedUp { .. }
            | Self::Recorded { .. }
            | Self::Voicemail { .. }
            | Self::Rated { .. } => false,
        }
    }
}
