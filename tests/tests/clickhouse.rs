//! The server with its history in ClickHouse, and ClickHouse's own engine failing it.

#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

use std::path::Path;

use callboard_engines::ClickHouse;
use callboard_engines::clickhouse::Fault;
use callboard_ingest::simulator::{Options, Simulator};
use callboard_tests::server::{Server, callboard};

fn story(events: usize) -> Vec<String> {
    let mut options = Options::new(23, "2026-03-02T01:00:00.000Z".parse().unwrap());
    options.calls_per_minute = Some(60.0);
    Simulator::new(options).take(events).map(|e| e.to_line()).collect()
}

const QUESTIONS: [&str; 5] = [
    "SELECT queue, MEASURE(offered) AS o, MEASURE(answered) AS a, MEASURE(service_level) AS s, MEASURE(wait_p90) AS p FROM queue_visits \
     GROUP BY queue ORDER BY queue",
    "SELECT queue, MEASURE(offered) AS o, MEASURE(wait_avg) AS m FROM queue_intervals GROUP BY queue ORDER BY queue",
    "SELECT agent, MEASURE(rings) AS r, MEASURE(handle_ms) AS h FROM agent_legs GROUP BY agent ORDER BY agent",
    "SELECT outcome, count(*) AS n, sum(wait_ms) AS w FROM calls GROUP BY outcome ORDER BY outcome",
    "SELECT bucket(entered_at, '15 min') AS b, MEASURE(offered) AS o FROM queue_visits GROUP BY b ORDER BY b",
];

/// Asks for half a minute whether it is ready, history included.
fn becomes_ready(server: &Server) {
    let mut said = (0, String::new());
    for _ in 0..300 {
        said = server.get("/readyz").unwrap();
        if said.0 == 200 {
            return;
        }
        std::thread::sleep(std::time::Duration::from_millis(100));
    }
    panic!("{said:?}");
}

#[test]
fn whatever_fails_the_same_events_give_the_same_answers_as_our_own_files() {
    let mut engine = ClickHouse::start_own().unwrap();
    let database = engine.database().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let (data, config) = (folder.path().join("data"), folder.path().join("callboard.toml"));
    std::fs::write(&config, format!("[history]\nclickhouse = \"{}\"\ndatabase = \"{database}\"\n", engine.url())).unwrap();
    let start = |data: &Path| Server::start(data, &["--config", config.to_str().unwrap()]).unwrap();
    let commits = |engine: &ClickHouse| engine.query(&format!("SELECT count() FROM {database}.callboard_commits")).unwrap().trim().to_owned();
    let lines = story(6_000);

    let server = start(&data);
    server.send(&lines[..2_000].join("\n")).unwrap();
    becomes_ready(&server);
    server.stop().unwrap();
    assert_eq!(commits(&engine), "1");

    // ClickHouse dies when a part of the commit has arrived; the server has said so and ends.
    let server = start(&data);
    server.send(&lines[2_000..3_000].join("\n")).unwrap();
    engine.fault(Fault::DieAfter, "INTO queue_visits", 0).unwrap();
    assert!(server.stop().is_err());
    // It starts all the same, from the snapshot of the first commit: what is live is shown, what is stored asks ClickHouse.
    let server = start(&data);
    server.until("SELECT count(*) AS n FROM events", |rows| rows[0]["n"] == 3_000).unwrap();
    server.until("SELECT count(*) AS n FROM live_calls", |rows| rows[0]["n"].as_i64() > Some(0)).unwrap();
    let away = server.sql(QUESTIONS[0]).unwrap_err().to_string();
    assert!(away.contains("ClickHouse at http://127.0.0.1"), "{away}");
    let (status, waits) = server.get("/readyz").unwrap();
    assert!(status == 503 && waits.contains("history does not answer"), "{waits}");
    assert_eq!(server.get("/readyz?exclude=history").unwrap().0, 200);
    engine.restart().unwrap();
    server.stop().unwrap();
    assert_eq!(commits(&engine), "2");

    // Without a snapshot the log gives everything, for as long as it holds everything.
    engine.kill().unwrap();
    std::fs::remove_dir_all(data.join("snapshots")).unwrap();
    let server = start(&data);
    let calls = "SELECT count(*) AS n FROM calls";
    let known = server.until(calls, |rows| rows[0]["n"].as_i64() > Some(0)).unwrap()[0]["n"].as_i64();
    engine.restart().unwrap();
    // ClickHouse holds more than the server knew: it goes on from there, and shows the same.
    server.send(&lines[2_999]).unwrap();
    becomes_ready(&server);
    assert!(server.sql(calls).unwrap()[0]["n"].as_i64() >= known, "none is lost, {known:?}");
    server.stop().unwrap();

    // The server is killed, and what was pending is cut elsewhere.
    let server = start(&data);
    server.send(&lines[3_000..4_000].join("\n")).unwrap();
    server.kill().unwrap();
    let server = start(&data);
    server.send(&lines[4_000..5_000].join("\n")).unwrap();
    server.stop().unwrap();

    // The wall's server goes on while ClickHouse is away, takes events, and commits when it is back.
    let server = start(&data);
    engine.kill().unwrap();
    server.send(&lines[5_000..].join("\n")).unwrap();
    engine.restart().unwrap();
    let n = "SELECT count(*) AS n FROM events";
    server.until(n, |rows| rows[0]["n"] == 6_000).unwrap();

    let embedded = tempfile::tempdir().unwrap();
    let peer = Server::start(embedded.path(), &[]).unwrap();
    peer.send(&lines.join("\n")).unwrap();
    peer.until(n, |rows| rows[0]["n"] == 6_000).unwrap();
    // Both fold what they have taken in their own time.
    for sql in QUESTIONS {
        server.until(sql, |rows| peer.sql(sql).is_ok_and(|other| !rows.is_empty() && other == rows)).unwrap();
    }
    server.stop().unwrap();
    peer.stop().unwrap();

    // Every command finds the history of the folder.
    let ledger = callboard(&["verify", "--data", data.to_str().unwrap()]).unwrap();
    assert!(ledger.contains("6000 events folded"), "{ledger}");
    assert_eq!(ledger.lines().filter(|l| l.ends_with(" rows, 0 differ")).count(), 8, "{ledger}");
    let sql = |data: &Path| callboard(&["sql", "--data", data.to_str().unwrap(), "--format", "csv", QUESTIONS[0]]).unwrap();
    assert_eq!(sql(&data), sql(embedded.path()));
}
