//! What a restart costs the engine beside a full day: reading its state, the first rows for screens, and the next ones.
//!
//! A simulated centre is folded up to nine in the evening with the commits that the server makes; then each repeat restores the last
//! state. `CALLBOARD_BENCH_EVENTS` sets the events of the day, 2,000,000 by default.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a benchmark may stop at once")]
#![expect(clippy::disallowed_methods, reason = "what is measured is time on the wall")]

use std::time::Instant;

use callboard_analytics::{Engine, Settings};
use callboard_domain::Timestamp;
use callboard_domain::event::Body;
use callboard_ingest::simulator::{Options, Simulator};

const REPEATS: usize = 5;
/// 2025-11-18 in Shanghai, a Tuesday.
const MIDNIGHT_MS: i64 = 1_763_395_200_000;
/// The fold settles after so many events and commits so many closed rows, as the server does.
const BITE: usize = 4_096;
const COMMIT_ROWS: usize = 200_000;
/// Events that a call makes, and calls of a day up to nine in the evening in those of the busiest minute, about.
const EVENTS_PER_CALL: f64 = 12.4;
const BUSY_MINUTES: f64 = 560.0;

/// The state of the last commit, and the newest time folded.
fn day(events: usize) -> (Vec<u8>, Timestamp) {
    let peak = events as f64 / EVENTS_PER_CALL / BUSY_MINUTES;
    let queues = (events / 50_000).clamp(9, 200);
    let story = Options { queues, calls_per_minute: Some(peak), ..Options::new(14, Timestamp::from_millis(MIDNIGHT_MS)) };
    let mut engine = Engine::new(settings());
    let told = Simulator::new(story).filter(|event| !matches!(event.body, Body::SourceAlive(_)));
    for (n, event) in told.take(events).enumerate() {
        engine.apply(&event);
        if n % BITE == 0 {
            engine.settle();
            if engine.closed_rows() >= COMMIT_ROWS {
                engine.checkpoint().unwrap();
                engine.committed();
            }
        }
    }
    (engine.checkpoint().unwrap().state, engine.newest_at().unwrap())
}

fn settings() -> Settings {
    Settings { zone: jiff::tz::TimeZone::get("Asia/Shanghai").unwrap(), ..Settings::default() }
}

fn main() {
    // cargo bench says --bench; cargo test, which also runs this, does not.
    if !std::env::args().any(|a| a == "--bench") {
        return;
    }
    let events: usize = std::env::var("CALLBOARD_BENCH_EVENTS").ok().and_then(|v| v.parse().ok()).unwrap_or(2_000_000);
    let (state, now) = day(events);
    let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    println!("{events} events up to {now}, a state of {} bytes, load {}", state.len(), load.trim());
    let mut times = vec![Vec::new(); 3];
    let mut rows = 0;
    for _ in 0..REPEATS {
        let begin = Instant::now();
        let mut engine = Engine::restore(settings(), &state).unwrap();
        times[0].push(begin.elapsed().as_secs_f64() * 1e3);
        for (tick, times) in times.iter_mut().skip(1).enumerate() {
            let begin = Instant::now();
            let live = engine.live(now.plus(tick as i64 * 250));
            times.push(begin.elapsed().as_secs_f64() * 1e3);
            rows = live.iter().flat_map(|(_, batches)| batches).map(|batch| batch.num_rows()).sum();
        }
    }
    for (what, times) in ["reading the state", "the first live rows", "the next live rows"].into_iter().zip(&mut times) {
        times.sort_by(f64::total_cmp);
        println!("{what:<24} {:>8.1} ms ({:.1} to {:.1})", times[REPEATS / 2], times[0], times[REPEATS - 1]);
    }
    println!("{rows} live rows");
}
