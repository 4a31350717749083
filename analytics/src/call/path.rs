//! The path of a call (话路详情) as text: what happened, when, and to whom.

use serde::{Serialize, Serializer};

use super::note::{Note, Seen};

#[derive(Serialize)]
struct Step<'a> {
    at: callboard_domain::Timestamp,
    what: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    queue: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    agent: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    to: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<&'static str>,
}

/// The notes as a JSON list, oldest first.
pub(super) fn json(notes: &[Seen]) -> std::sync::Arc<str> {
    // Strings and times only: nothing that JSON could refuse.
    serde_json::to_string(&Path(notes)).unwrap_or_default().into()
}

struct Path<'a>(&'a [Seen]);

impl Serialize for Path<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(step))
    }
}

fn step(seen: &Seen) -> Step<'_> {
    let plain = |what| Step { at: seen.at, what, queue: None, agent: None, to: None, why: None };
    match &seen.note {
        Note::Started { to, direction, .. } => Step { to: to.as_deref(), why: Some(direction.as_str()), ..plain("started") },
        Note::Queued { queue, .. } => Step { queue: Some(queue), ..plain("queued") },
        Note::Ringing { agent, queue } => Step { agent: Some(agent), queue: queue.as_deref(), ..plain("ringing") },
        Note::RingMissed { agent, queue, reason, .. } => {
            Step { agent: Some(agent), queue: queue.as_deref(), why: Some(reason.as_str()), ..plain("ring_missed") }
        }
        Note::Answered { agent, queue, .. } => Step { agent: Some(agent), queue: queue.as_deref(), ..plain("answered") },
        Note::Held { agent } => Step { agent: Some(agent), ..plain("held") },
        Note::Resumed { agent } => Step { agent: Some(agent), ..plain("resumed") },
        Note::Transferred { agent, to, kind } => Step { agent: Some(agent), to: to.as_deref(), why: Some(kind.as_str()), ..plain("transferred") },
        Note::LegEnded { agent, by } => Step { agent: Some(agent), why: by.map(|b| b.as_str()), ..plain("leg_ended") },
        Note::LeftQueue { queue, reason } => Step { queue: Some(queue), why: Some(reason.as_str()), ..plain("left_queue") },
        Note::Ended { by } => Step { why: by.map(|b| b.as_str()), ..plain("ended") },
        Note::WrappedUp { agent, .. } => Step { agent: Some(agent), ..plain("wrapped_up") },
        Note::Recorded { .. } => plain("recorded"),
        Note::Voicemail { .. } => plain("voicemail"),
        Note::Rated { .. } => plain("rated"),
    }
}
