//! One style for every test: a house is an organisation on one store, a visitor is a browser or a program that talks to it.

#![allow(dead_code, reason = "the tests of each crate use a part of it")]

use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, LazyLock};

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Method, Request, StatusCode, header};
use callboard_admin::identity::first;
use callboard_admin::random::Random;
use callboard_admin::store::Store;
use callboard_admin::{Admin, Options, http, part};
use callboard_domain::{Clock, Timestamp};
use callboard_engines::Postgres;
use serde_json::{Value, json};
use tempfile::TempDir;
use tower::ServiceExt;

/// A test on both stores: `both!(name, |house| { ... })` makes `name::sqlite` and `name::postgres`.
macro_rules! both {
    ($(#[$doc:meta])* $name:ident, $house:ident, $body:block) => {
        $(#[$doc])*
        mod $name {
            #[allow(unused_imports, reason = "not every story names what its file uses")]
            use super::*;

            async fn story($house: crate::house::House) $body

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                story(crate::house::House::sqlite().await).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                story(crate::house::House::postgres().await).await;
            }
        }
    };
}
pub(crate) use both;

/// One server for all tests; it ends with the process.
static POSTGRES: LazyLock<Postgres> = LazyLock::new(|| Postgres::start().expect("PostgreSQL starts"));

/// A new database in it.
pub async fn empty_postgres() -> String {
    tokio::task::spawn_blocking(|| POSTGRES.database()).await.unwrap().unwrap()
}

/// What every user's password is made of.
pub const PASSWORD: &str = "a horse in the rain";

/// A clock that tests move: where it stands, and how far it goes each time that somebody looks.
pub struct Hand(AtomicI64, AtomicI64);

impl Clock for Hand {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.0.fetch_add(self.1.load(Ordering::Relaxed), Ordering::Relaxed))
    }
}

/// Numbers that look like chance and repeat.
pub struct Dice(pub AtomicU64);

impl Random for Dice {
    fn fill(&self, bytes: &mut [u8]) {
        for byte in bytes {
            let x = self.0.fetch_add(0x9E37_79B9_7F4A_7C15, Ordering::Relaxed);
            let x = (x ^ (x >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
            *byte = (x ^ (x >> 27)).to_le_bytes()[5];
        }
    }
}

/// An organisation on a store of its own.
pub struct House {
    pub admin: Arc<Admin>,
    pub app: Router,
    pub clock: Arc<Hand>,
    #[allow(dead_code, reason = "for the stories of crates above")]
    url: String,
    /// The one-time password of the first administrator.
    pub one_time: String,
    /// Where its files lie.
    #[allow(dead_code, reason = "not every story looks there")]
    pub folder: TempDir,
}

impl House {
    pub async fn sqlite() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = Store::file(&folder.path().join("settings.db"));
        Self::on(&url, folder, Options::default()).await
    }

    pub async fn postgres() -> Self {
        let url = empty_postgres().await;
        Self::on(&url, tempfile::tempdir().unwrap(), Options::default()).await
    }

    pub async fn open() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = Store::file(&folder.path().join("settings.db"));
        Self::on(&url, folder, Options { open: true, ..Options::default() }).await
    }

    pub async fn on(url: &str, folder: TempDir, options: Options) -> Self {
        Self::with(url, folder, options, |admin| admin).await
    }

    /// With what else the server is given.
    pub async fn with(url: &str, folder: TempDir, options: Options, more: impl FnOnce(Admin) -> Admin) -> Self {
        let url = url.to_owned();
        let clock = Arc::new(Hand(AtomicI64::new("2026-03-02T01:00:00.000Z".parse::<Timestamp>().unwrap().as_millis()), AtomicI64::new(0)));
        let admin = Arc::new(more(crate::equip(admin(&url, &clock, options).await, folder.path())));
        part::bring_up(admin.store(), crate::PARTS).await.unwrap();
        crate::start(&admin).await;
        let one_time = first::administrator(&admin).await.unwrap().unwrap_or_default();
        Self { app: http::router(Arc::clone(&admin)), admin, clock, url, one_time, folder }
    }

    /// Another node over the same store.
    #[allow(dead_code, reason = "for the stories of crates above")]
    pub async fn neighbour(&self) -> Arc<Admin> {
        Arc::new(admin(&self.url, &self.clock, Options::default()).await)
    }

    /// Time passes.
    pub fn wait(&self, ms: i64) {
        self.clock.0.fetch_add(ms, Ordering::Relaxed);
    }

    /// From now on the clock runs: a millisecond between any two looks.
    #[allow(dead_code, reason = "for the stories of crates above")]
    pub fn run_clock(&self) {
        self.clock.1.store(1, Ordering::Relaxed);
    }

    /// Somebody whom nobody knows.
    pub fn stranger(&self) -> Visitor {
        Visitor { app: self.app.clone(), cookie: None, csrf: None, bearer: None, english: true }
    }

    /// The administrator with a password of their own.
    pub async fn administrator(&self) -> Visitor {
        let mut visitor = self.stranger();
        if visitor.sign_in("admin", &self.one_time).await.status == StatusCode::OK {
            visitor.put("/profile/password", json!({"old": self.one_time, "new": PASSWORD})).await.is(200);
        }
        let mut visitor = self.stranger();
        visitor.sign_in("admin", PASSWORD).await.is(200);
        visitor
    }

    /// A user with one role of these rights and reach, signed in.
    pub async fn user(&self, login: &str, rights: &[&str], scope: &str, more: Value) -> Visitor {
        let boss = self.administrator().await;
        let role = boss.post("/roles", json!({"name": format!("role of {login}"), "rights": rights, "scope": scope})).await.is(201);
        let mut body = json!({"login": login, "name": login, "language": "en", "role_ids": [role.id()], "password": "first pass of all"});
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        boss.post("/users", body).await.is(201);
        let mut visitor = self.stranger();
        visitor.sign_in(login, "first pass of all").await.is(200);
        visitor.put("/profile/password", json!({"old": "first pass of all", "new": PASSWORD})).await.is(200);
        let mut visitor = self.stranger();
        visitor.sign_in(login, PASSWORD).await.is(200);
        visitor
    }
}

async fn admin(url: &str, clock: &Arc<Hand>, options: Options) -> Admin {
    let (store, dice) = (Store::open(url).await.unwrap(), Arc::new(Dice(AtomicU64::new(7))));
    let admin = Admin::new(store, Arc::clone(clock) as _, dice, Arc::new(|task| drop(tokio::spawn(task))), options);
    crate::PARTS.iter().fold(admin, |admin, part| admin.with(part))
}

/// A browser or a program.
#[derive(Clone)]
pub struct Visitor {
    pub app: Router,
    pub cookie: Option<String>,
    pub csrf: Option<String>,
    pub bearer: Option<String>,
    pub english: bool,
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub bytes: Vec<u8>,
    pub body: Value,
}

impl Answer {
    /// The status must be this one.
    #[track_caller]
    pub fn is(self, status: u16) -> Self {
        assert_eq!(self.status.as_u16(), status, "{}", String::from_utf8_lossy(&self.bytes));
        self
    }

    #[track_caller]
    pub fn id(&self) -> String {
        self.body["id"].as_str().expect("an id").to_owned()
    }

    #[track_caller]
    pub fn version(&self) -> i64 {
        self.body["version"].as_i64().expect("a version")
    }

    /// One field of every item.
    #[track_caller]
    pub fn each(&self, field: &str) -> Vec<String> {
        let items = self.body["items"].as_array().unwrap_or_else(|| panic!("no items: {}", self.body));
        items.iter().map(|i| i[field].as_str().unwrap_or_default().to_owned()).collect()
    }

    /// The fields that are wrong, with their codes.
    pub fn wrong(&self) -> Vec<(String, String)> {
        let text = |e: &Value, n: &str| e[n].as_str().unwrap_or_default().to_owned();
        self.body["errors"].as_array().into_iter().flatten().map(|e| (text(e, "field"), text(e, "code"))).collect()
    }

    /// The cookie that it sets.
    pub fn set_cookie(&self) -> Option<String> {
        self.headers.get(header::SET_COOKIE).map(|v| v.to_str().unwrap().to_owned())
    }
}

impl Visitor {
    pub async fn send(&self, method: Method, path: &str, headers: &[(&str, &str)], body: Vec<u8>) -> Answer {
        let uri = if path.starts_with("//") { path[1..].to_owned() } else { format!("/api/v1{path}") };
        let mut request = Request::builder().method(method).uri(uri);
        request = request.header(header::ACCEPT_LANGUAGE, if self.english { "en" } else { "zh-CN" });
        if let Some(cookie) = &self.cookie {
            request = request.header(header::COOKIE, format!("callboard_session={cookie}"));
        }
        if let Some(csrf) = &self.csrf {
            request = request.header("x-csrf-token", csrf);
        }
        if let Some(bearer) = &self.bearer {
            request = request.header(header::AUTHORIZATION, format!("Bearer {bearer}"));
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let response = self.app.clone().oneshot(request.body(Body::from(body)).unwrap()).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = axum::body::to_bytes(body, usize::MAX).await.unwrap().to_vec();
        Answer { status: parts.status, headers: parts.headers, body: serde_json::from_slice(&bytes).unwrap_or(Value::Null), bytes }
    }

    async fn json(&self, method: Method, path: &str, headers: &[(&str, &str)], body: Value) -> Answer {
        let mut all = vec![("content-type", "application/json")];
        all.extend(headers);
        self.send(method, path, &all, body.to_string().into_bytes()).await
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, &[], Vec::new()).await
    }

    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.json(Method::POST, path, &[], body).await
    }

    pub async fn post_with(&self, path: &str, headers: &[(&str, &str)], body: Value) -> Answer {
        self.json(Method::POST, path, headers, body).await
    }

    pub async fn put(&self, path: &str, body: Value) -> Answer {
        self.json(Method::PUT, path, &[], body).await
    }

    pub async fn patch(&self, path: &str, version: i64, body: Value) -> Answer {
        self.json(Method::PATCH, path, &[("if-match", &format!("\"{version}\""))], body).await
    }

    pub async fn delete(&self, path: &str, version: i64) -> Answer {
        self.send(Method::DELETE, path, &[("if-match", &format!("\"{version}\""))], Vec::new()).await
    }

    /// Signs in and keeps the cookie.
    pub async fn sign_in(&mut self, login: &str, password: &str) -> Answer {
        let answer = self.post("/session", json!({"login": login, "password": password})).await;
        self.keep(&answer);
        answer
    }

    /// Keeps what a browser would keep of an answer.
    pub fn keep(&mut self, answer: &Answer) {
        if let Some(cookie) = answer.set_cookie() {
            let value = cookie.split(';').next().unwrap().split_once('=').unwrap().1.to_owned();
            self.cookie = Some(value).filter(|v| !v.is_empty());
        }
        if let Some(csrf) = answer.body["csrf"].as_str() {
            self.csrf = Some(csrf.to_owned());
        }
    }
}
