//! One file under a name: growing, renamed away, cut short.

use std::io::SeekFrom;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use tokio::fs::File;
use tokio::io::{AsyncReadExt, AsyncSeekExt};
use xxhash_rust::xxh3::xxh3_64;

use super::FollowError;

/// Bytes read at once.
const CHUNK_BYTES: usize = 256 * 1024;
/// A line longer than this is handed over unfinished: it is no line of a queue_log.
const MAX_LINE_BYTES: usize = 1024 * 1024;
/// Bytes at the start of a file that tell it from another with the same inode.
const HEAD_BYTES: usize = 256;

/// A place in a file, to go on from after a restart.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FollowPosition {
    /// Device and inode of the file.
    pub file: (u64, u64),
    /// Bytes read of it, whole lines only.
    pub offset: u64,
    /// Length and hash of its first bytes: inodes are used again.
    pub head: (u64, u64),
}

/// What became of the file between two looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Happened {
    /// It grew, or not even that.
    Nothing,
    /// It was renamed away; its end is in this chunk and the new file comes next.
    Rotated,
    /// It became shorter and is read from its start: what stood between is lost unless it was read.
    Truncated,
    /// The remembered file is nowhere to be found; reading starts with what is there.
    Unknown,
}

impl Happened {
    /// For the event that tells of a gap.
    #[must_use]
    pub const fn reason(self) -> &'static str {
        match self {
            Self::Nothing => "nothing",
            Self::Rotated => "the file was rotated",
            Self::Truncated => "the file was cut short",
            Self::Unknown => "the file read before is gone",
        }
    }
}

/// Whole lines, and where they stand.
#[derive(Debug, Clone)]
pub struct Chunk {
    /// Lines with their line feeds; without one only at the end of a rotated file.
    pub bytes: Vec<u8>,
    /// Where `bytes` begins in its file.
    pub offset: u64,
    /// Where to go on; none where nothing was read.
    pub position: Option<FollowPosition>,
    /// What became of the file.
    pub happened: Happened,
}

/// Reads a file that grows and rotates.
#[derive(Debug)]
pub struct Follow {
    path: PathBuf,
    file: Option<File>,
    position: FollowPosition,
    /// Read, but not yet a whole line.
    partial: Vec<u8>,
    /// Rotated files to read before the current one, oldest first.
    older: Vec<PathBuf>,
    /// Read so far of what was told before a restart; none when that is done.
    warming: Option<u64>,
    happened: Happened,
}

impl Follow {
    /// Opens the file at a remembered position, or at its start; a file that is not there yet is waited for.
    ///
    /// # Errors
    /// The file system refuses.
    pub async fn open(path: &Path, from: Option<FollowPosition>) -> Result<Self, FollowError> {
        let mut follow = Self {
            path: path.to_owned(),
            file: None,
            position: FollowPosition::default(),
            partial: Vec::new(),
            older: Vec::new(),
            warming: None,
            happened: Happened::Nothing,
        };
        if let Some(from) = from {
            follow.resume(from).await?;
        }
        Ok(follow)
    }

    /// Finds the remembered file under its name or under the name it was rotated to.
    async fn resume(&mut self, from: FollowPosition) -> Result<(), FollowError> {
        let mut files = rotated(&self.path).await?;
        files.push(self.path.clone());
        for (place, path) in files.iter().enumerate() {
            let Some((file, mut position)) = self.open_file(path).await? else { continue };
            if position.file != from.file {
                continue;
            }
            if length(&file, path).await? < from.offset || !same_head(&file, path, from.head).await? {
                break;
            }
            position.head = from.head;
            position.offset = 0;
            self.older = files.get(place + 1..).unwrap_or_default().to_vec();
            self.older.pop_if(|last| *last == self.path);
            self.file = Some(file);
            self.position = position;
            self.warming = Some(from.offset);
            return Ok(());
        }
        self.happened = Happened::Unknown;
        Ok(())
    }

    /// Lines of this file that were told before the restart; none when all have been read.
    ///
    /// # Errors
    /// The file system refuses.
    pub async fn before(&mut self) -> Result<Option<Vec<u8>>, FollowError> {
        let Some(until) = self.warming else { return Ok(None) };
        let left = until.saturating_sub(self.position.offset);
        if left == 0 {
            self.warming = None;
            self.partial.clear();
            return Ok(None);
        }
        let bytes = self.read(usize::try_from(left).unwrap_or(CHUNK_BYTES).min(CHUNK_BYTES)).await?;
        if bytes.is_empty() {
            self.warming = None;
            return Ok(None);
        }
        self.partial.extend_from_slice(&bytes);
        self.position.offset += bytes.len() as u64;
        Ok(Some(self.whole_lines()))
    }

    /// What is there now; an empty chunk when there is nothing new.
    ///
    /// # Errors
    /// The file system refuses.
    pub async fn next(&mut self) -> Result<Chunk, FollowError> {
        if self.file.is_none() && !self.open_next().await? {
            return Ok(self.chunk(Vec::new(), self.position.offset));
        }
        let bytes = self.read(CHUNK_BYTES).await?;
        if bytes.is_empty() {
            return self.at_end().await;
        }
        let offset = self.position.offset;
        if self.position.head.0 < HEAD_BYTES as u64 {
            self.position.head = self.head_with(&bytes);
        }
        self.partial.extend_from_slice(&bytes);
        let lines = self.whole_lines();
        self.position.offset += lines.len() as u64;
        Ok(self.chunk(lines, offset))
    }

    /// The end of what is there: is it still the file of this name?
    async fn at_end(&mut self) -> Result<Chunk, FollowError> {
        let offset = self.position.offset;
        let current = match tokio::fs::metadata(&self.path).await {
            Ok(meta) => Some((meta.dev(), meta.ino())),
            // Renamed away and not made anew: more may still be written into the old one.
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
            Err(source) => return Err(self.refused(source)),
        };
        let renamed = !self.older.is_empty() || current.is_some_and(|file| file != self.position.file);
        if renamed {
            // Asterisk has the new file open once it exists; what it wrote before that is read now.
            let rest = self.read(CHUNK_BYTES).await?;
            self.partial.extend_from_slice(&rest);
            if !rest.is_empty() {
                let lines = self.whole_lines();
                self.position.offset += lines.len() as u64;
                return Ok(self.chunk(lines, offset));
            }
            let torn = std::mem::take(&mut self.partial);
            self.position.offset += torn.len() as u64;
            self.happened = Happened::Rotated;
            let chunk = self.chunk(torn, offset);
            self.file = None;
            return Ok(chunk);
        }
        let read = offset + self.partial.len() as u64;
        let path = self.path.clone();
        let cut = match &self.file {
            Some(file) => length(file, &path).await? < read,
            None => false,
        };
        if cut {
            self.file = None;
            self.partial.clear();
            self.happened = Happened::Truncated;
        }
        Ok(self.chunk(Vec::new(), offset))
    }

    /// Opens the next file in turn; false while there is none.
    async fn open_next(&mut self) -> Result<bool, FollowError> {
        let path = if self.older.is_empty() { self.path.clone() } else { self.older.remove(0) };
        let Some((file, position)) = self.open_file(&path).await? else { return Ok(false) };
        self.file = Some(file);
        self.position = position;
        Ok(true)
    }

    async fn open_file(&self, path: &Path) -> Result<Option<(File, FollowPosition)>, FollowError> {
        let refused = |source| FollowError::Read { path: path.to_owned(), source };
        let file = match File::open(path).await {
            Ok(file) => file,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(source) => return Err(refused(source)),
        };
        let meta = file.metadata().await.map_err(refused)?;
        Ok(Some((file, FollowPosition { file: (meta.dev(), meta.ino()), offset: 0, head: (0, xxh3_64(b"")) })))
    }

    async fn read(&mut self, most: usize) -> Result<Vec<u8>, FollowError> {
        let Some(file) = &mut self.file else { return Ok(Vec::new()) };
        let mut bytes = vec![0; most];
        let read = file.read(&mut bytes).await;
        let read = read.map_err(|source| self.refused(source))?;
        bytes.truncate(read);
        Ok(bytes)
    }

    /// Takes the whole lines out of what was read; a monster without an end goes as it is, to be refused.
    fn whole_lines(&mut self) -> Vec<u8> {
        let end = memchr::memrchr(b'\n', &self.partial).map_or(0, |at| at + 1);
        if end == 0 && self.partial.len() > MAX_LINE_BYTES {
            return std::mem::take(&mut self.partial);
        }
        let rest = self.partial.split_off(end);
        std::mem::replace(&mut self.partial, rest)
    }

    /// The mark of a file's first bytes, as far as they are known: with bytes read at its start.
    fn head_with(&self, bytes: &[u8]) -> (u64, u64) {
        if self.position.offset > 0 || !self.partial.is_empty() {
            return self.position.head;
        }
        let head = bytes.get(..HEAD_BYTES.min(bytes.len())).unwrap_or_default();
        (head.len() as u64, xxh3_64(head))
    }

    fn chunk(&mut self, bytes: Vec<u8>, offset: u64) -> Chunk {
        let happened = std::mem::replace(&mut self.happened, Happened::Nothing);
        let position = (!bytes.is_empty()).then(|| self.position.clone());
        Chunk { bytes, offset, position, happened }
    }

    fn refused(&self, source: std::io::Error) -> FollowError {
        FollowError::Read { path: self.path.clone(), source }
    }
}

async fn length(file: &File, path: &Path) -> Result<u64, FollowError> {
    file.metadata().await.map(|meta| meta.len()).map_err(|source| FollowError::Read { path: path.to_owned(), source })
}

async fn same_head(file: &File, path: &Path, head: (u64, u64)) -> Result<bool, FollowError> {
    let refused = |source| FollowError::Read { path: path.to_owned(), source };
    let mut copy = file.try_clone().await.map_err(refused)?;
    let mut bytes = vec![0; usize::try_from(head.0).unwrap_or(0).min(HEAD_BYTES)];
    let read = copy.read_exact(&mut bytes).await;
    copy.seek(SeekFrom::Start(0)).await.map_err(refused)?;
    match read {
        Ok(_) => Ok(xxh3_64(&bytes) == head.1),
        Err(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => Ok(false),
        Err(source) => Err(refused(source)),
    }
}

/// Files beside this one whose names go on after its name, as rotation makes them; oldest first, packed ones left out.
async fn rotated(path: &Path) -> Result<Vec<PathBuf>, FollowError> {
    let refused = |source| FollowError::Read { path: path.to_owned(), source };
    let (Some(folder), Some(name)) = (path.parent(), path.file_name().and_then(|n| n.to_str())) else { return Ok(Vec::new()) };
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    let mut entries = match tokio::fs::read_dir(folder).await {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(source) => return Err(refused(source)),
    };
    let mut found = Vec::new();
    while let Some(entry) = entries.next_entry().await.map_err(refused)? {
        let other = entry.file_name();
        let Some(rest) = other.to_str().and_then(|other| other.strip_prefix(name)) else { continue };
        if !rest.starts_with(['.', '-']) || [".gz", ".xz", ".bz2", ".zst"].iter().any(|end| rest.ends_with(end)) {
            continue;
        }
        let meta = entry.metadata().await.map_err(refused)?;
        found.push((meta.mtime(), meta.mtime_nsec(), entry.path()));
    }
    found.sort();
    Ok(found.into_iter().map(|(_, _, path)| path).collect())
}
