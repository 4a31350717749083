//! Rules of users: logins, passwords, and that nobody makes themselves or others more than they are.

use async_trait::async_trait;
use sea_orm::ConnectionTrait;
use sea_orm::sea_query::{Expr, ExprTrait, Query, Value as Sql};
use serde_json::Value;

use crate::entity::roles::beyond;
use crate::identity::caller::{self, EVERYTHING};
use crate::identity::{Caller, DataScope, key, password, session};
use crate::problem::Problem;
use crate::resource::write::{Rules, Write};

pub(super) struct UserRules;

#[async_trait]
impl Rules for UserRules {
    async fn check(&self, write: &mut Write<'_>) -> Result<(), Problem> {
        let login = write.text("login").unwrap_or_default().to_lowercase();
        if !login.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-@".contains(&b)) {
            write.refuse("login", "may have letters, digits and . _ - @", "只能包含字母、数字和 . _ - @");
        }
        write.after.insert("login".into(), login.clone().into());
        let own = write.before.is_some() && write.caller.user_id.as_deref() == Some(write.id);
        if write.before.is_some() {
            not_above(write.tx, write.caller, write.id).await?;
        }
        if write.changes("role_ids") {
            roles(write).await?;
        }
        reach(write, own);
        if write.changes("enabled") && write.after.get("enabled") == Some(&Value::Bool(false)) {
            if own {
                write.refuse("enabled", "you cannot disable yourself", "不能停用自己");
            }
            last_administrator(write.tx, write.id).await?;
        }
        if let Some(Value::String(text)) = write.after.get("password").cloned() {
            if let Err(error) = password::accept("password", &text, &login) {
                write.errors.push(error);
            } else {
                let hash = password::hash(write.admin, &text).await?;
                write.extra.push(("password_hash", hash.into()));
                // Somebody else knows it: good for one sign-in.
                write.extra.push(("must_change_password", Sql::Bool(Some(true))));
            }
        }
        Ok(())
    }

    async fn wrote(&self, write: &Write<'_>) -> Result<(), Problem> {
        let password = write.extra.iter().any(|(name, _)| *name == "password_hash");
        if write.before.is_some() && (password || write.after.get("enabled") == Some(&Value::Bool(false))) {
            session::end(write.tx, write.id, None, None).await?;
        }
        // A disabled user's tokens rest and come back with the user; those of whoever knew the old password do not.
        if write.before.is_some() && password {
            key::end(write.tx, write.id).await?;
        }
        Ok(())
    }

    async fn removing(&self, write: &Write<'_>) -> Result<(), Problem> {
        if write.caller.user_id.as_deref() == Some(write.id) {
            return Err(Problem::refused("you cannot delete yourself", "不能删除自己"));
        }
        not_above(write.tx, write.caller, write.id).await?;
        last_administrator(write.tx, write.id).await
    }
}

/// What says whose rows one sees is given by those who see everybody's, or lies within what one sees.
fn reach(write: &mut Write<'_>, own: bool) {
    if write.data == DataScope::All {
        return;
    }
    for field in ["group_id", "agent"] {
        if own && write.changes(field) {
            write.refuse(field, "you cannot change this yourself: it says whose data you see", "您不能自行修改, 它决定您的数据范围");
        }
    }
    let reached = |id: &str| write.data == DataScope::Group && write.caller.groups.iter().any(|group| group == id);
    if !own && write.changes("group_id") && write.text("group_id").is_some_and(|id| !reached(id)) {
        write.refuse("group_id", "is none of the groups that you reach", "不在您的数据权限范围内");
    }
}

/// New roles may not hold more than the caller does.
async fn roles(write: &mut Write<'_>) -> Result<(), Problem> {
    let ids: Vec<String> =
        write.after.get("role_ids").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect();
    let select = Query::select().columns(["rights", "scope"]).from("roles").and_where(Expr::col("id").is_in(ids)).to_owned();
    for row in write.tx.query_all(&select).await? {
        let rights: Vec<String> = serde_json::from_str(&row.try_get::<String>("", "rights")?).unwrap_or_default();
        let scope = DataScope::named(&row.try_get::<String>("", "scope")?);
        if let Some(right) = beyond(write.caller, rights.iter().map(String::as_str), scope) {
            write.refuse("role_ids", format!("you do not hold {right} that far yourself"), format!("您自己没有相应范围的权限 {right}"));
        }
    }
    let administrator = write.before.as_ref().and_then(|r| r.get("enabled")) == Some(&Value::Bool(true));
    if administrator && !holds_everything(write).await? {
        last_administrator(write.tx, write.id).await?;
    }
    Ok(())
}

async fn holds_everything(write: &Write<'_>) -> Result<bool, Problem> {
    let ids = write.after.get("role_ids").and_then(Value::as_array).cloned().unwrap_or_default();
    let ids: Vec<String> = ids.iter().filter_map(Value::as_str).map(str::to_owned).collect();
    let select =
        Query::select().column("id").from("roles").and_where(Expr::col("id").is_in(ids)).and_where(Expr::col("built_in").eq(true)).to_owned();
    Ok(write.tx.query_one(&select).await?.is_some())
}

/// Refuses to touch somebody who holds a right that the caller does not, be it by a role that is disabled now and may come back.
pub(super) async fn not_above(db: &impl ConnectionTrait, caller: &Caller, id: &str) -> Result<(), Problem> {
    for role in caller::roles(db, id).await? {
        if let Some(right) = beyond(caller, role.rights.iter().map(String::as_str), role.scope) {
            return Err(Problem::forbidden(right));
        }
    }
    Ok(())
}

/// Refuses to leave nobody who may do everything.
async fn last_administrator(db: &impl ConnectionTrait, id: &str) -> Result<(), Problem> {
    let administrators = |but: bool| {
        let mut select = Query::select();
        select
            .column(("users", "id"))
            .from("users")
            .inner_join("user_roles", Expr::col(("user_roles", "user_id")).equals(("users", "id")))
            .inner_join("roles", Expr::col(("roles", "id")).equals(("user_roles", "role_id")))
            .and_where(Expr::col(("roles", "built_in")).eq(true))
            .and_where(Expr::col(("users", "enabled")).eq(true));
        if but {
            select.and_where(Expr::col(("users", "id")).ne(id))
        } else {
            select.and_where(Expr::col(("users", "id")).eq(id))
        };
        select.limit(1).to_owned()
    };
    if db.query_one(&administrators(false)).await?.is_some() && db.query_one(&administrators(true)).await?.is_none() {
        return Err(Problem::refused(format!("it is the last who holds {EVERYTHING}"), "这是最后一个拥有全部权限的用户"));
    }
    Ok(())
}
