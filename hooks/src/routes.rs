//! What one does with a hook besides writing it: a test, another secret, a delivery sent once more or given up.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::{Extension, Json};
use callboard_admin::Admin;
use callboard_admin::audit::{self, Entry};
use callboard_admin::http::Routes;
use callboard_admin::identity::door::Need;
use callboard_admin::identity::{Caller, DataScope};
use callboard_admin::problem::Problem;
use callboard_admin::resource::list;
use callboard_safe::secrets;
use sea_orm::sea_query::{Expr, ExprTrait, Query};
use sea_orm::{ConnectionTrait, DatabaseTransaction};
use serde_json::{Value, json};

use crate::Hooks;
use crate::deliveries::{DELIVERIES, DROPPED, WAITING};
use crate::event::ping;
use crate::fault::Fault;
use crate::form::Form;
use crate::hook::rules::renew;
use crate::hook::{Hook, Sealed, WEB_HOOKS};

pub(crate) fn routes(routes: &mut Routes) {
    let need = || Need::Right(WEB_HOOKS.right("write"));
    routes.post("/web-hooks/{id}/test", need(), "Send a test message now and say what came of it", test);
    routes.post("/web-hooks/{id}/secret", need(), "Make another secret; the one before signs beside it for a day", secret);
    routes.post("/web-hook-deliveries/{id}/redeliver", need(), "Send a delivery once more, before those that wait", redeliver);
    routes.post("/web-hook-deliveries/{id}/drop", need(), "Give up a delivery that waits; those behind it go on", give_up);
}

async fn note(admin: &Admin, tx: &impl ConnectionTrait, caller: &Caller, action: &'static str, hook: &Hook) -> Result<(), Problem> {
    let entry = Entry { action, resource: WEB_HOOKS.name, target: Some(&hook.id), label: &hook.name, ..Entry::default() };
    audit::note(admin, tx, caller, entry).await
}

async fn test(State(admin): State<Arc<Admin>>, Extension(caller): Extension<Caller>, Path(id): Path<String>) -> Result<Json<Value>, Problem> {
    caller.need(&WEB_HOOKS.right("write"))?;
    let hook = Hook::read(&admin, admin.db(), &id).await?;
    let hooks = admin.given::<Hooks>().ok_or_else(|| Problem::refused("this server sends no web hooks", "本服务器不发送网络钩子"))?;
    note(&admin, admin.db(), &caller, "test", &hook).await?;
    let (message, began) = (ping(&hook, admin.new_id(), admin.now()), admin.now());
    let outcome = hooks.send(&admin, &hook, None, &message).await;
    let error = outcome.fault.map(Fault::choice);
    Ok(Json(json!({
        "arrived": outcome.fault.is_none(),
        "status": outcome.status,
        "code": outcome.code,
        "ms": admin.now().since(began),
        "error": error.map(|choice| choice.value),
        "message": error.map(|choice| choice.title.get(caller.lang)),
    })))
}

async fn secret(State(admin): State<Arc<Admin>>, Extension(caller): Extension<Caller>, Path(id): Path<String>) -> Result<Json<Value>, Problem> {
    // What a token is told would outlive it.
    caller.person()?;
    caller.need(&WEB_HOOKS.right("write"))?;
    let hook = Hook::read(&admin, admin.db(), &id).await?;
    if hook.form != Form::Json {
        return Err(Problem::refused("only signed events have a secret that is made here", "仅带签名的事件由本系统生成密钥"));
    }
    let before = secrets::reveal(&admin, &Sealed::Secret.of(&id)).await.unwrap_or_default();
    let tx = admin.begin().await?;
    let made = renew(&admin, &tx, &id, before).await?;
    note(&admin, &tx, &caller, "renew-secret", &hook).await?;
    tx.commit().await?;
    Ok(Json(json!({ "secret": made })))
}

/// The hook of a delivery, which tries again at once; whether it is on.
async fn woken(admin: &Admin, tx: &DatabaseTransaction, id: &str) -> Result<(Hook, bool), Problem> {
    let row = list::raw(tx, &Caller::server(admin.now()), &DELIVERIES, id, DataScope::All).await?.ok_or_else(Problem::not_found)?;
    let hook = Hook::read(admin, tx, row.get("hook_id").and_then(Value::as_str).unwrap_or_default()).await?;
    // The hook's row first, as everywhere: two who lock in another order wait for each other.
    let mut wake = Query::update();
    wake.table(WEB_HOOKS.table).value("next_at", None::<i64>);
    wake.and_where(Expr::col("id").eq(hook.id.as_str())).and_where(Expr::col("enabled").eq(true));
    let on = tx.execute(&wake).await?.rows_affected() > 0;
    Ok((hook, on))
}

async fn redeliver(State(admin): State<Arc<Admin>>, Extension(caller): Extension<Caller>, Path(id): Path<String>) -> Result<StatusCode, Problem> {
    caller.need(&WEB_HOOKS.right("write"))?;
    let tx = admin.begin().await?;
    let (hook, on) = woken(&admin, &tx, &id).await?;
    if !on {
        return Err(Problem::refused("the web hook is switched off; switch it on first", "该网络钩子已停用, 请先启用"));
    }
    let mut update = Query::update();
    update.table(DELIVERIES.table).value("state", WAITING).value("attempts", 0).value("done_at", None::<i64>);
    update.value("updated_at", admin.now().as_millis());
    tx.execute(update.and_where(Expr::col("id").eq(id))).await?;
    note(&admin, &tx, &caller, "redeliver", &hook).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn give_up(State(admin): State<Arc<Admin>>, Extension(caller): Extension<Caller>, Path(id): Path<String>) -> Result<StatusCode, Problem> {
    caller.need(&WEB_HOOKS.right("write"))?;
    let (tx, now) = (admin.begin().await?, admin.now().as_millis());
    let (hook, _) = woken(&admin, &tx, &id).await?;
    let mut update = Query::update();
    update.table(DELIVERIES.table).value("state", DROPPED).value("done_at", now).value("updated_at", now);
    update.and_where(Expr::col("id").eq(id)).and_where(Expr::col("state").eq(WAITING));
    if tx.execute(&update).await?.rows_affected() == 0 {
        return Err(Problem::refused("the delivery does not wait any more", "该投递已不在等待"));
    }
    note(&admin, &tx, &caller, "drop-delivery", &hook).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
