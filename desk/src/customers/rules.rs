//! Rules of customers: each number is one customer's, the owner changes by claim, release or transfer only.

use async_trait::async_trait;
use sea_orm::sea_query::{Expr, ExprTrait, Query};
use sea_orm::{ConnectionTrait, DatabaseTransaction};
use serde_json::Value;

use super::{own, pool, terms};
use crate::numbers::normal;
use callboard_admin::Admin;
use callboard_admin::identity::Caller;
use callboard_admin::problem::{FieldError, Problem};
use callboard_admin::resource::Record;
use callboard_admin::resource::beside::Beside;
use callboard_admin::resource::terms::Filter;
use callboard_admin::resource::write::{Entries, Rules, Write};
use callboard_admin::words::Text;
use callboard_domain::Timestamp;

/// Most values of one filter.
const MOST_VALUES: usize = 200;

pub(super) struct CustomerRules;

#[async_trait]
impl Rules for CustomerRules {
    async fn check(&self, write: &mut Write<'_>) -> Result<(), Problem> {
        // Who makes a customer owns it, unless it is said to be nobody's.
        if !write.after.contains_key("owner_id") {
            write.author("owner_id");
        }
        numbers(write).await?;
        own::check(write).await?;
        if write.changes("owner_id") {
            pool::check(write).await?;
        }
        Ok(())
    }

    fn filter(&self, name: &str, value: &str, _caller: &Caller) -> Option<Result<Filter, FieldError>> {
        let (base, how) = match name.rsplit_once('.') {
            Some((base, how @ ("in" | "from" | "to"))) => (base, how),
            _ => (name, ""),
        };
        let kind = match base {
            "tags" => "tag",
            "phones" => "number",
            _ if base.strip_prefix("own.").is_some_and(|field| !field.is_empty()) => base,
            _ => return None,
        };
        let values = if how == "in" { value.split(',').take(MOST_VALUES).map(str::trim).collect() } else { vec![value] };
        Some(match how {
            "from" | "to" if kind == base => Ok(vec![terms::within(kind, how == "from", &own::bound(value))].into()),
            "from" | "to" => Err(FieldError::new(name, "unknown", "there is no such parameter", "没有该参数")),
            _ => Ok(vec![terms::exactly(kind, values.into_iter().map(|v| if kind == "number" { normal(v) } else { v.to_owned() }))].into()),
        })
    }

    async fn entries(&self, admin: &Admin) -> Result<Vec<Entries>, Problem> {
        let known = own::definitions(admin.db()).await?;
        Ok(known.into_iter().map(|d| Entries { field: "own", name: d.name, title: Text::new(d.title_en, d.title_zh) }).collect())
    }

    async fn find(&self, tx: &DatabaseTransaction, row: &Record, _now: Timestamp) -> Result<Option<Option<String>>, Problem> {
        let numbers: Vec<String> = row.get("phones").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).map(normal).collect();
        let select = Query::select().column("customer_id").from("customer_numbers").and_where(Expr::col("number").is_in(numbers)).limit(1).to_owned();
        Ok(Some(tx.query_one(&select).await?.map(|row| row.try_get("", "customer_id")).transpose()?))
    }

    fn search(&self, text: &str, caller: &Caller) -> Option<Filter> {
        Some(terms::search(text, caller.sees_phones()).into())
    }

    fn claims(&self, after: &Record) -> Vec<String> {
        after.get("phones").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
    }

    fn beside(&self, write: &Write<'_>) -> Vec<Beside> {
        let found = ["name", "company", "tags", "phones", "own"].iter().any(|field| write.changes(field));
        found.then(|| terms::beside(write)).into_iter().flatten().chain(pool::moved(write)).collect()
    }

    async fn wrote_all(&self, writes: &[Write<'_>]) -> Result<(), Problem> {
        pool::limited(writes).await
    }
}

/// Brings numbers into one form and refuses those of others.
async fn numbers(write: &mut Write<'_>) -> Result<(), Problem> {
    if !write.changes("phones") {
        return Ok(());
    }
    let mut kept: Vec<String> = Vec::new();
    for number in write.after.get("phones").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).map(normal) {
        if !kept.contains(&number) {
            kept.push(number);
        }
    }
    let taken = Query::select()
        .column("number")
        .from("customer_numbers")
        .and_where(Expr::col("number").is_in(kept.clone()))
        .and_where(Expr::col("customer_id").ne(write.id))
        .to_owned();
    for row in if kept.is_empty() { Vec::new() } else { write.tx.query_all(&taken).await? } {
        let number: String = row.try_get("", "number")?;
        let (en, zh) = (format!("{number} is another customer's"), format!("{number} 已属于其他客户"));
        write.errors.push(FieldError::new("phones", "taken", en, zh));
    }
    write.after.insert("phones".into(), kept.into());
    Ok(())
}
