//! Where history lies: Parquet files in the data folder, or ClickHouse.
//!
//! A folder whose history went to ClickHouse says so in `history.toml`, so that every command finds it and none
//! begins a second history beside it.

use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, LazyLock};

use anyhow::{Context, anyhow};
use callboard_domain::Clock;
use callboard_objects::Objects;
use callboard_store::Snapshots;
use callboard_store::history::clickhouse::Options;
use url::Url;

use crate::config::{HistoryConfig, SnapshotsConfig};
use crate::data;

/// Says where the history of a data folder lies.
pub(crate) const NOTE: &str = "history.toml";
/// The folder of snapshots in a data folder.
const SNAPSHOTS: &str = "snapshots";

/// Notes in the data folder where the configuration puts history; one that says nothing changes nothing.
/// `shared` is the name that all nodes have for their log.
pub(crate) fn note(folder: &Path, config: &HistoryConfig, shared: Option<String>, clock: &Arc<dyn Clock>) -> anyhow::Result<()> {
    if config.clickhouse.is_none() {
        return Ok(());
    }
    let before = noted(folder)?;
    let mut place = config.clone();
    if place.stream.is_none() {
        let known = before.as_ref().and_then(|b| b.stream.clone());
        place.stream = known.or(shared).or_else(|| Some(format!("log-{}-{}", clock.now().as_millis(), std::process::id())));
    }
    if before.as_ref() == Some(&place) {
        return Ok(());
    }
    let text = toml::to_string(&place).context("could not write down where history lies")?;
    let note = folder.join(NOTE);
    data::replace(&note, text.as_bytes()).with_context(|| format!("could not write {}", note.display()))
}

/// What is noted in the folder.
fn noted(folder: &Path) -> anyhow::Result<Option<HistoryConfig>> {
    let note = folder.join(NOTE);
    match std::fs::read_to_string(&note) {
        Ok(text) => toml::from_str(&text).map(Some).with_context(|| format!("could not understand {}", note.display())),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error).with_context(|| format!("could not read {}", note.display())),
    }
}

/// How to reach the history of a data folder in ClickHouse; none where it lies in the folder.
pub(crate) fn clickhouse(folder: &Path, clock: &Arc<dyn Clock>) -> anyhow::Result<Option<Options>> {
    let place = noted(folder)?.unwrap_or_default();
    let (Some(url), Some(stream)) = (place.clickhouse, place.stream) else { return Ok(None) };
    let mut options = Options::new(url, stream, writer(clock));
    if let Some(name) = &place.password_env {
        options.password =
            Some(std::env::var(name).map_err(|_| anyhow!("the environment variable {name}, which holds ClickHouse's password, is not set"))?);
    }
    options.ca = place.ca;
    options.database = place.database;
    options.user = place.user;
    options.cluster = place.cluster;
    options.keep_days = place.keep_days;
    Ok(Some(options))
}

/// A writer's name that no other has.
pub(crate) fn writer(clock: &Arc<dyn Clock>) -> String {
    static WRITERS: AtomicU64 = AtomicU64::new(0);
    format!("{}-{}-{}", std::process::id(), clock.now().as_millis(), WRITERS.fetch_add(1, Ordering::Relaxed))
}

/// Where snapshots are kept: the place configured, else the data folder.
pub(crate) fn snapshots(folder: &Path, config: &SnapshotsConfig) -> anyhow::Result<Snapshots> {
    let here = || Url::from_directory_path(folder.join(SNAPSHOTS)).map(String::from);
    let url = match &config.url {
        Some(url) => url.clone(),
        None => here().map_err(|()| anyhow!("could not keep snapshots in {}", folder.display()))?,
    };
    let objects = Objects::open(&url, &config.s3, |name| std::env::var(name).ok())?;
    Ok(Snapshots::new(objects, runtime()?))
}

/// Where history's network work is done.
pub(crate) fn runtime() -> anyhow::Result<tokio::runtime::Handle> {
    // Fails when it could not be made; the reason is kept, since a static is made once.
    let runtime = RUNTIME.as_ref().map_err(|error| anyhow!("could not start the threads for ClickHouse: {error}"))?;
    Ok(runtime.handle().clone())
}

/// History's network work, apart from what serves screens; it lives as long as the process, so nothing drops it in the
/// middle of a task.
static RUNTIME: LazyLock<std::io::Result<tokio::runtime::Runtime>> =
    LazyLock::new(|| tokio::runtime::Builder::new_multi_thread().worker_threads(1).thread_name("clickhouse").enable_all().build());
