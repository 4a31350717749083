//! The thread that writes history, one commit at a time.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, TryRecvError, sync_channel};
use std::time::Duration;

use anyhow::{Context, anyhow};
use callboard_analytics::Checkpoint;
use callboard_domain::Timestamp;
use callboard_ingest::log::Position;
use callboard_store::history::{Action, Commit, History};

use super::checkpoint;

/// How long history waits after the disk refused.
const REST: Duration = Duration::from_secs(5);

/// Hands commits to the history thread.
pub(super) struct Committer {
    // One commit at a time: `submit` is only called when none is under way, so neither channel is ever full.
    work: SyncSender<Commit>,
    done: Receiver<anyhow::Result<()>>,
    busy: bool,
}

/// A commit of a checkpoint.
pub(super) fn commit(position: &Position, at: Timestamp, checkpoint: Checkpoint) -> Commit {
    let engine_state = checkpoint::pack(position, checkpoint.state);
    Commit { position: position.total(), batches: checkpoint.batches, engine_state, at }
}

/// Writes a commit; while the disk is full or refuses, history waits and tries again.
fn write(history: &dyn History, commit: &Commit) -> anyhow::Result<()> {
    loop {
        match history.commit(commit.clone()) {
            Ok(_) => return Ok(()),
            Err(error) if error.action() == Action::Retry => {
                tracing::error!("history waits and tries again in {} s: {error}", REST.as_secs());
                std::thread::sleep(REST);
            }
            Err(error) => return Err(error).context("could not write history"),
        }
    }
}

/// Puts the small files of the worst day together. A failure costs nothing but speed.
fn compact(history: &dyn History) {
    if let Some((table, day)) = history.should_compact()
        && let Err(error) = history.compact(table, day)
    {
        tracing::warn!(table = table.name(), %day, "could not put the files of a day together: {error}");
    }
}

impl Committer {
    pub(super) fn start(history: Arc<dyn History>) -> anyhow::Result<Self> {
        let (work, inbox) = sync_channel::<Commit>(1);
        let (answer, done) = sync_channel(1);
        std::thread::Builder::new()
            .name("history".into())
            .spawn(move || {
                while let Ok(commit) = inbox.recv() {
                    let result = write(history.as_ref(), &commit);
                    if answer.send(result).is_err() {
                        break;
                    }
                    compact(history.as_ref());
                }
            })
            .context("could not start the history thread")?;
        Ok(Self { work, done, busy: false })
    }

    pub(super) const fn is_busy(&self) -> bool {
        self.busy
    }

    pub(super) fn submit(&mut self, commit: Commit) -> anyhow::Result<()> {
        self.busy = true;
        self.work.send(commit).map_err(|_| anyhow!("the history thread is gone"))
    }

    /// Whether the commit under way has just been made.
    pub(super) fn finished(&mut self) -> anyhow::Result<bool> {
        if !self.busy {
            return Ok(false);
        }
        match self.done.try_recv() {
            Ok(result) => {
                self.busy = false;
                result.map(|()| true)
            }
            Err(TryRecvError::Empty) => Ok(false),
            Err(TryRecvError::Disconnected) => Err(anyhow!("the history thread is gone")),
        }
    }

    /// Waits for the commit under way; whether there was one.
    pub(super) fn wait(&mut self) -> anyhow::Result<bool> {
        if !self.busy {
            return Ok(false);
        }
        self.busy = false;
        self.done.recv().map_err(|_| anyhow!("the history thread is gone"))?.map(|()| true)
    }
}
