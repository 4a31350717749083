//! The data folder: its log, and history beside it.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Weak};

use anyhow::{Context, anyhow, ensure};
use callboard_analytics::Engine;
use callboard_domain::Clock;
use callboard_ingest::intake::{self, Intake};
use callboard_ingest::log::{Embedded, Log, Position};
use callboard_store::history::clickhouse::{ClickHouseHistory, ClickHouseStreams};
use callboard_store::history::{self, Day, History, Manifest, ParquetHistory};
use tokio::sync::watch;

use crate::config::SnapshotsConfig;
use crate::fold::{Fold, Parts, SettingsNow, View, checkpoint, follower};
use crate::log::Opened;
use crate::records::LogRecords;
use crate::shared::Shared;
use crate::telemetry::Telemetry;

/// The folder of Parquet files in it.
pub(crate) const HISTORY: &str = "history";
/// Time after which closed rows go to history, however few, ms.
const COMMIT_MS: i64 = 60_000;

/// An open data folder.
pub(crate) struct Data {
    pub(crate) log: Arc<dyn Log>,
    pub(crate) past: Past,
    history_folder: PathBuf,
    /// Time after which closed rows go to history, however few, ms.
    pub(crate) commit_every_ms: i64,
    pub(crate) intake: Intake,
    /// What is told about the work on this folder.
    pub(crate) telemetry: Arc<Telemetry>,
    opened: Opened,
    /// Turns true when the log can take no more.
    pub(crate) log_failed: watch::Receiver<bool>,
}

/// What is done when history is away.
pub(crate) enum Patience<'a> {
    /// Nothing: a command ends and says so.
    Ends,
    /// A server starts all the same, from what snapshots have, and waits.
    Waits(&'a SnapshotsConfig),
}

/// See [`Past::retain`].
pub(crate) type Retain = Arc<dyn Fn(Day) -> Result<(), history::Error> + Send + Sync>;

/// Who writes history.
pub(crate) enum Past {
    /// This process alone.
    Own(Arc<dyn History>),
    /// The workers of any number of nodes: the log is in Kafka, history in ClickHouse.
    Shared(Arc<ClickHouseStreams>),
}

impl Past {
    /// Opens what the folder's notes name.
    fn open(folder: &Path, clock: &Arc<dyn Clock>, patience: &Patience) -> anyhow::Result<Self> {
        let Some(mut options) = crate::place::clickhouse(folder, clock)? else {
            return Ok(Self::Own(Arc::new(ParquetHistory::open(folder.join(HISTORY)).map_err(|error| explain(folder, error))?)));
        };
        let (runtime, is_shared) = (crate::place::runtime()?, crate::log::is_in_kafka(folder)?);
        if let Patience::Waits(snapshots) = patience {
            options.snapshots = Some(crate::place::snapshots(folder, snapshots)?);
        }
        // A log that is not there is made where history ends, which nobody knows while history is away.
        let waits = matches!(patience, Patience::Waits(_)) && (is_shared || crate::log::is_there(folder));
        Ok(match (is_shared, waits) {
            (true, true) => Self::Shared(Arc::new(ClickHouseStreams::begin(&options, runtime)?)),
            (true, false) => Self::Shared(Arc::new(ClickHouseStreams::open(&options, runtime)?)),
            (false, true) => Self::Own(Arc::new(ClickHouseHistory::begin(&options, runtime)?)),
            (false, false) => Self::Own(Arc::new(ClickHouseHistory::open(&options, runtime)?)),
        })
    }

    /// How much of the log it has.
    fn reached(&self) -> anyhow::Result<Position> {
        match self {
            Self::Own(history) => checkpoint::reached_by(history.as_ref()),
            Self::Shared(streams) => Ok(checkpoint::reached(&streams.committed())),
        }
    }

    /// Whether another version of the program wrote the engine's state in this folder's files.
    fn is_of_another_version(&self) -> anyhow::Result<bool> {
        let Self::Own(history) = self else { return Ok(false) };
        let (manifest, state) = (history.manifest(), history.engine_state()?);
        let Some(kept) = state.filter(|_| manifest.visible.is_none()) else { return Ok(false) };
        Ok(!Engine::knows(checkpoint::unpack(manifest.position, &kept)?.1))
    }

    /// An empty history in its place, which the log has everything for.
    fn anew(self, folder: &Path, clock: &Arc<dyn Clock>) -> anyhow::Result<Self> {
        drop(self);
        let aside = format!("{HISTORY}-until-{}", clock.now().as_millis());
        std::fs::rename(folder.join(HISTORY), folder.join(&aside))
            .with_context(|| format!("could not put {HISTORY} of {} aside", folder.display()))?;
        tracing::warn!(
            "another version of this program wrote the history, which is made again from the log; the old one lies in {aside} and can be deleted"
        );
        Self::open(folder, clock, &Patience::Ends)
    }

    /// Whether it lies in ClickHouse.
    pub(crate) fn is_remote(&self) -> bool {
        match self {
            Self::Own(history) => history.manifest().visible.is_some(),
            Self::Shared(..) => true,
        }
    }

    /// Whether it has said what it holds; what lies in the folder always has.
    fn is_connected(&self) -> bool {
        match self {
            Self::Own(history) => history.is_connected(),
            Self::Shared(streams) => streams.is_connected(),
        }
    }

    /// Compares it with its checksums, as far as they are ours.
    pub(crate) fn check(&self) -> Result<(), history::Error> {
        match self {
            Self::Own(history) => history.check(),
            Self::Shared(streams) => streams.check(),
        }
    }

    /// Says what is committed; it does not keep the folder open. Where others commit it asks, which takes a while.
    pub(crate) fn committed(&self) -> Box<dyn Fn() -> Option<Arc<Manifest>> + Send + Sync> {
        match self {
            Self::Own(history) => {
                let history = Arc::downgrade(history);
                Box::new(move || Some(history.upgrade()?.manifest()))
            }
            Self::Shared(streams) => {
                let streams = Arc::downgrade(streams);
                Box::new(move || Some(Arc::clone(&streams.upgrade()?.look().ok()?.manifest)))
            }
        }
    }

    /// Drops the rows of all days before one; it does not keep the folder open.
    pub(crate) fn retain(&self) -> Retain {
        match self {
            Self::Own(history) => {
                let history = Arc::downgrade(history);
                Arc::new(move |day| history.upgrade().map_or(Ok(()), |open| open.retain(day).map(drop)))
            }
            Self::Shared(streams) => {
                let streams = Arc::downgrade(streams);
                Arc::new(move |day| streams.upgrade().map_or(Ok(()), |open| open.retain(day)))
            }
        }
    }

    /// History in this data folder, where its files may be damaged; it does not keep the folder open.
    pub(crate) fn files(&self) -> Weak<dyn History> {
        match self {
            Self::Own(history) => Arc::downgrade(history),
            Self::Shared(..) => Weak::<ParquetHistory>::new(),
        }
    }
}

impl Data {
    /// Opens the folder of a command that asks: it must hold data already.
    pub(crate) fn open_existing(folder: &Path, clock: &Arc<dyn Clock>) -> anyhow::Result<Self> {
        ensure!(folder.is_dir(), "there is no data folder {}", folder.display());
        let known = [HISTORY, "log", crate::log::NOTE, crate::place::NOTE].iter().any(|name| folder.join(name).exists());
        ensure!(known, "there is no data in the folder {}; `callboard serve` and `callboard import` put some there", folder.display());
        Self::open(folder, clock, &Patience::Ends)
    }

    /// Opens or makes the folder, and the log that it works on.
    pub(crate) fn open(folder: &Path, clock: &Arc<dyn Clock>, patience: &Patience) -> anyhow::Result<Self> {
        // The whole path: queries look files up by it, and errors show where they lie.
        let folder = &make(folder)?;
        let mut past = Past::open(folder, clock, patience)?;
        let mut reached = past.reached()?;
        let (opened, log_failed) = crate::log::open(folder, &reached, clock)?;
        let log = Arc::clone(&opened.log);
        let begins = log.start()?;
        if begins.total() == 0 && past.is_of_another_version()? {
            past = past.anew(folder, clock)?;
            reached = Position::default();
        }
        if past.is_remote() && past.is_connected() {
            checkpoint::fits(&reached, log.as_ref())?;
        }
        let intake = Intake::new(Arc::clone(&log), Arc::clone(clock), intake::Options::default());
        Ok(Self {
            log,
            past,
            history_folder: folder.join(HISTORY),
            commit_every_ms: COMMIT_MS,
            intake,
            telemetry: Arc::new(Telemetry::new()),
            opened,
            log_failed,
        })
    }

    /// What a fold of the whole log into `history` works on.
    pub(crate) fn parts(&self, history: Arc<dyn History>, settings: SettingsNow, clock: &Arc<dyn Clock>) -> Parts {
        Parts {
            log: Arc::clone(&self.log),
            history,
            history_folder: self.history_folder.clone(),
            records: Arc::new(LogRecords(Arc::clone(&self.log))),
            clock: Arc::clone(clock),
            settings,
            commit_every_ms: self.commit_every_ms,
            keeps_gaps: true,
            telemetry: Arc::clone(&self.telemetry),
        }
    }

    /// What nodes share of a history that they share.
    pub(crate) fn shared(&self, settings: SettingsNow, clock: &Arc<dyn Clock>) -> Option<Shared> {
        let (Past::Shared(streams), Some(kafka)) = (&self.past, self.opened.kafka()) else { return None };
        Some(Shared {
            kafka: kafka.clone(),
            streams: Arc::clone(streams),
            settings,
            clock: Arc::clone(clock),
            commit_every_ms: self.commit_every_ms,
            telemetry: Arc::clone(&self.telemetry),
        })
    }

    /// Everything up to the log's end, for a command that asks. History of one's own takes in what is closed.
    pub(crate) fn view(&self, settings: SettingsNow, clock: &Arc<dyn Clock>) -> anyhow::Result<View> {
        match self.shared(settings.clone(), clock) {
            Some(shared) => follower::view(&shared.followed()),
            None => self.settled(settings, clock, |_| {}),
        }
    }

    /// Everything up to the log's end, with all that is closed in history. The workers of a shared history rest meanwhile.
    pub(crate) fn settled(&self, settings: SettingsNow, clock: &Arc<dyn Clock>, mut progress: impl FnMut(u64)) -> anyhow::Result<View> {
        if let Past::Own(history) = &self.past {
            let mut fold = Fold::open(self.parts(Arc::clone(history), settings, clock))?;
            fold.run_to_end(progress)?;
            return Ok(fold.into_view());
        }
        let shared = self.shared(settings, clock).context("history is shared by nodes, but the log is not in Kafka")?;
        let mut done = 0;
        for partition in 0..self.log.end()?.partitions() {
            let mut fold = Fold::open(shared.partition(partition)?)?;
            fold.run_to_end(|position| progress(done + position))?;
            done += fold.position();
        }
        follower::view(&shared.followed())
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
pub(crate) fn damage_behind(history: &Weak<dyn History>, error: &callboard_sql::Error) -> Option<history::Error> {
    if error.is_users() { None } else { history.upgrade()?.check().err() }
}

/// Replaces a small file; after a crash the old one or the new one is there.
pub(crate) fn replace(path: &Path, text: &[u8]) -> std::io::Result<()> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let draft = path.with_extension("new");
    std::fs::write(&draft, text)?;
    std::fs::rename(&draft, path)
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
