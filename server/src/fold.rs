//! The engine's thread: reads the log, folds it, shows it, and hands closed rows to history.
//!
//! One thread owns the engine. It publishes a consistent snapshot on every tick through a watch channel, which
//! holds the newest one only: whoever is slow skips. Commits run on a thread of their own, one at a time, so
//! that a slow disk delays history and never a screen.

pub(crate) mod checkpoint;
mod commit;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use callboard_analytics::{Engine, Settings, Told};
use callboard_domain::{Clock, Event, Timestamp};
use callboard_ingest::log::{Action, Block, Log, Position, Reader};
use callboard_sql::{Records, Snapshot, Stored};
use callboard_store::history::History;
use tokio::sync::watch;

use crate::telemetry::Telemetry;
use commit::{Committer, Done};

/// How often screens are given something new.
pub(crate) const TICK: Duration = Duration::from_millis(250);
/// Events folded before the tick is looked at again.
const BITE: usize = 4_096;
/// Closed rows that go to history at once.
const COMMIT_ROWS: usize = 200_000;
/// Closed rows that wait in memory at most, while history cannot be written.
const MOST_ROWS: usize = 20 * COMMIT_ROWS;
/// Time after which closed rows go to history, however few.
const COMMIT_MS: i64 = 60_000;

/// What the fold works on.
pub(crate) struct Parts {
    pub(crate) log: Arc<dyn Log>,
    pub(crate) history: Arc<dyn History>,
    pub(crate) history_folder: PathBuf,
    pub(crate) records: Arc<dyn Records>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) settings: Settings,
    pub(crate) telemetry: Arc<Telemetry>,
}

/// The engine with its place in the log.
pub(crate) struct Fold {
    parts: Parts,
    engine: Engine,
    /// Stands behind the last event that the engine has.
    reader: Box<dyn Reader>,
    committer: Committer,
    /// History as the engine's live rows complete it; newer files are shown once the engine has let their rows go.
    stored: Arc<Stored>,
    /// The snapshot before; the next one shares what did not change.
    shown: Option<Arc<Snapshot>>,
    committed_at: Timestamp,
    late: u64,
}

impl Fold {
    /// Goes on from what history holds.
    pub(crate) fn open(parts: Parts) -> anyhow::Result<Self> {
        let manifest = parts.history.manifest();
        let (engine, position) = match parts.history.engine_state()? {
            Some(kept) => {
                let (position, state) = checkpoint::unpack(manifest.position, &kept)?;
                (Engine::restore(parts.settings.clone(), state)?, position)
            }
            None => (Engine::new(parts.settings.clone()), Position::default()),
        };
        let reader = parts.log.reader(&position.later(&parts.log.start()?))?;
        let committer = Committer::start(Arc::clone(&parts.history), Arc::clone(&parts.telemetry))?;
        let committed_at = parts.clock.now();
        let stored = Stored::of(&manifest, &parts.history_folder);
        Ok(Self { parts, engine, reader, committer, stored, shown: None, committed_at, late: 0 })
    }

    /// Folds to the end of the log and hands everything closed to history; for commands beside a stopped server.
    pub(crate) fn run_to_end(&mut self, mut progress: impl FnMut(u64)) -> anyhow::Result<()> {
        while let Some(block) = self.reader.read_on(BITE)? {
            self.fold(&block);
            progress(self.position());
            if self.engine.closed_rows() >= COMMIT_ROWS {
                self.commit_now()?;
            }
        }
        self.engine.settle();
        self.commit_now()
    }

    /// Folds and publishes until `stop` says so, then commits what is closed.
    pub(crate) fn run(
        &mut self,
        publish: &watch::Sender<Arc<Snapshot>>,
        mut stop: watch::Receiver<bool>,
        runtime: &tokio::runtime::Handle,
    ) -> anyhow::Result<()> {
        let mut end = self.parts.log.watch();
        // Where readers of figures must not fall behind after a restart; what comes later does not move it.
        let goal = self.parts.log.end().ok();
        let mut shown_at = Timestamp::from_millis(0);
        while !*stop.borrow() {
            end.mark_unchanged();
            // History is far behind: the log waits, so that memory stays bounded while screens go on.
            let full = self.engine.closed_rows() >= MOST_ROWS;
            let folded = !full && self.bite()?;
            let now = self.parts.clock.now();
            if now.since(shown_at) >= i64::try_from(TICK.as_millis())? || now < shown_at {
                shown_at = now;
                self.commit_if_due(now)?;
                publish.send_replace(self.snapshot(now));
                self.tell(goal.as_ref(), !folded && !full);
            }
            if !folded {
                let rest = TICK.saturating_sub(Duration::from_millis(u64::try_from(self.parts.clock.now().since(shown_at)).unwrap_or(0)));
                runtime.block_on(async {
                    tokio::select! {
                        _ = end.changed() => {}
                        _ = stop.changed() => {}
                        () = tokio::time::sleep(rest) => {}
                    }
                });
            }
        }
        self.engine.settle();
        self.commit_now()
    }

    /// The state as of a time, history included.
    pub(crate) fn snapshot(&mut self, as_of: Timestamp) -> Arc<Snapshot> {
        let mut snapshot = Snapshot::new(as_of).with_records(Arc::clone(&self.parts.records));
        snapshot.stored = Arc::clone(&self.stored);
        snapshot.live = self.engine.live(as_of).into_iter().collect();
        if let Some(before) = &self.shown {
            snapshot = snapshot.sharing(before);
        }
        let snapshot = Arc::new(snapshot);
        self.shown = Some(Arc::clone(&snapshot));
        snapshot
    }

    /// Events that came after their rows were closed, and were added to them then.
    pub(crate) const fn late(&self) -> u64 {
        self.late
    }

    /// Events that wait for a call that nobody knows.
    pub(crate) fn waiting(&self) -> usize {
        self.engine.waiting()
    }

    /// Tells how far it is; `idle` when the last read gave nothing.
    fn tell(&self, goal: Option<&Position>, idle: bool) {
        let told = &self.parts.telemetry.fold;
        told.folded.set(self.position());
        told.waiting_rows.set(count(self.engine.closed_rows()));
        told.late_waiting.set(count(self.engine.waiting()));
        if goal.is_some_and(|goal| self.reader.position().reaches(goal)) || (idle && self.reader.at_end()) {
            told.catch_up();
        }
    }

    /// How far the log is folded: history's number for the reader's position.
    fn position(&self) -> u64 {
        self.reader.position().total()
    }

    /// Folds a few events; whether there was anything to read.
    fn bite(&mut self) -> anyhow::Result<bool> {
        match self.reader.read(BITE) {
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

    fn fold(&mut self, block: &Block) {
        for (number, line) in block.numbered() {
            match Event::parse(line) {
                Ok(event) => {
                    if self.engine.apply(&event) == Told::Late {
                        self.late += 1;
                        self.parts.telemetry.fold.late.inc();
                        tracing::debug!(id = %event.id, at = %event.at, source = %event.source, "told late: counts from the next commit on");
                    }
                }
                Err(reject) => {
                    self.parts.telemetry.fold.unreadable.inc();
                    tracing::error!(number, %reject, "an event of the log cannot be read; it is left out");
                }
            }
        }
        self.engine.settle();
    }

    fn commit_if_due(&mut self, now: Timestamp) -> anyhow::Result<()> {
        match self.committer.finished()? {
            Some(Done::Committed) => self.committed(),
            Some(Done::Found(found)) => {
                self.engine.amend(found);
                return self.submit(now);
            }
            None => {}
        }
        let rows = self.engine.closed_rows();
        let due = rows >= COMMIT_ROWS || (now.since(self.committed_at) >= COMMIT_MS && self.position() > self.parts.history.manifest().position);
        if due && !self.committer.is_busy() {
            let wanted = self.engine.wanted();
            return if wanted.is_empty() { self.submit(now) } else { self.committer.look_for(wanted) };
        }
        Ok(())
    }

    /// Hands everything closed to the history thread.
    fn submit(&mut self, now: Timestamp) -> anyhow::Result<()> {
        self.committed_at = now;
        self.engine.settle();
        let checkpoint = self.engine.checkpoint()?;
        self.committer.submit(commit::commit(self.reader.position(), now, checkpoint))
    }

    /// Commits and waits for it.
    fn commit_now(&mut self) -> anyhow::Result<()> {
        match self.committer.wait()? {
            Some(Done::Committed) => self.committed(),
            Some(Done::Found(_)) | None => {} // looked for again below
        }
        if self.position() <= self.parts.history.manifest().position {
            return Ok(());
        }
        let wanted = self.engine.wanted();
        if !wanted.is_empty() {
            self.engine.amend(wanted.find(self.parts.history.as_ref())?);
        }
        let checkpoint = self.engine.checkpoint()?;
        self.parts.history.commit(commit::commit(self.reader.position(), self.parts.clock.now(), checkpoint))?;
        self.committed();
        Ok(())
    }

    /// History and the engine change hands in one step: no row is doubled or missing in between.
    fn committed(&mut self) {
        self.engine.committed();
        self.stored = Stored::of(&self.parts.history.manifest(), &self.parts.history_folder);
    }
}

fn count(of: usize) -> i64 {
    i64::try_from(of).unwrap_or(i64::MAX)
}
