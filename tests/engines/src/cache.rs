//! The folder where fetched engines are kept, and the check that what was fetched is what was written down.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use sha2::{Digest, Sha256};

/// Where engines are kept: `CALLBOARD_ENGINES`, else `~/.cache/callboard/engines`.
///
/// # Errors
/// When neither that variable nor `HOME` is set.
pub fn cache_folder() -> anyhow::Result<PathBuf> {
    if let Some(folder) = std::env::var_os("CALLBOARD_ENGINES") {
        return Ok(folder.into());
    }
    let home = std::env::var_os("HOME").context("neither CALLBOARD_ENGINES nor HOME says where engines are kept")?;
    Ok(Path::new(&home).join(".cache/callboard/engines"))
}

/// Makes the folder `name` of the cache unless it is there: `fill` puts its files into an empty folder, which is
/// renamed once everything listed in `sums` (as `sha256sum` writes it) is there and right. What comes twice at the
/// same moment is fetched twice and kept once.
///
/// # Errors
/// When `fill` fails or a file is not the one that is listed.
pub fn fetched(name: &str, sums: &str, fill: impl FnOnce(&Path) -> anyhow::Result<()>) -> anyhow::Result<PathBuf> {
    let cache = cache_folder()?;
    let folder = cache.join(name);
    if folder.is_dir() {
        return Ok(folder);
    }
    fs::create_dir_all(&cache).with_context(|| format!("could not make {}", cache.display()))?;
    let draft = tempfile::Builder::new().prefix(name).tempdir_in(&cache)?;
    fill(draft.path())?;
    verify(draft.path(), sums)?;
    let draft = draft.keep();
    if fs::rename(&draft, &folder).is_err() {
        fs::remove_dir_all(&draft)?;
    }
    if !folder.is_dir() {
        bail!("could not put {} into place", folder.display());
    }
    Ok(folder)
}

/// Checks every listed file, and that there is no other.
fn verify(folder: &Path, sums: &str) -> anyhow::Result<()> {
    let mut listed = 0;
    for line in sums.lines() {
        let (want, name) = line.split_once("  ").with_context(|| format!("{line:?} is no line of a list of sums"))?;
        let path = folder.join(name);
        let bytes = fs::read(&path).with_context(|| format!("{} was not fetched", path.display()))?;
        let got = Sha256::digest(&bytes).iter().fold(String::new(), |mut text, byte| {
            // Writing to a string cannot fail.
            let _ = write!(text, "{byte:02x}");
            text
        });
        if got != want {
            bail!("{} has the sum {got} instead of {want}: it is not the file that was written down", path.display());
        }
        listed += 1;
    }
    let found = fs::read_dir(folder)?.count();
    if found != listed {
        bail!("{} holds {found} files instead of the {listed} that are listed", folder.display());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const SUMS: &str = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824  a.jar\n";

    #[test]
    fn a_changed_a_missing_and_an_unknown_file_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        let jar = folder.path().join("a.jar");
        assert!(verify(folder.path(), SUMS).unwrap_err().to_string().contains("was not fetched"));
        fs::write(&jar, "hellO").unwrap();
        assert!(verify(folder.path(), SUMS).unwrap_err().to_string().contains("has the sum"));
        fs::write(&jar, "hello").unwrap();
        verify(folder.path(), SUMS).unwrap();
        fs::write(folder.path().join("b.jar"), "x").unwrap();
        assert!(verify(folder.path(), SUMS).unwrap_err().to_string().contains("holds 2 files"));
    }
}
