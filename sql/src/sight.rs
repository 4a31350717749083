//! What one who asks may see: rows within reach, numbers masked, and tables that lie elsewhere.
//!
//! Rows out of reach are kept behind a fence below everything that a question evaluates; masks are put into the plan right
//! above each table. So what is out of sight is neither shown, nor counted, nor can it be looked for.

mod fence;

use std::any::Any;
use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use async_trait::async_trait;
use callboard_store::Table;
use datafusion::catalog::TableProvider;
use datafusion::common::tree_node::Transformed;
use datafusion::common::{Column, Result};
use datafusion::datasource::source_as_provider;
use datafusion::execution::FunctionRegistry;
use datafusion::logical_expr::{Expr, LogicalPlan, LogicalPlanBuilder, TableScan, col, lit};

use crate::catalogue::SnapshotTable;
use fence::WholeView;
pub(crate) use fence::{Fenced, Within};

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
        "path" => Some("mask_within"),
        "recording" | "voicemail" => Some("mask_runs"),
        _ => None,
    }
}

impl Reach {
    fn within(&self, by: Reached) -> Option<Within> {
        let among = |column: &str, names: &[String]| col(column).in_list(names.iter().map(lit).collect(), false);
        match by {
            Reached::Call => Some(Within::Rows(among("queue", &self.queues).or(among("agent", &self.agents)))),
            Reached::Queue => Some(Within::Rows(among("queue", &self.queues))),
            Reached::Agent => Some(Within::Rows(among("agent", &self.agents))),
            Reached::Always => None,
            Reached::Never => Some(Within::Nothing),
        }
    }
}

impl Sight {
    /// Whether anything is out of sight.
    pub(crate) const fn is_limited(&self) -> bool {
        self.reach.is_some() || self.masked
    }

    /// What of a table is shown, where that is not all of it. The log as it came has numbers anywhere.
    pub(crate) fn within(&self, table: Table) -> Option<Within> {
        match (&self.reach, reached(table)) {
            (_, Reached::Never) if self.masked => Some(Within::Nothing),
            (Some(reach), by) => reach.within(by),
            (None, _) => None,
        }
    }

    /// A view over everything, of which is shown what is in sight.
    pub(crate) fn view(&self, plan: LogicalPlan) -> Arc<dyn TableProvider> {
        let whole: Arc<dyn TableProvider> = Arc::new(WholeView::new(plan));
        match self.reach.as_ref().and_then(|reach| reach.within(Reached::Call)) {
            Some(within) => Arc::new(Fenced::new(whole, within)),
            None => whole,
        }
    }

    /// The plan, with numbers masked right above every table.
    pub(crate) fn over(&self, plan: LogicalPlan, functions: &dyn FunctionRegistry) -> Result<LogicalPlan> {
        if !self.masked {
            return Ok(plan);
        }
        let seen = plan.transform_up_with_subqueries(|node| match &node {
            LogicalPlan::TableScan(scan) if is_ours(scan)? => Ok(Transformed::yes(masked(node, functions)?)),
            LogicalPlan::TableScan(_) => Ok(Transformed::no(node)),
            // A masked column may be null where the one below it is not.
            _ => Ok(Transformed::yes(node.recompute_schema()?)),
        })?;
        Ok(seen.data)
    }
}

fn masked(scan: LogicalPlan, functions: &dyn FunctionRegistry) -> Result<LogicalPlan> {
    let mut columns = Vec::new();
    for (table, field) in scan.schema().iter() {
        let column = Expr::Column(Column::new(table.cloned(), field.name()));
        columns.push(match mask_of(field.name()) {
            Some(mask) => functions.udf(mask)?.call(vec![column]).alias_qualified(table.cloned(), field.name()),
            None => column,
        });
    }
    LogicalPlanBuilder::from(scan).project(columns)?.build()
}

/// Whether a scanned table is one of ours; what lies elsewhere is masked by who reads it.
fn is_ours(scan: &TableScan) -> Result<bool> {
    let provider = source_as_provider(&scan.source)?;
    let provider = provider.as_ref() as &dyn Any;
    Ok(provider.is::<SnapshotTable>() || provider.is::<WholeView>() || provider.is::<Fenced>())
}
