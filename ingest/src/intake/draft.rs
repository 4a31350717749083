//! A delivery in the making: lines are parsed and checked as they are added.

use callboard_domain::{Event, Reject, Timestamp};

use super::Refusal;
use super::split::{Line, lines};
use crate::log::{Batch, MAX_RAW_BYTES, Rejected};

/// Events and refused lines that will be appended together.
#[derive(Debug)]
pub struct Draft {
    source: String,
    place: String,
    received_at: Timestamp,
    latest_at: Timestamp,
    batch: Batch,
    refusals: Vec<Refusal>,
}

impl Draft {
    pub(super) fn new(source: &str, place: &str, received_at: Timestamp, latest_at: Timestamp) -> Self {
        Self { source: source.to_owned(), place: place.to_owned(), received_at, latest_at, batch: Batch::default(), refusals: Vec::new() }
    }

    /// Adds every line of NDJSON text; numbers count from 1.
    pub fn text(&mut self, text: &[u8]) {
        self.batch.reserve(text.len() + 1);
        for line in lines(text) {
            self.line(&line);
        }
    }

    /// Adds one line, as the splitter gave it.
    pub fn line(&mut self, line: &Line<'_>) {
        if line.bytes > line.text.len() {
            return self.reject(line.number, line.text, &Reject::TooLong { bytes: line.bytes }.to_string());
        }
        match Event::parse(line.text).and_then(|event| self.not_ahead(&event).map(|()| event)) {
            Ok(event) => self.batch.push(line.text, &event.id, event.at, event.key()),
            Err(reject) if line.torn => self.reject(line.number, line.text, &format!("torn last line: {reject}")),
            Err(reject) => self.reject(line.number, line.text, &reject.to_string()),
        }
    }

    /// Adds an event that a dialect made from line `number`; `raw` is that line, kept when the event is refused.
    /// The event is written out and read back, so that the log never holds what it cannot read.
    pub fn event(&mut self, number: usize, event: &Event<'_>, raw: &[u8]) {
        let text = event.to_line();
        match Event::parse(text.as_bytes()).and_then(|event| self.not_ahead(&event)) {
            Ok(()) => self.batch.push(text.as_bytes(), &event.id, event.at, event.key()),
            Err(reject) => self.reject(number, raw, &reject.to_string()),
        }
    }

    /// Adds a line that a dialect could not read.
    pub fn reject(&mut self, number: usize, raw: &[u8], reason: &str) {
        self.refusals.push(Refusal { line: number, reason: reason.to_owned() });
        self.batch.reject(Rejected {
            number: 0,
            received_at: self.received_at,
            source: self.source.clone(),
            place: format!("{}:{number}", self.place),
            reason: reason.to_owned(),
            raw: raw.get(..MAX_RAW_BYTES).unwrap_or(raw).to_vec(),
        });
    }

    /// Events in it.
    #[must_use]
    pub fn len(&self) -> usize {
        self.batch.len()
    }

    /// Whether it holds neither events nor refused lines.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.batch.is_empty() && self.refusals.is_empty()
    }

    /// Whether it should be appended before more is added: 4,096 lines or 1 MiB.
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.batch.len() + self.refusals.len() >= 4_096 || self.batch.bytes() >= 1024 * 1024
    }

    /// Compresses a large draft where it is, so that the log's one writer has less to do.
    pub fn pack(&mut self) {
        self.batch.pack();
    }

    pub(super) fn into_parts(mut self) -> (Batch, Vec<Refusal>) {
        self.batch.pack();
        (self.batch, self.refusals)
    }

    fn not_ahead(&self, event: &Event<'_>) -> Result<(), Reject> {
        if event.at > self.latest_at {
            return Err(Reject::Future { at: event.at, ahead_ms: event.at.since(self.received_at) });
        }
        Ok(())
    }
}
