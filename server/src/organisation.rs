//! The organisation in the server: opened beside the data, and the gate before every door.

pub(crate) mod measured;
pub(crate) mod tables;

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use axum::extract::{RawPathParams, Request, State};
use axum::http::header::ACCEPT;
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Redirect, Response};
use axum::{Extension, Router};
use callboard_admin::identity::door::{gate, gone, guard_board};
use callboard_admin::identity::{Caller, Via, first};
use callboard_admin::part::{self, Part};
use callboard_admin::problem::Problem;
use callboard_admin::random::Random;
use callboard_admin::store::Store;
use callboard_admin::words::Lang;
use callboard_admin::{Admin, Options};
use callboard_desk::recordings::Recordings;
use callboard_desk::voicemail::{self, Voicemail};
use callboard_domain::Clock;
use callboard_hooks::Hooks;
use callboard_safe::{Keys, secrets};
use callboard_signon::Oidc;
use callboard_wallboard::Leave;
use futures::FutureExt;

use crate::calls::Calls;
use crate::config::Config;

/// What there is besides the organisation; the order is that of their tables.
pub(crate) const PARTS: &[&Part] = &[
    &crate::http::calls::PART,
    &callboard_desk::PART,
    &callboard_sheets::PART,
    &callboard_safe::PART,
    &callboard_signon::PART,
    &callboard_hooks::PART,
    &callboard_openapi::PART,
];
/// The settings in the data folder.
const FILE: &str = "settings.db";
/// The key of its secrets beside it.
const KEY_FILE: &str = "settings.key";
/// How often the spool of voicemail is looked into.
const COLLECT_EVERY: Duration = Duration::from_secs(60);
/// How often it is asked whether who looks at a board still may.
const ASK_AGAIN: Duration = Duration::from_secs(30);
/// A hundred a second from one user, token or address, a minute's at once.
const REQUESTS_PER_MINUTE: u32 = 6_000;

/// The machine's chance.
#[derive(Debug, Clone, Copy)]
struct Machine;

impl Random for Machine {
    #[expect(clippy::expect_used, reason = "without the system's randomness no secret may be made, and nothing else works either")]
    fn fill(&self, bytes: &mut [u8]) {
        getrandom::fill(bytes).expect("the system gives random numbers");
    }
}

/// The API's document (OpenAPI 3.1) with every part of this server, as JSON.
///
/// # Errors
/// When it cannot be written.
pub fn openapi() -> serde_json::Result<String> {
    serde_json::to_string_pretty(&callboard_openapi::document(PARTS))
}

/// Opens the settings and, on the first start, prints how to sign in.
pub(crate) async fn open(config: &Config, clock: &Arc<dyn Clock>) -> anyhow::Result<Arc<Admin>> {
    let admin = Arc::new(plain(config, clock).await?);
    if let Some(settings) = &config.admin.oidc {
        admin.give(Arc::new(Oidc::new(settings.clone()).context("could not take the settings of [admin.oidc]")?));
    }
    let hooks = Hooks::open(&config.hooks, crate::config::zone(&config.zone)?, &Machine).context("could not take the settings of [hooks]")?;
    admin.give(Arc::new(hooks));
    admin.give(Arc::new(config.centre()));
    callboard_desk::start(&admin).await.map_err(said).context("could not make what every organisation has")?;
    if config.admin.open {
        tracing::warn!("this server is open: it asks nobody who they are");
    } else if let Some(password) = first::administrator(&admin).await.map_err(said).context("could not make the first administrator")? {
        // Not to the log, which is kept: whoever starts the server reads it once.
        eprintln!("sign in as {} with the one-time password {password}; it is shown once and must be changed", first::LOGIN);
    }
    Ok(admin)
}

/// Gives the organisation what lies with the switchboard: recordings and voicemail.
///
/// # Errors
/// When a place that is configured cannot be.
pub(crate) fn equip(admin: &Admin, config: &Config, calls: &Calls) -> anyhow::Result<()> {
    admin.take_calls(Arc::new(calls.clone()));
    let secret = |name: &str| std::env::var(name).ok();
    let recordings = Recordings::open(&config.recordings, crate::config::zone(&config.zone)?, secret, Arc::new(calls.clone()));
    if let Some(recordings) = recordings.context("could not take the settings of [recordings]")? {
        admin.give(Arc::new(recordings));
    }
    if let Some(voicemail) = Voicemail::open(&config.voicemail, secret).context("could not take the settings of [voicemail]")? {
        admin.give(Arc::new(voicemail));
    }
    Ok(())
}

/// What the organisation does on its own: messages of callers are taken in, web hooks are sent.
pub(crate) async fn work(admin: Arc<Admin>) {
    tokio::join!(collect(Arc::clone(&admin)), callboard_hooks::run(admin));
}

/// Takes what callers have left, once a minute, where a spool was given.
async fn collect(admin: Arc<Admin>) {
    if admin.given::<Voicemail>().is_none() {
        return;
    }
    loop {
        match voicemail::scan(&admin, &Caller::server(admin.now())).await {
            Ok(scanned) => scanned.broken.iter().for_each(|file| tracing::warn!("{} in the spool is no message: {}", file.path, file.error)),
            Err(problem) => tracing::warn!("could not look into the spool of voicemail: {}", problem.detail().get(Lang::En)),
        }
        tokio::time::sleep(COLLECT_EVERY).await;
    }
}

/// The organisation as it is kept, with the key of its secrets; nothing is made.
pub(crate) async fn plain(config: &Config, clock: &Arc<dyn Clock>) -> anyhow::Result<Admin> {
    let store = Store::open(&url(config)?).await?;
    let options = Options { open: config.admin.open, secure: config.admin.secure_cookies, requests_per_minute: REQUESTS_PER_MINUTE };
    let spawn = Arc::new(|import| drop(tokio::spawn(import)));
    let admin = Admin::new(store, Arc::clone(clock), Arc::new(Machine), spawn, options);
    admin.give(Arc::new(keys(config)?));
    let admin = PARTS.iter().fold(admin, |admin, part| admin.with(part));
    part::bring_up(admin.store(), PARTS).await?;
    secrets::check(&admin).await.context("could not open the secrets")?;
    Ok(admin)
}

/// The keys of secrets: of the environment, of the file that is named, or of the one in the data folder.
pub(crate) fn keys(config: &Config) -> anyhow::Result<Keys> {
    if let Some(name) = &config.admin.key_env {
        let text = std::env::var(name).with_context(|| format!("could not read the environment variable {name} for the key of secrets"))?;
        return Ok(Keys::parse(&text)?);
    }
    let path = config.admin.key.clone().unwrap_or_else(|| config.data.join(KEY_FILE));
    Ok(Keys::open(&path, &Machine)?)
}

/// Where the settings are.
pub(crate) fn url(config: &Config) -> anyhow::Result<String> {
    if let Some(name) = &config.admin.settings_env {
        return std::env::var(name).with_context(|| format!("could not read the environment variable {name} for the settings' URL"));
    }
    Ok(config.admin.settings.clone().unwrap_or_else(|| Store::file(&config.data.join(FILE))))
}

/// A problem of the organisation where nobody reads a document.
pub(crate) fn said(problem: Problem) -> anyhow::Error {
    anyhow::anyhow!("{}", problem.detail().get(Lang::En))
}

/// The walls, for those who may see them; the gate stands before.
pub(crate) fn watched(routes: Router, admin: &Arc<Admin>) -> Router {
    routes.layer(from_fn_with_state(Arc::clone(admin), look))
}

/// A path as the value of a query.
fn encoded(path: &str) -> String {
    url::form_urlencoded::byte_serialize(path.as_bytes()).collect()
}

async fn look(State(admin): State<Arc<Admin>>, path: RawPathParams, mut request: Request, next: Next) -> Result<Response, Problem> {
    let caller = request.extensions().get::<Caller>().cloned().ok_or_else(Problem::unauthorized)?;
    let board = path.iter().find(|(name, _)| *name == "board").map(|(_, board)| board.to_owned());
    // A browser that nobody has signed in at goes where one can; it comes back from there.
    if caller.via == Via::Nobody && request.headers().get(ACCEPT).is_some_and(|kinds| kinds.as_bytes().starts_with(b"text/html")) {
        return Ok(Redirect::temporary(&format!("/console/?to={}", encoded(request.uri().path()))).into_response());
    }
    if let Some(board) = board.filter(|_| caller.via != Via::Open) {
        let leave = Leave(Arc::new(move || gone(Arc::clone(&admin), caller.clone(), board.clone(), ASK_AGAIN).boxed()));
        request.extensions_mut().insert(leave);
    }
    guard_board(path, request, next).await
}

/// Everything behind one gate, with the organisation's own routes and those of calls.
pub(crate) fn gated(app: Router, admin: Arc<Admin>, calls: Calls) -> Router {
    let own = callboard_admin::http::router(Arc::clone(&admin)).layer(Extension(calls));
    app.layer(from_fn_with_state(admin, gate)).merge(own)
}
