//! Tables behind a fence: rows out of reach never come to where a question's own expressions are evaluated.
//!
//! A filter above a scan would not do: filters are merged and moved, and an expression that fails, such as a cast, tells
//! of the row on which it failed. So what is in reach is filtered below a node that nothing is moved through.

use std::sync::Arc;

use arrow::datatypes::SchemaRef;
use async_trait::async_trait;
use datafusion::catalog::{Session, TableProvider};
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::common::{DFSchema, DataFusionError, Result};
use datafusion::datasource::TableType;
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::logical_expr::expr::{Between, InList};
use datafusion::logical_expr::{BinaryExpr, Expr, LogicalPlan, LogicalPlanBuilder, Operator, TableProviderFilterPushDown};
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_expr::expressions::Column;
use datafusion::physical_plan::empty::EmptyExec;
use datafusion::physical_plan::filter::FilterExec;
use datafusion::physical_plan::projection::ProjectionExec;
use datafusion::physical_plan::{DisplayAs, DisplayFormatType, ExecutionPlan, PlanProperties};

/// What of a table is within the fence.
#[derive(Debug, Clone)]
pub(crate) enum Within {
    /// Nothing.
    Nothing,
    /// The rows that meet this.
    Rows(Expr),
}

/// A table of which only some rows are shown.
#[derive(Debug)]
pub(crate) struct Fenced {
    inner: Arc<dyn TableProvider>,
    within: Within,
}

impl Fenced {
    pub(crate) fn new(inner: Arc<dyn TableProvider>, within: Within) -> Self {
        Self { inner, within }
    }
}

#[async_trait]
impl TableProvider for Fenced {
    fn schema(&self) -> SchemaRef {
        self.inner.schema()
    }

    fn table_type(&self) -> TableType {
        self.inner.table_type()
    }

    fn supports_filters_pushdown(&self, filters: &[&Expr]) -> Result<Vec<TableProviderFilterPushDown>> {
        // They leave out files only, and are asked again above the fence.
        let pushed = |filter: &&Expr| if is_plain(filter) { TableProviderFilterPushDown::Inexact } else { TableProviderFilterPushDown::Unsupported };
        Ok(filters.iter().map(pushed).collect())
    }

    async fn scan(&self, state: &dyn Session, projection: Option<&Vec<usize>>, filters: &[Expr], _: Option<usize>) -> Result<Arc<dyn ExecutionPlan>> {
        let schema = self.schema();
        let wanted: Vec<usize> = projection.cloned().unwrap_or_else(|| (0..schema.fields().len()).collect());
        let Within::Rows(condition) = &self.within else { return Ok(Arc::new(EmptyExec::new(Arc::new(schema.project(&wanted)?)))) };
        let mut read = wanted.clone();
        for column in condition.column_refs() {
            let place = schema.index_of(column.name())?;
            if !read.contains(&place) {
                read.push(place);
            }
        }
        let rows = self.inner.scan(state, Some(&read), filters, None).await?;
        let condition = state.create_physical_expr(condition.clone(), &DFSchema::try_from(rows.schema())?)?;
        let kept = FilterExec::try_new(condition, rows)?;
        let shown: Result<Vec<(Arc<dyn PhysicalExpr>, String)>> = wanted
            .iter()
            .enumerate()
            .map(|(place, column)| {
                let name = schema.field(*column).name();
                Ok((Arc::new(Column::new(name, place)) as Arc<dyn PhysicalExpr>, name.clone()))
            })
            .collect();
        let shown = ProjectionExec::try_new(shown?, Arc::new(kept))?;
        Ok(Arc::new(Fence::new(Arc::new(shown))))
    }
}

/// A comparison of a column with constants: it cannot fail on any row.
fn is_plain(filter: &Expr) -> bool {
    let is_column = |e: &Expr| matches!(e, Expr::Column(_));
    let is_constant = |e: &Expr| matches!(e, Expr::Literal(..));
    match filter {
        Expr::BinaryExpr(BinaryExpr { left, op, right }) => {
            matches!(op, Operator::Eq | Operator::NotEq | Operator::Lt | Operator::LtEq | Operator::Gt | Operator::GtEq)
                && (is_column(left) && is_constant(right) || is_constant(left) && is_column(right))
        }
        Expr::Between(Between { expr, low, high, .. }) => is_column(expr) && is_constant(low) && is_constant(high),
        Expr::InList(InList { expr, list, .. }) => is_column(expr) && list.iter().all(is_constant),
        Expr::IsNull(expr) | Expr::IsNotNull(expr) => is_column(expr),
        _ => false,
    }
}

/// Rows as they come; nothing is moved through it.
#[derive(Debug)]
struct Fence {
    input: Arc<dyn ExecutionPlan>,
    properties: Arc<PlanProperties>,
}

impl Fence {
    fn new(input: Arc<dyn ExecutionPlan>) -> Self {
        let properties = Arc::clone(input.properties());
        Self { input, properties }
    }
}

impl DisplayAs for Fence {
    fn fmt_as(&self, _: DisplayFormatType, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Fence")
    }
}

impl ExecutionPlan for Fence {
    fn name(&self) -> &'static str {
        "Fence"
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
        let input = children.into_iter().next().ok_or_else(|| DataFusionError::Internal("Fence has one input".into()))?;
        Ok(Arc::new(Self::new(input)))
    }

    fn execute(&self, partition: usize, context: Arc<TaskContext>) -> Result<SendableRecordBatchStream> {
        self.input.execute(partition, context)
    }
}

/// A view over everything, of which only what comes out is cut: whether a caller called again does not depend on who asks.
#[derive(Debug)]
pub(crate) struct WholeView {
    plan: LogicalPlan,
}

impl WholeView {
    pub(crate) const fn new(plan: LogicalPlan) -> Self {
        Self { plan }
    }
}

#[async_trait]
impl TableProvider for WholeView {
    fn schema(&self) -> SchemaRef {
        Arc::new(self.plan.schema().as_arrow().clone())
    }

    fn table_type(&self) -> TableType {
        TableType::View
    }

    async fn scan(&self, state: &dyn Session, projection: Option<&Vec<usize>>, _: &[Expr], limit: Option<usize>) -> Result<Arc<dyn ExecutionPlan>> {
        let mut plan = LogicalPlanBuilder::from(self.plan.clone());
        if let Some(places) = projection {
            let names = self.plan.schema().columns();
            let no_column = || DataFusionError::Internal("no such column".to_owned());
            let wanted: Result<Vec<Expr>> = places.iter().map(|place| names.get(*place).cloned().map(Expr::Column).ok_or_else(no_column)).collect();
            plan = plan.project(wanted?)?;
        }
        if limit.is_some() {
            plan = plan.limit(0, limit)?;
        }
        state.create_physical_plan(&plan.build()?).await
    }
}
