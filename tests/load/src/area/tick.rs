//! What a tick costs: 50 tiles over 200 queues x 1,440 minutes and 5,000 agents, each planned once, on one thread.

use std::sync::Arc;

use anyhow::{Context, Result, ensure};
use arrow::array::RecordBatch;
use callboard_domain::Timestamp;
use callboard_domain::state::AgentState;
use callboard_sql::{LiveQuery, Options, QueryLayer, Snapshot};
use callboard_store::Table;
use callboard_store::table::{LiveAgent, LiveQueue, QueueInterval, TableRow};

use crate::contest::{Contest, Sample};
use crate::meter::{Meter, median};
use crate::report::{Cell, Goal, Report};
use crate::session::Session;

/// Runs the area.
///
/// # Errors
/// When a tile cannot be planned.
pub fn run(session: &Session, report: &mut Report) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let layer = QueryLayer::new(Options::default())?;
    let snapshots: Vec<_> = (0..3).map(snapshot).collect();
    let meter = Meter::start();
    let live: Vec<(&str, Arc<LiveQuery>)> = tiles()
        .into_iter()
        .map(|(kind, sql)| runtime.block_on(layer.live(&sql)).map(|query| (kind, query)).with_context(|| sql))
        .collect::<Result<_>>()?;
    let planning_ms = meter.elapsed().as_secs_f64() * 1e3 / live.len() as f64;
    let results = Contest::new(format!("a tick of {} tiles: {QUEUES} queues x {MINUTES} minutes, {AGENTS} agents", live.len()))
        .contestant("callboard", || {
            let mut ticks = Vec::with_capacity(TICKS);
            let mut sample = Sample::default();
            let mut slowest = (0.0, "");
            for snapshot in snapshots.iter().cycle().take(TICKS) {
                let tick = Meter::start();
                for (kind, query) in &live {
                    let tile = Meter::start();
                    let rows = runtime.block_on(query.run(snapshot))?;
                    ensure!(rows.iter().map(RecordBatch::num_rows).sum::<usize>() > 0, "{kind} has no rows");
                    let took = tile.elapsed().as_secs_f64() * 1e3;
                    if took > slowest.0 {
                        slowest = (took, kind);
                    }
                }
                session.plant().burn(tick.elapsed());
                ticks.push(tick.elapsed().as_secs_f64() * 1e3);
                sample = tick.stop();
            }
            Ok(sample.with("tick_ms", median(&ticks)).with("plan_ms", planning_ms).with("slowest_tile_ms", slowest.0))
        })
        .run(session);
    report.add(results, [Cell::alone("-", "a tick of 50 tiles, ms", "tick_ms", "callboard", Goal::AtMost(GOAL_MS))]);
    Ok(())
}

/// A fifth of the time between two ticks.
const GOAL_MS: f64 = 50.0;
const QUEUES: i64 = 200;
const MINUTES: i64 = 1_440;
const AGENTS: i64 = 5_000;
/// Ticks of one sample.
const TICKS: usize = 11;

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
    }
}

fn agent(i: i64, as_of: Timestamp, n: i64) -> LiveAgent {
    let states = AgentState::ALL;
    LiveAgent {
        source: "pbx".into(),
        agent: format!("{}", 10_000 + i).into(),
        name: format!("Agent {i}").into(),
        team: Some(format!("team-{}", i % 40).into()),
        state: states.get((i as usize) % states.len()).copied().unwrap_or(AgentState::Ready),
        reason: None,
        reason_zh: None,
        reason_en: None,
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
