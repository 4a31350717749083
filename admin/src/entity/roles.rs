//! Roles (角色): rights with the rows that they reach. Nobody hands out a right that they do not hold.

use async_trait::async_trait;
use serde_json::Value;

use crate::identity::{Caller, DataScope, rights};
use crate::problem::Problem;
use crate::resource::write::{Rules, Write};
use crate::resource::{Choice, Features, Field, Kind, Menu, Resource, Scope};
use crate::words::Words;

/// How far a role's rights reach.
pub const SCOPES: &[Choice] = &[
    Choice::new("own", "Own", "本人"),
    Choice::new("skill_group", "Skill group", "本技能组"),
    Choice::new("group", "Group and below", "本组及下级"),
    Choice::new("all", "All", "全部"),
];

/// The roles.
pub static ROLES: Resource = Resource {
    name: "roles",
    path: "roles",
    table: "roles",
    title: Words::new("Roles", "角色"),
    menu: Menu::Organisation,
    fields: &[
        Field::text("name", "Name", "名称").required().unique().max(64).found(),
        Field::text("description", "Description", "说明").search(),
        Field::new("rights", Kind::List, "Rights", "权限").required().max(300).filter(),
        Field::new("scope", Kind::Choice(SCOPES), "Data scope", "数据权限").default("own").filter(),
        Field::flag("built_in", "Built in", "内置").readonly(),
        Field::enabled(),
    ],
    features: Features::ALL,
    label: "name",
    sort: "name",
    scope: Scope::Everyone,
    rules: &RoleRules,
};

struct RoleRules;

/// The first of a role's rights that the caller does not hold that far.
pub(crate) fn beyond<'a>(caller: &Caller, rights: impl IntoIterator<Item = &'a str>, scope: DataScope) -> Option<&'a str> {
    rights.into_iter().find(|right| caller.may(right).is_none_or(|held| held < scope))
}

/// Refuses rights that there are not, and those that the caller does not hold that far.
pub(super) fn held(write: &mut Write<'_>, scope: DataScope) {
    let known = rights::all(write.admin);
    let chosen: Vec<String> =
        write.after.get("rights").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect();
    if let Some(right) = chosen.iter().find(|c| !known.iter().any(|k| k.name == **c)) {
        write.refuse("rights", format!("there is no right {right}"), format!("没有权限 {right}"));
    }
    if let Some(right) = beyond(write.caller, chosen.iter().map(String::as_str), scope) {
        write.refuse("rights", format!("you do not hold {right} that far yourself"), format!("您自己没有相应范围的权限 {right}"));
    }
}

#[async_trait]
impl Rules for RoleRules {
    async fn check(&self, write: &mut Write<'_>) -> Result<(), Problem> {
        if write.before.as_ref().and_then(|r| r.get("built_in")) == Some(&Value::Bool(true)) {
            return Err(Problem::refused("a built-in role cannot be changed", "内置角色不可修改"));
        }
        let scope = DataScope::named(write.text("scope").unwrap_or_default());
        held(write, scope);
        Ok(())
    }

    async fn removing(&self, write: &Write<'_>) -> Result<(), Problem> {
        match write.before.as_ref().and_then(|r| r.get("built_in")) {
            Some(Value::Bool(true)) => Err(Problem::refused("a built-in role cannot be deleted", "内置角色不可删除")),
            _ => Ok(()),
        }
    }
}
