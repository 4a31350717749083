//! Skill groups (技能组): the queue that each answers, and its members with level, each from a moment to another.
//!
//! Membership is dated (rule 11 of the measures): a call belongs to the group that its agent had then. So what was is never
//! changed: a membership is ended and another begun.

use async_trait::async_trait;
use callboard_domain::Timestamp;
use sea_orm::ConnectionTrait;
use sea_orm::sea_query::{Cond, Condition, Expr, ExprTrait, Query};
use serde_json::Value;

use crate::entity::users::USERS;
use crate::identity::reach::skill_groups;
use crate::identity::{Caller, DataScope, Via};
use crate::problem::{FieldError, Problem};
use crate::resource::terms::Filter;
use crate::resource::write::{Rules, Write};
use crate::resource::{Features, Field, Kind, Menu, Resource, Scope, scope};
use crate::words::Words;

/// The skill groups.
pub static SKILL_GROUPS: Resource = Resource {
    name: "skill_groups",
    path: "skill-groups",
    table: "skill_groups",
    title: Words::new("Skill groups", "技能组"),
    menu: Menu::Organisation,
    fields: &[
        Field::text("name", "Name", "名称").required().unique().max(64).found(),
        Field::text("queue", "Queue in events", "队列").required().unique().max(100).found(),
        Field::text("description", "Description", "说明").search(),
        Field::enabled(),
    ],
    features: Features::ALL.import("name"),
    label: "name",
    sort: "name",
    scope: Scope::Everyone,
    rules: &GroupRules,
};

/// Who is in which, since when and until when.
pub static MEMBERS: Resource = Resource {
    name: "skill_group_members",
    path: "skill-group-members",
    table: "skill_group_members",
    title: Words::new("Members of skill groups", "技能组成员"),
    menu: Menu::Organisation,
    fields: &[
        Field::reference("skill_group_id", "skill_groups", "Skill group", "技能组").required().fixed(),
        Field::reference("user_id", "users", "User", "用户").required().fixed(),
        Field::number("level", 1, 10, "Level", "技能级别").default("5").filter().sort(),
        Field::new("from_at", Kind::Instant, "From", "开始时间").fixed().filter().sort(),
        Field::new("to_at", Kind::Instant, "Until", "结束时间").filter().sort(),
    ],
    features: Features::ALL.by_rights_of("skill_groups"),
    label: "id",
    sort: "-created_at",
    scope: Scope::User("user_id"),
    rules: &MemberRules,
};

struct GroupRules;

#[async_trait]
impl Rules for GroupRules {
    async fn check(&self, write: &mut Write<'_>) -> Result<(), Problem> {
        if write.data != DataScope::All && write.changes("queue") {
            let (en, zh) =
                ("says whose calls its members see: only those who see everybody's set it", "决定成员可见的通话, 仅数据权限为全部者可设置");
            write.refuse("queue", en, zh);
        }
        Ok(())
    }
}

struct MemberRules;

#[async_trait]
impl Rules for MemberRules {
    async fn check(&self, write: &mut Write<'_>) -> Result<(), Problem> {
        reach(write).await?;
        let now = write.admin.now();
        let past_allowed = write.caller.via == Via::Server;
        if write.before.is_none() && !write.after.get("from_at").is_some_and(Value::is_string) {
            write.after.insert("from_at".into(), now.to_string().into());
        }
        let (from, to) = (time(write, "from_at").unwrap_or(now), time(write, "to_at"));
        if let Some(before) = &write.before {
            let ended = before.get("to_at").and_then(Value::as_str).and_then(|t| t.parse::<Timestamp>().ok()).is_some_and(|t| t <= now);
            if ended {
                return Err(Problem::refused("what is over is not changed; begin another", "已结束的成员关系不可修改, 请新增"));
            }
            if write.changes("level") && from <= now {
                return Err(Problem::refused("the level held until now; end this membership and begin another", "级别已生效, 请结束后新增"));
            }
        } else if from < now && !past_allowed {
            write.refuse("from_at", "cannot lie in the past: reports of then would change", "不能早于现在, 否则会改变历史报表");
        }
        if write.changes("to_at") && to.is_some_and(|to| to < now) && !past_allowed {
            write.refuse("to_at", "cannot lie in the past: reports of then would change", "不能早于现在, 否则会改变历史报表");
        }
        if to.is_some_and(|to| to <= from) {
            write.refuse("to_at", "must be after its beginning", "须晚于开始时间");
        }
        if overlaps(write, from, to).await? {
            write.refuse("user_id", "is a member at that time already", "该用户在此期间已是成员");
        }
        Ok(())
    }

    /// `at=`: who was a member at a moment.
    fn filter(&self, name: &str, value: &str, _caller: &Caller) -> Option<Result<Filter, FieldError>> {
        if name != "at" {
            return None;
        }
        let Ok(at) = value.parse::<Timestamp>() else { return Some(Err(FieldError::new("at", "kind", "must be a time", "须为时间"))) };
        Some(Ok(member_at(at).into()))
    }

    async fn removing(&self, write: &Write<'_>) -> Result<(), Problem> {
        let from = write.before.as_ref().and_then(|r| r.get("from_at")).and_then(Value::as_str).and_then(|t| t.parse::<Timestamp>().ok());
        if from.is_some_and(|from| from > write.admin.now()) {
            return Ok(());
        }
        Err(Problem::refused("a membership that has begun is ended, not deleted", "已生效的成员关系只能结束, 不能删除"))
    }
}

/// Memberships that hold at a moment.
#[must_use]
pub fn member_at(at: Timestamp) -> Condition {
    let column = |name| Expr::col(("skill_group_members", name));
    Cond::all().add(column("from_at").lte(at.as_millis())).add(Cond::any().add(column("to_at").is_null()).add(column("to_at").gt(at.as_millis())))
}

/// Membership says whose calls and customers one sees. Who does not see everybody's writes none of their own, and others' only
/// between people and skill groups that they see already.
async fn reach(write: &mut Write<'_>) -> Result<(), Problem> {
    if write.data == DataScope::All {
        return Ok(());
    }
    let (user, group) = (write.text("user_id").map(str::to_owned), write.text("skill_group_id").map(str::to_owned));
    if user == write.caller.user_id {
        write.refuse("user_id", "cannot be yourself: it says whose data you see", "不能是您自己, 它决定您的数据范围");
    }
    let mut seen = Query::select();
    seen.column("id").from("users").and_where(Expr::col("id").eq(user));
    seen.cond_where(scope::visible(&USERS, write.caller, write.data).unwrap_or_else(Cond::all));
    if write.tx.query_one(&seen).await?.is_none() {
        write.refuse("user_id", "is nobody whom you see", "不在您的数据权限范围内");
    }
    let held = match skill_groups(write.caller, write.data) {
        Some(groups) => {
            let held = Query::select()
                .column("id")
                .from("skill_groups")
                .and_where(Expr::col("id").eq(group))
                .and_where(Expr::col("id").in_subquery(groups))
                .to_owned();
            write.tx.query_one(&held).await?.is_some()
        }
        None => false,
    };
    if !held {
        write.refuse("skill_group_id", "is no skill group whose calls you see", "不在您的数据权限范围内");
    }
    Ok(())
}

fn time(write: &Write<'_>, field: &str) -> Option<Timestamp> {
    write.text(field).and_then(|t| t.parse().ok())
}

async fn overlaps(write: &Write<'_>, from: Timestamp, to: Option<Timestamp>) -> Result<bool, Problem> {
    let mut same = Query::select();
    same.column("id")
        .from("skill_group_members")
        .and_where(Expr::col("skill_group_id").eq(write.text("skill_group_id")))
        .and_where(Expr::col("user_id").eq(write.text("user_id")))
        .and_where(Expr::col("id").ne(write.id))
        .cond_where(Cond::any().add(Expr::col("to_at").is_null()).add(Expr::col("to_at").gt(from.as_millis())));
    if let Some(to) = to {
        same.and_where(Expr::col("from_at").lt(to.as_millis()));
    }
    Ok(write.tx.query_one(&same).await?.is_some())
}
