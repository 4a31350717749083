//! Customers (客户) with fields of one's own, numbers, tags and an owner; those of nobody stand in the public pool.

pub mod appointments;
mod contacts;
pub mod fields;
pub mod follow_ups;
mod merge;
pub mod numbers;
pub mod opportunities;
mod own;
pub mod pool;
mod rules;
mod terms;

use callboard_admin::http::Routes;
use callboard_admin::resource::{Features, Field, Kind, Menu, Resource, Scope};
use callboard_admin::words::Words;

/// The customers.
pub static CUSTOMERS: Resource = Resource {
    name: "customers",
    path: "customers",
    table: "customers",
    title: Words::new("Customers", "客户"),
    menu: Menu::Customers,
    fields: &[
        Field::text("name", "Name", "姓名").required().max(100).found(),
        Field::new("phones", Kind::Phones, "Numbers", "电话").max(10).filter().search(),
        Field::new("level", Kind::Dictionary("customer_level"), "Level", "级别").filter(),
        Field::text("company", "Company", "单位").search(),
        Field::new("tags", Kind::List, "Tags", "标签").max(20).filter(),
        Field::reference("owner_id", "users", "Owner", "所有人"),
        Field::new("email", Kind::Email, "Mail", "邮箱").hidden(),
        Field::text("address", "Address", "地址").max(300).hidden(),
        Field::new("remark", Kind::LongText, "Remark", "备注").max(2_000).hidden(),
        Field::new("own", Kind::Json, "Own fields", "自定义字段"),
    ],
    features: Features::ALL.import("phones"),
    label: "name",
    sort: "-created_at",
    scope: Scope::UserOrNobody("owner_id"),
    rules: &rules::CustomerRules,
};

pub(crate) fn routes(routes: &mut Routes) {
    pool::routes(routes);
    merge::routes(routes);
    contacts::routes(routes);
}

pub use numbers::of_number;
