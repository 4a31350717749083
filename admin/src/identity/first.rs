//! The first start: the built-in role and an administrator with a one-time password. No default password exists.

use sea_orm::ConnectionTrait;
use sea_orm::sea_query::{Expr, ExprTrait, Query};
use serde_json::json;

use super::caller::EVERYTHING;
use super::{Caller, DataScope, key, lockout, password, session};
use crate::Admin;
use crate::audit::{self, Entry};
use crate::entity::standard::{self, record};
use crate::entity::{roles::ROLES, users::USERS};
use crate::problem::Problem;
use crate::random::legible;
use crate::resource::write;

/// The first administrator's login, and the name of their role.
pub const LOGIN: &str = "admin";
const ROLE: &str = "administrator";

/// Makes the first administrator where nobody may do everything; their one-time password.
///
/// # Errors
/// When the store fails.
pub async fn administrator(admin: &Admin) -> Result<Option<String>, Problem> {
    let tx = admin.begin().await?;
    let caller = Caller::server(admin.now());
    let role = match standard::one(&tx, "roles", "name", ROLE).await? {
        Some(id) => id,
        None => {
            let body = record(json!({"name": ROLE, "description": "内置 · built in", "rights": [EVERYTHING], "scope": "all"}));
            let id = write::create(admin, &caller, &tx, &ROLES, body, DataScope::All).await?;
            tx.execute(Query::update().table("roles").value("built_in", true).and_where(Expr::col("id").eq(id.clone()))).await?;
            id
        }
    };
    let held = Query::select().column("user_id").from("user_roles").and_where(Expr::col("role_id").eq(role.clone())).limit(1).to_owned();
    if tx.query_one(&held).await?.is_some() {
        tx.commit().await?;
        return Ok(None);
    }
    let one_time = legible(admin.random());
    let body = record(json!({"login": LOGIN, "name": "管理员", "role_ids": [role]}));
    let id = write::create(admin, &caller, &tx, &USERS, body, DataScope::All).await?;
    let hash = password::hash(admin, &one_time).await?;
    set(&tx, &id, hash).await?;
    tx.commit().await?;
    Ok(Some(one_time))
}

/// Gives a user a new one-time password and ends their sessions and tokens; the password.
///
/// # Errors
/// Not found, or the store fails.
pub async fn reset(admin: &Admin, caller: &Caller, login: &str) -> Result<String, Problem> {
    let one_time = legible(admin.random());
    let hash = password::hash(admin, &one_time).await?;
    let tx = admin.begin().await?;
    let id = standard::one(&tx, "users", "login", login).await?.ok_or_else(Problem::not_found)?;
    set(&tx, &id, hash).await?;
    session::end(&tx, &id, None, None).await?;
    key::end(&tx, &id).await?;
    lockout::forget(&tx, login).await?;
    let entry = Entry { action: "reset-password", resource: "users", target: Some(&id), label: login, ..Entry::default() };
    audit::note(admin, &tx, caller, entry).await?;
    tx.commit().await?;
    Ok(one_time)
}

async fn set(db: &impl ConnectionTrait, id: &str, hash: String) -> Result<(), Problem> {
    let update =
        Query::update().table("users").value("password_hash", hash).value("must_change_password", true).and_where(Expr::col("id").eq(id)).to_owned();
    db.execute(&update).await?;
    Ok(())
}
