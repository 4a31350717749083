//! The public pool (公共池) and transfer (资料转移): who may take, give back and hand over a customer; every move is kept.

mod many;

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::{Extension, Json};
use sea_orm::sea_query::{Expr, ExprTrait, Func, Query};
use sea_orm::{ConnectionTrait, DatabaseTransaction};
use serde::Deserialize;
use serde_json::{Value, json};

use super::CUSTOMERS;
use crate::parameters;
use callboard_admin::Admin;
use callboard_admin::entity::standard::record;
use callboard_admin::http::{Routes, body::Body};
use callboard_admin::identity::door::Need;
use callboard_admin::identity::{Caller, DataScope};
use callboard_admin::problem::{FieldError, Problem};
use callboard_admin::resource::beside::Beside;
use callboard_admin::resource::write::{Plain, Write};
use callboard_admin::resource::{Choice, Features, Field, Kind, Menu, Record, Resource, Scope, list, write};
use callboard_admin::words::Words;

/// The right to hand customers to others.
pub const TRANSFER: &str = "customers.transfer";
const REASON: usize = 200;
const DAY_MS: i64 = 86_400_000;

const ACTIONS: &[Choice] =
    &[Choice::new("claim", "Claimed", "领取"), Choice::new("release", "Given back", "退回公共池"), Choice::new("transfer", "Handed over", "转移")];

/// Every change of an owner.
pub static TRANSFERS: Resource = Resource {
    name: "customer_transfers",
    path: "customer-transfers",
    table: "customer_transfers",
    title: Words::new("Transfers of customers", "客户转移记录"),
    menu: Menu::Customers,
    fields: &[
        Field::reference("customer_id", "customers", "Customer", "客户").required().readonly(),
        Field::new("action", Kind::Choice(ACTIONS), "What", "操作").required().filter().readonly(),
        Field::reference("from_id", "users", "From", "原所有人").readonly(),
        Field::reference("to_id", "users", "To", "新所有人").readonly(),
        Field::text("reason", "Reason", "原因").readonly(),
        Field::reference("user_id", "users", "By", "操作人").readonly(),
    ],
    features: Features::READ.by_rights_of("customers"),
    label: "action",
    sort: "-created_at",
    scope: Scope::Of("customer_id", &CUSTOMERS),
    rules: &Plain,
};

pub(super) fn routes(routes: &mut Routes) {
    const WHY: &[Field] = &[Field::text("reason", "Reason", "原因").max(REASON)];
    let write = Need::Right(CUSTOMERS.right("write"));
    routes.post("/customers/{id}/claim", write.clone(), "Take a customer from the public pool", claim);
    routes.post("/customers/{id}/release", write, "Give a customer back to the public pool", release);
    routes.takes(WHY);
    many::routes(routes);
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Why {
    #[serde(default)]
    reason: String,
}

async fn claim(State(admin): State<Arc<Admin>>, Extension(caller): Extension<Caller>, Path(id): Path<String>) -> Result<Json<Record>, Problem> {
    let data = caller.need(&CUSTOMERS.right("write"))?;
    let tx = admin.begin().await?;
    take(&admin, &caller, &tx, &id, data).await?;
    done(&admin, &caller, tx, &id, data).await
}

async fn release(
    State(admin): State<Arc<Admin>>,
    Extension(mut caller): Extension<Caller>,
    Path(id): Path<String>,
    Body(why): Body<Why>,
) -> Result<Json<Record>, Problem> {
    let data = caller.need(&CUSTOMERS.right("write"))?;
    caller.reason = reason(&why.reason)?;
    let tx = admin.begin().await?;
    hand(&admin, &caller, &tx, (&id, None), data).await?;
    done(&admin, &caller, tx, &id, data).await
}

async fn done(admin: &Admin, caller: &Caller, tx: DatabaseTransaction, id: &str, data: DataScope) -> Result<Json<Record>, Problem> {
    let row = list::one(admin, &tx, caller, &CUSTOMERS, id, data).await?;
    tx.commit().await?;
    Ok(Json(row))
}

/// A reason as it is kept beside the move.
fn reason(text: &str) -> Result<Option<String>, Problem> {
    let text = text.trim();
    if text.chars().count() > REASON || text.chars().any(char::is_control) {
        return Err(Problem::field("reason", "long", format!("one line of at most {REASON} characters"), format!("单行, 最多 {REASON} 个字符")));
    }
    Ok(Some(text.to_owned()).filter(|t| !t.is_empty()))
}

/// Gives a customer that is nobody's to the caller.
async fn take(admin: &Admin, caller: &Caller, tx: &DatabaseTransaction, id: &str, data: DataScope) -> Result<(), Problem> {
    let me = caller.user_id.clone().ok_or_else(|| Problem::refused("only a user can own a customer", "只有用户可以拥有客户"))?;
    let row = list::raw(tx, caller, &CUSTOMERS, id, data).await?.ok_or_else(Problem::not_found)?;
    if row.get("owner_id") != Some(&Value::Null) {
        return Err(Problem::refused("the customer has an owner", "该客户已有所有人"));
    }
    write::change(admin, caller, tx, &CUSTOMERS, (id, None), record(json!({ "owner_id": me })), data).await.map(drop)
}

/// Gives a customer that the caller reaches to somebody, or to nobody.
async fn hand(admin: &Admin, caller: &Caller, tx: &DatabaseTransaction, (id, to): (&str, Option<&str>), data: DataScope) -> Result<(), Problem> {
    list::raw(tx, caller, &CUSTOMERS, id, data).await?.ok_or_else(Problem::not_found)?;
    // Whoever hands a customer over may lose sight of it.
    write::change(admin, caller, tx, &CUSTOMERS, (id, None), record(json!({ "owner_id": to })), DataScope::All).await.map(drop)
}

/// Whether the caller may change the owner in this way.
pub(super) async fn check(write: &mut Write<'_>) -> Result<(), Problem> {
    let (from, to) = owners(write);
    if write.caller.may(TRANSFER).is_some() {
        return Ok(());
    }
    let me = write.caller.user_id.clone();
    if to.is_some() && to == me && from.is_none() {
        // What one makes oneself is not taken from anybody.
        return if write.before.is_some() { within_limits(write, 1).await } else { Ok(()) };
    }
    if to.is_none() && (from == me || write.before.is_none()) {
        return Ok(());
    }
    write.errors.push(FieldError::new(
        "owner_id",
        "rule",
        "only those who may hand customers over can choose the owner",
        "只有具有转移权限的用户可以指定所有人",
    ));
    Ok(())
}

/// Nobody takes more from the pool than the parameters allow; so many they are about to take.
async fn within_limits(write: &Write<'_>, ahead: i64) -> Result<(), Problem> {
    let me = write.caller.user_id.clone().unwrap_or_default();
    let limits = parameters::current(write.tx).await?;
    let count = |table: &'static str| Query::select().expr_as(Func::count(Expr::col("id")), "n").from(table).to_owned();
    let held = count("customers").and_where(Expr::col("owner_id").eq(&me)).to_owned();
    let taken = count("customer_transfers")
        .and_where(Expr::col("user_id").eq(&me))
        .and_where(Expr::col("action").eq("claim"))
        .and_where(Expr::col("created_at").gt(write.admin.now().as_millis() - DAY_MS))
        .to_owned();
    for (select, most, en, zh) in [
        (held, limits.claim_limit, "you own as many customers as you may", "您拥有的客户数已达上限"),
        (taken, limits.claim_limit_day, "you took as many customers as you may within a day", "您一天内领取的客户数已达上限"),
    ] {
        let n: i64 = write.tx.query_one(&select).await?.map(|row| row.try_get("", "n")).transpose()?.unwrap_or_default();
        if n + ahead > most {
            return Err(Problem::refused(en, zh));
        }
    }
    Ok(())
}

/// The move that a change makes, as it is kept.
pub(super) fn moved(write: &Write<'_>) -> Option<Beside> {
    if !moves(write) {
        return None;
    }
    let (from, to) = owners(write);
    let action = match (&from, &to) {
        (_, None) => "release",
        (None, Some(_)) if to == write.caller.user_id => "claim",
        _ => "transfer",
    };
    let columns = vec![
        ("customer_id", write.id.into()),
        ("action", action.into()),
        ("from_id", from.into()),
        ("to_id", to.into()),
        ("reason", write.caller.reason.clone().into()),
        ("user_id", write.caller.user_id.clone().into()),
    ];
    Some(Beside::More { table: TRANSFERS.table, columns })
}

fn moves(write: &Write<'_>) -> bool {
    write.before.is_some() && write.changes("owner_id")
}

/// Rows of a file are checked one by one, before any is kept: together they may be too many.
pub(super) async fn limited(writes: &[Write<'_>]) -> Result<(), Problem> {
    match writes.iter().find(|write| moves(write)) {
        Some(write) if write.caller.may(TRANSFER).is_none() => within_limits(write, 0).await,
        _ => Ok(()),
    }
}

/// Whose the customer was, and whose it is.
fn owners(write: &Write<'_>) -> (Option<String>, Option<String>) {
    let owner = |record: &Record| record.get("owner_id").and_then(Value::as_str).map(str::to_owned);
    (write.before.as_ref().and_then(owner), owner(&write.after))
}
