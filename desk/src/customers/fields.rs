//! Definitions of the fields that an organisation gives its customers; values stand in the customer's `own`.

use async_trait::async_trait;
use sea_orm::ConnectionTrait;
use sea_orm::sea_query::{Expr, ExprTrait, Query};
use serde_json::Value;

use callboard_admin::problem::Problem;
use callboard_admin::resource::write::{Rules, Write};
use callboard_admin::resource::{Choice, Features, Field, Kind, Menu, Resource, Scope};
use callboard_admin::words::Words;

const KINDS: &[Choice] = &[
    Choice::new("text", "Text", "文本"),
    Choice::new("number", "Number", "数字"),
    Choice::new("date", "Day", "日期"),
    Choice::new("yes_no", "Yes or no", "是否"),
    Choice::new("choice", "Option of a dictionary", "字典选项"),
];

/// The definitions.
pub static CUSTOMER_FIELDS: Resource = Resource {
    name: "customer_fields",
    path: "customer-fields",
    table: "customer_fields",
    title: Words::new("Fields of customers", "客户自定义字段"),
    menu: Menu::Settings,
    fields: &[
        Field::text("name", "Code", "编码").required().fixed().unique().max(40).found(),
        Field::new("kind", Kind::Choice(KINDS), "Kind", "类型").required().fixed().filter(),
        Field::text("title_zh", "Chinese", "中文").required().max(40).found(),
        Field::text("title_en", "English", "英文").required().max(40).found(),
        Field::reference("dictionary_id", "dictionaries", "Dictionary", "字典"),
        Field::flag("required", "Required", "必填"),
        Field::number("position", 0, 1_000_000, "Position", "顺序").default("0").sort(),
        Field::enabled(),
    ],
    features: Features::ALL,
    label: "title_zh",
    sort: "position",
    scope: Scope::Everyone,
    rules: &FieldRules,
};

struct FieldRules;

#[async_trait]
impl Rules for FieldRules {
    async fn check(&self, write: &mut Write<'_>) -> Result<(), Problem> {
        let name = write.text("name").unwrap_or_default();
        let plain =
            name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_') && name.starts_with(|c: char| c.is_ascii_lowercase());
        if !plain {
            write.refuse("name", "may have small letters, digits and _, a letter first", "只能包含小写字母、数字和下划线, 且以字母开头");
        }
        let needs = write.text("kind") == Some("choice");
        if needs != write.after.get("dictionary_id").is_some_and(Value::is_string) {
            write.refuse("dictionary_id", "stands with the kind of options and with no other", "仅字典选项类型须选择字典");
        }
        Ok(())
    }

    async fn removing(&self, write: &Write<'_>) -> Result<(), Problem> {
        let name = write.before.as_ref().and_then(|r| r.get("name")).and_then(Value::as_str).unwrap_or_default();
        let used =
            Query::select().column("customer_id").from("customer_terms").and_where(Expr::col("kind").eq(format!("own.{name}"))).limit(1).to_owned();
        if write.tx.query_one(&used).await?.is_some() { Err(Problem::in_use()) } else { Ok(()) }
    }
}
