//! Opening: connecting at once, or later while something that is known meanwhile is gone on from.

use std::sync::{Arc, Mutex};

use tokio::runtime::Handle;

use super::ledger::{Ledger, Pending};
use super::link::ClickHouse;
use super::migrate::{self, Shape};
use super::visible::{Part, Visible};
use super::{Action, ClickHouseHistory, Error, History as _, Manifest, Options, Work, kept, read, wait};

impl ClickHouseHistory {
    /// Connects, makes or migrates the tables, checks them and takes over writing. Network work is done on `runtime`. As
    /// all calls of history it blocks; never call it on a runtime of one thread.
    ///
    /// # Errors
    /// When ClickHouse is away or refuses, a newer version wrote it, or a table is not as it must be.
    pub fn open(options: &Options, runtime: Handle) -> Result<Self, Error> {
        let history = Self::apart(options, runtime)?;
        history.connect()?;
        Ok(history)
    }

    /// As `open`; but while ClickHouse is away it goes on from the newest snapshot, or from nothing. Whoever folds from
    /// there begins anew when ClickHouse turns out to hold more (`Error::Moved`).
    ///
    /// # Errors
    /// As `open`, except when ClickHouse is away.
    pub fn begin(options: &Options, runtime: Handle) -> Result<Self, Error> {
        let history = Self::apart(options, runtime)?;
        if let Err(error) = history.connect() {
            if error.action() != Action::Retry {
                return Err(error);
            }
            tracing::error!("history waits: {error}");
            history.recall();
        }
        Ok(history)
    }

    /// As `open`, of tables that this process has made and checked.
    pub(super) fn of_made(options: &Options, link: ClickHouse, shape: Shape, runtime: Handle) -> Result<Self, Error> {
        let history = Self::over(options, link, shape, runtime);
        let mut work = history.lock();
        let read = wait(&history.runtime, history.take_over())?;
        history.settle(&mut work, read);
        drop(work);
        Ok(history)
    }

    fn apart(options: &Options, runtime: Handle) -> Result<Self, Error> {
        Ok(Self::over(options, ClickHouse::new(options)?, Shape { cluster: options.cluster.clone() }, runtime))
    }

    fn over(options: &Options, link: ClickHouse, shape: Shape, runtime: Handle) -> Self {
        let ledger = Ledger { link: link.clone(), stream: options.stream.clone(), writer: options.writer.clone() };
        let nothing = Manifest { visible: Some(Visible::of(link.clone(), Part::none(options.stream.clone()))), ..Manifest::default() };
        let current = Mutex::new(Arc::new(nothing));
        Self { link, ledger, shape, runtime, options: options.clone(), current, work: Mutex::default() }
    }

    /// What a snapshot says was committed.
    fn recall(&self) {
        let snapshots = self.options.snapshots.as_ref();
        let kept = snapshots.and_then(|s| kept::newest(s, &self.options.database, &self.options.stream, &self.link));
        if let Some(kept) = kept {
            let mut work = self.lock();
            work.recalled = Some(kept.state);
            self.publish(&mut work, kept.manifest);
        }
    }

    /// Makes or migrates the tables, checks them, takes over writing and reads what is committed.
    pub(super) async fn prepare(&self) -> Result<(Manifest, Option<Pending>), Error> {
        migrate::run(&self.link, &self.shape).await?;
        migrate::check(&self.link, &self.shape).await?;
        if let Some(days) = self.options.keep_days {
            migrate::keep(&self.link, &self.shape, days).await?;
        }
        self.take_over().await
    }

    async fn take_over(&self) -> Result<(Manifest, Option<Pending>), Error> {
        self.ledger.take_over().await?;
        read(&self.ledger).await
    }

    /// From now on this is what was committed.
    pub(super) fn settle(&self, work: &mut Work, (manifest, pending): (Manifest, Option<Pending>)) -> Arc<Manifest> {
        (work.connected, work.moved, work.recalled, work.pending) = (true, false, None, pending);
        self.publish(work, manifest)
    }

    /// Fails unless ClickHouse holds what its caller went on from.
    pub(super) fn hold(&self, work: &mut Work) -> Result<(), Error> {
        if !work.connected {
            let before = self.manifest();
            let read = wait(&self.runtime, self.prepare())?;
            let now = self.settle(work, read);
            work.moved = (now.number, &now.engine_state) != (before.number, &before.engine_state);
        }
        if work.moved { Err(Error::Moved { place: self.link.place().to_owned() }) } else { Ok(()) }
    }
}
