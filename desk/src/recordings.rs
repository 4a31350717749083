//! Recordings (录音): files in a folder or in a bucket of S3, found by a call's id, heard by whoever may see the call.
//!
//! The files are the switchboard's; nothing here writes or deletes one. Who listened or downloaded stands in the audit log.

pub mod calls;
mod find;
pub(crate) mod listening;
mod media;
mod range;
pub(crate) mod serve;
mod template;
mod wave;
pub(crate) mod waveform;

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::Response;
use axum::{Extension, Json};
use callboard_admin::Admin;
use callboard_admin::audit::{self, Entry};
use callboard_admin::entity::standard::record;
use callboard_admin::http::Routes;
use callboard_admin::http::body::{Asked, Body};
use callboard_admin::identity::door::Need;
use callboard_admin::identity::{Caller, DataScope};
use callboard_admin::problem::Problem;
use callboard_admin::resource::{Field, column};
use callboard_admin::store::row;
use callboard_objects::{Error, Objects, S3};
use jiff::tz::TimeZone;
use sea_orm::ConnectionTrait;
use sea_orm::sea_query::OnConflict;
use serde::Deserialize;
use serde_json::{Value, json};

pub use calls::{Call, Calls};
pub use template::Template;

/// Hears recordings.
pub const PLAY: &str = "recordings.play";
/// Saves them.
pub const DOWNLOAD: &str = "recordings.download";
/// Says where they lie.
pub const REGISTER: &str = "recordings.write";
/// What a sound may be answered with besides all of it.
pub(crate) const PARTS: &[u16] = &[206, 304, 416];
/// Its name in the audit log.
const NAME: &str = "recordings";

/// How recordings are found.
#[derive(Debug, Clone)]
pub struct Rules {
    /// Rules for names, tried in this order.
    pub templates: Vec<Template>,
    /// The folder below which the switchboard keeps recordings, as it calls it in events; what follows is the name in our place.
    pub told_below: Option<String>,
    /// The zone in which names tell the time.
    pub zone: TimeZone,
}

/// Where recordings lie; the server gives one to the organisation (`Admin::give`) if it is set up.
pub struct Recordings {
    objects: Objects,
    rules: Rules,
    calls: Arc<dyn Calls>,
    waveforms: waveform::Waveforms,
    listenings: listening::Listenings,
}

impl std::fmt::Debug for Recordings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Recordings").field("objects", &self.objects).field("rules", &self.rules).finish_non_exhaustive()
    }
}

/// How recordings are found, as the configuration says it.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Their place: `file:///folder` or `s3://bucket/prefix`; without one there are no recordings.
    pub url: Option<String>,
    /// How to reach a bucket.
    pub s3: S3,
    /// Rules for names, tried in this order.
    pub paths: Vec<String>,
    /// See [`Rules::told_below`].
    pub told_below: Option<String>,
}

impl Recordings {
    /// Recordings as the settings say, of these calls; none where they name no place. `secret` looks a name up in the environment.
    ///
    /// # Errors
    /// When a setting cannot be right.
    pub fn open(settings: &Settings, zone: TimeZone, secret: impl Fn(&str) -> Option<String>, calls: Arc<dyn Calls>) -> Result<Option<Self>, Error> {
        let Some(url) = &settings.url else { return Ok(None) };
        let objects = Objects::open(url, &settings.s3, secret)?;
        let wrong = |what| Error::Settings { place: url.clone(), what };
        let templates = settings.paths.iter().map(|p| Template::read(p)).collect::<Result<_, _>>().map_err(wrong)?;
        Ok(Some(Self::new(objects, Rules { templates, told_below: settings.told_below.clone(), zone }, calls)))
    }

    /// Recordings in a place, of these calls.
    #[must_use]
    pub fn new(objects: Objects, rules: Rules, calls: Arc<dyn Calls>) -> Self {
        Self { objects, rules, calls, waveforms: waveform::Waveforms::default(), listenings: listening::Listenings::default() }
    }
}

pub(crate) fn routes(routes: &mut Routes) {
    const PLACE: &[Field] = &[Field::text("path", "Path", "路径").required().max(1_000)];
    let play = Need::Right(PLAY.into());
    routes.get("/recordings/{id}", play.clone(), "The recording of a call", about);
    routes.get("/recordings/{id}/audio", play.clone(), "Listen to a recording, whole or in ranges", audio);
    routes.also(PARTS);
    routes.get("/recordings/{id}/waveform", play, "The peaks of a recording", waveform);
    routes.get("/recordings/{id}/download", Need::Right(DOWNLOAD.into()), "Download a recording", download);
    routes.also(PARTS);
    routes.on(&Method::PUT, "/recordings/{id}", Need::Right(REGISTER.into()), "Say where a recording lies", register);
    routes.takes(PLACE);
}

#[derive(Debug, Deserialize)]
struct Which {
    source: Option<String>,
}

/// What the server has given.
fn given(admin: &Admin) -> Result<Arc<Recordings>, Problem> {
    let unset = || {
        Problem::absent(
            "no place for recordings is set; set [recordings] url in the configuration",
            "未配置录音存储, 请在配置中设置 [recordings] url",
        )
    };
    admin.given().ok_or_else(unset)
}

/// A name as whoever asks may see it: files may be named after telephone numbers.
fn shown(admin: &Admin, caller: &Caller, name: &str) -> String {
    if caller.sees_phones() { name.to_owned() } else { admin.mask().numbers(name) }
}

async fn about(
    State(admin): State<Arc<Admin>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
    Asked(which): Asked<Which>,
) -> Result<Json<Value>, Problem> {
    let (data, recordings) = (caller.need(PLAY)?, given(&admin)?);
    let found = recordings.find(&admin, &caller, data, &id, which.source.as_deref()).await?;
    let wave = waveform::header(&found.sound).await?;
    let format = wave.map(|w| json!({ "coding": w.coding.name(), "channels": w.channels, "rate": w.rate }));
    Ok(Json(json!({
        "call": found.call.call, "source": found.call.source, "started_at": found.call.started_at.to_string(),
        "path": shown(&admin, &caller, &found.sound.name), "size": found.sound.meta.size, "media_type": found.sound.media_type,
        "recorded_at": column::instant(found.sound.meta.modified_ms), "duration_ms": wave.map(|w| w.length_ms()), "format": format,
        "may_download": caller.may(DOWNLOAD).is_some(),
    })))
}

async fn audio(
    State(admin): State<Arc<Admin>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
    Asked(which): Asked<Which>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    send(&admin, &caller, (&id, which.source.as_deref()), &headers, (PLAY, "listen")).await
}

async fn download(
    State(admin): State<Arc<Admin>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
    Asked(which): Asked<Which>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    send(&admin, &caller, (&id, which.source.as_deref()), &headers, (DOWNLOAD, "download")).await
}

/// Audits, then sends.
async fn send(
    admin: &Admin,
    caller: &Caller,
    (id, source): (&str, Option<&str>),
    headers: &HeaderMap,
    (right, action): (&str, &'static str),
) -> Result<Response, Problem> {
    let (data, recordings) = (caller.need(right)?, given(admin)?);
    let found = recordings.find(admin, caller, data, id, source).await?;
    let after = Some(record(json!({ "source": found.call.source, "path": found.sound.name })));
    let entry = Entry { action, resource: NAME, target: Some(id), label: id, after, ..Entry::default() };
    recordings.listenings.note(admin, caller, entry).await?;
    let file = shown(admin, caller, found.sound.file());
    found.sound.answer(headers, &file, right == DOWNLOAD)
}

async fn waveform(
    State(admin): State<Arc<Admin>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
    Asked(which): Asked<Which>,
) -> Result<Response, Problem> {
    let (data, recordings) = (caller.need(PLAY)?, given(&admin)?);
    let found = recordings.find(&admin, &caller, data, &id, which.source.as_deref()).await?;
    recordings.waveforms.answer(&found.sound).await
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Place {
    path: String,
}

async fn register(
    State(admin): State<Arc<Admin>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
    Asked(which): Asked<Which>,
    Body(place): Body<Place>,
) -> Result<StatusCode, Problem> {
    let (data, recordings) = (caller.need(REGISTER)?, given(&admin)?);
    // Any file may be named: whoever hears their own calls only would hear every other's as theirs.
    if data != DataScope::All {
        return Err(Problem::too_narrow());
    }
    let call = recordings.call(&admin, &caller, data, &id, which.source.as_deref()).await?;
    if !find::is_name(&place.path) {
        return Err(Problem::field(
            "path",
            "kind",
            "must be the name of a sound below the place of recordings, without .. and without a leading slash",
            "须为录音存储内的音频文件路径, 不含 .. 且不以 / 开头",
        ));
    }
    let tx = admin.begin().await?;
    let columns = [("source", &call.source), ("call", &call.call), ("path", &place.path)].map(|(name, text)| (name, text.into())).into();
    let insert = row::insert("recordings", &admin.new_id(), admin.now(), columns)
        .on_conflict(OnConflict::columns(["call", "source"]).update_columns(["path", "updated_at"]).to_owned())
        .to_owned();
    tx.execute(&insert).await?;
    let after = Some(record(json!({ "source": call.source, "path": place.path })));
    audit::note(&admin, &tx, &caller, Entry { action: "register", resource: NAME, target: Some(&id), label: &id, after, ..Entry::default() }).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
