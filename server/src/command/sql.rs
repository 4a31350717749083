//! `callboard sql`: one question of a data folder or of a running server.

use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use callboard_sql::{CancellationToken, Limits, Options, QueryLayer, Snapshot, output};

use crate::cli;
use crate::client::Client;
use crate::config::{Config, zone};
use crate::data::{self, Data};
use crate::fold::still;

pub(super) fn run(options: &cli::Sql) -> anyhow::Result<ExitCode> {
    let text = match &options.place.server {
        Some(server) => Client::new(server, options.token.token.as_deref())?.sql(&options.query, options.format.name(), options.timeout)?,
        None => super::runtime(2)?.block_on(of_folder(options))?,
    };
    super::print(&text)?;
    Ok(ExitCode::SUCCESS)
}

async fn of_folder(options: &cli::Sql) -> anyhow::Result<String> {
    let clock = crate::clock::machine();
    let folder = options.place.data.clone().unwrap_or_default();
    let config = Config::of_folder(options.config.as_deref(), &folder)?;
    let (settings, zone) = (config.settings()?, zone(options.zone.as_ref().unwrap_or(&config.zone))?);
    let data = Data::open_existing(&folder, &clock)?;
    config.remember(&folder)?;
    let snapshot = data.view(still(settings), &clock)?.snapshot(clock.now());
    let layer = QueryLayer::new(Options { zone, ..Options::default() })?;
    let text = match ask(options, &layer, snapshot).await {
        Ok(text) => text,
        Err(error) => return Err(data::damage_behind(&data.past.files(), &error).map_or_else(|| error.into(), Into::into)),
    };
    data.close().await?;
    Ok(text)
}

async fn ask(options: &cli::Sql, layer: &QueryLayer, snapshot: Arc<Snapshot>) -> Result<String, callboard_sql::Error> {
    let format: output::Format = match options.format {
        cli::Format::Table => output::Format::Table,
        cli::Format::Csv => output::Format::Csv,
        cli::Format::Json => output::Format::Json,
    };
    let limits = Limits { timeout: Duration::from_secs(options.timeout), ..Limits::default() };
    let answer = layer.query(&options.query, snapshot, limits, CancellationToken::new()).await?;
    let schema = answer.schema();
    output::to_text(format, schema, &answer.collect().await?)
}
