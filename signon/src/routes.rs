//! `/api/v1/sign-on`: ways to sign in, and the way through a provider of identities.

use std::sync::Arc;

use axum::extract::State;
use axum::http::header::{LOCATION, SET_COOKIE};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::oidc::{Failed, Flow, Oidc, Person, account, inside};
use callboard_admin::Admin;
use callboard_admin::http::Routes;
use callboard_admin::http::body::Asked;
use callboard_admin::http::session::{note, open};
use callboard_admin::identity::Caller;
use callboard_admin::identity::door::{Need, cookie};
use callboard_admin::identity::session::{Way, secure};
use callboard_admin::problem::Problem;
use callboard_admin::random::digest;
use callboard_safe::secrets::{Keys, seal, unseal};

/// Holds a sign-on in progress, sealed.
const COOKIE: &str = "callboard_sign_on";
const PATH: &str = "/api/v1/sign-on/oidc";

pub(crate) fn routes(routes: &mut Routes) {
    routes.get("/sign-on", Need::Nothing, "Ways to sign in", ways);
    routes.get("/sign-on/oidc", Need::Nothing, "Sign in at the OpenID provider; a browser is sent there", begin);
    routes.get("/sign-on/oidc/back", Need::Nothing, "Where the OpenID provider sends a browser back to", back);
    routes.get("/sign-on/oidc/out", Need::Nothing, "Sign out at the OpenID provider; a browser is sent there", out);
}

async fn ways(State(admin): State<Arc<Admin>>) -> Json<Value> {
    let oidc: Vec<Value> =
        admin.given::<Oidc>().iter().map(|oidc| json!({ "title": oidc.settings.title, "start": PATH, "out": format!("{PATH}/out") })).collect();
    Json(json!({ "password": true, "open": admin.options().open, "oidc": oidc }))
}

fn configured(admin: &Admin) -> Result<Arc<Oidc>, Problem> {
    admin.given().ok_or_else(Problem::not_found)
}

/// To another page, with what the browser remembers of the sign-on from now on; nothing when it is over.
fn go(admin: &Admin, to: &str, remembers: Option<&str>) -> Response {
    let (value, age) = remembers.map_or(("", 0), |text| (text, 600));
    let cookie = format!("{COOKIE}={value}; Path={PATH}; HttpOnly; SameSite=Lax; Max-Age={age}{}", secure(admin));
    (StatusCode::SEE_OTHER, [(LOCATION, to), (SET_COOKIE, &cookie)]).into_response()
}

fn fail(admin: &Admin, failed: Failed) -> Response {
    go(admin, &format!("/console/?sign_on={}", failed.name()), None)
}

#[derive(Debug, Deserialize)]
struct To {
    to: Option<String>,
}

async fn begin(State(admin): State<Arc<Admin>>, Asked(asked): Asked<To>) -> Result<Response, Problem> {
    let (oidc, keys) = (configured(&admin)?, admin.given::<Keys>().ok_or_else(Problem::internal)?);
    let (url, flow) = match oidc.begin(&admin, inside(asked.to.as_deref())).await {
        Ok(begun) => begun,
        Err(failed) => return Ok(fail(&admin, failed)),
    };
    let text = serde_json::to_string(&flow).map_err(|_| Problem::internal())?;
    let sealed = seal(keys.current(), admin.random(), COOKIE, &text).map_err(|_| Problem::internal())?;
    Ok(go(&admin, &url, Some(&sealed)))
}

/// What a provider sends along.
#[derive(Debug, Deserialize)]
struct Brought {
    code: Option<String>,
    state: Option<String>,
    error: Option<String>,
    /// Who sent the browser back (RFC 9207).
    iss: Option<String>,
}

async fn back(
    State(admin): State<Arc<Admin>>,
    Extension(caller): Extension<Caller>,
    headers: HeaderMap,
    Asked(brought): Asked<Brought>,
) -> Result<Response, Problem> {
    let oidc = configured(&admin)?;
    let address = caller.address.clone();
    let entered = match person(&admin, &oidc, &headers, brought).await {
        Ok((person, to)) => match account(&admin, &oidc, &person, &address).await {
            Ok(id) => Ok((id, to)),
            Err(failed) => Err((failed, person.subject)),
        },
        Err(failed) => Err((failed, String::new())),
    };
    match entered {
        Ok((id, to)) => {
            let (_, session) = open(&admin, caller, &id, &headers, Way::Oidc).await?;
            let mut response = go(&admin, inside(Some(&to)), None);
            if let Ok(session) = HeaderValue::from_str(&session) {
                response.headers_mut().append(SET_COOKIE, session);
            }
            Ok(response)
        }
        Err((failed, subject)) => {
            let mut nobody = caller;
            nobody.name.clone_from(&subject);
            note(&admin, &nobody, "sign-in-failed", None, &subject).await?;
            Ok(fail(&admin, failed))
        }
    }
}

/// Whom the provider vouches for, if this browser began the sign-on, and where it goes.
async fn person(admin: &Admin, oidc: &Oidc, headers: &HeaderMap, brought: Brought) -> Result<(Person, String), Failed> {
    let flow = remembered(admin, headers).filter(|flow| flow.lasts(admin.now())).ok_or(Failed::Expired)?;
    // Their digests, so that the time that it takes tells nothing.
    if digest(&brought.state.unwrap_or_default()) != digest(&flow.state) {
        return Err(Failed::Expired);
    }
    if brought.iss.is_some_and(|iss| iss != oidc.settings.issuer) {
        tracing::warn!("a browser was sent back by another than the OpenID provider");
        return Err(Failed::Provider);
    }
    if let Some(error) = brought.error {
        tracing::info!("the OpenID provider refused: {}", error.chars().filter(|c| !c.is_control()).take(100).collect::<String>());
        return Err(Failed::Denied);
    }
    let (code, to) = (brought.code.ok_or(Failed::Provider)?, flow.to.clone());
    Ok((oidc.end(admin, code, flow).await?, to))
}

fn remembered(admin: &Admin, headers: &HeaderMap) -> Option<Flow> {
    let keys = admin.given::<Keys>()?;
    let text = unseal(&keys, COOKIE, cookie(headers, COOKIE)?, keys.current().id()).ok()?;
    serde_json::from_str(&text).ok()
}

async fn out(State(admin): State<Arc<Admin>>) -> Result<Response, Problem> {
    let page = configured(&admin)?.out(&admin).await.unwrap_or_default();
    Ok(go(&admin, page.as_deref().unwrap_or("/console/"), None))
}
