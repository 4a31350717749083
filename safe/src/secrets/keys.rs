//! The file of keys: made at the first start, read by its owner only, written whole or not at all.

use std::fs::File;
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::Error;
use crate::private;
use callboard_admin::random::{Random, digest};

/// A key of 256 bits; never shown.
#[derive(Clone)]
pub struct Key {
    id: String,
    bytes: [u8; 32],
}

impl Key {
    fn make(random: &dyn Random) -> Self {
        let mut bytes = [0; 32];
        random.fill(&mut bytes);
        // An id that tells nothing about the key but that it is this one.
        let id = digest(&URL_SAFE_NO_PAD.encode(bytes)).chars().take(8).collect();
        Self { id, bytes }
    }

    /// What rows call it.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    pub(super) const fn bytes(&self) -> &[u8; 32] {
        &self.bytes
    }
}

/// The keys that secrets are sealed by; the first seals.
#[derive(Clone)]
pub struct Keys {
    first: Key,
    others: Vec<Key>,
    path: Option<PathBuf>,
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Keys").field("current", &self.first.id).finish_non_exhaustive()
    }
}

impl Keys {
    /// The keys of a file, which is made when there is none.
    ///
    /// # Errors
    /// It cannot be read or written, others may read it, or it holds no keys.
    pub fn open(path: &Path, random: &dyn Random) -> Result<Self, Error> {
        let failed = |source| Error::File { path: path.to_owned(), source };
        let text = match std::fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == ErrorKind::NotFound => {
                let keys = Self { first: Key::make(random), others: Vec::new(), path: Some(path.to_owned()) };
                keys.save()?;
                return Ok(keys);
            }
            Err(error) => return Err(failed(error)),
        };
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            if std::fs::metadata(path).map_err(failed)?.permissions().mode() & 0o077 != 0 {
                return Err(Error::Exposed { path: path.to_owned() });
            }
        }
        Ok(Self { path: Some(path.to_owned()), ..Self::parse(&text)? })
    }

    /// Keys from text, such as an environment variable's: a line each, id and 32 bytes in base64url.
    ///
    /// # Errors
    /// It is no such text.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let key = |line: &str| {
            let (id, bytes) = line.trim().split_once(' ').ok_or(Error::Unreadable)?;
            let bytes = URL_SAFE_NO_PAD.decode(bytes.trim()).map_err(|_| Error::Unreadable)?;
            Ok(Key { id: id.to_owned(), bytes: bytes.try_into().map_err(|_| Error::Unreadable)? })
        };
        let mut keys = text.lines().filter(|line| !line.trim().is_empty()).map(key).collect::<Result<Vec<_>, Error>>()?.into_iter();
        Ok(Self { first: keys.next().ok_or(Error::Unreadable)?, others: keys.collect(), path: None })
    }

    /// The key that seals now.
    #[must_use]
    pub const fn current(&self) -> &Key {
        &self.first
    }

    pub(super) fn find(&self, id: &str) -> Option<&Key> {
        std::iter::once(&self.first).chain(&self.others).find(|key| key.id == id)
    }

    /// A new key seals from now on; those before stay in the file.
    pub(super) fn add(&mut self, random: &dyn Random) -> Result<(), Error> {
        self.others.insert(0, std::mem::replace(&mut self.first, Key::make(random)));
        self.save()
    }

    pub(super) fn forget_others(&mut self) -> Result<(), Error> {
        self.others.clear();
        self.save()
    }

    /// Beside its place first, so that a crash leaves one whole file or the other.
    fn save(&self) -> Result<(), Error> {
        let path = self.path.as_ref().ok_or(Error::Unchangeable)?;
        let failed = |source| Error::File { path: path.clone(), source };
        let mut part = path.clone().into_os_string();
        part.push(".part");
        let mut file = private::create(Path::new(&part)).map_err(failed)?;
        for key in std::iter::once(&self.first).chain(&self.others) {
            writeln!(file, "{} {}", key.id, URL_SAFE_NO_PAD.encode(key.bytes)).map_err(failed)?;
        }
        file.sync_all().map_err(failed)?;
        std::fs::rename(&part, path).map_err(failed)?;
        match path.parent().map(File::open) {
            Some(Ok(folder)) => folder.sync_all().map_err(failed),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Count(std::sync::atomic::AtomicU8);

    impl Random for Count {
        fn fill(&self, bytes: &mut [u8]) {
            bytes.fill(self.0.fetch_add(1, std::sync::atomic::Ordering::Relaxed));
        }
    }

    #[test]
    fn a_file_is_made_once_for_its_owner_only_and_changed_whole() {
        let (folder, random) = (tempfile::tempdir().unwrap(), Count(1.into()));
        let path = folder.path().join("settings.key");
        let mut keys = Keys::open(&path, &random).unwrap();
        let first = keys.current().id().to_owned();
        assert_eq!(Keys::open(&path, &random).unwrap().current().id(), first);
        keys.add(&random).unwrap();
        let both = Keys::open(&path, &random).unwrap();
        assert!(both.current().id() != first && both.find(&first).is_some());
        keys.forget_others().unwrap();
        assert!(Keys::open(&path, &random).unwrap().find(&first).is_none());
        assert!(!format!("{keys:?}").contains(&URL_SAFE_NO_PAD.encode(keys.current().bytes)));
        for bad in ["", "x", "x y", &format!("x {}", URL_SAFE_NO_PAD.encode([1; 31]))] {
            assert!(matches!(Keys::parse(bad), Err(Error::Unreadable)), "{bad}");
        }
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
            assert!(matches!(Keys::open(&path, &random), Err(Error::Exposed { .. })));
        }
    }
}
