//! The calls that recordings belong to: desk asks, whoever keeps the calls answers; and who may hear which.

use async_trait::async_trait;
use callboard_admin::Admin;
use callboard_admin::entity::users::USERS;
use callboard_admin::identity::reach::skill_groups;
use callboard_admin::identity::{Caller, DataScope};
use callboard_admin::problem::Problem;
use callboard_admin::resource::scope::visible;
use callboard_domain::Timestamp;
use sea_orm::ConnectionTrait;
use sea_orm::sea_query::{Expr, ExprTrait, Query};

/// What is known of a call: whose it is, and what its recording may be named after.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Call {
    /// The source that saw it.
    pub source: String,
    /// Its id, unique within its source.
    pub call: String,
    /// Its first sign.
    pub started_at: Timestamp,
    /// The queues that it waited in, in order.
    pub queues: Vec<String>,
    /// The agents who spoke with the caller, in order, as events name them.
    pub agents: Vec<String>,
    /// The caller's number.
    pub from: Option<String>,
    /// The number dialled.
    pub to: Option<String>,
    /// Where its source says that the recording lies: a file of the switchboard, or a name.
    pub recording: Option<String>,
}

/// Where calls are asked for.
#[async_trait]
pub trait Calls: Send + Sync {
    /// The calls of that id, of one source or, where none is named, of each; calls that go on too.
    ///
    /// # Errors
    /// What went wrong, for the log.
    async fn call(&self, id: &str, source: Option<&str>) -> Result<Vec<Call>, String>;
}

/// Whether a right of that scope reaches the call: one's own are those that one answered; those of a group are its agents'; those
/// of a skill group are its agents' and all of its queue's.
///
/// # Errors
/// When the store fails.
pub(crate) async fn reaches(admin: &Admin, caller: &Caller, data: DataScope, call: &Call) -> Result<bool, Problem> {
    if data == DataScope::All {
        return Ok(true);
    }
    let Some(users) = visible(&USERS, caller, data) else { return Ok(true) };
    let theirs = Query::select()
        .column(("users", "id"))
        .from("users")
        .and_where(Expr::col(("users", "agent")).is_in(call.agents.clone()))
        .cond_where(users)
        .limit(1)
        .to_owned();
    if !call.agents.is_empty() && admin.db().query_one(&theirs).await?.is_some() {
        return Ok(true);
    }
    // Of a group's queues others speak too: they are counted for its leader, and not heard.
    let groups = skill_groups(caller, data).filter(|_| data == DataScope::SkillGroup && !call.queues.is_empty());
    let Some(groups) = groups else { return Ok(false) };
    let lines = Query::select()
        .column("id")
        .from("skill_groups")
        .and_where(Expr::col("queue").is_in(call.queues.clone()))
        .and_where(Expr::col("id").in_subquery(groups))
        .limit(1)
        .to_owned();
    Ok(admin.db().query_one(&lines).await?.is_some())
}
