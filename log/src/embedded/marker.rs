//! The end of the log, written down a second time beside the database.
//!
//! The database cuts a damaged journal off in silence at the damage. This file says how far appends had been
//! acknowledged, so that such a cut is an error at the next start. It is written after each sync and not synced
//! itself: it can be behind after a power cut, never ahead.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use xxhash_rust::xxh3::xxh3_64;

use crate::Error;

/// Two slots on different sectors: a torn write spoils one of them.
const SLOT_BYTES: u64 = 4096;

/// The open marker file.
#[derive(Debug)]
pub(super) struct Marker {
    path: PathBuf,
    file: File,
    turn: u64,
}

impl Marker {
    /// Opens or makes the file and gives the end that it tells, 0 for a new one.
    pub(super) fn open(path: PathBuf) -> Result<(Self, u64), Error> {
        let fail = |doing| {
            let path = path.clone();
            move |source: io::Error| Error::File { doing, path, source: Arc::new(source) }
        };
        let mut file = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&path).map_err(fail("open"))?;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).map_err(fail("read"))?;
        if bytes.is_empty() {
            // Full size at once, so that later writes change bytes and never the length.
            file.set_len(2 * SLOT_BYTES).and_then(|()| file.sync_all()).map_err(fail("write"))?;
            return Ok((Self { path, file, turn: 0 }, 0));
        }
        let slots = [bytes.get(..16), bytes.get(SLOT_BYTES as usize..).and_then(|b| b.get(..16))];
        let never_written = bytes.iter().all(|b| *b == 0);
        let end = slots.into_iter().flatten().filter_map(decode).max();
        match end {
            Some(end) => Ok((Self { path, file, turn: 0 }, end)),
            None if never_written => Ok((Self { path, file, turn: 0 }, 0)),
            None => Err(damaged(&path)),
        }
    }

    /// Notes the new end.
    pub(super) fn set(&mut self, end: u64) -> Result<(), Error> {
        self.turn += 1;
        let slot = (self.turn % 2) * SLOT_BYTES;
        let done = self.file.seek(SeekFrom::Start(slot)).and_then(|_| self.file.write_all(&encode(end)));
        done.map_err(|e| Error::File { doing: "write", path: self.path.clone(), source: Arc::new(e) })
    }

    /// Makes the file durable; at the end of a run.
    pub(super) fn sync(&self) -> Result<(), Error> {
        self.file.sync_data().map_err(|e| Error::File { doing: "sync", path: self.path.clone(), source: Arc::new(e) })
    }
}

fn damaged(path: &Path) -> Error {
    let what = "neither copy of the end can be read; delete the file if the log itself is known to be whole";
    Error::File { doing: "read", path: path.to_path_buf(), source: Arc::new(io::Error::new(io::ErrorKind::InvalidData, what)) }
}

fn encode(end: u64) -> [u8; 16] {
    let mut out = [0; 16];
    let (a, b) = out.split_at_mut(8);
    a.copy_from_slice(&end.to_le_bytes());
    b.copy_from_slice(&xxh3_64(&end.to_le_bytes()).to_le_bytes());
    out
}

fn decode(slot: &[u8]) -> Option<u64> {
    let (end, sum) = slot.split_first_chunk::<8>()?;
    (xxh3_64(end).to_le_bytes() == sum).then(|| u64::from_le_bytes(*end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_readable_end_counts() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("end");
        let (mut marker, end) = Marker::open(path.clone()).unwrap();
        assert_eq!(end, 0);
        assert_eq!(Marker::open(path.clone()).unwrap().1, 0);
        for end in [5, 9, 12] {
            marker.set(end).unwrap();
            assert_eq!(Marker::open(path.clone()).unwrap().1, end);
        }
        let mut bytes = std::fs::read(&path).unwrap();
        bytes[SLOT_BYTES as usize] ^= 1;
        std::fs::write(&path, &bytes).unwrap();
        assert_eq!(Marker::open(path.clone()).unwrap().1, 9);
        bytes[0] ^= 1;
        std::fs::write(&path, &bytes).unwrap();
        assert!(Marker::open(path).unwrap_err().to_string().contains("delete the file"));
    }
}
