//! API tokens (API 令牌): what a program carries to do some of what its user may. Made by their users (`/profile/tokens`).

use async_trait::async_trait;
use callboard_domain::Timestamp;

use super::roles;
use crate::identity::DataScope;
use crate::problem::Problem;
use crate::resource::write::{Rules, Write};
use crate::resource::{Features, Field, Kind, Menu, Resource, Scope};
use crate::words::Words;

/// The longest that a token is good.
const LONGEST_MS: i64 = 366 * 24 * 3_600_000;

/// The tokens.
pub static TOKENS: Resource = Resource {
    name: "tokens",
    path: "tokens",
    table: "tokens",
    title: Words::new("API tokens", "API 令牌"),
    menu: Menu::System,
    fields: &[
        Field::text("name", "Name", "名称").required().max(64).found(),
        Field::reference("user_id", "users", "Owner", "所有人").readonly(),
        Field::new("rights", Kind::List, "Rights", "权限").required().max(300).filter(),
        Field::new("expires_at", Kind::Instant, "Until", "有效期至").required().filter().sort(),
        Field::text("hint", "Begins with", "开头").readonly(),
        Field::new("used_at", Kind::Instant, "Last used", "上次使用").readonly().filter().sort(),
        Field::text("used_from", "Last used from", "上次使用来源").readonly().hidden(),
    ],
    features: Features { remove: true, ..Features::READ },
    label: "name",
    sort: "-created_at",
    scope: Scope::User("user_id"),
    rules: &TokenRules,
};

struct TokenRules;

#[async_trait]
impl Rules for TokenRules {
    async fn check(&self, write: &mut Write<'_>) -> Result<(), Problem> {
        write.after.insert("user_id".into(), write.caller.user_id.clone().into());
        roles::held(write, DataScope::Own);
        let now = write.admin.now();
        let lives = write.text("expires_at").and_then(|t| t.parse::<Timestamp>().ok()).map(|at| at.since(now));
        if lives.is_some_and(|ms| !(1..=LONGEST_MS).contains(&ms)) {
            write.refuse("expires_at", "must lie within the next 366 days", "须在未来 366 天以内");
        }
        Ok(())
    }
}
