//! Devices (大屏终端): screens that show boards without anybody signing in. Each has one key, in a cookie or with a program.

mod keys;

use async_trait::async_trait;
use callboard_domain::Timestamp;

use crate::http::Routes;
use crate::identity::caller::WALL;
use crate::identity::key::EVERY_BOARD;
use crate::problem::Problem;
use crate::resource::write::{Rules, Write};
use crate::resource::{Features, Field, Kind, Menu, Resource, Scope};
use crate::words::Words;

/// The devices.
pub static DEVICES: Resource = Resource {
    name: "devices",
    path: "devices",
    table: "devices",
    title: Words::new("Screens", "大屏终端"),
    menu: Menu::System,
    fields: &[
        Field::text("name", "Name", "名称").required().unique().max(64).found(),
        Field::text("place", "Place", "位置").filter().search(),
        Field::new("boards", Kind::List, "Boards (* is every one)", "看板（* 为全部）").required().filter(),
        Field::enabled(),
        Field::new("expires_at", Kind::Instant, "Until", "有效期至").filter().sort(),
        Field::text("hint", "Key begins with", "密钥开头").readonly(),
        Field::new("paired_at", Kind::Instant, "Paired", "配对时间").readonly().sort(),
        Field::new("used_at", Kind::Instant, "Last seen", "最近在线").readonly().filter().sort(),
        Field::text("used_from", "Last seen from", "最近来源").readonly().hidden(),
    ],
    features: Features::ALL,
    label: "name",
    sort: "name",
    scope: Scope::Everyone,
    rules: &DeviceRules,
};

struct DeviceRules;

#[async_trait]
impl Rules for DeviceRules {
    async fn check(&self, write: &mut Write<'_>) -> Result<(), Problem> {
        // A device sees walls: nobody hands out what they do not hold.
        write.caller.need(WALL)?;
        let boards = write.after.get("boards").and_then(|b| b.as_array()).cloned().unwrap_or_default();
        let named = |name: &str| name == EVERY_BOARD || name.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b));
        if !boards.iter().filter_map(|b| b.as_str()).all(named) {
            write.refuse("boards", "must be names of boards, or * for every one", "须为看板名称, 或用 * 表示全部");
        }
        let past = write.text("expires_at").and_then(|t| t.parse::<Timestamp>().ok()).is_some_and(|at| at <= write.admin.now());
        if past && write.changes("expires_at") {
            write.refuse("expires_at", "must lie in the future", "须晚于当前时间");
        }
        Ok(())
    }
}

pub(crate) fn routes(routes: &mut Routes) {
    keys::routes(routes);
}
