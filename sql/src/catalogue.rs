//! The one catalogue: every table of the product, seen through a snapshot.
//!
//! A query of its own gets the tables of its snapshot; a live query gets tables that look for the snapshot
//! each time they are executed. `information_schema` is ours, because DataFusion's has no comments.

mod dialect;
mod filter;
mod help;
mod live_scan;
mod records;
mod remote;
mod scan;
mod split;
mod table;

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use arrow::array::RecordBatch;
use arrow::datatypes::{Field, Schema, SchemaRef};
use callboard_store::Table;
use datafusion::catalog::{
    CatalogProvider, CatalogProviderList, MemoryCatalogProvider, MemoryCatalogProviderList, MemorySchemaProvider, SchemaProvider,
};
use datafusion::common::DataFusionError;
use datafusion::physical_expr::{EquivalenceProperties, Partitioning};
use datafusion::physical_plan::PlanProperties;
use datafusion::physical_plan::execution_plan::{Boundedness, EmissionType};

pub(crate) use help::{ViewHelp, information_schema, sql_type};
pub(crate) use live_scan::{CurrentSnapshot, reads};
pub(crate) use split::Split;
pub(crate) use table::{SnapshotTable, Source};

/// Name of the only catalogue.
pub(crate) const CATALOG: &str = "callboard";
/// Name of the schema that holds the tables.
pub(crate) const SCHEMA: &str = "public";

/// The schema that DataFusion sees: without comments, which it would carry along and compare when tables meet.
fn schema(table: Table) -> SchemaRef {
    static PLAIN: LazyLock<BTreeMap<Table, SchemaRef>> =
        LazyLock::new(|| Table::ALL.into_iter().map(|table| (table, without_comments(&table.schema()))).collect());
    PLAIN.get(&table).map_or_else(|| table.schema(), Arc::clone)
}

pub(crate) fn without_comments(schema: &Schema) -> SchemaRef {
    let fields = schema.fields().iter().map(|f| Field::new(f.name(), f.data_type().clone(), f.is_nullable()));
    Arc::new(Schema::new(fields.collect::<Vec<_>>()))
}

/// The properties of a leaf: one partition that ends.
fn leaf(schema: SchemaRef, emission: EmissionType) -> Arc<PlanProperties> {
    let properties = PlanProperties::new(EquivalenceProperties::new(schema), Partitioning::UnknownPartitioning(1), emission, Boundedness::Bounded);
    Arc::new(properties)
}

/// `batch` in the columns of `projection`, all when `None`, under the schema that DataFusion sees.
fn projected(table: Table, batch: &RecordBatch, projection: Option<&Vec<usize>>) -> Result<RecordBatch, DataFusionError> {
    let plain = RecordBatch::try_new(schema(table), batch.columns().to_vec())?;
    Ok(match projection {
        Some(columns) => plain.project(columns)?,
        None => plain,
    })
}

/// Every table, read from `source`, and `help` as `information_schema`.
pub(crate) fn catalogue(source: &Source, help: &Arc<dyn SchemaProvider>) -> Result<Arc<dyn CatalogProviderList>, DataFusionError> {
    let schema = MemorySchemaProvider::new();
    for table in Table::ALL {
        schema.register_table(table.name().to_owned(), Arc::new(SnapshotTable::new(table, source.clone())))?;
    }
    let catalog = MemoryCatalogProvider::new();
    catalog.register_schema(SCHEMA, Arc::new(schema))?;
    catalog.register_schema("information_schema", Arc::clone(help))?;
    let list = MemoryCatalogProviderList::new();
    list.register_catalog(CATALOG.to_owned(), Arc::new(catalog));
    Ok(Arc::new(list))
}
