//! Stored rows in ClickHouse: questions run there as far as they mean the same, and answers are those of our own files.

use std::path::Path;
use std::sync::{Arc, LazyLock};

use arrow::array::RecordBatch;
use callboard_domain::state::VisitOutcome;
use callboard_engines::ClickHouse;
use callboard_sql::{Options, QueryLayer, Snapshot, Stored};
use callboard_store::Table;
use callboard_store::history::clickhouse::{self, ClickHouseHistory};
use callboard_store::history::{Commit, History};
use callboard_store::table::{QueueVisit, TableRow};
use tokio::runtime::Runtime;

use crate::fixture::{Layout, NOON, at, centre, layer, rows, text, visit};

/// One engine for all tests of this program.
pub fn engine() -> &'static ClickHouse {
    static ENGINE: LazyLock<ClickHouse> = LazyLock::new(|| ClickHouse::start().unwrap());
    &ENGINE
}

/// These rows as ClickHouse holds them after one commit, in a database of their own.
pub fn stored(engine: &ClickHouse, batches: Vec<(Table, RecordBatch)>) -> Arc<Stored> {
    static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap());
    let mut options = clickhouse::Options::new(engine.url(), "log", "test");
    options.database = engine.database().unwrap();
    // History blocks, and a test's thread must not.
    let commit = move || {
        let history = ClickHouseHistory::open(&options, RUNTIME.handle().clone()).unwrap();
        history.commit(Commit { position: 1, batches, engine_state: vec![], at: at(NOON) }).unwrap()
    };
    Stored::of(&std::thread::spawn(commit).join().unwrap(), Path::new("unused"))
}

fn remote_layer() -> QueryLayer {
    QueryLayer::new(Options { zone: jiff::tz::TimeZone::get("Asia/Shanghai").unwrap(), remote: true, ..Options::default() }).unwrap()
}

async fn ask(snapshot: &Arc<Snapshot>, sql: &str) -> String {
    text(&rows(&layer(), snapshot, sql).await.unwrap())
}

/// Questions whose answers need no ORDER BY to be told apart, of every kind that moves there and of some that do not.
const QUESTIONS: &[&str] = &[
    "SELECT count(*) FROM queue_visits",
    "SELECT count(*), count(wait_ms), count(DISTINCT queue) FROM queue_visits",
    "SELECT queue, MEASURE(offered), MEASURE(service_level), MEASURE(wait_avg), MEASURE(wait_max) FROM queue_visits GROUP BY queue ORDER BY queue",
    "SELECT queue, MEASURE(offered), MEASURE(service_level), MEASURE(wait_avg) FROM queue_intervals GROUP BY queue ORDER BY queue",
    "SELECT MEASURE(wait_p50), MEASURE(wait_p90) FROM queue_visits",
    "SELECT agent, MEASURE(occupancy), MEASURE(handled) FROM agent_intervals GROUP BY agent ORDER BY agent",
    "SELECT MEASURE(csat_avg), MEASURE(csat_response_rate) FROM calls",
    "SELECT bucket(entered_at, '30 min') b, MEASURE(offered) FROM queue_visits GROUP BY b ORDER BY b",
    "SELECT bucket(entered_at, '20 min', 'Asia/Kathmandu') b, queue, avg(wait_ms) FROM queue_visits GROUP BY b, queue ORDER BY b, queue",
    "SELECT bucket(minute_at, '1 day') b, MEASURE(service_level) FROM queue_intervals GROUP BY b ORDER BY b",
    "SELECT business_day(entered_at, 'America/New_York', 4) d, MEASURE(offered) FROM queue_visits GROUP BY d ORDER BY d",
    "SELECT bucket(left_at, '1 hour') b, count(*) FROM queue_visits GROUP BY b ORDER BY b",
    "SELECT bucket(entered_at, '7 s') b, count(*) FROM queue_visits WHERE queue = 'sales' GROUP BY b ORDER BY b",
    "SELECT outcome, sum(CASE WHEN wait_ms > 10000 THEN 1 ELSE 0 END) FROM queue_visits GROUP BY outcome ORDER BY outcome",
    "SELECT queue, avg(wait_ms), min(entered_at), max(left_at), sum(wait_ms) FILTER (WHERE answered = 1) FROM queue_visits GROUP BY queue ORDER BY queue",
    "SELECT agent, count(*) FROM queue_visits WHERE agent NOT IN ('8002', '?') GROUP BY agent ORDER BY agent",
    "SELECT count(*) FROM queue_visits WHERE agent IS NULL OR agent NOT IN ('8002')",
    "SELECT count(*) FROM queue_visits WHERE NOT (agent = '8001')",
    "SELECT count(*) FROM queue_visits WHERE queue LIKE 's%' AND call <> 'it''s \\ ?'",
    "SELECT count(*) FROM queue_visits WHERE entered_at >= today() AND entered_at < now()",
    "SELECT sum(wait_ms) FROM queue_visits WHERE entered_at > last('1 min') AND wait_ms < 0",
    "SELECT call, wait_ms FROM queue_visits WHERE wait_ms >= 1000 ORDER BY wait_ms DESC, call LIMIT 7",
    "SELECT DISTINCT queue FROM queue_visits ORDER BY queue",
    "SELECT a.queue, count(*) FROM queue_visits a JOIN calls c ON a.source = c.source WHERE c.rating >= 4 GROUP BY a.queue ORDER BY a.queue",
    "SELECT upper(queue) u, coalesce(agent, 'none') g, count(*) FROM queue_visits GROUP BY u, g ORDER BY u, g",
    "SELECT reason, filled_at IS NULL FROM gaps",
    "SELECT max(x) FROM (SELECT queue, sum(offered) + 1 AS x FROM queue_visits WHERE offered > 0 GROUP BY queue)",
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn answers_are_those_of_rows_in_memory() {
    let folder = tempfile::tempdir().unwrap();
    let live = centre(Layout::Live, folder.path());
    let plain = layer();
    let planned = remote_layer();
    for layout in [Layout::Remote, Layout::HalfRemote] {
        let snapshot = centre(layout, folder.path());
        for sql in QUESTIONS {
            let want = text(&rows(&plain, &live, sql).await.unwrap());
            let got = rows(&plain, &snapshot, sql).await.unwrap_or_else(|e| panic!("{layout:?}: {sql}: {e}"));
            assert_eq!(text(&got), want, "{layout:?}: {sql}");
            let question = planned.live(sql).await.unwrap();
            for _ in 0..2 {
                let got = question.run(&snapshot).await.unwrap_or_else(|e| panic!("live, {layout:?}: {sql}: {e}"));
                assert_eq!(text(&got), want, "live, {layout:?}: {sql}");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn explain_shows_what_runs_in_clickhouse() {
    let folder = tempfile::tempdir().unwrap();
    let snapshot = centre(Layout::HalfRemote, folder.path());
    let sql = "EXPLAIN SELECT queue, MEASURE(service_level) FROM queue_visits WHERE entered_at >= today() GROUP BY queue";
    let plan = ask(&snapshot, sql).await;
    let condition = "`entered_at` >= fromUnixTimestamp64Milli(1763395200000, 'UTC')";
    for part in ["ClickHouse: SELECT `queue` AS c0, sum(`answered_in_target`) AS c1", condition, "GROUP BY c0", "commit_number <= 1"] {
        assert!(plan.contains(part), "{part} is not in {plan}");
    }
    let plan = ask(&snapshot, "EXPLAIN SELECT call FROM queue_visits WHERE wait_ms > 5 LIMIT 3").await;
    assert!(plan.contains("ClickHouse: SELECT `call` FROM queue_visits") && plan.contains("(`wait_ms` > toInt64(5)) LIMIT 3"), "{plan}");
    let plan = ask(&snapshot, "EXPLAIN SELECT bucket(entered_at, '30 min') AS b, MEASURE(offered) FROM queue_visits GROUP BY b").await;
    assert!(plan.contains("positiveModulo(toUnixTimestamp64Milli(`entered_at`), 900000)") && plan.contains("GROUP BY c0"), "{plan}");
    // What has no words there stays here, over the columns it needs.
    let plan = ask(&snapshot, "EXPLAIN SELECT mask(from_number), count(*) FROM queue_visits GROUP BY 1").await;
    assert!(plan.contains("ClickHouse: SELECT `from_number` FROM queue_visits WHERE") && !plan.contains("GROUP BY c0"), "{plan}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_row_of_a_large_answer_is_lost_and_parts_of_a_second_count() {
    const ROWS: usize = 150_000;
    let visits: Vec<QueueVisit> =
        (0..ROWS).map(|i| visit("q", i, None, at(NOON).plus(i64::try_from(i).unwrap()), VisitOutcome::Answered, 1_000)).collect();
    let snapshot = Arc::new(Snapshot::new(at(NOON).plus(1)).with_stored(stored(engine(), vec![(Table::QueueVisits, QueueVisit::batch(&visits))])));
    // A function that has no words in ClickHouse makes every row come.
    let fetched = "SELECT count(DISTINCT mask(call)), sum(length(call)) FROM queue_visits";
    let lengths: usize = visits.iter().map(|v| v.call.len()).sum();
    assert!(ask(&snapshot, fetched).await.ends_with(&format!(",{lengths}\n")));
    assert_eq!(ask(&snapshot, "SELECT count(*) FROM (SELECT call FROM queue_visits)").await, format!("{ROWS}\n"));
    let late = "SELECT count(*) FROM queue_visits WHERE entered_at >= '2025-11-18T06:00:00.250Z' AND entered_at < '2025-11-18T06:00:01.001Z'";
    assert_eq!(ask(&snapshot, late).await, "751\n");
    assert_eq!(ask(&snapshot, "SELECT count(*) FROM queue_visits WHERE queue = '?' OR call = 'q-00007'").await, "1\n");
    assert_eq!(ask(&snapshot, "SELECT count(*) FROM (SELECT 1 FROM queue_visits LIMIT 100001)").await, "100001\n");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_row_that_was_taken_away_is_not_seen() {
    let seen = visit("q", 1, None, at(NOON).plus(-2_000), VisitOutcome::Answered, 500);
    let gone = QueueVisit { version: -2, ..visit("q", 2, None, at(NOON).plus(-1_000), VisitOutcome::Answered, 700) };
    let snapshot = Arc::new(Snapshot::new(at(NOON)).with_stored(stored(engine(), vec![(Table::QueueVisits, QueueVisit::batch(&[seen, gone]))])));
    assert_eq!(ask(&snapshot, "SELECT count(*), sum(wait_ms) FROM queue_visits").await, "1,500\n");
    assert_eq!(ask(&snapshot, "SELECT call FROM queue_visits WHERE wait_ms > 100").await, "q-00001\n");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_tile_goes_on_while_clickhouse_is_away_and_a_new_question_says_so() {
    let mut own = ClickHouse::start_own().unwrap();
    let row = visit("q", 1, None, at(NOON).plus(-1_000), VisitOutcome::Answered, 500);
    let stored = stored(&own, vec![(Table::QueueVisits, QueueVisit::batch(&[row]))]);
    let live = visit("q", 2, None, at(NOON), VisitOutcome::Answered, 700);
    let snapshot = |as_of_ms| {
        Arc::new(
            Snapshot::new(at(NOON).plus(as_of_ms))
                .with_stored(Arc::clone(&stored))
                .with_live(Table::QueueVisits, vec![QueueVisit::batch(std::slice::from_ref(&live))]),
        )
    };
    let layer = remote_layer();
    let tile = layer.live("SELECT queue, MEASURE(offered), sum(wait_ms) FROM queue_visits WHERE entered_at >= today() GROUP BY queue").await.unwrap();
    assert_eq!(text(&tile.run(&snapshot(0)).await.unwrap()), "q,2,1200\n");
    own.kill().unwrap();
    assert_eq!(text(&tile.run(&snapshot(250)).await.unwrap()), "q,2,1200\n");
    let error = rows(&layer, &snapshot(250), "SELECT call FROM queue_visits").await.unwrap_err();
    assert!(error.to_string().contains("could not") && error.to_string().contains("ClickHouse at http://127.0.0.1"), "{error}");
    own.restart().unwrap();
    assert_eq!(text(&rows(&layer, &snapshot(250), "SELECT max(call) FROM queue_visits").await.unwrap()), "q-00002\n");
}
