//! `information_schema`: tables, columns, measures and functions with what they mean.

use std::collections::HashMap;
use std::sync::Arc;

use arrow::array::{ArrayRef, Int64Array, RecordBatch, StringArray};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use callboard_store::Table;
use callboard_store::table::COMMENT;
use datafusion::catalog::{MemorySchemaProvider, SchemaProvider};
use datafusion::common::Result;
use datafusion::datasource::MemTable;

use super::{CATALOG, SCHEMA};
use crate::function;
use crate::measure::Measures;
use crate::sight::TableHelp;

/// What is said about one view.
#[derive(Debug, Clone)]
pub(crate) struct ViewHelp {
    pub(crate) name: String,
    pub(crate) comment: String,
    pub(crate) schema: SchemaRef,
    /// Comments of its columns.
    pub(crate) comments: HashMap<String, String>,
}

impl ViewHelp {
    /// A column's comment.
    pub(crate) fn comment_of(&self, field: &Field) -> String {
        self.comments.get(field.name()).cloned().unwrap_or_default()
    }
}

/// A type's name as SQL people know it.
pub(crate) fn sql_type(data_type: &DataType) -> String {
    match data_type {
        DataType::Int64 => "bigint".to_owned(),
        DataType::Utf8 => "text".to_owned(),
        DataType::Boolean => "boolean".to_owned(),
        DataType::Timestamp(_, Some(_)) => "timestamp with time zone".to_owned(),
        DataType::Float64 => "double precision".to_owned(),
        DataType::Date32 => "date".to_owned(),
        other => other.to_string().to_ascii_lowercase(),
    }
}

/// One table of text columns, `ordinal_position` excepted.
struct Rows {
    names: Vec<&'static str>,
    columns: Vec<Vec<String>>,
}

impl Rows {
    fn new(names: &[&'static str]) -> Self {
        Self { names: names.to_vec(), columns: vec![Vec::new(); names.len()] }
    }

    fn push<const N: usize>(&mut self, row: [String; N]) {
        for (column, cell) in self.columns.iter_mut().zip(row) {
            column.push(cell);
        }
    }

    fn table(self) -> Result<Arc<MemTable>> {
        let columns: Vec<ArrayRef> = self
            .names
            .iter()
            .zip(&self.columns)
            .map(|(name, cells)| match *name {
                "ordinal_position" => Arc::new(cells.iter().map(|c| c.parse::<i64>().ok()).collect::<Int64Array>()) as ArrayRef,
                _ => Arc::new(StringArray::from_iter_values(cells)),
            })
            .collect();
        let fields: Vec<Field> = self.names.iter().zip(&columns).map(|(n, c)| Field::new(*n, c.data_type().clone(), false)).collect();
        let schema = Arc::new(Schema::new(fields));
        let batch = RecordBatch::try_new(Arc::clone(&schema), columns)?;
        Ok(Arc::new(MemTable::try_new(schema, vec![vec![batch]])?))
    }
}

/// The schema `information_schema`.
pub(crate) fn information_schema(measures: &Measures, views: &[ViewHelp], elsewhere: &[TableHelp]) -> Result<Arc<dyn SchemaProvider>> {
    let mut tables = Rows::new(&["table_catalog", "table_schema", "table_name", "table_type", "comment"]);
    let mut columns =
        Rows::new(&["table_catalog", "table_schema", "table_name", "column_name", "ordinal_position", "is_nullable", "data_type", "comment"]);
    let mut add = |name: &str, kind: &str, comment: &str, schema: &Schema, comment_of: &dyn Fn(&Field) -> String| {
        tables.push([CATALOG.into(), SCHEMA.into(), name.into(), kind.into(), comment.trim().into()]);
        for (i, field) in schema.fields().iter().enumerate() {
            columns.push([
                CATALOG.into(),
                SCHEMA.into(),
                name.into(),
                field.name().clone(),
                (i + 1).to_string(),
                if field.is_nullable() { "YES" } else { "NO" }.into(),
                sql_type(field.data_type()),
                comment_of(field),
            ]);
        }
    };
    let of_field = |f: &Field| f.metadata().get(COMMENT).cloned().unwrap_or_default();
    for table in elsewhere {
        add(&table.name, "BASE TABLE", &table.comment, &table.schema, &of_field);
    }
    for table in Table::ALL {
        add(table.name(), "BASE TABLE", table.info().comment, &table.schema(), &of_field);
    }
    for view in views {
        add(&view.name, "VIEW", &view.comment, &view.schema, &|f| view.comment_of(f));
    }
    let schema = MemorySchemaProvider::new();
    schema.register_table("tables".to_owned(), tables.table()?)?;
    schema.register_table("columns".to_owned(), columns.table()?)?;
    schema.register_table("measures".to_owned(), measure_rows(measures).table()?)?;
    schema.register_table("functions".to_owned(), function_rows().table()?)?;
    Ok(Arc::new(schema))
}

fn measure_rows(measures: &Measures) -> Rows {
    let mut rows = Rows::new(&["measure_name", "title", "title_zh", "unit", "better", "formula", "source", "since", "tables", "sql"]);
    for m in measures.iter() {
        rows.push([
            m.name.clone(),
            m.title.clone(),
            m.title_zh.clone(),
            m.unit.as_str().into(),
            m.better.as_str().into(),
            m.formula.clone(),
            m.source.clone(),
            m.since.clone(),
            m.on.join(", "),
            m.sql.clone(),
        ]);
    }
    rows
}

fn function_rows() -> Rows {
    let mut rows = Rows::new(&["function_name", "usage", "comment"]);
    for help in function::help() {
        rows.push([help.name.into(), help.usage.into(), help.comment.into()]);
    }
    rows
}
