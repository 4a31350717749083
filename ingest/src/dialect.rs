//! One file a dialect: text of a PBX in, events out. Pure.
//!
//! A dialect reads no file and no clock: lines come in with whatever time the caller knows, events come out. The ids it
//! makes depend on source and content alone, so the same text twice gives the same events.

use callboard_domain::{Event, Timestamp};

pub mod asterisk_ami;
pub mod asterisk_queue_log;
pub mod csv;
mod emit;

pub use emit::Emit;

/// Reads the lines of one source, in their order.
pub trait Dialect: Send {
    /// Reads one line, without its line feed; returns the events that it completes, in order of time.
    ///
    /// # Errors
    /// Says why the line cannot be read; the state is as before and the next line may come.
    fn line(&mut self, line: &[u8]) -> Result<Vec<Event<'static>>, Reject>;

    /// Tells what time it is for the source, so that what waits for more lines can be decided without them.
    ///
    /// A live source calls it about once a second; an import of a file need not, as every line brings its own time.
    fn tick(&mut self, now: Timestamp) -> Vec<Event<'static>>;

    /// The end of the text: returns what still waited for a next line. Open calls stay open.
    fn finish(&mut self) -> Vec<Event<'static>>;
}

/// Why a line of a PBX is no event.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Reject {
    /// Fewer columns than the event has; the last line of a file that is being written may look so.
    #[error("{event} needs {needed} columns, the line has {found}")]
    Columns {
        /// The event, or `a line` where even that is missing.
        event: String,
        /// How many there must be.
        needed: usize,
        /// How many there are.
        found: usize,
    },
    /// The time cannot be read.
    #[error("could not read {text:?} as a time: {wanted}")]
    Time {
        /// The text as it came, shortened.
        text: String,
        /// What would have been read.
        wanted: &'static str,
    },
    /// A column that must be a number is none.
    #[error("could not read {text:?} as {column} of {event}")]
    Number {
        /// The event.
        event: String,
        /// What the column says.
        column: &'static str,
        /// The text as it came, shortened.
        text: String,
    },
    /// A column that names the call, the queue or the agent is empty or absurdly long.
    #[error("{event} needs {field} of 1 to 256 bytes, not {bytes}")]
    Key {
        /// The event.
        event: String,
        /// Which name.
        field: &'static str,
        /// Its length.
        bytes: usize,
    },
    /// A line or message longer than anything a PBX writes.
    #[error("line of {bytes} bytes, at most {limit} are read")]
    TooLong {
        /// Its length.
        bytes: usize,
        /// The most that is read.
        limit: usize,
    },
    /// A message that should hold `Key: value` lines and does not.
    #[error("could not read {text:?} as a line of the manager interface")]
    NotAMessage {
        /// The text as it came, shortened.
        text: String,
    },
    /// A row of a call list.
    #[error(transparent)]
    CallList(#[from] csv::Reject),
}

/// Whether a caller id is a number that tells callers apart; PBXs write `unknown` and the like where there is none.
pub(crate) fn is_number(text: &str) -> bool {
    !matches!(text.to_ascii_lowercase().as_str(), "" | "unknown" | "<unknown>" | "anonymous" | "unavailable" | "restricted" | "asterisk")
}

/// Text for an error: never longer than a glance.
pub(crate) fn glance(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).chars().take(64).collect()
}
