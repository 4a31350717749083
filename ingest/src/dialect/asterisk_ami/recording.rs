//! A recorded stream, read line by line; its times come from `timestampevents`.
//!
//! Greeting and lists never carry a time, so those from before the first time of a connection wait for it.

use callboard_domain::{Event, Timestamp};

use super::{AsteriskAmi, MAX_MESSAGE_BYTES, Message};
use crate::dialect::{Dialect, Reject, glance};

/// What a manager says before its first message.
const BANNER: &[u8] = b"Asterisk Call Manager/";
/// Messages of a recording that wait for its first time; the lists of a large PBX have thousands of rows.
const MAX_EARLY: usize = 100_000;

impl AsteriskAmi {
    /// Reads what waited for the first time of a connection.
    fn early_at(&mut self, at: Timestamp) -> Vec<Event<'static>> {
        let mut events = Vec::new();
        for held in std::mem::take(&mut self.early) {
            // It was a message when it was put aside.
            if let Ok(message) = Message::parse(&held) {
                events.extend(self.message(&message, at));
            }
        }
        events
    }
}

impl Dialect for AsteriskAmi {
    fn line(&mut self, line: &[u8]) -> Result<Vec<Event<'static>>, Reject> {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if line.starts_with(BANNER) {
            // Another connection: what the last one broke off in is nothing.
            self.disconnected();
            self.timed = false;
            return Ok(Vec::new());
        }
        if !line.is_empty() {
            if self.buffer.len() <= MAX_MESSAGE_BYTES {
                self.buffer.extend_from_slice(line);
                self.buffer.push(b'\n');
            }
            return Ok(Vec::new());
        }
        if self.buffer.is_empty() {
            return Ok(Vec::new());
        }
        let bytes = std::mem::take(&mut self.buffer);
        let message = Message::parse(&bytes)?;
        if message.event().is_none() {
            return Ok(Vec::new());
        }
        self.skew_ms = 0;
        let Some(at) = message.at() else {
            let timeless = message.get("ActionID").is_some() || message.event() == Some("FullyBooted");
            return match self.last_at.filter(|_| self.timed) {
                Some(last_at) => Ok(self.message(&message, last_at)),
                None if timeless && self.early.len() < MAX_EARLY => {
                    self.early.push(bytes);
                    Ok(Vec::new())
                }
                None => Err(Reject::Time { text: glance(&bytes), wanted: "Timestamp; record with timestampevents = yes" }),
            };
        };
        self.timed = true;
        let mut events = self.early_at(at);
        events.extend(self.message(&message, at));
        Ok(events)
    }

    fn tick(&mut self, now: Timestamp) -> Vec<Event<'static>> {
        self.settle(now.plus(self.skew_ms));
        self.out.take()
    }

    fn finish(&mut self) -> Vec<Event<'static>> {
        self.buffer.clear();
        let mut events = self.last_at.map(|last_at| self.early_at(last_at)).unwrap_or_default();
        events.extend(self.out.take());
        events
    }
}
