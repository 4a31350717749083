//! User groups (用户组): a tree of teams, each with its leaders.

use crate::resource::write::Plain;
use crate::resource::{Features, Field, Kind, Link, Menu, Resource, Scope};
use crate::words::Words;

/// The user groups.
pub static USER_GROUPS: Resource = Resource {
    name: "user_groups",
    path: "user-groups",
    table: "user_groups",
    title: Words::new("User groups", "用户组"),
    menu: Menu::Organisation,
    fields: &[
        Field::text("name", "Name", "名称").required().max(64).found(),
        Field::reference("parent_id", "user_groups", "Above", "上级"),
        Field::number("position", 0, 1_000_000, "Position", "顺序").default("0").sort().hidden(),
        Field::new(
            "leader_ids",
            Kind::Links(Link { resource: "users", table: "user_group_leaders", own: "user_group_id", other: "user_id" }),
            "Leaders",
            "组长",
        )
        .filter(),
        Field::enabled(),
    ],
    features: Features::ALL.tree().import("name"),
    label: "name",
    sort: "name",
    scope: Scope::Group("id"),
    rules: &Plain,
};
