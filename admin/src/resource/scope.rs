//! Which rows a caller may see: the data scope of a right as a condition on the table.

use sea_orm::sea_query::{Cond, Condition, Expr, ExprTrait, IntoCondition, Query, SelectStatement};

use super::{Resource, Scope};
use crate::entity::skill_groups::member_at;
use crate::identity::reach::skill_groups;
use crate::identity::{Caller, DataScope};

/// The condition that rows of `resource` must meet where the caller uses a right of this scope; none when all may be seen.
#[must_use]
pub fn visible(resource: &Resource, caller: &Caller, scope: DataScope) -> Option<Condition> {
    match (owned(resource, caller, scope), resource.rules.visible(caller)) {
        (Some(owned), Some(shown)) => Some(Cond::all().add(owned).add(shown)),
        (owned, shown) => owned.or(shown),
    }
}

/// Rows of those whom the scope reaches.
fn owned(resource: &Resource, caller: &Caller, scope: DataScope) -> Option<Condition> {
    let column = match resource.scope {
        Scope::Everyone => return None,
        Scope::Of(column, above) => {
            let rows = Query::select().column("id").from(above.table).cond_where(visible(above, caller, scope)?).to_owned();
            return Some(Expr::col((resource.table, column)).in_subquery(rows).into_condition());
        }
        Scope::User(column) | Scope::Group(column) | Scope::UserOrNobody(column) => Expr::col((resource.table, column)),
    };
    if scope == DataScope::All {
        return None;
    }
    let me = caller.user_id.clone().unwrap_or_default();
    let mut any = match resource.scope {
        Scope::Group(_) => match scope {
            DataScope::Group => Cond::any().add(column.clone().is_in(caller.groups.clone())),
            _ => Cond::any().add(column.clone().in_subquery(own_group(&me))),
        },
        _ => match scope {
            DataScope::Group => Cond::any().add(column.clone().eq(me)).add(column.clone().in_subquery(in_groups(caller))),
            DataScope::SkillGroup => Cond::any().add(column.clone().eq(me)).add(column.clone().in_subquery(same_skills(caller))),
            DataScope::Own | DataScope::All => column.clone().eq(me).into_condition(),
        },
    };
    if matches!(resource.scope, Scope::UserOrNobody(_)) {
        any = Cond::any().add(any).add(column.is_null());
    }
    Some(any)
}

fn own_group(me: &str) -> SelectStatement {
    Query::select().column("group_id").from("users").and_where(Expr::col("id").eq(me)).to_owned()
}

fn in_groups(caller: &Caller) -> SelectStatement {
    Query::select().column("id").from("users").and_where(Expr::col("group_id").is_in(caller.groups.clone())).to_owned()
}

/// Users who are now in a skill group that the caller is in now.
fn same_skills(caller: &Caller) -> SelectStatement {
    let mut users = Query::select();
    users.column("user_id").from("skill_group_members").cond_where(member_at(caller.at));
    if let Some(mine) = skill_groups(caller, DataScope::SkillGroup) {
        users.and_where(Expr::col("skill_group_id").in_subquery(mine));
    }
    users
}
