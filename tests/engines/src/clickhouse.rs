//! ClickHouse's own engine: `chdb-core` from PyPI behind a small HTTP front.
//!
//! It has no users, no clusters and no TLS; for those the same tests run against the server that
//! `CALLBOARD_TEST_CLICKHOUSE` names. Each test works in a database of its own.

use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use anyhow::{Context, bail};

use crate::{Supervised, python};

/// Names a running ClickHouse, `http://[user:password@]host:port`, that is used instead of one of our own.
const GIVEN: &str = "CALLBOARD_TEST_CLICKHOUSE";
/// What is fetched; the folder in the cache has this name.
const PACKAGES: [&str; 2] = ["chdb-core==26.9.0", "lz4==4.4.5"];
const FOLDER: &str = "chdb-26.9.0";
const FRONT: &str = include_str!("../clickhouse/front.py");
/// How long it may take to start; usually two seconds.
const START: Duration = Duration::from_secs(60);
const PAUSE: Duration = Duration::from_millis(50);

/// A running ClickHouse; it ends with this value.
#[derive(Debug)]
pub struct ClickHouse {
    url: String,
    own: Option<Supervised>,
    next_database: AtomicU32,
}

/// What shall go wrong; see `clickhouse/front.py`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// Nothing.
    None,
    /// Answers 503.
    Refuse,
    /// Works after so many milliseconds.
    Slow(u32),
    /// Works, then closes the connection without an answer.
    Mute,
    /// Ends as by `kill -9` before it works.
    DieBefore,
    /// Ends as by `kill -9` after it has worked.
    DieAfter,
}

/// Fetches the engine into the cache unless it is there; the folder of its Python.
///
/// # Errors
/// When Python or its package index cannot be had.
pub fn fetch() -> anyhow::Result<PathBuf> {
    let [engine, codec] = PACKAGES;
    python::environment(FOLDER, &["--no-deps", engine, codec])
}

impl ClickHouse {
    /// Starts an engine of our own, or takes the one that is given.
    ///
    /// # Errors
    /// When it cannot be fetched or does not start.
    pub fn start() -> anyhow::Result<Self> {
        match std::env::var(GIVEN) {
            Ok(url) => Ok(Self { url, own: None, next_database: AtomicU32::new(0) }),
            Err(_) => Self::start_own(),
        }
    }

    /// Starts an engine of our own, even where one is given: for tests that kill it.
    ///
    /// # Errors
    /// When it cannot be fetched or does not start.
    pub fn start_own() -> anyhow::Result<Self> {
        let python = fetch()?.join("python");
        let folder = tempfile::Builder::new().prefix("clickhouse").tempdir()?;
        let front = folder.path().join("front.py");
        fs::write(&front, FRONT)?;
        let mut command = Command::new(python);
        command.arg(&front).arg(folder.path());
        let mut program = Supervised::new(folder, command)?;
        program.start()?;
        let port = ready(&mut program)?;
        Ok(Self { url: format!("http://127.0.0.1:{port}"), own: Some(program), next_database: AtomicU32::new(0) })
    }

    /// Where it answers.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Makes an empty database and returns its name.
    ///
    /// # Errors
    /// When ClickHouse refuses.
    pub fn database(&self) -> anyhow::Result<String> {
        let name = format!("test_{}_{}", std::process::id(), self.next_database.fetch_add(1, Ordering::Relaxed));
        self.ask("/", &format!("DROP DATABASE IF EXISTS {name}"))?;
        self.ask("/", &format!("CREATE DATABASE {name}"))?;
        Ok(name)
    }

    /// Asks a question; the answer as tab-separated text.
    ///
    /// # Errors
    /// When ClickHouse refuses, with its words.
    pub fn query(&self, sql: &str) -> anyhow::Result<String> {
        self.ask("/", sql)
    }

    /// From now on requests whose statement contains `on` fail so, after `skip` that do not.
    ///
    /// # Errors
    /// When the engine is not one of our own.
    pub fn fault(&self, fault: Fault, on: &str, skip: u32) -> anyhow::Result<()> {
        if self.own.is_none() {
            bail!("a fault can only be set in an engine of our own; unset {GIVEN}");
        }
        let (mode, ms) = match fault {
            Fault::None => ("ok", 0),
            Fault::Refuse => ("refuse", 0),
            Fault::Slow(ms) => ("slow", ms),
            Fault::Mute => ("mute", 0),
            Fault::DieBefore => ("die_before", 0),
            Fault::DieAfter => ("die_after", 0),
        };
        self.ask(&format!("/fault?mode={mode}&ms={ms}&skip={skip}&on={}", on.replace(' ', "+")), "").map(drop)
    }

    /// `kill -9`; returns when it is gone.
    ///
    /// # Errors
    /// When the engine is not one of our own.
    pub fn kill(&mut self) -> anyhow::Result<()> {
        self.program()?.kill()
    }

    /// Starts it again on the same folder and port, without faults.
    ///
    /// # Errors
    /// When it does not start.
    pub fn restart(&mut self) -> anyhow::Result<()> {
        let program = self.program()?;
        program.kill()?;
        program.start()?;
        ready(program).map(drop)
    }

    fn program(&mut self) -> anyhow::Result<&mut Supervised> {
        self.own.as_mut().with_context(|| format!("only an engine of our own can be killed; unset {GIVEN}"))
    }

    fn ask(&self, path: &str, body: &str) -> anyhow::Result<String> {
        let address = self.url.trim_start_matches("http://").trim_end_matches('/');
        let (login, address) = address.rsplit_once('@').map_or((None, address), |(login, address)| (Some(login), address));
        let login = login
            .and_then(|l| l.split_once(':'))
            .map_or(String::new(), |(user, password)| format!("X-ClickHouse-User: {user}\r\nX-ClickHouse-Key: {password}\r\n"));
        let mut stream = TcpStream::connect(address).with_context(|| format!("could not reach ClickHouse at {address}"))?;
        write!(stream, "POST {path} HTTP/1.0\r\nHost: {address}\r\n{login}Content-Length: {}\r\n\r\n{body}", body.len())?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer)?;
        let answer = String::from_utf8_lossy(&answer);
        let (head, text) = answer.split_once("\r\n\r\n").context("the answer has no end of its head")?;
        if !head.lines().next().is_some_and(|line| line.contains(" 200 ")) {
            bail!("ClickHouse refused {body:?}: {text}");
        }
        Ok(text.to_owned())
    }
}

/// Waits until it answers; its port.
fn ready(program: &mut Supervised) -> anyhow::Result<u16> {
    for _ in 0..START.as_millis() / PAUSE.as_millis() {
        if let Some(port) = port(program.folder())
            && TcpStream::connect(("127.0.0.1", port)).is_ok()
        {
            return Ok(port);
        }
        if !program.is_alive()? {
            break;
        }
        std::thread::sleep(PAUSE);
    }
    bail!("ClickHouse's engine did not start: {}", program.said())
}

fn port(folder: &Path) -> Option<u16> {
    fs::read_to_string(folder.join("port")).ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_answers_keeps_what_it_was_told_over_a_kill_and_fails_on_demand() {
        let mut engine = ClickHouse::start_own().unwrap();
        let database = engine.database().unwrap();
        engine.query(&format!("CREATE TABLE {database}.t (a Int64) ENGINE = MergeTree ORDER BY a")).unwrap();
        engine.query(&format!("INSERT INTO {database}.t SELECT number FROM numbers(10)")).unwrap();
        let sum = format!("SELECT sum(a) FROM {database}.t");
        assert_eq!(engine.query(&sum).unwrap(), "45\n");
        assert!(engine.query("SELECT nonsense").unwrap_err().to_string().contains("nonsense"));
        engine.fault(Fault::Refuse, "sum(a)", 1).unwrap();
        assert_eq!(engine.query(&sum).unwrap(), "45\n");
        assert!(engine.query(&sum).unwrap_err().to_string().contains("TOO_MANY"));
        engine.fault(Fault::DieAfter, "sum(a)", 0).unwrap();
        assert!(engine.query(&sum).is_err());
        engine.restart().unwrap();
        assert_eq!(engine.query(&sum).unwrap(), "45\n");
    }
}
