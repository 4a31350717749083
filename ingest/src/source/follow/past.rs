//! What a queue_log says of a time that is over: its own lines and those of the files it was rotated to.
//!
//! Which files are read is decided by the time of each one's first line, not by names or dates, so it does not matter how
//! they were rotated. Packed ones are unpacked (`.gz`).

use std::fs::File;
use std::io::{self, BufRead, BufReader, ErrorKind, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use callboard_domain::Timestamp;
use callboard_domain::time::HOUR_MS;
use flate2::read::MultiGzDecoder;

use super::backfill;
use crate::dialect::asterisk_queue_log::{Missed, line_at};

/// More text is not read: a gap of weeks would fill the memory.
const MOST_BYTES: u64 = 64 * 1024 * 1024;
/// Lines of so long before a time are read too: calls that were open then began there.
const BEFORE_MS: i64 = HOUR_MS;
/// A file whose first lines tell no time within so many bytes is no queue_log.
const HEAD_BYTES: u64 = 64 * 1024;

/// What was found about an interval.
#[derive(Debug)]
pub(crate) struct Past {
    /// What happened.
    pub(crate) missed: Missed,
    /// From when on the files tell everything, if they tell of the interval at all.
    pub(crate) covers_from: Option<Timestamp>,
}

/// A file and the time of its first line.
struct Rotated {
    path: PathBuf,
    begins_at: Timestamp,
}

/// Reads what is told of `[from_at, to_at)`. Blocking.
pub(crate) fn past(source: &str, path: &Path, from_at: Timestamp, to_at: Timestamp) -> io::Result<Past> {
    let mut files = Vec::new();
    for path in beside(path)? {
        if let Some(begins_at) = begins_at(&path)? {
            files.push(Rotated { path, begins_at });
        }
    }
    files.sort_unstable_by_key(|file| file.begins_at);
    // Each goes on to the beginning of the next.
    let first = files.partition_point(|file| file.begins_at <= from_at.plus(-BEFORE_MS)).saturating_sub(1);
    let last = files.partition_point(|file| file.begins_at < to_at);
    let (mut texts, mut left, mut covers_from) = (Vec::new(), MOST_BYTES, None);
    for file in files.get(first..last).unwrap_or_default().iter().rev() {
        let (text, whole) = tail(&file.path, left)?;
        left = left.saturating_sub(text.len() as u64);
        covers_from = if whole { Some(file.begins_at) } else { first_line_at(&text).or(covers_from) };
        texts.push(text);
        if !whole {
            break;
        }
    }
    texts.reverse();
    Ok(Past { missed: backfill(source, &texts.concat(), from_at, to_at), covers_from })
}

/// The file and those beside it whose names go on after its name; of one that is there packed and plain, the plain one.
fn beside(path: &Path) -> io::Result<Vec<PathBuf>> {
    let (Some(folder), Some(name)) = (path.parent(), path.file_name().and_then(|n| n.to_str())) else { return Ok(Vec::new()) };
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let other = entry?.path();
        let Some(rest) = other.file_name().and_then(|n| n.to_str()).and_then(|other| other.strip_prefix(name)) else { continue };
        if rest.is_empty() || rest.starts_with(['.', '-']) {
            found.push(other);
        }
    }
    let plain = |packed: &PathBuf| is_packed(packed) && found.contains(&packed.with_extension(""));
    Ok(found.iter().filter(|path| !plain(path)).cloned().collect())
}

fn is_packed(path: &Path) -> bool {
    path.extension().is_some_and(|end| end == "gz")
}

/// A file from its start, unpacked where it is packed; none when it was renamed away meanwhile, or is no file.
fn open(path: &Path) -> io::Result<Option<Box<dyn Read>>> {
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    if !file.metadata()?.is_file() {
        return Ok(None);
    }
    Ok(Some(if is_packed(path) { Box::new(MultiGzDecoder::new(file)) } else { Box::new(file) }))
}

/// The time of the first line that has one; none for files that are no queue_log.
fn begins_at(path: &Path) -> io::Result<Option<Timestamp>> {
    let Some(file) = open(path)? else { return Ok(None) };
    let mut lines = BufReader::new(file.take(HEAD_BYTES));
    let mut line = Vec::new();
    loop {
        line.clear();
        match lines.read_until(b'\n', &mut line) {
            Ok(0) => return Ok(None),
            Ok(_) => {}
            // Packed by something else, or damaged: it tells nothing.
            Err(error) if is_packed(path) => {
                tracing::warn!(path = %path.display(), %error, "could not unpack a rotated queue_log");
                return Ok(None);
            }
            Err(error) => return Err(error),
        }
        if let Some(at) = line_at(&line) {
            return Ok(Some(at));
        }
    }
}

fn first_line_at(text: &[u8]) -> Option<Timestamp> {
    text.split(|b| *b == b'\n').find_map(line_at)
}

/// The last `most` bytes of a file's text from the start of a line, and whether that is all of it.
fn tail(path: &Path, most: u64) -> io::Result<(Vec<u8>, bool)> {
    let mut text = Vec::new();
    if is_packed(path) {
        let Some(mut file) = open(path)? else { return Ok((text, false)) };
        // Packed text cannot be read from its end: one that is too long is left out.
        let whole = file.by_ref().take(most.saturating_add(1)).read_to_end(&mut text)? as u64 <= most;
        if !whole {
            text.clear();
        }
        return Ok((text, whole));
    }
    let mut file = File::open(path)?;
    let from = file.metadata()?.len().saturating_sub(most);
    file.seek(SeekFrom::Start(from))?;
    file.read_to_end(&mut text)?;
    if from > 0 {
        let start = memchr::memchr(b'\n', &text).map_or(text.len(), |at| at + 1);
        text.drain(..start);
    } else if text.last().is_some_and(|b| *b != b'\n') {
        text.push(b'\n'); // the next file's first line must not grow onto a torn one
    }
    Ok((text, from == 0))
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use callboard_domain::Event;

    use super::*;

    fn pack(path: &Path, text: &str) {
        let mut packer = flate2::write::GzEncoder::new(File::create(path).unwrap(), flate2::Compression::fast());
        packer.write_all(text.as_bytes()).unwrap();
        packer.finish().unwrap();
    }

    fn wait(second: i64) -> String {
        format!("{second}|c{second}|loans|NONE|ENTERQUEUE||5550100|1\n{}|c{second}|loans|NONE|ABANDON|1|1|5\n", second + 5)
    }

    /// Calls told of between two seconds.
    fn calls(path: &Path, from: i64, to: i64) -> (Vec<String>, Option<i64>) {
        let at = |second: i64| Timestamp::from_millis(second * 1_000);
        let past = past("pbx", path, at(from), at(to)).unwrap();
        let queued = |event: &Event<'_>| match &event.body {
            callboard_domain::event::Body::CallQueued(c) => Some(c.call.to_string()),
            _ => None,
        };
        (past.missed.events.iter().filter_map(queued).collect(), past.covers_from.map(|at| at.as_millis() / 1_000))
    }

    /// Four files, an hour or more apart, named and dated in no helpful order.
    fn rotated() -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("queue_log");
        std::fs::write(&path, wait(1_700_030_000)).unwrap();
        pack(&folder.path().join("queue_log-20231114.gz"), &(wait(1_700_010_000) + &wait(1_700_012_000)));
        std::fs::write(folder.path().join("queue_log.1"), wait(1_700_020_000)).unwrap();
        pack(&folder.path().join("queue_log.1.gz"), "half written");
        pack(&folder.path().join("queue_log.3.gz"), &wait(1_700_000_000));
        std::fs::write(folder.path().join("queue_log.4.gz"), "not packed at all").unwrap();
        std::fs::write(folder.path().join("queue_log.conf"), "[general]\n").unwrap();
        std::fs::write(folder.path().join("queue_logger"), wait(1_700_011_000)).unwrap();
        (folder, path)
    }

    #[test]
    fn an_interval_is_read_from_whichever_files_hold_it() {
        let (_folder, path) = rotated();
        let (found, covers) = calls(&path, 1_700_011_000, 1_700_025_000);
        assert_eq!((found, covers), (vec!["c1700012000".to_owned(), "c1700020000".into()], Some(1_700_000_000)), "the hour before it too");
        let (found, covers) = calls(&path, 1_700_025_000, 1_700_040_000);
        assert_eq!((found, covers), (vec!["c1700030000".to_owned()], Some(1_700_020_000)));
    }

    #[test]
    fn what_the_files_do_not_reach_is_known() {
        let (_folder, path) = rotated();
        assert_eq!(calls(&path, 1_699_990_000, 1_700_005_000), (vec!["c1700000000".to_owned()], Some(1_700_000_000)));
        assert_eq!(calls(&path, 1_699_990_000, 1_699_995_000), (vec![], None));
        std::fs::remove_file(&path).unwrap();
        assert_eq!(calls(&path, 1_700_019_000, 1_700_040_000).0, ["c1700020000"], "renamed away and not made anew");
        assert!(past("pbx", Path::new("/nowhere/queue_log"), Timestamp::from_millis(0), Timestamp::from_millis(1)).is_err());
    }
}
