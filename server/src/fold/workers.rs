//! Folds partitions into history: those that the group gives to this node, each by a fold of its own.
//!
//! A partition goes on from what history has of it, whoever put it there. Before it moves to another member its fold
//! ends without a commit: the next owner folds the same events again. ClickHouse's writer epoch stops a fold that has
//! not heard of its end.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
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
pub(crate) type Prepare = Arc<dyn Fn(usize) -> anyhow::Result<Parts> + Send + Sync>;

/// The folds of one node.
#[derive(Default)]
struct Workers {
    running: BTreeMap<usize, Worker>,
    /// Partitions that are looked at again later.
    resting: BTreeMap<usize, Timestamp>,
}

/// One partition's fold.
struct Worker {
    /// Set once it is open.
    history: Arc<OnceLock<Arc<dyn History>>>,
    stop: watch::Sender<bool>,
    /// It ends as it is, without another commit.
    abandon: Arc<AtomicBool>,
    thread: JoinHandle<Result<(), Failed>>,
}

/// Why a fold ended that nobody had told to end.
enum Failed {
    /// It could not begin, which is tried again.
    Beginning(anyhow::Error),
    Folding(anyhow::Error),
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
                self.begin(partition, now)?;
            }
            if now.since(told_at) >= TELL_EVERY_MS {
                told_at = now;
                self.tell();
            }
        }
        let all = std::mem::take(&mut lock(&self.workers).running);
        end_all(all.into_values().collect(), false)
    }

    /// Begins to fold a partition, unless it is folded or rests. Several begin beside each other.
    fn begin(&self, partition: usize, now: Timestamp) -> anyhow::Result<()> {
        let mut workers = lock(&self.workers);
        let rests = workers.resting.get(&partition).is_some_and(|until| now < *until);
        if !rests && !workers.running.contains_key(&partition) {
            workers.running.insert(partition, self.start(partition)?);
        }
        Ok(())
    }

    fn start(&self, partition: usize) -> anyhow::Result<Worker> {
        let (stop, stopped) = watch::channel(false);
        let (history, abandon) = (Arc::default(), Arc::new(AtomicBool::new(false)));
        let (prepare, runtime) = (Arc::clone(&self.prepare), self.runtime.clone());
        let (opened, is_abandoned): (Arc<OnceLock<_>>, _) = (Arc::clone(&history), Arc::clone(&abandon));
        let open = move || {
            let parts = prepare(partition)?;
            let _ = opened.set(Arc::clone(&parts.history)); // set once, here
            Fold::open(parts)
        };
        let run = move || {
            let mut fold = open().map_err(Failed::Beginning)?;
            tracing::info!(partition, "folding a partition");
            let result = fold.run(stopped, &runtime);
            if result.is_ok() && !is_abandoned.load(Ordering::Relaxed) {
                return finished(partition, fold).map_err(Failed::Folding);
            }
            fold.abandon();
            result.map_err(Failed::Folding)
        };
        let thread = std::thread::Builder::new().name(format!("fold-{partition}")).spawn(run).context("could not start a thread")?;
        Ok(Worker { history, stop, abandon, thread })
    }

    /// Looks after folds that ended by themselves: one that was fenced off or could not begin rests, any other ends the node.
    fn reap(&self, now: Timestamp) -> anyhow::Result<()> {
        let mut workers = lock(&self.workers);
        let ended: Vec<usize> = workers.running.iter().filter(|(_, w)| w.thread.is_finished()).map(|(p, _)| *p).collect();
        for partition in ended {
            let Some(worker) = workers.running.remove(&partition) else { continue };
            match joined(worker.thread)? {
                Ok(()) => continue,
                Err(Failed::Folding(error)) if !matches!(error.downcast_ref(), Some(history::Error::Fenced { .. })) => {
                    return Err(error.context(format!("could not go on folding partition {partition}")));
                }
                Err(Failed::Folding(error)) => {
                    tracing::warn!(partition, "somebody else writes the history of a partition; looking again in {} s: {error:#}", REST_MS / 1_000);
                }
                Err(Failed::Beginning(error)) => {
                    tracing::error!(partition, "could not begin to fold a partition and tries again in {} s: {error:#}", REST_MS / 1_000);
                }
            }
            workers.resting.insert(partition, now.plus(REST_MS));
        }
        Ok(())
    }

    /// Tells the group how far history is, for people who watch its lag; where to go on stands in history.
    fn tell(&self) {
        let mut position = Position::default();
        let mut partitions = Vec::new();
        for (partition, worker) in &lock(&self.workers).running {
            let Some(history) = worker.history.get() else { continue };
            position.set(*partition, history.manifest().position);
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
    let mut result = Ok(());
    for worker in workers {
        // One that could not begin has taken nothing on.
        if let Err(Failed::Folding(error)) = joined(worker.thread)? {
            result = result.and(Err(error));
        }
    }
    result
}

fn joined(thread: JoinHandle<Result<(), Failed>>) -> anyhow::Result<Result<(), Failed>> {
    thread.join().map_err(|_| anyhow!("a fold panicked"))
}
