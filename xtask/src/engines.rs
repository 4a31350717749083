//! `engines`: fetches the real engines that tests run against; what the cache has is left alone.

use anyhow::Result;

use crate::shell;

/// Fetches them.
///
/// # Errors
/// When one cannot be fetched or is not what is written down.
pub fn run() -> Result<()> {
    shell::run(shell::command(".", shell::cargo(), &["run", "--quiet", "--package", "callboard-engines"]))
}
