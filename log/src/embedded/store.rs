//! What the writer and the readers share: the database, the index of blocks and the cache.

use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, RwLock, RwLockReadGuard};

use fjall::{Database, Keyspace};
use tokio::sync::watch;

use super::cache::Cache;
use super::index::{Entry, Index};
use crate::block::{self, Head};
use crate::error::EngineError;
use crate::{Block, Error, Rejected};

/// The open log.
pub(super) struct Store {
    pub path: Arc<Path>,
    pub db: Database,
    /// First offset → head and compressed lines.
    pub blocks: Keyspace,
    /// First offset → head alone, so that opening reads no lines.
    pub heads: Keyspace,
    /// Number → refused line.
    pub rejected: Keyspace,
    /// `start` → first offset that retention has left.
    pub meta: Keyspace,
    pub index: RwLock<Index>,
    pub cache: Mutex<Cache>,
    /// Held while a commit and the index's change belong together; a reader that missed a block waits here.
    pub commit: Mutex<()>,
    pub end: watch::Sender<u64>,
    pub last_rejected: AtomicU64,
    /// Why the writer stopped, when it was not asked to.
    pub failure: OnceLock<Error>,
}

impl Store {
    pub(super) fn index(&self) -> RwLockReadGuard<'_, Index> {
        self.index.read().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn cache(&self) -> MutexGuard<'_, Cache> {
        self.cache.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn commit_gate(&self) -> MutexGuard<'_, ()> {
        self.commit.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What an append gets when nobody is there to do it.
    pub(super) fn stopped(&self) -> Error {
        self.failure.get().cloned().unwrap_or_else(|| Error::Stopped { path: self.path.to_path_buf() })
    }

    /// Notes why the writer stops; every waiter and every later append gets it.
    pub(super) fn fail(&self, error: Error) -> Error {
        self.failure.get_or_init(|| error).clone()
    }

    /// A failed commit.
    pub(super) fn write_error(&self, source: fjall::Error) -> Error {
        let path = self.path.to_path_buf();
        let source = match source {
            fjall::Error::Poisoned => fjall::Error::Io(std::io::Error::other("an earlier write in the background failed; the disk may be full")),
            source => source,
        };
        self.fail(if is_full(&source) { Error::Full { path } } else { Error::Write { path, source: Arc::new(EngineError(source)) } })
    }

    pub(super) fn watch(&self) -> watch::Receiver<u64> {
        self.end.subscribe()
    }

    pub(super) fn read(&self, from: u64, max_events: usize) -> Result<Option<Block>, Error> {
        if let Some(block) = self.cache().find(from) {
            return Ok(Some(block.part(from, max_events)));
        }
        let Some(entry) = self.locate(from)? else { return Ok(None) };
        let block = match self.load(&entry)? {
            Some(block) => block,
            None => self.reload(from)?,
        };
        self.cache().opened(block.clone());
        Ok(Some(block.part(from, max_events)))
    }

    fn locate(&self, from: u64) -> Result<Option<Entry>, Error> {
        let index = self.index();
        let start = index.start();
        if from < start {
            return Err(Error::Gone { from, start });
        }
        Ok(index.find(from))
    }

    /// Opens a block; none when it is not there.
    pub(super) fn load(&self, entry: &Entry) -> Result<Option<Block>, Error> {
        if let Some(block) = self.cache().find(entry.first).filter(|b| b.first() == entry.first && b.end() >= entry.end()) {
            return Ok(Some(block));
        }
        let value = self.blocks.get(block::key(entry.first)).map_err(|e| self.read_error(entry.first, e))?;
        let Some(value) = value else { return Ok(None) };
        let (_, block) = block::open(entry.first, &value).map_err(|f| block::fault(&self.path, entry.first, f))?;
        Ok(Some(block).filter(|b| b.end() >= entry.end()))
    }

    /// A block that the writer was just putting together with its neighbours is found after that commit; one
    /// that is still missing then is lost.
    fn reload(&self, from: u64) -> Result<Block, Error> {
        let _settled = self.commit_gate();
        let missing = || Error::Damaged { path: self.path.to_path_buf(), offset: from, what: "the block is missing".to_owned() };
        let entry = self.locate(from)?.ok_or_else(missing)?;
        self.load(&entry)?.ok_or_else(missing)
    }

    /// A failed read: of the system, which may pass, or of the database's own checks, which does not.
    pub(super) fn read_error(&self, offset: u64, source: fjall::Error) -> Error {
        let path = self.path.to_path_buf();
        match source {
            fjall::Error::Io(_) | fjall::Error::Storage(fjall::LsmError::Io(_)) => {
                Error::Read { path, offset, source: Arc::new(EngineError(source)) }
            }
            damage => Error::Damaged { path, offset, what: damage.to_string() },
        }
    }

    pub(super) fn rejected_count(&self) -> u64 {
        self.last_rejected.load(Ordering::Acquire)
    }

    pub(super) fn rejected(&self, from: u64, max: usize) -> Result<Vec<Rejected>, Error> {
        let mut out = Vec::new();
        for item in self.rejected.range(block::key(from)..).take(max) {
            let (key, value) = item.into_inner().map_err(|e| self.read_error(from, e))?;
            let number = block::offset(&key).map_err(|f| block::fault(&self.path, from, f))?;
            let damaged = || Error::Damaged { path: self.path.to_path_buf(), offset: number, what: "a rejected line cannot be read".to_owned() };
            out.push(Rejected::decode(number, &value).ok_or_else(damaged)?);
        }
        Ok(out)
    }

    /// The head that the store holds for an offset, decoded.
    pub(super) fn decode_head(&self, key: &[u8], value: &[u8]) -> Result<(u64, Head), Error> {
        let first = block::offset(key).map_err(|f| block::fault(&self.path, 0, f))?;
        let head = Head::decode(value).map_err(|f| block::fault(&self.path, first, f))?;
        Ok((first, head))
    }
}

fn is_full(error: &fjall::Error) -> bool {
    match error {
        fjall::Error::Io(e) | fjall::Error::Storage(fjall::LsmError::Io(e)) => e.kind() == std::io::ErrorKind::StorageFull,
        _ => false,
    }
}
