//! Signing on by OpenID Connect: authorization code with PKCE, state and nonce, at one provider that is found by its issuer.
//!
//! What a sign-on in progress must remember lies sealed in the browser's own cookie: nothing is kept here for those who never
//! come back, and every node can take them up.

mod account;
mod provider;

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};

use callboard_domain::Timestamp;
use openidconnect::reqwest;
use openidconnect::url::{Host, Url};
use openidconnect::{ClientId, IssuerUrl, RedirectUrl};
use serde::{Deserialize, Serialize};

pub(crate) use account::account;
use provider::Provider;

/// How long a sign-on may take.
const FLOW_MS: i64 = 10 * 60_000;
/// How long what a provider says about itself is believed; its keys are asked for anew when one is not known.
const KNOWN_MS: i64 = 60 * 60_000;
/// How long a provider may take to answer.
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(10);
/// How long a provider that did not answer is let be: whoever comes meanwhile is told at once.
const AWAY_MS: i64 = 10_000;
/// Where the provider sends people back to.
const BACK: &str = "/api/v1/sign-on/oidc/back";

/// A provider, as the configuration names it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Who it is; its address without `/.well-known/openid-configuration`.
    pub issuer: String,
    /// What it knows this server as.
    pub client_id: String,
    /// The name of the client secret among the secrets; a public client has none.
    pub secret: Option<String>,
    /// The address by which people reach this server, such as `https://callboard.example.com`.
    pub own_address: String,
    /// What the button says.
    #[serde(default = "title")]
    pub title: String,
    /// What is asked for besides `openid`.
    #[serde(default = "scopes")]
    pub scopes: Vec<String>,
    /// The claim that holds the login.
    #[serde(default = "name_claim")]
    pub name_claim: String,
    /// Users with the login of the claim are theirs at the first sign-on. Only where nobody can choose that claim themselves.
    #[serde(default)]
    pub link: bool,
    /// Users that are not there are made with the role of this name.
    pub create: Option<String>,
    /// The claim that holds groups.
    #[serde(default = "groups_claim")]
    pub groups_claim: String,
    /// Roles by groups, set anew at every sign-on; other roles stay as they are.
    #[serde(default)]
    pub roles: BTreeMap<String, String>,
}

fn title() -> String {
    "OpenID Connect".into()
}

fn scopes() -> Vec<String> {
    ["profile", "email"].map(Into::into).to_vec()
}

fn name_claim() -> String {
    "preferred_username".into()
}

fn groups_claim() -> String {
    "groups".into()
}

/// Why the settings of a provider will not do.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// An address that cannot be.
    #[error("{what} must be an address that begins with https:// (http:// on this machine only)")]
    Address {
        /// Which of the settings.
        what: &'static str,
    },
    /// No client of HTTP can be made.
    #[error("could not make a client of HTTP")]
    Http(#[source] reqwest::Error),
}

/// Why nobody is signed on; a word for the page that says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failed {
    /// The provider, or the person there, said no.
    Denied,
    /// It took too long, was not begun here, or is over already.
    Expired,
    /// There is no account here for this person.
    Unknown,
    /// The account is disabled.
    Disabled,
    /// The provider does not answer, or is not believed.
    Provider,
}

impl Failed {
    /// Its word.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Denied => "denied",
            Self::Expired => "expired",
            Self::Unknown => "unknown",
            Self::Disabled => "disabled",
            Self::Provider => "provider",
        }
    }
}

/// What a browser remembers of its sign-on.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Flow {
    pub(crate) state: String,
    nonce: String,
    verifier: String,
    /// Where it goes after.
    pub(crate) to: String,
    until: i64,
}

impl Flow {
    /// Whether it may still end.
    pub(crate) const fn lasts(&self, now: Timestamp) -> bool {
        now.as_millis() < self.until
    }
}

/// Somebody whom the provider vouches for.
#[derive(Debug)]
pub(crate) struct Person {
    pub(crate) subject: String,
    claims: serde_json::Map<String, serde_json::Value>,
}

impl Person {
    fn text(&self, claim: &str) -> Option<&str> {
        self.claims.get(claim).and_then(serde_json::Value::as_str).map(str::trim).filter(|text| !text.is_empty())
    }

    fn has(&self, claim: &str, value: &str) -> bool {
        match self.claims.get(claim) {
            Some(serde_json::Value::Array(list)) => list.iter().any(|v| v.as_str() == Some(value)),
            Some(one) => one.as_str() == Some(value),
            None => false,
        }
    }
}

/// Signing on at one provider.
#[derive(Debug)]
pub struct Oidc {
    pub(crate) settings: Settings,
    issuer: IssuerUrl,
    client: ClientId,
    back: RedirectUrl,
    home: Url,
    http: reqwest::Client,
    known: RwLock<Known>,
    /// Held by whoever asks the provider about itself; the others wait for what it is told.
    asking: tokio::sync::Mutex<()>,
}

/// What is known of the provider.
#[derive(Debug, Default)]
struct Known {
    /// What it said about itself, and when.
    said: Option<(Timestamp, Arc<Provider>)>,
    /// When it last did not answer, or not in a way that can be understood.
    failed_at: Option<Timestamp>,
}

impl Oidc {
    /// By its settings. The provider is asked when the first person comes, so it may be away while the server starts.
    ///
    /// # Errors
    /// What will not do.
    pub fn new(settings: Settings) -> Result<Self, Error> {
        let issuer = address(&settings.issuer).ok_or(Error::Address { what: "issuer" })?;
        let own = address(&settings.own_address).ok_or(Error::Address { what: "own_address" })?;
        let wrong = || Error::Address { what: "own_address" };
        let back = own.join(BACK).map_err(|_| wrong())?;
        let home = own.join("/console/").map_err(|_| wrong())?;
        // A redirect could lead anywhere inside the house.
        let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).timeout(PATIENCE).https_only(issuer.scheme() == "https");
        Ok(Self {
            issuer: IssuerUrl::new(settings.issuer.clone()).map_err(|_| Error::Address { what: "issuer" })?,
            client: ClientId::new(settings.client_id.clone()),
            back: RedirectUrl::from_url(back),
            home,
            http: http.build().map_err(Error::Http)?,
            known: RwLock::default(),
            asking: tokio::sync::Mutex::default(),
            settings,
        })
    }

    fn remembered(&self, now: Timestamp) -> Option<Arc<Provider>> {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        known.said.as_ref().filter(|(at, _)| now.since(*at) < KNOWN_MS).map(|(_, provider)| Arc::clone(provider))
    }

    /// Whether it did not answer a moment ago.
    fn away(&self, now: Timestamp) -> bool {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        known.failed_at.is_some_and(|at| now.since(at) < AWAY_MS)
    }

    fn learn(&self, now: Timestamp, said: Option<Arc<Provider>>) {
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        match said {
            Some(provider) => *known = Known { said: Some((now, provider)), failed_at: None },
            None => known.failed_at = Some(now),
        }
    }
}

/// An address over TLS, or on this machine.
fn address(text: &str) -> Option<Url> {
    let url = Url::parse(text).ok()?;
    let here = match url.host()? {
        Host::Ipv4(ip) => ip.is_loopback(),
        Host::Ipv6(ip) => ip.is_loopback(),
        Host::Domain(name) => name == "localhost",
    };
    (url.scheme() == "https" || here && url.scheme() == "http").then_some(url)
}

/// A path of this server; the console for anything else, be it another's address in whatever disguise.
pub(crate) fn inside(to: Option<&str>) -> &str {
    let plain = |to: &&str| to.starts_with('/') && !to.starts_with("//") && !to.contains('\\') && !to.chars().any(|c| c.is_control() || c == ' ');
    to.filter(plain).filter(|to| to.len() <= 500).unwrap_or("/console/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paths_of_this_server_are_gone_back_to() {
        for own in ["/console/users?q=a#b", "/wall/service", "/"] {
            assert_eq!(inside(Some(own)), own);
        }
        let long = format!("/{}", "a".repeat(500));
        for other in
            ["https://evil.test", "//evil.test", "/\\evil.test", "\\\\evil.test", "/\t/evil.test", "javascript:alert(1)", "", "evil", "/a b", &long]
        {
            assert_eq!(inside(Some(other)), "/console/", "{other}");
        }
        assert_eq!(inside(None), "/console/");
    }

    #[test]
    fn a_provider_is_reached_over_tls_or_on_this_machine() {
        for good in ["https://id.example.com/realms/a", "http://127.0.0.1:8080", "http://localhost", "http://[::1]:1"] {
            assert!(address(good).is_some(), "{good}");
        }
        for bad in ["http://id.example.com", "ftp://localhost", "id.example.com", "", "http://localhost.evil.test", "file:///etc/passwd"] {
            assert!(address(bad).is_none(), "{bad}");
        }
    }
}
