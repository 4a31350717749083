//! Runs other programs: from the repository's root, shown before they start, failed when their exit code says so.

use std::ffi::OsStr;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

/// The repository's root folder.
pub fn root() -> PathBuf {
    // As cargo says now, not as it was when this was built: two checkouts may share what is built.
    let here = std::env::var_os("CARGO_MANIFEST_DIR").map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
    here.parent().unwrap_or(&here).to_path_buf()
}

/// Cargo, by the name under which it started us.
pub fn cargo() -> String {
    std::env::var("CARGO").unwrap_or_else(|_| "cargo".into())
}

/// A command in a folder below the root.
pub fn command(folder: &str, program: impl AsRef<OsStr>, args: &[&str]) -> Command {
    let mut command = Command::new(program);
    command.args(args).current_dir(root().join(folder));
    // What cargo tells this program about itself is not for those that it starts: build scripts look at some of it (ring's), and half
    // the workspace would be built again whenever the checkout lies elsewhere, or after a cargo that was started by hand.
    for (name, _) in std::env::vars_os().filter(|(name, _)| is_of_this_crate(name)) {
        command.env_remove(name);
    }
    command
}

/// Whether cargo sets the variable for the crate that it runs, and not for everybody.
fn is_of_this_crate(name: &OsStr) -> bool {
    let name = name.to_string_lossy();
    name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_") || name == "CARGO_CRATE_NAME" || name == "CARGO_BIN_NAME"
}

/// Runs it to its end.
///
/// # Errors
/// When it cannot start or its exit code is not 0.
pub fn run(mut command: Command) -> Result<()> {
    let shown = show(&command);
    eprintln!("$ {shown}");
    let status = command.status().with_context(|| format!("could not start `{shown}`"))?;
    if !status.success() {
        bail!("`{shown}` failed: {status}");
    }
    Ok(())
}

/// Runs it to its end and hands every line of its output on to `each`.
///
/// # Errors
/// When it cannot start, its output cannot be read or its exit code is not 0.
pub fn run_lines(mut command: Command, mut each: impl FnMut(&str)) -> Result<()> {
    let shown = show(&command);
    eprintln!("$ {shown}");
    let mut child = command.stdout(Stdio::piped()).spawn().with_context(|| format!("could not start `{shown}`"))?;
    if let Some(output) = child.stdout.take() {
        for line in BufReader::new(output).split(b'\n') {
            let line = line.with_context(|| format!("could not read what `{shown}` prints"))?;
            let line = String::from_utf8_lossy(&line);
            each(&line);
        }
    }
    let status = child.wait().with_context(|| format!("could not wait for `{shown}`"))?;
    if !status.success() {
        bail!("`{shown}` failed: {status}");
    }
    Ok(())
}

/// What it prints.
///
/// # Errors
/// When it cannot start or its exit code is not 0.
pub fn output(mut command: Command) -> Result<String> {
    let shown = show(&command);
    let output = command.output().with_context(|| format!("could not start `{shown}`"))?;
    if !output.status.success() {
        bail!("`{shown}` failed: {}\n{}", output.status, String::from_utf8_lossy(&output.stderr).trim_end());
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Whether a program can be started with `--version`.
pub fn exists(program: &str) -> bool {
    Command::new(program).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|s| s.success())
}

fn show(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(|w| w.to_string_lossy()).collect::<Vec<_>>().join(" ")
}
