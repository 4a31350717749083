//! What a tick costs: 50 tiles over 200 queues x 1,440 minutes and 5,000 agents, each planned once.
//!
//! Run with `cargo bench -p callboard-sql --bench tiles`; prints one line a kind of tile and the whole tick.

// A benchmark that cannot go on says so and ends.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use callboard_domain::Timestamp;
use callboard_domain::state::AgentState;
use callboard_sql::{CancellationToken, Limits, LiveQuery, Options, QueryLayer, Snapshot};
use callboard_store::Table;
use callboard_store::table::{LiveAgent, LiveQueue, QueueInterval, TableRow};

const QUEUES: i64 = 200;
const MINUTES: i64 = 1_440;
const AGENTS: i64 = 5_000;
const REPEATS: usize = 21;

fn as_of(tick: i64) -> Timestamp {
    Timestamp::from_millis(1_763_445_600_000 + tick * 250)
}

fn snapshot(tick: i64) -> Arc<Snapshot> {
    let at = as_of(tick);
    let day = at.floor(86_400_000);
    let n = |seed: i64, below: i64| (seed * 7_919 + tick * 31).rem_euclid(below);
    let intervals: Vec<_> = (0..QUEUES * MINUTES).map(|i| interval(i / MINUTES, day.plus(i % MINUTES * 60_000), n(i, 10))).collect();
    let agents: Vec<_> = (0..AGENTS).map(|i| agent(i, at, n(i, 60))).collect();
    let queues: Vec<_> = (0..QUEUES).map(|i| queue(i, at, n(i, 9))).collect();
    Arc::new(
        Snapshot::new(at)
            .with_live(Table::QueueIntervals, vec![QueueInterval::batch(&intervals)])
            .with_live(Table::LiveAgents, vec![LiveAgent::batch(&agents)])
            .with_live(Table::LiveQueues, vec![LiveQueue::batch(&queues)]),
    )
}

fn interval(queue: i64, minute_at: Timestamp, n: i64) -> QueueInterval {
    QueueInterval {
        source: "pbx".into(),
        queue: format!("queue-{queue:03}").into(),
        minute_at,
        offered: n,
        answered: n - n / 4,
        answered_in_target: n / 2,
        abandoned: n / 4,
        abandoned_in_target: n / 8,
        short_abandoned: n / 9,
        timed_out: 0,
        left_by_key: 0,
        overflowed: 0,
        lost: 0,
        waiting: 0,
        waiting_past_target: 0,
        transferred: n / 5,
        answered_wait_ms: n * 9_000,
        abandoned_wait_ms: n * 3_000,
        decided_wait_ms: n * 12_000,
        longest_wait_ms: n * 4_000,
    }
}

fn agent(i: i64, as_of: Timestamp, n: i64) -> LiveAgent {
    let states = AgentState::ALL;
    LiveAgent {
        source: "pbx".into(),
        agent: format!("{}", 10_000 + i).into(),
        name: format!("Agent {i}").into(),
        team: Some(format!("team-{}", i % 40).into()),
        state: states[(i as usize) % states.len()],
        reason: None,
        since_at: as_of.plus(-n * 1_000),
        state_ms: n * 1_000,
        queues: format!("queue-{:03},queue-{:03}", i % QUEUES, (i + 7) % QUEUES).into(),
        call: None,
        call_queue: None,
        call_from: None,
        rings: n,
        handled: n,
        missed: n / 10,
        caller_gave_up_ringing: n / 20,
        transferred: n / 9,
        ring_ms: n * 5_000,
        talk_ms: n * 180_000,
        hold_ms: n * 9_000,
        wrap_up_ms: n * 30_000,
        logged_in_ms: 28_800_000,
        in_ready_ms: 9_000_000,
        in_ringing_ms: 300_000,
        in_talking_ms: n * 180_000,
        in_hold_ms: n * 9_000,
        in_wrap_up_ms: n * 30_000,
        in_paused_ms: 1_200_000,
        in_other_call_ms: 0,
        in_not_responding_ms: 0,
        as_of,
    }
}

fn queue(i: i64, as_of: Timestamp, n: i64) -> LiveQueue {
    LiveQueue {
        queue: format!("queue-{i:03}").into(),
        title_zh: format!("技能组{i}").into(),
        title_en: format!("Queue {i}").into(),
        ordinal: i,
        waiting: n,
        waiting_past_target: n / 3,
        longest_waiting_ms: (n > 0).then_some(n * 4_000),
        target_ms: 20_000,
        agents: 25,
        agents_ready: n,
        agents_ringing: 1,
        agents_talking: 12,
        agents_hold: 1,
        agents_wrap_up: 2,
        agents_paused: 3,
        agents_other_call: 0,
        agents_not_responding: 0,
        as_of,
    }
}

/// Ten kinds of tile, five of each: numbers, tables, rankings, trends.
fn tiles() -> Vec<(&'static str, String)> {
    let mut tiles = Vec::new();
    for i in 0..5 {
        let queue = format!("queue-{:03}", i * 37);
        let mut tile = |kind, sql: String| tiles.push((kind, sql));
        tile(
            "number, one queue today",
            format!("SELECT MEASURE(service_level) FROM queue_intervals WHERE queue = '{queue}' AND minute_at >= today()"),
        );
        tile("number, all queues today", format!("SELECT MEASURE(offered) + {i} FROM queue_intervals WHERE minute_at >= today()"));
        tile("number, last 30 min", format!("SELECT MEASURE(answer_rate) + {i} FROM queue_intervals WHERE minute_at >= last('30 min')"));
        tile("number, waiting now", format!("SELECT MEASURE(waiting), MEASURE(longest_waiting) FROM live_queues WHERE ordinal >= {i}"));
        tile("agents by state", format!("SELECT state, count(*) FROM live_agents WHERE handled >= {i} GROUP BY state ORDER BY state"));
        tile("ranking of agents", format!("SELECT name, handled FROM live_agents WHERE team <> 'team-{i}' ORDER BY handled DESC, name LIMIT 10"));
        tile(
            "team table",
            format!(
                "SELECT team, MEASURE(occupancy), MEASURE(aht), MEASURE(missed) FROM live_agents WHERE handled >= {i} GROUP BY team ORDER BY team"
            ),
        );
        tile(
            "agent grid, one team",
            format!("SELECT agent, name, state, state_ms, handled, queues FROM live_agents WHERE team = 'team-{i}' ORDER BY agent"),
        );
        tile(
            "trend, one queue",
            format!(
                "SELECT bucket(minute_at, '30 min', 'Asia/Shanghai'), MEASURE(offered), MEASURE(abandoned) FROM queue_intervals WHERE queue = '{queue}' GROUP BY 1 ORDER BY 1"
            ),
        );
        tile(
            "skill-group table",
            format!(
                "SELECT q.queue, q.title_zh, q.waiting, q.longest_waiting_ms, i.offered, i.service_level FROM live_queues AS q LEFT JOIN \
                 (SELECT queue, MEASURE(offered), MEASURE(service_level) FROM queue_intervals WHERE minute_at >= today('Asia/Shanghai', {i}) GROUP BY queue) AS i \
                 ON i.queue = q.queue ORDER BY q.ordinal"
            ),
        );
    }
    tiles
}

fn median(mut times: Vec<Duration>) -> f64 {
    times.sort_unstable();
    times[times.len() / 2].as_secs_f64() * 1_000.0
}

// A benchmark measures the machine's time; the product's clock has no part in it.
#[expect(clippy::disallowed_methods, reason = "the time taken is what is measured")]
fn timed<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let begun = Instant::now();
    let result = work();
    (result, begun.elapsed())
}

fn main() {
    // `cargo test` runs benches too, to see that they work: then once is enough.
    let repeats = if std::env::args().any(|a| a == "--bench") { REPEATS } else { 1 };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let layer = QueryLayer::new(Options::default()).unwrap();
    let snapshots: Vec<_> = (0..3).map(snapshot).collect();
    let (live, planning) = timed(|| {
        let plan = |(kind, sql): (&'static str, String)| (kind, runtime.block_on(layer.live(&sql)).unwrap_or_else(|e| panic!("{sql}: {e}")));
        tiles().into_iter().map(plan).collect::<Vec<(&str, Arc<LiveQuery>)>>()
    });
    let mut ticks = Vec::new();
    let mut kinds: BTreeMap<&str, Vec<Duration>> = BTreeMap::new();
    for repeat in 0..repeats {
        let snapshot = &snapshots[repeat % snapshots.len()];
        let mut tick = Duration::ZERO;
        for (kind, query) in &live {
            let (rows, took) = timed(|| runtime.block_on(query.run(snapshot)).unwrap());
            assert!(rows.iter().map(|b| b.num_rows()).sum::<usize>() > 0, "{kind} has no rows");
            kinds.entry(kind).or_default().push(took);
            tick += took;
        }
        ticks.push(tick);
    }
    for (kind, times) in kinds {
        println!("{kind:<28} {:>9.3} ms", median(times));
    }
    println!("{:<28} {:>9.3} ms", "plan one tile", planning.as_secs_f64() * 1_000.0 / live.len() as f64);
    println!("{:<28} {:>9.3} ms", "tick of 50 tiles", median(ticks));
    let sql = &tiles()[0].1;
    let once = (0..repeats).map(|_| {
        let ask = async {
            layer.query(sql, Arc::clone(&snapshots[0]), Limits::default(), CancellationToken::new()).await.unwrap().collect().await.unwrap()
        };
        timed(|| runtime.block_on(ask)).1
    });
    println!("{:<28} {:>9.3} ms", "the same asked once", median(once.collect()));
}
