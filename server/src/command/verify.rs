//! `callboard verify`: checks what is stored in three ways and prints the ledger.
//!
//! Every file against its checksum; every interval against the facts that it sums up; and every row against a fold
//! of the log from its start into a history of its own. Where two differ, the ledger names the row.

mod ledger;
mod sums;
mod targets;

use std::fmt::Write as _;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use arrow::array::RecordBatch;
use callboard_analytics::Settings;
use callboard_domain::time::DAY_MS;
use callboard_domain::{Clock, Event, Timestamp};
use callboard_ingest::log::Log;
use callboard_sql::{CancellationToken, Limits, Options, QueryLayer, Snapshot};
use callboard_store::Table;
use callboard_store::history::ParquetHistory;

use crate::cli;
use crate::config::Config;
use crate::data::{Data, Past};
use crate::fold::{Fold, Parts, still};
use ledger::Ledger;

/// The tables that are compared with a fold of the log.
const COMPARED: [Table; 6] = [Table::Calls, Table::QueueVisits, Table::AgentLegs, Table::AgentStates, Table::QueueIntervals, Table::AgentIntervals];

pub(super) fn run(options: &cli::Verify) -> anyhow::Result<ExitCode> {
    super::runtime(2)?.block_on(verify(options))
}

async fn verify(options: &cli::Verify) -> anyhow::Result<ExitCode> {
    let clock = crate::clock::machine();
    let config = Config::of_folder(options.config.as_deref(), &options.data)?;
    let settings = config.settings()?;
    let data = Data::open_existing(&options.data, &clock)?;
    data.past.check().context("the history differs from its checksums")?;
    let mut report = match &data.past {
        Past::Own(history) if !data.past.is_remote() => format!("{} files of history fit their checksums\n", history.manifest().paths().count()),
        _ => "the engine's state in ClickHouse fits its checksum; those of rows ClickHouse compares itself\n".to_owned(),
    };

    let as_of = clock.now();
    let mut stored = data.settled(still(settings.clone()), &clock, |_| {})?;
    let (stored, stored_late) = (stored.snapshot(as_of), stored.waiting());
    let mut question =
        Question { layer: QueryLayer::new(Options::default())?, ledger: Ledger::default(), span: whole_quarters(options.from, options.to) };
    question.sums(&stored).await?;

    let folder = tempfile::Builder::new().prefix("verify-").tempdir_in(&options.data).context("could not make a folder beside the history")?;
    let (folded, late) = fold_again(&data, settings.clone(), &clock, folder.path(), as_of)?;
    anyhow::ensure!(late == stored_late, "{late} events of the log wait for a call that nobody knows, of the stored state {stored_late}");
    let start = data.log.start()?;
    if let Some(whole_from) = whole_from(data.log.as_ref(), &settings)? {
        writeln!(report, "the log begins at event {start}: rows are compared with it from {whole_from} on")?;
        question.span.0 = question.span.0.max(Some(whole_from.plus(sums::QUARTER_MS - 1).floor(sums::QUARTER_MS)));
    }
    if let Some(day) = config.kept_from {
        writeln!(report, "calls are kept from {day} on: rows are compared with the log from then on")?;
        question.span.0 = question.span.0.max(Some(day.start()));
    }
    question.rows(&stored, &folded).await?;
    let why = if question.ledger.is_clean() { String::new() } else { question.targets(&stored, &folded).await? };
    drop(folded);
    folder.close().context("could not remove the folder made for comparing")?;
    let events = data.log.end()?.total() - start.total();
    data.close().await?;
    writeln!(report, "{events} events folded, {late} of them wait for a call that nobody knows")?;
    super::print(&format!("{report}{}{why}", question.ledger))?;
    Ok(if question.ledger.is_clean() { ExitCode::SUCCESS } else { ExitCode::from(super::DIFFERENT) })
}

/// A span that cuts no interval in two: a part of one is not the sum of its facts.
fn whole_quarters(from: Option<Timestamp>, to: Option<Timestamp>) -> (Option<Timestamp>, Option<Timestamp>) {
    (from.map(|at| at.floor(sums::QUARTER_MS)), to.map(|at| at.plus(sums::QUARTER_MS - 1).floor(sums::QUARTER_MS)))
}

/// Folds what the log holds into a history in `folder`.
fn fold_again(data: &Data, settings: Settings, clock: &Arc<dyn Clock>, folder: &Path, as_of: Timestamp) -> anyhow::Result<(Arc<Snapshot>, usize)> {
    let history = ParquetHistory::open(folder)?;
    let history_folder = history.folder().to_owned();
    let mut fold = Fold::open(Parts { history_folder, ..data.parts(Arc::new(history), still(settings), clock) })?;
    fold.run_to_end(|_| {})?;
    let mut view = fold.into_view();
    Ok((view.snapshot(as_of), view.waiting()))
}

/// From when on the log tells of every row in full; `None` when it holds everything.
fn whole_from(log: &dyn Log, settings: &Settings) -> anyhow::Result<Option<Timestamp>> {
    let start = log.start()?;
    if start.total() == 0 {
        return Ok(None);
    }
    let Some(block) = log.reader(&start)?.read_on(1)? else { return Ok(None) };
    let Some(line) = block.lines().next() else { return Ok(None) };
    // A call that is not lost ends, and an agent changes state, within this time.
    Ok(Some(Event::parse(line)?.at.plus(settings.silent_call_ms)))
}

/// What is compared, day by day so that memory stays bounded.
struct Question {
    layer: QueryLayer,
    ledger: Ledger,
    span: (Option<Timestamp>, Option<Timestamp>),
}

impl Question {
    /// Every interval against its facts.
    async fn sums(&mut self, stored: &Arc<Snapshot>) -> anyhow::Result<()> {
        for day in self.days(&[stored], &[Table::QueueVisits, Table::QueueIntervals]).await? {
            let intervals = self.ask(stored, &ledger::question(Table::QueueIntervals, day)).await?;
            let facts = self.ask(stored, &sums::of_visits(day)).await?;
            self.ledger.compare("queue_intervals and queue_visits", Table::QueueIntervals, ("sums", &intervals), ("waits", &facts))?;
        }
        for day in self.days(&[stored], &[Table::AgentLegs, Table::AgentStates, Table::AgentIntervals]).await? {
            let intervals = self.ask(stored, &ledger::question(Table::AgentIntervals, day)).await?;
            let legs = self.ask(stored, &sums::of_legs(day)).await?;
            let states = self.ask(stored, &sums::states(day)).await?;
            let facts = sums::of_agents(&legs, &states, day)?;
            self.ledger.compare("agent_intervals, legs and states", Table::AgentIntervals, ("sums", &intervals), ("facts", &[facts]))?;
        }
        Ok(())
    }

    /// Every row against the log.
    async fn rows(&mut self, stored: &Arc<Snapshot>, folded: &Arc<Snapshot>) -> anyhow::Result<()> {
        for table in COMPARED {
            for day in self.days(&[stored, folded], &[table]).await? {
                let sql = ledger::question(table, day);
                let (ours, log) = (self.ask(stored, &sql).await?, self.ask(folded, &sql).await?);
                self.ledger.compare(&format!("{} and the log", table.name()), table, ("history", &ours), ("the log", &log))?;
            }
        }
        Ok(())
    }

    /// Whether waits were measured by other targets than those of the rules, and which.
    async fn targets(&self, stored: &Arc<Snapshot>, folded: &Arc<Snapshot>) -> anyhow::Result<String> {
        Ok(targets::explained(&self.ask(stored, targets::QUESTION).await?, &self.ask(folded, targets::QUESTION).await?))
    }

    async fn ask(&self, snapshot: &Arc<Snapshot>, sql: &str) -> anyhow::Result<Vec<RecordBatch>> {
        let limits = Limits { timeout: Duration::from_secs(3_600), memory_bytes: 4 << 30, rows: None };
        Ok(self.layer.query(sql, Arc::clone(snapshot), limits, CancellationToken::new()).await?.collect().await?)
    }

    /// The UTC days, cut by what was asked for, in which these tables have rows.
    async fn days(&self, snapshots: &[&Arc<Snapshot>], tables: &[Table]) -> anyhow::Result<Vec<(Timestamp, Timestamp)>> {
        let mut spans = Vec::new();
        for table in tables {
            let sql = format!("SELECT MIN({0}), MAX({0}) FROM {1}", table.info().time, table.name());
            for snapshot in snapshots {
                spans.extend(self.ask(snapshot, &sql).await?.iter().flat_map(ledger::times));
            }
        }
        let (Some(first), Some(last)) = (spans.iter().min(), spans.iter().max()) else { return Ok(Vec::new()) };
        let from = self.span.0.map_or(*first, |from| from.max(*first));
        // Whole days: what began last may last on.
        let end = last.floor(DAY_MS).plus(DAY_MS);
        let to = self.span.1.map_or(end, |to| to.min(end));
        let mut days = Vec::new();
        let mut at = from;
        while at < to {
            let end = at.floor(DAY_MS).plus(DAY_MS).min(to);
            days.push((at, end));
            at = end;
        }
        Ok(days)
    }
}
