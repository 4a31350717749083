//! Row 11: one queue in the last hour, stored and live rows together, which is what a look behind a tile asks.
//!
//! The right answer is counted from the story's events as they go by. DuckDB reads the same files and has the live
//! rows in a table in memory.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

use anyhow::Result;
use arrow::array::RecordBatch;
use callboard_analytics::Settings;
use callboard_domain::event::Body;
use callboard_domain::time::HOUR_MS;
use callboard_domain::{Event, Timestamp};
use callboard_sql::Snapshot;
use callboard_store::Table;
use callboard_store::history::History;

use crate::ask::{Ours, Peer, Rows};
use crate::contest::{Contest, Sample};
use crate::made::{Made, centre};
use crate::meter::percentile;
use crate::process::digest;
use crate::report::{Cell, Goal, Report};
use crate::session::Session;

/// A Monday's midnight in the centre's zone.
const START: &str = "2026-03-01T16:00:00.000Z";
/// Visits of the day at full size.
const VISITS: usize = 300_000;
/// Questions of one sample.
const TIMES: usize = 60;
const QUEUE: &str = "loans";
const TARGET_MS: i64 = 20_000;
const SQL: &str = "SELECT MEASURE(offered) AS offered, MEASURE(answered) AS answered, MEASURE(answered_in_target) AS in_target \
     FROM queue_visits WHERE queue = 'loans' AND entered_at >= last('60 min')";

/// Runs the row.
///
/// # Errors
/// When the day cannot be made.
pub fn run(session: &Session, report: &mut Report) -> Result<()> {
    let folder = session.scratch()?;
    let visits = session.scaled(VISITS, 10_000);
    let start: Timestamp = START.parse()?;
    let mut made = Made::new(&folder.path().join("history"), Settings::default())?;
    let mut oracle = Oracle::default();
    // So many calls a minute that the day has come to its afternoon.
    made.play(centre(12, start, 50, visits as f64 / 420.0), visits as u64, |event| oracle.see(event))?;
    let snapshot = made.snapshot(made.at);
    let truth = digest(vec![oracle.since(snapshot.as_of.plus(-HOUR_MS))]);
    let live: usize = snapshot.live(Table::QueueVisits).iter().map(RecordBatch::num_rows).sum();

    let ours = Ours::new(session.plant())?;
    let tile = ours.tile(SQL)?;
    let mut duck = furnished_duckdb(session, &ours, &made, &snapshot, &folder.path().join("live.csv"));
    let title = format!("one queue, last hour: {} visits today, {live} of them live, {TIMES} questions a round", made.visits);
    let results = Contest::new(title)
        .truth(truth)
        .contestant("callboard", || many(|| ours.ask(SQL, &snapshot)))
        .contestant("callboard, tile", || many(|| ours.run(&tile, &snapshot)))
        .contestant("duckdb", || {
            let (duck, sql) = duck.as_mut().map_err(|e| anyhow::anyhow!("{e:#}"))?;
            many(|| duck.ask(sql))
        })
        .run(session);
    report.add(
        results,
        [
            Cell::alone("11", "one queue, last hour, stored and live: p50, ms", "p50_ms", "callboard", Goal::AtMost(5.0)),
            Cell::alone("11", "the same planned once, as a tile: p50, ms", "p50_ms", "callboard, tile", Goal::AtMost(5.0)),
            Cell::against("11", "the same against DuckDB's p50", "p50_ms", "callboard", "duckdb", Goal::None),
        ],
    );
    Ok(())
}

fn many(mut ask: impl FnMut() -> Result<(Sample, Rows)>) -> Result<Sample> {
    let (mut times, mut cpu_s, mut rows) = (Vec::with_capacity(TIMES), 0.0, Rows::new());
    for _ in 0..TIMES {
        let (sample, answer) = ask()?;
        times.push(sample.figure("wall_s").unwrap_or(f64::NAN) * 1e3);
        cpu_s += sample.figure("cpu_s").unwrap_or(f64::NAN);
        rows = answer;
    }
    let sample = Sample::default().with("p50_ms", percentile(&mut times, 0.5)).with("p99_ms", percentile(&mut times, 0.99));
    Ok(sample.with("cpu_ms", cpu_s * 1e3 / TIMES as f64).answering(digest(rows)))
}

/// DuckDB with the files and the live rows, and the question in its words.
fn furnished_duckdb(session: &Session, ours: &Ours, made: &Made, snapshot: &Snapshot, csv: &Path) -> Result<(Peer, String)> {
    let mut duck = Peer::duckdb(session)?;
    let columns = "queue, entered_at, offered, answered, answered_in_target";
    let live = Snapshot::new(snapshot.as_of).with_live(Table::QueueVisits, snapshot.live(Table::QueueVisits).to_vec());
    // Whole milliseconds: how a time is written must not decide which rows are there.
    let sql = "SELECT queue, CAST(entered_at AS BIGINT), offered, answered, answered_in_target FROM queue_visits";
    let (_, rows) = ours.ask(sql, &Arc::new(live))?;
    std::fs::write(csv, rows.join("\n") + "\n")?;
    duck.tell(&format!(
        "CREATE TABLE live AS SELECT queue, epoch_ms(ms)::TIMESTAMPTZ AS entered_at, offered, answered, answered_in_target FROM read_csv('{}', \
         header = false, columns = {{'queue': 'VARCHAR', 'ms': 'BIGINT', 'offered': 'BIGINT', 'answered': 'BIGINT', 'answered_in_target': 'BIGINT'}})",
        csv.display()
    ))?;
    let manifest = made.history.manifest();
    let files = manifest.files_of(Table::QueueVisits).iter().map(|f| format!("'{}'", made.history.folder().join(&f.path).display()));
    let files = files.collect::<Vec<_>>().join(", ");
    let stored = if files.is_empty() { String::new() } else { format!("SELECT {columns} FROM read_parquet([{files}]) UNION ALL ") };
    duck.tell(&format!("CREATE VIEW visits AS {stored}SELECT {columns} FROM live"))?;
    let from = snapshot.as_of.plus(-HOUR_MS);
    let sql = format!("SELECT sum(offered), sum(answered), sum(answered_in_target) FROM visits WHERE queue = '{QUEUE}' AND entered_at >= '{from}'");
    Ok((duck, sql))
}

/// Counts the queue's visits in the plainest way.
#[derive(Default)]
struct Oracle {
    visits: Vec<(Timestamp, Option<Timestamp>)>,
    waiting: HashMap<String, usize>,
}

impl Oracle {
    fn see(&mut self, event: &Event<'_>) {
        match &event.body {
            Body::CallQueued(e) => {
                self.waiting.remove(e.call.as_ref());
                if e.queue == QUEUE {
                    self.waiting.insert(e.call.to_string(), self.visits.len());
                    self.visits.push((event.at, None));
                }
            }
            Body::CallAnswered(e) => {
                if let Some(visit) = self.waiting.remove(e.call.as_ref()).and_then(|i| self.visits.get_mut(i)) {
                    visit.1 = Some(event.at);
                }
            }
            Body::CallLeftQueue(e) => {
                self.waiting.remove(e.call.as_ref());
            }
            Body::CallEnded(e) => {
                self.waiting.remove(e.call.as_ref());
            }
            _ => {}
        }
    }

    /// Offered, answered and answered in target of the visits that began at `from` or later.
    fn since(&self, from: Timestamp) -> String {
        let (mut offered, mut answered, mut in_target) = (0, 0, 0);
        for (entered_at, answered_at) in self.visits.iter().filter(|(at, _)| *at >= from) {
            offered += 1;
            answered += i64::from(answered_at.is_some());
            in_target += i64::from(answered_at.is_some_and(|at| at.since(*entered_at) <= TARGET_MS));
        }
        format!("{offered},{answered},{in_target}")
    }
}
