//! The rows that the product wrote, saved in the pieces in which it sent them, and sent again by a client that does
//! nothing else.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use arrow::array::RecordBatch;
use arrow::compute::concat_batches;
use arrow::ipc::writer::StreamWriter;
use bytes::Bytes;
use callboard_engines::ClickHouse as Engine;
use callboard_store::Table;
use callboard_store::history::clickhouse::{ClickHouse, Options};
use clickhouse::{Client, Compression};
use futures::TryStreamExt;

use crate::contest::Sample;
use crate::meter::Meter;

/// Rows of one insert at most, as in the product's history.
pub const MOST_ROWS: usize = 100_000;
/// Threads of the client.
const THREADS: usize = 2;
const PATIENCE: Duration = Duration::from_secs(60);

/// What was saved.
#[derive(Debug, Clone, Copy, Default)]
pub struct Saved {
    /// Rows.
    pub rows: usize,
    /// Inserts.
    pub pieces: usize,
}

/// One insert.
struct Piece {
    table: Table,
    /// Its file's name, which no other piece has.
    name: String,
    rows: Bytes,
}

/// Reads the rows of a database and saves each piece as one file: `PARTITION.COMMIT.TABLE.PLACE`. Order and cut are those
/// of a commit.
///
/// # Errors
/// When ClickHouse or the disk refuses.
pub fn save(engine: &Engine, database: &str, folder: &Path) -> Result<Saved> {
    std::fs::create_dir_all(folder)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    let mut options = Options::new(engine.url(), "", "");
    options.database = database.to_owned();
    let link = ClickHouse::new(&options)?;
    let mut saved = Saved::default();
    for table in Table::STORED {
        let commits = engine.query(&format!("SELECT stream, commit_number FROM {database}.{} GROUP BY 1, 2 ORDER BY 1, 2", table.name()))?;
        for commit in commits.lines() {
            let (stream, number) = commit.split_once('\t').with_context(|| format!("{commit:?} is no commit"))?;
            let batches: Vec<RecordBatch> = runtime.block_on(link.query_arrow(&question(table, stream, number)).try_collect())?;
            let Some(first) = batches.first() else { continue };
            let rows = concat_batches(&first.schema(), &batches)?;
            let partition = stream.rsplit('/').next().unwrap_or_default();
            for (place, begin) in (0..rows.num_rows()).step_by(MOST_ROWS).enumerate() {
                let piece = rows.slice(begin, MOST_ROWS.min(rows.num_rows() - begin));
                let path = folder.join(format!("{partition}.{number:0>6}.{}.{place:04}", table.name()));
                std::fs::write(&path, encode(&piece)?).with_context(|| format!("could not write {}", path.display()))?;
                saved.rows += piece.num_rows();
                saved.pieces += 1;
            }
        }
    }
    Ok(saved)
}

/// The rows of one commit, by time and key.
fn question(table: Table, stream: &str, number: &str) -> String {
    let info = table.info();
    let order = std::iter::once(info.time).chain(info.key.iter().copied().filter(|key| *key != info.time)).collect::<Vec<_>>().join(", ");
    format!("SELECT {} FROM {} WHERE stream = '{stream}' AND commit_number = {number} ORDER BY {order}", columns(table), info.name)
}

fn columns(table: Table) -> String {
    let schema = table.schema();
    schema.fields().iter().map(|f| f.name().as_str()).chain(["stream", "commit_number"]).collect::<Vec<_>>().join(", ")
}

fn encode(rows: &RecordBatch) -> Result<Vec<u8>> {
    let mut writer = StreamWriter::try_new(Vec::new(), &rows.schema())?;
    writer.write(rows)?;
    Ok(writer.into_inner()?)
}

/// The bound: every piece into tables that are there, those of each partition one after the other.
pub fn insert(arguments: &[String]) -> Result<Sample> {
    let [url, database, folder] = arguments else { bail!("insert URL DATABASE FOLDER") };
    let partitions = load(Path::new(folder))?;
    let client = Client::default().with_url(url).with_database(database).with_compression(Compression::Lz4);
    let client = client.with_setting("async_insert", "0").with_setting("max_partitions_per_insert_block", "1000");
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(THREADS).enable_all().build()?;
    let meter = Meter::start();
    runtime.block_on(async {
        let tasks: Vec<_> = partitions.into_values().map(|pieces| tokio::spawn(send(client.clone(), pieces))).collect();
        for task in tasks {
            task.await.context("a task panicked")??;
        }
        anyhow::Ok(())
    })?;
    Ok(meter.stop())
}

async fn send(client: Client, pieces: Vec<Piece>) -> Result<()> {
    for piece in pieces {
        let mut insert = client
            .insert_formatted_with(format!("INSERT INTO {} ({}) FORMAT ArrowStream", piece.table.name(), columns(piece.table)))
            .with_setting("insert_deduplicate", "1")
            .with_setting("insert_deduplication_token", piece.name)
            .with_timeouts(Some(PATIENCE), Some(PATIENCE));
        insert.send(piece.rows).await?;
        insert.end().await?;
    }
    Ok(())
}

/// Pieces by partition, in the order in which they were sent.
fn load(folder: &Path) -> Result<BTreeMap<String, Vec<Piece>>> {
    let mut names = Vec::new();
    for entry in std::fs::read_dir(folder).with_context(|| format!("could not list {}", folder.display()))? {
        names.push(entry?.file_name().to_string_lossy().into_owned());
    }
    names.sort_unstable();
    let mut partitions: BTreeMap<String, Vec<Piece>> = BTreeMap::new();
    for name in names {
        let mut words = name.split('.');
        let (partition, table) = (words.next().unwrap_or_default().to_owned(), words.nth(1).unwrap_or_default());
        let table = Table::STORED.into_iter().find(|t| t.name() == table).with_context(|| format!("{name:?} is no piece of a table"))?;
        let rows = Bytes::from(std::fs::read(folder.join(&name))?);
        partitions.entry(partition).or_default().push(Piece { table, name, rows });
    }
    Ok(partitions)
}
