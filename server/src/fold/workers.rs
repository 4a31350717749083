//! Folds partitions into history: those that the group gives to this node, each by a fold of its own.
//!
//! A partition goes on from what history has of it, whoever put it there. Before it moves to another member its fold
//! ends without a commit: the next owner folds the same events again. ClickHouse's writer epoch stops a fold that has
//! not heard of its end.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use anyhow::{Context, anyhow};
use callboard_domain::Timestamp;
use callboard_ingest::log::Position;
use callboard_ingest::log::kafka::Member;
use callboard_store::history::{self, History};
use tokio::sync::watch;

use super::{Fold, Parts};

/// How long the group is listened to at a time.
const LISTEN: Duration = Duration::from_millis(200);
/// How often the group is told how far its partitions are done.
const TELL_EVERY_MS: i64 = 5_000;
/// How long a partition rests whose history somebody else has taken over, ms.
const REST_MS: i64 = 5_000;

/// Makes what the fold of a partition works on.
pub(crate) type Prepare = Box<dyn Fn(usize) -> anyhow::Result<Parts> + Send>;

/// The folds of one node.
#[derive(Default)]
struct Workers {
    running: BTreeMap<usize, Worker>,
    /// Partitions that are looked at again later.
    resting: BTreeMap<usize, Timestamp>,
}

/// One partition's fold.
struct Worker {
    history: Arc<dyn History>,
    stop: watch::Sender<bool>,
    /// It ends as it is, without another commit.
    abandon: Arc<AtomicBool>,
    thread: JoinHandle<anyhow::Result<()>>,
}

/// A node's place in the group, and the folds that follow from it.
pub(crate) struct Group {
    member: Member,
    workers: Held,
    prepare: Prepare,
    runtime: tokio::runtime::Handle,
}

type Held = Arc<Mutex<Workers>>;

fn lock(workers: &Held) -> MutexGuard<'_, Workers> {
    workers.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Group {
    /// Joins by `join`, which is given what to do before partitions go.
    pub(crate) fn join(
        join: impl FnOnce(Box<dyn Fn(&[usize]) + Send + Sync>) -> anyhow::Result<Member>,
        prepare: Prepare,
        runtime: tokio::runtime::Handle,
    ) -> anyhow::Result<Self> {
        let workers = Held::default();
        let leaving = Arc::clone(&workers);
        let member = join(Box::new(move |partitions| {
            let gone: Vec<Worker> = partitions.iter().filter_map(|p| lock(&leaving).running.remove(p)).collect();
            tracing::info!(?partitions, "partitions move to another node");
            if let Err(error) = end_all(gone, true) {
                tracing::warn!("a partition's fold had failed: {error:#}");
            }
        }))?;
        Ok(Self { member, workers, prepare, runtime })
    }

    /// Folds what the group gives until `stop` says so.
    pub(crate) fn run(&self, clock: &dyn callboard_domain::Clock, stop: &watch::Receiver<bool>) -> anyhow::Result<()> {
        let mut told_at = clock.now();
        while !*stop.borrow() {
            let owned = self.member.partitions(LISTEN)?;
            let now = clock.now();
            self.reap(now)?;
            for partition in owned {
                self.begin(partition, now);
            }
            if now.since(told_at) >= TELL_EVERY_MS {
                told_at = now;
                self.tell();
            }
        }
        let all = std::mem::take(&mut lock(&self.workers).running);
        end_all(all.into_values().collect(), false)
    }

    /// Begins to fold a partition, unless it is folded or rests. One that cannot begin is tried again.
    fn begin(&self, partition: usize, now: Timestamp) {
        let mut workers = lock(&self.workers);
        let rests = workers.resting.get(&partition).is_some_and(|until| now < *until);
        if rests || workers.running.contains_key(&partition) {
            return;
        }
        match (self.prepare)(partition).and_then(|parts| self.start(partition, parts)) {
            Ok(worker) => {
                tracing::info!(partition, "folding a partition");
                workers.running.insert(partition, worker);
            }
            Err(error) => {
                tracing::error!(partition, "could not begin to fold a partition and tries again in {} s: {error:#}", REST_MS / 1_000);
                workers.resting.insert(partition, now.plus(REST_MS));
            }
        }
    }

    fn start(&self, partition: usize, parts: Parts) -> anyhow::Result<Worker> {
        let history = Arc::clone(&parts.history);
        let mut fold = Fold::open(parts)?;
        let (stop, stopped) = watch::channel(false);
        let (runtime, abandon) = (self.runtime.clone(), Arc::new(AtomicBool::new(false)));
        let is_abandoned = Arc::clone(&abandon);
        let run = move || {
            let result = fold.run(stopped, &runtime);
            if result.is_ok() && !is_abandoned.load(Ordering::Relaxed) {
                return finished(partition, fold);
            }
            fold.abandon();
            result
        };
        let thread = std::thread::Builder::new().name(format!("fold-{partition}")).spawn(run).context("could not start a thread")?;
        Ok(Worker { history, stop, abandon, thread })
    }

    /// Looks after folds that ended by themselves: one that was fenced off rests, any other ends the node.
    fn reap(&self, now: Timestamp) -> anyhow::Result<()> {
        let mut workers = lock(&self.workers);
        let ended: Vec<usize> = workers.running.iter().filter(|(_, w)| w.thread.is_finished()).map(|(p, _)| *p).collect();
        for partition in ended {
            let Some(worker) = workers.running.remove(&partition) else { continue };
            let Err(error) = joined(worker.thread) else { continue };
            if !matches!(error.downcast_ref::<history::Error>(), Some(history::Error::Fenced { .. })) {
                return Err(error.context(format!("could not go on folding partition {partition}")));
            }
            tracing::warn!(partition, "somebody else writes the history of a partition; looking again in {} s: {error:#}", REST_MS / 1_000);
            workers.resting.insert(partition, now.plus(REST_MS));
        }
        Ok(())
    }

    /// Tells the group how far history is, for people who watch its lag; where to go on stands in history.
    fn tell(&self) {
        let mut position = Position::default();
        let mut partitions = Vec::new();
        for (partition, worker) in &lock(&self.workers).running {
            position.set(*partition, worker.history.manifest().position);
            partitions.push(*partition);
        }
        if !partitions.is_empty()
            && let Err(error) = self.member.commit(&partitions, &position)
        {
            tracing::debug!("the group was not told how far history is: {error}");
        }
    }
}

/// Commits what is closed. While ClickHouse is away that is for the next owner to do.
fn finished(partition: usize, fold: Fold) -> anyhow::Result<()> {
    let Err(error) = fold.finish() else { return Ok(()) };
    let cause = error.downcast_ref::<history::Error>();
    if !cause.is_some_and(|e| matches!(e, history::Error::ClickHouse { .. }) && e.action() == history::Action::Retry) {
        return Err(error);
    }
    tracing::warn!(partition, "history is away; what it does not have yet is folded again from the log later: {error:#}");
    Ok(())
}

fn end_all(workers: Vec<Worker>, abandon: bool) -> anyhow::Result<()> {
    for worker in &workers {
        worker.abandon.store(abandon, Ordering::Relaxed);
        worker.stop.send_replace(true);
    }
    workers.into_iter().map(|worker| joined(worker.thread)).fold(Ok(()), Result::and)
}

fn joined(thread: JoinHandle<anyhow::Result<()>>) -> anyhow::Result<()> {
    thread.join().map_err(|_| anyhow!("a fold panicked"))?
}
