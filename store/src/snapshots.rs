//! Snapshots: what somebody has made of the log, kept in a folder or in S3, so that whoever needs it next starts there.
//!
//! Only a cache: what is missing or damaged is read elsewhere or folded again. An object is written whole or not at
//! all, begins with a checksum of itself, and is named by a number that grows; the newest two are kept.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use callboard_objects::Objects;
use tokio::runtime::Handle;
use xxhash_rust::xxh3::xxh3_64;

use crate::history::Error;

/// Objects that are kept of one name: a reader may be at the one before the newest.
const KEPT: usize = 2;
/// Bytes of the checksum before the content.
const SUM: usize = 8;
/// The most snapshots that are not kept in a row before a place that was away is tried again, as a power of two.
const LONGEST_REST: u32 = 5;

/// A place for snapshots.
#[derive(Clone)]
pub struct Snapshots {
    objects: Objects,
    rest: Arc<Rest>,
    runtime: Handle,
}

/// Tries that are left out while the place is away, so that a commit does not wait for it each time.
#[derive(Debug, Default)]
struct Rest {
    failures: AtomicU32,
    left: AtomicU32,
}

impl fmt::Debug for Snapshots {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Snapshots({})", self.place())
    }
}

impl Snapshots {
    /// Snapshots in that folder or bucket. Network work is done on `runtime`; all calls block, for no longer than the place's
    /// own limits.
    #[must_use]
    pub fn new(objects: Objects, runtime: Handle) -> Self {
        Self { objects, rest: Arc::default(), runtime }
    }

    /// Where it is, for people.
    #[must_use]
    pub fn place(&self) -> &str {
        self.objects.place()
    }

    /// Keeps a snapshot, and drops those before the last two of that name. After failures it leaves out more and more
    /// snapshots, up to 31 in a row, before it tries again.
    ///
    /// # Errors
    /// When the place is away or refuses.
    pub fn keep(&self, name: &str, number: u64, content: &[u8]) -> Result<(), Error> {
        if self.rest.is_taken() {
            return Ok(());
        }
        let mut object = Vec::with_capacity(SUM + content.len());
        object.extend(xxh3_64(content).to_le_bytes());
        object.extend(content);
        let kept = self.wait(async {
            self.objects.put(&file(name, number), object).await?;
            let numbers = self.numbers(name).await?;
            for old in numbers.iter().rev().skip(KEPT) {
                self.objects.delete(&file(name, *old)).await?;
            }
            Ok(())
        });
        self.rest.note(kept.is_ok());
        kept
    }

    /// The snapshot of that number; none where it is gone or damaged.
    ///
    /// # Errors
    /// When the place is away or refuses.
    pub fn get(&self, name: &str, number: u64) -> Result<Option<Vec<u8>>, Error> {
        self.wait(self.read(name, number))
    }

    /// The newest snapshot that is whole, and its number.
    ///
    /// # Errors
    /// When the place is away or refuses.
    pub fn newest(&self, name: &str) -> Result<Option<(u64, Vec<u8>)>, Error> {
        self.wait(async {
            for number in self.numbers(name).await?.into_iter().rev() {
                if let Some(content) = self.read(name, number).await? {
                    return Ok(Some((number, content)));
                }
            }
            Ok(None)
        })
    }

    /// What stands below `name`: the next word of every name that begins with it.
    ///
    /// # Errors
    /// When the place is away or refuses.
    pub fn below(&self, name: &str) -> Result<Vec<String>, Error> {
        self.wait(async { Ok(self.objects.list(name).await?.folders) })
    }

    /// The numbers that are there of a name, the least first.
    async fn numbers(&self, name: &str) -> Result<Vec<u64>, callboard_objects::Error> {
        let listed = self.objects.list(name).await?;
        let mut numbers: Vec<u64> = listed.files.iter().filter_map(|f| f.parse().ok()).collect();
        numbers.sort_unstable();
        Ok(numbers)
    }

    async fn read(&self, name: &str, number: u64) -> Result<Option<Vec<u8>>, callboard_objects::Error> {
        let Some(object) = self.objects.get(&file(name, number)).await? else { return Ok(None) };
        let whole = object.split_first_chunk::<SUM>().filter(|(sum, content)| u64::from_le_bytes(**sum) == xxh3_64(content));
        if whole.is_none() {
            tracing::warn!("a damaged snapshot is left alone: {name}/{number} in {}", self.place());
        }
        Ok(whole.map(|(_, content)| content.to_vec()))
    }

    fn wait<T>(&self, work: impl Future<Output = Result<T, callboard_objects::Error>>) -> Result<T, Error> {
        crate::history::wait(&self.runtime, work).map_err(Error::Snapshots)
    }
}

impl Rest {
    /// Whether this try is left out.
    fn is_taken(&self) -> bool {
        self.left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1)).is_ok()
    }

    /// How the last try ended.
    fn note(&self, worked: bool) {
        let failures = if worked { 0 } else { self.failures.load(Ordering::Relaxed).saturating_add(1).min(LONGEST_REST + 1) };
        self.failures.store(failures, Ordering::Relaxed);
        // None after the first, then 1, 3, 7, 15, 31.
        self.left.store((1 << failures.saturating_sub(1)) - 1, Ordering::Relaxed);
    }
}

fn file(name: &str, number: u64) -> String {
    format!("{name}/{number:020}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn snapshots(folder: &std::path::Path, runtime: &tokio::runtime::Runtime) -> Snapshots {
        let objects = Objects::open(&format!("file://{}", folder.display()), &callboard_objects::S3::default(), |_| None).unwrap();
        Snapshots::new(objects, runtime.handle().clone())
    }

    #[test]
    fn the_newest_whole_snapshot_of_a_name_is_found() {
        let (folder, runtime) = (tempfile::tempdir().unwrap(), tokio::runtime::Runtime::new().unwrap());
        let snapshots = snapshots(folder.path(), &runtime);
        assert_eq!(snapshots.newest("db/topic/0").unwrap(), None);
        for number in [8, 9, 10] {
            snapshots.keep("db/topic/0", number, format!("state {number}").as_bytes()).unwrap();
        }
        snapshots.keep("db/topic/1", 3, b"other").unwrap();
        assert_eq!(snapshots.newest("db/topic/0").unwrap(), Some((10, b"state 10".to_vec())));
        assert_eq!((snapshots.get("db/topic/0", 8).unwrap(), snapshots.get("db/topic/0", 9).unwrap()), (None, Some(b"state 9".to_vec())));
        let mut below = snapshots.below("db/topic").unwrap();
        below.sort();
        assert_eq!(below, ["0", "1"]);

        // One bit flips; the one before it is still there.
        let path = folder.path().join("db/topic/0/00000000000000000010");
        let mut bytes = std::fs::read(&path).unwrap();
        *bytes.last_mut().unwrap() ^= 1;
        std::fs::write(&path, bytes).unwrap();
        assert_eq!(snapshots.newest("db/topic/0").unwrap(), Some((9, b"state 9".to_vec())));
    }

    fn in_s3(server: &callboard_engines::S3, runtime: &tokio::runtime::Runtime) -> Snapshots {
        let s3 = callboard_objects::S3 {
            endpoint: Some(server.endpoint()),
            access_key: Some(callboard_engines::s3::KEY.into()),
            secret_key_env: Some("SECRET".into()),
            allow_http: true,
            retries: 1,
            ..callboard_objects::S3::default()
        };
        let objects = Objects::open("s3://snapshots/callboard", &s3, |_| Some(callboard_engines::s3::SECRET.into())).unwrap();
        Snapshots::new(objects, runtime.handle().clone())
    }

    #[test]
    fn in_s3_the_newest_two_stay_a_damaged_one_is_passed_over_and_a_server_that_was_killed_is_gone_on_with() {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let mut server = callboard_engines::S3::start().unwrap();
        let bucket = server.bucket("snapshots").unwrap();
        let snapshots = in_s3(&server, &runtime);
        assert_eq!(snapshots.newest("db/topic/0").unwrap(), None);
        let state = |number: u64| vec![u8::try_from(number).unwrap(); 3_000_000];
        for number in [8, 9, 10] {
            snapshots.keep("db/topic/0", number, &state(number)).unwrap();
        }
        snapshots.keep("db/topic/1", 3, b"other").unwrap();
        assert_eq!(snapshots.newest("db/topic/0").unwrap(), Some((10, state(10))));
        assert_eq!((snapshots.get("db/topic/0", 8).unwrap(), snapshots.get("db/topic/0", 9).unwrap()), (None, Some(state(9))));
        assert_eq!(std::fs::read_dir(bucket.join("callboard/db/topic/0")).unwrap().count(), 2);
        let mut below = snapshots.below("db/topic").unwrap();
        below.sort();
        assert_eq!(below, ["0", "1"]);

        // One bit flips; the one before it is still there.
        let path = bucket.join("callboard/db/topic/0/00000000000000000010");
        let mut bytes = std::fs::read(&path).unwrap();
        *bytes.last_mut().unwrap() ^= 1;
        std::fs::write(&path, bytes).unwrap();
        assert_eq!(snapshots.newest("db/topic/0").unwrap(), Some((9, state(9))));

        server.kill().unwrap();
        let error = snapshots.keep("db/topic/0", 11, &state(11)).unwrap_err();
        assert_eq!(error.action(), crate::history::Action::Retry);
        assert!(error.to_string().contains("could not write to s3://snapshots/callboard"), "{error}");
        assert!(snapshots.newest("db/topic/0").is_err());
        server.restart().unwrap();
        snapshots.keep("db/topic/0", 12, &state(12)).unwrap();
        assert_eq!(snapshots.newest("db/topic/0").unwrap(), Some((12, state(12))));
    }

    #[test]
    fn a_place_that_is_away_is_tried_more_and_more_rarely_and_again_at_once_after_it_worked() {
        let rest = Rest::default();
        let mut tries = Vec::new();
        for number in 0..70 {
            if !rest.is_taken() {
                tries.push(number);
                rest.note(false);
            }
        }
        assert_eq!(tries, [0, 1, 3, 7, 15, 31, 63]);
        rest.left.store(0, Ordering::Relaxed);
        rest.note(true);
        assert!(!rest.is_taken() && !rest.is_taken());
    }
}
