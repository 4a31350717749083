//! Any number of visits in ClickHouse, made there from numbers, as the rows of one whole commit of the product.

use std::sync::Arc;

use anyhow::{Result, ensure};
use callboard_domain::Timestamp;
use callboard_domain::time::DAY_MS;
use callboard_engines::ClickHouse;
use callboard_store::history::clickhouse::{ClickHouseHistory, Options};
use callboard_store::history::{Commit, History, Manifest};
use tokio::runtime::Runtime;

/// Midnight at which the visits begin: 2026-03-01T00:00:00.000Z.
const START_MS: i64 = 1_772_323_200_000;
const DAYS: i64 = 30;
/// The end of the last day.
pub const END: Timestamp = Timestamp::from_millis(START_MS + DAYS * DAY_MS);
/// Visits of one statement.
const AT_ONCE: usize = 5_000_000;
const STREAM: &str = "made/0";

/// A column of `queue_visits` and what it is of the visit numbered `number`; `a` and `b` are its random numbers.
const COLUMNS: [(&str, &str); 32] = [
    ("source", "concat('pbx', toString(1 + b % 4))"),
    ("call", "concat(toString(intDiv(at_ms, 1000)), '.', toString(number))"),
    ("visit", "1"),
    ("queue", "concat('queue-', leftPad(toString(a % 50), 2, '0'))"),
    ("from_number", "concat('13', leftPad(toString(bitShiftRight(b, 20) % {callers}), 9, '0'))"),
    ("entered_at", "fromUnixTimestamp64Milli(at_ms, 'UTC')"),
    ("left_at", "fromUnixTimestamp64Milli(at_ms + waited_ms, 'UTC')"),
    ("outcome", "if(is_answered, 'answered', 'abandoned')"),
    ("position", "1 + number % 9"),
    ("agent", "if(is_answered, concat('agent-', leftPad(toString(bitShiftRight(a, 8) % 2000), 4, '0')), NULL)"),
    ("wait_ms", "waited_ms"),
    ("target_ms", "20000"),
    ("short_ms", "5000"),
    ("offered", "1"),
    ("answered", "is_answered"),
    ("answered_in_target", "is_answered AND waited_ms <= 20000"),
    ("abandoned", "NOT is_answered"),
    ("abandoned_in_target", "NOT is_answered AND waited_ms <= 20000"),
    ("short_abandoned", "NOT is_answered AND waited_ms < 5000"),
    ("timed_out", "0"),
    ("left_by_key", "0"),
    ("overflowed", "0"),
    ("lost", "0"),
    ("waiting", "0"),
    ("waiting_past_target", "0"),
    ("transferred", "is_answered AND b % 13 = 0"),
    ("answered_wait_ms", "if(is_answered, waited_ms, 0)"),
    ("abandoned_wait_ms", "if(is_answered, 0, waited_ms)"),
    ("decided_wait_ms", "waited_ms"),
    ("version", "1"),
    ("stream", "'{stream}'"),
    ("commit_number", "{commit}"),
];

/// Visits in ClickHouse, and the product's view of them.
pub struct Visits {
    /// Their database.
    pub database: String,
    /// How many.
    pub count: usize,
    /// Their bytes on disk.
    pub bytes: u64,
    /// The commit that they belong to.
    pub manifest: Arc<Manifest>,
    /// Connections of the manifest live on it.
    _runtime: Runtime,
}

impl Visits {
    /// Makes them.
    ///
    /// # Errors
    /// When ClickHouse refuses.
    pub fn make(engine: &ClickHouse, count: usize) -> Result<Self> {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
        let database = engine.database()?;
        let mut options = Options::new(engine.url(), STREAM, "load");
        options.database.clone_from(&database);
        let history = ClickHouseHistory::open(&options, runtime.handle().clone())?;
        let manifest = history.commit(Commit { position: count as u64, batches: Vec::new(), engine_state: Vec::new(), at: END })?;
        for begin in (0..count).step_by(AT_ONCE) {
            engine.query(&insert(&database, manifest.number, begin, AT_ONCE.min(count - begin), count))?;
        }
        engine.query(&format!("OPTIMIZE TABLE {database}.queue_visits FINAL"))?;
        let found = engine.query(&format!("SELECT count() FROM {database}.queue_visits"))?;
        ensure!(found.trim() == count.to_string(), "ClickHouse holds {} visits instead of {count}", found.trim());
        let size = format!("SELECT sum(bytes_on_disk) FROM system.parts WHERE active AND database = '{database}' AND table = 'queue_visits'");
        let bytes = engine.query(&size)?.trim().parse()?;
        Ok(Self { database, count, bytes, manifest, _runtime: runtime })
    }
}

fn insert(database: &str, commit: u64, begin: usize, rows: usize, count: usize) -> String {
    let names: Vec<&str> = COLUMNS.iter().map(|(name, _)| *name).collect();
    let values: Vec<&str> = COLUMNS.iter().map(|(_, value)| *value).collect();
    let values = values.join(", ").replace("{stream}", STREAM).replace("{commit}", &commit.to_string());
    let values = values.replace("{callers}", &(count / 4).max(1).to_string());
    let span_ms = DAYS * DAY_MS;
    format!(
        "INSERT INTO {database}.queue_visits ({}) WITH intHash64(number) AS a, intHash64(number + 1000000000000) AS b, b % 10 < 9 AS is_answered, \
         toInt64(200 + bitShiftRight(a, 24) % if(bitShiftRight(b, 8) % 10 < 8, 19800, 119800)) AS waited_ms, \
         toInt64({START_MS} + intDiv(number * {span_ms}, {count})) AS at_ms SELECT {values} FROM numbers({begin}, {rows})",
        names.join(", ")
    )
}

#[cfg(test)]
mod tests {
    use callboard_store::Table;

    use super::*;

    #[test]
    fn every_column_of_the_table_is_made() {
        let schema = Table::QueueVisits.schema();
        let wanted: Vec<&str> = schema.fields().iter().map(|f| f.name().as_str()).chain(["stream", "commit_number"]).collect();
        assert_eq!(COLUMNS.map(|(name, _)| name).to_vec(), wanted);
    }
}
