//! What the organisation decides in the console is what is measured by and kept: on the wall, in SQL, after a restart, and for
//! commands beside a stopped server.

#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

use std::path::Path;
use std::time::Duration;

use callboard_domain::Timestamp;
use callboard_domain::time::{DAY_MS, MINUTE_MS, SECOND_MS};
use callboard_tests::inside::Inside;
use callboard_tests::server::callboard;
use serde_json::{Value, json};

const VISITS: &str = "SELECT call, target_ms, short_ms, answered_in_target AS quick FROM queue_visits ORDER BY call";

fn noon() -> Timestamp {
    "2026-03-02T04:00:00Z".parse().unwrap()
}

fn event(id: &str, at: Timestamp, kind: &str, more: &Value) -> Value {
    let mut event = json!({ "id": format!("{id}-{kind}"), "at": at, "source": "pbx", "type": kind, "call": id });
    event.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    event
}

/// A call that waits 15 seconds in a queue from `at` on, and talks for a minute.
fn call(id: &str, queue: &str, at: Timestamp) -> String {
    let agent = json!({ "agent": "1001", "queue": queue });
    let all = [
        event(id, at, "call.started", &json!({ "direction": "inbound", "from": "13800001111" })),
        event(id, at, "call.queued", &json!({ "queue": queue })),
        event(id, at.plus(13 * SECOND_MS), "call.ringing", &agent),
        event(id, at.plus(15 * SECOND_MS), "call.answered", &agent),
        event(id, at.plus(75 * SECOND_MS), "call.ended", &json!({ "by": "caller" })),
    ];
    all.map(|event| event.to_string()).join("\n")
}

/// Asks until the answer is as wanted, while time goes on.
async fn until(server: &Inside, sql: &str, wanted: impl Fn(&[Value]) -> bool) -> Vec<Value> {
    let mut rows = Vec::new();
    for _ in 0..200 {
        rows = server.sql(sql).await.unwrap();
        if wanted(&rows) {
            return rows;
        }
        server.clock.advance(300);
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("{sql}: still {rows:?}");
}

/// Waits until the data folder knows what the console says.
async fn remembered(folder: &Path, words: &str) {
    let path = folder.join("data/settings.toml");
    for _ in 0..200 {
        if std::fs::read_to_string(&path).unwrap().contains(words) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("{words:?} is not in {}", std::fs::read_to_string(&path).unwrap());
}

async fn tell(server: &Inside, lines: String) {
    let receipt = server.post("/api/v1/events", lines).await.unwrap();
    assert_eq!(receipt["rejected"].as_array().map_or(0, Vec::len), 0, "{receipt}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_target_set_in_the_console_holds_from_its_moment_on_wherever_one_asks() {
    let folder = tempfile::tempdir().unwrap();
    let server = Inside::open(folder.path(), noon(), "").await.unwrap();
    let group = server.post("/api/v1/skill-groups", json!({ "name": "信用卡", "queue": "cards" }).to_string()).await.unwrap();
    let target = json!({ "skill_group_id": group["id"], "from_at": noon().plus(10 * MINUTE_MS), "target_s": 10, "short_limit_s": 3 });
    server.post("/api/v1/queue-targets", target.to_string()).await.unwrap();
    remembered(folder.path(), "target = \"10s\"").await;
    let titled = until(&server, "SELECT queue, title_zh FROM live_queues", |rows| rows.len() == 1).await;
    assert_eq!(titled, [json!({ "queue": "cards", "title_zh": "信用卡" })]);

    let paused = json!({ "id": "p", "at": noon(), "source": "pbx", "type": "agent.state", "agent": "1001", "state": "paused", "reason": "lunch" });
    tell(&server, paused.to_string()).await;
    let named = until(&server, "SELECT reason, reason_zh, reason_en FROM live_agents", |rows| rows.len() == 1).await;
    assert_eq!(named, [json!({ "reason": "lunch", "reason_zh": "用餐", "reason_en": "Lunch" })]);

    // One call begins a second before the target holds, one at its moment; both wait for 15 seconds.
    server.clock.set(noon().plus(20 * MINUTE_MS));
    tell(&server, call("a", "cards", noon().plus(10 * MINUTE_MS - SECOND_MS))).await;
    tell(&server, call("b", "cards", noon().plus(10 * MINUTE_MS))).await;
    tell(&server, call("c", "loans", noon().plus(11 * MINUTE_MS))).await;
    let measured = [
        json!({ "call": "a", "target_ms": 20_000, "short_ms": 5_000, "quick": 1 }),
        json!({ "call": "b", "target_ms": 10_000, "short_ms": 3_000, "quick": 0 }),
        json!({ "call": "c", "target_ms": 20_000, "short_ms": 5_000, "quick": 1 }),
    ];
    assert_eq!(until(&server, VISITS, |rows| rows.len() == 3 && rows.iter().all(|row| !row["quick"].is_null())).await, measured);
    let level = "SELECT MEASURE(service_level) AS level FROM queue_visits WHERE queue = 'cards'";
    assert_eq!(server.sql(level).await.unwrap(), [json!({ "level": 0.5 })]);
    server.running.stop().await.unwrap();

    let again = Inside::open(folder.path(), noon().plus(30 * MINUTE_MS), "").await.unwrap();
    assert_eq!(again.sql(VISITS).await.unwrap(), measured);
    again.running.stop().await.unwrap();
    let data = folder.path().join("data");
    callboard(&["verify", "--data", data.to_str().unwrap()]).unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_title_of_the_parameters_heads_the_console_and_outlives_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let configured = "zone = \"America/New_York\"\ntitle = { zh = \"远山\", en = \"Far Hills\" }";
    let server = Inside::open(folder.path(), noon(), configured).await.unwrap();
    let centre = async |server: &Inside| {
        let session = server.ask("GET", "/api/v1/session", None).await.unwrap().text;
        serde_json::from_str::<Value>(&session).unwrap()["centre"].clone()
    };
    assert_eq!(centre(&server).await, json!({ "zone": "America/New_York", "title": { "zh": "远山", "en": "Far Hills" } }));
    let title = json!({ "title_zh": "近水", "title_en": "Near Water" }).to_string();
    assert_eq!(server.change("/api/v1/parameters/settings", 1, title).await.unwrap().status, 200);
    let wanted = json!({ "zone": "America/New_York", "title": { "zh": "近水", "en": "Near Water" } });
    for round in 0..100 {
        if centre(&server).await == wanted {
            break;
        }
        assert!(round < 99, "the title is still {}", centre(&server).await);
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    server.running.stop().await.unwrap();
    let again = Inside::open(folder.path(), noon().plus(MINUTE_MS), configured).await.unwrap();
    assert_eq!(centre(&again).await, wanted);
    again.running.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn calls_are_kept_for_ever_until_the_parameters_say_how_long() {
    let folder = tempfile::tempdir().unwrap();
    let server = Inside::open(folder.path(), noon().plus(-100 * DAY_MS), "[history]\ncommit_every_s = 1").await.unwrap();
    tell(&server, call("old", "cards", noon().plus(-100 * DAY_MS))).await;
    server.clock.set(noon());
    tell(&server, call("new", "cards", noon())).await;
    server.clock.set(noon().plus(60 * MINUTE_MS));
    let alive = json!({ "id": "alive", "at": noon().plus(60 * MINUTE_MS), "source": "pbx", "type": "source.alive" });
    tell(&server, alive.to_string()).await;
    let calls = "SELECT call FROM calls ORDER BY call";
    until(&server, calls, |rows| rows.len() == 2).await;
    server.running.stop().await.unwrap();

    let server = Inside::open(folder.path(), noon().plus(120 * MINUTE_MS), "[history]\ncommit_every_s = 1").await.unwrap();
    assert_eq!(server.sql(calls).await.unwrap().len(), 2);
    let change = |days: i64| json!({ "calls_kept_days": days }).to_string();
    let version =
        serde_json::from_str::<Value>(&server.ask("GET", "/api/v1/parameters/settings", None).await.unwrap().text).unwrap()["version"].clone();
    assert_eq!(version, 1);
    let refused = server.change("/api/v1/parameters/settings", 1, change(29)).await.unwrap();
    assert_eq!(refused.status, 422, "{}", refused.text);
    let taken = server.change("/api/v1/parameters/settings", 1, change(90)).await.unwrap();
    assert_eq!(taken.status, 200, "{}", taken.text);
    remembered(folder.path(), "kept_from = \"2025-12-02\"").await;
    // Another commit shows what is kept.
    server.clock.set(noon().plus(180 * MINUTE_MS));
    tell(&server, call("newest", "cards", noon().plus(121 * MINUTE_MS))).await;
    server.clock.set(noon().plus(240 * MINUTE_MS));
    tell(&server, json!({ "id": "alive 2", "at": noon().plus(240 * MINUTE_MS), "source": "pbx", "type": "source.alive" }).to_string()).await;
    let left = until(&server, calls, |rows| rows.len() == 2).await;
    assert_eq!(left, [json!({ "call": "new" }), json!({ "call": "newest" })]);
    for table in ["queue_visits", "agent_legs"] {
        let oldest = server.sql(&format!("SELECT count(*) AS n FROM {table} WHERE call = 'old'")).await.unwrap();
        assert_eq!(oldest, [json!({ "n": 0 })], "{table}");
    }
    server.running.stop().await.unwrap();
    // The log still tells of the old call; nobody misses it.
    let data = folder.path().join("data");
    callboard(&["verify", "--data", data.to_str().unwrap()]).unwrap();
}
