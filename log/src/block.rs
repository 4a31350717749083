//! A block: the lines that are stored, compressed and checked together.
//!
//! On disk it is a head of 45 bytes and the zstd form of the lines. The checksum covers the head, the block's
//! first offset and the compressed bytes, so neither can be changed or moved unseen.

use std::io;
use std::sync::Arc;

use bytes::Bytes;
use callboard_domain::Timestamp;
use xxhash_rust::xxh3::xxh3_64_with_seed;

/// More events than this make another block.
pub(super) const MAX_BLOCK_EVENTS: usize = 4_096;
/// More bytes of lines than this make another block.
pub(super) const MAX_BLOCK_BYTES: usize = 2 * 1024 * 1024;
/// Bytes of an encoded head.
pub(super) const HEAD_BYTES: usize = 45;
const VERSION: u8 = 1;

/// What is known of a block without opening it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Head {
    /// Events in it.
    pub count: u32,
    /// Bytes of its lines.
    pub raw_bytes: u32,
    /// Bytes of the compressed lines.
    pub packed_bytes: u32,
    /// Earliest event time.
    pub min_at: Timestamp,
    /// Latest event time.
    pub max_at: Timestamp,
    /// When it was appended, by our clock.
    pub written_at: Timestamp,
    /// Of head, first offset and compressed lines.
    pub checksum: u64,
}

/// Why bytes are no block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Fault {
    Version(u8),
    Bad(String),
}

impl Head {
    fn fields(&self) -> [u8; HEAD_BYTES - 8] {
        let mut out = [VERSION; HEAD_BYTES - 8];
        let parts: [&[u8]; 6] = [
            &self.count.to_le_bytes(),
            &self.raw_bytes.to_le_bytes(),
            &self.packed_bytes.to_le_bytes(),
            &self.min_at.as_millis().to_le_bytes(),
            &self.max_at.as_millis().to_le_bytes(),
            &self.written_at.as_millis().to_le_bytes(),
        ];
        for (slot, byte) in out.iter_mut().skip(1).zip(parts.into_iter().flatten()) {
            *slot = *byte;
        }
        out
    }

    fn sum(&self, first: u64, packed: &[u8]) -> u64 {
        xxh3_64_with_seed(packed, xxh3_64_with_seed(&self.fields(), first))
    }

    pub(super) fn encode(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(HEAD_BYTES + self.packed_bytes as usize);
        out.extend_from_slice(&self.fields());
        out.extend_from_slice(&self.checksum.to_le_bytes());
        out
    }

    pub(super) fn decode(bytes: &[u8]) -> Result<Self, Fault> {
        let short = || Fault::Bad(format!("head of {} bytes instead of {HEAD_BYTES}", bytes.len()));
        let (version, rest) = bytes.split_first().ok_or_else(short)?;
        if *version != VERSION {
            return Err(Fault::Version(*version));
        }
        let (count, rest) = rest.split_first_chunk().ok_or_else(short)?;
        let (raw_bytes, rest) = rest.split_first_chunk().ok_or_else(short)?;
        let (packed_bytes, rest) = rest.split_first_chunk().ok_or_else(short)?;
        let (min_at, rest) = rest.split_first_chunk().ok_or_else(short)?;
        let (max_at, rest) = rest.split_first_chunk().ok_or_else(short)?;
        let (written_at, rest) = rest.split_first_chunk().ok_or_else(short)?;
        let (checksum, _) = rest.split_first_chunk().ok_or_else(short)?;
        Ok(Self {
            count: u32::from_le_bytes(*count),
            raw_bytes: u32::from_le_bytes(*raw_bytes),
            packed_bytes: u32::from_le_bytes(*packed_bytes),
            min_at: Timestamp::from_millis(i64::from_le_bytes(*min_at)),
            max_at: Timestamp::from_millis(i64::from_le_bytes(*max_at)),
            written_at: Timestamp::from_millis(i64::from_le_bytes(*written_at)),
            checksum: u64::from_le_bytes(*checksum),
        })
    }
}

/// Compressed lines with their head: a value of the store.
pub(super) fn seal(first: u64, mut head: Head, packed: &[u8]) -> (Head, Vec<u8>) {
    head.checksum = head.sum(first, packed);
    let mut value = head.encode();
    value.extend_from_slice(packed);
    (head, value)
}

/// Checks a stored value and gives its lines back.
pub(super) fn open(first: u64, value: &[u8]) -> Result<(Head, Block), Fault> {
    let head = Head::decode(value)?;
    let packed = value.get(HEAD_BYTES..).unwrap_or_default();
    if packed.len() != head.packed_bytes as usize {
        return Err(Fault::Bad(format!("{} bytes of compressed lines instead of {}", packed.len(), head.packed_bytes)));
    }
    if head.sum(first, packed) != head.checksum {
        return Err(Fault::Bad("the checksum does not fit".to_owned()));
    }
    let text = zstd::bulk::decompress(packed, head.raw_bytes as usize).map_err(|e| Fault::Bad(format!("could not decompress: {e}")))?;
    let count = memchr::memchr_iter(b'\n', &text).count();
    if text.len() != head.raw_bytes as usize || count != head.count as usize {
        return Err(Fault::Bad(format!("{count} lines in {} bytes instead of {} in {}", text.len(), head.count, head.raw_bytes)));
    }
    Ok((head, Block { first, count, text: text.into(), numbers: None }))
}

pub(super) fn compressor(level: i32) -> io::Result<zstd::bulk::Compressor<'static>> {
    zstd::bulk::Compressor::new(level)
}

/// Event lines in a row, as they were appended. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Block {
    pub(super) first: u64,
    pub(super) count: usize,
    pub(super) text: Bytes,
    /// The lines' numbers, where they do not follow one another.
    pub(super) numbers: Option<Arc<[u64]>>,
}

impl Block {
    /// Offset of the first line.
    #[must_use]
    pub const fn first(&self) -> u64 {
        self.first
    }

    /// Offset after the last line: where the next read goes on.
    #[must_use]
    pub const fn end(&self) -> u64 {
        self.first + self.count as u64
    }

    /// How many lines.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.count
    }

    /// Never true for a block that a read gave.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Bytes of all lines, line feeds included.
    #[must_use]
    pub const fn bytes(&self) -> usize {
        self.text.len()
    }

    /// The lines in order, without line feeds.
    #[must_use]
    pub fn lines(&self) -> Lines<'_> {
        Lines { rest: &self.text }
    }

    /// The lines with their numbers, each of which no other line of the log has: the offset, in a log of several
    /// partitions with the partition in the upper 16 bits.
    pub fn numbered(&self) -> impl Iterator<Item = (u64, &[u8])> {
        let number = |i: usize| self.numbers.as_ref().map_or(self.first + i as u64, |n| n.get(i).copied().unwrap_or(u64::MAX));
        self.lines().enumerate().map(move |(i, line)| (number(i), line))
    }

    /// The part from offset `from` on, at most `max` lines; shares the bytes.
    pub(super) fn part(&self, from: u64, max: usize) -> Self {
        let skip = usize::try_from(from.saturating_sub(self.first)).unwrap_or(usize::MAX).min(self.count);
        let count = max.min(self.count - skip);
        if skip == 0 && count == self.count {
            return self.clone();
        }
        let mut ends = memchr::memchr_iter(b'\n', &self.text).map(|i| i + 1);
        let begin = if skip == 0 { 0 } else { ends.nth(skip - 1).unwrap_or(self.text.len()) };
        let end = if count == 0 { begin } else { ends.nth(count - 1).unwrap_or(self.text.len()) };
        Self { first: self.first + skip as u64, count, text: self.text.slice(begin..end), numbers: None }
    }
}

/// The lines of a block.
#[derive(Debug, Clone)]
pub struct Lines<'a> {
    rest: &'a [u8],
}

impl<'a> Iterator for Lines<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        let (line, rest) = self.rest.split_at_checked(memchr::memchr(b'\n', self.rest)?)?;
        self.rest = rest.get(1..)?;
        Some(line)
    }
}

/// Fault of a stored value as an error of the log.
pub(super) fn fault(path: &Arc<std::path::Path>, offset: u64, fault: Fault) -> super::Error {
    match fault {
        Fault::Version(found) => super::Error::Foreign { path: path.to_path_buf(), offset, found },
        Fault::Bad(what) => super::Error::Damaged { path: path.to_path_buf(), offset, what },
    }
}

/// Keys of the store sort like the offsets that they are.
pub(super) fn key(offset: u64) -> [u8; 8] {
    offset.to_be_bytes()
}

/// The offset in a key.
pub(super) fn offset(key: &[u8]) -> Result<u64, Fault> {
    key.try_into().map(u64::from_be_bytes).map_err(|_| Fault::Bad(format!("a key of {} bytes", key.len())))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sealed(first: u64, text: &str) -> Vec<u8> {
        let packed = compressor(1).unwrap().compress(text.as_bytes()).unwrap();
        let head = Head {
            count: u32::try_from(text.lines().count()).unwrap(),
            raw_bytes: u32::try_from(text.len()).unwrap(),
            packed_bytes: u32::try_from(packed.len()).unwrap(),
            min_at: Timestamp::from_millis(-5),
            max_at: Timestamp::from_millis(7),
            written_at: Timestamp::from_millis(9),
            checksum: 0,
        };
        seal(first, head, &packed).1
    }

    #[test]
    fn a_block_opens_to_the_lines_that_went_in() {
        let (head, block) = open(40, &sealed(40, "a\nbb\n\nccc\n")).unwrap();
        assert_eq!((head.min_at.as_millis(), head.max_at.as_millis(), head.written_at.as_millis()), (-5, 7, 9));
        assert_eq!((block.first(), block.end(), block.len()), (40, 44, 4));
        assert_eq!(block.lines().collect::<Vec<_>>(), [b"a".as_slice(), b"bb", b"", b"ccc"]);
    }

    #[test]
    fn any_part_of_a_block_can_be_cut_out() {
        let (_, block) = open(10, &sealed(10, "a\nbb\nccc\n")).unwrap();
        let texts = |b: Block| b.lines().map(|l| String::from_utf8(l.to_vec()).unwrap()).collect::<Vec<_>>();
        for (from, max, want) in
            [(10, 9, vec!["a", "bb", "ccc"]), (11, 1, vec!["bb"]), (12, 5, vec!["ccc"]), (10, 2, vec!["a", "bb"]), (13, 5, vec![])]
        {
            let part = block.part(from, max);
            assert_eq!(part.first(), from);
            assert_eq!(texts(part), want, "{from} {max}");
        }
    }

    #[test]
    fn every_flipped_bit_and_a_wrong_place_are_noticed() {
        let value = sealed(3, "one line of text\nanother line of text\n");
        for bit in 0..value.len() * 8 {
            let mut bad = value.clone();
            bad[bit / 8] ^= 1 << (bit % 8);
            assert!(open(3, &bad).is_err(), "bit {bit}");
        }
        assert!(open(4, &value).is_err());
        assert!(open(3, &value[..value.len() - 1]).is_err());
        assert_eq!(open(3, &[2, 0]).unwrap_err(), Fault::Version(2));
    }
}
