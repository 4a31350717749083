//! Row 13: a history worker that takes a topic of a real Kafka into ClickHouse, against librdkafka that only consumes the
//! topic and ClickHouse that only inserts the same rows.
//!
//! The topic has four partitions, filled beforehand with the common job. The worker is a process of its own and the only
//! one of its group; its time runs from its start until everything is committed. All tables are new in every round.

mod pieces;
mod topic;
mod worker;

use anyhow::{Result, ensure};
use callboard_engines::ClickHouse;
use callboard_engines::kafka::Kafka;
use callboard_store::Table;

use super::Play;
use crate::contest::{Contest, Outcome, Results, Sample};
use crate::input::{Input, Shape};
use crate::meter::Plant;
use crate::process::{digest, play};
use crate::report::{Cell, Goal, Report};
use crate::session::Session;

/// Contestants in processes of their own.
pub const PLAYS: &[Play] = &[("consume", topic::consume), ("insert", pieces::insert)];

const WORKER: &str = "callboard";
const CONSUMING: &str = "librdkafka consuming";
const INSERTING: &str = "clickhouse inserting";
/// In every round the bound that took longer.
const SLOWER: &str = "the slower bound";
/// Sums by queue and minute in the words of the generator's truth.
const SUMS: &str = "SELECT queue, toUnixTimestamp64Milli(minute_at), sum(offered), sum(answered), sum(abandoned), sum(answered_in_target), \
                    intDiv(sum(decided_wait_ms), greatest(sum(answered) + sum(abandoned), 1)) FROM {}.queue_intervals GROUP BY queue, minute_at";

/// Both engines, and what is in the topic.
struct House {
    broker: Kafka,
    engine: ClickHouse,
    input: Input,
    /// Records of the topic.
    records: u64,
}

/// Runs the row.
///
/// # Errors
/// When an engine cannot be started, or the topic or the rows to insert cannot be made.
pub fn run(session: &Session, report: &mut Report) -> Result<()> {
    let input = Input::write(session, Shape::Ending)?;
    let folder = session.scratch()?;
    let broker = Kafka::start(&[])?;
    eprintln!("filling the topic");
    let records = topic::fill(broker.bootstrap(), &input.path, &folder.path().join("ids"))?;
    let house = House { broker, engine: ClickHouse::start()?, input, records };
    let saved = folder.path().join("pieces");
    let written = house.engine.database()?;
    worker::run(&house, session, &written, Plant::none())?;
    let cut = pieces::save(&house.engine, &written, &saved)?;
    let results = Contest::new(format!("from Kafka into ClickHouse: {}", house.input.describe()))
        .truth(&house.input.truth)
        .contestant(WORKER, || house.in_new_tables(|database| worker::run(&house, session, database, session.plant())))
        .contestant(CONSUMING, || {
            let sample = play("kafka-to-clickhouse", "consume", &[house.broker.bootstrap(), &house.records.to_string()], Plant::none())?;
            Ok(house.rates(sample, 0))
        })
        .contestant(INSERTING, || {
            house.in_new_tables(|database| {
                house.tables_like(&written, database)?;
                play("kafka-to-clickhouse", "insert", &[house.engine.url(), database, &saved.to_string_lossy()], Plant::none())
            })
        })
        .run(session);
    let noted = |what: &str, figure, bound| Cell::against("13", what, figure, WORKER, bound, Goal::None);
    report.add(
        with_slower(results),
        [
            Cell::against("13", "Kafka to ClickHouse, wall, against the slower bound", "wall_s", WORKER, SLOWER, Goal::FasterBy(0.9)),
            noted("the same against librdkafka only consuming", "wall_s", CONSUMING),
            noted("the same against ClickHouse only inserting", "wall_s", INSERTING),
            noted("CPU of the worker against that of only consuming", "cpu_s", CONSUMING),
            Cell::alone("13", "most memory of the worker, MB; the goal is ours", "peak_mb", WORKER, Goal::AtMost(1_500.0)),
        ],
    );
    report.note(format!(
        "{} rows in {} inserts of at most {} rows, as the product cut them; four at a time, as it sends them",
        cut.rows,
        cut.pieces,
        pieces::MOST_ROWS
    ));
    report.note("cpu_s is that of the worker or client; broker and ClickHouse run beside it on the same cores and are not counted");
    report.note("of the worker's wall time up to a second is its rest before the last commit (`commit_every_s = 1`)");
    Ok(())
}

impl House {
    /// Runs a contestant that fills tables, in a database that goes afterwards; checks what is in it then.
    fn in_new_tables(&self, run: impl FnOnce(&str) -> Result<Sample>) -> Result<Sample> {
        let database = self.engine.database()?;
        let sample = run(&database)?;
        let rows = self.rows(&database)?;
        let visits = self.engine.query(&format!("SELECT count() FROM {database}.queue_visits"))?;
        ensure!(visits.trim() == self.input.calls.to_string(), "ClickHouse holds {} visits instead of {}", visits.trim(), self.input.calls);
        let sums = self.engine.query(&SUMS.replace("{}", &database))?;
        self.engine.query(&format!("DROP DATABASE {database}"))?;
        Ok(self.rates(sample, rows).answering(digest(sums.lines().map(|line| line.replace('\t', ",")).collect())))
    }

    /// Rows of all tables.
    fn rows(&self, database: &str) -> Result<u64> {
        let count = |table: &Table| Ok(self.engine.query(&format!("SELECT count() FROM {database}.{}", table.name()))?.trim().parse::<u64>()?);
        Table::STORED.iter().map(count).sum()
    }

    fn tables_like(&self, written: &str, database: &str) -> Result<()> {
        Table::STORED.iter().try_for_each(|table| {
            let name = table.name();
            self.engine.query(&format!("CREATE TABLE {database}.{name} AS {written}.{name}")).map(drop)
        })
    }

    /// With events and rows a second.
    fn rates(&self, sample: Sample, rows: u64) -> Sample {
        let wall_s = sample.figure("wall_s").unwrap_or(f64::NAN);
        let sample = sample.with("events_per_s", self.input.events as f64 / wall_s);
        if rows > 0 { sample.with("rows_per_s", rows as f64 / wall_s) } else { sample }
    }
}

/// The same with a contestant more: of each round the bound that took longer.
fn with_slower(mut results: Results) -> Results {
    let wall_s = |sample: &Sample| sample.figure("wall_s").unwrap_or(f64::NAN);
    let outcome = match (results.samples(CONSUMING), results.samples(INSERTING)) {
        (Ok(ones), Ok(others)) => {
            let slower = ones.iter().zip(others).map(|(one, other)| Sample::default().with("wall_s", wall_s(one).max(wall_s(other))));
            Outcome::Ran(slower.collect())
        }
        (Err(reason), _) | (_, Err(reason)) => Outcome::NotRun(reason.to_string()),
    };
    results.contestants.push((SLOWER.to_owned(), outcome));
    results
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_slower_bound_is_found_round_by_round() {
        let ran = |walls: [f64; 2]| Outcome::Ran(walls.iter().map(|wall| Sample::default().with("wall_s", *wall)).collect());
        let contestants = vec![(CONSUMING.to_owned(), ran([1.0, 5.0])), (INSERTING.to_owned(), ran([3.0, 2.0]))];
        let results = with_slower(Results { title: "t".into(), truth: None, contestants });
        let walls: Vec<Option<f64>> = results.samples(SLOWER).unwrap().iter().map(|s| s.figure("wall_s")).collect();
        assert_eq!(walls, [Some(3.0), Some(5.0)]);
    }

    #[test]
    fn without_both_bounds_there_is_no_slower_one() {
        let contestants = vec![(CONSUMING.to_owned(), Outcome::NotRun("no broker".into()))];
        let results = with_slower(Results { title: "t".into(), truth: None, contestants });
        assert!(results.samples(SLOWER).unwrap_err().to_string().contains("no broker"));
    }
}
