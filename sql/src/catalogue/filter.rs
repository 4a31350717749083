//! What a scan makes of its filters: constants folded, and the range of time they leave.

use std::sync::Arc;

use arrow::array::{RecordBatch, RecordBatchOptions};
use arrow::datatypes::{DataType, Schema, TimeUnit};
use callboard_domain::Timestamp;
use callboard_store::Table;
use datafusion::catalog::Session;
use datafusion::common::tree_node::{Transformed, TreeNode};
use datafusion::common::{DFSchema, Result, ScalarValue};
use datafusion::logical_expr::{Expr, Operator};
use datafusion::physical_expr::expressions::{BinaryExpr, Column, Literal};
use datafusion::physical_expr::{PhysicalExpr, split_conjunction};

use crate::snapshot::TimeRange;

/// The filters as expressions over the columns of `table`.
pub(super) fn physical(state: &dyn Session, table: Table, filters: &[Expr]) -> Result<Vec<Arc<dyn PhysicalExpr>>> {
    let schema = DFSchema::try_from(super::schema(table).as_ref().clone())?;
    filters.iter().map(|f| state.create_physical_expr(f.clone(), &schema)).collect()
}

/// `filter` with every part computed that depends on no column; `now()` is such a part once a query runs.
pub(super) fn fold(filter: &Arc<dyn PhysicalExpr>) -> Result<Arc<dyn PhysicalExpr>> {
    let options = RecordBatchOptions::new().with_row_count(Some(1));
    let one_row = RecordBatch::try_new_with_options(Arc::new(Schema::empty()), vec![], &options)?;
    let folded = Arc::clone(filter).transform_up(|expr| {
        let children = expr.children();
        let constant = !expr.is::<Literal>() && !expr.is::<Column>() && children.iter().all(|c| c.is::<Literal>());
        // What has no children and is no literal is a function such as now(), or something that refuses below.
        if !constant {
            return Ok(Transformed::no(expr));
        }
        let folded = expr.evaluate(&one_row).and_then(|v| v.to_array(1)).and_then(|a| ScalarValue::try_from_array(&a, 0));
        Ok(folded.map_or(Transformed::no(expr), |value| Transformed::yes(Arc::new(Literal::new(value)) as _)))
    })?;
    Ok(folded.data)
}

/// The range of `time` outside which no row can pass all of the folded `filters`.
pub(super) fn time_range(filters: &[Arc<dyn PhysicalExpr>], time: &str) -> TimeRange {
    let mut range = TimeRange::ALL;
    for part in filters.iter().flat_map(split_conjunction) {
        let Some((op, at)) = part.downcast_ref::<BinaryExpr>().and_then(|b| comparison(b, time)) else { continue };
        match op {
            Operator::Eq => {
                range.from_at = range.from_at.max(at);
                range.to_at = range.to_at.min(at.plus(1));
            }
            Operator::Gt => range.from_at = range.from_at.max(at.plus(1)),
            Operator::GtEq => range.from_at = range.from_at.max(at),
            Operator::Lt => range.to_at = range.to_at.min(at),
            Operator::LtEq => range.to_at = range.to_at.min(at.plus(1)),
            _ => {}
        }
    }
    range
}

/// `time OP literal` or `literal OP time`, turned so that the column stands left.
fn comparison(expr: &BinaryExpr, time: &str) -> Option<(Operator, Timestamp)> {
    let is_time = |e: &Arc<dyn PhysicalExpr>| e.downcast_ref::<Column>().is_some_and(|c| c.name() == time);
    if is_time(expr.left()) {
        Some((*expr.op(), instant(expr.right())?))
    } else if is_time(expr.right()) {
        Some((expr.op().swap()?, instant(expr.left())?))
    } else {
        None
    }
}

fn instant(expr: &Arc<dyn PhysicalExpr>) -> Option<Timestamp> {
    let value = expr.downcast_ref::<Literal>()?.value();
    match value {
        ScalarValue::TimestampMillisecond(Some(ms), _) => Some(Timestamp::from_millis(*ms)),
        // A finer literal would be compared after widening the column; cutting it down could lose a row.
        _ if value.data_type() == DataType::Timestamp(TimeUnit::Second, None) => None,
        _ => None,
    }
}
