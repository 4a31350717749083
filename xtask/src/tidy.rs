//! `tidy`: the project's own rules, those that neither rustfmt nor clippy knows.
//!
//! A rule reads tracked files and returns sentences; no sentence, no complaint.

mod files;
mod layers;
mod leaks;
mod lengths;
mod measures;
mod security;

use anyhow::{Result, bail};

use crate::shell;

/// Checks every rule.
///
/// # Errors
/// Lists what is wrong, one line each.
pub fn run() -> Result<()> {
    let files = files::read(&shell::root())?;
    let mut wrong = Vec::new();
    wrong.extend(lengths::check(&files));
    wrong.extend(layers::check(&files)?);
    wrong.extend(measures::check(&files));
    wrong.extend(leaks::check(&files));
    wrong.extend(security::check(&files));
    if !wrong.is_empty() {
        bail!("{}\ntidy: {} to mend", wrong.join("\n"), wrong.len());
    }
    eprintln!("tidy: {} files, nothing to mend", files.len());
    Ok(())
}
