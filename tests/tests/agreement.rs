//! The wall, SQL and `verify` agree at every second: a recorded shift is played into a whole server whose clock the test
//! moves, a screen reads both boards off their sockets, and every figure on it is asked again in SQL.

#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use callboard_domain::time::MINUTE_MS;
use callboard_domain::{Event, Timestamp};
use callboard_ingest::agents::AgentRules;
use callboard_ingest::dialect::Dialect;
use callboard_ingest::dialect::asterisk_ami::AsteriskAmi;
use callboard_ingest::dialect::asterisk_queue_log::AsteriskQueueLog;
use callboard_ingest::simulator::{Options, Simulator};
use callboard_sql::output::{self, Format};
use callboard_sql::{LiveQuery, QueryLayer};
use callboard_tests::inside::Inside;
use callboard_tests::screen::Screen;
use callboard_tests::server::callboard;
use callboard_wallboard::Board;
use serde_json::{Value, json};

const ZONE: &str = "Asia/Shanghai";
const BOARDS: [&str; 2] = ["service", "agents"];

/// The events of a recording, in a dialect.
fn recorded(name: &str, mut dialect: impl Dialect) -> Vec<Event<'static>> {
    let path = format!("{}/../ingest/tests/traces/{name}.zst", env!("CARGO_MANIFEST_DIR"));
    let text = zstd::decode_all(std::fs::File::open(path).unwrap()).unwrap();
    let mut events: Vec<_> = text.split(|b| *b == b'\n').flat_map(|line| dialect.line(line).unwrap()).collect();
    events.extend(dialect.finish());
    events
}

/// A shift of which some lines come late, by up to half an hour of its own time: when, and what.
fn corrected() -> Vec<(Timestamp, Event<'static>)> {
    let mut options = Options::new(23, "2026-03-02T01:00:00.000Z".parse().unwrap());
    options.calls_per_minute = Some(12.0);
    let end = options.start.plus(75 * MINUTE_MS);
    let events = Simulator::new(options).take_while(|e| e.at < end);
    let late_ms = |n: usize| if n % 29 == 28 { (n as i64 * 7_919) % (30 * MINUTE_MS) } else { 0 };
    let mut told: Vec<_> = events.enumerate().map(|(n, event)| (event.at.plus(late_ms(n)), event)).collect();
    told.sort_by_key(|(at, _)| *at);
    told
}

/// A server in this process, with its clock and its screens.
struct Stage {
    server: Inside,
    screens: Vec<Screen>,
}

impl Stage {
    async fn open(folder: &Path, now: Timestamp) -> Self {
        let server = Inside::open(folder, now, &format!("zone = \"{ZONE}\"")).await.unwrap();
        let mut screens = Vec::new();
        for board in BOARDS {
            screens.push(Screen::at(&server.running.address().to_string(), board).await.unwrap());
        }
        Self { server, screens }
    }

    async fn tell(&self, lines: &[String]) {
        let receipt = self.server.post("/api/v1/events", lines.join("\n")).await.unwrap();
        assert_eq!(receipt["accepted"], lines.len(), "{receipt}");
    }

    /// Lets the time be `now` for everybody, tells what happened by then, and waits until both boards show it.
    async fn at(&mut self, now: Timestamp, mut lines: Vec<String>) {
        self.server.clock.set(now);
        // A source that is there says so; it also wakes the engine, which need not wait for its own clock then.
        lines.push(json!({ "id": format!("alive-{now}"), "at": now, "source": "pbx", "type": "source.alive" }).to_string());
        self.tell(&lines).await;
        for screen in &mut self.screens {
            let wait = async {
                while screen.board()["as_of"] != now.as_millis() {
                    screen.next().await.unwrap();
                }
            };
            tokio::time::timeout(Duration::from_secs(20), wait).await.unwrap_or_else(|_| panic!("no frame of {now}"));
        }
    }

    /// Every tile's question, asked of the snapshot of now by queries that are none of the hub's; with `anew` over HTTP,
    /// planned from its text.
    async fn answers(&self, questions: &Questions, anew: bool) -> BTreeMap<String, Vec<Value>> {
        let snapshot = self.server.running.snapshot();
        let mut answers = BTreeMap::new();
        for (sql, query) in &questions.0 {
            let text = output::to_text(Format::Json, query.schema(), &query.run(&snapshot).await.unwrap()).unwrap();
            let answer = serde_json::from_str(&text).unwrap();
            if anew {
                assert_eq!(self.server.sql(sql).await.unwrap(), answer, "{sql} at {}", snapshot.as_of);
            }
            answers.insert(sql.clone(), answer);
        }
        answers
    }

    /// Compares every figure of both boards with SQL; how many there were.
    async fn compare(&self, boards: &[Board], questions: &Questions, now: Timestamp, anew: bool) -> usize {
        assert_eq!(self.server.running.snapshot().as_of, now, "SQL is asked of the same instant");
        let answers = self.answers(questions, anew).await;
        let mut compared = 0;
        for (board, screen) in boards.iter().zip(&self.screens) {
            for (place, tile) in board.tiles.iter().enumerate() {
                let columns = screen.board()["layout"]["tiles"][place]["columns"].as_array().unwrap();
                let answer = &answers[&board.sql(tile)];
                let wanted: Vec<Vec<Value>> = answer.iter().map(|row| columns.iter().map(|c| shown(c, row, now)).collect()).collect();
                let tile_now = &screen.board()["tiles"][place];
                assert_eq!(tile_now["state"], "ready", "{} at {now}", tile.id);
                let on_screen: Vec<Vec<Value>> = serde_json::from_value(tile_now["rows"].clone()).unwrap();
                assert!(same(&json!(on_screen), &json!(wanted)), "{} at {now}: the wall has {on_screen:?}, SQL {wanted:?}", tile.id);
                compared += wanted.iter().map(Vec::len).sum::<usize>();
            }
        }
        compared
    }
}

/// What the tiles of all boards ask, each text once.
struct Questions(BTreeMap<String, Arc<LiveQuery>>);

impl Questions {
    async fn of(boards: &[Board]) -> Self {
        let layer = QueryLayer::new(callboard_sql::Options::default()).unwrap();
        let mut queries = BTreeMap::new();
        for sql in boards.iter().flat_map(|b| b.tiles.iter().map(|t| b.sql(t))) {
            queries.insert(sql.clone(), layer.live(&sql).await.unwrap());
        }
        Self(queries)
    }
}

/// A value of SQL as a wall has to show it in this column.
fn shown(column: &Value, row: &Value, now: Timestamp) -> Value {
    let value = row[column["name"].as_str().unwrap()].clone();
    let Some(number) = value.as_f64() else { return value };
    match column["format"].as_str().unwrap() {
        "share" | "change" => json!((number * 1_000.0).round() / 1_000.0),
        "count" => json!(number.round()),
        "duration" => json!((number / 1_000.0).floor() * 1_000.0),
        "seconds" => json!((number / 100.0).round() * 100.0),
        "timer" => json!(now.as_millis() as f64 - number),
        _ => value,
    }
}

/// Equal, where 1 and 1.0 are the same number.
fn same(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Array(a), Value::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b)),
        (Value::Number(a), Value::Number(b)) => a.as_f64() == b.as_f64(),
        _ => a == b,
    }
}

fn boards() -> Vec<Board> {
    let mut boards = callboard_wallboard::built_in().unwrap();
    boards.iter_mut().for_each(|board| board.zone = ZONE.into());
    assert_eq!(boards.iter().map(|b| b.name.as_str()).collect::<Vec<_>>(), BOARDS);
    boards
}

/// The measures of the day by queue and by agent, from the facts, one row after the other.
const FACTS: [&str; 3] = [
    "SELECT queue, MEASURE(offered) AS offered, MEASURE(answered) AS answered, MEASURE(abandoned) AS abandoned, MEASURE(timed_out) AS timed_out, \
     MEASURE(service_level) AS service_level, MEASURE(asa) AS asa FROM queue_visits GROUP BY queue ORDER BY queue",
    "SELECT agent, count(*) AS legs, sum(talk_ms) AS talk_ms, sum(ring_ms) AS ring_ms FROM agent_legs GROUP BY agent ORDER BY agent",
    "SELECT agent, state, sum(duration_ms) AS ms FROM agent_states GROUP BY agent, state ORDER BY agent, state",
];

/// Plays events step by step, compares at each and commits now and then; then restarts, compares again, and lets `verify`
/// have its say.
async fn played(mut told: Vec<(Timestamp, Event<'static>)>, step_ms: i64) {
    let boards = boards();
    let questions = Questions::of(&boards).await;
    let start = told[0].0.floor(1_000);
    let steps = told[told.len() - 1].0.since(start) / step_ms + 5;
    let folder = tempfile::tempdir().unwrap();
    let mut stage = Stage::open(folder.path(), start).await;
    let (mut compared, mut now) = (0, start);
    for step in 0..steps {
        now = now.plus(step_ms);
        let due = told.iter().position(|(at, _)| *at > now).unwrap_or(told.len());
        let due: Vec<_> = told.drain(..due).map(|(_, event)| event.to_line()).collect();
        stage.at(now, due).await;
        compared += stage.compare(&boards, &questions, now, step % 15 == 14).await;
    }
    assert!(compared > 1_000, "only {compared} figures");
    let (snapshots, deltas) = stage.screens[0].counts();
    assert!(snapshots <= 3 && deltas > usize::try_from(steps).unwrap() / 2, "{snapshots} snapshots, {deltas} deltas");

    let mut before = Vec::new();
    for sql in FACTS {
        before.push(stage.server.sql(sql).await.unwrap());
    }
    assert!(before.iter().all(|rows| !rows.is_empty()));
    drop(stage.screens.split_off(0));
    stage.server.running.stop().await.unwrap();
    let mut again = Stage::open(folder.path(), now).await;
    assert_eq!(again.server.running.snapshot().as_of, now);
    for (sql, before) in FACTS.iter().zip(before) {
        assert_eq!(again.server.sql(sql).await.unwrap(), before, "after a restart: {sql}");
    }
    let now = now.plus(1_000);
    again.at(now, Vec::new()).await;
    again.compare(&boards, &questions, now, true).await;
    again.server.running.stop().await.unwrap();
    let config = folder.path().join("callboard.toml");
    let data = folder.path().join("data");
    callboard(&["verify", "--data", data.to_str().unwrap(), "--config", config.to_str().unwrap()]).unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn wall_sql_and_verify_agree_at_every_second_of_a_recorded_shift() {
    played(in_time(recorded("calm.ami", AsteriskAmi::new("pbx", AgentRules::default()))), 1_000).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn they_agree_at_every_second_of_a_queue_log() {
    played(in_time(recorded("calm.queue_log", AsteriskQueueLog::new("pbx", AgentRules::default()))), 1_000).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn they_agree_while_lines_come_late() {
    played(corrected(), 30_000).await;
}

/// Events that are told when they happen.
fn in_time(events: Vec<Event<'static>>) -> Vec<(Timestamp, Event<'static>)> {
    events.into_iter().map(|event| (event.at, event)).collect()
}
