//! The audit log as a resource that can only be read; written by `crate::audit`.

use crate::resource::write::Plain;
use crate::resource::{Features, Field, Kind, Menu, Resource, Scope};
use crate::words::Words;

/// The audit log (操作日志).
pub static AUDIT: Resource = Resource {
    name: "audit",
    path: "audit",
    table: "audit",
    title: Words::new("Audit log", "操作日志"),
    menu: Menu::System,
    fields: &[
        Field::reference("actor_id", "users", "User", "用户").hidden().readonly(),
        Field::text("actor", "Who", "操作人").found().required().readonly(),
        Field::text("action", "Action", "操作").found().required().readonly(),
        Field::text("resource", "On", "对象类型").found().required().readonly(),
        Field::text("target", "Id", "对象编号").filter().hidden().readonly(),
        Field::text("label", "Name", "对象名称").filter().search().readonly(),
        Field::new("before", Kind::Json, "Before", "修改前").hidden().readonly(),
        Field::new("after", Kind::Json, "After", "修改后").hidden().readonly(),
        Field::text("address", "From", "来源地址").filter().readonly(),
    ],
    features: Features::READ,
    label: "label",
    sort: "-created_at",
    scope: Scope::User("actor_id"),
    rules: &Plain,
};
