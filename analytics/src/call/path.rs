//! The path of a call (话路详情) as text: what happened, when, and to whom.
//!
//! Together with the call's row it holds every note, so that a closed call can be opened again when something is
//! told late.

use std::borrow::Cow;
use std::fmt::{Display, Write as _};
use std::str::FromStr;
use std::sync::Arc;

use callboard_domain::Timestamp;
use callboard_store::table::Call;
use serde::Deserialize;

use super::note::{Note, Seen};
use crate::names::{Name, Names};

/// One step of a path.
#[derive(Deserialize)]
#[cfg_attr(test, derive(Debug, Clone, PartialEq, serde::Serialize))]
struct Step<'a> {
    at: Timestamp,
    #[serde(borrow)]
    what: Cow<'a, str>,
    #[serde(borrow, default)]
    #[cfg_attr(test, serde(skip_serializing_if = "Option::is_none"))]
    queue: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    #[cfg_attr(test, serde(skip_serializing_if = "Option::is_none"))]
    agent: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    #[cfg_attr(test, serde(skip_serializing_if = "Option::is_none"))]
    to: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    #[cfg_attr(test, serde(skip_serializing_if = "Option::is_none"))]
    why: Option<Cow<'a, str>>,
    /// The adapter that told this step and those that follow it, where it changes.
    #[serde(borrow, default)]
    #[cfg_attr(test, serde(skip_serializing_if = "Option::is_none"))]
    teller: Option<Cow<'a, str>>,
    /// Place in the queue, or score.
    #[serde(default)]
    #[cfg_attr(test, serde(skip_serializing_if = "Option::is_none"))]
    number: Option<i64>,
    /// Length of a ring or of the work after a call.
    #[serde(default)]
    #[cfg_attr(test, serde(skip_serializing_if = "Option::is_none"))]
    ms: Option<i64>,
}

/// Adds the notes as a JSON list, oldest first.
pub(super) fn json(notes: &[Seen], names: &Names, text: &mut String) {
    let mut last: Option<Name> = None;
    text.push('[');
    for (n, seen) in notes.iter().enumerate() {
        if n > 0 {
            text.push(',');
        }
        let changed = seen.teller != last;
        last = seen.teller;
        // An empty name: from here on none is known.
        let teller = changed.then(|| last.map_or("", |t| names.text(t)).into());
        Step { teller, ..step(seen, names) }.write(text);
    }
    text.push(']');
}

impl Step<'_> {
    /// Adds it as JSON, as serde writes it; by hand, because every call that closes has some.
    fn write(&self, text: &mut String) {
        text.push_str("{\"at\":\"");
        show(text, self.at);
        text.push_str("\",\"what\":");
        quote(text, &self.what);
        let texts = [("queue", &self.queue), ("agent", &self.agent), ("to", &self.to), ("why", &self.why), ("teller", &self.teller)];
        for (field, value) in texts {
            if let Some(value) = value {
                begin(text, field);
                quote(text, value);
            }
        }
        for (field, value) in [("number", self.number), ("ms", self.ms)] {
            if let Some(value) = value {
                begin(text, field);
                show(text, value);
            }
        }
        text.push('}');
    }
}

fn begin(text: &mut String, field: &str) {
    text.push_str(",\"");
    text.push_str(field);
    text.push_str("\":");
}

fn show(text: &mut String, value: impl Display) {
    // A text takes whatever is written to it.
    let _ = write!(text, "{value}");
}

fn quote(text: &mut String, value: &str) {
    if value.bytes().any(|b| b < b' ' || b == b'"' || b == b'\\') {
        // A string: nothing that JSON could refuse.
        text.push_str(&serde_json::to_string(value).unwrap_or_default());
    } else {
        text.push('"');
        text.push_str(value);
        text.push('"');
    }
}

/// The notes of a stored call; `None` when its path was not written by this program.
pub(super) fn notes(call: &Call, names: &mut Names) -> Option<Vec<Seen>> {
    let steps: Vec<Step<'_>> = serde_json::from_str(&call.path).ok()?;
    let mut teller = None;
    let seen = steps.iter().map(|step| {
        if let Some(name) = step.teller.as_deref() {
            teller = (!name.is_empty()).then(|| names.number(name));
        }
        Some(Seen { at: step.at, id: 0, teller, note: note(step, call, names)? })
    });
    seen.collect()
}

fn step<'a>(seen: &'a Seen, names: &'a Names) -> Step<'a> {
    let name = |name: &Name| Some(Cow::Borrowed(names.text(*name).as_ref()));
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
        Note::Queued { queue, position } => Step { queue: name(queue), number: position.map(i64::from), ..plain("queued") },
        Note::Ringing { agent, queue } => Step { agent: name(agent), queue: queue.as_ref().and_then(name), ..plain("ringing") },
        Note::RingMissed { agent, queue, ring_ms, reason } => {
            let why = Some(reason.as_str().into());
            Step { agent: name(agent), queue: queue.as_ref().and_then(name), why, ms: *ring_ms, ..plain("ring_missed") }
        }
        Note::Answered { agent, queue, ring_ms } => {
            Step { agent: name(agent), queue: queue.as_ref().and_then(name), ms: *ring_ms, ..plain("answered") }
        }
        Note::Held { agent } => Step { agent: name(agent), ..plain("held") },
        Note::Resumed { agent } => Step { agent: name(agent), ..plain("resumed") },
        Note::Transferred { agent, to, kind } => {
            Step { agent: name(agent), to: shown(to.as_ref()), why: Some(kind.as_str().into()), ..plain("transferred") }
        }
        Note::LegEnded { agent, by } => Step { agent: name(agent), why: by.map(|b| b.as_str().into()), ..plain("leg_ended") },
        Note::LeftQueue { queue, reason } => Step { queue: name(queue), why: Some(reason.as_str().into()), ..plain("left_queue") },
        Note::Ended { by } => Step { why: by.map(|b| b.as_str().into()), ..plain("ended") },
        Note::WrappedUp { agent, wrap_up_ms } => Step { agent: name(agent), ms: Some(*wrap_up_ms), ..plain("wrapped_up") },
        Note::Recorded { .. } => plain("recorded"),
        Note::Voicemail { .. } => plain("voicemail"),
        Note::Rated { score } => Step { number: Some(*score), ..plain("rated") },
    }
}

fn shown(text: Option<&Arc<str>>) -> Option<Cow<'_, str>> {
    text.map(|t| Cow::Borrowed(t.as_ref()))
}

/// A step back as a note; what every step would repeat stands in the call's row.
fn note(step: &Step<'_>, call: &Call, names: &mut Names) -> Option<Note> {
    let mut name = |text: &Option<Cow<'_, str>>| text.as_deref().map(|text| names.number(text));
    let (queue, agent, to) = (name(&step.queue), name(&step.agent), step.to.as_deref().map(Arc::from));
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn text() -> impl Strategy<Value = Option<Cow<'static, str>>> {
        prop::option::of("[a-z\"\\\\/\u{0}-\u{1f}\u{7f}é排\u{1f4de}]{0,8}".prop_map(Cow::Owned))
    }

    fn steps() -> impl Strategy<Value = Step<'static>> {
        let times = prop_oneof![0..4_000_000_000_000_i64, Just(-1)].prop_map(Timestamp::from_millis);
        let numbers = (any::<Option<i64>>(), any::<Option<i64>>());
        (times, text(), [text(), text(), text(), text(), text()], numbers).prop_map(|(at, what, [queue, agent, to, why, teller], (number, ms))| {
            Step { at, what: what.unwrap_or_default(), queue, agent, to, why, teller, number, ms }
        })
    }

    proptest! {
        #[test]
        fn a_step_is_written_as_serde_writes_it_and_reads_back(step in steps()) {
            let mut text = String::new();
            step.write(&mut text);
            prop_assert_eq!(&text, &serde_json::to_string(&step).unwrap());
            prop_assert_eq!(serde_json::from_str::<Step<'_>>(&text).unwrap(), step);
        }
    }
}
