//! Handing closed rows to history, together with the state from which the fold goes on.

use arrow::array::RecordBatch;
use callboard_domain::time::DAY_MS;
use callboard_store::{Table, TableRow};

use super::late::Amended;
use super::{Engine, State};
use crate::names::Names;
use crate::settings::Settings;
use crate::source::SourceTrack;

/// The first byte of a state; a state of another version is not read.
const STATE_VERSION: u8 = 5;
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
                self.closed.gaps.extend(track.drain_gaps(before));
            }
        }
        add(Table::Calls, self.closed.calls.drain());
        add(Table::QueueVisits, self.closed.visits.drain());
        add(Table::AgentLegs, self.closed.legs.drain());
        add(Table::AgentStates, self.closed.states.drain());
        add(Table::Gaps, rows(&std::mem::take(&mut self.closed.gaps)));
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

    /// Whether a state was written by this version; by another, the log has to be folded again.
    #[must_use]
    pub fn knows(state: &[u8]) -> bool {
        state.first() == Some(&STATE_VERSION)
    }

    /// The engine as it was at a checkpoint.
    ///
    /// # Errors
    /// When the bytes are not a state of this version.
    pub fn restore(settings: Settings, bytes: &[u8]) -> Result<Self, RestoreError> {
        let state = postcard::from_bytes(&written(bytes)?).map_err(RestoreError::Damaged)?;
        Ok(Self::with(settings, state))
    }

    /// The engine that has folded all that those had whose states these are, each the fold of other partitions of one log.
    /// Each was told of every source; the gaps of sources are those of the first. Call `caught_up` once it has folded what
    /// came since.
    ///
    /// # Errors
    /// When the bytes are not states of this version.
    pub fn together(settings: Settings, states: &[Vec<u8>]) -> Result<Self, RestoreError> {
        let mut whole = State::default();
        for bytes in states {
            let bytes = written(bytes)?;
            let (names, _) = postcard::take_from_bytes::<Names>(&bytes).map_err(RestoreError::Damaged)?;
            let part = whole.names.translate(&names, || postcard::from_bytes(&bytes)).map_err(RestoreError::Damaged)?;
            whole.add(part);
        }
        Ok(Self::with(settings, whole))
    }

    /// Every part has come as far as the one that was ahead, see [`Engine::together`].
    pub fn caught_up(&mut self) {
        self.state.sources.values_mut().for_each(SourceTrack::caught_up);
    }

    fn with(settings: Settings, state: State) -> Self {
        let mut engine = Self::new(settings);
        for (key, call) in &state.calls {
            if let Some(due) = call.settles_at(&engine.settings) {
                engine.ending.entry(call.source()).or_default().push(due, *key);
            }
        }
        engine.state = state;
        engine.state.agents.look_for_unsettled();
        engine
    }
}

impl State {
    /// Takes in the state of other partitions, written with the same numbers for names: calls and agents stand in one of
    /// them, sums add up.
    fn add(&mut self, part: Self) {
        for (name, track) in part.sources {
            match self.sources.get_mut(&name) {
                Some(known) => known.add(&track),
                None => drop(self.sources.insert(name, track)),
            }
        }
        self.calls.extend(part.calls);
        self.agents.add(part.agents, &self.names);
        self.books.add(&part.books);
        for (queue, last) in part.queues {
            let known = self.queues.entry(queue).or_insert(last);
            if last.1 > known.1 {
                *known = last;
            }
        }
        self.remembered.add(part.remembered);
        self.late.add(part.late);
        self.swept_at = self.swept_at.max(part.swept_at);
    }
}

/// What was written of a state, unpacked.
fn written(bytes: &[u8]) -> Result<Vec<u8>, RestoreError> {
    let (version, rest) = bytes.split_first().ok_or(RestoreError::Damaged(postcard::Error::DeserializeUnexpectedEnd))?;
    if *version != STATE_VERSION {
        return Err(RestoreError::Version { found: *version });
    }
    zstd::decode_all(rest).map_err(RestoreError::Packed)
}

fn rows<R: TableRow>(rows: &[R]) -> Vec<RecordBatch> {
    if rows.is_empty() { Vec::new() } else { vec![R::batch(rows)] }
}
