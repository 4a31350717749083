//! Handing closed rows to history, together with the state from which the fold goes on.

use arrow::array::RecordBatch;
use callboard_domain::time::DAY_MS;
use callboard_store::{Table, TableRow};
use std::cmp::Reverse;

use super::late::Amended;
use super::{Engine, State};
use crate::settings::Settings;

/// The first byte of a state; a state of another version is not read.
const STATE_VERSION: u8 = 3;
/// The quickest level of zstd: the fold waits meanwhile, and most of what repeats is gone with it.
const PACK_LEVEL: i32 = 1;

/// Rows for history and the state that follows from everything before them.
#[derive(Debug)]
pub struct Checkpoint {
    /// Closed rows, by table.
    pub batches: Vec<(Table, RecordBatch)>,
    /// The engine's state, for [`Engine::restore`].
    pub state: Vec<u8>,
}

/// Why a state cannot be restored; folding the log from its start into an empty history gives the same.
#[derive(Debug, thiserror::Error)]
pub enum RestoreError {
    /// Written by another version.
    #[error("engine state has version {found}, this program reads {STATE_VERSION}; move the history folder away to have it made again from the log")]
    Version {
        /// The version found.
        found: u8,
    },
    /// Not what was written.
    #[error("could not read the engine state; move the history folder away to have it made again from the log")]
    Damaged(#[source] postcard::Error),
    /// Not packed as it was written.
    #[error("could not unpack the engine state; move the history folder away to have it made again from the log")]
    Packed(#[source] std::io::Error),
}

impl Engine {
    /// Takes out what is closed. Until [`Engine::committed`] these rows stay visible as live ones.
    ///
    /// # Errors
    /// When the state cannot be written down, which no known state causes.
    pub fn checkpoint(&mut self) -> Result<Checkpoint, RestoreError> {
        let mut batches = Vec::new();
        let mut add = |table: Table, of: Vec<RecordBatch>| batches.extend(of.into_iter().map(|batch| (table, batch)));
        let sources: Vec<_> = self.state.sources_in_order().into_iter().map(|(name, s)| (name, s.watermark)).collect();
        let names = &self.state.names;
        for (source, watermark) in sources {
            // Today and yesterday stay in memory: boards compare the two.
            let before = self.settings.day_start(watermark).plus(-DAY_MS);
            add(Table::QueueIntervals, rows(&self.state.books.queues.drain(source, before, names)));
            add(Table::AgentIntervals, rows(&self.state.books.agents.drain(source, before, names)));
            if let Some(track) = self.state.sources.get_mut(&source) {
                track.drain_gaps(before).into_iter().for_each(|gap| self.closed.gaps.push(gap));
            }
        }
        add(Table::Calls, self.closed.calls.drain());
        add(Table::QueueVisits, self.closed.visits.drain());
        add(Table::AgentLegs, self.closed.legs.drain());
        add(Table::AgentStates, self.closed.states.drain());
        add(Table::Gaps, self.closed.gaps.drain());
        self.committing.extend(batches.iter().cloned());
        // Seen once history has them: until then the rows that they replace are.
        batches.extend(self.amended.batches());
        let plain = postcard::to_stdvec(&self.state).map_err(RestoreError::Damaged)?;
        let mut state = vec![STATE_VERSION];
        zstd::stream::copy_encode(plain.as_slice(), &mut state, PACK_LEVEL).map_err(RestoreError::Packed)?;
        Ok(Checkpoint { batches, state })
    }

    /// History has the rows of the last checkpoint; they are no longer live.
    pub fn committed(&mut self) {
        self.committing.clear();
        self.amended = Amended::default();
    }

    /// The engine as it was at a checkpoint.
    ///
    /// # Errors
    /// When the bytes are not a state of this version.
    pub fn restore(settings: Settings, bytes: &[u8]) -> Result<Self, RestoreError> {
        let (version, rest) = bytes.split_first().ok_or(RestoreError::Damaged(postcard::Error::DeserializeUnexpectedEnd))?;
        if *version != STATE_VERSION {
            return Err(RestoreError::Version { found: *version });
        }
        let plain = zstd::decode_all(rest).map_err(RestoreError::Packed)?;
        let state: State = postcard::from_bytes(&plain).map_err(RestoreError::Damaged)?;
        let mut engine = Self::new(settings);
        for (key, call) in &state.calls {
            if let Some(due) = call.settles_at(&engine.settings) {
                engine.ending.entry(call.source()).or_default().push(Reverse((due, *key)));
            }
        }
        engine.state = state;
        Ok(engine)
    }
}

fn rows<R: TableRow>(rows: &[R]) -> Vec<RecordBatch> {
    if rows.is_empty() { Vec::new() } else { vec![R::batch(rows)] }
}
