//! `bench`: builds the release once, installs the peers and runs `load`, the product against its peers and bounds.
//!
//! `simulator` is a bench of its crate; every other area belongs to `tests/load`. Tables go to the terminal and
//! `target/bench`.

mod peers;

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result};

use crate::shell;

/// Benches of one crate, for work on it: the simulated centre; the live path by its stages; screens.
const CRATE_BENCHES: [&str; 4] = ["simulator", "live", "screens", "kafka"];

/// Runs one area, or every area of a suite: `core` or nothing, and `engines`. The rest of the words go to `load`, such as
/// `--events 100000`.
///
/// # Errors
/// When something cannot be built, or a gate fails.
pub fn run(words: &[&str]) -> Result<()> {
    let (area, options) = match words {
        [] => ("core", words),
        [first, ..] if first.starts_with("--") => ("core", words),
        [area, options @ ..] => (*area, options),
    };
    let out = shell::root().join("target/bench");
    fs::create_dir_all(&out).with_context(|| format!("could not create {}", out.display()))?;
    if CRATE_BENCHES.contains(&area) {
        let mut command = shell::command(".", shell::cargo(), &["bench", "--quiet", "--workspace", "--bench", area]);
        command.env("CALLBOARD_BENCH_OUT", &out);
        return shell::run(command);
    }
    // The whole workspace, so that everything shares one build of its dependencies.
    shell::run(shell::command(".", shell::cargo(), &["build", "--release", "--workspace", "--bins"]))?;
    peers::install(&out.join("venv"))?;
    let mut args = vec![area];
    args.extend_from_slice(options);
    args.extend_from_slice(&["--out", "target/bench"]);
    shell::run(shell::command(".", target().join("release/load"), &args))
}

/// Where cargo builds.
fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| shell::root().join("target"), |dir| shell::root().join(dir))
}
