//! The reading half: records become events, each one once.
//!
//! Anyone may have written a record, so nothing is believed: what is no event goes to the topic of rejects with its
//! reason and place, what was seen before is dropped, and the stream goes on.

use std::sync::Arc;

use callboard_domain::Timestamp;
use callboard_domain::event::{Event, Reject};

use super::Shared;
use super::cursor::{Cursor, Record};
use super::index::{Place, Sighting};
use crate::batch::hash_id;
use crate::{Block, Error, MAX_RAW_BYTES, Position, Reader, Rejected};

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

/// A record that was looked at.
struct Looked {
    record: Record,
    /// The line and its sighting, or why it is no event.
    outcome: Result<(Vec<u8>, Sighting), String>,
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

    fn look(&self, record: Record) -> Looked {
        let outcome = line_of(&record).and_then(|line| {
            let event = Event::parse(&line).map_err(|reject| reject.to_string())?;
            let ahead_ms = event.at.since(record.arrived_at);
            if ahead_ms > self.shared.options.ahead_ms {
                return Err(Reject::Future { at: event.at, ahead_ms }.to_string());
            }
            let place = Place { partition: u32::try_from(record.partition).unwrap_or(u32::MAX), offset: record.offset };
            let sighting = Sighting { id: hash_id(&event.id), at: event.at, place };
            Ok((line, sighting))
        });
        Looked { record, outcome }
    }

    /// Keeps what is no event, unless this node has kept it before.
    fn reject(&self, looked: &[Looked]) -> Result<(), Error> {
        if !self.shared.options.keep_rejects {
            return Ok(());
        }
        let covered = self.shared.index.covered();
        let fresh = looked.iter().filter(|l| l.record.offset >= covered.offset(l.record.partition));
        let rejected: Vec<Rejected> =
            fresh.filter_map(|l| Some(rejected(&self.shared.options.topic, &l.record, l.outcome.as_ref().err()?))).collect();
        self.shared.producer.reject_blocking(&rejected)
    }

    fn block(&self, looked: &[Looked], first: &[bool]) -> Block {
        let (mut text, mut numbers) = (Vec::new(), Vec::new());
        let events = looked.iter().filter_map(|l| l.outcome.as_ref().ok());
        for ((line, Sighting { place, .. }), first) in events.zip(first) {
            if *first && place.offset >= self.from.offset(place.partition as usize) {
                text.extend_from_slice(line);
                text.push(b'\n');
                numbers.push(u64::from(place.partition) << 48 | place.offset);
            }
        }
        Block { first: 0, count: numbers.len(), text: text.into(), numbers: Some(numbers.into()) }
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
        let looked: Vec<Looked> = records.into_iter().map(|record| self.look(record)).collect();
        self.reject(&looked)?;
        let sightings: Vec<Sighting> = looked.iter().filter_map(|l| l.outcome.as_ref().ok().map(|(_, sighting)| *sighting)).collect();
        let first = self.shared.index.note(&sightings, &self.read, &to)?;
        self.position = to.later(&self.from);
        self.read = to;
        Ok(Some(self.block(&looked, &first)))
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

/// A record's value as one line of the log.
fn line_of(record: &Record) -> Result<Vec<u8>, String> {
    let mut line = record.value.clone().ok_or("a record without a value")?;
    // Between the parts of a JSON value a line feed is a space; within a string it is not allowed.
    for byte in &mut line {
        if matches!(byte, b'\n' | b'\r') {
            *byte = b' ';
        }
    }
    Ok(line)
}

fn rejected(topic: &str, record: &Record, reason: &str) -> Rejected {
    let raw = record.value.as_deref().unwrap_or_default();
    Rejected {
        number: 0,
        received_at: record.arrived_at,
        source: topic.to_owned(),
        place: format!("{}:{}", record.partition, record.offset),
        reason: reason.to_owned(),
        raw: raw.get(..MAX_RAW_BYTES).unwrap_or(raw).to_vec(),
    }
}
