//! The organisation in the server: opened beside the data, and the gate before every door.

pub(crate) mod tables;

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, ensure};
use axum::extract::{Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Redirect, Response};
use axum::{Extension, Router};
use callboard_admin::identity::caller::WALL;
use callboard_admin::identity::door::{again, gate};
use callboard_admin::identity::{Caller, Via, first};
use callboard_admin::part::Part;
use callboard_admin::problem::Problem;
use callboard_admin::random::Random;
use callboard_admin::store::Store;
use callboard_admin::words::Lang;
use callboard_admin::{Admin, Options};
use callboard_domain::Clock;
use callboard_wallboard::Leave;
use futures::FutureExt;

use crate::calls::Calls;
use crate::config::Config;

/// The settings in the data folder.
const FILE: &str = "settings.db";
/// What other crates and the server add to the organisation.
pub(crate) const PARTS: [&Part; 2] = [&crate::http::calls::PART, &callboard_desk::PART];
/// Where boards' sockets are.
const SOCKETS: &str = "/ws/boards/";
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

/// Opens the settings and, on the first start, prints how to sign in.
pub(crate) async fn open(config: &Config, clock: &Arc<dyn Clock>) -> anyhow::Result<Arc<Admin>> {
    let admin = reach(config, clock).await?;
    callboard_desk::start(&admin).await.map_err(said).context("could not make what every organisation has")?;
    if config.admin.open {
        tracing::warn!("this server is open: it asks nobody who they are");
    } else if let Some(password) = first::administrator(&admin).await.map_err(said).context("could not make the first administrator")? {
        // Not to the log, which is kept: whoever starts the server reads it once.
        eprintln!("sign in as {} with the one-time password {password}; it is shown once and must be changed", first::LOGIN);
    }
    Ok(admin)
}

/// The organisation as it is kept, without anything that a server does when it starts.
pub(crate) async fn reach(config: &Config, clock: &Arc<dyn Clock>) -> anyhow::Result<Arc<Admin>> {
    let store = Store::open(&url(config)?).await?;
    let options = Options { open: config.admin.open, secure: config.admin.secure_cookies, requests_per_minute: REQUESTS_PER_MINUTE };
    let spawn = Arc::new(|import| drop(tokio::spawn(import)));
    let admin = Admin::new(store, Arc::clone(clock), Arc::new(Machine), spawn, options);
    Ok(Arc::new(PARTS.iter().fold(admin, |admin, part| admin.with(part))))
}

/// The organisation, for a command: it must be there already.
pub(crate) async fn existing(config: &Config, clock: &Arc<dyn Clock>) -> anyhow::Result<Arc<Admin>> {
    let is_file = config.admin.settings.is_none() && config.admin.settings_env.is_none();
    let file = config.data.join(FILE);
    ensure!(
        !is_file || file.is_file(),
        "there are no settings at {}; start the server once, or say where they are with --data or --config",
        file.display()
    );
    reach(config, clock).await
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

async fn look(State(admin): State<Arc<Admin>>, mut request: Request, next: Next) -> Result<Response, Problem> {
    let caller = request.extensions().get::<Caller>().cloned().ok_or_else(Problem::unauthorized)?;
    let path = request.uri().path();
    let Some(board) = path.strip_prefix("/wall/").or_else(|| path.strip_prefix(SOCKETS)).filter(|board| !board.contains('/')) else {
        caller.need(WALL)?;
        return Ok(next.run(request).await);
    };
    // A browser that nobody has signed in at goes where one can; it comes back from there.
    if caller.via == Via::Nobody && path.starts_with("/wall/") {
        return Ok(Redirect::temporary(&format!("/console/?to=/wall/{board}")).into_response());
    }
    caller.need_board(board)?;
    if path.starts_with(SOCKETS) && caller.via != Via::Open {
        let board = board.to_owned();
        let leave: Leave = Leave(Arc::new(move || gone(Arc::clone(&admin), caller.clone(), board.clone()).boxed()));
        request.extensions_mut().insert(leave);
    }
    Ok(next.run(request).await)
}

/// Until a caller who looks at a board may do so no longer. A store that does not answer takes nobody's picture away.
async fn gone(admin: Arc<Admin>, caller: Caller, board: String) {
    loop {
        tokio::time::sleep(ASK_AGAIN).await;
        match again(&admin, &caller).await.and_then(|now| now.need_board(&board)) {
            Err(problem) if !problem.status().is_server_error() => return,
            Ok(()) | Err(_) => {}
        }
    }
}

/// Everything behind one gate, with the organisation's own routes and those of calls.
pub(crate) fn gated(app: Router, admin: Arc<Admin>, calls: Calls) -> Router {
    admin.take_calls(Arc::new(calls.clone()));
    let own = callboard_admin::http::router(Arc::clone(&admin)).layer(Extension(calls));
    app.layer(from_fn_with_state(admin, gate)).merge(own)
}
