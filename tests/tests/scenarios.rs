//! Every story in `tests/scenarios` through the live engine, through a restart, and through SQL on stored facts:
//! the same board each time. Adding a test is adding a file.

#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use anyhow::{Context, ensure};
use arrow::array::{Array, AsArray, RecordBatch};
use arrow::datatypes::{DataType, Float64Type, Int64Type};
use callboard_analytics::{Engine, Settings};
use callboard_domain::{Clock, Event, Timestamp};
use callboard_engines::{ClickHouse, kafka};
use callboard_ingest::log::{self, Batch, Kafka, Log as _, Position};
use callboard_sql::measure::Unit;
use callboard_sql::{CancellationToken, Limits, Options, QueryLayer, Snapshot, Stored};
use callboard_store::history::clickhouse::{self, ClickHouseHistory, ClickHouseStreams};
use callboard_store::history::{Commit, History, ParquetHistory};
use callboard_tests::story::{Board, Story};
use futures::StreamExt as _;

/// Where the rows of a story are when the board is asked for.
#[derive(Debug, Clone, Copy)]
enum Way {
    /// All in the engine.
    Live,
    /// The engine was restored from its state after every few events.
    Restarted,
    /// Everything that can be closed lies in Parquet.
    Stored,
    /// Everything that can be closed lies in ClickHouse.
    ClickHouse,
    /// Through a log in Kafka, each partition folded apart into ClickHouse, and what is live put together from all.
    Nodes,
}

/// The engines of the ways that need some.
struct Rig {
    layer: QueryLayer,
    clickhouse: clickhouse::Options,
    broker: String,
    folder: tempfile::TempDir,
    logs: AtomicUsize,
}

/// Events between two commits of a partition: most stories have a few.
const EVENTS: usize = 20;

/// Nothing here depends on when it is.
struct Noon;

impl Clock for Noon {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(1_800_000_000_000)
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_story_ends_with_its_board_live_restarted_and_stored() {
    let layer = QueryLayer::new(Options::default()).unwrap();
    let engine = ClickHouse::start().unwrap();
    let database = engine.database().unwrap();
    let mut options = clickhouse::Options::new(engine.url(), "", "stories");
    options.database = database;
    let rig = Arc::new(Rig {
        layer,
        clickhouse: options,
        broker: kafka::shared().unwrap(),
        folder: tempfile::tempdir().unwrap(),
        logs: AtomicUsize::new(0),
    });
    let files = stories(&Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios"));
    assert!(files.len() >= 10, "only {} stories found", files.len());
    // The engines are waited for most of the time: a few stories at once.
    let told = futures::stream::iter(files).map(|file| tokio::spawn(tell(Arc::clone(&rig), file))).buffer_unordered(4);
    let failures: Vec<String> = told.map(Result::unwrap).concat().await;
    assert!(failures.is_empty(), "{} boards differ\n{}", failures.len(), failures.join("\n\n"));
}

/// What differs from the boards of a story, told in every way.
async fn tell(rig: Arc<Rig>, file: PathBuf) -> Vec<String> {
    let story = Story::parse(&std::fs::read_to_string(&file).unwrap()).with_context(|| file.display().to_string()).unwrap();
    let log = rig.log_of(&story).await.unwrap();
    let mut failures = Vec::new();
    for way in [Way::Live, Way::Restarted, Way::Stored, Way::ClickHouse, Way::Nodes] {
        // Through the real engines of several nodes a story goes once, to its end.
        let skipped = if matches!(way, Way::Nodes) { story.boards.len() - 1 } else { 0 };
        for board in story.boards.iter().skip(skipped) {
            // A log of its own for each board, all in the same tables.
            let options = clickhouse::Options { stream: format!("log {}", rig.number()), ..rig.clickhouse.clone() };
            for error in check(&rig.layer, &story, board, way, &options, &log).await.unwrap() {
                failures.push(format!("{}, {way:?}: {error}", file.display()));
            }
        }
    }
    failures
}

fn stories(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(stories(&path));
        } else {
            files.push(path);
        }
    }
    files.sort();
    files
}

impl Rig {
    fn number(&self) -> usize {
        self.logs.fetch_add(1, Ordering::Relaxed)
    }

    /// The story as a log in Kafka.
    async fn log_of(&self, story: &Story) -> anyhow::Result<Kafka> {
        let name = format!("story-{}-{}", std::process::id(), self.number());
        let mut options = log::kafka::Options::new(&self.broker, self.folder.path().join(&name));
        (options.topic, options.rejects, options.partitions) = (format!("{name}-events"), format!("{name}-rejects"), 3);
        let log = Kafka::open(&options, &Position::default(), Arc::new(Noon))?;
        let mut batch = Batch::default();
        for line in &story.lines {
            let event = Event::parse(line.as_bytes())?;
            batch.push(line.as_bytes(), &event.id, event.at, event.key());
        }
        log.append(batch).await?;
        Ok(log)
    }
}

/// What differs from the board, in any of its tables.
async fn check(
    layer: &QueryLayer,
    story: &Story,
    board: &Board,
    way: Way,
    options: &clickhouse::Options,
    log: &Kafka,
) -> anyhow::Result<Vec<String>> {
    let folder = tempfile::tempdir()?;
    let runtime = tokio::runtime::Handle::current();
    let snapshot = Arc::new(match way {
        Way::ClickHouse => play(story, board.at, way, &ClickHouseHistory::open(options, runtime)?, folder.path())?,
        Way::Nodes => play_apart(story, board.at, options, log)?,
        Way::Live | Way::Restarted | Way::Stored => play(story, board.at, way, &ParquetHistory::open(folder.path())?, folder.path())?,
    });
    let columns: Vec<String> =
        board.head.iter().enumerate().map(|(i, name)| if i < board.groups { name.clone() } else { format!("MEASURE({name}) AS {name}") }).collect();
    let keys = board.head.get(..board.groups).unwrap_or_default().join(", ");
    let grouped = if keys.is_empty() { String::new() } else { format!(" GROUP BY {keys} ORDER BY {keys}") };
    let mut differ = Vec::new();
    // Days later nothing is live any more.
    for table in board.tables.iter().filter(|t| !(matches!(way, Way::Stored | Way::ClickHouse) && t.starts_with("live_"))) {
        let sql = format!("SELECT {} FROM {table}{grouped}", columns.join(", "));
        let batches = layer.query(&sql, Arc::clone(&snapshot), Limits::default(), CancellationToken::new()).await?.collect().await?;
        let mut rows = Vec::new();
        for batch in &batches {
            for row in 0..batch.num_rows() {
                rows.push(cells(layer, board, batch, row)?);
            }
        }
        if rows != board.rows {
            differ.push(format!("{sql}\nexpected {:?}\ncame out {rows:?}", board.rows));
        }
    }
    Ok(differ)
}

/// The state of the story as of a board's time.
fn play(story: &Story, at: Timestamp, way: Way, history: &dyn History, folder: &Path) -> anyhow::Result<Snapshot> {
    // A way that lets days go by must not lose the calls that still wait at the board's time.
    let settings = Settings { queues: story.queues.clone(), silent_call_ms: 30 * 86_400_000, ..Settings::default() };
    let mut engine = Engine::new(settings.clone());
    let told: Vec<_> = story.lines.iter().map(|l| Event::parse(l.as_bytes())).collect::<Result<_, _>>()?;
    for (n, event) in told.iter().filter(|e| e.at <= at).enumerate() {
        engine.apply(event);
        engine.settle();
        if matches!(way, Way::Restarted) && n % 3 == 0 {
            commit(&mut engine, history, n as u64 + 1, at)?;
            engine = Engine::restore(settings.clone(), &history.engine_state()?.context("no state")?)?;
        }
    }
    if matches!(way, Way::Stored | Way::ClickHouse) {
        // Days later: whatever can be closed is closed, roll-ups included.
        for days in [1_i64, 2, 3, 4] {
            let later = at.plus(days * 86_400_000);
            let alive = format!(r#"{{"id":"later-{days}","at":"{later}","source":"pbx","type":"source.alive"}}"#);
            engine.apply(&Event::parse(alive.as_bytes())?);
        }
    }
    // What was told late is seen from the next commit on.
    if matches!(way, Way::Stored | Way::ClickHouse) || !engine.wanted().is_empty() {
        commit(&mut engine, history, 1_000_000, at)?;
    }
    let mut snapshot = Snapshot::new(at).with_stored(Stored::of(&history.manifest(), folder));
    snapshot.live = engine.live(at).into_iter().collect();
    Ok(snapshot)
}

/// The state of the story as of a board's time, out of the commits of one worker a partition.
fn play_apart(story: &Story, at: Timestamp, options: &clickhouse::Options, log: &Kafka) -> anyhow::Result<Snapshot> {
    let settings = Settings { queues: story.queues.clone(), silent_call_ms: 30 * 86_400_000, ..Settings::default() };
    let runtime = tokio::runtime::Handle::current();
    for (partition, end) in log.end()?.offsets() {
        let mut own = options.clone();
        own.stream = clickhouse::stream_of(&options.stream, partition);
        let history = ClickHouseHistory::open(&own, runtime.clone())?;
        let mut engine = Engine::new(settings.clone());
        let mut reader = log.partition(partition).reader(&Position::default())?;
        while let Some(block) = reader.read_on(EVENTS)? {
            for line in block.lines() {
                let event = Event::parse(line)?;
                if event.at <= at {
                    engine.apply(&event);
                }
            }
            commit(&mut engine, &history, reader.position().total(), at)?;
        }
        ensure!(reader.position().total() == end, "partition {partition} ends at {end}, and was read to {}", reader.position());
    }
    let streams = ClickHouseStreams::open(options, runtime)?;
    let committed = streams.committed();
    let states: Vec<Vec<u8>> = streams.states(&committed)?.into_iter().map(|(_, state)| state).collect();
    let mut engine = Engine::together(settings, &states)?;
    engine.caught_up();
    let mut snapshot = Snapshot::new(at).with_stored(Stored::of(&committed.manifest, Path::new("")));
    snapshot.live = engine.live(at).into_iter().collect();
    Ok(snapshot)
}

fn commit(engine: &mut Engine, history: &dyn History, position: u64, at: Timestamp) -> anyhow::Result<()> {
    engine.settle();
    let wanted = engine.wanted();
    if !wanted.is_empty() {
        engine.amend(wanted.find(history)?);
    }
    let checkpoint = engine.checkpoint()?;
    history.commit(Commit { position, batches: checkpoint.batches, engine_state: checkpoint.state, at })?;
    engine.committed();
    Ok(())
}

/// A row as it would be drawn: counts, spans with one decimal, shares with one decimal, a dash for nothing.
fn cells(layer: &QueryLayer, board: &Board, batch: &RecordBatch, row: usize) -> anyhow::Result<Vec<String>> {
    board
        .head
        .iter()
        .enumerate()
        .map(|(i, name)| {
            let column = batch.column(i);
            if column.is_null(row) {
                return Ok("–".to_owned());
            }
            if i < board.groups {
                return Ok(column.as_string::<i32>().value(row).to_owned());
            }
            let value = match column.data_type() {
                DataType::Int64 => column.as_primitive::<Int64Type>().value(row) as f64,
                DataType::Float64 => column.as_primitive::<Float64Type>().value(row),
                other => anyhow::bail!("{name} comes as {other}"),
            };
            Ok(match layer.measures().get(name)?.unit {
                Unit::Share => format!("{:.1}%", value * 100.0),
                Unit::Ms => format!("{:.1}s", value / 1_000.0),
                Unit::Count => format!("{value:.0}"),
                _ => format!("{value:.2}"),
            })
        })
        .collect()
}
