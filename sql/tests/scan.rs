//! A scan reads what it must and shows each row once.

use std::sync::{Arc, Mutex};

use callboard_domain::Timestamp;
use callboard_domain::state::VisitOutcome;
use callboard_sql::{CancellationToken, Limits, RecordBatches, Records, Snapshot, Stored, StoredFile, StoredTable, TimeRange};
use callboard_store::Table;
use callboard_store::table::{EventRow, QueueVisit, TableRow};
use futures::StreamExt;

use crate::fixture::{NOON, at, event, layer, parquet_file, rows, text, visit};

fn stored(table: Table, files: Vec<StoredFile>) -> Arc<Stored> {
    let mut stored = Stored { version: 1, ..Stored::default() };
    stored.tables.insert(table, Arc::new(StoredTable { files }));
    Arc::new(stored)
}

#[tokio::test]
async fn files_outside_the_range_of_time_are_not_opened() {
    let folder = tempfile::tempdir().unwrap();
    let file = |day: i64| {
        let row = visit("q", day as usize, None, at(NOON).plus(day * 86_400_000), VisitOutcome::Answered, 1_000);
        parquet_file(folder.path(), &format!("{day}.parquet"), Table::QueueVisits, &QueueVisit::batch(&[row]))
    };
    let files: Vec<_> = (-2..=0).map(file).collect();
    for gone in &files[..2] {
        std::fs::remove_file(gone.path.as_ref()).unwrap();
    }
    let snapshot = Arc::new(Snapshot::new(at(NOON).plus(1)).with_stored(stored(Table::QueueVisits, files)));
    let layer = layer();
    for condition in [
        "entered_at >= today()",
        "entered_at BETWEEN last('5 min') AND now()",
        "entered_at = '2025-11-18T06:00:00Z'",
        "now() - INTERVAL '1 hour' < entered_at AND queue = 'q'",
        "entered_at > '2025-11-17T06:00:00Z' AND (queue = 'q' OR wait_ms > 5)",
    ] {
        let sql = format!("SELECT MEASURE(offered) FROM queue_visits WHERE {condition}");
        assert_eq!(text(&rows(&layer, &snapshot, &sql).await.unwrap()), "1\n", "{condition}");
    }
    // The control: without a range the missing files are missed, and the error says which.
    let error = rows(&layer, &snapshot, "SELECT MEASURE(offered) FROM queue_visits").await.unwrap_err();
    assert!(error.to_string().contains(".parquet"), "{error}");
    // And a range on the far side of an OR is no range.
    assert!(rows(&layer, &snapshot, "SELECT MEASURE(offered) FROM queue_visits WHERE entered_at >= today() OR queue = 'q'").await.is_err());
}

#[tokio::test]
async fn a_newer_version_hides_the_stored_one_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let mut versions: Vec<QueueVisit> = (0..4).map(|i| visit("q", i, None, at(NOON).plus(i as i64), VisitOutcome::Answered, 1_000)).collect();
    let mut old = parquet_file(folder.path(), "old.parquet", Table::QueueVisits, &QueueVisit::batch(&versions));
    // Visit 1 was amended and is stored again, visit 2 was amended and is still live.
    versions[1].version = 2;
    versions[1].wait_ms = Some(7);
    let new = parquet_file(folder.path(), "new.parquet", Table::QueueVisits, &QueueVisit::batch(&versions[1..2]));
    versions[2].version = 3;
    versions[2].wait_ms = Some(9);
    old.hidden = Arc::from([1, 2]);
    let snapshot = Arc::new(
        Snapshot::new(at(NOON))
            .with_stored(stored(Table::QueueVisits, vec![old, new]))
            .with_live(Table::QueueVisits, vec![QueueVisit::batch(&versions[2..3])]),
    );
    let layer = layer();
    let expected = "q-00000,1000,1\nq-00001,7,2\nq-00002,9,3\nq-00003,1000,1\n";
    let all = "SELECT call, wait_ms, version FROM queue_visits ORDER BY call";
    assert_eq!(text(&rows(&layer, &snapshot, all).await.unwrap()), expected);
    assert_eq!(text(&layer.live(all).await.unwrap().run(&snapshot).await.unwrap()), expected);
    // Without the key's columns in the answer, with a count, with a limit, and with every column.
    for (sql, expected) in [
        ("SELECT sum(wait_ms) FROM queue_visits", "2016\n"),
        ("SELECT count(*) FROM queue_visits", "4\n"),
        ("SELECT count(*) FROM (SELECT wait_ms FROM queue_visits LIMIT 4)", "4\n"),
        ("SELECT count(*) FROM (SELECT * FROM queue_visits WHERE wait_ms < 1000)", "2\n"),
    ] {
        assert_eq!(text(&rows(&layer, &snapshot, sql).await.unwrap()), expected, "{sql}");
    }
}

#[tokio::test]
async fn row_groups_and_pages_are_pruned_by_their_statistics() {
    let folder = tempfile::tempdir().unwrap();
    let visits: Vec<_> = (0..5_000)
        .map(|i| visit(if i < 2_500 { "a" } else { "b" }, i, None, at(NOON).plus(i as i64 * 1_000), VisitOutcome::Answered, 1_000))
        .collect();
    let path = folder.path().join("groups.parquet");
    let properties = parquet::file::properties::WriterProperties::builder().set_max_row_group_row_count(Some(1_000)).build();
    let batch = QueueVisit::batch(&visits);
    let mut writer = parquet::arrow::ArrowWriter::try_new(std::fs::File::create(&path).unwrap(), batch.schema(), Some(properties)).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
    let file = StoredFile {
        path: path.to_str().unwrap().into(),
        rows: 5_000,
        bytes: std::fs::metadata(&path).unwrap().len(),
        min_at: visits[0].entered_at,
        max_at: visits[4_999].entered_at,
        hidden: Arc::from([]),
    };
    let snapshot = Arc::new(Snapshot::new(at(NOON)).with_stored(stored(Table::QueueVisits, vec![file])));
    let sql = "EXPLAIN ANALYZE SELECT count(*) FROM queue_visits WHERE queue = 'b' AND entered_at >= '2025-11-18T07:00:00Z'";
    let plan = text(&rows(&layer(), &snapshot, sql).await.unwrap());
    assert!(
        plan.contains("row_groups_pruned_statistics=5 total → 2 matched") || plan.contains("row_groups_pruned_statistics=5 total -> 2 matched"),
        "{plan}"
    );
}

#[tokio::test]
async fn hidden_rows_stay_hidden_across_row_groups_filters_and_limits() {
    let folder = tempfile::tempdir().unwrap();
    let visits: Vec<_> =
        (0..5_000).map(|i| visit(if i < 2_500 { "a" } else { "b" }, i, None, at(NOON).plus(i as i64), VisitOutcome::Answered, 1)).collect();
    let path = folder.path().join("hidden.parquet");
    let properties = parquet::file::properties::WriterProperties::builder().set_max_row_group_row_count(Some(1_000)).build();
    let batch = QueueVisit::batch(&visits);
    let mut writer = parquet::arrow::ArrowWriter::try_new(std::fs::File::create(&path).unwrap(), batch.schema(), Some(properties)).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
    // The first and last of the file, both sides of a border between row groups, a whole row group.
    let hidden: Vec<u32> = [0, 999, 1_000].into_iter().chain(2_000..3_000).chain([4_999]).collect();
    let file = StoredFile {
        path: path.to_str().unwrap().into(),
        rows: 5_000,
        bytes: std::fs::metadata(&path).unwrap().len(),
        min_at: visits[0].entered_at,
        max_at: visits[4_999].entered_at,
        hidden: hidden.clone().into(),
    };
    let snapshot = Arc::new(Snapshot::new(at(NOON)).with_stored(stored(Table::QueueVisits, vec![file])));
    let shown = |from: u32, to: u32| (from..to).filter(|i| !hidden.contains(i)).count();
    let layer = layer();
    for (condition, expected) in [
        ("true", shown(0, 5_000)),
        ("queue = 'b'", shown(2_500, 5_000)),
        ("entered_at >= '2025-11-18T06:00:04Z'", shown(4_000, 5_000)),
        ("entered_at BETWEEN '2025-11-18T06:00:00.999Z' AND '2025-11-18T06:00:01.001Z'", shown(999, 1_002)),
        ("entered_at BETWEEN '2025-11-18T06:00:02.100Z' AND '2025-11-18T06:00:02.900Z'", 0),
    ] {
        let sql = format!("SELECT count(*), count(DISTINCT call) FROM queue_visits WHERE {condition}");
        assert_eq!(text(&rows(&layer, &snapshot, &sql).await.unwrap()), format!("{expected},{expected}\n"), "{condition}");
        assert_eq!(text(&layer.live(&sql).await.unwrap().run(&snapshot).await.unwrap()), format!("{expected},{expected}\n"), "{condition}");
    }
    let limited = "SELECT count(*) FROM (SELECT call FROM queue_visits LIMIT 4000)";
    assert_eq!(text(&rows(&layer, &snapshot, limited).await.unwrap()), format!("{}\n", shown(0, 5_000).min(4_000)));
}

/// A log that counts the batches it was asked for.
#[derive(Debug, Default)]
struct Log {
    asked: Arc<Mutex<Vec<(Table, TimeRange)>>>,
    read: Arc<Mutex<usize>>,
}

impl Records for Log {
    fn scan(&self, table: Table, range: TimeRange) -> Result<RecordBatches, Box<dyn std::error::Error + Send + Sync>> {
        self.asked.lock().unwrap().push((table, range));
        let read = Arc::clone(&self.read);
        Ok(Box::new((0..200_i64).map(move |i| {
            *read.lock().unwrap() += 1;
            let rows: Vec<_> = (i * 500..(i + 1) * 500).map(|n| event(n, at(NOON).plus(n))).collect();
            Ok(EventRow::batch(&rows))
        })))
    }
}

#[tokio::test]
async fn the_log_is_read_lazily_and_only_in_the_range_asked_for() {
    let log = Log::default();
    let (asked, read) = (Arc::clone(&log.asked), Arc::clone(&log.read));
    let snapshot = Arc::new(Snapshot::new(at(NOON)).with_records(Arc::new(log)));
    let layer = layer();
    let one = "SELECT id FROM events WHERE at >= '2025-11-18T06:00:00.000Z' LIMIT 1";
    assert_eq!(text(&rows(&layer, &snapshot, one).await.unwrap()).lines().count(), 1);
    assert!(*read.lock().unwrap() < 100, "a LIMIT stops the log: {}", read.lock().unwrap());
    asked.lock().unwrap().clear();
    let all = "SELECT count(*), min(at), max(\"offset\") FROM events WHERE at < '2025-11-18T06:00:00.500Z'";
    assert_eq!(text(&rows(&layer, &snapshot, all).await.unwrap()), "500,2025-11-18T06:00:00.000Z,499\n");
    assert_eq!(asked.lock().unwrap()[0], (Table::Events, TimeRange { from_at: TimeRange::ALL.from_at, to_at: at(NOON).plus(500) }));
    assert_eq!(text(&layer.live(all).await.unwrap().run(&snapshot).await.unwrap()), "500,2025-11-18T06:00:00.000Z,499\n");
}

#[tokio::test]
async fn an_answer_comes_batch_by_batch() {
    let visits: Vec<_> = (0..30_000).map(|i| visit("q", i, None, Timestamp::from_millis(i as i64), VisitOutcome::Answered, 1)).collect();
    let snapshot = Arc::new(Snapshot::new(at(NOON)).with_live(Table::QueueVisits, vec![QueueVisit::batch(&visits)]));
    let stream = layer().query("SELECT call FROM queue_visits", snapshot, Limits::default(), CancellationToken::new()).await.unwrap();
    assert_eq!(stream.schema().field(0).name(), "call");
    let sizes: Vec<usize> = stream.map(|b| b.unwrap().num_rows()).collect().await;
    assert!(sizes.len() > 3 && sizes.iter().sum::<usize>() == 30_000, "{sizes:?}");
}
