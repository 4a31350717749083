//! Follow-ups (跟进记录): what was done with a customer, and when to go on.

use async_trait::async_trait;

use super::CUSTOMERS;
use callboard_admin::problem::Problem;
use callboard_admin::resource::write::{Rules, Write};
use callboard_admin::resource::{Choice, Features, Field, Kind, Menu, Resource, Scope};
use callboard_admin::words::Words;

const KINDS: &[Choice] = &[
    Choice::new("call", "Call", "电话"),
    Choice::new("message", "Message", "短信或在线消息"),
    Choice::new("mail", "Mail", "邮件"),
    Choice::new("visit", "Visit", "拜访"),
    Choice::new("other", "Other", "其他"),
];

/// The follow-ups; seen by whoever sees the customer.
pub static FOLLOW_UPS: Resource = Resource {
    name: "follow_ups",
    path: "follow-ups",
    table: "follow_ups",
    title: Words::new("Follow-ups", "跟进记录"),
    menu: Menu::Customers,
    fields: &[
        Field::reference("customer_id", "customers", "Customer", "客户").required().fixed(),
        Field::new("kind", Kind::Choice(KINDS), "How", "方式").default("call").filter(),
        Field::new("content", Kind::LongText, "What", "内容").required().max(4_000).search(),
        Field::new("next_at", Kind::Instant, "Go on at", "下次跟进").filter().sort(),
        Field::text("call_id", "Call", "通话").max(100).fixed().filter().hidden(),
        Field::reference("user_id", "users", "By", "跟进人").readonly(),
    ],
    features: Features::ALL,
    label: "content",
    sort: "-created_at",
    scope: Scope::Of("customer_id", &CUSTOMERS),
    rules: &FollowUpRules,
};

struct FollowUpRules;

#[async_trait]
impl Rules for FollowUpRules {
    async fn check(&self, write: &mut Write<'_>) -> Result<(), Problem> {
        write.author("user_id");
        Ok(())
    }
}
