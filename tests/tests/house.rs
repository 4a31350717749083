//! The server from outside: what it acknowledges it has, once, whatever happens to it.

#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

use callboard_ingest::simulator::{Options, Simulator};
use callboard_tests::server::{Server, callboard};
use serde_json::{Value, json};

/// Lines of a made-up centre that lies in the past.
fn story(events: usize) -> Vec<String> {
    let mut options = Options::new(11, "2026-03-02T01:00:00.000Z".parse().unwrap());
    options.calls_per_minute = Some(60.0);
    Simulator::new(options).take(events).map(|e| e.to_line()).collect()
}

fn number(rows: &[Value], name: &str) -> i64 {
    rows.first().and_then(|r| r[name].as_i64()).unwrap_or(-1)
}

#[test]
fn a_batch_is_answered_line_by_line_and_counts_once() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(folder.path(), &[]).unwrap();
    let mut lines = story(500);
    lines.insert(2, "this is no event".into());
    lines.insert(5, r#"{"id":"x","at":"2026-03-02T01:00:00.000Z","source":"pbx","type":"call.sung","call":"c"}"#.into());
    let text = lines.join("\n") + "\n";
    let receipt = server.send(&text).unwrap();
    assert_eq!((receipt["accepted"].clone(), receipt["duplicate"].clone()), (json!(500), json!(0)));
    let refused: Vec<_> = receipt["rejected"].as_array().unwrap().iter().map(|r| r["line"].as_i64().unwrap()).collect();
    assert_eq!(refused, [3, 6]);

    let again = server.send(&text).unwrap();
    assert_eq!((again["accepted"].clone(), again["duplicate"].clone()), (json!(0), json!(500)));
    assert_eq!(number(&server.sql("SELECT count(*) AS n, count(DISTINCT id) AS ids FROM events").unwrap(), "n"), 500);
    let rejected = server.sql("SELECT reason, line FROM rejected ORDER BY number LIMIT 2").unwrap();
    assert!(rejected[0]["reason"].as_str().unwrap().starts_with("not an event object"), "{rejected:?}");
    assert_eq!(rejected[1]["reason"], json!("unknown event type \"call.sung\""));
    server.stop().unwrap();
}

#[test]
fn what_cannot_be_asked_is_refused_in_words() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(folder.path(), &[]).unwrap();
    for (sql, said) in [
        ("SELECT colour FROM calls", "colour"),
        ("DROP TABLE calls", "only SELECT"),
        ("SELECT MEASURE(service_levle) FROM queue_visits", "service_level"),
    ] {
        let error = server.sql(sql).unwrap_err().to_string();
        assert!(error.contains(said), "{sql}: {error}");
    }
    let columns = server
        .sql("SELECT column_name, comment FROM information_schema.columns WHERE table_name = 'queue_visits' AND column_name = 'wait_ms'")
        .unwrap();
    assert!(columns[0]["comment"].as_str().unwrap().contains("How long it waited"), "{columns:?}");
    server.stop().unwrap();
}

#[test]
fn a_second_server_on_the_same_folder_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(folder.path(), &[]).unwrap();
    let error = Server::start(folder.path(), &[]).unwrap_err().to_string();
    assert!(error.contains("another process"), "{error}");
    let elsewhere = callboard(&["serve", "--open", "--listen", "0.0.0.0:0", "--data", "/nowhere"]).unwrap_err().to_string();
    assert!(elsewhere.contains("this machine's own address only"), "{elsewhere}");
    server.stop().unwrap();
}

#[test]
fn nothing_acknowledged_is_lost_or_doubled_over_fifty_kills() {
    let folder = tempfile::tempdir().unwrap();
    let lines = story(12_000);
    let mut acknowledged = 0;
    let mut seed = 0x9E37_79B9_u64;
    for _ in 0..50 {
        let server = Server::start(folder.path(), &[]).unwrap();
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        // Killed while a batch is under way: it may be kept or not, but sent again it must count once.
        let whole = 1 + (seed >> 33) as usize % 3;
        for _ in 0..whole {
            let batch = lines[acknowledged..(acknowledged + 40).min(lines.len())].join("\n");
            let receipt = server.send(&batch).unwrap();
            let taken = receipt["accepted"].as_u64().unwrap() + receipt["duplicate"].as_u64().unwrap();
            acknowledged += usize::try_from(taken).unwrap();
        }
        let base = server.base().to_owned();
        let batch = lines[acknowledged..(acknowledged + 400).min(lines.len())].join("\n");
        let sender = std::thread::spawn(move || ureq::post(format!("{base}/api/v1/events")).send(&batch).is_ok());
        std::thread::sleep(std::time::Duration::from_micros(seed % 4_000));
        server.kill().unwrap();
        sender.join().unwrap();
    }
    let server = Server::start(folder.path(), &[]).unwrap();
    server.send(&lines[..acknowledged + 400].join("\n")).unwrap();
    let rows = server.sql("SELECT count(*) AS n, count(DISTINCT id) AS ids FROM events").unwrap();
    let expected = i64::try_from(acknowledged + 400).unwrap();
    assert_eq!((number(&rows, "n"), number(&rows, "ids")), (expected, expected));
    server.stop().unwrap();
    let ledger = callboard(&["verify", "--data", folder.path().to_str().unwrap()]).unwrap();
    assert!(ledger.contains(&format!("{expected} events folded")), "{ledger}");
    assert_eq!(ledger.lines().filter(|l| l.ends_with(" rows, 0 differ")).count(), 8, "{ledger}");
}

#[test]
fn the_same_file_twice_adds_nothing_beside_a_stopped_or_a_running_server() {
    let folder = tempfile::tempdir().unwrap();
    let (data, file) = (folder.path().join("data"), folder.path().join("queue_log"));
    std::fs::write(
        &file,
        "1772413200|1.1|cards|NONE|ENTERQUEUE||5550001|1\n1772413210|1.1|cards|Li Na|CONNECT|10|1.2|4\n1772413270|1.1|cards|Li Na|COMPLETECALLER|10|60|1\n\
         1772413280|1.3|cards|NONE|ENTERQUEUE||5550002|1\nnonsense\n1772413300|1.3|cards|NONE|ABANDON|1|1|20\n",
    )
    .unwrap();
    let (data_text, file_text) = (data.to_str().unwrap(), file.to_str().unwrap());
    let import = |to: &str, place: &str| callboard(&["import", "--dialect", "asterisk-queue-log", to, place, file_text]).unwrap();
    let first = import("--data", data_text);
    assert!(first.starts_with("read 6, accepted ") && first.contains("duplicate 0, rejected 1"), "{first}");
    let accepted: usize = first.split("accepted ").nth(1).unwrap().split(',').next().unwrap().parse().unwrap();
    assert_eq!(import("--data", data_text), format!("read 6, accepted 0, duplicate {accepted}, rejected 1\n"));
    let sql = "SELECT MEASURE(offered) AS o, MEASURE(answered) AS a, MEASURE(abandoned) AS b, MEASURE(asa) AS asa FROM queue_visits";
    let answer = callboard(&["sql", "--data", data_text, "--format", "csv", sql]).unwrap();
    assert_eq!(answer, "o,a,b,asa\n2,1,1,10000.0\n");

    let server = Server::start(&data, &[]).unwrap();
    assert_eq!(import("--server", server.base()), format!("read 6, accepted 0, duplicate {accepted}, rejected 1\n"));
    assert_eq!(callboard(&["sql", "--server", server.base(), "--format", "csv", sql]).unwrap(), answer);
    server.stop().unwrap();
}
