//! One commit in the making: the new lines of the batches that wait, cut into blocks.

use std::io;

use bytes::Bytes;
use callboard_domain::Timestamp;

use super::seen::Seen;
use crate::batch::Mark;
use crate::block::{self, Head, MAX_BLOCK_BYTES, MAX_BLOCK_EVENTS};
use crate::{Appended, Batch, Block};

/// A sealed block: its head, its value in the store and its lines.
pub(super) struct Sealed {
    pub head: Head,
    pub value: Vec<u8>,
    pub block: Block,
}

/// Lines that will become one block.
pub(super) struct Pile {
    pub text: Vec<u8>,
    pub count: usize,
    pub min_at: Timestamp,
    pub max_at: Timestamp,
}

impl Default for Pile {
    fn default() -> Self {
        Self { text: Vec::new(), count: 0, min_at: Timestamp::from_millis(i64::MAX), max_at: Timestamp::from_millis(i64::MIN) }
    }
}

impl Pile {
    fn push(&mut self, line: &[u8], at: Timestamp) {
        self.text.extend_from_slice(line);
        self.note(1, at, at);
    }

    pub(super) fn note(&mut self, count: usize, min_at: Timestamp, max_at: Timestamp) {
        self.count += count;
        self.min_at = self.min_at.min(min_at);
        self.max_at = self.max_at.max(max_at);
    }

    /// Seals it as the block that begins at `first`.
    pub(super) fn seal(self, first: u64, packed: &[u8], written_at: Timestamp) -> Sealed {
        let head = Head {
            // A pile is cut long before any of these fills 32 bits.
            count: u32::try_from(self.count).unwrap_or(u32::MAX),
            raw_bytes: u32::try_from(self.text.len()).unwrap_or(u32::MAX),
            packed_bytes: u32::try_from(packed.len()).unwrap_or(u32::MAX),
            min_at: self.min_at,
            max_at: self.max_at,
            written_at,
            checksum: 0,
        };
        let (head, value) = block::seal(first, head, packed);
        Sealed { head, value, block: Block { first, count: self.count, text: Bytes::from(self.text), numbers: None } }
    }
}

/// The commit.
pub(super) struct Draft<'a> {
    compressor: &'a mut zstd::bulk::Compressor<'static>,
    written_at: Timestamp,
    /// Offset of the first block.
    begin: u64,
    /// Offset of the next event taken.
    next: u64,
    open: Pile,
    sealed: Vec<Sealed>,
}

impl<'a> Draft<'a> {
    pub(super) fn new(compressor: &'a mut zstd::bulk::Compressor<'static>, next: u64, written_at: Timestamp) -> Self {
        Self { compressor, written_at, begin: next, next, open: Pile::default(), sealed: Vec::new() }
    }

    /// Takes the batch's events that are new, in their order.
    pub(super) fn take(&mut self, mut batch: Batch, seen: &mut Seen) -> io::Result<Appended> {
        let first = self.next;
        let known: Vec<usize> = batch.marks.iter().enumerate().filter(|(_, mark)| !seen.insert(mark)).map(|(i, _)| i).collect();
        let accepted = batch.marks.len() - known.len();
        match batch.packed.take() {
            Some(packed) if known.is_empty() => self.take_whole(batch, &packed)?,
            _ => self.take_lines(&batch, &known)?,
        }
        self.next += accepted as u64;
        Ok(Appended { first, accepted, duplicate: known.len() })
    }

    /// The blocks of the commit.
    pub(super) fn finish(mut self) -> io::Result<Vec<Sealed>> {
        self.seal()?;
        Ok(self.sealed)
    }

    fn take_whole(&mut self, batch: Batch, packed: &[u8]) -> io::Result<()> {
        self.seal()?;
        let mut pile = Pile { text: batch.text, ..Pile::default() };
        batch.marks.iter().for_each(|m| pile.note(1, m.at, m.at));
        self.put(pile, packed);
        Ok(())
    }

    fn take_lines(&mut self, batch: &Batch, known: &[usize]) -> io::Result<()> {
        let mut known = known.iter().copied().peekable();
        let mut begin = 0;
        for (i, Mark { at, end, .. }) in batch.marks.iter().enumerate() {
            let line = batch.text.get(begin..*end).unwrap_or_default();
            begin = *end;
            if known.next_if_eq(&i).is_some() {
                continue;
            }
            if self.open.count >= MAX_BLOCK_EVENTS || self.open.text.len() + line.len() > MAX_BLOCK_BYTES {
                self.seal()?;
            }
            self.open.push(line, *at);
        }
        Ok(())
    }

    /// Closes the block that is open, if any.
    fn seal(&mut self) -> io::Result<()> {
        if self.open.count == 0 {
            return Ok(());
        }
        let pile = std::mem::take(&mut self.open);
        let packed = self.compressor.compress(&pile.text)?;
        self.put(pile, &packed);
        Ok(())
    }

    fn put(&mut self, pile: Pile, packed: &[u8]) {
        let begin = self.sealed.last().map_or(self.begin, |s| s.block.end());
        self.sealed.push(pile.seal(begin, packed, self.written_at));
    }
}
