//! The data folder: its log, and history beside it.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, anyhow, bail, ensure};
use callboard_analytics::Settings;
use callboard_domain::Clock;
use callboard_ingest::intake::{self, Intake};
use callboard_ingest::log::{Embedded, Log, Position};
use callboard_store::history::{self, History};
use tokio::sync::watch;

use crate::fold::{Parts, checkpoint};
use crate::log::Opened;
use crate::records::LogRecords;
use crate::telemetry::Telemetry;

/// The folder of Parquet files in it.
pub(crate) const HISTORY: &str = "history";

/// An open data folder.
pub(crate) struct Data {
    pub(crate) log: Arc<dyn Log>,
    pub(crate) history: Arc<dyn History>,
    history_folder: PathBuf,
    pub(crate) intake: Intake,
    opened: Opened,
    /// Turns true when the log can take no more.
    pub(crate) log_failed: watch::Receiver<bool>,
}

impl Data {
    /// Opens the folder of a command that asks: it must hold data already.
    pub(crate) fn open_existing(folder: &Path, clock: &Arc<dyn Clock>) -> anyhow::Result<Self> {
        ensure!(folder.is_dir(), "there is no data folder {}", folder.display());
        let known = [HISTORY, "log", crate::log::NOTE, crate::place::NOTE].iter().any(|name| folder.join(name).exists());
        ensure!(known, "there is no data in the folder {}; `callboard serve` and `callboard import` put some there", folder.display());
        Self::open(folder, clock)
    }

    /// Opens or makes the folder, and the log that it works on.
    pub(crate) fn open(folder: &Path, clock: &Arc<dyn Clock>) -> anyhow::Result<Self> {
        // The whole path: queries look files up by it, and errors show where they lie.
        let folder = &make(folder)?;
        let history = crate::place::open(folder, clock)?;
        let stored = history.manifest().position;
        let reached = match history.engine_state()? {
            Some(kept) => checkpoint::unpack(stored, &kept)?.0,
            None => Position::single(stored),
        };
        let (opened, log_failed) = crate::log::open(folder, &reached, clock)?;
        let log = Arc::clone(&opened.log);
        let begins = log.start()?;
        if history.manifest().visible.is_some() && !reached.reaches(&begins) {
            bail!(
                "could not go on from history in ClickHouse, which ends at {reached}: the log begins at {begins} only; restore the database from a \
                 backup, or name the one that this data folder wrote to"
            );
        }
        let intake = Intake::new(Arc::clone(&log), Arc::clone(clock), intake::Options::default());
        Ok(Self { log, history, history_folder: folder.join(HISTORY), intake, opened, log_failed })
    }

    /// What a fold of this folder works on.
    pub(crate) fn parts(&self, settings: Settings, clock: &Arc<dyn Clock>) -> Parts {
        Parts {
            log: Arc::clone(&self.log),
            history: self.history.clone(),
            history_folder: self.history_folder.clone(),
            records: Arc::new(LogRecords(Arc::clone(&self.log))),
            clock: Arc::clone(clock),
            settings,
            telemetry: Arc::new(Telemetry::new()),
        }
    }

    /// The embedded log, whose retention is ours.
    pub(crate) fn embedded(&self) -> Option<Arc<Embedded>> {
        self.opened.embedded.clone()
    }

    /// Ends the log once everything that waits is durable.
    pub(crate) async fn close(self) -> anyhow::Result<()> {
        self.opened.close().await
    }
}

/// The damaged file behind a query that failed while it read. The query itself cannot name it: what it read was only
/// noticed to be nonsense further on.
pub(crate) fn damage_behind(history: &dyn History, error: &callboard_sql::Error) -> Option<history::Error> {
    if error.is_users() { None } else { history.check().err() }
}

/// Makes the folder where there is none; its whole path.
pub(crate) fn make(folder: &Path) -> anyhow::Result<std::path::PathBuf> {
    ensure!(!folder.is_file(), "could not use {} as a data folder: it is a file", folder.display());
    let made = std::fs::create_dir_all(folder).and_then(|()| folder.canonicalize());
    made.with_context(|| format!("could not make the data folder {}", folder.display()))
}

/// The two refusals of files that a person meets most often, with what helps.
pub(crate) fn explain(folder: &Path, error: history::Error) -> anyhow::Error {
    let folder = folder.display();
    match error {
        history::Error::Locked { .. } => anyhow!(
            "could not open the data folder {folder}: another process uses it; stop that process, choose another folder, or ask the running server with --server URL"
        ),
        history::Error::Disk { source, path, .. } if matches!(source.kind(), ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem) => {
            anyhow!(
                "could not write in the data folder {folder}: {}: {source}; run as the user that it belongs to, or copy it to where you may write",
                path.display()
            )
        }
        other => other.into(),
    }
}
