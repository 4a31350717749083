//! Whose calls a caller may see: agents and queues by their names in events.

use sea_orm::sea_query::{Cond, Expr, ExprTrait, Query, SelectStatement};

use super::{Caller, DataScope};
use crate::Admin;
use crate::entity::skill_groups::member_at;
use crate::entity::users::USERS;
use crate::problem::Problem;
use crate::resource::scope;

/// Agents and queues by their names in events.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reach {
    /// The agents' names.
    pub agents: Vec<String>,
    /// The queues' names.
    pub queues: Vec<String>,
}

/// Whose calls a right lets the caller see; none where everybody's. Those who see only their own see no queue.
///
/// # Errors
/// 401 or 403 without the right; or the store fails.
pub async fn reach(admin: &Admin, caller: &Caller, right: &str) -> Result<Option<Reach>, Problem> {
    let data = caller.need(right)?;
    if data == DataScope::All {
        return Ok(None);
    }
    let seen = || scope::visible(&USERS, caller, data).unwrap_or_else(Cond::all);
    let agents = Query::select().column("agent").from("users").cond_where(seen()).and_where(Expr::col("agent").is_not_null()).to_owned();
    let queues = match skill_groups(caller, data) {
        Some(groups) => {
            let queues = Query::select().column("queue").from("skill_groups").and_where(Expr::col("id").in_subquery(groups)).to_owned();
            names(admin, &queues).await?
        }
        None => Vec::new(),
    };
    Ok(Some(Reach { agents: names(admin, &agents).await?, queues }))
}

/// The skill groups that a reach below everybody's holds as a whole, by their ids: those that one is in now, or that somebody of
/// one's groups is in now. None where one sees one's own only.
#[must_use]
pub fn skill_groups(caller: &Caller, data: DataScope) -> Option<SelectStatement> {
    let users = match data {
        DataScope::Own | DataScope::All => return None,
        DataScope::SkillGroup => Query::select().expr(Expr::val(caller.user_id.clone())).to_owned(),
        DataScope::Group => {
            let seen = scope::visible(&USERS, caller, data).unwrap_or_else(Cond::all);
            Query::select().column("id").from("users").cond_where(seen).to_owned()
        }
    };
    let groups = Query::select()
        .column("skill_group_id")
        .from("skill_group_members")
        .cond_where(member_at(caller.at))
        .and_where(Expr::col("user_id").in_subquery(users))
        .to_owned();
    Some(groups)
}

async fn names(admin: &Admin, select: &SelectStatement) -> Result<Vec<String>, Problem> {
    use sea_orm::ConnectionTrait as _;
    let rows = admin.db().query_all(select).await?;
    Ok(rows.iter().map(|row| row.try_get_by_index(0)).collect::<Result<_, _>>()?)
}
