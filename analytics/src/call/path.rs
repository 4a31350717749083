//! The path of a call (话路详情) as text: what happened, when, and to whom.
//!
//! Together with the call's row it holds every note, so that a closed call can be opened again when something is
//! told late.

use std::borrow::Cow;
use std::str::FromStr;
use std::sync::Arc;

use callboard_domain::Timestamp;
use callboard_store::table::Call;
use serde::{Deserialize, Serialize, Serializer};

use super::note::{Note, Seen};

/// One step of a path.
#[derive(Serialize, Deserialize)]
struct Step<'a> {
    at: Timestamp,
    #[serde(borrow)]
    what: Cow<'a, str>,
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    queue: Option<Cow<'a, str>>,
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    agent: Option<Cow<'a, str>>,
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    to: Option<Cow<'a, str>>,
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    why: Option<Cow<'a, str>>,
    /// The adapter that told this step and those that follow it, where it changes.
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    teller: Option<Cow<'a, str>>,
    /// Place in the queue, or score.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    number: Option<i64>,
    /// Length of a ring or of the work after a call.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    ms: Option<i64>,
}

/// The notes as a JSON list, oldest first.
pub(super) fn json(notes: &[Seen]) -> Arc<str> {
    // Strings and numbers only: nothing that JSON could refuse.
    serde_json::to_string(&Path(notes)).unwrap_or_default().into()
}

struct Path<'a>(&'a [Seen]);

impl Serialize for Path<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut last: Option<&Arc<str>> = None;
        serializer.collect_seq(self.0.iter().map(|seen| {
            let changed = seen.teller.as_ref() != last;
            last = seen.teller.as_ref();
            // An empty name: from here on none is known.
            let teller = changed.then(|| last.map_or(Cow::Borrowed(""), |t| Cow::Borrowed(t.as_ref())));
            Step { teller, ..step(seen) }
        }))
    }
}

/// The notes of a stored call; `None` when its path was not written by this program.
pub(super) fn notes(call: &Call) -> Option<Vec<Seen>> {
    let steps: Vec<Step<'_>> = serde_json::from_str(&call.path).ok()?;
    let mut teller: Option<Arc<str>> = None;
    let seen = steps.iter().map(|step| {
        if let Some(name) = step.teller.as_deref() {
            teller = (!name.is_empty()).then(|| name.into());
        }
        Some(Seen { at: step.at, id: 0, teller: teller.clone(), note: note(step, call)? })
    });
    seen.collect()
}

fn step(seen: &Seen) -> Step<'_> {
    let plain = |what: &'static str| Step {
        at: seen.at,
        what: what.into(),
        queue: None,
        agent: None,
        to: None,
        why: None,
        teller: None,
        number: None,
        ms: None,
    };
    match &seen.note {
        Note::Started { to, direction, .. } => Step { to: shown(to.as_ref()), why: Some(direction.as_str().into()), ..plain("started") },
        Note::Queued { queue, position } => Step { queue: shown(Some(queue)), number: position.map(i64::from), ..plain("queued") },
        Note::Ringing { agent, queue } => Step { agent: shown(Some(agent)), queue: shown(queue.as_ref()), ..plain("ringing") },
        Note::RingMissed { agent, queue, ring_ms, reason } => {
            let why = Some(reason.as_str().into());
            Step { agent: shown(Some(agent)), queue: shown(queue.as_ref()), why, ms: *ring_ms, ..plain("ring_missed") }
        }
        Note::Answered { agent, queue, ring_ms } => {
            Step { agent: shown(Some(agent)), queue: shown(queue.as_ref()), ms: *ring_ms, ..plain("answered") }
        }
        Note::Held { agent } => Step { agent: shown(Some(agent)), ..plain("held") },
        Note::Resumed { agent } => Step { agent: shown(Some(agent)), ..plain("resumed") },
        Note::Transferred { agent, to, kind } => {
            Step { agent: shown(Some(agent)), to: shown(to.as_ref()), why: Some(kind.as_str().into()), ..plain("transferred") }
        }
        Note::LegEnded { agent, by } => Step { agent: shown(Some(agent)), why: by.map(|b| b.as_str().into()), ..plain("leg_ended") },
        Note::LeftQueue { queue, reason } => Step { queue: shown(Some(queue)), why: Some(reason.as_str().into()), ..plain("left_queue") },
        Note::Ended { by } => Step { why: by.map(|b| b.as_str().into()), ..plain("ended") },
        Note::WrappedUp { agent, wrap_up_ms } => Step { agent: shown(Some(agent)), ms: Some(*wrap_up_ms), ..plain("wrapped_up") },
        Note::Recorded { .. } => plain("recorded"),
        Note::Voicemail { .. } => plain("voicemail"),
        Note::Rated { score } => Step { number: Some(*score), ..plain("rated") },
    }
}

fn shown(text: Option<&Arc<str>>) -> Option<Cow<'_, str>> {
    text.map(|t| Cow::Borrowed(t.as_ref()))
}

/// A step back as a note; what every step would repeat stands in the call's row.
fn note(step: &Step<'_>, call: &Call) -> Option<Note> {
    let name = |text: &Option<Cow<'_, str>>| text.as_deref().map(Arc::<str>::from);
    let (queue, agent, to) = (name(&step.queue), name(&step.agent), name(&step.to));
    Some(match step.what.as_ref() {
        "started" => Note::Started { direction: choice(step)?, from: call.from_number.clone(), to },
        "queued" => Note::Queued { queue: queue?, position: step.number.and_then(|n| u32::try_from(n).ok()) },
        "ringing" => Note::Ringing { agent: agent?, queue },
        "ring_missed" => Note::RingMissed { agent: agent?, queue, ring_ms: step.ms, reason: choice(step)? },
        "answered" => Note::Answered { agent: agent?, queue, ring_ms: step.ms },
        "held" => Note::Held { agent: agent? },
        "resumed" => Note::Resumed { agent: agent? },
        "transferred" => Note::Transferred { agent: agent?, to, kind: choice(step)? },
        "leg_ended" => Note::LegEnded { agent: agent?, by: choice(step) },
        "left_queue" => Note::LeftQueue { queue: queue?, reason: choice(step)? },
        "ended" => Note::Ended { by: choice(step) },
        "wrapped_up" => Note::WrappedUp { agent: agent?, wrap_up_ms: step.ms? },
        "recorded" => Note::Recorded { url: call.recording.clone()? },
        "voicemail" => Note::Voicemail { url: call.voicemail.clone()? },
        "rated" => Note::Rated { score: step.number? },
        _ => return None,
    })
}

fn choice<C: FromStr>(step: &Step<'_>) -> Option<C> {
    step.why.as_deref()?.parse().ok()
}
