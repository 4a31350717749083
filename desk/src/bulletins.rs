//! Bulletins (公告): to groups or to all, from a moment until another; in the console and as a strip on the wall.

mod current;

use async_trait::async_trait;
use serde_json::Value;

pub use current::{Strip, on_wall};

use crate::articles::markdown;
use callboard_admin::http::Routes;
use callboard_admin::problem::Problem;
use callboard_admin::resource::write::{Rules, Write};
use callboard_admin::resource::{Choice, Features, Field, Kind, Link, Menu, Resource, Scope};
use callboard_admin::words::Words;

const LEVELS: &[Choice] =
    &[Choice::new("info", "For information", "一般"), Choice::new("warning", "Important", "重要"), Choice::new("urgent", "Urgent", "紧急")];

/// The bulletins. One without groups is everybody's.
pub static BULLETINS: Resource = Resource {
    name: "bulletins",
    path: "bulletins",
    table: "bulletins",
    title: Words::new("Bulletins", "公告"),
    menu: Menu::System,
    fields: &[
        Field::text("title", "Title", "标题").required().max(100).found(),
        Field::new("body", Kind::LongText, "Text", "内容").required().max(5_000).search().hidden(),
        Field::new("level", Kind::Choice(LEVELS), "Level", "级别").default("info").filter(),
        Field::new("from_at", Kind::Instant, "From", "开始时间").filter().sort(),
        Field::new("until_at", Kind::Instant, "Until", "结束时间").filter().sort(),
        Field::new(
            "group_ids",
            Kind::Links(Link { resource: "user_groups", table: "bulletin_groups", own: "bulletin_id", other: "group_id" }),
            "To groups",
            "接收用户组",
        )
        .filter(),
        Field::flag("on_wall", "On the wall", "大屏显示"),
        Field::enabled(),
        Field::reference("author_id", "users", "Author", "发布人").readonly(),
    ],
    features: Features::ALL,
    label: "title",
    sort: "-created_at",
    scope: Scope::Everyone,
    rules: &BulletinRules,
};

pub(crate) fn routes(routes: &mut Routes) {
    current::routes(routes);
}

struct BulletinRules;

#[async_trait]
impl Rules for BulletinRules {
    async fn check(&self, write: &mut Write<'_>) -> Result<(), Problem> {
        write.author("author_id");
        if let Err(error) = markdown::accept("body", write.text("body").unwrap_or_default()) {
            write.errors.push(error);
        }
        if !write.after.get("from_at").is_some_and(Value::is_string) {
            write.after.insert("from_at".into(), write.admin.now().to_string().into());
        }
        // Times are kept in one form: text compares as time does.
        if write.text("until_at").is_some_and(|until| write.text("from_at").is_some_and(|from| until <= from)) {
            write.refuse("until_at", "must be after its beginning", "须晚于开始时间");
        }
        Ok(())
    }
}
