//! From Arrow to what a screen gets: exactly the precision that is shown, so that nothing travels that nobody sees.

use arrow::array::{Array, ArrayRef, AsArray, RecordBatch};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Float64Type, Int64Type, TimeUnit};

use crate::Error;
use crate::board::{Format, Tile};
use crate::frame::Cell;

/// The rows of a tile, its columns in the tile's order, values as the query gave them.
///
/// # Errors
/// `Error::Column` when the result lacks a column, `Error::Type` when a cell can not be shown.
pub fn rows(tile: &Tile, batches: &[RecordBatch]) -> Result<Vec<Vec<Cell>>, Error> {
    let mut rows = Vec::with_capacity(batches.iter().map(RecordBatch::num_rows).sum());
    for batch in batches {
        let first = rows.len();
        rows.resize_with(first + batch.num_rows(), || Vec::with_capacity(tile.columns.len()));
        for column in &tile.columns {
            let array = batch.column_by_name(&column.name).ok_or_else(|| Error::Column { tile: tile.id.clone(), column: column.name.clone() })?;
            for (row, cell) in rows.iter_mut().skip(first).zip(cells(array)?) {
                row.push(cell);
            }
        }
    }
    Ok(rows)
}

/// The cells of one column.
///
/// # Errors
/// `Error::Type` when the type has no form on a screen.
pub fn cells(array: &ArrayRef) -> Result<Vec<Cell>, Error> {
    let data_type = array.data_type();
    let unknown = || Error::Type { data_type: data_type.to_string() };
    let as_type = |to: &DataType| cast(array, to).map_err(|_| unknown());
    Ok(match data_type {
        DataType::Null => vec![Cell::Null(()); array.len()],
        DataType::Boolean => array.as_boolean().iter().map(|v| v.map_or(Cell::Null(()), Cell::Bool)).collect(),
        DataType::Timestamp(..) | DataType::Date32 | DataType::Date64 => {
            ints(&cast(&as_type(&DataType::Timestamp(TimeUnit::Millisecond, None))?, &DataType::Int64).map_err(|_| unknown())?)
        }
        t if t.is_integer() => ints(&as_type(&DataType::Int64)?),
        t if t.is_floating() || matches!(t, DataType::Decimal128(..) | DataType::Decimal256(..)) => {
            floats(&as_type(&DataType::Float64)?).into_iter().map(|v| v.map_or(Cell::Null(()), Cell::Float)).collect()
        }
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View | DataType::Dictionary(..) => {
            as_type(&DataType::Utf8)?.as_string::<i32>().iter().map(|v| v.map_or(Cell::Null(()), |text| Cell::Text(text.to_owned()))).collect()
        }
        DataType::List(_) => {
            let list = array.as_list::<i32>();
            let series = |values: ArrayRef| cast(&values, &DataType::Float64).map(|values| Cell::List(floats(&values))).map_err(|_| unknown());
            list.iter().map(|values| values.map_or(Ok(Cell::Null(())), series)).collect::<Result<_, _>>()?
        }
        _ => return Err(unknown()),
    })
}

fn ints(array: &ArrayRef) -> Vec<Cell> {
    array.as_primitive::<Int64Type>().iter().map(|v| v.map_or(Cell::Null(()), Cell::Int)).collect()
}

fn floats(array: &ArrayRef) -> Vec<Option<f64>> {
    array.as_primitive::<Float64Type>().iter().map(|v| v.filter(|v| v.is_finite())).collect()
}

/// The number in a cell, if there is one.
pub fn number(cell: &Cell) -> Option<f64> {
    match cell {
        Cell::Int(v) => Some(precise(*v)),
        Cell::Float(v) => Some(*v),
        Cell::Null(()) | Cell::Bool(_) | Cell::Text(_) | Cell::List(_) => None,
    }
}

/// Counts and times in ms stay far below 2^53, where a double holds every whole number.
#[expect(clippy::cast_precision_loss, reason = "below 2^53")]
const fn precise(v: i64) -> f64 {
    v as f64
}

/// A cell as it travels: cut to what its format shows; a timer becomes the instant of its beginning.
pub fn shown(format: Format, cell: Cell, as_of_ms: i64) -> Cell {
    let whole = |v: f64| Cell::Int(truncated(v));
    match (format, number(&cell)) {
        (Format::Share | Format::Change, Some(v)) => Cell::Float((v * 1_000.0).round() / 1_000.0),
        (Format::Count, Some(v)) => whole(v.round()),
        (Format::Duration, Some(v)) => whole((v / 1_000.0).floor() * 1_000.0),
        (Format::Seconds, Some(v)) => whole((v / 100.0).round() * 100.0),
        (Format::Timer, Some(v)) => Cell::Int(as_of_ms.saturating_sub(truncated(v))),
        (
            Format::Text
            | Format::Share
            | Format::Change
            | Format::Count
            | Format::Duration
            | Format::Seconds
            | Format::Timer
            | Format::Hour
            | Format::Caller
            | Format::State
            | Format::CallState
            | Format::Trend,
            _,
        ) => cell,
    }
}

#[expect(clippy::cast_possible_truncation, reason = "a cast from float saturates; no figure of a wall comes near")]
const fn truncated(v: f64) -> i64 {
    v as i64
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::{DictionaryArray, Float64Array, Int32Array, Int64Builder, ListBuilder, StringArray, TimestampMillisecondArray};

    use super::*;

    #[test]
    fn every_type_that_a_query_gives_becomes_a_cell() {
        let mut list = ListBuilder::new(Int64Builder::new());
        list.values().append_value(3);
        list.append(true);
        let cases: Vec<(ArrayRef, Cell)> = vec![
            (Arc::new(Int32Array::from(vec![7])), Cell::Int(7)),
            (Arc::new(Float64Array::from(vec![0.5])), Cell::Float(0.5)),
            (Arc::new(Float64Array::from(vec![f64::NAN])), Cell::Null(())),
            (Arc::new(StringArray::from(vec!["a"])), Cell::Text("a".into())),
            (Arc::new(StringArray::from(vec![None::<&str>])), Cell::Null(())),
            (Arc::new(vec!["x"].into_iter().collect::<DictionaryArray<arrow::datatypes::Int32Type>>()), Cell::Text("x".into())),
            (Arc::new(TimestampMillisecondArray::from(vec![1_000]).with_timezone("UTC")), Cell::Int(1_000)),
            (Arc::new(list.finish()), Cell::List(vec![Some(3.0)])),
        ];
        for (array, expected) in cases {
            // NaN never equals itself, so the null it becomes is compared like the rest.
            let got = cells(&array).unwrap();
            let expected = if matches!(expected, Cell::Null(())) && array.data_type() == &DataType::Float64 { Cell::Null(()) } else { expected };
            assert_eq!(got, vec![expected], "{}", array.data_type());
        }
    }

    #[test]
    fn a_value_is_cut_to_what_is_shown_and_a_timer_to_its_beginning() {
        assert_eq!(shown(Format::Share, Cell::Float(0.80672), 0), Cell::Float(0.807));
        assert_eq!(shown(Format::Duration, Cell::Float(263_999.0), 0), Cell::Int(263_000));
        assert_eq!(shown(Format::Seconds, Cell::Float(14_651.0), 0), Cell::Int(14_700));
        assert_eq!(shown(Format::Timer, Cell::Int(108_250), 1_000_000), Cell::Int(891_750));
        assert_eq!(shown(Format::Timer, Cell::Null(()), 1_000_000), Cell::Null(()));
    }
}
