//! Row 16, in small: the worst SQL beside a wall at 1,000 events a second. The wall goes on, each query ends at its
//! deadline, and memory is capped.

use std::collections::BTreeMap;

use anyhow::Result;

use crate::contest::{Contest, Sample};
use crate::flow::{batches, run as flow};
use crate::meter::Meter;
use crate::report::{Cell, Goal, Report};
use crate::serving::Serving;
use crate::session::Session;
use crate::today::Today;

const RATE: u64 = 1_000;
/// What each query may take, s.
const DEADLINE_S: u64 = 1;
/// Queries that never end, or end in memory that there is not.
const WORST: [(&str, &str); 4] = [
    ("pairs", "SELECT count(*) FROM agent_intervals a, agent_intervals b, agent_intervals c WHERE a.agent < b.agent AND b.agent < c.agent"),
    ("recursion", "WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM r) SELECT count(*) FROM r"),
    ("groups", "SELECT a.minute_at, count(*) FROM queue_intervals a, queue_intervals b, queue_intervals c, queue_intervals d GROUP BY 1"),
    ("sort", "SELECT a.agent || b.agent || c.agent AS t FROM live_agents a, live_agents b, live_agents c ORDER BY t DESC"),
];

/// Runs the row.
///
/// # Errors
/// When the events cannot be made.
pub fn run(session: &Session, report: &mut Report) -> Result<()> {
    let today = Today::now();
    let seconds = session.scaled(6, 4) as u64;
    let made = batches(&today, RATE, seconds)?;
    let results = Contest::new(format!("a wall at {RATE} events/s for {seconds} s a round, alone and beside the worst SQL"))
        .contestant("alone", || flow(session, &today, &made, |_| Ok(Sample::default())))
        .contestant("beside", || flow(session, &today, &made, |serving| worst(serving, seconds)))
        .run(session);
    report.add(
        results,
        [
            Cell::against("16", "the wall's p99 beside the worst SQL", "accepted_to_frame_p99_ms", "beside", "alone", Goal::AtMostTimes(1.1)),
            Cell::alone("16", "worst SQL: past its deadline, ms", "past_deadline", "beside", Goal::AtMost(200.0)),
            Cell::alone("16", "memory beside the worst SQL, MB", "resident_mb", "beside", Goal::AtMost(1_200.0)),
        ],
    );
    report.note("one question at a time; a question may hold 512 MiB");
    Ok(())
}

/// Asks one query after the other for so many seconds; the longest time past a deadline.
fn worst(serving: &Serving, seconds: u64) -> Result<Sample> {
    let all = Meter::start();
    let (mut worst_ms, mut past, mut asked) = (0.0_f64, BTreeMap::new(), 0.0);
    for (name, sql) in WORST.iter().cycle() {
        if all.elapsed().as_secs() >= seconds {
            break;
        }
        let meter = Meter::start();
        let (status, text) = serving.sql(sql, DEADLINE_S)?;
        anyhow::ensure!(status == 422 || status == 200, "{sql}: {status} {text}");
        let past_ms = meter.elapsed().as_secs_f64() * 1e3 - DEADLINE_S as f64 * 1e3;
        let most = past.entry(*name).or_insert(past_ms);
        *most = past_ms.max(*most);
        worst_ms = worst_ms.max(past_ms);
        asked += 1.0;
    }
    let sample = Sample::default().with("past_deadline", worst_ms).with("queries", asked);
    Ok(past.into_iter().fold(sample, |sample, (name, ms)| sample.with(&format!("{name}_past_ms"), ms)))
}
