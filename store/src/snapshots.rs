//! Snapshots: what somebody has made of the log, kept in a folder or in S3, so that whoever needs it next starts there.
//!
//! Only a cache: what is missing or damaged is read elsewhere or folded again. An object is written whole or not at
//! all, begins with a checksum of itself, and is named by a number that grows; the newest two are kept.

use std::fmt;
use std::sync::Arc;

use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt, PutPayload};
use tokio::runtime::Handle;
use xxhash_rust::xxh3::xxh3_64;

use crate::history::Error;

/// Objects that are kept of one name: a reader may be at the one before the newest.
const KEPT: usize = 2;
/// Bytes of the checksum before the content.
const SUM: usize = 8;

/// A place for snapshots.
#[derive(Clone)]
pub struct Snapshots {
    store: Arc<dyn ObjectStore>,
    root: Path,
    place: Arc<str>,
    runtime: Handle,
}

impl fmt::Debug for Snapshots {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Snapshots({})", self.place)
    }
}

impl Snapshots {
    /// The place at `url`: `file:///folder`, which must exist, or whatever else `object_store` was built for. `options` are
    /// its own, such as `aws_endpoint`. Network work is done on `runtime`; all calls block.
    ///
    /// # Errors
    /// When the URL or an option cannot be understood.
    pub fn open(url: &str, options: impl IntoIterator<Item = (String, String)>, runtime: Handle) -> Result<Self, Error> {
        let wrong = |source: Box<dyn std::error::Error + Send + Sync>| Error::Snapshots { doing: "use the place of", place: url.to_owned(), source };
        let parsed = url::Url::parse(url).map_err(|e| wrong(e.into()))?;
        // Options may hold secrets; the URL does not.
        let (store, root) = object_store::parse_url_opts(&parsed, options).map_err(|e| wrong(e.into()))?;
        Ok(Self { store: store.into(), root, place: url.into(), runtime })
    }

    /// Where it is, for people.
    #[must_use]
    pub fn place(&self) -> &str {
        &self.place
    }

    /// Keeps a snapshot, and drops those before the last two of that name.
    ///
    /// # Errors
    /// When the place is away or refuses.
    pub fn keep(&self, name: &str, number: u64, content: &[u8]) -> Result<(), Error> {
        let mut object = Vec::with_capacity(SUM + content.len());
        object.extend(xxh3_64(content).to_le_bytes());
        object.extend(content);
        self.wait("keep a snapshot in", async {
            self.store.put(&self.object(name, number), PutPayload::from(object)).await?;
            let mut numbers = self.numbers(name).await?;
            numbers.sort_unstable();
            for old in numbers.iter().rev().skip(KEPT) {
                self.store.delete(&self.object(name, *old)).await?;
            }
            Ok(())
        })
    }

    /// The snapshot of that number; none where it is gone or damaged.
    ///
    /// # Errors
    /// When the place is away or refuses.
    pub fn get(&self, name: &str, number: u64) -> Result<Option<Vec<u8>>, Error> {
        self.wait("read a snapshot in", self.read(name, number))
    }

    /// The newest snapshot that is whole, and its number.
    ///
    /// # Errors
    /// When the place is away or refuses.
    pub fn newest(&self, name: &str) -> Result<Option<(u64, Vec<u8>)>, Error> {
        self.wait("read a snapshot in", async {
            let mut numbers = self.numbers(name).await?;
            numbers.sort_unstable();
            for number in numbers.into_iter().rev() {
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
        self.wait("list the snapshots in", async {
            let listed = self.store.list_with_delimiter(Some(&self.folder(name))).await?;
            Ok(listed.common_prefixes.iter().filter_map(|p| p.filename().map(str::to_owned)).collect())
        })
    }

    fn folder(&self, name: &str) -> Path {
        name.split('/').fold(self.root.clone(), |path, word| path.join(word))
    }

    fn object(&self, name: &str, number: u64) -> Path {
        self.folder(name).join(format!("{number:020}"))
    }

    async fn numbers(&self, name: &str) -> object_store::Result<Vec<u64>> {
        let listed = self.store.list_with_delimiter(Some(&self.folder(name))).await?;
        Ok(listed.objects.iter().filter_map(|o| o.location.filename()?.parse().ok()).collect())
    }

    async fn read(&self, name: &str, number: u64) -> object_store::Result<Option<Vec<u8>>> {
        let read = async { self.store.get(&self.object(name, number)).await?.bytes().await };
        let object = match read.await {
            Ok(object) => object,
            Err(object_store::Error::NotFound { .. }) => return Ok(None),
            Err(error) => return Err(error),
        };
        let Some((sum, content)) = object.split_first_chunk::<SUM>() else { return Ok(None) };
        let whole = u64::from_le_bytes(*sum) == xxh3_64(content);
        if !whole {
            tracing::warn!("a damaged snapshot is left alone: {name}/{number} in {}", self.place);
        }
        Ok(whole.then(|| content.to_vec()))
    }

    fn wait<T>(&self, doing: &'static str, work: impl Future<Output = object_store::Result<T>>) -> Result<T, Error> {
        let done = crate::history::wait(&self.runtime, work);
        done.map_err(|e| Error::Snapshots { doing, place: self.place.to_string(), source: Box::new(e) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn snapshots(folder: &std::path::Path, runtime: &tokio::runtime::Runtime) -> Snapshots {
        let url = format!("file://{}", folder.display());
        Snapshots::open(&url, [], runtime.handle().clone()).unwrap()
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

    #[test]
    fn a_place_that_nobody_knows_is_named() {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let refusal = Snapshots::open("gopher://x/y", [], runtime.handle().clone()).unwrap_err().to_string();
        assert!(refusal.contains("gopher://x/y"), "{refusal}");
    }
}
