//! Users (用户): who signs in, with roles, a group and the agent's name in events.

mod reset;
mod rules;

use crate::http::Routes;
use crate::resource::{Choice, Features, Field, Kind, Link, Menu, Resource, Scope};
use crate::words::Words;

const LANGUAGES: &[Choice] = &[Choice::new("zh", "Chinese", "中文"), Choice::new("en", "English", "英文")];
const THEMES: &[Choice] = &[Choice::new("light", "Light", "浅色"), Choice::new("dark", "Dark", "深色"), Choice::new("system", "System", "跟随系统")];

/// The users.
pub static USERS: Resource = Resource {
    name: "users",
    path: "users",
    table: "users",
    title: Words::new("Users", "用户"),
    menu: Menu::Organisation,
    fields: &[
        Field::text("login", "Login", "用户名").required().unique().max(64).found(),
        Field::text("name", "Name", "姓名").required().max(64).found(),
        Field::text("agent", "Agent in events", "工号").unique().max(64).found(),
        Field::new("phone", Kind::Phone, "Phone", "电话").filter().search(),
        Field::new("email", Kind::Email, "Mail", "邮箱").filter().search(),
        Field::reference("group_id", "user_groups", "Group", "用户组"),
        Field::new("role_ids", Kind::Links(Link { resource: "roles", table: "user_roles", own: "user_id", other: "role_id" }), "Roles", "角色")
            .filter(),
        Field::new("language", Kind::Choice(LANGUAGES), "Language", "语言").default("zh").hidden(),
        Field::new("theme", Kind::Choice(THEMES), "Theme", "主题").default("system").hidden(),
        Field::enabled(),
        Field::text("password", "Password", "密码").max(128).secret(),
        Field::flag("must_change_password", "Must change password", "须修改密码").readonly().hidden(),
        Field::new("last_sign_in_at", Kind::Instant, "Last sign-in", "上次登录").readonly().filter().sort(),
    ],
    features: Features::ALL.import("login"),
    label: "name",
    sort: "login",
    scope: Scope::User("id"),
    rules: &rules::UserRules,
};

pub(crate) fn routes(routes: &mut Routes) {
    reset::routes(routes);
}
