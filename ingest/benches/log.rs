//! The embedded log against the disk it stands on: durable events a second, bytes an event, one event's latency.
//!
//! Each repeat runs the bound (append + fdatasync of the same bytes, one batch after the other) and the log in turn;
//! medians are printed. `CALLBOARD_BENCH_EVENTS` sets the events of a repeat, 500,000 by default.
#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a benchmark reads the machine's clock and may stop at once"
)]

use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Instant;

use callboard_domain::{Clock, Timestamp};
use callboard_ingest::intake::{Intake, Options as IntakeOptions};
use callboard_ingest::log::{Embedded, Log, Options};

const BATCH: usize = 1_000;
const REPEATS: usize = 5;
const DAY_MS: usize = 86_400_000;
const START_MS: i64 = 1_763_424_000_000;

struct Midnight;

impl Clock for Midnight {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(START_MS + 86_400_000)
    }
}

/// Batches of lines: four events a call over one day, 50 queues, 2,000 agents, ordered by time.
fn batches(events: usize) -> Vec<Vec<u8>> {
    let mut seed = 0x9E37_79B9_7F4A_7C15_u64;
    let mut random = move |bound: u64| {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        seed % bound
    };
    let mut out = Vec::new();
    for first in (0..events).step_by(BATCH) {
        let mut text = Vec::new();
        for n in first..(first + BATCH).min(events) {
            let at = Timestamp::from_millis(START_MS + i64::try_from(n * (DAY_MS / events.max(1))).unwrap());
            let call = 1_763_424_000 + n / 4;
            let (queue, agent, id) = (random(50), random(2_000), random(u64::MAX));
            let rest = match n % 4 {
                0 => format!(
                    r#""type":"call.started","call":"{call}.{}","direction":"inbound","from":"1{:010}","to":"4008"}}"#,
                    n / 4,
                    random(10_000_000_000)
                ),
                1 => format!(r#""type":"call.queued","call":"{call}.{}","queue":"queue-{queue:02}","position":{}}}"#, n / 4, 1 + random(9)),
                2 => format!(
                    r#""type":"call.answered","call":"{call}.{}","agent":"agent-{agent:04}","queue":"queue-{queue:02}","ring_ms":{}}}"#,
                    n / 4,
                    random(20_000)
                ),
                _ => format!(r#""type":"call.ended","call":"{call}.{}","by":"caller"}}"#, n / 4),
            };
            writeln!(text, r#"{{"id":"{id:016x}","at":"{at}","source":"pbx1",{rest}"#).unwrap();
        }
        out.push(text);
    }
    out
}

fn raw(folder: &Path, batches: &[Vec<u8>]) -> f64 {
    let mut file = File::create(folder.join("raw")).unwrap();
    let begin = Instant::now();
    for batch in batches {
        file.write_all(batch).unwrap();
        file.sync_data().unwrap();
    }
    begin.elapsed().as_secs_f64()
}

/// Seconds for all batches through the intake, sent by this many threads that each wait for their answer.
fn log(folder: &Path, batches: &[Vec<u8>], senders: usize) -> (f64, u64) {
    let (log, writer) = Embedded::open(&Options::new(folder), Arc::new(Midnight)).unwrap();
    let intake = Intake::new(Arc::clone(&log) as Arc<dyn Log>, Arc::new(Midnight), IntakeOptions::default());
    let next = AtomicUsize::new(0);
    let accepted = AtomicUsize::new(0);
    let seconds = thread::scope(|scope| {
        scope.spawn(|| writer.run().unwrap());
        let begin = Instant::now();
        let threads: Vec<_> = (0..senders)
            .map(|_| {
                scope.spawn(|| {
                    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
                    while let Some(batch) = batches.get(next.fetch_add(1, Ordering::Relaxed)) {
                        let receipt = runtime.block_on(intake.submit(batch, "pbx1", "bench")).unwrap();
                        assert!(receipt.rejected.is_empty() && receipt.duplicate == 0, "{receipt:?}");
                        accepted.fetch_add(receipt.accepted, Ordering::Relaxed);
                    }
                })
            })
            .collect();
        threads.into_iter().for_each(|t| t.join().unwrap());
        let seconds = begin.elapsed().as_secs_f64();
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(log.close()).unwrap();
        seconds
    });
    assert_eq!(accepted.into_inner() as u64, log.end());
    (seconds, log.bytes())
}

fn single(folder: &Path, line: &[u8], count: usize) -> (f64, f64) {
    let (log, writer) = Embedded::open(&Options::new(folder.join("log")), Arc::new(Midnight)).unwrap();
    let intake = Intake::new(Arc::clone(&log) as Arc<dyn Log>, Arc::new(Midnight), IntakeOptions::default());
    let mut file = File::create(folder.join("raw")).unwrap();
    let (mut disk, mut acks) = (Vec::new(), Vec::new());
    thread::scope(|scope| {
        scope.spawn(|| writer.run().unwrap());
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        for n in 0..count {
            let begin = Instant::now();
            file.write_all(line).unwrap();
            file.sync_data().unwrap();
            disk.push(begin.elapsed().as_secs_f64());
            let line = String::from_utf8_lossy(line).replacen(r#""id":""#, &format!(r#""id":"{n}-"#), 1);
            let begin = Instant::now();
            assert_eq!(runtime.block_on(intake.submit(line.as_bytes(), "pbx1", "bench")).unwrap().accepted, 1);
            acks.push(begin.elapsed().as_secs_f64());
        }
        runtime.block_on(log.close()).unwrap();
    });
    (median(&mut disk), median(&mut acks))
}

fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

fn main() {
    // cargo bench says --bench; cargo test, which also runs this, does not.
    if !std::env::args().any(|a| a == "--bench") {
        return;
    }
    let events: usize = std::env::var("CALLBOARD_BENCH_EVENTS").ok().and_then(|v| v.parse().ok()).unwrap_or(500_000);
    let batches = batches(events);
    let bytes: usize = batches.iter().map(Vec::len).sum();
    let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    println!("{events} events, {} bytes each, batches of {BATCH}, load {}", bytes / events, load.trim());
    let senders = [1, 4, 16];
    let mut bound = Vec::new();
    let mut ours = vec![Vec::new(); senders.len()];
    let mut stored = 0;
    for _ in 0..REPEATS {
        let folder = tempfile::tempdir_in(".").unwrap();
        bound.push(raw(folder.path(), &batches));
        for (i, senders) in senders.iter().enumerate() {
            let folder = tempfile::tempdir_in(".").unwrap();
            let (seconds, log_bytes) = log(folder.path(), &batches, *senders);
            ours[i].push(seconds);
            stored = log_bytes;
        }
    }
    let bound = events as f64 / median(&mut bound);
    println!("{:<34} {:>14} {:>8}", "", "events/s", "x bound");
    println!("{:<34} {:>14.0} {:>8.2}", "append + fdatasync, same bytes", bound, 1.0);
    for (i, senders) in senders.iter().enumerate() {
        let rate = events as f64 / median(&mut ours[i]);
        println!("{:<34} {:>14.0} {:>8.2}", format!("log, {senders} senders"), rate, rate / bound);
    }
    println!("{:<34} {:>14.1}", "bytes an event in the log", stored as f64 / events as f64);
    let folder = tempfile::tempdir_in(".").unwrap();
    let line = batches[0].split_inclusive(|b| *b == b'\n').next().unwrap();
    let (disk, ack) = single(folder.path(), line, 500);
    println!("{:<34} {:>11.0} µs {:>8.2}", "one event, p50; bound fdatasync", ack * 1e6, ack / disk);
}
