//! The web part: packages, build and tests through npm.

use std::fs;
use std::path::Path;
use std::time::SystemTime;

use anyhow::{Result, bail};

use crate::shell;

/// Installs the packages that `package-lock.json` names, unless that was done since it changed.
///
/// # Errors
/// When npm fails.
pub fn install() -> Result<()> {
    if installed_at() > modified("web/package-lock.json") {
        return Ok(());
    }
    npm(&["ci", "--no-audit", "--no-fund"])
}

/// Bundles the wall into `web/dist`, which the binary carries.
///
/// # Errors
/// When npm fails.
pub fn build() -> Result<()> {
    npm(&["run", "build"])
}

/// Type check and unit tests.
///
/// # Errors
/// When npm fails.
pub fn test() -> Result<()> {
    npm(&["test"])
}

/// Makes the console's types from the API's document.
///
/// # Errors
/// When Node.js fails.
pub fn types(document: &Path, types: &Path) -> Result<()> {
    shell::run(shell::command("web", "node", &["console/build/types.mjs", &document.to_string_lossy(), &types.to_string_lossy()]))
}

fn npm(args: &[&str]) -> Result<()> {
    if !shell::exists("npm") {
        bail!("npm is missing: install Node.js 20 or newer with npm (Debian: apt-get install nodejs npm)");
    }
    shell::run(shell::command("web", "npm", args))
}

fn installed_at() -> Option<SystemTime> {
    modified("web/node_modules/.package-lock.json")
}

fn modified(path: &str) -> Option<SystemTime> {
    fs::metadata(shell::root().join(path)).and_then(|m| m.modified()).ok()
}
