//! Shows what others fold into history: goes on from what they have committed, and again from every newer commit.
//!
//! The states that the workers commit, one of each partition, are put together to one engine. It folds what came
//! since; when workers have committed again, another engine is made in the same way beside it and takes its place
//! in one step, so that stored and live rows always fit.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::time::Duration;

use anyhow::Context;
use callboard_analytics::Engine;
use callboard_domain::{Clock, Timestamp};
use callboard_ingest::log::Log;
use callboard_sql::{Records, Snapshot, Stored};
use callboard_store::history::clickhouse::{ClickHouseStreams, Committed};
use tokio::sync::watch;

use crate::telemetry::Telemetry;

use super::pace::{Paced, keep_going};
use super::{MOST_ROWS, SettingsNow, View, checkpoint};

/// How often it is looked whether somebody has committed.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// How often another engine is made at most: reading states takes a moment, and workers commit one after the other.
const RENEW_EVERY: Duration = Duration::from_secs(5);

/// What it works on.
#[derive(Clone)]
pub(crate) struct Parts {
    pub(crate) log: Arc<dyn Log>,
    pub(crate) streams: Arc<ClickHouseStreams>,
    pub(crate) records: Arc<dyn Records>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) settings: SettingsNow,
    pub(crate) telemetry: Arc<Telemetry>,
}

/// The view that is shown, and newer ones on their way.
pub(crate) struct Follower {
    parts: Parts,
    view: View,
    newer: Receiver<View>,
    next: Option<View>,
    publish: watch::Sender<Arc<Snapshot>>,
}

/// What is committed, and everything that the log holds besides.
pub(crate) fn view(parts: &Parts) -> anyhow::Result<View> {
    let committed = parts.streams.look()?;
    caught_up(parts, &committed)
}

impl Follower {
    /// Shows what is known to be committed and what came since; a thread of its own looks for newer commits until `stop` says so.
    pub(crate) fn start(parts: Parts, publish: watch::Sender<Arc<Snapshot>>, stop: watch::Receiver<bool>) -> anyhow::Result<Self> {
        // Before the states are read: what is committed meanwhile is shown anew.
        let is_told = parts.streams.is_connected();
        let committed = parts.streams.committed();
        let mut view = caught_up(&parts, &committed)?;
        view.aim(parts.log.as_ref());
        publish.send_replace(view.snapshot(parts.clock.now()));
        let (send, newer) = sync_channel(1);
        let (look, number) = (parts.clone(), Some(committed.manifest.number).filter(|_| is_told));
        let thread = std::thread::Builder::new().name("follow".into());
        thread.spawn(move || renew(&look, number, &send, &stop)).context("could not start the thread that follows history")?;
        Ok(Self { parts, view, newer, next: None, publish })
    }

    /// Folds and publishes until `stop` says so.
    pub(crate) fn run(&mut self, stop: watch::Receiver<bool>, runtime: &tokio::runtime::Handle) -> anyhow::Result<()> {
        let (log, clock) = (Arc::clone(&self.parts.log), Arc::clone(&self.parts.clock));
        keep_going(self, log.as_ref(), clock.as_ref(), stop, runtime)
    }

    /// Puts a newer view in the place of the one that is shown, once it has come as far.
    fn exchange(&mut self) -> anyhow::Result<()> {
        if self.next.is_none() {
            self.next = self.newer.try_recv().ok();
        }
        let Some(next) = &mut self.next else { return Ok(()) };
        while !next.position().reaches(self.view.position()) {
            if !next.bite()? {
                return Ok(()); // what it lacks is on its way
            }
        }
        if let Some(mut next) = self.next.take() {
            next.take_over(&mut self.view);
            self.view = next;
        }
        Ok(())
    }
}

impl Paced for Follower {
    fn bite(&mut self) -> anyhow::Result<bool> {
        if self.view.engine.closed_rows() >= MOST_ROWS { Ok(false) } else { self.view.bite() }
    }

    fn tick(&mut self, now: Timestamp) -> anyhow::Result<()> {
        self.exchange()?;
        self.publish.send_replace(self.view.snapshot(now));
        self.view.tell();
        Ok(())
    }
}

/// Makes a newer view whenever somebody has committed after what is `shown`, and one as soon as history says for the first
/// time what it holds. What fails is tried again: the one that is shown goes on.
fn renew(parts: &Parts, mut shown: Option<u64>, send: &SyncSender<View>, stop: &watch::Receiver<bool>) {
    let mut rest = if shown.is_some() { RENEW_EVERY } else { LOOK_EVERY };
    let mut failed = shown.is_none();
    while !*stop.borrow() {
        std::thread::sleep(rest);
        rest = LOOK_EVERY;
        let made = parts.streams.look().map_err(anyhow::Error::from).and_then(|committed| {
            let number = committed.manifest.number;
            Ok((number, if shown == Some(number) { None } else { Some(caught_up(parts, &committed)?) }))
        });
        if made.is_err() {
            parts.telemetry.history.failed(false);
        } else if failed {
            parts.telemetry.history.done(None);
        }
        failed = made.is_err();
        match made {
            Ok((_, None)) => {}
            Ok((number, Some(view))) => {
                if send.send(view).is_err() {
                    return;
                }
                (shown, rest) = (Some(number), RENEW_EVERY);
            }
            Err(error) => tracing::warn!("could not look what history has; what is shown goes on from before: {error:#}"),
        }
    }
}

fn caught_up(parts: &Parts, committed: &Committed) -> anyhow::Result<View> {
    let position = checkpoint::reached(committed);
    if parts.streams.is_connected() {
        checkpoint::fits(&position, parts.log.as_ref())?;
    }
    let mut states = Vec::new();
    for (partition, kept) in parts.streams.states(committed)? {
        states.push(checkpoint::unpack(position.offset(partition), &kept)?.1.to_vec());
    }
    let engine = Engine::together(parts.settings.borrow().clone(), &states)?;
    let reader = parts.log.reader(&position.later(&parts.log.start()?))?;
    let stored = Stored::of(&committed.manifest, std::path::Path::new(""));
    let mut view = View::new(engine, parts.settings.clone(), reader, stored, Arc::clone(&parts.records), Arc::clone(&parts.telemetry));
    while view.engine.closed_rows() < MOST_ROWS && view.bite_on()? {}
    view.engine.caught_up();
    Ok(view)
}
