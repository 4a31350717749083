//! What one who asks may see: rows within reach, numbers masked, and tables that lie elsewhere.
//!
//! It is put into the plan right above each table, so no question can go around it: what is out of sight is neither
//! shown, nor counted, nor can it be looked for.

use std::any::Any;
use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use async_trait::async_trait;
use callboard_store::Table;
use datafusion::catalog::{Session, TableProvider};
use datafusion::common::tree_node::Transformed;
use datafusion::common::{Column, DataFusionError, Result};
use datafusion::datasource::{TableType, source_as_provider};
use datafusion::execution::FunctionRegistry;
use datafusion::logical_expr::{Expr, LogicalPlan, LogicalPlanBuilder, TableScan, col, lit};
use datafusion::physical_plan::ExecutionPlan;

use crate::catalogue::SnapshotTable;

/// What one who asks may see.
#[derive(Debug, Clone, Default)]
pub struct Sight {
    /// Whose rows; `None`: everybody's.
    pub reach: Option<Reach>,
    /// Whether telephone numbers are shown with stars.
    pub masked: bool,
    /// Who reads the tables that lie elsewhere; `None`: nobody can.
    pub elsewhere: Option<Arc<dyn Elsewhere>>,
}

/// Agents and queues by their names in events.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reach {
    /// The agents.
    pub agents: Vec<String>,
    /// The queues.
    pub queues: Vec<String>,
}

/// A table that lies elsewhere, such as the users of the organisation.
#[derive(Debug, Clone)]
pub struct TableHelp {
    /// Its name in SQL.
    pub name: String,
    /// What a row is.
    pub comment: String,
    /// Its columns, with their comments.
    pub schema: SchemaRef,
}

/// Reads tables that lie elsewhere, for one who asks.
#[async_trait]
pub trait Elsewhere: std::fmt::Debug + Send + Sync {
    /// The rows of a table that they may see, in the columns of its help.
    ///
    /// # Errors
    /// Why they may not, or what went wrong, for them to read.
    async fn read(&self, table: &str) -> std::result::Result<RecordBatch, String>;
}

/// By what a row is in somebody's reach.
#[derive(Clone, Copy)]
enum Reached {
    /// By its queue or its agent.
    Call,
    /// By its queue.
    Queue,
    /// By its agent.
    Agent,
    /// Always: it tells of nobody.
    Always,
    /// Only for those who see everything.
    Never,
}

const fn reached(table: Table) -> Reached {
    match table {
        Table::Calls | Table::QueueVisits | Table::LiveCalls => Reached::Call,
        Table::QueueIntervals | Table::LiveQueues => Reached::Queue,
        Table::AgentLegs | Table::AgentStates | Table::AgentIntervals | Table::LiveAgents => Reached::Agent,
        Table::Gaps | Table::LiveSources => Reached::Always,
        Table::Events | Table::Rejected => Reached::Never,
    }
}

/// The function that hides the numbers of a column, where it has any.
fn mask_of(column: &str) -> Option<&'static str> {
    match column {
        "from_number" | "to_number" | "call_from" => Some("mask"),
        "path" | "line" => Some("mask_within"),
        _ => None,
    }
}

impl Reach {
    fn condition(&self, by: Reached) -> Option<Expr> {
        let among = |column: &str, names: &[String]| col(column).in_list(names.iter().map(lit).collect(), false);
        match by {
            Reached::Call => Some(among("queue", &self.queues).or(among("agent", &self.agents))),
            Reached::Queue => Some(among("queue", &self.queues)),
            Reached::Agent => Some(among("agent", &self.agents)),
            Reached::Always => None,
            Reached::Never => Some(lit(false)),
        }
    }
}

impl Sight {
    /// Whether anything is out of sight.
    pub(crate) const fn is_limited(&self) -> bool {
        self.reach.is_some() || self.masked
    }

    /// The plan, with every table in it as far as it may be seen.
    pub(crate) fn over(&self, plan: LogicalPlan, functions: &dyn FunctionRegistry) -> Result<LogicalPlan> {
        if !self.is_limited() {
            return Ok(plan);
        }
        let seen = plan.transform_up_with_subqueries(|node| match &node {
            LogicalPlan::TableScan(scan) => match kind(scan)? {
                Some(by) => Ok(Transformed::yes(self.shown(node, by, functions)?)),
                None => Ok(Transformed::no(node)),
            },
            // A masked column may be null where the one below it is not.
            _ => Ok(Transformed::yes(node.recompute_schema()?)),
        })?;
        Ok(seen.data)
    }

    fn shown(&self, scan: LogicalPlan, by: Reached, functions: &dyn FunctionRegistry) -> Result<LogicalPlan> {
        let mut columns = Vec::new();
        for (table, field) in scan.schema().iter() {
            let column = Expr::Column(Column::new(table.cloned(), field.name()));
            columns.push(match mask_of(field.name()).filter(|_| self.masked) {
                Some(mask) => functions.udf(mask)?.call(vec![column]).alias_qualified(table.cloned(), field.name()),
                None => column,
            });
        }
        let mut plan = LogicalPlanBuilder::from(scan);
        if let Some(condition) = self.reach.as_ref().and_then(|reach| reach.condition(by)) {
            plan = plan.filter(condition)?;
        }
        if self.masked {
            plan = plan.project(columns)?;
        }
        plan.build()
    }
}

/// How rows of a scanned table are reached; none for tables that their own reader has cut already.
fn kind(scan: &TableScan) -> Result<Option<Reached>> {
    let provider = source_as_provider(&scan.source)?;
    let provider = provider.as_ref() as &dyn Any;
    Ok(match (provider.downcast_ref::<SnapshotTable>(), provider.downcast_ref::<WholeView>()) {
        (Some(table), _) => Some(reached(table.table())),
        (None, Some(_)) => Some(Reached::Call),
        (None, None) => None,
    })
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
            let wanted: Result<Vec<Expr>> = places
                .iter()
                .map(|place| names.get(*place).cloned().map(Expr::Column).ok_or_else(|| DataFusionError::Internal("no such column".to_owned())))
                .collect();
            plan = plan.project(wanted?)?;
        }
        if limit.is_some() {
            plan = plan.limit(0, limit)?;
        }
        state.create_physical_plan(&plan.build()?).await
    }
}
