//! Events on their way into the log: one buffer of lines and, per line, what de-duplication needs.

use std::cell::RefCell;

use callboard_domain::Timestamp;
use callboard_domain::event::Key;

use super::block::{self, MAX_BLOCK_BYTES, MAX_BLOCK_EVENTS};
use super::ids;
use super::rejected::Rejected;

/// A smaller batch is packed by the writer, together with its neighbours.
const PACK_FROM_EVENTS: usize = 256;

/// Lines to append together, and the lines that were refused beside them.
#[derive(Debug, Default)]
pub struct Batch {
    pub(super) text: Vec<u8>,
    /// Keys of the events, one after the other.
    pub(super) keys: Vec<u8>,
    pub(super) marks: Vec<Mark>,
    pub(super) rejected: Vec<Rejected>,
    pub(super) packed: Option<Vec<u8>>,
}

/// One line of a batch.
#[derive(Debug, Clone, Copy)]
pub(super) struct Mark {
    /// Hash of the event's id.
    pub id: u128,
    /// The event's time.
    pub at: Timestamp,
    /// End of the line in the buffer, line feed included.
    pub end: usize,
    /// End of the event's key in the buffer of keys.
    pub key_end: usize,
    /// Whether it tells of a source: then every partition has a copy, since each is folded for itself.
    pub of_source: bool,
}

impl Batch {
    /// Makes room for `bytes` more of lines.
    pub fn reserve(&mut self, bytes: usize) {
        self.text.reserve(bytes);
        // A line is rarely shorter than this.
        self.marks.reserve(bytes / 128);
    }

    /// Adds an event's line, which holds no line feed. Events with the same `key` keep their order in every log.
    pub fn push(&mut self, line: &[u8], id: &str, at: Timestamp, key: Key<'_>) {
        self.packed = None;
        self.text.extend_from_slice(line);
        self.text.push(b'\n');
        let of_source = matches!(key, Key::Source(_));
        let (Key::Call(key) | Key::Agent(key) | Key::Source(key)) = key;
        self.keys.extend_from_slice(key.as_bytes());
        self.marks.push(Mark { id: ids::hash(id), at, end: self.text.len(), key_end: self.keys.len(), of_source });
    }

    /// Adds a line that is no event; it is kept beside the log in the same commit.
    pub fn reject(&mut self, rejected: Rejected) {
        self.rejected.push(rejected);
    }

    /// Compresses a large batch where the caller is, so that the one writer has less to do. Costs about 0.5 ms
    /// a 1,000 events; small batches are left alone.
    pub fn pack(&mut self) {
        thread_local! {
            // A context is large; making one for every batch would cost more than compressing.
            static COMPRESSOR: RefCell<Option<zstd::bulk::Compressor<'static>>> = const { RefCell::new(None) };
        }
        if self.marks.len() < PACK_FROM_EVENTS || self.marks.len() > MAX_BLOCK_EVENTS || self.text.len() > MAX_BLOCK_BYTES {
            return;
        }
        self.packed = COMPRESSOR.with_borrow_mut(|slot| {
            if slot.is_none() {
                *slot = block::compressor(1).ok();
            }
            slot.as_mut()?.compress(&self.text).ok()
        });
    }

    /// Events in it.
    #[must_use]
    pub fn len(&self) -> usize {
        self.marks.len()
    }

    /// Whether it holds no event; it may still hold refused lines.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.marks.is_empty()
    }

    /// Bytes of its lines.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.text.len()
    }
}
