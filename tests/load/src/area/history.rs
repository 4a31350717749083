//! Row 10: history SQL on our Parquet files against DuckDB on the same files and ClickHouse's MergeTree of the same rows;
//! and a day's report from roll-ups against the same from visits.
//!
//! Three weekdays of a centre with 50 queues, made by the real engine and history.

pub(super) mod questions;

use std::sync::Arc;

use anyhow::Result;
use arrow::datatypes::DataType;
use callboard_analytics::Settings;
use callboard_domain::Timestamp;
use callboard_sql::Snapshot;
use callboard_store::Table;
use callboard_store::history::History;

use crate::ask::{Ours, Peer, Rows};
use crate::contest::{Contest, Sample};
use crate::made::{Made, centre};
use crate::process::digest;
use crate::report::{Cell, Goal, Report};
use crate::session::Session;
use questions::{DAY, QUESTIONS, Speaker, text};

/// A Monday's midnight in the centre's zone.
const START: &str = "2026-03-01T16:00:00.000Z";
/// Visits at full size.
const VISITS: usize = 1_000_000;
/// Tables that the questions read, with ClickHouse's order.
const READ: [(Table, &str); 4] = [
    (Table::QueueVisits, "queue, entered_at"),
    (Table::Calls, "source, call"),
    (Table::AgentLegs, "source, call"),
    (Table::AgentStates, "agent, began_at"),
];
/// Columns of few texts, which ClickHouse keeps as numbers.
const FEW: [&str; 8] = ["source", "queue", "agent", "outcome", "state", "reason", "direction", "ended_by"];

/// Runs the row.
///
/// # Errors
/// When the history cannot be made.
pub fn run(session: &Session, report: &mut Report) -> Result<()> {
    let folder = session.scratch()?;
    let visits = session.scaled(VISITS, 20_000);
    let start: Timestamp = START.parse()?;
    let mut made = Made::new(&folder.path().join("history"), Settings::default())?;
    // Three weekdays; a day has about 580 times the calls of its busiest minute.
    made.play(centre(11, start, 50, visits as f64 / 3.0 / 580.0), visits as u64, |_| ())?;
    made.close()?;
    let snapshot = Arc::new(made.stored(made.at));
    let ours = Ours::new(session.plant())?;
    let mut duck = furnished_duckdb(session, &made);
    let mut click = furnished_chdb(session, &folder.path().join("chdb"), &made);
    let ask = |who: Speaker| move |sql: &str| text(sql, who);
    let title = format!("history SQL: {} questions over {} visits, {} rows in all", QUESTIONS.len(), made.visits, all_rows(&made));
    let results = Contest::new(title)
        .contestant("callboard", || all(|sql| ours.ask(&ask(Speaker::Ours)(sql), &snapshot)))
        .contestant("duckdb", || {
            let duck = duck.as_mut().map_err(|e| anyhow::anyhow!("{e:#}"))?;
            all(|sql| duck.ask(&ask(Speaker::DuckDb)(sql)))
        })
        .contestant("chdb", || {
            let click = click.as_mut().map_err(|e| anyhow::anyhow!("{e:#}"))?;
            all(|sql| click.ask(&ask(Speaker::ClickHouse)(sql)))
        })
        .run(session);
    let sum = |bound, goal| {
        Cell::against("10", format!("sum of {} history questions, CPU, against {bound}", QUESTIONS.len()), "cpu_s", "callboard", bound, goal)
    };
    report.add(results, [sum("duckdb", Goal::AtMostTimes(1.0)), sum("chdb", Goal::None)]);
    day(session, report, &ours, &snapshot);
    report.note("DuckDB reads the product's own Parquet files; ClickHouse's rows lie in MergeTree in the order that suits the questions");
    Ok(())
}

/// A day's report from roll-ups and from visits: asked from its text, and planned once as a tile.
fn day(session: &Session, report: &mut Report, ours: &Ours, snapshot: &Arc<Snapshot>) {
    let of = |table: &str, time: &str| text(&DAY.replace("{table}", table).replace("{time}", time), Speaker::Ours);
    let (intervals, visits) = (of("queue_intervals", "minute_at"), of("queue_visits", "entered_at"));
    let asked = |sql: &str| answered(ours.ask(sql, snapshot)?);
    let tile = |sql: &str| answered(ours.run(ours.tile(sql)?.as_ref(), snapshot)?);
    let results = Contest::new("a day's report by queue: roll-ups against a scan of the visits")
        .contestant("intervals", || asked(&intervals))
        .contestant("visits", || asked(&visits))
        .contestant("intervals, tile", || tile(&intervals))
        .contestant("visits, tile", || tile(&visits))
        .run(session);
    let cell = |what: &str, ours, bound, goal| {
        Cell::against("10b", format!("a day's report, {what}: CPU against a scan of visits"), "cpu_s", ours, bound, goal)
    };
    report.add(
        results,
        [cell("planned once", "intervals, tile", "visits, tile", Goal::FasterBy(20.0)), cell("from its text", "intervals", "visits", Goal::None)],
    );
}

fn answered((sample, rows): (Sample, Rows)) -> Result<Sample> {
    Ok(sample.answering(digest(rows)))
}

/// Asks every question: the sums, each question's milliseconds of CPU, and all answers as one.
fn all(mut ask: impl FnMut(&str) -> Result<(Sample, Rows)>) -> Result<Sample> {
    let (mut cpu_s, mut wall_s, mut lines, mut sample) = (0.0, 0.0, Vec::new(), Sample::default());
    for question in QUESTIONS {
        let (cost, rows) = ask(question.sql)?;
        let of = |figure| cost.figure(figure).unwrap_or(f64::NAN);
        cpu_s += of("cpu_s");
        wall_s += of("wall_s");
        sample = sample.with(&format!("{}_cpu_ms", question.name), of("cpu_s") * 1e3);
        lines.extend(rows.iter().map(|row| format!("{}:{row}", question.name)));
        if std::env::var_os("CALLBOARD_LOAD_ROWS").is_some() {
            rows.iter().for_each(|row| eprintln!("{} {row}", question.name));
        }
    }
    Ok(sample.with("cpu_s", cpu_s).with("wall_s", wall_s).answering(digest(lines)))
}

fn all_rows(made: &Made) -> u64 {
    made.history.manifest().files.values().flatten().map(|f| f.rows).sum()
}

/// Absolute paths of a table's files.
fn files(made: &Made, table: Table) -> Vec<String> {
    made.history.manifest().files_of(table).iter().map(|f| made.history.folder().join(&f.path).display().to_string()).collect()
}

fn furnished_duckdb(session: &Session, made: &Made) -> Result<Peer> {
    let mut duck = Peer::duckdb(session)?;
    for (table, _) in READ {
        let list = files(made, table).iter().map(|f| format!("'{f}'")).collect::<Vec<_>>().join(", ");
        duck.tell(&format!("CREATE VIEW {} AS SELECT * FROM read_parquet([{list}])", table.name()))?;
    }
    Ok(duck)
}

fn furnished_chdb(session: &Session, folder: &std::path::Path, made: &Made) -> Result<Peer> {
    let mut click = Peer::chdb(session, folder)?;
    for (table, order) in READ {
        let schema = table.schema();
        let columns = schema.fields().iter().map(|field| {
            let kind = match field.data_type() {
                DataType::Int64 => "Int64",
                DataType::Timestamp(..) => "DateTime64(3, 'UTC')",
                _ => "String",
            };
            let kind = if field.is_nullable() { format!("Nullable({kind})") } else { kind.to_owned() };
            let kind = if FEW.contains(&field.name().as_str()) { format!("LowCardinality({kind})") } else { kind };
            format!("{} {kind}", field.name())
        });
        let (columns, name) = (columns.collect::<Vec<_>>().join(", "), table.name());
        click.tell(&format!("CREATE TABLE {name} ({columns}) ENGINE = MergeTree ORDER BY ({order})"))?;
        for file in files(made, table) {
            click.tell(&format!("INSERT INTO {name} SELECT * FROM file('{file}', Parquet)"))?;
        }
        click.tell(&format!("OPTIMIZE TABLE {name} FINAL"))?;
    }
    Ok(click)
}
