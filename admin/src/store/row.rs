//! New rows with the columns that every table has.

use callboard_domain::Timestamp;
use sea_orm::sea_query::{Expr, InsertStatement, Query, Value};

/// A row's own columns with their values.
pub type Columns = Vec<(&'static str, Value)>;

/// Inserts a row: its id, version 1, made and changed now, and these columns.
#[must_use]
pub fn insert(table: &'static str, id: &str, now: Timestamp, columns: Columns) -> InsertStatement {
    let columns = full(id, now, columns);
    let mut insert = Query::insert().into_table(table).columns(names(&columns)).to_owned();
    insert.values_panic(columns.into_iter().map(|(_, value)| Expr::val(value)));
    insert
}

/// Inserts rows with these columns and no others, in as few statements as the stores take.
#[must_use]
pub fn insert_all(table: &str, rows: Vec<Columns>) -> Vec<InsertStatement> {
    let mut all: Vec<InsertStatement> = Vec::new();
    let (mut last, mut room) = (Vec::new(), 0);
    for columns in rows {
        let own = names(&columns);
        if own != last || room == 0 {
            room = MOST_VALUES / Ord::max(own.len(), 1);
            all.push(Query::insert().into_table(table.to_owned()).columns(own.iter().copied()).to_owned());
            last = own;
        }
        if let Some(insert) = all.last_mut() {
            insert.values_panic(columns.into_iter().map(|(_, value)| Expr::val(value)));
        }
        room -= 1;
    }
    all
}

/// A row's own columns after those that every table has.
#[must_use]
pub fn full(id: &str, now: Timestamp, columns: Columns) -> Columns {
    let now = Value::from(now.as_millis());
    let common = COMMON.into_iter().zip([id.into(), 1_i64.into(), now.clone(), now]);
    common.chain(columns).collect()
}

/// What the columns are called.
#[must_use]
pub fn names(columns: &Columns) -> Vec<&'static str> {
    columns.iter().map(|(name, _)| *name).collect()
}

const COMMON: [&str; 4] = crate::resource::column::COMMON;
/// SQLite takes 32,766 values of one statement, PostgreSQL 65,535; longer statements are not faster.
const MOST_VALUES: usize = 10_000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_of_the_same_columns_share_a_statement_up_to_a_size() {
        let row = |n: usize, name: &'static str| full(&n.to_string(), Timestamp::default(), vec![(name, Value::from(1_i64))]);
        let rows = (0..2_500).map(|n| row(n, "a")).chain([row(2_500, "b"), row(2_501, "a")]).collect();
        assert_eq!(insert_all("t", rows).len(), 4);
        assert!(insert_all("t", Vec::new()).is_empty());
    }
}
