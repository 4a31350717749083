//! The files of one change: written beside their names, synced, named, and at last made history by the manifest.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use arrow::array::RecordBatch;
use xxhash_rust::xxh3::xxh3_64;

use super::super::manifest::StateFile;
use super::super::{DataFile, Disk, Error, Manifest, cut, encode};
use super::MANIFEST;
use crate::Table;

/// A change that is being written.
pub(super) struct Writing<'a> {
    folder: &'a Path,
    disk: &'a dyn Disk,
    next_file: &'a AtomicU64,
    made: Vec<PathBuf>,
    folders: BTreeSet<PathBuf>,
}

impl<'a> Writing<'a> {
    /// `next_file` gives every file of this process its number.
    pub(super) fn new(folder: &'a Path, disk: &'a dyn Disk, next_file: &'a AtomicU64) -> Self {
        Self { folder, disk, next_file, made: Vec::new(), folders: BTreeSet::new() }
    }

    /// Writes rows, one file a day.
    pub(super) fn rows(&mut self, table: Table, rows: &RecordBatch) -> Result<Vec<DataFile>, Error> {
        let mut files = Vec::new();
        let wrong = |source| Error::Rows { table: table.name(), source };
        for slice in cut::by_day(table, rows).map_err(wrong)? {
            let bytes = encode::encode(&slice.rows).map_err(|e| wrong(e.into()))?;
            let path = self.new_path(&format!("{}/day={}", table.name(), slice.day), "parquet");
            self.file(&path, &bytes)?;
            files.push(DataFile {
                path,
                day: slice.day,
                rows: slice.rows.num_rows() as u64,
                bytes: bytes.len() as u64,
                min_at: slice.min_at,
                max_at: slice.max_at,
                xxh3: xxh3_64(&bytes),
                hidden: Vec::new(),
            });
        }
        Ok(files)
    }

    /// Writes the engine's state and gives the path of the one that it replaces.
    pub(super) fn state(&mut self, next: &mut Manifest, state: &[u8]) -> Result<Option<String>, Error> {
        let path = self.new_path("engine", "state");
        self.file(&path, state)?;
        let state = StateFile { path, bytes: state.len() as u64, xxh3: xxh3_64(state) };
        Ok(next.engine_state.replace(state).map(|old| old.path))
    }

    fn new_path(&self, folder: &str, extension: &str) -> String {
        format!("{folder}/{:08}.{extension}", self.next_file.fetch_add(1, Ordering::Relaxed))
    }

    fn file(&mut self, path: &str, bytes: &[u8]) -> Result<(), Error> {
        let path = self.folder.join(path);
        let parents = path.ancestors().skip(1).take_while(|p| *p != self.folder).map(Path::to_path_buf);
        self.folders.extend(parents);
        if let Some(parent) = path.parent() {
            self.disk.make_folder(parent).map_err(|e| Error::disk("make the folder", parent, e))?;
        }
        self.place(&path, bytes)
    }

    fn place(&mut self, path: &Path, bytes: &[u8]) -> Result<(), Error> {
        let mut beside = path.as_os_str().to_owned();
        beside.push(".tmp");
        let beside = PathBuf::from(beside);
        self.made.push(beside.clone());
        self.disk.write(&beside, bytes).map_err(|e| Error::disk("write", &beside, e))?;
        self.disk.sync(&beside).map_err(|source| Error::Unsure { path: beside.clone(), source })?;
        self.disk.rename(&beside, path).map_err(|e| Error::disk("rename", &beside, e))?;
        self.made.pop();
        self.made.push(path.to_path_buf());
        Ok(())
    }

    /// Makes everything written durable and then history.
    pub(super) fn publish(&mut self, next: &mut Manifest) -> Result<(), Error> {
        next.next_file = self.next_file.load(Ordering::Relaxed);
        let path = self.folder.join(MANIFEST);
        for folder in self.folders.iter().map(PathBuf::as_path).chain([self.folder]) {
            self.disk.sync_folder(folder).map_err(|source| Error::Unsure { path: folder.to_path_buf(), source })?;
        }
        let bytes = next.encode().map_err(|e| Error::Manifest { path: path.clone(), what: e.to_string() })?;
        self.place(&path, &bytes)?;
        self.disk.sync_folder(self.folder).map_err(|source| Error::Unsure { path, source })
    }

    /// After a failure: removes what was written, so that a full disk does not get fuller. What cannot be removed
    /// now is removed at the next start.
    pub(super) fn undo(&self) {
        for path in &self.made {
            if let Err(error) = self.disk.remove(path) {
                tracing::debug!(path = %path.display(), %error, "could not remove a file of a failed commit");
            }
        }
    }
}
