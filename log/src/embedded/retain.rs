//! Retention: which blocks at the beginning may go.

use callboard_domain::Timestamp;

use super::index::Index;

/// What to keep. Without any rule everything stays.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Retention {
    /// Blocks that were appended before this time go. Time of arrival, not of the events: an import of last
    /// year's calls stays as long as any other.
    pub before: Option<Timestamp>,
    /// The oldest blocks go until the rest has at most this many compressed bytes.
    pub max_bytes: Option<u64>,
    /// The oldest refused lines go until this many are left.
    pub max_rejected: Option<u64>,
}

/// What retention dropped.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Dropped {
    /// Blocks.
    pub blocks: usize,
    /// Their events.
    pub events: u64,
    /// Their compressed bytes.
    pub bytes: u64,
    /// Refused lines.
    pub rejected: u64,
}

/// How many blocks at the beginning may go: whole blocks that end at or before `safe`, never the last one.
pub(super) fn outdated(index: &Index, rules: &Retention, safe: u64) -> Dropped {
    let mut dropped = Dropped::default();
    let entries = index.entries();
    for entry in entries.iter().take(entries.len().saturating_sub(1)) {
        let too_old = rules.before.is_some_and(|t| entry.head.written_at < t);
        let too_much = rules.max_bytes.is_some_and(|max| index.bytes() - dropped.bytes > max);
        if entry.end() > safe || !(too_old || too_much) {
            break;
        }
        dropped.blocks += 1;
        dropped.events += u64::from(entry.head.count);
        dropped.bytes += entry.bytes();
    }
    dropped
}
