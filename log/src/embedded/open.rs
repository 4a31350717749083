//! Opening a log and checking that nothing acknowledged is missing.
//!
//! Heads must follow one another without a hole, the last blocks must open, and the end must reach what was
//! acknowledged and what history has committed. Older blocks are checked when they are read. A log that was moved
//! away altogether begins anew where history ends.

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex, OnceLock, RwLock};

use fjall::config::CompressionPolicy;
use fjall::{CompressionType, Database, Keyspace, KeyspaceCreateOptions, PersistMode};
use tokio::sync::watch;

use super::Options;
use super::cache::Cache;
use super::index::Index;
use super::marker::Marker;
use super::store::Store;
use crate::error::EngineError;
use crate::{Error, block};

/// Blocks at the end that are opened at start: what a torn disk spoils first.
const CHECKED_BLOCKS: usize = 16;
/// The database's folder and the marker's file, below the log's folder.
const DATABASE: &str = "fjall";
const MARKER: &str = "end";
/// The key under which retention notes the first offset left.
pub(super) const START: &[u8] = b"start";

pub(super) fn open(options: &Options) -> Result<(Store, Marker), Error> {
    let path: Arc<Path> = options.path.as_path().into();
    // Moved away, or never there; a folder that is merely damaged still has these.
    let is_new = !path.join(DATABASE).exists() && !path.join(MARKER).exists();
    fs::create_dir_all(&path).map_err(|e| Error::File { doing: "make the folder", path: path.to_path_buf(), source: Arc::new(e) })?;
    // The database asserts while it reads a damaged journal; that is damage too, not a reason to fall over.
    let opened = catch_unwind(AssertUnwindSafe(|| database(&path.join(DATABASE))));
    let (db, blocks, heads, rejected, meta) = match opened {
        Ok(Ok(opened)) => opened,
        Ok(Err(fjall::Error::Locked)) => return Err(Error::Locked { path: path.to_path_buf() }),
        Ok(Err(e)) => return Err(open_error(&path, e)),
        Err(_) => {
            let what = "the database's journal cannot be read".to_owned();
            return Err(Error::Damaged { path: path.to_path_buf(), offset: 0, what });
        }
    };
    let (marker, acknowledged) = Marker::open(path.join(MARKER))?;
    let store = Store {
        db,
        blocks,
        heads,
        rejected,
        meta,
        index: RwLock::default(),
        cache: Mutex::new(Cache::new(options.cache_bytes)),
        commit: Mutex::new(()),
        end: watch::channel(0).0,
        last_rejected: AtomicU64::new(0),
        failure: OnceLock::new(),
        path,
    };
    if let (true, Some(position @ 1..)) = (is_new, options.must_reach) {
        begin_at(&store, position)?;
    }
    let index = walk(&store)?;
    reaches(&store, &index, acknowledged, options.must_reach)?;
    let last_rejected = store.rejected.last_key_value().map(|item| item.key().map_err(|e| store.read_error(0, e))).transpose()?;
    let last_rejected = last_rejected.map_or(Ok(0), |key| block::offset(&key).map_err(|f| block::fault(&store.path, 0, f)))?;
    store.end.send_replace(index.end());
    for entry in index.entries().iter().rev().take(CHECKED_BLOCKS) {
        if store.load(entry)?.is_none() {
            let what = "the block is missing".to_owned();
            return Err(Error::Damaged { path: store.path.to_path_buf(), offset: entry.first, what });
        }
    }
    Ok((Store { index: RwLock::new(index), last_rejected: AtomicU64::new(last_rejected), ..store }, marker))
}

fn database(path: &Path) -> fjall::Result<(Database, Keyspace, Keyspace, Keyspace, Keyspace)> {
    let db = Database::builder(path)
        .cache_size(16 * 1024 * 1024)
        .worker_threads(2)
        .max_journaling_size(256 * 1024 * 1024)
        .manual_journal_persist(true)
        .journal_compression(CompressionType::None)
        .open()?;
    let large = || {
        KeyspaceCreateOptions::default()
            .expect_point_read_hits(true)
            .max_memtable_size(32 * 1024 * 1024)
            .data_block_compression_policy(CompressionPolicy::all(CompressionType::None))
    };
    let small = || KeyspaceCreateOptions::default().max_memtable_size(4 * 1024 * 1024);
    let blocks = db.keyspace("blocks", large)?;
    let heads = db.keyspace("heads", small)?;
    let rejected = db.keyspace("rejected", small)?;
    let meta = db.keyspace("meta", small)?;
    Ok((db, blocks, heads, rejected, meta))
}

/// A log that begins where history ends: what came before was moved away, and offsets go on.
fn begin_at(store: &Store, position: u64) -> Result<(), Error> {
    let mut batch = store.db.batch().durability(Some(PersistMode::SyncAll));
    batch.insert(&store.meta, START, block::key(position));
    batch.commit().map_err(|e| store.write_error(e))?;
    tracing::warn!(
        "the log {} is missing and begins anew at offset {position}, where history ends; events that came after and were moved away with it are in no figure",
        store.path.display()
    );
    Ok(())
}

/// Why the database did not open: what the system refuses says so itself, everything else is damage.
fn open_error(path: &Path, error: fjall::Error) -> Error {
    let path = path.to_path_buf();
    match error {
        fjall::Error::Io(e) | fjall::Error::Storage(fjall::LsmError::Io(e)) if e.kind() == std::io::ErrorKind::StorageFull => Error::Full { path },
        fjall::Error::Io(e) | fjall::Error::Storage(fjall::LsmError::Io(e))
            if matches!(e.kind(), std::io::ErrorKind::PermissionDenied | std::io::ErrorKind::ReadOnlyFilesystem) =>
        {
            Error::File { doing: "open the log", path, source: Arc::new(e) }
        }
        error => Error::Open { path, source: Arc::new(EngineError(error)) },
    }
}

/// Reads every head; a hole between two blocks is an error.
fn walk(store: &Store) -> Result<Index, Error> {
    let start = store.meta.get(START).map_err(|e| store.read_error(0, e))?;
    let start = start.map_or(Ok(0), |v| block::offset(&v).map_err(|f| block::fault(&store.path, 0, f)))?;
    let mut index = Index::starting_at(start);
    for item in store.heads.iter() {
        let (key, value) = item.into_inner().map_err(|e| store.read_error(index.end(), e))?;
        let (first, head) = store.decode_head(&key, &value)?;
        if first != index.end() {
            let what = format!("the next block begins at {first}");
            return Err(Error::Damaged { path: store.path.to_path_buf(), offset: index.end(), what });
        }
        index.push(first, head);
    }
    Ok(index)
}

fn reaches(store: &Store, index: &Index, acknowledged: u64, must_reach: Option<u64>) -> Result<(), Error> {
    let end = index.end();
    let short = |what: String| Err(Error::Damaged { path: store.path.to_path_buf(), offset: end, what });
    if end < acknowledged {
        return short(format!("the log ends here, but events up to {acknowledged} were acknowledged"));
    }
    match must_reach {
        Some(position) if end < position => short(format!("the log ends here, but history has committed events up to {position}")),
        _ => Ok(()),
    }
}
