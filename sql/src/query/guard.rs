//! Ends a query in the middle of an operator's work.
//!
//! DataFusion's operators give up their turn when they have taken enough batches from a leaf. A join makes
//! millions of rows from one batch of a leaf, or looks at millions of pairs and finds none, so joins and
//! other operators that make more than they take are watched here: each batch, each piece of a join's condition.
//! A watched stream also gives up its turn by the clock, so that neighbours on the same thread go on.

use std::hash::{Hash, Hasher};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use arrow::array::RecordBatch;
use arrow::datatypes::{DataType, FieldRef, Schema, SchemaRef};
use datafusion::common::tree_node::{Transformed, TreeNode, TreeNodeRecursion};
use datafusion::common::{DataFusionError, Result, exec_err, resources_err};
use datafusion::execution::memory_pool::{MemoryLimit, MemoryPool};
use datafusion::execution::{RecordBatchStream, SendableRecordBatchStream, TaskContext};
use datafusion::logical_expr::ColumnarValue;
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_plan::joins::utils::JoinFilter;
use datafusion::physical_plan::joins::{CrossJoinExec, HashJoinExec, NestedLoopJoinExec, PiecewiseMergeJoinExec, SortMergeJoinExec};
use datafusion::physical_plan::recursive_query::RecursiveQueryExec;
use datafusion::physical_plan::sorts::sort::SortExec;
use datafusion::physical_plan::unnest::UnnestExec;
use datafusion::physical_plan::{DisplayAs, DisplayFormatType, ExecutionPlan, PlanProperties};
use futures::{Stream, StreamExt};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::error::Error;

/// How long a watched stream goes on before it lets others have a turn.
const TURN: Duration = Duration::from_millis(10);
/// How many rows a nested loop tries at once.
const PROBE_ROWS: usize = 64;

/// When a query has to end.
#[derive(Debug, Clone)]
pub(crate) struct Stop {
    base: Instant,
    // Microseconds after base; a live query sets it anew for each run.
    deadline: Arc<AtomicU64>,
    limit: Duration,
    cancel: CancellationToken,
}

impl Stop {
    /// After `limit` from now, or when `cancel` is cancelled.
    pub(crate) fn after(limit: Duration, cancel: CancellationToken) -> Self {
        let stop = Self { base: Instant::now(), deadline: Arc::default(), limit, cancel };
        stop.restart();
        stop
    }

    /// The limit counts from now again.
    pub(crate) fn restart(&self) {
        let end = self.base.elapsed().saturating_add(self.limit);
        self.deadline.store(u64::try_from(end.as_micros()).unwrap_or(u64::MAX), Ordering::Release);
    }

    /// Why the query has to end now, if it has.
    pub(crate) fn reason(&self) -> Option<Error> {
        if self.cancel.is_cancelled() {
            return Some(Error::Cancelled);
        }
        let late = self.base.elapsed().as_micros() >= u128::from(self.deadline.load(Ordering::Acquire));
        late.then_some(Error::Timeout { limit: self.limit })
    }

    /// Ends it.
    pub(crate) fn cancel(&self) {
        self.cancel.cancel();
    }

    fn check(&self) -> Result<()> {
        match self.reason() {
            None => Ok(()),
            Some(reason) => exec_err!("{reason}"),
        }
    }
}

/// `plan` with a look at `stop` wherever much work can be between two batches of its leaves.
pub(crate) fn guarded(plan: Arc<dyn ExecutionPlan>, stop: &Stop) -> Result<Arc<dyn ExecutionPlan>> {
    let watched = plan.transform_up(|node| {
        let multiplies = node.is::<CrossJoinExec>()
            || node.is::<HashJoinExec>()
            || node.is::<NestedLoopJoinExec>()
            || node.is::<PiecewiseMergeJoinExec>()
            || node.is::<SortMergeJoinExec>()
            || node.is::<RecursiveQueryExec>()
            || node.is::<UnnestExec>();
        let node = watch_condition(node, stop)?;
        let node = watch_sort(node, stop)?;
        if multiplies || node.children().is_empty() {
            Ok(Transformed::yes(Arc::new(Guard::new(node, stop.clone(), usize::MAX)) as Arc<dyn ExecutionPlan>))
        } else {
            Ok(Transformed::no(node))
        }
    })?;
    Ok(watched.data)
}

/// A sort that is told of missing memory before it sorts all that it has for a place on a disk that it may not use.
fn watch_sort(node: Arc<dyn ExecutionPlan>, stop: &Stop) -> Result<Arc<dyn ExecutionPlan>> {
    let Some(sort) = node.downcast_ref::<SortExec>().filter(|sort| sort.fetch().is_none()) else { return Ok(node) };
    let input = Guard { fills_memory: true, ..Guard::new(Arc::clone(sort.input()), stop.clone(), usize::MAX) };
    Ok(Arc::new(SortExec::new(sort.expr().clone(), Arc::new(input)).with_preserve_partitioning(sort.preserve_partitioning())))
}

/// A join whose condition looks at `stop`.
fn watch_condition(node: Arc<dyn ExecutionPlan>, stop: &Stop) -> Result<Arc<dyn ExecutionPlan>> {
    let watch = |filter: &JoinFilter| {
        let condition = Condition { inner: Arc::clone(filter.expression()), stop: stop.clone() };
        JoinFilter::new(Arc::new(condition), filter.column_indices().to_vec(), Arc::clone(filter.schema()))
    };
    if let Some(join) = node.downcast_ref::<NestedLoopJoinExec>()
        && let Some(filter) = join.filter()
    {
        let projection = join.projection().as_ref().map(|p| p.to_vec());
        // All rows of the left side are tried on one batch of the right side without a pause: keep it small.
        let right = Arc::new(Guard::new(Arc::clone(join.right()), stop.clone(), PROBE_ROWS));
        let rebuilt = NestedLoopJoinExec::try_new(Arc::clone(join.left()), right, Some(watch(filter)), join.join_type(), projection)?;
        return Ok(Arc::new(rebuilt));
    }
    if let Some(join) = node.downcast_ref::<HashJoinExec>()
        && let Some(filter) = join.filter()
    {
        return Ok(Arc::new(join.builder().with_filter(Some(watch(filter))).build()?));
    }
    Ok(node)
}

/// Looks at `stop` before each batch of its input, and gives up its turn when it had a long one.
#[derive(Debug)]
struct Guard {
    input: Arc<dyn ExecutionPlan>,
    stop: Stop,
    /// Batches are cut down to so many rows.
    most_rows: usize,
    /// Whether all its rows are kept in memory by who reads them.
    fills_memory: bool,
    properties: Arc<PlanProperties>,
}

impl Guard {
    fn new(input: Arc<dyn ExecutionPlan>, stop: Stop, most_rows: usize) -> Self {
        let properties = Arc::clone(input.properties());
        Self { input, stop, most_rows, fills_memory: false, properties }
    }
}

impl DisplayAs for Guard {
    fn fmt_as(&self, _: DisplayFormatType, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Guard")
    }
}

impl ExecutionPlan for Guard {
    fn name(&self) -> &'static str {
        "Guard"
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        &self.properties
    }

    fn maintains_input_order(&self) -> Vec<bool> {
        vec![true]
    }

    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        vec![&self.input]
    }

    fn apply_expressions(&self, _: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> Result<TreeNodeRecursion>) -> Result<TreeNodeRecursion> {
        Ok(TreeNodeRecursion::Continue)
    }

    fn with_new_children(self: Arc<Self>, children: Vec<Arc<dyn ExecutionPlan>>) -> Result<Arc<dyn ExecutionPlan>> {
        let input = children.into_iter().next().ok_or_else(|| DataFusionError::Internal("Guard has one input".into()))?;
        Ok(Arc::new(Self { fills_memory: self.fills_memory, ..Self::new(input, self.stop.clone(), self.most_rows) }))
    }

    fn execute(&self, partition: usize, context: Arc<TaskContext>) -> Result<SendableRecordBatchStream> {
        let runtime = context.runtime_env();
        let room = (self.fills_memory && !runtime.disk_manager.tmp_files_enabled()).then(|| Arc::clone(&runtime.memory_pool));
        let input = self.input.execute(partition, context)?;
        Ok(Box::pin(Watched { room, input, stop: self.stop.clone(), most_rows: self.most_rows, rest: None, turn_began: Instant::now() }))
    }
}

/// The rows of a `Guard`.
struct Watched {
    input: SendableRecordBatchStream,
    stop: Stop,
    most_rows: usize,
    // Where the reader keeps all rows.
    room: Option<Arc<dyn MemoryPool>>,
    // What is left of a batch that was cut.
    rest: Option<RecordBatch>,
    turn_began: Instant,
}

impl RecordBatchStream for Watched {
    fn schema(&self) -> SchemaRef {
        self.input.schema()
    }
}

impl Stream for Watched {
    type Item = Result<RecordBatch>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        if let Err(stopped) = this.stop.check() {
            return Poll::Ready(Some(Err(stopped)));
        }
        if this.turn_began.elapsed() > TURN {
            this.turn_began = Instant::now();
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        let batch = match this.rest.take() {
            Some(rest) => rest,
            None => match this.input.poll_next_unpin(cx) {
                Poll::Ready(Some(Ok(batch))) => batch,
                other => return other,
            },
        };
        if this.room.as_ref().is_some_and(|room| !has_room(room.as_ref(), &batch)) {
            return Poll::Ready(Some(resources_err!("the rows to sort need more memory than a query may have")));
        }
        if batch.num_rows() <= this.most_rows {
            return Poll::Ready(Some(Ok(batch)));
        }
        this.rest = Some(batch.slice(this.most_rows, batch.num_rows() - this.most_rows));
        Poll::Ready(Some(Ok(batch.slice(0, this.most_rows))))
    }
}

/// Whether a sort can take in one batch more: it reserves room for the rows, and as much again to sort them.
fn has_room(pool: &dyn MemoryPool, batch: &RecordBatch) -> bool {
    match pool.memory_limit() {
        MemoryLimit::Finite(limit) => pool.reserved() + 2 * batch.get_array_memory_size() <= limit,
        MemoryLimit::Infinite | MemoryLimit::Unknown => true,
    }
}

/// Looks at `stop` before each evaluation of the condition within.
#[derive(Debug)]
struct Condition {
    inner: Arc<dyn PhysicalExpr>,
    stop: Stop,
}

impl PartialEq for Condition {
    fn eq(&self, other: &Self) -> bool {
        self.inner.eq(&other.inner)
    }
}

impl Eq for Condition {}

impl Hash for Condition {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.inner.hash(state);
    }
}

impl std::fmt::Display for Condition {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.inner.fmt(f)
    }
}

impl PhysicalExpr for Condition {
    fn data_type(&self, schema: &Schema) -> Result<DataType> {
        self.inner.data_type(schema)
    }

    fn nullable(&self, schema: &Schema) -> Result<bool> {
        self.inner.nullable(schema)
    }

    fn return_field(&self, schema: &Schema) -> Result<FieldRef> {
        self.inner.return_field(schema)
    }

    fn evaluate(&self, batch: &RecordBatch) -> Result<ColumnarValue> {
        self.stop.check()?;
        self.inner.evaluate(batch)
    }

    fn children(&self) -> Vec<&Arc<dyn PhysicalExpr>> {
        vec![&self.inner]
    }

    fn with_new_children(self: Arc<Self>, children: Vec<Arc<dyn PhysicalExpr>>) -> Result<Arc<dyn PhysicalExpr>> {
        let inner = children.into_iter().next().ok_or_else(|| DataFusionError::Internal("Condition has one input".into()))?;
        Ok(Arc::new(Self { inner, stop: self.stop.clone() }))
    }

    fn fmt_sql(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.inner.fmt_sql(f)
    }
}
