//! `callboard simulate`: a made-up centre's events into a file or a running server.

use std::io::Write;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::Context;
use callboard_domain::time::MINUTE_MS;
use callboard_ingest::simulator::{self, Simulator};

use crate::cli;
use crate::client::Client;

/// Lines sent to a server at once.
const BATCH: usize = 1_000;

pub(super) fn run(options: &cli::Simulate) -> anyhow::Result<ExitCode> {
    let clock = crate::clock::machine();
    let length_ms = i64::try_from(options.minutes)?.saturating_mul(MINUTE_MS);
    let begun_at = clock.now();
    let start = options.start.unwrap_or_else(|| begun_at.plus(-length_ms));
    let mut story = simulator::Options::new(options.seed, start);
    story.zone = crate::config::zone(&options.zone)?;
    story.calls_per_minute = Some(options.calls_per_minute);
    let mut sink = Sink::open(options)?;
    let mut events = 0_u64;
    for event in Simulator::new(story).take_while(|e| e.at.since(start) < length_ms) {
        if options.speed > 0.0 {
            let due_ms = event.at.since(start) as f64 / options.speed;
            let ahead_ms = due_ms - clock.now().since(begun_at) as f64;
            if ahead_ms >= 1.0 {
                if let Err(error) = sink.flush() {
                    return ended(error);
                }
                std::thread::sleep(Duration::from_secs_f64(ahead_ms / 1_000.0));
            }
        }
        if let Err(error) = sink.line(&event.to_line()) {
            return ended(error);
        }
        events += 1;
    }
    if let Err(error) = sink.flush() {
        return ended(error);
    }
    eprintln!("made {events} events");
    Ok(ExitCode::SUCCESS)
}

/// A reader that has seen enough, such as `head`, is no failure.
fn ended(error: anyhow::Error) -> anyhow::Result<ExitCode> {
    let enough = error.downcast_ref::<std::io::Error>().is_some_and(|e| e.kind() == std::io::ErrorKind::BrokenPipe);
    if enough { Ok(ExitCode::SUCCESS) } else { Err(error) }
}

/// Where lines go.
enum Sink {
    File(Box<dyn Write>),
    Server { client: Client, lines: Vec<u8>, waiting: usize },
}

impl Sink {
    fn open(options: &cli::Simulate) -> anyhow::Result<Self> {
        let target = &options.target;
        if let Some(url) = &target.to {
            return Ok(Self::Server { client: Client::new(url, options.token.token.as_deref())?, lines: Vec::new(), waiting: 0 });
        }
        let path = target.out.clone().unwrap_or_else(|| "-".into());
        if path.as_os_str() == "-" {
            return Ok(Self::File(Box::new(std::io::BufWriter::new(std::io::stdout()))));
        }
        let file = std::fs::File::create(&path).with_context(|| format!("could not write {}", path.display()))?;
        Ok(Self::File(Box::new(std::io::BufWriter::new(file))))
    }

    fn line(&mut self, line: &str) -> anyhow::Result<()> {
        match self {
            Self::File(file) => writeln!(file, "{line}").context("could not write an event"),
            Self::Server { lines, waiting, .. } => {
                lines.extend_from_slice(line.as_bytes());
                lines.push(b'\n');
                *waiting += 1;
                if *waiting >= BATCH { self.flush() } else { Ok(()) }
            }
        }
    }

    fn flush(&mut self) -> anyhow::Result<()> {
        match self {
            Self::File(file) => file.flush().context("could not write events"),
            Self::Server { waiting: 0, .. } => Ok(()),
            Self::Server { client, lines, waiting } => {
                let receipt = client.events(lines, "simulator")?;
                lines.clear();
                *waiting = 0;
                if let Some(first) = receipt.rejected.first() {
                    anyhow::bail!("the server refused line {}: {}", first.line, first.reason);
                }
                Ok(())
            }
        }
    }
}
