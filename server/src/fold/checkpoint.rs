//! The position that travels with the engine's state.
//!
//! History holds one number, which grows with every commit; of a log with several partitions that is the sum of
//! their offsets, and the offsets themselves stand before the engine's state, committed in the same step.

use anyhow::{Context, bail};
use callboard_ingest::log::{Log, Position};
use callboard_store::history::History;
use callboard_store::history::clickhouse::Committed;

/// Begins a state that has offsets before it; no state of an engine begins so.
const MARK: &[u8; 8] = b"\xffoffsets";

/// The state as history keeps it.
pub(crate) fn pack(position: &Position, state: Vec<u8>) -> Vec<u8> {
    if position.partitions() <= 1 {
        return state;
    }
    let count = u32::try_from(position.partitions()).unwrap_or(u32::MAX);
    let offsets = position.offsets().flat_map(|(_, offset)| offset.to_le_bytes());
    MARK.iter().copied().chain(count.to_le_bytes()).chain(offsets).chain(state).collect()
}

/// The position and the engine's state of what history keeps. `stored` is history's own number.
pub(crate) fn unpack(stored: u64, kept: &[u8]) -> anyhow::Result<(Position, &[u8])> {
    let Some(rest) = kept.strip_prefix(MARK) else { return Ok((Position::single(stored), kept)) };
    let torn = "the engine's state in history is torn";
    let (count, rest) = rest.split_first_chunk().context(torn)?;
    let (offsets, state) = rest.split_at_checked(u32::from_le_bytes(*count) as usize * 8).context(torn)?;
    let mut position = Position::default();
    for (partition, chunk) in offsets.chunks_exact(8).enumerate() {
        position.set(partition, u64::from_le_bytes(chunk.try_into()?));
    }
    if position.total() != stored {
        bail!("history ends at {stored}, but the state in it at {position}");
    }
    Ok((position, state))
}

/// Fails where history and the log have a gap between them, or history has more than the log ever had.
pub(crate) fn fits(reached: &Position, log: &dyn Log) -> anyhow::Result<()> {
    let (begins, ends) = (log.start()?, log.end()?);
    if !reached.reaches(&begins) {
        bail!(
            "could not go on from history, which ends at {reached}: the log begins at {begins} only; restore the database from a backup, or name the \
             one that this data folder wrote to"
        );
    }
    if !ends.reaches(reached) {
        bail!(
            "could not go on from history, which has events up to {reached}: the log ends at {ends}; restore the log, or name the one that history was made from"
        );
    }
    Ok(())
}

/// How far a history of one's own reaches.
pub(crate) fn reached_by(history: &dyn History) -> anyhow::Result<Position> {
    let stored = history.manifest().position;
    Ok(match history.engine_state()? {
        Some(kept) => unpack(stored, &kept)?.0,
        None => Position::single(stored),
    })
}

/// How far the commits of all partitions reach.
pub(crate) fn reached(committed: &Committed) -> Position {
    let mut position = Position::default();
    committed.offsets().for_each(|(partition, offset)| position.set(partition, offset));
    position
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_and_state_come_back_together() {
        let mut position = Position::default();
        [7, 0, 5].into_iter().enumerate().for_each(|(p, offset)| position.set(p, offset));
        let kept = pack(&position, b"state".to_vec());
        assert_eq!(unpack(12, &kept).unwrap(), (position, b"state".as_slice()));
        assert!(unpack(13, &kept).is_err() && unpack(12, &kept[..20]).is_err());
        let kept = pack(&Position::single(9), b"state".to_vec());
        assert_eq!(unpack(9, &kept).unwrap(), (Position::single(9), b"state".as_slice()));
    }
}
