//! `callboard admin`: passwords, backup and restore of the organisation's settings.

use std::process::ExitCode;

use anyhow::Context;
use callboard_admin::backup;
use callboard_admin::identity::{Caller, first};
use callboard_admin::problem::Problem;

use crate::cli::{AdminCommand, Backup, ResetPassword, Restore, SettingsPlace};
use crate::config::Config;
use crate::organisation::{self, PARTS, said};

pub(super) fn run(command: &AdminCommand) -> anyhow::Result<ExitCode> {
    super::runtime(1)?.block_on(async {
        let told = match command {
            AdminCommand::ResetPassword(options) => reset(options).await?,
            AdminCommand::Backup(options) => keep(options).await?,
            AdminCommand::Restore(options) => bring_back(options).await?,
        };
        super::print(&told)?;
        Ok(ExitCode::SUCCESS)
    })
}

fn config(place: &SettingsPlace) -> anyhow::Result<Config> {
    let mut config = Config::load(place.config.as_deref())?;
    if let Some(data) = &place.data {
        config.data.clone_from(data);
    }
    Ok(config)
}

async fn reset(options: &ResetPassword) -> anyhow::Result<String> {
    let admin = organisation::existing(&config(&options.place)?, &crate::clock::machine()).await?;
    let caller = Caller::server(admin.now());
    let password = first::reset(&admin, &caller, &options.login).await.map_err(|problem: Problem| match problem.status().as_u16() {
        404 => anyhow::anyhow!("there is no user {:?}", options.login),
        _ => said(problem),
    })?;
    Ok(format!("{password}\n"))
}

async fn keep(options: &Backup) -> anyhow::Result<String> {
    let admin = organisation::existing(&config(&options.place)?, &crate::clock::machine()).await?;
    let sum = backup::write(admin.store(), &PARTS, admin.now(), &options.file).await.context("could not write the backup")?;
    Ok(format!("{}: {} tables, {} rows\n", options.file.display(), sum.tables, sum.rows))
}

async fn bring_back(options: &Restore) -> anyhow::Result<String> {
    let config = config(&options.place)?;
    crate::data::make(&config.data)?;
    let sum = backup::restore(&organisation::url(&config)?, &PARTS, &options.file, options.replace).await.context("could not restore the backup")?;
    Ok(format!("restored {} tables, {} rows\n", sum.tables, sum.rows))
}
