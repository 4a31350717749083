//! From lines to the log: read, check, de-duplicate, append, answer.
//!
//! A draft reads and checks where the sender is; the log's writer drops what it holds already. A line that is no
//! event is kept beside the log with its reason, and the stream goes on. The receipt comes after the disk's answer.

mod draft;
mod split;

use std::sync::Arc;

use callboard_domain::time::MINUTE_MS;
use callboard_domain::{Clock, Timestamp};

use crate::log::{Error, Log};

pub use draft::Draft;
pub use split::{Line, Splitter, lines};

/// How the intake checks.
#[derive(Debug, Clone)]
pub struct Options {
    /// An event may be this far ahead of our clock, ms.
    pub ahead_ms: i64,
}

impl Default for Options {
    fn default() -> Self {
        Self { ahead_ms: 5 * MINUTE_MS }
    }
}

/// A line that is no event.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Refusal {
    /// Its number in what was sent, from 1.
    pub line: usize,
    /// Why.
    pub reason: String,
}

/// What became of a draft, true for ever: given after the log is durable.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
pub struct Receipt {
    /// Events that were new.
    pub accepted: usize,
    /// Events that the log held already.
    pub duplicate: usize,
    /// Lines that are no events.
    pub rejected: Vec<Refusal>,
}

impl Receipt {
    /// Adds the receipt of a later part of the same delivery.
    pub fn add(&mut self, later: Self) {
        self.accepted += later.accepted;
        self.duplicate += later.duplicate;
        self.rejected.extend(later.rejected);
    }
}

/// The way into the log; cheap to clone.
#[derive(Clone)]
pub struct Intake {
    log: Arc<dyn Log>,
    clock: Arc<dyn Clock>,
    options: Options,
}

impl Intake {
    /// The way into `log`, with `clock` telling what lies in the future.
    #[must_use]
    pub fn new(log: Arc<dyn Log>, clock: Arc<dyn Clock>, options: Options) -> Self {
        Self { log, clock, options }
    }

    /// An empty draft. `source` is who sends, as far as known; `place` is where lines stand, such as a file's name.
    #[must_use]
    pub fn draft(&self, source: &str, place: &str) -> Draft {
        let received_at = self.clock.now();
        Draft::new(source, place, received_at, received_at.plus(self.options.ahead_ms))
    }

    /// Appends a draft; resolves once everything accepted, and every refused line, is durable.
    ///
    /// # Errors
    /// Nothing was acknowledged; sending the same lines again is safe.
    pub async fn append(&self, draft: Draft) -> Result<Receipt, Error> {
        let (batch, rejected) = draft.into_parts();
        let appended = self.log.append(batch).await?;
        Ok(Receipt { accepted: appended.accepted, duplicate: appended.duplicate, rejected })
    }

    /// Reads NDJSON text and appends it. A batch of 1,000 lines takes about 1 ms of CPU here: senders of large
    /// batches fill a draft on a blocking thread and call `append`.
    ///
    /// # Errors
    /// As `append`.
    pub async fn submit(&self, text: &[u8], source: &str, place: &str) -> Result<Receipt, Error> {
        let mut draft = self.draft(source, place);
        draft.text(text);
        self.append(draft).await
    }

    /// The time now, as the checks see it.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }
}

#[cfg(test)]
mod tests;
