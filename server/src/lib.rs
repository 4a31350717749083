//! The server and the commands beside it. The binary is this library's `main`; a test starts a server in its own
//! process, under a clock that it moves itself.

mod cli;
mod client;
mod clock;
mod command;
mod config;
mod data;
mod fold;
mod http;
mod records;

use std::process::ExitCode;

use clap::Parser;

pub use command::Running;
pub use config::Config;

/// Does what the command line asks for. Exit codes: 0 done, 1 difference found, 2 wrong usage, 3 failed.
#[must_use]
pub fn main() -> ExitCode {
    let cli = cli::Cli::parse();
    tracing_subscriber::fmt()
        .with_env_filter(tracing_subscriber::EnvFilter::try_from_env("CALLBOARD_LOG").unwrap_or_else(|_| "info,datafusion=warn".into()))
        .with_writer(std::io::stderr)
        .with_target(false)
        .init();
    match command::run(cli.command) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("callboard: {error:#}");
            ExitCode::from(command::FAILED)
        }
    }
}
