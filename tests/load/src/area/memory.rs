//! A simulated week through the running server: its memory stays flat.
//!
//! Two days stay in memory for boards and the memory of closed calls fills up within half a million, so the first half of
//! the week is warm-up; of the rest, the last third is compared with the first.

use std::sync::mpsc::sync_channel;

use anyhow::{Context, Result, ensure};
use callboard_domain::Timestamp;
use callboard_domain::time::{DAY_MS, HOUR_MS};

use crate::clock::epoch_ms;
use crate::contest::{Outcome, Results, Sample};
use crate::imported::Tally;
use crate::made::centre;
use crate::meter::{Meter, median};
use crate::report::{Cell, Goal, Report};
use crate::serving::Serving;
use crate::session::Session;
use crate::today::told;

/// Events of the week at full size.
const EVENTS: usize = 10_000_000;
/// Events sent at once.
const BATCH: u64 = 4_000;
/// Events a second at most: a week in two minutes. As fast as can be, the log fills sooner than history is written, and rows
/// that wait for it are what would be measured.
const RATE: f64 = 100_000.0;
/// Batches between two looks at the memory.
const LOOK: u64 = 10;

/// Runs the area.
///
/// # Errors
/// When the events cannot be made.
pub fn run(session: &Session, report: &mut Report) -> Result<()> {
    let events = session.scaled(EVENTS, 200_000) as u64;
    let outcome = match week(session, events) {
        Ok((sample, course)) => {
            report.note(format!("resident MB at each tenth of the week: {course}"));
            Outcome::Ran(vec![sample])
        }
        Err(error) => Outcome::NotRun(format!("{error:#}")),
    };
    let results =
        Results { title: format!("a week of {events} events through the server"), truth: None, contestants: vec![("callboard".into(), outcome)] };
    report.add(
        results,
        [
            Cell::alone("-", "memory: last third against the first after warm-up", "last_by_first", "callboard", Goal::AtMost(1.1)),
            Cell::alone("-", "most memory of the week, MB", "most_mb", "callboard", Goal::None),
        ],
    );
    Ok(())
}

/// The figures, and the memory at each tenth.
fn week(session: &Session, events: u64) -> Result<(Sample, String)> {
    let folder = session.scratch()?;
    let now = epoch_ms() as i64;
    // A dozen events a call at full size, fewer at less; a week has at least four weekdays of 580 busy minutes. It ends an hour
    // ago at the latest.
    let story = centre(15, Timestamp::from_millis(now - 8 * DAY_MS), 50, events as f64 / 12.0 / 4.0 / 580.0);
    let mut serving = Serving::start(folder.path(), "Asia/Shanghai")?;
    drop(serving.screen()?);
    let before_ms = now - HOUR_MS;
    let meter = Meter::start();
    // Four batches at most wait for the server, so that the story does not run ahead of it.
    let (to, batches) = sync_channel::<(Vec<u8>, Tally)>(4);
    let teller = std::thread::spawn(move || {
        let (mut lines, mut tally) = (Vec::new(), Tally::default());
        for event in told(story).take_while(|e| e.at.as_millis() < before_ms).take(events as usize) {
            let line = event.to_line();
            tally.count(&event, &line);
            lines.extend_from_slice(line.as_bytes());
            lines.push(b'\n');
            if tally.events.is_multiple_of(BATCH) && to.send((std::mem::take(&mut lines), tally)).is_err() {
                return;
            }
        }
        let _ = to.send((lines, tally));
    });
    let (mut looks, mut last) = (Vec::new(), Tally::default());
    for (number, (lines, tally)) in (0_u64..).zip(batches) {
        if !lines.is_empty() {
            serving.send(&lines)?;
        }
        let due = std::time::Duration::from_secs_f64(tally.events as f64 / RATE);
        std::thread::sleep(due.saturating_sub(meter.elapsed()));
        last = tally;
        if number.is_multiple_of(LOOK) {
            looks.push((tally.events as f64, serving.resident_bytes()? as f64 / 1e6));
        }
    }
    teller.join().map_err(|_| anyhow::anyhow!("the story's teller panicked"))?;
    let wall_s = meter.elapsed().as_secs_f64();
    ensure!(last.events * 10 >= events * 9, "the week has only {} events", last.events);
    counted(&serving, last.offered)?;
    let half = looks.get(looks.len() / 2..).unwrap_or_default();
    let third = half.len() / 3;
    let of = |part: &[(f64, f64)]| median(&part.iter().map(|l| l.1).collect::<Vec<_>>());
    let (first, end) = (of(half.get(..third).unwrap_or_default()), of(half.get(half.len() - third..).unwrap_or_default()));
    let most = looks.iter().map(|l| l.1).fold(0.0, f64::max);
    let course: Vec<String> = (1..=10).filter_map(|t| looks.get((looks.len() * t / 10).saturating_sub(1))).map(|l| format!("{:.0}", l.1)).collect();
    let sample = Sample::default()
        .with("events_per_s", last.events as f64 / wall_s)
        .with("first_third_mb", first)
        .with("last_third_mb", end)
        .with("last_by_first", end / first)
        .with("most_mb", most)
        .with("slope_mb_per_million", slope(half) * 1e6);
    Ok((sample, course.join(" ")))
}

/// Waits until SQL counts every visit that was sent.
fn counted(serving: &Serving, offered: u64) -> Result<()> {
    let mut said = String::new();
    for _ in 0..600 {
        let (status, text) = serving.sql("SELECT MEASURE(offered) FROM queue_intervals", 60)?;
        said = text.lines().nth(1).unwrap_or_default().to_owned();
        ensure!(status == 200, "{text}");
        if said == offered.to_string() {
            return Ok(());
        }
        std::thread::sleep(std::time::Duration::from_millis(200));
    }
    Err(anyhow::anyhow!("SQL counts {said} visits instead of {offered}")).context("the week is not whole")
}

/// Least squares: y by x.
fn slope(points: &[(f64, f64)]) -> f64 {
    let n = points.len() as f64;
    let mean = |value: fn(&(f64, f64)) -> f64| points.iter().map(value).sum::<f64>() / n;
    let (x, y) = (mean(|p| p.0), mean(|p| p.1));
    let (up, down) = points.iter().fold((0.0, 0.0), |(up, down), p| (up + (p.0 - x) * (p.1 - y), down + (p.0 - x).powi(2)));
    up / down
}
