//! The place itself: reads, writes and lists by name, in a folder and in a bucket alike.

use std::fmt;
use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;

use bytes::Bytes;
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::{ObjectMeta, ObjectStore, ObjectStoreExt, ObjectStoreScheme, PutPayload};
use url::Url;

use crate::{Error, S3};

/// A folder or a bucket; cheap to clone.
#[derive(Clone)]
pub struct Objects {
    store: Arc<dyn ObjectStore>,
    /// Where names begin.
    root: Path,
    /// The same as a folder of this machine, where it is one.
    folder: Option<Arc<PathBuf>>,
    place: Arc<str>,
}

/// What is known of a file without reading it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Meta {
    /// Its bytes.
    pub size: u64,
    /// Changes when the content does.
    pub tag: String,
    /// Milliseconds since 1970 at which it was last written.
    pub modified_ms: i64,
}

/// What stands directly below a name, by their last words.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Listed {
    /// Names that others stand below.
    pub folders: Vec<String>,
    /// Files.
    pub files: Vec<String>,
}

impl fmt::Debug for Objects {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Objects({})", self.place)
    }
}

impl Objects {
    /// The place at `url`: `file:///folder`, `/folder` or `s3://bucket/prefix`; `secret` looks a name up in the environment.
    ///
    /// # Errors
    /// When the URL or a setting cannot be right. Nothing is asked for yet.
    pub fn open(url: &str, s3: &S3, secret: impl Fn(&str) -> Option<String>) -> Result<Self, Error> {
        let wrong = |what: String| Error::Settings { place: url.to_owned(), what };
        let parsed =
            if url.starts_with('/') { Url::from_file_path(url).map_err(|()| url::ParseError::RelativeUrlWithoutBase) } else { Url::parse(url) };
        let parsed = parsed.map_err(|e| wrong(format!("{e}; take file:///folder or s3://bucket/prefix")))?;
        let unknown = || wrong("it is neither file:///folder nor s3://bucket/prefix".into());
        let (scheme, root) = ObjectStoreScheme::parse(&parsed).map_err(|_| unknown())?;
        let (store, folder): (Arc<dyn ObjectStore>, _) = match scheme {
            ObjectStoreScheme::Local => {
                let folder = parsed.to_file_path().map_err(|()| unknown())?;
                (Arc::new(LocalFileSystem::new()), Some(Arc::new(folder)))
            }
            ObjectStoreScheme::AmazonS3 => (Arc::new(s3.bucket(url, secret).map_err(wrong)?), None),
            _ => return Err(unknown()),
        };
        Ok(Self { store, root, folder, place: url.into() })
    }

    /// Where it is, for people.
    #[must_use]
    pub fn place(&self) -> &str {
        &self.place
    }

    /// Writes a file: whole or not at all.
    ///
    /// # Errors
    /// When the name is none or the place is away or refuses.
    pub async fn put(&self, name: &str, content: Vec<u8>) -> Result<(), Error> {
        let path = self.path(name)?;
        self.store.put(&path, PutPayload::from(content)).await.map(drop).map_err(|e| self.failed("write to", e))
    }

    /// Takes a file away; one that is not there is no error.
    ///
    /// # Errors
    /// When the name is none or the place is away or refuses.
    pub async fn delete(&self, name: &str) -> Result<(), Error> {
        let path = self.path(name)?;
        self.found("delete from", self.store.delete(&path).await).map(drop)
    }

    /// A file's content; none where there is no such file.
    ///
    /// # Errors
    /// When the name is none, leads out of the place, or the place is away or refuses.
    pub async fn get(&self, name: &str) -> Result<Option<Bytes>, Error> {
        let path = self.inside(name).await?;
        self.found("read from", async { self.store.get(&path).await?.bytes().await }.await)
    }

    /// Some bytes of a file; none where there is no such file.
    ///
    /// # Errors
    /// When the name is none, leads out of the place, the file is shorter, or the place is away or refuses.
    pub async fn part(&self, name: &str, range: Range<u64>) -> Result<Option<Bytes>, Error> {
        let path = self.inside(name).await?;
        self.found("read from", self.store.get_range(&path, range).await)
    }

    /// What is known of a file; none where there is no such file.
    ///
    /// # Errors
    /// When the name is none, leads out of the place, or the place is away or refuses.
    pub async fn meta(&self, name: &str) -> Result<Option<Meta>, Error> {
        let path = self.inside(name).await?;
        let error = match self.store.head(&path).await {
            Ok(meta) => return Ok(Some(known(&meta))),
            Err(error) => error,
        };
        if self.folder.is_none() {
            // The answer to HEAD has no text; a listing says whether the bucket or the key is what is wrong.
            self.store.list_with_delimiter(Some(&path)).await.map_err(|e| self.failed("read from", e))?;
        }
        self.found("read from", Err(error))
    }

    /// What stands directly below a name, in no order.
    ///
    /// # Errors
    /// When the name is none or the place is away or refuses.
    pub async fn list(&self, name: &str) -> Result<Listed, Error> {
        let path = self.path(name)?;
        let listed = self.store.list_with_delimiter(Some(&path)).await.map_err(|e| self.failed("list", e))?;
        let last = |path: &Path| path.filename().map(str::to_owned);
        Ok(Listed {
            folders: listed.common_prefixes.iter().filter_map(last).collect(),
            files: listed.objects.iter().filter_map(|o| last(&o.location)).collect(),
        })
    }

    fn found<T>(&self, doing: &'static str, done: object_store::Result<T>) -> Result<Option<T>, Error> {
        match done {
            Ok(value) => Ok(Some(value)),
            // S3 says the same of a bucket that is not there.
            Err(error @ object_store::Error::NotFound { .. }) if !error.to_string().contains("NoSuchBucket") => Ok(None),
            Err(error) => Err(self.failed(doing, error)),
        }
    }

    fn failed(&self, doing: &'static str, source: object_store::Error) -> Error {
        Error::Store { doing, place: self.place.to_string(), source: Box::new(source) }
    }

    fn bad_name(&self, name: &str, what: &str) -> Error {
        Error::Name { place: self.place.to_string(), name: name.to_owned(), what: what.to_owned() }
    }

    /// The path of a name: words between single slashes, none of them `.` or `..`.
    fn path(&self, name: &str) -> Result<Path, Error> {
        if name.starts_with('/') || name.ends_with('/') || name.contains('\\') {
            return Err(self.bad_name(name, "it is not made of words between slashes"));
        }
        let below = Path::parse(name).map_err(|e| self.bad_name(name, &e.to_string()))?;
        Ok(Path::from_iter(self.root.parts().chain(below.parts())))
    }

    /// As `path`; in a folder no link may lead out of it.
    async fn inside(&self, name: &str) -> Result<Path, Error> {
        let path = self.path(name)?;
        let Some(folder) = &self.folder else { return Ok(path) };
        let real = |path: PathBuf| async { tokio::fs::canonicalize(path).await.ok() };
        // What is not there leads nowhere: reading says so.
        if let (Some(root), Some(file)) = (real(folder.to_path_buf()).await, real(folder.join(name)).await)
            && !file.starts_with(&root)
        {
            return Err(self.bad_name(name, "it leads out of the folder"));
        }
        Ok(path)
    }
}

fn known(meta: &ObjectMeta) -> Meta {
    let modified_ms = meta.last_modified.timestamp_millis();
    let tag = meta.e_tag.clone().unwrap_or_else(|| format!("\"{modified_ms:x}-{:x}\"", meta.size));
    Meta { size: meta.size, tag, modified_ms }
}
