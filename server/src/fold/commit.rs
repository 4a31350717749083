//! The thread that writes history, one commit at a time.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, TryRecvError, sync_channel};

use anyhow::{Context, anyhow};
use callboard_analytics::Checkpoint;
use callboard_domain::Timestamp;
use callboard_store::history::{Commit, History};

/// Hands commits to the history thread.
pub(super) struct Committer {
    // One commit at a time: `submit` is only called when none is under way, so neither channel is ever full.
    work: SyncSender<Commit>,
    done: Receiver<anyhow::Result<()>>,
    busy: bool,
}

/// A commit of a checkpoint.
pub(super) fn commit(position: u64, at: Timestamp, checkpoint: Checkpoint) -> Commit {
    Commit { position, batches: checkpoint.batches, engine_state: checkpoint.state, at }
}

impl Committer {
    pub(super) fn start(history: Arc<dyn History>) -> anyhow::Result<Self> {
        let (work, inbox) = sync_channel::<Commit>(1);
        let (answer, done) = sync_channel(1);
        std::thread::Builder::new()
            .name("history".into())
            .spawn(move || {
                while let Ok(commit) = inbox.recv() {
                    let result = history.commit(commit).map(|_| ()).context("could not write history");
                    if answer.send(result).is_err() {
                        break;
                    }
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
