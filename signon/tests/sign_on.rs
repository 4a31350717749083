//! Signing on at a real provider (`tests/provider`, oidc-provider in Node), and what a forged or stolen answer gets: nothing.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock};

use axum::body::Body;
use axum::http::{Request, header};
use callboard_admin::store::Store;
use callboard_admin::{Options, identity};
use callboard_signon::{Oidc, Settings};
use openidconnect::reqwest;
use serde_json::{Value, json};
use tower::ServiceExt as _;

use crate::house::{Hand, House, Visitor, empty_postgres};

const OWN: &str = "https://callboard.test";

/// The provider's packages, installed once.
static PACKAGES: LazyLock<()> = LazyLock::new(|| {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/provider");
    if !folder.join("node_modules/oidc-provider").exists() {
        assert!(Command::new("npm").args(["ci", "--no-audit", "--no-fund"]).current_dir(folder).status().expect("npm runs").success());
    }
});

/// A provider of identities; it ends with the test.
struct Provider {
    child: Child,
    issuer: String,
    secret: String,
    now: i64,
    http: reqwest::Client,
    /// What it still says is heard by nobody, but it must be able to say it.
    _lines: BufReader<ChildStdout>,
}

impl Provider {
    async fn start() -> Self {
        let begun = tokio::task::spawn_blocking(|| {
            LazyLock::force(&PACKAGES);
            let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/provider/provider.mjs");
            let mut child =
                Command::new("node").arg(script).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("node");
            let mut line = String::new();
            let mut lines = BufReader::new(child.stdout.take().unwrap());
            while !line.starts_with('{') {
                line.clear();
                assert!(lines.read_line(&mut line).unwrap() > 0, "the provider ended");
            }
            (child, lines, serde_json::from_str::<Value>(&line).unwrap())
        });
        let (child, lines, said) = begun.await.unwrap();
        let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
        let text = |name: &str| said[name].as_str().unwrap().to_owned();
        Self { child, issuer: text("issuer"), secret: text("secret"), now: said["now"].as_i64().unwrap(), http, _lines: lines }
    }

    fn settings(&self) -> Settings {
        let settings =
            json!({ "issuer": self.issuer, "client_id": "callboard", "secret": "oidc", "own_address": "https://callboard.test", "title": "Company" });
        serde_json::from_value(settings).unwrap()
    }

    async fn control(&self, what: Value) {
        self.asked(what).await;
    }

    /// Says what is to come, and how often it was asked about itself.
    async fn asked(&self, what: Value) -> i64 {
        let answer = self.http.put(format!("{}/control", self.issuer)).body(what.to_string()).send().await.unwrap();
        let asked: Value = serde_json::from_slice(&answer.error_for_status().unwrap().bytes().await.unwrap()).unwrap();
        asked["/.well-known/openid-configuration"].as_i64().unwrap_or_default()
    }
}

impl Drop for Provider {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// A house of this provider, with its client secret and two roles, at the provider's time.
async fn house(provider: &Provider, postgres: bool, change: impl FnOnce(&mut Settings)) -> House {
    let folder = tempfile::tempdir().unwrap();
    let url = if postgres { empty_postgres().await } else { Store::file(&folder.path().join("settings.db")) };
    let mut settings = provider.settings();
    change(&mut settings);
    let house = House::with(&url, folder, Options::default(), |admin| {
        admin.give(Arc::new(Oidc::new(settings).unwrap()));
        admin
    })
    .await;
    house.wait(provider.now - callboard_domain::Clock::now(&*house.clock as &Hand).as_millis());
    let boss = house.administrator().await;
    boss.post("/secrets", json!({"name": "oidc", "value": provider.secret})).await.is(201);
    boss.post("/roles", json!({"name": "agent", "rights": ["wall.view"], "scope": "own"})).await.is(201);
    boss.post("/roles", json!({"name": "leader", "rights": ["users.read"], "scope": "all"})).await.is(201);
    house
}

/// A browser that goes where it is sent, here and at the provider.
struct Browser<'a> {
    house: &'a House,
    provider: &'a Provider,
    cookies: BTreeMap<(bool, String), String>,
}

/// What came of a step: a status, where it leads, and what is set.
struct Step {
    status: u16,
    to: String,
    cookies: Vec<String>,
}

impl<'a> Browser<'a> {
    fn new(house: &'a House, provider: &'a Provider) -> Self {
        Self { house, provider, cookies: BTreeMap::new() }
    }

    fn jar(&self, own: bool) -> String {
        self.cookies.iter().filter(|((o, _), _)| *o == own).map(|((_, name), value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ")
    }

    async fn step(&mut self, url: &str) -> Step {
        let own = url.starts_with('/');
        let step = if own {
            let request = Request::get(url).header(header::COOKIE, self.jar(true)).body(Body::empty()).unwrap();
            let answer = self.house.app.clone().oneshot(request).await.unwrap();
            step("", answer.status().as_u16(), answer.headers())
        } else {
            assert!(url.starts_with(&self.provider.issuer), "sent to {url}");
            let answer = self.provider.http.get(url).header("cookie", self.jar(false)).send().await.unwrap();
            step(&self.provider.issuer, answer.status().as_u16(), answer.headers())
        };
        for cookie in &step.cookies {
            let (name, value) = cookie.split(';').next().unwrap().split_once('=').unwrap();
            self.cookies.insert((own, name.to_owned()), value.to_owned());
        }
        step
    }

    /// From the button to the address that the provider sends back to, as a path.
    async fn through_the_provider(&mut self, to: &str) -> String {
        let mut next = self.step(&format!("/api/v1/sign-on/oidc?to={to}")).await.to;
        for _ in 0..12 {
            if next.starts_with("/api/v1/sign-on/oidc/back") || next.starts_with("/console/") {
                return next;
            }
            let step = self.step(&next).await;
            assert!((300..400).contains(&step.status), "{next}: {}", step.status);
            next = step.to;
        }
        panic!("sent on and on, to {next}");
    }

    async fn sign_on(&mut self, to: &str) -> String {
        let back = self.through_the_provider(to).await;
        self.step(&back).await.to
    }

    fn visitor(&self) -> Visitor {
        let cookie = self.cookies.get(&(true, identity::session::COOKIE.to_owned())).cloned();
        Visitor { cookie, ..self.house.stranger() }
    }
}

/// What an answer means; a path is one of whoever answered.
fn step(base: &str, status: u16, headers: &axum::http::HeaderMap) -> Step {
    let text = |v: &axum::http::HeaderValue| v.to_str().unwrap().to_owned();
    let to = headers.get(header::LOCATION).map(text).unwrap_or_default();
    // The provider knows this server by another name than the test does.
    let to = if to.starts_with('/') { format!("{base}{to}") } else { to.strip_prefix(OWN).map(str::to_owned).unwrap_or(to) };
    Step { status, to, cookies: headers.get_all(header::SET_COOKIE).iter().map(text).collect() }
}

async fn a_person(postgres: bool) {
    let provider = Provider::start().await;
    let house = house(&provider, postgres, |settings| {
        settings.create = Some("agent".into());
        settings.roles = BTreeMap::from([("leaders".into(), "leader".into())]);
    })
    .await;
    let ways = house.stranger().get("/sign-on").await.is(200).body;
    assert_eq!(ways["oidc"], json!([{"title": "Company", "start": "/api/v1/sign-on/oidc", "out": "/api/v1/sign-on/oidc/out"}]));
    let account = json!({"sub": "42", "preferred_username": "Wang.Wei", "name": "王伟", "email": "wang@example.com", "groups": ["leaders", "x"]});
    provider.control(json!({ "account": account })).await;
    let mut browser = Browser::new(&house, &provider);
    assert_eq!(browser.sign_on("/console/users").await, "/console/users");
    let me = browser.visitor().get("/session").await.is(200).body;
    assert_eq!((&me["via"], &me["user"]["login"], &me["user"]["name"]), (&json!("oidc"), &json!("wang.wei"), &json!("王伟")));
    assert_eq!(me["rights"], json!(["users.read", "wall.view"]));
    assert_eq!(browser.visitor().get("/profile").await.is(200).body["email"], "wang@example.com");
    // Nobody signs in by a password that was never set.
    house.stranger().sign_in("wang.wei", "").await.is(401);
    // The next time they have another name and another group: the same person, with the roles of now.
    provider.control(json!({"account": {"sub": "42", "preferred_username": "wang.wei.2", "groups": "others"}})).await;
    let mut browser = Browser::new(&house, &provider);
    assert_eq!(browser.sign_on("/console/").await, "/console/");
    let again = browser.visitor().get("/session").await.is(200).body;
    assert_eq!((&again["user"]["id"], &again["rights"]), (&me["user"]["id"], &json!(["wall.view"])));
    let boss = house.administrator().await;
    assert_eq!(boss.get("/audit?action=link-identity").await.is(200).each("label"), ["wang.wei"]);
    // Out of here, then out of there.
    let out = browser.step("/api/v1/sign-on/oidc/out").await.to;
    assert!(out.starts_with(&format!("{}/session/end?", provider.issuer)) && out.contains("client_id=callboard"), "{out}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_signs_on_and_stays_the_same_whatever_they_are_called_on_sqlite() {
    a_person(false).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_signs_on_and_stays_the_same_whatever_they_are_called_on_postgresql() {
    a_person(true).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_is_only_given_to_whom_it_is_said_to_be() {
    let provider = Provider::start().await;
    provider.control(json!({"account": {"sub": "7", "preferred_username": "owner"}})).await;
    // By default nobody is made, and the same name is not the same person, be people made or not.
    for create in [None, Some("agent".to_owned())] {
        let house = house(&provider, false, |settings| settings.create.clone_from(&create)).await;
        house.user("owner", &["wall.view"], "own", json!({})).await;
        let mut browser = Browser::new(&house, &provider);
        assert_eq!(browser.sign_on("/console/").await, "/console/?sign_on=unknown", "{create:?}");
        browser.visitor().get("/session").await.is(401);
        let boss = house.administrator().await;
        assert!(boss.get("/audit?action=sign-in-failed").await.is(200).each("label").contains(&"7".to_owned()));
    }
    let house = house(&provider, false, |settings| settings.link = true).await;
    house.user("owner", &["wall.view"], "own", json!({})).await;
    let mut browser = Browser::new(&house, &provider);
    assert_eq!(browser.sign_on("/console/").await, "/console/");
    let me = browser.visitor().get("/session").await.is(200).body;
    assert_eq!(me["user"]["login"], "owner");
    // Another person who is given that name later does not get the account.
    provider.control(json!({"account": {"sub": "8", "preferred_username": "owner"}})).await;
    assert_eq!(Browser::new(&house, &provider).sign_on("/console/").await, "/console/?sign_on=unknown");
    provider.control(json!({"account": {"sub": "7", "preferred_username": "owner"}})).await;
    // A disabled account stays closed, however one comes.
    let boss = house.administrator().await;
    let path = format!("/users/{}", me["user"]["id"].as_str().unwrap());
    let version = boss.get(&path).await.is(200).version();
    boss.patch(&path, version, json!({"enabled": false})).await.is(200);
    browser.visitor().get("/session").await.is(401);
    let mut browser = Browser::new(&house, &provider);
    assert_eq!(browser.sign_on("/console/").await, "/console/?sign_on=disabled");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_id_token_that_is_not_for_this_sign_on_is_not_believed() {
    let provider = Provider::start().await;
    let house = house(&provider, false, |settings| settings.create = Some("agent".into())).await;
    let forgeries = [
        ("another nonce", json!({"nonce": "replayed"})),
        ("another audience", json!({"aud": "other"})),
        ("an audience besides", json!({"aud": ["callboard", "other"]})),
        ("an unknown issuer", json!({"iss": "https://evil.test"})),
        ("a time that is over", json!({"exp": 1_700_000_000})),
        ("another's signature", json!({"key": "stranger"})),
        ("another's access token", json!({"at_hash": "AAAAAAAAAAAAAAAAAAAAAA"})),
    ];
    for (what, forge) in forgeries {
        provider.control(json!({"account": {"sub": "1", "preferred_username": "mallory"}, "forge": forge})).await;
        let mut browser = Browser::new(&house, &provider);
        assert_eq!(browser.sign_on("/console/").await, "/console/?sign_on=provider", "{what}");
        browser.visitor().get("/session").await.is(401);
    }
    assert_eq!(provider.asked(json!({})).await, 1, "whatever is wrong with a token, the provider's keys are the same");
    provider.control(json!({"account": {"sub": "1", "preferred_username": "mallory"}, "forge": {"key": "unknown"}})).await;
    assert_eq!(Browser::new(&house, &provider).sign_on("/console/").await, "/console/?sign_on=provider");
    assert_eq!(provider.asked(json!({})).await, 2, "an unknown key may be a new one");
    // The forger's workshop makes good ones too: nothing but what is forged is refused.
    provider.control(json!({"account": {"sub": "1", "preferred_username": "mallory"}, "forge": {"preferred_username": "in.the.token"}})).await;
    let mut browser = Browser::new(&house, &provider);
    assert_eq!(browser.sign_on("/console/").await, "/console/");
    assert_eq!(browser.visitor().get("/session").await.is(200).body["user"]["login"], "in.the.token");
}

#[tokio::test(flavor = "multi_thread")]
async fn groups_are_asked_for_where_the_id_token_has_only_the_name() {
    let provider = Provider::start().await;
    let house = house(&provider, false, |settings| {
        settings.create = Some("agent".into());
        settings.roles = BTreeMap::from([("leaders".into(), "leader".into())]);
    })
    .await;
    let account = json!({"sub": "1", "preferred_username": "elsewhere", "groups": ["leaders"]});
    provider.control(json!({"account": account, "forge": {"preferred_username": "in.the.token"}})).await;
    let mut browser = Browser::new(&house, &provider);
    assert_eq!(browser.sign_on("/console/").await, "/console/");
    let me = browser.visitor().get("/session").await.is(200).body;
    assert_eq!((&me["user"]["login"], &me["rights"]), (&json!("in.the.token"), &json!(["users.read", "wall.view"])));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_provider_that_is_away_is_asked_by_one_and_let_be_for_a_while() {
    let provider = Provider::start().await;
    let door = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (issuer, knocks) = (format!("http://{}", door.local_addr().unwrap()), Arc::new(AtomicUsize::new(0)));
    let counted = Arc::clone(&knocks);
    // It takes everybody's question and hangs up.
    tokio::spawn(async move {
        while let Ok((stream, _)) = door.accept().await {
            counted.fetch_add(1, Ordering::Relaxed);
            drop(stream);
        }
    });
    let house = house(&provider, false, |settings| settings.issuer = issuer).await;
    for _ in 0..2 {
        let (before, mut all) = (knocks.load(Ordering::Relaxed), tokio::task::JoinSet::new());
        for _ in 0..20 {
            let stranger = house.stranger();
            all.spawn(async move { stranger.get("/sign-on/oidc").await });
        }
        for answer in all.join_all().await {
            assert_eq!(answer.headers["location"], "/console/?sign_on=provider");
        }
        let asked = knocks.load(Ordering::Relaxed) - before;
        assert!((1..=3).contains(&asked), "one asks, be it that its client knocks again: {asked}");
        house.wait(10_000);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_counts_once_in_the_browser_that_asked_and_in_time() {
    let provider = Provider::start().await;
    let house = house(&provider, false, |settings| settings.create = Some("agent".into())).await;
    provider.control(json!({"account": {"sub": "1", "preferred_username": "victim"}})).await;
    let mut browser = Browser::new(&house, &provider);
    let back = browser.through_the_provider("/console/").await;
    assert!(back.contains("code=") && back.contains("iss="), "{back}");
    // Another browser, which has not asked, and one that asked for something else: signing a victim in as oneself.
    let mut stranger = Browser::new(&house, &provider);
    assert_eq!(stranger.step(&back).await.to, "/console/?sign_on=expired");
    stranger.step("/api/v1/sign-on/oidc").await;
    assert_eq!(stranger.step(&back).await.to, "/console/?sign_on=expired");
    // Another state, another issuer.
    let mut other = Browser::new(&house, &provider);
    let good = other.through_the_provider("/console/").await;
    let state = good.split("state=").nth(1).unwrap().split('&').next().unwrap().to_owned();
    let flow = other.cookies.clone();
    assert_eq!(other.step(&good.replace(&state, "AAAA")).await.to, "/console/?sign_on=expired");
    other.cookies.clone_from(&flow);
    let issuer: String = good.split("iss=").nth(1).unwrap().split('&').next().unwrap().to_owned();
    assert_eq!(other.step(&good.replace(&issuer, "https%3A%2F%2Fevil.test")).await.to, "/console/?sign_on=provider");
    // A cookie that was changed is none.
    other.cookies = flow.into_iter().map(|(name, value)| (name, value.replace(|c: char| c.is_ascii_uppercase(), "A"))).collect();
    assert_eq!(other.step(&good).await.to, "/console/?sign_on=expired");
    // The right one, once.
    let flow = browser.cookies.clone();
    assert_eq!(browser.step(&back).await.to, "/console/");
    browser.visitor().get("/session").await.is(200);
    let mut thief = Browser::new(&house, &provider);
    thief.cookies = flow;
    assert_eq!(thief.step(&back).await.to, "/console/?sign_on=provider", "a code is good once");
    thief.visitor().get("/session").await.is(401);
    // Too late.
    let mut slow = Browser::new(&house, &provider);
    let back = slow.through_the_provider("/console/").await;
    house.wait(10 * 60_000);
    assert_eq!(slow.step(&back).await.to, "/console/?sign_on=expired");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_browser_is_sent_nowhere_else_and_asks_with_pkce() {
    let provider = Provider::start().await;
    let house = house(&provider, false, |settings| settings.create = Some("agent".into())).await;
    provider.control(json!({"account": {"sub": "1", "preferred_username": "somebody"}})).await;
    for to in ["//evil.test", "https://evil.test", "/%5Cevil.test", "/%09/evil.test", "javascript:alert(1)"] {
        assert_eq!(Browser::new(&house, &provider).sign_on(to).await, "/console/", "{to}");
    }
    let mut browser = Browser::new(&house, &provider);
    let step = browser.step("/api/v1/sign-on/oidc?to=/console/").await;
    for part in ["code_challenge_method=S256", "code_challenge=", "nonce=", "state=", "response_type=code", "scope=openid+profile+email"] {
        assert!(step.to.contains(part), "{part}: {}", step.to);
    }
    for part in ["HttpOnly", "SameSite=Lax", "Path=/api/v1/sign-on/oidc", "Max-Age=600"] {
        assert!(step.cookies[0].contains(part), "{part}");
    }
    // Who says no is told so; nothing of what the provider says is passed on.
    provider.control(json!({"deny": true})).await;
    assert_eq!(Browser::new(&house, &provider).sign_on("/console/").await, "/console/?sign_on=denied");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_provider_that_is_away_keeps_nobody_from_their_password() {
    let provider = Provider::start().await;
    let house = house(&provider, false, |settings| settings.issuer = "http://127.0.0.1:1".into()).await;
    let mut browser = Browser::new(&house, &provider);
    assert_eq!(browser.step("/api/v1/sign-on/oidc").await.to, "/console/?sign_on=provider");
    assert_eq!(browser.step("/api/v1/sign-on/oidc/out").await.to, "/console/");
    house.administrator().await.get("/session").await.is(200);
    // A house without a provider has no such way.
    let plain = House::sqlite().await;
    assert_eq!(plain.stranger().get("/sign-on").await.is(200).body["oidc"], json!([]));
    plain.stranger().get("/sign-on/oidc").await.is(404);
}
