//! A tile, a query and a report give the same: every tile of the built-in boards, again and again while a story
//! goes on, planned once and run live against the same text asked afresh, before and after a commit.

#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

use std::sync::Arc;

use callboard_analytics::settings::QueueSettings;
use callboard_analytics::{Engine, Settings};
use callboard_domain::Timestamp;
use callboard_ingest::simulator::{Options, Simulator};
use callboard_sql::{CancellationToken, Limits, QueryLayer, Snapshot, Stored, output};
use callboard_store::Table;
use callboard_store::history::{Commit, History, ParquetHistory};

const START: &str = "2026-03-02T01:00:00.000Z";

fn snapshot(engine: &mut Engine, history: &ParquetHistory, at: Timestamp) -> Arc<Snapshot> {
    let mut snapshot = Snapshot::new(at).with_stored(Stored::of(&history.manifest(), history.folder()));
    snapshot.live = engine.live(at).into_iter().collect();
    Arc::new(snapshot)
}

async fn ask(layer: &QueryLayer, sql: &str, snapshot: &Arc<Snapshot>) -> String {
    let answer = layer.query(sql, Arc::clone(snapshot), Limits::default(), CancellationToken::new()).await.unwrap();
    let schema = answer.schema();
    output::to_text(output::Format::Csv, schema, &answer.collect().await.unwrap()).unwrap()
}

#[tokio::test]
async fn every_tile_equals_its_query_at_every_step_of_a_story() {
    let start: Timestamp = START.parse().unwrap();
    let mut story = Options::new(3, start);
    story.calls_per_minute = Some(30.0);
    let simulator = Simulator::new(story);
    let queues = simulator.centre().queues.iter();
    let queues = queues
        .map(|q| QueueSettings { queue: q.id.clone(), title_zh: q.title_zh.clone(), title_en: q.title_en.clone(), rules: Vec::new() })
        .collect();
    let mut engine = Engine::new(Settings { queues, ..Settings::default() });
    let folder = tempfile::tempdir().unwrap();
    let history = ParquetHistory::open(folder.path()).unwrap();
    let layer = QueryLayer::new(callboard_sql::Options::default()).unwrap();

    let boards = callboard_wallboard::built_in().unwrap();
    let mut tiles = Vec::new();
    for sql in boards.iter().flat_map(|b| b.tiles.iter().map(|t| b.sql(t))) {
        if !tiles.iter().any(|(known, _): &(String, _)| *known == sql) {
            tiles.push((sql.clone(), layer.live(&sql).await.unwrap()));
        }
    }
    assert!(tiles.len() >= 6, "only {} queries", tiles.len());

    let mut events = simulator.take_while(|e| e.at.since(start) < 20 * 60_000).peekable();
    let mut compared = 0;
    for second in (1..=20 * 60).step_by(20) {
        let now = start.plus(second * 1_000);
        while let Some(event) = events.next_if(|e| e.at <= now) {
            engine.apply(&event);
        }
        engine.settle();
        let before = snapshot(&mut engine, &history, now);
        for (sql, tile) in &tiles {
            let rows = tile.run(&before).await.unwrap();
            let shown = output::to_text(output::Format::Csv, tile.schema(), &rows).unwrap();
            assert_eq!(shown, ask(&layer, sql, &before).await, "{sql} at {now}");
            compared += 1;
        }
        if second % 200 == 1 {
            // What is closed moves from live to stored, and no figure moves with it.
            let checkpoint = engine.checkpoint().unwrap();
            history.commit(Commit { position: second as u64, batches: checkpoint.batches, engine_state: checkpoint.state, at: now }).unwrap();
            engine.committed();
            let after = snapshot(&mut engine, &history, now);
            for table in [Table::QueueVisits, Table::Calls, Table::AgentLegs, Table::AgentStates] {
                let sql = format!("SELECT * FROM {} ORDER BY {}", table.name(), table.info().key.join(", "));
                assert_eq!(ask(&layer, &sql, &before).await, ask(&layer, &sql, &after).await, "{} at {now}", table.name());
            }
            let by_minute = "SELECT queue, minute_at, MEASURE(offered), MEASURE(service_level), MEASURE(wait_max) FROM queue_intervals GROUP BY 1, 2 ORDER BY 1, 2";
            assert_eq!(ask(&layer, by_minute, &before).await, ask(&layer, by_minute, &after).await, "minutes at {now}");
        }
    }
    assert!(compared > 300);
}
