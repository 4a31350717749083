//! Whose calls a caller may see: agents and queues by their names in events.

use callboard_domain::Timestamp;
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
    let queues = match data {
        DataScope::Own | DataScope::All => Vec::new(),
        DataScope::SkillGroup => names(admin, &of_members(Query::select().expr(Expr::val(caller.user_id.clone())).to_owned(), caller.at)).await?,
        DataScope::Group => names(admin, &of_members(Query::select().column("id").from("users").cond_where(seen()).to_owned(), caller.at)).await?,
    };
    Ok(Some(Reach { agents: names(admin, &agents).await?, queues }))
}

/// The queues of the skill groups that these users are in.
fn of_members(users: SelectStatement, at: Timestamp) -> SelectStatement {
    let groups = Query::select()
        .column("skill_group_id")
        .from("skill_group_members")
        .cond_where(member_at(at))
        .and_where(Expr::col("user_id").in_subquery(users))
        .to_owned();
    Query::select().column("queue").from("skill_groups").and_where(Expr::col("id").in_subquery(groups)).to_owned()
}

async fn names(admin: &Admin, select: &SelectStatement) -> Result<Vec<String>, Problem> {
    use sea_orm::ConnectionTrait as _;
    let rows = admin.db().query_all(select).await?;
    Ok(rows.iter().map(|row| row.try_get_by_index(0)).collect::<Result<_, _>>()?)
}
