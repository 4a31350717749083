//! The server and the commands beside it. The binary is this library's `main`; a test starts a server in its own
//! process, under a clock that it moves itself.

mod asking;
mod calls;
mod cli;
mod client;
mod clock;
mod command;
mod config;
mod data;
mod fold;
mod http;
mod log;
mod organisation;
mod place;
mod records;
mod roles;
mod shared;
pub mod telemetry;

use std::io::IsTerminal;
use std::process::ExitCode;

use clap::Parser;

pub use command::Running;
pub use config::Config;
pub use organisation::openapi;

/// What is logged when CALLBOARD_LOG does not say: what the storage engines tell of their own work is not for users.
const LOGGED: &str = "info,datafusion=warn,fjall=warn,lsm_tree=warn";

/// Does what the command line asks for. Exit codes: 0 done, 1 difference found, 2 wrong usage, 3 failed.
#[must_use]
pub fn main() -> ExitCode {
    let cli = cli::Cli::parse();
    tracing_subscriber::fmt()
        .with_env_filter(tracing_subscriber::EnvFilter::try_from_env("CALLBOARD_LOG").unwrap_or_else(|_| LOGGED.into()))
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr)
        .with_target(false)
        .init();
    match command::run(cli.command) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("callboard: {}", told(&error));
            ExitCode::from(command::FAILED)
        }
    }
}

/// The error with its causes; many errors say theirs themselves, and nobody wants to read it twice.
fn told(error: &anyhow::Error) -> String {
    let mut text = String::new();
    for cause in error.chain().map(ToString::to_string) {
        let cause = cause.trim_end();
        if !text.contains(cause) {
            if !text.is_empty() {
                text.push_str(": ");
            }
            text.push_str(cause);
        }
    }
    text
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_cause_is_told_once() {
        let error = anyhow::anyhow!("the disk is full").context("could not write x: the disk is full").context("could not import y");
        assert_eq!(super::told(&error), "could not import y: could not write x: the disk is full");
    }
}
