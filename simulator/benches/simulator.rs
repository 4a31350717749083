//! How many events a second the simulated centre tells, small and large.
#![expect(clippy::disallowed_methods, reason = "a bench measures the machine's time")]

use std::error::Error;
use std::time::Instant;

use callboard_domain::Timestamp;
use callboard_simulator::{Options, Simulator};

fn main() -> Result<(), Box<dyn Error>> {
    let start: Timestamp = "2026-03-03T16:00:00.000Z".parse()?;
    let mut rows = Vec::new();
    println!("{:>7} {:>7} {:>12} {:>10} {:>14}", "queues", "agents", "events", "seconds", "events/s");
    for (queues, agents, events) in [(9, 96, 2_000_000_u32), (200, 5_000, 10_000_000)] {
        let mut seconds: Vec<f64> = (0..3)
            .map(|seed| {
                let simulator = Simulator::new(Options { queues, agents: Some(agents), ..Options::new(seed, start) });
                let began = Instant::now();
                let bytes: usize = simulator.take(events as usize).map(|e| e.id.len()).sum();
                assert!(bytes > 0, "the centre is silent");
                began.elapsed().as_secs_f64()
            })
            .collect();
        seconds.sort_by(f64::total_cmp);
        let median = seconds.get(1).copied().unwrap_or(f64::NAN);
        let rate = f64::from(events) / median;
        println!("{queues:>7} {agents:>7} {events:>12} {median:>10.3} {rate:>14.0}");
        rows.push(serde_json::json!({"queues": queues, "agents": agents, "events": events, "seconds": median, "events_per_second": rate}));
    }
    if let Some(out) = std::env::var_os("CALLBOARD_BENCH_OUT") {
        let path = std::path::Path::new(&out).join("simulator.json");
        std::fs::write(path, serde_json::to_string_pretty(&serde_json::json!({"area": "simulator", "rows": rows}))?)?;
    }
    Ok(())
}
