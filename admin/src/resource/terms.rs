//! Conditions over terms that are kept beside a resource, asked in whichever way is short.
//!
//! Few rows that fit are found first, by their terms, and sorted. Of many the first page is filled sooner by walking the rows
//! in the order of the list and looking for each whether it has the term. What a range of a column of the rows themselves
//! holds may be asked in the same two ways: the column is the term then, and the table the rows' own.

use sea_orm::ConnectionTrait;
use sea_orm::sea_query::{Cond, Condition, Expr, ExprTrait, Func, IntoCondition, Query, SelectStatement};

use super::Resource;
use crate::problem::Problem;

/// So many terms that fit are many.
const MANY: u64 = 5_000;

/// Rows that have a term.
#[derive(Debug, Clone)]
pub struct Terms {
    /// The table of terms; that of the rows where the term is a column of theirs.
    pub table: &'static str,
    /// Its column with the row's id.
    pub own: &'static str,
    /// What a term must be.
    pub what: Condition,
}

/// A filter: what rows must be, and what terms they must have.
#[derive(Debug, Clone)]
pub struct Filter {
    /// What rows must be.
    pub rows: Condition,
    /// For each of these, a term.
    pub terms: Vec<Terms>,
}

impl Default for Filter {
    fn default() -> Self {
        Self { rows: Cond::all(), terms: Vec::new() }
    }
}

impl Filter {
    /// This and that.
    pub fn and(&mut self, other: Self) {
        self.rows = self.rows.clone().add(other.rows);
        self.terms.extend(other.terms);
    }

    /// All of it as one condition, as it is short where few rows fit.
    #[must_use]
    pub fn all(&self, resource: &Resource) -> Condition {
        self.terms.iter().fold(Cond::all().add(self.rows.clone()), |all, terms| all.add(terms.found(resource)))
    }
}

impl From<Condition> for Filter {
    fn from(rows: Condition) -> Self {
        Self { rows, terms: Vec::new() }
    }
}

impl From<Vec<Terms>> for Filter {
    fn from(terms: Vec<Terms>) -> Self {
        Self { rows: Cond::all(), terms }
    }
}

impl Terms {
    /// Whether they stand in the rows themselves.
    fn are_columns(&self, resource: &Resource) -> bool {
        self.table == resource.table
    }

    fn select(&self) -> SelectStatement {
        Query::select().column((self.table, self.own)).from(self.table).cond_where(self.what.clone()).to_owned()
    }

    /// Rows that are found by their terms.
    #[must_use]
    pub fn found(&self, resource: &Resource) -> Condition {
        if self.are_columns(resource) {
            return self.what.clone();
        }
        Expr::col((resource.table, "id")).in_subquery(self.select()).into_condition()
    }

    /// Rows that, one looked at after the other, turn out to have a term.
    #[must_use]
    pub fn held(&self, resource: &Resource) -> Condition {
        if self.are_columns(resource) {
            return self.what.clone();
        }
        let own = Expr::col((self.table, self.own)).equals((resource.table, "id"));
        // The offset keeps PostgreSQL from making a join of it, which it begins at the terms: it takes thousands of them for one.
        Expr::exists(self.select().and_where(own).limit(1).offset(0).to_owned()).into_condition()
    }

    /// Whether many terms fit; no more are counted than it takes to know.
    pub(super) async fn are_many(&self, db: &impl ConnectionTrait) -> Result<bool, Problem> {
        Ok(up_to(db, self.select(), MANY).await? >= MANY)
    }

    /// The ids of rows, each once, that have a term and are so.
    pub(super) fn of_rows(&self, resource: &Resource, rows: Condition) -> SelectStatement {
        if self.are_columns(resource) {
            return self.select().cond_where(rows).to_owned();
        }
        let mut select = self.select().distinct().to_owned();
        if !rows.is_empty() {
            let own = Expr::col((resource.table, "id")).equals((self.table, self.own));
            let row = Query::select().column((resource.table, "id")).from(resource.table).and_where(own).cond_where(rows).to_owned();
            select.and_where(Expr::exists(row));
        }
        select
    }
}

/// How many rows a question has, at most so many.
pub(super) async fn up_to(db: &impl ConnectionTrait, select: SelectStatement, most: u64) -> Result<u64, Problem> {
    let some = select.clone().limit(most).to_owned();
    let count = Query::select().expr_as(Func::count(Expr::cust("*")), "n").from_subquery(some, "some").to_owned();
    let n = db.query_one(&count).await?.map(|row| row.try_get::<i64>("", "n")).transpose()?;
    Ok(u64::try_from(n.unwrap_or_default()).unwrap_or_default())
}
