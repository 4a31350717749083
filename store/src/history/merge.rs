//! Rows of several files as one file's rows: sums are added up, of versions the newest stays.

use std::collections::HashMap;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, Int64Array, RecordBatch, UInt32Array};
use arrow::compute::take_record_batch;
use arrow::error::ArrowError;

use super::{adds_up, cut};
use crate::Table;

/// Rows that say the same with no key twice.
pub(super) fn merge(table: Table, rows: RecordBatch) -> Result<RecordBatch, ArrowError> {
    if adds_up(table) { add_up(table, &rows) } else { cut::newest(table, rows) }
}

fn add_up(table: Table, rows: &RecordBatch) -> Result<RecordBatch, ArrowError> {
    let keys = cut::keys(table, rows)?;
    let mut places: HashMap<&[u8], usize> = HashMap::new();
    let mut firsts: Vec<u32> = Vec::new();
    let mut place_of = Vec::with_capacity(rows.num_rows());
    for (i, key) in keys.iter().enumerate() {
        let place = *places.entry(key.data()).or_insert_with(|| {
            // A commit or a day has far fewer rows than 32 bits can count.
            firsts.push(u32::try_from(i).unwrap_or(u32::MAX));
            firsts.len() - 1
        });
        place_of.push(place);
    }
    if firsts.len() == rows.num_rows() {
        return Ok(rows.clone());
    }
    let merged = take_record_batch(rows, &UInt32Array::from(firsts))?;
    let schema = merged.schema();
    let columns = rows.columns().iter().zip(merged.columns()).map(|(all, one)| {
        let Some(all) = all.as_any().downcast_ref::<Int64Array>() else { return Arc::clone(one) };
        let mut sums = vec![0_i64; merged.num_rows()];
        for (place, value) in place_of.iter().zip(all.values()) {
            if let Some(sum) = sums.get_mut(*place) {
                *sum = sum.saturating_add(*value);
            }
        }
        Arc::new(Int64Array::from(sums)) as ArrayRef
    });
    let columns = columns.collect();
    RecordBatch::try_new(schema, columns)
}
