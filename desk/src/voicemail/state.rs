//! What becomes of a message: handled, with what was said on calling back, or taken up again.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::{Extension, Json};
use callboard_admin::Admin;
use callboard_admin::entity::standard::record;
use callboard_admin::http::Routes;
use callboard_admin::http::body::Body;
use callboard_admin::identity::Caller;
use callboard_admin::identity::door::Need;
use callboard_admin::problem::Problem;
use callboard_admin::resource::{Field, Kind, Record, list, write};
use serde::Deserialize;
use serde_json::{Value, json};

use super::VOICEMAIL;

pub(super) fn routes(routes: &mut Routes) {
    const NOTE: &[Field] = &[Field::new("note", Kind::LongText, "Note on calling back", "回访备注").max(2_000)];
    let edit = Need::Right(VOICEMAIL.right("write"));
    routes.post("/voicemail/{id}/handle", edit.clone(), "Say that a message is handled", handle);
    routes.takes(NOTE);
    routes.post("/voicemail/{id}/reopen", edit, "Take a handled message up again", reopen);
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Handled {
    note: Option<String>,
}

async fn handle(
    State(admin): State<Arc<Admin>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
    Body(handled): Body<Handled>,
) -> Result<Json<Record>, Problem> {
    let data = caller.need(&VOICEMAIL.right("write"))?;
    let tx = admin.begin().await?;
    let before = list::raw(&tx, &caller, &VOICEMAIL, &id, data).await?.ok_or_else(Problem::not_found)?;
    if before.get("state").and_then(Value::as_str) == Some("handled") {
        return Err(Problem::refused("the message is handled already", "该留言已处理"));
    }
    if let Some(note) = handled.note {
        write::change(&admin, &caller, &tx, &VOICEMAIL, (&id, None), record(json!({ "note": note })), data).await?;
    }
    let now = admin.now().to_string();
    let changes = record(json!({ "state": "handled", "handled_by_id": caller.user_id, "handled_at": now }));
    write::set(&admin, &caller, &tx, &VOICEMAIL, &id, changes, data).await?;
    let row = list::one(&admin, &tx, &caller, &VOICEMAIL, &id, data).await?;
    tx.commit().await?;
    Ok(Json(row))
}

async fn reopen(State(admin): State<Arc<Admin>>, Extension(caller): Extension<Caller>, Path(id): Path<String>) -> Result<Json<Record>, Problem> {
    let data = caller.need(&VOICEMAIL.right("write"))?;
    let tx = admin.begin().await?;
    let before = list::raw(&tx, &caller, &VOICEMAIL, &id, data).await?.ok_or_else(Problem::not_found)?;
    if before.get("state").and_then(Value::as_str) != Some("handled") {
        return Err(Problem::refused("the message is not handled", "该留言尚未处理"));
    }
    let changes = record(json!({ "state": "heard", "handled_by_id": null, "handled_at": null }));
    write::set(&admin, &caller, &tx, &VOICEMAIL, &id, changes, data).await?;
    let row = list::one(&admin, &tx, &caller, &VOICEMAIL, &id, data).await?;
    tx.commit().await?;
    Ok(Json(row))
}
