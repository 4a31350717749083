//! Deliveries (投递记录): one row for each event and hook, and one for each attempt at it. Kept for 30 days.

use callboard_admin::resource::write::Plain;
use callboard_admin::resource::{Choice, Features, Field, Kind, Menu, Resource, Scope};
use callboard_admin::words::Words;

use crate::fault::FAULTS;

/// To be sent, in its turn.
pub(crate) const WAITING: &str = "waiting";
/// Arrived.
pub(crate) const SENT: &str = "sent";
/// The receiver refuses this one; the next goes on.
pub(crate) const REFUSED: &str = "refused";
/// Given up by somebody.
pub(crate) const DROPPED: &str = "dropped";

const STATES: &[Choice] = &[
    Choice::new(WAITING, "Waits", "待发送"),
    Choice::new(SENT, "Arrived", "已送达"),
    Choice::new(REFUSED, "Refused", "被拒收"),
    Choice::new(DROPPED, "Given up", "已放弃"),
];

const FEATURES: Features = Features { export: false, ..Features::READ }.by_rights_of("web_hooks");
const STATUS: Field = Field::number("status", 0, 999, "Status", "状态码").readonly().filter();
const CODE: Field = Field::number("code", i64::MIN, i64::MAX, "Robot's code", "机器人返回码").readonly().hidden();
const MS: Field = Field::number("ms", 0, i64::MAX, "Took (ms)", "耗时 (ms)").readonly().sort();
const ERROR: Field = Field::new("error", Kind::Choice(FAULTS), "Error", "错误").readonly().filter();

/// The deliveries; status, time and error are those of the last attempt.
pub static DELIVERIES: Resource = Resource {
    name: "web_hook_deliveries",
    path: "web-hook-deliveries",
    table: "web_hook_deliveries",
    title: Words::new("Deliveries of web hooks", "网络钩子投递记录"),
    menu: Menu::System,
    fields: &[
        Field::reference("hook_id", "web_hooks", "Web hook", "网络钩子").readonly(),
        Field::text("event", "Event", "事件").readonly().filter().search(),
        Field::text("target", "Of", "对象编号").readonly().filter().search().hidden(),
        Field::new("state", Kind::Choice(STATES), "State", "状态").readonly().filter(),
        Field::number("attempts", 0, i64::MAX, "Attempts", "尝试次数").readonly(),
        STATUS,
        CODE,
        MS,
        ERROR,
        Field::new("done_at", Kind::Instant, "Done", "完成时间").readonly().filter().sort(),
        Field::number("seq", 0, i64::MAX, "Place", "序号").readonly().required().sort().hidden(),
    ],
    features: FEATURES,
    label: "event",
    sort: "-seq",
    scope: Scope::Everyone,
    rules: &Plain,
};

/// The attempts.
pub static ATTEMPTS: Resource = Resource {
    name: "web_hook_attempts",
    path: "web-hook-attempts",
    table: "web_hook_attempts",
    title: Words::new("Attempts of web hooks", "网络钩子发送记录"),
    menu: Menu::System,
    fields: &[
        Field::reference("delivery_id", "web_hook_deliveries", "Delivery", "投递").readonly(),
        Field::number("number", 1, i64::MAX, "Attempt", "第几次").readonly().required().sort(),
        STATUS,
        CODE,
        MS,
        ERROR,
    ],
    features: FEATURES,
    label: "delivery_id",
    sort: "-created_at",
    scope: Scope::Everyone,
    rules: &Plain,
};
