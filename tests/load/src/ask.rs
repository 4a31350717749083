//! One question asked of different engines, with what it cost each: the query layer here, DuckDB and ClickHouse's
//! engine in processes of their own. Answers are brought to one form, so that their digests can be compared.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use callboard_sql::{CancellationToken, Limits, Options, QueryLayer, Snapshot, output};
use serde::Deserialize;

use crate::contest::Sample;
use crate::meter::{Meter, Plant};
use crate::process::peers;
use crate::session::Session;

/// Threads that each engine may use for one question.
pub const THREADS: usize = 2;

/// An answer: one text a row, cells between commas.
pub type Rows = Vec<String>;

/// The product's query layer, in this process.
pub struct Ours {
    layer: QueryLayer,
    runtime: tokio::runtime::Runtime,
    plant: Plant,
}

impl Ours {
    /// A query layer with as many cores as the peers.
    ///
    /// # Errors
    /// When the runtime or the layer cannot be made.
    pub fn new(plant: Plant) -> Result<Self> {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(THREADS).enable_all().build()?;
        Ok(Self { layer: QueryLayer::new(Options { partitions: THREADS, ..Options::default() })?, runtime, plant })
    }

    /// Asks a question from its text, planning included, as a client of the API does.
    ///
    /// # Errors
    /// When the layer refuses.
    pub fn ask(&self, sql: &str, snapshot: &Arc<Snapshot>) -> Result<(Sample, Rows)> {
        let limits = Limits { timeout: Duration::from_secs(300), memory_bytes: 4 << 30, rows: None };
        let meter = Meter::start();
        let answer = self.runtime.block_on(async {
            let answer = self.layer.query(sql, Arc::clone(snapshot), limits, CancellationToken::new()).await?;
            let schema = answer.schema();
            answer.collect().await.map(|batches| (schema, batches))
        });
        let sample = meter.stop_planted(self.plant);
        let (schema, batches) = answer.with_context(|| sql.to_owned())?;
        Ok((sample, rows(schema, &batches)?))
    }

    /// A question planned once, as a tile is.
    ///
    /// # Errors
    /// When the layer refuses.
    pub fn tile(&self, sql: &str) -> Result<Arc<callboard_sql::LiveQuery>> {
        self.runtime.block_on(self.layer.live(sql)).with_context(|| sql.to_owned())
    }

    /// Runs a tile's question.
    ///
    /// # Errors
    /// When it fails.
    pub fn run(&self, tile: &callboard_sql::LiveQuery, snapshot: &Arc<Snapshot>) -> Result<(Sample, Rows)> {
        let meter = Meter::start();
        let batches = self.runtime.block_on(tile.run(snapshot));
        let sample = meter.stop_planted(self.plant);
        Ok((sample, rows(tile.schema(), &batches?)?))
    }
}

/// Another engine in a process of its own.
pub struct Peer {
    child: Child,
    to: ChildStdin,
    from: BufReader<ChildStdout>,
}

#[derive(Deserialize)]
struct Answer {
    #[serde(default)]
    wall_s: f64,
    #[serde(default)]
    cpu_s: f64,
    #[serde(default)]
    rows: Vec<Vec<serde_json::Value>>,
    error: Option<String>,
}

impl Peer {
    /// DuckDB in memory.
    ///
    /// # Errors
    /// When it is not installed or cannot be started.
    pub fn duckdb(session: &Session) -> Result<Self> {
        Self::start(Command::new(session.python("duckdb")?).arg(peers().join("ask.py")).args(["duckdb", &THREADS.to_string()]))
    }

    /// ClickHouse's engine with its data in `folder`, which is emptied.
    ///
    /// # Errors
    /// When it is not installed or cannot be started.
    pub fn chdb(session: &Session, folder: &Path) -> Result<Self> {
        if folder.exists() {
            std::fs::remove_dir_all(folder)?;
        }
        Self::start(Command::new(session.python("chdb")?).arg(peers().join("ask.py")).args(["chdb", &THREADS.to_string()]).arg(folder))
    }

    fn start(command: &mut Command) -> Result<Self> {
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().with_context(|| format!("could not start {command:?}"))?;
        let to = child.stdin.take().context("no standard input")?;
        let from = BufReader::new(child.stdout.take().context("no standard output")?);
        Ok(Self { child, to, from })
    }

    /// Asks; the answer's rows come too.
    ///
    /// # Errors
    /// When the engine refuses, with its words.
    pub fn ask(&mut self, sql: &str) -> Result<(Sample, Rows)> {
        writeln!(self.to, "{}", serde_json::json!({ "sql": sql, "rows": true }))?;
        let mut line = String::new();
        ensure!(self.from.read_line(&mut line)? > 0, "the peer ended at {sql}");
        let answer: Answer = serde_json::from_str(&line).context(line)?;
        if let Some(error) = answer.error {
            bail!("{error}");
        }
        let rows = answer.rows.iter().map(|row| row.iter().map(cell).collect::<Vec<_>>().join(",")).collect();
        Ok((Sample::default().with("cpu_s", answer.cpu_s).with("wall_s", answer.wall_s), rows))
    }

    /// Tells it something whose answer does not matter.
    ///
    /// # Errors
    /// When the engine refuses.
    pub fn tell(&mut self, sql: &str) -> Result<()> {
        self.ask(sql).map(|_| ())
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn rows(schema: SchemaRef, batches: &[RecordBatch]) -> Result<Rows> {
    let csv = output::to_text(output::Format::Csv, schema, batches)?;
    Ok(csv.lines().skip(1).map(|line| line.split(',').map(plain).collect::<Vec<_>>().join(",")).collect())
}

fn cell(value: &serde_json::Value) -> String {
    match value {
        serde_json::Value::Null => String::new(),
        serde_json::Value::String(text) => plain(text),
        other => plain(&other.to_string()),
    }
}

/// A time as `2026-03-02T01:00:00` and a fraction to nine digits, whoever wrote it; any other text as it is.
pub fn plain(text: &str) -> String {
    let bytes = text.as_bytes();
    if bytes.len() >= 10 && bytes.iter().take(4).all(u8::is_ascii_digit) && bytes.get(4) == Some(&b'-') && bytes.get(7) == Some(&b'-') {
        let whole = format!("{}T00:00:00", text.replace(' ', "T"));
        return whole.chars().take(19).collect();
    }
    match text.parse::<f64>() {
        Ok(number) if number.fract() == 0.0 && number.abs() < 1e15 => format!("{number:.0}"),
        Ok(number) if number.is_finite() => format!("{number:.8e}"),
        _ => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn equal_values_get_equal_texts() {
        assert_eq!(plain("2026-03-02"), plain("2026-03-02 00:00:00"));
        assert_eq!(plain("2026-03-02T01:00:00.000Z"), plain("2026-03-02 01:00:00"));
        assert_eq!(plain("0.8333333333333334"), plain("0.8333333333333333"));
        assert_eq!((plain("12.0"), plain("loans_2"), plain("")), ("12".into(), "loans_2".into(), String::new()));
        assert_ne!(plain("0.8333"), plain("0.8334"));
    }
}
