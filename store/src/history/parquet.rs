//! History as Parquet files: `<table>/day=YYYY-MM-DD/<number>.parquet`, readable by any tool, and one manifest.
//!
//! New files are written, synced and named before the manifest is replaced by one rename; what no manifest names
//! is removed at the next start. One process at a time: a lock file sees to it.

mod check;
mod write;

use std::collections::BTreeMap;
use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use arrow::array::RecordBatch;

use super::find::Search;
use super::hide::Amended;
use super::{Commit, DataFile, Day, Disk, Error, History, LocalDisk, Manifest, Sought, cut, encode, merge};
use crate::Table;
use write::Writing;

/// Name of the manifest.
const MANIFEST: &str = "manifest.json";
/// Files of at most this many bytes are put together with their neighbours.
const SMALL_BYTES: u64 = 16 * 1024 * 1024;
/// A day with this many small files should be compacted.
const MANY_FILES: usize = 8;
/// A finished day is compacted down to one small file.
const FINISHED_FILES: usize = 2;
/// One hidden row in this many makes a file worth writing anew.
const HIDDEN_SHARE: u64 = 20;

/// History in a folder.
pub struct ParquetHistory {
    folder: PathBuf,
    disk: Arc<dyn Disk>,
    current: Mutex<Arc<Manifest>>,
    work: Mutex<Work>,
    /// Number of the next file; a number is never used twice.
    next_file: AtomicU64,
    // Closing the file gives the lock back.
    _lock: File,
}

/// What only the one who commits touches.
#[derive(Debug, Default)]
struct Work {
    /// Set by a disk error after which nobody knows what the disk holds.
    broken: bool,
    /// Manifests that readers may still hold.
    past: Vec<(u64, Weak<Manifest>)>,
    /// Files that no manifest from this number on names.
    garbage: Vec<(u64, String)>,
}

impl ParquetHistory {
    /// Opens or makes the history in `folder`.
    ///
    /// # Errors
    /// When another process uses it, a newer version wrote it, or the manifest or a file that it names is damaged.
    pub fn open(folder: impl Into<PathBuf>) -> Result<Self, Error> {
        Self::open_on(folder, Arc::new(LocalDisk))
    }

    /// `open` on another disk; the lock file is always the machine's.
    ///
    /// # Errors
    /// As `open`.
    pub fn open_on(folder: impl Into<PathBuf>, disk: Arc<dyn Disk>) -> Result<Self, Error> {
        let folder = folder.into();
        std::fs::create_dir_all(&folder).map_err(|e| Error::disk("make the folder", &folder, e))?;
        let lock = lock(&folder)?;
        let manifest = check::open(&folder, &*disk)?;
        let next_file = AtomicU64::new(manifest.next_file);
        Ok(Self { folder, disk, current: Mutex::new(Arc::new(manifest)), work: Mutex::default(), next_file, _lock: lock })
    }

    /// The folder below which the manifest's paths lie.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Rows of one file that a reader sees, checked against its checksum.
    ///
    /// # Errors
    /// When the file is missing or damaged.
    pub fn read(&self, table: Table, file: &DataFile) -> Result<RecordBatch, Error> {
        self.decode(table, file, None, &file.hidden)
    }

    fn decode(&self, table: Table, file: &DataFile, columns: Option<&[&str]>, hidden: &[u32]) -> Result<RecordBatch, Error> {
        let bytes = check::read(&self.folder, &*self.disk, &file.path, file.bytes, file.xxh3)?;
        encode::decode(bytes, &table.schema(), columns, hidden)
            .map_err(|e| Error::Damaged { path: self.folder.join(&file.path), what: e.to_string() })
    }

    fn begin(&self) -> Result<MutexGuard<'_, Work>, Error> {
        let work = self.work.lock().unwrap_or_else(PoisonError::into_inner);
        if work.broken { Err(Error::Broken { path: self.folder.clone() }) } else { Ok(work) }
    }

    fn writing(&self) -> Writing<'_> {
        Writing::new(&self.folder, &*self.disk, &self.next_file)
    }

    /// After a failure: either what was written goes, or this handle takes no more.
    fn failed(&self, work: Option<&mut Work>, writing: &Writing<'_>, error: Error) -> Error {
        if matches!(error, Error::Unsure { .. }) {
            work.map_or_else(|| self.work.lock().unwrap_or_else(PoisonError::into_inner).broken = true, |work| work.broken = true);
        } else {
            writing.undo();
        }
        error
    }

    /// Replaces the manifest: `change` fills in the next one and tells which files it no longer names.
    fn change(
        &self,
        work: &mut Work,
        mut writing: Writing<'_>,
        change: impl FnOnce(&mut Manifest, &mut Writing<'_>) -> Result<Vec<String>, Error>,
    ) -> Result<Arc<Manifest>, Error> {
        let old = self.manifest();
        let mut next = Manifest { number: old.number + 1, ..(*old).clone() };
        let done = change(&mut next, &mut writing).and_then(|gone| writing.publish(&mut next).map(|()| gone));
        let gone = done.map_err(|error| self.failed(Some(work), &writing, error))?;
        let next = Arc::new(next);
        work.past.push((old.number, Arc::downgrade(&old)));
        drop(old);
        *self.current.lock().unwrap_or_else(PoisonError::into_inner) = Arc::clone(&next);
        work.garbage.extend(gone.into_iter().map(|path| (next.number, path)));
        self.sweep(work, next.number);
        Ok(next)
    }

    /// Removes files that no manifest in anyone's hands names.
    fn sweep(&self, work: &mut Work, newest: u64) {
        work.past.retain(|(_, manifest)| manifest.strong_count() > 0);
        let oldest = work.past.iter().map(|(number, _)| *number).min().unwrap_or(newest);
        work.garbage.retain(|(from, path)| {
            if *from > oldest {
                return true;
            }
            if let Err(error) = self.disk.remove(&self.folder.join(path)) {
                // The next start removes it.
                tracing::warn!(path, %error, "could not remove a history file that is no longer needed");
            }
            false
        });
    }

    /// Marks the stored rows that `rows` replace.
    fn hide(&self, next: &mut Manifest, table: Table, rows: &RecordBatch) -> Result<(), Error> {
        let wrong = |source| Error::Rows { table: table.name(), source };
        let Some(mut amended) = Amended::of(table, rows).map_err(wrong)? else { return Ok(()) };
        let Some(files) = next.files.get_mut(&table) else { return Ok(()) };
        for i in amended.order(files) {
            if amended.is_done() {
                break;
            }
            let Some(file) = files.get_mut(i) else { continue };
            let stored = self.decode(table, file, Some(&amended.columns()), &[])?;
            amended.hide(&mut file.hidden, &stored).map_err(wrong)?;
        }
        Ok(())
    }
}

impl History for ParquetHistory {
    fn commit(&self, commit: Commit) -> Result<Arc<Manifest>, Error> {
        let mut work = self.begin()?;
        let stored = self.manifest().position;
        if commit.position <= stored {
            return Err(Error::Stale { position: commit.position, stored });
        }
        let mut tables: BTreeMap<Table, Vec<RecordBatch>> = BTreeMap::new();
        for (table, batch) in commit.batches {
            if !Table::STORED.contains(&table) {
                return Err(Error::NotStored { table: table.name() });
            }
            tables.entry(table).or_default().push(batch);
        }
        self.change(&mut work, self.writing(), |next, writing| {
            for (table, batches) in tables {
                let wrong = |source| Error::Rows { table: table.name(), source };
                let rows = cut::gather(table, &batches).and_then(|rows| merge::merge(table, rows)).map_err(wrong)?;
                self.hide(next, table, &rows)?;
                let rows = cut::remaining(rows).map_err(wrong)?;
                next.add(table, writing.rows(table, &rows)?);
            }
            let old = writing.state(next, &commit.engine_state)?;
            next.position = commit.position;
            next.committed_at = commit.at;
            Ok(old.into_iter().collect())
        })
    }

    fn manifest(&self) -> Arc<Manifest> {
        Arc::clone(&self.current.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn find(&self, table: Table, sought: &[Sought]) -> Result<Vec<RecordBatch>, Error> {
        let wrong = |source| Error::Rows { table: table.name(), source };
        let manifest = self.manifest();
        let mut search = Search::of(table, sought);
        let mut found = Vec::new();
        for file in manifest.files_of(table).iter().rev() {
            if search.is_done() {
                break;
            }
            // The key's columns first: most files hold nothing that is sought.
            if search.concerns(file)
                && search.matches(&self.decode(table, file, Some(&search.columns()), &file.hidden)?).map_err(wrong)?.true_count() > 0
            {
                found.push(search.take(&self.decode(table, file, None, &file.hidden)?).map_err(wrong)?);
            }
        }
        Ok(found)
    }

    fn engine_state(&self) -> Result<Option<Vec<u8>>, Error> {
        let manifest = self.manifest();
        let Some(state) = &manifest.engine_state else { return Ok(None) };
        check::read(&self.folder, &*self.disk, &state.path, state.bytes, state.xxh3).map(Some)
    }

    fn check(&self) -> Result<(), Error> {
        let manifest = self.manifest();
        for file in manifest.files.values().flatten() {
            check::read(&self.folder, &*self.disk, &file.path, file.bytes, file.xxh3)?;
        }
        self.engine_state().map(|_| ())
    }

    fn should_compact(&self) -> Option<(Table, Day)> {
        let manifest = self.manifest();
        let newest = manifest.files.values().flatten().map(|f| f.day).max()?;
        let mut worst: Option<(usize, Table, Day)> = None;
        for (table, files) in &manifest.files {
            for day in files.chunk_by(|a, b| a.day == b.day) {
                let Some(first) = day.first() else { continue };
                let small = day.iter().filter(|f| f.bytes <= SMALL_BYTES).count();
                let wanted = small >= if first.day < newest { FINISHED_FILES } else { MANY_FILES };
                if (wanted || day.iter().any(is_sparse)) && worst.is_none_or(|(count, ..)| small > count) {
                    worst = Some((small, *table, first.day));
                }
            }
        }
        worst.map(|(_, table, day)| (table, day))
    }

    fn compact(&self, table: Table, day: Day) -> Result<Arc<Manifest>, Error> {
        let chosen = |f: &&DataFile| f.day == day && (f.bytes <= SMALL_BYTES || !f.hidden.is_empty());
        let before = self.manifest();
        let old: Vec<DataFile> = before.files_of(table).iter().filter(chosen).cloned().collect();
        if old.len() < 2 && old.iter().all(|f| f.hidden.is_empty()) {
            return Ok(before);
        }
        // Read and written without the lock, so that a commit does not wait for it.
        let batches = old.iter().map(|file| self.read(table, file)).collect::<Result<Vec<_>, _>>()?;
        let wrong = |source| Error::Rows { table: table.name(), source };
        let rows = cut::gather(table, &batches).and_then(|rows| merge::merge(table, rows)).map_err(wrong)?;
        drop((batches, before));
        let mut writing = self.writing();
        let new = writing.rows(table, &rows).map_err(|error| self.failed(None, &writing, error))?;
        let mut work = self.begin()?;
        let present = self.manifest();
        if !old.iter().all(|f| present.files_of(table).contains(f)) {
            // A commit has replaced a row of these files meanwhile; the day is still due and comes again.
            writing.undo();
            return Ok(present);
        }
        drop(present);
        self.change(&mut work, writing, |next, _| {
            next.files.entry(table).or_default().retain(|f| !old.contains(f));
            next.add(table, new);
            Ok(old.iter().map(|f| f.path.clone()).collect())
        })
    }

    fn retain(&self, day: Day) -> Result<Arc<Manifest>, Error> {
        let mut work = self.begin()?;
        let manifest = self.manifest();
        let gone: Vec<String> = manifest.files.values().flatten().filter(|f| f.day < day).map(|f| f.path.clone()).collect();
        if gone.is_empty() {
            return Ok(manifest);
        }
        self.change(&mut work, self.writing(), |next, _| {
            next.files.values_mut().for_each(|files| files.retain(|f| f.day >= day));
            Ok(gone)
        })
    }
}

fn is_sparse(file: &DataFile) -> bool {
    file.hidden.len() as u64 * HIDDEN_SHARE > file.rows
}

fn lock(folder: &Path) -> Result<File, Error> {
    let path = folder.join("lock");
    let file = File::options().create(true).truncate(false).write(true).open(&path).map_err(|e| Error::disk("open", &path, e))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(Error::Locked { path: folder.to_path_buf() }),
        Err(TryLockError::Error(e)) => Err(Error::disk("lock", &path, e)),
    }
}

#[cfg(test)]
mod tests;
