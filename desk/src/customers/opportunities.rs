//! Opportunities (业务机会): stage, amount, owner and expected close.

use async_trait::async_trait;
use serde_json::Value;

use super::CUSTOMERS;
use callboard_admin::problem::Problem;
use callboard_admin::resource::write::{Rules, Write};
use callboard_admin::resource::{Choice, Features, Field, Kind, Menu, Resource, Scope};
use callboard_admin::words::Words;

const STATES: &[Choice] = &[Choice::new("open", "Open", "进行中"), Choice::new("won", "Won", "赢单"), Choice::new("lost", "Lost", "输单")];

/// The opportunities; seen by whoever sees the customer.
pub static OPPORTUNITIES: Resource = Resource {
    name: "opportunities",
    path: "opportunities",
    table: "opportunities",
    title: Words::new("Opportunities", "业务机会"),
    menu: Menu::Customers,
    fields: &[
        Field::text("name", "Name", "名称").required().max(100).found(),
        Field::reference("customer_id", "customers", "Customer", "客户").required().fixed(),
        Field::new("stage", Kind::Dictionary("opportunity_stage"), "Stage", "阶段").required().filter(),
        Field::new("state", Kind::Choice(STATES), "State", "状态").default("open").filter(),
        Field::new("amount", Kind::Money, "Amount", "金额").filter().sort(),
        Field::new("expected_on", Kind::Date, "Expected close", "预计成交日").filter().sort(),
        Field::reference("owner_id", "users", "Owner", "负责人"),
        Field::new("closed_at", Kind::Instant, "Closed at", "关闭时间").readonly().filter().sort(),
        Field::new("note", Kind::LongText, "Note", "备注").max(2_000).hidden(),
    ],
    features: Features::ALL,
    label: "name",
    sort: "-created_at",
    scope: Scope::Of("customer_id", &CUSTOMERS),
    rules: &OpportunityRules,
};

struct OpportunityRules;

#[async_trait]
impl Rules for OpportunityRules {
    async fn check(&self, write: &mut Write<'_>) -> Result<(), Problem> {
        write.owner("owner_id");
        if write.text("amount").is_some_and(|a| a.starts_with('-')) {
            write.refuse("amount", "cannot be below zero", "不能为负数");
        }
        if write.changes("state") {
            let closed = write.text("state") != Some("open");
            write.after.insert("closed_at".into(), if closed { write.admin.now().to_string().into() } else { Value::Null });
        }
        Ok(())
    }
}
