//! A fold whose history may be away when it begins: it starts from what is known beside history, or waits.
//!
//! What is known are snapshots, or that the log still holds everything. Without either no figure would be right, so none
//! is shown until history answers; events are taken all the same.

use std::sync::Arc;
use std::time::Duration;

use callboard_sql::Snapshot;
use callboard_store::history::{self, Action};
use tokio::runtime::Handle;
use tokio::sync::watch;

use super::follower::{self, Follower};
use super::{Fold, Parts, checkpoint};
use crate::telemetry::Telemetry;

/// The pause before history is asked again; each is twice as long as the one before, up to the last.
const FIRST_PAUSE: Duration = Duration::from_millis(500);
/// See `FIRST_PAUSE`.
const LAST_PAUSE: Duration = Duration::from_secs(10);

/// Where snapshots go.
type Publish = watch::Sender<Arc<Snapshot>>;

/// Begins a fold into a history of one's own; none while history must be waited for.
pub(crate) fn own(parts: &Parts) -> anyhow::Result<Option<Fold>> {
    if !answers(parts.history.connect(), &parts.telemetry)? {
        let known = checkpoint::reached_by(parts.history.as_ref())?;
        if !known.reaches(&parts.log.start()?) {
            return Ok(None);
        }
        tracing::warn!("history is away; what is shown goes on from event {known}");
    }
    Fold::open(parts.clone()).map(Some)
}

/// Folds until `stop` says so; begins anew when history turns out to hold more than was known.
pub(crate) fn run_own(
    parts: &Parts,
    mut begun: Option<Fold>,
    publish: &Publish,
    stop: &watch::Receiver<bool>,
    runtime: &Handle,
) -> anyhow::Result<()> {
    loop {
        let begins = || own(parts);
        let fold = if let Some(begun) = begun.take() { Some(begun) } else { patiently(begins, stop, runtime, &parts.telemetry)? };
        let Some(mut fold) = fold else { return Ok(()) };
        fold.publish(publish.clone());
        match fold.run(stop.clone(), runtime).and_then(|()| fold.finish()) {
            Err(error) if matches!(error.downcast_ref(), Some(history::Error::Moved { .. })) => tracing::warn!("{error:#}"),
            done => return done,
        }
    }
}

/// Begins to show what others fold; none while history must be waited for.
pub(crate) fn follower(parts: &follower::Parts, publish: &Publish, stop: &watch::Receiver<bool>) -> anyhow::Result<Option<Follower>> {
    if !answers(parts.streams.look(), &parts.telemetry)? {
        let known = checkpoint::reached(&parts.streams.committed());
        if !known.reaches(&parts.log.start()?) {
            return Ok(None);
        }
        tracing::warn!("history is away; what is shown goes on from events {known}");
    }
    Follower::start(parts.clone(), publish.clone(), stop.clone()).map(Some)
}

/// Shows what others fold until `stop` says so.
pub(crate) fn run_follower(
    parts: &follower::Parts,
    begun: Option<Follower>,
    publish: &Publish,
    stop: &watch::Receiver<bool>,
    runtime: &Handle,
) -> anyhow::Result<()> {
    let begins = || follower(parts, publish, stop);
    let follower = if begun.is_some() { begun } else { patiently(begins, stop, runtime, &parts.telemetry)? };
    follower.map_or(Ok(()), |mut follower| follower.run(stop.clone(), runtime))
}

/// Begins as soon as history answers; none when `stop` says so before.
fn patiently<T>(
    mut begin: impl FnMut() -> anyhow::Result<Option<T>>,
    stop: &watch::Receiver<bool>,
    runtime: &Handle,
    telemetry: &Telemetry,
) -> anyhow::Result<Option<T>> {
    let (mut stop, mut pause) = (stop.clone(), FIRST_PAUSE);
    loop {
        let is_stopped = runtime.block_on(async {
            tokio::select! {
                _ = stop.wait_for(|stop| *stop) => true,
                () = tokio::time::sleep(pause) => false,
            }
        });
        if is_stopped {
            return Ok(None);
        }
        if let Some(begun) = begin()? {
            telemetry.history.await_it(false);
            return Ok(Some(begun));
        }
        pause = (pause * 2).min(LAST_PAUSE);
    }
}

/// Whether history has answered; an error that waiting does not mend goes up.
fn answers<T>(said: Result<T, history::Error>, telemetry: &Telemetry) -> anyhow::Result<bool> {
    match said {
        Ok(_) => {
            telemetry.history.done(None);
            Ok(true)
        }
        Err(error) if error.action() == Action::Retry => {
            telemetry.history.failed(false);
            tracing::error!("history waits: {error}");
            Ok(false)
        }
        Err(error) => Err(error.into()),
    }
}
