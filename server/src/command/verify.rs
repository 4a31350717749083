//! `callboard verify`: folds the log again and compares every row with what is stored and live.
//!
//! Two ways to the same figures: the rows that history and a restart of the engine give, and the rows of a fold
//! of the log from its start. Where they differ, the ledger names the row.

mod ledger;

use std::process::ExitCode;
use std::sync::Arc;

use callboard_analytics::Engine;
use callboard_domain::Event;
use callboard_ingest::log::Log;
use callboard_sql::{CancellationToken, Limits, Options, QueryLayer, Snapshot};
use callboard_store::Table;

use crate::cli;
use crate::config::Config;
use crate::data::Data;
use crate::fold::Fold;
use ledger::Ledger;

/// What is compared: a table, and the columns by which its rows are told apart.
const COMPARED: [Table; 6] = [Table::Calls, Table::QueueVisits, Table::AgentLegs, Table::AgentStates, Table::QueueIntervals, Table::AgentIntervals];

pub(super) fn run(options: &cli::Verify) -> anyhow::Result<ExitCode> {
    super::runtime(2)?.block_on(verify(options))
}

async fn verify(options: &cli::Verify) -> anyhow::Result<ExitCode> {
    anyhow::ensure!(options.data.is_dir(), "there is no data folder {}", options.data.display());
    let clock = crate::clock::machine();
    let settings = Config::load(options.config.as_deref())?.settings()?;
    let data = Data::open(&options.data, &clock)?;
    anyhow::ensure!(
        data.log.start() == 0,
        "could not verify: retention has dropped the log before offset {}; only what the log holds can be folded again",
        data.log.start()
    );
    let as_of = clock.now();
    let stored = {
        let mut fold = Fold::open(data.parts(settings.clone(), &clock))?;
        fold.run_to_end(|_| {})?;
        fold.snapshot(as_of)
    };
    let mut engine = Engine::new(settings);
    let mut from = 0;
    while let Some(block) = data.log.read(from, 4_096)? {
        for line in block.lines() {
            // A late event counts in neither way.
            let _ = engine.apply(&Event::parse(line)?);
        }
        engine.settle();
        from = block.end();
    }
    engine.sweep();
    engine.settle();
    let mut folded = Snapshot::new(as_of);
    folded.live = engine.live(as_of).into_iter().collect();

    let (stored, folded) = (Arc::new(stored), Arc::new(folded));
    let layer = QueryLayer::new(Options::default())?;
    let mut ledger = Ledger::default();
    for table in COMPARED {
        let sql = ledger::question(table, options.from, options.to);
        let mut sides = Vec::with_capacity(2);
        for snapshot in [&stored, &folded] {
            let limits = Limits { timeout: std::time::Duration::from_secs(3_600), memory_bytes: 4 << 30, rows: None };
            sides.push(layer.query(&sql, Arc::clone(snapshot), limits, CancellationToken::new()).await?.collect().await?);
        }
        ledger.compare(table, sides.first().map_or(&[], Vec::as_slice), sides.get(1).map_or(&[], Vec::as_slice))?;
    }
    data.close().await?;
    println!("{from} events folded");
    print!("{ledger}");
    Ok(if ledger.is_clean() { ExitCode::SUCCESS } else { ExitCode::from(super::DIFFERENT) })
}
