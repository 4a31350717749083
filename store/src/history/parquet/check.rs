//! Opening: the manifest is read, its files are looked at, everything else is removed.
//!
//! Sizes are compared for all files, checksums when a file is read: a start must not read the whole history.

use std::collections::HashSet;
use std::io;
use std::path::Path;
use std::sync::atomic::AtomicU64;

use xxhash_rust::xxh3::xxh3_64;

use super::super::{Disk, Error, Manifest};
use super::MANIFEST;
use super::write::Writing;

pub(super) fn open(folder: &Path, disk: &dyn Disk) -> Result<Manifest, Error> {
    let path = folder.join(MANIFEST);
    let files = disk.files(folder).map_err(|e| Error::disk("list", folder, e))?;
    let manifest = match disk.read(&path) {
        Ok(bytes) => Manifest::decode(&path, &bytes)?,
        Err(e) if e.kind() == io::ErrorKind::NotFound => {
            if files.iter().any(|f| f.extension().is_some_and(|x| x == "parquet")) {
                return Err(Error::Manifest { path, what: "it is missing, but there are Parquet files".to_owned() });
            }
            // Written before the first file, so that files without a manifest always mean damage.
            let mut manifest = Manifest::default();
            Writing::new(folder, disk, &AtomicU64::new(1)).publish(&mut manifest)?;
            manifest
        }
        Err(e) => return Err(Error::disk("read", path, e)),
    };
    for (name, bytes) in sizes(&manifest) {
        let path = folder.join(name);
        let found = disk.size(&path).map_err(|e| missing(&path, e))?;
        if found != bytes {
            return Err(Error::Damaged { path, what: format!("it has {found} bytes instead of {bytes}") });
        }
    }
    let named: HashSet<_> = manifest.paths().map(|p| folder.join(p)).collect();
    for orphan in files.iter().filter(|f| is_ours(f) && !named.contains(*f)) {
        disk.remove(orphan).map_err(|e| Error::disk("remove", orphan, e))?;
    }
    Ok(manifest)
}

fn sizes(manifest: &Manifest) -> impl Iterator<Item = (&str, u64)> {
    let data = manifest.files.values().flatten().map(|f| (f.path.as_str(), f.bytes));
    data.chain(manifest.engine_state.iter().map(|s| (s.path.as_str(), s.bytes)))
}

/// Only what we make is ever removed; a stranger's file stays.
fn is_ours(path: &Path) -> bool {
    path.extension().is_some_and(|x| x == "parquet" || x == "state" || x == "tmp")
}

/// A whole file, compared with what the manifest says of it.
pub(super) fn read(folder: &Path, disk: &dyn Disk, name: &str, bytes: u64, xxh3: u64) -> Result<Vec<u8>, Error> {
    let path = folder.join(name);
    let found = disk.read(&path).map_err(|e| missing(&path, e))?;
    if found.len() as u64 != bytes {
        return Err(Error::Damaged { path, what: format!("it has {} bytes instead of {bytes}", found.len()) });
    }
    if xxh3_64(&found) != xxh3 {
        return Err(Error::Damaged { path, what: "the checksum does not fit".to_owned() });
    }
    Ok(found)
}

fn missing(path: &Path, error: io::Error) -> Error {
    if error.kind() == io::ErrorKind::NotFound {
        return Error::Damaged { path: path.to_path_buf(), what: "it is missing".to_owned() };
    }
    Error::disk("read", path, error)
}
