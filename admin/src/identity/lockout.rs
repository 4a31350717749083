//! Lockout: after five wrong passwords a login waits, each time twice as long, for known and unknown logins alike.

use sea_orm::ConnectionTrait;
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict, Query};

use callboard_domain::Timestamp;

use crate::Admin;
use crate::problem::Problem;
use crate::store::row;

/// Wrong passwords that cost nothing.
const FREE: i64 = 5;
/// The first wait, and the longest.
const FIRST_MS: i64 = 30_000;
const LONGEST_MS: i64 = 15 * 60_000;
/// After this long without a try all is forgotten.
const FORGET_MS: i64 = 24 * 3_600_000;

/// How long a login waits after so many failures, ms.
#[must_use]
pub fn wait_ms(failures: i64) -> i64 {
    match failures - FREE {
        over if over < 0 => 0,
        over if over > 10 => LONGEST_MS,
        over => std::cmp::min(FIRST_MS << over, LONGEST_MS),
    }
}

/// Refuses a login that has to wait.
///
/// # Errors
/// 429 with the wait, or the store fails.
pub async fn check(admin: &Admin, login: &str) -> Result<(), Problem> {
    let (_, until) = read(admin, login).await?;
    let wait = until.since(admin.now());
    if wait > 0 { Err(Problem::too_often(u64::try_from(wait / 1_000 + 1).unwrap_or(1))) } else { Ok(()) }
}

/// Counts a wrong password; whether the login waits from now on.
///
/// # Errors
/// When the store fails.
pub async fn failed(admin: &Admin, login: &str) -> Result<bool, Problem> {
    let (failures, _) = read(admin, login).await?;
    let (now, wait) = (admin.now(), wait_ms(failures + 1));
    let columns = vec![("login", login.into()), ("failures", (failures + 1).into()), ("locked_until", now.plus(wait).as_millis().into())];
    let mut insert = row::insert("sign_in_failures", &admin.new_id(), now, columns);
    insert.on_conflict(OnConflict::column("login").update_columns(["updated_at", "failures", "locked_until"]).to_owned());
    admin.db().execute(&insert).await?;
    let old = Query::delete().from_table("sign_in_failures").and_where(Expr::col("updated_at").lt(now.plus(-FORGET_MS).as_millis())).to_owned();
    admin.db().execute(&old).await?;
    Ok(wait > 0)
}

/// Forgets the failures of a login.
///
/// # Errors
/// When the store fails.
pub async fn forget(db: &impl ConnectionTrait, login: &str) -> Result<(), Problem> {
    db.execute(Query::delete().from_table("sign_in_failures").and_where(Expr::col("login").eq(login))).await?;
    Ok(())
}

async fn read(admin: &Admin, login: &str) -> Result<(i64, Timestamp), Problem> {
    let select = Query::select()
        .columns(["failures", "locked_until"])
        .from("sign_in_failures")
        .and_where(Expr::col("login").eq(login))
        .and_where(Expr::col("updated_at").gte(admin.now().plus(-FORGET_MS).as_millis()))
        .to_owned();
    match admin.db().query_one(&select).await? {
        Some(row) => Ok((row.try_get("", "failures")?, Timestamp::from_millis(row.try_get("", "locked_until")?))),
        None => Ok((0, Timestamp::default())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_failure_after_the_fifth_waits_twice_as_long_up_to_a_quarter_of_an_hour() {
        assert_eq!([4, 5, 6, 7, 30].map(wait_ms), [0, 30_000, 60_000, 120_000, 900_000]);
    }
}
