//! Row 1: the live path on one thread against serde_json that only parses.
//!
//! The live path reads each line, drops events that it knows by id, and folds the rest into calls and every window.
//! The bound reads the same lines into one borrowed struct and does nothing with it.

use std::collections::BTreeMap;
use std::hint::black_box;
use std::path::Path;

use anyhow::{Context, Result, bail};
use arrow::array::RecordBatch;
use callboard_analytics::{Engine, Settings, Told};
use callboard_domain::Timestamp;
use callboard_domain::event::Event;
use callboard_domain::time::{DAY_MS, HOUR_MS};
use callboard_store::table::QueueInterval;
use callboard_store::{Table, TableRow};
use serde::Deserialize;

use crate::area::Play;
use crate::contest::{Contest, Sample};
use crate::input::{Counts, Input, START_MS, Shape, for_each_line};
use crate::meter::{Meter, Plant};
use crate::process::{digest, play};
use crate::report::{Cell, Goal, Report};
use crate::session::Session;

/// Contestants in processes of their own.
pub const PLAYS: &[Play] = &[("live", live), ("parse", parse)];

/// Events between two looks at what is closed; as the server does.
const BITE: usize = 4_096;
/// Closed rows that go to history at once; as the server does.
const COMMIT_ROWS: usize = 200_000;

/// Runs the row.
///
/// # Errors
/// When the input cannot be written.
pub fn run(session: &Session, report: &mut Report) -> Result<()> {
    for (shape, row, what) in [(Shape::Two, "1", "two events a call"), (Shape::Ending, "1b", "answered calls end too")] {
        let input = Input::write(session, shape)?;
        let path = input.path.to_string_lossy().into_owned();
        let results = Contest::new(format!("live path, {what}: {}", input.describe()))
            .truth(&input.truth)
            .contestant("callboard", || play("live-path", "live", &[&path], session.plant()))
            .contestant("serde_json", || play("live-path", "parse", &[&path], Plant::none()))
            .run(session);
        let goal = if shape == Shape::Two { Goal::FasterBy(1.0) } else { Goal::None };
        report.add(results, [Cell::against(row, format!("live path against parsing alone, {what}"), "cpu_s", "callboard", "serde_json", goal)]);
    }
    report.note("of an answered call in row 1 nothing more is told: it is given up after an hour of silence");
    Ok(())
}

/// The product's live path.
fn live(arguments: &[String]) -> Result<Sample> {
    let [file] = arguments else { bail!("live FILE") };
    let meter = Meter::start();
    let mut path = LivePath::new();
    for_each_line(Path::new(file), |line| path.take(line))?;
    path.finish();
    let sample = meter.stop_planted(Plant::of_environment());
    Ok(sample.answering(path.answer()?))
}

/// The bound: every line into one borrowed struct.
fn parse(arguments: &[String]) -> Result<Sample> {
    let [file] = arguments else { bail!("parse FILE") };
    let meter = Meter::start();
    let mut waits_ms = 0;
    for_each_line(Path::new(file), |line| {
        let fields: Fields<'_> = serde_json::from_slice(line).context("the bound could not read a line")?;
        waits_ms += black_box(&fields).wait_ms.unwrap_or(0);
        Ok(())
    })?;
    black_box(waits_ms);
    Ok(meter.stop())
}

/// Every field of the input, borrowed.
#[derive(Deserialize)]
#[expect(dead_code, reason = "the bound only parses")]
struct Fields<'a> {
    id: &'a str,
    at: &'a str,
    source: &'a str,
    r#type: &'a str,
    call: &'a str,
    #[serde(default)]
    queue: Option<&'a str>,
    #[serde(default)]
    agent: Option<&'a str>,
    #[serde(default)]
    by: Option<&'a str>,
    #[serde(default)]
    position: Option<u32>,
    #[serde(default)]
    ring_ms: Option<i64>,
    #[serde(default)]
    entered_at: Option<&'a str>,
    #[serde(default)]
    wait_ms: Option<i64>,
}

/// What the server's intake and fold do with a line, without the disk.
struct LivePath {
    engine: Engine,
    bite: usize,
    late: usize,
    closed: Vec<RecordBatch>,
}

impl LivePath {
    fn new() -> Self {
        let settings = Settings { silent_call_ms: HOUR_MS, ..Settings::default() };
        Self { engine: Engine::new(settings), bite: 0, late: 0, closed: Vec::new() }
    }

    fn take(&mut self, line: &[u8]) -> Result<()> {
        let event = Event::parse(line)?;
        self.late += usize::from(self.engine.apply(&event) == Told::Late);
        self.bite += 1;
        if self.bite >= BITE {
            self.bite = 0;
            self.settle()?;
        }
        Ok(())
    }

    fn settle(&mut self) -> Result<()> {
        self.engine.settle();
        if self.engine.closed_rows() >= COMMIT_ROWS {
            let checkpoint = self.engine.checkpoint()?;
            self.closed.extend(checkpoint.batches.into_iter().filter(|(table, _)| *table == Table::QueueIntervals).map(|(_, batch)| batch));
            self.engine.committed();
        }
        Ok(())
    }

    fn finish(&mut self) {
        self.engine.settle();
    }

    /// The answer, from what a query would see.
    fn answer(mut self) -> Result<String> {
        if self.late > 0 {
            bail!("{} events of an ordered input were late", self.late);
        }
        let live = self.engine.live(Timestamp::from_millis(START_MS + DAY_MS));
        let live = live.into_iter().filter(|(table, _)| *table == Table::QueueIntervals).flat_map(|(_, batches)| batches);
        let mut sums: BTreeMap<(String, i64), Counts> = BTreeMap::new();
        for batch in self.closed.into_iter().chain(live) {
            for row in QueueInterval::rows(&batch)? {
                let counts = sums.entry((row.queue.to_string(), row.minute_at.as_millis())).or_default();
                counts.offered += row.offered;
                counts.answered += row.answered;
                counts.abandoned += row.abandoned;
                counts.in_target += row.answered_in_target;
                counts.wait_ms += row.decided_wait_ms;
            }
        }
        Ok(digest(sums.iter().map(|((queue, minute_ms), counts)| counts.line(queue, *minute_ms)).collect()))
    }
}
