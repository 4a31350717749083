//! Rows as text: CSV, JSON, JSON lines, an aligned table.
//!
//! Times are RFC 3339 in UTC with milliseconds everywhere, nulls are an empty CSV field and `null` in JSON.

use std::io::Write;
use std::str::FromStr;

use arrow::array::RecordBatch;
use arrow::csv::WriterBuilder;
use arrow::datatypes::{DataType, SchemaRef};
use arrow::error::ArrowError;
use arrow::json::LineDelimitedWriter;
use arrow::util::display::{ArrayFormatter, FormatOptions};

use crate::error::Error;

/// How every door writes a time.
const TIME: &str = "%Y-%m-%dT%H:%M:%S%.3fZ";

/// A text form of rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Columns aligned with blanks, for people.
    Table,
    /// RFC 4180 with a head line.
    Csv,
    /// One array of objects.
    Json,
    /// One object a line.
    Ndjson,
}

/// A name that is no format.
#[derive(Debug, thiserror::Error)]
#[error("no format {0:?}; there are table, csv, json and ndjson")]
pub struct UnknownFormat(String);

impl FromStr for Format {
    type Err = UnknownFormat;

    fn from_str(text: &str) -> Result<Self, UnknownFormat> {
        match text {
            "table" => Ok(Self::Table),
            "csv" => Ok(Self::Csv),
            "json" => Ok(Self::Json),
            "ndjson" => Ok(Self::Ndjson),
            other => Err(UnknownFormat(other.chars().take(32).collect())),
        }
    }
}

impl Format {
    /// Its name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Table => "table",
            Self::Csv => "csv",
            Self::Json => "json",
            Self::Ndjson => "ndjson",
        }
    }

    /// Its media type.
    #[must_use]
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Table => "text/plain; charset=utf-8",
            Self::Csv => "text/csv; charset=utf-8",
            Self::Json => "application/json",
            Self::Ndjson => "application/x-ndjson",
        }
    }
}

/// Writes the batches of one answer one after the other; all but `Table` keep nothing.
pub struct RowWriter<W: Write> {
    format: Format,
    schema: SchemaRef,
    out: W,
    begun: bool,
    // Only the aligned table needs all rows before the first can be written.
    kept: Vec<RecordBatch>,
}

impl<W: Write> std::fmt::Debug for RowWriter<W> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RowWriter").field("format", &self.format).finish_non_exhaustive()
    }
}

impl<W: Write> RowWriter<W> {
    /// A writer of rows of `schema` to `out`.
    pub const fn new(format: Format, schema: SchemaRef, out: W) -> Self {
        Self { format, schema, out, begun: false, kept: Vec::new() }
    }

    /// Writes one batch.
    ///
    /// # Errors
    /// When `out` fails or a column has a type without a text form.
    pub fn write(&mut self, batch: &RecordBatch) -> Result<(), Error> {
        let format = self.format.as_str();
        self.write_batch(batch).map_err(|e| Error::Output { format, source: Box::new(e) })
    }

    fn write_batch(&mut self, batch: &RecordBatch) -> Result<(), ArrowError> {
        match self.format {
            Format::Table => self.kept.push(batch.clone()),
            Format::Csv => write_csv(&mut self.out, batch, !self.begun)?,
            Format::Ndjson => {
                let mut writer = json_writer(&mut self.out);
                writer.write(batch)?;
                writer.finish()?;
            }
            Format::Json => {
                let mut lines = Vec::new();
                let mut writer = json_writer(&mut lines);
                writer.write(batch)?;
                writer.finish()?;
                drop(writer);
                for (i, line) in lines.split(|b| *b == b'\n').filter(|l| !l.is_empty()).enumerate() {
                    self.out.write_all(if self.begun || i > 0 { b",\n" } else { b"[" })?;
                    self.out.write_all(line)?;
                }
                self.begun |= batch.num_rows() > 0;
                return Ok(());
            }
        }
        self.begun = true;
        Ok(())
    }

    /// Writes what belongs after the last row and hands `out` back.
    ///
    /// # Errors
    /// When `out` fails.
    pub fn finish(mut self) -> Result<W, Error> {
        let format = self.format.as_str();
        self.write_end().map_err(|e| Error::Output { format, source: Box::new(e) })?;
        Ok(self.out)
    }

    fn write_end(&mut self) -> Result<(), ArrowError> {
        match self.format {
            Format::Table => write_table(&mut self.out, &self.schema, &self.kept)?,
            Format::Csv if !self.begun => write_csv(&mut self.out, &RecordBatch::new_empty(self.schema.clone()), true)?,
            Format::Json => self.out.write_all(if self.begun { b"]\n" } else { b"[]\n" })?,
            Format::Csv | Format::Ndjson => {}
        }
        Ok(self.out.flush()?)
    }
}

/// A whole answer as text.
///
/// # Errors
/// When a column has a type without a text form.
pub fn to_text(format: Format, schema: SchemaRef, batches: &[RecordBatch]) -> Result<String, Error> {
    let mut writer = RowWriter::new(format, schema, Vec::new());
    for batch in batches {
        writer.write(batch)?;
    }
    let bytes = writer.finish()?;
    String::from_utf8(bytes).map_err(|e| Error::Output { format: format.as_str(), source: Box::new(e) })
}

fn json_writer<W: Write>(out: W) -> LineDelimitedWriter<W> {
    arrow::json::WriterBuilder::new()
        .with_explicit_nulls(true)
        .with_timestamp_tz_format(TIME.to_owned())
        .build::<W, arrow::json::writer::LineDelimited>(out)
}

fn write_csv(out: &mut impl Write, batch: &RecordBatch, head: bool) -> Result<(), ArrowError> {
    WriterBuilder::new().with_header(head).with_timestamp_tz_format(TIME.to_owned()).build(out).write(&flat(batch)?)
}

/// Nested columns as text, because CSV has no nesting.
fn flat(batch: &RecordBatch) -> Result<RecordBatch, ArrowError> {
    let schema = batch.schema();
    if !schema.fields().iter().any(|f| f.data_type().is_nested()) {
        return Ok(batch.clone());
    }
    let options = FormatOptions::new().with_timestamp_tz_format(Some(TIME));
    let columns = schema.fields().iter().zip(batch.columns()).map(|(field, column)| {
        if !column.data_type().is_nested() {
            return Ok((field.name().clone(), column.clone()));
        }
        let formatter = ArrayFormatter::try_new(column, &options)?;
        let cells = (0..column.len()).map(|i| formatter.value(i).try_to_string().map(Some)).collect::<Result<arrow::array::StringArray, _>>()?;
        Ok((field.name().clone(), std::sync::Arc::new(cells) as arrow::array::ArrayRef))
    });
    RecordBatch::try_from_iter_with_nullable(columns.collect::<Result<Vec<_>, ArrowError>>()?.into_iter().map(|(n, c)| (n, c, true)))
}

fn write_table(out: &mut impl Write, schema: &SchemaRef, batches: &[RecordBatch]) -> Result<(), ArrowError> {
    let options = FormatOptions::new().with_null("-").with_timestamp_tz_format(Some(TIME));
    let mut lines: Vec<Vec<String>> = vec![schema.fields().iter().map(|f| f.name().clone()).collect()];
    for batch in batches {
        let formatters = batch.columns().iter().map(|c| ArrayFormatter::try_new(c, &options)).collect::<Result<Vec<_>, _>>()?;
        for row in 0..batch.num_rows() {
            let cells = formatters.iter().map(|f| f.value(row).try_to_string().map(|s| s.replace(['\n', '\r', '\t'], " ")));
            lines.push(cells.collect::<Result<Vec<_>, _>>()?);
        }
    }
    let widths: Vec<usize> =
        (0..schema.fields().len()).map(|c| lines.iter().filter_map(|l| l.get(c)).map(|s| width(s)).max().unwrap_or_default()).collect();
    for (number, line) in lines.iter().enumerate() {
        let cells: Vec<String> = line.iter().zip(&widths).zip(schema.fields()).map(|((s, w), f)| pad(s, *w, f.data_type())).collect();
        writeln!(out, "{}", cells.join("  ").trim_end())?;
        if number == 0 {
            writeln!(out, "{}", widths.iter().map(|w| "-".repeat(*w)).collect::<Vec<_>>().join("  "))?;
        }
    }
    let rows = lines.len() - 1;
    Ok(writeln!(out, "({rows} {})", if rows == 1 { "row" } else { "rows" })?)
}

/// Columns on a terminal: Chinese signs take two.
fn width(text: &str) -> usize {
    text.chars().map(|c| if matches!(u32::from(c), 0x1100..=0x115F | 0x2E80..=0xA4CF | 0xAC00..=0xD7A3 | 0xF900..=0xFAFF | 0xFE30..=0xFE6F | 0xFF00..=0xFF60 | 0xFFE0..=0xFFE6 | 0x20000..=0x3FFFD) { 2 } else { 1 }).sum()
}

fn pad(text: &str, to: usize, data_type: &DataType) -> String {
    let blanks = " ".repeat(to.saturating_sub(width(text)));
    if data_type.is_numeric() { format!("{blanks}{text}") } else { format!("{text}{blanks}") }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::{ArrayRef, Float64Array, Int64Array, StringArray, TimestampMillisecondArray};

    use super::*;

    fn batch() -> RecordBatch {
        let columns: Vec<(&str, ArrayRef)> = vec![
            ("queue", Arc::new(StringArray::from(vec![Some("销售"), Some("a \"b\", c"), None]))),
            ("n", Arc::new(Int64Array::from(vec![Some(1), None, Some(300)]))),
            ("share", Arc::new(Float64Array::from(vec![Some(0.5), None, Some(1.0)]))),
            ("at", Arc::new(TimestampMillisecondArray::from(vec![Some(0), Some(1_500), None]).with_timezone("UTC"))),
        ];
        RecordBatch::try_from_iter(columns).unwrap()
    }

    fn text(format: Format) -> String {
        to_text(format, batch().schema(), &[batch()]).unwrap()
    }

    #[test]
    fn csv_has_a_head_and_empty_fields_for_nulls() {
        let expected = "queue,n,share,at\n销售,1,0.5,1970-01-01T00:00:00.000Z\n\"a \"\"b\"\", c\",,,1970-01-01T00:00:01.500Z\n,300,1.0,\n";
        assert_eq!(text(Format::Csv), expected);
        assert_eq!(to_text(Format::Csv, batch().schema(), &[]).unwrap(), "queue,n,share,at\n");
    }

    #[test]
    fn json_is_one_array_over_all_batches_and_shows_nulls() {
        let json = to_text(Format::Json, batch().schema(), &[batch(), RecordBatch::new_empty(batch().schema()), batch()]).unwrap();
        let rows: Vec<serde_json::Value> = serde_json::from_str(&json).unwrap();
        assert_eq!(rows.len(), 6);
        assert_eq!(rows[1], serde_json::json!({"queue": "a \"b\", c", "n": null, "share": null, "at": "1970-01-01T00:00:01.500Z"}));
        assert_eq!(to_text(Format::Json, batch().schema(), &[]).unwrap(), "[]\n");
        assert_eq!(text(Format::Ndjson).lines().count(), 3);
    }

    #[test]
    fn a_table_is_aligned_on_a_terminal_with_chinese_signs() {
        let table = text(Format::Table);
        assert_eq!(table.lines().count(), 6, "{table}");
        assert!(table.ends_with("(3 rows)\n"), "{table}");
        let columns: Vec<usize> = table.lines().skip(2).take(2).map(|l| width(l.split("1970").next().unwrap())).collect();
        assert_eq!(columns[0], columns[1], "{table}");
    }
}
