//! The data folder: the log with its writer's thread, and history beside it.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread::JoinHandle;

use anyhow::{Context, anyhow, bail};
use callboard_analytics::Settings;
use callboard_domain::Clock;
use callboard_ingest::intake::{self, Intake};
use callboard_ingest::log::{Embedded, Log, Options};
use callboard_store::history::History;

use crate::fold::Parts;
use crate::records::LogRecords;

/// An open data folder.
pub(crate) struct Data {
    pub(crate) log: Arc<Embedded>,
    pub(crate) history: Arc<dyn History>,
    history_folder: PathBuf,
    pub(crate) intake: Intake,
    writer: JoinHandle<Result<(), callboard_ingest::log::Error>>,
}

impl Data {
    /// Opens or makes the folder and starts the log's writer.
    pub(crate) fn open(folder: &Path, clock: &Arc<dyn Clock>) -> anyhow::Result<Self> {
        std::fs::create_dir_all(folder).with_context(|| format!("could not make the data folder {}", folder.display()))?;
        let history = crate::place::open(folder, clock)?;
        let mut options = Options::new(folder.join("log"));
        options.must_reach = Some(history.manifest().position);
        let (log, writer) = Embedded::open(&options, Arc::clone(clock))?;
        let (begins, stored) = (log.start(), history.manifest().position);
        if history.manifest().visible.is_some() && stored < begins {
            bail!(
                "could not go on from history in ClickHouse, which ends at {stored}: the log begins at {begins} only; restore the database from a \
                 backup, or name the one that this data folder wrote to"
            );
        }
        let writer = std::thread::Builder::new().name("log".into()).spawn(move || writer.run()).context("could not start the log's thread")?;
        let intake = Intake::new(log.clone(), Arc::clone(clock), intake::Options::default());
        Ok(Self { log, history, history_folder: folder.join("history"), intake, writer })
    }

    /// What a fold of this folder works on.
    pub(crate) fn parts(&self, settings: Settings, clock: &Arc<dyn Clock>) -> Parts {
        Parts {
            log: self.log.clone(),
            history: self.history.clone(),
            history_folder: self.history_folder.clone(),
            records: Arc::new(LogRecords(Arc::clone(&self.log))),
            clock: Arc::clone(clock),
            settings,
        }
    }

    /// Ends the writer once everything that waits is durable.
    pub(crate) async fn close(self) -> anyhow::Result<()> {
        self.log.close().await?;
        self.writer.join().map_err(|_| anyhow!("the log's thread panicked"))??;
        Ok(())
    }
}
