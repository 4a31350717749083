//! The live path without the disk (parse, de-duplicate, fold, settle) against `serde_json` only reading the same lines.
//!
//! Each repeat runs the bound and every stage in turn on one thread; medians of its CPU time are printed, and the last
//! stage's sums must equal those that the generator knows. `CALLBOARD_BENCH_EVENTS` sets the events, 500,000 by default.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a benchmark may stop at once")]

use std::fmt::Write;
use std::hint::black_box;

use callboard_analytics::{Engine, Settings};
use callboard_domain::{Event, Timestamp};
use callboard_ingest::intake::lines;
use callboard_ingest::log::{Ids, hash_id};
use callboard_store::table::QueueInterval;
use callboard_store::{Table, TableRow};
use rustix::time::{ClockId, clock_gettime};
use serde::Deserialize;

const REPEATS: usize = 7;
const DAY_MS: u64 = 86_400_000;
const START_MS: i64 = 1_763_424_000_000;
/// The fold settles after so many events and commits so many closed rows, as the server does.
const BITE: usize = 4_096;
const COMMIT_ROWS: usize = 200_000;

/// What every stage of the bound reads: all fields that the lines have, none turned into anything.
#[derive(Deserialize)]
#[expect(dead_code, reason = "reading is all that is measured")]
struct Borrowed<'a> {
    id: &'a str,
    at: &'a str,
    source: &'a str,
    #[serde(rename = "type")]
    kind: &'a str,
    call: Option<&'a str>,
    queue: Option<&'a str>,
    agent: Option<&'a str>,
    from: Option<&'a str>,
    to: Option<&'a str>,
    direction: Option<&'a str>,
    reason: Option<&'a str>,
    state: Option<&'a str>,
    by: Option<&'a str>,
    position: Option<u32>,
    ring_ms: Option<i64>,
    wrap_up_ms: Option<i64>,
}

/// Lines with their number, and what an engine must find in them: offered, answered, abandoned.
struct Job {
    name: &'static str,
    text: String,
    events: usize,
    sums: [i64; 3],
}

struct Draw {
    seed: u64,
    lines: Vec<(u64, String)>,
    sums: [i64; 3],
}

impl Draw {
    fn new() -> Self {
        Self { seed: 0x9E37_79B9_7F4A_7C15, lines: Vec::new(), sums: [0; 3] }
    }

    fn below(&mut self, bound: u64) -> u64 {
        self.seed ^= self.seed << 13;
        self.seed ^= self.seed >> 7;
        self.seed ^= self.seed << 17;
        self.seed % bound
    }

    fn say(&mut self, at_ms: u64, rest: &str) {
        let at = Timestamp::from_millis(START_MS + at_ms.cast_signed());
        let (id, channel) = (self.below(u64::MAX), self.below(0xFFFF_FFFF));
        let line = format!(
            r#"{{"id":"{id:016x}","at":"{at}","source":"pbx1",{rest},"tenant":"north-east","channel":"PJSIP/trunk-3-{channel:08x}","node":"pbx1-a"}}"#
        );
        self.lines.push((at_ms, line));
    }

    fn call(&mut self, begins_ms: u64, whole: bool) {
        let n = self.below(u64::MAX);
        let call = format!(r#""call":"{}.{}""#, 1_763_424_000 + begins_ms / 1_000, n % 1_000_000_000_000);
        let (queue, agent) = (format!(r#""queue":"queue-{:02}""#, n % 50), format!(r#""agent":"agent-{:04}""#, self.below(2_000)));
        let mut at = begins_ms;
        if whole {
            let from = self.below(10_000_000_000);
            self.say(at, &format!(r#""type":"call.started",{call},"direction":"inbound","from":"1{from:010}","to":"4008""#));
            at += 2_000;
        }
        let position = 1 + self.below(9);
        self.say(at, &format!(r#""type":"call.queued",{call},{queue},"position":{position}"#));
        self.sums[0] += 1;
        at += 1_000 + self.below(40_000);
        match self.below(20) {
            0..15 => {
                self.sums[1] += 1;
                if whole {
                    self.say(at - 900, &format!(r#""type":"call.ringing",{call},{agent},{queue}"#));
                }
                self.say(at, &format!(r#""type":"call.answered",{call},{agent},{queue},"ring_ms":900"#));
                if whole {
                    self.rest(at, &call, &agent);
                }
            }
            15..18 => {
                self.sums[2] += 1;
                self.say(at, &format!(r#""type":"call.left_queue",{call},{queue},"reason":"abandoned""#));
                if whole {
                    self.say(at, &format!(r#""type":"call.ended",{call},"by":"caller""#));
                }
            }
            _ => {
                self.sums[2] += 1;
                self.say(at, &format!(r#""type":"call.ended",{call},"by":"caller""#));
            }
        }
    }

    fn rest(&mut self, at: u64, call: &str, agent: &str) {
        let ends = at + 20_000 + self.below(300_000);
        self.say(at, &format!(r#""type":"agent.state",{agent},"state":"talking""#));
        self.say(ends, &format!(r#""type":"call.ended",{call},"by":"caller""#));
        self.say(ends, &format!(r#""type":"agent.state",{agent},"state":"wrap_up""#));
        self.say(ends + 15_000, &format!(r#""type":"call.wrapped_up",{call},{agent},"wrap_up_ms":15000"#));
        self.say(ends + 15_000, &format!(r#""type":"agent.state",{agent},"state":"ready""#));
    }

    fn job(mut self, name: &'static str) -> Job {
        self.lines.sort_by_key(|(at, _)| *at);
        let mut text = String::new();
        self.lines.iter().for_each(|(_, line)| writeln!(text, "{line}").unwrap());
        Job { name, text, events: self.lines.len(), sums: self.sums }
    }
}

/// Two events a call: it queues and is decided; most calls never end.
fn short(events: usize) -> Job {
    let mut draw = Draw::new();
    let step = DAY_MS / (events as u64 / 2).max(1);
    (0..events as u64 / 2).for_each(|n| draw.call(n * step, false));
    draw.job("2 events a call")
}

/// Whole calls and their agents' states.
fn whole(events: usize) -> Job {
    let mut draw = Draw::new();
    let step = DAY_MS / (events as u64 / 8).max(1);
    (0..events as u64 / 8).for_each(|n| draw.call(n * step, true));
    draw.job("whole calls")
}

fn bound(job: &Job) -> usize {
    lines(job.text.as_bytes()).filter(|line| black_box(serde_json::from_slice::<Borrowed<'_>>(line.text).unwrap()).id.len() == 16).count()
}

fn parse(job: &Job) -> usize {
    lines(job.text.as_bytes()).filter(|line| !black_box(Event::parse(line.text).unwrap()).id.is_empty()).count()
}

fn dedup(job: &Job) -> usize {
    let mut ids = Ids::default();
    let new = |line: &[u8]| {
        let event = Event::parse(line).unwrap();
        ids.insert(event.at, hash_id(&event.id))
    };
    lines(job.text.as_bytes()).map(|line| line.text).map(new).filter(|new| *new).count()
}

/// What is closed stays with the engine, or is handed over in commits.
fn fold(job: &Job, commits: bool) -> (usize, Engine) {
    let (mut ids, mut engine, mut new) = (Ids::default(), Engine::new(Settings::default()), 0);
    for line in lines(job.text.as_bytes()) {
        let event = Event::parse(line.text).unwrap();
        if ids.insert(event.at, hash_id(&event.id)) {
            engine.apply(&event);
            new += 1;
            if new % BITE == 0 {
                engine.settle();
                if commits && engine.closed_rows() >= COMMIT_ROWS {
                    black_box(engine.checkpoint().unwrap());
                    engine.committed();
                }
            }
        }
    }
    engine.settle();
    (new, engine)
}

/// The thread's CPU time for one run, ns an event; the answer is checked outside of it.
fn time<T>(job: &Job, run: impl Fn(&Job) -> T, check: impl Fn(&Job, T)) -> f64 {
    let now = || {
        let t = clock_gettime(ClockId::ThreadCPUTime);
        t.tv_sec as f64 * 1e9 + t.tv_nsec as f64
    };
    let begin = now();
    let answer = run(job);
    let spent = now() - begin;
    check(job, answer);
    spent / job.events as f64
}

fn all_read(job: &Job, read: usize) {
    assert_eq!(read, job.events);
}

fn sums_right(job: &Job, (read, mut engine): (usize, Engine)) {
    assert_eq!(read, job.events);
    let mut sums = [0; 3];
    for (table, batches) in engine.live(engine.newest_at().unwrap()) {
        if table == Table::QueueIntervals {
            for row in batches.iter().flat_map(|b| QueueInterval::rows(b).unwrap()) {
                [row.offered, row.answered, row.abandoned].iter().zip(&mut sums).for_each(|(n, sum)| *sum += n);
            }
        }
    }
    assert_eq!(sums, job.sums, "offered, answered, abandoned");
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
    for job in [short(events), whole(events)] {
        let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
        println!("{}: {} events, {} bytes each, load {}", job.name, job.events, job.text.len() / job.events, load.trim());
        let stages = ["serde_json, borrowed, nothing else", "parse", "parse, ids", "parse, ids, fold, settle", "the same with commits"];
        let mut times = vec![Vec::new(); stages.len()];
        for _ in 0..REPEATS {
            times[0].push(time(&job, bound, all_read));
            times[1].push(time(&job, parse, all_read));
            times[2].push(time(&job, dedup, all_read));
            times[3].push(time(&job, |job| fold(job, false), sums_right));
            times[4].push(time(&job, |job| fold(job, true), sums_right));
        }
        let bound = median(&mut times[0]);
        println!("{:<36} {:>9} {:>8} {:>13}", "CPU of one thread", "ns/event", "x bound", "from..to");
        for (stage, times) in stages.iter().zip(&mut times) {
            let ns = median(times);
            println!("{stage:<36} {ns:>9.0} {:>8.2} {:>6.0}..{:.0}", bound / ns, times[0], times[times.len() - 1]);
        }
    }
}
