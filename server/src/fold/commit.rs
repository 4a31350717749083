//! The thread that reads and writes history, one piece of work at a time.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, TryRecvError, sync_channel};
use std::time::Duration;

use anyhow::{Context, anyhow};
use callboard_analytics::{Checkpoint, Found, Wanted};
use callboard_domain::Timestamp;
use callboard_ingest::log::Position;
use callboard_store::history::{Action, Commit, Error, History};

use super::checkpoint;
use crate::clock::Stopwatch;
use crate::telemetry::{Committing, Telemetry};

/// How long history waits after the disk refused.
const REST: Duration = Duration::from_secs(5);

/// Hands work to the history thread.
pub(super) struct Committer {
    // One piece at a time: it is only handed out when none is under way, so neither channel is ever full.
    work: SyncSender<Work>,
    done: Receiver<anyhow::Result<Done>>,
    busy: bool,
}

enum Work {
    Commit(Commit),
    Find(Wanted),
}

/// Work that is done.
pub(super) enum Done {
    /// The commit is in history.
    Committed,
    /// Rows to which something is to be added.
    Found(Found),
}

/// A commit of a checkpoint.
pub(super) fn commit(position: &Position, at: Timestamp, checkpoint: Checkpoint) -> Commit {
    let engine_state = checkpoint::pack(position, checkpoint.state);
    Commit { position: position.total(), batches: checkpoint.batches, engine_state, at }
}

/// Does it again for as long as history says that a later time may do: history waits.
fn patiently<T>(telemetry: &Committing, commits: bool, mut work: impl FnMut() -> Result<T, Error>) -> Result<T, Error> {
    loop {
        let watch = Stopwatch::start();
        let result = work();
        match &result {
            Ok(_) => telemetry.done(commits.then_some(watch)),
            Err(_) => telemetry.failed(commits),
        }
        match result {
            Err(error) if error.action() == Action::Retry => {
                tracing::error!("history waits and tries again in {} s: {error}", REST.as_secs());
                std::thread::sleep(REST);
            }
            done => return done,
        }
    }
}

/// Looks for closed rows. What cannot be read is told and tried again before the next commit.
fn look(history: &dyn History, wanted: &Wanted, telemetry: &Committing) -> Found {
    patiently(telemetry, false, || wanted.clone().find(history)).unwrap_or_else(|error| {
        tracing::error!("could not find the rows to which something told late is to be added: {error}");
        Found::default()
    })
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
    pub(super) fn start(history: Arc<dyn History>, telemetry: Arc<Telemetry>) -> anyhow::Result<Self> {
        let (work, inbox) = sync_channel::<Work>(1);
        let (answer, done) = sync_channel(1);
        std::thread::Builder::new()
            .name("history".into())
            .spawn(move || {
                while let Ok(work) = inbox.recv() {
                    let (result, written) = match work {
                        Work::Find(wanted) => (Ok(Done::Found(look(history.as_ref(), &wanted, &telemetry.history))), false),
                        Work::Commit(commit) => {
                            let done = patiently(&telemetry.history, true, || history.commit(commit.clone()));
                            (done.map(|_| Done::Committed).context("could not write history"), true)
                        }
                    };
                    if answer.send(result).is_err() {
                        break;
                    }
                    if written {
                        compact(history.as_ref());
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
        self.hand_out(Work::Commit(commit))
    }

    pub(super) fn look_for(&mut self, wanted: Wanted) -> anyhow::Result<()> {
        self.hand_out(Work::Find(wanted))
    }

    fn hand_out(&mut self, work: Work) -> anyhow::Result<()> {
        self.busy = true;
        self.work.send(work).map_err(|_| anyhow!("the history thread is gone"))
    }

    /// The work that has just been done.
    pub(super) fn finished(&mut self) -> anyhow::Result<Option<Done>> {
        if !self.busy {
            return Ok(None);
        }
        match self.done.try_recv() {
            Ok(result) => {
                self.busy = false;
                result.map(Some)
            }
            Err(TryRecvError::Empty) => Ok(None),
            Err(TryRecvError::Disconnected) => Err(anyhow!("the history thread is gone")),
        }
    }

    /// Waits for the work under way.
    pub(super) fn wait(&mut self) -> anyhow::Result<Option<Done>> {
        if !self.busy {
            return Ok(None);
        }
        self.busy = false;
        self.done.recv().map_err(|_| anyhow!("the history thread is gone"))?.map(Some)
    }
}
