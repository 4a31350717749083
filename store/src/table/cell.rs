//! How a Rust value becomes an Arrow cell and back.

use std::str::FromStr;
use std::sync::Arc;

use arrow::array::{
    Array, ArrayBuilder, ArrayRef, Int64Array, Int64Builder, RecordBatch, StringArray, StringBuilder, TimestampMillisecondArray,
    TimestampMillisecondBuilder,
};
use arrow::datatypes::{DataType, TimeUnit};
use arrow::error::ArrowError;
use callboard_domain::Timestamp;
use callboard_domain::state::{AgentState, CallOutcome, Direction, EndedBy, LegOutcome, VisitOutcome};

/// A type that a column can hold.
pub trait Cell: Sized {
    /// Whether the column takes nulls.
    const NULLABLE: bool;
    /// Collects values.
    type Builder: ArrayBuilder;
    /// The finished column.
    type Column: Array + 'static;
    /// The value while its text belongs to somebody else.
    type Lent<'a>: Copy;

    /// The column's Arrow type.
    fn data_type() -> DataType;
    /// An empty builder of that type with room for so many rows.
    fn builder(rows: usize) -> Self::Builder;
    /// Lends the value.
    fn lend(&self) -> Self::Lent<'_>;
    /// A value of its own.
    fn own(lent: Self::Lent<'_>) -> Self;
    /// Appends one value.
    fn push(lent: Self::Lent<'_>, builder: &mut Self::Builder);
    /// Reads one value.
    ///
    /// # Errors
    /// When the cell is null where it must not be, or holds no value of the closed choice.
    fn read(column: &Self::Column, row: usize) -> Result<Self, ArrowError>;
}

pub(super) fn column<'a, T: Cell>(batch: &'a RecordBatch, name: &str) -> Result<&'a T::Column, ArrowError> {
    batch
        .column_by_name(name)
        .ok_or_else(|| ArrowError::SchemaError(format!("no column {name:?}")))?
        .as_any()
        .downcast_ref()
        .ok_or_else(|| ArrowError::SchemaError(format!("column {name:?} is not {}", T::data_type())))
}

/// One column; going through the rows once a column is quicker than filling all columns at once.
pub(super) fn array<'a, T: Cell + 'a>(cells: impl ExactSizeIterator<Item = &'a T>) -> ArrayRef {
    let mut builder = T::builder(cells.len());
    cells.for_each(|cell| T::push(cell.lend(), &mut builder));
    builder.finish()
}

fn present(column: &impl Array, row: usize) -> Result<(), ArrowError> {
    if column.is_null(row) { Err(ArrowError::InvalidArgumentError(format!("null in row {row} of a column without nulls"))) } else { Ok(()) }
}

/// A builder that need not grow, or for text not often.
trait WithRoom {
    fn with_room(rows: usize) -> Self;
}

impl WithRoom for Int64Builder {
    fn with_room(rows: usize) -> Self {
        Self::with_capacity(rows)
    }
}

impl WithRoom for TimestampMillisecondBuilder {
    fn with_room(rows: usize) -> Self {
        Self::with_capacity(rows).with_timezone("UTC")
    }
}

impl WithRoom for StringBuilder {
    fn with_room(rows: usize) -> Self {
        Self::with_capacity(rows, rows * 16)
    }
}

/// A cell of a type that lends itself by `lend` and is made of what was lent by `own`; `push` says what a builder takes of that.
macro_rules! cell {
    (
        $type:ty, lent $lent:ty, |$it:ident| $lend:expr, |$of:ident| $own:expr,
        $builder:ty, $column:ty, $data_type:expr, |$v:ident| $push:expr, |$raw:ident| $read:expr
    ) => {
        impl Cell for $type {
            const NULLABLE: bool = false;
            type Builder = $builder;
            type Column = $column;
            type Lent<'a> = $lent;

            fn data_type() -> DataType {
                $data_type
            }
            fn builder(rows: usize) -> $builder {
                <$builder>::with_room(rows)
            }
            fn lend(&self) -> Self::Lent<'_> {
                let $it = self;
                $lend
            }
            fn own($of: Self::Lent<'_>) -> Self {
                $own
            }
            fn push($v: Self::Lent<'_>, builder: &mut $builder) {
                builder.append_value($push);
            }
            fn read(column: &$column, row: usize) -> Result<Self, ArrowError> {
                present(column, row)?;
                let $raw = column.value(row);
                $read
            }
        }

        impl Cell for Option<$type> {
            const NULLABLE: bool = true;
            type Builder = $builder;
            type Column = $column;
            type Lent<'a> = Option<$lent>;

            fn data_type() -> DataType {
                $data_type
            }
            fn builder(rows: usize) -> $builder {
                <$builder>::with_room(rows)
            }
            fn lend(&self) -> Self::Lent<'_> {
                self.as_ref().map(Cell::lend)
            }
            fn own(lent: Self::Lent<'_>) -> Self {
                lent.map(<$type as Cell>::own)
            }
            fn push(lent: Self::Lent<'_>, builder: &mut $builder) {
                match lent {
                    Some($v) => builder.append_value($push),
                    None => builder.append_null(),
                }
            }
            fn read(column: &$column, row: usize) -> Result<Self, ArrowError> {
                if column.is_null(row) { Ok(None) } else { <$type as Cell>::read(column, row).map(Some) }
            }
        }
    };
}

fn utc() -> DataType {
    DataType::Timestamp(TimeUnit::Millisecond, Some("UTC".into()))
}

fn choice<T: FromStr<Err = E>, E: std::error::Error + Send + Sync + 'static>(text: &str) -> Result<T, ArrowError> {
    text.parse().map_err(|e: E| ArrowError::from_external_error(Box::new(e)))
}

cell!(i64, lent i64, |it| *it, |of| of, Int64Builder, Int64Array, DataType::Int64, |v| v, |raw| Ok(raw));
cell!(
    Arc<str>, lent &'a str, |it| it.as_ref(), |of| of.into(),
    StringBuilder, StringArray, DataType::Utf8, |v| v, |raw| Ok(Self::from(raw))
);
cell!(
    Timestamp, lent Timestamp, |it| *it, |of| of,
    TimestampMillisecondBuilder, TimestampMillisecondArray, utc(), |v| v.as_millis(), |raw| Ok(Self::from_millis(raw))
);

macro_rules! choice_cell {
    ($($type:ty),+) => {
        $(cell!(
            $type, lent $type, |it| *it, |of| of,
            StringBuilder, StringArray, DataType::Utf8, |v| v.as_str(), |raw| choice(raw)
        );)+
    };
}

choice_cell!(AgentState, CallOutcome, Direction, EndedBy, LegOutcome, VisitOutcome);
