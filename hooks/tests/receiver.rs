//! Whoever is posted to: a server on this machine that keeps what it got and answers as it is told, and a book of names.

use std::collections::{HashMap, VecDeque};
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, Method, Response, Uri};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use callboard_hooks::Names;
use futures::StreamExt as _;
use futures::stream;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::Value;
use sha2::Sha256;
use tokio::net::TcpListener;
use tokio::sync::Notify;
use tokio::task::JoinHandle;

/// What came.
#[derive(Debug, Clone)]
pub struct Got {
    pub method: Method,
    pub uri: Uri,
    pub headers: HeaderMap,
    pub text: String,
    pub body: Value,
}

impl Got {
    pub fn header(&self, name: &str) -> String {
        self.headers.get(name).map(|v| v.to_str().unwrap().to_owned()).unwrap_or_default()
    }

    pub fn id(&self) -> String {
        self.header("webhook-id")
    }

    /// What the signature must be, computed from the specification and nothing of the product.
    pub fn signed_by(&self, secret: &str) -> String {
        let key = STANDARD.decode(secret.strip_prefix("whsec_").unwrap()).unwrap();
        let mut mac = Hmac::<Sha256>::new_from_slice(&key).unwrap();
        mac.update(format!("{}.{}.{}", self.id(), self.header("webhook-timestamp"), self.text).as_bytes());
        format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()))
    }
}

/// How it answers.
#[derive(Debug, Clone)]
pub enum Reply {
    Status(u16),
    /// Sends on to there.
    To(u16, String),
    /// 200 with this body.
    Says(String),
    Wait(u16, &'static str),
    /// 200, and a body without an end, at once or byte by byte.
    Endless,
    Trickle,
    /// Never.
    Silence,
}

#[derive(Default)]
struct Inner {
    got: Mutex<Vec<Got>>,
    replies: Mutex<VecDeque<Reply>>,
    came: Notify,
}

/// A server that is posted to; it ends with the test.
pub struct Receiver {
    pub address: SocketAddr,
    inner: Arc<Inner>,
    serving: JoinHandle<()>,
}

impl Receiver {
    pub async fn start() -> Self {
        Self::at(([127, 0, 0, 1], 0).into()).await
    }

    pub async fn at(address: SocketAddr) -> Self {
        let inner = Arc::new(Inner::default());
        let listener = TcpListener::bind(address).await.unwrap();
        let address = listener.local_addr().unwrap();
        let app = app(&inner);
        Self { address, inner, serving: tokio::spawn(async move { axum::serve(listener, app).await.unwrap() }) }
    }

    pub fn url(&self) -> String {
        format!("http://{}/in", self.address)
    }

    /// What it says next, in that order; 204 when it was told nothing.
    pub fn say(&self, replies: impl IntoIterator<Item = Reply>) {
        self.inner.replies.lock().unwrap().extend(replies);
    }

    pub fn got(&self) -> Vec<Got> {
        self.inner.got.lock().unwrap().clone()
    }

    /// What came since it was asked last.
    pub fn take(&self) -> Vec<Got> {
        std::mem::take(&mut *self.inner.got.lock().unwrap())
    }

    /// Waits until something comes.
    pub async fn came(&self) {
        tokio::time::timeout(Duration::from_secs(30), self.inner.came.notified()).await.expect("something comes");
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

fn app(inner: &Arc<Inner>) -> Router {
    Router::new().fallback(take).with_state(Arc::clone(inner))
}

async fn take(State(inner): State<Arc<Inner>>, method: Method, uri: Uri, headers: HeaderMap, body: Bytes) -> Response<Body> {
    let text = String::from_utf8(body.to_vec()).unwrap();
    let body = serde_json::from_str(&text).unwrap_or(Value::Null);
    inner.got.lock().unwrap().push(Got { method, uri, headers, text, body });
    let reply = inner.replies.lock().unwrap().pop_front().unwrap_or(Reply::Status(204));
    inner.came.notify_one();
    let plain = |status: u16| Response::builder().status(status);
    match reply {
        Reply::Status(status) => plain(status).body(Body::empty()),
        Reply::To(status, to) => plain(status).header("location", to).body(Body::empty()),
        Reply::Says(text) => plain(200).body(Body::from(text)),
        Reply::Wait(status, seconds) => plain(status).header("retry-after", seconds).body(Body::empty()),
        Reply::Endless => plain(200).body(Body::from_stream(stream::repeat_with(|| Ok::<_, io::Error>(Bytes::from(vec![b'x'; 65_536]))))),
        Reply::Trickle => plain(200).body(Body::from_stream(stream::unfold((), |()| async {
            tokio::time::sleep(Duration::from_millis(20)).await;
            Some((Ok::<_, io::Error>(Bytes::from_static(b" ")), ()))
        }))),
        Reply::Silence => {
            stream::pending::<()>().next().await;
            unreachable!("it never answers")
        }
    }
    .unwrap()
}

/// Names and what they lead to; each question takes the next answer, and the last stays.
#[derive(Default)]
pub struct Book {
    names: Mutex<HashMap<String, VecDeque<Vec<IpAddr>>>>,
    asked: Mutex<Vec<String>>,
}

impl Book {
    pub fn write(&self, name: &str, answers: &[&[&str]]) {
        let answers = answers.iter().map(|ips| ips.iter().map(|ip| ip.parse().unwrap()).collect()).collect();
        self.names.lock().unwrap().insert(name.into(), answers);
    }

    /// What was asked for since the last time.
    pub fn asked(&self) -> Vec<String> {
        std::mem::take(&mut *self.asked.lock().unwrap())
    }
}

#[async_trait::async_trait]
impl Names for Book {
    async fn addresses(&self, name: &str) -> io::Result<Vec<IpAddr>> {
        self.asked.lock().unwrap().push(name.into());
        let mut names = self.names.lock().unwrap();
        let answers = names.get_mut(name).ok_or_else(|| io::Error::other("no such name"))?;
        Ok(if answers.len() > 1 { answers.pop_front().unwrap() } else { answers[0].clone() })
    }
}
