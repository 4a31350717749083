//! The organisation in the server: opened beside the data, and the gate before every door.

pub(crate) mod tables;

use std::sync::Arc;

use anyhow::Context;
use axum::extract::Request;
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::{Extension, Router};
use callboard_admin::identity::door::{Need, gate, guard};
use callboard_admin::identity::first;
use callboard_admin::problem::Problem;
use callboard_admin::random::Random;
use callboard_admin::store::Store;
use callboard_admin::words::Lang;
use callboard_admin::{Admin, Options};
use callboard_domain::Clock;

use crate::calls::Calls;
use crate::config::Config;

/// The settings in the data folder.
const FILE: &str = "settings.db";
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

/// Opens the settings and, on the first start, prints how to sign in.
pub(crate) async fn open(config: &Config, clock: &Arc<dyn Clock>) -> anyhow::Result<Arc<Admin>> {
    let store = Store::open(&url(config)?).await?;
    let options = Options { open: config.admin.open, secure: config.admin.secure_cookies, requests_per_minute: REQUESTS_PER_MINUTE };
    let spawn = Arc::new(|import| drop(tokio::spawn(import)));
    let admin = Admin::new(store, Arc::clone(clock), Arc::new(Machine), spawn, options);
    let admin = Arc::new(admin.with(&crate::http::calls::PART).with(&callboard_desk::PART));
    callboard_desk::start(&admin).await.map_err(said).context("could not make what every organisation has")?;
    if config.admin.open {
        tracing::warn!("this server is open: it asks nobody who they are");
    } else if let Some(password) = first::administrator(&admin).await.map_err(said).context("could not make the first administrator")? {
        // Not to the log, which is kept: whoever starts the server reads it once.
        eprintln!("sign in as {} with the one-time password {password}; it is shown once and must be changed", first::LOGIN);
    }
    Ok(admin)
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

/// Lets only those through who have a right; the gate stands before.
pub(crate) fn guarded(routes: Router, right: &'static str) -> Router {
    routes.layer(from_fn(move |request: Request, next: Next| guard(Need::Right(right.into()), request, next)))
}

/// Everything behind one gate, with the organisation's own routes and those of calls.
pub(crate) fn gated(app: Router, admin: Arc<Admin>, calls: Calls) -> Router {
    admin.take_calls(Arc::new(calls.clone()));
    let own = callboard_admin::http::router(Arc::clone(&admin)).layer(Extension(calls));
    app.layer(from_fn_with_state(admin, gate)).merge(own)
}
