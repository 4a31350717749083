//! The data folder: its log, and history beside it.

use std::path::Path;
use std::sync::Arc;

use anyhow::Context;
use callboard_analytics::Settings;
use callboard_domain::Clock;
use callboard_ingest::intake::{self, Intake};
use callboard_ingest::log::{Embedded, Log, Position};
use callboard_store::history::{History, ParquetHistory};

use crate::fold::{Parts, checkpoint};
use crate::log::Opened;
use crate::records::LogRecords;

/// An open data folder.
pub(crate) struct Data {
    pub(crate) log: Arc<dyn Log>,
    pub(crate) history: Arc<ParquetHistory>,
    pub(crate) intake: Intake,
    opened: Opened,
}

impl Data {
    /// Opens or makes the folder, and the log that it works on.
    pub(crate) fn open(folder: &Path, clock: &Arc<dyn Clock>) -> anyhow::Result<Self> {
        std::fs::create_dir_all(folder).with_context(|| format!("could not make the data folder {}", folder.display()))?;
        let history = Arc::new(ParquetHistory::open(folder.join("history"))?);
        let stored = history.manifest().position;
        let reached = match history.engine_state()? {
            Some(kept) => checkpoint::unpack(stored, &kept)?.0,
            None => Position::single(stored),
        };
        let opened = crate::log::open(folder, &reached, clock)?;
        let log = Arc::clone(&opened.log);
        let intake = Intake::new(Arc::clone(&log), Arc::clone(clock), intake::Options::default());
        Ok(Self { log, history, intake, opened })
    }

    /// What a fold of this folder works on.
    pub(crate) fn parts(&self, settings: Settings, clock: &Arc<dyn Clock>) -> Parts {
        Parts {
            log: Arc::clone(&self.log),
            history: self.history.clone(),
            history_folder: self.history.folder().to_owned(),
            records: Arc::new(LogRecords(Arc::clone(&self.log))),
            clock: Arc::clone(clock),
            settings,
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
