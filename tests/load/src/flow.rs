//! Events that reach a running server at a steady rate, and how long each takes to a screen of its service board.
//!
//! A batch is known by the number of visits up to its end, which the board shows as callers of today: the first frame
//! that shows as many carries the batch.

use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};

use crate::clock::epoch_ms;
use crate::contest::Sample;
use crate::imported::Tally;
use crate::meter::percentile;
use crate::serving::{Serving, Shown};
use crate::session::Session;
use crate::today::Today;

/// Batches a second.
const BATCHES: u64 = 50;
/// Of a run, what is not counted at its beginning.
const WARM_UP_MS: f64 = 1_000.0;
const SEED: u64 = 5;
/// Events of the day whose first are sent.
const DAY: u64 = 2_000_000;

/// Lines sent together.
pub struct Batch {
    lines: Vec<u8>,
    /// Visits from the first batch to this one's end.
    offered: u64,
}

/// A batch on its way.
struct Sent {
    sent_ms: f64,
    accepted_ms: f64,
    offered: u64,
}

/// The batches of so many seconds at a rate, events a second; the first one starts the centre.
///
/// # Errors
/// When the day has fewer events.
pub fn batches(today: &Today, rate: u64, seconds: u64) -> Result<Vec<Batch>> {
    let mut all = Vec::new();
    let mut tally = Tally::default();
    let mut lines = Vec::new();
    let each = (rate / BATCHES).max(1);
    // The story of a centre of 40 queues, whatever the rate: its first events are the night's.
    for event in today.events(SEED, (rate * seconds).max(DAY))?.take((rate * seconds) as usize) {
        let line = event.to_line();
        tally.count(&event, &line);
        lines.extend_from_slice(line.as_bytes());
        lines.push(b'\n');
        if tally.events.is_multiple_of(each) {
            all.push(Batch { lines: std::mem::take(&mut lines), offered: tally.offered });
        }
    }
    Ok(all)
}

/// Sends batches at their times and watches the board: milliseconds from sent, and from accepted, to the frame, and from
/// the first tick after it was accepted to the frame.
///
/// # Errors
/// When the server refuses, or the board does not come to show everything.
pub fn run(session: &Session, today: &Today, batches: &[Batch], beside: impl FnOnce(&Serving) -> Result<Sample> + Send) -> Result<Sample> {
    let folder = session.scratch()?;
    let mut serving = Serving::start(folder.path(), &today.zone)?;
    let mut screen = serving.screen()?;
    while !screen.next()?.ready {}
    let last = batches.last().context("no batches")?.offered;
    ensure!(last > 0, "no visit among the events");
    let serving = &serving;
    let (sent, shown, more) = std::thread::scope(|scope| -> Result<_> {
        let sender = scope.spawn(move || send(serving, batches));
        let other = scope.spawn(move || beside(serving));
        let mut shown: Vec<Shown> = Vec::new();
        while shown.last().is_none_or(|s| s.offered.unwrap_or(0) < last) {
            shown.push(screen.next()?);
            if shown.len() > 1_000_000 {
                bail!("the board does not come to an end");
            }
        }
        let sent = sender.join().map_err(|_| anyhow::anyhow!("the sender panicked"))??;
        let more = other.join().map_err(|_| anyhow::anyhow!("what runs beside panicked"))??;
        Ok((sent, shown, more))
    })?;
    let peak = serving.resident_bytes()?;
    let sample = figures(&sent, &shown, session)?.with("resident_mb", peak as f64 / 1e6);
    Ok(more.figures.iter().fold(sample, |sample, (name, value)| sample.with(name, *value)))
}

fn send(serving: &Serving, batches: &[Batch]) -> Result<Vec<Sent>> {
    let began = epoch_ms();
    let mut sent = Vec::with_capacity(batches.len());
    for (number, batch) in batches.iter().enumerate() {
        let due = began + number as f64 * 1_000.0 / BATCHES as f64;
        let ahead = due - epoch_ms();
        if ahead > 0.0 {
            std::thread::sleep(Duration::from_secs_f64(ahead / 1e3));
        }
        let sent_ms = epoch_ms();
        serving.send(&batch.lines)?;
        sent.push(Sent { sent_ms, accepted_ms: epoch_ms(), offered: batch.offered });
    }
    Ok(sent)
}

fn figures(sent: &[Sent], shown: &[Shown], session: &Session) -> Result<Sample> {
    let (first, last) = (sent.first().context("nothing was sent")?, sent.last().context("nothing was sent")?);
    let (mut ack, mut whole, mut frame, mut tickless) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let mut seen = first.offered;
    for batch in sent {
        // A batch without a new visit cannot be told from the one before.
        let told = batch.offered > seen;
        seen = batch.offered;
        if !told || batch.sent_ms < first.sent_ms + WARM_UP_MS {
            continue;
        }
        ack.push(batch.accepted_ms - batch.sent_ms);
        let Some(there) = shown.iter().find(|s| s.offered.unwrap_or(0) >= batch.offered) else { bail!("a batch was never shown") };
        let delay = session.plant().times(there.at_ms - batch.accepted_ms);
        whole.push(there.at_ms - batch.sent_ms + delay);
        frame.push(there.at_ms - batch.accepted_ms + delay);
        let tick = shown.iter().map(|s| s.as_of_ms).find(|as_of| *as_of >= batch.accepted_ms).unwrap_or(there.as_of_ms);
        tickless.push((there.at_ms - tick.min(there.as_of_ms.max(batch.accepted_ms)) + delay).max(0.0));
    }
    ensure!(frame.len() >= 10, "only {} batches could be told apart", frame.len());
    let seconds = (last.accepted_ms - first.sent_ms) / 1e3;
    let mut sample = Sample::default().with("batches_per_s", sent.len() as f64 / seconds);
    for (name, mut times) in [("ack", ack), ("sent_to_frame", whole), ("accepted_to_frame", frame), ("tick_to_frame", tickless)] {
        sample = sample.with(&format!("{name}_p50_ms"), percentile(&mut times, 0.5)).with(&format!("{name}_p99_ms"), percentile(&mut times, 0.99));
    }
    Ok(sample)
}
