//! Reads `events` and `rejected` out of the log, batch by batch.

use std::sync::Arc;

use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::common::{DataFusionError, Result};
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_plan::coop::make_cooperative;
use datafusion::physical_plan::execution_plan::EmissionType;
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::{DisplayAs, DisplayFormatType, ExecutionPlan, PlanProperties};
use futures::stream;

use super::scan::Request;
use crate::snapshot::{Records, TimeRange};

/// A leaf over `Records`.
#[derive(Debug)]
pub(super) struct RecordsScan {
    records: Arc<dyn Records>,
    request: Request,
    range: TimeRange,
    properties: Arc<PlanProperties>,
}

impl RecordsScan {
    pub(super) fn new(records: Arc<dyn Records>, request: &Request, range: TimeRange) -> Result<Self> {
        let properties = super::leaf(request.schema()?, EmissionType::Incremental);
        Ok(Self { records, request: request.clone(), range, properties })
    }
}

impl DisplayAs for RecordsScan {
    fn fmt_as(&self, _: DisplayFormatType, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "RecordsScan: table={}", self.request.table.name())?;
        if self.range == TimeRange::ALL { Ok(()) } else { write!(f, ", from={}, to={}", self.range.from_at, self.range.to_at) }
    }
}

impl ExecutionPlan for RecordsScan {
    fn name(&self) -> &'static str {
        "RecordsScan"
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

    fn execute(&self, _: usize, _: Arc<TaskContext>) -> Result<SendableRecordBatchStream> {
        let batches = self.records.scan(self.request.table, self.range).map_err(DataFusionError::External)?;
        let (table, projection) = (self.request.table, self.request.projection.clone());
        let projected = batches.map(move |batch| super::projected(table, &batch.map_err(DataFusionError::External)?, projection.as_ref()));
        // Cooperative, because nothing else in this plan would ever let a cancel through.
        Ok(make_cooperative(Box::pin(RecordBatchStreamAdapter::new(self.schema(), stream::iter(projected)))))
    }
}
