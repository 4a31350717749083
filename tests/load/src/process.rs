//! Contestants in processes of their own: nobody's memory or threads touch another's figures.
//!
//! A contestant prints one JSON object as its last line: `cpu_s`, `wall_s`, `peak_mb` of its measured part. Its
//! answer is a file of lines in any order, or `answer` in that object.

use std::fs;
use std::io::{BufRead, BufReader, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
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

/// A peer's program that lives through all rounds: a line on its standard input asks for a run, it answers with a
/// sample. For peers that are slow to start and get faster with use. Started at its first round, ended when dropped.
#[derive(Debug)]
pub struct Resident {
    command: Command,
    answer: PathBuf,
    running: Option<(Child, Receiver<String>)>,
}

impl Resident {
    /// A program of `tests/load/peers`; `answer` is where it writes its answer.
    ///
    /// # Errors
    /// When the peer is not installed.
    pub fn python(session: &Session, peer: &str, program: &str, arguments: &[&str], answer: &Path) -> Result<Self> {
        let mut command = Command::new(session.python(peer)?);
        command.arg(peers().join(program)).args(arguments).arg(answer);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        Ok(Self { command, answer: answer.to_path_buf(), running: None })
    }

    /// One round.
    ///
    /// # Errors
    /// When it does not start, has ended or gives no sample.
    pub fn round(&mut self) -> Result<Sample> {
        if self.running.is_none() {
            let mut child = self.command.spawn().with_context(|| format!("could not start {:?}", self.command.get_program()))?;
            let output = child.stdout.take().context("it has no output")?;
            // One sample a round is asked for, so that the reader never waits; what else it prints is not kept.
            let (say, said) = sync_channel(1);
            std::thread::spawn(move || {
                BufReader::new(output).lines().map_while(Result::ok).filter(|l| l.starts_with('{')).try_for_each(|l| say.send(l))
            });
            self.running = Some((child, said));
        }
        let Some((child, said)) = &mut self.running else { bail!("it does not run") };
        child.stdin.as_mut().context("it has no input")?.write_all(b"\n").context("it has ended")?;
        let line = match said.recv_timeout(LONGEST) {
            Ok(line) => line,
            Err(RecvTimeoutError::Timeout) => {
                child.kill()?;
                bail!("ended after {} s", LONGEST.as_secs());
            }
            Err(RecvTimeoutError::Disconnected) => bail!("it ended without a sample: {}", child.wait()?),
        };
        let sample: Sample = serde_json::from_str(&line).with_context(|| format!("could not read the sample {line:?}"))?;
        Ok(sample.answering(digest_of(&self.answer)?))
    }
}

impl Drop for Resident {
    fn drop(&mut self) {
        if let Some((mut child, _)) = self.running.take() {
            // The end of its input is the end of its loop; what it started ends with it.
            drop(child.stdin.take());
            let _ = child.wait();
        }
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
    fn a_resident_answers_each_round_and_says_when_it_has_ended() {
        let folder = tempfile::tempdir().unwrap();
        let answer = folder.path().join("answer");
        fs::write(&answer, "a\n").unwrap();
        let mut command = Command::new("sh");
        command.args(["-c", r#"read x; echo '{"cpu_s": 1}'; read x; echo '{"cpu_s": 2}'"#]).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut resident = Resident { command, answer, running: None };
        assert_eq!(resident.round().unwrap().figure("cpu_s"), Some(1.0));
        assert_eq!(resident.round().unwrap().figure("cpu_s"), Some(2.0));
        assert!(resident.round().is_err());
    }

    #[test]
    fn the_order_of_answers_does_not_matter() {
        assert_eq!(digest(vec!["b".into(), "a".into()]), digest(vec!["a".into(), "b".into()]));
        assert_ne!(digest(vec!["b".into()]), digest(vec!["a".into()]));
    }
}
