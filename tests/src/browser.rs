//! Debian's Chromium, driven over its debugging socket: open a page, ask it something, wait until it is so.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context, bail};
use futures::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};

const FLAGS: [&str; 9] = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    "--remote-debugging-port=0",
];

/// A browser with one page.
#[derive(Debug)]
pub struct Browser {
    child: Child,
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    session: String,
    calls: u64,
    errors: Vec<String>,
    _profile: tempfile::TempDir,
}

impl Browser {
    /// Starts a fresh browser.
    ///
    /// # Errors
    /// When `chromium` is not installed or does not start.
    pub async fn start() -> anyhow::Result<Self> {
        let profile = tempfile::tempdir()?;
        let mut child = Command::new("chromium")
            .args(FLAGS)
            .arg(format!("--user-data-dir={}", profile.path().display()))
            .arg("about:blank")
            .stderr(Stdio::piped())
            .spawn()
            .context("could not start chromium; install it with apt-get install chromium")?;
        let mut lines = BufReader::new(child.stderr.take().context("no standard error")?).lines();
        let address = loop {
            let line = lines.next().context("chromium ended before it listened")??;
            if let Some((_, address)) = line.split_once("DevTools listening on ") {
                break address.trim().to_owned();
            }
        };
        std::thread::spawn(move || lines.for_each(drop));
        let (socket, _) = tokio_tungstenite::connect_async(&address).await?;
        Ok(Self { child, socket, session: String::new(), calls: 0, errors: Vec::new(), _profile: profile })
    }

    /// Opens a page of that size.
    ///
    /// # Errors
    /// When the browser refuses.
    pub async fn open(&mut self, url: &str, width: u32, height: u32) -> anyhow::Result<()> {
        let target = self.call("Target.createTarget", json!({ "url": "about:blank" })).await?;
        let attached = self.call("Target.attachToTarget", json!({ "targetId": target["targetId"], "flatten": true })).await?;
        attached["sessionId"].as_str().context("no session")?.clone_into(&mut self.session);
        self.call("Runtime.enable", json!({})).await?;
        self.call("Emulation.setDeviceMetricsOverride", json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false })).await?;
        self.call("Page.navigate", json!({ "url": url })).await?;
        Ok(())
    }

    /// The value of an expression in the page.
    ///
    /// # Errors
    /// When the page throws.
    pub async fn evaluate(&mut self, expression: &str) -> anyhow::Result<Value> {
        let answer = self.call("Runtime.evaluate", json!({ "expression": expression, "returnByValue": true })).await?;
        if !answer["exceptionDetails"].is_null() {
            bail!("{expression}: {}", answer["exceptionDetails"]);
        }
        Ok(answer["result"]["value"].clone())
    }

    /// Waits until the expression's value is as wanted.
    ///
    /// # Errors
    /// When it is not within 45 seconds, with the last value.
    pub async fn until(&mut self, expression: &str, wanted: impl Fn(&Value) -> bool) -> anyhow::Result<Value> {
        let mut value = Value::Null;
        for _ in 0..300 {
            value = self.evaluate(expression).await?;
            if wanted(&value) {
                return Ok(value);
            }
            tokio::time::sleep(Duration::from_millis(150)).await;
        }
        bail!("{expression} is still {value}")
    }

    /// What the page threw so far.
    #[must_use]
    pub fn errors(&self) -> &[String] {
        &self.errors
    }

    /// Ends the browser.
    ///
    /// # Errors
    /// When its process cannot be waited for.
    pub async fn close(mut self) -> anyhow::Result<()> {
        self.socket.close(None).await?;
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }

    async fn call(&mut self, method: &str, params: Value) -> anyhow::Result<Value> {
        self.calls += 1;
        let mut request = json!({ "id": self.calls, "method": method, "params": params });
        if !self.session.is_empty() {
            request["sessionId"] = json!(self.session);
        }
        self.socket.send(Message::text(request.to_string())).await?;
        loop {
            let message = self.socket.next().await.context("the browser is gone")??;
            let Message::Text(text) = message else { continue };
            let answer: Value = serde_json::from_str(&text)?;
            if answer["method"] == json!("Runtime.exceptionThrown") {
                self.errors.push(answer["params"]["exceptionDetails"].to_string());
            }
            if answer["id"] == json!(self.calls) {
                if !answer["error"].is_null() {
                    bail!("{method}: {}", answer["error"]);
                }
                return Ok(answer["result"].clone());
            }
        }
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
