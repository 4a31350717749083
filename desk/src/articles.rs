//! Articles (知识点): text in Markdown with every version, attachments, publishing, and a search that finds Chinese words.

pub mod attachments;
pub mod markdown;
mod rules;
pub mod search;
mod versions;
mod words;

use callboard_admin::http::Routes;
use callboard_admin::resource::{Choice, Features, Field, Kind, Menu, Resource, Scope};
use callboard_admin::words::Words;

const STATES: &[Choice] =
    &[Choice::new("draft", "Draft", "草稿"), Choice::new("published", "Published", "已发布"), Choice::new("withdrawn", "Withdrawn", "已撤回")];

/// The longest text of an article, in characters.
pub const LONGEST: usize = 100_000;

/// The articles. Those who may only read see what is published.
pub static ARTICLES: Resource = Resource {
    name: "articles",
    path: "articles",
    table: "articles",
    title: Words::new("Articles", "知识点"),
    menu: Menu::Knowledge,
    fields: &[
        Field::text("title", "Title", "标题").required().max(200).found(),
        Field::reference("node_id", "knowledge", "Node", "所属节点").required(),
        Field::new("state", Kind::Choice(STATES), "State", "状态").default("draft").filter().readonly(),
        Field::new("tags", Kind::List, "Tags", "标签").max(20).filter(),
        Field::new("body", Kind::LongText, "Text", "正文").required().max(LONGEST).hidden(),
        Field::number("revision", 0, i64::MAX, "Version", "版本").default("0").readonly().sort(),
        Field::number("used", 0, i64::MAX, "Used", "引用次数").default("0").readonly().sort(),
        Field::new("published_at", Kind::Instant, "Published", "发布时间").readonly().filter().sort(),
        Field::reference("author_id", "users", "Author", "作者").readonly(),
    ],
    features: Features::ALL,
    label: "title",
    sort: "-updated_at",
    scope: Scope::Everyone,
    rules: &rules::ArticleRules,
};

pub(crate) fn routes(routes: &mut Routes) {
    search::routes(routes);
    versions::routes(routes);
    attachments::routes(routes);
}
