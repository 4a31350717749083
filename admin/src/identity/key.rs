//! Keys that programs and screens carry: shown once, kept as a hash, found by it; when and from where each was used last.
//!
//! A key is its holder's prefix, by which scanners of secrets know it, and 256 bits of chance.

use callboard_domain::Timestamp;
use sea_orm::sea_query::{Cond, Condition, Expr, ExprTrait, Query};
use sea_orm::{ConnectionTrait, QueryResult};

use super::caller::WALL;
use super::{Caller, DataScope, Via, door};
use crate::Admin;
use crate::problem::Problem;
use crate::random::{digest, secret};

/// How often its use is written down.
const NOTE_MS: i64 = 60_000;

/// What a key opens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holder {
    /// What its user may do, or less.
    Token,
    /// Boards, on a screen.
    Device,
}

impl Holder {
    const fn table(self) -> &'static str {
        match self {
            Self::Token => "tokens",
            Self::Device => "devices",
        }
    }

    /// What its keys begin with.
    #[must_use]
    pub const fn prefix(self) -> &'static str {
        match self {
            Self::Token => "cbt_",
            Self::Device => "cbd_",
        }
    }

    fn of(key: &str) -> Option<Self> {
        [Self::Token, Self::Device].into_iter().find(|holder| key.starts_with(holder.prefix()))
    }
}

/// Gives a row a new key, which is good from now on in place of the one before; the key.
///
/// # Errors
/// When the store fails.
pub async fn give(admin: &Admin, db: &impl ConnectionTrait, holder: Holder, id: &str) -> Result<String, Problem> {
    let key = format!("{}{}", holder.prefix(), secret(admin.random()));
    let hint = key.get(..8).unwrap_or_default().to_owned();
    let update =
        Query::update().table(holder.table()).value("secret_hash", digest(&key)).value("hint", hint).and_where(Expr::col("id").eq(id)).to_owned();
    db.execute(&update).await?;
    Ok(key)
}

/// Takes a device's key and any open pairing away.
///
/// # Errors
/// When the store fails.
pub async fn take(db: &impl ConnectionTrait, id: &str) -> Result<(), Problem> {
    let none = || Expr::val(None::<String>);
    let update = Query::update()
        .table("devices")
        .value("secret_hash", none())
        .value("hint", none())
        .value("pairing_hash", none())
        .and_where(Expr::col("id").eq(id))
        .to_owned();
    db.execute(&update).await?;
    Ok(())
}

/// Ends every token of a user.
///
/// # Errors
/// When the store fails.
pub async fn end(db: &impl ConnectionTrait, user_id: &str) -> Result<(), Problem> {
    db.execute(Query::delete().from_table("tokens").and_where(Expr::col("user_id").eq(user_id))).await?;
    Ok(())
}

/// Makes the caller whoever carries this key; whether it is good.
///
/// # Errors
/// When the store fails.
pub(crate) async fn known(admin: &Admin, caller: &mut Caller, key: &str) -> Result<bool, Problem> {
    match Holder::of(key) {
        Some(holder) => holds(admin, caller, holder, Expr::col("secret_hash").eq(digest(key)).into()).await,
        None => Ok(false),
    }
}

/// Makes the caller whom this row stands for; whether its key is still good.
pub(super) async fn again(admin: &Admin, caller: &mut Caller, holder: Holder, id: &str) -> Result<bool, Problem> {
    holds(admin, caller, holder, Cond::all().add(Expr::col("id").eq(id)).add(Expr::col("secret_hash").is_not_null())).await
}

async fn holds(admin: &Admin, caller: &mut Caller, holder: Holder, only: Condition) -> Result<bool, Problem> {
    let now = admin.now();
    let mut select = Query::select();
    select.columns(["id", "name", "expires_at", "used_at"]).from(holder.table()).cond_where(only);
    match holder {
        Holder::Token => select.columns(["user_id", "rights"]),
        Holder::Device => select.column("boards").and_where(Expr::col("enabled").eq(true)),
    };
    let Some(row) = admin.db().query_one(&select).await? else { return Ok(false) };
    if row.try_get::<Option<i64>>("", "expires_at")?.is_some_and(|at| at <= now.as_millis()) {
        return Ok(false);
    }
    let good = match holder {
        Holder::Token => token(admin, caller, &row).await?,
        Holder::Device => device(caller, &row)?,
    };
    if good {
        note(admin, holder, &row, &caller.address, now).await?;
    }
    Ok(good)
}

/// Its user, with those rights of theirs that the token names.
async fn token(admin: &Admin, caller: &mut Caller, row: &QueryResult) -> Result<bool, Problem> {
    if !door::user(admin, caller, &row.try_get::<String>("", "user_id")?).await? {
        return Ok(false);
    }
    caller.narrow(&list(row, "rights")?);
    caller.via = Via::Token(row.try_get("", "id")?);
    caller.name = format!("{} · {}", caller.name, row.try_get::<String>("", "name")?);
    Ok(true)
}

/// A screen sees its boards and nothing else.
fn device(caller: &mut Caller, row: &QueryResult) -> Result<bool, Problem> {
    caller.via = Via::Device(row.try_get("", "id")?);
    caller.name = row.try_get("", "name")?;
    caller.boards = Some(list(row, "boards")?).filter(|boards| !boards.iter().any(|b| b == EVERY_BOARD));
    caller.grant(WALL, DataScope::All);
    Ok(true)
}

/// Stands for every board there is.
pub const EVERY_BOARD: &str = "*";

fn list(row: &QueryResult, column: &str) -> Result<Vec<String>, Problem> {
    Ok(serde_json::from_str(&row.try_get::<String>("", column)?).unwrap_or_default())
}

async fn note(admin: &Admin, holder: Holder, row: &QueryResult, address: &str, now: Timestamp) -> Result<(), Problem> {
    if row.try_get::<Option<i64>>("", "used_at")?.is_some_and(|at| now.as_millis() - at < NOTE_MS) {
        return Ok(());
    }
    let mut update = Query::update();
    update.table(holder.table()).and_where(Expr::col("id").eq(row.try_get::<String>("", "id")?));
    update.value("used_at", now.as_millis()).value("used_from", address);
    admin.db().execute(&update).await?;
    Ok(())
}
