//! `GET /metrics` tells what happened: a server whose clock the test moves takes events, shows them, answers questions and
//! writes history, and each of that is found in the figures afterwards.

#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use callboard_domain::Timestamp;
use callboard_engines::ClickHouse;
use callboard_server::telemetry;
use callboard_tests::inside::Inside;
use callboard_tests::screen::Screen;
use serde_json::json;

/// Samples by name and labels as they are written, such as `callboard_open_calls` or `a_total{kind="http"}`.
#[derive(Debug)]
struct Metrics(BTreeMap<String, f64>);

/// A server in this process.
struct Stage(Inside);

impl Stage {
    async fn open(folder: &std::path::Path, now: Timestamp, more: &str) -> Self {
        Self(Inside::open(folder, now, more).await.unwrap())
    }

    /// Status, type and text of a page.
    async fn ask(&self, path: &str) -> (u16, String, String) {
        let answer = self.0.ask("GET", path, None).await.unwrap();
        (answer.status, answer.kind, answer.text)
    }

    async fn tell(&self, lines: &[String]) {
        self.0.post("/api/v1/events", lines.join("\n")).await.unwrap();
    }

    /// The status of an answer.
    async fn sql(&self, question: serde_json::Value) -> u16 {
        self.0.ask("POST", "/api/v1/sql", Some(question.to_string())).await.unwrap().status
    }

    async fn metrics(&self) -> Metrics {
        let (status, kind, text) = self.ask("/metrics").await;
        assert_eq!((status, kind.as_str()), (200, "application/openmetrics-text; version=1.0.0; charset=utf-8"));
        Metrics(parsed(&text))
    }

    /// Looks until the figures are as wanted; the engine and the sockets do their work in their own time.
    async fn until(&self, wanted: impl Fn(&Metrics) -> bool) -> Metrics {
        let mut metrics = self.metrics().await;
        for _ in 0..600 {
            if wanted(&metrics) {
                return metrics;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
            metrics = self.metrics().await;
        }
        panic!("still {metrics:#?}");
    }
}

impl Metrics {
    fn get(&self, sample: &str) -> f64 {
        *self.0.get(sample).unwrap_or_else(|| panic!("no {sample} in {self:#?}"))
    }
}

/// Reads OpenMetrics text and checks its form: every sample belongs to a metric with HELP and TYPE before it, and to one
/// of the registry's.
fn parsed(text: &str) -> BTreeMap<String, f64> {
    let listed = telemetry::listed();
    let (mut helped, mut typed, mut samples) = (BTreeSet::new(), BTreeMap::new(), BTreeMap::new());
    let body = text.strip_suffix("# EOF\n").expect("the text ends with EOF");
    for line in body.lines() {
        if let Some(rest) = line.strip_prefix("# HELP ") {
            let (name, help) = rest.split_once(' ').unwrap();
            assert!(!help.is_empty() && helped.insert(name.to_owned()), "{line}");
        } else if let Some(rest) = line.strip_prefix("# TYPE ") {
            let (name, kind) = rest.split_once(' ').unwrap();
            assert!(helped.contains(name) && typed.insert(name.to_owned(), kind.to_owned()).is_none(), "{line}");
        } else {
            let (sample, value) = line.rsplit_once(' ').unwrap();
            let name = sample.split('{').next().unwrap();
            let ends: &[&str] = &["_total", "_info", "_bucket", "_sum", "_count", ""];
            let family = ends.iter().filter_map(|end| name.strip_suffix(end)).find(|family| typed.contains_key(*family));
            let family = family.unwrap_or_else(|| panic!("no TYPE before {line}"));
            let known = listed.iter().find(|metric| metric.name == name || (metric.name == family && metric.kind == "histogram"));
            let known = known.unwrap_or_else(|| panic!("{name} is not in the list"));
            assert_eq!(known.kind, typed[family], "{line}");
            let labels: Vec<&str> = sample.split(['{', ',', '}']).skip(1).filter(|l| !l.is_empty()).map(|l| l.split('=').next().unwrap()).collect();
            assert!(labels.iter().all(|label| known.labels.contains(label) || *label == "le"), "{line}");
            assert!(samples.insert(sample.to_owned(), value.parse().unwrap()).is_none(), "{line} stands twice");
        }
    }
    samples
}

fn event(id: &str, at: Timestamp, kind: &str, more: serde_json::Value) -> String {
    let mut event = json!({ "id": id, "at": at, "source": "pbx", "type": kind });
    event.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    event.to_string()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn figures_about_the_server_move_with_what_it_does() {
    let start: Timestamp = "2026-03-02T01:00:00Z".parse().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let stage = Stage::open(folder.path(), start, "").await;
    assert_eq!(stage.ask("/healthz").await.0, 200);
    let before = stage.until(|m| m.get("callboard_fold_caught_up") == 1.0).await;
    assert_eq!(stage.ask("/readyz").await.2, "ready\n");
    assert_eq!(before.get(r#"callboard_ingest_events_total{kind="http",outcome="accepted"}"#), 0.0);
    assert_eq!(before.get("callboard_log_end_offset"), 0.0);
    assert_eq!(before.get("process_start_time_seconds"), start.as_millis() as f64 / 1e3);
    assert!(before.get("process_resident_memory_bytes") > 1e6 && before.get("process_cpu_seconds_total") > 0.0);

    // What comes in: four events, one of them twice, one line that is none, and a rating of a call that nobody knows.
    let mut screen = Screen::at(&stage.0.running.address().to_string(), "service").await.unwrap();
    let now = start.plus(10_000);
    stage.0.clock.set(now);
    let call = event("c1", start.plus(4_000), "call.started", json!({ "call": "1", "direction": "inbound" }));
    stage
        .tell(&[
            event("s1", start, "source.connected", json!({})),
            call.clone(),
            call,
            event("c2", start.plus(5_000), "call.queued", json!({ "call": "1", "queue": "cards" })),
            "no event".to_owned(),
            event("r1", start.plus(6_000), "call.rated", json!({ "call": "unknown", "score": 5 })),
        ])
        .await;
    let told = stage.until(|m| m.get("callboard_log_folded_offset") == 4.0 && m.get("callboard_open_calls") == 1.0).await;
    for (outcome, count) in [("accepted", 4.0), ("duplicate", 1.0), ("rejected", 1.0)] {
        assert_eq!(told.get(&format!(r#"callboard_ingest_events_total{{kind="http",outcome="{outcome}"}}"#)), count, "{outcome}");
    }
    assert_eq!((told.get("callboard_log_end_offset"), told.get("callboard_log_lag_events")), (4.0, 0.0));
    assert_eq!(told.get("callboard_log_append_duration_seconds_count"), 1.0);
    assert_eq!((told.get("callboard_fold_late_events_total"), told.get("callboard_fold_late_waiting_events")), (1.0, 1.0));
    assert_eq!(told.get(r#"callboard_source_watermark_timestamp_seconds{source="pbx"}"#), start.plus(6_000).as_millis() as f64 / 1e3);
    assert_eq!((told.get(r#"callboard_source_age_seconds{source="pbx"}"#), told.get(r#"callboard_source_up{source="pbx"}"#)), (4.0, 1.0));

    // The wall: a screen gets frames, the same answers are not computed again.
    while screen.board()["as_of"] != now.as_millis() {
        screen.next().await.unwrap();
    }
    let seen = stage.until(|m| m.get("callboard_wall_tick_duration_seconds_count") > 0.0 && m.get("callboard_wall_frames_sent_total") >= 2.0).await;
    assert_eq!((seen.get(r#"callboard_wall_screens{board="service"}"#), seen.get(r#"callboard_wall_screens{board="agents"}"#)), (1.0, 0.0));
    assert!(seen.get(r#"callboard_wall_queries_total{outcome="evaluated"}"#) > 1.0);
    assert_eq!(seen.get(r#"callboard_wall_queries_total{outcome="failed"}"#), 0.0);

    // SQL, well and badly asked.
    assert_eq!(stage.sql(json!({ "sql": "SELECT count(*) AS n FROM calls" })).await, 200);
    assert_eq!(stage.sql(json!({ "sql": "SELECT nothing FROM nowhere" })).await, 400);
    assert_eq!(stage.sql(json!({ "sql": "SELECT count(*) FROM calls", "timeout_s": 0 })).await, 422);
    let asked = stage.metrics().await;
    for outcome in ["ok", "refused", "timeout"] {
        assert_eq!(asked.get(&format!(r#"callboard_sql_queries_total{{outcome="{outcome}"}}"#)), 1.0, "{outcome}");
    }
    assert_eq!(asked.get("callboard_sql_query_duration_seconds_count"), 3.0);

    // History is written once a minute.
    assert_eq!(asked.get("callboard_history_committed_offset"), 0.0);
    assert_eq!(asked.get("callboard_history_last_commit_timestamp_seconds"), start.as_millis() as f64 / 1e3);
    let later = now.plus(61_000);
    stage.0.clock.set(later);
    stage.tell(&[event("a1", later, "source.alive", json!({}))]).await;
    // A late event's row is looked for first: a commit takes some ticks, each of which needs its time.
    let ticks = || stage.0.clock.advance(1_000);
    let kept = stage
        .until(|m| {
            ticks();
            m.get(r#"callboard_history_commits_total{outcome="done"}"#) == 1.0
        })
        .await;
    assert_eq!((kept.get("callboard_history_committed_offset"), kept.get("callboard_history_unavailable")), (5.0, 0.0));
    assert!(kept.get("callboard_history_last_commit_timestamp_seconds") >= later.as_millis() as f64 / 1e3);
    assert_eq!(kept.get("callboard_history_commit_duration_seconds_count"), 1.0);

    drop(screen);
    let closed =
        |m: &Metrics| ["left", "gone"].map(|r| m.get(&format!(r#"callboard_wall_screens_closed_total{{reason="{r}"}}"#))).iter().sum::<f64>();
    stage.until(|m| closed(m) == 1.0 && m.get(r#"callboard_wall_screens{board="service"}"#) == 0.0).await;
    stage.0.running.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn while_history_is_away_the_server_says_so_and_the_wall_stays_ready() {
    let (mut engine, database) = tokio::task::spawn_blocking(|| {
        let engine = ClickHouse::start_own().unwrap();
        let database = engine.database().unwrap();
        (engine, database)
    })
    .await
    .unwrap();
    let start: Timestamp = "2026-03-02T01:00:00Z".parse().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let stage = Stage::open(folder.path(), start, &format!("[history]\nclickhouse = \"{}\"\ndatabase = \"{database}\"\n", engine.url())).await;
    stage.until(|m| m.get("callboard_fold_caught_up") == 1.0).await;
    assert_eq!(stage.ask("/readyz").await.0, 200);

    engine.kill().unwrap();
    let ticks = || stage.0.clock.advance(1_000);
    stage.0.clock.advance(61_000);
    stage.tell(&[event("a1", start.plus(60_000), "source.alive", json!({}))]).await;
    let away = stage
        .until(|m| {
            ticks();
            m.get("callboard_history_unavailable") == 1.0
        })
        .await;
    assert!(away.get(r#"callboard_history_commits_total{outcome="failed"}"#) >= 1.0);
    let (status, kind, problem) = stage.ask("/readyz").await;
    assert_eq!((status, kind.as_str()), (503, "application/problem+json"));
    assert!(problem.contains("not ready") && problem.contains("history does not answer"), "{problem}");
    assert_eq!(stage.ask("/readyz?exclude=history").await.0, 200);
    assert_eq!(stage.ask("/healthz").await.0, 200);

    engine.restart().unwrap();
    let back = stage
        .until(|m| {
            ticks();
            m.get(r#"callboard_history_commits_total{outcome="done"}"#) == 1.0
        })
        .await;
    assert_eq!((back.get("callboard_history_unavailable"), back.get("callboard_history_check_failures_total")), (0.0, 0.0));
    assert_eq!(stage.ask("/readyz").await.0, 200);
    stage.0.running.stop().await.unwrap();
}
