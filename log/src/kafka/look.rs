//! A record of the topic, looked at: an event with its sighting, or why it is none.
//!
//! Anyone may have written it, so nothing is believed.

use callboard_domain::Timestamp;
use callboard_domain::event::{Event, Key, Reject};
use rdkafka::message::{BorrowedMessage, Message as _};

use super::index::{Place, Sighting, copy_in};
use crate::{MAX_RAW_BYTES, Rejected, hash_id};

/// One record of the topic.
#[derive(Debug)]
pub(super) struct Record {
    pub partition: usize,
    pub offset: u64,
    /// When the broker took it.
    pub arrived_at: Timestamp,
    pub outcome: Outcome,
}

#[derive(Debug)]
pub(super) enum Outcome {
    /// A line of the log.
    Event { line: Vec<u8>, sighting: Sighting },
    /// What came, cut where it is long, and why it is no event.
    Refused { raw: Vec<u8>, reason: String },
}

impl Record {
    /// Looks at a record; an event may be `ahead_ms` later than its arrival.
    pub(super) fn of(partition: usize, message: &BorrowedMessage<'_>, ahead_ms: i64) -> Self {
        let offset = u64::try_from(message.offset()).unwrap_or(0);
        let arrived_at = Timestamp::from_millis(message.timestamp().to_millis().unwrap_or(0));
        let place = Place { partition: u32::try_from(partition).unwrap_or(u32::MAX), offset };
        let outcome = look(message.payload(), place, arrived_at, ahead_ms);
        Self { partition, offset, arrived_at, outcome }
    }

    /// By what partitions are merged: the event's time, and when it arrived. What is no event holds nobody up.
    pub(super) const fn turn(&self) -> (Timestamp, Timestamp) {
        match &self.outcome {
            Outcome::Event { sighting, .. } => (sighting.at, self.arrived_at),
            Outcome::Refused { .. } => (Timestamp::from_millis(i64::MIN), self.arrived_at),
        }
    }

    /// What is kept of a record that is no event.
    pub(super) fn rejected(&self, topic: &str) -> Option<Rejected> {
        let Outcome::Refused { raw, reason } = &self.outcome else { return None };
        Some(Rejected {
            number: 0,
            received_at: self.arrived_at,
            source: topic.to_owned(),
            place: format!("{}:{}", self.partition, self.offset),
            reason: reason.clone(),
            raw: raw.clone(),
        })
    }
}

fn look(value: Option<&[u8]>, place: Place, arrived_at: Timestamp, ahead_ms: i64) -> Outcome {
    let Some(value) = value else { return Outcome::Refused { raw: Vec::new(), reason: "a record without a value".to_owned() } };
    let mut line = value.to_vec();
    // Between the parts of a JSON value a line feed is a space; within a string it is not allowed.
    for byte in &mut line {
        if matches!(byte, b'\n' | b'\r') {
            *byte = b' ';
        }
    }
    let parsed = Event::parse(&line).map_err(|reject| reject.to_string()).and_then(|event| {
        let early_ms = event.at.since(arrived_at);
        if early_ms > ahead_ms {
            return Err(Reject::Future { at: event.at, ahead_ms: early_ms }.to_string());
        }
        let id = hash_id(&event.id);
        // Every partition has its own copy of what a source tells; each is the first of its id there.
        let id = if matches!(event.key(), Key::Source(_)) { copy_in(id, place.partition) } else { id };
        Ok(Sighting { id, at: event.at, place })
    });
    match parsed {
        Ok(sighting) => Outcome::Event { line, sighting },
        Err(reason) => Outcome::Refused { raw: value.get(..MAX_RAW_BYTES).unwrap_or(value).to_vec(), reason },
    }
}
