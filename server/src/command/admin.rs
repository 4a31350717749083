//! `callboard admin`: what is done to the settings from this machine: a password given anew, backups, the key of secrets.

use std::process::ExitCode;

use anyhow::{Context, bail};
use callboard_admin::identity::{Caller, first};
use callboard_admin::store::Store;
use callboard_safe::{backup, secrets};

use crate::cli::{self, AdminCommand};
use crate::config::Config;
use crate::organisation::{self, PARTS};

pub(super) fn run(options: &cli::Admin) -> anyhow::Result<ExitCode> {
    super::runtime(2)?.block_on(done(options))?;
    Ok(ExitCode::SUCCESS)
}

async fn done(options: &cli::Admin) -> anyhow::Result<()> {
    let clock = crate::clock::machine();
    let mut config = Config::load(options.config.as_deref())?;
    if let Some(data) = &options.data {
        config.data.clone_from(data);
    }
    let url = organisation::url(&config)?;
    match &options.command {
        AdminCommand::ResetPassword { login } => {
            let admin = organisation::plain(&config, &clock).await?;
            let password = match first::reset(&admin, &Caller::server(admin.now()), login).await {
                Err(problem) if problem.status() == 404 => bail!("there is no user {login}"),
                other => other.map_err(organisation::said).with_context(|| format!("could not give {login} a new password"))?,
            };
            super::print(&format!("{login} signs in with the one-time password {password}, which must be changed"))
        }
        AdminCommand::Backup { file } => {
            let store = Store::connect(&url, true).await?;
            let sum = backup::write(&store, PARTS, clock.now(), file).await.context("could not write the backup")?;
            super::print(&format!("{} rows of {} tables are in {}", sum.rows, sum.tables, file.display()))
        }
        AdminCommand::Restore { file, replace } => {
            let sum = backup::restore(&url, PARTS, file, *replace).await.context("could not restore the backup")?;
            super::print(&format!("{} rows of {} tables are back", sum.rows, sum.tables))
        }
        AdminCommand::RotateKey => {
            let admin = organisation::plain(&config, &clock).await?;
            let mut keys = organisation::keys(&config)?;
            let count = secrets::rotate(&admin, &mut keys).await.context("could not change the key of secrets")?;
            super::print(&format!("{count} secrets are sealed by a new key; copy the key file to every node, and start them"))
        }
    }
}
