//! The ledger: how many rows were compared, and which differ.

use std::collections::BTreeMap;
use std::fmt;

use arrow::array::{Array, RecordBatch};
use arrow::datatypes::DataType;
use arrow::util::display::{ArrayFormatter, FormatOptions};
use callboard_domain::Timestamp;
use callboard_store::Table;
use callboard_store::history::adds_up;

/// Differences that are shown a table.
const SHOWN: usize = 20;

/// What was compared and what differs.
#[derive(Debug, Default)]
pub(super) struct Ledger {
    tables: Vec<Page>,
}

#[derive(Debug)]
struct Page {
    table: Table,
    rows: usize,
    differences: Vec<String>,
}

/// Rows of a table by their key; rows that add up are added up. Only rows of the time asked for.
pub(super) fn question(table: Table, from: Option<Timestamp>, to: Option<Timestamp>) -> String {
    let info = table.info();
    let keys = info.key.join(", ");
    let schema = table.schema();
    let others = schema.fields().iter().filter(|f| !info.key.contains(&f.name().as_str()) && f.name() != "version" && f.name() != "duration_ms");
    let columns: Vec<String> = others
        .map(|f| match (adds_up(table), f.name().as_str()) {
            (true, "longest_wait_ms") => format!("MAX({0}) AS {0}", f.name()),
            (true, _) if f.data_type() == &DataType::Int64 => format!("SUM({0}) AS {0}", f.name()),
            _ => f.name().clone(),
        })
        .collect();
    let mut sql = format!("SELECT {keys}, {} FROM {}", columns.join(", "), info.name);
    let bounds: Vec<String> =
        [(">=", from), ("<", to)].into_iter().filter_map(|(op, at)| at.map(|at| format!("{} {op} TIMESTAMP '{at}'", info.time))).collect();
    if !bounds.is_empty() {
        sql.push_str(&format!(" WHERE {}", bounds.join(" AND ")));
    }
    if adds_up(table) {
        sql.push_str(&format!(" GROUP BY {keys}"));
    }
    sql
}

impl Ledger {
    /// Whether nothing differs.
    pub(super) fn is_clean(&self) -> bool {
        self.tables.iter().all(|p| p.differences.is_empty())
    }

    /// Compares the rows of a table as stored with those folded from the log.
    pub(super) fn compare(&mut self, table: Table, stored: &[RecordBatch], folded: &[RecordBatch]) -> anyhow::Result<()> {
        let (stored, folded) = (rows(table, stored)?, rows(table, folded)?);
        let mut differences = Vec::new();
        for (key, row) in &folded {
            match stored.get(key) {
                None => differences.push(format!("{key}: in the log, not in history")),
                Some(other) if other != row => differences.push(format!("{key}: stored {}, from the log {}", other.join(" ; "), row.join(" ; "))),
                Some(_) => {}
            }
        }
        for (key, row) in &stored {
            if !folded.contains_key(key) {
                differences.push(format!("{key}: in history, not in the log"));
            }
            if row.len() > 1 {
                differences.push(format!("{key}: {} times in history", row.len()));
            }
        }
        self.tables.push(Page { table, rows: folded.len(), differences });
        Ok(())
    }
}

impl fmt::Display for Ledger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for page in &self.tables {
            writeln!(f, "{:<16} {:>9} rows, {} differ", page.table.name(), page.rows, page.differences.len())?;
            for difference in page.differences.iter().take(SHOWN) {
                writeln!(f, "  {difference}")?;
            }
            if page.differences.len() > SHOWN {
                writeln!(f, "  and {} more", page.differences.len() - SHOWN)?;
            }
        }
        Ok(())
    }
}

/// Rows as text by key; more than one text where a key stands more than once.
fn rows(table: Table, batches: &[RecordBatch]) -> anyhow::Result<BTreeMap<String, Vec<String>>> {
    let keys = table.info().key.len();
    let mut rows: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let options = FormatOptions::default().with_null("-");
    for batch in batches {
        let columns = batch.columns().iter().map(|c| ArrayFormatter::try_new(c.as_ref() as &dyn Array, &options)).collect::<Result<Vec<_>, _>>()?;
        for i in 0..batch.num_rows() {
            let cells: Vec<String> = columns.iter().map(|c| c.value(i).to_string()).collect();
            let (key, rest) = cells.split_at_checked(keys).unwrap_or((&cells, &[]));
            // A row of sums that is all zero says the same as no row.
            if adds_up(table) && rest.iter().all(|c| c == "0") {
                continue;
            }
            rows.entry(key.join(" ")).or_default().push(rest.join(" "));
        }
    }
    Ok(rows)
}
