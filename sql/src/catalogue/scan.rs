//! The plan that reads one table of one snapshot: Parquet files or ClickHouse, live batches, records of the log.

use std::sync::Arc;

use arrow::datatypes::SchemaRef;
use callboard_store::Table;
use datafusion::common::{Result, project_schema};
use datafusion::datasource::memory::MemorySourceConfig;
use datafusion::datasource::object_store::ObjectStoreUrl;
use datafusion::datasource::physical_plan::parquet::CachedParquetFileReaderFactory;
use datafusion::datasource::physical_plan::parquet::ParquetRowSelection;
use datafusion::datasource::physical_plan::{FileGroup, FileScanConfigBuilder, ParquetSource};
use datafusion::datasource::source::DataSourceExec;
use datafusion::execution::runtime_env::RuntimeEnv;
use datafusion::parquet::arrow::arrow_reader::{RowSelection, RowSelector};
use datafusion::physical_expr::{PhysicalExpr, conjunction};
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::empty::EmptyExec;
use datafusion::physical_plan::union::UnionExec;
use datafusion::prelude::SessionConfig;
use object_store::ObjectMeta;

use super::records::RecordsScan;
use super::remote::RemoteScan;
use super::{filter, projected, schema};
use crate::snapshot::{Snapshot, StoredFile, StoredTable, TimeRange};

/// What a query wants of one table.
#[derive(Debug, Clone)]
pub(super) struct Request {
    pub(super) table: Table,
    /// Columns, by place in the table's schema; all when `None`.
    pub(super) projection: Option<Vec<usize>>,
    /// Filters over the table's schema, all to hold; rows that fail them may still come out.
    pub(super) filters: Vec<Arc<dyn PhysicalExpr>>,
    /// No more rows than these are wanted.
    pub(super) limit: Option<usize>,
}

impl Request {
    /// The schema of what comes out.
    pub(super) fn schema(&self) -> Result<SchemaRef> {
        project_schema(&super::schema(self.table), self.projection.as_ref())
    }
}

/// The plan for `request` over `snapshot`.
pub(super) fn plan(request: &Request, snapshot: &Snapshot, config: &SessionConfig, runtime: &Arc<RuntimeEnv>) -> Result<Arc<dyn ExecutionPlan>> {
    let filters = request.filters.iter().map(filter::fold).collect::<Result<Vec<_>>>()?;
    let range = filter::time_range(&filters, request.table.info().time);
    let mut parts: Vec<Arc<dyn ExecutionPlan>> = Vec::new();
    if let Some(stored) = snapshot.files(request.table) {
        parts.extend(stored_plan(request, stored, &filters, range, config, runtime)?);
    }
    if let Some(remote) = snapshot.remote(request.table) {
        parts.push(Arc::new(RemoteScan::of(request, &filters, remote)?));
    }
    let live = snapshot.live(request.table);
    if !live.is_empty() {
        let batches = live.iter().map(|b| projected(request.table, b, request.projection.as_ref())).collect::<Result<Vec<_>>>()?;
        parts.push(MemorySourceConfig::try_new_exec(&[batches], request.schema()?, None)?);
    }
    if let (Table::Events | Table::Rejected, Some(records)) = (request.table, &snapshot.records) {
        parts.push(Arc::new(RecordsScan::new(Arc::clone(records), request, range)?));
    }
    match parts.len() {
        0 => Ok(Arc::new(EmptyExec::new(request.schema()?))),
        1 => Ok(parts.swap_remove(0)),
        _ => UnionExec::try_new(parts),
    }
}

/// The files that can hold a wanted row, read by as many partitions as the session allows.
fn stored_plan(
    request: &Request,
    stored: &Arc<StoredTable>,
    filters: &[Arc<dyn PhysicalExpr>],
    range: TimeRange,
    config: &SessionConfig,
    runtime: &Arc<RuntimeEnv>,
) -> Result<Option<Arc<dyn ExecutionPlan>>> {
    let mut files: Vec<&StoredFile> = stored.files.iter().filter(|f| range.touches(f.min_at, f.max_at)).collect();
    if files.is_empty() {
        return Ok(None);
    }
    files.sort_by(|a, b| (a.min_at, &a.path).cmp(&(b.min_at, &b.path)));
    let files = files.into_iter().map(partitioned).collect::<Result<Vec<_>>>()?;

    let url = ObjectStoreUrl::local_filesystem();
    let reader = CachedParquetFileReaderFactory::new(runtime.object_store(&url)?, runtime.cache_manager.get_file_metadata_cache());
    let mut options = datafusion::config::TableParquetOptions::new();
    options.global = config.options().execution.parquet.clone();
    let mut source = ParquetSource::new(schema(request.table)).with_table_parquet_options(options).with_parquet_file_reader_factory(Arc::new(reader));
    if !filters.is_empty() {
        source = source.with_predicate(conjunction(filters.to_vec()));
    }
    let groups = FileGroup::new(files).split_files(config.target_partitions().max(1));
    let scan = FileScanConfigBuilder::new(url, Arc::new(source))
        .with_file_groups(groups)
        .with_projection_indices(request.projection.clone())?
        .with_limit(request.limit)
        .build();
    Ok(Some(DataSourceExec::from_data_source(scan)))
}

fn partitioned(file: &StoredFile) -> Result<datafusion::datasource::listing::PartitionedFile> {
    // Files never change once they are in a manifest, so a constant date keeps their footers in the cache.
    let whole = datafusion::datasource::listing::PartitionedFile::new_from_meta(ObjectMeta {
        location: object_store::path::Path::from_absolute_path(file.path.as_ref())
            .map_err(|e| datafusion::common::DataFusionError::External(Box::new(e)))?,
        last_modified: Default::default(),
        size: file.bytes,
        e_tag: None,
        version: None,
    });
    Ok(if file.hidden.is_empty() { whole } else { whole.with_extension(ParquetRowSelection::from(shown(file))) })
}

/// The rows of a file that no newer version has replaced.
fn shown(file: &StoredFile) -> RowSelection {
    let mut selectors = Vec::with_capacity(2 * file.hidden.len() + 1);
    let mut next = 0;
    for row in file.hidden.iter().map(|r| *r as usize) {
        selectors.extend([RowSelector::select(row - next), RowSelector::skip(1)]);
        next = row + 1;
    }
    selectors.push(RowSelector::select((file.rows as usize).saturating_sub(next)));
    selectors.retain(|s| s.row_count > 0);
    selectors.into()
}
