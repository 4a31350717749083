//! The data folder: the log with its writer's thread, and history beside it.

use std::io::ErrorKind;
use std::path::Path;
use std::sync::Arc;
use std::thread::JoinHandle;

use anyhow::{Context, anyhow, ensure};
use callboard_analytics::Settings;
use callboard_domain::Clock;
use callboard_ingest::intake::{self, Intake};
use callboard_ingest::log::{Embedded, Options};
use callboard_store::history::{self, History, ParquetHistory};
use tokio::sync::watch;

use crate::fold::Parts;
use crate::records::LogRecords;

/// An open data folder.
pub(crate) struct Data {
    pub(crate) log: Arc<Embedded>,
    pub(crate) history: Arc<ParquetHistory>,
    pub(crate) intake: Intake,
    writer: JoinHandle<Result<(), callboard_ingest::log::Error>>,
    /// Turns true when the log can take no more.
    pub(crate) log_failed: watch::Receiver<bool>,
}

impl Data {
    /// Opens the folder of a command that asks: it must hold data already.
    pub(crate) fn open_existing(folder: &Path, clock: &Arc<dyn Clock>) -> anyhow::Result<Self> {
        ensure!(folder.is_dir(), "there is no data folder {}", folder.display());
        let known = ["history", "log"].iter().any(|name| folder.join(name).is_dir());
        ensure!(known, "there is no data in the folder {}; `callboard serve` and `callboard import` put some there", folder.display());
        Self::open(folder, clock)
    }

    /// Opens or makes the folder and starts the log's writer.
    pub(crate) fn open(folder: &Path, clock: &Arc<dyn Clock>) -> anyhow::Result<Self> {
        // The whole path: queries look files up by it, and errors show where they lie.
        let folder = &make(folder)?;
        let history = Arc::new(ParquetHistory::open(folder.join("history")).map_err(|error| explain(folder, error))?);
        let mut options = Options::new(folder.join("log"));
        options.must_reach = Some(history.manifest().position);
        let (log, writer) = Embedded::open(&options, Arc::clone(clock))?;
        let (fail, log_failed) = watch::channel(false);
        let write = move || {
            let result = writer.run();
            if let Err(error) = &result {
                tracing::error!("{error}");
                fail.send_replace(true);
            }
            result
        };
        let writer = std::thread::Builder::new().name("log".into()).spawn(write).context("could not start the log's thread")?;
        let intake = Intake::new(log.clone(), Arc::clone(clock), intake::Options::default());
        Ok(Self { log, history, intake, writer, log_failed })
    }

    /// What a fold of this folder works on.
    pub(crate) fn parts(&self, settings: Settings, clock: &Arc<dyn Clock>) -> Parts {
        Parts {
            log: self.log.clone(),
            history: self.history.clone(),
            history_folder: self.history.folder().to_owned(),
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

/// The damaged file behind a query that failed while it read. The query itself cannot name it: what it read was only
/// noticed to be nonsense further on.
pub(crate) fn damage_behind(history: &ParquetHistory, error: &callboard_sql::Error) -> Option<history::Error> {
    if error.is_users() { None } else { history.check().err() }
}

fn make(folder: &Path) -> anyhow::Result<std::path::PathBuf> {
    ensure!(!folder.is_file(), "could not use {} as a data folder: it is a file", folder.display());
    let made = std::fs::create_dir_all(folder).and_then(|()| folder.canonicalize());
    made.with_context(|| format!("could not make the data folder {}", folder.display()))
}

/// The two refusals that a person meets most often, with what helps.
fn explain(folder: &Path, error: history::Error) -> anyhow::Error {
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
