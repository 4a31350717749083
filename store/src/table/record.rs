//! Records about the stream itself: gaps, the raw log, what could not be read.

use std::sync::Arc;

use callboard_domain::Timestamp;

use super::table;

table! {
    /// One known hole in what a source told.
    Gap = "gaps", key ["source", "from_at"], time "from_at" {
        /// The source.
        source: Arc<str>,
        /// First instant that may be missing.
        from_at: Timestamp,
        /// First instant that is there again.
        to_at: Timestamp,
        /// Why.
        reason: Option<Arc<str>>,
        /// When it was filled; null while events are missing.
        filled_at: Option<Timestamp>,
        /// Number of the row's version, from 1.
        version: i64,
    }
}

table! {
    /// One event of the log, as it came.
    EventRow = "events", key ["offset"], time "at" {
        /// Place in the log.
        offset: i64,
        /// The event's id.
        id: Arc<str>,
        /// When it happened.
        at: Timestamp,
        /// The source that saw it.
        source: Arc<str>,
        /// The event's type.
        kind: Arc<str>,
        /// The call, agent or source that it tells about.
        key: Arc<str>,
        /// The whole line.
        line: Arc<str>,
    }
}

table! {
    /// One line that is no event.
    RejectedRow = "rejected", key ["number"], time "received_at" {
        /// Its number, from 1.
        number: i64,
        /// When it came.
        received_at: Timestamp,
        /// The source that sent it.
        source: Arc<str>,
        /// Where it stood: file and line.
        place: Arc<str>,
        /// Why it is no event.
        reason: Arc<str>,
        /// The line as it came; bytes that are no UTF-8 are shown as U+FFFD.
        line: Arc<str>,
    }
}
