//! `callboard sql`: one question of a data folder or of a running server.

use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use callboard_analytics::Settings;
use callboard_sql::{CancellationToken, Limits, Options, QueryLayer, output};

use crate::cli;
use crate::client::Client;
use crate::data::Data;
use crate::fold::Fold;

pub(super) fn run(options: &cli::Sql) -> anyhow::Result<ExitCode> {
    let text = match &options.place.server {
        Some(server) => Client::new(server).sql(&options.query, options.format.name(), options.timeout)?,
        None => super::runtime(2)?.block_on(of_folder(options))?,
    };
    print!("{text}");
    if !text.ends_with('\n') {
        println!();
    }
    Ok(ExitCode::SUCCESS)
}

async fn of_folder(options: &cli::Sql) -> anyhow::Result<String> {
    let clock = crate::clock::machine();
    let folder = options.place.data.clone().unwrap_or_default();
    anyhow::ensure!(folder.is_dir(), "there is no data folder {}", folder.display());
    let data = Data::open(&folder, &clock)?;
    let snapshot = {
        let mut fold = Fold::open(data.parts(Settings::default(), &clock))?;
        fold.run_to_end(|_| {})?;
        fold.snapshot(clock.now())
    };
    let layer = QueryLayer::new(Options::default())?;
    let limits = Limits { timeout: Duration::from_secs(options.timeout), ..Limits::default() };
    let answer = layer.query(&options.query, Arc::new(snapshot), limits, CancellationToken::new()).await?;
    let schema = answer.schema();
    let text = output::to_text(options.format.name().parse()?, schema, &answer.collect().await?)?;
    data.close().await?;
    Ok(text)
}
