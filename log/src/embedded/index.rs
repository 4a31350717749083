//! Every block's head, in memory: 80 bytes a block, below 100 KB a million events.

use std::ops::Range;

use callboard_domain::Timestamp;

use crate::block::{HEAD_BYTES, Head};

/// One block.
#[derive(Debug, Clone, Copy)]
pub(super) struct Entry {
    pub first: u64,
    pub head: Head,
    /// Latest event time of this block and all before it.
    reach: Timestamp,
    /// No event of this block or of any after it is earlier than this.
    floor: Timestamp,
}

impl Entry {
    pub(super) fn end(&self) -> u64 {
        self.first + u64::from(self.head.count)
    }

    pub(super) fn bytes(&self) -> u64 {
        HEAD_BYTES as u64 + u64::from(self.head.packed_bytes)
    }
}

/// All blocks in order of offset, without holes.
#[derive(Debug, Default)]
pub(super) struct Index {
    entries: Vec<Entry>,
    start: u64,
    bytes: u64,
}

impl Index {
    pub(super) fn starting_at(start: u64) -> Self {
        Self { start, ..Self::default() }
    }

    pub(super) fn push(&mut self, first: u64, head: Head) {
        let before = self.entries.last().map_or(head.max_at, |e| e.reach);
        let entry = Entry { first, head, reach: before.max(head.max_at), floor: head.min_at };
        self.bytes += entry.bytes();
        // Stops at once while events come in order, and after the first block of an old import.
        for earlier in self.entries.iter_mut().rev().take_while(|e| e.floor > head.min_at) {
            earlier.floor = head.min_at;
        }
        self.entries.push(entry);
    }

    /// Takes `count` blocks off the end.
    pub(super) fn pop(&mut self, count: usize) {
        let gone = self.entries.split_off(self.entries.len().saturating_sub(count));
        self.bytes -= gone.iter().map(Entry::bytes).sum::<u64>();
    }

    /// Takes `count` blocks off the beginning.
    pub(super) fn drop_first(&mut self, count: usize) {
        for entry in self.entries.drain(..count.min(self.entries.len())) {
            self.start = entry.end();
            self.bytes -= entry.bytes();
        }
    }

    pub(super) fn entries(&self) -> &[Entry] {
        &self.entries
    }

    pub(super) const fn bytes(&self) -> u64 {
        self.bytes
    }

    pub(super) const fn start(&self) -> u64 {
        self.start
    }

    pub(super) fn end(&self) -> u64 {
        self.entries.last().map_or(self.start, Entry::end)
    }

    /// The block that holds `offset`.
    pub(super) fn find(&self, offset: u64) -> Option<Entry> {
        let after = self.entries.partition_point(|e| e.first <= offset);
        self.entries.get(after.checked_sub(1)?).filter(|e| offset < e.end()).copied()
    }

    /// Blocks that may hold events of the time range. Events arrive almost in order of time, so the blocks before
    /// the range are skipped by one binary search and those after it by their floor.
    pub(super) fn overlapping(&self, times: Range<Timestamp>) -> impl Iterator<Item = Entry> + '_ {
        let from = self.entries.partition_point(|e| e.reach < times.start);
        let rest = self.entries.iter().skip(from).take_while(move |e| e.floor < times.end);
        rest.filter(move |e| e.head.min_at < times.end && e.head.max_at >= times.start).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head(count: u32, min: i64, max: i64) -> Head {
        let (min_at, max_at) = (Timestamp::from_millis(min), Timestamp::from_millis(max));
        Head { count, raw_bytes: 1, packed_bytes: 1, min_at, max_at, written_at: max_at, checksum: 0 }
    }

    #[test]
    fn any_order_of_times_gives_the_same_overlaps_as_looking_at_every_block() {
        let mut seed = 0x9E37_79B9_7F4A_7C15_u64;
        let mut random = |bound: i64| {
            seed ^= seed << 13;
            seed ^= seed >> 7;
            seed ^= seed << 17;
            (seed >> 11).cast_signed() % bound
        };
        for _ in 0..50 {
            let (mut index, mut all) = (Index::starting_at(0), Vec::new());
            for first in 0..40 {
                let min = random(100);
                let max = min + random(30);
                index.push(first, head(1, min, max));
                all.push((first, min, max));
            }
            for start in 0..130 {
                let times = Timestamp::from_millis(start)..Timestamp::from_millis(start + 5);
                let got: Vec<u64> = index.overlapping(times).map(|e| e.first).collect();
                let want: Vec<u64> = all.iter().filter(|(_, min, max)| *min < start + 5 && *max >= start).map(|(first, ..)| *first).collect();
                assert_eq!(got, want);
            }
        }
    }

    #[test]
    fn blocks_are_found_by_offset_and_by_time() {
        let mut index = Index::starting_at(100);
        assert_eq!((index.start(), index.end()), (100, 100));
        for (first, count, min, max) in [(100, 10, 0, 50), (110, 5, 40, 90), (115, 1, 10, 20), (116, 4, 95, 99)] {
            index.push(first, head(count, min, max));
        }
        assert_eq!(index.find(99).map(|e| e.first), None);
        assert_eq!(index.find(109).map(|e| e.first), Some(100));
        assert_eq!(index.find(110).map(|e| e.first), Some(110));
        assert_eq!(index.find(119).map(|e| e.first), Some(116));
        assert_eq!(index.find(120).map(|e| e.first), None);
        let overlap = |a, b| index.overlapping(Timestamp::from_millis(a)..Timestamp::from_millis(b)).map(|e| e.first).collect::<Vec<_>>();
        assert_eq!(overlap(15, 16), [100, 115]);
        assert_eq!(overlap(60, 96), [110, 116]);
        assert_eq!(overlap(100, 200), Vec::<u64>::new());
        index.drop_first(1);
        index.pop(1);
        assert_eq!((index.start(), index.end(), index.entries().len()), (110, 116, 2));
        assert_eq!(index.bytes(), 2 * (HEAD_BYTES as u64 + 1));
    }
}
