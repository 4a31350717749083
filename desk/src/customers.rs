//! Customers (客户) with fields of one's own, numbers, tags and an owner; those of nobody stand in the public pool.

pub mod appointments;
mod contacts;
pub mod fields;
pub mod follow_ups;
mod merge;
pub mod opportunities;
mod own;
pub mod pool;
mod rules;
mod terms;

use sea_orm::ConnectionTrait;
use sea_orm::sea_query::{Expr, ExprTrait, Query};

use crate::numbers::normal;
use callboard_admin::http::Routes;
use callboard_admin::problem::Problem;
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
        // Shown entry by entry, each under its own title.
        Field::new("own", Kind::Json, "Own fields", "自定义字段").hidden(),
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

/// The customer whose number it is, in the form of [`normal`].
///
/// # Errors
/// When the store fails.
pub async fn of_number(db: &impl ConnectionTrait, number: &str) -> Result<Option<String>, Problem> {
    let select = Query::select().column("customer_id").from("customer_numbers").and_where(Expr::col("number").eq(normal(number))).to_owned();
    Ok(db.query_one(&select).await?.map(|row| row.try_get("", "customer_id")).transpose()?)
}
