//! Black and red lists (黑名单, 红名单): whose calls are turned away or wait longer, and who is never held up.
//!
//! An entry counts once somebody else than who asked has approved it, from its beginning until its end. What is open holds
//! a key that no other open entry has: by it duplicates are told, and calls are looked up in one question to an index.

mod decisions;
mod hits;
mod lookup;
mod rules;

use callboard_admin::http::Routes;
use callboard_admin::resource::{Choice, Features, Field, Kind, Menu, Resource, Scope};
use callboard_admin::words::Words;

pub use lookup::{Entry, Verdict, lookup};

/// The right to decide on entries.
pub const APPROVE: &str = "lists.approve";
/// The right to ask whether a number is on a list, such as a telephone system's.
pub const LOOKUP: &str = "lists.lookup";

const KINDS: &[Choice] = &[Choice::new("black", "Black list", "黑名单"), Choice::new("red", "Red list", "红名单")];
const MATCHINGS: &[Choice] = &[
    Choice::new("exact", "Exact number", "精确号码"),
    Choice::new("prefix", "Begins with", "号码前缀"),
    Choice::new("area", "Area code of fixed lines", "固话区号"),
];
const TREATMENTS: &[Choice] = &[Choice::new("reject", "Turned away", "拒接"), Choice::new("low_priority", "Waits behind others", "低优先级")];
const STATES: &[Choice] = &[
    Choice::new("requested", "Waits for approval", "待审核"),
    Choice::new("approved", "Approved", "已通过"),
    Choice::new("refused", "Refused", "已驳回"),
    Choice::new("revoked", "Taken back", "已撤销"),
];

/// The entries.
pub static LISTS: Resource = Resource {
    name: "lists",
    path: "lists",
    table: "lists",
    title: Words::new("Black and red lists", "黑红名单"),
    menu: Menu::Lists,
    fields: &[
        Field::new("kind", Kind::Choice(KINDS), "List", "名单类型").required().filter(),
        Field::new("number", Kind::Phone, "Number", "号码").required().filter().search(),
        Field::new("matching", Kind::Choice(MATCHINGS), "Matching", "匹配方式").default("exact").filter(),
        Field::new("treatment", Kind::Choice(TREATMENTS), "Calls are", "处理方式").filter(),
        Field::text("reason", "Reason", "原因").required().search(),
        Field::new("state", Kind::Choice(STATES), "State", "状态").default("requested").filter().readonly(),
        Field::new("from_at", Kind::Instant, "From", "生效时间").filter(),
        Field::new("until_at", Kind::Instant, "Until", "失效时间").filter(),
        Field::reference("requested_by", "users", "Asked by", "申请人").readonly(),
        Field::reference("decided_by", "users", "Decided by", "审核人").readonly().hidden(),
        Field::new("decided_at", Kind::Instant, "Decided", "审核时间").readonly().hidden(),
        Field::text("decision", "Why so decided", "审核意见").readonly().hidden(),
        Field::number("hits", 0, i64::MAX, "Hits", "命中次数").default("0").readonly().sort(),
        Field::new("last_hit_at", Kind::Instant, "Last hit", "最近命中").readonly().hidden(),
        Field::new("note", Kind::LongText, "Note", "备注").max(2_000).hidden(),
    ],
    features: Features::ALL.import("number"),
    label: "number",
    sort: "-created_at",
    scope: Scope::Everyone,
    rules: &rules::ListRules,
};

pub(crate) fn routes(routes: &mut Routes) {
    lookup::routes(routes);
    decisions::routes(routes);
}
