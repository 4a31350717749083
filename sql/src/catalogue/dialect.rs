//! Expressions in ClickHouse's words, where they mean exactly the same there; none where they may not.
//!
//! What has no words here stays above the scan and is computed by us, so an unknown function never fails.

use std::sync::Arc;

use arrow::datatypes::{DataType, Schema, TimeUnit};
use datafusion::common::ScalarValue;
use datafusion::logical_expr::Operator;
use datafusion::physical_expr::expressions::{
    BinaryExpr, CaseExpr, CastExpr, Column, InListExpr, IsNotNullExpr, IsNullExpr, LikeExpr, Literal, NegativeExpr, NotExpr,
};
use datafusion::physical_expr::{PhysicalExpr, ScalarFunctionExpr};

/// The columns of one level of a plan: their types, and each in SQL where it has words.
#[derive(Debug, Clone)]
pub(super) struct Words<'a> {
    pub(super) columns: &'a [Option<String>],
    pub(super) schema: &'a Schema,
}

/// A column's name as SQL.
pub(super) fn name(column: &str) -> String {
    format!("`{}`", column.replace('\\', "\\\\").replace('`', "\\`"))
}

impl Words<'_> {
    /// `expr` as SQL. Integers are Int64, as ours are, so that sums and products are as wide.
    pub(super) fn sql(&self, expr: &Arc<dyn PhysicalExpr>) -> Option<String> {
        if let Some(column) = expr.downcast_ref::<Column>() {
            return self.columns.get(column.index())?.clone();
        }
        if let Some(literal) = expr.downcast_ref::<Literal>() {
            return scalar(literal.value());
        }
        if let Some(binary) = expr.downcast_ref::<BinaryExpr>() {
            return self.binary(binary);
        }
        if let Some(case) = expr.downcast_ref::<CaseExpr>() {
            return self.case(case);
        }
        if let Some(list) = expr.downcast_ref::<InListExpr>() {
            return self.list(list);
        }
        if let Some(like) = expr.downcast_ref::<LikeExpr>() {
            return self.like(like);
        }
        if let Some(cast) = expr.downcast_ref::<CastExpr>() {
            return self.cast(cast);
        }
        if let Some(call) = expr.downcast_ref::<ScalarFunctionExpr>() {
            return self.call(call);
        }
        let (text, arg) = if let Some(not) = expr.downcast_ref::<NotExpr>() {
            ("NOT ", not.arg())
        } else if let Some(negative) = expr.downcast_ref::<NegativeExpr>() {
            ("-", negative.arg())
        } else if let Some(null) = expr.downcast_ref::<IsNullExpr>() {
            return Some(format!("({} IS NULL)", self.sql(null.arg())?));
        } else if let Some(null) = expr.downcast_ref::<IsNotNullExpr>() {
            return Some(format!("({} IS NOT NULL)", self.sql(null.arg())?));
        } else {
            return None;
        };
        Some(format!("({text}{})", self.sql(arg)?))
    }

    fn kind(&self, expr: &Arc<dyn PhysicalExpr>) -> Option<DataType> {
        expr.data_type(self.schema).ok()
    }

    fn binary(&self, binary: &BinaryExpr) -> Option<String> {
        let (left, right) = (self.kind(binary.left())?, self.kind(binary.right())?);
        let number = left == right && matches!(left, DataType::Int64 | DataType::Float64);
        let op = match binary.op() {
            Operator::Plus if number => "+",
            Operator::Minus if number => "-",
            Operator::Multiply if number => "*",
            // Integers are divided otherwise there.
            Operator::Divide if number && left == DataType::Float64 => "/",
            Operator::And => "AND",
            Operator::Or => "OR",
            Operator::Eq if left == right => "=",
            Operator::NotEq if left == right => "<>",
            Operator::Lt if left == right => "<",
            Operator::LtEq if left == right => "<=",
            Operator::Gt if left == right => ">",
            Operator::GtEq if left == right => ">=",
            _ => return None,
        };
        Some(format!("({} {op} {})", self.sql(binary.left())?, self.sql(binary.right())?))
    }

    fn case(&self, case: &CaseExpr) -> Option<String> {
        let subject = match case.expr() {
            Some(expr) => Some(self.sql(expr)?),
            None => None,
        };
        let mut out = String::from("CASE");
        for (when, then) in case.when_then_expr() {
            let when = self.sql(when)?;
            let when = subject.as_ref().map_or_else(|| when.clone(), |subject| format!("({subject} = {when})"));
            out += &format!(" WHEN {when} THEN {}", self.sql(then)?);
        }
        let other = match case.else_expr() {
            Some(expr) => self.sql(expr)?,
            None => "NULL".to_owned(),
        };
        Some(format!("({out} ELSE {other} END)"))
    }

    /// ClickHouse says that null is in no list; SQL does not know.
    fn list(&self, list: &InListExpr) -> Option<String> {
        let subject = self.sql(list.expr())?;
        let kind = self.kind(list.expr())?;
        let mut values = Vec::with_capacity(list.len());
        for value in list.list() {
            let literal = value.downcast_ref::<Literal>()?;
            if literal.value().is_null() || literal.value().data_type() != kind {
                return None;
            }
            values.push(scalar(literal.value())?);
        }
        if values.is_empty() {
            return None;
        }
        let not = if list.negated() { "NOT " } else { "" };
        Some(format!("if(isNull({subject}), NULL, {subject} {not}IN ({}))", values.join(", ")))
    }

    /// Without the characters that the two may read differently.
    fn like(&self, like: &LikeExpr) -> Option<String> {
        let ScalarValue::Utf8(Some(pattern)) = like.pattern().downcast_ref::<Literal>()?.value() else { return None };
        if like.case_insensitive() || pattern.contains(['_', '\\', '\0']) {
            return None;
        }
        let not = if like.negated() { "NOT " } else { "" };
        Some(format!("({} {not}LIKE {})", self.sql(like.expr())?, text(pattern)))
    }

    fn cast(&self, cast: &CastExpr) -> Option<String> {
        let inner = self.sql(cast.expr())?;
        match (self.kind(cast.expr())?, cast.cast_type()) {
            (from, to) if from == *to => Some(inner),
            (DataType::Int64 | DataType::Boolean, DataType::Float64) => Some(format!("toFloat64({inner})")),
            (DataType::Boolean, DataType::Int64) => Some(format!("toInt64({inner})")),
            _ => None,
        }
    }

    fn call(&self, call: &ScalarFunctionExpr) -> Option<String> {
        let args = call.args();
        let first = self.kind(args.first()?)?;
        if args.iter().any(|a| self.kind(a).as_ref() != Some(&first)) {
            return None;
        }
        let function = match call.name() {
            "coalesce" => "coalesce",
            "nullif" => "nullIf",
            _ => return None,
        };
        let args: Vec<String> = args.iter().map(|a| self.sql(a)).collect::<Option<_>>()?;
        Some(format!("{function}({})", args.join(", ")))
    }
}

fn scalar(value: &ScalarValue) -> Option<String> {
    match value {
        ScalarValue::Boolean(Some(value)) => Some(value.to_string()),
        ScalarValue::Int64(Some(value)) => Some(format!("toInt64({value})")),
        ScalarValue::Float64(Some(value)) if value.is_finite() => Some(format!("toFloat64({value:e})")),
        ScalarValue::Utf8(Some(value)) if !value.contains('\0') => Some(text(value)),
        ScalarValue::TimestampMillisecond(Some(ms), Some(zone)) if &**zone == "UTC" => Some(format!("fromUnixTimestamp64Milli({ms}, 'UTC')")),
        ScalarValue::Int64(None) => Some("CAST(NULL AS Nullable(Int64))".to_owned()),
        ScalarValue::Float64(None) => Some("CAST(NULL AS Nullable(Float64))".to_owned()),
        ScalarValue::Utf8(None) => Some("CAST(NULL AS Nullable(String))".to_owned()),
        ScalarValue::Boolean(None) => Some("CAST(NULL AS Nullable(Bool))".to_owned()),
        _ => None,
    }
}

fn text(value: &str) -> String {
    format!("'{}'", value.replace('\\', "\\\\").replace('\'', "\\'"))
}

/// Whether a column of this type comes back from ClickHouse as it is, or through a cast that keeps its value.
pub(super) fn returns(kind: &DataType) -> bool {
    matches!(
        kind,
        DataType::Int64
            | DataType::UInt64
            | DataType::Float64
            | DataType::Utf8
            | DataType::Boolean
            | DataType::Timestamp(TimeUnit::Millisecond, Some(_))
    )
}

/// Whether it is the list of values that is the state of a percentile.
pub(super) fn is_values(kind: &DataType) -> bool {
    matches!(kind, DataType::List(item) if matches!(item.data_type(), DataType::Int64 | DataType::Float64))
}
