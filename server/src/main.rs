//! `callboard`: one binary for the server and every command beside it.

mod cli;
mod client;
mod clock;
mod command;
mod config;
mod data;
mod fold;
mod http;
mod place;
mod records;

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
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
