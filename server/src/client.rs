//! What commands ask of a running server.

use anyhow::{Context, bail, ensure};
use serde::Deserialize;

/// A running server.
pub(crate) struct Client {
    base: String,
    /// What stands in `Authorization`.
    bearer: Option<String>,
    agent: ureq::Agent,
}

/// The answer to `POST /api/v1/events`.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Receipt {
    pub(crate) accepted: usize,
    pub(crate) duplicate: usize,
    pub(crate) rejected: Vec<Refusal>,
}

/// A line that was not accepted.
#[derive(Debug, Deserialize)]
pub(crate) struct Refusal {
    pub(crate) line: usize,
    pub(crate) reason: String,
}

#[derive(Deserialize)]
struct Problem {
    detail: String,
}

impl Client {
    /// At a server's address, as whoever has this token.
    pub(crate) fn new(base: &str, token: Option<&str>) -> anyhow::Result<Self> {
        ensure!(base.starts_with("http://"), "could not understand the server {base:?}; write its address as http://127.0.0.1:8080");
        let agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
        Ok(Self { base: base.trim_end_matches('/').to_owned(), bearer: token.map(|token| format!("Bearer {token}")), agent })
    }

    /// Sends lines and waits until they are durable.
    pub(crate) fn events(&self, lines: &[u8], source: &str) -> anyhow::Result<Receipt> {
        let path = format!("/api/v1/events?source={}", encode(source));
        serde_json::from_str(&self.post(&path, "application/x-ndjson", lines)?).context("could not understand the server's receipt")
    }

    /// Asks a question; the answer comes as text in the format asked for.
    pub(crate) fn sql(&self, query: &str, format: &str, timeout_s: u64) -> anyhow::Result<String> {
        let body = serde_json::json!({ "sql": query, "format": format, "timeout_s": timeout_s });
        self.post("/api/v1/sql", "application/json", body.to_string().as_bytes())
    }

    fn post(&self, path: &str, content: &str, body: &[u8]) -> anyhow::Result<String> {
        let url = format!("{}{path}", self.base);
        let mut request = self.agent.post(&url).header("content-type", content);
        if let Some(bearer) = &self.bearer {
            request = request.header("authorization", bearer);
        }
        let mut answer = request.send(body).with_context(|| format!("could not reach {url}; is the server running?"))?;
        let text = answer.body_mut().with_config().limit(u64::MAX).read_to_string().with_context(|| format!("could not read the answer of {url}"))?;
        if !answer.status().is_success() {
            let status = answer.status();
            if status == 401 {
                let remedy = if self.bearer.is_some() { "the token is not valid there" } else { "give --token or CALLBOARD_TOKEN" };
                bail!("the server asks who you are: {remedy}; tokens are made in the console, under one's own profile");
            }
            match serde_json::from_str::<Problem>(&text) {
                Ok(problem) => bail!("the server refused: {}", problem.detail),
                Err(_) => bail!("{url} answered {status}; is it a Callboard server?"),
            }
        }
        Ok(text)
    }
}

/// A name as it may stand in a query string.
fn encode(text: &str) -> String {
    use std::fmt::Write as _;
    let mut out = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_name_is_safe_in_a_query_string() {
        assert_eq!(super::encode("北京 pbx&1"), "%E5%8C%97%E4%BA%AC%20pbx%261");
    }
}
