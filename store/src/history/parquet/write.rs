//! The files of one change: written beside their names, synced, named, and at last made history by the manifest.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

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
    made: Vec<PathBuf>,
    folders: BTreeSet<PathBuf>,
}

impl<'a> Writing<'a> {
    pub(super) fn new(folder: &'a Path, disk: &'a dyn Disk) -> Self {
        Self { folder, disk, made: Vec::new(), folders: BTreeSet::new() }
    }

    /// Writes rows, one file a day, and enters them into the manifest.
    pub(super) fn rows(&mut self, next: &mut Manifest, table: Table, rows: &RecordBatch) -> Result<(), Error> {
        let wrong = |source| Error::Rows { table: table.name(), source };
        for slice in cut::by_day(table, rows).map_err(wrong)? {
            let bytes = encode::encode(&slice.rows).map_err(|e| wrong(e.into()))?;
            let path = next.new_path(&format!("{}/day={}", table.name(), slice.day), "parquet");
            self.file(&path, &bytes)?;
            let files = next.files.entry(table).or_default();
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
            // Stable: files of a day stay in the order of their making.
            files.sort_by_key(|f| f.day);
        }
        Ok(())
    }

    /// Writes the engine's state and gives the path of the one that it replaces.
    pub(super) fn state(&mut self, next: &mut Manifest, state: &[u8]) -> Result<Option<String>, Error> {
        let path = next.new_path("engine", "state");
        self.file(&path, state)?;
        let state = StateFile { path, bytes: state.len() as u64, xxh3: xxh3_64(state) };
        Ok(next.engine_state.replace(state).map(|old| old.path))
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
    pub(super) fn publish(&mut self, next: &Manifest) -> Result<(), Error> {
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
