//! Row 4: durable, acknowledged ingest against the bare disk and NATS JetStream.
//!
//! The bound appends each batch to a file and calls fdatasync. NATS acknowledges each event after writing it,
//! without fsync. Wall time counts here, because the disk is what is waited for.

mod nats;

use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use anyhow::{Context, Result, anyhow, ensure};
use callboard_ingest::intake::{Intake, Options as IntakeOptions};
use callboard_ingest::log::{Embedded, Log, Options};
use xxhash_rust::xxh3::Xxh3;

use crate::area::Play;
use crate::contest::{Contest, Sample};
use crate::input::{Input, Midnight, Shape, for_each_line};
use crate::meter::{Meter, Plant, percentile};
use crate::process::play;
use crate::report::{Cell, Goal, Report};
use crate::session::Session;

/// Contestants in processes of their own.
pub const PLAYS: &[Play] = &[("disk", disk), ("log", log), ("nats", nats::play), ("single", single)];

/// Events in one append.
const BATCH: usize = 1_000;

/// Runs the row.
///
/// # Errors
/// When the input cannot be written or there is no scratch folder.
pub fn run(session: &Session, report: &mut Report) -> Result<()> {
    let input = Input::write_events(session, session.scaled(500_000, 2_000), Shape::Two)?;
    let file = input.path.to_string_lossy().into_owned();
    let fresh = |name: &str, more: &[&str], plant: Plant| {
        let scratch = session.scratch()?;
        let folder = scratch.path().to_string_lossy().into_owned();
        let mut arguments = vec![file.as_str(), folder.as_str()];
        arguments.extend_from_slice(more);
        play("log", name, &arguments, plant)
    };
    let results = Contest::new(format!("durable ingest, {BATCH} a batch: {}", input.describe()))
        .truth(input.events.to_string())
        .contestant("log, 1 sender", || fresh("log", &["1"], session.plant()))
        .contestant("append + fdatasync", || fresh("disk", &[], Plant::none()))
        .contestant("log, 4 senders", || fresh("log", &["4"], session.plant()))
        .contestant("nats", || {
            let server = session.python("nats")?.with_file_name("nats-server");
            fresh("nats", &[&server.to_string_lossy()], Plant::none())
        })
        .run(session);
    let cell = |what: &str, subject, bound, goal| Cell::against("4", what, "wall_s", subject, bound, goal);
    let cells = [
        cell("log, one sender, against append + fdatasync", "log, 1 sender", "append + fdatasync", Goal::FasterBy(0.8)),
        cell("log, four senders, against append + fdatasync", "log, 4 senders", "append + fdatasync", Goal::None),
        cell("log, one sender, against NATS JetStream without fsync", "log, 1 sender", "nats", Goal::FasterBy(3.0)),
    ];
    report.add(results, cells);
    let singles = Contest::new("one event at a time, every second one by the log")
        .contestant("log", || fresh("single", &[&session.scaled(400, 50).to_string()], session.plant()))
        .run(session);
    let (subject, bound) = (("log", "ack_p50_us"), ("log", "fdatasync_p50_us"));
    let what = "one event, p50 of its acknowledgement, of an fdatasync".to_owned();
    report.add(singles, [Cell { row: "4", what, subject, bound, goal: Goal::AtMostTimes(2.0) }]);
    Ok(())
}

/// The input as batches of lines, and a hash of all of it.
fn batches(file: &str) -> Result<(Vec<Vec<u8>>, u64)> {
    let (mut batches, mut lines, mut hash) = (vec![Vec::new()], 0, Xxh3::new());
    for_each_line(Path::new(file), |line| {
        if lines == BATCH {
            batches.push(Vec::new());
            lines = 0;
        }
        if let Some(batch) = batches.last_mut() {
            batch.extend_from_slice(line);
            batch.push(b'\n');
        }
        hash.update(line);
        lines += 1;
        Ok(())
    })?;
    Ok((batches, hash.digest()))
}

fn disk(arguments: &[String]) -> Result<Sample> {
    let [file, folder] = arguments else { anyhow::bail!("disk FILE FOLDER") };
    let (batches, _) = batches(file)?;
    let path = Path::new(folder).join("raw");
    let mut raw = File::create(&path)?;
    let meter = Meter::start();
    for batch in &batches {
        raw.write_all(batch)?;
        raw.sync_data()?;
    }
    let sample = meter.stop();
    let mut events = 0_usize;
    for_each_line(&path, |_| {
        events += 1;
        Ok(())
    })?;
    Ok(sample.answering(events.to_string()))
}

/// All batches through the intake, sent by this many threads that each wait for their answer.
fn log(arguments: &[String]) -> Result<Sample> {
    let [file, folder, senders] = arguments else { anyhow::bail!("log FILE FOLDER SENDERS") };
    let (batches, hash) = batches(file)?;
    let senders: usize = senders.parse().context("SENDERS is no number")?;
    let (log, writer) = Embedded::open(&Options::new(folder), Arc::new(Midnight))?;
    let intake = Intake::new(Arc::clone(&log) as Arc<dyn Log>, Arc::new(Midnight), IntakeOptions::default());
    let next = AtomicUsize::new(0);
    let send = || -> Result<()> {
        let runtime = tokio::runtime::Builder::new_current_thread().build()?;
        while let Some(batch) = batches.get(next.fetch_add(1, Ordering::Relaxed)) {
            let receipt = runtime.block_on(intake.submit(batch, "pbx1", "load"))?;
            ensure!(receipt.rejected.is_empty() && receipt.duplicate == 0, "not everything was accepted: {receipt:?}");
        }
        Ok(())
    };
    let sample = thread::scope(|scope| -> Result<Sample> {
        let writer = scope.spawn(|| writer.run());
        let meter = Meter::start();
        let senders: Vec<_> = (0..senders).map(|_| scope.spawn(send)).collect();
        for sender in senders {
            sender.join().map_err(|_| anyhow!("a sender panicked"))??;
        }
        let sample = meter.stop_planted(Plant::of_environment());
        tokio::runtime::Builder::new_current_thread().build()?.block_on(log.close())?;
        writer.join().map_err(|_| anyhow!("the writer panicked"))??;
        Ok(sample)
    })?;
    if senders == 1 {
        ensure!(hash_of(&log)? == hash, "the log does not give back what went in");
    }
    let per_event = log.bytes() as f64 / log.end().max(1) as f64;
    Ok(sample.with("bytes_an_event", per_event).answering(log.end().to_string()))
}

/// One event after the other: the bare disk and the log in turn.
fn single(arguments: &[String]) -> Result<Sample> {
    let [file, folder, count] = arguments else { anyhow::bail!("single FILE FOLDER COUNT") };
    let (batches, _) = batches(file)?;
    let count: usize = count.parse().context("COUNT is no number")?;
    let plant = Plant::of_environment();
    let (log, writer) = Embedded::open(&Options::new(Path::new(folder).join("log")), Arc::new(Midnight))?;
    let intake = Intake::new(Arc::clone(&log) as Arc<dyn Log>, Arc::new(Midnight), IntakeOptions::default());
    let mut raw = File::create(Path::new(folder).join("raw"))?;
    let (mut syncs_us, mut acks_us) = (Vec::new(), Vec::new());
    thread::scope(|scope| -> Result<()> {
        let writer = scope.spawn(|| writer.run());
        let runtime = tokio::runtime::Builder::new_current_thread().build()?;
        for line in batches.iter().flat_map(|b| b.split_inclusive(|c| *c == b'\n')).take(count) {
            let meter = Meter::start();
            raw.write_all(line)?;
            raw.sync_data()?;
            syncs_us.push(meter.elapsed().as_secs_f64() * 1e6);
            let meter = Meter::start();
            let receipt = runtime.block_on(intake.submit(line, "pbx1", "load"))?;
            plant.burn(meter.elapsed());
            acks_us.push(meter.elapsed().as_secs_f64() * 1e6);
            ensure!(receipt.accepted == 1, "an event was not accepted: {receipt:?}");
        }
        runtime.block_on(log.close())?;
        writer.join().map_err(|_| anyhow!("the writer panicked"))??;
        Ok(())
    })?;
    let sample = Sample::default().with("ack_p50_us", percentile(&mut acks_us, 0.5)).with("ack_p99_us", percentile(&mut acks_us, 0.99));
    Ok(sample.with("fdatasync_p50_us", percentile(&mut syncs_us, 0.5)).with("fdatasync_p99_us", percentile(&mut syncs_us, 0.99)))
}

fn hash_of(log: &Embedded) -> Result<u64> {
    let (mut from, mut hash) = (log.start(), Xxh3::new());
    while let Some(block) = log.read(from, 4_096)? {
        block.lines().for_each(|line| hash.update(line));
        from = block.end();
    }
    Ok(hash.digest())
}
