//! `/kiosk` and `/api/v1/kiosk`: a screen without a keyboard changes a one-time code for a cookie that stays.
//!
//! The page reads the code from behind the `#` of its address; where there is none it asks for it. A screen that is
//! paired goes on to its board, so `/kiosk` is what a screen opens whenever it starts.

use std::sync::Arc;

use axum::extract::State;
use axum::http::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY, SET_COOKIE};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Extension, Json, Router};
use sea_orm::ConnectionTrait;
use sea_orm::sea_query::{Cond, Expr, ExprTrait, Query};
use serde::Deserialize;
use serde_json::{Value, json};

use super::Routes;
use super::body::Body;
use crate::Admin;
use crate::audit::{self, Entry};
use crate::entity::devices::DEVICES;
use crate::identity::door::Need;
use crate::identity::key::{self, Holder};
use crate::identity::{Caller, Via, kiosk};
use crate::problem::Problem;
use crate::random::digest;
use crate::resource::Field;

const POLICY: &str =
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
const CODE: &[Field] = &[Field::text("code", "Code", "配对码").required().max(40)];

pub(super) fn routes(routes: &mut Routes) {
    routes.get("/kiosk", Need::Nothing, "Which screen this is", view);
    routes.post("/kiosk", Need::Nothing, "Pair this screen by a one-time code", pair);
    routes.takes(CODE);
}

/// The page and its files.
pub(super) fn pages() -> Router<Arc<Admin>> {
    let file = |kind: &'static str, text: &'static str| get(async move || ([(CONTENT_TYPE, kind)], text));
    Router::new()
        .route("/kiosk", get(page))
        .route("/kiosk/kiosk.js", file("text/javascript; charset=utf-8", include_str!("kiosk/kiosk.js")))
        .route("/kiosk/palette.css", file("text/css; charset=utf-8", include_str!("../../../web/palette.css")))
        .route("/kiosk/kiosk.css", file("text/css; charset=utf-8", include_str!("kiosk/kiosk.css")))
}

async fn page() -> Response {
    let headers = [(CONTENT_TYPE, "text/html; charset=utf-8"), (CONTENT_SECURITY_POLICY, POLICY), (REFERRER_POLICY, "no-referrer")];
    (headers, include_str!("kiosk/kiosk.html")).into_response()
}

async fn view(Extension(caller): Extension<Caller>) -> Json<Value> {
    Json(match caller.via {
        Via::Device(_) => json!({ "paired": true, "name": caller.name, "goes_to": goes_to(&caller) }),
        _ => json!({ "paired": false }),
    })
}

/// The first of its boards; the server's first where it may see every one.
fn goes_to(caller: &Caller) -> String {
    caller.boards.iter().flatten().next().map_or_else(|| "/".to_owned(), |board| format!("/wall/{board}"))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Code {
    code: String,
}

async fn pair(State(admin): State<Arc<Admin>>, Extension(caller): Extension<Caller>, Body(body): Body<Code>) -> Result<Response, Problem> {
    let (hash, now) = (digest(body.code.trim()), admin.now().as_millis());
    let tx = admin.begin().await?;
    let select = Query::select().columns(["id", "name"]).from(DEVICES.table).and_where(Expr::col("pairing_hash").eq(hash.clone())).to_owned();
    let row = tx.query_one(&select).await?.ok_or_else(Problem::wrong_code)?;
    let (id, name): (String, String) = (row.try_get("", "id")?, row.try_get("", "name")?);
    let mut update = Query::update();
    update.table(DEVICES.table).value("pairing_hash", Expr::val(None::<String>)).value("paired_at", now).and_where(Expr::col("id").eq(id.clone()));
    // One whose time is over keeps its code and its key: it may be given more.
    update.cond_where(Cond::any().add(Expr::col("expires_at").is_null()).add(Expr::col("expires_at").gt(now)));
    update.and_where(Expr::col("pairing_hash").eq(hash)).and_where(Expr::col("pairing_until").gt(now)).and_where(Expr::col("enabled").eq(true));
    if tx.execute(&update).await?.rows_affected() == 0 {
        return Err(Problem::wrong_code());
    }
    let key = key::give(&admin, &tx, Holder::Device, &id).await?;
    let mut screen = Caller::nobody(caller.lang, caller.address.clone(), caller.at);
    screen.name.clone_from(&name);
    let entry = Entry { action: "pair", resource: DEVICES.name, target: Some(&id), label: &name, ..Entry::default() };
    audit::note(&admin, &tx, &screen, entry).await?;
    tx.commit().await?;
    if !key::known(&admin, &mut screen, &key).await? {
        return Err(Problem::wrong_code());
    }
    Ok(([(SET_COOKIE, kiosk::cookie(&admin, &key))], view(Extension(screen)).await).into_response())
}
