//! Secrets (密钥) of other systems: set and replaced by those who may, read by the server alone.

use async_trait::async_trait;
use sea_orm::sea_query::{Condition, Expr, ExprTrait, IntoCondition};
use serde_json::Value;

use super::{Keys, seal};
use callboard_admin::identity::Caller;
use callboard_admin::problem::Problem;
use callboard_admin::resource::write::{Rules, Write};
use callboard_admin::resource::{Features, Field, Kind, Menu, Resource, Scope};
use callboard_admin::words::Words;

/// The secrets, without their values.
pub static SECRETS: Resource = Resource {
    name: "secrets",
    path: "secrets",
    table: "secrets",
    title: Words::new("Secrets", "密钥"),
    menu: Menu::System,
    fields: &[
        Field::text("name", "Name", "名称").required().fixed().unique().max(64).found(),
        Field::text("note", "Note", "备注"),
        Field::new("value", Kind::LongText, "Value", "值").max(4_000).secret(),
    ],
    features: Features { export: false, ..Features::ALL },
    label: "name",
    sort: "name",
    scope: Scope::Everyone,
    rules: &SecretRules,
};

struct SecretRules;

#[async_trait]
impl Rules for SecretRules {
    /// Those of rows of parts above are theirs alone.
    fn visible(&self, _caller: &Caller) -> Option<Condition> {
        Some(Expr::col((SECRETS.table, "owner")).is_null().into_condition())
    }

    async fn check(&self, write: &mut Write<'_>) -> Result<(), Problem> {
        let Some(Value::String(value)) = write.after.get("value").cloned() else {
            if write.before.is_none() {
                write.refuse("value", "is required", "不能为空");
            }
            return Ok(());
        };
        let keys = write.admin.given::<Keys>().ok_or_else(|| Problem::refused("this server has no key for secrets", "本服务器没有密钥文件"))?;
        let sealed = seal(keys.current(), write.admin.random(), write.text("name").unwrap_or_default(), &value).map_err(|_| Problem::internal())?;
        write.extra.push(("sealed", sealed.into()));
        write.extra.push(("key_id", keys.current().id().into()));
        Ok(())
    }
}
