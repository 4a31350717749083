//! Moves filters and whole aggregates into ClickHouse, where stored rows lie beside live ones.
//!
//! A partial aggregate over a union is the union of partial aggregates: the stored rows are summed where they lie, the
//! live ones here, and the final aggregate above puts them together. What has no words there stays here.

use std::sync::Arc;

use arrow::datatypes::{DataType, Field, Schema, SchemaRef, TimeUnit};
use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::{Transformed, TreeNode};
use datafusion::common::{Result, ScalarValue};
use datafusion::physical_expr::aggregate::AggregateFunctionExpr;
use datafusion::physical_expr::expressions::{Column, Literal};
use datafusion::physical_expr::{PhysicalExpr, ScalarFunctionExpr};
use datafusion::physical_optimizer::PhysicalOptimizerRule;
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::aggregates::{AggregateExec, AggregateMode};
use datafusion::physical_plan::empty::EmptyExec;
use datafusion::physical_plan::execution_plan::{ChildrenPropertiesMode, ReplaceChildrenOptions};
use datafusion::physical_plan::filter::FilterExec;
use datafusion::physical_plan::projection::ProjectionExec;
use datafusion::physical_plan::union::UnionExec;

use super::dialect::{self, Words};
use super::live_scan::{LiveAggregate, LiveScan};
use super::remote::{RemoteScan, Select};
use crate::function;

/// The rule, before all others: partial aggregates still stand right above what they read.
#[derive(Debug)]
pub(crate) struct Split;

impl PhysicalOptimizerRule for Split {
    fn optimize(&self, plan: Arc<dyn ExecutionPlan>, _: &ConfigOptions) -> Result<Arc<dyn ExecutionPlan>> {
        split(plan)
    }

    fn name(&self) -> &'static str {
        "split_stored_and_live"
    }

    fn schema_check(&self) -> bool {
        true
    }
}

/// `plan` with what can run in ClickHouse moved there.
pub(super) fn split(plan: Arc<dyn ExecutionPlan>) -> Result<Arc<dyn ExecutionPlan>> {
    let moved = plan.transform_up(|node| {
        let new = if let Some(aggregate) = node.downcast_ref::<AggregateExec>().filter(|a| *a.mode() == AggregateMode::Partial) {
            self::aggregate(aggregate, &node)?
        } else if let Some(filter) = node.downcast_ref::<FilterExec>() {
            self::filter(filter, &node)?
        } else {
            None
        };
        Ok(new.map_or(Transformed::no(node), Transformed::yes))
    })?;
    Ok(moved.data)
}

/// One level of a plan over a remote scan, told in ClickHouse's words.
struct Level {
    columns: Vec<Option<String>>,
    conditions: Vec<String>,
    schema: SchemaRef,
}

impl Level {
    fn of(scan: &RemoteScan) -> Self {
        let select = scan.select();
        Self { columns: select.columns.iter().cloned().map(Some).collect(), conditions: select.conditions.clone(), schema: scan.schema() }
    }

    fn sql(&self, expr: &Arc<dyn PhysicalExpr>) -> Option<String> {
        Words { columns: &self.columns, schema: &self.schema }.sql(&RemoteScan::folded(expr)?)
    }

    /// What comes out of `node` when this goes in.
    fn through(mut self, node: &Arc<dyn ExecutionPlan>) -> Option<Self> {
        if let Some(filter) = node.downcast_ref::<FilterExec>() {
            let condition = self.sql(filter.predicate())?;
            if !self.conditions.contains(&condition) {
                self.conditions.push(condition);
            }
            if let Some(kept) = filter.projection() {
                self.columns = kept.iter().map(|i| self.columns.get(*i).cloned().flatten()).collect();
            }
        } else {
            let projection = node.downcast_ref::<ProjectionExec>()?;
            self.columns = projection.expr().iter().map(|e| self.sql(&e.expr)).collect();
        }
        self.schema = node.schema();
        Some(self)
    }
}

/// The remote scan among what a plan reads, and the rest.
fn parts(leaf: &Arc<dyn ExecutionPlan>) -> Option<(&RemoteScan, Vec<Arc<dyn ExecutionPlan>>)> {
    let whole =
        |plan: &&Arc<dyn ExecutionPlan>| plan.downcast_ref::<RemoteScan>().is_some_and(|r| r.select().groups.is_none() && r.fetch().is_none());
    if whole(&leaf) {
        return leaf.downcast_ref::<RemoteScan>().map(|remote| (remote, vec![]));
    }
    let children = leaf.downcast_ref::<UnionExec>()?.children();
    let place = children.iter().position(whole)?;
    let remote = children.get(place)?.downcast_ref::<RemoteScan>()?;
    let rest = children.iter().enumerate().filter(|(i, _)| *i != place).map(|(_, child)| Arc::clone(child)).collect();
    Some((remote, rest))
}

/// `far` beside what `near` makes of the other rows.
fn beside(
    far: Arc<dyn ExecutionPlan>,
    mut rest: Vec<Arc<dyn ExecutionPlan>>,
    near: impl FnOnce(Arc<dyn ExecutionPlan>) -> Result<Arc<dyn ExecutionPlan>>,
) -> Result<Arc<dyn ExecutionPlan>> {
    match rest.len() {
        0 => Ok(far),
        1 => UnionExec::try_new(vec![far, near(rest.swap_remove(0))?]),
        _ => UnionExec::try_new(vec![far, near(UnionExec::try_new(rest)?)?]),
    }
}

/// `node` with another input.
fn over(node: &Arc<dyn ExecutionPlan>, input: Arc<dyn ExecutionPlan>) -> Result<Arc<dyn ExecutionPlan>> {
    Arc::clone(node).replace_children(vec![input], ReplaceChildrenOptions::new(ChildrenPropertiesMode::Recompute))
}

/// A filter over stored and live rows: the stored ones are filtered there, all of it or nothing.
fn filter(filter: &FilterExec, node: &Arc<dyn ExecutionPlan>) -> Result<Option<Arc<dyn ExecutionPlan>>> {
    let Some((remote, rest)) = parts(filter.input()) else { return Ok(None) };
    let Some(level) = Level::of(remote).through(node) else { return Ok(None) };
    let Some(columns) = level.columns.into_iter().collect::<Option<Vec<_>>>() else { return Ok(None) };
    let select = Select { columns, conditions: level.conditions, limit: filter.fetch(), ..remote.select().clone() };
    beside(Arc::new(remote.asking(select, node.schema())), rest, |rest| over(node, rest)).map(Some)
}

/// A partial aggregate over stored and live rows.
fn aggregate(aggregate: &AggregateExec, node: &Arc<dyn ExecutionPlan>) -> Result<Option<Arc<dyn ExecutionPlan>>> {
    let mut chain = Vec::new();
    let mut leaf = aggregate.input();
    while leaf.is::<ProjectionExec>() || leaf.downcast_ref::<FilterExec>().is_some_and(|f| f.fetch().is_none()) {
        chain.push(Arc::clone(leaf));
        let Some(child) = leaf.children().first().copied() else { return Ok(None) };
        leaf = child;
    }
    if leaf.is::<LiveScan>() && !aggregate.group_expr().has_grouping_set() {
        return Ok(Some(Arc::new(LiveAggregate::new(Arc::clone(node)))));
    }
    let Some((remote, rest)) = parts(leaf) else { return Ok(None) };
    let mut level = Some(Level::of(remote));
    for step in chain.iter().rev() {
        level = level.and_then(|level| level.through(step));
    }
    let Some((select, late)) = level.and_then(|level| grouped(aggregate, &level, remote.select())) else { return Ok(None) };
    let near = |mut rest: Arc<dyn ExecutionPlan>| {
        for step in chain.iter().rev() {
            rest = over(step, rest)?;
        }
        over(node, rest)
    };
    let far = finished(remote, select, &late, &node.schema())?;
    beside(far, rest.into_iter().filter(|r| !r.is::<EmptyExec>()).collect(), near).map(Some)
}

/// Functions of an instant that are computed here, over short stretches of time that were grouped there: the final
/// aggregate puts the stretches together.
type Late = Vec<Option<Arc<dyn PhysicalExpr>>>;

/// The SELECT whose rows are the states of a partial aggregate.
fn grouped(aggregate: &AggregateExec, level: &Level, below: &Select) -> Option<(Select, Late)> {
    let groups = aggregate.group_expr();
    if groups.has_grouping_set() || groups.expr().len() + aggregate.aggr_expr().len() == 0 {
        return None;
    }
    let (mut columns, mut late): (Vec<String>, Late) = (Vec::new(), Vec::new());
    for (place, (expr, name)) in groups.expr().iter().enumerate() {
        if let Some(column) = level.sql(expr) {
            columns.push(column);
            late.push(None);
        } else {
            let (column, function) = coarse(expr, name, place, level)?;
            columns.push(column);
            late.push(Some(function));
        }
    }
    let kinds = aggregate.schema();
    let here = |place: usize| late.get(place).is_some_and(Option::is_some);
    if !kinds.fields().iter().enumerate().all(|(place, f)| here(place) || dialect::returns(f.data_type()) || dialect::is_values(f.data_type())) {
        return None;
    }
    for (function, filter) in aggregate.aggr_expr().iter().zip(aggregate.filter_expr()) {
        let filter = match filter {
            Some(filter) => Some(level.sql(filter)?),
            None => None,
        };
        columns.extend(states(function, filter.as_deref(), level)?);
    }
    Some((Select { columns, conditions: level.conditions.clone(), groups: Some(groups.expr().len()), ..below.clone() }, late))
}

/// A function of an instant, as the start of the stretch in SQL and as the function of that start.
fn coarse(expr: &Arc<dyn PhysicalExpr>, name: &str, place: usize, level: &Level) -> Option<(String, Arc<dyn PhysicalExpr>)> {
    let expr = RemoteScan::folded(expr)?;
    let call = expr.downcast_ref::<ScalarFunctionExpr>()?;
    let (at, others) = call.args().split_first()?;
    let constants: Vec<&ScalarValue> = others.iter().map(|o| o.downcast_ref::<Literal>().map(Literal::value)).collect::<Option<_>>()?;
    let grain_ms = function::grain_ms(call.name(), &constants)?;
    if !matches!(at.data_type(&level.schema).ok()?, DataType::Timestamp(TimeUnit::Millisecond, Some(_))) {
        return None;
    }
    let ms = format!("toUnixTimestamp64Milli({})", level.sql(at)?);
    let start = format!("fromUnixTimestamp64Milli({ms} - positiveModulo({ms}, {grain_ms}), 'UTC')");
    let mut args: Vec<Arc<dyn PhysicalExpr>> = vec![Arc::new(Column::new(name, place))];
    args.extend(others.iter().cloned());
    Some((start, Arc::clone(&expr).with_new_children(args).ok()?))
}

/// The scan that asks `select`, with what is computed late above it.
fn finished(remote: &RemoteScan, select: Select, late: &Late, schema: &SchemaRef) -> Result<Arc<dyn ExecutionPlan>> {
    if late.iter().all(Option::is_none) {
        return Ok(Arc::new(remote.asking(select, Arc::clone(schema))));
    }
    let function = |place: usize| late.get(place).and_then(Option::as_ref);
    let instant = || DataType::Timestamp(TimeUnit::Millisecond, Some("UTC".into()));
    let fields = schema.fields().iter().enumerate();
    let below =
        fields.clone().map(|(place, f)| if function(place).is_some() { Arc::new(Field::new(f.name(), instant(), true)) } else { Arc::clone(f) });
    let scan = remote.asking(select, Arc::new(Schema::new(below.collect::<Vec<_>>())));
    let above = fields.map(|(place, f)| {
        let column = || Arc::new(Column::new(f.name(), place)) as Arc<dyn PhysicalExpr>;
        (function(place).cloned().unwrap_or_else(column), f.name().clone())
    });
    Ok(Arc::new(ProjectionExec::try_new(above.collect::<Vec<_>>(), Arc::new(scan))?))
}

/// The states of one aggregate function, in the order in which its partial form writes them.
fn states(function: &AggregateFunctionExpr, filter: Option<&str>, level: &Level) -> Option<Vec<String>> {
    if function.is_distinct() || !function.order_bys().is_empty() || function.ignore_nulls() {
        return None;
    }
    let name = function.fun().name();
    let mut arguments = function.expressions();
    if name == "percentile_cont" {
        arguments.truncate(1); // which percentile is for the final aggregate
    }
    let [argument] = <[Arc<dyn PhysicalExpr>; 1]>::try_from(arguments).ok()?;
    let kind = argument.data_type(&level.schema).ok()?;
    let argument = level.sql(&argument)?;
    let argument = filter.map_or_else(|| argument.clone(), |filter| format!("if({filter}, {argument}, NULL)"));
    let number = matches!(kind, DataType::Int64 | DataType::Float64);
    match name {
        "count" => Some(vec![format!("toInt64(count({argument}))")]),
        "sum" if number => Some(vec![format!("sum({argument})")]),
        "min" | "max" if dialect::returns(&kind) => Some(vec![format!("{name}({argument})")]),
        // A mean of nothing has no count, not the count 0.
        "avg" if number => Some(vec![format!("nullIf(count({argument}), 0)"), format!("sum(toFloat64({argument}))")]),
        // Their state is every value of the group: one list comes back instead of a row a value. Which value it is, is
        // computed here, so that it does not depend on who interpolates.
        "percentile_cont" | "median" if number => Some(vec![format!("groupArray({argument})")]),
        _ => None,
    }
}
