//! An engine at its place in the log, with what of history its live rows complete: what can be shown.

use std::sync::Arc;

use callboard_analytics::{Engine, Told};
use callboard_domain::{Event, Timestamp};
use callboard_ingest::log::{Action, Block, Log, Position, Reader};
use callboard_sql::{Records, Snapshot, Stored};

use super::SettingsNow;
use crate::telemetry::Telemetry;

/// Events folded before the tick is looked at again.
pub(super) const BITE: usize = 4_096;

/// What is folded so far.
pub(crate) struct View {
    pub(super) engine: Engine,
    settings: SettingsNow,
    /// Stands behind the last event that the engine has.
    reader: Box<dyn Reader>,
    /// History as the engine's live rows complete it; newer commits are shown once the engine has let their rows go.
    pub(super) stored: Arc<Stored>,
    records: Arc<dyn Records>,
    /// The snapshot before; the next one shares what did not change.
    shown: Option<Arc<Snapshot>>,
    telemetry: Arc<Telemetry>,
    /// Where readers of figures must not fall behind after a start; what comes later does not move it.
    goal: Option<Position>,
    /// Whether the last read gave nothing.
    idle: bool,
}

impl View {
    pub(super) fn new(
        engine: Engine,
        settings: SettingsNow,
        reader: Box<dyn Reader>,
        stored: Arc<Stored>,
        records: Arc<dyn Records>,
        telemetry: Arc<Telemetry>,
    ) -> Self {
        Self { engine, settings, reader, stored, records, shown: None, telemetry, goal: None, idle: false }
    }

    /// From now on it is caught up once it has come to where the log ends now.
    pub(super) fn aim(&mut self, log: &dyn Log) {
        self.goal = log.end().ok();
    }

    /// Tells how far it is.
    pub(super) fn tell(&self) {
        let told = &self.telemetry.fold;
        told.folded.set(self.position().total());
        told.waiting_rows.set(count(self.engine.closed_rows()));
        told.late_waiting.set(count(self.engine.waiting()));
        let is_there = self.goal.as_ref().is_some_and(|goal| self.position().reaches(goal));
        if is_there || (self.idle && self.reader.at_end()) {
            told.catch_up();
        }
    }

    /// The state as of a time, history included.
    pub(crate) fn snapshot(&mut self, as_of: Timestamp) -> Arc<Snapshot> {
        self.go_by_settings();
        let mut snapshot = Snapshot::new(as_of).with_records(Arc::clone(&self.records));
        snapshot.stored = Arc::clone(&self.stored);
        snapshot.live = self.engine.live(as_of).into_iter().collect();
        if let Some(before) = &self.shown {
            snapshot = snapshot.sharing(before);
        }
        let snapshot = Arc::new(snapshot);
        self.shown = Some(Arc::clone(&snapshot));
        snapshot
    }

    /// Events that wait for a call that nobody knows.
    pub(crate) fn waiting(&self) -> usize {
        self.engine.waiting()
    }

    /// How far the log is folded.
    pub(super) fn position(&self) -> &Position {
        self.reader.position()
    }

    /// Goes on with what another view has shown last, so that the next snapshot shares with it.
    pub(super) fn take_over(&mut self, other: &mut Self) {
        self.shown = other.shown.take();
        self.goal = other.goal.take();
    }

    /// Folds a few events; whether there was anything to read.
    pub(super) fn bite(&mut self) -> anyhow::Result<bool> {
        let read = self.reader.read(BITE);
        self.idle = !matches!(read, Ok(Some(_)));
        match read {
            Ok(Some(block)) => {
                self.fold(&block);
                Ok(true)
            }
            Ok(None) => Ok(false),
            Err(error) if error.action() == Action::Retry => {
                tracing::warn!("the log is read on later: {error}");
                Ok(false)
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Folds the next events and waits for them; false at the log's end.
    pub(super) fn bite_on(&mut self) -> anyhow::Result<bool> {
        let block = self.reader.read_on(BITE)?;
        if let Some(block) = &block {
            self.fold(block);
        }
        Ok(block.is_some())
    }

    /// Takes over what the organisation has changed since.
    fn go_by_settings(&mut self) {
        // An error says that nobody will change them any more.
        if self.settings.has_changed().unwrap_or(false) {
            self.engine.go_by(self.settings.borrow_and_update().clone());
        }
    }

    fn fold(&mut self, block: &Block) {
        self.go_by_settings();
        for (number, line) in block.numbered() {
            match Event::parse(line) {
                Ok(event) => {
                    if self.engine.apply(&event) == Told::Late {
                        self.telemetry.fold.late.inc();
                        tracing::debug!(id = %event.id, at = %event.at, source = %event.source, "told late: counts from the next commit on");
                    }
                }
                Err(reject) => {
                    self.telemetry.fold.unreadable.inc();
                    tracing::error!(number, %reject, "an event of the log cannot be read; it is left out");
                }
            }
        }
        self.engine.settle();
    }
}

fn count(of: usize) -> i64 {
    i64::try_from(of).unwrap_or(i64::MAX)
}
