//! The thread that reads and writes history, one piece of work at a time.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, TryRecvError, sync_channel};
use std::time::Duration;

use anyhow::{Context, anyhow};
use callboard_analytics::{Checkpoint, Found, Wanted};
use callboard_domain::Timestamp;
use callboard_ingest::log::Position;
use callboard_store::history::{Action, Commit, Error, History};

use super::checkpoint;
use crate::clock::Stopwatch;
use crate::telemetry::Telemetry;

/// How long history waits after the disk refused.
const REST: Duration = Duration::from_secs(5);
/// How long work under way may take when nobody needs it any more.
const FAREWELL: Duration = Duration::from_secs(20);
/// How soon a rest ends that nobody waits for any more.
const NAP: Duration = Duration::from_millis(100);

/// Hands work to the history thread.
pub(super) struct Committer {
    // One piece at a time: it is only handed out when none is under way, so neither channel is ever full.
    work: SyncSender<Work>,
    done: Receiver<anyhow::Result<Done>>,
    busy: bool,
    /// Set when the fold is about to end: what fails then is not tried again.
    ending: Arc<AtomicBool>,
}

enum Work {
    Commit(Commit),
    Find(Wanted),
    /// Connects to history that was away.
    Reach,
}

/// Work that is done.
pub(super) enum Done {
    /// The commit is in history.
    Committed,
    /// Rows to which something is to be added.
    Found(Found),
    /// History has answered, or nobody waits for that any more.
    Reached,
}

/// A commit of a checkpoint.
pub(super) fn commit(position: &Position, at: Timestamp, checkpoint: Checkpoint) -> Commit {
    let engine_state = checkpoint::pack(position, checkpoint.state);
    Commit { position: position.total(), batches: checkpoint.batches, engine_state, at }
}

/// The history thread's side.
struct Keeper {
    history: Arc<dyn History>,
    telemetry: Arc<Telemetry>,
    /// Set when the fold is about to end: what fails then is not tried again.
    ending: Arc<AtomicBool>,
}

impl Keeper {
    fn do_one(&self, work: Work) -> anyhow::Result<Done> {
        match work {
            Work::Find(wanted) => Ok(Done::Found(self.look(&wanted))),
            Work::Reach => match self.patiently(false, || self.history.reach()) {
                Err(error) if error.action() != Action::Retry => Err(error.into()),
                Ok(()) | Err(_) => Ok(Done::Reached),
            },
            Work::Commit(commit) => {
                let committed = self.patiently(true, || self.history.commit(commit.clone()));
                committed.map(|_| Done::Committed).context("could not write history")
            }
        }
    }

    /// Does it again for as long as history says that a later time may do: history waits.
    fn patiently<T>(&self, commits: bool, mut work: impl FnMut() -> Result<T, Error>) -> Result<T, Error> {
        loop {
            let watch = Stopwatch::start();
            let result = work();
            match &result {
                Ok(_) => self.telemetry.history.done(commits.then_some(watch)),
                Err(_) => self.telemetry.history.failed(commits),
            }
            match result {
                Err(error) if error.action() == Action::Retry && !self.is_ending() => {
                    tracing::error!("history waits and tries again in {} s: {error}", REST.as_secs());
                    self.rest();
                }
                done => return done,
            }
        }
    }

    /// Rests until history is tried again, or nobody waits for that any more.
    fn rest(&self) {
        let mut left = REST;
        while !left.is_zero() && !self.is_ending() {
            std::thread::sleep(NAP);
            left = left.saturating_sub(NAP);
        }
    }

    fn is_ending(&self) -> bool {
        self.ending.load(Ordering::Relaxed)
    }

    /// Looks for closed rows. What cannot be read is told and tried again before the next commit.
    fn look(&self, wanted: &Wanted) -> Found {
        self.patiently(false, || wanted.clone().find(self.history.as_ref())).unwrap_or_else(|error| {
            tracing::error!("could not find the rows to which something told late is to be added: {error}");
            Found::default()
        })
    }

    /// Puts the small files of the worst day together. A failure costs nothing but speed.
    fn compact(&self) {
        if let Some((table, day)) = self.history.should_compact()
            && let Err(error) = self.history.compact(table, day)
        {
            tracing::warn!(table = table.name(), %day, "could not put the files of a day together: {error}");
        }
    }
}

/// A fold that is dropped in the middle leaves no thread that tries on and on.
impl Drop for Committer {
    fn drop(&mut self) {
        self.give_up_soon();
    }
}

impl Committer {
    pub(super) fn start(history: Arc<dyn History>, telemetry: Arc<Telemetry>) -> anyhow::Result<Self> {
        let (work, inbox) = sync_channel::<Work>(1);
        let (answer, done) = sync_channel(1);
        let ending = Arc::new(AtomicBool::new(false));
        let keeper = Keeper { history, telemetry, ending: Arc::clone(&ending) };
        let run = move || {
            while let Ok(work) = inbox.recv() {
                let written = matches!(work, Work::Commit(_));
                if answer.send(keeper.do_one(work)).is_err() {
                    break;
                }
                if written {
                    keeper.compact();
                }
            }
        };
        std::thread::Builder::new().name("history".into()).spawn(run).context("could not start the history thread")?;
        Ok(Self { work, done, busy: false, ending })
    }

    /// Waits for the work under way, but not for long.
    pub(super) fn leave(self) {
        if self.busy {
            let _ = self.done.recv_timeout(FAREWELL); // whether it was done is for the next one to see
        }
    }

    /// From now on a failure is final.
    pub(super) fn give_up_soon(&self) {
        self.ending.store(true, Ordering::Relaxed);
    }

    pub(super) const fn is_busy(&self) -> bool {
        self.busy
    }

    pub(super) fn submit(&mut self, commit: Commit) -> anyhow::Result<()> {
        self.hand_out(Work::Commit(commit))
    }

    pub(super) fn reach(&mut self) -> anyhow::Result<()> {
        self.hand_out(Work::Reach)
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
