//! Opened blocks: the newest by bytes, and the few that readers opened last.

use std::collections::{BTreeMap, VecDeque};

use crate::Block;

/// Blocks opened by readers that are behind; one each for a handful of readers.
const OPENED: usize = 8;

/// The blocks that are at hand.
#[derive(Debug)]
pub(super) struct Cache {
    newest: BTreeMap<u64, Block>,
    newest_bytes: usize,
    max_bytes: usize,
    opened: VecDeque<Block>,
}

impl Cache {
    pub(super) const fn new(max_bytes: usize) -> Self {
        Self { newest: BTreeMap::new(), newest_bytes: 0, max_bytes, opened: VecDeque::new() }
    }

    /// The block that holds `offset`, if it is at hand.
    pub(super) fn find(&self, offset: u64) -> Option<Block> {
        let newest = self.newest.range(..=offset).next_back().map(|(_, b)| b);
        newest.into_iter().chain(&self.opened).find(|b| (b.first()..b.end()).contains(&offset)).cloned()
    }

    /// A block that was just written; pushes the oldest out.
    pub(super) fn wrote(&mut self, block: Block) {
        self.newest_bytes += block.bytes();
        if let Some(old) = self.newest.insert(block.first(), block) {
            self.newest_bytes -= old.bytes();
        }
        while self.newest_bytes > self.max_bytes {
            let Some((_, old)) = self.newest.pop_first() else { return };
            self.newest_bytes -= old.bytes();
        }
    }

    /// A block that a reader opened.
    pub(super) fn opened(&mut self, block: Block) {
        if self.opened.len() >= OPENED {
            self.opened.pop_back();
        }
        self.opened.push_front(block);
    }

    /// Forgets the blocks that lie in `from..to`: they were dropped or put together.
    pub(super) fn forget(&mut self, from: u64, to: u64) {
        let gone: Vec<u64> = self.newest.range(from..to).map(|(first, _)| *first).collect();
        for first in gone {
            self.newest_bytes -= self.newest.remove(&first).map_or(0, |b| b.bytes());
        }
        self.opened.retain(|b| b.first() < from || b.first() >= to);
    }
}
