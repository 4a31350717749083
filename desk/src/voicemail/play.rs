//! Hearing a message: in ranges as a recording, audited once a listening; the first to listen is noted.

use std::sync::Arc;

use axum::Extension;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use callboard_admin::Admin;
use callboard_admin::audit::Entry;
use callboard_admin::entity::standard::record;
use callboard_admin::http::Routes;
use callboard_admin::identity::Caller;
use callboard_admin::identity::door::Need;
use callboard_admin::problem::Problem;
use callboard_admin::resource::{Record, list, write};
use sea_orm::ConnectionTrait;
use sea_orm::sea_query::{Expr, ExprTrait, Query};
use serde_json::{Value, json};

use super::{VOICEMAIL, Voicemail, given, spool};
use crate::recordings::PARTS;
use crate::recordings::serve::Sound;

pub(super) fn routes(routes: &mut Routes) {
    let read = Need::Right(VOICEMAIL.right("read"));
    routes.get("/voicemail/{id}/audio", read.clone(), "Listen to a message, whole or in ranges", audio);
    routes.also(PARTS);
    routes.get("/voicemail/{id}/waveform", read, "The peaks of a message", waveform);
}

async fn audio(
    State(admin): State<Arc<Admin>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let (row, sound, voicemail) = find(&admin, &caller, &id).await?;
    let label = row.get("mailbox").and_then(Value::as_str).unwrap_or_default();
    let after = Some(record(json!({ "path": sound.name })));
    let entry = Entry { action: "listen", resource: VOICEMAIL.name, target: Some(&id), label, after, ..Entry::default() };
    voicemail.listenings.note(&admin, &caller, entry).await?;
    if row.get("state").and_then(Value::as_str) == Some("new") {
        heard(&admin, &caller, &id).await?;
    }
    let file = sound.file().to_owned();
    sound.answer(&headers, &file, false)
}

async fn waveform(State(admin): State<Arc<Admin>>, Extension(caller): Extension<Caller>, Path(id): Path<String>) -> Result<Response, Problem> {
    let (_, sound, voicemail) = find(&admin, &caller, &id).await?;
    voicemail.waveforms.answer(&sound).await
}

async fn heard(admin: &Admin, caller: &Caller, id: &str) -> Result<(), Problem> {
    let data = caller.need(&VOICEMAIL.right("read"))?;
    let tx = admin.begin().await?;
    // Of two who listen at once the first is the first.
    let now = list::raw(&tx, caller, &VOICEMAIL, id, data).await?.ok_or_else(Problem::not_found)?;
    if now.get("state").and_then(Value::as_str) == Some("new") {
        let changes = record(json!({ "state": "heard", "heard_by_id": caller.user_id, "heard_at": admin.now().to_string() }));
        write::set(admin, caller, &tx, &VOICEMAIL, id, changes, data).await?;
    }
    Ok(tx.commit().await?)
}

/// A message that the caller may hear, and its sound: only while the file beside it tells of the same message, since Asterisk
/// gives numbers anew.
async fn find(admin: &Admin, caller: &Caller, id: &str) -> Result<(Record, Sound, Arc<Voicemail>), Problem> {
    let data = caller.need(&VOICEMAIL.right("read"))?;
    let row = list::raw(admin.db(), caller, &VOICEMAIL, id, data).await?.ok_or_else(Problem::not_found)?;
    let voicemail = given(admin)?;
    let select = Query::select().columns(["path", "spool_key"]).from("voicemail").and_where(Expr::col("id").eq(id)).to_owned();
    let kept = admin.db().query_one(&select).await?.ok_or_else(Problem::not_found)?;
    let (path, key) = (kept.try_get::<String>("", "path")?, kept.try_get::<String>("", "spool_key")?);
    let gone = || Problem::absent("the message is no longer where it lay; scan the spool again", "留言文件已移动或删除, 请重新扫描");
    let (message, _) = spool::read(&voicemail.objects, &path).await?.ok_or_else(gone)?;
    if spool::key(&path, &message) != key {
        return Err(gone());
    }
    let sound = spool::sound(&voicemail.objects, &path).await?.ok_or_else(gone)?;
    Ok((row, sound, voicemail))
}
