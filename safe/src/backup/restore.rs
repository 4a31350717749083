//! A backup comes back: tables are made as they were then, filled, and only after that brought up to date.

use std::collections::BTreeSet;
use std::path::Path;

use sea_orm::sea_query::{Alias, Expr, Query, Table as Tables};
use sea_orm::{ConnectionTrait, DatabaseBackend, DatabaseTransaction, DbErr, Statement};

use super::archive::{Manifest, Reader, Table};
use super::{Error, Sum, tables};
use callboard_admin::part::{self, Part};
use callboard_admin::store::Store;

/// Values, rows and bytes of one statement at most; both stores take twice as many values. A row is taken whole, however long.
const MOST_VALUES: usize = 16_000;
const MOST_ROWS: usize = 500;
const MOST_BYTES: usize = 1024 * 1024;

/// Restores a backup into a store that holds nothing, or in place of everything that it holds. No server may run on it.
///
/// # Errors
/// The file is broken or newer; there are rows and `replace` is not said; the store fails. Nothing has changed then.
pub async fn restore(url: &str, parts: &[&'static Part], path: &Path, replace: bool) -> Result<Sum, Error> {
    let mut reader = Reader::open(path)?;
    let own = tables::own(parts).await?;
    known(&reader.manifest, parts, &own)?;
    let store = Store::connect(url, false).await?;
    let tx = store.begin().await?;
    let present = tables::present(&tx, &own).await?;
    if !replace {
        for table in &present {
            let any = Query::select().expr(Expr::val(1)).from(Alias::new(table.clone())).limit(1).to_owned();
            if tx.query_one(&any).await?.is_some() {
                return Err(Error::NotEmpty { table: table.clone() });
            }
        }
    }
    clear(&tx, parts, present).await?;
    for tree in part::migrations(parts) {
        let name = (tree.table)();
        let taken = reader.manifest.steps.iter().find(|s| s.table == name).map_or(0, |s| s.taken.len());
        // Of none none is taken; the trees count from 0 to all.
        if taken > 0 {
            (tree.up)(&tx, u32::try_from(taken).ok()).await?;
        }
    }
    fill(&tx, &mut reader).await?;
    tx.commit().await?;
    part::bring_up(&store, parts).await?;
    let sum = Sum { tables: reader.manifest.tables.len(), rows: reader.manifest.tables.iter().map(|t| t.rows).sum() };
    store.close().await?;
    Ok(sum)
}

/// Refuses what this version does not know.
fn known(manifest: &Manifest, parts: &[&'static Part], own: &BTreeSet<String>) -> Result<(), Error> {
    let newer = |unknown: &str| Error::Newer { made_by: manifest.made_by.clone(), unknown: unknown.to_owned() };
    let trees = part::migrations(parts);
    for steps in &manifest.steps {
        let tree = trees.iter().find(|t| (t.table)() == steps.table).ok_or_else(|| newer(&steps.table))?;
        let names = (tree.names)();
        // They were taken in their order: one that is not among the first so many is not known here.
        let first = names.get(..steps.taken.len()).unwrap_or(&names);
        if let Some(unknown) = steps.taken.iter().find(|name| !first.contains(name)) {
            return Err(newer(unknown));
        }
    }
    match manifest.tables.iter().find(|t| !own.contains(&t.name)) {
        Some(table) => Err(newer(&table.name)),
        None => Ok(()),
    }
}

/// Drops the organisation's own tables and nothing else.
async fn clear(tx: &DatabaseTransaction, parts: &[&'static Part], present: Vec<String>) -> Result<(), DbErr> {
    for name in present.into_iter().chain(part::migrations(parts).iter().map(|tree| (tree.table)())) {
        tx.execute(Tables::drop().table(Alias::new(name)).if_exists().cascade()).await?;
    }
    if tx.get_database_backend() == DatabaseBackend::Postgres {
        tx.execute_unprepared("DROP FUNCTION IF EXISTS audit_is_kept()").await?;
    }
    Ok(())
}

async fn fill(tx: &DatabaseTransaction, reader: &mut Reader) -> Result<(), Error> {
    let postgres = tx.get_database_backend() == DatabaseBackend::Postgres;
    let references = if postgres { references(tx).await? } else { Vec::new() };
    // Rows come table by table; what they refer to may come later.
    for (table, name) in &references {
        tx.execute_unprepared(&format!("ALTER TABLE {table} ALTER CONSTRAINT {name} DEFERRABLE INITIALLY DEFERRED")).await?;
    }
    for table in std::mem::take(&mut reader.manifest.tables) {
        one(tx, reader, &table).await?;
        reader.manifest.tables.push(table);
    }
    if postgres {
        tx.execute_unprepared("SET CONSTRAINTS ALL IMMEDIATE").await?;
        for (table, name) in &references {
            tx.execute_unprepared(&format!("ALTER TABLE {table} ALTER CONSTRAINT {name} NOT DEFERRABLE")).await?;
        }
    } else if let Some(row) = tx.query_one_raw(Statement::from_string(DatabaseBackend::Sqlite, "PRAGMA foreign_key_check")).await? {
        return Err(Error::Broken(format!("a row of {} refers to one that is not there", row.try_get::<String>("", "table")?)));
    }
    Ok(())
}

/// The references of the organisation's tables: table and name, as SQL writes them.
async fn references(tx: &DatabaseTransaction) -> Result<Vec<(String, String)>, DbErr> {
    let text = "SELECT conrelid::regclass::text AS owner, quote_ident(conname) AS name FROM pg_constraint \
         WHERE contype = 'f' AND connamespace = current_schema()::regnamespace";
    let rows = tx.query_all_raw(Statement::from_string(DatabaseBackend::Postgres, text)).await?;
    rows.iter().map(|row| Ok((row.try_get("", "owner")?, row.try_get("", "name")?))).collect()
}

async fn one(tx: &DatabaseTransaction, reader: &mut Reader, table: &Table) -> Result<(), Error> {
    let there = tables::columns(tx, &table.name).await?;
    if let Some(column) = table.columns.iter().find(|c| !there.contains(c)) {
        return Err(Error::Broken(format!("table {} has no such column {}", table.name, column.name)));
    }
    let columns: Vec<Alias> = table.columns.iter().map(|c| Alias::new(c.name.clone())).collect();
    let most = (MOST_VALUES / columns.len().max(1)).clamp(1, MOST_ROWS);
    let mut rows = reader.rows(&table.name)?.peekable();
    while rows.peek().is_some() {
        let mut insert = Query::insert();
        insert.into_table(Alias::new(table.name.clone())).columns(columns.clone());
        let (mut count, mut bytes) = (0, 0);
        while count < most
            && bytes < MOST_BYTES
            && let Some(row) = rows.next()
        {
            let (length, row) = row?;
            (count, bytes) = (count + 1, bytes + length);
            let cells: Option<Vec<Expr>> = table.columns.iter().zip(&row).map(|(c, cell)| c.kind.bind(cell).map(Expr::val)).collect();
            let cells = cells.filter(|cells| cells.len() == columns.len());
            insert.values_panic(cells.ok_or_else(|| Error::Broken(format!("a row of {} does not fit its columns", table.name)))?);
        }
        tx.execute(&insert).await?;
    }
    Ok(())
}
