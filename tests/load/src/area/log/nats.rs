//! NATS JetStream as a peer: its server in a process of its own, and as much of its text protocol as publishing needs.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};

use crate::contest::Sample;
use crate::meter::{Meter, cpu_of, peak_mb};

const INBOX: &str = "_INBOX.load";

/// All events, each acknowledged, at most a batch under way. Figures are of server and client together.
pub fn play(arguments: &[String]) -> Result<Sample> {
    let [file, folder, program] = arguments else { bail!("nats FILE FOLDER PROGRAM") };
    let (batches, _) = super::batches(file)?;
    let server = Server::start(program, folder)?;
    let mut client = Client::connect(server.port)?;
    client.request("$JS.API.STREAM.CREATE.LOAD", r#"{"name":"LOAD","subjects":["events"],"storage":"file","num_replicas":1}"#)?;
    let process = server.child.id().to_string();
    let server_cpu = cpu_of(&process);
    let meter = Meter::start();
    for batch in &batches {
        client.publish(batch)?;
    }
    let sample = meter.stop();
    let cpu_s = sample.figure("cpu_s").unwrap_or(0.0) + (cpu_of(&process).saturating_sub(server_cpu)).as_secs_f64();
    let state: serde_json::Value = serde_json::from_str(&client.request("$JS.API.STREAM.INFO.LOAD", "")?)?;
    let held = state.pointer("/state/messages").and_then(serde_json::Value::as_u64).context("the stream does not say what it holds")?;
    Ok(sample.with("cpu_s", cpu_s).with("peak_mb", peak_mb(&process)).answering(held.to_string()))
}

/// A running server, ended when dropped.
struct Server {
    child: Child,
    port: u16,
}

impl Server {
    fn start(program: &str, folder: &str) -> Result<Self> {
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let mut command = Command::new(program);
        command.args(["--jetstream", "--addr", "127.0.0.1", "--port", &port.to_string(), "--store_dir", folder]);
        let child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().context("could not start nats-server")?;
        let server = Self { child, port };
        for _ in 0..500 {
            if TcpStream::connect(("127.0.0.1", port)).is_ok() {
                return Ok(server);
            }
            sleep(Duration::from_millis(20));
        }
        bail!("nats-server does not listen on 127.0.0.1:{port}")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A connection with one subscription for all answers.
struct Client {
    reader: BufReader<TcpStream>,
    out: Vec<u8>,
}

impl Client {
    fn connect(port: u16) -> Result<Self> {
        let stream = TcpStream::connect(("127.0.0.1", port))?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(Duration::from_secs(30)))?;
        let mut client = Self { reader: BufReader::with_capacity(1 << 16, stream), out: Vec::new() };
        let greeting = client.line()?;
        ensure!(greeting.starts_with("INFO "), "nats-server greets with {greeting:?}");
        write!(client.out, "CONNECT {{\"verbose\":false,\"pedantic\":false}}\r\nSUB {INBOX} 1\r\nPING\r\n")?;
        client.flush()?;
        let answer = client.line()?;
        ensure!(answer == "PONG", "nats-server answers {answer:?}");
        Ok(client)
    }

    fn request(&mut self, subject: &str, payload: &str) -> Result<String> {
        write!(self.out, "PUB {subject} {INBOX} {}\r\n{payload}\r\n", payload.len())?;
        self.flush()?;
        let answer = self.message()?;
        ensure!(!answer.contains("\"error\""), "nats-server answers {answer}");
        Ok(answer)
    }

    /// Publishes each line as a message and waits until all are acknowledged.
    fn publish(&mut self, batch: &[u8]) -> Result<()> {
        let mut waiting = 0;
        for line in batch.split(|b| *b == b'\n').filter(|l| !l.is_empty()) {
            write!(self.out, "PUB events {INBOX} {}\r\n", line.len())?;
            self.out.extend_from_slice(line);
            self.out.extend_from_slice(b"\r\n");
            waiting += 1;
        }
        self.flush()?;
        for _ in 0..waiting {
            let answer = self.message()?;
            ensure!(answer.contains("\"seq\""), "nats-server did not take an event: {answer}");
        }
        Ok(())
    }

    fn flush(&mut self) -> Result<()> {
        self.reader.get_mut().write_all(&self.out)?;
        self.out.clear();
        Ok(())
    }

    /// The next message's payload: `MSG subject sid [reply] bytes`, then the payload.
    fn message(&mut self) -> Result<String> {
        loop {
            let head = self.line()?;
            if head == "PING" {
                self.out.extend_from_slice(b"PONG\r\n");
                self.flush()?;
                continue;
            }
            ensure!(head.starts_with("MSG "), "nats-server says {head:?}");
            let bytes: usize = head.rsplit(' ').next().and_then(|n| n.parse().ok()).with_context(|| format!("could not read {head:?}"))?;
            let mut payload = vec![0; bytes + 2];
            self.reader.read_exact(&mut payload)?;
            payload.truncate(bytes);
            return String::from_utf8(payload).context("an answer is not UTF-8");
        }
    }

    fn line(&mut self) -> Result<String> {
        let mut line = String::new();
        self.reader.read_line(&mut line).context("could not read from nats-server")?;
        ensure!(!line.is_empty(), "nats-server closed the connection");
        Ok(line.trim_end().to_owned())
    }
}
