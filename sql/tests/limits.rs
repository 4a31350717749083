//! No question takes more time, memory or rows than it may, however it is written.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use arrow::array::RecordBatch;
use callboard_domain::state::VisitOutcome;
use callboard_sql::{CancellationToken, Error, Limits, Snapshot};
use callboard_store::Table;
use callboard_store::table::{QueueVisit, TableRow};
use futures::StreamExt;
use tokio::time::Instant;

use crate::fixture::{Layout, NOON, at, centre, layer, visit};

/// 20,000 visits, so that a cross join has 4 * 10^8 rows and three of them 8 * 10^12.
fn many() -> Arc<Snapshot> {
    some(20_000)
}

fn some(visits: usize) -> Arc<Snapshot> {
    let visits: Vec<_> = (0..visits).map(|i| visit("q", i, Some("1"), at(NOON).plus(i as i64), VisitOutcome::Answered, 1_000)).collect();
    Arc::new(Snapshot::new(at(NOON)).with_live(Table::QueueVisits, vec![QueueVisit::batch(&visits)]))
}

async fn ask(sql: &str, limits: Limits, cancel: CancellationToken) -> Result<Vec<RecordBatch>, Error> {
    layer().query(sql, many(), limits, cancel).await?.collect().await
}

const ENDLESS: [&str; 6] = [
    "SELECT count(*) FROM queue_visits AS a, queue_visits AS b, queue_visits AS c WHERE a.wait_ms + b.wait_ms + c.wait_ms < 0",
    "SELECT a.call, count(*) FROM queue_visits AS a, queue_visits AS b, queue_visits AS c GROUP BY a.call",
    "SELECT sum(sqrt(a.wait_ms * b.wait_ms + c.wait_ms)) FROM queue_visits AS a JOIN queue_visits AS b ON a.queue = b.queue JOIN queue_visits AS c ON c.queue = b.queue",
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n",
    "SELECT count(*) FROM queue_visits AS a JOIN queue_visits AS b ON a.entered_at < b.entered_at JOIN queue_visits AS c ON b.entered_at < c.entered_at WHERE a.wait_ms <> c.wait_ms",
    "SELECT max(regexp_replace(a.call || b.call, '(.*)-(.*)', '\\2')) FROM queue_visits AS a, queue_visits AS b",
];

async fn each_ends_at_its_deadline() {
    let limits = Limits { timeout: Duration::from_millis(300), ..Limits::default() };
    for sql in ENDLESS {
        let (layer, snapshot) = (layer(), many());
        let begun = Instant::now();
        let result = match layer.query(sql, snapshot, limits, CancellationToken::new()).await {
            Ok(stream) => stream.collect().await,
            Err(error) => Err(error),
        };
        let took = begun.elapsed();
        assert!(matches!(result, Err(Error::Timeout { .. })), "{sql}: {:?}", result.map(|r| r.len()));
        // Debug code on a busy machine; what is promised is 200 ms.
        assert!(took < Duration::from_millis(300 + 1_000), "{sql}: {took:?}");
        println!("{:>5} ms over the deadline: {sql}", took.as_millis() - 300);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_endless_query_ends_at_its_deadline() {
    each_ends_at_its_deadline().await;
}

#[tokio::test]
async fn an_endless_query_ends_at_its_deadline_on_one_thread_too() {
    each_ends_at_its_deadline().await;
}

#[tokio::test]
async fn a_query_lets_others_have_a_turn_and_ends_when_it_is_cancelled() {
    for sql in ENDLESS {
        let cancel = CancellationToken::new();
        let mut stream = layer().query(sql, some(300), Limits::default(), cancel.clone()).await.unwrap();
        // The query's tasks stand in the queue before the one that cancels, on the same thread: that one has its
        // turn only because the query gives up its own.
        let started = futures::poll!(stream.next());
        assert!(started.is_pending(), "{sql}");
        let canceller = tokio::spawn(async move { cancel.cancel() });
        let first = stream.next().await;
        assert!(matches!(first, Some(Err(Error::Cancelled))), "{sql}: {first:?}");
        canceller.await.unwrap();
        assert!(stream.next().await.is_none(), "after its error a stream is over");
    }
}

#[tokio::test]
async fn a_query_that_needs_more_memory_than_it_may_says_so() {
    let limits = Limits { memory_bytes: 1 << 20, ..Limits::default() };
    for sql in [
        "SELECT call, entered_at, path FROM (SELECT a.call, a.entered_at, a.call || '-' || a.queue AS path FROM queue_visits AS a) ORDER BY path, entered_at",
        "SELECT call || 'x', count(*) FROM queue_visits GROUP BY 1",
        "SELECT count(*) FROM queue_visits AS a JOIN queue_visits AS b ON a.call = b.call AND a.wait_ms = b.wait_ms",
    ] {
        let result = ask(sql, limits, CancellationToken::new()).await;
        assert!(matches!(result, Err(Error::Memory { limit_bytes: 1_048_576 })), "{sql}: {:?}", result.map(|r| r.len()));
        assert!(ask(sql, Limits::default(), CancellationToken::new()).await.is_ok(), "{sql}");
    }
}

#[tokio::test]
async fn a_cap_on_rows_is_an_error_and_not_a_shorter_answer() {
    let limits = Limits { rows: Some(19_999), ..Limits::default() };
    assert!(matches!(ask("SELECT call FROM queue_visits", limits, CancellationToken::new()).await, Err(Error::Rows { limit: 19_999 })));
    let limits = Limits { rows: Some(20_000), ..Limits::default() };
    assert!(ask("SELECT call FROM queue_visits", limits, CancellationToken::new()).await.is_ok());
}

#[tokio::test]
async fn files_of_the_machine_are_no_tables() {
    let snapshot = centre(Layout::Live, Path::new("unused"));
    for sql in [
        "SELECT * FROM '/etc/passwd'",
        "SELECT * FROM 'file:///etc/passwd'",
        "SELECT * FROM read_csv('/etc/passwd')",
        "SELECT * FROM \"/etc/passwd.csv\"",
    ] {
        assert!(crate::fixture::rows(&layer(), &snapshot, sql).await.is_err(), "{sql}");
    }
}

#[tokio::test]
async fn a_chain_is_planned_as_long_as_the_stack_bears_and_then_refused() {
    for (first, next) in [
        ("SELECT count(*) FROM gaps WHERE source = 'a'", " OR source"),
        ("SELECT 1", " + 1"),
        ("SELECT 1", " IS NULL"),
        ("SELECT 1", "::bigint"),
        ("SELECT 1", " UNION ALL SELECT 1"),
    ] {
        let chain = |n: usize| format!("{first}{}", next.repeat(n));
        let planned = ask(&chain(60), Limits::default(), CancellationToken::new()).await;
        assert!(!matches!(planned, Err(Error::Syntax { .. })), "{next}: {planned:?}");
        for n in [300, 5_000, 50_000] {
            let refused = ask(&chain(n), Limits::default(), CancellationToken::new()).await;
            assert!(matches!(refused, Err(Error::Syntax { .. })), "{next}: {refused:?}");
        }
        let _ = ask(&chain(125), Limits::default(), CancellationToken::new()).await;
    }
}

#[tokio::test]
async fn functions_that_make_gigabytes_out_of_a_number_are_not_there() {
    let snapshot = centre(Layout::Live, Path::new("unused"));
    for sql in ["SELECT repeat('x', 2000000000)", "SELECT range(1, 1000000000)", "SELECT list_repeat(1, 1000000000)", "SELECT lpad('x', 1000000000)"]
    {
        assert!(matches!(crate::fixture::rows(&layer(), &snapshot, sql).await, Err(Error::Plan { .. })), "{sql}");
    }
    let rows = crate::fixture::rows(&layer(), &snapshot, "SELECT count(*) FROM generate_series(1, 1000)").await.unwrap();
    assert_eq!(crate::fixture::text(&rows), "1000\n");
}
