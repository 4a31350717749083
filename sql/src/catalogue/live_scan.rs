//! The leaf of a live query: it looks for its snapshot when it is executed, not when it is planned.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use arrow::array::RecordBatch;
use callboard_store::Table;
use datafusion::common::tree_node::{Transformed, TreeNode, TreeNodeRecursion};
use datafusion::common::{DataFusionError, Result};
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_expr::utils::collect_columns;
use datafusion::physical_plan::coop::make_cooperative;
use datafusion::physical_plan::execution_plan::EmissionType;
use datafusion::physical_plan::memory::MemoryStream;
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::{DisplayAs, DisplayFormatType, ExecutionPlan, ExecutionPlanProperties, PlanProperties};
use futures::{StreamExt, stream};

use super::scan::{self, Request};
use super::split::split;
use crate::snapshot::Snapshot;

/// The session extension through which a run hands its snapshot to the leaves.
#[derive(Debug)]
pub(crate) struct CurrentSnapshot(pub(crate) Arc<Snapshot>);

impl CurrentSnapshot {
    fn of(context: &TaskContext) -> Result<Arc<Self>> {
        let current = context.session_config().get_extension::<Self>();
        current.ok_or_else(|| DataFusionError::Internal("a live query runs without a snapshot".into()))
    }
}

/// One table of whatever snapshot the session carries.
#[derive(Debug)]
pub(super) struct LiveScan {
    request: Request,
    properties: Arc<PlanProperties>,
}

impl LiveScan {
    pub(super) fn new(request: Request) -> Result<Self> {
        let properties = super::leaf(request.schema()?, EmissionType::Incremental);
        Ok(Self { request, properties })
    }

    fn live_batches(&self, snapshot: &Snapshot) -> Result<Vec<RecordBatch>> {
        let (table, projection) = (self.request.table, self.request.projection.as_ref());
        snapshot.live(table).iter().map(|b| super::projected(table, b, projection)).collect()
    }
}

/// What a plan reads: each table with the columns that any of its scans looks at, by place in the table's schema.
pub(crate) fn reads(plan: &Arc<dyn ExecutionPlan>) -> BTreeMap<Table, BTreeSet<usize>> {
    let mut found: BTreeMap<Table, BTreeSet<usize>> = BTreeMap::new();
    if let Some(LiveScan { request, .. }) = plan.downcast_ref::<LiveScan>() {
        let columns = found.entry(request.table).or_default();
        match &request.projection {
            Some(projection) => columns.extend(projection),
            None => columns.extend(0..super::schema(request.table).fields().len()),
        }
        columns.extend(request.filters.iter().flat_map(collect_columns).map(|column| column.index()));
    }
    // What it sums up is no child of it, because it is planned anew each time it runs.
    let partial = plan.downcast_ref::<LiveAggregate>().map(|aggregate| &aggregate.partial);
    for (table, columns) in plan.children().into_iter().chain(partial).flat_map(reads) {
        found.entry(table).or_default().extend(columns);
    }
    found
}

impl DisplayAs for LiveScan {
    fn fmt_as(&self, _: DisplayFormatType, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "LiveScan: table={}", self.request.table.name())
    }
}

impl ExecutionPlan for LiveScan {
    fn name(&self) -> &'static str {
        "LiveScan"
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        &self.properties
    }

    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        vec![]
    }

    fn apply_expressions(&self, f: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> Result<TreeNodeRecursion>) -> Result<TreeNodeRecursion> {
        for filter in &self.request.filters {
            if f(filter)? == TreeNodeRecursion::Stop {
                return Ok(TreeNodeRecursion::Stop);
            }
        }
        Ok(TreeNodeRecursion::Continue)
    }

    fn with_new_children(self: Arc<Self>, _: Vec<Arc<dyn ExecutionPlan>>) -> Result<Arc<dyn ExecutionPlan>> {
        Ok(self)
    }

    fn execute(&self, _: usize, context: Arc<TaskContext>) -> Result<SendableRecordBatchStream> {
        let current = CurrentSnapshot::of(&context)?;
        let snapshot = &current.0;
        let from_log = matches!(self.request.table, Table::Events | Table::Rejected);
        if snapshot.files(self.request.table).is_none() && snapshot.remote(self.request.table).is_none() && !from_log {
            let batches = self.live_batches(snapshot)?;
            return Ok(make_cooperative(Box::pin(MemoryStream::try_new(batches, self.schema(), None)?)));
        }
        // The files may be others than the last time: plan their scan now. Footers stay in the runtime's cache.
        let plan = scan::plan(&self.request, snapshot, context.session_config(), &context.runtime_env())?;
        one_after_the_other(&plan, &context)
    }
}

/// The rows of all partitions of `plan`.
fn one_after_the_other(plan: &Arc<dyn ExecutionPlan>, context: &Arc<TaskContext>) -> Result<SendableRecordBatchStream> {
    let partitions = plan.output_partitioning().partition_count();
    let streams = (0..partitions).map(|i| plan.execute(i, Arc::clone(context))).collect::<Result<Vec<_>>>()?;
    Ok(Box::pin(RecordBatchStreamAdapter::new(plan.schema(), stream::iter(streams).flatten())))
}

/// A partial aggregate over a `LiveScan`: where stored rows lie elsewhere, they are summed there.
#[derive(Debug)]
pub(super) struct LiveAggregate {
    /// The aggregate, with the `LiveScan` as its leaf; never run itself.
    partial: Arc<dyn ExecutionPlan>,
    properties: Arc<PlanProperties>,
}

impl LiveAggregate {
    pub(super) fn new(partial: Arc<dyn ExecutionPlan>) -> Self {
        let properties = super::leaf(partial.schema(), EmissionType::Final);
        Self { partial, properties }
    }
}

impl DisplayAs for LiveAggregate {
    fn fmt_as(&self, _: DisplayFormatType, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("LiveAggregate")
    }
}

impl ExecutionPlan for LiveAggregate {
    fn name(&self) -> &'static str {
        "LiveAggregate"
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

    fn execute(&self, _: usize, context: Arc<TaskContext>) -> Result<SendableRecordBatchStream> {
        let current = CurrentSnapshot::of(&context)?;
        let seen = Arc::clone(&self.partial).transform_up(|node| {
            let Some(scan) = node.downcast_ref::<LiveScan>() else { return Ok(Transformed::no(node)) };
            scan::plan(&scan.request, &current.0, context.session_config(), &context.runtime_env()).map(Transformed::yes)
        })?;
        one_after_the_other(&split(seen.data)?, &context)
    }
}
