//! Rows of a commit, put in order of time and key and cut by UTC day.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, BooleanArray, Int64Array, RecordBatch, TimestampMillisecondArray, UInt32Array};
use arrow::compute::{concat_batches, filter_record_batch, take_record_batch};
use arrow::datatypes::Schema;
use arrow::error::ArrowError;
use arrow::row::{RowConverter, Rows, SortField};
use callboard_domain::Timestamp;
use hashbrown::HashMap;

use super::Day;
use crate::Table;

/// Rows of one day, in order.
pub(super) struct Slice {
    pub day: Day,
    pub min_at: Timestamp,
    pub max_at: Timestamp,
    pub rows: RecordBatch,
}

/// Batches of one table as one, checked against the table's schema.
pub(super) fn gather(table: Table, batches: &[RecordBatch]) -> Result<RecordBatch, ArrowError> {
    let schema = table.schema();
    let shape = |s: &Schema| s.fields().iter().map(|f| (f.name().clone(), f.data_type().clone())).collect::<Vec<_>>();
    if let Some(batch) = batches.iter().find(|b| shape(&b.schema()) != shape(&schema)) {
        return Err(ArrowError::SchemaError(format!("columns {:?} are not those of the table", shape(&batch.schema()))));
    }
    // Comments of columns may have changed since a file was written: the table's own are taken.
    let batches = batches.iter().map(|b| RecordBatch::try_new(Arc::clone(&schema), b.columns().to_vec())).collect::<Result<Vec<_>, _>>()?;
    concat_batches(&schema, &batches)
}

/// In order of time and key. Rows are compared as bytes, which is cheaper than column by column.
pub(super) fn sorted(table: Table, rows: &RecordBatch) -> Result<RecordBatch, ArrowError> {
    let info = table.info();
    let names: Vec<&str> = std::iter::once(info.time).chain(info.key.iter().copied()).collect();
    let keys = bytes(&names, rows)?;
    let count = u32::try_from(rows.num_rows()).map_err(|e| ArrowError::ComputeError(e.to_string()))?;
    let mut order: Vec<u32> = (0..count).collect();
    order.sort_by(|a, b| keys.row(*a as usize).cmp(&keys.row(*b as usize)));
    take_record_batch(rows, &UInt32Array::from(order))
}

/// Sorts by time and key, and cuts where a UTC day ends.
pub(super) fn by_day(table: Table, rows: &RecordBatch) -> Result<Vec<Slice>, ArrowError> {
    let rows = sorted(table, rows)?;
    let at: Vec<Timestamp> = times(table, &rows)?.values().iter().map(|ms| Timestamp::from_millis(*ms)).collect();
    let mut out = Vec::new();
    let mut begin = 0;
    for day in at.chunk_by(|a, b| Day::of(*a) == Day::of(*b)) {
        let (Some(min_at), Some(max_at)) = (day.first().copied(), day.last().copied()) else { continue };
        out.push(Slice { day: Day::of(min_at), min_at, max_at, rows: rows.slice(begin, day.len()) });
        begin += day.len();
    }
    Ok(out)
}

/// Of rows with the same key the one with the highest version, the last of equals. A negative version counts by its
/// amount. Tables without versions pass.
pub(super) fn newest(table: Table, rows: RecordBatch) -> Result<RecordBatch, ArrowError> {
    let Some(versions) = versions(&rows)? else { return Ok(rows) };
    let keys = keys(table, &rows)?;
    let mut best: HashMap<&[u8], usize> = HashMap::with_capacity(rows.num_rows());
    for (i, key) in keys.iter().enumerate() {
        let slot = best.entry(key.data()).or_insert(i);
        if versions.value(i).abs() >= versions.value(*slot).abs() {
            *slot = i;
        }
    }
    if best.len() == rows.num_rows() {
        return Ok(rows);
    }
    let mut keep: Vec<u32> = best.into_values().filter_map(|i| u32::try_from(i).ok()).collect();
    keep.sort_unstable();
    take_record_batch(&rows, &UInt32Array::from(keep))
}

/// Without the rows that only take a stored one away.
pub(super) fn remaining(rows: RecordBatch) -> Result<RecordBatch, ArrowError> {
    match versions(&rows)? {
        Some(versions) if versions.values().iter().any(|v| *v < 0) => {
            let keep: BooleanArray = versions.values().iter().map(|v| Some(*v > 0)).collect();
            filter_record_batch(&rows, &keep)
        }
        _ => Ok(rows),
    }
}

/// The keys of all rows in a form that can be compared and hashed.
pub(super) fn keys(table: Table, rows: &RecordBatch) -> Result<Rows, ArrowError> {
    bytes(table.info().key, rows)
}

fn bytes(names: &[&str], rows: &RecordBatch) -> Result<Rows, ArrowError> {
    let columns: Vec<ArrayRef> = names.iter().map(|name| column(rows, name).cloned()).collect::<Result<_, _>>()?;
    let converter = RowConverter::new(columns.iter().map(|c| SortField::new(c.data_type().clone())).collect())?;
    converter.convert_columns(&columns)
}

/// The versions of all rows; none for a table whose rows are never replaced.
pub(super) fn versions(rows: &RecordBatch) -> Result<Option<&Int64Array>, ArrowError> {
    let Some(column) = rows.column_by_name("version") else { return Ok(None) };
    let wrong = || ArrowError::SchemaError("column \"version\" is not Int64".to_owned());
    column.as_any().downcast_ref().map(Some).ok_or_else(wrong)
}

/// The time column.
pub(super) fn times(table: Table, rows: &RecordBatch) -> Result<&TimestampMillisecondArray, ArrowError> {
    let name = table.info().time;
    let wrong = || ArrowError::SchemaError(format!("column {name:?} is no time in ms"));
    column(rows, name)?.as_any().downcast_ref().ok_or_else(wrong)
}

fn column<'a>(rows: &'a RecordBatch, name: &str) -> Result<&'a ArrayRef, ArrowError> {
    rows.column_by_name(name).ok_or_else(|| ArrowError::SchemaError(format!("no column {name:?}")))
}
