//! `gen`: files made from other sources of truth; `gen --check` says which no longer equal their source.
//!
//! A crate that owns a source has an example `gen` that writes its files below a folder, by their paths in the
//! repository. So xtask links none of the product, and a generator is found beside what it describes.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::shell;

/// The crates that have an example `gen`.
const SOURCES: &[&str] = &["callboard-domain", "callboard-sql", "callboard-wallboard"];

/// Writes every generated file into the repository.
///
/// # Errors
/// When a generator fails.
pub fn write() -> Result<()> {
    generate(&shell::root())
}

/// Generates into a folder of its own and compares.
///
/// # Errors
/// When a generator fails, or names the files that differ.
pub fn check() -> Result<()> {
    let fresh = std::env::temp_dir().join(format!("callboard-gen-{}", std::process::id()));
    fs::create_dir_all(&fresh).with_context(|| format!("could not create {}", fresh.display()))?;
    let result = generate(&fresh).and_then(|()| differing(&fresh, &shell::root()));
    fs::remove_dir_all(&fresh).with_context(|| format!("could not remove {}", fresh.display()))?;
    let differing = result?;
    if !differing.is_empty() {
        bail!("not equal to their source, run `cargo xtask gen`: {}", differing.join(", "));
    }
    Ok(())
}

fn generate(into: &Path) -> Result<()> {
    for package in SOURCES {
        let into = into.to_string_lossy();
        shell::run(shell::command(".", shell::cargo(), &["run", "--quiet", "--package", package, "--example", "gen", "--", &into]))?;
    }
    Ok(())
}

fn differing(fresh: &Path, root: &Path) -> Result<Vec<String>> {
    let mut names = Vec::new();
    for path in files(fresh)? {
        let name = path.strip_prefix(fresh)?.to_path_buf();
        let new = fs::read(&path).with_context(|| format!("could not read {}", path.display()))?;
        if fs::read(root.join(&name)).ok().as_deref() != Some(new.as_slice()) {
            names.push(name.display().to_string());
        }
    }
    names.sort();
    Ok(names)
}

fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut all = Vec::new();
    for entry in fs::read_dir(folder).with_context(|| format!("could not list {}", folder.display()))? {
        let path = entry?.path();
        if path.is_dir() { all.extend(files(&path)?) } else { all.push(path) }
    }
    Ok(all)
}
