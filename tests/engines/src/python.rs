//! Programs from Python's package index, each with a folder of its own in the cache.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, bail};

use crate::cache_folder;

/// There once all of it is there.
const DONE: &str = "complete";

/// Makes the environment `name` in the cache unless it is there and installs what `arguments` of `pip install` name; its folder
/// of programs. pip checks what it fetched against the index's own sums.
///
/// # Errors
/// When Python or its package index cannot be had.
pub fn environment(name: &str, arguments: &[&str]) -> anyhow::Result<PathBuf> {
    let cache = cache_folder()?;
    let folder = cache.join(name);
    let programs = folder.join("venv/bin");
    if folder.join(DONE).is_file() {
        return Ok(programs);
    }
    fs::create_dir_all(&cache).with_context(|| format!("could not make {}", cache.display()))?;
    // Filled beside its place and then renamed: two that fetch at once do not meet.
    let draft = tempfile::Builder::new().prefix(name).tempdir_in(&cache)?;
    let venv = draft.path().join("venv");
    run(Command::new("python3").args(["-m", "venv"]).arg(&venv)).context("could not make a Python environment (Debian: python3-venv)")?;
    let mut install = Command::new(venv.join("bin/python"));
    run(install.args(["-m", "pip", "install", "--quiet"]).args(arguments)).with_context(|| format!("could not fetch {name}"))?;
    fs::write(draft.path().join(DONE), arguments.join("\n"))?;
    let draft = draft.keep();
    if fs::rename(&draft, &folder).is_err() {
        fs::remove_dir_all(&draft)?;
    }
    if !folder.join(DONE).is_file() {
        bail!("could not put {} into place; remove it and try again", folder.display());
    }
    Ok(programs)
}

fn run(command: &mut Command) -> anyhow::Result<()> {
    let output = command.output()?;
    if !output.status.success() {
        bail!("{command:?} ended with {}: {}", output.status, String::from_utf8_lossy(&output.stderr));
    }
    Ok(())
}
