//! What was told about a call, without the words that its key already says.

use std::sync::Arc;

use callboard_domain::Timestamp;
use callboard_domain::event::Body;
use callboard_domain::state::{Direction, EndedBy, LeaveReason, MissReason, TransferKind};
use callboard_domain::time::SECOND_MS;
use serde::{Deserialize, Serialize};

/// A note with its time and the hash of its event's id, 0 for one read back from history.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Seen {
    pub(crate) at: Timestamp,
    pub(crate) id: u64,
    /// Which adapter told it, where the id says so: a call may be told by two, once live and once by a file.
    pub(crate) teller: Option<Arc<str>>,
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
    Queued { queue: Arc<str>, position: Option<u32> },
    Ringing { agent: Arc<str>, queue: Option<Arc<str>> },
    RingMissed { agent: Arc<str>, queue: Option<Arc<str>>, ring_ms: Option<i64>, reason: MissReason },
    Answered { agent: Arc<str>, queue: Option<Arc<str>>, ring_ms: Option<i64> },
    Held { agent: Arc<str> },
    Resumed { agent: Arc<str> },
    Transferred { agent: Arc<str>, to: Option<Arc<str>>, kind: TransferKind },
    LegEnded { agent: Arc<str>, by: Option<EndedBy> },
    LeftQueue { queue: Arc<str>, reason: LeaveReason },
    Ended { by: Option<EndedBy> },
    WrappedUp { agent: Arc<str>, wrap_up_ms: i64 },
    Recorded { url: Arc<str> },
    Voicemail { url: Arc<str> },
    Rated { score: i64 },
}

impl Note {
    /// The note of an event about a call, with the call's id; `None` for other events. `name` shares names.
    pub(crate) fn of<'e>(body: &'e Body<'_>, mut name: impl FnMut(&str) -> Arc<str>) -> Option<(&'e str, Self)> {
        Some(match body {
            Body::CallStarted(e) => {
                let (from, to) = (e.from.as_deref().map(Arc::from), e.to.as_deref().map(Arc::from));
                (&e.call, Self::Started { direction: e.direction, from, to })
            }
            Body::CallQueued(e) => (&e.call, Self::Queued { queue: name(&e.queue), position: e.position }),
            Body::CallRinging(e) => (&e.call, Self::Ringing { agent: name(&e.agent), queue: e.queue.as_deref().map(name) }),
            Body::CallRingMissed(e) => {
                let (agent, queue) = (name(&e.agent), e.queue.as_deref().map(name));
                (&e.call, Self::RingMissed { agent, queue, ring_ms: e.ring_ms, reason: e.reason })
            }
            Body::CallAnswered(e) => {
                let (agent, queue) = (name(&e.agent), e.queue.as_deref().map(name));
                (&e.call, Self::Answered { agent, queue, ring_ms: e.ring_ms })
            }
            Body::CallHeld(e) => (&e.call, Self::Held { agent: name(&e.agent) }),
            Body::CallResumed(e) => (&e.call, Self::Resumed { agent: name(&e.agent) }),
            Body::CallTransferred(e) => (&e.call, Self::Transferred { agent: name(&e.agent), to: e.to.as_deref().map(Arc::from), kind: e.kind }),
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
        })
        .map(|(call, note): (&'e std::borrow::Cow<'_, str>, Self)| (call.as_ref(), note))
    }

    /// What is told of whom: two adapters that tell of one thing agree in it.
    fn about(&self) -> (&'static str, Option<&Arc<str>>) {
        match self {
            Self::Started { .. } => ("started", None),
            Self::Queued { queue, .. } => ("queued", Some(queue)),
            Self::Ringing { agent, .. } => ("ringing", Some(agent)),
            Self::RingMissed { agent, .. } => ("ring_missed", Some(agent)),
            Self::Answered { agent, .. } => ("answered", Some(agent)),
            Self::Held { agent } => ("held", Some(agent)),
            Self::Resumed { agent } => ("resumed", Some(agent)),
            Self::Transferred { agent, .. } => ("transferred", Some(agent)),
            Self::LegEnded { agent, .. } => ("leg_ended", Some(agent)),
            Self::LeftQueue { queue, .. } => ("left_queue", Some(queue)),
            Self::Ended { .. } => ("ended", None),
            Self::WrappedUp { agent, .. } => ("wrapped_up", Some(agent)),
            Self::Recorded { url } => ("recorded", Some(url)),
            Self::Voicemail { url } => ("voicemail", Some(url)),
            Self::Rated { .. } => ("rated", None),
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
