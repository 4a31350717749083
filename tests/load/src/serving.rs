//! The release binary at work, and a screen in front of its service board.

use std::io::Write;
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;
use tokio_tungstenite::tungstenite::{Message, WebSocket, client};

use crate::clock::epoch_ms;
use crate::meter::Meter;

/// How long a server or a frame may take before the area fails.
const PATIENCE: Duration = Duration::from_secs(60);

/// A server that is killed when this goes.
pub struct Serving {
    child: Child,
    port: u16,
    agent: ureq::Agent,
}

/// The program under test, built beside this one.
///
/// # Errors
/// When it is not there.
pub fn program() -> Result<PathBuf> {
    let path = std::env::current_exe()?.with_file_name("callboard");
    ensure!(path.is_file(), "{} is missing; `cargo xtask bench` builds it", path.display());
    Ok(path)
}

impl Serving {
    /// Starts the program on a data folder; it need not listen yet.
    ///
    /// # Errors
    /// When it cannot be started.
    pub fn start(data: &Path, zone: &str) -> Result<Self> {
        let (program, config) = (program()?, config(data, zone)?);
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let child = Command::new(&program)
            .args(["serve", "--open", "--listen", &format!("127.0.0.1:{port}"), "--data"])
            .arg(data)
            .arg("--config")
            .arg(&config)
            .env("CALLBOARD_LOG", "warn")
            .stdin(Stdio::null())
            .spawn()
            .with_context(|| format!("could not start {}", program.display()))?;
        let agent = ureq::Agent::config_builder().http_status_as_error(false).timeout_global(Some(Duration::from_secs(600))).build().into();
        Ok(Self { child, port, agent })
    }

    /// Its process.
    #[must_use]
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Resident memory, bytes.
    ///
    /// # Errors
    /// When the process is gone.
    pub fn resident_bytes(&self) -> Result<u64> {
        let text = std::fs::read_to_string(format!("/proc/{}/status", self.pid()))?;
        let kib = text.lines().find_map(|l| l.strip_prefix("VmRSS:")).and_then(|l| l.split_whitespace().next()).context("no VmRSS")?;
        Ok(kib.parse::<u64>()? * 1024)
    }

    /// Sends lines and waits for the receipt; how many were accepted.
    ///
    /// # Errors
    /// When the server refuses a line or does not answer.
    pub fn send(&self, lines: &[u8]) -> Result<u64> {
        let url = format!("http://127.0.0.1:{}/api/v1/events", self.port);
        let mut answer = self.agent.post(&url).header("content-type", "application/x-ndjson").send(lines)?;
        let text = answer.body_mut().read_to_string()?;
        let receipt: Value = serde_json::from_str(&text).with_context(|| text.clone())?;
        ensure!(receipt.get("rejected").and_then(Value::as_array).is_some_and(Vec::is_empty), "the server refused lines: {text}");
        receipt.get("accepted").and_then(Value::as_u64).context(text)
    }

    /// Asks; the status and the text of the answer.
    ///
    /// # Errors
    /// When the server does not answer.
    pub fn sql(&self, sql: &str, timeout_s: u64) -> Result<(u16, String)> {
        let url = format!("http://127.0.0.1:{}/api/v1/sql", self.port);
        let body = serde_json::json!({ "sql": sql, "format": "csv", "timeout_s": timeout_s }).to_string();
        let mut answer = self.agent.post(&url).header("content-type", "application/json").send(&body)?;
        Ok((answer.status().as_u16(), answer.body_mut().with_config().limit(1 << 30).read_to_string()?))
    }

    /// Asks for a page; the status and the text of the answer.
    ///
    /// # Errors
    /// When the server does not answer.
    pub fn get(&self, path: &str) -> Result<(u16, String)> {
        let mut answer = self.agent.get(format!("http://127.0.0.1:{}{path}", self.port)).call()?;
        Ok((answer.status().as_u16(), answer.body_mut().read_to_string()?))
    }

    /// A screen in front of the service board, as soon as the server lets it in.
    ///
    /// # Errors
    /// When the server ends or does not listen in time.
    pub fn screen(&mut self) -> Result<Screen> {
        let began = Meter::start();
        loop {
            if let Some(status) = self.child.try_wait()? {
                bail!("the server ended: {status}");
            }
            if let Ok(stream) = TcpStream::connect(("127.0.0.1", self.port)) {
                return Screen::new(stream, self.port);
            }
            ensure!(began.elapsed() < PATIENCE, "the server does not listen");
            std::thread::sleep(Duration::from_millis(1));
        }
    }

    /// `kill -9`, as a power cut would.
    ///
    /// # Errors
    /// When the process cannot be waited for.
    pub fn kill(mut self) -> Result<()> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn config(data: &Path, zone: &str) -> Result<PathBuf> {
    std::fs::create_dir_all(data)?;
    let path = data.join("bench.toml");
    let mut file = std::fs::File::create(&path)?;
    writeln!(file, "zone = \"{zone}\"")?;
    Ok(path)
}

/// What a screen shows after a frame.
#[derive(Debug, Clone, Copy)]
pub struct Shown {
    /// When the frame was here, ms since 1970.
    pub at_ms: f64,
    /// The instant for which it is true, ms since 1970.
    pub as_of_ms: f64,
    /// Callers today; none while the tile has not been asked.
    pub offered: Option<u64>,
    /// Whether the tile has been asked.
    pub ready: bool,
}

/// A screen that keeps the one figure that grows with every visit.
pub struct Screen {
    socket: WebSocket<TcpStream>,
    tile: Option<usize>,
    offered: Option<u64>,
    ready: bool,
}

impl Screen {
    fn new(stream: TcpStream, port: u16) -> Result<Self> {
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        let (socket, _) = client(format!("ws://127.0.0.1:{port}/ws/boards/service"), stream).map_err(|e| anyhow::anyhow!("{e}"))?;
        Ok(Self { socket, tile: None, offered: None, ready: false })
    }

    /// The next frame.
    ///
    /// # Errors
    /// When none comes in time.
    pub fn next(&mut self) -> Result<Shown> {
        loop {
            let Message::Text(text) = self.socket.read()? else { continue };
            let at_ms = epoch_ms();
            let frame: Value = serde_json::from_str(text.as_str())?;
            self.take(&frame);
            let as_of_ms = frame.get("as_of").and_then(Value::as_f64).context("a frame without as_of")?;
            return Ok(Shown { at_ms, as_of_ms, offered: self.offered, ready: self.ready });
        }
    }

    /// Frames until the figure is `offered`.
    ///
    /// # Errors
    /// When it does not come in time.
    pub fn until(&mut self, offered: u64) -> Result<Shown> {
        let began = Meter::start();
        loop {
            let shown = self.next()?;
            if shown.offered == Some(offered) {
                return Ok(shown);
            }
            ensure!(began.elapsed() < PATIENCE, "the board shows {:?} callers instead of {offered}", shown.offered);
        }
    }

    fn take(&mut self, frame: &Value) {
        let list = |key: &str| frame.get(key).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        if let Some(layout) = frame.get("layout") {
            let tiles = layout.get("tiles").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
            self.tile = tiles.iter().position(|t| t.get("id").and_then(Value::as_str) == Some("offered"));
            let tile = self.tile.and_then(|place| list("tiles").get(place));
            self.offered = tile.and_then(|t| t.pointer("/rows/0/0")).and_then(Value::as_u64);
            self.ready = tile.and_then(|t| t.get("state")).and_then(Value::as_str) == Some("ready");
            return;
        }
        let wanted = |t: &&Value| t.get("tile").and_then(Value::as_u64).map(|t| t as usize) == self.tile;
        let Some(tile) = list("tiles").iter().find(wanted) else { return };
        if let Some(state) = tile.get("state").and_then(Value::as_str) {
            self.ready = state == "ready";
        }
        if let Some(value) = tile.pointer("/rows/0/0") {
            self.offered = value.as_u64();
        }
        let cells = tile.get("cells").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        for cell in cells {
            if cell.get(0).and_then(Value::as_u64) == Some(0) && cell.get(1).and_then(Value::as_u64) == Some(0) {
                self.offered = cell.get(2).and_then(Value::as_u64);
            }
        }
    }
}
