//! Runs every `tests/sql/*.slt` over each layout of the fixture; a file is a test.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use callboard_sql::{QueryLayer, Snapshot};
use datafusion::arrow::util::display::{ArrayFormatter, FormatOptions};
use sqllogictest::{AsyncDB, DBOutput, DefaultColumnType, Runner};

use crate::fixture::{Layout, centre, layer, rows};

struct Centre {
    layer: Arc<QueryLayer>,
    snapshot: Arc<Snapshot>,
}

#[async_trait::async_trait]
impl AsyncDB for Centre {
    type Error = callboard_sql::Error;
    type ColumnType = DefaultColumnType;

    async fn run(&mut self, sql: &str) -> Result<DBOutput<DefaultColumnType>, Self::Error> {
        let batches = rows(&self.layer, &self.snapshot, sql).await?;
        let Some(first) = batches.first() else { return Ok(DBOutput::Rows { types: vec![DefaultColumnType::Any], rows: vec![] }) };
        let options = FormatOptions::new().with_null("NULL").with_timestamp_tz_format(Some("%Y-%m-%dT%H:%M:%S%.3fZ"));
        let types = vec![DefaultColumnType::Any; first.num_columns()];
        let mut lines = Vec::new();
        for batch in &batches {
            let columns: Vec<_> = batch.columns().iter().map(|c| ArrayFormatter::try_new(c, &options).unwrap()).collect();
            for row in 0..batch.num_rows() {
                lines.push(columns.iter().map(|c| c.value(row).to_string()).map(|s| if s.is_empty() { "(empty)".to_owned() } else { s }).collect());
            }
        }
        Ok(DBOutput::Rows { types, rows: lines })
    }

    async fn shutdown(&mut self) {}

    fn engine_name(&self) -> &'static str {
        "callboard"
    }
}

fn files() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/sql");
    let mut files: Vec<PathBuf> =
        std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()).filter(|p| p.extension().is_some_and(|e| e == "slt")).collect();
    files.sort();
    files
}

async fn run_all(layout: Layout) {
    let folder = tempfile::tempdir().unwrap();
    let (layer, snapshot) = (Arc::new(layer()), centre(layout, folder.path()));
    let files = files();
    assert!(!files.is_empty(), "tests/sql has no .slt file");
    let mut failed = Vec::new();
    for file in files {
        let mut runner = Runner::new(|| async { Ok(Centre { layer: Arc::clone(&layer), snapshot: Arc::clone(&snapshot) }) });
        if let Err(error) = runner.run_file_async(&file).await {
            failed.push(format!("{layout:?}, {}: {}", file.display(), error.display(false)));
        }
    }
    assert!(failed.is_empty(), "{}", failed.join("\n\n"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_file_holds_over_live_batches() {
    run_all(Layout::Live).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_file_holds_over_parquet_files() {
    run_all(Layout::Stored).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_file_holds_when_half_is_stored() {
    run_all(Layout::Half).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_file_holds_over_clickhouse() {
    run_all(Layout::Remote).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_file_holds_when_half_lies_in_clickhouse() {
    run_all(Layout::HalfRemote).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_file_holds_over_the_streams_of_several_partitions() {
    run_all(Layout::Nodes).await;
}
