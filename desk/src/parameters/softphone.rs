//! `GET /api/v1/softphone`: what the caller's soft-phone (软电话) needs to know.

use std::sync::Arc;

use axum::extract::State;
use axum::{Extension, Json};
use sea_orm::ConnectionTrait;
use sea_orm::sea_query::{Expr, ExprTrait, Order, Query};
use serde_json::{Value, json};

use super::ID;
use callboard_admin::Admin;
use callboard_admin::http::Routes;
use callboard_admin::identity::Caller;
use callboard_admin::identity::door::Need;
use callboard_admin::problem::Problem;

pub(super) fn routes(routes: &mut Routes) {
    routes.get("/softphone", Need::Known, "What your soft-phone needs to know", softphone);
}

async fn softphone(State(admin): State<Arc<Admin>>, Extension(caller): Extension<Caller>) -> Result<Json<Value>, Problem> {
    let db = admin.db();
    let columns = ["softphone_url", "softphone_stun", "softphone_ring", "softphone_auto_answer", "softphone_ring_limit_s", "wrap_up_limit_s"];
    let row = db.query_one(&Query::select().columns(columns).from("parameters").and_where(Expr::col("id").eq(ID)).to_owned()).await?;
    let row = row.ok_or_else(Problem::internal)?;
    let mine = Query::select()
        .columns(["number", "kind"])
        .from("extensions")
        .and_where(Expr::col("user_id").eq(caller.user_id.clone().unwrap_or_default()))
        .and_where(Expr::col("enabled").eq(true))
        .order_by("number", Order::Asc)
        .to_owned();
    let mut extensions = Vec::new();
    for row in db.query_all(&mine).await? {
        extensions.push(json!({ "number": row.try_get::<String>("", "number")?, "kind": row.try_get::<String>("", "kind")? }));
    }
    let reasons = Query::select()
        .columns(["code", "title_zh", "title_en", "limit_s"])
        .from("pause_reasons")
        .and_where(Expr::col("enabled").eq(true))
        .order_by("position", Order::Asc)
        .order_by("code", Order::Asc)
        .to_owned();
    let mut pauses = Vec::new();
    for row in db.query_all(&reasons).await? {
        let title = json!({ "zh": row.try_get::<String>("", "title_zh")?, "en": row.try_get::<String>("", "title_en")? });
        pauses.push(json!({ "code": row.try_get::<String>("", "code")?, "title": title, "limit_s": row.try_get::<Option<i64>>("", "limit_s")? }));
    }
    Ok(Json(json!({
        "url": row.try_get::<Option<String>>("", "softphone_url")?,
        "stun": row.try_get::<Option<String>>("", "softphone_stun")?,
        "ring": row.try_get::<String>("", "softphone_ring")?,
        "auto_answer": row.try_get::<bool>("", "softphone_auto_answer")?,
        "ring_limit_s": row.try_get::<i64>("", "softphone_ring_limit_s")?,
        "wrap_up_limit_s": row.try_get::<i64>("", "wrap_up_limit_s")?,
        "extensions": extensions,
        "pause_reasons": pauses,
    })))
}
