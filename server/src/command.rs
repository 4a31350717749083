//! One file a command.

mod admin;
mod import;
mod serve;
mod simulate;
mod sql;
mod verify;

use std::io::{ErrorKind, Write};
use std::process::ExitCode;

use anyhow::Context;

use crate::cli::Command;
pub use serve::Running;

/// Exit code when figures differ.
pub(crate) const DIFFERENT: u8 = 1;
/// Exit code when the command could not be done.
pub(crate) const FAILED: u8 = 3;

/// Runs a command to its end.
pub(crate) fn run(command: Command) -> anyhow::Result<ExitCode> {
    match command {
        Command::Serve(options) => serve::run(&options),
        Command::Admin(options) => admin::run(&options),
        Command::Import(options) => import::run(&options),
        Command::Sql(options) => sql::run(&options),
        Command::Simulate(options) => simulate::run(&options),
        Command::Verify(options) => verify::run(&options),
    }
}

/// Writes an answer to standard output. A reader that has seen enough, such as `head`, is no failure.
fn print(text: &str) -> anyhow::Result<()> {
    let end = if text.ends_with('\n') { "" } else { "\n" };
    let mut out = std::io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.write_all(end.as_bytes())).and_then(|()| out.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(error).context("could not write the answer"),
        _ => Ok(()),
    }
}

/// The runtime for commands that need one; `serve` uses more threads.
fn runtime(threads: usize) -> anyhow::Result<tokio::runtime::Runtime> {
    Ok(tokio::runtime::Builder::new_multi_thread().worker_threads(threads).enable_all().build()?)
}
