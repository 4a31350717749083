//! Appointments (预约): with whom, when, about what; due when the time has come, overdue until they are done.

use async_trait::async_trait;
use sea_orm::sea_query::{Cond, Expr, ExprTrait};
use serde_json::Value;

use super::CUSTOMERS;
use callboard_admin::identity::Caller;
use callboard_admin::problem::{FieldError, Problem};
use callboard_admin::resource::terms::Filter;
use callboard_admin::resource::write::{Rules, Write};
use callboard_admin::resource::{Choice, Features, Field, Kind, Menu, Resource, Scope};
use callboard_admin::words::Words;

const STATES: &[Choice] =
    &[Choice::new("open", "Open", "待办"), Choice::new("done", "Done", "已完成"), Choice::new("cancelled", "Cancelled", "已取消")];

/// The appointments; seen by whoever sees the customer.
pub static APPOINTMENTS: Resource = Resource {
    name: "appointments",
    path: "appointments",
    table: "appointments",
    title: Words::new("Appointments", "预约"),
    menu: Menu::Customers,
    fields: &[
        Field::reference("customer_id", "customers", "Customer", "客户").required().fixed(),
        Field::text("subject", "About", "事项").required().max(200).search(),
        Field::new("at", Kind::Instant, "At", "预约时间").required().filter().sort(),
        Field::new("state", Kind::Choice(STATES), "State", "状态").default("open").filter(),
        Field::reference("user_id", "users", "Whose", "负责人"),
        Field::new("done_at", Kind::Instant, "Done at", "完成时间").readonly().filter().sort(),
        Field::new("note", Kind::LongText, "Note", "备注").max(2_000).hidden(),
    ],
    features: Features::ALL,
    label: "subject",
    sort: "at",
    scope: Scope::Of("customer_id", &CUSTOMERS),
    rules: &AppointmentRules,
};

struct AppointmentRules;

#[async_trait]
impl Rules for AppointmentRules {
    async fn check(&self, write: &mut Write<'_>) -> Result<(), Problem> {
        write.owner("user_id");
        if write.changes("state") {
            let done = write.text("state") == Some("done");
            write.after.insert("done_at".into(), if done { write.admin.now().to_string().into() } else { Value::Null });
        }
        Ok(())
    }

    /// `due=true`: open ones whose time has come.
    fn filter(&self, name: &str, value: &str, caller: &Caller) -> Option<Result<Filter, FieldError>> {
        let column = |name| Expr::col(("appointments", name));
        let due = Cond::all().add(column("state").eq("open")).add(column("at").lte(caller.at.as_millis()));
        match (name, value) {
            ("due", "true") => Some(Ok(due.into())),
            ("due", "false") => Some(Ok(due.not().into())),
            _ => None,
        }
    }
}
