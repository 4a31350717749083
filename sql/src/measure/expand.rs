//! Replaces `MEASURE(name)` by the measure's expression in a parsed query.

use std::ops::ControlFlow;

use datafusion::sql::sqlparser::ast::{
    BinaryOperator, Expr, Function, FunctionArg, FunctionArgExpr, FunctionArguments, Ident, Select, SelectItem, Statement, VisitMut, VisitorMut,
    visit_expressions_mut,
};

use super::{Error, Measures};

/// Expands every measure of `statement` in place and returns the names of those used, each once.
///
/// # Errors
/// When a measure is unknown, or `MEASURE` is called with anything but a name.
pub(crate) fn expand(statement: &mut Statement, measures: &Measures) -> Result<Vec<String>, Error> {
    let mut expander = Expander { measures, used: Vec::new() };
    match VisitMut::visit(statement, &mut expander) {
        ControlFlow::Continue(()) => Ok(expander.used),
        ControlFlow::Break(error) => Err(error),
    }
}

struct Expander<'a> {
    measures: &'a Measures,
    used: Vec<String>,
}

impl VisitorMut for Expander<'_> {
    type Break = Error;

    fn pre_visit_select(&mut self, select: &mut Select) -> ControlFlow<Error> {
        // A bare measure as an output column keeps its name.
        for item in &mut select.projection {
            if let SelectItem::UnnamedExpr(expr @ Expr::Function(_)) = item
                && let Some(call) = as_call(expr)
            {
                let (_, name) = name_of(call)?;
                let alias = Ident::new(name.value.to_ascii_lowercase());
                *item = SelectItem::ExprWithAlias { expr: expr.clone(), alias };
            }
        }
        ControlFlow::Continue(())
    }

    fn pre_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<Error> {
        let Some(call) = as_call(expr) else { return ControlFlow::Continue(()) };
        let (qualifier, name) = name_of(call)?;
        let measure = match self.measures.get(&name.value) {
            Ok(measure) => measure,
            Err(error) => return ControlFlow::Break(error),
        };
        let mut formula = measure.expr.clone();
        if let Some(qualifier) = qualifier {
            qualify(&mut formula, &qualifier);
        }
        if let Some(filter) = &call.filter {
            restrict(&mut formula, filter);
        }
        if !self.used.contains(&measure.name) {
            self.used.push(measure.name.clone());
        }
        *expr = Expr::Nested(Box::new(formula));
        ControlFlow::Continue(())
    }
}

fn as_call(expr: &Expr) -> Option<&Function> {
    let Expr::Function(function) = expr else { return None };
    let [part] = function.name.0.as_slice() else { return None };
    part.as_ident().is_some_and(|i| i.value.eq_ignore_ascii_case("measure")).then_some(function)
}

/// The alias, if any, and the name in `MEASURE(alias.name)`.
fn name_of(call: &Function) -> ControlFlow<Error, (Option<Ident>, Ident)> {
    let argument = match &call.args {
        FunctionArguments::List(list) if list.clauses.is_empty() && list.duplicate_treatment.is_none() => match list.args.as_slice() {
            [FunctionArg::Unnamed(FunctionArgExpr::Expr(expr))] => Some(expr),
            _ => None,
        },
        _ => None,
    };
    let plain = call.over.is_none() && call.within_group.is_empty() && call.null_treatment.is_none();
    match argument {
        Some(Expr::Identifier(name)) if plain => ControlFlow::Continue((None, name.clone())),
        Some(Expr::CompoundIdentifier(parts)) if plain => match parts.as_slice() {
            [qualifier, name] => ControlFlow::Continue((Some(qualifier.clone()), name.clone())),
            _ => ControlFlow::Break(Error::Call { call: call.to_string() }),
        },
        _ => ControlFlow::Break(Error::Call { call: call.to_string() }),
    }
}

/// Puts `qualifier` before every column.
fn qualify(formula: &mut Expr, qualifier: &Ident) {
    let _: ControlFlow<()> = visit_expressions_mut(formula, |expr| {
        if let Expr::Identifier(column) = expr {
            *expr = Expr::CompoundIdentifier(vec![qualifier.clone(), column.clone()]);
        }
        ControlFlow::Continue(())
    });
}

/// Gives every aggregate of the formula the filter that stands behind `MEASURE`.
fn restrict(formula: &mut Expr, filter: &Expr) {
    const AGGREGATES: [&str; 6] = ["sum", "max", "min", "avg", "count", "percentile_cont"];
    let _: ControlFlow<()> = visit_expressions_mut(formula, |expr| {
        if let Expr::Function(function) = expr
            && AGGREGATES.iter().any(|a| function.name.to_string().eq_ignore_ascii_case(a))
        {
            let nested = |e: Expr| Box::new(Expr::Nested(Box::new(e)));
            function.filter = Some(match function.filter.take() {
                None => nested(filter.clone()),
                Some(own) => Box::new(Expr::BinaryOp { left: nested(*own), op: BinaryOperator::And, right: nested(filter.clone()) }),
            });
        }
        ControlFlow::Continue(())
    });
}

#[cfg(test)]
mod tests {
    use datafusion::sql::sqlparser::dialect::GenericDialect;
    use datafusion::sql::sqlparser::parser::Parser;

    use super::*;

    fn expanded(sql: &str) -> Result<String, Error> {
        let mut statement = Parser::parse_sql(&GenericDialect, sql).unwrap().remove(0);
        expand(&mut statement, &Measures::embedded()?)?;
        Ok(statement.to_string())
    }

    #[test]
    fn a_bare_measure_keeps_its_name_and_one_inside_an_expression_does_not() {
        assert_eq!(expanded("SELECT MEASURE(offered) FROM v").unwrap(), "SELECT (SUM(offered)) AS offered FROM v");
        assert_eq!(expanded("SELECT measure(Offered) + 1 FROM v").unwrap(), "SELECT (SUM(offered)) + 1 FROM v");
        assert_eq!(expanded("SELECT MEASURE(offered) AS n FROM v").unwrap(), "SELECT (SUM(offered)) AS n FROM v");
    }

    #[test]
    fn an_alias_qualifies_the_columns() {
        assert_eq!(expanded("SELECT MEASURE(v.offered) FROM q AS v").unwrap(), "SELECT (SUM(v.offered)) AS offered FROM q AS v");
    }

    #[test]
    fn having_order_by_subqueries_and_unions_are_expanded_too() {
        let sql = "WITH a AS (SELECT queue, MEASURE(offered) FROM v GROUP BY queue HAVING MEASURE(offered) > 1 ORDER BY MEASURE(offered)) \
                   SELECT queue FROM a UNION ALL SELECT MEASURE(offered) FROM v";
        assert!(!expanded(sql).unwrap().to_lowercase().contains("measure("));
    }

    #[test]
    fn a_filter_goes_to_every_aggregate_of_the_formula() {
        let sql = expanded("SELECT MEASURE(answer_rate) FILTER (WHERE queue = 'a') FROM v").unwrap();
        assert_eq!(sql.matches("FILTER (WHERE (queue = 'a'))").count(), 2, "{sql}");
    }

    #[test]
    fn calls_without_a_name_are_refused() {
        for sql in
            ["SELECT MEASURE() FROM v", "SELECT MEASURE('offered') FROM v", "SELECT MEASURE(a.b.c) FROM v", "SELECT MEASURE(offered) OVER () FROM v"]
        {
            assert!(matches!(expanded(sql), Err(Error::Call { .. })), "{sql}");
        }
        assert!(matches!(expanded("SELECT 1 FROM v HAVING MEASURE(ofered) > 0"), Err(Error::Unknown { .. })));
    }
}
