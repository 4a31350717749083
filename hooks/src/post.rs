//! Posting: a name is resolved once and every address of it looked at; the connection goes to the addresses that were looked at and
//! to no other. No redirect is followed, no proxy asked, no answer read beyond a few bytes.

use std::error::Error as Cause;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::header::{CONTENT_TYPE, RETRY_AFTER};
use reqwest::{Certificate, Client, Response, redirect};
use url::Url;

use crate::fault::Fault;
use crate::form::Form;
use crate::guard::{Guard, Settings};

/// Bytes of a robot's answer that are read.
const MOST_ANSWER: usize = 4_096;
/// Longer than that a receiver asks nobody to wait.
const LONGEST_WAIT_S: i64 = 3_600;

/// Why nothing can be sent at all.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The file of certificates cannot be read.
    #[error("could not read the certificates in {}", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// It holds none.
    #[error("could not understand the certificates in {}; they must be PEM", path.display())]
    Certificates {
        /// Which.
        path: PathBuf,
        /// Why.
        #[source]
        source: reqwest::Error,
    },
    /// No client of HTTP can be made.
    #[error("could not make a client of HTTP")]
    Client(#[source] reqwest::Error),
}

/// How long a receiver is waited for.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// Until it is connected.
    pub connect: Duration,
    /// Until it has answered, all in all.
    pub whole: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self { connect: Duration::from_secs(5), whole: Duration::from_secs(15) }
    }
}

/// Whoever knows the addresses of a name.
#[async_trait]
pub trait Names: Send + Sync {
    /// All of them.
    async fn addresses(&self, name: &str) -> io::Result<Vec<IpAddr>>;
}

/// As this machine resolves names.
#[derive(Debug, Clone, Copy)]
pub struct System;

#[async_trait]
impl Names for System {
    async fn addresses(&self, name: &str) -> io::Result<Vec<IpAddr>> {
        Ok(tokio::net::lookup_host((name, 0)).await?.map(|address| address.ip()).collect())
    }
}

/// A name that leads inside.
#[derive(Debug, thiserror::Error)]
#[error("the name leads inside")]
struct Inside;

/// A name that leads nowhere.
#[derive(Debug, thiserror::Error)]
#[error("the name is not known")]
struct Unknown;

/// Resolves for the client: what it hands out is what is connected to.
struct Looked {
    names: Arc<dyn Names>,
    guard: Guard,
}

impl Resolve for Looked {
    fn resolve(&self, name: Name) -> Resolving {
        let (names, guard) = (Arc::clone(&self.names), self.guard.clone());
        Box::pin(async move {
            let found = names.addresses(name.as_str()).await.map_err(|_| Unknown)?;
            // One address that is not permitted, and the name is not.
            if let Some(inside) = found.iter().find(|ip| !guard.permits(**ip)) {
                tracing::warn!("a web hook's name {} leads to {inside}, which [hooks] allow does not name", name.as_str());
                return Err(Inside.into());
            }
            if found.is_empty() {
                return Err(Unknown.into());
            }
            Ok(Box::new(found.into_iter().map(|ip| SocketAddr::new(ip, 0))) as Addrs)
        })
    }
}

/// What is posted.
#[derive(Debug)]
pub(crate) struct Request {
    pub(crate) url: Url,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: String,
}

/// What came of it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Outcome {
    /// The status of HTTP, if there was an answer.
    pub(crate) status: Option<u16>,
    /// The robot's own code.
    pub(crate) code: Option<i64>,
    /// Why it did not arrive; nothing when it did.
    pub(crate) fault: Option<Fault>,
    /// How long the receiver asks to be left alone.
    pub(crate) wait_ms: Option<i64>,
}

impl Outcome {
    /// It never left.
    pub(crate) fn of(fault: Fault) -> Self {
        Self { fault: Some(fault), ..Self::default() }
    }
}

/// The client.
pub(crate) struct Post {
    client: Client,
}

impl Post {
    pub(crate) fn new(settings: &Settings, guard: Guard, names: Arc<dyn Names>, patience: Patience) -> Result<Self, Error> {
        let mut client = Client::builder()
            .dns_resolver(Arc::new(Looked { names, guard }))
            // A connection that is kept would outlive what was looked at.
            .pool_max_idle_per_host(0)
            .redirect(redirect::Policy::none())
            .no_proxy()
            .referer(false)
            .http1_only()
            .https_only(!settings.http)
            .connect_timeout(patience.connect)
            .timeout(patience.whole)
            .user_agent("Callboard");
        for certificate in authorities(settings)? {
            client = client.add_root_certificate(certificate);
        }
        Ok(Self { client: client.build().map_err(Error::Client)? })
    }

    /// Posts, and says what came of it. The address was permitted a moment ago.
    pub(crate) async fn send(&self, form: Form, request: Request) -> Outcome {
        let mut asked = self.client.post(request.url).header(CONTENT_TYPE, "application/json");
        for (name, value) in request.headers {
            asked = asked.header(name, value);
        }
        match asked.body(request.body).send().await {
            Ok(answer) => judged(form, answer).await,
            Err(error) => Outcome::of(fault(&error)),
        }
    }
}

fn authorities(settings: &Settings) -> Result<Vec<Certificate>, Error> {
    let Some(path) = &settings.ca else { return Ok(Vec::new()) };
    let pem = std::fs::read(path).map_err(|source| Error::File { path: path.clone(), source })?;
    Certificate::from_pem_bundle(&pem).map_err(|source| Error::Certificates { path: path.clone(), source })
}

async fn judged(form: Form, mut answer: Response) -> Outcome {
    let status = answer.status().as_u16();
    let wait = answer.headers().get(RETRY_AFTER).and_then(|v| v.to_str().ok()?.parse::<i64>().ok());
    let wait_ms = wait.map(|s| s.clamp(0, LONGEST_WAIT_S) * 1_000);
    let of = |code, fault| Outcome { status: Some(status), code, fault, wait_ms };
    match status {
        200..300 if form.is_robot() => match read(&mut answer).await {
            Ok(body) => {
                let (code, fault) = Form::verdict(&body);
                of(code, fault)
            }
            Err(fault) => of(None, Some(fault)),
        },
        200..300 => of(None, None),
        300..400 => of(None, Some(Fault::Redirect)),
        410 => of(None, Some(Fault::Gone)),
        // About this message, and no repetition changes it.
        400 | 413 | 415 | 422 => of(None, Some(Fault::Unwanted)),
        _ => of(None, Some(Fault::Status)),
    }
}

async fn read(answer: &mut Response) -> Result<Vec<u8>, Fault> {
    let mut body = Vec::new();
    while let Some(chunk) = answer.chunk().await.map_err(|error| fault(&error))? {
        if body.len() + chunk.len() > MOST_ANSWER {
            return Err(Fault::TooLong);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

/// Whether TLS failed. What an error of I/O holds is not among its causes.
fn is_of_tls(error: &(dyn Cause + 'static)) -> bool {
    let held = || error.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
    error.is::<rustls::Error>() || held().is_some_and(|held| is_of_tls(held))
}

fn fault(error: &reqwest::Error) -> Fault {
    let mut cause: Option<&(dyn Cause + 'static)> = Some(error);
    while let Some(error) = cause {
        if error.is::<Inside>() {
            return Fault::Inside;
        }
        if error.is::<Unknown>() {
            return Fault::Name;
        }
        if is_of_tls(error) {
            return Fault::Certificate;
        }
        cause = error.source();
    }
    match () {
        () if error.is_timeout() => Fault::Timeout,
        () if error.is_connect() => Fault::Connect,
        () => Fault::Broken,
    }
}
