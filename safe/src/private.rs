//! Files that only their owner reads, made anew beside the place where they will lie.

use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Result};
use std::path::Path;

/// Makes a file. What lay there before, such as what a crash left or a link that somebody put there, is taken away and not written into.
pub(crate) fn create(path: &Path) -> Result<File> {
    match std::fs::remove_file(path) {
        Ok(()) => {}
        Err(error) if error.kind() == ErrorKind::NotFound => {}
        Err(error) => return Err(error),
    }
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

#[cfg(all(test, unix))]
mod tests {
    use std::io::Write as _;
    use std::os::unix::fs::{PermissionsExt as _, symlink};

    use super::*;

    #[test]
    fn what_lay_there_is_neither_followed_nor_kept() {
        let folder = tempfile::tempdir().unwrap();
        let (other, part) = (folder.path().join("other"), folder.path().join("a.part"));
        std::fs::write(&other, "untouched").unwrap();
        symlink(&other, &part).unwrap();
        for _ in 0..2 {
            create(&part).unwrap().write_all(b"secret").unwrap();
            let meta = std::fs::symlink_metadata(&part).unwrap();
            assert!(meta.is_file() && meta.permissions().mode() & 0o777 == 0o600);
            assert_eq!(std::fs::read_to_string(&part).unwrap(), "secret");
            // Left open to all by somebody else.
            std::fs::set_permissions(&part, std::fs::Permissions::from_mode(0o666)).unwrap();
        }
        assert_eq!(std::fs::read_to_string(&other).unwrap(), "untouched");
        assert!(create(folder.path()).is_err(), "a folder stays");
    }
}
