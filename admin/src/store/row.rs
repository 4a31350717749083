//! New rows with the columns that every table has.

use callboard_domain::Timestamp;
use sea_orm::sea_query::{Expr, InsertStatement, Query, Value};

/// A row's own columns with their values.
pub type Columns = Vec<(&'static str, Value)>;

/// Inserts a row: its id, version 1, made and changed now, and these columns.
#[must_use]
pub fn insert(table: &'static str, id: &str, now: Timestamp, columns: Columns) -> InsertStatement {
    let names = COMMON.into_iter().chain(columns.iter().map(|(name, _)| *name));
    let mut insert = Query::insert().into_table(table).columns(names).to_owned();
    insert.values_panic(values(id, now, columns));
    insert
}

/// Inserts rows of the same columns, each with its id, in as few statements as the stores take.
#[must_use]
pub fn insert_all(table: &'static str, now: Timestamp, rows: Vec<(String, Columns)>) -> Vec<InsertStatement> {
    let mut all: Vec<InsertStatement> = Vec::new();
    let (mut names, mut room) = (Vec::new(), 0);
    for (id, columns) in rows {
        let own: Vec<&'static str> = columns.iter().map(|(name, _)| *name).collect();
        match all.last_mut().filter(|_| own == names && room > 0) {
            Some(insert) => drop(insert.values_panic(values(&id, now, columns))),
            None => {
                room = MOST_VALUES / (own.len() + COMMON.len());
                names = own;
                all.push(insert(table, &id, now, columns));
            }
        }
        room = room.saturating_sub(1);
    }
    all
}

const COMMON: [&str; 4] = crate::resource::column::COMMON;
/// SQLite takes 32,766 values of one statement, PostgreSQL 65,535; longer statements are not faster.
const MOST_VALUES: usize = 10_000;

fn values(id: &str, now: Timestamp, columns: Columns) -> Vec<Expr> {
    let now = Value::from(now.as_millis());
    let common = [id.into(), 1_i64.into(), now.clone(), now];
    common.into_iter().chain(columns.into_iter().map(|(_, value)| value)).map(Expr::val).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_of_the_same_columns_share_a_statement_up_to_a_size() {
        let row = |n: usize, name: &'static str| (n.to_string(), vec![(name, Value::from(1_i64))]);
        let rows = (0..2_500).map(|n| row(n, "a")).chain([row(2_500, "b"), row(2_501, "a")]).collect();
        assert_eq!(insert_all("t", Timestamp::default(), rows).len(), 4);
        assert!(insert_all("t", Timestamp::default(), Vec::new()).is_empty());
    }
}
