//! What may be asked: one SELECT, EXPLAIN, SHOW or DESCRIBE. Decided on the parsed text.

use std::collections::BTreeSet;
use std::ops::ControlFlow;

use datafusion::sql::sqlparser::ast::{Expr, Ident, ObjectName, Query, SetExpr, Statement, Visit, Visitor};
use datafusion::sql::sqlparser::dialect::GenericDialect;
use datafusion::sql::sqlparser::keywords::Keyword;
use datafusion::sql::sqlparser::parser::Parser;
use datafusion::sql::sqlparser::tokenizer::{Token, Tokenizer};

use crate::error::{Error, parser_message};
use crate::measure::{self, Measures};

/// How deep parentheses may be nested.
const MAX_NESTING: usize = 100;
/// How deep expressions and unions may be: `a OR b OR c ...` is as deep as it is long, and depth costs stack
/// in the planner, whose deepest functions need 6 KiB a level.
const MAX_DEPTH: usize = 128;
/// How many operators a question may have; keeps the parsed text itself from being too deep to look at.
const MAX_OPERATORS: usize = 5_000;
/// How long a question may be, bytes.
const MAX_BYTES: usize = 1 << 20;

/// One statement that only asks.
#[derive(Debug, Clone)]
pub(crate) struct Question {
    pub(crate) statement: Statement,
}

/// What a question mentions.
#[derive(Debug, Default)]
pub(crate) struct Mentions {
    /// Last parts of the names of its tables, as written but in lower case; names of its own WITH are among them.
    pub(crate) relations: BTreeSet<String>,
    /// Names of the functions it calls, in lower case.
    pub(crate) functions: BTreeSet<String>,
}

impl Question {
    /// Reads one statement.
    pub(crate) fn parse(sql: &str) -> Result<Self, Error> {
        if sql.len() > MAX_BYTES {
            return Err(Error::Syntax { message: format!("the text is longer than {MAX_BYTES} bytes") });
        }
        let syntax = |text: String| Error::Syntax { message: parser_message(&text) };
        let tokens = Tokenizer::new(&GenericDialect, sql).tokenize_with_location().map_err(|e| syntax(e.to_string()))?;
        if tokens.iter().filter(|t| is_operator(&t.token)).count() > MAX_OPERATORS {
            return Err(syntax(format!("it has more than {MAX_OPERATORS} operators")));
        }
        let statements = Parser::new(&GenericDialect)
            .with_recursion_limit(MAX_NESTING)
            .with_tokens_with_locations(tokens)
            .parse_statements()
            .map_err(|e| syntax(e.to_string()))?;
        let [statement] = <[Statement; 1]>::try_from(statements).map_err(|all| Error::Syntax {
            message: if all.is_empty() { "there is no statement".to_owned() } else { "write one statement at a time".to_owned() },
        })?;
        let depth: ControlFlow<()> = Visit::visit(&statement, &mut Depth(0));
        if depth.is_break() {
            return Err(syntax(format!("an expression or a union is deeper than {MAX_DEPTH} levels; write a list with IN, or join with VALUES")));
        }
        Ok(Self { statement: allowed(statement)? })
    }

    /// Replaces every measure by its formula; returns the names of those used.
    pub(crate) fn expand(&mut self, measures: &Measures) -> Result<Vec<String>, Error> {
        Ok(measure::expand(&mut self.statement, measures)?)
    }

    /// Whether it is a SELECT and not a question about a question.
    pub(crate) const fn is_select(&self) -> bool {
        matches!(self.statement, Statement::Query(_))
    }

    /// Whether it asks how a question is answered.
    pub(crate) const fn is_about_a_plan(&self) -> bool {
        matches!(self.statement, Statement::Explain { .. })
    }

    /// What it mentions.
    pub(crate) fn mentions(&self) -> Mentions {
        let mut mentions = Mentions::default();
        let _: ControlFlow<()> = Visit::visit(&self.statement, &mut mentions);
        mentions
    }
}

impl Visitor for Mentions {
    type Break = ();

    fn pre_visit_relation(&mut self, relation: &ObjectName) -> ControlFlow<()> {
        if let Some(name) = last_part(relation) {
            self.relations.insert(name);
        }
        ControlFlow::Continue(())
    }

    fn pre_visit_expr(&mut self, expr: &Expr) -> ControlFlow<()> {
        if let Expr::Function(function) = expr
            && let Some(name) = last_part(&function.name)
        {
            self.functions.insert(name);
        }
        ControlFlow::Continue(())
    }
}

/// Stops at what is too deep.
struct Depth(usize);

impl Depth {
    fn down(&mut self) -> ControlFlow<()> {
        self.0 += 1;
        if self.0 > MAX_DEPTH { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }
}

impl Visitor for Depth {
    type Break = ();

    fn pre_visit_expr(&mut self, _: &Expr) -> ControlFlow<()> {
        self.down()
    }

    fn post_visit_expr(&mut self, _: &Expr) -> ControlFlow<()> {
        self.0 -= 1;
        ControlFlow::Continue(())
    }

    fn pre_visit_query(&mut self, query: &Query) -> ControlFlow<()> {
        let (mut body, mut unions) = (query.body.as_ref(), 0);
        while let SetExpr::SetOperation { left, .. } = body {
            (body, unions) = (left, unions + 1);
        }
        if unions > MAX_DEPTH { ControlFlow::Break(()) } else { self.down() }
    }

    fn post_visit_query(&mut self, _: &Query) -> ControlFlow<()> {
        self.0 -= 1;
        ControlFlow::Continue(())
    }
}

/// Whether a token can lengthen a chain such as `a + b + c` or `a UNION b UNION c`.
fn is_operator(token: &Token) -> bool {
    use Keyword::{AND, APPLY, BETWEEN, COLLATE, EXCEPT, ILIKE, IN, INTERSECT, IS, JOIN, LIKE, MINUS, OR, SIMILAR, UNION};
    match token {
        Token::Word(word) => {
            matches!(
                word.keyword,
                AND | APPLY | BETWEEN | COLLATE | EXCEPT | ILIKE | IN | INTERSECT | IS | JOIN | LIKE | MINUS | OR | SIMILAR | UNION
            )
        }
        Token::Whitespace(_) | Token::Comma | Token::Period | Token::SemiColon | Token::LParen | Token::RParen | Token::RBracket | Token::EOF => {
            false
        }
        Token::Number(..)
        | Token::SingleQuotedString(_)
        | Token::DoubleQuotedString(_)
        | Token::NationalStringLiteral(_)
        | Token::HexStringLiteral(_)
        | Token::EscapedStringLiteral(_)
        | Token::DollarQuotedString(_)
        | Token::Placeholder(_) => false,
        _ => true,
    }
}

fn last_part(name: &ObjectName) -> Option<String> {
    name.0.last()?.as_ident().map(|i| i.value.to_ascii_lowercase())
}

fn refuse(statement: &Statement) -> Error {
    let words = statement.to_string();
    let first: Vec<&str> = words.split_whitespace().take(3).collect();
    Error::NotAllowed { statement: first.join(" ").chars().take(60).collect() }
}

/// The statement itself, or the SELECT that answers it.
fn allowed(statement: Statement) -> Result<Statement, Error> {
    match &statement {
        Statement::Query(query) => {
            only_reads(query, &statement)?;
            Ok(statement)
        }
        Statement::Explain { statement: inner, .. } => match inner.as_ref() {
            Statement::Query(query) => {
                only_reads(query, &statement)?;
                Ok(statement)
            }
            _ => Err(refuse(&statement)),
        },
        Statement::ShowTables { .. } => own("SELECT table_name, table_type, comment FROM information_schema.tables ORDER BY table_name"),
        Statement::ExplainTable { table_name, .. } => describe(table_name),
        Statement::ShowColumns { show_options, .. } => match show_options.show_in.as_ref().and_then(|i| i.parent_name.as_ref()) {
            Some(name) => describe(name),
            None => Err(Error::Syntax { message: "write SHOW COLUMNS FROM table".to_owned() }),
        },
        Statement::ShowVariable { variable } => match variable.as_slice() {
            [word] if is(word, "measures") => {
                own("SELECT measure_name, title, title_zh, unit, better, formula, tables FROM information_schema.measures ORDER BY measure_name")
            }
            _ => Err(refuse(&statement)),
        },
        Statement::ShowFunctions { .. } => own("SELECT function_name, usage, comment FROM information_schema.functions ORDER BY function_name"),
        _ => Err(refuse(&statement)),
    }
}

fn is(word: &Ident, text: &str) -> bool {
    word.value.eq_ignore_ascii_case(text)
}

fn own(sql: &str) -> Result<Statement, Error> {
    Parser::parse_sql(&GenericDialect, sql)
        .ok()
        .and_then(|mut all| all.pop())
        .ok_or_else(|| Error::Syntax { message: format!("could not read our own {sql:?}") })
}

fn describe(table: &ObjectName) -> Result<Statement, Error> {
    let name = last_part(table).unwrap_or_default().replace('\'', "''");
    own(&format!(
        "SELECT column_name, data_type, is_nullable, comment FROM information_schema.columns WHERE table_name = '{name}' ORDER BY ordinal_position"
    ))
}

/// Refuses what hides a change in a query: INSERT, UPDATE or DELETE as its body, SELECT INTO, locks.
fn only_reads(query: &Query, whole: &Statement) -> Result<(), Error> {
    struct Writes;
    impl Visitor for Writes {
        type Break = ();
        fn pre_visit_query(&mut self, query: &Query) -> ControlFlow<()> {
            if query.locks.is_empty() && reads(&query.body) { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        }
    }
    if Visit::visit(query, &mut Writes).is_break() { Err(refuse(whole)) } else { Ok(()) }
}

fn reads(body: &SetExpr) -> bool {
    match body {
        SetExpr::Select(select) => select.into.is_none(),
        SetExpr::SetOperation { left, right, .. } => reads(left) && reads(right),
        SetExpr::Query(_) | SetExpr::Values(_) | SetExpr::Table(_) => true,
        SetExpr::Insert(_) | SetExpr::Update(_) | SetExpr::Delete(_) | SetExpr::Merge(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn questions_are_allowed_and_everything_else_is_not() {
        for sql in [
            "SELECT 1",
            "WITH a AS (SELECT 1) SELECT * FROM a",
            "EXPLAIN SELECT 1",
            "EXPLAIN ANALYZE SELECT 1",
            "SHOW TABLES",
            "DESCRIBE calls",
            "SHOW COLUMNS FROM calls",
            "SHOW MEASURES",
            "VALUES (1)",
        ] {
            assert!(Question::parse(sql).is_ok(), "{sql}");
        }
        for sql in [
            "INSERT INTO calls VALUES (1)",
            "CREATE TABLE a (b INT)",
            "CREATE EXTERNAL TABLE a STORED AS CSV LOCATION '/etc/passwd'",
            "COPY calls TO '/tmp/x'",
            "SET datafusion.execution.batch_size = 1",
            "DROP TABLE calls",
            "SELECT 1 INTO a",
            "WITH a AS (INSERT INTO b VALUES (1)) SELECT 1",
            "EXPLAIN INSERT INTO calls VALUES (1)",
            "SHOW ALL",
            "SELECT 1; SELECT 2",
            "DELETE FROM calls",
            "PREPARE a AS SELECT 1",
            "",
            "SELEKT 1",
        ] {
            assert!(Question::parse(sql).is_err(), "{sql}");
        }
    }

    #[test]
    fn deep_nesting_is_an_error_and_no_crash() {
        let deep = format!("SELECT {}1{}", "(".repeat(10_000), ")".repeat(10_000));
        assert!(matches!(Question::parse(&deep), Err(Error::Syntax { .. })));
    }

    #[test]
    fn tables_and_functions_are_found_wherever_they_stand() {
        let sql = "SELECT Now(), (SELECT max(at) FROM events) FROM public.calls c JOIN (SELECT * FROM agent_legs) l ON true WHERE EXISTS (SELECT 1 FROM gaps)";
        let mentions = Question::parse(sql).unwrap().mentions();
        assert_eq!(mentions.relations.into_iter().collect::<Vec<_>>(), ["agent_legs", "calls", "events", "gaps"]);
        assert!(mentions.functions.contains("now"));
    }
}
