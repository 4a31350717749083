//! History made by the real engine out of the simulated centre, in the steps in which the server makes it.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use anyhow::Result;
use callboard_analytics::{Engine, Settings, Told};
use callboard_domain::event::Body;
use callboard_domain::time::DAY_MS;
use callboard_domain::{Event, Timestamp};
use callboard_ingest::simulator::{Options, Simulator};
use callboard_sql::{Snapshot, Stored};
use callboard_store::history::{Commit, History, ParquetHistory};

/// Events between two looks at what can be closed, as in the server.
const BITE: u64 = 4_096;
/// Closed rows that go to history at once, as in the server.
const COMMIT_ROWS: usize = 200_000;

/// An engine with its history, at some place of a story.
pub struct Made {
    /// The engine.
    pub engine: Engine,
    /// Where closed rows go.
    pub history: Arc<ParquetHistory>,
    /// Events folded.
    pub events: u64,
    /// Visits among them.
    pub visits: u64,
    /// The newest event's time.
    pub at: Timestamp,
    sources: BTreeSet<String>,
}

/// A centre of so many queues with so many calls a minute in the busiest hour.
#[must_use]
pub fn centre(seed: u64, start: Timestamp, queues: usize, calls_per_minute: f64) -> Options {
    Options { queues, calls_per_minute: Some(calls_per_minute), ..Options::new(seed, start) }
}

impl Made {
    /// An engine that has seen nothing, with an empty history in `folder`.
    ///
    /// # Errors
    /// When the folder cannot be made anew.
    pub fn new(folder: &Path, settings: Settings) -> Result<Self> {
        if folder.exists() {
            std::fs::remove_dir_all(folder)?;
        }
        let history = Arc::new(ParquetHistory::open(folder)?);
        let at = Timestamp::from_millis(0);
        Ok(Self { engine: Engine::new(settings), history, events: 0, visits: 0, at, sources: BTreeSet::new() })
    }

    /// Plays a story until it has made so many visits.
    ///
    /// # Errors
    /// When an event is late, which the simulator's never are, or history cannot be written.
    pub fn play(&mut self, story: Options, visits: u64, mut seen: impl FnMut(&Event<'_>)) -> Result<()> {
        for event in Simulator::new(story) {
            if self.visits >= visits {
                break;
            }
            seen(&event);
            self.take(&event)?;
        }
        self.engine.settle();
        Ok(())
    }

    /// Folds one event, and commits where the server would.
    ///
    /// # Errors
    /// When it is late, or history cannot be written.
    pub fn take(&mut self, event: &Event<'_>) -> Result<()> {
        anyhow::ensure!(self.engine.apply(event) == Told::InTime, "event {} is late", event.id);
        self.events += 1;
        self.visits += u64::from(matches!(event.body, Body::CallQueued(_)));
        self.at = self.at.max(event.at);
        if !self.sources.contains(event.source.as_ref()) {
            self.sources.insert(event.source.to_string());
        }
        if self.events.is_multiple_of(BITE) {
            self.engine.settle();
            if self.engine.closed_rows() >= COMMIT_ROWS {
                self.commit()?;
            }
        }
        Ok(())
    }

    /// Hands what is closed to history, and puts files together as the server does after a commit.
    ///
    /// # Errors
    /// When history cannot be written.
    pub fn commit(&mut self) -> Result<()> {
        let checkpoint = self.engine.checkpoint()?;
        self.history.commit(Commit { position: self.events, batches: checkpoint.batches, engine_state: checkpoint.state, at: self.at })?;
        self.engine.committed();
        if let Some((table, day)) = self.history.should_compact() {
            self.history.compact(table, day)?;
        }
        Ok(())
    }

    /// Lets three quiet days go by, so that every row and every sum is closed, and stores them.
    ///
    /// # Errors
    /// When history cannot be written.
    pub fn close(&mut self) -> Result<()> {
        let at = self.at.plus(3 * DAY_MS);
        for source in self.sources.clone() {
            let line = serde_json::json!({"id": format!("quiet-{source}"), "at": at, "source": source, "type": "source.alive"}).to_string();
            let event = Event::parse(line.as_bytes()).map_err(|reject| anyhow::anyhow!("{reject}"))?;
            anyhow::ensure!(self.engine.apply(&event) == Told::InTime, "the quiet days are late");
            self.events += 1;
        }
        self.engine.settle();
        self.commit()?;
        while let Some((table, day)) = self.history.should_compact() {
            self.history.compact(table, day)?;
        }
        Ok(())
    }

    /// What queries see at `as_of`: stored rows and live ones.
    pub fn snapshot(&mut self, as_of: Timestamp) -> Arc<Snapshot> {
        let mut snapshot = self.stored(as_of);
        snapshot.live = self.engine.live(as_of).into_iter().collect();
        Arc::new(snapshot)
    }

    /// The stored rows alone.
    #[must_use]
    pub fn stored(&self, as_of: Timestamp) -> Snapshot {
        Snapshot::new(as_of).with_stored(Stored::of(&self.history.manifest(), self.history.folder()))
    }
}
