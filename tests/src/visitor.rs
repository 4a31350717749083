//! Somebody who talks to a server that asks who one is.

use anyhow::{Context, bail};
use serde_json::{Value, json};

/// A user who is signed in.
#[derive(Debug)]
pub struct Visitor {
    base: String,
    agent: ureq::Agent,
    cookie: String,
    csrf: String,
}

impl Visitor {
    /// Signs in; a one-time password is changed for `password` at once.
    ///
    /// # Errors
    /// When the server lets nobody in with them.
    pub fn sign_in(base: &str, login: &str, first: &str, password: &str) -> anyhow::Result<Self> {
        let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
        let mut visitor = Self { base: base.to_owned(), agent, cookie: String::new(), csrf: String::new() };
        let about = visitor.enter(&json!({ "login": login, "password": first }))?;
        if about["user"]["must_change_password"] == json!(true) {
            let (status, answer) = visitor.ask("PUT", "/api/v1/profile/password", &json!({ "old": first, "new": password }))?;
            if status != 200 {
                bail!("the password of {login} was not changed: {status} {answer}");
            }
            visitor.enter(&json!({ "login": login, "password": password }))?;
        }
        Ok(visitor)
    }

    fn enter(&mut self, words: &Value) -> anyhow::Result<Value> {
        let mut answer =
            self.agent.post(format!("{}/api/v1/session", self.base)).header("content-type", "application/json").send(words.to_string())?;
        let text = answer.body_mut().read_to_string()?;
        let cookie = answer.headers().get("set-cookie").and_then(|v| v.to_str().ok()).with_context(|| format!("no cookie: {text}"))?;
        self.cookie = cookie.split(';').next().unwrap_or_default().to_owned();
        let about: Value = serde_json::from_str(&text)?;
        self.csrf = about["csrf"].as_str().unwrap_or_default().to_owned();
        Ok(about)
    }

    /// Reads; status and document.
    ///
    /// # Errors
    /// When the server does not answer in JSON.
    pub fn get(&self, path: &str) -> anyhow::Result<(u16, Value)> {
        let mut answer = self.agent.get(format!("{}{path}", self.base)).header("cookie", &self.cookie).call()?;
        let text = answer.body_mut().read_to_string()?;
        Ok((answer.status().as_u16(), serde_json::from_str(&text).with_context(|| text)?))
    }

    /// Sends a document; status and answer.
    ///
    /// # Errors
    /// When the server does not answer in JSON.
    pub fn ask(&self, method: &str, path: &str, body: &Value) -> anyhow::Result<(u16, Value)> {
        let text = if let Value::String(lines) = body { lines.clone() } else { body.to_string() };
        let url = format!("{}{path}", self.base);
        if method == "DELETE" {
            let mut answer = self.agent.delete(url).header("cookie", &self.cookie).header("x-csrf-token", &self.csrf).call()?;
            let text = answer.body_mut().read_to_string()?;
            let document = if text.is_empty() { Value::Null } else { serde_json::from_str(&text).with_context(|| text)? };
            return Ok((answer.status().as_u16(), document));
        }
        let request = match method {
            "PUT" => self.agent.put(url),
            "PATCH" => self.agent.patch(url),
            _ => self.agent.post(url),
        };
        let request = request.header("cookie", &self.cookie).header("x-csrf-token", &self.csrf).header("content-type", "application/json");
        let mut answer = request.send(&text)?;
        let text = answer.body_mut().read_to_string()?;
        let document = if text.is_empty() { Value::Null } else { serde_json::from_str(&text).with_context(|| text)? };
        Ok((answer.status().as_u16(), document))
    }

    /// Makes something; its id.
    ///
    /// # Errors
    /// When the server refuses, with its words.
    pub fn make(&self, path: &str, body: &Value) -> anyhow::Result<String> {
        let (status, answer) = self.ask("POST", path, body)?;
        if status != 201 {
            bail!("{path} answered {status}: {answer}");
        }
        Ok(answer["id"].as_str().unwrap_or_default().to_owned())
    }

    /// Asks in SQL; the rows.
    ///
    /// # Errors
    /// When the server refuses, with its words.
    pub fn sql(&self, sql: &str) -> anyhow::Result<Value> {
        let (status, answer) = self.ask("POST", "/api/v1/sql", &json!({ "sql": sql }))?;
        if status == 200 { Ok(answer) } else { bail!("{sql}: {answer}") }
    }
}
