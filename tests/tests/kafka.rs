//! The server on a log in Kafka: the same figures as on its own log, whatever happens to it or to the broker.

#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

use std::path::{Path, PathBuf};

use callboard_engines::kafka::{self, Kafka};
use callboard_ingest::simulator::{Options, Simulator};
use callboard_tests::server::{Server, callboard};
use serde_json::{Value, json};

/// What both logs must agree on: stored and live, calls and agents.
const FIGURES: [&str; 4] = [
    "SELECT queue, MEASURE(offered) AS o, MEASURE(answered) AS a, MEASURE(abandoned) AS b, MEASURE(asa) AS asa FROM queue_visits GROUP BY queue ORDER BY queue",
    "SELECT count(*) AS n, count(DISTINCT call) AS calls, min(started_at) AS first, max(started_at) AS last FROM calls",
    "SELECT agent, count(*) AS n, sum(talk_ms) AS talk FROM agent_legs GROUP BY agent ORDER BY agent",
    "SELECT count(*) AS n, count(DISTINCT id) AS ids FROM events",
];

/// Lines of a made-up centre that lies in the past.
fn story(events: usize) -> Vec<String> {
    let mut options = Options::new(17, "2026-03-02T01:00:00.000Z".parse().unwrap());
    options.calls_per_minute = Some(60.0);
    Simulator::new(options).take(events).map(|e| e.to_line()).collect()
}

/// A configuration that puts the log into a topic of its own.
fn config(folder: &Path, bootstrap: &str) -> PathBuf {
    let path = folder.join("callboard.toml");
    let run = format!("{}-{}", std::process::id(), folder.file_name().unwrap().to_str().unwrap().trim_start_matches('.'));
    let text = format!(
        "[log]\nkafka = \"{bootstrap}\"\ntopic = \"events-{run}\"\nrejects = \"rejected-{run}\"\npartitions = 4\ntimeout_ms = 3000\n\
         [log.properties]\n\"linger.ms\" = \"1\"\n"
    );
    std::fs::write(&path, text).unwrap();
    path
}

fn start(folder: &Path, config: &Path) -> Server {
    Server::start(&folder.join("data"), &["--config", config.to_str().unwrap()]).unwrap()
}

fn number(rows: &[Value], name: &str) -> i64 {
    rows.first().and_then(|r| r[name].as_i64()).unwrap_or(-1)
}

fn figures(server: &Server, events: usize) -> Vec<Vec<Value>> {
    let want = i64::try_from(events).unwrap();
    server.until(FIGURES[3], |rows| number(rows, "n") == want).unwrap();
    // The engine is at the end once the last event of the story shows in the figures of both.
    std::thread::sleep(std::time::Duration::from_secs(1));
    FIGURES.iter().map(|sql| server.sql(sql).unwrap()).collect()
}

#[test]
fn a_batch_is_answered_line_by_line_and_counts_once_on_kafka() {
    let folder = tempfile::tempdir().unwrap();
    let config = config(folder.path(), &kafka::shared().unwrap());
    let server = start(folder.path(), &config);
    let mut lines = story(500);
    lines.insert(2, "this is no event".into());
    let text = lines.join("\n") + "\n";
    let receipt = server.send(&text).unwrap();
    assert_eq!((receipt["accepted"].clone(), receipt["duplicate"].clone()), (json!(500), json!(0)));
    assert_eq!(receipt["rejected"][0]["line"], json!(3));
    server.until("SELECT count(*) AS n FROM events", |rows| number(rows, "n") == 500).unwrap();
    let again = server.send(&text).unwrap();
    assert_eq!((again["accepted"].clone(), again["duplicate"].clone()), (json!(0), json!(500)));
    let rejected = server.sql("SELECT reason, line, place FROM rejected ORDER BY number LIMIT 1").unwrap();
    assert_eq!(rejected[0]["line"], json!("this is no event"));
    server.stop().unwrap();
    // Without the configuration the folder still knows where its log is.
    let answer = callboard(&["sql", "--data", folder.path().join("data").to_str().unwrap(), "--format", "csv", "SELECT count(*) AS n FROM events"]);
    assert_eq!(answer.unwrap(), "n\n500\n");
}

#[test]
fn killed_servers_and_a_killed_broker_leave_the_figures_of_the_embedded_log() {
    let mut broker = Kafka::start(&[]).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let config = config(folder.path(), broker.bootstrap());
    let lines = story(6_000);
    let mut sent = 0;
    let mut seed = 0x9E37_79B9_u64;
    for round in 0..8 {
        let server = start(folder.path(), &config);
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        let batch = lines[sent..sent + 300].join("\n");
        server.send(&batch).unwrap();
        sent += 300;
        if round == 3 {
            broker.kill().unwrap();
            let refused = server.send(&lines[sent..sent + 10].join("\n")).unwrap_err().to_string();
            assert!(refused.contains("503"), "{refused}");
            // The wall goes on without the log.
            assert_eq!(server.sql("SELECT 1 AS one").unwrap()[0]["one"], json!(1));
            broker.restart().unwrap();
        }
        // Killed while a batch is under way: it may be kept or not, but sent again it must count once.
        let base = server.base().to_owned();
        let batch = lines[sent..sent + 300].join("\n");
        let sender = std::thread::spawn(move || ureq::post(format!("{base}/api/v1/events")).send(&batch).is_ok());
        std::thread::sleep(std::time::Duration::from_micros(seed % 20_000));
        server.kill().unwrap();
        sender.join().unwrap();
    }
    let server = start(folder.path(), &config);
    for batch in lines.chunks(500) {
        server.send(&batch.join("\n")).unwrap();
    }
    let ours = figures(&server, lines.len());
    server.stop().unwrap();
    let ledger = callboard(&["verify", "--data", folder.path().join("data").to_str().unwrap()]).unwrap();
    assert_eq!(ledger.lines().filter(|l| l.ends_with(" rows, 0 differ")).count(), 8, "{ledger}");

    let embedded = tempfile::tempdir().unwrap();
    let server = Server::start(embedded.path(), &[]).unwrap();
    for batch in lines.chunks(500) {
        server.send(&batch.join("\n")).unwrap();
    }
    assert_eq!(ours, figures(&server, lines.len()));
    server.stop().unwrap();
}
