//! From a line to an event: one pass into a flat, borrowed struct, then the fields that the type needs.
//!
//! The scanner reads usual lines; every other line goes through `serde_json`.

use std::borrow::Cow;

use serde::Deserialize;

use super::{
    AgentLoggedIn, AgentOnly, AgentQueue, AgentStateChanged, Body, CallAnswered, CallEnded, CallHeld, CallLeftQueue, CallLegEnded, CallQueued,
    CallRated, CallRecorded, CallRingMissed, CallRinging, CallStarted, CallTransferred, CallWrappedUp, Event, SourceAlive, SourceConnected,
    SourceGap, SourceLost, SourceRestarted, Text, scan,
};
use crate::state::UnknownChoice;
use crate::time::{BadTimestamp, Timestamp};

/// A longer line is no event.
pub const MAX_LINE_BYTES: usize = 64 * 1024;
/// A longer id or key would only fill indexes.
const MAX_KEY_BYTES: usize = 256;

/// Why a line is no event.
#[derive(Debug, thiserror::Error)]
pub enum Reject {
    /// Too long to be an event.
    #[error("line of {bytes} bytes, at most {MAX_LINE_BYTES} are read")]
    TooLong {
        /// Its length.
        bytes: usize,
    },
    /// Not UTF-8.
    #[error("not UTF-8 from byte {byte} on")]
    NotUtf8 {
        /// First bad byte.
        byte: usize,
    },
    /// Not one JSON object with fields of the right kind.
    #[error("not an event object: {0}")]
    NotJson(#[source] serde_json::Error),
    /// No event type of this name in version 1.
    #[error("unknown event type {0:?}")]
    UnknownType(String),
    /// A field that the type needs.
    #[error("{of} needs the field {field:?}")]
    MissingField {
        /// The event's type.
        of: String,
        /// The field.
        field: &'static str,
    },
    /// An id or a key that is empty or too long.
    #[error("{field:?} must have 1 to {MAX_KEY_BYTES} bytes, not {bytes}")]
    BadKey {
        /// The field.
        field: &'static str,
        /// Its length.
        bytes: usize,
    },
    /// A value outside a closed choice.
    #[error("field {field:?}: {source}")]
    BadChoice {
        /// The field.
        field: &'static str,
        /// What was wrong.
        source: UnknownChoice,
    },
    /// A time that cannot be read.
    #[error("field {field:?}: {source}")]
    BadTime {
        /// The field.
        field: &'static str,
        /// What was wrong.
        source: BadTimestamp,
    },
    /// A negative duration or an interval that ends before it begins.
    #[error("field {field:?} must not be negative")]
    Negative {
        /// The field.
        field: &'static str,
    },
    /// The clock of the source is ahead of ours.
    #[error("{at} lies {ahead_ms} ms in the future; check the source's clock")]
    Future {
        /// The event's time.
        at: Timestamp,
        /// How far ahead, ms.
        ahead_ms: i64,
    },
}

/// Every field of every type, as JSON gives it.
#[derive(Default, Deserialize)]
#[cfg_attr(test, derive(Debug, PartialEq))]
pub(super) struct Fields<'a> {
    #[serde(borrow)]
    pub(super) id: Option<Cow<'a, str>>,
    #[serde(borrow)]
    pub(super) at: Option<Cow<'a, str>>,
    #[serde(borrow)]
    pub(super) source: Option<Cow<'a, str>>,
    #[serde(borrow, rename = "type")]
    pub(super) kind: Option<Cow<'a, str>>,
    #[serde(borrow)]
    pub(super) call: Option<Cow<'a, str>>,
    #[serde(borrow)]
    pub(super) agent: Option<Cow<'a, str>>,
    #[serde(borrow)]
    pub(super) queue: Option<Cow<'a, str>>,
    #[serde(borrow)]
    pub(super) direction: Option<Cow<'a, str>>,
    #[serde(borrow)]
    pub(super) from: Option<Cow<'a, str>>,
    #[serde(borrow)]
    pub(super) to: Option<Cow<'a, str>>,
    #[serde(borrow)]
    pub(super) reason: Option<Cow<'a, str>>,
    #[serde(borrow)]
    pub(super) state: Option<Cow<'a, str>>,
    #[serde(borrow)]
    pub(super) by: Option<Cow<'a, str>>,
    #[serde(borrow, rename = "kind")]
    pub(super) transfer: Option<Cow<'a, str>>,
    #[serde(borrow)]
    pub(super) url: Option<Cow<'a, str>>,
    #[serde(borrow)]
    pub(super) name: Option<Cow<'a, str>>,
    #[serde(borrow)]
    pub(super) team: Option<Cow<'a, str>>,
    #[serde(borrow)]
    pub(super) version: Option<Cow<'a, str>>,
    #[serde(borrow)]
    pub(super) from_at: Option<Cow<'a, str>>,
    #[serde(borrow)]
    pub(super) to_at: Option<Cow<'a, str>>,
    #[serde(borrow)]
    pub(super) last_seen_at: Option<Cow<'a, str>>,
    pub(super) position: Option<u32>,
    pub(super) ring_ms: Option<i64>,
    pub(super) wrap_up_ms: Option<i64>,
    pub(super) duration_ms: Option<i64>,
    pub(super) score: Option<i64>,
}

pub(super) fn event(line: &[u8]) -> Result<Event<'_>, Reject> {
    if line.len() > MAX_LINE_BYTES {
        return Err(Reject::TooLong { bytes: line.len() });
    }
    let text = std::str::from_utf8(line).map_err(|e| Reject::NotUtf8 { byte: e.valid_up_to() })?;
    match scan::fields(text) {
        Some(mut fields) => build(&mut fields),
        None => build(&mut careful(text)?),
    }
}

/// What the fast scanner leaves: it alone says what is no JSON object, and why.
pub(super) fn careful(text: &str) -> Result<Fields<'_>, Reject> {
    serde_json::from_str(text).map_err(Reject::NotJson)
}

/// The fields that the type needs, each checked.
pub(super) fn build<'a>(f: &mut Fields<'a>) -> Result<Event<'a>, Reject> {
    let kind = f.kind.take().ok_or(Reject::MissingField { of: "an event".into(), field: "type" })?;
    let id = f.key(&kind, "id", |f| f.id.take())?;
    let source = f.key(&kind, "source", |f| f.source.take())?;
    let at = f.time(&kind, "at", |f| f.at.take())?;
    let body = f.body(&kind)?;
    Ok(Event { id, at, source, body })
}

impl<'a> Fields<'a> {
    fn body(&mut self, kind: &str) -> Result<Body<'a>, Reject> {
        if let Some(rest) = kind.strip_prefix("call.") {
            return self.call_body(kind, rest);
        }
        Ok(match kind {
            "agent.logged_in" => Body::AgentLoggedIn(AgentLoggedIn { agent: self.agent(kind)?, name: self.name.take(), team: self.team.take() }),
            "agent.logged_out" => Body::AgentLoggedOut(AgentOnly { agent: self.agent(kind)? }),
            "agent.state" => Body::AgentState(AgentStateChanged {
                agent: self.agent(kind)?,
                state: choice("state", &self.need(kind, "state", |f| f.state.take())?)?,
                reason: self.reason.take(),
            }),
            "agent.queue_joined" => Body::AgentQueueJoined(AgentQueue { agent: self.agent(kind)?, queue: self.queue(kind)? }),
            "agent.queue_left" => Body::AgentQueueLeft(AgentQueue { agent: self.agent(kind)?, queue: self.queue(kind)? }),
            "source.connected" => Body::SourceConnected(SourceConnected { version: self.version.take() }),
            "source.alive" => Body::SourceAlive(SourceAlive {}),
            "source.lost" => Body::SourceLost(SourceLost { reason: self.reason.take() }),
            "source.gap" => Body::SourceGap(self.gap(kind)?),
            "source.gap_filled" => Body::SourceGapFilled(self.gap(kind)?),
            "source.restarted" => {
                Body::SourceRestarted(SourceRestarted { last_seen_at: self.last_seen_at.take().map(|t| time("last_seen_at", &t)).transpose()? })
            }
            _ => return Err(Reject::UnknownType(kind.chars().take(64).collect())),
        })
    }

    fn call_body(&mut self, kind: &str, rest: &str) -> Result<Body<'a>, Reject> {
        let call = self.key(kind, "call", |f| f.call.take())?;
        Ok(match rest {
            "started" => Body::CallStarted(CallStarted {
                call,
                direction: choice("direction", &self.need(kind, "direction", |f| f.direction.take())?)?,
                from: self.from.take(),
                to: self.to.take(),
            }),
            "queued" => Body::CallQueued(CallQueued { call, queue: self.queue(kind)?, position: self.position }),
            "ringing" => Body::CallRinging(CallRinging { call, agent: self.agent(kind)?, queue: self.queue.take() }),
            "ring_missed" => Body::CallRingMissed(CallRingMissed {
                call,
                agent: self.agent(kind)?,
                queue: self.queue.take(),
                ring_ms: not_negative("ring_ms", self.ring_ms)?,
                reason: choice("reason", &self.need(kind, "reason", |f| f.reason.take())?)?,
            }),
            "answered" => Body::CallAnswered(CallAnswered {
                call,
                agent: self.agent(kind)?,
                queue: self.queue.take(),
                ring_ms: not_negative("ring_ms", self.ring_ms)?,
            }),
            "held" => Body::CallHeld(CallHeld { call, agent: self.agent(kind)? }),
            "resumed" => Body::CallResumed(CallHeld { call, agent: self.agent(kind)? }),
            "transferred" => Body::CallTransferred(CallTransferred {
                call,
                agent: self.agent(kind)?,
                to: self.to.take(),
                kind: choice("kind", &self.need(kind, "kind", |f| f.transfer.take())?)?,
            }),
            "leg_ended" => Body::CallLegEnded(CallLegEnded { call, agent: self.agent(kind)?, by: self.ended_by()? }),
            "left_queue" => Body::CallLeftQueue(CallLeftQueue {
                call,
                queue: self.queue(kind)?,
                reason: choice("reason", &self.need(kind, "reason", |f| f.reason.take())?)?,
            }),
            "ended" => Body::CallEnded(CallEnded { call, by: self.ended_by()? }),
            "wrapped_up" => Body::CallWrappedUp(CallWrappedUp {
                call,
                agent: self.agent(kind)?,
                wrap_up_ms: not_negative("wrap_up_ms", self.wrap_up_ms)?
                    .ok_or_else(|| Reject::MissingField { of: kind.into(), field: "wrap_up_ms" })?,
            }),
            "recorded" => Body::CallRecorded(self.recording(kind, call)?),
            "voicemail" => Body::CallVoicemail(self.recording(kind, call)?),
            "rated" => {
                Body::CallRated(CallRated { call, score: self.score.ok_or_else(|| Reject::MissingField { of: kind.into(), field: "score" })? })
            }
            _ => return Err(Reject::UnknownType(kind.chars().take(64).collect())),
        })
    }

    fn recording(&mut self, kind: &str, call: Text<'a>) -> Result<CallRecorded<'a>, Reject> {
        Ok(CallRecorded { call, url: self.need(kind, "url", |f| f.url.take())?, duration_ms: not_negative("duration_ms", self.duration_ms)? })
    }

    fn gap(&mut self, kind: &str) -> Result<SourceGap<'a>, Reject> {
        let from_at = self.time(kind, "from_at", |f| f.from_at.take())?;
        let to_at = self.time(kind, "to_at", |f| f.to_at.take())?;
        if to_at < from_at {
            return Err(Reject::Negative { field: "to_at" });
        }
        Ok(SourceGap { from_at, to_at, reason: self.reason.take() })
    }

    fn agent(&mut self, kind: &str) -> Result<Text<'a>, Reject> {
        self.key(kind, "agent", |f| f.agent.take())
    }

    fn queue(&mut self, kind: &str) -> Result<Text<'a>, Reject> {
        self.key(kind, "queue", |f| f.queue.take())
    }

    fn ended_by(&mut self) -> Result<Option<crate::state::EndedBy>, Reject> {
        self.by.take().map(|by| choice("by", &by)).transpose()
    }

    fn need(&mut self, of: &str, field: &'static str, take: impl FnOnce(&mut Self) -> Option<Text<'a>>) -> Result<Text<'a>, Reject> {
        take(self).ok_or_else(|| Reject::MissingField { of: of.into(), field })
    }

    fn key(&mut self, of: &str, field: &'static str, take: impl FnOnce(&mut Self) -> Option<Text<'a>>) -> Result<Text<'a>, Reject> {
        let text = self.need(of, field, take)?;
        if text.is_empty() || text.len() > MAX_KEY_BYTES {
            return Err(Reject::BadKey { field, bytes: text.len() });
        }
        Ok(text)
    }

    fn time(&mut self, of: &str, field: &'static str, take: impl FnOnce(&mut Self) -> Option<Text<'a>>) -> Result<Timestamp, Reject> {
        time(field, &self.need(of, field, take)?)
    }
}

fn time(field: &'static str, text: &str) -> Result<Timestamp, Reject> {
    text.parse().map_err(|source| Reject::BadTime { field, source })
}

fn choice<T: std::str::FromStr<Err = UnknownChoice>>(field: &'static str, text: &str) -> Result<T, Reject> {
    text.parse().map_err(|source| Reject::BadChoice { field, source })
}

const fn not_negative(field: &'static str, ms: Option<i64>) -> Result<Option<i64>, Reject> {
    match ms {
        Some(ms) if ms < 0 => Err(Reject::Negative { field }),
        ms => Ok(ms),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reject(line: &str) -> String {
        Event::parse(line.as_bytes()).unwrap_err().to_string()
    }

    #[test]
    fn a_line_reads_and_writes_back_the_same() {
        for line in [
            r#"{"id":"e1","at":"2025-11-18T06:32:07.000Z","source":"pbx1","type":"call.started","call":"c1","direction":"inbound","from":"13800001207"}"#,
            r#"{"id":"e2","at":"2025-11-18T06:32:07.100Z","source":"pbx1","type":"call.queued","call":"c1","queue":"cards","position":3}"#,
            r#"{"id":"e3","at":"2025-11-18T06:32:08.000Z","source":"pbx1","type":"call.ring_missed","call":"c1","agent":"Li \"x\" Na","ring_ms":900,"reason":"no_answer"}"#,
            r#"{"id":"e4","at":"2025-11-18T06:32:09.000Z","source":"pbx1","type":"call.transferred","call":"c1","agent":"王芳","to":"7002","kind":"blind"}"#,
            r#"{"id":"e5","at":"2025-11-18T06:32:09.000Z","source":"pbx1","type":"agent.state","agent":"王芳","state":"paused","reason":"lunch"}"#,
            r#"{"id":"e6","at":"2025-11-18T06:32:09.000Z","source":"pbx1","type":"source.gap","from_at":"2025-11-18T06:00:00.000Z","to_at":"2025-11-18T06:10:00.000Z"}"#,
            r#"{"id":"e7","at":"2025-11-18T06:32:09.000Z","source":"pbx1","type":"source.alive"}"#,
        ] {
            let event = Event::parse(line.as_bytes()).unwrap();
            assert_eq!(event.to_line(), line);
            assert!(line.contains(&format!("\"type\":\"{}\"", event.kind())), "{line}");
        }
    }

    #[test]
    fn unknown_fields_do_not_disturb() {
        let line = r#"{"id":"e1","at":"2025-11-18T06:32:07.000Z","source":"p","type":"source.alive","colour":{"deep":[1,2]}}"#;
        assert!(Event::parse(line.as_bytes()).is_ok());
    }

    #[test]
    fn a_bad_line_says_what_is_wrong() {
        assert_eq!(
            reject(r#"{"id":"e","at":"2025-11-18T06:32:07.000Z","source":"p","type":"call.queued","call":"c"}"#),
            "call.queued needs the field \"queue\""
        );
        assert_eq!(
            reject(r#"{"id":"e","at":"2025-11-18T06:32:07.000Z","source":"p","type":"call.sung","call":"c"}"#),
            "unknown event type \"call.sung\""
        );
        assert_eq!(
            reject(r#"{"id":"e","at":"yesterday","source":"p","type":"source.alive"}"#),
            "field \"at\": could not read \"yesterday\" as an RFC 3339 time such as 2025-11-18T14:32:07.000Z"
        );
        assert_eq!(
            reject(r#"{"id":"","at":"2025-11-18T06:32:07.000Z","source":"p","type":"source.alive"}"#),
            "\"id\" must have 1 to 256 bytes, not 0"
        );
        assert!(reject("[]").starts_with("not an event object"));
        assert!(reject("").starts_with("not an event object"));
        assert_eq!(Event::parse(b"{\"id\":\"\xff\"}").unwrap_err().to_string(), "not UTF-8 from byte 7 on");
        assert_eq!(Event::parse(&vec![b'x'; 10_000_000]).unwrap_err().to_string(), "line of 10000000 bytes, at most 65536 are read");
    }

    #[test]
    fn the_schema_names_every_type() {
        let schema = serde_json::to_string(&Event::schema()).unwrap();
        for kind in ["call.queued", "call.wrapped_up", "agent.state", "source.gap_filled"] {
            assert!(schema.contains(kind), "{kind}");
        }
    }
}
