//! Data folders made by `callboard import` out of the simulated centre.

use std::io::{BufWriter, Write};
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};
use callboard_domain::Event;
use callboard_domain::event::Body;

use crate::serving::program;

/// What went in.
#[derive(Debug, Clone, Copy, Default)]
pub struct Tally {
    /// Events.
    pub events: u64,
    /// Visits among them.
    pub offered: u64,
    /// Bytes of their lines.
    pub bytes: u64,
}

impl Tally {
    /// Counts one event.
    pub fn count(&mut self, event: &Event<'_>, line: &str) {
        self.events += 1;
        self.offered += u64::from(matches!(event.body, Body::CallQueued(_)));
        self.bytes += line.len() as u64 + 1;
    }
}

/// Imports events into a data folder through the program's standard input; `also` sees each event with its line.
///
/// # Errors
/// When the program fails or does not accept every event.
pub fn import<'a>(data: &Path, events: impl Iterator<Item = Event<'a>>, mut also: impl FnMut(&Event<'_>, &str) -> Result<()>) -> Result<Tally> {
    let mut command = Command::new(program()?);
    command.args(["import", "--dialect", "events", "--source", "simulator", "--data"]).arg(data).arg("-").env("CALLBOARD_LOG", "warn");
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().context("could not start the import")?;
    let mut to = BufWriter::with_capacity(1 << 20, child.stdin.take().context("no standard input")?);
    let mut tally = Tally::default();
    for event in events {
        let line = event.to_line();
        tally.count(&event, &line);
        also(&event, &line)?;
        to.write_all(line.as_bytes())?;
        to.write_all(b"\n")?;
    }
    to.flush()?;
    drop(to);
    let output = child.wait_with_output()?;
    let said = String::from_utf8_lossy(&output.stdout);
    let wanted = format!("read {n}, accepted {n}, duplicate 0, rejected 0", n = tally.events);
    ensure!(output.status.success() && said.contains(&wanted), "the import said {said:?} instead of {wanted:?}");
    Ok(tally)
}

/// Bytes that the files of a folder take up on disk.
///
/// # Errors
/// When it cannot be read.
pub fn disk_bytes(folder: &Path) -> Result<u64> {
    let mut bytes = 0;
    for entry in std::fs::read_dir(folder).with_context(|| format!("could not list {}", folder.display()))? {
        let entry = entry?;
        let meta = entry.metadata()?;
        bytes += if meta.is_dir() { disk_bytes(&entry.path())? } else { meta.blocks() * 512 };
    }
    Ok(bytes)
}
