//! A real `callboard serve` on a free port, and what a client asks of it.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use anyhow::{Context, bail};

/// A running server; it is killed when this goes.
#[derive(Debug)]
pub struct Server {
    child: Child,
    base: String,
}

/// The program under test, built by the same `cargo` run.
///
/// # Errors
/// When it has not been built.
pub fn program() -> anyhow::Result<PathBuf> {
    let mut folder = std::env::current_exe()?;
    folder.pop();
    if folder.ends_with("deps") {
        folder.pop();
    }
    let program = folder.join("callboard");
    if !program.is_file() {
        bail!("{} is missing; run the tests of the whole workspace, which build it", program.display());
    }
    Ok(program)
}

/// Runs a command to its end; standard output when it succeeds.
///
/// # Errors
/// When it fails, with what it said.
pub fn callboard(args: &[&str]) -> anyhow::Result<String> {
    let output = Command::new(program()?).args(args).env("CALLBOARD_LOG", "error").output()?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    if !output.status.success() {
        bail!("callboard {args:?} ended with {}: {text}{}", output.status, String::from_utf8_lossy(&output.stderr));
    }
    Ok(text)
}

/// Runs a command to its end, however it ends: exit code, standard output, standard error.
///
/// # Errors
/// When it cannot be started, or a signal ended it.
pub fn ended(command: &mut Command) -> anyhow::Result<(i32, String, String)> {
    let output = command.env("CALLBOARD_LOG", "error").env("NO_COLOR", "1").output()?;
    let code = output.status.code().with_context(|| format!("{command:?} was ended by a signal"))?;
    Ok((code, String::from_utf8_lossy(&output.stdout).into_owned(), String::from_utf8_lossy(&output.stderr).into_owned()))
}

/// `ended` of the program under test.
///
/// # Errors
/// As `ended`.
pub fn said(args: &[&str]) -> anyhow::Result<(i32, String, String)> {
    ended(Command::new(program()?).args(args))
}

impl Server {
    /// Starts a server on `data` and waits until it listens.
    ///
    /// # Errors
    /// When it ends before it listens.
    pub fn start(data: &Path, more: &[&str]) -> anyhow::Result<Self> {
        Ok(Self::launch(data, &[&["--open"], more].concat())?.0)
    }

    /// As `start`, but the server asks who one is; with the first administrator's one-time password.
    ///
    /// # Errors
    /// When it ends before it listens, or says no password.
    pub fn guarded(data: &Path, more: &[&str]) -> anyhow::Result<(Self, String)> {
        let (server, said) = Self::launch(data, more)?;
        let password = said.split_once("one-time password ").and_then(|(_, rest)| rest.split_once(';')).map(|(password, _)| password.to_owned());
        Ok((server, password.with_context(|| format!("no one-time password in {said}"))?))
    }

    /// A server that listens, and what it said before.
    fn launch(data: &Path, args: &[&str]) -> anyhow::Result<(Self, String)> {
        let mut child = Command::new(program()?)
            .args(["serve", "--listen", "127.0.0.1:0", "--data"])
            .arg(data)
            .args(args)
            .env("NO_COLOR", "1")
            .env(crate::manager::SECRET_ENV, "secret")
            .stderr(Stdio::piped())
            .spawn()?;
        let mut lines = BufReader::new(child.stderr.take().context("no standard error")?).lines();
        let mut said = String::new();
        for line in lines.by_ref() {
            let line = line?;
            if let Some((_, rest)) = line.split_once("open http://") {
                let address = rest.split('/').next().unwrap_or_default().to_owned();
                let base = format!("http://{address}");
                // The pipe must not fill up. Who looks for the cause of a failure may want to see it.
                let shown = std::env::var_os("CALLBOARD_TEST_SHOW").is_some();
                std::thread::spawn(move || lines.filter(|_| shown).for_each(|line| eprintln!("{} {}", address, line.unwrap_or_default())));
                return Ok((Self { child, base }, said));
            }
            said.push_str(&line);
            said.push('\n');
        }
        bail!("the server ended before it listened: {} {said}", child.wait()?)
    }

    /// Such as `http://127.0.0.1:40001`.
    #[must_use]
    pub fn base(&self) -> &str {
        &self.base
    }

    /// Its process.
    #[must_use]
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// `kill -9`.
    ///
    /// # Errors
    /// When the process cannot be waited for.
    pub fn kill(mut self) -> anyhow::Result<()> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }

    /// Asks it to stop and waits until it has.
    ///
    /// # Errors
    /// When it does not end well.
    pub fn stop(mut self) -> anyhow::Result<()> {
        self.signal("-TERM")?;
        let status = self.child.wait()?;
        if !status.success() {
            bail!("the server stopped with {status}");
        }
        Ok(())
    }

    /// Sends a signal by `kill`.
    ///
    /// # Errors
    /// When `kill` fails.
    pub fn signal(&self, signal: &str) -> anyhow::Result<()> {
        let status = Command::new("kill").args([signal, &self.pid().to_string()]).status()?;
        if status.success() { Ok(()) } else { bail!("kill {signal} failed") }
    }

    /// Asks for a page; status and text, whatever the status.
    ///
    /// # Errors
    /// When the server does not answer.
    pub fn get(&self, path: &str) -> anyhow::Result<(u16, String)> {
        let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
        let mut answer = agent.get(format!("{}{path}", self.base)).call()?;
        Ok((answer.status().as_u16(), answer.body_mut().read_to_string()?))
    }

    /// Sends lines; the receipt as JSON.
    ///
    /// # Errors
    /// When the server does not answer with success.
    pub fn send(&self, lines: &str) -> anyhow::Result<serde_json::Value> {
        let mut answer = ureq::post(format!("{}/api/v1/events", self.base)).header("content-type", "application/x-ndjson").send(lines)?;
        Ok(serde_json::from_str(&answer.body_mut().read_to_string()?)?)
    }

    /// Asks a question; rows as JSON objects.
    ///
    /// # Errors
    /// When the server refuses, with its words.
    pub fn sql(&self, sql: &str) -> anyhow::Result<Vec<serde_json::Value>> {
        let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
        let body = serde_json::json!({ "sql": sql }).to_string();
        let mut answer = agent.post(format!("{}/api/v1/sql", self.base)).header("content-type", "application/json").send(&body)?;
        let text = answer.body_mut().read_to_string()?;
        if !answer.status().is_success() {
            bail!("{sql}: {text}");
        }
        serde_json::from_str(&text).with_context(|| text)
    }

    /// Asks until the answer is as wanted; questions are cheap and the engine takes a tick.
    ///
    /// # Errors
    /// When it is not within 20 seconds, with the last answer.
    pub fn until(&self, sql: &str, wanted: impl Fn(&[serde_json::Value]) -> bool) -> anyhow::Result<Vec<serde_json::Value>> {
        let mut rows = Vec::new();
        for _ in 0..200 {
            rows = self.sql(sql)?;
            if wanted(&rows) {
                return Ok(rows);
            }
            std::thread::sleep(std::time::Duration::from_millis(100));
        }
        bail!("{sql} still answers {rows:?}")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
