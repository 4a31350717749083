//! `callboard import` of a queue_log: lines a second of CPU, durable log and stored history included, beside only cutting
//! the file into lines.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::io::{BufWriter, Write};
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, ensure};

use crate::clock::children_cpu_s;
use crate::contest::{Contest, Sample};
use crate::meter::Meter;
use crate::process::digest;
use crate::report::{Cell, Goal, Report};
use crate::serving::program;
use crate::session::Session;

/// Lines at full size, about.
const LINES: usize = 1_000_000;
/// Monday 2026-03-02, 00:00 UTC, s since 1970.
const BEGIN_S: i64 = 1_772_409_600;
const QUEUES: u64 = 20;
const AGENTS: usize = 400;

/// Runs the area.
///
/// # Errors
/// When the file cannot be written.
pub fn run(session: &Session, report: &mut Report) -> Result<()> {
    let folder = session.scratch()?;
    let file = folder.path().join("queue_log");
    let written = write(&file, session.scaled(LINES, 20_000) / 3)?;
    let truth = digest(vec![format!("{},{},{}", written.offered, written.answered, written.abandoned)]);
    let rate = |sample: Sample| {
        let cpu_s = sample.figure("cpu_s").unwrap_or(f64::NAN);
        sample.with("lines_per_cpu_s", written.lines as f64 / cpu_s)
    };
    let results = Contest::new(format!("a queue_log of {} lines, {} calls", written.lines, written.offered))
        .contestant("import", || import(session, &file, &written, &truth).map(rate))
        .contestant("lines", || {
            let meter = Meter::start();
            let text = std::fs::read(&file)?;
            let lines = memchr::memchr_iter(b'\n', &text).count();
            ensure!(lines == written.lines, "{lines} lines");
            Ok(rate(meter.stop()))
        })
        .run(session);
    report.add(
        results,
        [
            Cell::alone("-", "queue_log lines through import, a second of CPU", "lines_per_cpu_s", "import", Goal::AtLeast(100_000.0)),
            Cell::against("-", "import against only cutting the file into lines", "cpu_s", "import", "lines", Goal::None),
        ],
    );
    report.note("import reads, makes events, writes the durable log, folds it and writes history; a second import of the file adds nothing");
    Ok(())
}

/// One import into an empty folder, checked by SQL; then the same file again, which must add nothing.
fn import(session: &Session, file: &Path, written: &Written, truth: &str) -> Result<Sample> {
    let folder = session.scratch()?;
    let once = || -> Result<String> {
        let mut command = Command::new(program()?);
        command.args(["import", "--dialect", "asterisk-queue-log", "--data"]).arg(folder.path()).arg(file).env("CALLBOARD_LOG", "warn");
        let output = command.output()?;
        ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    };
    let (meter, before) = (Meter::start(), children_cpu_s()?);
    let said = once()?;
    let cpu_s = children_cpu_s()? - before;
    session.plant().burn(Duration::from_secs_f64(cpu_s));
    let planted_s = if session.control { meter.stop().figure("cpu_s").unwrap_or(0.0) } else { 0.0 };
    ensure!(said.contains(&format!("read {}, ", written.lines)) && said.contains("rejected 0"), "{said}");
    let wall_s = meter.elapsed().as_secs_f64();
    let mut command = Command::new(program()?);
    command.args(["sql", "--format", "csv", "--data"]).arg(folder.path());
    let output = command.arg("SELECT MEASURE(offered), MEASURE(answered), MEASURE(abandoned) FROM queue_visits").output()?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let answer = digest(vec![text.lines().nth(1).context("no answer")?.to_owned()]);
    if answer != truth {
        eprintln!("  import: {text:?} instead of {written:?}");
    }
    Ok(Sample::default().with("cpu_s", cpu_s + planted_s).with("wall_s", wall_s).answering(answer))
}

/// What a file tells.
#[derive(Debug, Default)]
struct Written {
    lines: usize,
    offered: u64,
    answered: u64,
    abandoned: u64,
}

/// Lines in the making, in order of time.
struct Log {
    file: BufWriter<std::fs::File>,
    due: BinaryHeap<Reverse<(i64, usize, String)>>,
    made: usize,
    written: Written,
}

impl Log {
    fn at(&mut self, second: i64, line: String) {
        self.made += 1;
        self.due.push(Reverse((second, self.made, line)));
    }

    fn write_until(&mut self, second: i64) -> Result<()> {
        while self.due.peek().is_some_and(|Reverse((at, ..))| *at <= second) {
            let Some(Reverse((at, _, line))) = self.due.pop() else { break };
            writeln!(self.file, "{at}|{line}")?;
            self.written.lines += 1;
        }
        Ok(())
    }
}

/// Writes the log of so many calls: nine in ten are answered when an agent is free, the others give up.
fn write(path: &Path, calls: usize) -> Result<Written> {
    let mut log = Log { file: BufWriter::new(std::fs::File::create(path)?), due: BinaryHeap::new(), made: 0, written: Written::default() };
    for agent in 0..AGENTS {
        log.at(BEGIN_S, format!("NONE|queue-{}|SIP/{}|ADDMEMBER|", agent as u64 % QUEUES, 1_000 + agent));
    }
    let mut free_at = vec![BEGIN_S; AGENTS];
    let mut random = 0x9E37_79B9_7F4A_7C15_u64;
    let mut below = move |bound: u64| {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        (random >> 11) % bound
    };
    for number in 0..calls {
        // Two calls a second.
        let second = BEGIN_S + 1 + (number / 2) as i64;
        log.write_until(second - 1)?;
        let (queue, call) = (below(QUEUES), format!("{second}.{number}"));
        let (wait_s, talk_s) = (1 + below(40) as i64, 20 + below(240) as i64);
        log.at(second, format!("{call}|queue-{queue}|NONE|ENTERQUEUE||1380{:07}|1", below(10_000_000)));
        log.written.offered += 1;
        let answered_at = second + wait_s;
        let agent = free_at.iter().position(|at| *at <= second).filter(|_| below(10) > 0);
        if let Some((agent, free)) = agent.and_then(|a| free_at.get_mut(a).map(|free| (a, free))) {
            *free = answered_at + talk_s + 5;
            log.at(answered_at, format!("{call}|queue-{queue}|SIP/{}|CONNECT|{wait_s}|{call}-1|{}", 1_000 + agent, wait_s.min(4)));
            log.at(answered_at + talk_s, format!("{call}|queue-{queue}|SIP/{}|COMPLETECALLER|{wait_s}|{talk_s}|1", 1_000 + agent));
            log.written.answered += 1;
        } else {
            log.at(answered_at, format!("{call}|queue-{queue}|NONE|ABANDON|1|1|{wait_s}"));
            log.written.abandoned += 1;
        }
    }
    log.write_until(i64::MAX)?;
    log.file.flush()?;
    Ok(log.written)
}
