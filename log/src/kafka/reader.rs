//! The reading half: records become events, each one once.
//!
//! What is no event goes to the topic of rejects with its reason and place, what was seen before is dropped, and the
//! stream goes on.

use std::sync::Arc;

use callboard_domain::Timestamp;

use super::Shared;
use super::cursor::Cursor;
use super::index::Sighting;
use super::look::{Outcome, Record};
use crate::{Block, Error, Position, Reader, Rejected};

/// Reads some partitions, or all of them with those that are added later.
pub struct PartitionReader {
    shared: Arc<Shared>,
    cursor: Cursor,
    /// The partitions it was given; all of the topic without.
    chosen: Option<Vec<usize>>,
    /// How many partitions the topic had when it was looked at last, and when that was.
    partitions: usize,
    looked_at: Timestamp,
    /// What comes before is read for its ids only.
    from: Position,
    /// Up to where records were read.
    read: Position,
    /// The same, never before `from`.
    position: Position,
    at_end: bool,
}

impl PartitionReader {
    /// Goes on from `from`; where the index of ids is behind, it reads from there first, for the ids alone.
    pub(super) fn open(shared: &Arc<Shared>, chosen: Option<Vec<usize>>, from: &Position) -> Result<Self, Error> {
        let partitions = shared.partitions()?;
        let begin = shared.index.covered().earlier(from);
        let cursor = open_cursor(shared, chosen.as_deref(), partitions, &begin)?;
        let looked_at = shared.clock.now();
        Ok(Self {
            shared: Arc::clone(shared),
            cursor,
            chosen,
            partitions,
            looked_at,
            from: from.clone(),
            position: from.clone(),
            read: begin,
            at_end: false,
        })
    }

    /// Begins to read partitions that were added since it last looked.
    fn grow(&mut self) -> Result<(), Error> {
        let now = self.shared.clock.now();
        let every = i64::try_from(self.shared.options.partitions_every.as_millis()).unwrap_or(i64::MAX);
        if self.chosen.is_some() || now.since(self.looked_at) < every {
            return Ok(());
        }
        self.looked_at = now;
        let Some(partitions) = self.cursor.partitions(super::LOOK) else { return Ok(()) };
        if partitions > self.partitions {
            tracing::info!(from = self.partitions, to = partitions, "kafka: topic {} has more partitions", self.shared.options.topic);
            self.cursor = open_cursor(&self.shared, None, partitions, &self.read)?;
            self.partitions = partitions;
        }
        Ok(())
    }

    /// Keeps what is no event, unless this node has kept it before.
    fn reject(&self, records: &[Record]) -> Result<(), Error> {
        if !self.shared.options.keep_rejects {
            return Ok(());
        }
        let covered = self.shared.index.covered();
        let fresh = records.iter().filter(|r| r.offset >= covered.offset(r.partition));
        let rejected: Vec<Rejected> = fresh.filter_map(|r| r.rejected(&self.shared.options.topic)).collect();
        self.shared.producer.reject_blocking(&rejected)
    }

    fn block(&self, records: &[Record], first: &[bool]) -> Block {
        let (mut text, mut numbers) = (Vec::new(), Vec::new());
        for ((line, Sighting { place, .. }), first) in records.iter().filter_map(event).zip(first) {
            if *first && place.offset >= self.from.offset(place.partition as usize) {
                text.extend_from_slice(line);
                text.push(b'\n');
                numbers.push(u64::from(place.partition) << 48 | place.offset);
            }
        }
        Block { first: 0, count: numbers.len(), text: text.into(), numbers: Some(numbers.into()) }
    }
}

fn event(record: &Record) -> Option<(&[u8], &Sighting)> {
    match &record.outcome {
        Outcome::Event { line, sighting } => Some((line, sighting)),
        Outcome::Refused { .. } => None,
    }
}

impl Reader for PartitionReader {
    fn read(&mut self, max_events: usize) -> Result<Option<Block>, Error> {
        self.grow()?;
        let records = self.cursor.read(max_events)?;
        if records.is_empty() {
            self.at_end = self.cursor.at_end();
            return Ok(None);
        }
        self.at_end = false;
        let to = self.cursor.position(&self.read);
        self.reject(&records)?;
        let sightings: Vec<Sighting> = records.iter().filter_map(event).map(|(_, sighting)| *sighting).collect();
        let first = self.shared.index.note(&sightings, &self.read, &to)?;
        self.position = to.later(&self.from);
        self.read = to;
        Ok(Some(self.block(&records, &first)))
    }

    fn position(&self) -> &Position {
        &self.position
    }

    fn at_end(&self) -> bool {
        self.at_end
    }
}

fn open_cursor(shared: &Shared, chosen: Option<&[usize]>, partitions: usize, from: &Position) -> Result<Cursor, Error> {
    let all: Vec<usize> = chosen.map_or_else(|| (0..partitions).collect(), <[usize]>::to_vec);
    Cursor::open(&shared.options, &all, from, &shared.news, Arc::clone(&shared.clock))
}
