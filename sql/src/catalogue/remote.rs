//! A scan that runs inside ClickHouse: one SELECT over one stored table.

use std::fmt;
use std::sync::Arc;

use arrow::array::{RecordBatch, RecordBatchOptions};
use arrow::compute::cast;
use arrow::datatypes::SchemaRef;
use callboard_store::Table;
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::common::{DataFusionError, Result};
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_expr::expressions::Column;
use datafusion::physical_plan::execution_plan::EmissionType;
use datafusion::physical_plan::projection::{ProjectionExec, ProjectionExpr};
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::{DisplayAs, DisplayFormatType, ExecutionPlan, PlanProperties};
use futures::{StreamExt, stream};

use super::dialect;
use super::filter;
use super::scan::Request;
use crate::snapshot::Remote;

/// What is asked of one table.
#[derive(Debug, Clone)]
pub(super) struct Select {
    pub(super) table: Table,
    /// What comes out, in SQL.
    pub(super) columns: Vec<String>,
    /// What must hold, in SQL.
    pub(super) conditions: Vec<String>,
    /// How many of the first columns are grouped by; none where rows come out as they are.
    pub(super) groups: Option<usize>,
    pub(super) limit: Option<usize>,
}

/// A `Select` as a leaf of a plan.
#[derive(Debug)]
pub(super) struct RemoteScan {
    remote: Arc<Remote>,
    select: Select,
    properties: Arc<PlanProperties>,
}

impl Select {
    fn sql(&self, remote: &Remote) -> String {
        let columns: Vec<String> = match self.groups {
            Some(_) => self.columns.iter().enumerate().map(|(i, c)| format!("{c} AS c{i}")).collect(),
            None if self.columns.is_empty() => vec!["1".to_owned()],
            None => self.columns.clone(),
        };
        let conditions = std::iter::once(remote.visible.filter(self.table)).chain(self.conditions.iter().cloned());
        let mut sql = format!("SELECT {} FROM {} WHERE {}", columns.join(", "), self.table.name(), conditions.collect::<Vec<_>>().join(" AND "));
        if let Some(groups @ 1..) = self.groups {
            let groups: Vec<String> = (0..groups).map(|i| format!("c{i}")).collect();
            sql += &format!(" GROUP BY {}", groups.join(", "));
        }
        if let Some(limit) = self.limit {
            sql += &format!(" LIMIT {limit}");
        }
        sql
    }
}

impl RemoteScan {
    /// What `request` asks of the stored rows; filters without words in ClickHouse are left out, and applied above.
    pub(super) fn of(request: &Request, filters: &[Arc<dyn PhysicalExpr>], remote: &Arc<Remote>) -> Result<Self> {
        let whole = super::schema(request.table);
        let names: Vec<Option<String>> = whole.fields().iter().map(|f| Some(dialect::name(f.name()))).collect();
        let words = dialect::Words { columns: &names, schema: &whole };
        let schema = request.schema()?;
        let select = Select {
            table: request.table,
            columns: schema.fields().iter().map(|f| dialect::name(f.name())).collect(),
            conditions: filters.iter().filter_map(|f| words.sql(f)).collect(),
            groups: None,
            limit: request.limit,
        };
        Ok(Self::new(Arc::clone(remote), select, schema))
    }

    /// A scan whose rows have `schema`.
    pub(super) fn new(remote: Arc<Remote>, select: Select, schema: SchemaRef) -> Self {
        let properties = super::leaf(schema, EmissionType::Incremental);
        Self { remote, select, properties }
    }

    /// The same place, asked something else.
    pub(super) fn asking(&self, select: Select, schema: SchemaRef) -> Self {
        Self::new(Arc::clone(&self.remote), select, schema)
    }

    pub(super) const fn select(&self) -> &Select {
        &self.select
    }

    /// `expr` with its constants computed; `now()` is one once a query runs.
    pub(super) fn folded(expr: &Arc<dyn PhysicalExpr>) -> Option<Arc<dyn PhysicalExpr>> {
        filter::fold(expr).ok()
    }
}

impl DisplayAs for RemoteScan {
    fn fmt_as(&self, _: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ClickHouse: {}", self.select.sql(&self.remote))
    }
}

impl ExecutionPlan for RemoteScan {
    fn name(&self) -> &'static str {
        "ClickHouse"
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        &self.properties
    }

    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        vec![]
    }

    fn apply_expressions(&self, _: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> Result<TreeNodeRecursion>) -> Result<TreeNodeRecursion> {
        Ok(TreeNodeRecursion::Continue)
    }

    fn with_new_children(self: Arc<Self>, _: Vec<Arc<dyn ExecutionPlan>>) -> Result<Arc<dyn ExecutionPlan>> {
        Ok(self)
    }

    fn with_fetch(&self, limit: Option<usize>) -> Option<Arc<dyn ExecutionPlan>> {
        let select = Select { limit, ..self.select.clone() };
        Some(Arc::new(self.asking(select, self.schema())))
    }

    fn fetch(&self) -> Option<usize> {
        self.select.limit
    }

    fn try_swapping_with_projection(&self, projection: &ProjectionExec) -> Result<Option<Arc<dyn ExecutionPlan>>> {
        let place = |e: &ProjectionExpr| e.expr.downcast_ref::<Column>().map(Column::index);
        let Some(kept) = projection.expr().iter().map(place).collect::<Option<Vec<_>>>().filter(|_| self.select.groups.is_none()) else {
            return Ok(None);
        };
        let columns = kept.iter().filter_map(|i| self.select.columns.get(*i).cloned()).collect();
        Ok(Some(Arc::new(self.asking(Select { columns, ..self.select.clone() }, projection.schema()))))
    }

    fn execute(&self, _: usize, _: Arc<TaskContext>) -> Result<SendableRecordBatchStream> {
        let schema = self.schema();
        let sql = self.select.sql(&self.remote);
        // Groups are few and the rows behind them never change under the same condition: asked once.
        let short = self.select.groups.is_some();
        if let Some(known) = short.then(|| self.remote.known(&sql)).flatten() {
            return Ok(Box::pin(RecordBatchStreamAdapter::new(schema, stream::iter(known.into_iter().map(Ok)))));
        }
        let rows = self.remote.visible.link().query_arrow(&sql);
        let target = Arc::clone(&schema);
        let rows = rows.map(move |batch| batch.map_err(|e| DataFusionError::External(Box::new(e))).and_then(|b| fitted(&b, &target)));
        if !short {
            return Ok(Box::pin(RecordBatchStreamAdapter::new(schema, rows)));
        }
        let remote = Arc::clone(&self.remote);
        let kept = stream::once(async move {
            let batches = rows.collect::<Vec<_>>().await.into_iter().collect::<Result<Vec<_>>>();
            if let Ok(batches) = &batches {
                remote.remember(sql, batches);
            }
            stream::iter(batches.map_or_else(|error| vec![Err(error)], |batches| batches.into_iter().map(Ok).collect()))
        });
        Ok(Box::pin(RecordBatchStreamAdapter::new(schema, kept.flatten())))
    }
}

/// Rows under the schema that the plan expects.
fn fitted(rows: &RecordBatch, schema: &SchemaRef) -> Result<RecordBatch> {
    let columns = rows.columns().iter().zip(schema.fields()).map(|(column, field)| cast(column, field.data_type()));
    let columns = columns.collect::<std::result::Result<Vec<_>, _>>()?;
    let options = RecordBatchOptions::new().with_row_count(Some(rows.num_rows()));
    Ok(RecordBatch::try_new_with_options(Arc::clone(schema), columns, &options)?)
}
