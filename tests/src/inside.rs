//! A server in the test's own process, open to all and with a clock that the test moves.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use callboard_domain::{Clock, Timestamp};
use callboard_server::{Config, Running};

/// A clock that stands until the test moves it.
#[derive(Debug)]
pub struct Hand(AtomicI64);

impl Clock for Hand {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.0.load(Ordering::SeqCst))
    }
}

impl Hand {
    /// Sets it.
    pub fn set(&self, now: Timestamp) {
        self.0.store(now.as_millis(), Ordering::SeqCst);
    }

    /// Moves it on.
    pub fn advance(&self, ms: i64) {
        self.0.fetch_add(ms, Ordering::SeqCst);
    }
}

/// The server.
pub struct Inside {
    /// It.
    pub running: Running,
    /// Its clock.
    pub clock: Arc<Hand>,
    http: ureq::Agent,
}

/// What it says.
#[derive(Debug)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The media type.
    pub kind: String,
    /// The body.
    pub text: String,
}

impl Inside {
    /// A server on `folder/data` whose clock says `now`, with more lines of configuration.
    ///
    /// # Errors
    /// When it does not start.
    pub async fn open(folder: &Path, now: Timestamp, more: &str) -> anyhow::Result<Self> {
        let path = folder.join("callboard.toml");
        std::fs::write(&path, format!("data = {:?}\nlisten = \"127.0.0.1:0\"\nadmin.open = true\n{more}\n", folder.join("data")))?;
        let clock = Arc::new(Hand(AtomicI64::new(now.as_millis())));
        let running = Running::start(Config::load(Some(&path))?, clock.clone()).await?;
        Ok(Self { running, clock, http: ureq::Agent::config_builder().http_status_as_error(false).build().into() })
    }

    /// What it answers to a request with a body of JSON, or without any.
    ///
    /// # Errors
    /// When it does not answer.
    pub async fn ask(&self, method: &str, path: &str, body: Option<String>) -> anyhow::Result<Answer> {
        self.send(ureq::http::Request::builder().method(method).uri(self.url(path)).body(body.unwrap_or_default())?).await
    }

    /// What it answers to a change of a row that has come to `version`.
    ///
    /// # Errors
    /// When it does not answer.
    pub async fn change(&self, path: &str, version: i64, body: String) -> anyhow::Result<Answer> {
        let tag = format!("\"{version}\"");
        self.send(ureq::http::Request::builder().method("PATCH").uri(self.url(path)).header("if-match", tag).body(body)?).await
    }

    fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.running.address())
    }

    async fn send(&self, mut request: ureq::http::Request<String>) -> anyhow::Result<Answer> {
        let http = self.http.clone();
        request.headers_mut().insert("content-type", ureq::http::HeaderValue::from_static("application/json"));
        let call = move || {
            let mut answer = http.run(request)?;
            let kind = answer.headers().get("content-type").and_then(|v| v.to_str().ok()).unwrap_or_default().to_owned();
            Ok(Answer { status: answer.status().as_u16(), kind, text: answer.body_mut().read_to_string()? })
        };
        tokio::task::spawn_blocking(call).await?
    }

    /// The document that it answers to another one.
    ///
    /// # Errors
    /// When it does not answer with success.
    pub async fn post(&self, path: &str, body: String) -> anyhow::Result<serde_json::Value> {
        let answer = self.ask("POST", path, Some(body)).await?;
        anyhow::ensure!((200..300).contains(&answer.status), "{path}: {}", answer.text);
        Ok(serde_json::from_str(&answer.text)?)
    }

    /// The rows of a question about what it shows now.
    ///
    /// # Errors
    /// When it does not answer with rows.
    pub async fn sql(&self, sql: &str) -> anyhow::Result<Vec<serde_json::Value>> {
        Ok(serde_json::from_value(self.post("/api/v1/sql", serde_json::json!({ "sql": sql }).to_string()).await?)?)
    }
}
