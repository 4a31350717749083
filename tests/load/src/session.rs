//! What all areas of one call share: sizes, folders, the planted delay.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::meter::Plant;

/// Events of the common input at full size.
pub const FULL_EVENTS: usize = 2_000_000;

/// One call of `load`.
#[derive(Debug)]
pub struct Session {
    /// Events of the common input.
    pub events: usize,
    /// Rounds of each contest.
    pub repeats: usize,
    /// Whether the product is slowed down, to see that the gate notices.
    pub control: bool,
    out: PathBuf,
}

impl Session {
    /// Makes the output folder.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn new(events: usize, repeats: usize, out: PathBuf, control: bool) -> Result<Self> {
        fs::create_dir_all(&out).with_context(|| format!("could not make {}", out.display()))?;
        let out = out.canonicalize().with_context(|| format!("could not find {}", out.display()))?;
        Ok(Self { events, repeats: repeats.max(1), control, out })
    }

    /// Where tables go.
    #[must_use]
    pub fn out(&self) -> &Path {
        &self.out
    }

    /// A fresh folder on the same disk as everything else, gone when dropped.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn scratch(&self) -> Result<tempfile::TempDir> {
        tempfile::tempdir_in(&self.out).with_context(|| format!("could not make a folder in {}", self.out.display()))
    }

    /// A count that shrinks with `--events`: `full` at full size, at least `least`.
    #[must_use]
    pub fn scaled(&self, full: usize, least: usize) -> usize {
        (full * self.events / FULL_EVENTS).max(least)
    }

    /// The delay for the product's own contestants, none outside a control.
    #[must_use]
    pub const fn plant(&self) -> Plant {
        if self.control { Plant::control() } else { Plant::none() }
    }

    /// The Python of a peer, or why there is none. `cargo xtask bench` installs peers before it starts us.
    ///
    /// # Errors
    /// Says what the installation said.
    pub fn python(&self, peer: &str) -> Result<PathBuf> {
        let folder = self.out.join("venv").join(peer);
        let python = folder.join("bin/python");
        if folder.join("installed").is_file() && python.exists() {
            return Ok(python);
        }
        let reason = fs::read_to_string(self.out.join("venv").join(format!("{peer}.failed")));
        anyhow::bail!("{}", reason.map_or_else(|_| format!("{peer} is not installed; run `cargo xtask bench`"), |r| r.trim().to_owned()))
    }
}
