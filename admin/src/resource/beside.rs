//! What is written beside a row: the pairs of its links, and what its rules keep of it in tables of their own.
//!
//! It is known before anything is written. So a file's rows and all that hangs on them are made ready before anybody has to wait.

use sea_orm::ConnectionTrait;
use sea_orm::sea_query::{Expr, ExprTrait, Query};
use serde_json::Value;

use super::Kind;
use super::write::Write;
use crate::problem::Problem;
use crate::store::row::{self, Columns};

/// What a write writes beside its row.
#[derive(Debug, Clone)]
pub enum Beside {
    /// All that the row has in a table, instead of what it had there before.
    Own {
        /// The table.
        table: &'static str,
        /// Its column with the row's id.
        own: &'static str,
        /// Its rows, each with all of its columns.
        rows: Vec<Columns>,
    },
    /// A row more in a table of rows with ids of their own.
    More {
        /// The table.
        table: &'static str,
        /// The row's own columns.
        columns: Columns,
    },
}

/// All that a write writes beside its row.
pub(super) fn of(write: &Write<'_>) -> Vec<Beside> {
    let links = write.resource.fields.iter().filter(|f| write.changes(f.name)).filter_map(|field| {
        let Kind::Links(link) = field.kind else { return None };
        let others = write.after.get(field.name).and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
        let rows = others.map(|other| vec![(link.own, write.id.into()), (link.other, other.into())]).collect();
        Some(Beside::Own { table: link.table, own: link.own, rows })
    });
    links.chain(write.resource.rules.beside(write)).collect()
}

/// Writes it.
pub(super) async fn write(write: &Write<'_>) -> Result<(), Problem> {
    for beside in of(write) {
        match beside {
            Beside::Own { table, own, rows } => {
                if write.before.is_some() {
                    write.tx.execute(Query::delete().from_table(table).and_where(Expr::col(own).eq(write.id))).await?;
                }
                for insert in row::insert_all(table, rows) {
                    write.tx.execute(&insert).await?;
                }
            }
            Beside::More { table, columns } => {
                write.tx.execute(&row::insert(table, &write.admin.new_id(), write.admin.now(), columns)).await?;
            }
        }
    }
    Ok(())
}
