//! Row 12: bytes on disk an event, of the log and of history, beside ClickHouse's MergeTree and Parquet of the raw events.

use std::io::{BufWriter, Write};
use std::path::Path;

use anyhow::{Context, Result, ensure};

use crate::ask::Peer;
use crate::contest::{Outcome, Results, Sample};
use crate::imported::{Tally, disk_bytes, import};
use crate::made::centre;
use crate::report::{Cell, Goal, Report};
use crate::session::Session;
use crate::today::told;

/// Events at full size: three days of a centre.
const EVENTS: usize = 1_000_000;
/// A Monday's midnight in the centre's zone.
const START: &str = "2026-03-01T16:00:00.000Z";
/// The raw events as columns. The order is the one that packs best: a call's events side by side.
const TABLE: &str = "CREATE TABLE events (id String, at DateTime64(3, 'UTC'), source LowCardinality(String), type LowCardinality(String), call String, \
     queue LowCardinality(String), agent LowCardinality(String), \"from\" String, \"to\" String, direction LowCardinality(String), \
     by LowCardinality(String), reason LowCardinality(String), state LowCardinality(String), kind LowCardinality(String), name LowCardinality(String), \
     team LowCardinality(String), position UInt32, wrap_up_ms UInt32, ring_ms UInt32, score UInt8, url String, duration_ms UInt32, \
     version LowCardinality(String)) ENGINE = MergeTree ORDER BY (source, call, agent, at)";

/// Runs the row.
///
/// # Errors
/// When the events cannot be made or imported.
pub fn run(session: &Session, report: &mut Report) -> Result<()> {
    let folder = session.scratch()?;
    let count = session.scaled(EVENTS, 50_000);
    let (data, lines) = (folder.path().join("data"), folder.path().join("events.ndjson"));
    let mut file = BufWriter::with_capacity(1 << 20, std::fs::File::create(&lines)?);
    // A dozen events a call, 580 busy minutes a day.
    let story = centre(13, START.parse()?, 50, count as f64 / 12.4 / 3.0 / 580.0);
    let tally = import(&data, told(story).take(count), |_, line| Ok(writeln!(file, "{line}")?))?;
    file.flush()?;
    let bytes = |value: u64| Outcome::Ran(vec![Sample::default().with("bytes_per_event", value as f64 / tally.events as f64)]);
    let peer = |result: Result<u64>| result.map_or_else(|e| Outcome::NotRun(format!("{e:#}")), bytes);
    let (log, state) = (disk_bytes(&data.join("log"))?, disk_bytes(&data.join("history/engine"))?);
    let history = disk_bytes(&data.join("history"))? - state;
    let contestants = [
        ("lines", bytes(tally.bytes)),
        ("log", bytes(log)),
        ("history", bytes(history)),
        ("state", bytes(state)),
        ("merge_tree", peer(merge_tree(session, &folder.path().join("chdb"), &lines, &tally))),
        ("parquet", peer(parquet(session, &folder.path().join("events.parquet"), &lines))),
    ];
    let contestants = contestants.into_iter().map(|(name, outcome)| (name.to_owned(), outcome)).collect();
    let results = Results { title: format!("bytes on disk of {} events, {} visits", tally.events, tally.offered), truth: None, contestants };
    let alone = |what: &str, subject, goal| Cell::alone("12", format!("{what}: bytes on disk an event"), "bytes_per_event", subject, goal);
    let against = |what: &str, subject, bound| Cell::against("12", what, "bytes_per_event", subject, bound, Goal::None);
    report.add(
        results,
        [
            alone("history", "history", Goal::AtMost(25.0)),
            alone("log", "log", Goal::AtMost(40.0)),
            against("MergeTree of the events by our history", "history", "merge_tree"),
            against("DuckDB's Parquet zstd of the events by our history", "history", "parquet"),
            against("MergeTree of the events by our log", "log", "merge_tree"),
        ],
    );
    report.note(
        "history is the Parquet files and the manifest; the engine's state, with the open calls and two days' sums, does not grow with the log",
    );
    Ok(())
}

fn merge_tree(session: &Session, folder: &Path, lines: &Path, tally: &Tally) -> Result<u64> {
    let mut click = Peer::chdb(session, folder)?;
    click.tell(TABLE)?;
    click.tell(&format!(
        "INSERT INTO events SELECT * FROM file('{}', JSONEachRow) SETTINGS input_format_skip_unknown_fields = 1, \
         input_format_null_as_default = 1, use_structure_from_insertion_table_in_table_functions = 1, date_time_input_format = 'best_effort'",
        lines.display()
    ))?;
    click.tell("OPTIMIZE TABLE events FINAL")?;
    let (_, rows) = click.ask("SELECT count(*) FROM events")?;
    ensure!(rows == [tally.events.to_string()], "ClickHouse holds {rows:?} rows instead of {}", tally.events);
    let (_, rows) = click.ask("SELECT sum(bytes_on_disk) FROM system.parts WHERE active AND table = 'events'")?;
    rows.first().and_then(|r| r.parse().ok()).context("no size")
}

fn parquet(session: &Session, to: &Path, lines: &Path) -> Result<u64> {
    let mut duck = Peer::duckdb(session)?;
    let (lines, place) = (lines.display(), to.display());
    duck.tell(&format!(
        "COPY (SELECT * FROM read_json('{lines}', format = 'newline_delimited', sample_size = -1)) TO '{place}' (FORMAT parquet, COMPRESSION zstd)"
    ))?;
    Ok(std::fs::metadata(to)?.len())
}
