//! Who may write which hook. A hook tells whoever receives it of rows, so whoever writes one must see those rows themselves, all of
//! them, and telephone numbers if the hook shows them; whoever points it elsewhere too.

use async_trait::async_trait;
use callboard_admin::Admin;
use callboard_admin::identity::DataScope;
use callboard_admin::problem::Problem;
use callboard_admin::resource::write::{Rules, Write};
use callboard_safe::secrets::{self, Error};
use sea_orm::sea_query::{Expr, ExprTrait, Query};
use sea_orm::{ConnectionTrait, DatabaseTransaction};
use serde_json::Value;

use super::{OVERLAP_MS, Sealed, owner};
use crate::Hooks;
use crate::deliveries::{DELIVERIES, WAITING};
use crate::event::deeds;
use crate::form::Form;
use crate::guard::{Guard, shown};
use crate::signature;

/// What decides who is told of what.
const TELLING: [&str; 5] = ["url", "secret", "events", "content", "phones"];

pub(super) struct HookRules;

#[async_trait]
impl Rules for HookRules {
    async fn check(&self, write: &mut Write<'_>) -> Result<(), Problem> {
        address(write);
        secret(write);
        events(write);
        rights(write);
        if switched_on(write) {
            write.after.extend([("state".into(), Value::Null), ("failures".into(), 0.into()), ("next_at".into(), Value::Null)]);
        }
        Ok(())
    }

    async fn wrote(&self, write: &Write<'_>) -> Result<(), Problem> {
        if let Some(url) = write.text("url") {
            keep(write.admin, write.tx, write.id, Sealed::Url, url).await?;
        }
        match write.text("secret") {
            Some(secret) => keep(write.admin, write.tx, write.id, Sealed::Secret, secret).await?,
            // Nobody knows it until somebody has another made; but nothing is ever sent without a signature.
            None if write.before.is_none() && form(write) == Form::Json => {
                let made = signature::make(write.admin.random());
                keep(write.admin, write.tx, write.id, Sealed::Secret, &made).await?;
            }
            None => {}
        }
        if switched_on(write) {
            let mut afresh = Query::update();
            afresh.table(DELIVERIES.table).value("attempts", 0);
            afresh.and_where(Expr::col("hook_id").eq(write.id)).and_where(Expr::col("state").eq(WAITING));
            write.tx.execute(&afresh).await?;
        }
        Ok(())
    }

    async fn removing(&self, write: &Write<'_>) -> Result<(), Problem> {
        Ok(secrets::forget(write.tx, &owner(write.id)).await?)
    }
}

/// Seals something of a hook.
async fn keep(admin: &Admin, tx: &DatabaseTransaction, id: &str, what: Sealed, value: &str) -> Result<(), Problem> {
    secrets::keep(admin, tx, &owner(id), &what.of(id), value).await.map_err(|error| match error {
        Error::NoKeys => Problem::refused("this server has no key for secrets", "本服务器没有密钥文件"),
        Error::Refused(error) => error.into(),
        error => {
            tracing::error!("could not seal what belongs to a web hook: {error}");
            Problem::internal()
        }
    })
}

/// Gives a hook another secret; the one before signs beside it for a day. The new one is told once.
pub(crate) async fn renew(admin: &Admin, tx: &DatabaseTransaction, id: &str, before: Option<String>) -> Result<String, Problem> {
    let made = signature::make(admin.random());
    if let Some(before) = before {
        keep(admin, tx, id, Sealed::Previous, &before).await?;
    }
    keep(admin, tx, id, Sealed::Secret, &made).await?;
    let mut update = Query::update();
    update.table(super::WEB_HOOKS.table).value("previous_until", admin.now().plus(OVERLAP_MS).as_millis());
    tx.execute(update.and_where(Expr::col("id").eq(id))).await?;
    Ok(made)
}

fn switched_on(write: &Write<'_>) -> bool {
    write.changes("enabled") && write.after.get("enabled") == Some(&Value::Bool(true))
}

fn form(write: &Write<'_>) -> Form {
    Form::named(write.text("form").unwrap_or_default())
}

fn address(write: &mut Write<'_>) {
    let Some(text) = write.text("url") else { return };
    let guard = write.admin.given::<Hooks>().map_or_else(Guard::default, |hooks| hooks.guard.clone());
    match guard.address(text) {
        Ok(url) => drop(write.after.insert("address".into(), shown(&url).into())),
        Err(refusal) => {
            let words = refusal.words();
            write.refuse("url", words.en, words.zh);
        }
    }
}

fn secret(write: &mut Write<'_>) {
    let Some(secret) = write.text("secret") else { return };
    match form(write) {
        Form::Json if signature::key(secret).is_none() => {
            write.refuse(
                "secret",
                "must be whsec_ and 24 to 64 bytes in base64; without one it is made here",
                "须为 whsec_ 加 24 至 64 字节的 base64; 留空则自动生成",
            );
        }
        Form::Wecom | Form::Slack => write.refuse("secret", "this form has no secret", "该格式不使用签名密钥"),
        Form::Json | Form::Dingtalk | Form::Feishu => write.extra.push(("previous_until", None::<i64>.into())),
    }
}

fn listed(write: &Write<'_>) -> Vec<String> {
    let events = write.after.get("events").and_then(Value::as_array);
    events.into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
}

fn events(write: &mut Write<'_>) {
    let known = |event: &String| {
        let Some((resource, deed)) = event.split_once('.') else { return false };
        write.admin.resource(resource).is_some() && deeds().any(|known| known == deed)
    };
    if let Some(unknown) = listed(write).iter().find(|event| !known(event)) {
        let deeds = deeds().collect::<Vec<_>>().join(", ");
        let en = format!("{unknown} is none: name a resource and one of {deeds}, such as customers.create");
        write.refuse("events", en, format!("{unknown} 不是事件: 须为对象名加 {deeds} 之一, 如 customers.create"));
    }
}

fn rights(write: &mut Write<'_>) {
    let on = write.after.get("enabled") == Some(&Value::Bool(true));
    if !on && !TELLING.iter().any(|field| write.changes(field)) {
        return; // to switch it off one need not see what it tells
    }
    let sees = |event: &String| {
        let resource = event.split_once('.').and_then(|(resource, _)| write.admin.resource(resource));
        resource.is_none_or(|resource| write.caller.may(&resource.right("read")) == Some(DataScope::All))
    };
    if let Some(unseen) = listed(write).iter().find(|event| !sees(event)) {
        let en = format!("{unseen} tells of rows that you do not see all of yourself");
        write.refuse("events", en, format!("{unseen} 涉及您无权查看全部的数据"));
    }
    if write.after.get("phones") == Some(&Value::Bool(true)) && !write.caller.sees_phones() {
        write.refuse("phones", "telephone numbers are hidden from you", "您无权查看电话号码");
    }
}
