//! Rows to Parquet bytes and back.
//!
//! Times and durations are packed as differences, texts that repeat through dictionaries, and everything by zstd;
//! statistics per page and row groups of 64 Ki rows let a reader skip what lies outside its hour.

use ::parquet::arrow::arrow_reader::{ArrowReaderOptions, ParquetRecordBatchReaderBuilder, RowSelection, RowSelector};
use ::parquet::arrow::{ArrowWriter, ProjectionMask};
use ::parquet::basic::{Compression, Encoding, ZstdLevel};
use ::parquet::errors::ParquetError;
use ::parquet::file::properties::WriterProperties;
use ::parquet::schema::types::ColumnPath;
use arrow::array::RecordBatch;
use arrow::compute::concat_batches;
use arrow::datatypes::{DataType, SchemaRef};
use bytes::Bytes;

/// Rows of a row group.
const ROW_GROUP: usize = 64 * 1024;
/// Columns whose texts hardly ever repeat: a dictionary would only cost room.
const UNIQUE: [&str; 5] = ["call", "path", "recording", "voicemail", "from_number"];

fn properties(schema: &SchemaRef) -> Result<WriterProperties, ParquetError> {
    let mut properties = WriterProperties::builder()
        .set_compression(Compression::ZSTD(ZstdLevel::try_new(3)?))
        .set_max_row_group_row_count(Some(ROW_GROUP))
        .set_created_by(concat!("callboard ", env!("CARGO_PKG_VERSION")).to_owned());
    for field in schema.fields() {
        let column = ColumnPath::from(field.name().as_str());
        let differences = match field.data_type() {
            DataType::Timestamp(..) => true,
            DataType::Int64 => field.name().ends_with("_ms") && !field.name().starts_with("target") && !field.name().starts_with("short"),
            _ => false,
        };
        if differences {
            properties = properties.set_column_dictionary_enabled(column.clone(), false).set_column_encoding(column, Encoding::DELTA_BINARY_PACKED);
        } else if UNIQUE.contains(&field.name().as_str()) {
            properties =
                properties.set_column_dictionary_enabled(column.clone(), false).set_column_encoding(column, Encoding::DELTA_LENGTH_BYTE_ARRAY);
        }
    }
    Ok(properties.build())
}

/// A Parquet file of these rows.
pub(super) fn encode(rows: &RecordBatch) -> Result<Vec<u8>, ParquetError> {
    let mut writer = ArrowWriter::try_new(Vec::new(), rows.schema(), Some(properties(&rows.schema())?))?;
    writer.write(rows)?;
    writer.into_inner()
}

/// All rows of a Parquet file but the hidden ones; only `columns` when given.
pub(super) fn decode(bytes: Vec<u8>, schema: &SchemaRef, columns: Option<&[&str]>, hidden: &[u32]) -> Result<RecordBatch, ParquetError> {
    let options = ArrowReaderOptions::new();
    let mut reader = ParquetRecordBatchReaderBuilder::try_new_with_options(Bytes::from(bytes), options)?.with_batch_size(ROW_GROUP);
    if let Some(columns) = columns {
        let mask = ProjectionMask::columns(reader.parquet_schema(), columns.iter().copied());
        reader = reader.with_projection(mask);
    }
    if !hidden.is_empty() {
        let rows = usize::try_from(reader.metadata().file_metadata().num_rows()).unwrap_or(0);
        reader = reader.with_row_selection(visible(hidden, rows));
    }
    let batches = reader.build()?.collect::<Result<Vec<_>, _>>()?;
    let schema = batches.first().map_or_else(|| schema.clone(), RecordBatch::schema);
    Ok(concat_batches(&schema, &batches)?)
}

/// The selection that skips hidden rows.
fn visible(hidden: &[u32], rows: usize) -> RowSelection {
    let mut selectors = Vec::with_capacity(2 * hidden.len() + 1);
    let mut next = 0;
    for row in hidden.iter().map(|r| *r as usize) {
        selectors.push(RowSelector::select(row.saturating_sub(next)));
        selectors.push(RowSelector::skip(1));
        next = row + 1;
    }
    selectors.push(RowSelector::select(rows.saturating_sub(next)));
    selectors.retain(|s| s.row_count > 0);
    selectors.into()
}
