//! Finding the stored rows of a few calls or agents, so that something told late can be added to them.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use arrow::array::{AsArray, BooleanArray, RecordBatch, StringArray};
use arrow::compute::filter_record_batch;
use arrow::error::ArrowError;
use callboard_domain::Timestamp;

use super::{DataFile, cut};
use crate::Table;

/// The stored rows that are looked for: those of one call, or of one agent, in a span of time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sought {
    /// The source.
    pub source: Arc<str>,
    /// The call's id, or the agent's; the second column of the table's key.
    pub name: Arc<str>,
    /// Earliest time of a row.
    pub from: Timestamp,
    /// Latest time of a row.
    pub to: Timestamp,
}

/// What is still to be found in one table.
pub(super) struct Search<'a> {
    table: Table,
    sought: HashMap<(&'a str, &'a str), &'a Sought>,
    /// One row a call: what was found is not looked for again.
    unique: bool,
}

impl<'a> Search<'a> {
    pub(super) fn of(table: Table, sought: &'a [Sought]) -> Self {
        let by_name = sought.iter().map(|s| ((s.source.as_ref(), s.name.as_ref()), s)).collect();
        Self { table, sought: by_name, unique: table.info().key.len() == 2 }
    }

    pub(super) fn is_done(&self) -> bool {
        self.sought.is_empty()
    }

    /// Whether a file may hold something.
    pub(super) fn concerns(&self, file: &DataFile) -> bool {
        self.sought.values().any(|s| s.from <= file.max_at && file.min_at <= s.to)
    }

    /// The columns by which rows are told apart.
    pub(super) fn columns(&self) -> Vec<&'static str> {
        let info = self.table.info();
        info.key.iter().take(2).copied().chain([info.time]).collect()
    }

    /// Which of these rows are sought.
    pub(super) fn matches(&self, rows: &RecordBatch) -> Result<BooleanArray, ArrowError> {
        let [source, name, ..] = self.table.info().key else {
            return Err(ArrowError::SchemaError(format!("table {} has no key of two columns", self.table.name())));
        };
        let (sources, names, times) = (text(rows, source)?, text(rows, name)?, cut::times(self.table, rows)?);
        let wanted = |i: usize| {
            let at = Timestamp::from_millis(times.value(i));
            self.sought.get(&(sources.value(i), names.value(i))).is_some_and(|s| s.from <= at && at <= s.to)
        };
        Ok((0..rows.num_rows()).map(|i| Some(wanted(i))).collect())
    }

    /// Takes the sought ones out of `rows`, which have all columns.
    pub(super) fn take(&mut self, rows: &RecordBatch) -> Result<RecordBatch, ArrowError> {
        let found = filter_record_batch(rows, &self.matches(rows)?)?;
        if self.unique
            && let [source, name, ..] = self.table.info().key
        {
            let (sources, names) = (text(&found, source)?, text(&found, name)?);
            let names: HashSet<(&str, &str)> = sources.iter().flatten().zip(names.iter().flatten()).collect();
            self.sought.retain(|name, _| !names.contains(name));
        }
        Ok(found)
    }
}

fn text<'a>(rows: &'a RecordBatch, name: &str) -> Result<&'a StringArray, ArrowError> {
    rows.column_by_name(name).and_then(|c| c.as_string_opt::<i32>()).ok_or_else(|| ArrowError::SchemaError(format!("no column {name:?} of texts")))
}
