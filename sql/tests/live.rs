//! A live query, planned once, tells the truth about every snapshot it is asked of.

use std::sync::Arc;

use callboard_domain::Timestamp;
use callboard_domain::state::VisitOutcome;
use callboard_sql::{Error, Options, QueryLayer, Snapshot, Stored, StoredTable};
use callboard_store::Table;
use callboard_store::table::{AgentLeg, LiveAgent, LiveQueue, QueueVisit, TableRow};

use crate::fixture::{self, Layout, NOON, at, centre, layer, live_agent, live_queue, parquet_file, rows, text, visit};

/// A snapshot whose every table has other rows for another `n`.
fn snapshot(n: i64) -> Arc<Snapshot> {
    let as_of = at(NOON).plus(n * 60_000);
    let visits: Vec<_> = (0..10 + n)
        .map(|i| {
            visit(
                ["sales", "service"][(i % 2) as usize],
                i as usize,
                Some(["1", "2", "3"][(i % 3) as usize]),
                as_of.plus(-i * 1_000),
                VisitOutcome::Answered,
                1_000 * i * (n + 1),
            )
        })
        .collect();
    let agents: Vec<_> = (0..5 + n).map(|i| live_agent(&format!("80{i:02}"), i * n, as_of)).collect();
    let queues = [live_queue("sales", n, Some(n * 1_000), as_of), live_queue("service", 2 * n, None, as_of)];
    Arc::new(
        Snapshot::new(as_of)
            .with_live(Table::QueueVisits, vec![QueueVisit::batch(&visits)])
            .with_live(Table::LiveAgents, vec![LiveAgent::batch(&agents)])
            .with_live(Table::LiveQueues, vec![LiveQueue::batch(&queues)])
            .with_live(Table::AgentLegs, vec![AgentLeg::batch(&fixture::legs())]),
    )
}

/// Every kind of operator: the point is that none of them remembers the run before.
const EVERY_OPERATOR: &[&str] = &[
    "SELECT queue, waiting FROM live_queues ORDER BY queue",
    "SELECT count(*), now() FROM live_agents WHERE handled > 2",
    "SELECT queue, MEASURE(offered), MEASURE(asa), MEASURE(service_level) FROM queue_visits GROUP BY queue ORDER BY queue",
    "SELECT agent, handled FROM live_agents ORDER BY handled DESC, agent LIMIT 3",
    "SELECT agent, handled FROM live_agents ORDER BY handled DESC, agent LIMIT 3 OFFSET 1",
    "SELECT q.queue, q.waiting, MEASURE(v.offered) FROM live_queues AS q LEFT JOIN queue_visits AS v ON v.queue = q.queue GROUP BY 1, 2 ORDER BY 1",
    "SELECT q.queue, a.agent FROM live_queues AS q CROSS JOIN live_agents AS a WHERE a.handled > q.waiting ORDER BY 1, 2",
    "SELECT a.agent, count(*) FROM live_agents AS a JOIN queue_visits AS v ON v.wait_ms > a.talk_ms GROUP BY 1 ORDER BY 1",
    "SELECT agent FROM live_agents WHERE agent IN (SELECT agent FROM queue_visits) OR handled > (SELECT avg(handled) FROM live_agents) ORDER BY 1",
    "SELECT agent FROM live_agents AS a WHERE EXISTS (SELECT 1 FROM agent_legs AS l WHERE l.agent = a.agent) ORDER BY 1",
    "SELECT queue, entered_at, row_number() OVER (PARTITION BY queue ORDER BY entered_at), sum(wait_ms) OVER (ORDER BY entered_at, call) FROM queue_visits ORDER BY entered_at, call",
    "SELECT from_number, lead(entered_at) OVER (PARTITION BY from_number ORDER BY entered_at, call) AS next_at FROM queue_visits ORDER BY 1, 2 LIMIT 20",
    "SELECT DISTINCT queue FROM queue_visits ORDER BY 1",
    "SELECT queue FROM queue_visits UNION SELECT queue FROM live_queues ORDER BY 1",
    "SELECT queue FROM live_queues INTERSECT SELECT queue FROM queue_visits ORDER BY 1",
    "SELECT agent FROM live_agents EXCEPT SELECT agent FROM agent_legs ORDER BY 1",
    "SELECT MEASURE(wait_p90), MEASURE(wait_max), count(DISTINCT from_number), array_agg(DISTINCT queue ORDER BY queue) FROM queue_visits",
    "SELECT bucket(entered_at, '5 min'), MEASURE(offered) FROM queue_visits WHERE entered_at >= last('10 min') GROUP BY 1 ORDER BY 1",
    "SELECT MEASURE(repeat_rate_24h), MEASURE(fcr_7d), MEASURE(offered) FROM repeat_visits",
    "WITH RECURSIVE n(i) AS (SELECT min(waiting) FROM live_queues UNION ALL SELECT i + 1 FROM n WHERE i < 5) SELECT count(*), max(i) FROM n",
    "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT n.i + 1 FROM n CROSS JOIN live_queues AS q WHERE n.i < q.waiting) SELECT count(*), max(i) FROM n",
    "SELECT unnest(string_to_array(queues, ',')) AS q, count(*) FROM live_agents GROUP BY 1",
    "SELECT queue, agent FROM queue_visits FULL JOIN live_queues USING (queue) ORDER BY 1, 2 LIMIT 5",
    "SELECT (SELECT max(waiting) FROM live_queues) AS most, (SELECT count(*) FROM live_agents) AS agents, today('UTC')",
    "SELECT CASE WHEN MEASURE(offered) > 11 THEN 'many' ELSE 'few' END FROM queue_visits",
    "SELECT queue, MEASURE(offered) FROM queue_visits GROUP BY GROUPING SETS ((queue), ()) ORDER BY 1 NULLS LAST",
    "SELECT a.queue FROM live_queues AS a, LATERAL (SELECT count(*) AS n FROM queue_visits AS v WHERE v.queue = a.queue) AS c WHERE c.n > 5 ORDER BY 1",
];

#[tokio::test]
async fn every_operator_run_again_gives_what_a_fresh_query_gives() {
    let layer = layer();
    for sql in EVERY_OPERATOR {
        let live = layer.live(sql).await.unwrap_or_else(|e| panic!("{sql}: {e}"));
        for n in [0, 3, 1, 7, 7, 0] {
            let snapshot = snapshot(n);
            let told = live.run(&snapshot).await.unwrap_or_else(|e| panic!("{sql}: {e}"));
            let fresh = rows(&layer, &snapshot, sql).await.unwrap();
            assert_eq!(text(&told), text(&fresh), "{sql}\nas of minute {n}");
        }
    }
}

#[tokio::test]
async fn now_is_the_time_of_the_run_and_not_of_the_plan() {
    let live = layer().live("SELECT now(), current_date, today(), last('1 min'), now() - INTERVAL '1 hour'").await.unwrap();
    assert!(live.follows_time());
    for (n, expected) in [
        (0, "2025-11-18T06:00:00.000Z,2025-11-18,2025-11-17T16:00:00.000Z,2025-11-18T05:59:00.000Z,2025-11-18T05:00:00.000Z\n"),
        (1_440, "2025-11-19T06:00:00.000Z,2025-11-19,2025-11-18T16:00:00.000Z,2025-11-19T05:59:00.000Z,2025-11-19T05:00:00.000Z\n"),
    ] {
        let snapshot = Arc::new(Snapshot::new(at(NOON).plus(n * 60_000)));
        assert_eq!(text(&live.run(&snapshot).await.unwrap()), expected);
    }
}

#[tokio::test]
async fn a_live_query_reads_stored_files_too_and_follows_their_change() {
    let folder = tempfile::tempdir().unwrap();
    let layer = layer();
    let sql = "SELECT queue, MEASURE(offered) FROM queue_visits WHERE entered_at >= last('1 hour') GROUP BY queue ORDER BY queue";
    let live = layer.live(sql).await.unwrap();
    let file = |name: &str, queue: &str, at: Timestamp| {
        let row = visit(queue, 1, None, at, VisitOutcome::Answered, 1_000);
        parquet_file(folder.path(), name, Table::QueueVisits, &QueueVisit::batch(&[row]))
    };
    let stored = |version, files| {
        let mut stored = Stored { version, ..Stored::default() };
        stored.tables.insert(Table::QueueVisits, Arc::new(StoredTable { files }));
        Arc::new(stored)
    };
    let (a, b) = (file("a.parquet", "a", at(NOON)), file("b.parquet", "b", at(NOON).plus(60_000)));
    let open = QueueVisit::batch(&[visit("open", 1, None, at(NOON), VisitOutcome::Waiting, 0)]);
    let run = async |as_of: Timestamp, files: Vec<_>| {
        let snapshot = Arc::new(Snapshot::new(as_of).with_stored(stored(1, files)).with_live(Table::QueueVisits, vec![open.clone()]));
        text(&live.run(&snapshot).await.unwrap())
    };
    assert_eq!(run(at(NOON).plus(1_000), vec![a.clone()]).await, "a,1\nopen,1\n");
    assert_eq!(run(at(NOON).plus(61_000), vec![a.clone(), b.clone()]).await, "a,1\nb,1\nopen,1\n");
    // An hour later the first file is out of the query's range: it is not even opened.
    std::fs::remove_file(a.path.as_ref()).unwrap();
    assert_eq!(run(at(NOON).plus(3_600_001), vec![a, b]).await, "b,1\n");
}

#[tokio::test]
async fn equal_texts_share_one_plan_until_nobody_wants_it() {
    let layer = layer();
    let first = layer.live("SELECT queue FROM live_queues").await.unwrap();
    let second = layer.live("  SELECT queue FROM live_queues;\n").await.unwrap();
    assert!(Arc::ptr_eq(&first, &second));
    assert!(!Arc::ptr_eq(&first, &layer.live("SELECT waiting FROM live_queues").await.unwrap()));
    assert_eq!(first.schema().field(0).name(), "queue");
}

#[tokio::test]
async fn two_runs_at_once_do_not_mix_their_snapshots() {
    let layer = layer();
    let live = layer.live("SELECT now(), count(*), max(a.handled) FROM live_agents AS a JOIN live_queues AS q ON q.waiting >= 0").await.unwrap();
    let snapshots: Vec<_> = (0..8).map(snapshot).collect();
    let runs = futures::future::join_all(snapshots.iter().map(|s| live.run(s))).await;
    for (snapshot, told) in snapshots.iter().zip(runs) {
        let fresh = rows(&layer, snapshot, live.sql()).await.unwrap();
        assert_eq!(text(&told.unwrap()), text(&fresh));
    }
}

#[tokio::test]
async fn a_live_query_knows_what_it_reads() {
    let layer = layer();
    let reads = async |sql: &str| layer.live(sql).await.unwrap().tables().to_vec();
    assert_eq!(reads("SELECT 1").await, []);
    assert_eq!(reads("WITH q AS (SELECT * FROM live_queues) SELECT * FROM q JOIN live_agents ON true").await, [Table::LiveAgents, Table::LiveQueues]);
    assert_eq!(reads("SELECT MEASURE(fcr_7d) FROM repeat_visits").await, [Table::QueueVisits]);
    assert!(layer.live("SELECT MEASURE(fcr_7d) FROM repeat_visits").await.unwrap().follows_time());
    assert!(!layer.live("SELECT queue FROM live_queues").await.unwrap().follows_time());
}

#[tokio::test]
async fn only_a_select_can_be_live_and_a_failed_run_does_not_spoil_the_next() {
    let layer = layer();
    assert!(matches!(layer.live("EXPLAIN SELECT 1").await, Err(Error::NotAllowed { .. })));
    assert!(layer.live("SELECT nothing FROM live_queues").await.is_err());
    let live = layer.live("SELECT 10 / min(waiting) FROM live_queues").await.unwrap();
    assert!(live.run(&snapshot(0)).await.is_err());
    assert_eq!(text(&live.run(&snapshot(2)).await.unwrap()), "5\n");
}

#[tokio::test]
async fn live_and_one_time_answers_agree_over_every_layout() {
    let layer = layer();
    for layout in [Layout::Live, Layout::Stored, Layout::Half] {
        let folder = tempfile::tempdir().unwrap();
        let snapshot = centre(layout, folder.path());
        for sql in EVERY_OPERATOR {
            let told = layer.live(sql).await.unwrap().run(&snapshot).await.unwrap();
            assert_eq!(text(&told), text(&rows(&layer, &snapshot, sql).await.unwrap()), "{layout:?}: {sql}");
        }
    }
}

#[tokio::test]
async fn a_live_query_that_takes_too_long_ends_and_can_run_again() {
    let options = Options { live_timeout: std::time::Duration::from_millis(50), ..Options::default() };
    let layer = QueryLayer::new(options).unwrap();
    let live = layer.live("SELECT count(*) FROM live_agents AS a, live_agents AS b, live_agents AS c, live_agents AS d WHERE a.handled + b.handled + c.handled + d.handled < 0").await.unwrap();
    let as_of = at(NOON);
    let agents = |n: i64| {
        Arc::new(
            Snapshot::new(as_of)
                .with_live(Table::LiveAgents, vec![LiveAgent::batch(&(0..n).map(|i| live_agent(&i.to_string(), i, as_of)).collect::<Vec<_>>())]),
        )
    };
    assert!(matches!(live.run(&agents(3_000)).await, Err(Error::Timeout { .. })));
    assert_eq!(text(&live.run(&agents(2)).await.unwrap()), "0\n");
}
