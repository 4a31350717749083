//! The index of ids: which event ids the topic holds, and where each stands first.
//!
//! Kafka cannot be asked for an id, so every node notes the ids that it reads, in pieces by minute of the event's
//! time, in a database of its own. It is a cache: without it the topic is read from its beginning once more.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use callboard_domain::Timestamp;
use fjall::{Database, Keyspace, KeyspaceCreateOptions};
use hashbrown::{HashMap, HashSet};

use crate::batch::Mark;
use crate::ids::{Ids, OfMinute, minute};
use crate::{Error, Position};

/// Where an event stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Place {
    pub partition: u32,
    pub offset: u64,
}

/// One event that was read.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sighting {
    pub id: u128,
    pub at: Timestamp,
    pub place: Place,
}

/// Bytes of an id and of the distance of its offset from the piece's first.
const ENTRY_BYTES: usize = 20;
const COVERED: &[u8] = b"covered";
const TOPIC: &[u8] = b"topic";
/// Pieces removed in one go.
const PRUNED_AT_ONCE: usize = 10_000;

/// The ids of one node.
pub(super) struct Index {
    path: PathBuf,
    db: Database,
    /// Minute, partition, first offset → ids with the distances of their offsets.
    pieces: Keyspace,
    /// Partition, last offset → minute and first offset of the piece: what retention goes by.
    ages: Keyspace,
    meta: Keyspace,
    state: Mutex<State>,
}

struct State {
    seen: Ids<Place>,
    max_ids: usize,
    /// Every record before it is noted.
    covered: Position,
}

impl Index {
    /// Opens the index of `topic` (a name that no other topic ever has); one of another topic is emptied.
    pub(super) fn open(path: PathBuf, topic: &str, max_ids: usize) -> Result<Self, Error> {
        let failed = |e: fjall::Error| Error::Index { path: path.clone(), source: Arc::new(e) };
        let open = || -> fjall::Result<_> {
            let db = Database::builder(&path).cache_size(16 * 1024 * 1024).worker_threads(1).max_journaling_size(64 * 1024 * 1024).open()?;
            let small = || KeyspaceCreateOptions::default().max_memtable_size(8 * 1024 * 1024);
            let (pieces, ages, meta) = (db.keyspace("pieces", small)?, db.keyspace("ages", small)?, db.keyspace("meta", small)?);
            if meta.get(TOPIC)?.is_none_or(|known| &*known != topic.as_bytes()) {
                pieces.clear()?;
                ages.clear()?;
                meta.remove(COVERED)?;
                meta.insert(TOPIC, topic)?;
            }
            let covered = meta.get(COVERED)?.map(|value| decode_position(&value)).unwrap_or_default();
            Ok((db, pieces, ages, meta, covered))
        };
        let (db, pieces, ages, meta, covered) = match open() {
            Ok(opened) => opened,
            Err(fjall::Error::Locked) => return Err(Error::Locked { path }),
            Err(e) => return Err(failed(e)),
        };
        Ok(Self { path, db, pieces, ages, meta, state: Mutex::new(State { seen: Ids::default(), max_ids, covered }) })
    }

    /// Every record before this position is noted.
    pub(super) fn covered(&self) -> Position {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).covered.clone()
    }

    /// Notes what a reader that went from `from` to `to` saw; for each sighting whether it is the first of its id.
    pub(super) fn note(&self, sightings: &[Sighting], from: &Position, to: &Position) -> Result<Vec<bool>, Error> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        self.load(&mut state, sightings.iter().map(|s| s.at))?;
        let mut first = Vec::with_capacity(sightings.len());
        let mut new = Vec::new();
        for sighting in sightings {
            let known = state.seen.note(sighting.at, sighting.id, sighting.place);
            first.push(known.is_none_or(|place| place == sighting.place));
            if known.is_none() {
                new.push(*sighting);
            }
        }
        let mut covered = state.covered.clone();
        for (partition, offset) in to.offsets() {
            if from.offset(partition) <= covered.offset(partition) && offset > covered.offset(partition) {
                covered.set(partition, offset);
            }
        }
        // Ids are in memory and not on disk when this fails; the index is not used again after an error.
        self.write(new, &covered).map_err(|e| self.failed(e))?;
        state.covered = covered;
        Ok(first)
    }

    /// For each event of a batch whether its id is in the index, or stands before it in the batch. What a source tells is
    /// known when each of the topic's `partitions` has a copy.
    pub(super) fn known(&self, marks: &[Mark], partitions: u32) -> Result<Vec<bool>, Error> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        self.load(&mut state, marks.iter().map(|m| m.at))?;
        let mut batch = HashSet::with_capacity(marks.len());
        let holds = |m: &Mark| match m.of_source {
            true => (0..partitions).all(|p| state.seen.holds(m.at, copy_in(m.id, p))),
            false => state.seen.holds(m.at, m.id),
        };
        Ok(marks.iter().map(|m| holds(m) || !batch.insert(m.id)).collect())
    }

    /// Retention has dropped what comes before `start`: forgets its ids and asks for it no more.
    pub(super) fn begin_at(&self, start: &Position) -> Result<usize, Error> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.covered = state.covered.later(start);
        self.prune(start).map_err(|e| self.failed(e))
    }

    fn prune(&self, start: &Position) -> fjall::Result<usize> {
        let mut pruned = 0;
        for (partition, offset) in start.offsets() {
            let prefix = u32::try_from(partition).unwrap_or(u32::MAX).to_be_bytes();
            loop {
                let mut batch = self.db.batch();
                let mut found = 0;
                let until = [prefix.as_slice(), &offset.to_be_bytes()].concat();
                for item in self.ages.range(prefix.to_vec()..until).take(PRUNED_AT_ONCE) {
                    let (key, value) = item.into_inner()?;
                    if let Some((minute, first)) = value.split_at_checked(8) {
                        batch.remove(&self.pieces, [minute, &prefix, first.get(..8).unwrap_or_default()].concat());
                    }
                    batch.remove(&self.ages, key);
                    found += 1;
                }
                batch.commit()?;
                pruned += found;
                if found < PRUNED_AT_ONCE {
                    break;
                }
            }
        }
        Ok(pruned)
    }

    /// Brings every minute of a batch into memory.
    fn load(&self, state: &mut State, times: impl Iterator<Item = Timestamp>) -> Result<(), Error> {
        let missing = state.seen.missing(times);
        if !missing.is_empty() {
            let found = self.fetch(&missing)?;
            state.seen.add(found, state.max_ids);
        }
        Ok(())
    }

    fn fetch(&self, minutes: &BTreeSet<i64>) -> Result<HashMap<i64, OfMinute<Place>>, Error> {
        let mut found = HashMap::new();
        for minute in minutes {
            let mut ids = OfMinute::default();
            for item in self.pieces.prefix(ordered(*minute)) {
                let (key, value) = item.into_inner().map_err(|e| self.failed(e))?;
                note_piece(&mut ids, &key, &value);
            }
            found.insert(*minute, ids);
        }
        Ok(found)
    }

    fn write(&self, mut new: Vec<Sighting>, covered: &Position) -> fjall::Result<()> {
        let mut batch = self.db.batch();
        new.sort_unstable_by_key(|s| (minute(s.at), s.place));
        for piece in new.chunk_by(|a, b| minute(a.at) == minute(b.at) && a.place.partition == b.place.partition) {
            let (Some(first), Some(last)) = (piece.first(), piece.last()) else { continue };
            let mut value = Vec::with_capacity(piece.len() * ENTRY_BYTES);
            for sighting in piece {
                value.extend_from_slice(&sighting.id.to_le_bytes());
                // A reader hands on a few thousand records at a time.
                value.extend_from_slice(&u32::try_from(sighting.place.offset - first.place.offset).unwrap_or(u32::MAX).to_le_bytes());
            }
            let (minute, partition) = (ordered(minute(first.at)), first.place.partition.to_be_bytes());
            let begin = first.place.offset.to_be_bytes();
            batch.insert(&self.pieces, [minute.as_slice(), &partition, &begin].concat(), value);
            batch.insert(&self.ages, [partition.as_slice(), &last.place.offset.to_be_bytes(), &minute].concat(), [minute, begin].concat());
        }
        batch.insert(&self.meta, COVERED, encode_position(covered));
        // No sync: what a power cut takes is read from the topic again, and ids never outlive their position.
        batch.commit()
    }

    fn failed(&self, source: fjall::Error) -> Error {
        Error::Index { path: self.path.clone(), source: Arc::new(source) }
    }
}

/// The id of the copy that a partition has of an event.
pub(super) const fn copy_in(id: u128, partition: u32) -> u128 {
    id ^ (partition as u128 + 1)
}

fn note_piece(ids: &mut OfMinute<Place>, key: &[u8], value: &[u8]) {
    let Some((_, key)) = key.split_first_chunk::<8>() else { return };
    let Some((partition, key)) = key.split_first_chunk() else { return };
    let Some((first, _)) = key.split_first_chunk() else { return };
    let (partition, first) = (u32::from_be_bytes(*partition), u64::from_be_bytes(*first));
    for entry in value.chunks_exact(ENTRY_BYTES) {
        let Some((id, rest)) = entry.split_first_chunk() else { continue };
        let Some((distance, _)) = rest.split_first_chunk() else { continue };
        let offset = first + u64::from(u32::from_le_bytes(*distance));
        ids.insert(u128::from_le_bytes(*id), Place { partition, offset });
    }
}

/// A number as bytes that sort as it does, negative ones first.
fn ordered(number: i64) -> [u8; 8] {
    (number.cast_unsigned() ^ (1 << 63)).to_be_bytes()
}

fn encode_position(position: &Position) -> Vec<u8> {
    position.offsets().flat_map(|(_, offset)| offset.to_le_bytes()).collect()
}

fn decode_position(bytes: &[u8]) -> Position {
    let mut position = Position::default();
    for (partition, chunk) in bytes.chunks_exact(8).enumerate() {
        position.set(partition, chunk.first_chunk().map_or(0, |b| u64::from_le_bytes(*b)));
    }
    position
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sighting(id: u128, at_ms: i64, partition: u32, offset: u64) -> Sighting {
        Sighting { id, at: Timestamp::from_millis(at_ms), place: Place { partition, offset } }
    }

    fn position(offsets: &[u64]) -> Position {
        let mut position = Position::default();
        offsets.iter().enumerate().for_each(|(p, o)| position.set(p, *o));
        position
    }

    #[test]
    fn the_first_place_of_an_id_stays_its_place_over_restarts_and_readers() {
        let folder = tempfile::tempdir().unwrap();
        let open = || Index::open(folder.path().into(), "t", 10).unwrap();
        let index = open();
        let seen = [sighting(1, -5, 0, 0), sighting(2, 5, 0, 1), sighting(1, -5, 0, 2)];
        assert_eq!(index.note(&seen, &position(&[0]), &position(&[3])).unwrap(), [true, true, false]);
        drop(index);
        let index = open();
        assert_eq!(index.covered(), position(&[3]));
        // Read again, by a reader that goes on behind: the same answers; elsewhere it is a duplicate.
        assert_eq!(index.note(&seen, &position(&[0]), &position(&[3])).unwrap(), [true, true, false]);
        assert_eq!(index.note(&[sighting(2, 5, 1, 0)], &position(&[3, 0]), &position(&[3, 1])).unwrap(), [false]);
        assert_eq!(index.covered(), position(&[3, 1]));
        // A reader that starts beyond the covered part does not move it.
        index.note(&[sighting(9, 5, 0, 8)], &position(&[8, 1]), &position(&[9, 1])).unwrap();
        assert_eq!(index.covered(), position(&[3, 1]));
    }

    #[test]
    fn ids_of_dropped_records_go_and_another_topic_begins_empty() {
        let folder = tempfile::tempdir().unwrap();
        let index = Index::open(folder.path().into(), "t", 0).unwrap();
        for offset in 0..100_u64 {
            let at = i64::try_from(offset).unwrap() * 60_000;
            index.note(&[sighting(u128::from(offset), at, 0, offset)], &position(&[offset]), &position(&[offset + 1])).unwrap();
        }
        assert_eq!(index.begin_at(&position(&[40])).unwrap(), 40);
        assert_eq!((index.pieces.iter().count(), index.ages.iter().count()), (60, 60));
        drop(index);
        let index = Index::open(folder.path().into(), "another", 0).unwrap();
        assert_eq!((index.covered(), index.pieces.iter().count()), (Position::default(), 0));
    }
}
