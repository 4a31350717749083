//! Leaves out stored rows of which a newer version exists. Only in a plan when there are such rows.

use std::sync::Arc;

use arrow::array::{Array, AsArray, BooleanArray, RecordBatch};
use arrow::compute::{cast, filter_record_batch};
use arrow::datatypes::{DataType, Int64Type, SchemaRef, TimeUnit, TimestampMillisecondType};
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::common::{DataFusionError, Result};
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::physical_expr::{EquivalenceProperties, PhysicalExpr};
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::{DisplayAs, DisplayFormatType, ExecutionPlan, ExecutionPlanProperties, PlanProperties};
use futures::StreamExt;

use super::scan::Request;
use crate::snapshot::StoredTable;

/// Filters its input by `StoredTable::superseded` and cuts it down to the wanted columns.
#[derive(Debug)]
pub(super) struct Superseded {
    input: Arc<dyn ExecutionPlan>,
    request: Request,
    stored: Arc<StoredTable>,
    properties: Arc<PlanProperties>,
}

impl Superseded {
    /// The wanted columns, then those of the key and the version that are not among them.
    pub(super) fn inner_projection(request: &Request) -> Option<Vec<usize>> {
        let mut columns = request.projection.clone()?;
        let schema = request.table.schema();
        for name in request.table.info().key.iter().chain(&["version"]) {
            if let Ok(i) = schema.index_of(name)
                && !columns.contains(&i)
            {
                columns.push(i);
            }
        }
        Some(columns)
    }

    pub(super) fn new(input: Arc<dyn ExecutionPlan>, request: &Request, stored: Arc<StoredTable>) -> Result<Self> {
        let schema = request.schema()?;
        let properties = PlanProperties::new(
            EquivalenceProperties::new(schema),
            input.output_partitioning().clone(),
            input.pipeline_behavior(),
            input.boundedness(),
        );
        Ok(Self { input, request: request.clone(), stored, properties: Arc::new(properties) })
    }
}

impl DisplayAs for Superseded {
    fn fmt_as(&self, _: DisplayFormatType, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Superseded: table={}, keys={}", self.request.table.name(), self.stored.superseded.len())
    }
}

impl ExecutionPlan for Superseded {
    fn name(&self) -> &'static str {
        "Superseded"
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        &self.properties
    }

    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        vec![&self.input]
    }

    fn apply_expressions(&self, _: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> Result<TreeNodeRecursion>) -> Result<TreeNodeRecursion> {
        Ok(TreeNodeRecursion::Continue)
    }

    fn with_new_children(self: Arc<Self>, children: Vec<Arc<dyn ExecutionPlan>>) -> Result<Arc<dyn ExecutionPlan>> {
        let input = children.into_iter().next().ok_or_else(|| DataFusionError::Internal("Superseded has one input".into()))?;
        Ok(Arc::new(Self::new(input, &self.request, Arc::clone(&self.stored))?))
    }

    fn execute(&self, partition: usize, context: Arc<TaskContext>) -> Result<SendableRecordBatchStream> {
        let (request, stored, schema) = (self.request.clone(), Arc::clone(&self.stored), self.schema());
        let out = Arc::clone(&schema);
        let rows = self.input.execute(partition, context)?.map(move |batch| current(&batch?, &request, &stored, &out));
        Ok(Box::pin(RecordBatchStreamAdapter::new(schema, rows)))
    }
}

/// The rows of `batch` that no newer version replaces, in the columns of `out`.
fn current(batch: &RecordBatch, request: &Request, stored: &StoredTable, out: &SchemaRef) -> Result<RecordBatch> {
    let keys = request.table.info().key.iter().map(|name| key_column(batch, name)).collect::<Result<Vec<_>>>()?;
    let versions = column(batch, "version")?.as_primitive_opt::<Int64Type>().ok_or_else(|| wrong("version"))?;
    let mut keep = Vec::with_capacity(batch.num_rows());
    let mut parts: Vec<&str> = Vec::with_capacity(keys.len());
    for row in 0..batch.num_rows() {
        parts.clear();
        parts.extend(keys.iter().map(|k| k.as_string::<i32>().value(row)));
        keep.push(stored.superseded.get(&StoredTable::key(&parts)).is_none_or(|newest| versions.value(row) >= *newest));
    }
    let kept = filter_record_batch(batch, &BooleanArray::from(keep))?;
    let columns = (0..out.fields().len()).collect::<Vec<_>>();
    // The wanted columns come first in the inner projection.
    Ok(kept.project(&columns)?)
}

fn column<'a>(batch: &'a RecordBatch, name: &str) -> Result<&'a Arc<dyn Array>> {
    batch.column_by_name(name).ok_or_else(|| wrong(name))
}

fn wrong(name: &str) -> DataFusionError {
    DataFusionError::Internal(format!("column {name} of a stored file is not what its table says"))
}

/// A key column as text, times in ms.
fn key_column(batch: &RecordBatch, name: &str) -> Result<Arc<dyn Array>> {
    let array = column(batch, name)?;
    match array.data_type() {
        DataType::Utf8 => Ok(Arc::clone(array)),
        DataType::Timestamp(TimeUnit::Millisecond, _) => {
            let ms = array.as_primitive::<TimestampMillisecondType>().reinterpret_cast::<Int64Type>();
            Ok(cast(&ms, &DataType::Utf8)?)
        }
        _ => Ok(cast(array, &DataType::Utf8)?),
    }
}
