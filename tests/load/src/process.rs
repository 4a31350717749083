//! Contestants in processes of their own: nobody's memory or threads touch another's figures.
//!
//! A contestant prints one JSON object as its last line: `cpu_s`, `wall_s`, `peak_mb` of its measured part. Its
//! answer is a file of lines in any order, or `answer` in that object.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use xxhash_rust::xxh3::xxh3_128;

use crate::contest::Sample;
use crate::meter::{Meter, PLANT, Plant};
use crate::session::Session;

/// A contestant that takes longer than this is ended.
const LONGEST: Duration = Duration::from_secs(300);
/// How often we look whether it has ended.
const LOOK: Duration = Duration::from_millis(10);

/// Runs a contestant of ours (`PLAYS` of the area) in a process of its own. `plant` slows it down: the session's
/// for the product, none for bounds and peers.
///
/// # Errors
/// When it fails, takes too long or prints no sample.
pub fn play(area: &str, name: &str, arguments: &[&str], plant: Plant) -> Result<Sample> {
    let program = std::env::current_exe().context("could not find this program")?;
    let mut command = Command::new(program);
    command.args(["play", area, name]).args(arguments).env(PLANT, plant.text());
    run(command)
}

/// Runs a program of `tests/load/peers` with the Python of a peer; `answer` is where it writes its answer.
///
/// # Errors
/// When the peer is not installed, fails, takes too long or prints no sample.
pub fn python(session: &Session, peer: &str, program: &str, arguments: &[&str], answer: Option<&Path>) -> Result<Sample> {
    let mut command = Command::new(session.python(peer)?);
    command.arg(peers().join(program)).args(arguments);
    if let Some(path) = answer {
        command.arg(path);
    }
    let sample = run(command)?;
    match answer {
        Some(path) => Ok(sample.answering(digest_of(path)?)),
        None => Ok(sample),
    }
}

/// The folder of the peers' programs.
#[must_use]
pub fn peers() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("peers")
}

/// Runs a command to its end and reads the sample that it prints.
///
/// # Errors
/// With the end of what it said to standard error.
pub fn run(mut command: Command) -> Result<Sample> {
    let shown = command.get_program().to_string_lossy().into_owned();
    let scratch = tempfile::tempfile().context("could not make a file for what it prints")?;
    let complaints = tempfile::tempfile().context("could not make a file for what it complains of")?;
    command.stdin(Stdio::null()).stdout(scratch.try_clone()?).stderr(complaints.try_clone()?);
    let meter = Meter::start();
    let mut child = command.spawn().with_context(|| format!("could not start {shown}"))?;
    let status = loop {
        if let Some(status) = child.try_wait()? {
            break status;
        }
        if meter.elapsed() > LONGEST {
            child.kill()?;
            child.wait()?;
            bail!("ended after {} s", LONGEST.as_secs());
        }
        std::thread::sleep(LOOK);
    };
    let (said, complained) = (read(scratch)?, read(complaints)?);
    if !status.success() {
        let lines: Vec<&str> = complained.lines().filter(|l| !l.trim().is_empty()).collect();
        let tail = lines.get(lines.len().saturating_sub(3)..).unwrap_or_default().join(" / ");
        bail!("{status}: {tail}");
    }
    let last = said.lines().rev().find(|l| l.starts_with('{')).context("it printed no sample")?;
    serde_json::from_str(last).with_context(|| format!("could not read the sample {last:?}"))
}

/// Digest of an answer: its lines in order.
///
/// # Errors
/// When the file cannot be read.
pub fn digest_of(path: &Path) -> Result<String> {
    let text = fs::read_to_string(path).with_context(|| format!("could not read the answer {}", path.display()))?;
    Ok(digest(text.lines().map(str::to_owned).collect()))
}

/// Digest of an answer's lines, whatever their order: their number and a hash.
#[must_use]
pub fn digest(mut lines: Vec<String>) -> String {
    lines.sort_unstable();
    format!("{}:{:016x}", lines.len(), xxh3_128(lines.join("\n").as_bytes()) as u64)
}

fn read(mut file: fs::File) -> Result<String> {
    use std::io::{Seek, SeekFrom};
    let mut bytes = Vec::new();
    file.seek(SeekFrom::Start(0))?;
    file.read_to_end(&mut bytes)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(script: &str) -> Result<Sample> {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        run(command)
    }

    #[test]
    fn the_last_object_is_the_sample() {
        let sample = shell(r#"echo loading; echo '{"cpu_s": 1.5, "answer": "x"}'"#).unwrap();
        assert_eq!(sample, Sample::default().with("cpu_s", 1.5).answering("x"));
    }

    #[test]
    fn a_failure_says_what_the_program_said() {
        let error = shell("echo one >&2; echo two >&2; exit 3").unwrap_err().to_string();
        assert!(error.contains("one / two") && error.contains('3'), "{error}");
        assert!(shell("true").unwrap_err().to_string().contains("no sample"));
    }

    #[test]
    fn the_order_of_answers_does_not_matter() {
        assert_eq!(digest(vec!["b".into(), "a".into()]), digest(vec!["a".into(), "b".into()]));
        assert_ne!(digest(vec!["b".into()]), digest(vec!["a".into()]));
    }
}
