//! One table as DataFusion sees it.

use std::sync::Arc;

use async_trait::async_trait;
use callboard_store::Table;
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::catalog::{Session, TableProvider};
use datafusion::common::Result;
use datafusion::datasource::TableType;
use datafusion::logical_expr::{Expr, TableProviderFilterPushDown};
use datafusion::physical_plan::ExecutionPlan;

use super::live_scan::LiveScan;
use super::{filter, scan};
use crate::snapshot::Snapshot;

/// Where a table's rows come from.
#[derive(Debug, Clone)]
pub(crate) enum Source {
    /// This snapshot, known while the query is planned.
    Fixed(Arc<Snapshot>),
    /// The snapshot that the session carries when the plan runs.
    AtExecution,
}

/// One table of the product over a snapshot.
#[derive(Debug)]
pub(crate) struct SnapshotTable {
    table: Table,
    source: Source,
}

impl SnapshotTable {
    pub(crate) const fn new(table: Table, source: Source) -> Self {
        Self { table, source }
    }
}

#[async_trait]
impl TableProvider for SnapshotTable {
    fn schema(&self) -> SchemaRef {
        super::schema(self.table)
    }

    fn table_type(&self) -> TableType {
        TableType::Base
    }

    fn supports_filters_pushdown(&self, filters: &[&Expr]) -> Result<Vec<TableProviderFilterPushDown>> {
        // Inexact: files and row groups are left out by a filter, the rows in them are filtered above the scan.
        Ok(vec![TableProviderFilterPushDown::Inexact; filters.len()])
    }

    async fn scan(
        &self,
        state: &dyn Session,
        projection: Option<&Vec<usize>>,
        filters: &[Expr],
        limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let request = scan::Request {
            table: self.table,
            projection: projection.cloned(),
            filters: filter::physical(state, self.table, filters)?,
            // A limit below a filter that is only half applied would lose rows.
            limit: if filters.is_empty() { limit } else { None },
        };
        match &self.source {
            Source::Fixed(snapshot) => scan::plan(&request, snapshot, state.config(), state.runtime_env()),
            Source::AtExecution => Ok(Arc::new(LiveScan::new(request)?)),
        }
    }
}
