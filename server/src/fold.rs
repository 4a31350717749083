//! The engine's thread: reads the log, folds it, shows it, and hands closed rows to history.
//!
//! One thread owns the engine. It publishes a consistent snapshot on every tick through a watch channel, which
//! holds the newest one only: whoever is slow skips. Commits run on a thread of their own, one at a time, so
//! that a slow disk delays history and never a screen.

pub(crate) mod away;
pub(crate) mod checkpoint;
mod commit;
pub(crate) mod follower;
pub(crate) mod pace;
mod view;
pub(crate) mod workers;

use std::path::PathBuf;
use std::sync::Arc;

use callboard_analytics::{Engine, Settings};
use callboard_domain::{Clock, Timestamp};
use callboard_ingest::log::{Log, Position};
use callboard_sql::{Records, Snapshot, Stored};
use callboard_store::Table;
use callboard_store::history::{Commit, History};
use tokio::sync::watch;

use crate::telemetry::Telemetry;
use commit::{Committer, Done};
use pace::{Paced, keep_going};
pub(crate) use view::View;

/// Closed rows that go to history at once.
const COMMIT_ROWS: usize = 200_000;
/// Closed rows that wait in memory at most, while history cannot be written.
pub(super) const MOST_ROWS: usize = 20 * COMMIT_ROWS;

/// The settings as they are now: what the organisation says of queues may change while a server runs.
pub(crate) type SettingsNow = watch::Receiver<Settings>;

/// Settings that stay as they are, for a command.
pub(crate) fn still(settings: Settings) -> SettingsNow {
    watch::channel(settings).1
}

/// What the fold works on.
#[derive(Clone)]
pub(crate) struct Parts {
    pub(crate) log: Arc<dyn Log>,
    pub(crate) history: Arc<dyn History>,
    pub(crate) history_folder: PathBuf,
    pub(crate) records: Arc<dyn Records>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) settings: SettingsNow,
    /// Time after which closed rows go to history, however few, ms.
    pub(crate) commit_every_ms: i64,
    /// Whether it keeps the gaps of sources: of several folds that are each told of them, one does.
    pub(crate) keeps_gaps: bool,
    pub(crate) telemetry: Arc<Telemetry>,
}

/// What is folded, and its way into history.
pub(crate) struct Fold {
    parts: Parts,
    view: View,
    committer: Committer,
    committed_at: Timestamp,
    publish: Option<watch::Sender<Arc<Snapshot>>>,
}

impl Fold {
    /// Goes on from what history holds.
    pub(crate) fn open(parts: Parts) -> anyhow::Result<Self> {
        let manifest = parts.history.manifest();
        let settings = parts.settings.borrow().clone();
        let (engine, position) = match parts.history.engine_state()? {
            Some(kept) => {
                let (position, state) = checkpoint::unpack(manifest.position, &kept)?;
                (Engine::restore(settings, state)?, position)
            }
            None => (Engine::new(settings), Position::default()),
        };
        if manifest.visible.is_some() && parts.history.is_connected() {
            checkpoint::fits(&position, parts.log.as_ref())?;
        }
        let reader = parts.log.reader(&position.later(&parts.log.start()?))?;
        let committer = Committer::start(Arc::clone(&parts.history), Arc::clone(&parts.telemetry))?;
        let committed_at = parts.clock.now();
        let stored = Stored::of(&manifest, &parts.history_folder);
        let view = View::new(engine, parts.settings.clone(), reader, stored, Arc::clone(&parts.records), Arc::clone(&parts.telemetry));
        Ok(Self { parts, view, committer, committed_at, publish: None })
    }

    /// Folds to the end of the log and hands everything closed to history; for commands beside a stopped server.
    pub(crate) fn run_to_end(&mut self, mut progress: impl FnMut(u64)) -> anyhow::Result<()> {
        while self.view.bite_on()? {
            progress(self.position());
            if self.view.engine.closed_rows() >= COMMIT_ROWS {
                self.commit_now()?;
            }
        }
        self.view.engine.settle();
        self.commit_now()
    }

    /// What it shows goes there at every tick, and how far it is to whoever watches the server.
    pub(crate) fn publish(&mut self, to: watch::Sender<Arc<Snapshot>>) {
        self.view.aim(self.parts.log.as_ref());
        self.publish = Some(to);
    }

    /// Folds until `stop` says so.
    pub(crate) fn run(&mut self, stop: watch::Receiver<bool>, runtime: &tokio::runtime::Handle) -> anyhow::Result<()> {
        let (log, clock) = (Arc::clone(&self.parts.log), Arc::clone(&self.parts.clock));
        keep_going(self, log.as_ref(), clock.as_ref(), stop, runtime)
    }

    /// Commits what is closed, in one try, and ends.
    pub(crate) fn finish(mut self) -> anyhow::Result<()> {
        self.committer.give_up_soon();
        self.view.engine.settle();
        self.commit_now()
    }

    /// Ends without another commit: somebody else goes on from the last one. Waits a while for one under way.
    pub(crate) fn abandon(self) {
        self.committer.give_up_soon();
        self.committer.leave();
    }

    /// What is folded.
    pub(crate) fn into_view(self) -> View {
        self.view
    }

    /// What is folded.
    pub(crate) const fn view(&mut self) -> &mut View {
        &mut self.view
    }

    /// How far the log is folded: history's number for the reader's position.
    pub(crate) fn position(&self) -> u64 {
        self.view.position().total()
    }

    fn commit_if_due(&mut self, now: Timestamp) -> anyhow::Result<()> {
        match self.committer.finished()? {
            Some(Done::Committed) => self.committed(),
            Some(Done::Found(found)) => {
                self.view.engine.amend(found);
                return self.submit(now);
            }
            Some(Done::Reached) | None => {}
        }
        if !self.committer.is_busy() && !self.parts.history.is_connected() {
            return self.committer.reach();
        }
        let rows = self.view.engine.closed_rows();
        let waited = now.since(self.committed_at) >= self.parts.commit_every_ms;
        let due = rows >= COMMIT_ROWS || (waited && self.position() > self.parts.history.manifest().position);
        if due && !self.committer.is_busy() {
            let wanted = self.view.engine.wanted();
            return if wanted.is_empty() { self.submit(now) } else { self.committer.look_for(wanted) };
        }
        Ok(())
    }

    /// Hands everything closed to the history thread.
    fn submit(&mut self, now: Timestamp) -> anyhow::Result<()> {
        self.committed_at = now;
        self.view.engine.settle();
        let commit = self.checkpoint(now)?;
        self.committer.submit(commit)
    }

    /// Commits and waits for it.
    fn commit_now(&mut self) -> anyhow::Result<()> {
        match self.committer.wait()? {
            Some(Done::Committed) => self.committed(),
            Some(Done::Found(_) | Done::Reached) | None => {} // looked for again below
        }
        if self.position() <= self.parts.history.manifest().position {
            return Ok(());
        }
        let wanted = self.view.engine.wanted();
        if !wanted.is_empty() {
            self.view.engine.amend(wanted.find(self.parts.history.as_ref())?);
        }
        let commit = self.checkpoint(self.parts.clock.now())?;
        self.parts.history.commit(commit)?;
        self.committed();
        Ok(())
    }

    fn checkpoint(&mut self, now: Timestamp) -> anyhow::Result<Commit> {
        let mut checkpoint = self.view.engine.checkpoint()?;
        if !self.parts.keeps_gaps {
            checkpoint.batches.retain(|(table, _)| *table != Table::Gaps);
        }
        Ok(commit::commit(self.view.position(), now, checkpoint))
    }

    /// History and the engine change hands in one step: no row is doubled or missing in between.
    fn committed(&mut self) {
        self.view.engine.committed();
        self.view.stored = Stored::of(&self.parts.history.manifest(), &self.parts.history_folder);
    }
}

impl Paced for Fold {
    fn bite(&mut self) -> anyhow::Result<bool> {
        // History is far behind: the log waits, so that memory stays bounded while screens go on.
        if self.view.engine.closed_rows() >= MOST_ROWS { Ok(false) } else { self.view.bite() }
    }

    fn tick(&mut self, now: Timestamp) -> anyhow::Result<()> {
        self.commit_if_due(now)?;
        if let Some(publish) = &self.publish {
            publish.send_replace(self.view.snapshot(now));
            self.view.tell();
        }
        Ok(())
    }
}
